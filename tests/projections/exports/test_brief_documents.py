"""The two forms of a brief: as they are to look, the same each time, and inert whatever the log holds."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from projections.exports.brief import page, report
from projections.exports.text import plain
from tests.projections.exports.briefs import GOLDENS, made, river_brief
from tests.projections.exports.hostile import HOSTILE, texts
from tracker.unseen import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT: Final = Path(__file__).resolve().parents[3]
EVERYTHING: Final = "\n".join(HOSTILE)
_UNSEEN: Final = re.compile(f"(?![\n])[{UNSEEN}]")
_JOINERS: Final = re.compile(r"(?<=[\u0620-\u0dff])[\u200c\u200d](?=[\u0620-\u0dff])")
#: Every tag of the page, and every attribute; there is no `style`, `src`, `onload` or anything else.
_TAGS: Final = """
    a body br circle cite dd defs del desc div dl dt figcaption figure footer g h1 h2 h3 head header html li line
    lineargradient link main meta nav ol p path rect section span stop strong style svg table tbody td text th thead
    title tr tspan ul
"""
_ATTRIBUTES: Final = """
    aria-hidden aria-label aria-labelledby charset class content cx cy d data-of dir height href http-equiv id lang name
    offset overflow r rel role rx scope stop-opacity tabindex text-anchor width x x1 x2 xmlns y y1 y2
"""


class Reader(HTMLParser):
    """Collects what a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.shown: list[str] = []
        self.styles = ""
        self.other: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["style"] and not self.styles:
            self.styles = data
        else:
            self.shown.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    @property
    def links(self) -> set[str]:
        return {value for _, name, value in self.attributes if name == "href"}


@pytest.mark.parametrize("name", ["river.md", "river.html"])
def test_a_small_brief_looks_as_it_did(name: str) -> None:
    assert made()[name] == (GOLDENS / name).read_text("utf-8"), (
        "the brief looks otherwise: run `python -m tests.projections.exports.briefs` and read what changed"
    )


@pytest.mark.long
def test_the_same_log_gives_the_same_bytes_in_every_process() -> None:
    code = "from tests.projections.exports.briefs import made; print(*made().values())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == " ".join(made().values()) + "\n"


def test_when_it_was_made_is_told_only_where_it_is_given() -> None:
    found = river_brief()
    for write in (report, page):
        assert "Made on 2024-06-01" not in write(found)
        assert "Made on 2024-06-01" in write(found, generated="on 2024-06-01")


@given(texts)
@example(EVERYTHING)
def test_a_page_has_no_more_than_its_own_tags_whatever_the_log_holds(text: str) -> None:
    made = page(river_brief(f" {text}"))
    found = Reader(made)
    assert set(found.tags) <= set(_TAGS.split())
    assert {name for _, name, _ in found.attributes} <= set(_ATTRIBUTES.split())
    assert found.other == []
    assert all(re.match(r"#|https?://|data:,$", target) for target in found.links)
    assert _UNSEEN.search(_JOINERS.sub("", made)) is None


@pytest.mark.long
@given(texts.map(" {}".format))
@example(f" {EVERYTHING}")
def test_a_page_shows_outside_text_as_it_is(text: str) -> None:
    shown = " ".join("".join(Reader(page(river_brief(text))).shown).split())
    for known in ("Water of the river", "Who may take how much.", "The Gazette", "A third more water."):
        assert " ".join(plain(known + text).split()) in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_tag_of_a_page(text: str) -> None:
    # Whether an address is a link, and a day is kept whole at the end of a line, is for us to say.
    assert tags(f" {text}") == tame_tags()


def tags(text: str) -> list[str]:
    """Return the tags of a page that holds a text everywhere, but for those that depend on it."""
    return [tag for tag in Reader(page(river_brief(text))).tags if tag not in {"a", "span"}]


@cache
def tame_tags() -> list[str]:
    return tags(" x")


def test_only_addresses_of_the_web_are_links() -> None:
    found = Reader(page(river_brief()))
    assert {link for link in found.links if not link.startswith("#")} == {"https://example.org/echo", "data:,"}
    assert "javascript:void(0)" in "".join(found.shown)
    named = {value for _, name, value in found.attributes if name == "id"}
    assert {link[1:] for link in found.links if link.startswith("#")} <= named
    kept = [value for tag, name, value in found.attributes if (tag, name) == ("a", "rel")]
    assert all("noopener" in value and "noreferrer" in value for value in kept)


def test_the_policy_of_a_page_lets_in_its_own_styles_and_no_more() -> None:
    found = Reader(page(river_brief()))
    (policy,) = [value for tag, name, value in found.attributes if tag == "meta" and value.startswith("default-src")]
    digest = base64.b64encode(hashlib.sha256(found.styles.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "url(http" not in found.styles
    assert "@import" not in found.styles


def test_a_page_can_be_read_without_its_drawing() -> None:
    made = page(river_brief())
    found = Reader(made)
    labelled = [value.split() for tag, name, value in found.attributes if (tag, name) == ("svg", "aria-labelledby")]
    assert labelled == [["chart-title", "chart-told"]]
    assert ("svg", "role", "img") in found.attributes
    assert found.tags.count("h1") == 1
    drawn = [text for text in re.findall(r"<title>([^<]*)</title>", made.partition("<body>")[2]) if ": " in text]
    table = made.partition("<tbody>")[2]
    assert drawn
    assert all(line.partition(": ")[2] in table for text in drawn for line in text.split("\n") if ": " in line)


#: Readers of Markdown: the standard's with what a report uses, and GitHub's.
READERS: Final = (MarkdownIt("commonmark").enable(["table", "strikethrough"]), MarkdownIt("gfm-like"))


@cache
def tame_blocks() -> list[list[str]]:
    """Return the kinds of the blocks of a tame report, as each reader sees them."""
    tame = report(river_brief(" x"))
    return [[block.type for block in reader.parse(tame)] for reader in READERS]


@pytest.mark.long
@given(texts)
@example(EVERYTHING)
def test_markdown_has_no_more_than_its_own_markup_whatever_the_log_holds(text: str) -> None:
    made = report(river_brief(f" {text}"))
    assert _UNSEEN.search(_JOINERS.sub("", made)) is None
    for reader, tame in zip(READERS, tame_blocks(), strict=True):
        blocks = reader.parse(made)
        tokens = [token for block in blocks for token in (block, *(block.children or ()))]
        assert not {"html_block", "html_inline", "image", "fence", "code_block", "code_inline"} & {
            token.type for token in tokens
        }
        targets = [token.attrs["href"] for token in tokens if token.type == "link_open"]
        assert all(re.match(r"https?://example\.org/echo", str(target)) for target in targets)
        assert [block.type for block in blocks] == tame


def test_what_was_retracted_is_struck_through_in_both() -> None:
    found = river_brief()
    assert "~~Upper State states: We agree.~~ (retracted by retraction)" in report(found)
    assert '<del dir="auto">Upper State states: We agree.</del> <span class="flag">retracted by retraction' in page(
        found
    )
