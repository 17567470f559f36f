"""The event log: record, read, follow, verify."""

from __future__ import annotations

import getpass
import threading
import time
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Self

from tracker.codec import Recorded, decode, digest_of
from tracker.errors import LogError, LogReadOnlyError, NameUnknownError, nearest
from tracker.stores.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tracker.application import Negotiations
    from tracker.entry import Prepared
    from tracker.events.base import Event
    from tracker.recording import Assumption, Receipt
    from tracker.retractions import Again
    from tracker.spelling import Hints
    from tracker.stores.store import Store
    from tracker.verify import Repair, Verification


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


class EventLog:
    """An append-only log of negotiations; use it as a context manager.

    Safe to use from several threads and processes at once. Raises `LogError` where the storage cannot do what is asked.
    """

    def __init__(
        self,
        store: Store,
        *,
        read_only: bool = False,
        clock: Callable[[], datetime] | None = None,
        by: str | None = None,
        system: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = store
        self.read_only = read_only
        self.clock = clock or utc_now
        self.by = _user() if by is None else by
        #: This machine's clock, of which what is recorded must not be far ahead without a warning.
        self.system = system
        self._lock = threading.Lock()
        self._application: Negotiations | None = None

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        create: bool = True,
        read_only: bool = False,
        clock: Callable[[], datetime] | None = None,
        by: str | None = None,
    ) -> Self:
        """Open the log at a path, ``sqlite:///path`` or ``postgresql://…``, making it where it may.

        `clock` gives aware datetimes and `by` the recorder's name, for what will be recorded. Raises `LogError`.
        """
        return cls(open_store(where, create=create, read_only=read_only), read_only=read_only, clock=clock, by=by)

    @property
    def location(self) -> str:
        """Where the log is; never with a password."""
        return self.store.location

    @property
    def identity(self) -> str:
        """A name that no other log has."""
        return self.store.identity

    def record(  # noqa: PLR0913 - what a caller may choose, each by name
        self,
        events: Iterable[Event | Prepared],
        *,
        by: str | None = None,
        keep_going: bool = False,
        places: Sequence[tuple[str, int]] = (),
        dry_run: bool = False,
        assumed: set[Assumption] | None = None,
        hints: Hints | None = None,
        again: Again | None = None,
    ) -> Receipt:
        """Record events in one transaction, all or nothing, and return what was done.

        An entry whose id and content are there already is counted and not recorded again. With `keep_going` entries
        that are wrong are left out and told in the receipt. `places` are (file, line) for each event's problems;
        `assumed` are names to be taken as registered, to which those of wrong entries are added, so that a mistake is
        not told again by all that rests on it; `hints` are those of the script of which the events are a part, and
        `again` gathers what is there but retracted, of which the receipt warns otherwise; `dry_run` checks and records
        nothing. Raises `EntryRejectedError` with all problems, `LogConflictError` and other `LogError`.
        """
        from tracker.entry import Prepared, prepare

        entries = [event if isinstance(event, Prepared) else prepare(event) for event in events]
        if self.read_only and not dry_run:
            raise LogReadOnlyError(f"{self.location} was opened for reading only; open it for writing to record")
        return self.application.record(
            entries,
            by=self.by if by is None else by,
            now=self.clock,
            system=self.system,
            keep_going=keep_going,
            places=places,
            dry_run=dry_run,
            assumed=assumed,
            hints=hints,
            again=again,
        )

    def transaction(self, *, commit: bool = True) -> AbstractContextManager[None]:
        """Keep all that is recorded inside in one transaction, which an exception undoes; others wait to write.

        Without `commit` it is undone in the end, for trying out.
        """
        return self.application.transaction(commit=commit)

    def require_writable(self) -> None:
        """Raise `LogError` where one may not record, or another process does for too long."""
        self.store.require_writable()

    @property
    def application(self) -> Negotiations:
        """What records, with the library that whoever only reads does without."""
        with self._lock:
            if self._application is None:
                from tracker.application import Negotiations

                self._application = Negotiations(self.store)
            return self._application

    def read(
        self, negotiation: str | None = None, *, after: int = 0, until: int | None = None, limit: int | None = None
    ) -> Iterator[Recorded]:
        """Yield the entries of the log or of a negotiation in order, after one position and up to another."""
        if negotiation is None:
            rows = self.store.scan(after, until)
        else:
            rows = (
                row
                for row in self.store.stream(negotiation)
                if row.position > after and (until is None or row.position <= until)
            )
        for row in islice(rows, limit):
            yield decode(row.topic, row.state, row.position)

    def follow(
        self,
        after: int | None = None,
        *,
        poll: float = 0.1,
        should_stop: Callable[[], bool] = lambda: False,
        wait: Callable[[float], object] = time.sleep,
    ) -> Iterator[Recorded]:
        """Return entries as anyone records them from now on, until told to stop.

        `after` is a position, by default that of the log's present end. `poll` is in seconds; `wait` is called
        with it between looks, so that a caller can be woken earlier. Raises `LogError` where the last entry that was
        seen is another one by now.
        """
        return self._follow(self.store.max_position() if after is None else after, poll, should_stop, wait)

    def _follow(
        self, position: int, poll: float, should_stop: Callable[[], bool], wait: Callable[[float], object]
    ) -> Iterator[Recorded]:
        seen: int | None = None
        last = self._digest_at(position)
        while not should_stop():
            mark = self.store.change_mark()
            if mark == seen:
                wait(poll)
                continue
            seen = mark
            if last is not None and last != self._digest_at(position):
                # A copy of it was put back, in the very place.
                raise LogError(f"{self.location} holds another entry #{position} than it did; open the log again")
            for recorded in self.read(after=position):
                position, last = recorded.position, recorded.digest
                yield recorded
                if should_stop():
                    return

    def _digest_at(self, position: int) -> str | None:
        """Return the digest of the entry at a position, None where there is none."""
        return next((digest_of(row.state) for row in self.store.scan(position - 1, position)), None)

    def entry(self, negotiation: str, entry: str) -> Recorded:
        """Return one entry by its id; raises `NameUnknownError` with the nearest spelling."""
        from tracker.recording import find

        version = self.store.versions([(negotiation, entry)]).get((negotiation, entry))
        if version is None:
            self.require(negotiation)
            hint = nearest(entry, self.store.ids(negotiation))
            raise NameUnknownError(f"{negotiation} has no entry {entry!r}{hint}; `communique log` lists them")
        return find(self.store, negotiation, entry, version)

    def negotiations(self) -> dict[str, int]:
        """Return every negotiation with its number of entries, by name."""
        return dict(self.store.negotiations())

    def require(self, negotiation: str) -> None:
        """Raise `NameUnknownError`, with the nearest spelling, where the log has no such negotiation."""
        if self.store.last(negotiation) is None:
            known = [name for name, _ in self.store.negotiations()]
            some = f"; it has {', '.join(known[:8])}{' …' if known[8:] else ''}" if known else "; it is empty"
            hint = nearest(negotiation, known) or some
            raise NameUnknownError(f"{self.location} has no negotiation {negotiation!r}{hint}")

    def heads(self) -> dict[str, str]:
        """Return every negotiation's head: the digest of its last entry."""
        last = ((name, self.store.last(name)) for name in self.negotiations())
        return {name: digest_of(row.state) for name, row in last if row is not None}

    def verify(self, heads: Iterable[str] = ()) -> Verification:
        """Recompute every chain and compare the stored bytes with the columns beside them; see `tracker.verify`."""
        from tracker.verify import verify

        return verify(self.store, heads)

    def repair_derived(self, heads: Iterable[str] = ()) -> tuple[Verification, Repair | None]:
        """Make anew what is derived from the stored bytes, where they are whole; see `tracker.verify.repair`."""
        from tracker.verify import repair

        return repair(self.store, heads)

    def close(self) -> None:
        """Let go of the storage."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
