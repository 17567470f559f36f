"""What is written in a form for a figure, a number, a vote: read whole or refused, with what it may mean."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.views.status import status
from tests.tui.workspace.given import TODAY
from tracker import EventLog
from tracker.errors import EntryRejectedError
from tracker.events import StrengthReported, VoteHeld
from tracker.events.parsing import parse
from tui.workspace.entry.fields import FormField, fields_of
from tui.workspace.entry.figures import figure_of
from tui.workspace.entry.forms import event_of, meaning, values_of

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.events.base import Event

#: What stands around a number.
_AROUND: Final = ("{}", "<{}", ">{}", "~{}", "{}+", "about {}")
#: Each character that stands between the thousands of a number.
_DIVIDERS: Final = (",", " ", "\u00a0", "\u202f", "'", "")


def _strength(text: str) -> dict[str, Any]:
    event = event_of(StrengthReported, "river", {"withdrawal": "garrison", "strength": text})
    found: dict[str, Any] = json.loads(event.canonical())["strength"]
    return found


def _refused(text: str) -> str:
    with pytest.raises(EntryRejectedError) as caught:
        _strength(text)
    assert {problem.field.partition(".")[0] for problem in caught.value.problems} == {"strength"}
    return "; ".join(problem.message for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1 000", {"value": 1000}),
        ("1\u00a0000", {"value": 1000}),
        ("12 345 678", {"value": 12345678}),
        ("about 1,000", {"value": 1000, "approximate": True}),
        ("~ 1 000", {"value": 1000, "approximate": True}),
        ("~650-1000", {"low": 650, "high": 1000, "approximate": True}),
        ("650 to 1,000", {"low": 650, "high": 1000}),
        ("650 \u2013 1 000", {"low": 650, "high": 1000}),
        (">=600", {"low": 600}),
        ("3.5", {"value": 3.5}),
    ],
)
def test_a_figure_is_read_as_it_is_grouped(text: str, figure: dict[str, Any]) -> None:
    assert _strength(text) == figure


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1000 2000", "1000 2000 is no figure; for 10,002,000 write 10002000, for a range write 1000-2000"),
        ("1,00", "1,00 is no figure; for 100 write 100, for 1 and a fraction write 1.00"),
        ("-5", "-5 is no figure; for up to 5 write <5, for 5 write 5"),
        ("1,000 000", "1,000 000 is no figure; for 1,000,000 write 1000000"),
        ("many", "many is no figure; write it as 1000, ~1000, 650-1000, >600, <1100"),
        ("9" * 50 + " 1", "9" * 39 + "… is no figure; write it as 1000, ~1000, 650-1000, >600, <1100"),
        (f"1{' ' * 100}-2", "is no figure; for 12 write 12, for a range write 1-2"),
        ("1.100-1.200", "for 1,100 write 1100"),
    ],
)
def test_a_figure_of_several_readings_is_refused_with_them(text: str, said: str) -> None:
    assert said in _refused(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("~1 000", "about 1,000"),
        ("0", "0"),
        (">600", "at least 600"),
        ("1..2", "1–2"),
        ("<5", "at most 5"),
        ("1,0", ""),
        ("9" * 5000, ""),
    ],
)
def test_what_a_figure_is_read_as_is_told_while_it_is_written(text: str, said: str) -> None:
    assert meaning(FormField("strength", "figure"), text) == said


@given(st.text(alphabet="0123456789 ,-–.<>~+\u00a0ato", max_size=14))
def test_whatever_is_typed_a_figure_is_read_whole_or_refused(text: str) -> None:
    try:
        figure = _strength(text)
    except (EntryRejectedError, KeyError):
        return
    written = re.findall(r"[0-9.]+", re.sub(r"(?<=[0-9])[ ,\u00a0](?=[0-9]{3})", "", text.replace("..", "-")))
    read = [figure[part] for part in ("value", "low", "high") if part in figure]
    assert [float(number) for number in written] == read


@given(
    st.integers(0, 10**12), st.sampled_from(_DIVIDERS), st.sampled_from(("{}", "<{}", ">{}", "~{}", "{}+", "about {}"))
)
def test_a_number_is_read_however_its_thousands_are_divided(number: int, divider: str, around: str) -> None:
    figure = figure_of(around.format(f"{number:,}".replace(",", divider)))
    assert figure is not None
    assert str(number) in figure.values()


def test_a_form_takes_a_figure_again_as_it_has_it() -> None:
    for figure in ({"value": 1000, "approximate": True}, {"low": 1, "high": 2.5, "approximate": True}, {"high": 3}):
        event = parse(
            {"event": "StrengthReported", "negotiation": "river", "withdrawal": "garrison", "strength": figure}
        )
        assert event_of(type(event), "river", values_of(event)) == event


def _vote(**values: str) -> Event:
    return event_of(VoteHeld, "river", {"body": "Jogorku Kenesh", "agreement": "base", **values})


@pytest.mark.parametrize(
    "text", ["KGZ: for, USA: against", " KGZ:for ,USA : against,", '{"KGZ":"for","USA":"against"}']
)
def test_votes_by_party_are_written_as_a_person_writes_them(text: str) -> None:
    event: Any = _vote(votes=text, decides="yes", votes_for="1,000")
    assert event.votes == {"KGZ": "for", "USA": "against"}
    assert (event.decides, event.votes_for) == (True, 1000)
    assert values_of(event)["votes"] == "KGZ: for, USA: against"
    assert event_of(VoteHeld, "river", values_of(event)) == event


@pytest.mark.parametrize("text", ["KGZ", "KGZ: for, KGZ: against", "KGZ: for: against", "KGZ: perhaps", "{", ": for"])
def test_votes_that_are_not_clear_are_refused(text: str) -> None:
    with pytest.raises(EntryRejectedError) as caught:
        _vote(votes=text)
    (problem,) = caught.value.problems
    assert problem.field.startswith("votes")
    assert "write it as KGZ: for, USA: absent, each name once" in problem.message or "perhaps" in problem.message


def test_a_form_says_how_votes_are_written_and_nothing_of_how_we_keep_them(river: Path) -> None:
    with EventLog.open(river, read_only=True) as log:
        fields = {field.path: field for field in fields_of(VoteHeld, status(log, "river", today=TODAY))}
    assert fields["votes"].hint == "KGZ: for, USA: absent; or against, abstain, veto"
    assert (fields["decides"].hint, fields["decides"].choices) == ("no where it is left out", ("yes", "no"))
    assert fields["votes_for"].hint == "a whole number"
    assert fields["motion"].hint == "approve where it is left out"
    assert all("Undefined" not in field.hint for field in fields.values())
