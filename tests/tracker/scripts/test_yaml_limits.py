"""YAML that goes on and on is told, and never held in memory as a whole."""

from __future__ import annotations

import io
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tracker.scripts.yaml import read

if TYPE_CHECKING:
    from tracker.scripts.formats import ScriptItem


def items(text: bytes) -> list[ScriptItem]:
    return list(read(io.BytesIO(text)))


def test_a_text_without_an_end_is_not_held() -> None:
    (item,) = items(b"- a: |\n" + b"    xxxxxxxxxxxxx\n" * 200_000)
    assert "a text goes on for more than 2 MiB up to here" in str(item.problems[0])


@pytest.mark.long
def test_an_entry_of_many_small_parts_is_not_held() -> None:
    first, second = items(b"- a: [" + b"x,\n " * 600_000 + b"]\n- b: 1\n")
    assert (first.data, str(first.problems[0])) == (
        None,
        "1: the entry is longer than 1 MiB; an entry is far shorter",
    )
    assert second.data == {"b": "1"}


@pytest.mark.long
def test_memory_does_not_grow_with_the_number_of_entries() -> None:
    def peak(count: int) -> int:
        stream = io.BytesIO(b"- event: StatementMade\n  party: NER\n" * count)
        tracemalloc.start()
        assert sum(1 for _ in read(stream)) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(5000) < peak(500) * 1.5


@pytest.mark.parametrize("opened", ["[", "{", "- ", "? ", "{? ", "{a: ", "[\n"])
def test_brackets_without_an_end_are_given_up(opened: str) -> None:
    (item,) = items(opened.encode() * 100_000)
    assert "lists and mappings lie more than 20 levels deep" in str(item.problems[0])


def test_what_lies_too_deep_is_passed_over_where_it_ends() -> None:
    first, second = items(b"- " + b"[" * 100 + b"]" * 100 + b"\n- b: 1\n")
    assert first.data is None or first.problems
    assert second.data == {"b": "1"}
