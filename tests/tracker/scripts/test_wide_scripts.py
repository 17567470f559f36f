"""Scripts that are far too wide: told in few short lines, and at once."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from tests.counting import MOST, growth, operations
from tracker.scripts.script import read_script

if TYPE_CHECKING:
    from tracker.errors import Problem

WIDE = 100_000


def problems(name: str, text: str) -> list[Problem]:
    """Return what is wrong with a script, each problem short enough to be read."""
    found = [problem for line in read_script(io.BytesIO(text.encode()), name=name) for problem in line.problems]
    assert all(len(str(problem)) < 1100 for problem in found)
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    "columns", [",".join(f"c{number}" for number in range(WIDE)), ",".join(["c"] * WIDE), "," * WIDE]
)
def test_a_table_has_as_many_columns_as_a_spreadsheet(columns: str) -> None:
    (problem,) = problems("s.csv", f"event,{columns}\nStatementMade\n")
    assert "a table has 16,384 at most" in problem.message


def test_columns_are_told_apart_in_one_pass() -> None:
    def table(count: int) -> str:
        return "event," + ",".join(f"c{number}" for number in range(count)) + "\n"

    tables = [table(count) for count in (1000, 2000, 4000)]
    problems("s.csv", tables[0])
    first, second, third = (operations(problems, "s.csv", text) for text in tables)
    assert growth((first, second, third)) <= MOST


def test_a_path_without_an_end_is_cut() -> None:
    found = problems("s.csv", f"event,{'c.' * WIDE}\nStatementMade,x\n")
    assert any(problem.field.endswith("…") for problem in found)


@pytest.mark.long
@pytest.mark.parametrize("ending", ["jsonl", "yaml"])
def test_an_entry_has_no_hundred_thousand_fields(ending: str) -> None:
    entry = {"event": "StatementMade", **{f"k{number}": "v" for number in range(WIDE // 2)}}
    text = json.dumps(entry) if ending == "jsonl" else "".join(f"{name}: {value}\n" for name, value in entry.items())
    (problem,) = problems(f"s.{ending}", text)
    assert "has 50,001 fields; an entry has far fewer" in problem.message


def test_of_one_entry_only_the_first_thousand_problems_are_told() -> None:
    entry = {"event": "TalksAnnounced", "negotiation": "n", "round": "r", "parties": [1] * 5000}
    found = problems("s.jsonl", json.dumps(entry))
    # The list is one more: it has no item that is right.
    assert found[-1].message == "there are 4,001 more problems in the entry; mend these first"


@pytest.mark.parametrize("text", ["[" * WIDE, '{"a":' * WIDE, '{"event":"' + "x" * (16 << 20) + '"}'])
def test_one_line_that_goes_on_and_on_is_one_problem(text: str) -> None:
    assert len(problems("s.jsonl", text)) == 1
