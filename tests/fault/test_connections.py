"""Connections that are cut around a commit: what is recorded is recorded once, and who records is told the truth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.fault import work
from tests.fault.proxy import Proxy
from tests.postgres_server import PASSWORD, Cluster
from tests.tracker.given import NEGOTIATION, stage, statement, statements
from tracker.errors import LogUnreachableError
from tracker.log import EventLog
from tracker.stores.postgres.store import PostgresStore

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.long]


def through(proxy: Proxy, cluster: Cluster, place: str) -> str:
    """Return a place's address by way of the proxy, which must be able to read along."""
    database = place.partition("@/")[2].partition("?")[0]
    address = cluster.tcp_address(database, password=PASSWORD).replace(f":{cluster.port}/", f":{proxy.port}/")
    return f"{address}?sslmode=disable&gssencmode=disable"


def restless(address: str) -> EventLog:
    """Open a log that does not pause before it connects again, as its server is there all the time."""
    store = PostgresStore(address, create=False, read_only=False, pause=lambda _: None)
    return EventLog(store, clock=lambda: datetime.now(UTC), by="ada")


def test_each_entry_is_recorded_once_and_said_to_be(
    cluster: Cluster,
    shared_place: str,
    chance: random.Random,
    rounds: Callable[[int, int], int],
    figure: Callable[[str], None],
) -> None:
    count = rounds(60, 2000)
    work.stage_all(shared_place, NEGOTIATION)
    with (
        Proxy(cluster.port, lambda: chance.choice(["pass", "pass", "pass", "before", "after"])) as proxy,
        restless(through(proxy, cluster, shared_place)) as log,
    ):
        for number in range(count):
            receipt = log.record([statement(number)])
            assert (receipt.count, receipt.already) == (1, 0)
            assert [recorded.position for recorded in receipt.recorded] == [len(stage()) + number + 1]
        assert min(proxy.cuts.values()) > count // 20
        figure(
            f"{count:,} entries, cut {proxy.cuts['before']:,} times before and {proxy.cuts['after']:,} after a commit"
        )
    with EventLog.open(shared_place, read_only=True) as log:
        assert [recorded.id for recorded in log.read()][len(stage()) :] == [
            f"statement-{number}" for number in range(count)
        ]
        assert log.verify().ok


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_transaction_is_kept_or_undone_and_said_to_be(when: str, cluster: Cluster, shared_place: str) -> None:
    work.stage_all(shared_place, NEGOTIATION)
    decisions = iter([when])
    with Proxy(cluster.port, lambda: next(decisions, "pass")) as proxy:
        with EventLog.open(through(proxy, cluster, shared_place), by="ada") as log:

            def record() -> None:
                with log.transaction():
                    for number in range(0, 30, 10):
                        log.record(statements(30)[number : number + 10])

            if when == "before":
                with pytest.raises(LogUnreachableError, match="nothing was recorded: run the same again"):
                    record()
                assert log.store.max_position() == len(stage())
            record()
            assert log.store.max_position() == len(stage()) + 30
            assert log.record(statements(31)).count == 1
            assert log.verify().ok
        assert proxy.cuts[when] == 1
