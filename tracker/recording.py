"""A draft of one transaction: events checked, given ids, and chained to what their negotiations hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventsourcing.persistence import StoredEvent

from tracker.codec import Recorded, decode, digest_of, encode, quote_name, says, timestamp, topic_of
from tracker.errors import EntryRejectedError, Problem
from tracker.events.base import kebab
from tracker.events.knowledge import EntryCorrected
from tracker.events.references import reference_fields
from tracker.negotiation import REGISTERS, SNAPSHOT_INTERVAL, Negotiation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from tracker.events.base import Event
    from tracker.stores import Store


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
    """What one call of `record` would add, built up event by event without touching the store."""

    def __init__(  # noqa: PLR0913 - one draft takes what one call of record does
        self,
        store: Store,
        cached: Callable[[str], Negotiation | None],
        *,
        places: Sequence[tuple[str, int]],
        by: str,
        now: datetime,
        keep_going: bool,
        assume: Iterable[tuple[str, str, str]],
    ) -> None:
        self._store = store
        self._cached = cached
        self._places = places
        self._by = by
        self._quoted_by = quote_name(by)
        self._now = now
        self._stamp = timestamp(now)
        self._keep_going = keep_going
        self.touched: dict[str, Negotiation] = {}
        self.stored: list[StoredEvent] = []
        self.ids: list[tuple[str, str, int]] = []
        self.already = 0
        self.problems: list[Problem] = []
        self._recorded: list[tuple[Event, str, str, str]] = []
        self._drafted: dict[tuple[str, str], Event] = {}
        self._versions: dict[str, dict[str, int]] = {}
        self._assume = tuple(assume)
        self._assumed_entries = {(name, value) for name, kind, value in self._assume if kind == "entry"}

    def add(self, events: Sequence[Event]) -> None:
        """Check each event against what comes before it, in order."""
        events = [event if event.id else _with_id(event) for event in events]
        self._look_up(events)
        for index, event in enumerate(events):
            self._add(index, event)

    def _look_up(self, events: Sequence[Event]) -> None:
        """Ask the store once a negotiation for every id that the events have or name."""
        wanted: dict[str, dict[str, None]] = {}
        for event in events:
            ids = wanted.setdefault(event.negotiation, {})
            ids[event.id or ""] = None
            for attribute, _, kind in reference_fields(type(event)):
                if kind == "entry" and isinstance(name := getattr(event, attribute), str):
                    ids[name] = None
        for name, ids in wanted.items():
            self._versions[name] = self._store.versions(name, list(ids))
            cached = self._cached(name)
            if cached is not None:
                last = self._store.last(name)
                cached = cached if last is not None and last.version == cached.version else None
            self.touched[name] = cached.copy() if cached is not None else load(self._store, name)
        for name, register, value in self._assume:
            if name in self.touched and register != "entry":
                self.touched[name].registers[register][value] = None

    def _find(self, negotiation: str, entry: str) -> Event | None:
        """Return an entry of this draft or of the store."""
        drafted = self._drafted.get((negotiation, entry))
        if drafted is not None:
            return drafted
        version = self._versions[negotiation].get(entry)
        if version is None:
            return None
        row = next(self._store.stream(negotiation, version - 1, version))
        return decode(row.topic, row.state, row.position).event

    def _exists(self, negotiation: str, entry: str) -> bool:
        return (
            (negotiation, entry) in self._drafted
            or entry in self._versions[negotiation]
            or (negotiation, entry) in self._assumed_entries
        )

    def _add(self, index: int, event: Event) -> None:
        name = event.negotiation
        negotiation = self.touched[name]
        problems = list(negotiation.problems(event, lambda entry: self._exists(name, entry)))
        if isinstance(event, EntryCorrected) and not any(problem.field == "entry" for problem in problems):
            target = self._find(name, event.entry)
            try:
                if target is not None:
                    event = self._with_changes(event, negotiation.corrected(event, target))
            except EntryRejectedError as error:
                problems += error.problems
        if not problems:
            if self._is_there(event):
                self.already += 1
                return
            taken = self._taken(event)
            if taken:
                problems.append(taken)
        if problems:
            file, line = self._places[index] if index < len(self._places) else ("", index + 1)
            self.problems += [problem.at(file, line) for problem in problems]
            if not self._keep_going:
                # Nothing will be recorded: take the entry as if it were right, so that what rests on it is not blamed
                # too.
                negotiation.apply(event)
                self._drafted.setdefault((name, event.id or ""), event)
            return
        self._append(negotiation, event)

    def _with_changes(self, event: EntryCorrected, corrected: EntryCorrected) -> EntryCorrected:
        """Return the correction with its changes normalised, its derived id derived anew."""
        if event.id == event.default_id():
            return corrected.model_copy(update={"id": corrected.default_id()})
        return corrected

    def _is_there(self, event: Event) -> bool:
        """Say whether the very same entry is recorded already."""
        name, entry = event.negotiation, event.id or ""
        drafted = self._drafted.get((name, entry))
        if drafted is not None:
            return drafted == event
        version = self._versions[name].get(entry)
        if version is None:
            return False
        row = next(self._store.stream(name, version - 1, version))
        if says(row.state, event):
            return True
        stored = decode(row.topic, row.state, row.position).event
        return type(stored) is type(event) and stored.canonical() == event.canonical()

    def _taken(self, event: Event) -> Problem | None:
        name, entry = event.negotiation, event.id or ""
        if (name, entry) not in self._drafted and entry not in self._versions[name]:
            return None
        return Problem(
            f"{entry!r} is the id of another entry already; choose another id, or record an EntryCorrected of it", "id"
        )

    def _append(self, negotiation: Negotiation, event: Event) -> None:
        negotiation.version += 1
        # A clock that was set back must not put an entry before its predecessor.
        stamp = max(self._stamp, negotiation.recorded_at)
        state = encode(
            event,
            version=negotiation.version,
            previous=negotiation.head,
            recorded_at=stamp,
            recorded_by=self._quoted_by,
        )
        self.stored.append(
            StoredEvent(
                originator_id=event.negotiation,
                originator_version=negotiation.version,
                topic=topic_of(event),
                state=state,
            )
        )
        previous, negotiation.head = negotiation.head, digest_of(state)
        negotiation.recorded_at = stamp
        negotiation.apply(event)
        entry = event.id or kebab(event.event)
        self.ids.append((event.negotiation, entry, negotiation.version))
        self._drafted[event.negotiation, entry] = event
        self._recorded.append((event, stamp, previous, negotiation.head))

    def snapshots(self) -> list[StoredEvent]:
        """Return snapshots of the negotiations that have passed a multiple of the interval."""
        added: dict[str, int] = {}
        for name, _, _ in self.ids:
            added[name] = added.get(name, 0) + 1
        return [
            StoredEvent(
                originator_id=name,
                originator_version=negotiation.version,
                topic="Negotiation.v1",
                state=negotiation.snapshot(),
            )
            for name, count in added.items()
            if (negotiation := self.touched[name]).version // SNAPSHOT_INTERVAL
            > (negotiation.version - count) // SNAPSHOT_INTERVAL
        ]

    def recorded(self, positions: Sequence[int]) -> tuple[Recorded, ...]:
        """Return what the store has taken, with the positions it gave."""
        from datetime import datetime

        return tuple(
            Recorded(
                event, position, stored.originator_version, datetime.fromisoformat(stamp), self._by, previous, digest
            )
            for (event, stamp, previous, digest), stored, position in zip(
                self._recorded, self.stored, positions, strict=True
            )
        )

    def heads(self) -> dict[str, str]:
        """Return the head of each negotiation that the events belong to."""
        return {name: negotiation.head for name, negotiation in self.touched.items() if negotiation.version}


def _with_id(event: Event) -> Event:
    """Return an event with the id derived from its content."""
    return event.model_copy(update={"id": event.default_id()})
