"""One unit of work: entries checked, given ids and chained to what their negotiations hold; and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tracker.codec import decode, timestamp
from tracker.entry import MAX_CONTENT, Prepared, prepare
from tracker.errors import DamageError, EntryRejectedError, Problem
from tracker.events.knowledge import EntryCorrected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tracker.codec import Recorded
    from tracker.events.base import Event
    from tracker.negotiation import Negotiation, NewEntry
    from tracker.spelling import Hints
    from tracker.stores.store import Store

#: Ids of a negotiation that a mistyped one is compared with; reading so many takes a quarter of a second.
MOST_COMPARED: Final = 100_000
#: Characters of an entry that are shown to tell it from another one.
_SHOWN: Final = 120
#: Characters that are shown before the place where two long texts differ.
_BEFORE: Final = 20
#: What may lie between two clocks that are both right: no zone is further from another one.
_ALLOWED: Final = timedelta(days=1)
#: What is said of an entry whose id is there with other content.
TAKEN: Final = "is the id of another entry already"
#: A name that is taken as registered though it is not: (negotiation, kind, name).
Assumption = tuple[str, str, str]


def find(store: Store, negotiation: str, entry: str, version: int) -> Recorded:
    """Return the entry that the index of ids puts at a version; raises `DamageError` where it is not there."""
    for row in store.stream(negotiation, version - 1, version):
        recorded = decode(row.topic, row.state, row.position)
        if recorded.id == entry:
            return recorded
    raise DamageError(
        f"entry {entry!r} of {negotiation} is not where the index of ids puts it; `communique verify` tells more"
    )


@dataclass
class UnitOfWork:
    """What one call of `record` would add, built up event by event without touching the store.

    `get` gives a negotiation to be changed; `stamp` is the time of recording as stored, `quoted_by` the recorder's
    name as JSON, and `drafted_by` that of who had proposed the entries. Where `assumed` is given, an entry that is
    wrong is taken as if it were right by those that rest on it, and its names are added there: one mistake is then
    told once. Without it such entries are simply not there.
    Without `check_ids` the ids are taken to be new, which the store refuses where they are not. `hints` are those of
    the whole script of which this is a part.
    """

    store: Store
    get: Callable[[str], Negotiation]
    quoted_by: str
    stamp: str
    assumed: set[Assumption] | None
    check_ids: bool
    hints: Hints
    drafted_by: str | None = None
    touched: dict[str, Negotiation] = field(default_factory=dict)
    appended: list[NewEntry] = field(default_factory=list)
    #: The entries, as (negotiation, id), that are there already.
    there: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _new: dict[tuple[str, str], Prepared] = field(default_factory=dict)
    _found: dict[tuple[str, str], Event] = field(default_factory=dict)
    _versions: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, entries: Sequence[Prepared], places: Sequence[tuple[str, int]] = ()) -> None:
        """Check each entry against what comes before it, in order; `places` are each one's (file, line)."""
        self._look_up(entries)
        for index, entry in enumerate(entries):
            problems = self._add(entry)
            if problems:
                file, line = places[index] if index < len(places) else ("", index + 1)
                self.problems += [problem.at(file, line) for problem in problems]
                if self.assumed is not None:
                    self.assumed.add((entry.negotiation, "entry", entry.id))
                    if entry.registers is not None:
                        self.assumed.add((entry.negotiation, *entry.registers))
                        self.touched[entry.negotiation].register(*entry.registers)

    def _look_up(self, entries: Sequence[Prepared]) -> None:
        """Get the negotiations concerned, and ask the store at once about the ids that have to be looked up."""
        wanted: list[tuple[str, str]] = []
        for entry in entries:
            name = entry.negotiation
            if name not in self.touched:
                self.touched[name] = self.get(name)
            if self.check_ids:
                wanted.append((name, entry.id))
            for kind, what in entry.names:
                if kind == "entry":
                    wanted.append((name, what))
        self._versions = self.store.versions(wanted) if wanted else {}
        for name, kind, what in self.assumed or ():
            if name in self.touched and kind != "entry":
                self.touched[name].register(kind, what)

    def _find(self, negotiation: str, entry: str) -> Event | None:
        """Return an entry of this unit or of the store, which are kept: one may be corrected again and again."""
        key = (negotiation, entry)
        if key not in self._found:
            if key in self._new:
                self._found[key] = self._new[key].rebuild()
            elif (version := self._version(negotiation, entry)) is not None:
                self._found[key] = find(self.store, negotiation, entry, version).event
        return self._found.get(key)

    def _version(self, negotiation: str, entry: str) -> int | None:
        """Return the version of an entry of the store, asking for it where that was not foreseen."""
        key = (negotiation, entry)
        if key not in self._versions:
            self._versions |= self.store.versions([key])
        return self._versions.get(key)

    def _entries(self, negotiation: str) -> list[str]:
        """Return the ids of entries, for somebody who has mistyped one."""
        stored = self.store.ids(negotiation, MOST_COMPARED)
        return [*stored, *(entry for name, entry in self._new if name == negotiation)]

    def _has(self, negotiation: str, entry: str) -> bool:
        return (
            (negotiation, entry) in self._new
            or (negotiation, entry) in self._versions
            or (self.assumed is not None and (negotiation, "entry", entry) in self.assumed)
        )

    def _has_or_finds(self, negotiation: str, entry: str) -> bool:
        """Say the same of an entry that was not foreseen, as those are that a correction names in its changes."""
        return self._has(negotiation, entry) or self._version(negotiation, entry) is not None

    def _add(self, entry: Prepared) -> Sequence[Problem]:
        """Take one entry in, or return what is wrong with it."""
        name = entry.negotiation
        negotiation = self.touched[name]
        registers = negotiation.registers
        for kind, what in entry.names:
            if what not in registers[kind] if kind != "entry" else not self._has(name, what):
                return negotiation.problems(entry.rebuild(), self._has, self._entries, self.hints)
        if entry.topic.startswith("EntryCorrected."):
            try:
                entry = self._corrected(entry, negotiation)
            except EntryRejectedError as error:
                return error.problems
            if self.check_ids:
                self._version(name, entry.id)
        key = (name, entry.id)
        if key in self._new or key in self._versions:
            if self._is_there(entry):
                self.there.append(key)
                return ()
            hint = "choose another id, or record an EntryCorrected of it"
            return [Problem(f"{entry.id!r} {TAKEN}; {hint}", "id")]
        if problem := _too_long(entry) or self._registered_twice(entry, negotiation):
            return [problem]
        self.appended.append(negotiation.append(entry, self.stamp, self.quoted_by, self.drafted_by))
        self._new[key] = entry
        self.hints.recorded(*key)
        return ()

    def _corrected(self, entry: Prepared, negotiation: Negotiation) -> Prepared:
        """Return a correction with its changes normalised, an id derived from them derived anew."""
        event = entry.rebuild()
        if not isinstance(event, EntryCorrected):
            return entry
        corrected = self._normalised(event, negotiation)
        had_own_id = entry.id != event.default_id()
        normalised = prepare(corrected.model_copy(update={"id": entry.id if had_own_id else None}))
        return normalised._replace(origin=entry.origin)

    def _normalised(self, event: EntryCorrected, negotiation: Negotiation) -> EntryCorrected:
        """Return a correction with its changes as its target would hold them, and so on where that corrects another."""
        target = self._find(event.negotiation, event.entry)
        if target is None:
            return event
        corrected = negotiation.corrected(event, target, self._has_or_finds, self._entries, self.hints)
        inner = corrected.changes.get("changes")
        if not isinstance(target, EntryCorrected) or not isinstance(inner, dict):
            return corrected
        try:
            reading = self._normalised(target.model_copy(update={"changes": inner}), negotiation)
        except EntryRejectedError as error:
            raise EntryRejectedError(replace(p, field=f"changes.{p.field}") for p in error.problems) from None
        return corrected.model_copy(update={"changes": {**corrected.changes, "changes": reading.changes}})

    def _registered_twice(self, entry: Prepared, negotiation: Negotiation) -> Problem | None:
        """Return what is wrong with an entry that registers otherwise what is there, or opens what is open."""
        if entry.registers is not None and entry.registers[1] in negotiation.registers[entry.registers[0]]:
            field_name, name = entry.registers
        elif entry.event == "NegotiationOpened" and negotiation.version:
            field_name, name = "negotiation", entry.negotiation
        else:
            return None
        older = self._registration(entry)
        if older is None or older.content == entry.content:
            return None
        message = f"{name!r} is registered already by {older.id}, with another {_differences(older, entry)}"
        return Problem(f"{message}; record an EntryCorrected of it, or choose another id", field_name)

    def _registration(self, entry: Prepared) -> Prepared | None:
        """Return the entry that registered first what an entry registers, or that opened its negotiation."""
        stored = (decode(row.topic, row.state, row.position) for row in self.store.stream(entry.negotiation, 0))
        older = (prepare(recorded.event) for recorded in stored if recorded.event.event == entry.event)
        new = (one for (name, _), one in self._new.items() if name == entry.negotiation and one.event == entry.event)
        return next((one for one in (*older, *new) if one.registers == entry.registers), None)

    def _is_there(self, entry: Prepared) -> bool:
        """Say whether the entry that has this one's id says the very same."""
        key = (entry.negotiation, entry.id)
        new = self._new.get(key)
        if new is not None:
            return (new.topic, new.content) == (entry.topic, entry.content)
        stored = find(self.store, *key, self._versions[key]).event
        return stored.event == entry.event and stored.canonical()[1:-1] == entry.content

    def recorded_at(self) -> dict[str, str]:
        """Return the time that the last entry of each negotiation gets to which something is added."""
        names = dict.fromkeys(entry.originator_id for entry in self.appended)
        return {name: self.touched[name].recorded_at for name in names}

    def heads(self) -> dict[str, str]:
        """Return the head of each negotiation that the entries belong to."""
        return {name: negotiation.head for name, negotiation in self.touched.items() if negotiation.version}


