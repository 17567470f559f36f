"""A page that plays: each step shows what the status says on its day, and only our own script is in it."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

import pytest

from projections import Cut, claims, status
from projections.exports.brief import brief, page
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE
from tests.projections.telling import history, party, seed, tell
from tracker.events import AgreementEnteredIntoForce, AgreementSigned, PartyAdded

if TYPE_CHECKING:
    from pathlib import Path

    from projections import History, Status

SEEDS: Final = ("us-niger", "panama-canal", "visiting-forces", "black-sea")
#: What a page that asks for nothing and reads no clock does not use.
_FORBIDDEN: Final = re.compile(r"\beval\b|\bFunction\b|fetch|innerHTML|XMLHttp|import\b|https?:|new Date\b|Date\.now")
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Played(HTMLParser):
    """What a page says of each item, and its steps."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.items: dict[int, dict[str, str | None]] = {}
        self.hidden: set[int] = set()
        self._is_data = False
        self.steps: dict[str, list[dict[str, Any]]] = {}
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self._is_data = given.get("id") == "play-data"
        if "data-item" in given:
            number = int(given["data-item"] or "")
            self.items[number] = given
            if "hidden" in given:
                self.hidden.add(number)

    def handle_data(self, data: str) -> None:
        if self._is_data:
            self.steps = json.loads(data)
            self._is_data = False

    def at(self, axis: str, index: int) -> list[dict[str, str | None]]:
        """Return what the script shows at a step."""
        shown: set[int] = set()
        for step in self.steps[axis][: index + 1]:
            shown = (shown | set(step["come"])) - set(step["gone"])
        return [self.items[number] for number in sorted(shown)]


def _states(found: list[dict[str, str | None]]) -> dict[str, str]:
    return {one["data-subject"] or "": one["data-state"] or "" for one in found if "data-state" in one}


def _kinds(found: list[dict[str, str | None]]) -> list[tuple[str, str]]:
    return sorted({(one["data-finding"] or "", one["data-subject"] or "") for one in found if "data-finding" in one})


def said(now: Status) -> dict[str, str]:
    """Return the states and stances of a status by subject."""
    things = {one.subject: one.state or "" for family in now.things.values() for one in family.values()}
    stands = {one.subject: one.stance or "" for by in now.positions.values() for one in by.values()}
    return {**things, **stands}


def _findings(now: Status) -> list[tuple[str, str]]:
    return sorted({(one.kind, one.subject) for one in now.findings if not one.is_note})


@pytest.mark.parametrize("name", SEEDS)
def test_each_step_shows_what_the_status_says_on_its_day(name: str, tmp_path: Path) -> None:
    loaded = seed(name, tmp_path)
    played = Played(page(brief(loaded, name, plays=True)))
    assert played.hidden == set(played.items)
    for axis in ("known", "happened"):
        steps = played.steps[axis]
        assert len(steps) > 10
        assert [step["day"] for step in steps] == sorted({step["day"] for step in steps})
        for index, step in enumerate(steps):
            assert step["at"] == (date.fromisoformat(step["day"]) - date(1970, 1, 1)).days
            now = status(loaded, name, Cut(**{f"{axis}_by": step["day"]}))
            shown = played.at(axis, index)
            assert _states(shown) == said(now)
            assert _kinds(shown) == _findings(now)


def test_what_holds_before_all_years_that_can_be_written_is_a_step() -> None:
    loaded = history(
        PartyAdded(negotiation="n", id="p", party="ROM", name="Rome"),
        AgreementSigned(negotiation="n", id="a", agreement="ebro", by=("ROM",), occurred="-0225"),
        AgreementEnteredIntoForce(negotiation="n", id="b", agreement="ebro", occurred="2024-05-01"),
    )
    played = Played(page(brief(loaded, "n", plays=True)))
    first, second = played.steps["happened"][:2]
    assert (first["day"], second["day"]) == ("0001-01-01", "2024-05-01")
    assert _states(played.at("happened", 0)) == {"agreement:ebro": "signed"}
    assert _states(played.at("happened", 1)) == {"agreement:ebro": "in-force"}


@pytest.mark.long
def test_each_step_tells_what_it_changed(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    playing = brief(loaded, "us-niger", plays=True).play
    assert playing is not None
    by_day = {axis: {step.day: step for step in steps} for axis, steps in playing.steps.items()}
    assert all(bool(step.told) != bool(step.last) for steps in by_day.values() for step in steps.values())
    assert [one.date for one in by_day["known"]["2024-05-19"].coming] == ["2024-09-15"]
    assert [one.date for one in by_day["known"]["2024-09-16"].going] == ["2024-09-15"]
    quiet = by_day["known"]["2024-04-24"].last
    assert quiet is not None
    assert quiet.entries == ("no-way-to-continue",)
    (sure,) = by_day["happened"]["2012-12-31"].changes.changes
    assert (sure.aspect, sure.before, sure.after) == ("when", "may have happened later", "has happened by then")


@pytest.mark.long
def test_without_it_a_page_has_no_script(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    assert "script" not in Played(page(brief(loaded, "us-niger"))).tags
    assert "script" in Played(page(brief(loaded, "us-niger", plays=True))).tags


@pytest.mark.long
def test_it_is_small_and_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    made = page(brief(loaded, "us-niger", plays=True))
    assert made == page(brief(loaded, "us-niger", plays=True, today=date(2031, 1, 1)))
    assert len(made.encode()) <= 300_000
    (script,) = _SCRIPT.findall(made)
    assert len(script.encode()) <= 15_000
    assert not _FORBIDDEN.search(script)


@pytest.mark.long
def test_a_cut_ends_the_steps(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    played = Played(page(brief(loaded, "us-niger", Cut(known_by="2024-05-11"), plays=True)))
    assert played.steps["known"][-1]["day"] <= "2024-05-11"
    assert _states(played.at("happened", -1 + len(played.steps["happened"]))) == said(
        status(loaded, "us-niger", Cut(known_by="2024-05-11", happened_by=played.steps["happened"][-1]["day"]))
    )


@pytest.mark.long
def test_what_a_source_is_left_out_of_is_not_played(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    source = next(iter(claims(loaded, "us-niger").registers.sources))
    played = Played(page(brief(loaded, "us-niger", without=[source], plays=True)))
    steps = played.steps["known"]
    now = status(loaded, "us-niger", Cut(known_by=steps[-1]["day"]), without=[source])
    assert _states(played.at("known", len(steps) - 1)) == said(now)


def test_hostile_text_stays_text() -> None:
    loaded: History = history(*river(" " + " ".join(HOSTILE)))
    made = page(brief(loaded, "n", plays=True))
    played = Played(made)
    assert played.tags.count("script") == 2
    assert "<script>alert" not in made
    assert len(_SCRIPT.findall(made)) == 1


def test_lanes_that_have_no_room_are_counted() -> None:
    signed = [
        tell("AgreementSigned", f"signed-{n}", f"2020-01-{n:02}", agreement=f"a-{n}", by=["UPP"]) for n in range(1, 27)
    ]
    begun = tell("NegotiationOpened", "opened", title="Talks"), party("UPP", name="Upper State", role="principal")
    made = page(brief(history(*begun, *signed), "n", plays=True))
    assert re.findall(r'<p class="soft" data-along="(\w+)">(.*?)</p>', made) == [
        (axis, "2 lanes more are told below in words only.") for axis in ("known", "happened")
    ]
