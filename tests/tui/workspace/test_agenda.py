"""The agenda: what comes next, and what has passed without a word, in words and with the way to what says so."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.tui.workspace.given import RECORDED_AT, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from tests.tui.workspace.given import Opened

#: Something of every standing on the day on which the workspace is opened, the second of January 2026.
_TOLD: Final = (
    {"event": "NegotiationOpened", "id": "opened", "title": "The river"},
    {"event": "PartyAdded", "id": "p-north", "party": "NTH", "name": "Northland"},
    {
        "event": "AgreementSigned",
        "id": "signed",
        "occurred": "2024-01-01",
        "by": ["NTH"],
        "agreement": "ford",
        "title": "[b]Treaty[/b] on the ford",
        "until": "2025-06-01",
    },
    {
        "event": "CommitmentUndertaken",
        "id": "pledge",
        "occurred": "2024-04",
        "commitment": "dredging",
        "party": "NTH",
        "due": "2026-10",
    },
    {
        "event": "UltimatumIssued",
        "id": "or-else",
        "occurred": "2025-12-30",
        "party": "NTH",
        "deadline": "2026-02-01",
        "consequence": "The ford is closed.",
    },
    {
        "event": "TalksAnnounced",
        "id": "announced",
        "occurred": "2025-12-01",
        "round": "second",
        "parties": ["NTH"],
        "scheduled": "2026-03-01",
    },
    {"event": "TalksCancelled", "id": "off", "occurred": "2025-12-20", "round": "second", "party": "NTH"},
)


async def test_the_agenda_tells_what_comes_and_what_has_passed_and_leads_to_what_says_so(
    tmp_path: Path, opened: Opened, golden: Callable[[str, Pilot[Any]], None]
) -> None:
    path = tmp_path / "ford.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in _TOLD])
    async with opened((80, 24), log=path) as pilot:
        await pilot.press("A")
        await until(pilot, lambda: "Ahead (2)" in text_of(pilot))
        golden("agenda-of-all-80x24", pilot)
        await pilot.press("E")
        await until(pilot, lambda: "Saved river-agenda.csv" in text_of(pilot))
        rows = list(csv.reader(_read("river-agenda.csv").splitlines()))
        assert [row[:2] for row in rows[1:]] == [
            ["2025-06-01", "passed"],
            ["2026-02-01", "ahead"],
            ["2026-10", "ahead"],
        ]
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        assert screen.session.selected == "pledge"


def _read(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")
