"""Scripts: read whatever they are written in, to the same entries and the same stored bytes."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage, statement
from tests.tracker.written import FORMATS, as_mapping, jsonl, record, rejected, written
from tracker.errors import ContentError, NameUnknownError
from tracker.log import EventLog
from tracker.scripts.reading import seed_path, seeds
from tracker.scripts.script import ScriptLine, read_script, record_file, record_script

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.long
@pytest.mark.parametrize("name", seeds())
def test_a_seed_gives_the_same_bytes_in_every_format(name: str, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in seed_path(name).read_text(encoding="utf-8").splitlines()]
    given = [{field: value for field, value in line.items() if field != "id"} for line in lines]
    referred = {str(line.get(field)) for line in lines for field in ("entry", "of")}
    entries = [line if line.get("id") in referred else bare for line, bare in zip(lines, given, strict=True)]
    heads, ids = [], []
    for format_name in FORMATS:
        path = tmp_path / f"{name}.{format_name}"
        path.write_bytes(written(format_name, entries))
        with EventLog.open(
            tmp_path / f"{format_name}.db", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), by="ada"
        ) as log:
            assert record_file(log, path).count == len(lines)
            assert record_file(log, path).already == len(lines)
            heads.append(log.heads())
            ids.append([recorded.id for recorded in log.read()])
    assert heads[0] == heads[1] == heads[2]
    assert ids[0] == ids[1] == ids[2]


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_script_recorded_twice_is_recorded_once(log: EventLog, format_name: str) -> None:
    text = written(format_name, [as_mapping(event) for event in [*stage(), statement(1)]])
    assert record(log, text, format_name).count == 13
    again = record(log, text, format_name)
    assert (again.count, again.already, again.rejected, again.heads) == (0, 13, 0, log.heads())


def test_lines_tell_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a script.jsonl"
    path.write_bytes(b"\n" + jsonl([as_mapping(statement(1))]) + b"oops\n")
    first, second = read_script(path)
    assert first == ScriptLine(str(path), 2, statement(1))
    assert (second.file, second.line, second.event) == (str(path), 3, None)
    assert str(second.problems[0]).startswith(f"{path}:3: is not JSON: ")
    (line,) = read_script(io.BytesIO(b"oops"))
    assert str(line.problems[0]).startswith("<stdin>:1: ")
    (line,) = read_script(io.BytesIO(b"oops"), name="mail.yml")
    assert str(line.problems[0]).startswith("mail.yml:1: an entry must be a mapping of fields")


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.JSONL"])
def test_the_ending_tells_the_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(jsonl([as_mapping(statement(1))]))
    (line,) = read_script(tmp_path / name)
    assert line.event == statement(1)


def test_a_format_that_is_given_counts_more_than_the_ending(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(jsonl([as_mapping(statement(1))]))
    (line,) = read_script(tmp_path / "a.csv", format="jsonl")
    assert line.event == statement(1)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(NameUnknownError, match=r"a\.txt: the ending tells no format; .* \.jsonl, \.ndjson, \.yaml"):
        read_script(tmp_path / "a.txt")
    with pytest.raises(NameUnknownError, match=r"no script format is called 'jsn'.*there are jsonl, yaml, csv"):
        list(read_script(tmp_path / "a.jsonl", format="jsn"))
    with pytest.raises(NameUnknownError, match=r"there is no file .*a\.jsonl"):
        list(read_script(tmp_path / "a.jsonl"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(NameUnknownError, match=r"folder\.csv is a directory; name a script in it"):
        list(read_script(tmp_path / "folder.csv"))
    with pytest.raises(NameUnknownError, match="cannot be read: File name too long"):
        list(read_script(tmp_path / ("x" * 300 + ".jsonl")))


def test_a_file_that_cannot_be_recorded_is_told(log: EventLog, tmp_path: Path) -> None:
    with pytest.raises(NameUnknownError, match=r"there is no file .*a\.jsonl"):
        record_file(log, tmp_path / "a.jsonl")
    with pytest.raises(NameUnknownError, match="no script format is called 'xml'"):
        record_file(log, tmp_path / "a.jsonl", format="xml")
    assert log.negotiations() == {}


class Failing(io.RawIOBase):
    """A file on a disk that fails after one line."""

    def __init__(self) -> None:
        self._lines = iter([jsonl([as_mapping(stage()[0])])])

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size
        for line in self._lines:
            return line
        raise OSError(5, "Input/output error")


def test_a_disk_that_fails_midway_leaves_the_log_as_it_was(log: EventLog) -> None:
    with pytest.raises(ContentError, match="<stdin>: reading it failed: Input/output error; nothing more was read"):
        record_script(log, read_script(Failing()))  # type: ignore[arg-type]
    assert list(log.read()) == []


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("text", [b"", b"\n\n", "\ufeff".encode()])
def test_an_empty_script_is_told(staged: EventLog, format_name: str, text: bytes) -> None:
    expected = ["<stdin>: there is nothing to record in it; a script has an entry or more"]
    assert rejected(staged, text, format_name) == expected
