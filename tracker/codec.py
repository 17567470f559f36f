"""Events as stored bytes, and back.

The stored bytes of an entry are one line of JSON (RFC 8259, UTF-8) in a fixed layout::

    {"event":…,"event_version":…,"negotiation":…,"version":…,"previous":…,"recorded_at":…,"recorded_by":…,"id":…,
     <what the author wrote, in declared order, without defaults>,"crc32":…}

An entry that somebody else had drafted has `"drafted_by":…` behind what its author wrote; one that was first recorded
in another log, or in another negotiation, then has `"origin":{…}`: where, when, by whom, and with which digest.

`previous` is the digest (SHA-256 of the bytes) of the negotiation's last entry, which makes each negotiation a hash
chain. `crc32` is the check sum of all bytes before it (ISO 3309, as in zip): the chain shows that something in the
past was changed, the check sum shows at once which entry, and covers the last one too, which no later entry vouches
for.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from tracker.errors import DamageError
from tracker.events.base import MAX_TEXT, Event
from tracker.events.registry import BUILT_IN, UnknownEvent, find_event_type
from tracker.events.restoring import is_validated, restore

#: What stands in `previous` of a negotiation's first entry.
GENESIS: Final = "0" * 64
#: Fields of the stored form that the log sets, not the author.
HEADER: Final = ("event", "event_version", "negotiation", "version", "previous", "recorded_at", "recorded_by")
SEAL_LENGTH: Final = len(',"crc32":"00000000"}')
#: What stands behind the head of a stored entry, up to its id, which is the first group.
AFTER_HEAD: Final = re.compile(rb'"recorded_at":"[^"\\]{27}","recorded_by":"[^"\\]*(?:\\.[^"\\]*)*","id":"([^"\\]+)"')
Upcast = Callable[[dict[str, Any]], dict[str, Any]]
#: How the stored form of an older version of an event type becomes the next one's: {(name, from version): function}.
UPCASTS: Final[dict[tuple[str, int], Upcast]] = {}
_COMMON: Final = tuple(Event.model_fields)
_ORIGIN: Final = frozenset({"log", "position", "recorded_at", "recorded_by", "digest"})
#: The sets of field names that entries give, each kept once; nobody changes an event.
_GIVEN: Final[dict[frozenset[str], set[str]]] = {}


class Recorded(NamedTuple):
    """An event as the log holds it: what the author wrote, and where, when and by whom it was recorded.

    `position` is the order in the log and `version` that in the negotiation, both from one; `recorded_at` is UTC;
    `previous` is the digest of the negotiation's entry before it, `state` are the stored bytes.
    """

    event: Event
    position: int
    version: int
    recorded_at: datetime
    recorded_by: str
    previous: str
    state: bytes
    #: Who proposed it, where somebody else has recorded it.
    drafted_by: str | None = None
    #: Where it was first recorded, as `origin_of` gives it, if that was another log or negotiation.
    origin: dict[str, Any] | None = None

    @property
    def first_recorded_at(self) -> datetime:
        """When it was recorded where it was first."""
        return self.recorded_at if self.origin is None else datetime.fromisoformat(self.origin["recorded_at"])

    @property
    def digest(self) -> str:
        """The SHA-256 of the stored bytes in hexadecimal, worked out when it is asked for: of most it never is."""
        return digest_of(self.state)

    @property
    def originator_id(self) -> str:
        """The negotiation, as the library calls what an event belongs to."""
        return self.event.negotiation

    @property
    def originator_version(self) -> int:
        """The version in the negotiation, as the library calls it."""
        return self.version

    @property
    def id(self) -> str:
        """The entry's id, which the log has given it where its author did not."""
        return self.event.id or ""


def topic_of(event: Event) -> str:
    """Return the stored topic of an event: its type's name and version, ``AgreementRevoked.v1``."""
    if isinstance(event, UnknownEvent):
        return f"{event.name}.v{event.stored.get('event_version', 1)}"
    return f"{event.event}.v{event.event_version}"


def as_written(recorded: Recorded) -> dict[str, Any]:
    """Return a recorded entry as a script writes it (`written`)."""
    return written(recorded.event)


def written(event: Event) -> dict[str, Any]:
    """Return an event as a script writes it: its name first, and no field that says only a default."""
    if isinstance(event, UnknownEvent):
        return {"event": event.name, **event.stored}
    fields = event.model_dump(mode="json", exclude_defaults=True, by_alias=True, round_trip=True)
    return {"event": event.event, **fields}


def digest_of(state: bytes) -> str:
    """Return the SHA-256 of stored bytes in hexadecimal."""
    return hashlib.sha256(state).hexdigest()


def timestamp(moment: datetime) -> str:
    """Return a UTC moment as stored: ISO 8601 with six decimals and Z, so that text order is time order."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


@lru_cache(maxsize=1024)
def opening_of(topic: str) -> str:
    """Return how the stored bytes of a topic begin, up to the negotiation's name."""
    name, _, event_version = topic.rpartition(".v")
    return f'{{"event":"{name}","event_version":{event_version},"negotiation":"'


def head_of(topic: str, negotiation: str, version: int, previous: str) -> bytes:
    """Return the bytes that a stored entry must start with, given the columns it stands beside."""
    return f'{opening_of(topic)}{negotiation}","version":{version},"previous":"{previous}",'.encode()


