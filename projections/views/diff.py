"""Changes: what is concluded otherwise at one cut than at another, or than when a person last looked, and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, takewhile
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from projections.claims.figures import Counted, Quantity
from projections.claims.readings import MACHINES
from projections.views.answers.parts import speaks
from projections.wording.plain import Plain, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from projections.claims.readings import Reading
    from projections.judgement.conclusions import View
    from projections.judgement.findings import Finding
    from projections.judgement.states import Expected
    from projections.views.status import Status

#: What is compared of a thing beside its state, by family, in the order in which it is told.
ASPECTS: Final[dict[str, tuple[str, ...]]] = {
    "agreement": (
        *("title", "kind", "parties", "contested", "until", "ends", "participants", "approvals", "votes"),
        *("endorsed_by", "reservations", "incidents", "figures"),
    ),
    "proposal": ("terms", "answers", "approvals", "votes", "figures"),
    "round": ("scheduled", "venue", "outcome", "mode", "mediators", "figures"),
    "withdrawal": ("strength", "departed", "residual", "figures", "deadline", "destination", "sites"),
    "commitment": ("due", "until", "term_over", "terms", "by", "begins", "agreement", "incidents", "figures"),
    "sanction": ("party", "on", "measure", "figures"),
}
#: The aspects that all entries which speak of them make up.
_GATHERED: Final = frozenset({"contested", "sites"})
#: The aspects that are compared party by party, and lists of what was voted.
_BY_PARTY: Final = frozenset({"participants", "answers"})
_VOTES: Final = frozenset({"approvals", "votes"})
#: A value, and the entries that it rests on where that is known.
_Said: TypeAlias = tuple[Any, tuple[str, ...]]
_Conclusions: TypeAlias = dict[str, _Said]
_NOTHING: Final[_Said] = (None, ())
_NO_PLAN: Final[tuple[str | None, tuple[str, ...], tuple[str, ...]]] = (None, (), ())
#: What only says what a thing is.
_NAMING: Final = ("title", "kind", "parties")
#: The aspects whose values are entries.
_OF_ENTRIES: Final = frozenset({"red_lines", "concessions", "reservations", "incidents"})
#: What is expected and has no aspect of its own, unless it is the day of one of these fields.
_TOLD: Final = {"plan": (), "ultimatum": (), "until": ("until",), "effective": ("ends", "until")}
_published = attrgetter("published_lower", "published_upper")
#: What is compared of a position beside its stance.
POSITION_ASPECTS: Final = ("terms", "red_lines", "concessions")


@dataclass(frozen=True, slots=True)
class Change(Plain):
    """One conclusion that differs: of which subject, in which aspect of it, and the entries that caused it.

    `aspect` is ``state``, ``stance``, ``since``, ``strength``, ``deadline`` and the like; `before` and `after` are
    plain values, None where there was nothing to say. `because` is never empty.
    """

    subject: str
    aspect: str
    before: Any
    after: Any
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two cuts: conclusions, and findings that appeared, went, or changed (before, after)."""

    changes: tuple[Change, ...]
    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    changed: tuple[tuple[Finding, Finding], ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.changes or self.appeared or self.gone or self.changed)

    def to_json(self) -> dict[str, Any]:
        """Return the difference as scripts rely on it."""
        return {
            "changes": plain(self.changes),
            "findings": {
                "appeared": plain(self.appeared),
                "gone": plain(self.gone),
                "changed": [{"before": before.to_json(), "after": after.to_json()} for before, after in self.changed],
            },
        }


class Side(NamedTuple):
    """One subject at one of two cuts: what is said of it, its standing entries, and how any entry reads there.

    `own` are those of its entries that do not stand so at the other cut; all of them will do.
    """

    view: View | None
    readings: Sequence[Reading]
    reading: Callable[[str], Reading | None]
    own: Sequence[Reading]


def diff(before: Status, after: Status, *, notes: bool = False) -> Difference:
    """Return what differs between two statuses of a negotiation: conclusions, not rows of the log.

    Findings that are notes are left out unless `notes` are asked for.
    """
    changes = [change for subject, old, new in _differing_views(before, after) for change in compare(subject, old, new)]
    changes += compare_expected(before.expected, after.expected, lambda subject: _sides(subject, before, after))
    return Difference(tuple(changes), *compare_findings(*told(before.findings, after.findings, notes=notes)))


