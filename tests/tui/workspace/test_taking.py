"""What is taken out of the workspace: rows as CSV, entries on the clipboard, pictures, addresses."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import ENTRIES, RECORDED_AT, Opened, afresh, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tracker.unseen import FORMULA_STARTS
from tui.workspace.screens.taking import fill
from tui.workspace.sheets import file_name

if TYPE_CHECKING:
    from textual.pilot import Pilot

#: Keys that lead to what is saved, the file's name, its first columns, and a row that is in it.
SHEETS: Final = {
    "status": (["1"], "river-status.csv", ["kind", "name", "state"], ["withdrawal", "garrison", "under way"]),
    "events": (["2"], "river-events.csv", ["occurred", "published", "lag"], ["2024-03-10", "2024-03-20", "10d"]),
    "positions": (["3"], "river-positions.csv", ["party", "matter", "stance"], ["STH", "garrison", "opposes"]),
    "evidence": (
        ["2", "home", "j", "j", "4"],
        "river-evidence-south-opposes.csv",
        ["entry", "event", "source", "grade"],
        ["south-opposes", "PositionTaken", "echo", "D3"],
    ),
    "time": (["5"], "river-known-moments.csv", ["axis", "at", "entry"], ["known", "2024-03-20", "refuses"]),
    "findings": (["F"], "river-findings.csv", ["severity", "kind"], ["conflict", "denial"]),
    "sources": (["S"], "river-sources.csv", ["source", "reliability"], ["echo", "D"]),
    "diff": (
        ["[", "[", "[", "d"],
        "river-changes-since-known-2024-04-02-known-2024-04-02.csv",
        ["subject", "aspect"],
        ["withdrawal:garrison", "state", "ordered", "under-way"],
    ),
    "why": (["1", "w"], "river-why-agreement-river-treaty.csv", ["side", "entry"], ["for", "revoked"]),
    "detail": (["2", "home", "enter"], "river-evidence-treaty.csv", ["entry", "event"], ["treaty"]),
}


def rows(name: str) -> list[list[str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def saved() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


@pytest.mark.long
async def test_what_is_shown_is_saved_as_csv(opened: Opened) -> None:
    async with opened() as pilot:
        for keys, name, heads, wanted in SHEETS.values():
            await afresh(pilot)
            await pilot.press(*keys, "E")
            await until(pilot, lambda: "Saved" in text_of(pilot), f"{name}, saved,")
            assert name in saved()
            first, *others = rows(name)
            assert first[: len(heads)] == heads, name
            assert wanted in [row[: len(wanted)] for row in others], name
    assert saved() == sorted(name for _, name, *_ in SHEETS.values())


@pytest.mark.long
async def test_what_is_filtered_out_or_not_yet_known_is_not_saved(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("g", *"2024-02-02", "enter", "E")
        await pilot.press("f", *"party:NTH", "enter", "E")
    entry = rows("river-events-known-2024-02-02.csv")[0].index("entry")
    assert [row[entry] for row in rows("river-events-known-2024-02-02.csv")[1:]] == [
        "treaty",
        "north-open",
        "south-opposes",
        "revoked",
        "asks",
    ]
    assert [row[entry] for row in rows("river-events-known-2024-02-02-2.csv")[1:]] == ["north-open", "asks"]


@pytest.mark.long
async def test_no_cell_is_a_formula(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "hostile.db"
    with EventLog.open(path, by="tests") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in ENTRIES])
        for number, start in enumerate(FORMULA_STARTS):
            hostile = f'{start}HYPERLINK("https://example.org";"x")'
            said = {"source": "gazette", "quote": hostile, "locator": hostile}
            extra = {"event": "StatementMade", "id": f"said-{number}", "party": "NTH", "text": hostile}
            log.record([parse({"negotiation": "river", "evidence": [said], **extra})])
    async with opened(log=path) as pilot:
        for keys in (["1"], ["2"], ["3"], ["5"], ["S"], ["escape"]):
            await pilot.press(*keys, *([] if keys == ["escape"] else ["E"]))
        for number in range(len(FORMULA_STARTS)):
            pilot.app.screen.look_at(f"said-{number}")  # type: ignore[attr-defined]
            await pilot.press("4", "E")
    assert len(saved()) == 5 + len(FORMULA_STARTS)
    for number, start in enumerate(FORMULA_STARTS):
        told = [cell for row in rows(f"river-evidence-said-{number}.csv") for cell in row]
        assert any("HYPERLINK" in cell for cell in told), start
    cells = [cell for name in saved() for row in rows(name) for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULA_STARTS)] == []


async def test_a_folder_that_cannot_be_written_is_told(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async with opened() as pilot:
        monkeypatch.setattr(Path, "open", full)
        await pilot.press("E")
        await until(pilot, lambda: "No space left" in text_of(pilot))


@pytest.mark.long
async def test_nothing_is_saved_where_there_are_no_rows(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("f", *"no-such-word", "enter", "E")
        await until(pilot, lambda: "No rows here to save." in text_of(pilot))
    assert saved() == []


@pytest.mark.long
async def test_a_picture_of_the_screen_is_saved_beside_an_older_one(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("ctrl+g", "1", "ctrl+g")
        await until(pilot, lambda: "Saved communique-2.svg" in text_of(pilot))
    assert saved() == ["communique-2.svg", "communique.svg"]


def test_a_name_of_a_file_is_one_that_every_system_takes() -> None:
    assert (
        file_name("us-niger", "why-position:NER/air bases", "", ending="csv")
        == "us-niger-why-position-NER-air-bases.csv"
    )
    assert file_name("..", "…", ending="csv") == "communique.csv"
    assert len(file_name("x" * 500, ending="csv")) < 100


# ── the clipboard ──


async def _copied(pilot: Pilot[int], *keys: str) -> str:
    await pilot.press("y", *keys)
    return pilot.app.clipboard


async def test_an_entry_is_copied_as_text_json_and_citation(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("home", "j", "j")
        text = await _copied(pilot, "t")
        assert text.startswith("◆ PositionTaken · reported · B3  south-opposes\n")
        assert "Southland wants no garrison." in text
        document = json.loads(await _copied(pilot, "j"))
        assert parse(document) == parse({"negotiation": "river", **_given("south-opposes")})
        assert await _copied(pilot, "c") == (
            "Courier, 2024-02-02, https://example.org/courier.\nEcho, 2024-02-03, https://example.org/echo."
        )
        await until(pilot, lambda: "Copied as a citation, " in text_of(pilot))


def _given(name: str) -> dict[str, Any]:
    return next(entry for entry in ENTRIES if entry["id"] == name)


@pytest.mark.long
async def test_a_corrected_entry_is_copied_as_it_reads_now(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("/", *"ordered", "enter", "n")
        pilot.app.screen.look_at("ordered")  # type: ignore[attr-defined]
        assert json.loads(await _copied(pilot, "j"))["strength"] == {"value": 350}


@pytest.mark.long
async def test_what_a_report_says_is_copied_in_the_same_three_forms(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("1", "w")
        assert "denounces Treaty on the river" in await _copied(pilot, "t")
        assert json.loads(await _copied(pilot, "j"))["id"] == "revoked"
        assert await _copied(pilot, "c") == "Courier, 2024-02-02, https://example.org/courier."


@pytest.mark.long
async def test_what_is_not_known_yet_is_not_copied(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("g", *"2024-02-02", "enter", "end", "y")
        await until(pilot, lambda: "Nothing to copy here." in text_of(pilot))
        assert pilot.app.clipboard == ""


@pytest.mark.long
async def test_what_is_copied_as_json_holds_nothing_that_a_terminal_obeys(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "hostile.db"
    hostile = "a\u202eb\x9bc\u200b"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        extra = {"event": "StatementMade", "id": "said", "party": "NTH", "text": hostile}
        log.record([parse({"negotiation": "river", **entry}) for entry in (*ENTRIES, extra)])
    async with opened(log=path) as pilot:
        pilot.app.screen.look_at("said")  # type: ignore[attr-defined]
        copied = await _copied(pilot, "j")
        assert json.loads(copied)["text"] == hostile
        assert copied.isprintable()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the tools of X11 and Wayland")
def test_a_tool_of_the_system_fills_its_clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    made = tmp_path / "xclip"
    made.write_text('#!/bin/sh\n/bin/cat > "$0.taken"\n', encoding="utf-8")
    made.chmod(0o755)
    fill("nowhere to go")
    assert not (tmp_path / "xclip.taken").exists()
    monkeypatch.setenv("DISPLAY", ":0")
    fill("Niamey – 外交")
    assert (tmp_path / "xclip.taken").read_text(encoding="utf-8") == "Niamey – 外交"
    made.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    fill("refused")
    fill("half of a character: \ud800")


# ── addresses ──


@pytest.mark.long
async def test_an_address_is_shown_before_it_is_opened(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[str] = []
    async with opened() as pilot:
        monkeypatch.setattr(pilot.app, "open_url", went.append)
        await pilot.press("home", "j", "j", "e")
        shown = text_of(pilot)
        assert "https://example.org/courier" in shown
        assert "https://example.org/echo" in shown
        await pilot.press("escape")
        assert went == []
        await pilot.press("e", "2")
        assert went == ["https://example.org/echo"]
        await pilot.press("S", "j", "e", "1")
        assert len(went) == 2
        await pilot.press("escape", "/", *"retraction", "enter", "e")
        await until(pilot, lambda: "have no address on the web" in text_of(pilot))
