"""Every event type is told in one plain sentence made from its fields."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.wording.sentences import MODALITIES, SENTENCES, summary_of
from tests.projections.stories import claims_of
from tests.projections.telling import tell
from tracker.events import EVENT_TYPES, Event, UnknownEvent

_CORRECTED = "e1 corrected in occurred and note."
NAMES = {"NER": "Niger", "USA": "United States", "RUS": "Russia"}


def test_every_event_type_has_a_sentence_and_every_sentence_an_event_type() -> None:
    assert SENTENCES.keys() == EVENT_TYPES.keys()


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_a_sentence_names_only_fields_of_its_event_type(kind: str) -> None:
    fields = re.findall(r"\{(\w+)\}", SENTENCES[kind])
    assert set(fields) <= set(EVENT_TYPES[kind].model_fields)
    required = {name for name, info in EVENT_TYPES[kind].model_fields.items() if info.is_required()}
    assert required - {"negotiation"} <= set(fields)
    # What may be missing stands in brackets; a dialect never is, for want of another it is CAMEO.
    bare = re.findall(r"\{(\w+)\}", re.sub(r"\[[^\]]*\]", "", SENTENCES[kind]))
    assert set(bare) <= required | {"dialect"}


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("AgreementRevoked", {"agreement": "sofa", "party": "NER"}, "Niger denounces sofa."),
        (
            "AgreementRevoked",
            {"agreement": "sofa", "party": "NER", "claimed_effective": "2024-03-16"},
            "Niger denounces sofa, by its own account with effect from 2024-03-16.",
        ),
        # Where a row has room for few words, the figure and the result are among them.
        ("StrengthReported", {"withdrawal": "all", "strength": 650}, "Strength 650, withdrawal all."),
        ("FigureReported", {"about": "party:NER", "quantity": "cost", "figure": {"value": 7}}, "cost: 7, Niger."),
        (
            "VoteHeld",
            {"body": "Senate", "agreement": "sofa", "result": "approved", "votes_for": 68, "votes_against": 32},
            "Vote of Senate: approved, 68 for, 32 against, on sofa, to approve.",
        ),
        ("AgreementSigned", {"agreement": "sofa", "by": ["USA", "NER"]}, "United States and Niger sign sofa."),
        (
            "WithdrawalOrdered",
            {"withdrawal": "all", "party": "USA", "strength": {"low": 600}},
            "United States orders the withdrawal all of at least 600.",
        ),
        (
            "WithdrawalProgressReported",
            {"withdrawal": "all", "departed": 269, "of": 946},
            "Withdrawal all under way; 269 have left, of 946.",
        ),
        (
            "PartnershipOpennessDeclared",
            {"party": "NER", "toward": ["RUS", "CHN", "IRN"]},
            "Niger is open to partnership with Russia, CHN and IRN.",
        ),
        ("TiesDeepened", {"party": "NER", "with": "RUS"}, "Niger deepens its ties with Russia."),
        ("PositionTaken", {"party": "NER", "matter": "bases", "stance": "opposes"}, "Niger on bases: opposes."),
        ("EntryCorrected", {"entry": "e1", "changes": {"occurred": "2024", "note": None}}, _CORRECTED),
        ("AssessmentChanged", {"entry": "e1", "credibility": 2}, "e1 graded 2."),
        ("AssessmentChanged", {"source": "s", "reliability": "B", "reason": "seen"}, "s graded B: seen."),
        ("NegotiationConcluded", {"outcome": ""}, "The negotiation is concluded."),
        ("StatementMade", {"party": "NER", "text": "We\n  go  on!"}, "Niger states: We go on!"),
        (
            "TalksConcluded",
            {"round": "r", "outcome": "agreement", "mode": "direct", "mediators": ["RUS"]},
            "Talks r concluded with outcome agreement, direct, mediated by Russia.",
        ),
        (
            "VoteHeld",
            {"agreement": "a", "body": "RUS", "votes_for": 676966},
            "Vote of Russia, 676,966 for, on a, to approve.",
        ),
        (
            "FigureReported",
            {"about": "commitment:c", "quantity": "level", "figure": {"value": 7, "unit": "kg"}},
            "level: 7 kg, commitment c.",
        ),
        ("CommitmentFulfilled", {"commitment": "note"}, "Commitment note fulfilled."),
    ],
)
def test_sentences(kind: str, fields: dict[str, Any], sentence: str) -> None:
    assert summary_of(tell(kind, "e", **fields), NAMES) == sentence


@pytest.mark.parametrize(("modality", "opening"), MODALITIES.items())
def test_what_a_source_does_not_put_as_a_fact_is_told_so(modality: str, opening: str) -> None:
    event = tell("ProposalLapsed", "e", proposal="p", modality=modality)
    assert summary_of(event) == f"{opening}p lapses without an answer."


def test_an_unknown_type_is_told_by_its_name() -> None:
    event = UnknownEvent(name="SecretProtocolFound", stored={}, negotiation="n", id="e")
    assert summary_of(event) == "Secret protocol found (an event type that is not known here)."


def test_long_words_are_cut_and_braces_and_brackets_are_words_like_others() -> None:
    assert len(summary_of(tell("StatementMade", "e", party="NER", text="word " * 20_000))) < 300
    odd = "[{party}] {0} %s [/]"
    assert summary_of(tell("StatementMade", "e", party="NER", text=odd)) == f"NER states: {odd}."


@given(event=claims_of("e"), named=st.booleans())
def test_any_claim_is_one_line_that_ends(event: Event, *, named: bool) -> None:
    said = summary_of(event, NAMES if named else None)
    assert "\n" not in said
    assert said.endswith((".", "!", "?", "…"))
    assert said.strip() == said
