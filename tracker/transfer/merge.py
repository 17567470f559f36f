"""Joining another log: what is there and not here is recorded here, with where it comes from.

An entry is known again by its id and its content, and by its origin: one that was first recorded here, or came here
before under another id. What rests on an entry, or on a source, that was left out is left out, too: here it would be
about another one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.codec import decode, digest_of, origin_of
from tracker.entry import Prepared, prepare
from tracker.errors import Problem
from tracker.events.knowledge import EntryCorrected, SameAs
from tracker.events.naming import fields_of, with_renamed
from tracker.events.references import references, registered_field, renamed, written_references
from tracker.events.registry import UnknownEvent
from tracker.events.stage import SourceRegistered
from tracker.recording import find
from tracker.transfer.copy import require_whole
from tracker.transfer.registered import Registrations, are_two_documents, read_alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.codec import Recorded
    from tracker.events.base import Event
    from tracker.events.naming import Reference
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

    `renamed` has by negotiation the ids, and as ``source:NAME`` the sources, that were given another one; `positions`
    are the first and last at which anything was recorded.
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

    The same id with other content, and the name of another document, is left out, or recorded with a `suffix` behind
    it, by which all that rests on it then names it. `progress` is called with the number of entries done. Raises
    `LogError` where the other log is damaged.
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
    #: By negotiation what is called otherwise here, and what is not here at all, as (kind, name).
    _names: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    _left: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    #: By negotiation the ids here of what came from elsewhere, by the digests with which it was first recorded.
    _came: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ours, self._theirs = Registrations(self.log.store), Registrations(self.other.store)

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
        found: Prepared | Recorded | Problem | None = self._found(recorded)
        if found is None:
            origin = json.dumps(origin_of(recorded, self.other.identity), ensure_ascii=False).encode()
            found = prepare(self._renamed(recorded.event))._replace(origin=origin)
            if (found.negotiation, found.id) in versions:
                found = self._under_its_id(recorded, found, versions)
        if isinstance(found, Prepared):
            return found
        if isinstance(found, Problem):
            self._leave(recorded, found)
        else:
            self._know(recorded, found)
        return None

    def _found(self, recorded: Recorded) -> Recorded | Problem | None:
        """Return what an entry is here, or why it cannot be here; None if nothing of that is known."""
        here = self._own(recorded)
        if here is None and recorded.origin is not None:
            here = self._come_before(recorded)
        here = here or self._registered_alike(recorded)
        if here is not None:
            return here
        event = recorded.event
        problem = self._unfit(event)
        if problem is None and isinstance(event, SourceRegistered) and self._is_other_document(event):
            return self._come_before(recorded) or self._with_other_source(event)
        return problem

    def _know(self, recorded: Recorded, here: Recorded | None) -> None:
        """Count an entry that is here, and note how it, and the source that it registers, are called here."""
        self.merged.already += 1
        if here is None:
            return
        names = self._names.setdefault(recorded.event.negotiation, {})
        names["entry", recorded.id] = here.id
        if isinstance(recorded.event, SourceRegistered) and isinstance(here.event, SourceRegistered):
            names["source", recorded.event.source] = here.event.source

    def _registered_alike(self, recorded: Recorded) -> Recorded | None:
        """Return what registers here the same, as both read by what corrects them, in other words at first."""
        name, register = recorded.event.negotiation, registered_field(type(recorded.event))
        if register is None:
            return None
        ours = self._ours.get(name, register, slug := getattr(recorded.event, register))
        theirs = self._theirs.get(name, register, slug)
        if ours is None or theirs is None or read_alike(ours.recorded.event, theirs.recorded.event):
            return None
        return ours.recorded if read_alike(ours.reading, theirs.reading) else None

    def _is_other_document(self, event: SourceRegistered) -> bool:
        """Say whether a source has the name of another document here."""
        ours = self._ours.get(event.negotiation, "source", event.source)
        theirs = self._theirs.get(event.negotiation, "source", event.source)
        readings = [one.reading for one in (ours, theirs) if one and isinstance(one.reading, SourceRegistered)]
        return len(readings) == len((ours, theirs)) and are_two_documents(*readings)

    def _with_other_source(self, event: SourceRegistered) -> Problem | None:
        """Give a source the suffix from here on, or return why it has to be left out."""
        name, old, new = event.negotiation, event.source, f"{event.source}{self.suffix or ''}"
        if not self.suffix:
            return Problem(f"{old!r} is another document here; give it another name with --rename SUFFIX", "source")
        if self._ours.get(name, "source", new) or self._theirs.get(name, "source", new):
            return Problem(f"{old!r} and {new!r} are taken; choose another suffix", "source")
        self._names.setdefault(name, {})["source", old] = new
        self.merged.renamed.setdefault(name, {})[f"source:{old}"] = f"source:{new}"
        return None

    def _unfit(self, event: Event) -> Problem | None:
        """Return why an entry cannot be here, whatever is here already."""
        if isinstance(event, UnknownEvent):
            return Problem(f"{event.name} is no event type that is known here", "event")
        missing = self._left.get(event.negotiation)
        if missing is None:
            return None
        for _, kind, name in self._rests_on(event):
            if (kind, name) in missing:
                return Problem(f"rests on {'source ' if kind == 'source' else ''}{name!r}, which was left out")
        return None

    def _under_its_id(
        self, recorded: Recorded, entry: Prepared, versions: dict[tuple[str, str], int]
    ) -> Prepared | Recorded | Problem | None:
        """Return an entry whose id is here: with a suffix, as what it is here, or why not; None if it is the same."""
        name, new = entry.negotiation, f"{entry.id}{self.suffix}"
        if self._is_same(entry, versions[name, entry.id]):
            return None
        if (here := self._come_before(recorded)) is not None:
            return here
        if not self.suffix:
            why = f"{entry.id!r} is the id of another entry here; give it another one with --rename SUFFIX"
            return Problem(why, "id")
        version = versions.get((name, new))
        is_here = version is not None and self._is_same(entry._replace(id=new), version)
        if not is_here and (version is not None or self.other.store.versions([(name, new)])):
            return Problem(f"{entry.id!r} and {new!r} are taken; choose another suffix", "id")
        self._names.setdefault(name, {})["entry", entry.id] = new
        self.merged.renamed.setdefault(name, {})[entry.id] = new
        event = entry.rebuild().model_copy(update={"id": new})
        return None if is_here else prepare(event)._replace(origin=entry.origin)

    def _come_before(self, recorded: Recorded) -> Recorded | None:
        """Return what an entry is here that came here before, under whatever id."""
        name = recorded.event.negotiation
        if name not in self._came:
            rows = (row for row in self.log.store.stream(name) if b'"origin":{' in row.state)
            found = (decode(row.topic, row.state, row.position) for row in rows)
            self._came[name] = {one.origin["digest"]: one.id for one in found if one.origin is not None}
        entry = self._came[name].get(origin_of(recorded, self.other.identity)["digest"])
        return None if entry is None else self.log.entry(name, entry)

    def _own(self, recorded: Recorded) -> Recorded | None:
        """Return the entry here that was first recorded in this log, and comes back."""
        origin = recorded.origin
        if origin is None:
            return None
        position = int(origin["position"])
        for row in self.log.store.scan(position - 1, position):
            if row.negotiation == recorded.event.negotiation and digest_of(row.state) == origin["digest"]:
                return decode(row.topic, row.state, row.position)
        return None

    def _is_same(self, entry: Prepared, version: int) -> bool:
        here = prepare(find(self.log.store, entry.negotiation, entry.id, version).event)
        return (here.topic, here.content) == (entry.topic, entry.content)

    def _rests_on(self, event: Event) -> list[Reference]:
        """Return what an entry names, that in the changes of a correction included."""
        found = references(event)
        if isinstance(event, EntryCorrected):
            found += written_references(type(self._target(event)), event.changes)
        return found

    def _renamed(self, event: Event) -> Event:
        """Return an entry with the entries and sources that it names as they are called here."""
        names = self._names.get(event.negotiation)
        if not names:
            return event

        def kept(family: str, name: str) -> str:
            return names.get((family, name), name)

        target = type(self._target(event)) if isinstance(event, EntryCorrected) else None
        event = renamed(event, kept).model_copy(update={"id": event.id})
        if isinstance(event, EntryCorrected) and target is not None:
            changes = with_renamed(event.changes, fields_of(target), kept)
            event = event.model_copy(update={"changes": changes})
        if isinstance(event, SameAs) and event.kind == "source":
            same = tuple(kept("source", name) for name in event.same)
            event = event.model_copy(update={"keep": kept("source", event.keep), "same": same})
        return event

    def _target(self, event: EntryCorrected) -> Event:
        """Return the entry that a correction is about, as the other log has it."""
        return self.other.entry(event.negotiation, event.entry).event

    def _leave(self, recorded: Recorded, problem: Problem) -> None:
        """Note that an entry is left out."""
        name = recorded.event.negotiation
        left = self._left.setdefault(name, set())
        left.add(("entry", recorded.id))
        renamed = self.merged.renamed.get(name, {})
        renamed.pop(recorded.id, None)
        if isinstance(recorded.event, SourceRegistered) and self._is_other_document(recorded.event):
            left.add(("source", recorded.event.source))
            renamed.pop(f"source:{recorded.event.source}", None)
        self.merged.left.append(
            Left(name, recorded.id, recorded.position, str(Problem(problem.message, problem.field)))
        )
        self.merged.problems.append(problem.at(self.other.location, recorded.position))
