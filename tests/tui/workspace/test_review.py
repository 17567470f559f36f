"""The review of drafts: the captured text beside a draft, what is decided, and what other reviewers do meanwhile."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import RECORDED_AT, Opened, text_of, until
from tracker import EventLog
from tracker.codec import timestamp
from tracker.drafts.deciding import Review
from tracker.drafts.proposing import propose
from tracker.drafts.queue import Filter, Queue, place_of
from tracker.events.parsing import parse
from tracker.scripts.reading import ScriptLine
from tui.environment import CAPTURES_VARIABLE, state_folder
from tui.workspace.screens import review
from tui.workspace.screens.draft import DraftForm
from tui.workspace.screens.portfolio import PortfolioScreen
from tui.workspace.screens.review import ReviewScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.document import DocumentView
from tui.workspace.widgets.evidence import lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from tui.workspace.time.session import Session

AT: Final = timestamp(RECORDED_AT)
SIZES: Final = [(80, 24), (120, 40), (160, 50), (200, 60)]
PAGE: Final = (
    "THE FORD, 4 April. The two delegations met again on Thursday.\n\n"
    "“We have agreed that the gar\xadrison leaves by the\nend of the summer,” said a member of the delegation.\n\n"
    "\x1b[2J[b]A line that would clear the screen.[/b]\n"
)
ORIGIN: Final = {
    "log": "other",
    "position": 7,
    "recorded_at": "2025-12-24T12:00:00.000000Z",
    "recorded_by": "ann",
    "digest": "0" * 64,
    "negotiation": "lake",
    "entry": "said",
}
#: What is proposed: a matter, a deadline with a true quote, a position that rests on the matter with an invented one.
PROPOSED: Final[tuple[dict[str, Any], ...]] = (
    {"event": "MatterAdded", "matter": "tolls", "title": "Who takes the tolls"},
    {
        "event": "WithdrawalTimetableSet",
        "withdrawal": "garrison",
        "deadline": "2024-08",
        "occurred": "2024-04-04",
        "evidence": [
            {
                "source": "paper",
                "credibility": 2,
                "quote": "We have agreed that the garrison leaves by the end of the summer",
                "attributed_to": "a member of the delegation",
            }
        ],
    },
    {
        "event": "PositionTaken",
        "party": "STH",
        "matter": "tolls",
        "stance": "supports",
        "evidence": [{"source": "paper", "credibility": 3, "quote": "The tolls are [ours]"}],
    },
    {"event": "StatementMade", "party": "EST", "text": "\x1b[31mSee you[/]", "evidence": [{"source": "herald"}]},
)


def capture(folder: Path, text: str) -> str:
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / f"{digest}.txt").write_bytes(text.encode())
    return digest


def reviewed(river: Path, page: str) -> Path:
    """Let the log have a captured page and drafts that wait."""
    digest = capture(river.parent / "captures", page)
    with EventLog.open(river, clock=lambda: RECORDED_AT, by="tests") as log:
        source = {"event": "SourceRegistered", "source": "paper", "publisher": "The Paper", "reliability": "B"}
        log.record([parse({"negotiation": "river", "published": "2024-04-04", "sha256": digest, **source})])
        lines = [ScriptLine("p", number, parse({"negotiation": "river", **one})) for number, one in enumerate(PROPOSED)]
        with Queue(place_of(log.location, log.identity)) as queue:
            assert propose(queue, log, lines, by="converter", at=AT, reason="found by a rule").drafted == len(PROPOSED)
    return river


@pytest.fixture
def queued(river: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CAPTURES_VARIABLE, str(river.parent / "captures"))
    return reviewed(river, PAGE)


@pytest.fixture(autouse=True)
def _with_time_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a long time pass whenever somebody looks at the clock."""
    monkeypatch.setattr(review, "monotonic", count(step=60).__next__)


async def _open(pilot: Pilot[int], negotiation: str = "river") -> ReviewScreen:
    app = pilot.app
    await until(pilot, lambda: getattr(app, "waiting", {}).get(negotiation) == len(PROPOSED), "the count of drafts")
    await pilot.press("V")
    screen = app.screen
    assert isinstance(screen, ReviewScreen)
    await _at(pilot, 1)
    return screen


async def _at(pilot: Pilot[int], number: int) -> None:
    """Wait until a draft is looked at, and it is known what it would change."""
    screen = pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    await until(pilot, lambda: f"─ Draft {number} " in text_of(pilot), f"draft {number}")
    await pilot.pause()


