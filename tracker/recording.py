"""A draft of one transaction: events checked, given ids, and chained to what their negotiations hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tracker.codec import Recorded, decode, digest_of, encode, quote_name, says, timestamp
from tracker.errors import EntryRejectedError, Problem
from tracker.events.knowledge import EntryCorrected
from tracker.events.references import entry_fields
from tracker.negotiation import REGISTERS, SNAPSHOT_INTERVAL, Negotiation
from tracker.stores import Batch, Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.events.base import Event
    from tracker.stores import Store

#: A name that is taken as registered though it is not: (negotiation, kind, name).
Assumption = tuple[str, str, str]


def load(store: Store, name: str) -> Negotiation:
    """Return a negotiation as the store holds it: its newest snapshot, the registers since, and its last entry."""
    negotiation = Negotiation(name)
    last = store.last(name)
    if last is None:
        return negotiation
    after = 0
    snapshot = store.snapshot(name)
    if snapshot is not None:
        after = snapshot[0]
        negotiation.restore(snapshot[1])
    topics = [f"{kind.__name__}.v{version}" for kind in REGISTERS for version in range(1, kind.event_version + 1)]
    for row in store.stage_rows(name, topics, after):
        negotiation.apply(decode(row.topic, row.state, row.position).event)
    negotiation.version = last.version
    negotiation.head = digest_of(last.state)
    negotiation.recorded_at = timestamp(decode(last.topic, last.state, last.position).recorded_at)
    return negotiation


class Draft:
    """What one call of `record` would add, built up event by event without touching the store.

    Where `assumed` is given, an entry that is wrong is taken as if it were right by those that rest on it, and its names are added
    there: one mistake is then told once. Without it such entries are simply not there. Without `check_ids` the ids are taken to be
    new, which the store refuses where they are not.
    """

    def __init__(
        self,
        store: Store,
        cached: Callable[[str], Negotiation | None],
        *,
        by: str,
        now: datetime,
        assumed: set[Assumption] | None,
        check_ids: bool,
    ) -> None:
        self._store = store
        self._cached = cached
        self._by = by
        self._quoted_by = quote_name(by)
        self._stamp = timestamp(now)
        self._assumed = assumed
        self._check_ids = check_ids
        self.touched: dict[str, Negotiation] = {}
        self.stored: list[Stored] = []
        self.ids: list[tuple[str, str, int]] = []
        self.already = 0
        self.problems: list[Problem] = []
        self._recorded: list[tuple[Event, str, str, str]] = []
        self._drafted: dict[tuple[str, str], Event] = {}
        self._versions: dict[tuple[str, str], int] = {}

    def add(self, events: Sequence[Event], places: Sequence[tuple[str, int]] = ()) -> None:
        """Check each event against what comes before it, in order; `places` are each one's (file, line)."""
        events = [event if event.id else _with_id(event) for event in events]
        self._look_up(events)
        for index, event in enumerate(events):
            problems = self._add(event)
            if problems:
                file, line = places[index] if index < len(places) else ("", index + 1)
                self.problems += [problem.at(file, line) for problem in problems]
                if self._assumed is not None:
                    self.touched[event.negotiation].apply(event)
                    self._assumed.add((event.negotiation, "entry", event.id or ""))
                    self._assumed.update(_registered(event))

    def _look_up(self, events: Sequence[Event]) -> None:
        """Get the negotiations concerned, and ask the store at once about the ids that have to be looked up."""
        wanted: list[tuple[str, str]] = []
        for event in events:
            name = event.negotiation
            if name not in self.touched:
                cached = self._cached(name)
                self.touched[name] = load(self._store, name) if cached is None else cached.copy()
            if self._check_ids:
                wanted.append((name, event.id or ""))
            for attribute in entry_fields(type(event)):
                entry = getattr(event, attribute)
                if isinstance(entry, str):
                    wanted.append((name, entry))
        self._versions = self._store.versions(wanted) if wanted else {}
        for name, kind, value in self._assumed or ():
            if name in self.touched and kind != "entry":
                self.touched[name].registers[kind][value] = None

    def _find(self, negotiation: str, entry: str) -> Event | None:
        """Return an entry of this draft or of the store."""
        drafted = self._drafted.get((negotiation, entry))
        if drafted is not None:
            return drafted
        version = self._versions.get((negotiation, entry))
        if version is None:
            return None
        row = next(self._store.stream(negotiation, version - 1, version))
        return decode(row.topic, row.state, row.position).event

    def _has(self, negotiation: str, entry: str) -> bool:
        return (
            (negotiation, entry) in self._drafted
            or (negotiation, entry) in self._versions
            or (self._assumed is not None and (negotiation, "entry", entry) in self._assumed)
        )

    def _add(self, event: Event) -> Sequence[Problem]:
        """Take one event into the draft, or return what is wrong with it."""
        name, entry = event.negotiation, event.id or ""
        negotiation = self.touched[name]
        problems = negotiation.problems(event, self._has)
        if isinstance(event, EntryCorrected) and not any(problem.field == "entry" for problem in problems):
            target = self._find(name, event.entry)
            if target is not None:
                try:
                    event = _with_changes(event, negotiation.corrected(event, target))
                except EntryRejectedError as error:
                    problems = [*problems, *error.problems]
                entry = event.id or ""
        if problems:
            return problems
        if (name, entry) in self._drafted or (name, entry) in self._versions:
            if self._is_there(event):
                self.already += 1
                return ()
            hint = "choose another id, or record an EntryCorrected of it"
            return [Problem(f"{entry!r} is the id of another entry already; {hint}", "id")]
        self._append(negotiation, event, entry)
        return ()

    def _is_there(self, event: Event) -> bool:
        """Say whether the entry that has an event's id says the very same."""
        name, entry = event.negotiation, event.id or ""
        drafted = self._drafted.get((name, entry))
        if drafted is not None:
            return drafted == event
        version = self._versions[name, entry]
        row = next(self._store.stream(name, version - 1, version))
        if says(row.state, event):
            return True
        stored = decode(row.topic, row.state, row.position).event
        return type(stored) is type(event) and stored.canonical() == event.canonical()

    def _append(self, negotiation: Negotiation, event: Event, entry: str) -> None:
        negotiation.version += 1
        # A clock that was set back must not put an entry before its predecessor.
        stamp = max(self._stamp, negotiation.recorded_at)
        topic, state = encode(
            event,
            version=negotiation.version,
            previous=negotiation.head,
            recorded_at=stamp,
            recorded_by=self._quoted_by,
        )
        name = negotiation.id
        self.stored.append((name, negotiation.version, topic, state))
        self.ids.append((name, entry, negotiation.version))
        previous, negotiation.head = negotiation.head, digest_of(state)
        negotiation.recorded_at = stamp
        negotiation.apply(event)
        self._drafted[name, entry] = event
        self._recorded.append((event, stamp, previous, negotiation.head))

    def batch(self) -> Batch:
        """Return what is to be stored, with snapshots of the negotiations that have passed a multiple of the interval."""
        added: dict[str, int] = {}
        for name, _, _ in self.ids:
            added[name] = added.get(name, 0) + 1
        snapshots = [
            (name, negotiation.version, "Negotiation.v1", negotiation.snapshot())
            for name, count in added.items()
            if (negotiation := self.touched[name]).version // SNAPSHOT_INTERVAL
            > (negotiation.version - count) // SNAPSHOT_INTERVAL
        ]
        return Batch(self.stored, self.ids, snapshots)

    def recorded(self, positions: Sequence[int]) -> tuple[Recorded, ...]:
        """Return what the store has taken, with the positions it gave."""
        return tuple(
            Recorded(event, position, version, datetime.fromisoformat(stamp), self._by, previous, digest)
            for (event, stamp, previous, digest), (_, _, version), position in zip(
                self._recorded, self.ids, positions, strict=True
            )
        )

    def heads(self) -> dict[str, str]:
        """Return the head of each negotiation that the events belong to."""
        return {name: negotiation.head for name, negotiation in self.touched.items() if negotiation.version}


def _with_id(event: Event) -> Event:
    """Return an event with the id derived from its content."""
    return event.model_copy(update={"id": event.default_id()})


def _with_changes(event: EntryCorrected, corrected: EntryCorrected) -> EntryCorrected:
    """Return a correction with its changes normalised, an id derived from them derived anew."""
    if event.id == event.default_id():
        return corrected.model_copy(update={"id": corrected.default_id()})
    return corrected


def _registered(event: Event) -> list[Assumption]:
    """Return the names that an entry registers."""
    probe = Negotiation(event.negotiation)
    probe.apply(event)
    return [(probe.id, kind, name) for kind, names in probe.registers.items() for name in names]
