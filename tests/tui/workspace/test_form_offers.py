"""What a form offers: told apart from what is written, taken by one key, asked about where a new thing would begin."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from projections.views.status import status
from tests.tui.workspace.given import TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.events import AgreementRatified, AgreementSigned
from tui.workspace.entry.fields import FormField, fields_of
from tui.workspace.entry.forms import title_of_new
from tui.workspace.entry.known import completed, nearly_known
from tui.workspace.screens.form import FormScreen
from tui.workspace.screens.workspace import WorkspaceScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

_AGREEMENT = FormField(
    "agreement",
    "text",
    choices=("manas-base-2001", "transit"),
    names={"transit": "Manas transit centre"},
    begins="agreement",
)


async def _open(pilot: Pilot[int], word: str) -> FormScreen:
    await pilot.press("a", *word, "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, FormScreen))
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


def test_a_beginning_goes_on_to_an_id_before_a_name_and_what_is_known_stays() -> None:
    assert completed(_AGREEMENT, "manas") == "manas-base-2001"
    assert completed(_AGREEMENT, "Manas t") == "transit"
    assert completed(replace(_AGREEMENT, choices=("camp-2", "camp")), "camp") is None
    assert completed(_AGREEMENT, " ") is completed(_AGREEMENT, "\u0301") is None


def test_a_new_thing_that_one_known_name_alone_begins_like_may_be_that_one() -> None:
    assert nearly_known(_AGREEMENT, "manas-b") == {"manas-b": "manas-base-2001"}
    assert nearly_known(_AGREEMENT, "manas") == nearly_known(_AGREEMENT, "transit") == {}
    assert nearly_known(replace(_AGREEMENT, begins=""), "manas-b") == {}


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ({"agreement": " Manas base agreement 2001"}, {"title": "Manas base agreement 2001"}),
        ({"agreement": "Manas base", "title": "Another"}, {}),
        ({"agreement": "manas-base"}, {}),
        ({"agreement": "Treaty on the RIVER"}, {}),
        ({}, {}),
    ],
)
def test_the_words_of_which_an_id_is_made_are_the_title(
    river: Path, written: dict[str, str], title: dict[str, str]
) -> None:
    with EventLog.open(river, read_only=True) as log:
        seen = status(log, "river", today=TODAY)
    for kind in (AgreementSigned, AgreementRatified):
        fields = {field.path: field for field in fields_of(kind, seen)}
        assert title_of_new(kind, fields, written) == title


async def test_what_is_offered_is_no_value_until_it_is_taken(river: Path, opened: Opened) -> None:
    async with opened() as pilot:
        form = await _open(pilot, "agreementratified")
        assert form.lines.here.path == "agreement"
        assert "Agreement                → river-treaty" in text_of(pilot)
        assert "(1 confirmed … 6 cannot be judged)" in text_of(pilot)
        await pilot.press("right")
        assert form.values["agreement"] == "river-treaty"
        # What is offered behind a text stands behind an arrow.
        form.put("agreement", "")
        await pilot.press(*"riv")
        await until(pilot, lambda: "riv → river-treaty" in text_of(pilot))
        await until(pilot, lambda: "riv is new; → takes river-treaty" in text_of(pilot))
        await pilot.press("tab")
        await until(pilot, lambda: "! Agreement: riv is new; or is it" in text_of(pilot))
        form.put("agreement", "riv")
        await pilot.press("right")
        assert form.values["agreement"] == "river-treaty"
        await until(pilot, lambda: "is new" not in text_of(pilot))
        form.put("agreement", "Ford Accord of 2024")
        await pilot.press("tab", *"NTH", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkspaceScreen))
    with EventLog.open(river, read_only=True) as log:
        event: Any = list(log.read("river"))[-1].event
    assert (event.agreement, event.title) == ("ford-accord-of-2024", "Ford Accord of 2024")


@pytest.mark.long
async def test_the_field_that_is_written_is_seen_in_another_size_too(opened: Opened) -> None:
    async with opened() as pilot:
        form = await _open(pilot, "positiontaken")
        form.lines.go_to(list(form.fields).index("occurred"))
        await pilot.press(*"2024-05")
        for columns, lines in ((40, 10), (120, 40), (120, 10)):
            await pilot.resize_terminal(columns, lines)
            await until(pilot, lambda: len(text_of(pilot).splitlines()) == lines)  # noqa: B023 - awaited at once
            await pilot.pause()
            assert re.search(r"Happened on +2024-05 ", text_of(pilot))
