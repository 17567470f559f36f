"""Fixtures for the fault tests: places of each kind, and chance that a failure can be repeated with."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.postgres_server import Cluster, shared_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


#: Seconds for a test at full length.
_AT_LENGTH = 3600
#: What tests have to say for the documentation.
_FIGURES = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures that the tests have found."""
    if said := config.stash.get(_FIGURES, []):
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(said))


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that notes a figure for the documentation, printed at the end of the run."""
    figures = request.config.stash.setdefault(_FIGURES, [])
    return lambda said: figures.append(f"{request.node.name}: {said}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.timeout(_AT_LENGTH))


@pytest.fixture
def cluster() -> Cluster:
    """Return a running server of PostgreSQL; skips where there is none to be had."""
    return shared_cluster()


@pytest.fixture
def shared_place(cluster: Cluster) -> Iterator[str]:
    """Return the address of an empty database."""
    with cluster.database() as name:
        yield cluster.address(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return an empty place for a log, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "negotiations.db")
    address: str = request.getfixturevalue("shared_place")
    return address


@pytest.fixture
def chance() -> random.Random:
    """Return a source of chance; what it begins with is printed, and FAULT_SEED brings it back."""
    seed = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(2**32))
    print(f"FAULT_SEED={seed}")  # noqa: T201 - pytest shows it where a test fails
    return random.Random(seed)
