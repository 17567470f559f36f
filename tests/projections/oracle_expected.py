"""What judgement asks for of what is to come, worked out the slow way: deadlines, terms, rounds and ultimatums.

Like `oracle.py` it is written from the text alone, and takes from that which entries stand and how they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.projections.oracle_parties import told
from tests.projections.oracle_values import is_same, said_of, shown
from tracker.dates import When, day_end

if TYPE_CHECKING:
    from tests.projections.oracle import Oracle

#: What is to come: of which subject, of what kind, by when as written, and how that stands.
Coming = tuple[str, str, str, str]
_MET: Final = {"deadline": {"WithdrawalCompleted"}, "due": {"CommitmentFulfilled"}}
_OFF: Final = {"deadline": {"reversed", "breached"}, "due": {"breached", "released", "expired"}}
_FAMILY: Final = {"deadline": "withdrawal", "due": "commitment"}


def expected(oracle: Oracle) -> set[Coming]:
    """Return what is owed, scheduled or threatened."""
    subjects = {event.subject for _, event in told(oracle)}
    found: set[Coming] = set()
    for kind, family in _FAMILY.items():
        for subject in (one for one in subjects if one and one.startswith(f"{family}:")):
            found |= _owed(oracle, subject, kind)
    for subject in (one for one in subjects if one and one.startswith("round:")):
        found |= _scheduled(oracle, subject)
    settled = {name for _, event in told(oracle) for name in getattr(event, "settles", ())}
    for entry, event in told(oracle):
        if event.event == "UltimatumIssued" and event.deadline is not None:
            standing = "void" if entry.id in settled else _by_day(oracle, event.deadline)
            found.add((f"entry:{entry.id}", "ultimatum", event.deadline.text, standing))
    return found


def _owed(oracle: Oracle, subject: str, kind: str) -> set[Coming]:
    """Return the dates by which something is owed; one that another replaced is void."""
    said = said_of(oracle, subject, kind)
    about = [(entry, event) for entry, event in told(oracle) if event.subject == subject]
    is_met = any(event.event in _MET[kind] for _, event in about)
    moves = [(entry, event, event.moves_to) for entry, event in about]
    state, because, _, _ = oracle.fold(subject, moves)
    value = shown(oracle, said)
    found = set()
    for date in dict.fromkeys(one[1].text for one in said):
        first = next(entry for entry, given, _ in said if given.text == date)
        is_off = state in _OFF[kind] or (state == "suspended" and not oracle.place(first) > oracle.place(because[0]))
        is_replaced = date != value and not _stands_beside(oracle, said, date)
        standing = "met" if is_met else "void" if is_off or is_replaced else _by_day(oracle, When(date))
        found.add((subject, kind, date, standing))
    return found


def _stands_beside(oracle: Oracle, said: list[Any], date: str) -> bool:
    """Say whether a date is a rival of the one that is shown: another one, of the same time."""
    latest = max(said, key=lambda one: oracle.place(one[0]))
    beside = [one for one in said if one is latest or not oracle.are_apart(one[0], latest[0])]
    replaced = [prior for *_, prior in beside if prior]
    kept = [one for one in beside if one[2] or not any(is_same(prior, one[1]) for prior in replaced)] or beside
    value = shown(oracle, said)
    rivals = {given.text for _, given, _ in kept if value is not None and not is_same(given, When(value))}
    return date in rivals


def _scheduled(oracle: Oracle, subject: str) -> set[Coming]:
    """Return the days for which a round was announced; a later announcement replaces an earlier one."""
    about = [(entry, event) for entry, event in told(oracle) if event.subject == subject]
    is_met = any(event.moves_to in {"under-way", "concluded"} for _, event in about)
    state = oracle.fold(subject, [(entry, event, event.moves_to) for entry, event in about])[0]
    dates = [event.scheduled for _, event in about if getattr(event, "scheduled", None) is not None]
    is_off = state in {"suspended", "deadlocked", "cancelled", "concluded"}
    found: set[Coming] = set()
    for number, date in enumerate(dates, 1):
        is_void = is_off or number < len(dates)
        standing = "met" if is_met else "void" if is_void else _by_day(oracle, date)
        found.add((subject, "scheduled", date.text, standing))
    return found


def _by_day(oracle: Oracle, date: When) -> str:
    """Return `passed` once the day of the cut lies after a date as evidence, which leaves room where it is about."""
    if oracle.day is None:
        return "ahead"
    return "passed" if day_end(date.proves()[1]) < oracle.day else "ahead"
