"""Changes: what a person would answer otherwise at one cut than at another, and because of which entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from projections.quantities import Quantity
from projections.subjects import MACHINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.findings import Finding
    from projections.readings import Reading
    from projections.states import State
    from projections.status import Status

#: What is compared of a thing beside its state, by family, in the order in which it is told.
ASPECTS: Final[dict[str, tuple[str, ...]]] = {
    "agreement": ("contested",),
    "proposal": ("terms",),
    "round": ("scheduled", "venue", "outcome"),
    "withdrawal": ("strength", "departed", "residual", "deadline", "destination", "sites"),
    "commitment": ("due", "terms"),
}
#: The event types that speak of an aspect, where no field of its name does.
_SPEAKING: Final = {
    "contested": frozenset({"DenunciationContested"}),
    "destination": frozenset({"DestinationSet", "DestinationUndetermined"}),
    "sites": frozenset({"SiteHandedOver"}),
}
_NOTHING: Final[tuple[Any, tuple[str, ...]]] = (None, ())
#: What is compared of a position beside its stance.
POSITION_ASPECTS: Final = ("terms", "red_lines", "concessions")


@dataclass(frozen=True, slots=True)
class Change:
    """One conclusion that differs: of which subject, in which aspect of it, and the entries that caused it.

    `aspect` is ``state``, ``stance``, ``since``, ``strength``, ``deadline`` and the like; `before` and `after` are plain values, None
    where there was nothing to say. `because` is never empty.
    """

    subject: str
    aspect: str
    before: Any
    after: Any
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the change as JSON holds it."""
        return {
            "subject": self.subject,
            "aspect": self.aspect,
            "before": _plain(self.before),
            "after": _plain(self.after),
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two cuts: conclusions, and findings that appeared, went, or say otherwise (before, after)."""

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
            "changes": [change.to_json() for change in self.changes],
            "findings": {
                "appeared": [finding.to_json() for finding in self.appeared],
                "gone": [finding.to_json() for finding in self.gone],
                "changed": [
                    {"before": before.to_json(), "after": after.to_json()} for before, after in self.changed
                ],
            },
        }


def diff(before: Status, after: Status) -> Difference:
    """Return what differs between two statuses of a negotiation: conclusions, not rows of the log."""
    changes = [change for subject in _subjects(before, after) for change in changes_of(subject, before, after)]
    appeared, gone, changed = compare_findings(before.findings, after.findings)
    return Difference(tuple(changes), appeared, gone, changed)


def changes_of(subject: str, before: Status, after: Status) -> Iterator[Change]:
    """Yield what differs in the conclusions about one subject."""
    old, new = before.view(subject), after.view(subject)
    if old is new:
        return
    then, now = _conclusions(subject, old), _conclusions(subject, new)
    if _head(then) != _head(now):
        # A state that is another has another beginning; that need not be said twice.
        then.pop("since", None)
        now.pop("since", None)
    differing: dict[str, tuple[str, ...]] | None = None
    for aspect in dict.fromkeys((*then, *now)):
        value, support = then.get(aspect, _NOTHING)
        new_value, new_support = now.get(aspect, _NOTHING)
        if (value or None) == (new_value or None):
            continue
        if differing is None:
            differing = _differing(before, after, subject)
        support = support or _support(aspect, before.readings(subject))
        new_support = new_support or _support(aspect, after.readings(subject))
        yield Change(subject, aspect, value, new_value, _causes(differing, (*new_support, *support), (new, old)))


def compare_findings(
    before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[tuple[Finding, Finding], ...]]:
    """Return the findings that appeared, those that went, and those that say otherwise now, as (before, after).

    A finding has changed where one of the same kind and subject shares an entry or the message with it.
    """
    before, after = dict.fromkeys(before), dict.fromkeys(after)
    gone = [finding for finding in before if finding not in after]
    appeared, changed = [], []
    for finding in after:
        if finding in before:
            continue
        older = next((other for other in gone if _is_same(other, finding)), None)
        if older is None:
            appeared.append(finding)
        else:
            gone.remove(older)
            changed.append((older, finding))
    return tuple(appeared), tuple(gone), tuple(changed)


def _is_same(older: Finding, newer: Finding) -> bool:
    if (older.kind, older.subject) != (newer.kind, newer.subject):
        return False
    return older.message == newer.message or not set(older.entries).isdisjoint(newer.entries)


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


def _head(conclusions: dict[str, tuple[Any, tuple[str, ...]]]) -> Any:  # noqa: ANN401 - a state or a stance
    return conclusions.get("state", conclusions.get("stance", (None, ())))[0]


def _conclusions(subject: str, view: Any) -> dict[str, tuple[Any, tuple[str, ...]]]:  # noqa: ANN401 - any view
    """Return what is said of a subject, by aspect: the value, and the entries that it rests on where that is known."""
    if view is None:
        return {}
    family = subject.partition(":")[0]
    if family == "party":
        return {"partners": (view.partners, view.because)}
    if family == "position":
        found: dict[str, tuple[Any, tuple[str, ...]]] = {
            "stance": (view.stance, view.because),
            "since": (view.since, view.because),
        }
        names = POSITION_ASPECTS
    else:
        found = {"state": (view.state, view.because), "since": (view.since, view.because)}
        names = ASPECTS[family]
    for name in names:
        found[name] = _aspect(view, name)
    return found


def _aspect(view: State, name: str) -> tuple[Any, tuple[str, ...]]:
    value = getattr(view, name)
    if isinstance(value, Quantity):
        return {"low": value.low, "high": value.high, "unit": value.unit, "scope": value.scope}, value.because
    if name == "deadline":
        because = getattr(view, "deadline_because", None)
        return value, (because,) if because else ()
    return value, value if name in {"red_lines", "concessions"} else ()


def _support(aspect: str, readings: Iterable[Reading]) -> tuple[str, ...]:
    """Return the entries that speak of an aspect of a thing."""
    return tuple(
        reading.id
        for reading in readings
        if (reading.event.event in _SPEAKING[aspect] if aspect in _SPEAKING else getattr(reading.event, aspect, None))
    )


def _differing(before: Status, after: Status, subject: str) -> dict[str, tuple[str, ...]]:
    """Return the entries about a subject that stand at one cut only, or read otherwise, each with what made it so."""
    then = {reading.id: reading for reading in before.readings(subject)}
    now = {reading.id: reading for reading in after.readings(subject)}
    found: dict[str, tuple[str, ...]] = {}
    for name, reading in now.items():
        older = then.get(name)
        if older is None:
            # An entry that was there already stands again, or bears on this subject now, through what is said about it.
            known = before.reading(name)
            found[name] = (name, *_said(known, reading)) if known is not None else (name,)
        elif older is not reading and older.event is not reading.event and older.event != reading.event:
            found[name] = (name, *_said(older, reading))
    for name, older in then.items():
        if name not in now:
            known = after.reading(name)
            found[name] = (known is not None and _said(older, known)) or (name,)
    return found


def _said(older: Reading, newer: Reading) -> tuple[str, ...]:
    """Return what corrects or retracts an entry at one cut only."""
    then = (*older.corrected_by, *older.retracted_by)
    now = (*newer.corrected_by, *newer.retracted_by)
    return (*(name for name in now if name not in then), *(name for name in then if name not in now))


def _causes(
    differing: dict[str, tuple[str, ...]], support: Iterable[str], views: tuple[Any, Any]
) -> tuple[str, ...]:
    """Return the entries that caused a change, never none: those that differ, where it rests on some of them, else all."""
    support = tuple(support)
    causes = [differing[name] for name in support if name in differing] or list(differing.values())
    found = tuple(dict.fromkeys(name for names in causes for name in names))
    return found or support or next(view.because for view in views if view is not None)
