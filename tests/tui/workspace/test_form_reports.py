"""One report, many claims: names registered inside a form, what stays for the next entry, drafts, corrections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from projections.views.status import status
from projections.wording.labels import WHEN
from tests.tui.workspace.given import TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.errors import Problem
from tracker.events import FigureReported, WithdrawalTimetableSet
from tracker.events.parsing import parse
from tui.drafts import Drafts
from tui.kept import Unfinished
from tui.workspace.entry.fields import FormField, fields_of
from tui.workspace.entry.known import begun, completed, field_of, first_to_mend, registration, taken, unknown
from tui.workspace.entry.said import said_of
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.picking import TypeChooser
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

_PARTIES = FormField(
    "parties", "list", choices=("NER", "USA"), names={"NER": "Niger", "USA": "United States"}, register="party"
)
#: Keys besides text for the second entry from one report.
_SECOND_ENTRY = 15


def test_a_name_a_beginning_or_another_case_is_taken_in_every_item_of_a_list() -> None:
    assert taken(_PARTIES, "niger, usa") == "NER,USA"
    assert taken(_PARTIES, "united, Mali") == "USA,Mali"
    assert unknown(_PARTIES, "Niger, Mali") == ["Mali"]
    assert completed(_PARTIES, "NER, u") == "NER, USA"
    assert completed(_PARTIES, "NER, n") is None
    assert registration("party", "Mali") == ("PartyAdded", {"party": "MLI", "name": "Mali", "role": "principal"})


def test_persons_are_offered_and_things_that_are_new_are_told(river: Path) -> None:
    with EventLog.open(river, read_only=True) as log:
        seen = status(log, "river", today=TODAY)
    fields = {field.path: field for field in fields_of(WithdrawalTimetableSet, seen)}
    speaker, thing = fields["evidence.0.attributed_to"], fields["withdrawal"]
    assert speaker.register == "person"
    speaker = replace(speaker, choices=("Ali Zéine",))
    assert taken(speaker, "ali zeine") == "Ali Zéine"
    # The beginning of a name may be another person's.
    assert unknown(speaker, "Ali") == ["Ali"]
    assert registration("person", "Y") == ("AliasAdded", {"alias": "Y"})
    assert (begun(thing, "garrison"), begun(thing, "camp")) == ([], ["camp"])
    # A type's own dates stand with the others.
    assert [path for path, field in fields.items() if field.group == WHEN] == ["occurred", "published", "deadline"]


def test_an_agreement_is_taken_by_its_title_and_a_new_one_has_an_id_made_of_how_it_is_called() -> None:
    field = FormField("agreement", "text", choices=("accord",), names={"accord": "The Accord"}, begins="agreement")
    assert taken(field, "the accord") == "accord"
    assert (taken(field, "Prespa Agreement"), begun(field, "Prespa Agreement")) == (
        "prespa-agreement",
        ["prespa-agreement"],
    )
    assert taken(replace(field, choices=()), "Prespa Agreement") == "prespa-agreement"


def test_what_a_figure_is_of_is_named_as_a_person_names_it(river: Path) -> None:
    with EventLog.open(river, read_only=True) as log:
        seen = status(log, "river", today=TODAY)
    about = next(field for field in fields_of(FigureReported, seen) if field.path == "about")
    assert {"party:NTH", "party:STH"} <= set(about.choices)
    assert taken(about, about.names["party:STH"].lower()) == taken(about, "southl") == "party:STH"


def test_a_name_that_is_not_known_is_told_with_the_key_that_adds_it_whatever_is_wrong_with_it() -> None:
    fields, values = {"parties": _PARTIES}, {"parties": "Niger, New Land"}
    assert _PARTIES.folded
    told = said_of(Problem("'New Land' is not right: a slug has a-z", "parties.1"), fields, values)
    assert told == ("Parties", "New Land is not known; ^n adds it now")
    source = FormField("source", "text", register="source")
    Path("page.html").write_text("x")
    told = said_of(
        Problem("'page.html' is not right: a slug has a-z", "source"), {"source": source}, {"source": "page.html"}
    )
    assert told == ("Source", "page.html is a file; ^n registers it, and shows what it says")
    assert said_of(Problem("is required", "parties"), fields, {}) == ("Parties", "is required")


def test_a_refusal_names_the_field_that_is_wrong() -> None:
    fields = ("parties", "occurred", "strength", "evidence.2.source")
    values = {"evidence.2.source": "echo"}
    assert field_of(Problem("x", "parties.1"), fields, values) == "parties"
    assert field_of(Problem("x", "changes.occurred"), fields, values) == "occurred"
    assert field_of(Problem("x", "evidence.0.source"), fields, values) == "evidence.2.source"
    correction = ("own.published", "published", "own.evidence.0.source", "evidence.2.source")
    for place, path in (("published", "own.published"), ("changes.published", "published")):
        assert field_of(Problem("x", place), correction, values) == path
    assert field_of(Problem("x", "evidence.0.source"), correction, values) == "own.evidence.0.source"
    assert field_of(Problem("x", "changes.evidence.0.source"), correction, values) == "evidence.2.source"
    assert field_of(Problem("x", "strength.low"), fields, values) == "strength"
    assert field_of(Problem("x"), fields, values) is None
    whole, later = Problem("give one of agreement, occurred, strength"), Problem("is required", "parties")
    assert first_to_mend([whole, later], fields, values) == "occurred"
    assert first_to_mend([Problem("x"), later], fields, values) == "parties"
    assert first_to_mend([Problem("an alias is of one; give one of the two")], fields, values) is None


def test_several_drafts_are_kept_and_dropped_one_by_one() -> None:
    drafts = Drafts("identity")
    for kind in ("StatementMade", "RoundHeld"):
        drafts.keep("river", Unfinished(kind, {"note": "x"}, number=drafts.new_number()))
    again = Drafts("identity")
    assert [draft.kind for draft in again.of("river")] == ["StatementMade", "RoundHeld"]
    assert again.new_number() not in {draft.number for draft in again.of("river")}
    again.drop("river", again.of("river")[0].number)
    assert [draft.kind for draft in Drafts("identity").of("river")] == ["RoundHeld"]


async def _form(pilot: Pilot[int], kind: str) -> FormScreen:
    await until(
        pilot, lambda: isinstance(pilot.app.screen, FormScreen) and pilot.app.screen.kind.__name__ == kind, kind
    )
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def _write(pilot: Pilot[int], form: FormScreen, **values: str) -> int:
    """Write fields by keys, in the form's order, and return how many keys were needed besides text."""
    keys = 0
    for path, text in values.items():
        while form.lines.here.path.rpartition(".")[2] != path:
            await pilot.press("tab")
            keys += 1
        form.lines.line.value = text
        await pilot.pause()
    return keys