def told(
    before: Iterable[Finding], after: Iterable[Finding], *, notes: bool
) -> tuple[Iterable[Finding], Iterable[Finding]]:
    """Return the findings of two sides that are told of, without notes unless these are asked for."""
    if notes:
        return before, after
    one, other = ([finding for finding in findings if finding.severity != "note"] for findings in (before, after))
    return one, other


def changed(before: Status, after: Status) -> dict[str, tuple[str, Any]]:
    """Return the subjects of which two statuses say something else: the first aspect that differs, and what it was.

    Like `diff`, but without looking for the causes, which takes most of its time.
    """
    found = {}
    for subject, old, new in _differing_views(before, after):
        for aspect, said, _ in islice(_aspects(subject, old.view, new.view), 1):
            found[subject] = aspect, said[0]
    return found


def compare(subject: str, before: Side, after: Side) -> Iterator[Change]:
    """Yield what differs in the conclusions about one subject."""
    differing: dict[str, tuple[str, ...]] | None = None
    for aspect, (value, support), (new_value, new_support) in _aspects(subject, before.view, after.view):
        if differing is None:
            differing = _differing(before, after)
        rests_on = (
            *(new_support or _support(aspect, after.readings)),
            *(support or _support(aspect, before.readings)),
        )
        yield Change(subject, aspect, value, new_value, _causes(differing, rests_on, (after, before)))


def compare_expected(
    before: Iterable[Expected], after: Iterable[Expected], sides: Callable[[str], tuple[Side, Side]]
) -> Iterator[Change]:
    """Yield what is expected that came, went, was met or passed, such as a plan; of some dates an aspect tells.

    `sides` gives the subject of one at the two cuts; it is asked only if something of it differs.
    """
    then, now = (
        {(one.subject, f"{one.kind} {one.date}"): (one.standing, one.because, one.fulfilled_by) for one in ones}
        for ones in (
            [one for one in expected if one.standing != "void" and _is_told(one, sides)] for expected in (before, after)
        )
    )
    for key in dict.fromkeys((*then, *now)):
        (old, set_then, met_then), (new, set_now, met_now) = then.get(key, _NO_PLAN), now.get(key, _NO_PLAN)
        if old != new:
            differing = _differing(*sides(key[0]))
            causes = [differing[name] for name in (*met_now, *met_then, *set_now, *set_then) if name in differing]
            if not causes and (old, new) != ("ahead", "passed"):
                # It is void, or not any more, by what came or went beside it; else time has passed.
                causes = list(differing.values())
            found = tuple(dict.fromkeys(name for names in causes for name in names))
            yield Change(*key, old, new, found or met_now or set_now or set_then)


def _is_told(one: Expected, sides: Callable[[str], tuple[Side, Side]]) -> bool:
    """Say whether no aspect of a subject tells of what is expected, as of when one of many parties leaves."""
    fields = _TOLD.get(one.kind)
    views = [side.view for side in sides(one.subject)] if fields else ()
    return fields is not None and all(getattr(view, name, None) != one.date for view in views for name in fields)


def compare_findings(
    before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[tuple[Finding, Finding], ...]]:
    """Return the findings that appeared, those that went, and those that say otherwise now, as (before, after).

    A finding has changed where one of the same kind and subject shares an entry or the message with it.
    """
    old, new = tuple(before), tuple(after)
    # Those that are the very same from the start on are the same; in a long row of steps that is most of them.
    same = sum(takewhile(bool, map(is_, old, new)))
    then, now = dict.fromkeys(old[same:]), dict.fromkeys(new[same:])
    gone = {finding: None for finding in then if finding not in now}
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in gone:
        alike.setdefault((finding.kind, finding.subject), []).append(finding)
    appeared, changed = [], []
    for finding in now:
        if finding not in then:
            candidates = alike.get((finding.kind, finding.subject), [])
            older = next((other for other in candidates if other in gone and _is_same(other, finding)), None)
            if older is None:
                appeared.append(finding)
            else:
                del gone[older]
                changed.append((older, finding))
    return tuple(appeared), tuple(gone), tuple(changed)


