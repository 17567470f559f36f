"""CloudEvents: every entry as recorded, one event a line (CloudEvents 1.0.2, JSON event format).

The event's `source` is who recorded the entry, not the newspaper that it cites: what happened is that somebody put a
claim on record. `id` is the digest of the stored bytes, which no two entries share.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tracker.codec import as_written, timestamp, topic_of
from tracker.unseen import escape_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.exports import Tally
    from tracker.codec import Recorded


def write(entries: Iterable[Recorded], tally: Tally) -> Iterator[bytes]:
    """Yield an event a line for each entry, in UTF-8; the next one is read when this one has been taken."""
    for recorded in entries:
        yield escape_json(json.dumps(event_of(recorded), ensure_ascii=False)).encode() + b"\n"
        tally.written += 1


def event_of(recorded: Recorded) -> dict[str, Any]:
    """Return an entry as a CloudEvent in the JSON event format.

    `position`, `version` and `previous` are extension attributes: where in the log and in the negotiation the entry is,
    and the digest of the negotiation's entry before it.
    """
    return {
        "specversion": "1.0",
        "id": recorded.digest,
        "source": _reference(recorded.recorded_by),
        "type": f"communique.{topic_of(recorded.event)}",
        "subject": recorded.event.negotiation,
        "time": timestamp(recorded.recorded_at),
        "datacontenttype": "application/json",
        "position": recorded.position,
        "version": recorded.version,
        "previous": recorded.previous,
        "data": as_written(recorded),
    }


def _reference(name: str) -> str:
    """Return a name as a URI-reference (RFC 3986), which may not be empty and where a colon would end a scheme."""
    return quote(name, safe="", errors="replace") or "unknown"
