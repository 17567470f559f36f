"""Findings, and deciding from them: through their entries, to a grade, a dispute, further evidence, a settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import RECORDED_AT, Opened, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.workspace.screens.findings import FindingsScreen
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.events import EventList
from tui.workspace.widgets.evidence import TextPane
from tui.workspace.widgets.report import Report

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

_REASON: Final = "Twice"


def _figure(name: str, source: str, value: int) -> dict[str, Any]:
    return {
        "event": "WithdrawalOrdered",
        "id": name,
        "occurred": "2024-03-10",
        "withdrawal": "garrison",
        "party": "NTH",
        "strength": {"value": value},
        "evidence": [{"source": source, "credibility": 3, "attributed_to": "A. Clerk", "paraphrase": f"{value} men."}],
    }


@pytest.fixture
def counted(river: Path) -> Path:
    """Return a log in which two sources give two figures, entered by somebody else, and others corroborate an entry."""
    entries = [
        _figure("many", "courier", 900),
        _figure("few", "herald", 120),
        *(
            {
                "event": "EntryCorroborated",
                "id": f"also-{number}",
                "published": f"2024-05-{number + 10}",
                "entry": "ordered",
                "evidence": [{"source": "herald", "paraphrase": f"Said again, {number}."}],
            }
            for number in range(4)
        ),
    ]
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="Anna B.") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in entries])
    return river


def _findings(pilot: Pilot[Any]) -> FindingsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, FindingsScreen)
    return screen


async def _recorded(pilot: Pilot[Any], event: str) -> Any:  # noqa: ANN401 - an event of that type
    """Wait until the form has recorded an entry of a type and is gone, and return the entry's event."""
    await until(pilot, lambda: isinstance(pilot.app.screen, FindingsScreen), event)
    history = _findings(pilot).session.history
    await until(pilot, lambda: history.entries[-1].event.event == event or _last(pilot).event == event, event)
    return _last(pilot)


def _last(pilot: Pilot[Any]) -> Any:  # noqa: ANN401 - whatever event
    return _findings(pilot).session.history.entries[-1].event


async def test_one_decides_from_a_finding(opened: Opened, counted: Path) -> None:
    async with opened((120, 40), log=counted) as pilot:
        # A troop figure is graded: findings, its second entry, grade it, how, and why.
        keys = ["F", "n", "r", "5", "tab", *_REASON, "ctrl+s"]
        await pilot.press(*keys[:2])
        screen = _findings(pilot)
        finding = screen.finding
        assert finding is not None
        assert finding.kind == "figure-conflict"
        assert "Entry 2 of" in str(screen.query_one("#entry", TextPane).border_title)
        graded = screen.entry()
        assert graded is not None
        assert graded.id == finding.entries[1]
        await pilot.press(*keys[2:])
        event = await _recorded(pilot, "AssessmentChanged")
        assert (event.entry, event.credibility, event.reason) == (graded.id, 5, _REASON)
        assert len(keys) - len(_REASON) <= 12
        # Here `a` adds nothing.
        assert "a adds another" not in text_of(pilot)

        # Another entry of it is disputed, and corroborated; what is filled in is no draft by itself.
        await pilot.press("p", "i")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.lines.here.path == "ground"
        await pilot.press(*"no", "ctrl+s")
        event = await _recorded(pilot, "EntryDisputed")
        assert event.ground == "no"
        # What cites nothing corroborates nothing.
        await pilot.press("o", "ctrl+s")
        await until(pilot, lambda: "name the source that joins the others" in text_of(pilot))
        await pilot.press(*"gazette", "escape")
        assert _findings(pilot).workspace.drafts.of("river")
        await pilot.press("o", "ctrl+s")
        event = await _recorded(pilot, "EntryCorroborated")
        assert event.evidence[0].source == "gazette"
        assert not _findings(pilot).workspace.drafts.of("river")

        # It is settled for a reason; it stays listed, with that.
        await until(pilot, lambda: _findings(pilot).finding is not None)
        before = str(_findings(pilot).finding)
        await pilot.press("s", "ctrl+s")
        assert "Settle  figure-conflict of withdrawal:garrison: " in text_of(pilot)
        await until(pilot, lambda: "say why the finding is settled" in text_of(pilot))
        await pilot.press(*"told so", "ctrl+s")
        event = await _recorded(pilot, "AssessmentChanged")
        await until(pilot, lambda: "Settled (1)" in text_of(pilot))
        assert "told so" in text_of(pilot)
        assert event.note.startswith("settles figure-conflict of withdrawal:garrison")
        assert before == str(_findings(pilot).finding)
        # What is settled is counted no more where the negotiation stands, and beside it in the list of all.
        status = _findings(pilot).session.status
        assert before in map(str, status.findings)
        assert before not in map(str, status.unsettled)
        await pilot.press("escape")
        await until(pilot, lambda: f"⚑ {len(status.unsettled) - len(status.open)} found" in text_of(pilot))


