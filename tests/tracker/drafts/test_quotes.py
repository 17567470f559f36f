"""A quote is found in the captured text as a reader finds it, and one that was made up is not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.given import NEGOTIATION, entry
from tracker.drafts.captured import digests, text_of
from tracker.drafts.quotes import Captures, folded

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.log import EventLog

TEXT = (
    "The ministers met on 5 May. “We have agreed to with\xaddraw our forces, in a dig-\nnified and or\xad\nderly way,” "
    "said the of\ufb01cial;\n  « c’est la ﬁn de l’accord », he\u00a0added. Growth was -5 %."
)


@pytest.mark.parametrize(
    "quote",
    [
        "We have agreed to withdraw our forces",
        "in a dignified and orderly way",
        "WE HAVE AGREED   TO\nWITHDRAW",
        '"We have agreed to withdraw our forces, in a dignified and orderly way," said the official',
        "'c'est la fin de l'accord'",
        "“c’est la fin de l’accord”, he added",
        "said the official",
        "-5 %",
    ],
)
def test_a_true_quote_is_found(quote: str) -> None:
    place = folded(TEXT).find(quote)
    assert place is not None
    shown = folded(TEXT).original[slice(*place)]
    assert folded(shown).text.strip() == folded(quote).text.strip()


@pytest.mark.parametrize(
    "quote", ["We have agreed to withdraw all forces", "they agreed", "5 June", "Growth was 5 %", "“”", "…"]
)
def test_a_quote_that_was_made_up_is_not(quote: str) -> None:
    assert folded(TEXT).find(quote) is None


@given(st.text(max_size=80), st.text(max_size=40))
def test_what_a_text_holds_is_found_in_it(before: str, behind: str) -> None:
    text = folded(f"{before} the forces leave {behind}")
    place = text.find("The Forces  leave")
    assert place is not None
    assert len(text.text) == len(text.places)
    assert text.places == sorted(text.places)
    assert "forces" in text.original[slice(*place)].lower()


def capture(folder: Path, name: str, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    (folder / f"{digest}{name}").write_bytes(data)
    return digest


def test_quotes_are_looked_for_in_the_file_of_their_source(tmp_path: Path) -> None:
    page = b"<html><head><title>x</title><script>We stay</script></head><body><p>We <b>le</b>ave.</p><p>Now.</p></body>"
    digest = capture(tmp_path, ".html", page)
    plain = capture(tmp_path, ".html", "<!doctype html><meta charset='utf-8'><p>Wir gehen – morgen.".encode())
    captures = Captures(tmp_path, {(NEGOTIATION, "wire"): digest, (NEGOTIATION, "daily"): plain})
    claim = {
        "negotiation": NEGOTIATION,
        "evidence": [
            {"source": "wire", "quote": "we leave. now"},
            {"source": "wire", "quote": "We stay"},
            {"source": "wire"},
            {"source": "daily", "quote": "wir gehen - morgen"},
            {"source": "gazette", "quote": "Who knows"},
        ],
    }
    assert [(quote.item, quote.found) for quote in captures.quotes(claim)] == [
        (0, True),
        (1, False),
        (3, True),
        (4, None),
    ]
    assert [quote.found for quote in Captures(None, {}).quotes(claim)] == [None] * 4


def test_a_file_that_was_changed_or_cannot_be_read_is_no_capture(tmp_path: Path) -> None:
    page = b"<html><body><p>We leave.</p></body></html>"
    digest = capture(tmp_path, ".html", page)
    assert text_of(tmp_path, digest) == "We leave."
    broken = capture(tmp_path, ".pdf", b"%PDF-1.4 broken")
    assert text_of(tmp_path, broken) is None
    other = capture(tmp_path, ".html", page.replace(b"leave", b"stay"))
    (tmp_path / f"{other}.html").write_bytes(page)
    assert text_of(tmp_path, other) is None
    assert text_of(tmp_path, "0" * 64) is None
    assert text_of(tmp_path, capture(tmp_path, ".txt", b"Wir bleiben.")) == "Wir bleiben."
    assert text_of(tmp_path, capture(tmp_path, ".txt", "été".encode("cp1252"))) is None


def test_the_digests_of_sources_are_those_that_the_log_holds_as_corrected(staged: EventLog) -> None:
    one, other = "a" * 64, "b" * 64
    staged.record([entry("SourceRegistered", id="source-paper", source="paper", sha256=one)])
    assert digests(one.event for one in staged.read())[NEGOTIATION, "paper"] == one
    staged.record([entry("EntryCorrected", entry="source-paper", changes={"sha256": other}, reason="Another file.")])
    drafted = entry("SourceRegistered", source="new", sha256=one)
    events = [drafted, *(one.event for one in staged.read())]
    assert digests(events) == {
        (NEGOTIATION, "paper"): other,
        (NEGOTIATION, "new"): one,
    }
