"""Parquet: read back by Arrow, every entry is a row with the columns' types, and none of it is lost."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from projections.exports import Tally
from projections.exports.parquet import COLUMNS, write
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE
from tests.projections.telling import START, recorded, source, tell
from tests.tracker.strategies import DATES, entries
from tracker.dates import When, instant
from tracker.events import parse
from tracker.events.registry import UnknownEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.codec import Recorded
    from tracker.events import Event


def table(made: Iterable[Recorded]) -> Any:  # noqa: ANN401 - Arrow has no types
    tally = Tally()
    found = parquet.read_table(io.BytesIO(b"".join(write(made, tally))))
    assert (tally.written, tally.remarks) == (found.num_rows, [])
    return found


def rows(*events: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table(recorded(events)).to_pylist()
    return found


def test_columns_have_their_types() -> None:
    schema = table(recorded(river())).schema
    assert schema.names == list(COLUMNS)
    types = {field.name: str(field.type) for field in schema}
    assert {name for name, kind in types.items() if kind == "int64"} == {"position", "version"}
    assert {name for name, kind in types.items() if kind == "timestamp[us, tz=UTC]"} == {
        *("occurred_from", "occurred_to", "published_from", "published_to", "recorded_at")
    }
    assert types["sources"] == "list<element: string not null>"
    assert set(types.values()) == {"int64", "timestamp[us, tz=UTC]", "list<element: string not null>", "string"}


def test_a_row_holds_an_entry_and_what_the_log_adds() -> None:
    said = {"source": "late", "credibility": 2}
    registered = (source("wire", "2024-05-11", reliability="C"), source("late", "2024-06", reliability="B"))
    event = tell("ProposalRefused", "refusal", "2024-04", "wire", said, proposal="base", party="NER", note="x")
    *_, row = rows(*registered, event)
    *_, one = recorded([*registered, event])
    assert row == {
        "position": 3,
        "version": 3,
        "negotiation": "n",
        "entry": "refusal",
        "event": "ProposalRefused",
        "family": "proposals",
        "subject": "proposal:base",
        "party": "NER",
        "occurred": "2024-04",
        "occurred_from": datetime(2024, 4, 1, tzinfo=UTC),
        "occurred_to": datetime(2024, 5, 1, tzinfo=UTC) - timedelta(microseconds=1),
        "published": "2024-05-11",
        "published_from": datetime(2024, 5, 11, tzinfo=UTC),
        "published_to": datetime(2024, 5, 12, tzinfo=UTC) - timedelta(microseconds=1),
        "modality": "reported",
        "sources": ["wire", "late"],
        "grade": "B2",
        "recorded_at": START + timedelta(seconds=3),
        "recorded_by": "test",
        "digest": one.digest,
        "previous": one.previous,
        "content": row["content"],
    }
    assert parse(json.loads(row["content"])) == event


@pytest.mark.parametrize("text", [*DATES, "../2024-05", "198X", "-0044-03-15", "[2024-05-10,2025]"])
def test_bounds_are_those_of_the_date_and_null_where_open(text: str) -> None:
    found = table(recorded([tell("StatementMade", "said", text, party="NER")]))
    when = When(text)
    bounds = [found[name].cast(pa.int64())[0].as_py() for name in ("occurred_from", "occurred_to")]
    assert bounds == [None if when.is_open_start else when.lower, None if when.is_open_end else when.upper]


@pytest.mark.long
@settings(max_examples=25)
@given(st.lists(entries, min_size=1, max_size=3))
def test_any_entries_are_read_back_whole(made: list[dict[str, Any]]) -> None:
    events = [parse(fields) for fields in made]
    found = table(recorded(events))
    assert [parse(json.loads(text)) for text in found["content"].to_pylist()] == events
    assert [instant(moment) for moment in found["recorded_at"].to_pylist()] == [
        instant(one.recorded_at) for one in recorded(events)
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_is_kept_exactly(text: str) -> None:
    (one,) = recorded([tell("StatementMade", "said", party="NER", text=text, note=f"a\n{text}")])
    (row,) = table([one._replace(recorded_by=text)]).to_pylist()
    assert row["recorded_by"] == text
    assert json.loads(row["content"])["note"] == f"a\n{text}"


def test_what_is_corrected_and_retracted_stays_as_it_was_recorded() -> None:
    found = {row["entry"]: row for row in rows(*river())}
    assert len(found) == len(river())
    assert found["order"]["occurred"] == "2024-04-02/2024-04-05"
    assert found["wrong"]["sources"] == ["echo"]
    assert found["retraction"]["event"] == "EntryRetracted"


def test_an_entry_of_an_unknown_type_is_a_row() -> None:
    (row,) = rows(UnknownEvent(name="SummitHeld", negotiation="n", id="summit", occurred="2024-05", stored={"city": 1}))
    assert (row["event"], row["family"], row["occurred"], row["subject"]) == ("SummitHeld", "unknown", "2024-05", None)
    assert json.loads(row["content"]) == {"event": "SummitHeld", "city": 1}


@pytest.mark.long
def test_a_long_negotiation_comes_in_groups() -> None:
    (one,) = recorded([tell("StatementMade", "said", party="NER")])
    made = (one._replace(position=number) for number in range(10_000))
    tally = Tally()
    parts = list(write(made, tally))
    found = parquet.ParquetFile(io.BytesIO(b"".join(parts)))
    assert found.metadata.num_row_groups == len(parts) - 1 == 2
    assert found.read(["position"])["position"].to_pylist() == list(range(10_000))
