"""A negotiation's entries, decoded once and kept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from projections.claims.graphs import Relays, components
from projections.claims.resolver import as_corrected
from projections.claims.same import Merging, joined_by, keys_of
from tracker.dates import DateError, When, instant
from tracker.events.knowledge import EntryCorrected, EntryCorroborated, SameAs
from tracker.events.references import entry_of
from tracker.events.stage import SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from projections.claims.readings import Reading
    from projections.claims.same import Key
    from tracker.codec import Recorded
    from tracker.events.base import Event
    from tracker.log import EventLog


class History:
    """The entries of one negotiation in the order of recording; what every projection reads.

    Decoding takes some 10 µs an entry, so a screen that steps through time loads once and cuts often.
    """

    def __init__(self, negotiation: str, entries: list[Recorded]) -> None:
        self.negotiation = negotiation
        self.entries: list[Recorded] = []
        #: Where in `entries` the entry of an id is.
        self.index: dict[str, int] = {}
        #: For each entry id, the indexes of the entries about it that were recorded later.
        self.about: dict[str, list[int]] = {}
        #: For each source, the indexes of the entries that register it.
        self.registrations: dict[str, list[int]] = {}
        #: Indexes of entries that do not read alike at every cut: something is said about them or what dates them.
        self.touched: set[int] = set()
        #: How the entries read that do, filled in as they are read.
        self.plain: list[Reading | None] = []
        #: Sources whose date may be another at another cut: registered twice, or something is said about that.
        self.unsettled: set[str] = set()
        #: Indexes of the entries that may give an agreement its title.
        self.titled: dict[int, None] = {}
        #: Which ids may be one somewhere; None where no entry says so of any.
        self.merging: Merging | None = None
        self._dated_by: dict[str, list[int]] = {}
        self._corrected: dict[tuple[int, int], tuple[Event, Event, EntryCorrected]] = {}
        self._changes: dict[int, list[dict[str, Any]]] = {}
        self._roots: list[int] = []
        self._leads: dict[str, tuple[str, ...]] | None = None
        self._circles: dict[str, frozenset[str]] | None = None
        self.add(entries)

    @classmethod
    def load(cls, log: EventLog, negotiation: str) -> Self:
        """Return the history of a negotiation; raises `NameUnknownError` where the log has none of that name."""
        history = cls(negotiation, list(log.read(negotiation)))
        if not history.entries:
            log.require(negotiation)
        return history

    def extend(self, log: EventLog) -> list[Recorded]:
        """Take in what was recorded since, and return it."""
        last = self.entries[-1].position if self.entries else 0
        new = list(log.read(self.negotiation, after=last))
        self.add(new)
        return new

    def get(self, entry: str) -> Recorded | None:
        """Return the entry of an id, or None."""
        index = self.index.get(entry)
        return None if index is None else self.entries[index]

    def tree(self, index: int) -> list[int]:
        """Return the indexes of an entry, of all that is said about it, and about that, in the order of recording."""
        found = [index]
        for here in found:
            found += self.about.get(self.entries[here].id, ())
        return sorted(found)

    def root(self, index: int) -> int:
        """Return the index of the entry that an entry is about in the end: itself, where it is about none."""
        return self._roots[index]

    def changes(self, index: int) -> Sequence[dict[str, Any]]:
        """Return every set of changes that a correction, as recorded or as itself corrected, can put to an entry."""
        return self._changes.get(index, ())

    def may_lack_date(self, index: int) -> bool:
        """Say whether an entry may lack a date of publication of its own, as recorded or as corrected."""
        if self.entries[index].event.published is None:
            return True
        return any("published" in changed for changed in self.changes(index))

    def dating(self, index: int) -> Iterator[str]:
        """Yield the sources by which an entry may be dated, where it may lack a date of publication of its own."""
        if self.may_lack_date(index):
            giving = [index]
            for here in giving:
                event = self.entries[here].event
                yield from (item.source for item in event.evidence)
                for changed in self.changes(here):
                    yield from (item["source"] for item in changed.get("evidence") or ())
                # What corroborates it may be corroborated in turn, and all of that joins its evidence.
                about = self.about.get(self.entries[here].id, ())
                giving += (later for later in about if isinstance(self.entries[later].event, EntryCorroborated))

    def registering(self, source: str) -> list[int]:
        """Return the indexes of the entries that register a source, or one that may be the same, in their order."""
        if self.merging is None:
            return self.registrations.get(source, [])
        names = self.merging.ids("source", source)
        return sorted(index for name in names for index in self.registrations.get(name, ()))

    def about_names(self, tree: Iterable[int]) -> Iterator[int]:
        """Yield what is said about which ids are one of those that some entries name, and about that."""
        if self.merging is None:
            return
        keys: dict[Key, None] = {}
        for index in tree:
            keys.update(dict.fromkeys(keys_of(self.entries[index].event)))
            for changed in self.changes(index):
                keys.update(dict.fromkeys(self.merging.keys_in(changed)))
        said = dict.fromkeys(index for key in keys for index in self.merging.said(key))
        for index in said:
            its_own = self.tree(index)
            yield from its_own
            yield from self.about_sources(its_own)

    def circle(self, source: str) -> frozenset[str]:
        """Return the sources whose dates rest on this one's, and this one's on theirs, through what is said about them.

        An entry that corrects a source's date and is itself dated by that source would go round in such a circle.
        """
        if self._circles is None:
            circles = map(frozenset, Relays(self._dated()).cycles)
            self._circles = {name: circle for circle in circles for name in circle}
        return self._circles.get(source, frozenset())

    def resting(self, source: str, known: Container[str]) -> tuple[str, ...]:
        """Return the sources on whose dates this one's rests, each after those that its own rests on, and itself last.

        Those that are `known` already are left out, with what they alone rest on. In a circle, where each rests on the
        others, any may come first.
        """
        leads = self._dated()
        circles = components((source,), lambda name: leads.get(name, ()), known)
        return tuple(name for circle in circles for name in circle)

    def about_sources(self, tree: list[int]) -> Iterator[int]:
        """Yield what is said about the sources that may date some entries, and about those that date that in turn."""
        seen: set[str] = set()
        todo = [source for index in tree for source in self.dating(index)]
        while todo:
            source = todo.pop()
            if source in seen or source not in self.unsettled:
                continue
            seen.add(source)
            for registration in self.registering(source):
                said = self.tree(registration)
                yield from said
                todo += [name for index in said[1:] for name in self.dating(index)]

    def takes_more_readings_than(self, most: int) -> bool:
        """Say whether finding how entries read everywhere on an axis may take more readings than so many.

        Where much is said about one entry, or about the source of many, each of that makes all of these be read again.
        """
        count = 0
        for root in dict.fromkeys(self._roots[index] for index in self.touched):
            tree = self.tree(root)
            others = sum(1 for _ in self.about_sources(tree)) + sum(1 for _ in self.about_names(tree))
            count += len(tree) * (len(tree) + others)
            if count > most:
                return True
        return False

    def publications(self, index: int) -> Iterator[tuple[int, str]]:
        """Yield every (last instant of publication, id) that an entry can have at any cut."""
        recorded = self.entries[index]
        if recorded.event.published is not None:
            yield recorded.event.published.upper, recorded.id
        for upper in self._put(index):
            yield upper, recorded.id
        if self.may_lack_date(index):
            yield instant(recorded.first_recorded_at), recorded.id
        for source in dict.fromkeys(self.dating(index)):
            for upper in self._dates(source):
                yield upper, recorded.id

    def _dates(self, source: str) -> Iterator[int]:
        """Yield the last instant of every publication that a source can have at any cut."""
        for registration in self.registering(source):
            recorded = self.entries[registration]
            if recorded.event.published is not None:
                yield recorded.event.published.upper
            yield from self._put(registration)

    def _put(self, index: int) -> Iterator[int]:
        """Yield the last instant of every publication that a correction can put in the place of an entry's own."""
        for changed in self.changes(index):
            text = changed.get("published")
            if isinstance(text, str):
                with suppress(DateError):
                    yield When(text).upper

    def corrected(self, event: Event, correction: EntryCorrected) -> Event:
        """Return an event as corrected; the same one for the same two, since that takes a while to make."""
        key = (id(event), id(correction))
        found = self._corrected.get(key)
        if found is None:
            # With the two that it is made of, so that their places in memory stay theirs.
            found = self._corrected[key] = (as_corrected(event, correction), event, correction)
        return found[0]

    def _dated(self) -> dict[str, tuple[str, ...]]:
        """Return by source those that date what is said about it, so that its own date rests on theirs."""
        if self._leads is None:
            self._leads = {
                source: tuple(
                    dict.fromkeys(
                        name
                        for registration in self.registering(source)
                        for index in self.tree(registration)[1:]
                        for dating in self.dating(index)
                        for name in self._may_be(dating)
                        if name in self.unsettled
                    )
                )
                for source in self.unsettled
            }
        return self._leads

    def _may_be(self, source: str) -> Iterable[str]:
        """Return the sources that may be one with a source, itself among them."""
        return (source,) if self.merging is None else self.merging.ids("source", source)

    def add(self, entries: Iterable[Recorded]) -> None:
        """Take in entries that were recorded after those that are there."""
        for recorded in entries:
            here = len(self.entries)
            event = recorded.event
            self.entries.append(recorded)
            self.plain.append(None)
            self._roots.append(here)
            self.index[recorded.id] = here
            if event.published is None:
                for item in event.evidence:
                    self._dated_by.setdefault(item.source, []).append(here)
                    if item.source in self.unsettled:
                        self.touched.add(here)
            if self.merging is not None and self.merging.name(here, event):
                self.touched.add(here)
            self._note_title(here, event.__dict__.get("title") is not None)
            if event.kind_of_entry == "knowledge":
                self._add_knowledge(here, entry_of(event))
                root = self.entries[self._roots[here]].event
                if isinstance(root, SameAs) and root.kind != "person":
                    self._merge(self._roots[here], root)
            elif isinstance(event, SourceRegistered):
                known = self.registrations.setdefault(event.source, [])
                known.append(here)
                if len(known) > 1:
                    self._unsettle(event.source)

    def _add_knowledge(self, here: int, target: str | None) -> None:
        self._forget_circles()
        index = here if target is None else self.index.get(target, here)
        # Nobody can record what is about an entry that is not there yet; put in by other means, it may go in a circle.
        if target is None or index >= here:
            return
        self._roots[here] = self._roots[index]
        self.about.setdefault(target, []).append(here)
        self.touched.add(index)
        event = self.entries[index].event
        self._note_changes(here, index)
        self._note_title(self._roots[here], isinstance(self.entries[here].event, EntryCorrected))
        if isinstance(event, SourceRegistered):
            self._unsettle(event.source)

    def _note_title(self, index: int, may_give: bool) -> None:  # noqa: FBT001 - one of a pair
        if may_give and "agreement" in self.entries[index].event.__dict__:
            self.titled[index] = None

    def _merge(self, index: int, event: SameAs) -> None:
        """Take note that an entry says which ids are one, or may be corrected to say so of others."""
        if self.merging is None:
            self.merging = Merging()
            for number, recorded in enumerate(self.entries):
                self.merging.name(number, recorded.event)
        for keys in joined_by(event, self.changes(index)):
            for key in self.merging.join(index, keys):
                self.touched.update(self.merging.naming(key))
                if key[0] == "source":
                    self._unsettle(key[1])

    def _note_changes(self, here: int, index: int) -> None:
        """Note what a correction can put to the entry that it is about, and to those that this one corrects in turn."""
        changes: Any = self.entries[here].event.__dict__.get("changes")
        while isinstance(changes, dict):
            self._changes.setdefault(index, []).append(changes)
            event = self.entries[index].event
            corrected = self.index.get(event.entry, index) if isinstance(event, EntryCorrected) else index
            if corrected >= index:
                return
            # What corrects a correction holds, as its changes, those that it puts in the place of the old ones.
            changes, index = changes.get("changes"), corrected

    def _unsettle(self, source: str) -> None:
        self._forget_circles()
        self.unsettled.add(source)
        self.touched.update(self._dated_by.get(source, ()))

    def _forget_circles(self) -> None:
        self._leads, self._circles = None, None


def history_of(source: EventLog | History, negotiation: str) -> History:
    """Return a history as it is, or load one from a log."""
    return source if isinstance(source, History) else History.load(source, negotiation)
