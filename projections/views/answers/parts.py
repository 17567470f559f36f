"""Parts of what is said of a thing, such as its strength or who answered it, and the entries that each rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.claims.figures import Quantity, figures_text
from projections.judgement.conclusions import Partners, Position, Topic
from projections.judgement.participation import PARTICIPATION
from projections.judgement.states import Agreement, Proposal, State
from projections.views.answers.answer import Answer, readings_of, retracted
from projections.wording.parts import answers_text, part_text
from projections.wording.plain import plain
from projections.wording.sentences import called, figure_text, named, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.judgement.conclusions import View
    from projections.views.status import Status

#: The event types that speak of a part of a thing which is no field of theirs.
_SPEAKING: Final = {
    "contested": frozenset({"DenunciationContested"}),
    "incidents": frozenset({"IncidentReported"}),
    "flagged": frozenset({"WithdrawalTimetableFlagged"}),
    "sites": frozenset({"SiteHandedOver"}),
    "undetermined": frozenset({"DestinationUndetermined"}),
    "candidates": frozenset({"DestinationUndetermined"}),
    "approvals": frozenset({"VoteHeld", "RatificationRefused", "ConsentExpressed"}),
    "votes": frozenset({"VoteHeld"}),
    "participants": frozenset(PARTICIPATION),
    "answers": frozenset({"ProposalAccepted", "ProposalRefused", "BaseRequestRefused", "VoteHeld"}),
    "endorsed_by": frozenset({"AgreementEndorsed"}),
    "reservations": frozenset({"ReservationMade", "ReservationWithdrawn", "ReservationObjected"}),
    "red_lines": frozenset({"RedLineDeclared"}),
    "concessions": frozenset({"ConcessionMade"}),
    "consents": frozenset({"AgreementRatified", "ConsentExpressed"}),
}
#: What names the parties of an agreement where no entry gives them as such.
_JOINING: Final = frozenset({"AgreementSigned", *_SPEAKING["consents"], "AgreementRevoked", "DenunciationNotified"})
#: The parts that are entries, and those whose values hold the entries behind them.
_OF_ENTRIES: Final = frozenset(
    ("reservations", "incidents", "flagged", "undetermined", "red_lines", "concessions"),
)
_BY_PARTY: Final = frozenset({"participants", "answers"})
_VOTES: Final = frozenset({"approvals", "votes"})
_WITH_REASONS: Final = frozenset({"rivals", "figures", "expected"})
#: The parts beside which a view has a field of the entries behind them.
_WITH_OWN: Final = frozenset({"contested", "consents", "ends"})
#: The parts of a view that hold the entries behind them, for a look at all of them.
_KNOWING: Final = (*sorted(_OF_ENTRIES), *sorted(_BY_PARTY), *sorted(_VOTES), *sorted(_WITH_REASONS))
_HIDDEN: Final = frozenset({"because", "uncertain", "state", "stance", "deadline_because", "count"})
_ENDS: Final = (".", "!", "?", "…")


def parts_of(view: State | Position) -> tuple[str, ...]:
    """Return the parts of what is said of a thing that can be asked for, such as ``strength`` or ``deadline``."""
    return tuple(name for name in view.to_json() if name not in _HIDDEN)


def part_of(standing: Status, subject: str, view: State | Position, part: str) -> Answer | None:
    """Return what is concluded of one part of a thing, such as its strength or its deadline; None where it has none."""
    if part not in parts_of(view):
        return _participant(standing, view, part) or line_of(standing, view, part)
    claims, value = standing.claims, getattr(view, part)
    gone = [(reading, how) for reading, how in retracted(claims, subject) if speaks(reading, part)]
    text = _text_of(view, part, claims.names)
    says = f"{_named(view, claims.names)}: {text}{'' if text.endswith(_ENDS) else '.'}"
    shown = value.to_json() if isinstance(value, Quantity) else list(value) if isinstance(value, tuple) else value
    dated = not isinstance(value, tuple | dict) and part != "contested"
    because = known_by(view, part)
    if because is not None:
        return Answer(says, shown, _in_order(claims, because), gone if part != "since" else [], dated=dated)
    readings, others = _speaking(standing, subject, part, value)
    return Answer(says, shown, readings, [*(others if dated else ()), *gone], dated=dated)


def _named(view: State | Position, names: Mapping[str, str]) -> str:
    if isinstance(view, Position):
        return called(view.subject, names)
    return titled(view.id, getattr(view, "title", None))


def _text_of(view: State | Position, part: str, names: Mapping[str, str]) -> str:
    """Return a part of a thing in words, with what it is called."""
    value = getattr(view, part)
    if part == "contested":
        return f"its denunciation is {'contested' if value else 'not contested'}"
    if isinstance(value, Quantity):
        told = figure_text(value.low, value.high, value.unit, value.scope, approximate=value.approximate)
    elif part == "since":
        told = value or "a time not known"
    elif part == "figures":
        told = "; ".join(figures_text(value)) or "none known"
    elif part == "answers" and isinstance(view, Proposal):
        told = answered_in(view, names, least=1) or "none known"
    else:
        told = part_text(part, plain(value), names)
    return f"{part.replace('_', ' ')} {told}"


def answered_in(view: Proposal, names: Mapping[str, str], least: int = 2) -> str:
    """Return who has answered a proposal and how, and who has not; empty where its state tells of the only answer."""
    is_told = len(view.answers) >= least or (view.answers and view.silent)
    return answers_text(plain(view.answers), view.silent, names) if is_told else ""


def known_by(view: Any, part: str) -> Iterable[str] | None:  # noqa: ANN401 - any view
    """Return the entries that a part of a thing rests on where the view knows them; None where it does not."""
    value = getattr(view, part)
    if isinstance(value, Quantity):
        return value.because
    if part in _OF_ENTRIES:
        return tuple(value)
    if part in _VOTES:
        return [vote.entry for vote in value]
    if part in _BY_PARTY or part in _WITH_REASONS:
        return [entry for one in (value.values() if part in _BY_PARTY else value) for entry in one.because]
    # Since when it is so, and whose word made the state of a proposal, is known with that state.
    is_of_state = part == "since" or (part == "party" and isinstance(view, Proposal))
    own = "because" if is_of_state else f"{part}_because" if part in _WITH_OWN else None
    return None if own is None else tuple(getattr(view, own))


def _in_order(claims: Claims, entries: Iterable[str]) -> list[Reading]:
    """Return how entries read, each once, in fold order."""
    return sorted(readings_of(claims, entries), key=lambda reading: reading.order)


def _speaking(
    standing: Status,
    subject: str,
    part: str,
    value: Any,  # noqa: ANN401 - whatever a view holds
) -> tuple[list[Reading], list[tuple[Reading, str]]]:
    """Return the entries that give the value of a part of a thing, and those that give another one, each with how."""
    speaking = [reading for reading in standing.readings(subject) if reading.asserts and speaks(reading, part)]
    if part == "parties" and not speaking:
        speaking = [reading for reading in standing.readings(subject) if reading.asserts and reading.kind in _JOINING]
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
    return readings, others


def _participant(standing: Status, view: State | Position, party: str) -> Answer | None:
    """Return how a party takes part in an agreement, or answers a proposal; None if there is no such."""
    names = standing.claims.names
    who = named("party", party, names)
    if isinstance(view, Proposal) and party in view.silent:
        tabling = [one for one in standing.readings(view.subject) if one.asserts and one.event.moves_to == "tabled"]
        return Answer(f"{who}: no answer is known.", None, tabling, [])
    parts = view.participants if isinstance(view, Agreement) else view.answers if isinstance(view, Proposal) else {}
    part = parts.get(party)
    if part is None:
        return None
    state = part.state.replace("-", " ") if part.state else "nothing is said of it"
    says = f"{who} in {view.title or view.id}: {state}." if isinstance(view, Agreement) else f"{who}: {state}."
    return Answer(says, part.state, readings_of(standing.claims, part.because), [], dated=part.state is not None)


def line_of(standing: Status, view: View, part: str) -> Answer | None:
    """Return what a line of figures says, which is asked for by its quantity, and by its scope if it has one."""
    figures = view.figures if isinstance(view, State | Partners | Topic) else ()
    lines = [line for line in figures if part in {line.quantity, f"{line.quantity}/{line.scope}"}]
    lines = [line for line in lines if line.scope is None or "/" in part] or lines
    if not lines:
        return None
    gone = [
        (reading, how)
        for reading, how in retracted(standing.claims, view.subject)
        if any(measure[1:4] == (line.quantity, line.unit, line.scope) for measure in reading.measures for line in lines)
    ]
    readings = readings_of(standing.claims, (name for line in lines for name in line.because))
    value = lines[0].to_json() if len(lines) == 1 else [line.to_json() for line in lines]
    name = called(view.subject, standing.claims.names)
    return Answer(f"{name}: {'; '.join(figures_text(lines))}.", value, readings, gone, dated=True)


def speaks(reading: Reading, part: str) -> bool:
    """Say whether an entry speaks of a part of a thing."""
    event = reading.event.event
    part = "until" if part == "term_over" else part
    if part in _SPEAKING:
        return event in _SPEAKING[part]
    if part == "kind" and event == "VoteHeld":
        # Of what kind the vote was.
        return False
    if part == "destination" and event == "DestinationUndetermined":
        return True
    if part == "strength" and event == "WithdrawalProgressReported":
        return getattr(reading.event, "of", None) is not None
    if part == "tabled_by":
        return reading.event.moves_to == "tabled"
    return bool(reading.party if part == "party" else getattr(reading.event, part, None))


def _gives(reading: Reading, part: str, value: Any) -> bool:  # noqa: ANN401 - whatever a view holds
    """Say whether an entry that speaks of a part of a thing says what is concluded of it."""
    if part in _SPEAKING or isinstance(value, tuple | bool):
        return True
    given = reading.party if part in {"tabled_by", "party"} else getattr(reading.event, part, None)
    return given == value or (given is not None and str(given) == value)


def resting(standing: Status, entry: str) -> Iterator[str]:
    """Yield the subjects of which something is said because of an entry: a state, or any part of what is said."""
    reading = standing.claims.get(entry)
    about = () if reading is None else reading.subjects
    for subject in standing.subjects:
        view = standing.view(subject)
        if view is not None and (
            entry in view.because or (subject in about and _rests(standing, subject, view, entry))
        ):
            yield subject


def _rests(standing: Status, subject: str, view: View, entry: str) -> bool:
    """Say whether a part of what is said of a subject rests on an entry about it."""
    if any(getattr(view, part, None) and entry in (known_by(view, part) or ()) for part in _KNOWING):
        return True
    if not isinstance(view, State | Position):
        return False
    parts = (part for part in parts_of(view) if getattr(view, part))
    answers = (part_of(standing, subject, view, part) for part in parts)
    return any(reading.id == entry for answer in answers if answer for reading in answer.readings)
