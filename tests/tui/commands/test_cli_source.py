"""`communique source add` registers documents, keeps them, and tells what it leaves to a person."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.tracker.documents.made import CSL, PAGE, Made, documents
from tracker import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.conftest import Invoke

SAVED = datetime(2024, 3, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")
    monkeypatch.delenv("COMMUNIQUE_CAPTURES", raising=False)
    path = tmp_path / "log.db"
    EventLog.open(path).close()
    return path


@pytest.fixture
def add(log: Path, invoke: Invoke) -> Callable[..., dict[str, Any]]:
    def run(*arguments: object, code: int = 0) -> dict[str, Any]:
        done = invoke("source", "add", *arguments, "-n", "talks", "--log", log, "--json")
        assert done.exit_code == code, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (SAVED.timestamp(), SAVED.timestamp()))
    return path


@pytest.mark.long
@pytest.mark.parametrize("made", documents(), ids=lambda made: made.name)
def test_a_document_tells_what_it_is(made: Made, tmp_path: Path, add: Callable[..., dict[str, Any]]) -> None:
    path = write(tmp_path, made.name, made.content)
    (source,) = add(path)["sources"]
    entry = source["entry"]
    is_item = made.name.endswith(".json")
    assert (entry.get("url"), entry.get("language"), entry["published"]) == (made.url, made.language, made.published)
    assert entry["captured_at"] == (made.captured_at or "2024-03-21T08:30:00Z")
    assert entry.get("sha256") == (None if is_item else hashlib.sha256(made.content).hexdigest())
    assert (source["file"], source["already"], source["kept"], source["error"]) == (str(path), None, None, None)
    assert "reliability" not in entry
    assert "kind" not in entry


def test_what_is_printed_is_what_is_recorded(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke
) -> None:
    (source,) = add(write(tmp_path, "page.html", PAGE))["sources"]
    assert source["source"] == "example-post-2024-03-16"
    with EventLog.open(log, read_only=True) as opened:
        (recorded,) = opened.read("talks")
    for name, value in source["entry"].items():
        found = getattr(recorded.event, name)
        assert getattr(found, "text", found) == value
    assert source["entry"]["author"] == "Ada Lovelace"
    assert source["entry"]["title"] == "Niger ends accord"
    told = invoke("source", "add", write(tmp_path, "b.html", PAGE + " "), "-n", "talks", "--log", log)
    assert "published: 2024-03-16\n" in told.stdout
    assert told.stdout.endswith("recorded 1, already there 0, rejected 0\n")


@pytest.mark.parametrize(
    ("markup", "published"),
    [
        ('<meta name="date" content="2024-03-16">', "../2024-03-21"),
        ('<meta name="date" content="2024-03-16"><time datetime="2024-03-16T10:00Z">', "2024-03-16"),
        ('<meta name="date" content="2024-03-16"><time datetime="2024-03-17">', "../2024-03-21"),
        ('<meta name="date" content="2024-03-16"><p class="date">Published: March 16, 2024</p>', "2024-03-16"),
        (
            '<meta name="date" content="2024-03-16"><link rel="canonical" href="https://a.org/2024/mar/16/x">',
            "2024-03-16",
        ),
        # A day that readers see elsewhere counts if another reading names it.
        ('<meta name="date" content="2024-03-16"><p>12. März 2024</p><p>Am 16. März 2024</p>', "2024-03-16"),
        ('<link rel="canonical" href="https://a.org/2024/03/16/x"><p>Nothing else.', "../2024-03-21"),
        # A day as it is written, whatever the zone; one after the day of capture is none.
        ('<meta name="date" content="2024-03-16T23:59-08:00"><time datetime="2024-03-16T00:01+09:00">', "2024-03-16"),
        ('<meta name="date" content="2025-03-16"><time datetime="2025-03-16">', "../2026-01-02"),
    ],
)
def test_a_day_needs_two_readings(
    markup: str, published: str, tmp_path: Path, add: Callable[..., dict[str, Any]]
) -> None:
    path = write(tmp_path, "page.html", f"<!doctype html><title>x</title><body>{markup}")
    if published == "../2026-01-02":
        head = "<!doctype html><!--\n Page saved with SingleFile\n url: https://a.org/x\n saved date: {} \n-->"
        write(tmp_path, "page.html", head.format("Thu Mar 21 2024 08:30:00 GMT+0000") + markup)
        published = "../2024-03-21"
    (source,) = add(path)["sources"]
    assert source["entry"]["published"] == published
    if published.startswith("..") and "2025" not in markup:
        assert {"field": "published", "value": "2024-03-16"}.items() <= source["candidates"][0].items()


def test_a_document_is_registered_once(tmp_path: Path, add: Callable[..., dict[str, Any]]) -> None:
    page = write(tmp_path, "page.html", PAGE)
    copy = write(tmp_path, "copy.html", PAGE)
    other = write(tmp_path, "other.html", PAGE.replace("accord ends", "accord has ended") + "<p>More.")
    assert add(page)["recorded"] == 1
    again = add(copy, other)
    assert (again["recorded"], again["already"]) == (1, 1)
    same, new = again["sources"]
    assert same["already"] == {"source": "example-post-2024-03-16", "by": "digest"}
    assert (same["source"], same["entry"]) == ("example-post-2024-03-16", None)
    assert new["already"] == {"source": "example-post-2024-03-16", "by": "address"}
    assert new["source"] == "example-post-2024-03-16-2"
    assert add(page, other)["recorded"] == 0


def test_items_are_registered_once(tmp_path: Path, add: Callable[..., dict[str, Any]]) -> None:
    bare = {"type": "book", "title": "On talks", "publisher": "Press", "issued": {"date-parts": [[1999]]}}
    path = write(tmp_path, "zotero.json", json.dumps([*CSL, bare]))
    first = add(path)
    assert [source["source"] for source in first["sources"]] == ["example-post-2024-03-16", "press-1999"]
    assert first["sources"][0]["entry"]["author"] == "Ada Lovelace; Agencies"
    again = add(path)
    assert again["already"] == 2
    assert [source["already"] for source in again["sources"]] == [
        {"source": "example-post-2024-03-16", "by": "address"},
        {"source": "press-1999", "by": "title"},
    ]


@pytest.mark.parametrize("written", ["10.1000/xyz.1", "https://doi.org/10.1000/xyz.1", "doi:10.1000/xyz.1"])
def test_an_item_without_an_address_has_that_of_its_doi(
    written: str, tmp_path: Path, add: Callable[..., dict[str, Any]]
) -> None:
    item = {"type": "article-journal", "title": "On talks", "DOI": written, "issued": {"date-parts": [[1999]]}}
    path = write(tmp_path, "zotero.json", json.dumps([item]))
    (source,) = add(path)["sources"]
    # Whoever resolves it is no publisher.
    assert (source["source"], source["entry"].get("publisher")) == ("source-1999", None)
    assert source["entry"]["url"] == "https://doi.org/10.1000/xyz.1"
    (again,) = add(path)["sources"]
    assert again["already"] == {"source": "source-1999", "by": "address"}
    named = write(tmp_path, "named.json", json.dumps([{**item, "URL": "https://example.org/talks"}]))
    assert add(named)["sources"][0]["entry"]["url"] == "https://example.org/talks"


def test_one_that_cannot_be_read_leaves_the_others(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke
) -> None:
    files = [
        write(tmp_path, "empty.html", b""),
        write(tmp_path, "page.html", PAGE),
        tmp_path / "missing.html",
        write(tmp_path, "noise.bin", bytes(range(256))),
        write(tmp_path, "broken.pdf", b"%PDF-1.7\nnothing"),
        write(tmp_path, "broken.warc", b"WARC/1.0\r\nnothing"),
        write(tmp_path, "broken.json", b'[{"a": 1}]'),
    ]
    found = add(*files, code=1)
    assert (found["recorded"], found["rejected"]) == (1, 6)
    assert [source["error"] is None for source in found["sources"]] == [path.name == "page.html" for path in files]
    assert [error["file"] for error in found["errors"]] == [str(path) for path in files if path.name != "page.html"]
    done = invoke("source", "add", files[0], "-n", "talks", "--log", log, "--jsonl")
    assert done.exit_code == 1
    assert done.stderr == f"{files[0]}: is empty; save the document again\n"
    assert json.loads(done.stdout)["error"] == "is empty; save the document again"


def test_what_cannot_be_kept_is_told_and_the_rest_is_recorded(
    tmp_path: Path,
    log: Path,
    add: Callable[..., dict[str, Any]],
    invoke: Invoke,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, item = write(tmp_path, "page.html", PAGE), write(tmp_path, "zotero.json", json.dumps(CSL))
    monkeypatch.setenv("COMMUNIQUE_CAPTURES", str(page))
    found = add(page, item, code=1)
    told = f"cannot be kept in {page}: that is no folder; name another folder with --keep or COMMUNIQUE_CAPTURES"
    assert ([one["error"] for one in found["sources"]], found["recorded"]) == ([told, None], 1)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / f"{hashlib.sha256(PAGE.encode()).hexdigest()}.html").mkdir()
    done = invoke("source", "add", page, "-n", "talks", "--log", log, "--keep", tmp_path / "kept")
    assert (done.exit_code, "is there, and no file; move it away" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[{"type": "book"}, {"title": "x"}]', "is no CSL-JSON: item 2 (x) has no type; export it again"),
        ('[{"type": "book"}, 3]', "is no CSL-JSON: item 2 has no type"),
        ("[]", "is no CSL-JSON, which is a list of items; export it again"),
        (f'[{{"type": "book", "n": {"9" * 5000}}}]', "is no JSON that can be read; export it again"),
        ("[" * 100_000, "is no JSON that can be read; export it again"),
        ("hello", "is no document that is read; save it as HTML, MHTML, WARC, PDF or CSL-JSON"),
    ],
)
def test_what_is_wrong_with_items_is_told_with_what_to_do(
    content: str, told: str, tmp_path: Path, add: Callable[..., dict[str, Any]]
) -> None:
    (source,) = add(write(tmp_path, "zotero.json", content), code=1)["sources"]
    assert source["error"].startswith(told)


def test_the_log_itself_is_not_opened(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke
) -> None:
    add(write(tmp_path, "page.html", PAGE))
    # Closing it would let go of SQLite's locks.
    done = invoke("source", "add", log, "-n", "talks", "--log", log)
    assert (done.exit_code, done.stdout) == (2, "")


def test_what_is_said_of_a_page_that_is_registered_is_told(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke
) -> None:
    page = write(tmp_path, "page.html", PAGE)
    (first,) = add(page, "--set", "reliability=B")["sources"]
    assert add(page, "--set", "reliability=B", "--as", first["source"])["warnings"] == []
    done = invoke(
        *("source", "add", page, "-n", "talks", "--log", log, "--as", "other"),
        *("--set", "reliability=C", "--set", "published=3 March 2024"),
    )
    assert done.exit_code == 0
    assert "is registered already" in done.stderr
    assert "--set changes nothing of what is registered already; `communique correct talks source-" in done.stderr
    assert " reliability=C published=2024-03-03` does" in done.stderr
    assert f"keeps its id {first['source']}, and does not become other" in done.stderr
    assert len(add(page, "--set", "reliability=C")["warnings"]) == 1


def test_what_fits_no_source_is_refused_of_a_page_that_is_registered_too(
    tmp_path: Path, add: Callable[..., dict[str, Any]]
) -> None:
    page = write(tmp_path, "page.html", PAGE)
    add(page)
    wrong = add(page, "--set", "reliability=Z", code=1)
    assert [error["field"] for error in wrong["errors"]] == ["reliability"]


def test_bytes_that_are_no_text_are_no_page(tmp_path: Path, add: Callable[..., dict[str, Any]]) -> None:
    (source,) = add(write(tmp_path, "random.html", hashlib.shake_256(b"").digest(3000)), code=1)["sources"]
    assert source["error"].startswith("is no document that is read; save it as HTML")
    (source,) = add(write(tmp_path, "words.html", "nothing but words"))["sources"]
    assert source["error"] is None
    add(write(tmp_path, "wide.html", PAGE.encode("utf-16")))


def test_what_a_person_says_counts(tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]]) -> None:
    page = write(tmp_path, "page.html", PAGE)
    said = ("--set", "reliability=B", "--set", "publisher=Le Monde", "--set", "published=2024-03")
    tried = add(page, *said, "--dry-run")
    assert tried["dry_run"]
    with EventLog.open(log, read_only=True) as opened:
        assert not opened.negotiations()
    (source,) = add(page, *said)["sources"]
    assert source == tried["sources"][0]
    assert source["source"] == "le-monde-2024-03"
    assert source["entry"]["reliability"] == "B"
    (named,) = add(write(tmp_path, "b.html", PAGE + "b"), "--as", "post-1")["sources"]
    assert named["source"] == "post-1"
    wrong = add(write(tmp_path, "c.html", PAGE + "c"), "--set", "relability=B", code=1)
    assert wrong["errors"][0]["field"] == "relability"


@pytest.mark.long
def test_what_is_kept_is_verified(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, other = write(tmp_path, "page.HTML", PAGE), write(tmp_path, "text.pdf", documents()[7].content)
    digest = hashlib.sha256(PAGE.encode()).hexdigest()
    folder = tmp_path / "kept"
    (source,) = add(page, "--keep", folder)["sources"]
    assert source["kept"] == str(folder / f"{digest}.html")
    assert (folder / f"{digest}.html").read_bytes() == PAGE.encode()
    monkeypatch.setenv("COMMUNIQUE_CAPTURES", str(folder))
    (source,) = add(other)["sources"]
    kept = folder / f"{source['entry']['sha256']}.pdf"
    assert source["kept"] == str(kept)

    def states() -> tuple[int, list[str]]:
        done = invoke("verify", "--captures", folder, "--log", log, "--json")
        captures = json.loads(done.stdout)["captures"]
        assert all(list(one) == ["negotiation", "source", "sha256", "state"] for one in captures)
        return done.exit_code, [one["state"] for one in captures]

    assert states() == (0, ["same", "same"])
    kept.write_bytes(b"another")
    assert states() == (1, ["same", "changed"])
    kept.unlink()
    assert states() == (1, ["same", "missing"])
    assert add(other)["sources"][0]["kept"] == str(kept)
    assert states() == (0, ["same", "same"])


def test_a_hostile_page_takes_bounded_time(tmp_path: Path, add: Callable[..., dict[str, Any]]) -> None:
    deep = write(tmp_path, "deep.html", b"<html>" + b"<div>" * 2_000_000)
    found = add(deep, write(tmp_path, "page.html", PAGE), code=1)
    assert [source["error"] is None for source in found["sources"]] == [False, True]
    assert "deep in one another" in found["sources"][0]["error"]
    assert len(found["sources"][0]["error"].splitlines()) == 1


def test_text_of_a_document_obeys_nobody(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke
) -> None:
    hostile = "<!doctype html><title>a\x1b[2Jb\u202e</title><link rel=canonical href='javascript:alert(1)'><p>x"
    (source,) = add(write(tmp_path, "page.html", hostile), "--dry-run")["sources"]
    assert "url" not in source["entry"]
    told = invoke("source", "add", tmp_path / "page.html", "-n", "talks", "--log", log)
    assert "\x1b" not in told.output
    assert "\u202e" not in told.output


def test_a_page_is_read_without_the_extra(
    tmp_path: Path, log: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("htmldate", "pypdf", "warcio", "warcio.archiveiterator"):
        monkeypatch.setitem(sys.modules, name, None)
    page = write(tmp_path, "page.html", PAGE)
    undated = write(tmp_path, "undated.html", "<!doctype html><title>x</title><p>16 March 2024")
    for file, note in ((page, ""), (undated, "note: days in the text of pages were not looked for; ")):
        done = invoke("source", "add", file, "-n", "talks", "--log", log)
        assert done.exit_code == 0
        assert done.stderr.partition("pip install")[0] == note


#: Runs a command line, and ends the process, or the one that reads documents for it, if one of them opens a socket.
_WATCHED = """
import os, sys
sys.addaudithook(lambda event, _: os._exit(97) if event.startswith("socket.") else None)
from tui.cli import main
main()
"""


@pytest.mark.long
def test_no_socket_is_opened(tmp_path: Path, log: Path, environment: Callable[..., dict[str, str]]) -> None:
    linked = PAGE.replace("<body>", '<body><img src="https://www.example.org/a.png"><iframe src="https://a.org/">')
    made = [*documents(), Made("big.html", (linked + "<p>more</p>" * 20_000).encode(), None, None, None, "")]
    files = [write(tmp_path, one.name, one.content) for one in made]
    words = [
        "--log",
        log,
        "source",
        "add",
        *files,
        "-n",
        "talks",
        "--keep",
        tmp_path / "kept",
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, *map(str, words)], env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["recorded"]) == (0, len(files))


def test_of_several_documents_each_is_told_behind_its_name(log: Path, invoke: Invoke, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.html", "b.html")]
    for file in files:
        file.write_text(f"<html><head><title>{file.stem}</title></head><body><p>x</p></body></html>", "utf-8")
    lines = invoke("source", "add", *files, "-n", "lake", "--dry-run", "--log", log).stdout.splitlines()
    assert [line for line in lines if line.endswith(".html:")] == [f"{file}:" for file in files]


def test_the_range_of_what_was_recorded_is_told(
    tmp_path: Path, log: Path, add: Callable[..., dict[str, Any]], invoke: Invoke
) -> None:
    pages = [write(tmp_path, f"{name}.html", f"{PAGE}{name}") for name in "abcde"]
    assert add(pages[0])["range"] == "#1..#1"
    assert add(pages[0])["range"] is None
    assert add(pages[1], "--dry-run")["range"] is None
    assert add(*pages[:3])["range"] == "#2..#3"
    done = invoke("source", "add", *pages, "-n", "talks", "--log", log)
    assert done.stderr.endswith("entries #4..#5 of the log\n")


def test_a_log_is_made_where_none_was_as_by_record_but_not_by_a_trial(tmp_path: Path, invoke: Invoke) -> None:
    new = tmp_path / "new.db"
    page = write(tmp_path, "page.html", PAGE)
    asked = ("source", "add", page, "-n", "talks", "--log", new)
    assert invoke(*asked, "--dry-run").exit_code == 0
    assert not new.exists()
    assert invoke(*asked).exit_code == 0
    with EventLog.open(new, read_only=True) as log:
        assert log.negotiations() == {"talks": 1}
