"""Which store a place names: a file of SQLite, or a database of PostgreSQL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.errors import LogError

if TYPE_CHECKING:
    from tracker.stores.store import Store

_POSTGRES: Final = ("postgresql:", "postgres:")
_SQLITE: Final = "sqlite:///"
#: What SQLite takes for something else than the name of a file.
_URI: Final = "file:"
_MEMORY: Final = ":memory:"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_shared(where: str | Path) -> bool:
    """Say whether a place is a database of PostgreSQL."""
    return str(where).startswith(_POSTGRES)


def path_of(where: str | Path) -> Path:
    """Return the file that a place names, a path or ``sqlite:///path``; raises `LogError` for any other address."""
    text = str(where)
    path = text.removeprefix(_SQLITE)
    if isinstance(where, str) and (text == _MEMORY or text.lower().startswith(_URI)):
        hint = "" if "/" in text else f" (a file of that very name is ./{text})"
        raise LogError(
            f"{text} is an address of SQLite's own, and no file; write a path, sqlite:///path or postgresql://…{hint}"
        )
    if path == text and _SCHEME.match(text):
        raise LogError(
            f"a log is not kept under {text.partition('://')[0]}://; write a path, sqlite:///path or postgresql://…"
        )
    found = Path(path)
    # Without `./` it would be an address for SQLite again.
    return found.absolute() if str(found).lower().startswith(_URI) or str(found) == _MEMORY else found


def open_store(where: str | Path, *, create: bool, read_only: bool) -> Store:
    """Open the store that a place names, made where it is not there and may be; raises `LogError`."""
    if is_shared(where):
        from tracker.stores.postgres.store import PostgresStore

        return PostgresStore(str(where), create=create, read_only=read_only)
    from tracker.stores.sqlite.store import SQLiteStore

    return SQLiteStore(path_of(where), create=create, read_only=read_only)
