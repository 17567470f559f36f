"""Outside text is shown as it is, and is never more than text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from projections.exports.text import link, markdown, plain
from tests.projections.exports.hostile import HOSTILE, texts
from tracker.unseen import UNSEEN

if TYPE_CHECKING:
    from markdown_it.token import Token

_ISOLATES: Final = str.maketrans("", "", "\u2068\u2069")
#: Where a text may stand in what we write, and the tags that are ours there.
PLACES: Final = {
    "alone": ("{}", ["p"]),
    "heading": ("# {}", ["h1"]),
    "item": ("- {}", ["ul", "li", "p"]),
    "numbered": ("1. {}", ["ol", "li", "p"]),
    "bold": ("- x **a{}b** y", ["ul", "li", "p", "strong"]),
    "struck": ("x ~~a{}b~~ y", ["p", "s"]),
    "cell": ("| a |\n| --- |\n| {} |", ["table", "thead", "tr", "th", "tbody", "tr", "td"]),
}
READERS: Final = {
    "commonmark": MarkdownIt("commonmark").enable(["table", "strikethrough"]),
    "gfm": MarkdownIt("gfm-like"),
}


def parsed(reader: str, text: str) -> tuple[list[str], str]:
    """Return the tags that a reader of Markdown makes of a document, and the text that it shows."""
    tags: list[str] = []
    shown: list[str] = []

    def walk(tokens: list[Token]) -> None:
        for token in tokens:
            if token.children is not None:
                walk(token.children)
            elif token.nesting == 1:
                tags.append(token.tag)
            elif token.nesting == 0:
                if token.type not in {"text", "text_special"}:
                    tags.append(token.type)
                shown.append(token.content)

    walk(READERS[reader].parse(text))
    return tags, "".join(shown).translate(_ISOLATES)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("place", PLACES)
@given(texts)
@example("\\|")
@example("2024. x")
@example("0 ##")
def test_markdown_shows_a_text_as_it_is_and_takes_none_of_it_for_markup(place: str, reader: str, text: str) -> None:
    template, ours = PLACES[place]
    tags, shown = parsed(reader, template.format(markdown(text)))
    wanted = plain(text).translate(_ISOLATES)
    about = shown.removeprefix("a") if place == "cell" else shown
    if "{}" in template.replace("a{}b", ""):
        assert about.strip() == wanted.strip()
    else:
        assert wanted in about
    assert [tag for tag in tags if tag != "p"] == [tag for tag in ours if tag != "p"]


def test_the_readers_here_do_read_markup() -> None:
    assert "a" in parsed("gfm", "see https://evil.example/x and www.evil.example")[0]
    assert "html_inline" in parsed("commonmark", "a <b>x</b>")[0]
    assert parsed("gfm", "~~a~~")[0] == ["p", "s"]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_hostile_text_is_inert_at_the_beginning_and_in_the_middle(text: str) -> None:
    for document in (f"{markdown(text)}", f"x {markdown(text)} y"):
        assert parsed("gfm", document)[0] == ["p"]


@given(texts)
def test_nothing_unseen_leaves_and_nothing_is_dropped(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    joiners = re.sub(r"(?<=[\u0620-\u0dff])[\u200c\u200d](?=[\u0620-\u0dff])", "", shown)
    assert re.search(f"[{UNSEEN}]", joiners) is None
    visible = [letter for letter in text if not letter.isspace() and not re.match(f"[{UNSEEN}]", letter)]
    rest = iter(shown)
    assert all(letter in rest for letter in visible), "every letter is there, in its order"


def test_a_text_read_from_the_right_is_set_apart() -> None:
    assert markdown("مرحبا") == "&#x2068;مرحبا&#x2069;"
    assert parsed("gfm", f"{markdown('مرحبا')} 2024-05-01") == (["p"], "مرحبا 2024-05-01")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c&d=%20#e",
        "HTTPS://example.org/",
        "https://example.org/é",
        "https://user@example.org/",
    ],
)
def test_addresses_of_the_web_may_be_links(address: str) -> None:
    assert link(address) == address
    assert parsed("commonmark", f"<{address}>")[0] == ["p", "a"]


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://example.org",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "mailto:a@example.org",
        "//example.org",
        "/a",
        "https:",
        "https://",
        "https:///a",
        "https:example.org",
        " https://example.org",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org/\u202egpj",
        "https://example.org/\u200b",
        'https://example.org/"onclick="x',
        "https://example.org/'",
        "https://example.org/<b>",
        "https://example.org\\@evil.example",
        "https://[::1",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
    ],
)
def test_anything_else_is_no_link(address: str | None) -> None:
    assert link(address) is None


@given(st.one_of(texts, texts.map("https://example.org/{}".format)))
def test_what_may_be_a_link_holds_nothing_that_ends_it(text: str) -> None:
    found = link(text)
    if found is not None:
        assert found == text
        assert found.lower().startswith(("http://", "https://"))
        assert not re.search(f"[\\s<>\"'`{UNSEEN}]", found)
        assert parsed("commonmark", f"<{found}>")[0] == ["p", "a"]
