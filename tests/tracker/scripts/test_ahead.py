"""Reading ahead: whoever reads a part, the parts are those of one who reads all."""

from __future__ import annotations

import json
import multiprocessing
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import stage, statement
from tests.tracker.written import as_mapping, jsonl
from tracker.errors import ContentError, LogError
from tracker.scripts.reading import read_script
from tracker.scripts.script import Script, part_of, parts_ahead

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.scripts.script import Part


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Script]:
    def make(content: bytes, batch: int = 7, name: str = "long.jsonl") -> Script:
        path = tmp_path / name
        path.write_bytes(content)
        return Script(path, str(path), batch)

    return make


@pytest.fixture(params=[2, 4], ids=["two cores", "four cores"])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("tracker.system.cores", lambda: request.param)
    count: int = request.param
    return count


def read_by_one(job: Script) -> list[Part]:
    lines = read_script(job.path, name=job.name)
    parts = []
    while some := list(islice(lines, job.batch)):
        parts.append(part_of(some))
    return parts


def together(parts: list[Part]) -> list[object]:
    """Return all that is in some parts, wherever one ends."""
    return [
        [entry for part in parts for entry in part.entries],
        [line for part in parts for line in part.lines],
        [problem for part in parts for problem in part.problems],
        [name for part in parts for name in part.assumes],
        [name for part in parts for name in part.names],
        sum(part.count for part in parts),
    ]


@pytest.mark.usefixtures("cores")
def test_the_parts_are_in_order_whoever_reads_them(job: Callable[..., Script]) -> None:
    entries = [as_mapping(event) for event in [*stage(), *(statement(number) for number in range(500))]]
    given = job(jsonl(entries))
    found = list(parts_ahead(given))
    assert found == read_by_one(given)
    assert [part.count for part in found] == [7] * 73 + [1]


@pytest.mark.usefixtures("cores")
def test_what_is_wrong_is_told_at_its_line(job: Callable[..., Script]) -> None:
    lines = [json.dumps(as_mapping(statement(number))).encode() for number in range(60)]
    lines[3] = b"oops"
    lines[20] = b""
    lines[31] = b'{"event":"StatementMade","negotiation":"n","text":"x","colour":"red","party":"ABC"}'
    lines[44] = b"\xff\xfe"
    given = job(b"\n".join(lines))
    assert together(list(parts_ahead(given))) == together(read_by_one(given))


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize("content", [b"", b"\n" * 100, b"\xef\xbb\xbf\n\n"], ids=["no bytes", "blank lines", "a mark"])
def test_a_script_of_nothing_is_told_so_once(job: Callable[..., Script], content: bytes) -> None:
    given = job(content)
    (problem,) = [problem for part in parts_ahead(given) for problem in part.problems]
    assert "there is nothing to record in it" in problem.message


def test_a_script_that_is_changed_while_it_is_read_is_refused(job: Callable[..., Script]) -> None:
    given = job(jsonl([as_mapping(statement(number)) for number in range(200)]))
    parts = parts_ahead(given)
    next(parts)
    with given.path.open("ab") as file:
        file.write(b"\n")
    with pytest.raises(ContentError, match="was changed while it was read"):
        list(parts)


@pytest.mark.usefixtures("cores")
def test_a_script_whose_parts_are_all_full_is_read_whole(job: Callable[..., Script]) -> None:
    given = job(jsonl([as_mapping(statement(number)) for number in range(70)]))
    assert list(parts_ahead(given)) == read_by_one(given)


@pytest.mark.usefixtures("cores")
def test_a_file_in_utf_16_is_refused_once(job: Callable[..., Script]) -> None:
    given = job("\n".join(["{}"] * 50).encode("utf-16"))
    assert together(list(parts_ahead(given))) == together(read_by_one(given))


def test_a_reader_that_ends_too_early_is_told(job: Callable[..., Script]) -> None:
    given = job(jsonl([as_mapping(statement(number)) for number in range(5000)]), batch=20)
    parts = parts_ahead(given)
    next(parts)
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    with pytest.raises(LogError, match="stopped before its end"):
        list(parts)
