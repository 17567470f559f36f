"""Why of the parts of what is said: in words, with the entries that each rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings

from projections import Cut, status, why
from projections.judgement.conclusions import Position
from projections.judgement.states import State
from projections.views.answers.parts import parts_of, resting
from projections.views.why import why_of
from tests.projections.everything import shuffled
from tests.projections.telling import history, party, seed, source, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from projections import Status, Why
    from tracker.events import Event

SEEDS: Final = ("us-niger", "black-sea", "panama-canal", "visiting-forces")
#: What Python writes of an object of its own.
_OBJECT: Final = re.compile(
    r"=None|[A-Za-z_]=['\d(]|\b(?:Vote|Participant|Rival|Expected|Counted|Quantity)\(|\{'|None\b"
)
#: What says nothing where it is so.
_NOTHING: Final[tuple[object, ...]] = (None, False, [], {}, "")

TOLD: Final = (
    party("FRA", name="France"),
    party("DEU", name="Germany"),
    party("ITA", name="Italy"),
    party("council", name="Council", kind="body"),
    source("s", "2020-01-01"),
    tell("ProposalTabled", "p", "2019-01-01", "s", proposal="pp", party="FRA", to=["DEU", "ITA"], terms="T"),
    tell("ProposalRefused", "r", "2019-02-01", "s", proposal="pp", party="DEU"),
    tell("VoteHeld", "v", "2019-04-01", "s", proposal="pp", body="council", result="rejected"),
    tell("AgreementSigned", "signed", "2019-01-01", "s", agreement="a", by=["FRA", "DEU"], consents_required=2),
    tell("ConsentExpressed", "consent", "2019-02-01", "s", agreement="a", party="FRA", means="approval"),
    tell("AgreementEndorsed", "praise", "2019-02-02", "s", agreement="a", by=["ITA"]),
    tell("ReservationMade", "but", "2019-02-03", "s", agreement="a", party="FRA"),
    tell("IncidentReported", "shot", "2019-02-04", "s", agreement="a", party="DEU"),
    tell("DenunciationNotified", "notice", "2019-05-01", "s", agreement="a", party="DEU", effective="2020-05-01"),
    tell("PositionTaken", "stance", "2019-01-01", "s", party="FRA", matter="m", stance="opposes"),
    tell("FigureReported", "troops", "2019-01-01", "s", about="party:FRA", quantity="troops", figure={"value": 5}),
)


def asked(subject: str) -> Why:
    return why(history(*TOLD), "n", subject)


@pytest.mark.parametrize(
    ("subject", "says", "because"),
    [
        ("proposal:pp/answers", "pp: answers Germany refused, no answer of Italy.", ["r"]),
        ("proposal:pp/DEU", "Germany: refused.", ["r"]),
        ("proposal:pp/ITA", "Italy: no answer is known.", ["p"]),
        ("proposal:pp/to", "pp: to Germany, Italy.", ["p"]),
        ("proposal:pp/approvals", "pp: approvals Council: rejected.", ["v"]),
        ("proposal:pp/state", "pp is tabled: Germany refused, no answer of Italy.", ["p"]),
        ("agreement:a/parties", "a: parties France, Germany.", ["signed", "consent", "notice"]),
        (
            "agreement:a/participants",
            "a: participants France bound, Germany denunciation notified.",
            ["consent", "notice"],
        ),
        ("agreement:a/consents", "a: consents 1 of 2.", ["signed", "consent"]),
        ("agreement:a/approvals", "a: approvals France: approved.", ["consent"]),
        ("agreement:a/endorsed_by", "a: endorsed by Italy.", ["praise"]),
        ("agreement:a/reservations", "a: reservations but.", ["but"]),
        ("agreement:a/incidents", "a: incidents shot.", ["shot"]),
        ("agreement:a/ends", "a: ends 2020-05-01.", ["notice"]),
        ("agreement:a/expected", "a: expected effective 2020-05-01 (ahead).", ["notice"]),
        ("position:FRA/m/stance", "France on m: opposes.", ["stance"]),
        ("party:FRA/troops", "France: troops 5 (2019-01-01).", ["troops"]),
    ],
)
def test_each_part_is_told_in_words_with_its_entries(subject: str, says: str, because: list[str]) -> None:
    found = asked(subject)
    assert (found.says, [line.entry for line in found.lines]) == (says, because)
    assert found.voices.for_ == 1


def test_a_figure_that_is_approximate_is_told_as_one() -> None:
    about = {"value": 1000, "approximate": True}
    told = history(tell("StrengthReported", "str", "2020-02-01", withdrawal="w", strength=about))
    assert why(told, "n", "withdrawal:w/strength").says == "w: strength about 1,000."
    assert why(told, "n", "withdrawal:w/figures").says == "w: figures strength about 1,000 (2020-02-01)."


def test_the_kind_of_a_vote_is_not_that_of_the_agreement() -> None:
    vote = tell("VoteHeld", "v", "2019-01-01", agreement="a", kind="referendum", body="people", result="approved")
    assert status(history(vote), "n").agreements["a"].kind is None
    signed = tell("AgreementSigned", "s", "2019-02-01", agreement="a", kind="treaty", by=["FRA", "DEU"])
    found = why(history(vote, signed), "n", "agreement:a/kind")
    assert (found.value, [line.entry for line in found.lines], found.against) == ("treaty", ["s"], ())


def test_the_only_answer_to_a_proposal_is_told_by_its_state() -> None:
    tabled = tell("ProposalTabled", "p", "2019-01-01", proposal="p", party="FRA", to=["DEU"])
    refused = tell("ProposalRefused", "r", "2019-02-01", proposal="p", party="DEU")
    assert why(history(tabled, refused), "n", "proposal:p").says == "p is refused."


@pytest.mark.parametrize(
    ("entry", "subjects"),
    [
        ("r", ["proposal:pp"]),
        ("v", ["proposal:pp"]),
        ("shot", ["agreement:a"]),
        ("praise", ["agreement:a"]),
        ("troops", ["party:FRA"]),
        ("src-s", []),
    ],
)
def test_what_rests_on_an_entry_is_all_that_is_said_because_of_it(entry: str, subjects: list[str]) -> None:
    assert list(resting(status(history(*TOLD), "n"), entry)) == subjects


def _parts(standing: Status) -> Iterator[str]:
    for subject in standing.subjects:
        view = standing.view(subject)
        if isinstance(view, State | Position):
            yield from (f"{subject}/{part}" for part in parts_of(view))
            parties = (*getattr(view, "participants", ()), *getattr(view, "answers", ()), *getattr(view, "silent", ()))
            yield from (f"{subject}/{name}" for name in parties)


def _are_reasoned(standing: Status) -> None:
    """Assert that no part of what is said is told as Python writes it, and that what says something has a reason."""
    for subject in _parts(standing):
        found = why_of(standing, subject)
        assert not _OBJECT.search(found.says), f"{subject}: {found.says}"
        part = subject.rpartition("/")[2]
        says_nothing = found.value in _NOTHING or found.value == {"given": 0, "required": None}
        if not says_nothing and part != "participants":
            assert found.lines, f"{subject}: {found.says}"
        entries = {line.entry for line in found.lines}
        whole = subject.split("/")[0] if not subject.startswith("position:") else subject.rpartition("/")[0]
        if not says_nothing:
            assert all(whole in set(resting(standing, entry)) for entry in entries), subject


@pytest.mark.parametrize("name", SEEDS)
@pytest.mark.parametrize("cut", [Cut(), Cut(known_by="2024-05-01")], ids=str)
def test_every_part_of_a_seed_is_told_in_words_and_has_reasons(name: str, cut: Cut, tmp_path: Path) -> None:
    _are_reasoned(status(seed(name, tmp_path), name, cut))


@pytest.mark.long
@settings(max_examples=60)
@given(shuffled())
def test_every_part_of_any_history_is_told_in_words_and_has_reasons(orders: tuple[list[Event], list[Event]]) -> None:
    _are_reasoned(status(history(*orders[0]), "n"))
