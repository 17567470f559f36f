"""Questions: what is open, and what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from projections.judgement.findings import Finding
from projections.judgement.states import Agreement, Commitment, Proposal, Round, Withdrawal
from tracker.dates import OPEN_FUTURE, OPEN_PAST, When

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from projections.judgement.findings import Case
    from projections.judgement.states import State

#: States after which a withdrawal has no future.
_ENDED = frozenset({"completed", "reversed"})


def questions(case: Case) -> Iterator[Finding]:
    """Yield what is open or overdue about one thing; without a day, nothing is judged by its date."""
    ask = _ASK.get(type(case.view))
    if ask is not None:
        yield from ask(case)


def _agreement(case: Case) -> Iterator[Finding]:
    state = cast("Agreement", case.view)
    if state.state == "denunciation-announced":
        yield _open(state, "its denunciation was announced, but not notified", state.because)


def _proposal(case: Case) -> Iterator[Finding]:
    state = cast("Proposal", case.view)
    if state.state == "tabled":
        yield _open(state, "it has no answer", state.because)


def _round(case: Case) -> Iterator[Finding]:
    state = cast("Round", case.view)
    if state.state == "announced" and state.scheduled is not None and _is_over(state.scheduled, case.day):
        yield _open(state, f"it was to be held {state.scheduled}, but is not said to have been", state.because)


def _withdrawal(case: Case) -> Iterator[Finding]:
    state = cast("Withdrawal", case.view)
    if state.state == "ordered" and state.deadline is None:
        yield _open(state, "it is ordered, but there is no timetable", state.because)
    if state.undetermined and state.state not in _ENDED:
        yield _open(state, "where the force will go is not determined", state.undetermined)
    if state.deadline is not None and state.state not in _ENDED and _is_over(state.deadline, case.day):
        because = _saying(case, "deadline", state.deadline)
        yield Finding("overdue", state.subject, because, f"{state.id} was to end by {state.deadline} and has not.")


def _commitment(case: Case) -> Iterator[Finding]:
    state = cast("Commitment", case.view)
    if state.due is not None and state.state == "undertaken" and _is_over(state.due, case.day):
        because = _saying(case, "due", state.due)
        yield Finding("overdue", state.subject, because, f"{state.id} was due {state.due} and is not fulfilled.")


_ASK: dict[type, Callable[[Case], Iterator[Finding]]] = {
    Agreement: _agreement,
    Proposal: _proposal,
    Round: _round,
    Withdrawal: _withdrawal,
    Commitment: _commitment,
}


def judged_by(view: object) -> int | None:
    """Return the last instant of the date by which a thing is judged, its deadline or the like; None without one."""
    match view:
        case Round(scheduled=str(text)) | Withdrawal(deadline=str(text)) | Commitment(due=str(text)):
            return When(text).upper
    return None


def holds_between(views: Iterable[object], day: int | None) -> tuple[int, int]:
    """Return the last instants of the days between which things are judged as on a day: after the first, to the second.

    Without a day, as before all days.
    """
    limits = [limit for view in views if (limit := judged_by(view)) is not None]
    over = [limit for limit in limits if day is not None and limit < day]
    return max(over, default=OPEN_PAST), min((limit for limit in limits if limit not in over), default=OPEN_FUTURE)


def _is_over(deadline: str, day: int | None) -> bool:
    return day is not None and When(deadline).upper < day


def _saying(case: Case, field: str, text: str) -> tuple[str, ...]:
    """Return the standing entries that give a date as it now stands."""
    return tuple(
        reading.id
        for reading in case.readings
        if reading.asserts and (when := reading.event.__dict__.get(field)) is not None and when.text == text
    )


def _open(state: State, what: str, entries: tuple[str, ...]) -> Finding:
    return Finding("open-question", state.subject, entries, f"{state.id}: {what}.")
