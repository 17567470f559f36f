"""Jobs: the screen's thread neither reads nor computes, keys wait where they must, and esc and q need not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.tui.workspace.given import TODAY, text_of, typed_at_once, until
from tracker import EventLog
from tracker.events.parsing import parse
from tui.drafts import Drafts
from tui.kept import Unfinished
from tui.workspace.app import Workspace
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.widgets.events import EventList

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen

    from tests.tui.workspace.given import Opened
    from tracker.events.base import Event

#: What reads or writes the log, or looks at every entry: where it is called from, by its name.
_WORK: Final = (
    "tracker.log.EventLog.record",
    "tracker.log.EventLog.read",
    "tracker.stores.sqlite.recorder.SQLiteRecorder.insert_events",
    "tracker.stores.sqlite.store.SQLiteStore.stream",
    "tracker.stores.sqlite.store.SQLiteStore.scan",
    "tracker.stores.sqlite.store.SQLiteStore.versions",
    "tui.workspace.time.session.Session.grown",
    "tui.workspace.screens.form.fields_of",
    "tui.workspace.screens.form.compared",
    "tui.workspace.entry.forms.status",
    "tui.workspace.entry.forms.diff",
    "tui.workspace.entry.forms.preview",
    "tui.workspace.entry.forms.event_of",
    "tui.workspace.screens.reports.diff",
    "tui.workspace.screens.reports.sources",
    "tui.workspace.screens.grounds.why_of",
    "tui.workspace.screens.find.words_of",
    "tui.filters.words_of",
    "tui.filters.parse",
    "tui.workspace.screens.everywhere.look_for",
    "tui.workspace.screens.taking.csv_of",
    "tui.workspace.sheets.events",
    "tui.workspace.sheets.findings",
    "tui.workspace.sheets.sources",
)
#: Every screen and what can be done there.
_KEYS: Final = (
    *("f", *"ford", "enter", "[", "]", "}", "L", "escape", "/", *"ford", "enter", "n", "escape"),
    *("g", *"2024-03", "enter", "m", "L", "d", "E", "escape", "'", "L", "0", "L", ")", "("),
    *("w", "escape", "F", "w", "escape", "E", "escape", "S", "E", "escape", "E", "enter", "w", "escape", "escape"),
    *("1", "down", "w", "escape", "3", "w", "escape", "2"),
    *("P", "/", *"riv", "enter", "n", "E", "enter"),
    *("a", *"StatementM", "enter", *"NTH", "tab", *"No.", "ctrl+e", "ctrl+s"),
    *("c", *"So", "tab", "x", "escape"),
)


@pytest.mark.long
async def test_no_work_is_done_on_the_thread_of_the_screen(
    river: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = threading.get_ident()
    found: dict[str, set[bool]] = {}
    async with opened() as pilot:
        for place in _WORK:
            _watch(monkeypatch, place, lambda name: found.setdefault(name, set()).add(threading.get_ident() == here))
        for key in _KEYS:
            if key == "ctrl+s":
                # Who records at once does not wait for the preview.
                await until(pilot, lambda: "tui.workspace.entry.forms.preview" in found)
            await pilot.press(key)
        with EventLog.open(river, by="others") as log:
            # Whoever records here is this very thread, which is not the screen's then.
            receipt = await _elsewhere(pilot, lambda: log.record([_said("late")]))
        assert receipt.count == 1
        await until(pilot, lambda: "1 new" in text_of(pilot))
        await until(pilot, lambda: not _app(pilot).jobs)
    assert {name for name, places in found.items() if True in places} == set()
    seen = {
        "tracker.log.EventLog.record",
        "tui.workspace.time.session.Session.grown",
        "tui.workspace.entry.forms.preview",
        "tui.workspace.screens.everywhere.look_for",
        "tui.workspace.screens.taking.csv_of",
        "tui.filters.words_of",
    }
    assert seen <= found.keys()


def _watch(monkeypatch: pytest.MonkeyPatch, place: str, tell: Callable[[str], object]) -> None:
    """Tell of every call of a function, and let it go on."""
    import pkgutil

    function: Callable[..., Any] = pkgutil.resolve_name(place)

    def watched(*args: object, **named: object) -> object:
        tell(place)
        return function(*args, **named)

    monkeypatch.setattr(place, watched)


async def _elsewhere(pilot: Pilot[Any], work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    """Return what some work in a thread of its own comes to, while the app goes on."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    await until(pilot, lambda: not thread.is_alive())
    return found[0]


def _said(name: str) -> Event:
    return parse({"event": "StatementMade", "negotiation": "river", "id": name, "party": "NTH", "text": "Late news."})


def _app(pilot: Pilot[Any]) -> Workspace:
    assert isinstance(pilot.app, Workspace)
    return pilot.app


async def _written(pilot: Pilot[Any]) -> Screen[Any]:
    """Open a form, write the last sign in it, and return it."""
    screen = pilot.app.screen
    assert isinstance(screen, WorkspaceScreen)
    form = FormScreen(screen.session, Unfinished("StatementMade", {"party": "NTH", "text": "Nothing yet"}))
    form.open()
    await until(pilot, lambda: form.focused is not None)
    await pilot.press("tab", "end", "?")
    return form


