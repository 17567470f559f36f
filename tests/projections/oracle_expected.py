"""What judgement asks for of what is to come, worked out the slow way: dates, terms, notices, threats, plans.

Like `oracle.py` it is written from the text alone, and takes from that which entries stand and how they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.projections.oracle import ARROWS, FINAL_SIDES, OPEN_SIDES, leads
from tests.projections.oracle_parties import EFFECTIVE, are_many, day_of, moves_of, told
from tests.projections.oracle_single import beside, shown, stands
from tests.projections.oracle_values import said_of, terms_of
from tracker.dates import When, day_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.projections.oracle import Oracle
    from tests.projections.oracle_single import Said
    from tracker.codec import Recorded

#: What is to come: of which subject, of what kind, by when as written, and how that stands.
Coming = tuple[str, str, str, str]
_ENDED: Final = {"terminated", "expired", "superseded"}
_OVER: Final = {"fulfilled", "breached", "released", "expired"}
_NOTICES: Final = {"DenunciationNotified", "DenunciationResumed"}
_EXITS: Final = {"ParticipationEnded", "AgreementTerminated"}
#: What ends the suspension of a notice, and of a commitment.
_GOING_ON: Final = {"DenunciationResumed", "DenunciationWithdrawn"}


def expected(oracle: Oracle) -> set[Coming]:
    """Return what is to come of things, and of ultimatums."""
    things = {event.subject or "" for event in map(oracle.event, oracle.standing())}
    found: set[Coming] = set()
    for subject in sorted(one for one in things if one.partition(":")[0] in ARROWS):
        family, _, name = subject.partition(":")
        about = [(entry, event) for entry, event in told(oracle) if event.subject == subject]
        if family == "agreement":
            found |= _of_agreement(oracle, name, about)
        elif family == "withdrawal":
            done = {entry.id for entry, event in about if event.event == "WithdrawalCompleted"}
            found |= _dates(oracle, subject, "deadline", said_of(oracle, subject, "deadline"), done)
        elif family == "commitment":
            found |= _of_commitment(oracle, subject, about)
        elif family == "round":
            found |= _scheduled(oracle, subject, about)
        if family != "proposal":
            found |= _planned(oracle, subject, about)
    settled = {name for _, event in told(oracle) for name in getattr(event, "settles", ())}
    for entry, event in told(oracle):
        if event.event == "UltimatumIssued" and event.deadline is not None:
            standing = "void" if entry.id in settled else _by_day(oracle, event.deadline)
            found.add((f"entry:{entry.id}", "ultimatum", event.deadline.text, standing))
    return found | _foretold(oracle, settled)


def _foretold(oracle: Oracle, settled: set[str]) -> set[Coming]:
    """Return the ultimatums that are told of a time that has not come, or announced for a later one."""
    happened = {entry.id for entry, _ in told(oracle)}
    found: set[Coming] = set()
    for entry in oracle.standing():
        event: Any = oracle.event(entry)
        is_said = event.event == "UltimatumIssued" and event.modality not in {"denied", "hypothetical"}
        if is_said and event.deadline is not None and event.occurred is not None and entry.id not in happened:
            standing = "void" if entry.id in settled else _by_day(oracle, event.occurred)
            found.add((f"entry:{entry.id}", "plan", event.occurred.text, standing))
    return found


def _of_commitment(oracle: Oracle, subject: str, about: list[tuple[Recorded, Any]]) -> set[Coming]:
    """Return by when it is due, how long it binds, and how long it is suspended."""
    done = {entry.id for entry, event in about if event.event == "CommitmentFulfilled"}
    found = _dates(oracle, subject, "due", said_of(oracle, subject, "due"), done)
    term = [(entry, event.until, None) for entry, event in about if _binds_until(event)]
    over = {entry.id for entry, event in about if event.moves_to in _OVER}
    found |= _dates(oracle, subject, "until", term, over, extends=lambda _: True)
    paused = [
        (entry, event.until, None) for entry, event in about if event.event == "CommitmentSuspended" and event.until
    ]
    going_on = [entry for entry, event in about if event.moves_to in {"undertaken", *_OVER}]
    return found | _dates(oracle, subject, "until", paused, after=going_on, extends=lambda _: True)


def _binds_until(event: Any) -> bool:  # noqa: ANN401 - an event about a commitment
    return event.event != "CommitmentSuspended" and getattr(event, "until", None) is not None


def _of_agreement(oracle: Oracle, name: str, about: list[tuple[Recorded, Any]]) -> set[Coming]:
    """Return when its term ends, when notices, exits and consents take effect, and how long notices are suspended."""
    subject, is_many = f"agreement:{name}", are_many(oracle, name)
    moves = moves_of(oracle, subject)
    ended = {entry.id for entry, _, new in moves if new in _ENDED}
    in_effect = {entry.id for entry, _, _ in moves}
    found = _dates(
        oracle, subject, "term", terms_of(oracle, name), ended, extends=lambda event: event.event == "AgreementExtended"
    )
    exits = [(entry, event) for entry, event in about if event.event in _EXITS and entry.id in in_effect]
    days: dict[str, list[Said]] = {}
    for entry, event in about:
        if event.event in EFFECTIVE | _NOTICES and (day := day_of(event, are_many=is_many)) is not None:
            days.setdefault(day, []).append((entry, event.effective, None))
    for day, said in days.items():
        met = {entry.id for entry, _, _ in said if _is_late(oracle, entry) and entry.id in in_effect}
        mine = [
            (entry, event) for entry, event in about if _of(event, is_many=is_many) == day.removeprefix("the exit of ")
        ]
        after = [entry for entry, event in mine if event.event == "DenunciationWithdrawn"]
        after += [entry for entry, event in exits if (entry, event) in mine]
        put_off = [entry for entry, event in mine if event.event == "DenunciationSuspended"]
        if day == "the end":
            put_off += _moved_on(oracle, about)
        if day.startswith("the consent"):
            after, put_off = [], []
        to_come = [one for one in said if _is_to_come(oracle, said, one)]
        found |= _dates(oracle, subject, "effective", said, ended | met, after=after, put_off=put_off, only=to_come)
    pauses: dict[str, list[Said]] = {}
    for entry, event in about:
        if event.event == "DenunciationSuspended" and event.until is not None:
            pauses.setdefault(_of(event, is_many=is_many), []).append((entry, event.until, None))
    for whose, said in pauses.items():
        mine = [(entry, event) for entry, event in about if _of(event, is_many=is_many) == whose]
        after = [entry for entry, event in mine if event.event in _GOING_ON]
        after += [entry for entry, event in exits if (entry, event) in mine]
        found |= _dates(oracle, subject, "until", said, ended, after=after, extends=lambda _: True)
    return found


def _of(event: Any, *, is_many: bool) -> str:  # noqa: ANN401 - an event about an agreement
    """Return whose notice an entry is about: of two parties there is one."""
    party = getattr(event, "party", None)
    return party if is_many and party is not None else "the end"


def _is_late(oracle: Oracle, entry: Recorded) -> bool:
    """Say whether what an entry says takes effect by itself, on a later day."""
    event: Any = oracle.event(entry)
    return event.event in EFFECTIVE and event.effective.lower > oracle.place(entry)[0]


def _is_to_come(oracle: Oracle, said: list[Said], one: Said) -> bool:
    """Say whether a day was still to come when it was given last."""
    last = [entry for entry, given, _ in said if given.text == one[1].text][-1]
    return oracle.event(last).event in _NOTICES or _is_late(oracle, last)


def _moved_on(oracle: Oracle, about: list[tuple[Recorded, Any]]) -> list[Recorded]:
    """Return the extensions that moved the day on which a notice, or an end, was to take effect."""
    found, ends = [], False
    for entry, event in about:
        if event.event == "AgreementExtended" and event.until is not None and ends:
            found.append(entry)
        elif event.event in {*_NOTICES, "AgreementTerminated"} and event.effective is not None:
            ends = True
        elif event.event in {"DenunciationSuspended", "DenunciationWithdrawn"}:
            ends = False
    del oracle
    return found


def _dates(
    oracle: Oracle,
    subject: str,
    kind: str,
    said: list[Said],
    met: set[str] | None = None,
    *,
    after: list[Recorded] | None = None,
    put_off: list[Recorded] | None = None,
    extends: Callable[[Any], bool] = lambda _: False,
    only: list[Said] | None = None,
) -> set[Coming]:
    """Return the dates that are given for one value, each met, void, ahead or passed.

    Entries `met` fulfil it whatever their day, those `after` only what was said before them, and those `put_off` make
    that void; what `extends` meets the dates before it.
    """
    found = set()
    for date in dict.fromkeys(given.text for _, given, _ in (said if only is None else only) if given is not None):
        giving = [entry for entry, given, _ in said if given is not None and given.text == date]
        replaced = not stands(oracle, said, date)
        last = oracle.place(giving[-1])
        is_extended = replaced and any(extends(oracle.event(entry)) for entry in _shown_by(oracle, said))
        is_met = bool(met) or is_extended or any(oracle.place(entry) > last for entry in after or ())
        is_void = (
            replaced
            or any(oracle.place(entry) > last for entry in put_off or ())
            or _is_off(oracle, subject, oracle.place(giving[0]))
        )
        standing = "met" if is_met else "void" if is_void else _by_day(oracle, When(date))
        found.add((subject, kind, date, standing))
    return found


def _shown_by(oracle: Oracle, said: list[Said]) -> list[Recorded]:
    """Return the entries that give the value that is shown."""
    value = shown(oracle, said)
    return [entry for entry, given, _ in beside(oracle, said) if (None if given is None else str(given)) == value]


def _scheduled(oracle: Oracle, subject: str, about: list[tuple[Recorded, Any]]) -> set[Coming]:
    """Return the days for which a round was announced; a later announcement replaces an earlier one."""
    is_met = any(event.moves_to in {"under-way", "concluded"} for _, event in about)
    said = [(entry, event.scheduled) for entry, event in about if getattr(event, "scheduled", None) is not None]
    found: set[Coming] = set()
    for number, (entry, date) in enumerate(said, 1):
        is_void = number < len(said) or _is_off(oracle, subject, oracle.place(entry))
        standing = "met" if is_met else "void" if is_void else _by_day(oracle, date)
        found.add((subject, "scheduled", date.text, standing))
    return found


def _planned(oracle: Oracle, subject: str, about: list[tuple[Recorded, Any]]) -> set[Coming]:
    """Return what is announced for a later time, and what is told of a time that has not come."""
    happened = {entry.id for entry, _ in told(oracle)}
    found: set[Coming] = set()
    for entry in oracle.standing():
        event = oracle.event(entry)
        is_said = event.modality not in {"denied", "hypothetical"} and event.subject == subject
        if not is_said or entry.id in happened or event.occurred is None:
            continue
        same = [its for _, its in about if its.event == event.event]
        known = oracle.place(entry)[2]
        is_met = bool(same) or any(_is_later(subject, event.moves_to, *state, known) for state in _was(oracle, subject))
        is_void = _is_off(oracle, subject, (known, 1 << 62))
        standing = "met" if is_met else "void" if is_void else _by_day(oracle, event.occurred)
        found.add((subject, "plan", event.occurred.text, standing))
    return found


def _was(oracle: Oracle, subject: str) -> set[tuple[str, int]]:
    """Return the states in which a thing was, each with when it was entered."""
    moves = moves_of(oracle, subject)
    found = set()
    for number in range(1, len(moves) + 1):
        state, because, _, _ = oracle.fold(subject, moves[:number])
        if state is not None:
            found.add((state, oracle.place(because[0])[0]))
    return found


def _is_later(subject: str, planned: str | None, state: str, since: int, known: int) -> bool:
    """Say whether a state comes after the planned one on a path; if that may come again, after the plan was told."""
    arrows = [arrow.split(">") for arrow in ARROWS[subject.partition(":")[0]].split()]
    if planned is None or not leads(arrows, planned, state):
        return False
    return not leads(arrows, state, planned) or since > known


def _is_off(oracle: Oracle, subject: str, arose: tuple[Any, ...]) -> bool:
    """Say whether a thing has ended or broken off, or was suspended since something arose."""
    state, because, _, _ = oracle.fold(subject, moves_of(oracle, subject))
    if state is None:
        return False
    if state == "suspended":
        return oracle.place(because[0]) > arose
    arrows = [arrow.split(">") for arrow in ARROWS[subject.partition(":")[0]].split()]
    is_final = state not in OPEN_SIDES and not any(source == state for source, _ in arrows)
    return is_final or state in OPEN_SIDES | FINAL_SIDES


def _by_day(oracle: Oracle, date: When) -> str:
    """Return `passed` once the day of the cut lies after a date as evidence, which leaves room where it is about."""
    if oracle.day is None:
        return "ahead"
    return "passed" if day_end(date.proves()[1]) < oracle.day else "ahead"
