"""Adding, correcting and retracting: the form, its checks, what it foretells, and that nothing typed is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.workspace.given import ENTRIES, TODAY, Opened, text_of, typed_at_once, until
from tracker import EventLog
from tracker.errors import EntryRejectedError, LogBusyError
from tracker.events import EVENT_TYPES, EntryRetracted, StrengthReported, WithdrawalOrdered
from tracker.events.parsing import field_names, parse
from tui.drafts import Drafts
from tui.kept import Unfinished
from tui.workspace.entry.fields import fields_of
from tui.workspace.entry.forms import event_of, families, meaning, values_of
from tui.workspace.entry.known import field_of
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.picking import best, types
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from projections.views.status import Status


@pytest.fixture
def seen(river: Path) -> Status:
    from projections.views.status import status

    with EventLog.open(river, read_only=True) as log:
        return status(log, "river", today=TODAY)


def test_a_form_asks_for_every_field_that_its_type_has(seen: Status) -> None:
    for name, kind in EVENT_TYPES.items():
        asked = {field.path.split(".")[0] for field in fields_of(kind, seen)}
        wanted = set(field_names(kind)) - {"negotiation"}
        if kind.kind_of_entry == "stage":
            wanted -= {"occurred", "evidence", "modality"} | (
                set() if "published" in kind.__annotations__ else {"published"}
            )
        if kind.kind_of_entry == "knowledge":
            wanted -= {"modality"}
        assert asked == wanted, name


def test_no_two_fields_of_a_form_are_called_the_same_and_each_takes_what_it_says(seen: Status) -> None:
    for name, kind in EVENT_TYPES.items():
        called = [field.label for field in fields_of(kind, seen)]
        assert len(set(called)) == len(called), name
    fields = {field.path: field for field in fields_of(EVENT_TYPES["VoteHeld"], seen)}
    assert fields["votes_for"].hint == "a whole number"
    assert fields["evidence.0.credibility"].hint.startswith("1 confirmed")


def test_every_type_is_offered_under_its_family_once() -> None:
    offered = [name for names in families().values() for name in names]
    assert sorted(offered) == sorted(EVENT_TYPES)
    assert [item.subject for item in types("WithdrawalOrd")] == [None, "WithdrawalOrdered"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ratif", "AgreementRatified"),
        ("statement", "StatementMade"),
        ("RatificationRef", "RatificationRefused"),
        ("order", "WithdrawalOrdered"),
        ("position", "PositionTaken"),
    ],
)
def test_a_word_means_what_is_done_before_what_it_is_done_to(word: str, meant: str) -> None:
    found = list(types(word))
    assert found[best(found, word)].subject == meant


def test_what_must_be_there_is_asked_for_first(seen: Status) -> None:
    assert [field.path for field in fields_of(WithdrawalOrdered, seen) if field.required] == ["withdrawal", "party"]
    assert [field.path for field in fields_of(WithdrawalOrdered, seen)][:2] == ["withdrawal", "party"]


def test_names_that_there_are_are_offered(seen: Status) -> None:
    offered = {field.path: field.choices for field in fields_of(WithdrawalOrdered, seen)}
    assert offered["withdrawal"] == ("garrison",)
    assert offered["party"] == ("NTH", "STH", "EST")
    assert offered["evidence.0.source"] == ("gazette", "courier", "echo", "herald")
    assert offered["modality"] == ("done", "announced", "reported", "denied", "hypothetical")


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1000", {"value": 1000}),
        ("1,000", {"value": 1000}),
        ("650-1000", {"low": 650, "high": 1000}),
        ("650..1000", {"low": 650, "high": 1000}),
        (">600", {"low": 600}),
        ("<1,100", {"high": 1100}),
        ("600+", {"low": 600}),
    ],
)
def test_a_figure_is_written_as_people_write_it(text: str, figure: dict[str, int]) -> None:
    event = event_of(StrengthReported, "river", {"withdrawal": "garrison", "strength": text})
    assert json.loads(event.canonical())["strength"] == figure


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["id"]))
def test_the_form_of_an_entry_makes_that_entry_again(entry: dict[str, Any]) -> None:
    event = parse({"negotiation": "river", **entry})
    again = event_of(type(event), "river", {**values_of(event), "id": entry["id"]})
    assert again == event


def test_what_is_wrong_is_told_with_its_field() -> None:
    with pytest.raises(EntryRejectedError) as caught:
        event_of(WithdrawalOrdered, "river", {"withdrawal": "Not A Slug", "strength": "many", "occurred": "2024-13"})
    assert {problem.field.split(".")[0] for problem in caught.value.problems} == {
        "withdrawal",
        "party",
        "strength",
        "occurred",
    }


def test_evidence_that_was_left_blank_is_not_counted_and_ten_pieces_keep_their_order() -> None:
    given = {f"evidence.{number}.source": f"source-{number}" for number in range(12)}
    given |= {
        "withdrawal": "garrison",
        "party": "NTH",
        "evidence.0.source": " ",
        "evidence.0.quote": "",
        "evidence.1.credibility": "9",
    }
    made = event_of(WithdrawalOrdered, "river", {**given, "evidence.1.credibility": "2"})
    assert [item.source for item in made.evidence] == [f"source-{number}" for number in range(1, 12)]
    with pytest.raises(EntryRejectedError) as refused:
        event_of(WithdrawalOrdered, "river", given)
    assert field_of(refused.value.problems[0], given, given) == "evidence.1.credibility"


def test_a_date_tells_its_bounds_while_it_is_written(seen: Status) -> None:
    occurred = next(field for field in fields_of(WithdrawalOrdered, seen) if field.path == "occurred")
    assert meaning(occurred, "2024-05~") == "2024-05-01 to 2024-05-31 · approximate"
    assert meaning(occurred, "2024-05-06") == "2024-05-06"
    assert meaning(occurred, "2024-09-15/..") == "2024-09-15 to open"
    assert "months run from 01 to 12" in meaning(occurred, "2024-13")


def test_a_date_may_be_written_as_people_do(seen: Status) -> None:
    occurred = next(field for field in fields_of(WithdrawalOrdered, seen) if field.path == "occurred")
    assert meaning(occurred, "11 May 2024") == "2024-05-11"
    assert meaning(occurred, "5/6/2024").endswith("write 2024-06-05 or 2024-05-06")
    given = {"withdrawal": "w", "party": "NER", "occurred": "11 May 2024"}
    assert str(event_of(WithdrawalOrdered, "river", given).occurred) == "2024-05-11"


async def _fill(pilot: Pilot[int], **values: str) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    for index, path in enumerate(screen.fields):
        if path in values:
            screen.lines.go_to(index)
            screen.lines.line.value = values[path]
            await pilot.pause()
    screen.check()
    await pilot.pause()


async def _open(pilot: Pilot[int], word: str) -> FormScreen:
    await pilot.press("a", *word, "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def test_an_entry_is_previewed_and_recorded(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        await _open(pilot, "WithdrawalTimetableSet")
        assert "Withdrawal is required" in text_of(pilot)
        await _fill(pilot, withdrawal="garrison", deadline="2024-09-15", occurred="2024-04-20", note="By decree.")
        shown = text_of(pilot)
        assert "^s records it" in shown
        assert "withdrawal:garrison deadline" in shown
        assert "— → 2024-09-15" in shown
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
        await until(pilot, lambda: "deadline 2024-09-15" in text_of(pilot))
    with EventLog.open(river, read_only=True) as log:
        last = list(log.read("river"))[-1]
    assert (last.event.event, last.recorded_by, last.event.note) == ("WithdrawalTimetableSet", "tests", "By decree.")


@pytest.mark.long
async def test_keys_write_and_move_through_the_form(opened: Opened) -> None:
    async with opened() as pilot:
        screen = await _open(pilot, "statementmade")
        await pilot.press(*"nt", "right", "enter", *"Hello?", "down")
        assert screen.values["party"] == "NTH"
        assert screen.values["text"] == "Hello?"


@pytest.mark.long
async def test_what_is_typed_at_once_is_recorded_whole(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        await _open(pilot, "statementmade")
        typed_at_once(pilot, *"NTH", "tab", *"Soon, they say", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert (event.party, event.text) == ("NTH", "Soon, they say")


@pytest.mark.long
async def test_more_evidence_can_be_given(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = await _open(pilot, "statementmade")
        await pilot.press("ctrl+e")
        await until(pilot, lambda: "evidence.1.source" in screen.fields)
        await pilot.pause()
        await _fill(pilot, party="NTH", text="x", **{"evidence.1.source": "echo", "evidence.1.credibility": "3"})
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        assert [item.source for item in list(log.read("river"))[-1].event.evidence] == ["echo"]


async def test_what_cannot_be_recorded_stays_in_the_form(opened: Opened) -> None:
    async with opened() as pilot:
        screen = await _open(pilot, "statementmade")
        await _fill(pilot, party="XYZ", text="A long text that took an hour.")
        assert "✗ Party" in text_of(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.values["text"] == "A long text that took an hour."


async def test_a_log_that_cannot_be_written_loses_nothing(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as pilot:
        screen = await _open(pilot, "statementmade")
        await _fill(pilot, party="NTH", text="A long text.")

        def busy(*_: object, **__: object) -> None:
            raise LogBusyError("another process holds the log")

        monkeypatch.setattr(screen.workspace.log_book.store.recorder, "insert_events", busy)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nothing is lost" in text_of(pilot))
        assert pilot.app.screen is screen
        monkeypatch.undo()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))


@pytest.mark.long
async def test_a_draft_is_offered_again_even_by_another_run(opened: Opened) -> None:
    async with opened() as pilot:
        await _open(pilot, "statementmade")
        await _fill(pilot, party="NTH", text="Half a thought")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, WorkspaceScreen)
    async with opened() as pilot:
        await pilot.press("a")
        assert "Drafts, begun and not recorded" in text_of(pilot)
        assert "NTH · Half a thought" in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        await until(pilot, lambda: "Half a thought" in text_of(pilot))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
        await pilot.press("a")
        assert "Add an entry" in text_of(pilot)
        assert "begun and not recorded" not in text_of(pilot)


def test_a_draft_that_cannot_be_kept_or_read_hinders_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    drafts = Drafts("identity")
    assert not drafts.keep("river", Unfinished("StatementMade", {"text": "x"}))
    assert drafts.get("river") == Unfinished("StatementMade", {"text": "x"})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    Drafts("identity").keep("river", Unfinished("StatementMade", {"text": "y"}))
    kept = next(tmp_path.rglob("0.json"))
    kept.write_text("not json")
    assert Drafts("identity").get("river") is None


async def test_an_entry_is_corrected_in_the_fields_that_were_changed(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        screen.look_at("refuses")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        assert "nothing differs" in text_of(pilot)
        await _fill(pilot, reason="A better source.", occurred="2024-02-12", ground="Sovereignty")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert event.event == "EntryCorrected"
    assert (event.entry, event.reason) == ("refuses", "A better source.")
    assert event.changes == {"occurred": "2024-02-12", "ground": "Sovereignty"}


async def test_an_entry_is_retracted_after_seeing_what_falls(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        screen.look_at("refuses")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
        await until(pilot, lambda: "keep-the-ford: it has no answer." in text_of(pilot))
        await _fill(pilot, reason="Withdrawn by the paper.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "keep-the-ford  tabled" in text_of(pilot))
        # A slip of that key is taken back by u; what u has taken back so stays.
        await pilot.press("u")
        await until(pilot, lambda: "refuses retracted: Withdrawn by the paper." in text_of(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "keep-the-ford  refused" in text_of(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "retraction: rumour retracted" in text_of(pilot))
    with EventLog.open(river, read_only=True) as log:
        assert [recorded.event.event for recorded in log.read("river")][-2:] == ["EntryRetracted"] * 2


async def test_a_form_about_an_entry_tells_that_somebody_else_has_retracted_it(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        screen.look_at("refuses")
        await pilot.press("x")
        await until(pilot, lambda: "✓ right; ^s records it" in text_of(pilot))
        assert "is retracted" not in text_of(pilot)
        with EventLog.open(river, by="somebody else") as log:
            log.record([EntryRetracted(negotiation="river", id="theirs", entry="refuses", reason="Made up.")])
        await until(pilot, lambda: "The entry that this is about is" in text_of(pilot))
        assert "theirs" in text_of(pilot)
