"""Fixtures for every test: a log's place, a clock, and a person with nothing of their own on this machine."""

from __future__ import annotations

import gc
import ipaddress
import itertools
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHECKOUT: Final = Path(__file__).resolve().parent.parent
CLOCK_START: Final = datetime(2026, 1, 1, tzinfo=UTC)

# A screen is drawn when it has changed, and not at the next of sixty moments in a second. Textual reads this once.
os.environ.setdefault("TEXTUAL_FPS", "400")

# Where files lie in memory. SQLite waits for the disk several times for each small log that a test makes, for longer
# than all else takes, and no test can see whether it did. CI waits, so that a disk is met, too.
_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that is ours alone
_BYTES_NEEDED: Final = 2**30

# How long an example takes says how busy the machine is, and nothing about the program.
_UNHURRIED: Final = [HealthCheck.too_slow]
# Few examples a run and other ones in each, so that all tests stay a matter of minutes; `make check-long` tries more,
# and `make fuzz` takes its time.
settings.register_profile("dev", deadline=None, max_examples=15, print_blob=True, suppress_health_check=_UNHURRIED)
settings.register_profile("long", settings.get_profile("dev"), max_examples=60, derandomize=bool(os.environ.get("CI")))
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=100_000, suppress_health_check=_UNHURRIED)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the fault tests at full length instead of briefly")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_refuse_the_network)
    if not os.environ.get("CI") and _has_room_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))
    # Who starts us in the background has us ignore an interrupt, and so would all that we start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what was imported: it is a tenth of the time, and nothing is large."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    """Return where a test's log may be made; no file is there yet."""
    return tmp_path / "negotiations.db"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Return a clock that starts at 2026-01-01T00:00:00Z and advances by one second a call."""
    seconds = itertools.count()
    return lambda: CLOCK_START + timedelta(seconds=next(seconds))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of research data kept beside the checkout, which a user's machine does not have."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"no {os.path.relpath(folder, CHECKOUT)} beside the checkout: this test checks against its data")
    return folder


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """Return `rounds(short, long)`, which chooses by `--long` how often a fault is tried."""
    return lambda short, long: long if pytestconfig.getoption("--long") else short


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return folders for homes, each another one; pytest looks at all that there are to find a name that is free."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(scope="session", autouse=True)
def _nobodys_machine(_homes: Iterator[Path]) -> Iterator[None]:
    """Keep wider-scoped fixtures, too, from the user's own folders and settings."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _move_home(monkeypatch, next(_homes))
        yield


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, _homes: Iterator[Path]) -> None:
    """Give each test a home of its own, so that no test sees what another one left there."""
    _move_home(monkeypatch, next(_homes))


def _move_home(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    home.mkdir()
    for name in os.environ:
        if name.startswith(("COMMUNIQUE_", "PG")) or name in {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PAGER"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / ".local" / "share"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / ".local" / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def _has_room_in_memory() -> bool:
    """Say whether files may be kept in memory, and be run there as they may on a disk."""
    if not (_IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK)):
        return False
    there = os.statvfs(_IN_MEMORY)
    return there.f_bavail * there.f_frsize >= _BYTES_NEEDED and not there.f_flag & os.ST_NOEXEC


def _refuse_the_network(event: str, args: tuple[object, ...]) -> None:
    """Raise where Python is about to look up or reach another machine; sockets of this one are allowed."""
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host is not None and not _is_here(host):
        raise PermissionError(f"a test must not use the network: {event} {host!r}")


def _is_here(host: object) -> bool:
    text = host.decode() if isinstance(host, bytes) else str(host)
    if text in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False