async def test_an_entry_with_what_is_unknown_and_a_second_one_from_the_same_report(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"statementmade", "enter")
        form = await _form(pilot, "StatementMade")
        await _write(pilot, form, party="Westland", text="One.\n\nTwo.", occurred="2024-05-01", source="Star")
        await _write(pilot, form, credibility="2", attributed_to="A minister")
        for kind, made in (("PartyAdded", "westland"), ("SourceRegistered", "star")):
            await pilot.press("ctrl+n")
            await _form(pilot, kind)
            assert f"Add  {kind}  and back to the form" in text_of(pilot)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: pilot.app.screen is form, made)
            # In the form, an `a` is text.
            assert "a adds another" not in text_of(pilot)
            assert made in form.values.values()
        assert form.values["text"] == "One.\n\nTwo."
        # ^r in a form inside another begins the next entry, too, and what was below stays.
        form.lines.go_to(list(form.fields).index("evidence.0.attributed_to"))
        await pilot.press("ctrl+n")
        inner = await _form(pilot, "AliasAdded")
        await _write(pilot, inner, person="An unnamed minister")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(pilot.app.screen, TypeChooser))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(pilot.app.screen, TypeChooser))
        await pilot.press(*"statementmade", "enter")
        form = await _form(pilot, "StatementMade")
        assert form.values["evidence.0.source"] == "star"
        keys = await _write(pilot, form, party="NTH", text="Three.")
        await pilot.press("ctrl+s")
        assert 1 + len(["enter", "ctrl+s"]) + keys <= _SECOND_ENTRY
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
        # One's own last entry is taken back, with a reason made.
        screen: Any = pilot.app.screen
        await until(pilot, lambda: getattr(screen.session.history.entries[-1].event, "text", "") == "Three.")
        await pilot.press("u")
        await until(pilot, lambda: "Three." in text_of(pilot))
        # A key that is held down asks, and does not answer.
        await pilot.press("u", "u", "u")
        assert "Take back" in text_of(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Taken back:" in text_of(pilot))
    with EventLog.open(river, read_only=True) as log:
        *_, first, second, last = [recorded.event for recorded in log.read("river")]
    said: Any = (first, second)
    assert [
        (each.text, each.evidence[0].source, each.evidence[0].attributed_to, str(each.occurred)) for each in said
    ] == [
        ("One.\n\nTwo.", "star", "A minister", "2024-05-01"),
        ("Three.", "star", "A minister", "2024-05-01"),
    ]
    assert last.event == "EntryRetracted"


@pytest.mark.long
async def test_a_correction_tells_its_difference_and_has_a_day_and_a_source_of_its_own(
    river: Path, opened: Opened
) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        screen.look_at("refuses")
        await pilot.press("x")
        form = await _form(pilot, "EntryRetracted")
        assert form.lines.here.path == "reason"
        assert "entry" not in form.fields
        await pilot.press("escape", "c")
        form = await _form(pilot, "BaseRequestRefused")
        for path, text in (
            ("reason", "A better one."),
            ("own.published", "2024-04-01"),
            ("own.evidence.0.source", "gazette"),
            ("occurred", "2024-02-12"),
        ):
            form.lines.go_to(list(form.fields).index(path))
            form.lines.line.value = text
            await pilot.pause()
        await until(pilot, lambda: "Happened on: 2024-02-10 → 2024-02-12" in text_of(pilot), "the difference")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert (event.changes, str(event.published)) == ({"occurred": "2024-02-12"}, "2024-04-01")
    assert [item.source for item in event.evidence] == ["gazette"]


async def test_a_form_inside_a_form_that_was_left_goes_on_with_what_was_written(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("a", *"statementmade", "enter")
        form = await _form(pilot, "StatementMade")
        form.put("evidence.0.source", "24.kg")
        await pilot.press("ctrl+n")
        inner = await _form(pilot, "SourceRegistered")
        inner.put("publisher", "24.kg News Agency")
        await pilot.press("escape")
        assert pilot.app.screen is form
        await pilot.press("ctrl+n")
        inner = await _form(pilot, "SourceRegistered")
        assert (inner.values["source"], inner.values["publisher"]) == ("24-kg", "24.kg News Agency")
        await pilot.press("escape")
        # That of another name begins with that.
        form.put("evidence.0.source", "Another")
        await pilot.press("ctrl+n")
        inner = await _form(pilot, "SourceRegistered")
        assert (inner.values["source"], inner.values.get("publisher")) == ("another", None)


async def test_what_is_wrong_with_the_source_of_a_correction_is_told_of_that(opened: Opened) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        screen.look_at("refuses")
        await pilot.press("c")
        form = await _form(pilot, "BaseRequestRefused")
        form.put("own.evidence.0.source", "24.kg")
        form.put("note", "x")
        await until(pilot, lambda: "✗ Source 24.kg is not known; ^n adds it now" in text_of(pilot))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: form.lines.here.path == "own.evidence.0.source")
        form.put("own.evidence.0.source", "gazette")
        form.put("evidence.0.source", "No One")
        form.put("note", "x")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: form.lines.here.path == "evidence.0.source")


