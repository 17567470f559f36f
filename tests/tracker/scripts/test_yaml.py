"""YAML: the same mappings as JSON Lines gives, and nothing that YAML can do beyond data."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tracker.scripts.formats import MAX_DEPTH, MAX_LINE, ScriptItem
from tracker.scripts.yaml import read


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def _both_parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test with libyaml and, as on a machine without it, with the parser in Python."""
    if request.param == "libyaml":
        if not yaml.__with_libyaml__:
            pytest.skip("this PyYAML was built without libyaml")
    else:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


def items(text: str | bytes) -> list[ScriptItem]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def problems(text: str | bytes) -> list[str]:
    return [str(problem.at("", problem.line or item.line)) for item in items(text) for problem in item.problems]


def test_a_sequence_gives_an_item_for_each_entry() -> None:
    assert items("- event: A\n  n: 1\n\n# a comment\n- event: B\n-\n  event: C\n") == [
        ScriptItem(1, {"event": "A", "n": "1"}),
        ScriptItem(5, {"event": "B"}),
        ScriptItem(7, {"event": "C"}),
    ]


def test_a_stream_of_documents_gives_an_item_for_each() -> None:
    text = "event: A\n---\nevent: B\n---\n- event: C\n- event: D\n...\n---\n"
    assert [(item.line, item.data) for item in items(text)] == [
        (1, {"event": "A"}),
        (3, {"event": "B"}),
        (5, {"event": "C"}),
        (6, {"event": "D"}),
    ]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "---\n---\n", "[]", "\ufeff"])
def test_a_file_with_nothing_in_it_has_no_items(text: str) -> None:
    assert items(text) == []


@pytest.mark.parametrize(
    "word",
    [
        "2024-03-16",
        "2024-05-06T14:30+01:00",
        "no",
        "yes",
        "on",
        "true",
        "False",
        "1000",
        "1_000",
        "0356",
        "0x1f",
        "1e3",
        ".nan",
        ".inf",
        "12:30:45",
        "=",
        "2024-05~",
        "2024-04?",
        "[2024-05-10..2024-05-12]",
        "nil",
        "none",
        "<<",
    ],
)
def test_a_plain_word_stays_as_it_is_written(word: str) -> None:
    text = f"- a: {word!r}\n" if word.startswith("[") else f"- a: {word}\n"
    assert items(text) == [ScriptItem(1, {"a": word})]


@pytest.mark.parametrize(("word", "value"), [("", None), ("~", None), ("null", None), ("'null'", "null"), ('""', "")])
def test_only_null_is_no_value(word: str, value: str | None) -> None:
    assert items(f"- a: {word}\n") == [ScriptItem(1, {"a": value})]


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "written", ["one {} two", '"one {} two"', "'one{}two'", "|-\n    one{}two", ">-\n    one {} two"]
)
def test_a_character_that_no_editor_takes_for_a_line_break_is_none(written: str, mark: str) -> None:
    first, second = items(f"- text: {written.format(mark)}\n- text: x\n")
    assert mark in first.data["text"]
    assert first.data["text"].replace(" ", "") == f"one{mark}two"
    assert second.line == 2 + written.count("\n")


def test_what_stands_in_for_such_a_character_is_refused() -> None:
    (item,) = items("- text: a\U0010fffbb\n")
    assert "the character U+10FFFB at column 10 may not stand in YAML" in str(item.problems[0])


def test_texts_of_several_lines_are_read() -> None:
    (item,) = items('- a: |\n    one\n    two\n  b: >\n    three\n    four\n  c: "five\n    six"\n')
    assert item.data == {"a": "one\ntwo\n", "b": "three four\n", "c": "five six"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a: &x 1\n- b: *x\n", ["1: a: has the anchor &x", "2: b: refers to the anchor &x; write out"]),
        ("- &x {a: 1}\n", ["1: has the anchor &x; leave it out"]),
        ("&x\n- a: 1\n", ["1: has the anchor &x; leave it out"]),
        ("- !!str a\n", ["1: has the tag tag:yaml.org,2002:str; leave it out"]),
        ("- a: !!python/object/apply:os.system [ls]\n", ["1: a: has the tag tag:yaml.org,2002:python/object/apply"]),
        ("- a: !secret x\n", ["1: a: has the tag !secret; leave it out"]),
        ("- a: 1\n  <<: {b: 2}\n", ["2: merges another mapping with <<; write out its fields"]),
        ("- a: 1\n  b: 2\n  a: 3\n", ["3: a: is there twice in one mapping; keep one of them"]),
        ("- x:\n  - y: 1\n    y: 2\n", ["3: x.0.y: is there twice in one mapping; keep one of them"]),
        ("- a: 1\n  'a': 2\n", ["2: a: is there twice in one mapping"]),
        ("- {[a]: 1}\n", ["1: has a key that is no word; write a field's name before the colon"]),
        ("- ? {a: 1}\n  : b\n", ["1: has a key that is no word"]),
        ("- ~: 1\n", ["1: has a key that is no word"]),
    ],
)
def test_what_is_more_than_data_is_refused(text: str, expected: list[str]) -> None:
    found = problems(text)
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start)


