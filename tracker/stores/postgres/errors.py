"""What PostgreSQL and psycopg raise, in words that a person can act on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg

from tracker.errors import LogBusyError, LogError, LogReadOnlyError, LogUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: SQLSTATE, or its first letters, of a connection that is gone: class 08, the server's shutdown, crash and start
#: (57P01 to 57P03), sessions that it ended for being idle, or at a limit
#: that was set for every one.
_GONE: Final = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
#: SQLSTATE of a transaction, or a standby's query, that the server has undone for another's sake: it may go again.
_UNDONE: Final = ("40001", "40P01")
#: What there is to say of an SQLSTATE.
WORDS: Final[dict[str, tuple[type[LogError], str]]] = {
    "42501": (
        LogReadOnlyError,
        "you may not do that; the owner lets people write with GRANT communique_writers, read with communique_readers",
    ),
    "25006": (LogReadOnlyError, "it can only be read there, being a standby or set so; name the primary, or all hosts"),
    "55P03": (LogBusyError, "another writer holds it; try again"),
    "57014": (LogBusyError, "the server gave up, being told to by a time limit or a person; try again"),
    "53100": (LogError, "the server's disk is full; nothing was recorded"),
    "53300": (LogUnreachableError, "the server has no connection to spare; try again"),
}
#: How libpq's lines of advice begin.
_ADVICE: Final = ("\t", " ", "Is the server", "This probably means", "before or while")


class UnconfirmedError(LogError):
    """The server has committed, but gave up waiting for its standby: a failover might lose the entries."""


class UndoneError(LogBusyError):
    """The server has undone a transaction that stood in the way of another; nothing was recorded, and it may go now."""


def is_gone(error: psycopg.Error) -> bool:
    """Say whether an error means that the connection is lost, or could not be had."""
    if isinstance(error, psycopg.InterfaceError):
        return True
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_GONE)


@contextmanager
def plain_errors(location: str) -> Iterator[None]:
    """Turn what psycopg raises, or the library for it, into one of our errors, in one line."""
    try:
        yield
    except psycopg.Error as error:
        raise plain(error, location) from error
    except Exception as error:
        if isinstance(error.__cause__, psycopg.Error) and isinstance(error, _library_error()):
            raise plain(error.__cause__, location) from error
        raise


def _library_error() -> type[Exception]:
    """Return what the library raises; asked for when something was raised, since reading does without the library."""
    from eventsourcing.persistence import PersistenceError

    return PersistenceError


def plain(error: psycopg.Error, location: str) -> LogError:
    """Return our error for one of psycopg's."""
    said = _said(error)
    if is_gone(error):
        return LogUnreachableError(f"{location} cannot be reached: {said}; check the address, the server and your name")
    if error.sqlstate in _UNDONE:
        return UndoneError(f"{location}: the server undid it for another's sake; try again ({said})")
    kind, words = WORDS.get(error.sqlstate or "", (LogError, ""))
    return kind(f"{location}: {words} ({said})" if words else f"{location}: {said}")


def _said(error: psycopg.Error) -> str:
    """Return what the server or libpq said, in one line: of several hosts each one's reason, without libpq's advice."""
    if error.diag.message_primary:
        return " ".join(error.diag.message_primary.split())
    lines = str(error).splitlines() or [type(error).__name__]
    each = [line.partition(": connection failed: ")[2] for line in lines if line.startswith("- host: ")]
    kept = each or [line.removeprefix("connection failed: ") for line in lines if not line.startswith(_ADVICE)]
    return "; ".join(dict.fromkeys(" ".join(line.split()).rstrip("?") for line in kept if line))
