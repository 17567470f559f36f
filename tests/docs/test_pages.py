"""What the documentation says to do can be done, and prints what the documentation shows."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CLOCK_START
from tests.docs.pages import CHECKOUT, DOCS, follow, follow_here, make_programs, steps
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted(DOCS.rglob("*.md"))
#: Without the one that a test of its own follows from where a killed writer has left the log.
FOLLOWED = [
    page
    for page in PAGES
    if page.parent.name in {"tutorial", "how-to", "explanation"}
    and page.name != "back-up.md"
    and any(steps(page.read_text("utf-8")))
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log that holds the history of the US-Niger talks, which a reader of all but the tutorial has."""
    path = tmp_path_factory.mktemp("recorded") / "negotiations.db"
    moments = (CLOCK_START + timedelta(seconds=second) for second in itertools.count())
    with EventLog.open(path, clock=moments.__next__, by="analyst") as log:
        record_file(log, seed_path("us-niger"))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which a reader tries things."""
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "seeds").symlink_to(CHECKOUT / "seeds")
    return folder


def test_the_tutorial_can_be_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")
    for page in (DOCS / "tutorial").glob("*.md"):
        problems = follow_here(page)
        assert not problems, "\n\n".join(problems)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine: the pages' commands are not run")
@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_can_be_followed(page: Path, folder: Path, recorded: Path) -> None:
    if page.parent.name != "tutorial":
        shutil.copy(recorded, folder / "negotiations.db")
    programs = folder.parent / "bin"
    packages = folder.parent / "site"
    make_programs(programs, packages)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{packages}{os.pathsep}{CHECKOUT}",
        # What a program prints comes in the order in which a terminal shows it.
        "PYTHONUNBUFFERED": "1",
        "COMMUNIQUE_NOW": "2026-01-02T12:00:00Z",
    }
    problems = follow(page, folder, environment)
    assert not problems, "\n\n".join(problems)


@pytest.mark.parametrize("kind", ["tutorial", "how-to"])
def test_there_is_something_to_follow(kind: str) -> None:
    told = [step for page in FOLLOWED if page.parent.name == kind for step in steps(page.read_text("utf-8"))]
    assert sum(not step.file for step in told) > 10
    assert any(step.prints for step in told)


@pytest.mark.parametrize(
    "page", [*PAGES, *CHECKOUT.glob("*.md")], ids=lambda page: page.relative_to(CHECKOUT).as_posix()
)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for link in LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_listed_in_the_index() -> None:
    listed = {(DOCS / link).resolve() for link in LINK.findall((DOCS / "index.md").read_text("utf-8"))}
    assert [page.relative_to(DOCS).as_posix() for page in PAGES if page not in listed and page.name != "index.md"] == []
