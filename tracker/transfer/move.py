"""Moving entries to another negotiation of the same log: retracted here and recorded there, each naming the other."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.codec import origin_of
from tracker.entry import prepare
from tracker.errors import EntryRejectedError, Problem
from tracker.events.acts import UltimatumIssued
from tracker.events.knowledge import EntryCorrected, EntryRetracted
from tracker.events.references import REGISTERED_BY, references, written_references
from tracker.negotiation import apply_changes
from tracker.retractions import Again, retracting, retractions, with_new_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tracker.codec import Recorded
    from tracker.entry import Prepared
    from tracker.events.base import Event
    from tracker.events.naming import Reference
    from tracker.log import EventLog
    from tracker.recording import Receipt


class Moved(NamedTuple):
    """What moving came to: the entries that were moved, what was registered there for them, and the receipt."""

    entries: list[str]
    registered: list[str]
    receipt: Receipt


def move(log: EventLog, negotiation: str, entries: Sequence[str], to: str, *, by: str | None = None) -> Moved:
    """Retract entries in a negotiation and record them in another one, in one transaction.

    What is said about them, and stands, goes with them, denials included; the parties, matters and sources that they
    name, in their corrections too, are registered there if they are not. What was moved away before and comes back has
    its retraction retracted. Raises `EntryRejectedError` where an entry is retracted, opens its negotiation, rests on
    one that stays, or is an ultimatum apart from what settles it.
    """
    known = {recorded.id: recorded for recorded in log.read(negotiation)}
    here = _Here(negotiation, known, retractions(log.store, negotiation))
    there = log.application.negotiation(to).registers
    back = retractions(log.store, to)
    moving = _with_what_is_said(here, entries)
    _require_together(here, {one.id for one in moving}, lambda recorded: _is_there(log, recorded, to, back))
    ready: list[Prepared] = []
    registered: list[str] = []
    lines = {_registers(recorded): recorded for recorded in reversed(here.known.values())}
    taken = {(kind, name) for kind, names in there.items() for name in names}

    def need(recorded: Recorded) -> None:
        for _, kind, name in here.names(recorded.event):
            if kind != "entry" and (kind, name) not in taken and (kind, name) in lines:
                taken.add((kind, name))
                need(lines[kind, name])
                ready.append(_ready(log, lines[kind, name], to))
                registered.append(f"{kind} {name}")

    for recorded in moving:
        entry = _ready(log, recorded, to)
        if entry.registers:
            taken.add(entry.registers)
        need(recorded)
        ready.append(entry)
    away = [
        EntryRetracted(negotiation=negotiation, entry=one.id, reason=f"moved to {to} as {one.id}") for one in moving
    ]
    returning = [retraction for one in moving for retraction in back.get(one.id, ())]
    restored = retracting(log.store, to, returning, f"moved back from {negotiation}")
    everything: list[Event | Prepared] = [*ready, *restored, *with_new_ids(log.store, away)]
    places = [("", index) for index in range(len(everything))]
    try:
        # What comes back is there and retracted, of which nobody has to be warned.
        receipt = log.record(everything, by=by, again=Again(log.store), places=places)
    except EntryRejectedError as error:
        # Nobody wrote these one under another: each is named by its id.
        problems = (
            replace(problem, message=f"entry {everything[problem.line].id!r}: {problem.message}", line=0)
            for problem in error.problems
        )
        raise EntryRejectedError(problems, rejected=error.rejected) from None
    return Moved([one.id for one in moving], registered, receipt)


@dataclass
class _Here:
    """The entries of a negotiation from which some are moved, and how those that stand read."""

    negotiation: str
    known: dict[str, Recorded]
    standing: Mapping[str, Sequence[str]]
    readings: dict[str, Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        corrections: dict[str, list[EntryCorrected]] = {}
        # A correction was recorded after its entry: from the last, it is read before that is.
        for name, recorded in reversed(self.known.items()):
            event = recorded.event
            if name in self.standing or isinstance(event, EntryRetracted):
                continue
            for correction in reversed(corrections.get(name, ())):
                with suppress(EntryRejectedError):
                    event = apply_changes(event, correction.changes)
            self.readings[name] = event
            if isinstance(event, EntryCorrected):
                corrections.setdefault(event.entry, []).append(event)

    def names(self, event: Event) -> list[Reference]:
        """Return what an entry names, that in the changes of a correction included."""
        found = references(event)
        if isinstance(event, EntryCorrected):
            found += self._in_changes(event.entry, event.changes)
        return found

    def _in_changes(self, name: str, changes: dict[str, Any]) -> list[Reference]:
        target = self.known[name].event
        found = written_references(type(target), changes)
        inner = changes.get("changes")
        if isinstance(target, EntryCorrected) and isinstance(inner, dict):
            found += self._in_changes(target.entry, inner)
        return found

    def settled(self, name: str) -> Iterator[str]:
        """Yield the ultimatums that an entry settles as it reads."""
        for one in getattr(self.readings.get(name), "settles", ()):
            if isinstance(self.readings.get(one), UltimatumIssued):
                yield one


def _with_what_is_said(here: _Here, entries: Sequence[str]) -> list[Recorded]:
    """Return entries with what is said about them and stands, in the order of recording."""
    wanted = dict.fromkeys(entries)
    problems = []
    for name in wanted:
        if name in here.standing:
            back = f"`communique retract {here.negotiation} {name} --restore` first"
            problems.append(Problem(f"{name!r} is retracted; {back}"))
        elif here.known[name].event.event == "NegotiationOpened":
            problems.append(Problem(f"{name!r} opens {here.negotiation} and stays there"))
    if problems:
        raise EntryRejectedError(problems)
    said: dict[str, list[str]] = {}
    for name, reading in here.readings.items():
        for _, kind, about in references(reading):
            if kind == "entry":
                said.setdefault(about, []).append(name)
    todo = list(wanted)
    while todo:
        found = [name for name in said.get(todo.pop(), ()) if name not in wanted]
        wanted.update(dict.fromkeys(found))
        todo += found
    return [recorded for recorded in here.known.values() if recorded.id in wanted]


def _require_together(here: _Here, moving: set[str], is_there: Callable[[Recorded], bool]) -> None:
    """Refuse to part entries from those that they rest on, and ultimatums from what settles them."""
    told = []
    for name in (name for name in here.known if name in moving):
        named = {about for _, kind, about in here.names(here.known[name].event) if kind == "entry"}
        told += [
            f"{name!r} is about {about!r}, which stays in {here.negotiation}; move {about} too"
            for about in sorted(named - moving)
            if not is_there(here.known[about])
        ]
    for name in here.readings:
        for ultimatum in here.settled(name):
            if (name in moving) != (ultimatum in moving):
                stays = ultimatum if name in moving else name
                why = f"{name!r} settles {ultimatum!r}, and {stays} stays in {here.negotiation}"
                told.append(f"{why}; move {stays} too, or correct `settles` of {name} first")
    if told:
        raise EntryRejectedError(Problem(why) for why in told)


def _is_there(log: EventLog, recorded: Recorded, to: str, back: Mapping[str, Sequence[str]]) -> bool:
    """Say whether another negotiation has the same entry, and it stands there."""
    if not log.store.versions([(to, recorded.id)]) or recorded.id in back:
        return False
    one, other = (prepare(entry.event) for entry in (recorded, log.entry(to, recorded.id)))
    return (one.topic, one.content) == (other.topic, other.content)


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
