"""Whatever bytes come as a script, the answer is entries or problems with their places, and never anything else."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.given import stage
from tests.tracker.strategies import entries
from tests.tracker.written import FORMATS, event_from_assignments, written
from tracker.errors import EntryRejectedError
from tracker.log import EventLog
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from pathlib import Path

#: What means something to one of the formats, and bytes that mean trouble to all.
WHOLE = (
    b'{"event":"StatementMade","negotiation":"us-niger","party":"NER"}',
    b"event,negotiation,party\n",
    b"- event: X\n",
)
WORDS = (
    rb"""" ' , ; { } [ ] : # - ? | > &a *a !!x <<: --- ... %YAML \u0000 \ud800 null 1e999 evidence.0.source changes.x"""
)
SPACES = (b"\t", b"\n", b"\r", b"\r\n", b" ", b"- ", b"\n  ")
BYTES = (b"\xef\xbb\xbf", b"\xff", b"\0", b"\x01", b"\xc3\xa9")
pieces = st.sampled_from([*WHOLE, *WORDS.split(), *SPACES, *BYTES])
scripts = st.lists(pieces | st.binary(max_size=4), max_size=12).map(b"".join)


def check(log: EventLog, text: bytes, format_name: str) -> None:
    """Check that a script is read to lines in order, and recorded or rejected with its problems."""
    lines = list(read_script(io.BytesIO(text), format=format_name))
    assert lines
    assert [line.line for line in lines] == sorted(line.line for line in lines)
    for line in lines:
        assert (line.event is None) is bool(line.problems)
        for problem in line.problems:
            assert problem.file == "<stdin>"
            assert problem.line >= line.line
            assert len(str(problem)) < 1000
    before = log.heads()
    try:
        receipt = record_script(log, lines)
    except EntryRejectedError:
        assert log.heads() == before
    else:
        assert receipt.count + receipt.already == len(lines)


@pytest.fixture(scope="module")
def shared_log(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - a generator for pytest
    """Return one log for many examples, each of which leaves it as right as it was."""
    path: Path = tmp_path_factory.mktemp("fuzz") / "negotiations.db"
    with EventLog.open(path) as log:
        log.record(stage())
        yield log
        assert log.verify().ok


@pytest.mark.parametrize("format_name", FORMATS)
@given(text=scripts)
def test_any_bytes(shared_log: EventLog, format_name: str, text: bytes) -> None:
    check(shared_log, text, format_name)


@pytest.mark.long
@pytest.mark.parametrize("format_name", FORMATS)
@given(made=st.lists(entries, min_size=1, max_size=3), data=st.data())
def test_entries_with_a_few_bytes_changed(
    shared_log: EventLog, format_name: str, made: list[dict[str, Any]], data: st.DataObject
) -> None:
    text = bytearray(written(format_name, made))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    check(shared_log, bytes(text), format_name)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(made=entries, data=st.data())
def test_entries_with_any_json_in_a_field(shared_log: EventLog, made: dict[str, Any], data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(made)) | st.text(max_size=5))
    text = json.dumps({**made, field: data.draw(json_values)}, allow_nan=True)
    check(shared_log, text.encode(), "jsonl")


@given(st.lists(st.text(max_size=12) | st.sampled_from(["party=NER", "evidence.0.source=wire", "text="]), max_size=5))
def test_any_words_of_a_shell(words: list[str]) -> None:
    with suppress(EntryRejectedError):
        assert event_from_assignments("StatementMade", "us-niger", words).canonical()
