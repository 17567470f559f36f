"""The tables of a log in PostgreSQL, the triggers that guard them, and the two roles that may use them.

The triggers hold for the owner, too, and for whoever inserts with other means than this package: writers take their
turn, positions and versions follow one another without a gap, and nothing that is there is changed or removed. Only
an owner who takes the triggers away can get around them, and then the chain tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg import errors
from psycopg.sql import SQL, Identifier

from tracker.errors import LogError
from tracker.stores.postgres.guards import AT_THE_END, CHANNEL, FUNCTIONS, OUT_OF_ORDER, REFUSED, TRIGGERS, WRITE_LOCK

if TYPE_CHECKING:
    from psycopg import Cursor

__all__ = [
    "CHANNEL",
    "FORMAT_VERSION",
    "OUT_OF_ORDER",
    "REFUSED",
    "SCHEMA",
    "TABLES",
    "WRITE_LOCK",
    "guards",
    "make_roles",
    "make_tables",
]

#: The schema in which a log is kept; a database holds one.
SCHEMA: Final = "communique"
FORMAT_VERSION: Final = 1
#: The position and digest of entries by negotiation and version; worked out there, so that few bytes travel.
DIGESTS: Final = """SELECT name, version, notification_id, encode(sha256(state), 'hex')
    FROM unnest(%b::text[], %b::int8[]) AS wanted (name, version)
    JOIN communique.stored_events ON originator_id = name AND originator_version = version"""
# The collation is that of bytes: an index over it stays right when the machine, or the standby, has another libc.
TABLES: Final = (
    "CREATE SCHEMA IF NOT EXISTS communique",
    """CREATE TABLE IF NOT EXISTS communique.stored_events (
    originator_id text COLLATE "C" NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL,
    state bytea NOT NULL, notification_id bigint NOT NULL, PRIMARY KEY (originator_id, originator_version))""",
    """CREATE UNIQUE INDEX IF NOT EXISTS stored_events_notification_id_idx
    ON communique.stored_events (notification_id)""",
    """CREATE TABLE IF NOT EXISTS communique.stored_snapshots (
    originator_id text COLLATE "C" NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL,
    state bytea NOT NULL, PRIMARY KEY (originator_id, originator_version))""",
    """CREATE TABLE IF NOT EXISTS communique.entry_ids (
    negotiation text COLLATE "C" NOT NULL, entry text COLLATE "C" NOT NULL, version bigint NOT NULL,
    PRIMARY KEY (negotiation, entry))""",
    """CREATE TABLE IF NOT EXISTS communique.log_properties (
    name text COLLATE "C" PRIMARY KEY, value text NOT NULL)""",
)

#: Columns that writers fill; all other tables and columns they can only read.
_WRITABLE: Final = ("stored_events", "stored_snapshots", "entry_ids")


def guards() -> list[str]:
    """Return the statements that make the functions and the triggers, which fire even where others are switched off."""
    statements = list(FUNCTIONS)
    for name, table, when, function in TRIGGERS:
        if when == AT_THE_END:
            # Of a constraint's trigger PostgreSQL replaces none.
            statements += [
                f"DROP TRIGGER IF EXISTS {name} ON communique.{table}",
                f"""CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON communique.{table} DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION communique.{function}()""",
            ]
        else:
            added = "REFERENCING NEW TABLE AS added " if when.startswith("AFTER") else ""
            statements.append(
                f"""CREATE OR REPLACE TRIGGER {name} {when} ON communique.{table} {added}
                FOR EACH STATEMENT EXECUTE FUNCTION communique.{function}()"""
            )
        statements.append(f"ALTER TABLE communique.{table} ENABLE ALWAYS TRIGGER {name}")
    return statements


def make_tables(cursor: Cursor[tuple[object, ...]]) -> None:
    """Make the tables, indexes and guards that are not there."""
    for statement in (*TABLES, *guards()):
        cursor.execute(statement)


def make_roles(cursor: Cursor[tuple[object, ...]], writers: str, readers: str) -> list[str]:
    """Make the two roles where they are not there, grant them what they need, and return those that were made.

    They cannot log in: people and programs become their members. Raises `LogError` where the owner may make no roles.
    """
    made = []
    for role in (writers, readers):
        if cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None:
            continue
        try:
            cursor.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(role)))
        except errors.InsufficientPrivilege as error:
            raise LogError(
                f"you may make no roles there; let an administrator of the server make {writers} and {readers} with "
                "CREATE ROLE, and run this again"
            ) from error
        made.append(role)
    both = SQL(", ").join([Identifier(writers), Identifier(readers)])
    cursor.execute("REVOKE ALL ON SCHEMA communique FROM PUBLIC")
    cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA communique FROM PUBLIC")
    for role in (writers, readers):
        cursor.execute(SQL("REVOKE ALL ON ALL TABLES IN SCHEMA communique FROM {}").format(Identifier(role)))
    cursor.execute(SQL("GRANT USAGE ON SCHEMA communique TO {}").format(both))
    cursor.execute(SQL("GRANT SELECT ON ALL TABLES IN SCHEMA communique TO {}").format(both))
    for table in _WRITABLE:
        cursor.execute(SQL("GRANT INSERT ON {} TO {}").format(Identifier(SCHEMA, table), Identifier(writers)))
    return made
