"""Which entries are retracted: what whoever records, retracts or restores has to know of what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.codec import decode
from tracker.entry import prepare
from tracker.events.knowledge import EntryRetracted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeVar

    from tracker.events.base import Event
    from tracker.stores.store import Store

    Known = TypeVar("Known", bound=Event)

#: Ids that are told one by one.
_TOLD: Final = 3


def retractions(store: Store, negotiation: str) -> dict[str, list[str]]:
    """Return the retractions that stand, by the entry that each retracts; those of other entries are not there."""
    rows = [row for row in store.stream(negotiation) if row.topic.startswith("EntryRetracted.")]
    standing: dict[str, list[str]] = {}
    # What retracts an entry was recorded after it: read from the last, it is known whether a retraction stands.
    for row in reversed(rows):
        event = decode(row.topic, row.state, row.position).event
        if isinstance(event, EntryRetracted) and event.id not in standing:
            standing.setdefault(event.entry, []).append(event.id or "")
    return standing


def retracting(store: Store, negotiation: str, entries: Iterable[str], reason: str | None) -> list[EntryRetracted]:
    """Return what retracts some entries, once more if that was done before."""
    return with_new_ids(
        store, [EntryRetracted(negotiation=negotiation, entry=entry, reason=reason) for entry in entries]
    )


def with_new_ids(store: Store, events: Sequence[Known]) -> list[Known]:
    """Return events with ids that no entry has: what is said once more, in the same words, is another entry."""
    todo = {index: prepare(event).id for index, event in enumerate(events)}
    ids = dict(todo)
    number = 1
    while todo:
        taken = store.versions([(events[index].negotiation, ids[index]) for index in todo])
        todo = {index: entry for index, entry in todo.items() if (events[index].negotiation, ids[index]) in taken}
        number += 1
        ids.update((index, f"{entry}-{number}") for index, entry in todo.items())
    return [event.model_copy(update={"id": ids[index]}) for index, event in enumerate(events)]


class Again:
    """Entries that are recorded again though they are retracted, gathered over one script or one call."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._standing: dict[str, dict[str, list[str]]] = {}
        self._retracting: dict[str, set[str]] = {}
        self._found: dict[str, dict[str, None]] = {}
        self._said: set[tuple[str, str]] = set()

    def take(self, there: Iterable[tuple[str, str]]) -> None:
        """Take in entries, as (negotiation, id), that were to be recorded and are there already."""
        for name, entry in there:
            standing = self._standing.get(name)
            if standing is None:
                standing = self._standing[name] = retractions(self._store, name)
                self._retracting[name] = {one for ones in standing.values() for one in ones}
            if entry in standing:
                self._found.setdefault(name, {})[entry] = None
            elif entry in self._retracting[name]:
                self._said.add((name, entry))

    def warnings(self) -> tuple[str, ...]:
        """Return one sentence for each negotiation in which some are retracted; not by what was recorded again, too."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        for name, found in self._found.items():
            standing = self._standing[name]
            entries = [entry for entry in found if not all((name, one) in self._said for one in standing[entry])]
            if not entries:
                continue
            told = ", ".join(entries[:_TOLD]) + (" …" if len(entries) > _TOLD else "")
            back = f"`communique retract {name} {self._named(name, entries)} --restore` brings"
            if len(entries) == 1:
                yield f"1 entry of {name} that is there already is retracted ({told}); {back} it back"
            else:
                count = f"{len(entries):,} entries of {name} that are there already are retracted"
                yield f"{count} ({told}); {back} them back"

    def _named(self, name: str, entries: Sequence[str]) -> str:
        """Return how to name some entries on a command line: a range of positions if they are all that is in it."""
        if len(entries) <= _TOLD:
            return " ".join(entries)
        versions = self._store.versions([(name, entry) for entry in entries])
        places = self._store.digests([(name, version) for version in versions.values()])
        positions = [position for position, _ in places.values()]
        first, last = min(positions), max(positions)
        return f"'#{first}..#{last}'" if last - first + 1 == len(entries) else "ENTRY…"
