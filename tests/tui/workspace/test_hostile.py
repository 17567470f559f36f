"""Text from outside in every field: nothing breaks, nothing that a terminal obeys reaches it, columns stay aligned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from tests.lengths import in_short
from tests.tui.workspace.given import RECORDED_AT, Opened, afresh, text_of, until
from tracker import EventLog
from tracker.events import NegotiationOpened, StatementMade
from tracker.events.parsing import parse
from tui.text import clean
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.fields import Fields
from tui.workspace.widgets.line import restored

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE: Final[dict[str, str]] = {
    "closing-tag": "[/] [/bold] [red]x",
    "percent": "[5%] [@click=app.quit]go[/]",
    "escape": "a\x1b[2J\x1b]0;title\x07b",
    "hyperlink": "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;aGVsbG8=\x07",
    "c1": "a\x9b31mb",
    "bidi": "a\u202egnp.exe\u2066b",
    "zero-width": "a\u200bb\u2060c\ufeff",
    "wide": "外交交渉 협상 переговоры مفاوضات",
    "combining": "é" + "\u0301" * 40,
    "emoji": "👩‍👩‍👧‍👦 🇳🇪 ⚠️",
    "lines": "one\ntwo\r\nthree\u2028four",
    "long-word": "x" * 90_000,
    "format": "{0} %s ${x} \\u001b",
}
HOSTILE["together"] = " ".join(HOSTILE[name] for name in ("closing-tag", "percent", "escape", "c1", "bidi"))
#: What a terminal must never be given.
_OBEYED: Final = tuple(map(chr, (*range(9), 11, 12, *range(14, 32), 127, *range(128, 160)))) + tuple(
    "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u2060\ufeff"
)


def entries(text: str) -> list[dict[str, Any]]:
    """Return a history with a text in every field that takes any."""
    said = {"source": "s", "quote": text, "paraphrase": text, "attributed_to": text, "role": text, "locator": text}
    common = {"occurred": "2024-02-01", "evidence": [{**said, "language": "en"}], "note": text}
    return [
        {"event": "NegotiationOpened", "title": text, "summary": text},
        {"event": "PartyAdded", "party": "NTH", "name": text, "aliases": [text]},
        {"event": "MatterAdded", "matter": "m", "title": text},
        {"event": "SourceRegistered", "source": "s", "publisher": text, "title": text, "author": text, "url": text},
        {"event": "AgreementSigned", "agreement": "a", "by": ["NTH"], "title": text, "id": "signed", **common},
        {"event": "PositionTaken", "party": "NTH", "matter": "m", "stance": "open", "terms": text, **common},
        {"event": "BaseRequestMade", "proposal": "p", "party": "NTH", "site": text, "terms": text, **common},
        {"event": "RoundHeld", "round": "r", "parties": ["NTH"], "venue": text, "heads": [text], **common},
        {
            "event": "WithdrawalOrdered",
            "withdrawal": "w",
            "party": "NTH",
            "authority": text,
            "strength": {"value": 5, "unit": text, "scope": text, "basis": text},
            **common,
        },
        {"event": "DestinationSet", "withdrawal": "w", "destination": text, **common},
        {"event": "StatementMade", "party": "NTH", "text": text, **common},
        {"event": "EntryDisputed", "entry": "signed", "ground": text, "note": text},
    ]


@pytest.mark.parametrize("name", in_short(HOSTILE, "together"))
async def test_hostile_text_is_shown_and_does_nothing(name: str, tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / f"{name}.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by=HOSTILE[name][:50]) as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in entries(HOSTILE[name])])
    async with opened((100, 30), log=path) as pilot:
        screens = [text_of(pilot)]
        for keys in (
            ["home"],
            ["j"],
            ["j"],
            ["j"],
            ["j"],
            ["j"],
            ["j"],
            ["enter"],
            ["escape", "1", "w"],
            ["escape", "S"],
        ):
            await pilot.press(*keys)
            screens.append(text_of(pilot))
        for keys in (["escape", "F"], ["escape", "2", "f", *"text", "enter"], ["escape", "[", "d"], ["escape", "e"]):
            await pilot.press(*keys)
            screens.append(text_of(pilot))
        for keys in (
            ["escape", "home", "c"],
            ["down", "down", "down"],
            ["escape", "x"],
            ["escape", "3", "down", "w"],
            ["y"],
            ["escape", "escape", "4", "y", "c"],
            ["?"],
            ["escape", "ctrl+p"],
            ["escape", "ctrl+o"],
        ):
            await pilot.press(*keys)
            screens.append(text_of(pilot))
        await pilot.press("escape", "P")
        await until(pilot, lambda: "silence open" in text_of(pilot))
        await pilot.pause()
        screens.append(text_of(pilot))
        assert pilot.app.is_running
    for screen in screens:
        assert [hex(ord(character)) for character in screen if character in _OBEYED] == []


@pytest.mark.long
async def test_what_is_filtered_by_is_shown_as_it_was_typed(opened: Opened) -> None:
    async with opened() as pilot:
        for typed in ("[/]", "[red]north", "[@click=app.quit]x"):
            await afresh(pilot)
            await pilot.press("2", "f", *typed, "enter")
            await until(pilot, lambda: f"filter: {typed} · esc shows all" in text_of(pilot), typed)  # noqa: B023 - at once


async def test_columns_stay_aligned_beside_wide_letters(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "wide.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in entries(HOSTILE["wide"])])
    async with opened((160, 50), log=path) as pilot:
        from rich.cells import cell_len

        await pilot.press("z")
        assert {cell_len(line) for line in text_of(pilot).splitlines()[1:30]} == {160}


@pytest.mark.long
@pytest.mark.parametrize("size", in_short([(20, 6), (40, 10), (60, 15), (300, 100)], (20, 6), (300, 100)), ids=str)
async def test_no_size_is_too_small_or_too_large(size: tuple[int, int], opened: Opened) -> None:
    async with opened(size) as pilot:
        await pilot.press("[", "d", "escape", "?", "escape", "1", "3", "4", "5", "z")
        await pilot.resize_terminal(100, 30)
        await pilot.resize_terminal(1, 1)
        await pilot.resize_terminal(*size)
        assert pilot.app.is_running


@given(text=st.text())
def test_what_a_line_shows_is_given_back_as_it_was(text: str) -> None:
    assert restored(clean(text), text) == text
    assert [character for character in clean(text) if character in _OBEYED] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_added_to_a_line_leaves_the_rest_as_it_was(name: str) -> None:
    assert restored(clean(HOSTILE[name]) + " and more", HOSTILE[name]) == HOSTILE[name] + " and more"


@pytest.mark.long
async def test_a_note_of_several_lines_keeps_them_when_it_is_corrected(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "lines.db"
    note = "One line.\nAnother, \u202eturned round\u202c."
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in entries("plain")])
        log.record([StatementMade(negotiation="river", id="noted", party="NTH", text="x", note=note)])
    async with opened(log=path) as pilot:
        pilot.app.screen.look_at("noted")  # type: ignore[attr-defined]
        await pilot.press("c", *"why not")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        screen.lines.move(list(screen.fields).index("note"))
        box = screen.lines.line
        assert box.value == "One line.\nAnother, ⟨U+202E⟩turned round⟨U+202C⟩."
        box.value += " And more."
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(path, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert event.changes == {"note": f"{note} And more."}


@pytest.mark.long
async def test_what_is_pasted_is_taken_whole_and_shown(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"statementmade", "enter", "down")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        lines = pilot.app.screen.query_one(Fields)
        for field, shown in (
            ("text", "A sentence over\n  two lines,⟨U+202E⟩ turned."),
            ("party", "A sentence over two lines,⟨U+202E⟩ turned."),
        ):
            assert lines.here.path == field
            lines.line.post_message(events.Paste("A sentence over\n  two lines,\u202e turned.\n"))
            await until(pilot, lambda: lines.line.value != "")
            assert lines.line.value == shown
            lines.move(-1)
            # It is shown, and not recorded, in place of what is unseen.
            assert lines.values[field] == shown.replace("⟨U+202E⟩", "\u202e")


async def test_a_line_that_is_asked_for_is_given_back_as_it_is(tmp_path: Path, opened: Opened) -> None:
    path, title = tmp_path / "title.db", "North\u202e and South"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([NegotiationOpened(negotiation="river", title=title)])
    async with opened(log=path) as pilot:
        await pilot.press("ctrl+t", "enter")
        assert isinstance(pilot.app.screen, WorkspaceScreen), "the same title is none to ask about"
        await pilot.press("ctrl+t", "end", "!", "enter", "r")
        await until(pilot, lambda: "South! " in text_of(pilot).splitlines()[0])
    with EventLog.open(path, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert event.title == f"{title}!"


async def test_what_is_too_long_to_be_written_in_is_not_pasted_and_holds_up_nothing(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"statementmade", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        lines = pilot.app.screen.query_one(Fields)
        for path in ("party", "text"):
            lines.go_to([field.path for field in lines.fields].index(path))
            for text in ("x" * 1_000_000, "a\u200b" * 20_000, "\x1b[31mred\n" * 100_000):
                pilot.app.clear_notifications()
                lines.line.post_message(events.Paste(text))
                await until(pilot, lambda: "Nothing is pasted" in text_of(pilot))
                assert lines.line.value == ""
        # Several paragraphs of a report have room.
        lines.line.post_message(events.Paste(f"{'word ' * 1_000}\n" * 10))
        await until(pilot, lambda: len(lines.line.value) > 40_000)
