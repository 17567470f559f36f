"""JSON Lines: what is an entry is read, what is not is told with its line and column, however large or hostile."""

from __future__ import annotations

import io
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scripts.formats import MAX_DEPTH, MAX_LINE, ScriptItem
from tracker.scripts.jsonl import read


def items(text: str | bytes) -> list[ScriptItem]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def problems(text: str | bytes) -> list[str]:
    return [f"{item.line}: {problem}" for item in items(text) for problem in item.problems]


def test_each_line_is_an_item_and_blank_lines_are_none() -> None:
    assert items('{"a":1}\n\n  \t\r\n{"b":[2]}\r\n{"c":null}') == [
        ScriptItem(1, {"a": 1}),
        ScriptItem(4, {"b": [2]}),
        ScriptItem(5, {"c": None}),
    ]


@pytest.mark.parametrize("text", ["", "\n", "\n\n \n", "\ufeff", "\ufeff\n"])
def test_a_file_with_nothing_in_it_has_no_items(text: str) -> None:
    assert items(text) == []


def test_a_byte_order_mark_is_passed_over() -> None:
    assert items('\ufeff{"a":1}\n{"b":2}') == [ScriptItem(1, {"a": 1}), ScriptItem(2, {"b": 2})]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_told_once(encoding: str) -> None:
    assert problems('{"a":1}\n{"b":2}\n'.encode(encoding)) == ["1: this looks like UTF-16; save the file as UTF-8"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"note":"caf\xe9"}', "byte 13 of the line (0xe9) is not UTF-8; save the file as UTF-8"),
        (b'{"note":"\xc0\x80"}', "byte 10 of the line (0xc0) is not UTF-8"),
        (b'{"note":"\xed\xa0\x80"}', "byte 10 of the line (0xed) is not UTF-8"),
        (b'{"note":"a\0b"}', "byte 11 of the line is a NUL; save the file as UTF-8 text"),
        (b'{"note":"a\x01b"}', "is not JSON: control character"),
    ],
)
def test_what_is_no_text_is_told_with_its_byte(line: bytes, expected: str) -> None:
    (first, second) = items(b'{"a":1}\n' + line + b"\n")
    assert (first.problems, second.line) == ((), 2)
    assert str(second.problems[0]).startswith(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"a":1', "is not JSON: EOF while parsing an object at the end of the line; write one JSON object a line"),
        ('{"a" 1}', "is not JSON: expected `:` at column 6; "),
        ('{"é":"éé" 1}', "is not JSON: expected `,` or `}` at column 11; "),
        ("{'a':1}", "is not JSON: key must be a string at column 2; "),
        ('{"a":1,}', "is not JSON: trailing comma at column 8; "),
        ('{"a":1} x', "is not JSON: trailing characters at column 9; "),
        ('{"a":01}', "is not JSON: invalid number at column 7; "),
        ('{"a":NaN}', "is not JSON: expected value at column 6; "),
        ('{"a":Infinity}', "is not JSON: expected value at column 6; "),
        ('{"a":-Infinity}', "is not JSON: invalid number at column 7; "),
        ('{"a":"\\ud800"}', "is not JSON: unexpected end of hex escape at column 13; "),
        ('{"a":"\\x"}', "is not JSON: invalid escape at column 8; "),
        ("# a comment", "is not JSON: expected value at column 1; "),
        ("event: StatementMade", "is not JSON: expected value at column 1; "),
    ],
)
def test_broken_json_is_told_with_its_column(line: str, expected: str) -> None:
    (problem,) = problems(f'{{"a":1}}\n{line}\n{{"b":1}}\n')
    assert problem.startswith(f"2: {expected}")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('{"a":1,"a":1}', ["a"]),
        ('{"a" : 1, "b":2, "a"\t:3}', ["a"]),
        ('{"evidence":[{"source":"x","source":"y"}]}', ["evidence.0.source"]),
        ('{"x":{"y":{"z":1,"z":2}}}', ["x.y.z"]),
        ('{"a":1,"\\u0061":2}', ["a"]),
        ('{"a":"x: \\"b\\": c","a":2}', ["a"]),
        ('{"a":1,"a":2,"b":1,"b":2}', ["a", "b"]),
        ('[{"a":1,"a":2}]', ["0.a"]),
    ],
)
def test_a_name_that_is_twice_in_an_object_is_told(line: str, names: list[str]) -> None:
    assert problems(line) == [f"1: {name}: is there twice in one object; keep one of them" for name in names]


