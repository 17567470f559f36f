"""A captured document beside the form: of a file that becomes a source, and of a source that is kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import Opened, text_of, until
from tracker import EventLog
from tracker.documents.bounded import Worker
from tui.adding import Adding
from tui.environment import CAPTURES_VARIABLE
from tui.workspace.entry.known import file_named
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

_PAGE: Final = """<!doctype html><html lang="en"><head><title>The ford stays open</title>
<meta property="og:site_name" content="River Post"></head><body><article>
<p>The two delegations met at the ford.</p><p>We will not leave before the harvest, the envoy said.</p>
</article></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "saved page.html"
    path.write_text(_PAGE)
    return path


def test_a_path_is_told_from_a_name(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_named(f" '{page}' ") == page
    monkeypatch.chdir(page.parent)
    (page.parent / "herald").write_text("x")
    assert file_named("saved page.html") is not None
    for text in ("herald", "no.html", "a/\0b", f"/{'x' * 5000}", "~nobody-here/x.html", ""):
        assert file_named(text) is None


async def _form(pilot: Pilot[int]) -> FormScreen:
    await pilot.press("a", *"statementmade", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
    form = pilot.app.screen
    assert isinstance(form, FormScreen)
    return form


async def _write(pilot: Pilot[int], form: FormScreen, path: str, text: str) -> None:
    form.lines.go_to(list(form.fields).index(path))
    form.lines.line.value = text
    await pilot.pause()


async def test_a_file_becomes_a_source_whose_text_stands_beside_the_form_and_gives_the_quote(
    river: Path, opened: Opened, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = page.parent / "captures"
    monkeypatch.setenv(CAPTURES_VARIABLE, str(captures))
    async with opened() as pilot:
        form = await _form(pilot)
        await _write(pilot, form, "party", "NTH")
        await _write(pilot, form, "text", "They stay.")
        await _write(pilot, form, "evidence.0.source", str(page))
        await until(pilot, lambda: "^n registers it" in text_of(pilot).replace("\n", " "), "the hint")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "We will not leave before" in text_of(pilot), "the text")
        source = form.values["evidence.0.source"]
        assert source.startswith("river-post-")
        assert "They stay." in text_of(pilot)
        # A marked passage becomes the quote, and is marked in the text.
        await pilot.press("ctrl+o")
        assert form.beside.has_keys
        form.beside.view.find("not leave before the harvest")
        await pilot.press("enter")
        await until(pilot, lambda: len(form.beside.view.marks) == 1, "the mark")
        assert form.values["evidence.0.quote"] == "not leave before the harvest"
        assert form.lines.here.path == "evidence.0.quote"
        # There and back, without the form being left.
        await pilot.press("ctrl+o", "down", "escape")
        assert pilot.app.screen is form
        await pilot.press("ctrl+o", "tab", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        *_, registered, said = [recorded.event for recorded in log.read("river")]
    one: Any = registered
    assert (one.event, one.source, one.publisher) == ("SourceRegistered", source, "River Post")
    assert one.sha256 == hashlib.sha256(_PAGE.encode()).hexdigest()
    assert [path.name for path in captures.iterdir()] == [f"{one.sha256}.html"]
    assert (said.evidence[0].source, said.evidence[0].quote) == (source, "not leave before the harvest")


@pytest.mark.long
async def test_a_kept_text_takes_the_place_of_a_narrow_form_and_a_file_is_not_doubled(
    river: Path, opened: Opened, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = page.parent / "captures"
    monkeypatch.setenv(CAPTURES_VARIABLE, str(captures))
    with EventLog.open(river, by="tests") as log, Worker() as worker:
        (source,) = [item.source or "" for item in Adding("river", {}, captures).add(log, worker, (page,))]
    other = page.with_name("other.pdf")
    other.write_bytes(b"\0\1\2")
    async with opened((80, 24)) as pilot:
        form = await _form(pilot)
        await pilot.press("ctrl+o")
        assert "Name a source first" in text_of(pilot)
        await _write(pilot, form, "evidence.0.source", source)
        await until(pilot, lambda: bool(form.beside.view.text), "the kept text")
        await pilot.press("ctrl+o")
        assert "We will not leave" in text_of(pilot)
        assert "Who says so" not in text_of(pilot)
        await pilot.press("escape")
        assert "Who says so" in text_of(pilot)
        # The same file again is told, and not doubled; one that nobody can read is told, too.
        await _write(pilot, form, "evidence.0.source", str(page))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: form.values["evidence.0.source"] == source, "the same source")
        await _write(pilot, form, "evidence.0.source", str(other))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "is no document" in text_of(pilot), "why not")
        assert form.values["evidence.0.source"] == str(other)
