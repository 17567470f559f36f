"""Answers: what is concluded of a subject in whatever form it is asked for, and the entries that this rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.figures import Quantity, figures_text
from projections.claims.readings import MACHINES, split, subjects_of
from projections.judgement.conclusions import Partners, Position, Topic
from projections.judgement.states import Agreement, Proposal, State
from projections.wording.sentences import figure_text, named, titled, vote_text
from tracker.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.judgement.conclusions import View
    from projections.judgement.states import Vote
    from projections.views.status import Status

#: How a subject is written.
FORMS: Final = (
    *(f"{family}:ID" for family in MACHINES),
    "position:PARTY/MATTER",
    "party:ID",
    "matter:ID",
    "source:ID",
    "entry:ID",
)
#: The event types that speak of a part of a thing which is no field of theirs.
_SPEAKING: Final = {
    "contested": frozenset({"DenunciationContested"}),
    "incidents": frozenset({"IncidentReported"}),
    "flagged": frozenset({"WithdrawalTimetableFlagged"}),
    "sites": frozenset({"SiteHandedOver"}),
    "undetermined": frozenset({"DestinationUndetermined"}),
    "candidates": frozenset({"DestinationUndetermined"}),
}
_HIDDEN: Final = frozenset({"because", "uncertain", "state", "stance", "deadline_because", "count"})
_ENDS: Final = (".", "!", "?", "…")


class Answer(NamedTuple):
    """What is concluded of a subject.

    `readings` are the entries that it rests on, `against` those that said otherwise, each with how; `rests` is what
    rests on the subject in turn. `dated` says that it holds since the first of the entries happened, `supposed` that
    the entries only suppose it, so that they are no voices for it.
    """

    says: str
    value: Any
    readings: list[Reading]
    against: list[tuple[Reading, str]]
    rests: tuple[str, ...] = ()
    dated: bool = False
    supposed: bool = False


def answer_of(standing: Status, subject: str) -> Answer | None:
    """Return what is concluded of a subject, or of a part of it (``withdrawal:ID/strength``); None where nothing is."""
    family, name = split(subject)
    if family in _OTHERS:
        return _OTHERS[family](standing, name)
    claims = standing.claims
    whole, part = _parts(subject)
    view = standing.view(whole)
    if not isinstance(view, State | Position):
        gone = _retracted(claims, whole)
        return Answer(f"All that was said of {name} is retracted.", None, [], gone) if gone and not part else None
    return _part(standing, whole, view, part) if part else _whole(claims, view)


def now_called(claims: Claims, subject: str) -> tuple[str, list[str]]:
    """Return a subject by the ids that those in it read as, and the entries that say so; none where all stay."""
    family, name = split(subject)
    parts = name.split("/")
    named = ("party", "matter") if family == "position" else (family,)
    kept = [*parts]
    by: list[str] = []
    for number, (kind, part) in enumerate(zip(named, parts, strict=False)):
        kept[number], said = claims.kept(kind, part)
        by += said
    return f"{family}:{'/'.join(kept)}", list(dict.fromkeys(by))


def _whole(claims: Claims, view: State | Position) -> Answer:
    """Return what is concluded of a thing, or of where a party stands."""
    # Where nothing is asserted, a denial is against whatever might be concluded, and is all that there is to show.
    found = readings_of(claims, view.because or view.mentions)
    readings = [reading for reading in found if not _denies(reading)]
    against = [(reading, f"denies {view.subject}") for reading in found if _denies(reading)]
    against += [
        (reading, f"says {rival.state.replace('-', ' ')}")
        for rival in view.rivals
        for reading in readings_of(claims, rival.because)
    ]
    against += _retracted(claims, view.subject)
    if isinstance(view, Position):
        party, matter = named("party", view.party, claims.names), named("matter", view.matter, claims.names)
        says, value = f"{party} on {matter}: {view.stance or 'no stance is known'}.", view.stance
        dated = bool(view.because)
    else:
        value, dated = view.state, view.state is not None
        name = titled(view.id, getattr(view, "title", None))
        says = f"{name} is {value.replace('-', ' ')}." if value else f"{name}: what is said moves nothing."
    return Answer(says, value, readings, against, dated=dated, supposed=not view.because)


def _denies(reading: Reading) -> bool:
    return reading.event.modality == "denied"


def parts_of(view: State | Position) -> tuple[str, ...]:
    """Return the parts of what is said of a thing that can be asked for, such as ``strength`` or ``deadline``."""
    return tuple(name for name in view.to_json() if name not in _HIDDEN)


def readings_of(claims: Claims, entries: Iterable[str]) -> list[Reading]:
    """Return how entries read, each once."""
    return [reading for entry in dict.fromkeys(entries) if (reading := claims.get(entry)) is not None]


def unknown(standing: Status, subject: str) -> str:
    """Return a message for a subject of which nothing is said: the nearest spelling, or the reason."""
    family, name = split(subject)
    claims = standing.claims
    parties, sources = claims.registers.parties, claims.registers.sources
    known = [*standing.subjects, *(f"party:{name}" for name in parties), *(f"source:{name}" for name in sources)]
    if not name or family not in {form.partition(":")[0] for form in FORMS}:
        same = [other for other in known if split(other)[1] == subject]
        hint = f"; did you mean {same[0]!r}?" if same else nearest(subject, known)
        return f"{subject!r} is no subject{hint}; a subject is written {', '.join(FORMS)}"
    whole, part = _parts(subject)
    if any(whole in subjects_of(reading.event) for reading in claims.pending):
        return f"nothing is said of {subject!r} at this cut, only at a later one"
    view = standing.view(whole)
    if part and isinstance(view, State | Position):
        return f"{whole} has no {part!r}{nearest(part, parts_of(view))}; it has {', '.join(parts_of(view))}"
    if family == "entry":
        known = [f"entry:{reading.id}" for reading in (*claims.standing, *claims.knowledge, *claims.stage)]
    hint = nearest(subject, known) or "; `communique status` lists what there is"
    return f"nothing is said of {subject!r} at this cut{hint}"


def _parts(subject: str) -> tuple[str, str]:
    """Return a thing or position, and the part of it that is meant, empty for the whole."""
    family, name = split(subject)
    words = name.split("/")
    count = 2 if family == "position" else 1
    return f"{family}:{'/'.join(words[:count])}", "/".join(words[count:])


def _part(standing: Status, subject: str, view: State | Position, part: str) -> Answer | None:
    """Return what is concluded of one part of a thing, such as its strength or its deadline."""
    if part not in parts_of(view):
        return _participant(standing, view, part) or _line(standing, view, part)
    claims, value = standing.claims, getattr(view, part)
    if part == "contested" and isinstance(view, Agreement):
        text = f"{titled(view.id, view.title)}: its denunciation is {'contested' if value else 'not contested'}."
        return Answer(text, value, readings_of(claims, view.contested_because), _retracted_of(claims, subject, part))
    gone = _retracted_of(claims, subject, part)
    says = f"{titled(split(subject)[1], getattr(view, 'title', None))}: {part.replace('_', ' ')}"
    if isinstance(value, Quantity):
        text = figure_text(value.low, value.high, value.unit, value.scope)
        return Answer(f"{says} {text}.", value.to_json(), readings_of(claims, value.because), gone, dated=True)
    if part == "since":
        return Answer(
            f"{says} {value or 'a time not known'}.", value, readings_of(claims, view.because), [], dated=True
        )
    speaking = [reading for reading in standing.readings(subject) if reading.asserts and speaks(reading, part)]
    readings = [reading for reading in speaking if _gives(reading, part, value)]
    shown = {reading.id for reading in readings}
    rivals = {
        entry
        for finding in standing.findings
        if finding.kind == "value-conflict" and finding.subject == subject and not shown.isdisjoint(finding.entries)
        for entry in finding.entries
    }
    others = [
        (reading, "value-conflict" if reading.id in rivals else "superseded")
        for reading in speaking
        if reading.id not in shown
    ]
    if isinstance(value, tuple):
        text = ", ".join(map(str, value)) or "none known"
        return Answer(f"{says} {text}.", list(value), readings, gone, dated=False)
    text = "yes" if value is True else "no" if value is False else str(value or "not known")
    return Answer(f"{says} {text}{'' if text.endswith(_ENDS) else '.'}", value, readings, others + gone, dated=True)


def _retracted_of(claims: Claims, subject: str, part: str) -> list[tuple[Reading, str]]:
    return [(reading, how) for reading, how in _retracted(claims, subject) if speaks(reading, part)]


def _participant(standing: Status, view: State | Position, party: str) -> Answer | None:
    """Return how a party takes part in an agreement, or answers a proposal; None if there is no such."""
    parts = view.participants if isinstance(view, Agreement) else view.answers if isinstance(view, Proposal) else {}
    part = parts.get(party)
    if part is None:
        return None
    state = part.state.replace("-", " ") if part.state else "nothing is said of it"
    says = f"{party} in {view.title or view.id}: {state}." if isinstance(view, Agreement) else f"{party}: {state}."
    return Answer(says, part.state, readings_of(standing.claims, part.because), [], dated=part.state is not None)


def _line(standing: Status, view: View, part: str) -> Answer | None:
    """Return what a line of figures says, which is asked for by its quantity, and by its scope if it has one."""
    figures = view.figures if isinstance(view, State | Partners | Topic) else ()
    lines = [line for line in figures if part in {line.quantity, f"{line.quantity}/{line.scope}"}]
    lines = [line for line in lines if line.scope is None or "/" in part] or lines
    if not lines:
        return None
    gone = [
        (reading, how)
        for reading, how in _retracted(standing.claims, view.subject)
        if any(measure[1:4] == (line.quantity, line.unit, line.scope) for measure in reading.measures for line in lines)
    ]
    readings = readings_of(standing.claims, (name for line in lines for name in line.because))
    value = lines[0].to_json() if len(lines) == 1 else [line.to_json() for line in lines]
    return Answer(f"{split(view.subject)[1]}: {'; '.join(figures_text(lines))}.", value, readings, gone, dated=True)


def speaks(reading: Reading, part: str) -> bool:
    """Say whether an entry speaks of a part of a thing."""
    event = reading.event.event
    part = "until" if part == "term_over" else part
    if part in _SPEAKING:
        return event in _SPEAKING[part]
    if part == "destination" and event == "DestinationUndetermined":
        return True
    if part == "strength" and event == "WithdrawalProgressReported":
        return getattr(reading.event, "of", None) is not None
    if part in {"red_lines", "concessions"}:
        return event == {"red_lines": "RedLineDeclared", "concessions": "ConcessionMade"}[part]
    if part == "tabled_by":
        return reading.event.moves_to == "tabled"
    return bool(reading.party if part == "party" else getattr(reading.event, part, None))


def _gives(reading: Reading, part: str, value: Any) -> bool:  # noqa: ANN401 - whatever a view holds
    """Say whether an entry that speaks of a part of a thing says what is concluded of it."""
    if part in _SPEAKING or isinstance(value, tuple | bool):
        return True
    given = reading.party if part in {"tabled_by", "party"} else getattr(reading.event, part, None)
    return given == value or (given is not None and str(given) == value)


def _party(standing: Status, name: str) -> Answer | None:
    claims = standing.claims
    name, _, part = name.partition("/")
    view = standing.view(f"party:{name}")
    if part:
        return _line(standing, view, part) if view is not None else None
    party, found = claims.registers.parties.get(name), standing.partnerships.get(name)
    gone = _retracted(claims, f"party:{name}")
    if found is not None and found.because:
        says = f"{name} is open to, or deepens its ties with, {', '.join(found.partners) or 'nobody'}."
        return Answer(says, list(found.partners), readings_of(claims, found.because), gone, dated=True)
    if isinstance(view, Partners):
        return _of_figures(standing, view, [])
    if party is None:
        return None
    says = f"{name} is registered as a party; nothing is said of its partners."
    return Answer(says, None, readings_of(claims, (party.entry,)), gone)


def _matter(standing: Status, name: str) -> Answer | None:
    name, _, part = name.partition("/")
    view, known = standing.view(f"matter:{name}"), standing.claims.registers.matters.get(name)
    if isinstance(view, Topic):
        return _line(standing, view, part) if part else _of_figures(standing, view, [*view.approvals, *view.votes])
    if known is None or part:
        return None
    says = f"{known.title or name} is registered as a matter; neither votes nor figures of it are told."
    return Answer(
        says, None, readings_of(standing.claims, (known.entry,)), _retracted(standing.claims, f"matter:{name}")
    )


def _of_figures(standing: Status, view: Partners | Topic, votes: list[Vote]) -> Answer:
    """Return what is told of a party or a matter: votes and figures."""
    claims = standing.claims
    told = [*(vote_text(vote.to_json()) for vote in votes), *figures_text(view.figures)]
    names = (*(vote.entry for vote in votes), *(name for line in view.figures for name in line.because))
    known = claims.registers.matters.get(split(view.subject)[1]) if isinstance(view, Topic) else None
    title = known.title if known else None
    says = f"{title or split(view.subject)[1]}: {'; '.join(told)}."
    value = {"votes": [vote.to_json() for vote in votes], "figures": [line.to_json() for line in view.figures]}
    return Answer(says, value, readings_of(claims, names), _retracted(claims, view.subject), dated=True)


def _source(standing: Status, name: str) -> Answer | None:
    claims = standing.claims
    source = claims.registers.sources.get(name)
    if source is None:
        return None
    roots = sorted(claims.registers.relays.roots(name) - {name})
    says = f"{name} is graded {source.reliability}{' and has it from ' if roots else ''}{', '.join(roots)}."
    resting = tuple(
        reading.id
        for reading in (*claims.standing, *claims.knowledge)
        if any(item.source == name for item in reading.evidence)
    )
    return Answer(says, source.reliability, readings_of(claims, (source.entry, *source.assessed_by)), [], resting)


def _entry(standing: Status, name: str) -> Answer | None:
    reading = standing.claims.get(name)
    if reading is None:
        return None
    stands = standing.claims.counts(name)
    says = "stands" if stands else "is retracted" if reading.retracted_by else "does not stand at this cut"
    return Answer(f"{name} {says}.", stands, [reading], [], tuple(_resting(standing, name)))


_OTHERS: Final = {"party": _party, "matter": _matter, "source": _source, "entry": _entry}


def _resting(standing: Status, entry: str) -> Iterator[str]:
    """Yield the subjects whose conclusion rests on an entry."""
    for subject in standing.subjects:
        view = standing.view(subject)
        if view is not None and entry in view.because:
            yield subject


def _retracted(claims: Claims, subject: str) -> list[tuple[Reading, str]]:
    """Return the retracted entries about a subject."""
    return [(reading, "retracted") for reading in claims.retracted if subject in subjects_of(reading.event)]