def _differences(older: Prepared, newer: Prepared) -> str:
    """Return the fields in which two entries differ, with what both say."""
    one, other = (json.loads(b"{%s}" % entry.content) for entry in (older, newer))
    told = []
    for name in dict.fromkeys((*one, *other)):
        if one.get(name) != other.get(name):
            before, now = (
                json.dumps(found[name], ensure_ascii=False) if name in found else "none" for found in (one, other)
            )
            # Of long texts, what is shown begins a little before they differ.
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, now, strict=False)))
            begins = max(same - _BEFORE, 0) if len(before) > _SHOWN else 0
            before, now = (_shown(text, begins) for text in (before, now))
            told.append(f"{name}: {before} there, {now} here")
    return "; ".join(told)


def _shown(text: str, begins: int) -> str:
    shown = text[begins : begins + _SHOWN]
    return f"{'…' if begins else ''}{shown}{'…' if begins + _SHOWN < len(text) else ''}"


def _too_long(entry: Prepared) -> Problem | None:
    if len(entry.content) <= MAX_CONTENT:
        return None
    size = f"the entry takes {len(entry.content):,} bytes; an entry takes {MAX_CONTENT:,} at most"
    return Problem(f"{size}, so shorten its texts or divide it")


def warnings_of(system: Callable[[], datetime], recorded_at: dict[str, str]) -> tuple[str, ...]:
    """Return what whoever records is told where times of recording are ahead of this machine's clock, or nothing.

    `recorded_at` has the last time, as stored, of each negotiation to which entries were added. There it never goes
    back and is never changed: one entry recorded under a clock that is a year ahead gives its time to all that are
    recorded in that year.
    """
    present = system()
    clock = _short(timestamp(present))
    limit = timestamp(present + _ALLOWED)
    far = {name: stamp for name, stamp in recorded_at.items() if stamp > limit}
    if not far:
        return ()
    name, latest = max(far.items(), key=lambda item: item[1])
    more = len(far) - 1
    others = f" and {more:,} more negotiation{'' if more == 1 else 's'}" if more else ""
    told = (
        f"entries of {name}{others} are recorded as of {_short(latest)}, more than a day ahead of this machine's "
        f"clock ({clock}); that cannot be taken back, and no later entry there gets an earlier time: "
        "see which clock is wrong before you record more"
    )
    return (told,)


def _short(stamp: str) -> str:
    return stamp.partition(".")[0] + "Z"


@dataclass(slots=True)
class Receipt:
    """What a call of `EventLog.record` did.

    `count` entries were recorded, `already` were there, `problems` tell what is wrong with those that were left out;
    `heads` are the digests of the last entries of the negotiations concerned, `recorded_at` the times of those to which
    something was added; `warnings` tell whoever records that a clock is far ahead.
    """

    count: int
    already: int
    problems: tuple[Problem, ...]
    heads: dict[str, str]
    recorded_at: dict[str, str]
    warnings: tuple[str, ...]
    _appended: Sequence[NewEntry] = field(repr=False)
    _positions: Sequence[int] = field(repr=False)

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """The entries that were recorded; after a dry run, those that would have been, at positions from one."""
        return tuple(
            decode(entry.topic, entry.state, position)
            for entry, position in zip(self._appended, self._positions, strict=True)
        )

    @property
    def positions(self) -> Sequence[int]:
        """The positions of the entries that were recorded, in their order."""
        return self._positions

    @property
    def rejected(self) -> int:
        """The number of entries with a problem."""
        return len({(problem.file, problem.line) for problem in self.problems})