def entry_id(state: object) -> str | None:
    """Return the id in stored bytes as they are laid out, None where they are not."""
    if not isinstance(state, bytes):
        return None
    # No text holds a quote as it is, so that the first such key is the head's last one.
    at = state.find(b'"recorded_at":"')
    found = AFTER_HEAD.match(state, at) if at >= 0 else None
    return found[1].decode("utf-8", "replace") if found else None


def origin_of(recorded: Recorded, log: str) -> dict[str, Any]:
    """Return where an entry of a log, which is named by its identity, was first recorded."""
    if recorded.origin is not None:
        return recorded.origin
    return {
        "log": log,
        "position": recorded.position,
        "recorded_at": timestamp(recorded.recorded_at),
        "recorded_by": recorded.recorded_by,
        "digest": recorded.digest,
        **({} if recorded.drafted_by is None else {"drafted_by": recorded.drafted_by}),
    }


def encode(  # noqa: PLR0913 - the parts of an entry
    head: bytes,
    entry: str,
    content: bytes,
    *,
    recorded_at: str,
    recorded_by: str,
    drafted_by: str | None = None,
    origin: bytes = b"",
) -> bytes:
    """Return the sealed bytes of an entry: head, id and content, time as stored; names and origin are JSON."""
    comma = "," if content else ""
    stamp = f'"recorded_at":"{recorded_at}","recorded_by":{recorded_by},"id":"{entry}"{comma}'
    drafted = "" if drafted_by is None else f',"drafted_by":{drafted_by}'
    return sealed(head + stamp.encode() + content + drafted.encode() + (b',"origin":' + origin if origin else b""))


def sealed(body: bytes) -> bytes:
    """Return the bytes of an entry with their check sum behind them."""
    return body + b',"crc32":"%08x"}' % zlib.crc32(body)


@lru_cache(maxsize=64)
def quote_name(name: str) -> str:
    """Return a name as a JSON string."""
    # A name from a command line may hold bytes that are no UTF-8.
    return json.dumps(name.encode("utf-8", "replace").decode(), ensure_ascii=False)


def is_sealed(state: object) -> bool:
    """Say whether stored bytes carry the check sum that they should."""
    # SQLite holds anything in any column.
    return isinstance(state, bytes) and state == sealed(state[:-SEAL_LENGTH])


def decode(topic: str, state: bytes, position: int) -> Recorded:
    """Return the recorded event that stored bytes hold.

    A type or version that this version does not know, or content that no longer fits its type, gives an `UnknownEvent`.
    Raises `DamageError` where the bytes are not an entry at all.
    """
    try:
        if not isinstance(state, bytes):
            raise TypeError  # noqa: TRY301 - SQLite holds anything in any column
        # Only keys come again and again; looking for other short texts among those seen takes longer than making them.
        data: dict[str, Any] = from_json(state, cache_strings="keys")
        take = data.pop
        name, event_version, version = take("event"), take("event_version"), take("version")
        previous, recorded_by, drafted_by = take("previous"), take("recorded_by"), take("drafted_by", None)
        recorded_at = datetime.fromisoformat(take("recorded_at"))
        del data["crc32"]
        origin = _take_origin(data)
        event = _build(name, event_version, data, state)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"entry #{position} ({topic}) cannot be read back: {type(error).__name__}; `communique verify` tells more"
        raise DamageError(msg) from None
    return Recorded(event, position, version, recorded_at, recorded_by, previous, state, drafted_by, origin)


def _take_origin(data: dict[str, Any]) -> dict[str, Any] | None:
    """Return where an entry was first recorded, None where that is here; a field of that name may be another's."""
    origin = data.get("origin")
    if not isinstance(origin, dict) or not origin.keys() >= _ORIGIN:
        return None
    datetime.fromisoformat(origin["recorded_at"])
    del data["origin"]
    return origin


def _build(name: str, event_version: int, data: dict[str, Any], state: bytes) -> Event:
    kind = find_event_type(name)
    if kind is None or event_version > kind.event_version:
        return _unknown(name, event_version, data)
    # No text in an entry of a usual size is longer than a field may hold.
    if event_version == kind.event_version and not is_validated(kind) and len(state) <= MAX_TEXT:
        restored = restore(kind, data)
        if restored is not None:
            return restored
    try:
        current = data
        for older in range(event_version, kind.event_version):
            current = UPCASTS[name, older](dict(current))
        event: Event = kind.__pydantic_validator__.validate_python(current)
    except Exception as error:
        # It does not fit its type, or nobody knows how an older version becomes the present one. What is of another
        # package may fail in any way, and harms nothing else.
        if kind in BUILT_IN and not isinstance(error, ValueError | LookupError | TypeError | AttributeError):
            raise
        return _unknown(name, event_version, data)
    # Entries of a type mostly give the same fields; a set of names for each would be a third of what an event takes.
    given = event.model_fields_set
    object.__setattr__(event, "__pydantic_fields_set__", _GIVEN.setdefault(frozenset(given), given))
    return event


def _unknown(name: str, event_version: int, data: dict[str, Any]) -> UnknownEvent:
    """Return what is kept of an entry of a type or a version that is not known here."""
    stored = {**data, "event_version": event_version}
    known = {key: data[key] for key in _COMMON if key in data}
    try:
        return UnknownEvent(name=name, stored=stored, **known)
    except ValidationError:
        return UnknownEvent(name=name, stored=stored, negotiation=data["negotiation"], id=data["id"])