@pytest.mark.long
async def test_the_form_stays_until_the_receipt_comes_and_keys_after_it_are_for_what_comes_then(
    river: Path, opened: Opened
) -> None:
    async with opened() as pilot:
        form = await _written(pilot)
        with EventLog.open(river, by="others") as other:
            with other.transaction():
                typed_at_once(pilot, "ctrl+s", "3", *"zz")
                await until(pilot, lambda: "Recording …" in text_of(pilot))
                assert pilot.app.screen is form
                assert form.query_one("#fields").disabled
                assert Drafts(_app(pilot).log_book.identity).get("river") is not None
            await until(pilot, lambda: "Recorded statement-made-" in text_of(pilot))
            assert [recorded.event.event for recorded in other.read("river")][-1] == "StatementMade"
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        await until(pilot, lambda: screen.pane == "positions")
        # Our own entry is not told as news.
        await until(pilot, lambda: "Northland states: Nothing yet?" in text_of(pilot))
        assert "new:" not in text_of(pilot)
        assert Drafts(_app(pilot).log_book.identity).get("river") is None


@pytest.mark.long
async def test_esc_leaves_what_is_being_recorded_and_the_receipt_is_told_all_the_same(
    river: Path, opened: Opened
) -> None:
    async with opened() as pilot:
        await _written(pilot)
        with EventLog.open(river, by="others") as other:
            with other.transaction():
                typed_at_once(pilot, "ctrl+s")
                await until(pilot, lambda: "Recording …" in text_of(pilot))
                typed_at_once(pilot, "escape")
                await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
                # Nothing waits any more.
                typed_at_once(pilot, "1")
                await until(pilot, lambda: getattr(pilot.app.screen, "pane", "") == "status")
                assert Drafts(_app(pilot).log_book.identity).get("river") is not None
            await until(pilot, lambda: "Recorded statement-made-" in text_of(pilot))
        assert Drafts(_app(pilot).log_book.identity).get("river") is None


@pytest.mark.long
async def test_one_can_leave_at_once_while_something_is_recorded_and_its_draft_is_kept(river: Path) -> None:
    with EventLog.open(river, by="tests") as log, EventLog.open(river, by="others") as other:
        app = Workspace(log, "river", today=TODAY)
        with other.transaction():
            async with app.run_test(size=(120, 40), notifications=True) as pilot:
                await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
                await _written(pilot)
                typed_at_once(pilot, "ctrl+s")
                await until(pilot, lambda: "Recording …" in text_of(pilot))
                typed_at_once(pilot, "ctrl+q")
                await until(pilot, lambda: not app.is_running)
            assert app.left is not None
            assert app.left.is_alive()
        assert Drafts(log.identity).get("river") is not None
        app.left.join()


async def test_esc_stops_a_report_and_goes_back(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.workspace.screens.findings import FindingsScreen

    going, begun = threading.Event(), threading.Event()
    items = FindingsScreen.items

    def slowly(self: FindingsScreen) -> object:
        begun.set()
        going.wait(60)
        return items(self)

    monkeypatch.setattr(FindingsScreen, "items", slowly)
    async with opened() as pilot:
        typed_at_once(pilot, "F")
        await until(pilot, lambda: begun.is_set() and "Reading …" in text_of(pilot))
        typed_at_once(pilot, "escape", "3")
        await until(pilot, lambda: getattr(pilot.app.screen, "pane", "") == "positions")
        going.set()
        await until(pilot, lambda: "Reading …" not in text_of(pilot))
        # Stopped for good: what came of it is for nobody, and asked for anew it is told.
        typed_at_once(pilot, "F")
        await until(pilot, lambda: "Open questions" in text_of(pilot))


async def test_a_mistake_in_a_job_is_told_in_a_line_and_the_draft_is_kept(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a [mistake]")

    async with opened() as pilot:
        monkeypatch.setattr("tui.workspace.entry.forms.preview", broken)
        await _written(pilot)
        await until(pilot, lambda: "RuntimeError: a [mistake]" in text_of(pilot))
        monkeypatch.setattr("tracker.log.EventLog.record", broken)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Nothing was recorded, nothing is lost: RuntimeError" in text_of(pilot))
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert not form.query_one("#fields").disabled
        assert Drafts(_app(pilot).log_book.identity).get("river") is not None
        monkeypatch.undo()
        await pilot.press("!", "ctrl+s")
        await until(pilot, lambda: "Recorded statement-made-" in text_of(pilot))


async def test_what_others_recorded_is_shown_once_and_in_order_however_it_comes(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        before = len(screen.session.history.entries)
        with EventLog.open(river, by="others") as other:
            new = list(other.record([_said(f"late-{number}") for number in range(4)]).recorded)
        screen.following.take([new[2], new[1]])
        screen.following.take([new[3]])
        screen.following.take(new)
        await until(pilot, lambda: len(screen.session.history.entries) == before + 4)
        assert [recorded.id for recorded in screen.session.history.entries[before:]] == [entry.id for entry in new]
        assert {entry.id for entry in new} <= {reading.id for reading in screen.query_one(EventList).rows}


@pytest.mark.long
async def test_a_clock_that_is_far_ahead_is_told_where_something_is_recorded(river: Path) -> None:
    with EventLog.open(river, clock=lambda: datetime(2999, 1, 1, tzinfo=UTC), by="tests") as log:
        app = Workspace(log, "river", today=TODAY)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
            await _written(pilot)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "more than a day ahead" in " ".join(text_of(pilot).split()))
