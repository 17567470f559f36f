"""Opening the store that a place names, before what its entries are made of is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.stores.where import is_shared, path_of

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.stores.store import Store


def open_store(where: str | Path, *, create: bool, read_only: bool) -> Store:
    """Open the store that a place names, made where it is not there and may be; raises `LogError`."""
    if is_shared(where):
        from tracker.stores.postgres.store import PostgresStore

        return PostgresStore(str(where), create=create, read_only=read_only)
    from tracker.stores.sqlite.store import SQLiteStore

    return SQLiteStore(path_of(where), create=create, read_only=read_only)
