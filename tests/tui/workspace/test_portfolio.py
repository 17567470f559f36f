"""The portfolio: orders that need every negotiation, and its rows as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from tests.tui.workspace.given import RECORDED_AT, TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.cli import cli
from tui.workspace.widgets.portfolio import ORDERS, PortfolioList

if TYPE_CHECKING:
    from textual.pilot import Pilot

#: Negotiations with the day of their last move, and how many withdrawals are ordered without a timetable.
TALKS: Final = (("alpha", "2024-02-01", 1), ("beta", "2025-01-01", 0), ("gamma", None, 3), ("delta", "2023-05", 2))


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    path = tmp_path / "talks.db"
    entries: list[dict[str, Any]] = []
    for name, day, orders in TALKS:
        entries += [
            {"event": "NegotiationOpened", "negotiation": name, "title": f"The {name} talks"},
            {"event": "PartyAdded", "negotiation": name, "party": "NTH"},
            *(
                {
                    "event": "WithdrawalOrdered",
                    "negotiation": name,
                    "party": "NTH",
                    "withdrawal": f"w{number}",
                    "published": "2022",
                }
                for number in range(orders)
            ),
        ]
        if day is not None:
            entries.append(
                {"event": "StatementMade", "negotiation": name, "party": "NTH", "text": "x", "occurred": day}
            )
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        log.record([parse(entry) for entry in entries])
    return path


def saved() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().glob("*.csv")}


async def _ordered(pilot: Pilot[Any], by: str) -> list[str]:
    listed = pilot.app.screen.query_one(PortfolioList)
    while listed.by != by:
        await pilot.press("s")
    await until(pilot, lambda: not listed.missing())
    await pilot.pause()
    assert f"{len(listed.names)} negotiations, by {by} ─" in text_of(pilot)
    return listed.names


async def test_negotiations_stand_in_every_order_and_who_stands_at_the_top_sees_its_top(
    talks: Path, opened: Opened
) -> None:
    orders = {
        "id": ["alpha", "beta", "delta", "gamma"],
        "last move": ["beta", "alpha", "delta", "gamma"],
        "open questions": ["gamma", "delta", "alpha", "beta"],
        # What rests on nothing is a note, and no negotiation here has more than that.
        "findings": ["alpha", "beta", "delta", "gamma"],
        # Nobody has looked at any of them.
        "new": ["alpha", "beta", "delta", "gamma"],
        "entries": ["delta", "gamma", "alpha", "beta"],
    }
    assert set(orders) == set(ORDERS)
    async with opened((120, 40), log=talks, negotiation=None) as pilot:
        listed = pilot.app.screen.query_one(PortfolioList)
        for by in ORDERS:
            assert await _ordered(pilot, by) == orders[by], by
            assert listed.name_here == listed.names[0], by
        # When an entry without a date was recorded is no move.
        (row,) = (line for line in text_of(pilot).splitlines() if "The gamma talks" in line and "open" not in line)
        assert (row.count("—"), row.count("0d")) == (2, 0)


async def test_an_order_holds_for_those_out_of_sight_too(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "many.db"
    with EventLog.open(path, clock=lambda: RECORDED_AT, by="tests") as log:
        for number in range(120):
            name = f"talks-{number:03}"
            said = {"event": "StatementMade", "text": "x", "occurred": f"{1900 + number}", "party": "NTH"}
            party = {"event": "PartyAdded", "party": "NTH"}
            log.record([parse({"negotiation": name, **entry}) for entry in (party, said)])
    async with opened((120, 40), log=path, negotiation=None) as pilot:
        names = await _ordered(pilot, "last move")
        assert names == sorted(names, reverse=True)
        assert len(names) == 120


async def test_the_cursor_stays_on_its_negotiation(talks: Path, opened: Opened) -> None:
    async with opened((120, 40), log=talks, negotiation=None) as pilot:
        listed = pilot.app.screen.query_one(PortfolioList)
        await pilot.press("end", "up")
        assert listed.name_here == "delta"
        for by in ("id", "last move", "open questions"):
            await _ordered(pilot, by)
            assert listed.name_here == "delta"


async def test_all_are_saved_as_the_command_line_prints_them(
    talks: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNIQUE_NOW", f"{TODAY}T00:00:00Z")
    async with opened((120, 40), log=talks, negotiation=None) as pilot:
        await pilot.press("E")
        await until(pilot, lambda: "Saved negotiations.csv: 4 rows." in text_of(pilot))
    printed = CliRunner().invoke(cli, ["--log", str(talks), "status", "--csv"])
    assert printed.exit_code == 0
    assert saved() == {"negotiations.csv": printed.stdout_bytes}


async def test_a_log_without_a_negotiation_saves_nothing(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "empty.db"
    EventLog.open(path).close()
    async with opened((120, 40), log=path, negotiation=None) as pilot:
        await pilot.press("s", "E")
        await until(pilot, lambda: "No negotiation here to save." in text_of(pilot))
    assert saved() == {}


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_negotiations_whose_titles_begin_alike_are_told_apart(
    size: tuple[int, int], bundled: Path, opened: Opened
) -> None:
    async with opened(size, log=bundled, negotiation=None, read_only=True) as pilot:
        listed = pilot.app.screen.query_one(PortfolioList)
        await until(pilot, lambda: not listed.missing())
        rows = text_of(pilot).splitlines()[3 : 3 + len(listed.names)]
        for name, row in zip(listed.names, rows, strict=True):
            assert name in row
            assert row.rstrip("│ ").endswith("·") or row.rstrip("│ ")[-1].isdigit()
        assert "silence open" in text_of(pilot)