async def test_drafts_are_counted_and_decided_one_by_one(queued: Path, opened: Opened) -> None:
    async with opened((80, 24)) as pilot:
        await _open(pilot)
        await pilot.press("escape")
        assert " 4 drafts " in text_of(pilot).splitlines()[0]
        await pilot.press("V")
        await _at(pilot, 1)
        assert "proposed by converter on 2026-01-01 00:00: found by a rule" in text_of(pilot)
        await pilot.press("a")
        await _at(pilot, 2)
        shown = text_of(pilot)
        assert "✓ the quote in the captured text" in shown
        assert "▌ “We have agreed that the gar¬rison leaves by the" in shown
        await pilot.press("end")
        assert "✓ right; a accepts it" in text_of(pilot)
        assert "withdrawal:garrison deadline  — → 2024-08" in text_of(pilot)
        # What is accepted next changes the deadline, and is seen behind the review.
        await pilot.press("]", "[", "a")
        await _at(pilot, 3)
        assert "✗ QUOTE NOT FOUND in the captured text" in text_of(pilot)
        # A key that is held down asks, and does not answer.
        await pilot.press("a", "a", "a")
        assert "A quote is not in the captured text of paper." in text_of(pilot)
        await pilot.press("r", "enter", "r", *"No such words", "enter")
        await _at(pilot, 4)
        assert "␛[31mSee you[/]" in text_of(pilot)
        pilot.app.clear_notifications()
        await until(pilot, lambda: "No text of herald is captured" in text_of(pilot))
        await pilot.press("c")
        form = pilot.app.screen
        assert isinstance(form, DraftForm)
        form.lines.go_to([*form.fields].index("text"))
        form.lines.line.value = "See you later"
        await pilot.press("escape", "c")
        await until(pilot, lambda: "See you later" in text_of(pilot))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "No draft waits." in text_of(pilot))
        assert "communique draft FILE" in text_of(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: " drafts " not in text_of(pilot).splitlines()[0])
        assert isinstance(pilot.app.screen, WorkspaceScreen)
        session = pilot.app.screen.session
        assert not session.unseen
        _require_told(session)
    with EventLog.open(queued, read_only=True) as log, Queue(place_of(log.location, log.identity)) as queue:
        states = [(draft.state, draft.decided_by, draft.reason) for draft in queue.drafts(Filter(state="all"))]
        found: list[Any] = [recorded for recorded in log.read() if recorded.drafted_by]
    assert [state for state, *_ in states] == ["accepted", "accepted", "rejected", "accepted"]
    assert states[2][1:] == ("tests", "No such words")
    assert [(one.recorded_by, one.drafted_by) for one in found] == [("tests", "converter")] * 3
    assert all(b'"drafted_by":"converter"' in one.state for one in found)
    assert found[-1].event.text == "See you later"


@pytest.mark.long
async def test_a_key_that_is_held_down_accepts_no_draft_that_nobody_has_read(
    queued: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    del queued
    now = [1000.0]
    monkeypatch.setattr(review, "monotonic", lambda: now[0])

    def is_waiting(*numbers: int) -> bool:
        screen = pilot.app.screen
        return isinstance(screen, ReviewScreen) and screen.numbers == [*numbers]

    async with opened() as pilot:
        await _open(pilot)
        # It was shown a moment ago.
        await pilot.press("a")
        assert "Draft 1 was shown just now" in text_of(pilot)
        now[0] += 2
        await pilot.press("a", "a", "a", "a")
        await _at(pilot, 2)
        assert is_waiting(2, 3, 4)
        # Held down for long, it goes on being one key, and who reads meanwhile accepts with the next.
        for _ in range(20):
            now[0] += 0.1
            await pilot.press("a")
        assert is_waiting(2, 3, 4)
        now[0] += 0.5
        await pilot.press("a")
        await _at(pilot, 3)
        assert is_waiting(3, 4)


def _require_told(session: Session) -> None:
    """Hold that the evidence tells who drafted an entry, and where it was first recorded."""
    reading = session.claims.standing[-1]
    elsewhere = {**ORIGIN, "drafted_by": "\x1b[2Jmcp"}
    reading = replace(reading, recorded=reading.recorded._replace(origin=elsewhere))
    recorded, first = [line.plain for line in lines(reading, session)][-2:]
    assert recorded.endswith("by tests, drafted by converter")
    assert first == "first recorded 2025-12-24 12:00 by ann, drafted by ␛[2Jmcp: lake said, #7 of the log other"


async def test_what_was_changed_in_a_draft_is_not_lost_with_the_review(queued: Path, opened: Opened) -> None:
    def kept() -> list[Path]:
        return list(state_folder().rglob("drafts/*/*.json"))

    async with opened((80, 24)) as pilot:
        await _open(pilot)
        await pilot.press("c", "escape")
        assert not kept()
        await pilot.press("c")
        form = pilot.app.screen
        assert isinstance(form, DraftForm)
        form.put("note", "Not sure")
        await pilot.press("escape")
        await until(pilot, lambda: "The draft is kept; c goes on with it." in text_of(pilot))
        await pilot.press("escape", "a")
        # It is no entry of one's own.
        assert "Add an entry" in text_of(pilot)
        assert "begun and not recorded" not in text_of(pilot)
        await pilot.press("escape")
    async with opened((80, 24)) as pilot:
        await _open(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Not sure" in text_of(pilot))
        await pilot.press("ctrl+s")
        await _at(pilot, 2)
    assert not kept()
    with EventLog.open(queued, read_only=True) as log:
        assert list(log.read())[-1].event.note == "Not sure"


@pytest.mark.long
async def test_a_draft_that_rests_on_another_says_so_and_a_passage_becomes_its_quote(
    queued: Path, opened: Opened
) -> None:
    del queued
    async with opened() as pilot:
        screen = await _open(pilot)
        await pilot.press("]", "]")
        await _at(pilot, 3)
        assert "it rests on another draft" in text_of(pilot)
        await pilot.press("tab", "/", *"summer", "enter")
        assert isinstance(screen.focused, DocumentView)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DraftForm))
        form = pilot.app.screen
        assert isinstance(form, DraftForm)
        assert form.values["evidence.0.quote"] == "summer"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "unknown matter" in text_of(pilot))
        await pilot.press("escape", "s", "s", "s", "s")
        assert "Every draft that waits was skipped" in text_of(pilot)
        await pilot.press("z", "tab", "z", ">")