def _is_same(older: Finding, newer: Finding) -> bool:
    return older.message == newer.message or not set(older.entries).isdisjoint(newer.entries)


def _differing_views(before: Status, after: Status) -> Iterator[tuple[str, Side, Side]]:
    """Yield every subject of which two statuses may say something else, with what either says."""
    for subject in _subjects(before, after):
        old, new = before.view(subject), after.view(subject)
        if old is not new:
            yield subject, *_sides(subject, before, after)


def _sides(subject: str, before: Status, after: Status) -> tuple[Side, Side]:
    one, other = (
        Side(status.view(subject), readings, status.reading, readings)
        for status, readings in ((before, before.readings(subject)), (after, after.readings(subject)))
    )
    return one, other


def _aspects(subject: str, before: View | None, after: View | None) -> Iterator[tuple[str, _Said, _Said]]:
    """Yield each aspect of a subject in which two views differ, with what either says of it."""
    then, now = _conclusions(subject, before), _conclusions(subject, after)
    if _head(then) != _head(now):
        # A state that is another has another beginning; that need not be said twice.
        then.pop("since", None)
        now.pop("since", None)
    for aspect in dict.fromkeys((*then, *now)):
        old, new = then.get(aspect, _NOTHING), now.get(aspect, _NOTHING)
        # That it has a name at all, or no longer has one, is no change of a thing.
        is_told = aspect not in _NAMING or (old[0] and new[0])
        if is_told and (old[0] or None) != (new[0] or None):
            yield aspect, old, new


def _subjects(before: Status, after: Status) -> Iterator[str]:
    """Yield every subject that either status says something of, things first."""
    for family in MACHINES:
        for name in dict.fromkeys((*before.things[family], *after.things[family])):
            yield f"{family}:{name}"
    for party in dict.fromkeys((*before.positions, *after.positions)):
        for matter in dict.fromkeys((*before.positions.get(party, ()), *after.positions.get(party, ()))):
            yield f"position:{party}/{matter}"
    for party in dict.fromkeys((*before.partnerships, *after.partnerships)):
        yield f"party:{party}"
    for matter in dict.fromkeys((*before.topics, *after.topics)):
        yield f"matter:{matter}"


