"""A log in a database of PostgreSQL, for a team: writers take turns, and followers miss nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import LogError, LogMissingError, LogReadOnlyError, NotALogError
from tracker.stores.store import Inspection, Store, identity_of, new_properties, require_known
from tracker.stores.where import read_place

try:
    import psycopg_pool  # noqa: F401 - writing needs it, and who lacks it is told at once

    from tracker.stores.postgres import schema as tables
    from tracker.stores.postgres.connections import Connections, Listener, plain_errors
except ModuleNotFoundError as error:
    raise LogError(
        "a log in PostgreSQL needs the extra `postgres`, which is not installed: pip install 'communique[postgres]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tracker.stores.postgres.connections import Rows
    from tracker.stores.postgres.recorder import PostgresRecorder, Turn
    from tracker.stores.store import Stored

#: Seconds for which a failover may last before we give up on the server.
PATIENCE: Final = 60.0
#: Settings of a server without which a power failure can take what was acknowledged.
_DURABLE: Final = ("fsync", "full_page_writes")


class PostgresStore(Store):
    """A log in a database of PostgreSQL 14 or newer, durable when `insert_events` returns, on a standby too.

    When the connection dies, or the server undoes something for another's sake, whatever is not part of a transaction
    of the caller's is tried again for up to `patience` seconds, so that a failover shows as a pause.
    """

    position = "notification_id"
    schema = "communique."
    mark = "%s"
    block = 1024

    def __init__(
        self,
        where: str,
        *,
        create: bool,
        read_only: bool,
        patience: float = PATIENCE,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._connections = Connections(read_place(where), read_only=read_only, pause=pause)
        self.location = self._connections.location
        self._listener = Listener(self._connections, self.max_position)
        try:
            if not self._holds_log():
                self._create(may=create and not read_only)
            self.identity = identity_of(self._properties().items(), self.location)
        except BaseException:
            self.close()
            raise
        self._connections.patience = patience

    def _holds_log(self) -> bool:
        """Say whether there is a log; refuses what is something else, or a newer version's."""
        found = self.query(
            "SELECT has_schema_privilege(n.oid, 'USAGE'), EXISTS ("
            "SELECT FROM pg_class WHERE relnamespace = n.oid AND relname = 'log_properties') "
            "FROM pg_namespace AS n WHERE nspname = %s",
            (tables.SCHEMA,),
        )
        if not found:
            return False
        usable, table = found[0]
        if not usable:
            raise LogError(
                f"{self.location} may not be read by you; its owner lets you with GRANT communique_readers TO …"
            )
        if not table:
            raise NotALogError(f"{self.location} has a schema {tables.SCHEMA} that holds no log; name another database")
        told = self._properties().get("format", "0")
        version = int(told) if told.isdecimal() else 0
        require_known(version, tables.FORMAT_VERSION, self.location)
        return True

    def _properties(self) -> dict[str, str]:
        return dict(self.query(tables.PROPERTIES))

    def _create(self, *, may: bool) -> None:
        """Make the tables and their guards; of several who try at once one does it."""
        if not may:
            raise LogMissingError(f"there is no log in {self.location}; `communique admin init` makes one")

        def make(cursor: Rows) -> None:
            tables.make_tables(cursor)
            names, values = zip(*new_properties(tables.FORMAT_VERSION), strict=True)
            cursor.execute(
                "INSERT INTO communique.log_properties SELECT * FROM unnest(%b::text[], %b::text[]) "
                "WHERE NOT EXISTS (SELECT FROM communique.log_properties)",
                (list(names), list(values)),
            )

        try:
            self._writing.run(make)
        except LogReadOnlyError as error:
            raise LogReadOnlyError(
                f"there is no log in {self.location}, and you may not make one; let the owner of the database run "
                "`communique admin init`"
            ) from error

    def put_right(self, writers: str, readers: str) -> list[str]:
        """Make tables, guards and roles that are missing, and return the roles made; what is stored stays as it is."""
        return self._writing.run(lambda cursor: tables.put_right(cursor, writers, readers))

    def setting(self, name: str) -> str:
        """Return a setting of the server, empty where it has none of that name."""
        return str(self.query("SELECT coalesce(current_setting(%s, true), '')", (name,))[0][0])

    @cached_property
    def _writing(self) -> Turn:
        """The transactions that write, with the library that reading does without."""
        from tracker.stores.postgres.recorder import Turn

        return Turn(self._connections)

    @cached_property
    def recorder(self) -> PostgresRecorder:
        """The library's recorder of entries."""
        from tracker.stores.postgres.recorder import PostgresRecorder

        return PostgresRecorder(self._writing, self)

    def exclusive(self) -> AbstractContextManager[Any]:
        """Keep other writers out as every store does; a failover inside undoes all and raises `TurnLostError`."""
        return self._writing.held()

    def require_writable(self) -> None:
        """Raise `LogReadOnlyError` where one may not write, which is looked at with each turn."""
        with self.exclusive():
            pass

    def require_apart(self, path: Path) -> None:
        """Let any file be: a database's own are not here, or are no person's to name."""

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query, those included that this thread's open transaction has written."""
        if "_writing" in self.__dict__ and (rows := self._writing.fetch(sql, parameters)) is not None:
            return rows
        return self._connections.through_failover(lambda: self._connections.fetch(sql, parameters))

    def versions(self, entries: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the versions of those entries, given as (negotiation, id), that are there."""
        rows = self.query(
            "SELECT negotiation, entry, version FROM communique.entry_ids "
            "JOIN unnest(%b::text[], %b::text[]) AS wanted (negotiation, entry) USING (negotiation, entry)",
            tables.columns(entries, 2),
        )
        return {(negotiation, entry): version for negotiation, entry, version in rows}

    def digests(self, entries: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
        """Return the position and digest of those entries, given as (negotiation, version), that are there."""
        rows = self.query(tables.DIGESTS, tables.columns(entries, 2))
        return {(name, version): (position, digest) for name, version, position, digest in rows}

    def inspect(self) -> Inspection:
        """Look at the tables and their guards, and at the log's properties."""
        return tables.inspect(self.query)

    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`."""
        with plain_errors(self.location), self._writing.held() as cursor:
            tables.rebuild_derived(cursor, self.query, ids, snapshots)
            tables.make_tables(cursor)

    def change_mark(self) -> int:
        """Return a number that changes with each commit; the server tells us of it, so that asking costs some 5 µs."""
        with plain_errors(self.location):
            return self._listener.mark(self._connections.patience)

    def close(self) -> None:
        """Close all connections."""
        self._listener.close()
        self._connections.close()
        if "_writing" in self.__dict__:
            self._writing.close()


@dataclass
class Setup:
    """What setting up came to: whether the log was made just now, the roles that were made, and what to look at."""

    location: str
    identity: str
    was_made: bool
    roles_made: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def set_up(where: str, *, writers: str, readers: str) -> Setup:
    """Make a log with its roles, or put right what is missing; raises `LogError` where the user may not do that."""
    try:
        store = PostgresStore(where, create=False, read_only=False)
        was_made = False
    except LogMissingError:
        store = PostgresStore(where, create=True, read_only=False)
        was_made = True
    try:
        setup = Setup(store.location, store.identity, was_made)
        try:
            setup.roles_made = store.put_right(writers, readers)
        except LogReadOnlyError as error:
            raise LogReadOnlyError(f"only the owner of the log in {store.location} may set it up") from error
        for name in _DURABLE:
            if store.setting(name) == "off":
                setup.warnings.append(f"the server has {name} = off: a power failure can take entries; switch it on")
        if not store.setting("synchronous_standby_names"):
            setup.warnings.append(
                "the server has no synchronous standby: should it be lost, entries are restored from a backup"
            )
    finally:
        store.close()
    return setup
