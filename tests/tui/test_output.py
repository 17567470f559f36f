"""Tables, CSV and JSON on standard output."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.unseen import FORMULA_STARTS
from tui import output
from tui.rows import tables
from tui.rows.tables import Cell, Column, aligned
from tui.text import clean, counted, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = (Column("name"), Column("count", right=True), Column("words", gives_way=True))


def printed(capsys: pytest.CaptureFixture[str], style: str, cells: Sequence[Sequence[Cell]]) -> str:
    output.rows(style, COLUMNS, cells, records=lambda: cells, document=lambda: {"rows": cells}, empty="none")
    return capsys.readouterr().out


def test_a_table_has_its_columns_one_under_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "table", [["尼日尔", 7, "one"], ["Niger", 1234, None]])
    assert text == "name    count  words\n尼日尔      7  one\nNiger    1234\n"


def test_a_table_without_rows_says_so_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.rows("table", COLUMNS, [], records=list, document=list, empty="none")
    assert tuple(capsys.readouterr()) == ("", "none\n")


def test_plain_rows_can_be_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "plain", [["a\tb", 1, None], ["c", None, "d\ne"]]) == "a␉b\t1\t\nc\t\td␊e\n"


def test_json_is_one_document_and_json_lines_are_one_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    cells: list[list[Cell]] = [["é\u202e\x9b", 1, None]]
    document = printed(capsys, "json", cells)
    assert json.loads(document) == {"rows": cells}
    assert "é" in document
    assert "\\u202e\\u009b" in document
    assert json.loads(printed(capsys, "jsonl", cells)) == cells[0]


@pytest.mark.parametrize("start", [*FORMULA_STARTS, " =", "\u3000\uff1d"])
def test_no_cell_of_csv_begins_a_formula(start: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "csv", [[f"{start}cmd|' /C calc'!A0", -1, "1-2"]])
    name, count, words = list(csv.reader(io.StringIO(text)))[1]
    assert name.startswith("'")
    assert (count, words) == ("-1", "1-2")


@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=3))
def test_a_cell_of_csv_is_neither_formula_nor_command(cells: list[str]) -> None:
    for cell in cells:
        safe = tables._csv_cell(cell)  # noqa: SLF001 - one cell of a table
        assert isinstance(safe, str)
        assert not safe.startswith(FORMULA_STARTS)
        assert "\x1b" not in safe


def test_columns_that_give_way_make_a_row_fit() -> None:
    rows = list(aligned(COLUMNS, [["name", 1, "word " * 40], ["名" * 3, 12345, "x"]], 40))
    assert all(width(row) <= 40 for row in rows)
    assert rows[0].endswith("…")
    assert "12345" in rows[1]


def test_sentences_wrap_beside_the_other_columns_or_below_them() -> None:
    columns = (Column("name"), Column("words", wraps=True))
    words = "one two three four five six seven eight nine ten eleven"
    cells: list[list[Cell]] = [["尼日尔", words], ["b", None]]
    assert list(aligned(columns, cells, 50)) == [
        "尼日尔  one two three four five six seven eight",
        "        nine ten eleven",
        "b",
    ]
    assert list(aligned(columns, cells, 40)) == [
        "尼日尔",
        "    one two three four five six seven",
        "    eight nine ten eleven",
        "b",
    ]
    assert list(aligned(columns, cells)) == [f"尼日尔  {words}", "b"]


@given(st.text(max_size=80), st.integers(min_value=2, max_value=30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    text = clean(text)
    lines = wrap(text, columns)
    assert lines
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(("number", "words"), [(0, "0 entries"), (1, "1 entry"), (2000, "2,000 entries")])
def test_a_number_goes_with_its_noun(number: int, words: str) -> None:
    assert counted(number, "entry", "entries") == words
