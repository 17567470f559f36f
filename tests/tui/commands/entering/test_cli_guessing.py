"""`communique import table --guess`: a first map by nearly all cells of a column, and what the others are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.tui.commands.entering.given import document

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke

ROWS: Final = "No,When,Who,What,Page\n1,03/05/2021,Norway,We  agree,7\n2,04/05/2021,Sweden,-,8\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_first_map_is_guessed_and_works(invoke: Invoke) -> None:
    Path("rows.csv").write_text(ROWS, "utf-8")
    guessed = invoke("import", "table", "rows.csv", "--guess").stdout
    assert 'occurred = { from = "When", date = "dmy" } # or "mdy": no cell of the first rows tells' in guessed
    assert 'party = { from = "Who", squeeze = true, lookup = "iso3166"' in guessed
    assert 'null = ["-"]' in guessed
    Path("guessed.toml").write_text(guessed, "utf-8")
    assert document(invoke, "import", "table", "rows.csv", "--map", "guessed.toml")["used"] == 2
    done = invoke("record", "rows.csv")
    assert "`communique import table FILE --guess`" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.json", "[" * 100_000, "rows.json:1: is not JSON: it is nested too deeply"),
        (
            "rows.jsonl",
            f'{{"a": {"9" * 5000}}}',
            "rows.jsonl:1: is not JSON: a number in it has more digits than are read",
        ),
    ],
)
def test_bounds_of_python_are_told_in_our_words(name: str, content: str, told: str, invoke: Invoke) -> None:
    Path(name).write_text(content, "utf-8")
    done = invoke("import", "table", name, "--guess")
    assert (done.exit_code, told in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("cells", "made", "told"),
    [
        (
            ("01/02/2023", "13/02/2023", "31/02/2023", "2/3/2023"),
            'date = "dmy" }',
            'No date so: line 4 has "31/02/2023".',
        ),
        (
            ("01/02/2023", "02/13/2023", "14/02/2023", "2/3/2023", "3/3/2023"),
            'date = "dmy" } # or',
            'line 3 has "02/13/2023"',
        ),
        (("2023-02-01", "2023-02-02", "2023", "soon"), 'date = "ymd" }', 'line 5 has "soon"'),
        (("2023-02-01", "1/2/2023", "2023-02-02", "13/2/2023", "?"), 'date = ["ymd", "dmy"] }', 'line 6 has "?"'),
        (("44319", "44320", "44321", "3.5.21"), 'date = "excel" }', 'line 5 has "3.5.21"'),
        (
            ("2021-05-03", *["?"] * 5, *["2021-05-04"] * 20),
            'date = "ymd" }',
            '"?", line 5 has "?", and 2 more. Mend such',
        ),
    ],
)
def test_a_form_is_guessed_by_nearly_all_cells_and_the_others_are_told(
    cells: tuple[str, ...], made: str, told: str, invoke: Invoke
) -> None:
    rows = "".join(f"{number},{cell},text {number}\n" for number, cell in enumerate(cells))
    Path("rows.csv").write_text(f"No,Day,What\n{rows}", "utf-8")
    guessed = invoke("import", "table", "rows.csv", "--guess").stdout
    assert f'occurred = {{ from = "Day", {made}' in guessed
    assert told in guessed
    Path("guessed.toml").write_text(guessed, "utf-8")
    done = document(invoke, "import", "table", "rows.csv", "--map", "guessed.toml", code=1)
    assert (done["rejected_rows"], done["used"]) == (
        {26: 5}.get(len(cells), 1),
        len(cells) - {26: 5}.get(len(cells), 1),
    )


def test_what_is_mixed_or_a_year_is_guessed_to_be_nothing(invoke: Invoke) -> None:
    rows = "".join(
        f"{year},{mixed},{size}\n"
        for year, mixed, size in zip(
            ("1999", "2000", "2001", "x"),
            ("2021-05-03", "soon", "2021-05-04", "late"),
            ("1.5", "2", "n.a.", "3"),
            strict=True,
        )
    )
    Path("rows.csv").write_text(f"Year,Mixed,Size\n{rows}", "utf-8")
    guessed = invoke("import", "table", "rows.csv", "--guess").stdout
    assert "date =" not in guessed
    assert '# { from = "Size", number = true }: 1.5\n# No number so: line 4 has "n.a.". Mend such cells' in guessed
