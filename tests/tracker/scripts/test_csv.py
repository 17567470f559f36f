"""CSV: a row is an entry, a dotted column a field inside it, an empty cell nothing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scripts.csv import read

if TYPE_CHECKING:
    from tracker.scripts.formats import ScriptItem


def items(text: str | bytes) -> list[ScriptItem]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def data(text: str | bytes) -> list[Any]:
    found = items(text)
    assert [item.problems for item in found] == [()] * len(found)
    return [item.data for item in found]


def problems(text: str | bytes) -> list[str]:
    return [f"{item.line}: {problem}" for item in items(text) for problem in item.problems]


def test_columns_name_fields_and_parts_of_them() -> None:
    text = (
        "event,negotiation,strength.low,evidence.0.source,evidence.0.quote,evidence.1.source,toward.0,toward.1\n"
        'X,us-niger,650,wire,"one, two",daily,RUS,CHN\n'
        "Y,us-niger,,wire,,,,\n"
    )
    assert data(text) == [
        {
            "event": "X",
            "negotiation": "us-niger",
            "strength": {"low": "650"},
            "evidence": [{"source": "wire", "quote": "one, two"}, {"source": "daily"}],
            "toward": ["RUS", "CHN"],
        },
        {"event": "Y", "negotiation": "us-niger", "evidence": [{"source": "wire"}]},
    ]


def test_every_cell_stays_the_text_that_it_is() -> None:
    row = ["2024-03-16", "no", "0356", "1000", "'=1+1", "=1+1", " x ", "NULL", "null", "~"]
    text = "event," + ",".join(f"f{number}" for number in range(len(row))) + "\nX," + ",".join(row) + "\n"
    assert list(data(text)[0].values())[1:] == row


def test_null_removes_a_field_in_changes_only() -> None:
    text = "event,entry,changes.occurred,changes.strength.value,reason\nEntryCorrected,e,null,null,null\n"
    assert data(text) == [
        {
            "event": "EntryCorrected",
            "entry": "e",
            "changes": {"occurred": None, "strength": {"value": None}},
            "reason": "null",
        }
    ]


def test_a_list_may_stand_in_one_cell() -> None:
    text = "event,toward,by,text\nPartnershipOpennessDeclared,RUS; CHN;IRN,,a;b\nAgreementSigned,,NER,\n"
    assert data(text) == [
        {"event": "PartnershipOpennessDeclared", "toward": ["RUS", "CHN", "IRN"], "text": "a;b"},
        {"event": "AgreementSigned", "by": ["NER"]},
    ]


def test_an_apostrophe_before_a_columns_name_keeps_one_from_the_text() -> None:
    text = "event,'note,text\nX,'=1+1,'=1+1\nX,',\nX,''a',b\nX,plain,\n"
    assert data(text) == [
        {"event": "X", "note": "=1+1", "text": "'=1+1"},
        {"event": "X", "note": ""},
        {"event": "X", "note": "'a'", "text": "b"},
        {"event": "X", "note": "plain"},
    ]


def test_a_list_may_have_no_items() -> None:
    text = "event,parties,evidence,note\nTalksAnnounced,[],[],[]\n"
    assert data(text) == [{"event": "TalksAnnounced", "parties": [], "evidence": [], "note": "[]"}]


def test_changes_may_be_a_json_object() -> None:
    text = 'event,changes\nEntryCorrected,"{""a.b"": [1, null], ""0"": """"}"\n'
    assert data(text) == [{"event": "EntryCorrected", "changes": {"a.b": [1, None], "0": ""}}]
    for wrong, said in (("{x", "is not JSON"), ('{"a":1,"a":2}', "is there twice in one object")):
        cell = wrong.replace('"', '""')
        (problem,) = problems(f'event,changes\nEntryCorrected,"{cell}"\n')
        assert problem.startswith("2: changes: ")
        assert said in problem


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_spreadsheets_write_is_understood(separator: str, end: str, mark: str) -> None:
    rows = [
        ["event", "note", "toward.0"],
        ["X", 'one, two; "three"\tfour', "RUS"],
        ["", "", ""],
        ["Y", "five\nsix", ""],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    found = items(mark + out.getvalue())
    assert [(item.line, item.data) for item in found] == [
        (2, {"event": "X", "note": 'one, two; "three"\tfour', "toward": ["RUS"]}),
        (4, {"event": "Y", "note": "five\nsix"}),
    ]


def test_a_line_break_in_a_cell_is_the_same_however_an_editor_writes_it() -> None:
    text = 'event,text\nX,"one\ntwo"\nY,"three\nfour"\n'
    assert items(text.replace("\n", "\r\n")) == items(text)


def test_an_entry_is_on_the_line_where_its_row_begins() -> None:
    text = '\n\nevent,note\nX,"a\nb\n\nc"\n\nY,d\nZ\n'
    assert [item.line for item in items(text)] == [4, 9, 10]


@pytest.mark.parametrize("text", ["", "\n\n", "event,note\n", "event,note\n,\n\n", "\ufeff"])
def test_a_file_with_nothing_in_it_has_no_items(text: str) -> None:
    assert items(text) == []


def test_places_in_a_list_that_are_empty_are_closed_up() -> None:
    assert data("event,toward.1,toward.0,toward.7\nX,b,,c\n") == [{"event": "X", "toward": ["b", "c"]}]
    assert data("event,a.10,a.9\nX,ten,nine\n") == [{"event": "X", "a": ["nine", "ten"]}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("party,note\nNER,x\n", ["1: the first row has no column event; it names the columns, such as event,"]),
        ("X,us-niger,NER\n", ["1: the first row has no column event"]),
        (
            "No,Day,Against,Measure\n1,2020,IRN,oil\n",
            [
                (
                    "1: the first row has no column event; it names the columns, such as event,negotiation,party; "
                    "of any other table, `communique import table FILE --guess` makes a first map"
                )
            ],
        ),
        ("event,note,note\nX,a,b\n", ["1: note: names two columns; keep one of them"]),
        ("event,note,'note\nX,a,b\n", ["1: note: names two columns; keep one of them"]),
        ("event,a\nX\n", ["2: has 1 cells, but the first row names 2 columns"]),
        ("event,a\nX,1,2\nY,3\n", ["2: has 3 cells, but the first row names 2 columns"]),
        ("event,,a\nX,surprise,1\n", ["2: the cell 'surprise' is in a column without a name"]),
        ("event,s,s.value\nX,1,2\n", ["2: s.value: is given twice, or both as a whole and in parts"]),
        ("event,s.value,s\nX,1,2\n", ["2: s: is given twice, or both as a whole and in parts"]),
        ("event,a..b\nX,1\n", ["2: a..b: is not a field's name; write it as in evidence.0.source"]),
        ("event,changes,changes.a\nX,{},1\n", ["2: changes.a: is given twice, or both as a whole and in parts"]),
        ("event,.a\nX,1\n", ["2: .a: is not a field's name"]),
        ("event," + ".".join("a" * 30) + "\nX,1\n", ["2: a.a.a."]),
        ("event,a\rX,1\rY,2\r", ["1: is not CSV: a carriage return stands alone"]),
        ('event,"a\nX,1\n', ["1: is not CSV: a quotation mark in the row is not closed"]),
        ('event,a\nX,"b"c\nY,d\n', ["2: is not CSV: ',' expected after '\"'; put a cell with a quotation mark"]),
        ('event,a\nX,b\nY,"c\nZ,d\n', ["3: is not CSV: a quotation mark in the row is not closed"]),
        ("event,a\nX,b\rc\nY,d\n", ["2: is not CSV: a carriage return stands alone"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, expected: list[str]) -> None:
    found = problems(text)
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start)


def test_the_rows_after_a_wrong_one_are_read() -> None:
    assert [item.data for item in items('event,a\nX,"b"c\nY,d\n')] == [None, {"event": "Y", "a": "d"}]


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"event,a\nX,1\nY,caf\xe9\nZ,2\n", "3: byte 6 of the line (0xe9) is not UTF-8; save the file as UTF-8"),
        ("event,a\nX,é\n".encode("utf-16"), "1: this looks like UTF-16; save the file as UTF-8"),
        (b"event,a\nX,1\nY,\0\n", "3: byte 3 of the line is a NUL; save the file as UTF-8 text"),
        (b"event,a\nX,1\nY," + b"x" * 1_200_000, "3: the line is longer than 1 MiB"),
        (b'event,a\nX,1\nY,"' + b"x\n" * 600_000, "3: is not CSV: a cell goes on for more than 1 MiB"),
        (
            b'event,a\nX,1\n"' + b'xxxx\n","' * 300_000,
            "3: the row goes on for more than 2 MiB; close the quotation mark",
        ),
    ],
)
def test_what_cannot_be_read_on_is_told_once(text: bytes, expected: str) -> None:
    found = items(text)
    (problem,) = (f"{item.line}: {problem}" for item in found for problem in item.problems)
    assert problem.startswith(expected)
    first = found[0]
    assert first.data == {"event": "X", "a": "1"} or expected.startswith("1:")


