"""The tables of a log in SQLite and the triggers that guard them, as text; and whether a file has them still."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tracker.stores.sqlite.file import FORMAT_VERSION
from tracker.stores.store import Inspection, wrong_properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Query = Callable[[str], Sequence[Any]]

#: The tables of a log, and what tells that an INSERT would put its row in the place of another.
_TABLES: Final = {
    "stored_events": "originator_id = NEW.originator_id AND originator_version = NEW.originator_version",
    "stored_snapshots": "originator_id = NEW.originator_id AND originator_version = NEW.originator_version",
    "entry_ids": "negotiation = NEW.negotiation AND entry = NEW.entry",
    "log_properties": "name = NEW.name",
}
#: A position may be given too; without one, SQLite calls it -1 here. One trigger, since each is felt at every commit.
_OR_AT_A_POSITION: Final = {
    "stored_events": " OR (NEW.rowid > 0 AND EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid))"
}
_REFUSE: Final = "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"

#: The tables that the library makes, in its words.
LIBRARY_TABLES: Final = tuple(
    f"CREATE TABLE IF NOT EXISTS {table} (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
    f"PRIMARY KEY (originator_id, originator_version)){end}"
    for table, end in (("stored_events", ""), ("stored_snapshots", " WITHOUT ROWID"))
)
_OWN_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS entry_ids (negotiation TEXT NOT NULL, entry TEXT NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (negotiation, entry)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS log_properties (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
GUARDS: Final = (
    *(
        f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} {_REFUSE}"
        for table in _TABLES
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes without firing a DELETE trigger.
    *(
        f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608 - names above
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}){_OR_AT_A_POSITION.get(table, '')} {_REFUSE}"
        for table, same in _TABLES.items()
    ),
)
#: What is made beside the library's tables.
SCHEMA: Final = (*_OWN_TABLES, *GUARDS)
#: Guards of a log's first days, which refuse the same: two triggers for what is one now.
_EARLIER_GUARDS: Final = tuple(
    f"CREATE TRIGGER stored_events_refuses_{what} BEFORE INSERT ON stored_events "  # noqa: S608 - names above
    f"WHEN EXISTS (SELECT 1 FROM stored_events WHERE {same}) {_REFUSE}"
    for what, same in (("replace", _TABLES["stored_events"]), ("position", "rowid = NEW.rowid"))
)
_MENDED: Final = "; `communique verify --repair-derived` puts the guards back"


def _plain(sql: object) -> str:
    """Return a statement as SQLite keeps it, whatever its spaces; empty if it is no text."""
    # SQLite holds anything in any column.
    return " ".join(sql.replace(" IF NOT EXISTS", "").split()) if isinstance(sql, str) else ""


@cache
def _by_name(statements: tuple[str, ...]) -> dict[str, set[str]]:
    """Return statements by the name of what they make, the third word."""
    found: dict[str, set[str]] = {}
    for statement in map(_plain, statements):
        found.setdefault(statement.split()[2], set()).add(statement)
    return found


def inspect(query: Query) -> Inspection:
    """Look at a file by itself: its pages, what its tables and guards are, and its properties."""
    return Inspection([*_pages(query), *_objects(query), *_types(query), *_properties(query)])


def _pages(query: Query) -> Iterator[str]:
    """Yield what SQLite itself finds: pages that are not whole, an index that does not say what its table says."""
    found = query("PRAGMA integrity_check(1)")[0][0]
    if found != "ok":
        yield f"the file is damaged: {' '.join(str(found).split())}"


def _objects(query: Query) -> Iterator[str]:
    """Yield in which respect the tables and the guards are not those that a log has."""
    found = _rows(query)
    # Triggers have names of their own: a table may have that of a guard.
    tables = {name: _plain(sql) for kind, name, _, sql in found if kind == "table"}
    triggers = {name: _plain(sql) for kind, name, _, sql in found if kind == "trigger"}
    for name, known in _by_name((*LIBRARY_TABLES, *_OWN_TABLES)).items():
        if tables.get(name) not in known:
            yield f"its table {name} is not as communique makes it"
    guards = _by_name((*GUARDS, *_EARLIER_GUARDS))
    needed = set(_by_name(GUARDS))
    # The earlier form of the one does without what the other refuses.
    if triggers.get("stored_events_refuses_replace") == _plain(_EARLIER_GUARDS[0]):
        needed.add("stored_events_refuses_position")
    for name in sorted(needed - triggers.keys()):
        yield f"its guard {name} is missing{_MENDED}"
    for kind, name, table, sql in found:
        if kind == "trigger" and name in guards:
            if triggers[name] not in guards[name]:
                yield f"its guard {name} is not as communique makes it{_MENDED}"
        elif _is_put_in(kind, table, sql):
            yield f"the {kind} {name} on {table} is none of communique's; `communique verify --repair-derived` drops it"


def _rows(query: Query) -> list[tuple[str, str, str, object]]:
    """Return (kind, name, table, statement) of all that is made in a file; SQLite takes a kind in any letters."""
    rows = query("SELECT lower(type), name, lower(tbl_name), sql FROM sqlite_master")
    return [(str(kind), str(name), str(table), sql) for kind, name, table, sql in rows]


def _is_put_in(kind: str, table: str, sql: object) -> bool:
    """Say whether a trigger or index is somebody's: an index that SQLite makes by itself has no statement."""
    return kind == "trigger" or (kind == "index" and table in _TABLES and bool(sql))


def _types(query: Query) -> Iterator[str]:
    """Yield where ids are no text: SQLite holds anything in any column."""
    if query(
        "SELECT 1 FROM entry_ids WHERE typeof(negotiation) <> 'text' OR typeof(entry) <> 'text' "
        "OR typeof(version) <> 'integer' LIMIT 1"
    ):
        yield "its index of ids holds what is no id; `communique verify --repair-derived` makes it anew"


def _properties(query: Query) -> Iterator[str]:
    version = query("PRAGMA user_version")[0][0]
    if version != FORMAT_VERSION:
        yield f"the version in the file's head is {version}, not {FORMAT_VERSION}"
    yield from wrong_properties(query("SELECT name, value FROM log_properties"), FORMAT_VERSION)


def dropping(query: Query) -> Iterator[str]:
    """Yield what takes away all that is made anew, and what others have put there; triggers, which refuse, go first."""
    rows = _rows(query)
    for kind in ("trigger", "index"):
        for found, name, table, sql in rows:
            if found == kind and _is_put_in(kind, table, sql):
                quoted = name.replace('"', '""')
                yield f'DROP {kind.upper()} "{quoted}"'
    for table in ("entry_ids", "stored_snapshots"):
        yield f"DROP TABLE IF EXISTS {table}"
