"""An entry in a row: what was decided and the figure first, titles as long as they fit, and no party told twice."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given

from projections.wording.headlines import HEADLINES, headlines_of
from projections.wording.sentences import SENTENCES
from tests.projections.stories import claims_of
from tests.projections.telling import tell
from tracker.events import EVENT_TYPES, Event, UnknownEvent

NAMES: Final = {
    "USA": "United States of America",
    "PAN": "Panama",
    "agreement:canal": "Panama Canal Treaty, 1977",
    "matter:term": "How long the rights last",
}


def row(kind: str, columns: int, **fields: Any) -> str:  # noqa: ANN401 - any field
    """Return what a row of so many columns tells."""
    found = list(headlines_of(tell(kind, "e", **fields), NAMES, fields.get("party")))
    return next((line for line in found if len(line.head) <= columns), found[-1]).text[:columns]


_VOTE: Final = {"body": "United States Senate", "result": "approved", "agreement": "canal"}
_SIGNED: Final = {"agreement": "canal", "by": ["USA", "PAN"]}


@pytest.mark.parametrize(
    ("kind", "fields", "columns", "said"),
    [
        ("VoteHeld", {**_VOTE, "votes_for": 68, "votes_against": 32}, 39, "approved 68–32 on canal, United States "),
        ("VoteHeld", {**_VOTE, "motion": "disapprove"}, 39, "approved on canal, to disapprove, Unite"),
        ("TalksConcluded", {"round": "bunker", "outcome": "partial"}, 34, "Concluded, partial: talks bunker"),
        (
            "AgreementRatified",
            {"agreement": "canal", "party": "USA", "effective": "1979"},
            25,
            "ratifies canal, from 1979",
        ),
        ("AgreementSigned", _SIGNED, 70, "United States of America and Panama sign Panama Canal Treaty, 1977"),
        ("AgreementSigned", _SIGNED, 45, "USA and PAN sign Panama Canal Treaty, 1977"),
        ("AgreementSigned", _SIGNED, 25, "USA and PAN sign canal"),
        ("AgreementSigned", _SIGNED, 15, "canal signed by"),
        (
            "PositionTaken",
            {"party": "PAN", "matter": "term", "stance": "opposes"},
            60,
            "on How long the rights last: opposes",
        ),
        ("PositionTaken", {"party": "PAN", "matter": "term", "stance": "opposes"}, 10, "opposes: t"),
        (
            "ProposalAccepted",
            {"party": "USA", "proposal": "plan", "modality": "announced"},
            40,
            "Announced: accepts plan",
        ),
        ("WithdrawalProgressReported", {"withdrawal": "all", "departed": 269}, 20, "269 have left, withd"),
        ("WithdrawalProgressReported", {"withdrawal": "all"}, 20, "withdrawal all under"),
        ("StatementMade", {"party": "PAN", "text": "A text of any length."}, 12, "states: A te"),
    ],
)
def test_a_row_says_what_was_decided_however_narrow(kind: str, fields: dict[str, Any], columns: int, said: str) -> None:
    assert row(kind, columns, **fields) == said


def test_every_headline_is_of_a_type_that_has_a_sentence_and_names_fields_of_it() -> None:
    assert set(HEADLINES) <= set(SENTENCES)
    for name, headline in HEADLINES.items():
        written = {part.partition("}")[0] for part in headline.split("{")[1:]}
        assert written <= set(EVENT_TYPES[name].model_fields), name


@given(event=claims_of("e"))
def test_any_claim_has_a_headline_of_one_line(event: Event) -> None:
    for head, text in headlines_of(event, NAMES):
        assert text.startswith(head)
        assert text
        assert "\n" not in text


def test_an_unknown_type_is_told_by_its_name() -> None:
    event = UnknownEvent(name="SecretProtocolFound", stored={}, negotiation="n", id="e")
    assert {text for _, text in headlines_of(event, {})} == {
        "Secret protocol found (an event type that is not known here)"
    }
