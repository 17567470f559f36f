"""Questions: what is open, and what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.judgement.findings import Finding
from projections.judgement.states import Agreement, Commitment, Proposal, Round, Withdrawal
from tracker.dates import OPEN_FUTURE, OPEN_PAST, When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.judgement.findings import Case
    from projections.judgement.states import State

#: States after which a withdrawal has no future.
_ENDED = frozenset({"completed", "reversed"})


def questions(case: Case) -> Iterator[Finding]:
    """Yield what is open or overdue about one thing; without a day, nothing is judged by its date."""
    match case.view:
        case Agreement(state="denunciation-announced") as thing:
            yield _open(thing, "its denunciation was announced, but not notified", thing.because)
        case Proposal(state="tabled") as thing:
            yield _open(thing, "it has no answer", thing.because)
        case Round(state="announced", scheduled=str(text)) as thing if _is_over(text, case.day):
            yield _open(thing, f"it was to be held {text}, but is not said to have been", thing.because)
        case Commitment(state="undertaken", due=str(text)) as thing if _is_over(text, case.day):
            yield _overdue(case, "due", text, f"{thing.id} was due {text} and is not fulfilled.")
        case Withdrawal() as thing:
            if thing.state == "ordered" and thing.deadline is None:
                yield _open(thing, "it is ordered, but there is no timetable", thing.because)
            if thing.undetermined and thing.state not in _ENDED:
                yield _open(thing, "where the force will go is not determined", thing.undetermined)
            if thing.deadline is not None and thing.state not in _ENDED and _is_over(thing.deadline, case.day):
                message = f"{thing.id} was to end by {thing.deadline} and has not."
                yield _overdue(case, "deadline", thing.deadline, message)


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


def _open(state: State, what: str, entries: tuple[str, ...]) -> Finding:
    return Finding("open-question", state.subject, entries, f"{state.id}: {what}.")


def _overdue(case: Case, field: str, text: str, message: str) -> Finding:
    """Return the finding that a date has passed, with the standing entries that give it as it now stands."""
    entries = tuple(
        reading.id
        for reading in case.readings
        if reading.asserts and (when := reading.event.__dict__.get(field)) is not None and when.text == text
    )
    return Finding("overdue", case.subject, entries, message)
