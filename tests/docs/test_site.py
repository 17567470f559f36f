"""The docs as a site, the manual pages and the reference of the packages: whole, made from the program, and offline."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from tests.chromium import Chromium
from tests.docs import api_reference, man_pages
from tests.projections.exports.test_brief_browser import SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[2]
#: What a page loads by itself; where a link leads is the reader's business.
_LOADED: Final = re.compile(r"<(?:script|img|iframe|source|embed)[^>]*\ssrc=\"?([^\"\s>]+)")
_STYLES: Final = re.compile(r"<link[^>]*\srel=\"?(?:stylesheet|icon|preload)[^>]*\shref=\"?([^\"\s>]+)")
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"}


@pytest.mark.long
def test_the_reference_of_the_packages_is_as_they_are() -> None:
    api_reference.PART.require(api_reference.rendered())


@pytest.mark.long
@pytest.mark.parametrize("module", api_reference.MODULES)
def test_every_public_name_is_told(module: str) -> None:
    public = getattr(import_module(module), "__all__", None)
    if public is not None:
        assert api_reference.names_of(module) == list(public)
    told = api_reference.rendered().partition(f"## `{module}`:")[2].partition("\n## ")[0]
    assert [name for name in api_reference.names_of(module) if f"\n### {name}\n" not in told] == []


def test_the_manual_pages_are_as_the_verbs_are() -> None:
    there = {path.name: path.read_text("utf-8") for path in man_pages.FOLDER.glob("*.1")}
    assert there == man_pages.made(), "run `python -m tests.docs.man_pages`"


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(path.name for path in man_pages.FOLDER.glob("*.1")))
def test_a_manual_page_can_be_read(name: str) -> None:
    if shutil.which("man") is None:
        pytest.skip("no man on this machine: what it makes of the pages is not tested here")
    command = ["man", "--warnings=w", "-l", str(man_pages.FOLDER / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_ENVIRONMENT)
    assert done.stderr == ""
    assert "SYNOPSIS" in done.stdout


def test_every_page_is_in_the_list_of_the_site() -> None:
    listed = set(_pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert listed == there


def _pages(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for below in nav.values():
            yield from _pages(below)
    elif isinstance(nav, list):
        for below in nav:
            yield from _pages(below)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site, built strictly from a copy of what it needs."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--strict"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout + done.stderr
    return folder / "build" / "site"


@pytest.mark.long
def test_the_site_is_built_strictly_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    texts = [page.read_text("utf-8") for page in pages]
    loaded = {address for text in texts for found in (_LOADED, _STYLES) for address in found.findall(text)}
    assert len(loaded) > 5
    assert [address for address in loaded if re.match(r"(?:[a-z]+:)?//", address)] == []


@pytest.mark.long
@pytest.mark.browser
def test_a_browser_asks_for_nothing_else(site: Path, tmp_path: Path) -> None:
    with Chromium(tmp_path / "profile") as chromium:
        for name in ("index.html", "reference/cli.html", "how-to/brief.html", "reference/python.html"):
            for size in ("desktop", "phone"):
                shown = chromium.open((site / name).as_uri(), *SIZES[size])
                asked = [address for address in shown.requests() if not address.startswith(("file:", "data:"))]
                assert asked == []
                assert shown.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