def test_the_entries_beside_a_refused_one_are_read() -> None:
    first, second, third = items("- a: 1\n- b: *x\n- c: 3\n")
    assert (first.problems, third) == ((), ScriptItem(3, {"c": "3"}))
    assert len(second.problems) == 1


def test_many_aliases_take_no_memory() -> None:
    lines = ["- a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"- a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    found = items("\n".join(lines))
    assert len(found) == 40
    assert all(item.problems for item in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a: 1\n- b: 'x\n- c: 1\n", "(begun on line 2); mend it here, as nothing after it can be read"),
        ("- a: 1\nb: c\n", "2: is not YAML: "),
        ("a: b: c\n", "1: is not YAML: mapping values are not allowed"),
        ("- [a, b\n", "(begun on line 1)"),
        ("- a: 1\n\t- b: 2\n", "is not YAML: "),
        ("%YAML 3.0\n---\na: 1\n", "is not YAML: found incompatible YAML document"),
        ("- a: @b\n", "1: is not YAML: while scanning for the next token found character"),
    ],
)
def test_broken_yaml_is_told_with_its_line(text: str, expected: str) -> None:
    found = problems(text)
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            b"- a: 1\n- b: 2\n- b: caf\xe9\n- c: 1\n",
            "3: byte 9 of the line (0xe9) is not UTF-8; save the file as UTF-8",
        ),
        (b"- a: 1\n- b: x\x01\n", "2: the character U+0001 at column 7 may not stand in YAML; leave it out"),
        ("- a: 1\n- b: x\ufeff\n".encode(), "2: the character U+FEFF at column 7 may not stand in YAML; leave it out"),
        ("- a: é\n".encode("utf-16"), "1: this looks like UTF-16; save the file as UTF-8"),
        (b"- a: 1\n- b: " + b"x" * (MAX_LINE + 1), "2: the line is longer than 1 MiB; put each entry on a line"),
        (b"- a: 1\n- b: x\0\n", "2: byte 7 of the line is a NUL; save the file as UTF-8 text"),
    ],
)
def test_what_comes_before_a_line_that_is_wrong_is_read(text: bytes, expected: str) -> None:
    found = items(text)
    assert problems(text)[0].startswith(expected)
    assert len(problems(text)) == 1
    assert len(found) == 1 or found[0] == ScriptItem(1, {"a": "1"})


def test_a_byte_order_mark_is_passed_over() -> None:
    assert items("\ufeff- a: 1\n") == [ScriptItem(1, {"a": "1"})]


def test_depth_has_a_limit() -> None:
    assert problems("- a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)) == []
    deep = "- a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "\n- b: 1\n"
    assert problems(deep) == [f"1: a.0.0: lists and mappings lie more than {MAX_DEPTH} levels deep"]
    assert items(deep)[1].data == {"b": "1"}


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="\ufeff"), max_size=8)
names = words.filter(lambda name: name != "<<")
mappings = st.recursive(
    st.none() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


scripts = st.lists(st.dictionaries(names, mappings, max_size=3), min_size=1, max_size=3)


@given(scripts)
def test_any_mappings_written_by_pyyaml_are_read_as_they_are(entries: list[dict[str, Any]]) -> None:
    written = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)
    assert [item.data for item in items(written)] == entries


@given(scripts)
def test_json_is_yaml(entries: list[dict[str, Any]]) -> None:
    written = "\n".join(f"- {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    found = items(written)
    assert [item.problems for item in found] == [()] * len(entries)
    assert [item.data for item in found] == entries
