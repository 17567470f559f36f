"""A test meets a machine that belongs to nobody: no network, no home, a clock of its own."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80), ("example.invalid", 443)])
def test_another_machine_cannot_be_reached(address: tuple[str, int]) -> None:
    with pytest.raises(PermissionError, match="must not use the network"):
        socket.create_connection(address, timeout=0.01)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_a_person_has_nothing_of_their_own_yet(tmp_path_factory: pytest.TempPathFactory) -> None:
    made_here = tmp_path_factory.getbasetemp()
    assert Path.home().is_relative_to(made_here)
    for folder in (
        platformdirs.user_config_path("communique"),
        platformdirs.user_data_path("communique"),
        platformdirs.user_state_path("communique"),
    ):
        assert folder.is_relative_to(made_here)
        assert not folder.exists()
    assert [name for name in os.environ if name.startswith("COMMUNIQUE_")] == []


def test_the_clock_starts_at_a_known_moment_and_advances_by_a_second(clock: Callable[[], datetime]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert [clock() for _ in range(3)] == [start + timedelta(seconds=n) for n in range(3)]
