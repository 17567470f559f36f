"""What the workspace's tests are given: a small history with everything in it, and ways to wait and to look."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest
from textual import events
from textual.keys import _character_to_key

from tests.tui.workspace.settling import settle
from tui.workspace.app import Workspace
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from textual.pilot import Pilot

RECORDED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
TODAY: Final = date(2026, 1, 2)
#: Seconds until something is given up, however busy the machine is.
_PATIENCE: Final = 60.0
_MOMENT: Final = 0.005


def _source(name: str, published: str, reliability: str, *relays: str) -> dict[str, Any]:
    return {
        "event": "SourceRegistered",
        "id": f"src-{name}",
        "source": name,
        "publisher": name.replace("-", " ").title(),
        "published": published,
        "reliability": reliability,
        "relays": list(relays),
        "url": f"https://example.org/{name}",
    }


def _said(source: str, credibility: int, words: str) -> dict[str, Any]:
    return {"source": source, "credibility": credibility, "paraphrase": words}


#: A made-up history with every family, a correction, a retraction, a dispute, a relay, and dates of every kind.
ENTRIES: Final[tuple[dict[str, Any], ...]] = (
    {"event": "NegotiationOpened", "id": "opened", "title": "North and South: the river and the garrison"},
    {"event": "PartyAdded", "id": "p-north", "party": "NTH", "name": "Northland", "role": "principal"},
    {"event": "PartyAdded", "id": "p-south", "party": "STH", "name": "Southland", "role": "principal"},
    {"event": "PartyAdded", "id": "p-east", "party": "EST", "name": "Eastland", "role": "third"},
    {"event": "MatterAdded", "id": "m-river", "matter": "river", "title": "The use of the river"},
    {"event": "MatterAdded", "id": "m-garrison", "matter": "garrison", "title": "The garrison at the ford"},
    _source("gazette", "2024-01-10", "A"),
    _source("courier", "2024-02-02", "B"),
    _source("echo", "2024-02-03", "D", "courier"),
    _source("herald", "2024-03-20", "C"),
    {
        "event": "AgreementEnteredIntoForce",
        "id": "treaty",
        "occurred": "1998",
        "agreement": "river-treaty",
        "title": "Treaty on the river",
        "evidence": [_said("gazette", 1, "The treaty has been in force since 1998.")],
    },
    {
        "event": "PositionTaken",
        "id": "north-open",
        "occurred": "2024-01-08",
        "party": "NTH",
        "matter": "river",
        "stance": "open",
        "evidence": [_said("gazette", 2, "Northland would talk about the river.")],
    },
    {
        "event": "PositionTaken",
        "id": "south-opposes",
        "occurred": "2024-01-20/2024-01-25",
        "party": "STH",
        "matter": "garrison",
        "stance": "opposes",
        "evidence": [_said("courier", 3, "Southland wants no garrison."), _said("echo", 3, "The same.")],
    },
    {
        "event": "AgreementRevoked",
        "id": "revoked",
        "occurred": "2024-02-01",
        "agreement": "river-treaty",
        "party": "STH",
        "modality": "announced",
        "evidence": [_said("courier", 2, "Southland denounces the treaty.")],
    },
    {
        "event": "BaseRequestMade",
        "id": "asks",
        "occurred": "2024-02~",
        "proposal": "keep-the-ford",
        "party": "NTH",
        "to": "STH",
        "site": "the ford",
        "evidence": [_said("courier", 3, "Northland asks to keep the ford.")],
    },
    {
        "event": "BaseRequestRefused",
        "id": "refuses",
        "occurred": "2024-02-10",
        "published": "2024-03-20",
        "proposal": "keep-the-ford",
        "party": "STH",
        "evidence": [_said("herald", 3, "Southland refused.")],
    },
    {
        "event": "RoundHeld",
        "id": "first-round",
        "occurred": "2024-03-01/2024-03-03",
        "round": "first",
        "parties": ["NTH", "STH"],
        "venue": "the island",
        "evidence": [_said("herald", 2, "The two sides met for three days.")],
    },
    {
        "event": "WithdrawalOrdered",
        "id": "ordered",
        "occurred": "2024-03-10",
        "withdrawal": "garrison",
        "party": "NTH",
        "strength": {"low": 300, "high": 400},
        "evidence": [_said("herald", 2, "Northland orders its garrison home.")],
    },
    {"event": "WithdrawalBegan", "id": "began", "occurred": "2024-03-18", "withdrawal": "garrison"},
    {
        "event": "DenialIssued",
        "id": "denied",
        "occurred": "2024-03-19",
        "party": "NTH",
        "of": "began",
        "text": "Nobody has left yet.",
        "evidence": [_said("herald", 2, "Northland says that nobody has left.")],
    },
    {
        "event": "TiesDeepened",
        "id": "ties",
        "occurred": "2024-03-15",
        "party": "STH",
        "with": "EST",
        "evidence": [_said("echo", 4, "Southland turns to Eastland.")],
    },
    {
        "event": "EntryCorrected",
        "id": "correction",
        "published": "2024-04-02",
        "entry": "ordered",
        "changes": {"strength": {"value": 350}},
        "reason": "The ministry gave the figure.",
    },
    {
        "event": "StatementMade",
        "id": "rumour",
        "occurred": "2024-03-22",
        "party": "EST",
        "text": "Eastland will send engineers.",
        "evidence": [_said("echo", 5, "Engineers are to come.")],
    },
    {"event": "EntryRetracted", "id": "retraction", "published": "2024-04-05", "entry": "rumour", "reason": "Made up."},
)


class Opened(Protocol):
    """Open a workspace of a size over a log; the pilot is handed over once the first screen is there."""

    def __call__(
        self,
        size: tuple[int, int] = (120, 40),
        *,
        log: Path | None = None,
        negotiation: str | None = "river",
        read_only: bool = False,
    ) -> AbstractAsyncContextManager[Pilot[int]]: ...


async def until(
    pilot: Pilot[Any], happens: Callable[[], bool], what: str = "what was waited for", *, is_seen: bool = True
) -> None:
    """Let the app work until something is so, and has been drawn where it is seen; fail where it never is."""
    end = time.monotonic() + _PATIENCE
    while not happens():
        if time.monotonic() > end:
            shown = text_of(pilot) if pilot.app.is_running else "nothing any more"
            pytest.fail(f"{what} did not happen; the screen shows:\n{shown}")
        await asyncio.sleep(_MOMENT)
        await settle(pilot, is_seen=False)
    await settle(pilot, is_seen=is_seen)


async def afresh(pilot: Pilot[Any]) -> None:
    """Open the negotiation anew in the same app, as if nothing had been done before: cheaper than another app."""
    app = pilot.app
    assert isinstance(app, Workspace)
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    app.drafts.drop("river")
    app.clear_notifications()
    app.open_negotiation("river")
    await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen) and not app.holds_keys(), is_seen=False)
    await settle(pilot, is_seen=False, is_for_jobs=True)


def text_of(pilot: Pilot[Any]) -> str:
    """Return what is on the screen as text, without blanks at the ends of lines."""
    strips = pilot.app.screen._compositor.render_strips()  # noqa: SLF001 - nothing public gives the text of a screen
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


def typed_at_once(pilot: Pilot[Any], *keys: str) -> None:
    """Type without waiting for what each key does."""
    driver = pilot.app._driver  # noqa: SLF001 - keys come from nowhere else
    assert driver is not None
    for key in keys:
        is_sign = len(key) == 1 and not key.isalnum()
        event = events.Key(_character_to_key(key) if is_sign else key, key if len(key) == 1 else None)
        event.set_sender(pilot.app)
        driver.send_message(event)
