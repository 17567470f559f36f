"""Parquet: every entry as recorded, one a row in typed columns, for pandas, DuckDB, Spark and the like.

The bounds of dates are timestamps in UTC, null where an end is open; all that the author wrote stands in `content`, as
JSON. A date of publication is that of the entry, or of its earliest source. Grades are those of the day of recording:
the reliability with which a source was registered, and the credibility that the entry gives.
"""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.tables.recorded import content_of, lower_of, upper_of
from projections.views.timeline import acting_of
from tracker.events.stage import SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.exports import Tally
    from tracker.codec import Recorded
    from tracker.dates import When
    from tracker.events.base import Event

#: The columns with their types, by Arrow's names; those that end in ``!`` are never null.
COLUMNS: Final = {
    "position": "int64!",
    "version": "int64!",
    "negotiation": "string!",
    "entry": "string!",
    "event": "string!",
    "family": "string!",
    "subject": "string",
    "party": "string",
    "occurred": "string",
    "occurred_from": "time",
    "occurred_to": "time",
    "published": "string",
    "published_from": "time",
    "published_to": "time",
    "modality": "string!",
    "sources": "strings!",
    "grade": "string",
    "recorded_at": "time!",
    "recorded_by": "string!",
    "digest": "string!",
    "previous": "string!",
    "content": "string!",
}
_GROUP: Final = 8192


class KnownSource(NamedTuple):
    """What there is to know of a source for a row: when it was published, and how reliable it is."""

    published: When | None
    reliability: str


def write(entries: Iterable[Recorded], tally: Tally) -> Iterator[bytes]:
    """Return the file in parts, a group of rows each; raises `ImportError` where pyarrow is not installed."""
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        "int64": pa.int64(),
        "string": pa.string(),
        "strings": pa.list_(pa.field("element", pa.string(), nullable=False)),
        "time": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema(
        pa.field(name, types[kind.removesuffix("!")], nullable=not kind.endswith("!")) for name, kind in COLUMNS.items()
    )

    def parts() -> Iterator[bytes]:
        buffer = io.BytesIO()
        rows = rows_of(entries)
        with parquet.ParquetWriter(buffer, schema) as writer:
            while group := list(islice(rows, _GROUP)):
                writer.write_table(pa.Table.from_pylist(group, schema=schema))
                tally.written += len(group)
                yield _taken(buffer)
        yield _taken(buffer)

    return parts()


def _taken(buffer: io.BytesIO) -> bytes:
    """Return what is in a buffer, and empty it."""
    part = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return part


def rows_of(entries: Iterable[Recorded]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the entries of a negotiation, from its first one on; times are microseconds since 1970."""
    sources: dict[str, KnownSource] = {}
    for recorded in entries:
        event = recorded.event
        if isinstance(event, SourceRegistered):
            sources[event.source] = KnownSource(event.published, event.reliability)
        published = event.published or _publication(event, sources)
        yield {
            "position": recorded.position,
            "version": recorded.version,
            "negotiation": event.negotiation,
            "entry": recorded.id,
            "event": event.event,
            "family": event.family,
            "subject": event.subject,
            "party": acting_of(event),
            "occurred": event.occurred.text if event.occurred else None,
            "occurred_from": lower_of(event.occurred),
            "occurred_to": upper_of(event.occurred),
            "published": published.text if published else None,
            "published_from": lower_of(published),
            "published_to": upper_of(published),
            "modality": event.modality,
            "sources": list(dict.fromkeys(item.source for item in event.evidence)),
            "grade": _grade(event, sources),
            "recorded_at": recorded.recorded_at,
            "recorded_by": recorded.recorded_by,
            "digest": recorded.digest,
            "previous": recorded.previous,
            "content": content_of(recorded),
        }


def _publication(event: Event, sources: dict[str, KnownSource]) -> When | None:
    """Return when the earliest of an entry's sources became public."""
    known = (sources[item.source].published for item in event.evidence if item.source in sources)
    return min((when for when in known if when is not None), key=lambda when: (when.upper, when.lower), default=None)


def _grade(event: Event, sources: dict[str, KnownSource]) -> str | None:
    """Return the best grade of an entry's evidence (Admiralty code), reliability before credibility."""
    graded = (
        f"{sources[item.source].reliability if item.source in sources else 'F'}{item.credibility}"
        for item in event.evidence
    )
    return min(graded, default=None)
