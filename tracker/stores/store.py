"""Where a log is kept: what every store can do beside reading, how it refuses, and the properties of a log."""

from __future__ import annotations

import re
import uuid
import zlib
from abc import abstractmethod
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.errors import LogError, LogUnreachableError
from tracker.stores.reader import PlainRow, Reader, Row, Stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder

__all__ = [
    "KEPT_OUT",
    "SNAPSHOT_TOPIC",
    "IdTakenError",
    "Inspection",
    "PlainRow",
    "Row",
    "Store",
    "Stored",
    "TurnLostError",
    "VersionTakenError",
    "identity_of",
    "new_properties",
    "wrong_properties",
]

#: What stands in the column of the topic for a snapshot.
SNAPSHOT_TOPIC: Final = "Negotiation.v1"
#: Said if what was inserted is not there.
KEPT_OUT: Final = "the log keeps out a part of what was to be recorded; `communique verify` tells why"


_IDENTITY: Final = re.compile("[0-9a-f]{32}")


class Inspection(NamedTuple):
    """What a place itself shows, apart from the entries: what is wrong with it, and what is good to know only."""

    faults: Sequence[str]
    notes: Sequence[str] = ()


class Store(Reader):
    """A place that keeps entries in order and never changes one: the library's recorders, and a plain reader."""

    #: A name that no other log has, kept in the log itself.
    identity: str

    @property
    @abstractmethod
    def recorder(self) -> ApplicationRecorder:
        """The library's recorder of entries, durable when `insert_events` returns.

        Inside `exclusive` what is inserted is part of that transaction, which any error obliges the caller to give up.
        Raises `IdTakenError` where an id is there already, `VersionTakenError` where others were first at a version.
        """

    @property
    @abstractmethod
    def snapshot_recorder(self) -> AggregateRecorder:
        """The library's recorder of snapshots."""

    @abstractmethod
    def exclusive(self) -> AbstractContextManager[None]:
        """Keep other writers out while inside; all that is inserted there is committed at its end, or nothing."""

    @abstractmethod
    def require_writable(self) -> None:
        """Raise `LogReadOnlyError` where one may not write, `LogBusyError` where another does for too long."""

    @abstractmethod
    def change_mark(self) -> int:
        """Return, quickly, a number that is another one whenever entries may have been added since."""

    @abstractmethod
    def inspect(self) -> Inspection:
        """Look at what no entry shows: the tables, their guards, the log's properties, and the file's own pages."""

    @abstractmethod
    def rebuild_derived(self, ids: Iterable[Sequence[tuple[str, str, int]]], snapshots: Iterable[Stored]) -> None:
        """Put these in place of all ids and snapshots, and the guards back; only inside `exclusive`.

        What others have put on the tables (triggers, rules, indexes) goes. Raises `LogError` where that may not be.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of all connections."""


class VersionTakenError(Exception):
    """Another writer was first at a version of a negotiation; look again and retry."""


class TurnLostError(LogUnreachableError):
    """The connection was lost inside `exclusive`, and nothing of what was inserted there is recorded."""


class IdTakenError(Exception):
    """An entry of that id is there already; look which it is."""


def new_properties(version: int) -> list[tuple[str, str]]:
    """Return the properties of a log that is being made, as (name, value), with an identity that no other has."""
    identity = uuid.uuid4().hex
    return [("identity", identity), ("format", str(version)), ("identity_check", _check(identity))]


def identity_of(properties: Iterable[tuple[object, object]], location: str) -> str:
    """Return a log's identity; raises `LogError` where the log has lost it."""
    identity = dict(properties).get("identity")
    # Files of a cache are named after it.
    if not isinstance(identity, str) or not identity.isalnum():
        raise LogError(f"{location} is damaged: it has lost its identity; restore it from a backup")
    return identity


def wrong_properties(properties: Iterable[tuple[object, object]], version: int) -> Iterator[str]:
    """Yield what is wrong with the properties of a log whose tables are of this version."""
    held = dict(properties)
    # Logs made before there was a check on it have none.
    identity, check = held.pop("identity", None), held.pop("identity_check", None)
    if not isinstance(identity, str) or _IDENTITY.fullmatch(identity) is None:
        yield "its identity is none: it was changed"
    elif check not in {None, _check(identity)}:
        yield "its identity was changed: it does not match its own check sum"
    if held.pop("format", None) != str(version):
        yield f"the version of its tables is not told as {version}: it was changed"
    for name in held:
        yield f"its property {str(name)[:100]!r} is none of communique's"


def _check(identity: str) -> str:
    return f"{zlib.crc32(identity.encode()):08x}"
