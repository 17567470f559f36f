"""The properties of a log, kept in itself: its identity with a check sum, and the version of its tables."""

from __future__ import annotations

import re
import uuid
import zlib
from typing import TYPE_CHECKING, Final

from tracker.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_IDENTITY: Final = re.compile("[0-9a-f]{32}")


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
