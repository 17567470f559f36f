"""Which entries of a log are meant: by time, party, matter, event type and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.dates import DateError, When, instant
from tracker.errors import NameUnknownError, nearest
from tracker.events.references import REGISTERED_BY, actors, names
from tracker.events.registry import EVENT_TYPES, find_event_type
from tracker.events.stage import SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.codec import Recorded
    from tracker.events.base import Event


class Selection:
    """What an entry must have to be listed; None asks for nothing.

    `since` and `until` are EDTF texts. Raises `click.UsageError` for a text that is no date.
    """

    def __init__(  # noqa: PLR0913 - one argument an option
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        party: str | None = None,
        matter: str | None = None,
        event: str | None = None,
        source: str | None = None,
    ) -> None:
        self.since = read_date("--since", since)
        self.until = read_date("--until", until)
        self.names = {"party": party, "matter": matter, "source": source}
        self.event = event
        self._registered: dict[str, set[str]] = {kind: set() for kind in REGISTERED_BY.values()}
        self._published: dict[tuple[str, str], When] = {}
        self._types: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether every entry is meant."""
        asked = (self.since, self.until, self.event, *self.names.values())
        return all(value is None for value in asked)

    def choose(self, entries: Iterable[Recorded]) -> Iterator[Recorded]:
        """Yield the entries that are meant.

        Raises `NameUnknownError` at the end where a name was asked for that none of the entries registers.
        """
        if self.is_open:
            yield from entries
            return
        for recorded in entries:
            self._register(recorded.event)
            if self._is_meant(recorded):
                yield recorded
        self._require_names()

    def _is_meant(self, recorded: Recorded) -> bool:
        event = recorded.event
        if self.event is not None and event.event != self.event:
            return False
        party, matter, source = self.names.values()
        if party is not None and party not in names(event, "party"):
            return False
        if matter is not None and matter not in names(event, "matter"):
            return False
        if source is not None and source not in _sources(event):
            return False
        if self.since is None and self.until is None:
            return True
        return self._is_in_time(recorded)

    def _is_in_time(self, recorded: Recorded) -> bool:
        lower, upper = self._bounds(recorded)
        if self.since is not None and upper < self.since.lower:
            return False
        return self.until is None or lower <= self.until.upper

    def _bounds(self, recorded: Recorded) -> tuple[int, int]:
        """Return when an entry happened, else became public: as given, by its earliest source, else when recorded."""
        event = recorded.event
        when = event.occurred or event.published
        if when is None:
            dates = [
                date
                for item in event.evidence
                if (date := self._published.get((event.negotiation, item.source))) is not None
            ]
            when = min(dates, key=lambda date: (date.upper, date.lower), default=None)
        if when is not None:
            return when.lower, when.upper
        moment = instant(recorded.recorded_at)
        return moment, moment

    def _register(self, event: Event) -> None:
        self._types.add(event.event)
        kind = REGISTERED_BY.get(type(event))
        if kind is None:
            return
        name: str = getattr(event, kind)
        self._registered[kind].add(name)
        if kind == "source" and event.published is not None:
            self._published[event.negotiation, name] = event.published

    def _require_names(self) -> None:
        for kind, name in self.names.items():
            known = self._registered[kind]
            if name is not None and name not in known:
                raise NameUnknownError(f"there is no {kind} {name!r}{nearest(name, known)}")
        if self.event is not None and self.event not in self._types and find_event_type(self.event) is None:
            hint = nearest(self.event, EVENT_TYPES)
            raise NameUnknownError(
                f"there is no event type {self.event!r}{hint}; `communique schema --list` lists them"
            )


def acting_party(event: Event) -> str | None:
    """Return the party that acts, the parties where several do; None where the entry names none."""
    return ", ".join(actors(event)) or None


def _sources(event: Event) -> set[str]:
    """Return the sources of an entry's evidence, and those that it registers or is about."""
    found = {item.source for item in event.evidence}
    # What a source repeats is told of that source, and is not what its registration is about.
    return found | ({event.source} if isinstance(event, SourceRegistered) else set(names(event, "source")))


def read_date(option: str, text: str | None) -> When | None:
    """Return the date that an option holds, None where it is not given; raises `click.UsageError`."""
    if text is None:
        return None
    try:
        return When(text)
    except DateError as error:
        raise click.UsageError(f"{option}: {error}") from None
