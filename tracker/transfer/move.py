"""Moving entries to another negotiation of the same log: retracted here and recorded there, each naming the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tracker.codec import origin_of
from tracker.entry import prepare
from tracker.errors import EntryRejectedError, Problem
from tracker.events.knowledge import EntryRetracted
from tracker.events.references import REGISTERED_BY, entry_of
from tracker.retractions import Again, retracting, retractions, with_new_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.codec import Recorded
    from tracker.entry import Prepared
    from tracker.log import EventLog
    from tracker.recording import Receipt


class Moved(NamedTuple):
    """What moving came to: the entries that were moved, what was registered there for them, and the receipt."""

    entries: list[str]
    registered: list[str]
    receipt: Receipt


def move(log: EventLog, negotiation: str, entries: Sequence[str], to: str, *, by: str | None = None) -> Moved:
    """Retract entries in a negotiation and record them in another one, in one transaction.

    What is said about them, and stands, goes with them; the parties, matters and sources that they name are registered
    there if they are not. What was moved away before and comes back has its retraction retracted. Raises
    `EntryRejectedError` where an entry is retracted, opens its negotiation, or rests on one that stays.
    """
    known = {recorded.id: recorded for recorded in log.read(negotiation)}
    there = log.application.negotiation(to).registers
    moving = _with_what_is_said(log, negotiation, known, entries)
    ready: list[Prepared] = []
    registered: list[str] = []
    lines = {_registers(recorded): recorded for recorded in reversed(known.values())}
    taken = {(kind, name) for kind, names in there.items() for name in names}

    def need(entry: Prepared) -> None:
        for name in entry.names:
            if name[0] != "entry" and name not in taken and name in lines:
                taken.add(name)
                line = _ready(log, lines[name], to)
                need(line)
                ready.append(line)
                registered.append(" ".join(name))

    for recorded in moving:
        entry = _ready(log, recorded, to)
        if entry.registers:
            taken.add(entry.registers)
        need(entry)
        ready.append(entry)
    away = [
        EntryRetracted(negotiation=negotiation, entry=one.id, reason=f"moved to {to} as {one.id}") for one in moving
    ]
    back = retractions(log.store, to)
    returning = [retraction for one in moving for retraction in back.get(one.id, ())]
    restored = retracting(log.store, to, returning, f"moved back from {negotiation}")
    # What comes back is there and retracted, of which nobody has to be warned.
    receipt = log.record([*ready, *restored, *with_new_ids(log.store, away)], by=by, again=Again(log.store))
    return Moved([one.id for one in moving], registered, receipt)


def _with_what_is_said(
    log: EventLog, negotiation: str, known: dict[str, Recorded], entries: Sequence[str]
) -> list[Recorded]:
    """Return entries with what is said about them and stands, in the order of recording."""
    standing = retractions(log.store, negotiation)
    wanted = dict.fromkeys(entries)
    problems = []
    for name in wanted:
        if name in standing:
            problems.append(
                Problem(f"{name!r} is retracted; `communique retract {negotiation} {name} --restore` first")
            )
        elif known[name].event.event == "NegotiationOpened":
            problems.append(Problem(f"{name!r} opens {negotiation} and stays there"))
    if problems:
        raise EntryRejectedError(problems)
    for recorded in known.values():
        event = recorded.event
        is_said = event.kind_of_entry == "knowledge" and entry_of(event) in wanted
        if is_said and recorded.id not in standing and not isinstance(event, EntryRetracted):
            wanted[recorded.id] = None
    return [recorded for recorded in known.values() if recorded.id in wanted]


def _ready(log: EventLog, recorded: Recorded, to: str) -> Prepared:
    """Return an entry ready to be recorded in another negotiation, with where it stood first."""
    first = {"negotiation": recorded.event.negotiation, "entry": recorded.id}
    origin = {**origin_of(recorded, log.identity), **first}
    entry = prepare(recorded.event.model_copy(update={"negotiation": to}))
    return entry._replace(origin=json.dumps(origin, ensure_ascii=False).encode())


def _registers(recorded: Recorded) -> tuple[str, str]:
    """Return what an entry registers, two empty texts where that is nothing."""
    register = REGISTERED_BY.get(type(recorded.event))
    return ("", "") if register is None else (register, getattr(recorded.event, register))
