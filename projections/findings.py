"""Findings: what does not fit, what is open, what is overdue, and what rests on little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.dates import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims import Claims
    from projections.cut import Cut
    from projections.history import History
    from projections.positions import Position
    from projections.states import State, Withdrawal
    from projections.status import Status
    from tracker.log import EventLog


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: its kind, the subject it concerns, the entries it comes from, and a sentence."""

    kind: str
    subject: str
    entries: tuple[str, ...]
    message: str

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON holds it."""
        return {"kind": self.kind, "subject": self.subject, "entries": list(self.entries), "message": self.message}


def findings(
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of a negotiation at a cut, by subject in the order in which subjects first occur."""
    from projections.status import status

    return status(source, negotiation, cut, without=without, today=today).findings


def findings_of(status: Status, standing: Claims, *, today: date | None = None) -> tuple[Finding, ...]:
    """Return the findings of a status; without a day, from the cut or the caller, nothing is judged overdue."""
    day = standing.cut.day(standing.recorded, today)
    found: list[Finding] = []
    for family in status.things.values():
        for state in family.values():
            found += _moves(state)
            found += _OPEN[state.family](state, day)
            found += _support(state.subject, state, standing)
    for by_matter in status.positions.values():
        for position in by_matter.values():
            found += _support(position.subject, position, standing)
    return tuple(found)


def _moves(state: State) -> Iterator[Finding]:
    """Yield the moves of a thing that its state machine does not allow."""
    for before, after in state.lifecycle.illegal:
        yield Finding(
            "illegal-transition",
            state.subject,
            (before.id, after.id),
            f"{state.id} went from {_state(before.event)} to {_state(after.event)}, which nothing allows.",
        )
    for before, after in state.lifecycle.backward:
        yield Finding(
            "order-conflict",
            state.subject,
            (before.id, after.id),
            f"{state.id} is said to be {_state(after.event)} after it was {_state(before.event)} already.",
        )


def _state(event: Any) -> str:  # noqa: ANN401 - any event of a family with states
    return (event.moves_to or "superseded").replace("-", " ")


def _support(subject: str, view: State | Position, standing: Claims) -> Iterator[Finding]:
    """Yield where a state rests on no evidence."""
    if getattr(view, "state", "") is None:
        return
    readings = [reading for name in view.because if (reading := standing.get(name)) is not None]
    if not any(reading.evidence for reading in readings):
        yield Finding("unsourced", subject, view.because, f"{_name(subject)} rests on no evidence.")


def _name(subject: str) -> str:
    return subject.partition(":")[2]


def _agreement(state: State, day: int | None) -> Iterator[Finding]:
    del day
    if state.state == "denunciation-announced":
        yield _question(state, "its denunciation was announced, but not notified", state.because)


def _proposal(state: State, day: int | None) -> Iterator[Finding]:
    del day
    if state.state == "tabled":
        yield _question(state, "it has no answer", state.because)


def _round(state: State, day: int | None) -> Iterator[Finding]:
    scheduled = getattr(state, "scheduled", None)
    if state.state == "announced" and scheduled and day is not None and When(scheduled).upper < day:
        yield _question(state, f"it was to be held {scheduled}, but is not said to have been", state.because)


def _withdrawal(state: State, day: int | None) -> Iterator[Finding]:
    withdrawal: Withdrawal = state  # type: ignore[assignment] # the table below pairs families and functions
    if state.state == "ordered" and withdrawal.deadline is None:
        yield _question(state, "it is ordered, but there is no timetable", state.because)
    if withdrawal.undetermined and state.state != "completed":
        yield _question(state, "where the force will go is not determined", withdrawal.undetermined)
    ended = state.state in {"completed", "reversed"}
    if withdrawal.deadline is not None and not ended and _is_over(withdrawal.deadline, day):
        because = (withdrawal.deadline_because or "",)
        yield Finding("overdue", state.subject, because, f"{state.id} was to end by {withdrawal.deadline} and has not.")


def _commitment(state: State, day: int | None) -> Iterator[Finding]:
    due = getattr(state, "due", None)
    if due is not None and state.state == "undertaken" and _is_over(due, day):
        yield Finding("overdue", state.subject, state.because, f"{state.id} was due {due} and is not fulfilled.")


_OPEN = {
    "agreement": _agreement,
    "proposal": _proposal,
    "round": _round,
    "withdrawal": _withdrawal,
    "commitment": _commitment,
}


def _is_over(deadline: str, day: int | None) -> bool:
    return day is not None and When(deadline).upper < day


def _question(state: State, what: str, entries: tuple[str, ...]) -> Finding:
    return Finding("open-question", state.subject, entries, f"{state.id}: {what}.")
