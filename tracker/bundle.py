"""Bundles: the stored bytes of negotiations in a file, to be handed on and held against a log.

A bundle is the stored bytes themselves, one entry a line, a negotiation's entries in order from the first. Whoever has
one can check its chains without the log, and a log against it: what the bundle holds is unchanged in the log where the
log's chains hold the bundle's heads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from tracker.codec import GENESIS, digest_of, head_of, is_sealed
from tracker.errors import ContentError, EntryRejectedError, NameUnknownError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tracker.log import EventLog

#: A stored entry is no longer than the longest line of a script, with room for what the log adds.
_MAX_LINE: Final = 2 * 1024 * 1024
_NO_ENTRY: Final = "it is no entry as a log holds it"
_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,99}")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_STAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class Entry(NamedTuple):
    """One line of a bundle: its number from one, what stands in the entry's head, and the stored bytes."""

    line: int
    negotiation: str
    version: int
    topic: str
    id: str
    state: bytes


def lines(log: EventLog, negotiation: str | None = None) -> Iterator[bytes]:
    """Yield the lines of a bundle of one negotiation, or of the whole log in its order."""
    if negotiation is not None:
        log.require(negotiation)
    rows = log.store.scan() if negotiation is None else log.store.stream(negotiation)
    for row in rows:
        yield row.state + b"\n"


def heads(path: Path) -> dict[str, str]:
    """Return the head of each negotiation in a bundle.

    Raises `EntryRejectedError` with the line at which a chain is broken, `NameUnknownError` where there is no such
    file, `ContentError` where there is nothing in it.
    """
    return {entry.negotiation: digest_of(entry.state) for entry in read(path)}


def read(path: Path) -> Iterator[Entry]:
    """Yield the entries of a bundle, each checked to follow the one before it in its negotiation; raises as `heads`."""
    chains: dict[str, tuple[int, str]] = {}
    for number, state in _lines(path):
        try:
            entry = _entry(number, state, chains)
        except ValueError as error:
            raise EntryRejectedError([Problem(str(error), file=str(path), line=number)]) from None
        chains[entry.negotiation] = entry.version, digest_of(state)
        yield entry
    if not chains:
        raise ContentError(f"{path} holds no entry; `communique export bundle` writes a bundle")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number = 1
            while line := file.readline(_MAX_LINE):
                yield number, line.removesuffix(b"\n")
                number += 1
    except FileNotFoundError:
        raise NameUnknownError(f"there is no file {path}; check its name") from None
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}; check its permissions") from error


def _entry(number: int, state: bytes, chains: dict[str, tuple[int, str]]) -> Entry:
    """Return the entry that a line holds; raises `ValueError` with what is wrong with it."""
    if not is_sealed(state):
        raise ValueError("its bytes were changed, or are no entry: they do not match their own check sum")
    try:
        data: dict[str, Any] = from_json(state)
        name, version, previous = data["negotiation"], data["version"], data["previous"]
        topic = f"{data['event']}.v{data['event_version']}"
        last_version, head = chains.get(name, (0, GENESIS))
        entry = data["id"]
        slugs = (_SLUG.fullmatch(name), _SLUG.fullmatch(entry), _TYPE.fullmatch(data["event"]))
        if not all(slugs) or not _STAMP.fullmatch(data["recorded_at"]):
            raise ValueError(_NO_ENTRY)
    except (ValueError, KeyError, TypeError):
        raise ValueError(_NO_ENTRY) from None
    if version != last_version + 1:
        raise ValueError(
            f"version {last_version + 1} of {name} is missing; a bundle holds a negotiation from its first entry"
        )
    if previous != head:
        raise ValueError(f"it follows {str(previous)[:12]}…, but the entry before it is {head[:12]}…")
    if not state.startswith(head_of(topic, name, version, head)):
        raise ValueError(_NO_ENTRY)
    return Entry(number, name, version, topic, entry, state)
