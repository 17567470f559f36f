"""Joining another log: what is there and not here is recorded here, with where it comes from.

An entry is known again by its id and its content, and one that was first recorded here by its origin. What rests on an
entry that was left out is left out, too: here it would be about another one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.codec import decode, digest_of, origin_of
from tracker.entry import prepare
from tracker.errors import Problem
from tracker.events.knowledge import EntryCorrected
from tracker.events.naming import fields_of, with_renamed
from tracker.events.references import references, renamed, written_references
from tracker.events.registry import UnknownEvent
from tracker.recording import find
from tracker.transfer.copy import require_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.codec import Recorded
    from tracker.entry import Prepared
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.stores.store import Row

_BATCH: Final = 1000


class Left(NamedTuple):
    """An entry of the other log that was left out, and why; its position is that in the other log."""

    negotiation: str
    entry: str
    position: int
    why: str


@dataclass
class Merged:
    """What joining a log came to: entries recorded and already there, and those that were left out.

    `renamed` has by negotiation the ids that were given another one; `positions` are the first and last at which
    anything was recorded.
    """

    count: int = 0
    already: int = 0
    left: list[Left] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    positions: tuple[int, int] | None = None


def merge(  # noqa: PLR0913 - what a caller may choose, each by name
    log: EventLog,
    other: EventLog,
    *,
    suffix: str | None = None,
    by: str | None = None,
    dry_run: bool = False,
    progress: Callable[[int], object] | None = None,
) -> Merged:
    """Record in a log what another one holds and it does not, in one transaction; the other one is not touched.

    The same id with other content is left out, or recorded under its id with a `suffix`, by which all that rests on it
    then names it. `progress` is called with the number of entries done. Raises `LogError` where the other log is
    damaged.
    """
    require_whole(other.verify(), f"{other.location} is damaged and was not joined")
    joining = _Joining(log, other, suffix, by)
    rows = other.store.scan()
    done = 0
    with log.transaction(commit=not dry_run):
        while batch := list(islice(rows, _BATCH)):
            joining.take(batch)
            done += len(batch)
            if progress is not None:
                progress(done)
    return joining.merged


@dataclass
class _Joining:
    """Another log on its way into one: its ids that are others here, and those that are not here at all."""

    log: EventLog
    other: EventLog
    suffix: str | None
    by: str | None
    merged: Merged = field(default_factory=Merged)
    _here: dict[str, Iterator[Row] | None] = field(default_factory=dict)
    _names: dict[str, dict[str, str]] = field(default_factory=dict)
    _left: dict[str, set[str]] = field(default_factory=dict)

    def take(self, rows: Sequence[Row]) -> None:
        """Record those of some entries that are not there."""
        there = [decode(row.topic, row.state, row.position) for row in rows if not self._is_common(row)]
        self.merged.already += len(rows) - len(there)
        ids = [(each.event.negotiation, entry) for each in there for entry in self._ids(each.id)]
        versions = self.log.store.versions(ids) if ids else {}
        entries, places = [], []
        by_position = {}
        for recorded in there:
            entry = self._ready(recorded, versions)
            if entry is not None:
                entries.append(entry)
                places.append((self.other.location, recorded.position))
                by_position[recorded.position] = recorded
        receipt = self.log.record(entries, by=self.by, keep_going=True, places=places)
        for problem in receipt.problems:
            self._leave(by_position[problem.line], problem)
        merged = self.merged
        merged.count += receipt.count
        merged.already += receipt.already
        merged.heads |= receipt.heads
        merged.warnings = tuple(dict.fromkeys((*merged.warnings, *receipt.warnings)))
        if receipt.positions:
            merged.positions = ((merged.positions or receipt.positions)[0], receipt.positions[-1])

    def _ids(self, entry: str) -> list[str]:
        """Return the ids under which an entry may be here."""
        return [entry, *([f"{entry}{self.suffix}"] if self.suffix else [])]

    def _is_common(self, row: Row) -> bool:
        """Say whether a negotiation is the same in both logs up to a row, as it is where both are copies of one."""
        name = row.negotiation
        if name not in self._here:
            self._here[name] = self.log.store.stream(name)
        rows = self._here[name]
        here = None if rows is None else next(rows, None)
        if here is not None and (here.version, here.topic, here.state) == (row.version, row.topic, row.state):
            return True
        self._here[name] = None
        return False

    def _ready(self, recorded: Recorded, versions: dict[tuple[str, str], int]) -> Prepared | None:
        """Return an entry ready to be recorded here, None if it is here, or cannot be."""
        name = recorded.event.negotiation
        own = self._own(recorded)
        if own is not None:
            self._names.setdefault(name, {})[recorded.id] = own
            self.merged.already += 1
            return None
        problem = self._unfit(recorded.event)
        if problem is not None:
            self._leave(recorded, problem)
            return None
        origin = json.dumps(origin_of(recorded, self.other.identity), ensure_ascii=False).encode()
        entry = prepare(self._renamed(recorded.event))._replace(origin=origin)
        if (name, entry.id) not in versions:
            return entry
        if self._is_same(entry, versions[name, entry.id]):
            self.merged.already += 1
            return None
        return self._under_another_id(recorded, entry, versions)

    def _unfit(self, event: Event) -> Problem | None:
        """Return why an entry cannot be here, whatever is here already."""
        if isinstance(event, UnknownEvent):
            return Problem(f"{event.name} is no event type that is known here", "event")
        missing = self._left.get(event.negotiation)
        on = next((entry for entry in self._rests_on(event) if entry in missing), None) if missing else None
        return None if on is None else Problem(f"rests on {on!r}, which was left out")

    def _under_another_id(
        self, recorded: Recorded, entry: Prepared, versions: dict[tuple[str, str], int]
    ) -> Prepared | None:
        """Return an entry with a suffix behind its id; None if it is here so, or has to be left out."""
        name, new = entry.negotiation, f"{entry.id}{self.suffix}"
        if not self.suffix:
            why = f"{entry.id!r} is the id of another entry here; give it another one with --rename SUFFIX"
            self._leave(recorded, Problem(why, "id"))
            return None
        version = versions.get((name, new))
        is_here = version is not None and self._is_same(entry._replace(id=new), version)
        if not is_here and (version is not None or self.other.store.versions([(name, new)])):
            self._leave(recorded, Problem(f"{entry.id!r} and {new!r} are taken; choose another suffix", "id"))
            return None
        self._names.setdefault(name, {})[entry.id] = new
        self.merged.renamed.setdefault(name, {})[entry.id] = new
        if is_here:
            self.merged.already += 1
            return None
        event = entry.rebuild().model_copy(update={"id": new})
        return prepare(event)._replace(origin=entry.origin)

    def _own(self, recorded: Recorded) -> str | None:
        """Return the id here of an entry that was first recorded in this log, and comes back."""
        origin = recorded.origin
        if origin is None:
            return None
        position = int(origin["position"])
        for row in self.log.store.scan(position - 1, position):
            if row.negotiation == recorded.event.negotiation and digest_of(row.state) == origin["digest"]:
                return decode(row.topic, row.state, row.position).id
        return None

    def _is_same(self, entry: Prepared, version: int) -> bool:
        here = prepare(find(self.log.store, entry.negotiation, entry.id, version).event)
        return (here.topic, here.content) == (entry.topic, entry.content)

    def _rests_on(self, event: Event) -> Iterator[str]:
        """Yield the entries that an entry names, those in the changes of a correction included."""
        found = references(event)
        if isinstance(event, EntryCorrected):
            found += written_references(type(self._target(event)), event.changes)
        return (name for _, kind, name in found if kind == "entry")

    def _renamed(self, event: Event) -> Event:
        """Return an entry with the entries that it names as they are called here."""
        names = self._names.get(event.negotiation)
        if not names:
            return event

        def kept(family: str, name: str) -> str:
            return names.get(name, name) if family == "entry" else name

        event = renamed(event, kept).model_copy(update={"id": event.id})
        if isinstance(event, EntryCorrected):
            changes = with_renamed(event.changes, fields_of(type(self._target(event))), kept)
            event = event.model_copy(update={"changes": changes})
        return event

    def _target(self, event: EntryCorrected) -> Event:
        """Return the entry that a correction is about, as the other log has it."""
        names = {new: old for old, new in self._names.get(event.negotiation, {}).items()}
        return self.other.entry(event.negotiation, names.get(event.entry, event.entry)).event

    def _leave(self, recorded: Recorded, problem: Problem) -> None:
        """Note that an entry is left out."""
        name = recorded.event.negotiation
        self._left.setdefault(name, set()).add(recorded.id)
        self.merged.left.append(
            Left(name, recorded.id, recorded.position, str(Problem(problem.message, problem.field)))
        )
        self.merged.problems.append(problem.at(self.other.location, recorded.position))
