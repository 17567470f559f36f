"""The tables of a log in PostgreSQL, their guards, the two roles that may use them, and whether all is so.

The triggers hold for the owner, too, and for whoever inserts with other means than this package: writers take their
turn, positions and versions follow one another without a gap, and nothing that is there is changed or removed. Only
an owner who takes the triggers away can get around them, and then the chain tells. An index that does not say what its
table says is PostgreSQL's own to find (``amcheck``); no SQL makes one.
"""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, LiteralString

from psycopg import errors
from psycopg.sql import SQL, Identifier

from tracker.errors import LogError
from tracker.stores.store import Inspection, wrong_properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from psycopg import Cursor

    from tracker.stores.postgres.connections import Rows
    from tracker.stores.store import Stored

    Query = Callable[[LiteralString], Sequence[Any]]

#: The schema in which a log is kept; a database holds one.
SCHEMA: Final = "communique"
FORMAT_VERSION: Final = 1
#: Whoever writes holds this advisory lock ("cmnq") until the end of the transaction.
WRITE_LOCK: Final = 0x636D6E71
#: Where a commit is told to those who listen.
CHANNEL: Final = "communique_entries"
#: SQLSTATE of the guards: of a change, of a row that does not follow the last one, of one that the program would not
#: insert, of a snapshot that is not that of its entries.
REFUSED: Final = "CQ001"
OUT_OF_ORDER: Final = "CQ002"
MALFORMED: Final = "CQ003"
WRONG_SNAPSHOT: Final = "CQ004"
#: The position and digest of entries by negotiation and version; worked out there, so that few bytes travel.
DIGESTS: Final = """SELECT name, version, notification_id, encode(sha256(state), 'hex')
    FROM unnest(%b::text[], %b::int8[]) AS wanted (name, version)
    JOIN communique.stored_events ON originator_id = name AND originator_version = version"""
INSERT_IDS: Final = "INSERT INTO communique.entry_ids SELECT * FROM unnest(%b::text[], %b::text[], %b::int8[])"
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

