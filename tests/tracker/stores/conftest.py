"""Fixtures for the stores' tests: empty places of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.postgres_server import Cluster, shared_cluster
from tracker.stores.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.stores.store import Store

_HERE: Final = Path(__file__).parent
#: Of copies, bundles and backups, what `make test` asks of PostgreSQL.
_IN_SHORT: Final = {
    "test_what_was_copied_back_and_forth_is_the_same",
    "test_the_bytes_and_the_chains_stay_as_they_are",
    "test_a_line_that_is_no_entry_undoes_all",
    "test_a_backup_is_a_log_in_one_file_and_comes_back",
}


@pytest.fixture
def cluster() -> Cluster:
    """Return a running server of PostgreSQL; skips where there is none to be had."""
    return shared_cluster()


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """Return the name of an empty database."""
    with cluster.database() as name:
        yield name


@pytest.fixture
def shared_place(cluster: Cluster, database: str) -> str:
    """Return the address of an empty database, as its owner."""
    return cluster.address(database)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the longer run most of what copies, bundles and backups do in PostgreSQL as they do in SQLite."""
    for item in items:
        if not isinstance(item, pytest.Function) or item.path.parent != _HERE or item.path.stem == "test_store":
            continue
        is_shared = hasattr(item, "callspec") and item.callspec.params.get("place") == "postgres"
        if is_shared and item.originalname not in _IN_SHORT:
            item.add_marker(pytest.mark.long)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return an empty place for a log, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "negotiations.db")
    address: str = request.getfixturevalue("shared_place")
    return address


@pytest.fixture
def reopen(place: str) -> Iterator[Callable[..., Store]]:
    """Return a function that opens the place's store, again each time; they are closed at the end."""
    opened: list[Store] = []

    def open_again(**options: bool) -> Store:
        opened.append(open_store(place, **{"create": True, "read_only": False, **options}))
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen: Callable[..., Store]) -> Store:
    """Return an empty store."""
    return reopen()
