"""A log in a database of PostgreSQL, for a team: writers take turns, and followers miss nothing."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeVar

from tracker.errors import (
    DamageError,
    LogError,
    LogMissingError,
    LogReadOnlyError,
    LogTooNewError,
    LogUnreachableError,
    NotALogError,
)
from tracker.stores.postgres.place import read_place
from tracker.stores.properties import identity_of, new_properties
from tracker.stores.store import Batch, Inspection, Row, Stored, TurnLostError

try:
    from psycopg.rows import tuple_row

    from tracker.stores.postgres.check import inspect, rebuild_derived
    from tracker.stores.postgres.errors import UndoneError, plain_errors
    from tracker.stores.postgres.listener import Listener
    from tracker.stores.postgres.recorder import Datastore, PostgresRecorder, columns
    from tracker.stores.postgres.schema import DIGESTS, FORMAT_VERSION, NEGOTIATIONS, SCHEMA, make_roles
except ModuleNotFoundError as error:
    raise LogError(
        "a log in PostgreSQL needs the extra `postgres`, which is not installed: pip install 'communique[postgres]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tracker.stores.postgres.recorder import Rows
    from tracker.stores.store import PlainRow

Result = TypeVar("Result")
#: Seconds for which a failover may last before we give up on the server, and between two tries.
PATIENCE: Final = 60.0
_PAUSE: Final = 0.25
#: The positions that PostgreSQL knows.
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_SELECT: Final = """SELECT notification_id, originator_id, originator_version, topic, state
    FROM communique.stored_events"""


class PostgresStore:
    """A log in a database of PostgreSQL 14 or newer, durable when `insert` returns, on a synchronous standby too.

    When the connection dies, or the server undoes something for another's sake, whatever is not part of a transaction
    of the caller's is tried again for up to `patience` seconds, so that a failover shows as a pause.
    """

    def __init__(
        self,
        where: str,
        *,
        create: bool,
        read_only: bool,
        patience: float = PATIENCE,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        place = read_place(where)
        self.location = place.location
        # Who opens a log is told at once that there is no server, or that the password is wrong.
        self.patience = 0.0
        self._pause = pause
        self._read_only = read_only
        self._datastore = Datastore(place.conninfo, read_only=read_only)
        self._recorder = PostgresRecorder(self._datastore)
        self._listener = Listener(self._datastore, self.max_position)
        self._lock = threading.RLock()
        self._held: Rows | None = None
        self._last_added: Sequence[Stored] = []
        try:
            if not self._holds_log():
                self._create(may=create and not read_only)
            self.identity = identity_of(self._properties().items(), self.location)
        except BaseException:
            self.close()
            raise
        self.patience = patience

    def _holds_log(self) -> bool:
        """Say whether there is a log; refuses what is something else, or a newer version's."""
        found = self._query(
            "SELECT has_schema_privilege(n.oid, 'USAGE'), EXISTS ("
            "SELECT FROM pg_class WHERE relnamespace = n.oid AND relname = 'log_properties') "
            "FROM pg_namespace AS n WHERE nspname = %s",
            (SCHEMA,),
        )
        if not found:
            return False
        usable, table = found[0]
        if not usable:
            raise LogError(
                f"{self.location} may not be read by you; its owner lets you with GRANT communique_readers TO …"
            )
        if not table:
            raise NotALogError(f"{self.location} has a schema {SCHEMA} that holds no log; name another database")
        told = self._properties().get("format", "0")
        version = int(told) if told.isdecimal() else 0
        if version > FORMAT_VERSION:
            raise LogTooNewError(
                f"{self.location} has format {version}, made by a newer communique; this one reads up to "
                f"{FORMAT_VERSION}: upgrade communique"
            )
        return True

    def _properties(self) -> dict[str, str]:
        return dict(self._query("SELECT name, value FROM communique.log_properties"))

    def _create(self, *, may: bool) -> None:
        """Make the tables and their guards; of several who try at once one does it."""
        if not may:
            raise LogMissingError(f"there is no log in {self.location}; `communique admin init` makes one")
        try:
            with plain_errors(self.location), self._recorder.transaction() as cursor:
                self._recorder.make_tables(cursor)
                names, values = zip(*new_properties(FORMAT_VERSION), strict=True)
                cursor.execute(
                    "INSERT INTO communique.log_properties SELECT * FROM unnest(%b::text[], %b::text[]) "
                    "WHERE NOT EXISTS (SELECT FROM communique.log_properties)",
                    (list(names), list(values)),
                )
        except LogReadOnlyError as error:
            raise LogReadOnlyError(
                f"there is no log in {self.location}, and you may not make one; let the owner of the database run "
                "`communique admin init`"
            ) from error

    def put_right(self, writers: str, readers: str) -> list[str]:
        """Make tables, guards and roles that are missing, and return the roles made; what is stored stays as it is."""

        def make() -> list[str]:
            with self._recorder.transaction() as cursor:
                self._recorder.make_tables(cursor)
                return make_roles(cursor, writers, readers)

        return self._through_failover(make)

    def setting(self, name: str) -> str:
        """Return a setting of the server, empty where it has none of that name."""
        return str(self._query("SELECT coalesce(current_setting(%s, true), '')", (name,))[0][0])

    # ── writing ──

    def insert(self, batch: Batch) -> Sequence[int]:
        """Add a batch in one transaction, durable on return; through a failover, too."""
        if self._read_only:
            raise LogReadOnlyError(f"{self.location} was opened for reading only")
        with self._lock:
            if self._held is not None:
                with plain_errors(self.location):
                    positions = self._recorder.insert_batch(self._held, batch)
                self._last_added = batch.events[-1:] or self._last_added
                return positions
            tries = 0

            def insert() -> Sequence[int]:
                nonlocal tries
                tries += 1
                with self._recorder.transaction() as cursor:
                    # The commit may have been done though nobody could tell us.
                    found = self._recorder.find(cursor, batch.events) if tries > 1 else None
                    return self._recorder.insert_batch(cursor, batch) if found is None else found

            return self._through_failover(insert)

    def insert_one(self, entry: Stored, entry_id: str) -> Sequence[int]:
        """Add one entry, durable on return."""
        return self.insert(Batch.of_one(entry, entry_id))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other writers out; what is inserted inside is committed together at the end.

        A failover inside undoes it, as may the server for another's sake; both raise `TurnLostError`.
        """
        with self._lock:
            if self._held is not None:
                yield
                return
            self._last_added, is_committing = [], False
            stack = ExitStack()
            self._held = self._through_failover(lambda: stack.enter_context(self._recorder.transaction()))
            try:
                with plain_errors(self.location), stack:
                    yield
                    is_committing = True
            except (LogUnreachableError, UndoneError) as error:
                self._held = None
                # Lost while committing, it may have been done though nobody could tell us.
                may_be_done = is_committing and self._last_added and not isinstance(error, UndoneError)
                if not may_be_done or not self._has(self._last_added):
                    raise TurnLostError(f"{error}; nothing was recorded: run the same again") from error
            finally:
                self._held = None

    def _has(self, events: Sequence[Stored]) -> bool:
        """Say whether entries were committed after all."""

        def look() -> bool:
            with self._recorder.transaction() as cursor:
                return self._recorder.find(cursor, events) is not None

        return self._through_failover(look)

    def _through_failover(self, action: Callable[[], Result]) -> Result:
        """Do something that may be done again, until neither connection nor server undoes it, or patience ends."""
        until = time.monotonic() + self.patience
        tries = 0
        while True:
            try:
                with plain_errors(self.location):
                    return action()
            except (LogUnreachableError, UndoneError):
                tries += 1
                if time.monotonic() >= until:
                    raise
            # Where only a connection that was kept had died, a new one is all that is needed.
            if tries > 1:
                self._pause(_PAUSE)

    # ── reading ──

    def _query(self, sql: LiteralString, parameters: Sequence[Any] = ()) -> list[Any]:
        if self._held is not None and self._lock.acquire(blocking=False):
            # Inside `exclusive` of this very thread: read what the open transaction has written.
            try:
                if self._held is not None:
                    with plain_errors(self.location):
                        return self._held.execute(sql, parameters).fetchall()
            finally:
                self._lock.release()

        def query() -> list[Any]:
            with (
                self._datastore.get_connection() as connection,
                connection.cursor(row_factory=tuple_row, binary=True) as cursor,
            ):
                return cursor.execute(sql, parameters).fetchall()

        return self._through_failover(query)

    def blocks(self, after: int | None = 0, until: int | None = None) -> Iterator[Sequence[PlainRow]]:
        """Yield entries in the order of the log, a block a query, so that no read lasts long."""
        sql = _SELECT + " WHERE notification_id >= %s AND notification_id <= %s ORDER BY notification_id LIMIT 1024"
        start, bound = _FIRST if after is None else after + 1, _LAST if until is None else until
        while start <= bound and (rows := self._query(sql, (start, bound))):
            yield rows
            start = self._beyond(start, rows[-1][0])

    def scan(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield entries in the order of the log."""
        return (Row._make(row) for rows in self.blocks(after, until) for row in rows)

    def stream(self, negotiation: str, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Yield a negotiation's entries in order, a block a query."""
        sql = _SELECT + (
            " WHERE originator_id = %s AND originator_version >= %s AND originator_version <= %s"
            " ORDER BY originator_version LIMIT 1024"
        )
        start, bound = after + 1, _LAST if until is None else until
        while start <= bound and (rows := self._query(sql, (negotiation, start, bound))):
            yield from map(Row._make, rows)
            start = self._beyond(start, rows[-1][2])

    def _beyond(self, start: int, last: int) -> int:
        """Return where the next block starts; an index that is damaged may give rows in any order, and for ever."""
        if last < start:
            raise DamageError(f"{self.location} is damaged: its rows are out of order; `communique verify` tells more")
        return last + 1

    def last(self, negotiation: str) -> Row | None:
        """Return a negotiation's last entry."""
        rows = self._query(
            f"{_SELECT} WHERE originator_id = %s ORDER BY originator_version DESC LIMIT 1", (negotiation,)
        )
        return Row._make(rows[0]) if rows else None

    def last_version(self, negotiation: str) -> int:
        """Return the version of a negotiation's last entry, from the index alone."""
        sql = "SELECT coalesce(max(originator_version), 0) FROM communique.stored_events WHERE originator_id = %s"
        return int(self._query(sql, (negotiation,))[0][0])

    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""
        rows = self._query(
            "SELECT negotiation, entry, version FROM communique.entry_ids "
            "JOIN unnest(%b::text[], %b::text[]) AS wanted (negotiation, entry) USING (negotiation, entry)",
            columns(entries, 2),
        )
        return {(negotiation, entry): version for negotiation, entry, version in rows}

    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""
        rows = self._query(DIGESTS, columns(entries, 2))
        return {(name, version): (position, digest) for name, version, position, digest in rows}

    def ids(self, negotiation: str, most: int) -> list[str]:
        """Return the ids of a negotiation's entries by name, the first ones where there are very many."""
        sql = "SELECT entry FROM communique.entry_ids WHERE negotiation = %s ORDER BY entry LIMIT %s"
        return [entry for (entry,) in self._query(sql, (negotiation, most))]

    def count_ids(self) -> int:
        """Return the number of ids by which entries are found."""
        return int(self._query("SELECT count(*) FROM communique.entry_ids")[0][0])

    def snapshot(self, negotiation: str) -> tuple[int, bytes] | None:
        """Return a negotiation's newest snapshot with its version."""
        rows = self._query(
            "SELECT originator_version, state FROM communique.stored_snapshots WHERE originator_id = %s "
            "ORDER BY originator_version DESC LIMIT 1",
            (negotiation,),
        )
        return rows[0] if rows else None

    def id_blocks(self) -> Iterator[Sequence[tuple[str, str, int]]]:
        """Yield the whole index of ids by name."""
        sql = "SELECT negotiation, entry, version FROM communique.entry_ids"
        order = " ORDER BY negotiation, entry LIMIT 4096"
        rows = self._query(sql + order)
        while rows:
            yield rows
            start = rows[-1][:2]
            rows = self._query(sql + " WHERE (negotiation, entry) > (%s, %s)" + order, start)
            if rows and rows[-1][:2] <= start:
                self._beyond(1, 0)

    def snapshots(self) -> Iterator[Stored]:
        """Yield every snapshot, by negotiation and version."""
        for name in self._query(
            "SELECT originator_id, originator_version FROM communique.stored_snapshots ORDER BY 1, 2"
        ):
            yield from self._query(
                "SELECT originator_id, originator_version, topic, state FROM communique.stored_snapshots"
                " WHERE originator_id = %s AND originator_version = %s",
                name,
            )

    def inspect(self) -> Inspection:
        """Look at the tables and their guards, and at the log's properties."""
        return inspect(self._query)

    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`."""
        with plain_errors(self.location):
            if self._held is None:
                raise LogError("what is derived is made anew only while nobody else writes")
            rebuild_derived(self._held, self._query, ids, snapshots)
            self._recorder.make_tables(self._held)

    def stage_rows(self, negotiation: str, topics: Sequence[str], after: int) -> Iterator[Row]:
        """Yield a negotiation's entries of some topics, those after a version."""
        where = " WHERE originator_id = %s AND originator_version > %s AND topic = ANY(%b::text[])"
        rows = self._query(_SELECT + where + " ORDER BY originator_version", (negotiation, after, list(topics)))
        yield from map(Row._make, rows)

    def negotiations(self) -> list[tuple[str, int]]:
        """Return every negotiation with its number of entries, by name, from the index alone."""
        return self._query(NEGOTIATIONS)

    def max_position(self) -> int:
        """Return the position of the log's last entry, 0 where there is none."""
        return int(self._query("SELECT coalesce(max(notification_id), 0) FROM communique.stored_events")[0][0])

    def change_mark(self) -> int:
        """Return a number that changes with each commit; the server tells us of it, so that asking costs some 5 µs."""
        with plain_errors(self.location):
            return self._listener.mark(self.patience)

    def close(self) -> None:
        """Close all connections."""
        self._listener.close()
        self._datastore.close()