#: The statements that make the functions, in an order in which they can be made.
FUNCTIONS: Final = tuple(
    re.findall(
        r"^CREATE OR REPLACE FUNCTION .*?\$\$.*?\$\$(?=;$)",
        (files(__package__) / "guards.sql").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)

#: The tables that writers fill, and all, of which they can only read the others.
_FILLED: Final = ("stored_events", "stored_snapshots", "entry_ids")
_ALL: Final = (*_FILLED, "log_properties")
#: When a trigger is a constraint's, which is looked at when the transaction ends.
AT_THE_END: Final = "AFTER INSERT AT THE END"
#: Each trigger's name, table, time and function.
TRIGGERS: Final = (
    *((f"{table}_refuses_change", table, "BEFORE UPDATE OR DELETE OR TRUNCATE", "refuse_change") for table in _ALL),
    *((f"{table}_takes_turn", table, "BEFORE INSERT", "take_turn") for table in _FILLED),
    ("stored_events_checks_order", "stored_events", "AFTER INSERT", "check_order"),
    ("stored_events_has_id", "stored_events", AT_THE_END, "check_entry"),
    ("entry_ids_has_entry", "entry_ids", AT_THE_END, "check_id"),
    ("stored_snapshots_has_entries", "stored_snapshots", AT_THE_END, "check_snapshot"),
)
_NAME, _TEXT, _BYTES, _NUMBER = "text C not null", "text not null", "bytea not null", "bigint not null"
_STORED: Final = {"originator_id": _NAME, "originator_version": _NUMBER, "topic": _TEXT, "state": _BYTES}
_COLUMNS: Final = {
    "stored_events": _STORED | {"notification_id": _NUMBER},
    "stored_snapshots": _STORED,
    "entry_ids": {"negotiation": _NAME, "entry": _NAME, "version": _NUMBER},
    "log_properties": {"name": _NAME, "value": _TEXT},
}
#: The columns of unique indexes that hold for the whole of a table.
_UNIQUE: Final = {
    "stored_events": {"originator_id originator_version", "notification_id"},
    "stored_snapshots": {"originator_id originator_version"},
    "entry_ids": {"negotiation entry"},
    "log_properties": {"name"},
}
#: The guards of earlier versions, which refused less; see `_fingerprint`.
_EARLIER: Final = frozenset({"eb55efa8a89588dc565ba8a029897fb515517d8db84f356f635d85f0b905f080"})
_AGAIN: Final = "`communique admin init`, run by the log's owner, puts the guards back"
_TAKEN_AWAY: Final = "`communique verify --repair-derived` takes it away"
PROPERTIES: Final = "SELECT name, value FROM communique.log_properties"
_RELATIONS: Final = """SELECT relname::text, relkind::text, relrowsecurity OR relforcerowsecurity,
    EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid OR inhrelid = c.oid)
    FROM pg_class AS c WHERE relnamespace = 'communique'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')"""
_ATTRIBUTES: Final = """SELECT relname::text, attname::text,
    format_type(atttypid, atttypmod) || CASE WHEN collname = 'C' THEN ' C' ELSE '' END
        || CASE WHEN attnotnull THEN ' not null' ELSE '' END
    FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid LEFT JOIN pg_collation AS l ON l.oid = attcollation
    WHERE relnamespace = 'communique'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"""
_INDEXES: Final = """SELECT relname::text, (
        SELECT string_agg(attname::text, ' ' ORDER BY number) FROM unnest(indkey) WITH ORDINALITY AS k (at, number)
        JOIN pg_attribute AS a ON a.attrelid = indrelid AND a.attnum = k.at)
    FROM pg_index JOIN pg_class AS c ON c.oid = indrelid
    WHERE relnamespace = 'communique'::regnamespace AND indisunique AND indisvalid AND indpred IS NULL
        AND indexprs IS NULL"""
_RULES: Final = """SELECT relname::text, rulename::text FROM pg_rewrite JOIN pg_class AS c ON c.oid = ev_class
    WHERE relnamespace = 'communique'::regnamespace AND relkind = 'r'"""
_TRIGGERS: Final = """SELECT relname::text, tgname::text, pg_get_triggerdef(t.oid), tgenabled = 'A'
    FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid
    WHERE relnamespace = 'communique'::regnamespace AND NOT tgisinternal"""
_FUNCTIONS: Final = """SELECT proname::text, prosrc, prosecdef, coalesce(proconfig::text, '')
    FROM pg_proc WHERE pronamespace = 'communique'::regnamespace"""
_FUNCTION: Final = re.compile(r"FUNCTION\s+communique\.(\w+)\s*\((.*)AS\s+\$\$(.*)\$\$", re.DOTALL)


def columns(rows: Sequence[tuple[Any, ...]], count: int = 4) -> list[list[Any]]:
    """Return rows as the arrays of their columns, of which there are `count`."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]


def _trigger(name: str, table: str, when: str, function: str) -> str:
    if when == AT_THE_END:
        return f"""CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON communique.{table} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION communique.{function}()"""
    added = "REFERENCING NEW TABLE AS added " if when.startswith("AFTER") else ""
    return f"""CREATE OR REPLACE TRIGGER {name} {when} ON communique.{table} {added}
        FOR EACH STATEMENT EXECUTE FUNCTION communique.{function}()"""


def make_tables(cursor: Cursor[tuple[object, ...]]) -> None:
    """Make the tables, indexes and guards that are not there; triggers fire even where others are switched off."""
    for statement in (*TABLES, *FUNCTIONS):
        cursor.execute(statement)
    for name, table, when, function in TRIGGERS:
        if when == AT_THE_END:
            # Of a constraint's trigger PostgreSQL replaces none.
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON communique.{table}")
        cursor.execute(_trigger(name, table, when, function))
        cursor.execute(f"ALTER TABLE communique.{table} ENABLE ALWAYS TRIGGER {name}")


def put_right(cursor: Cursor[tuple[object, ...]], writers: str, readers: str) -> list[str]:
    """Make the tables and the two roles where they are not there, grant these what they need, and return those made.

    They cannot log in: people and programs become their members. Raises `LogError` where the owner may make no roles.
    """
    make_tables(cursor)
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
    for table in _FILLED:
        cursor.execute(SQL("GRANT INSERT ON {} TO {}").format(Identifier(SCHEMA, table), Identifier(writers)))
    return made


def inspect(query: Query) -> Inspection:
    """Look at the tables and their guards, and at the log's properties."""
    faults = [*_tables(query), *wrong_properties(query(PROPERTIES), FORMAT_VERSION)]
    found, needed = _found(query), _needed()
    if _fingerprint(found) in _EARLIER and found != needed:
        return Inspection(faults, [f"its guards are those of an earlier version and refuse less; {_AGAIN}"])
    for name in sorted(needed.keys() | found.keys()):
        if name not in found:
            faults.append(f"its guard {name} is missing; {_AGAIN}")
        elif name not in needed:
            # A function that no trigger calls does nothing.
            if name.startswith("trigger "):
                faults.append(f"the {name} is none of communique's; {_TAKEN_AWAY}")
        elif found[name] != needed[name]:
            faults.append(f"its guard {name} is off, or not as communique makes it; {_AGAIN}")
    return Inspection(faults)


def _tables(query: Query) -> Iterator[str]:
    relations = {name: rest for name, *rest in query(_RELATIONS)}
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in query(_ATTRIBUTES):
        columns.setdefault(table, {})[column] = kind
    unique: dict[str, set[str]] = {}
    for table, names in query(_INDEXES):
        unique.setdefault(table, set()).add(names)
    for table, needed in _COLUMNS.items():
        kind, secures_rows, inherits = relations.get(table, ("", False, False))
        whole = columns.get(table) == needed and _UNIQUE[table] <= unique.get(table, set())
        if kind != "r" or inherits or not whole:
            yield f"its table {table} is not as communique makes it"
        if secures_rows:
            yield f"row security is on for its table {table}: it hides rows; {_TAKEN_AWAY}"
    for table, rule in query(_RULES):
        yield f"the rule {rule} on {table} is none of communique's; {_TAKEN_AWAY}"


def _words(text: str) -> str:
    """Return the words of a trigger in an order of their own: PostgreSQL names its events in another."""
    return " ".join(sorted(re.sub(r"\bOR\s+REPLACE\b", "", text).split()))


def _found(query: Query) -> dict[str, str]:
    """Return each guard that is there, by its name, in words that can be compared."""
    guarding = {
        f"trigger {name} on {table}": f"{_words(definition)} {'always' if always else 'off'}"
        for table, name, definition, always in query(_TRIGGERS)
    }
    for name, source, secures, config in query(_FUNCTIONS):
        guarding[f"function {name}"] = _function(source, secures=secures, sets_path="search_path" in config)
    return guarding


def _needed() -> dict[str, str]:
    """Return the same of what is made."""
    guarding = {f"trigger {one[0]} on {one[1]}": f"{_words(_trigger(*one))} always" for one in TRIGGERS}
    for name, options, source in (_FUNCTION.findall(statement)[0] for statement in FUNCTIONS):
        guarding[f"function {name}"] = _function(
            source, secures="SECURITY DEFINER" in options, sets_path="search_path" in options
        )
    return guarding


def _function(source: str, *, secures: bool, sets_path: bool) -> str:
    return f"{' '.join(source.split())} {secures} {sets_path}"


def _fingerprint(guarding: dict[str, str]) -> str:
    """Return a digest of a set of guards, for telling those of an earlier version."""
    return hashlib.sha256("\n".join(f"{name}\t{guarding[name]}" for name in sorted(guarding)).encode()).hexdigest()


def rebuild_derived(
    cursor: Rows, query: Query, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]
) -> None:
    """Put these in place of all ids and snapshots; what others put on the tables goes, and the guards are off then."""
    mine = {name for name in _needed() if name.startswith("trigger ")}
    for table, name, *_ in query(_TRIGGERS):
        if f"trigger {name} on {table}" not in mine:
            cursor.execute(SQL("DROP TRIGGER {} ON {}").format(Identifier(name), Identifier(SCHEMA, table)))
    for table, rule in query(_RULES):
        cursor.execute(SQL("DROP RULE {} ON {}").format(Identifier(rule), Identifier(SCHEMA, table)))
    for table in _COLUMNS:
        for change in (SQL("DISABLE ROW LEVEL SECURITY"), SQL("NO FORCE ROW LEVEL SECURITY")):
            cursor.execute(SQL("ALTER TABLE {} {}").format(Identifier(SCHEMA, table), change))
    for table in ("entry_ids", "stored_snapshots"):
        cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(SCHEMA, table)))
        cursor.execute(SQL("DELETE FROM {}").format(Identifier(SCHEMA, table)))
    for some in ids:
        cursor.execute(INSERT_IDS, columns(some, 3))
    for snapshot in snapshots:
        cursor.execute("INSERT INTO communique.stored_snapshots VALUES (%b, %b, %b, %b)", snapshot)
