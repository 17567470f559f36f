"""A negotiation's entries, decoded once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tracker.codec import Recorded
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
        self._add(entries)

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
        self._add(new)
        return new

    def get(self, entry: str) -> Recorded | None:
        """Return the entry of an id, or None."""
        index = self.index.get(entry)
        return None if index is None else self.entries[index]

    def _add(self, entries: list[Recorded]) -> None:
        for recorded in entries:
            here = len(self.entries)
            self.entries.append(recorded)
            self.index[recorded.id] = here
            if recorded.event.kind_of_entry == "knowledge":
                target = getattr(recorded.event, "entry", None)
                if target is not None:
                    self.about.setdefault(target, []).append(here)


def history_of(source: EventLog | History, negotiation: str) -> History:
    """Return a history as it is, or load one from a log."""
    return source if isinstance(source, History) else History.load(source, negotiation)
