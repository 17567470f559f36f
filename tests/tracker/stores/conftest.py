"""Fixtures for the stores' tests: empty places of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres_server import Cluster, shared_cluster
from tracker.stores.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tracker.stores.store import Store


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
