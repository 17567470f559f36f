"""A log that was put back by its own means keeps its identity: its tables are those of the log all the same."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from projections.readmodel.model import ReadModel
from tests.tracker.given import NEGOTIATION, stage, statement
from tracker.log import EventLog

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres_server import Cluster

pytestmark = pytest.mark.fault


def found(log: EventLog, *words: str) -> list[list[str]]:
    with ReadModel.open(log) as model:
        return [[hit.entry for hit in model.search(word)] for word in words]


def record(place: str, number: int, note: str) -> None:
    with EventLog.open(place, by="ada") as log:
        log.record([statement(number, note=note)])


def test_a_file(tmp_path: Path) -> None:
    place, kept = tmp_path / "log.db", tmp_path / "kept"
    with EventLog.open(place, by="ada") as log:
        log.record([*stage(), *stage("talks")])
    shutil.copy(place, kept)
    record(str(place), 1, "lost")
    with EventLog.open(place, read_only=True) as log:
        assert found(log, "lost") == [["statement-1"]]
    shutil.copy(kept, place)
    record(str(place), 2, "new")
    with EventLog.open(place, read_only=True) as log:
        assert found(log, "lost", "new") == [[], ["statement-2"]]


@pytest.mark.long
@pytest.mark.postgres
def test_a_database_that_is_made_anew_from_a_copy(cluster: Cluster) -> None:
    with cluster.database() as name:
        place, kept = cluster.address(name), f"{name}_kept"
        with EventLog.open(place, by="ada") as log:
            log.record([*stage(), *stage("talks")])
            digests = log.store.digests([(NEGOTIATION, 2), ("talks", 1), ("talks", 99), ("nowhere", 1)])
            there = [row for row in log.store.scan() if (row.negotiation, row.version) in digests]
            assert {(row.negotiation, row.version): row.position for row in there} == {
                entry: position for entry, (position, _) in digests.items()
            }
            assert len(digests) == 2
            assert log.store.digests([]) == {}
        cluster.sql(f"CREATE DATABASE {kept} TEMPLATE {name}")
        record(place, 1, "lost")
        with EventLog.open(place, read_only=True) as log:
            assert found(log, "lost") == [["statement-1"]]
            identity = log.identity
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")
        cluster.sql(f"ALTER DATABASE {kept} RENAME TO {name}")
        record(place, 2, "new")
        with EventLog.open(place, read_only=True) as log:
            assert log.identity == identity
            assert found(log, "lost", "new") == [[], ["statement-2"]]
            with ReadModel.open(log) as model:
                assert model.fits()