@pytest.mark.parametrize(("theirs", "is_taken"), [({"strength": {"value": 320}}, True), ({"note": "Theirs."}, False)])
async def test_a_correction_leaves_what_somebody_else_has_corrected_meanwhile(
    theirs: dict[str, Any], is_taken: bool, river: Path, opened: Opened
) -> None:
    async with opened() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WorkspaceScreen)
        screen.look_at("ordered")
        await pilot.press("c")
        form = await _form(pilot, "WithdrawalOrdered")
        form.put("reason", "A better one.")
        form.put("note", "Ours.")
        with EventLog.open(river, by="somebody else") as log:
            theirs = {
                "event": "EntryCorrected",
                "id": "theirs",
                "entry": "ordered",
                "changes": theirs,
                "reason": "Theirs.",
            }
            log.record([parse({"negotiation": "river", **theirs})])
        await until(pilot, lambda: form.session.history.entries[-1].id == "theirs")
        await pilot.press("ctrl+s")
        if not is_taken:
            await until(pilot, lambda: "corrected by somebody else meanwhile" in text_of(pilot))
            assert form.lines.here.path == "note"
            await pilot.press("escape", "c", "c")
            form = await _form(pilot, "WithdrawalOrdered")
            await until(pilot, lambda: "Note: Theirs. → Ours." in text_of(pilot))
            await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert event.changes == {"note": "Ours."}
