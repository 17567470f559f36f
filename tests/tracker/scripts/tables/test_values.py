"""The language of maps: templates, steps in their order, conditions, cells, lookups, joins, unpivoted columns."""

from __future__ import annotations

import csv
import io
import json
import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.codec import as_written
from tracker.errors import ContentError, EntryRejectedError
from tracker.scripts.tables.functions import template
from tracker.scripts.tables.importing import TableSource, import_table
from tracker.scripts.tables.places import line_of, lines_of_keys
from tracker.scripts.tables.previewing import preview

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.log import EventLog


#: Any text but what no entry may hold: halves of pairs of UTF-16.
_CHARACTERS: Final = st.characters(exclude_categories=["Cs"])


def made(folder: Path, value: str, rows: str, extra: str = "", name: str = "rows.csv") -> list[Any]:
    """Return what a value gives as the note of an agreement a row; what is wrong stands for the row as a message."""
    (folder / name).write_text(rows, "utf-8")
    (folder / "map.toml").write_text(
        f"negotiation = 'n'\n{extra}\n[[entry]]\nevent = 'AgreementNegotiated'\nagreement = 'x'\nnote = {value}\n",
        "utf-8",
    )
    source = TableSource((folder / name,), str(folder / "map.toml"))
    return [
        str(row.problems[0].message) if row.problems else row.entries[-1].get("note") for row in preview(source, 1000)
    ]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("'{a}-{b}'", ["1-x", None]),
        ("'{{a}} {a}'", ["{a} 1", "2"]),
        ("'plain'", ["plain", "plain"]),
        ("{ from = 'b', default = 'none' }", ["x", "none"]),
        ("{ from = 'b', default = { from = 'a', default = 'none' } }", ["x", "2"]),
        ("{ from = '{a} {a}', cut = 2 }", ["1 ", "2 "]),
        ("{ from = 'c', squeeze = true }", ["Two Words", "É"]),
        ("{ from = 'c', slug = true }", ["two-words", "e"]),
        ("{ from = 'c', squeeze = true, lower = true, cut = 5 }", ["two w", "é"]),
        ("{ from = 'c', squeeze = true, lookup = 'words' }", ["2", "e acute"]),
        ("{ from = 'b', when = { a = '1' } }", ["x", None]),
        ("{ from = 'a', when = { b = false } }", [None, "2"]),
        ("{ from = 'a', when = { c = { match = '^Two' } } }", ["1", None]),
        ("{ from = 'a', when = { a = { not = ['1', '3'] } } }", [None, "2"]),
        ("'{d.first}/{d.rest}'", ["T/wo", None]),
        ("'{j.name}'", ["One", None]),
        ("'{row} {file} {stem}'", ["1 rows.csv rows", "2 rows.csv rows"]),
    ],
)
def test_a_value(value: str, found: list[Any], tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("key;name\nN-1;One\nN-3;Three\n", "utf-8")
    extra = (
        "null = ['-']\n[lookup.words]\n'two words' = '2'\n'É' = 'e acute'\n"
        "[cells.d]\nfrom = 'c'\nmatch = '^(?P<first>[A-Z])(?P<rest>[a-z]+)'\n"
        "[join.j]\nfile = 'other.csv'\nkey = 'key'\non = 'N-{a}'\n"
    )
    if "{a}} " in value:
        found = ["{a} 1", "{a} 2"]
    assert made(tmp_path, value, "a,b,c\n1,x,Two   Words\n2,-,É\n", extra) == found


def test_a_lookup_may_be_a_file_and_a_miss_rejects_unless_there_is_a_default(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text("code,meaning\n1,One\n", "utf-8")
    extra = "[lookup.codes]\nfile = 'codes.csv'\nkey = 'code'\nvalue = 'meaning'\n"
    rows = "a\n1\n2\n"
    told = "the lookup codes has no '2'; add it there, or give a default"
    assert made(tmp_path, "{ from = 'a', lookup = 'codes' }", rows, extra) == ["One", told]
    assert made(tmp_path, "{ from = 'a', lookup = 'codes', default = 'other' }", rows, extra) == ["One", "other"]
    assert made(tmp_path, "{ from = 'a', lookup = 'codes', default = '{}' }", rows, extra) == ["One", "2"]
    with pytest.raises(EntryRejectedError, match=r"map\.toml:2: lookup\.codes: none\.csv|No such file"):
        made(tmp_path, "'x'", rows, extra.replace("codes.csv", "none.csv"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("United Kingdom", "GBR"),
        ("UNITED STATES OF AMERICA", "USA"),
        ("cote d'ivoire", "CIV"),
        ("no", "NOR"),
        ("NOR", "NOR"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Lake Confederation", "lake-confederation"),
    ],
)
def test_states_are_looked_up_by_their_names_and_codes(name: str, found: str, tmp_path: Path) -> None:
    value = "{ from = 'a', lookup = 'iso3166', default = '{}', slug = true }"
    assert made(tmp_path, value, f"a\n{name}\n") == [found]


def test_rows_of_json_may_lie_deep_and_hold_lists(tmp_path: Path) -> None:
    rows = json.dumps({"data": {"rows": [{"a": {"b": 1}, "c": ["x", "y"]}, {"a": {}, "c": [{"d": True}]}, 7]}})
    extra = "rows = 'data.rows'"
    assert made(tmp_path, "'{a.b} {c} {c.0}'", rows, extra, "rows.json")[:2] == ["1 x; y x", None]
    assert made(tmp_path, "'{c.0.d}'", rows, extra, "rows.json")[1:] == [
        "true",
        "is no object; a row of JSON names its columns",
    ]
    with pytest.raises(ContentError, match="there is no list of rows at data; say in the map's `rows` where it is"):
        made(tmp_path, "'x'", rows, "rows = 'data'", "rows.json")


def test_columns_become_rows(log: EventLog, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("who,2019,2020,2021\nNOR,1,-,3\n", "utf-8")
    (tmp_path / "map.toml").write_text(
        "negotiation = 'n'\nnull = ['-']\nunpivot = { keep = ['who'], name = 'year', value = 'count' }\n"
        "where = { count = true }\n[[register]]\nevent = 'PartyAdded'\nparty = '{who}'\n[[entry]]\n"
        "event = 'FigureReported'\nid = '{who}-{year}'\nabout = 'party:{who}'\nquantity = 'ships'\n"
        "occurred = '{year}'\n"
        "figure = { value = { from = 'count', number = true } }\n",
        "utf-8",
    )
    done = import_table(log, TableSource((tmp_path / "rows.csv",), str(tmp_path / "map.toml")))
    assert (done.rows, done.used, done.filtered, list(done.unmapped)) == (3, 2, 1, [])
    assert [one.id for one in log.read("n")][1:] == ["nor-2019", "nor-2021"]


def test_a_subject_that_is_repeated_gets_a_suffix_the_same_in_all_entries_of_its_row(
    log: EventLog, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("n,t\n1,Ceasefire\n2,Ceasefire\n", "utf-8")
    subject = "agreement = { from = 't', slug = true, repeated = 'suffix' }\n"
    (tmp_path / "map.toml").write_text(
        f"negotiation = 'n'\n[[entry]]\nevent = 'AgreementNegotiated'\n{subject}"
        "[[entry]]\nevent = 'AgreementExpired'\nrepeated = 'suffix'\nagreement = { from = 't', slug = true }\n",
        "utf-8",
    )
    import_table(log, TableSource((tmp_path / "rows.csv",), str(tmp_path / "map.toml")))
    named = [(one.event.event, as_written(one)["agreement"]) for one in log.read("n")]
    assert named == [
        ("AgreementNegotiated", "ceasefire"),
        ("AgreementExpired", "ceasefire"),
        ("AgreementNegotiated", "ceasefire-2"),
        ("AgreementExpired", "ceasefire-2"),
    ]


def test_a_row_with_more_or_fewer_cells_is_rejected(tmp_path: Path) -> None:
    rows = "a,b\n1,2,3\n4\n5,6\n"
    told = "cells, but the first row names 2 columns"
    assert made(tmp_path, "'{a}'", rows) == [f"has 3 {told}", f"has 1 {told}", "5"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [('a\n"x\n', "is not CSV: a quotation mark is not closed"), ("", "there is nothing in it")],
)
def test_a_table_that_cannot_be_read_on_is_told(rows: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=told):
        made(tmp_path, "'x'", rows)


def test_a_table_in_utf_16_is_read_as_spreadsheets_write_it(tmp_path: Path) -> None:
    made(tmp_path, "'{a}'", "a\n1\n")
    (tmp_path / "rows.csv").write_text("a\tb\n1\té\n", "utf-16")
    source = TableSource((tmp_path / "rows.csv",), str(tmp_path / "map.toml"))
    assert [row.entries[-1]["note"] for row in preview(source, 9)] == ["1"]


@given(
    rows=st.lists(
        st.tuples(st.text(_CHARACTERS, max_size=20), st.text(_CHARACTERS, max_size=20)), min_size=1, max_size=8
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_every_cell_arrives_as_it_was_written(
    rows: list[tuple[str, str]], delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("no", "a", "b"), *(("x", *row) for row in rows)])
    path = folder / "rows.csv"
    path.write_bytes(written.getvalue().encode())
    (folder / "map.toml").write_text(
        "negotiation = 'n'\n[[entry]]\nevent = 'AgreementNegotiated'\nagreement = 'x'\nnote = '{a}'\ntitle = '{b}'\n"
    )
    found = [row.entries[-1] for row in preview(TableSource((path,), str(folder / "map.toml")), 1000)]
    assert [(one.get("note"), one.get("title")) for one in found] == [
        tuple(cell if cell.strip() else None for cell in row) for row in rows
    ]


def test_a_template_is_read_once() -> None:
    assert template("{a}{b}").names == ("a", "b")
    assert template("{{}}")({}) == "{}"


def test_keys_of_toml_have_lines() -> None:
    found = lines_of_keys(
        'a = 1\n[b."c d"]\ne.f = [\n  { g = 1 },\n]\n[[h]]\ni = "x"\n[[h]]\ni = """\nj = 2\n"""\nk = 1\n'
    )
    assert line_of(found, ("b", "c d", "e", "f", 0, "g")) == 3
    assert line_of(found, ("h", 1, "i")) == 9
    assert line_of(found, ("h", 1, "j")) == 8
    assert line_of(found, ("h", 1, "k")) == 12
    assert line_of(found, ("z",)) == 0


@pytest.mark.parametrize(
    ("extra", "where"),
    [
        ("[cells.d]\nfrom = 'a'\nmatch = '(?P<e>(a|aa)+)$'\n", "4: cells.d.match"),
        pytest.param("where = { a = { match = '(a|aa)+$' } }\n", "2: where.a.match", marks=pytest.mark.long),
    ],
)
def test_an_expression_that_would_try_for_ever_is_told(extra: str, where: str, tmp_path: Path) -> None:
    told = f"takes more than a second on '{'a' * 40}'…; write it so that no part that repeats stands in another one"
    with pytest.raises(EntryRejectedError) as raised:
        made(tmp_path, "'{a}'", f"a\n{'a' * 40}b\n", extra)
    (problem,) = raised.value.problems
    assert str(problem).startswith(f"{tmp_path}/map.toml:{where}: {told}")
    # As it comes from another process, too.
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301 - our own bytes
    assert (again.problems, again.rejected, str(again)) == (raised.value.problems, 1, str(raised.value))
