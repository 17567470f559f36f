"""The picker of `a`: what is typed finds a type, drafts stand above the types, and one that was dropped comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.workspace.given import Opened, text_of, typed_at_once, until
from tracker import EventLog
from tui.drafts import Drafts
from tui.kept import Unfinished
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.picking import TypeChooser
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

_HEADING = "Drafts, begun and not recorded"


def _begun(pilot: Pilot[int]) -> Drafts:
    """Keep two drafts, the last one of a statement."""
    screen = pilot.app.screen
    assert isinstance(screen, WorkspaceScreen)
    drafts = screen.workspace.drafts
    for number, (kind, values) in enumerate(
        (("RoundHeld", {"round": "second"}), ("StatementMade", {"party": "NTH", "text": "Soon [/]"})), 1
    ):
        assert drafts.keep("river", Unfinished(kind, values, number=number))
    return drafts


def _form(pilot: Pilot[int]) -> FormScreen:
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def test_what_is_typed_finds_a_type_whatever_drafts_there_are(opened: Opened) -> None:
    async with opened() as pilot:
        drafts = _begun(pilot)
        before = drafts.of("river")
        for word, kind in (("commitmentu", "CommitmentUndertaken"), ("statementmade", "StatementMade")):
            typed_at_once(pilot, "a", *word, "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
            assert _form(pilot).kind.__name__ == kind
            assert not _form(pilot).draft.values
            await pilot.press("escape")
        assert drafts.of("river") == before
        # A word leaves those drafts that are of such a type.
        await pilot.press("a", *"round")
        assert _HEADING in text_of(pilot)
        assert "Soon [/]" not in text_of(pilot)


async def test_a_draft_is_gone_on_with_from_its_row(opened: Opened) -> None:
    async with opened() as pilot:
        _begun(pilot)
        await pilot.press("a")
        assert "NTH · Soon [/]" in text_of(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert (_form(pilot).draft.number, _form(pilot).values["round"]) == (1, "second")


@pytest.mark.long
async def test_a_draft_is_dropped_and_brought_back_by_the_same_key(opened: Opened) -> None:
    async with opened() as pilot:
        drafts = _begun(pilot)
        before = drafts.of("river")
        await pilot.press("a", "ctrl+d")
        assert [draft.number for draft in drafts.of("river")] == [1]
        assert "dropped; ^d brings it back" in text_of(pilot)
        await pilot.press("ctrl+d")
        assert drafts.of("river") == before
        # So it does later, until one leaves; and to go on with it brings it back.
        await pilot.press("ctrl+d", "escape", "a", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert _form(pilot).draft.number == before[-1].number
        assert drafts.of("river") == before
        # On a type, it drops nothing and takes no letter away.
        await pilot.press("escape", "a", *"order", "left", "ctrl+d")
        assert "^d drops a draft, and brings it back." in text_of(pilot)
        assert "order" in text_of(pilot)
        assert drafts.of("river") == before


async def test_a_draft_that_is_gone_meanwhile_is_told(opened: Opened) -> None:
    async with opened() as pilot:
        drafts = _begun(pilot)
        await pilot.press("a")
        drafts.drop("river")
        await pilot.press("enter")
        assert "This draft is gone" in text_of(pilot)
        assert isinstance(pilot.app.screen, TypeChooser)
        assert _HEADING not in text_of(pilot)


@pytest.mark.long
async def test_who_records_a_draft_is_told_that_another_workspace_had_it_too(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        ours = _begun(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        theirs = Drafts(screen.workspace.log_book.identity)
        for change in (
            lambda draft: theirs.drop("river", draft.number),
            lambda draft: theirs.keep("river", draft._replace(values={"party": "STH", "text": "No."})),
        ):
            await pilot.press("a", "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
            change(theirs.of("river")[-1])
            await pilot.press(*"NTH", "ctrl+s")
            assert "Another workspace has recorded, changed or dropped" in text_of(pilot)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
            assert [draft.number for draft in ours.of("river")] == [1]
            pilot.app.clear_notifications()
            _begun(pilot)
    with EventLog.open(river, read_only=True) as log:
        assert [recorded.event.event for recorded in log.read("river")][-1:] == ["StatementMade"]
