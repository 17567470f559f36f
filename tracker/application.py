"""The application: the root of all that writes to a log, on the library's own application, mapper and repository.

`EventLog.record` ends here. Events become a unit of work on the negotiations that they belong to, which the repository
gives as they were last seen; the store's recorder inserts what they append; where others were first, it is done again.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from eventsourcing.application import AggregateNotFoundError, Application, LRUCache
from eventsourcing.persistence import EventStore, Mapper, Notification, StoredEvent
from eventsourcing.utils import Environment

from tracker.codec import GENESIS, Recorded, decode, digest_of, entry_id, head_of, is_sealed, quote_name, timestamp
from tracker.errors import DamageError, EntryRejectedError, LogConflictError
from tracker.negotiation import SNAPSHOT_INTERVAL, Negotiation, NewEntry, Snapshot, StaleError, project, wrong_snapshot
from tracker.recording import Assumption, Receipt, UnitOfWork, warnings_of
from tracker.retractions import Again
from tracker.spelling import Hints
from tracker.stores.store import SNAPSHOT_TOPIC, IdTakenError, TurnLostError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from eventsourcing.domain import DomainEventProtocol
    from eventsourcing.persistence import ApplicationRecorder

    from tracker.entry import Prepared
    from tracker.stores.store import Row, Store

_OPTIMISTIC_TRIES: Final = 3
_TRIES: Final = 10
#: Looks at a negotiation, the first of which may begin with what was remembered of it.
_LOOKS: Final = 3
#: Negotiations that are remembered.
_CACHED: Final = 1024


class _UndoneError(Exception):
    """A transaction that was only for trying out has come to its end."""


class EntryMapper(Mapper[str]):
    """Turns entries into what is stored, and back: canonical JSON of a closed registry of types (`tracker.codec`)."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Return what is stored of an entry or a snapshot; its bytes were made when it was appended to the chain."""
        if not isinstance(domain_event, NewEntry | Snapshot):
            raise TypeError(f"a log holds no {type(domain_event).__name__}")
        return StoredEvent(
            domain_event.originator_id, domain_event.originator_version, domain_event.topic, domain_event.state
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded | Snapshot:
        """Return the entry or the snapshot that is stored; an older version of a type is read as the present one."""
        if stored_event.topic == SNAPSHOT_TOPIC:
            name, version = str(stored_event.originator_id), stored_event.originator_version
            return Snapshot(name, version, SNAPSHOT_TOPIC, stored_event.state)
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        return decode(stored_event.topic, stored_event.state, position)


class Negotiations(Application[str]):
    """The negotiations of a log, those seen last remembered; safe to use from several threads. Raises `LogError`."""

    env: ClassVar[dict[str, str]] = {
        "IS_SNAPSHOTTING_ENABLED": "y",
        "AGGREGATE_CACHE_MAXSIZE": str(_CACHED),
        # What is changed is taken out of the cache, and put back when it is stored.
        "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
    }
    snapshotting_intervals: ClassVar[dict[type[Any], int]] = {Negotiation: SNAPSHOT_INTERVAL}
    snapshotting_projectors: ClassVar[dict[type[Any], Any]] = {Negotiation: project}
    snapshot_class = Snapshot

    def __init__(self, store: Store) -> None:
        self.store = store
        super().__init__()
        self._in_transaction = False
        #: Held while recording: what was last seen of a negotiation may be a transaction's that is undone later.
        self._lock = threading.RLock()

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        """Return the settings above; those of the shell are not for a log."""
        return Environment(name, {**self.env, **(env or {})})

    def construct_mapper(self) -> EntryMapper:
        """Return our mapper."""
        return EntryMapper(self.construct_transcoder())

    def construct_recorder(self) -> ApplicationRecorder:
        """Return the store's recorder of entries."""
        return self.store.recorder

    def construct_snapshot_store(self) -> EventStore[str]:
        """Return the snapshots over the store's recorder of them."""
        return EventStore(self.mapper, self.store.recorder.snapshots)

    # ── negotiations ──

    def negotiation(self, name: str) -> Negotiation:
        """Return a negotiation as the store holds it; one that is not there is empty.

        Raises `DamageError` where its last entry is not as it was recorded: whoever recorded the next one behind it
        would vouch for it.
        """
        negotiation = Negotiation(name)
        for _ in range(_LOOKS):
            is_known = False
            try:
                negotiation = self.repository.get(name, projector_func=project)
                last = self.store.last(name)
                if last is None:
                    return Negotiation(name)
                is_known = self._is_as(negotiation, last)
                if is_known:
                    return negotiation
            except AggregateNotFoundError:
                return Negotiation(name)
            except StaleError:
                continue
            finally:
                if not is_known:
                    self._take_out(name)
        raise wrong_snapshot(negotiation)

    def _is_as(self, negotiation: Negotiation, last: Row) -> bool:
        """Say whether a negotiation's last entry is still there, and take its digest where only a snapshot is known."""
        if negotiation.version == last.version and not negotiation.head:
            recorded = decode(last.topic, last.state, last.position)
            negotiation.head, negotiation.recorded_at = recorded.digest, timestamp(recorded.recorded_at)
        # Who records behind what somebody has just recorded is refused, and looks again.
        if negotiation.head != digest_of(last.state) and not 0 < negotiation.version < last.version:
            return False
        require_chained(self.store, last)
        return True

    def _take_out(self, name: str) -> Negotiation | None:
        """Return what was last seen of a negotiation, which is forgotten until it is put back."""
        try:
            return self._cache.get(name, evict=True)
        except KeyError:
            return None

    @property
    def _cache(self) -> LRUCache[str, Negotiation]:
        return cast("LRUCache[str, Negotiation]", self.repository.cache)

    def _forget_all(self) -> None:
        self.repository.cache = LRUCache(_CACHED)

    # ── recording ──

    def record(  # noqa: PLR0913 - what a caller may choose, each by name
        self,
        entries: Sequence[Prepared],
        *,
        by: str,
        now: Callable[[], datetime],
        system: Callable[[], datetime],
        keep_going: bool,
        places: Sequence[tuple[str, int]],
        dry_run: bool,
        assumed: set[Assumption] | None,
        hints: Hints | None,
        again: Again | None,
    ) -> Receipt:
        """Record entries as `EventLog.record` does."""
        hints = hints or Hints()
        if assumed is None and not keep_going:
            assumed = set()
        with self._lock:
            # Inside a transaction a batch cannot be undone alone, so ids are looked up; else the store refuses them.
            check_ids = dry_run or self._in_transaction
            # What was last seen of a negotiation is taken as it is until the store refuses, or something seems wrong.
            certain = False
            refused: Exception | None = None
            for attempt in range(_TRIES):
                # Others may keep winning the race for a version; after some tries the write lock comes first.
                guard = nullcontext() if attempt < _OPTIMISTIC_TRIES else self.store.exclusive()
                unit = UnitOfWork(
                    self.store,
                    partial(self._given, certain=certain),
                    quoted_by=quote_name(by),
                    stamp=timestamp(now()),
                    assumed=None if assumed is None else set(assumed),
                    check_ids=check_ids,
                    hints=hints,
                )
                try:
                    with guard:
                        unit.add(entries, places)
                        if unit.problems and not certain and not self._in_transaction:
                            check_ids = certain = True
                            continue
                        if unit.problems and not keep_going:
                            raise EntryRejectedError(unit.problems)
                        own = Again(self.store)
                        # What is retracted by what is recorded with it is no surprise.
                        (again or own).take(unit.there)
                        positions = range(1, len(unit.appended) + 1) if dry_run else self._store(unit)
                except (IdTakenError, VersionTakenError, TurnLostError) as error:
                    refused = error
                    if isinstance(error, TurnLostError) and self._in_transaction:
                        raise
                    check_ids |= isinstance(error, IdTakenError)
                    certain = True
                    if isinstance(error, VersionTakenError) and attempt >= _OPTIMISTIC_TRIES:
                        # Nobody wrote in between, so what we remember is not what is there: as after a failover to a
                        # standby that had not got everything.
                        self._forget_all()
                    continue
                if assumed is not None and unit.assumed is not None:
                    assumed |= unit.assumed
                return Receipt(
                    len(unit.appended),
                    len(unit.there),
                    tuple(unit.problems),
                    unit.heads(),
                    unit.recorded_at(),
                    (*warnings_of(system, unit.recorded_at()), *own.warnings()),
                    unit.appended,
                    positions,
                )
        if not isinstance(refused, TurnLostError):
            # Nobody else could write while the last tries were made.
            raise DamageError(
                f"{self.store.location} refuses an id or a version that nobody has taken "
                f"({' '.join(str(refused).split())}); nothing was recorded; `communique verify` tells more"
            ) from refused
        raise LogConflictError(f"others kept writing to {self.store.location}; nothing was recorded; try again")

    def _given(self, name: str, *, certain: bool) -> Negotiation:
        """Return a negotiation as it was when last looked at, or as it certainly is now, to be changed."""
        known = None if certain else self._take_out(name)
        negotiation = known or self.negotiation(name)
        self._take_out(name)
        return negotiation

    def _store(self, unit: UnitOfWork) -> Sequence[int]:
        # What names were only assumed is not put back for what follows a unit that adds nothing.
        if unit.appended or not (unit.problems or unit.assumed):
            for name, negotiation in unit.touched.items():
                self._cache.put(name, negotiation)
        if not unit.appended:
            return ()
        try:
            return self.insert(unit.appended)
        except BaseException:
            for name in unit.touched:
                self._take_out(name)
            raise

    def insert(self, entries: Sequence[NewEntry]) -> Sequence[int]:
        """Insert entries in the bytes that they have and return their positions, all or nothing.

        A snapshot is taken of each negotiation that passes a multiple of the interval. `Application.save` looks at each
        event's protocol, which takes as long as all else for many, and its event store makes two objects of each that
        nobody wants: so the recorder is called. Raises `IdTakenError` and `VersionTakenError`.
        """
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for name, version, *_ in entries:
            first.setdefault(name, version)
            last[name] = version
        due = [name for name in first if last[name] // SNAPSHOT_INTERVAL != (first[name] - 1) // SNAPSHOT_INTERVAL]
        stored = list(map(self.mapper.to_stored_event, entries))
        ids = [(name, entry, version) for name, version, _, _, entry in entries]
        with self.store.exclusive() if due else nullcontext():
            positions = self.recorder.insert_events(stored, ids=ids) or ()
            for name in due:
                self.take_snapshot(name, projector_func=project)
        return positions

    @contextmanager
    def transaction(self, *, commit: bool = True) -> Iterator[None]:
        """Do as `EventLog.transaction` does."""
        with self._lock:
            if self._in_transaction:
                with self._savepoint(commit=commit):
                    yield
                return
            try:
                with self.store.exclusive():
                    # While nobody else can write, what was last seen stays true.
                    self._forget_all()
                    self._in_transaction = True
                    yield
                    if not commit:
                        raise _UndoneError  # noqa: TRY301 - what undoes the transaction below is an exception
            except BaseException as error:
                self._forget_all()
                if not isinstance(error, _UndoneError):
                    raise
            finally:
                self._in_transaction = False

    @contextmanager
    def _savepoint(self, *, commit: bool) -> Iterator[None]:
        """Keep what is recorded inside a transaction together, too, and undo it alone."""
        with self.store.exclusive() as cursor:
            cursor.execute("SAVEPOINT inside")
            try:
                yield
                if not commit:
                    raise _UndoneError  # noqa: TRY301 - as above
                cursor.execute("RELEASE SAVEPOINT inside")
            except BaseException as error:
                self._forget_all()
                # A connection that is gone has undone all, and must not be told in place of what went wrong.
                with nullcontext() if isinstance(error, _UndoneError) else suppress(Exception):
                    cursor.execute("ROLLBACK TO SAVEPOINT inside")
                    cursor.execute("RELEASE SAVEPOINT inside")
                if not isinstance(error, _UndoneError):
                    raise


def require_chained(store: Store, last: Row) -> None:
    """Raise `DamageError` where a negotiation's last entry does not fit its columns, its id, or the entry before it."""
    _, name, version, topic, state = last
    before = GENESIS
    if version > 1:
        before = next((digest_of(row.state) for row in store.stream(name, version - 2, version - 1)), "")
    entry = entry_id(state)
    if (
        not is_sealed(state)
        or not state.startswith(head_of(topic, name, version, before))
        or entry is None
        or store.versions([(name, entry)]).get((name, entry)) != version
    ):
        raise DamageError(
            f"the last entry of {name} (#{last.position}) is not as it was recorded; nothing is recorded behind it; "
            "`communique verify` tells more"
        )
