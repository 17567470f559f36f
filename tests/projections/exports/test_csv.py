"""CSV: what is exported is read back as the same entries, and no cell is a formula or a command."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.exports import Tally
from projections.exports.csv import write
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE
from tests.projections.telling import recorded, tell
from tests.tracker.strategies import entries
from tracker.codec import as_written
from tracker.dates import When
from tracker.events import parse
from tracker.events.registry import UnknownEvent
from tracker.scripts.reading import read_script
from tracker.unseen import FORMULA_STARTS, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.events import Event

_KEPT: Final = frozenset({"\t", "\n"})


def exported(events: Sequence[Event]) -> tuple[str, Tally]:
    tally = Tally()
    text = b"".join(write(lambda: recorded(events), tally)).decode()
    assert tally.written == len(events)
    return text, tally


def read_back(text: str) -> list[Event | None]:
    lines = list(read_script(io.BytesIO(text.encode()), format="csv"))
    assert [problem for line in lines for problem in line.problems] == []
    return [line.event for line in lines]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def made_visible(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what a script holds with every text as it is shown, but for what JSON escapes."""
    if isinstance(value, str):
        parts = re.split(r"([\t\n])", value.replace("\r\n", "\n"))
        return "".join(part if part in _KEPT else visible(part) for part in parts)
    if isinstance(value, list):
        return [made_visible(item) for item in value]
    if isinstance(value, dict):
        return {name: item if name == "changes" else made_visible(item) for name, item in value.items()}
    return value


@pytest.mark.long
@given(st.lists(entries, min_size=1, max_size=4))
def test_any_entries_are_read_back_as_they_are_but_for_what_nobody_sees(made: list[dict[str, Any]]) -> None:
    events = [parse(fields) for fields in made]
    text, tally = exported(events)
    expected = [parse(made_visible(as_written(one))) for one in recorded(events)]
    assert read_back(text) == expected
    assert bool(tally.remarks) == (expected != events)


texts = st.text("=+-@'\"\t\n,;ab é[]{}", max_size=6) | st.sampled_from(["null", "[]", "{}"])


@given(texts, texts, texts)
def test_any_text_of_what_is_seen_is_read_back_exactly(one: str, two: str, three: str) -> None:
    events = [
        tell("StatementMade", "said", party="NER", text=one, note=two),
        tell("DestinationUndetermined", "open", withdrawal="w", candidates=[three, one]),
        tell("EntryCorrected", "better", entry="said", changes={"text": two, "note": None, "x.y": [1, {"a": 2.5}]}),
        tell("StatementMade", "plain", party="NER"),
    ]
    text, tally = exported(events)
    assert read_back(text) == events
    assert tally.remarks == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_or_a_command(text: str) -> None:
    made, _ = exported(river(text))
    assert not set(made) & set("\0\x07\x1b\x7f\x9b\u202e\u2066\u2028\ufeff")
    cells = [cell for row in rows(made) for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(FORMULA_STARTS)] == []


def test_an_apostrophe_marks_columns_that_need_it_and_no_others() -> None:
    text, _ = exported([tell("StatementMade", "said", party="NER", text="=cmd()", note="'quoted'")])
    assert rows(text) == [
        ["event", "negotiation", "id", "party", "'text", "'note"],
        ["StatementMade", "n", "said", "NER", "'=cmd()", "''quoted'"],
    ]


def test_columns_stand_in_the_order_of_an_entry() -> None:
    text, _ = exported(river())
    header, *found = rows(text)
    assert header[:6] == ["event", "negotiation", "id", "occurred", "published", "title"]
    assert [name for name in header if name.startswith("evidence.0")] == [
        f"evidence.0.{name}" for name in ("source", "attributed_to", "quote", "credibility")
    ]
    assert header[-1] == "evidence.1.source"
    assert len(found) == len(river())


def test_what_is_corrected_and_retracted_stays_as_it_was_recorded() -> None:
    text, _ = exported(river())
    assert read_back(text) == [one.event for one in recorded(river())]


def test_what_is_made_visible_is_told() -> None:
    text, tally = exported([tell("StatementMade", text[0], party="NER", text=text) for text in ("a\x1b[2J", "b")])
    (remark,) = tally.remarks
    assert remark.startswith("1 of 2 entries hold characters that a terminal obeys or nobody sees")
    assert remark.endswith("; export script is exact")
    assert "a␛[2J" in text
    _, tally = exported([tell("StatementMade", "said", party="NER", text="one\r\ntwo")])
    assert tally.remarks[0].startswith("1 of 1 entries hold characters")


def test_an_entry_of_an_unknown_type_is_written_whatever_it_holds() -> None:
    odd = {"=cmd()": "x", "a.b": 1, "a": {"b": {"c d": []}}, "on": True, "no": None}
    stored = {"negotiation": "n", "event_version": 2, **odd}
    text, _ = exported([UnknownEvent(name="SummitHeld", negotiation="n", id="summit", stored=stored)])
    header, row = rows(text)
    assert dict(zip(header, row, strict=True)) == {
        "event": "SummitHeld",
        "negotiation": "n",
        "event_version": "2",
        '"=cmd()"': "x",
        '"a.b"': "1",
        "a.b": json.dumps({"c d": []}),
        "on": "true",
    }


def test_a_date_before_the_common_era_is_no_formula() -> None:
    text, _ = exported([tell("StatementMade", "said", "-0044-03-15", party="NER")])
    (event,) = read_back(text)
    assert event is not None
    assert event.occurred == When("-0044-03-15")
    assert "'occurred" in rows(text)[0]
