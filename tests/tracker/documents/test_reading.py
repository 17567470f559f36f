"""Documents are read within bounds, and their text can be searched for quotes."""

from __future__ import annotations

import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.documents.made import PAGE, documents, mhtml, pdf, warc
from tracker.documents import addresses
from tracker.documents.bounded import Worker
from tracker.documents.document import MAX_BYTES, UnreadableError
from tracker.documents.languages import language
from tracker.documents.pages import page
from tracker.documents.reading import captured_text, read_content, read_document, sort_of, text_of
from tracker.documents.registering import Known, Registered, slug_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tracker.documents.reading import Sort

TODAY = date(2024, 3, 21)
URL = "https://www.example.org/world/2024/03/16/niger-ends-accord"
QUOTE = "The accord was “unfairly im\xadposed”, the spokes\xadman said."


def refused(read: Callable[[], object]) -> str:
    """Return why something cannot be read, an empty text if it can; nothing else may go wrong."""
    try:
        read()
    except UnreadableError as error:
        return str(error)
    return ""


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", PAGE.encode()),
        ("page.mhtml", mhtml(PAGE, url=URL, day="Wed, 20 Mar 2024 12:00:00 +0200")),
        ("page.warc.gz", warc(PAGE.encode(), url=URL, day="2024-03-20T10:00:00Z")),
        ("large.html", PAGE.replace("</body>", "<p>more</p>" * 30_000).encode()),
    ],
)
def test_the_text_is_what_a_reader_sees(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    text = captured_text(path)
    assert text.splitlines()[:3] == ["Niger ends accord", "16 March 2024", QUOTE]
    assert "hidden" not in text


def test_what_a_component_shows_is_text(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><x-y><template shadowrootmode=open><p>Shown</template></x-y><template><p>Not")
    assert captured_text(path) == "Shown"


def test_the_text_of_a_pdf_is_that_of_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("It ends on 15 September."))
    assert captured_text(path) == "It ends on 15 September."


def test_pictures_in_a_page_cost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    picture = "data:image/png;base64," + "QUFB" * 3_000_000
    path.write_text(PAGE.replace("<p>", f'<img src="{picture}"><p>'), "utf-8")
    with Worker() as worker:
        (found,) = read_document(path, TODAY, worker)
    assert (found.published, found.title) == ("2024-03-16", "Niger ends accord")
    assert captured_text(path).splitlines()[2] == QUOTE


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with Worker() as worker, pytest.raises(UnreadableError, match="larger than 64 MB"):
        read_document(path, TODAY, worker)


@pytest.mark.long
def test_a_hostile_page_of_10_mb_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"<html><p " + b" ".join(b"a%d=1" % number for number in range(1_000_000)) + b">x")
    begin = time.monotonic()
    with Worker(patience=0.5) as worker:
        with pytest.raises(UnreadableError, match="seconds to read") as error:
            read_document(path, TODAY, worker)
        assert len(str(error.value).splitlines()) == 1
        # The next one is read by another process.
        path.write_bytes(pdf())
        worker.patience = 60
        assert read_document(path, TODAY, worker)[0].title == "Agreement"
    assert time.monotonic() - begin < 60


@pytest.mark.long
@pytest.mark.parametrize(
    "content",
    [
        b"<a><b>" * 1_600_000,
        b"<time datetime=2024-05-06>x</time>" * 300_000,
        b"<meta name=date content=2024-05-06>" * 300_000,
        b"<!--" * 2_500_000,
        b"<" * 10_000_000,
        b"<span class=date>12.3.2020</span>" * 300_000,
        b"<div class=date>" + b"1 May 2024 " * 900_000,
        b"<script type='application/ld+json'>" + b"[" * 10_000_000,
    ],
    ids=lambda content: content[:12].decode(),
)
def test_no_page_of_10_mb_takes_long(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"<!doctype html>" + content)
    begin = time.monotonic()
    with Worker(patience=20) as worker:
        assert len(refused(lambda: read_document(path, TODAY, worker)).splitlines()) <= 1
    assert time.monotonic() - begin < 30


@given(st.binary(max_size=400))
def test_no_bytes_make_a_page_fail(content: bytes) -> None:
    refused(lambda: page.read(b"<title>x</title>" + content, TODAY))


@given(st.data())
def test_no_damage_makes_a_document_fail(data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(documents()))
    at = data.draw(st.integers(0, len(made.content) - 1))
    content = made.content[:at] + data.draw(st.binary(max_size=4)) + made.content[at + data.draw(st.integers(0, 9)) :]

    def read() -> None:
        sort = sort_of(content, made.name)
        if sort != "csl":
            read_content(content, sort, TODAY)

    refused(read)


@pytest.mark.parametrize(
    ("missing", "sort", "name"), [("pypdf", "pdf", "a PDF"), ("warcio.archiveiterator", "warc", "a WARC file")]
)
def test_a_missing_extra_is_named(missing: str, sort: Sort, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UnreadableError, match=rf"reading {name} needs .*; pip install 'communique\[capture\]'"):
        text_of(b"", sort)


@pytest.mark.parametrize(
    ("text", "base", "found"),
    [
        ("https://a.org/x#part", None, "https://a.org/x"),
        ("/x", "https://a.org/y/z", "https://a.org/x"),
        ("/x", None, None),
        ("https://a.org", None, None),
        ("https://a.org/", None, None),
        ("a.org/x", None, None),
        ("//a.org/x", None, None),
        ("b.org", "https://a.org/y/z", None),
        ("www.b.org/x", "https://a.org/y/z", None),
        ("a.org/x", "https://www.a.org/y/z", None),
        ("x.html", "https://a.org/y/z", "https://a.org/y/x.html"),
        ("v1.2/x", "https://a.org/y/z", "https://a.org/y/v1.2/x"),
        ("//b.org/x", "https://a.org/y", "https://b.org/x"),
        ("javascript:alert(1)", None, None),
        ("file:///etc/passwd", None, None),
        ("https://ada:secret@a.org/x", None, None),
        ("http://[::1/x", None, None),
        ("", "https://a.org/y", None),
    ],
)
def test_an_address_is_whole_or_none(text: str, base: str | None, found: str | None) -> None:
    assert addresses.whole(text, base) == found


def test_languages_are_written_as_bcp_47_recommends() -> None:
    given_texts = ("EN_us", "zh-hans-cn", "Deutsch", "fr, en", "x", "und", "english (us)", "{{lang}}")
    assert [language(text) for text in given_texts] == ["en-US", "zh-Hans-CN", "de", "fr", None, None, "en", None]


def test_an_id_is_made_from_publisher_and_day() -> None:
    slug = "suddeutsche-zeitung-2024-05-06"
    assert slug_of({"publisher": "Süddeutsche Zeitung", "published": "../2024-05-06"}) == slug
    fields = {"publisher": "الجزيرة", "url": "https://www.aljazeera.net/a", "published": "2024"}
    assert slug_of(fields) == "aljazeera-net-2024"
    assert slug_of({}) == "source"
    known = Known([Registered(slug)], [f"{slug}-3"])
    assert [known.free(slug), known.free("other")] == [f"{slug}-2", "other"]
    known.add(Registered(f"{slug}-2"))
    assert known.free(slug) == f"{slug}-4"
    assert len(known.free(slug_of({"publisher": "x" * 200, "published": "2024-05-06"}))) <= 64