def aspects_of(
    subject: str, view: View | None, readings: Sequence[Reading]
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Yield what is said of a subject as differences compare it: the aspect, the value, and what it rests on."""
    for aspect, (value, support) in _conclusions(subject, view).items():
        if value:
            yield aspect, value, support or _support(aspect, readings)


def _head(conclusions: _Conclusions) -> Any:  # noqa: ANN401 - a state or a stance
    return conclusions.get("state", conclusions.get("stance", _NOTHING))[0]


def _conclusions(subject: str, view: Any) -> _Conclusions:  # noqa: ANN401 - any view
    """Return what is said of a subject, by aspect: the value, and the entries that it rests on where that is known."""
    if view is None:
        return {}
    family = subject.partition(":")[0]
    if family in {"party", "matter"}:
        told: _Conclusions = {_line_name(line): _aspect_of(line.as_quantity) for line in view.figures}
        if family == "party":
            return {"partners": (view.partners, view.because), **told}
        return {**{name: _aspect(view, name) for name in ("approvals", "votes")}, **told}
    head, names = ("stance", POSITION_ASPECTS) if family == "position" else ("state", ASPECTS[family])
    value = getattr(view, head)
    found: _Conclusions = {head: (value, view.because)}
    if value is not None:
        found["since"] = (view.since, view.because)
    for name in names:
        if name == "figures":
            # What has a field of its own without a scope is told there.
            own = (line for line in view.figures if line.scope is not None or line.quantity not in names)
            found |= {_line_name(line): _aspect_of(line.as_quantity) for line in own}
        elif name in _BY_PARTY:
            parts = getattr(view, name)
            found |= {f"{name}.{party}": (part.state, part.because) for party, part in parts.items()}
        else:
            found[name] = _aspect(view, name)
    return found


def _aspect(view: Any, name: str) -> tuple[Any, tuple[str, ...]]:  # noqa: ANN401 - any view
    value = getattr(view, name)
    if isinstance(value, Quantity):
        return _aspect_of(value)
    if name == "deadline":
        return value, (view.deadline_because,) if view.deadline_because else ()
    if name in _VOTES:
        return plain(value), tuple(vote.entry for vote in value)
    if name == "contested":
        return value, view.contested_because
    return value, value if name in _OF_ENTRIES else ()


def _aspect_of(value: Quantity) -> _Said:
    said = ("low", "high", "unit", "scope", "approximate")
    return {name: getattr(value, name) for name in said}, value.because


def _line_name(line: Counted) -> str:
    return f"figures.{line.quantity}/{line.scope}" if line.scope else f"figures.{line.quantity}"


def _support(aspect: str, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return the entries that speak of an aspect of a thing: of most the last, whose word is the one that counts."""
    if "." in aspect:
        # How a party takes part is known with the entries that say so, or nothing says so.
        return ()
    found = (
        reading.id
        for reading in (readings if aspect in _GATHERED else reversed(readings))
        if reading.asserts and speaks(reading, aspect)
    )
    return tuple(found) if aspect in _GATHERED else tuple(islice(found, 1))


def _differing(before: Side, after: Side) -> dict[str, tuple[str, ...]]:
    """Return the entries about a subject that stand at one cut only, or read otherwise, each with what made it so."""
    then = {reading.id: reading for reading in before.own}
    found: dict[str, tuple[str, ...]] = {}
    for reading in after.own:
        older = then.pop(reading.id, None)
        if older is None:
            # An entry that was there already stands again, or bears on this subject now, through what is said of it.
            known = before.reading(reading.id)
            found[reading.id] = (reading.id, *(_said(known, reading, before, after) if known is not None else ()))
        elif older is not reading and (older.event != reading.event or older.order != reading.order):
            found[reading.id] = (reading.id, *_said(older, reading, before, after))
    for name, older in then.items():
        known = after.reading(name)
        found[name] = (known is not None and _said(older, known, before, after)) or (name,)
    return found


def _said(older: Reading, newer: Reading, before: Side, after: Side) -> tuple[str, ...]:
    """Return what makes an entry read otherwise: what is said of it at one cut only, and what makes that so in turn."""
    is_dated = _published(older) != _published(newer)
    if not (is_dated or _bearing(older, is_dated=False) or _bearing(newer, is_dated=False)):
        return ()
    found: dict[str, None] = {}
    todo = [(older, newer)]
    for one, other in todo:
        then, now = _bearing(one, is_dated=is_dated), _bearing(other, is_dated=is_dated)
        for name in (*(name for name in now if name not in then), *then):
            was, known = before.reading(name), after.reading(name)
            if name not in now or name not in then or _reads_otherwise(was, known):
                found[name] = None
                if was is not None and known is not None:
                    todo.append((was, known))
    return tuple(found)


def _bearing(reading: Reading, *, is_dated: bool) -> tuple[str, ...]:
    """Return what corrects, retracts or merges an entry, and what corroborates it, where that may have dated it."""
    return (
        *reading.corrected_by,
        *reading.retracted_by,
        *reading.merged_by,
        *(reading.corroborated_by if is_dated else ()),
    )


def _reads_otherwise(older: Reading | None, newer: Reading | None) -> bool:
    if older is newer or older is None or newer is None:
        return False
    return older.event != newer.event or older.evidence != newer.evidence or _published(older) != _published(newer)


def _causes(differing: dict[str, tuple[str, ...]], support: Iterable[str], sides: tuple[Side, Side]) -> tuple[str, ...]:
    """Return the entries that caused a change, never none: of those that differ the ones it rests on, else all."""
    support = tuple(dict.fromkeys(support))
    if len(differing) == 1:
        # As for most steps, where what a conclusion rests on may be a good deal.
        causes = list(differing.values())
    else:
        causes = [differing[name] for name in support if name in differing] or list(differing.values())
    found = tuple(dict.fromkeys(name for names in causes for name in names))
    return found or support or next(ids for side in sides if (ids := tuple(reading.id for reading in side.readings)))
