"""Outside text on a terminal: everything unseen or obeyed is made visible, and nothing else is changed."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.unseen import escape_json
from tui.text import clean, clean_lines, listed, shorten, width

CHECKOUT = Path(__file__).resolve().parents[2]
any_text = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J\x1b]52;c;aGk=\x07", "␛[2J␛]52;c;aGk=␇"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "␛]8;;https://example.org␛\\link␛]8;;␛\\"),
        ("a\nb\rc\td\0", "a␊b␍c␉d␀"),
        ("\x7f\x9b31m", "␡⟨U+009B⟩31m"),
        ("user\u202egpj.exe", "user⟨U+202E⟩gpj.exe"),
        ("\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("so\xadft", "so⟨U+00AD⟩ft"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\udc80", "⟨U+DC80⟩"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("Élysée, Niamey – “ici”", "Élysée, Niamey – “ici”"),
        ("النيجر", "النيجر"),
        ("尼日尔", "尼日尔"),
    ],
)
def test_what_is_unseen_or_obeyed_is_made_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_joiner_stays_where_spelling_needs_it_and_shows_elsewhere() -> None:
    persian = "می\u200cخواهم"  # noqa: RUF001 - Persian
    assert clean(persian) == persian
    assert clean("a\u200cb") == "a⟨U+200C⟩b"
    assert clean("\u200cمی") == "⟨U+200C⟩می"


@given(any_text)
def test_no_control_or_format_character_is_left(text: str) -> None:
    for character in clean(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }


@given(any_text)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(any_text)
def test_lines_keep_their_breaks_and_nothing_else_that_a_terminal_obeys(text: str) -> None:
    shown = clean_lines(text)
    assert all(unicodedata.category(character) != "Cc" or character == "\n" for character in shown)
    assert shown.count("\n") == text.count("\n")


@given(any_text)
def test_json_means_the_same_and_holds_no_command(text: str) -> None:
    document = escape_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(document) == {"text": text}
    assert all(unicodedata.category(character) not in {"Cc", "Cs"} for character in document)


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("Niamé", 5), ("e\u0301", 1), ("尼日尔", 6), ("\uff46", 2), ("—", 1)]
)
def test_width_is_counted_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_shortened_text_fits(text: str, columns: int) -> None:
    text = clean(text)
    assert width(shorten(text, columns)) <= columns
    if width(text) <= columns:
        assert shorten(text, columns) == text


def test_a_long_list_of_names_is_cut_and_says_by_how_many() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([]) == ""
    twelve = list("abcdefghijkl")
    assert listed(twelve) == ", ".join(twelve)
    assert listed([*twelve, *map(str, range(1_173))]) == f"{', '.join(twelve)} … and 1,173 more"
