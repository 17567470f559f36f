"""Bundles: the stored bytes of negotiations in a file, to be handed on and held against a log.

A bundle is the stored bytes themselves, one entry a line, a negotiation's entries in order from the first. Whoever has
one can check its chains without the log, and a log against it: what the bundle holds is unchanged in the log where the
log's chains hold the bundle's heads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from tracker.codec import GENESIS, digest_of, is_sealed
from tracker.errors import ContentError, EntryRejectedError, NameUnknownError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.log import EventLog

#: A stored entry is no longer than the longest line of a script, with room for what the log adds.
_MAX_LINE: Final = 2 * 1024 * 1024


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
    found: dict[str, tuple[int, str]] = {}
    for number, state in _lines(path):
        problem = _take(state, found)
        if problem:
            raise EntryRejectedError([Problem(problem, file=str(path), line=number)])
    if not found:
        raise ContentError(f"{path} holds no entry; `communique export bundle` writes a bundle")
    return {name: head for name, (_, head) in found.items()}


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


def _take(state: bytes, found: dict[str, tuple[int, str]]) -> str | None:
    """Take an entry into its chain, or return what is wrong with it."""
    if not is_sealed(state):
        return "its bytes were changed, or are no entry: they do not match their own check sum"
    try:
        data: dict[str, Any] = from_json(state)
        name, version, previous = data["negotiation"], data["version"], data["previous"]
        last_version, head = found.get(name, (0, GENESIS))
    except (ValueError, KeyError, TypeError):
        return "it is no entry as a log holds it"
    if version != last_version + 1:
        return f"version {last_version + 1} of {name} is missing; a bundle holds a negotiation from its first entry"
    if previous != head:
        return f"it follows {str(previous)[:12]}…, but the entry before it is {head[:12]}…"
    found[name] = (version, digest_of(state))
    return None