def test_thousands_of_columns_make_no_trouble() -> None:
    columns = ["event", *(f"changes.field-{number}.value" for number in range(5000))]
    row = ["EntryCorrected", *("x" for _ in range(5000))]
    (found,) = data(",".join(columns) + "\n" + ",".join(row) + "\n")
    assert len(found["changes"]) == 5000


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=8)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
def test_any_cells_written_by_the_csv_module_are_read_as_they_are(rows: list[list[str]], separator: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["event", "a", "b.c", "d.0"])
    writer.writerows([["X", *row] for row in rows])
    expected = [
        {"event": "X"} | ({"a": a} if a else {}) | ({"b": {"c": c}} if c else {}) | ({"d": [d]} if d else {})
        for a, c, d in rows
    ]
    assert data(out.getvalue()) == expected


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Event,Negotiation,Party", ["Event: is no column's name in the first row; did you mean 'event'?"]),
        ("event,negotiation,Attributed To", []),
        ("event,Party,party", []),
        ("event,Text Quoted", []),
        ("event,In-Reply-To", ["In-Reply-To: is no column's name in the first row; did you mean 'in_reply_to'?"]),
        ("event,Party.0", ["Party.0: is no column's name in the first row; did you mean 'party'?"]),
    ],
)
def test_a_column_that_is_written_otherwise_is_told_once_with_the_field_that_is_meant(
    header: str, told: list[str]
) -> None:
    rows = f"{header}\n" + ",".join("x" for _ in header.split(",")) + "\n"
    found = [item for item in read(io.BytesIO(rows.encode() * 2)) if item.line == 1]
    assert [f"{problem.field}: {problem.message}" for item in found for problem in item.problems][:1] == told


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_what_separates_cells_is_read_from_the_line_that_a_spreadsheet_writes(first: str) -> None:
    (item,) = read(io.BytesIO(f"{first}\r\nevent;text\r\nX;a,b\r\n".encode()))
    assert (item.line, item.data) == (3, {"event": "X", "text": "a,b"})


def test_a_list_with_commas_in_one_cell_is_told_how_to_be_written() -> None:
    (item,) = read(io.BytesIO(b'event,negotiation,agreement,by\nAgreementSigned,lake,a,"NOR, SWE"\n'))
    assert [str(problem) for problem in item.problems] == [
        "by: a list stands in one cell with semicolons: write NOR;SWE"
    ]