@pytest.mark.long
async def test_what_somebody_else_decides_is_told_and_never_decided_again(queued: Path, opened: Opened) -> None:
    async with opened() as pilot:
        await _open(pilot)
        with EventLog.open(queued, by="bob") as log, Queue(place_of(log.location, log.identity)) as queue:
            Review(queue, log, "bob", lambda: AT).accept([1])
        await pilot.press("a")
        await until(pilot, lambda: "Draft 1 is left: accepted by bob" in text_of(pilot))
        await until(pilot, lambda: "Somebody else has decided draft 1" in text_of(pilot))
        await pilot.press("]")
        await _at(pilot, 2)
        with EventLog.open(queued, by="bob") as log, Queue(place_of(log.location, log.identity)) as queue:
            Review(queue, log, "bob", lambda: AT).reject([2, 3, 4], reason="All wrong.")
        await until(pilot, lambda: "Somebody else has decided draft 2" in text_of(pilot))
        await pilot.press("r", *"So do I", "enter")
        await until(pilot, lambda: "Draft 2 is left: rejected by bob" in text_of(pilot))
        await pilot.press("]")
        await until(pilot, lambda: "No draft waits." in text_of(pilot))


@pytest.mark.long
async def test_drafts_of_all_negotiations_are_reviewed_from_the_portfolio_and_not_where_nothing_may_be_recorded(
    queued: Path, opened: Opened
) -> None:
    async with opened(read_only=True) as pilot:
        await pilot.press("P")
        assert isinstance(pilot.app.screen, PortfolioScreen)
        await _open(pilot)
        assert "review of 4 drafts · all negotiations" in text_of(pilot)
        await pilot.press("a", "c", "r")
        assert "opened for reading only" in text_of(pilot)
        await pilot.press("escape")
        place_of(queued, "").write_bytes(b"no queue at all")
        await pilot.press("V")
        await until(pilot, lambda: "move it" in text_of(pilot))
        place_of(queued, "").unlink()
        await pilot.press("escape", "V")
        await until(pilot, lambda: "No draft waits." in text_of(pilot))


@pytest.mark.long
async def test_a_large_document_opens_with_its_quote_in_the_middle(
    river: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CAPTURES_VARIABLE, str(river.parent / "captures"))
    filler = "Somebody said something about the river — and then something else.\n" * 8_000
    reviewed(river, filler + PAGE + filler)
    async with opened() as pilot:
        await _open(pilot)
        await pilot.press("]")
        await _at(pilot, 2)
        await until(pilot, lambda: "▌ “We have agreed that the gar¬rison" in text_of(pilot))
        rows = [row for row, line in enumerate(text_of(pilot).splitlines()) if "▌ " in line]
        assert 15 < rows[0] < 25


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
async def test_the_review_looks_as_it_is_kept(
    size: tuple[int, int], queued: Path, opened: Opened, golden: Callable[[str, Pilot[Any]], None]
) -> None:
    del queued
    async with opened(size) as pilot:
        await _open(pilot)
        for name, number in (("review-found", 2), ("review-invented", 3)):
            await pilot.press("]")
            await _at(pilot, number)
            pilot.app.clear_notifications()
            await pilot.pause()
            golden(f"{name}-{size[0]}x{size[1]}", pilot)