@pytest.mark.parametrize(
    "line",
    [
        '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
        '{"note":"at 12:30: \\"he\\": said","url":"https://example.org:80/"}',
        '{"note":"\\"a\\":1, \\"a\\":2"}',
        '{"":{"":[]}}',
    ],
)
def test_what_only_looks_like_a_name_twice_is_not(line: str) -> None:
    assert items(line) == [ScriptItem(1, json.loads(line))]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text('ab:"\\{}[], \té', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab:"\\', max_size=2), inner, max_size=3),
    max_leaves=12,
)


@given(json_values, st.sampled_from([None, (" , ", "\t:  "), (",", ":")]), st.booleans())
def test_any_json_is_read_as_it_is(value: Any, separators: tuple[str, str] | None, ascii_only: bool) -> None:  # noqa: ANN401
    line = json.dumps(value, separators=separators, ensure_ascii=ascii_only)
    assert items(line) == [ScriptItem(1, value)]


pairs = st.lists(st.tuples(st.text('ab:"\\', max_size=2), st.text('ab:"', max_size=4)), min_size=1, max_size=4)


@given(pairs, st.sampled_from([":", " :", ": ", "\t: "]))
def test_names_twice_are_found_whatever_is_around_them(members: list[tuple[str, str]], colon: str) -> None:
    line = "{" + ",".join(f"{json.dumps(name)}{colon}{json.dumps(text)}" for name, text in members) + "}"
    names = [name for name, _ in members]
    assert {problem.field for problem in items(line)[0].problems} == {name for name in names if names.count(name) > 1}


def test_a_line_of_ten_megabytes_is_one_problem_and_its_neighbours_are_read() -> None:
    long = b'{"note":"' + b"x" * 10_000_000 + b'"}'
    first, second, third = items(b'{"a":1}\n' + long + b'\n{"b":2}\n')
    assert (first.data, third) == ({"a": 1}, ScriptItem(3, {"b": 2}))
    assert second.line == 2
    assert [str(problem) for problem in second.problems] == [
        "the line is longer than 1 MiB; put each entry on a line of its own"
    ]


class Slow(io.RawIOBase):
    """A stream without an end, which counts what is taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size <= MAX_LINE + 1
        self.taken += size
        return b"x" * size if self.taken < 50 * MAX_LINE else b""


def test_a_line_without_an_end_is_never_held() -> None:
    stream = Slow()
    (item,) = read(stream)  # type: ignore[arg-type]
    assert str(item.problems[0]).startswith("the line is longer than 1 MiB")
    assert stream.taken >= 50 * MAX_LINE


@pytest.mark.parametrize("length", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_longest_line_that_is_read(length: int, end: bytes) -> None:
    body = b'{"n":"' + b"x" * (length - 8) + b'"}'
    assert len(body) == length
    (item,) = items(body + end)
    assert bool(item.problems) is (length > MAX_LINE)


@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_depth_has_a_limit(opened: str, closed: str) -> None:
    def nested(depth: int) -> str:
        return '{"x":' + opened * depth + "1" + closed * depth + "}"

    assert problems(nested(MAX_DEPTH)) == []
    assert problems(nested(MAX_DEPTH + 1)) == [f"1: lists and mappings lie more than {MAX_DEPTH} levels deep"]
    (problem,) = problems(nested(100_000))
    assert problem.startswith("1: ")


@pytest.mark.parametrize("number", ["1" * 5000, "1e999", "-1e400", "0." + "1" * 5000])
def test_numbers_that_no_computer_holds_are_told_or_read_as_numbers(number: str) -> None:
    (item,) = items(f'{{"a":{number}}}')
    assert item.problems or isinstance(item.data["a"], float)


def test_random_bytes_are_told_line_by_line() -> None:
    source = random.Random(5)
    for _ in range(200):
        data = source.randbytes(source.randrange(200))
        for item in items(data):
            assert item.problems or item.data is not None or b"null" in data


def test_the_lines_are_counted_as_editors_count_them() -> None:
    text = '{"a":"x\u2028y"}\n{"b":"\u0085"}\n{"c":"\\n"}\nbroken'
    assert problems(text)[0].startswith("4: ")