async def test_an_entry_of_a_finding_whose_id_was_made_is_called_by_type_and_sources(
    river: Path, opened: Opened
) -> None:
    entries = [{**_figure("", source, figure), "id": None} for source, figure in (("courier", 900), ("herald", 120))]
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse({"negotiation": "river", **entry}) for entry in entries])
    async with opened((160, 50)) as pilot:
        await pilot.press("F")
        assert "WithdrawalOrdered (courier), ordered, WithdrawalOrdered (herald)" in text_of(pilot)


@pytest.mark.long
async def test_findings_are_chosen_by_severity_and_kind_and_notes_are_folded(opened: Opened, counted: Path) -> None:
    async with opened((120, 40), log=counted) as pilot:
        await pilot.press("F")
        # By severity and by kind, with one key each; the notes are one line until it is chosen.
        assert "notes: " in text_of(pilot)
        seen = []
        for _ in range(4):
            await pilot.press("f")
            await pilot.pause()
            seen.append(_findings(pilot).severity)
        assert seen == ["conflict", "question", "note", ""]
        await pilot.press("t")
        await until(pilot, lambda: "only figure-conflict" in text_of(pilot))
        while _findings(pilot).kind:
            await pilot.press("t")
        await until(pilot, lambda: "+ " in text_of(pilot))
        await pilot.press("end", "enter")
        await until(pilot, lambda: "Without any source (" in text_of(pilot))
        assert _findings(pilot).finding is not None
        await pilot.press("home", "enter")
        assert pilot.app.screen.query("#events")


@pytest.mark.long
async def test_runs_fold_and_one_key_shows_the_entries_of_another_person(opened: Opened, counted: Path) -> None:
    async with opened((120, 40), log=counted) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        events = screen.query_one(EventList)
        assert events.count() == len(events.rows) - 3
        await pilot.press("end")
        shown = text_of(pilot)
        assert "4 corroborations, May 2024" in shown, shown
        screen.look_at("also-2")
        line = events.cursor
        assert events.reading(line).id == "also-0"
        assert screen.session.selected == "also-2"
        await pilot.press("enter")
        assert pilot.app.screen is screen
        assert events.count() == len(events.rows)
        assert "corroborations," not in text_of(pilot)
        assert screen.session.selected == "also-0"

        # Nothing is folded that is looked for.
        await pilot.press("b")
        await until(pilot, lambda: events.keep is not None)
        assert {reading.id for reading in events.rows} == {"many", "few", *(f"also-{n}" for n in range(4))}
        assert screen.find.kept == "by:anna-b"
        await pilot.press("b")
        await until(pilot, lambda: events.keep is None)
        screen.look_at("many")
        await pilot.press("b")
        await until(pilot, lambda: screen.find.kept == "speaker:a-clerk")
        assert {reading.id for reading in events.rows} == {"many", "few"}
        await pilot.press("b")
        await until(pilot, lambda: screen.find.kept == "by:anna-b")
        await pilot.press("escape", "/", *"said again", "enter")
        await until(pilot, lambda: events.count() == len(events.rows) and len(events.matches) == 5)
        await pilot.press("n")
        assert screen.session.selected in events.matches
        assert screen.query(Report)
