"""What a negotiation lets in: given what is recorded, when entries come, they are recorded or told what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.given import NEGOTIATION, entry, stage, statement
from tracker.errors import EntryRejectedError
from tracker.events import EVENT_TYPES

if TYPE_CHECKING:
    from tracker.events import Event
    from tracker.log import EventLog


class Story:
    """Given, when and then over a real log."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.problems: list[str] = []
        self.recorded: list[str] = []
        self.already = 0

    def given(self, *events: Event) -> Story:
        self.log.record(events)
        return self

    def when(self, *events: Event) -> Story:
        before = len(list(self.log.read()))
        try:
            receipt = self.log.record(events)
        except EntryRejectedError as error:
            self.problems = [str(problem) for problem in error.problems]
            assert len(list(self.log.read())) == before
        else:
            self.recorded = [recorded.id for recorded in receipt.recorded]
            self.already = receipt.already
        return self

    def then_recorded(self, *ids: str) -> None:
        assert self.problems == []
        assert tuple(self.recorded) == ids
        assert [recorded.id for recorded in self.log.read()][-len(ids) :] == list(ids)

    def then_already(self, count: int) -> None:
        assert self.problems == []
        assert (self.recorded, self.already) == ([], count)

    def then_rejected(self, *problems: str) -> None:
        assert self.problems == list(problems)


@pytest.fixture
def story(log: EventLog) -> Story:
    return Story(log)


def test_what_names_registered_things_is_recorded(story: Story) -> None:
    evidence = [{"source": "wire"}, {"source": "daily"}]
    claim = entry("PositionTaken", id="stance", party="NER", matter="air-bases", stance="opposes", evidence=evidence)
    story.given(*stage()).when(claim).then_recorded("stance")


def test_names_are_registered_by_earlier_entries_of_the_same_batch(story: Story) -> None:
    story.when(
        entry("PartyAdded", id="a", party="TCD"),
        entry("StatementMade", id="b", party="TCD"),
        entry("EntryRetracted", id="c", entry="b"),
    ).then_recorded("a", "b", "c")


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        (entry("StatementMade", party="NGR"), "1: party: unknown party 'NGR'; did you mean 'NER'?"),
        (entry("StatementMade", party="ner"), "1: party: unknown party 'ner'; did you mean 'NER'?"),
        (entry("StatementMade", party="XYZ"), "1: party: unknown party 'XYZ'; add it first with PartyAdded"),
        (
            entry("PositionTaken", party="NER", matter="air-base"),
            "1: matter: unknown matter 'air-base'; did you mean 'air-bases'?",
        ),
        (
            entry("StatementMade", party="NER", evidence=[{"source": "wire"}, {"source": "wier"}]),
            "1: evidence.1.source: unknown source 'wier'; did you mean 'wire'?",
        ),
        (
            entry("SourceRegistered", source="blog", relays=["wire", "gazete"]),
            "1: relays.1: unknown source 'gazete'; did you mean 'gazette'?",
        ),
        (
            entry("PartnershipOpennessDeclared", party="NER", toward=["RUS", "CHM"]),
            "1: toward.1: unknown party 'CHM'; did you mean 'CHN'?",
        ),
        (
            entry("AgreementSigned", agreement="a", by=["USA", "NEG"]),
            "1: by.1: unknown party 'NEG'; did you mean 'NER'?",
        ),
        (entry("TiesDeepened", party="NER", **{"with": "RSU"}), "1: with: unknown party 'RSU'; did you mean 'RUS'?"),
        (entry("SanctionImposed", party="USA", on="NRE"), "1: on: unknown party 'NRE'; did you mean 'NER'?"),
        (entry("AliasAdded", party="NRE", alias="Niger"), "1: party: unknown party 'NRE'; did you mean 'NER'?"),
        (
            entry("EntryRetracted", entry="opend"),
            "1: entry: there is no entry 'opend' before this one; did you mean 'opened'?",
        ),
        (
            entry("DenialIssued", party="NER", of="nothing"),
            "1: of: there is no entry 'nothing' before this one; record it first",
        ),
        (
            entry("AssessmentChanged", source="wier", reliability="B"),
            "1: source: unknown source 'wier'; did you mean 'wire'?",
        ),
    ],
    ids=str,
)
def test_a_name_that_is_not_registered_is_told_with_the_nearest(story: Story, claim: Event, problem: str) -> None:
    story.given(*stage()).when(claim).then_rejected(problem)


def test_a_name_must_be_registered_before_it_is_used(story: Story) -> None:
    story.when(entry("StatementMade", party="TCD"), entry("PartyAdded", party="TCD")).then_rejected(
        "1: party: unknown party 'TCD'; add it first with PartyAdded"
    )


def test_names_of_another_negotiation_do_not_count(story: Story) -> None:
    story.given(*stage("us-chad"), *stage()[:1]).when(statement(1)).then_rejected(
        "1: party: unknown party 'NER'; add it first with PartyAdded"
    )


@pytest.mark.parametrize(
    "claim",
    [
        entry("AgreementRevoked", id="x", agreement="never-heard-of", party="NER"),
        entry("BaseRequestRefused", id="x", proposal="never-heard-of", party="NER"),
        entry("NegotiationContinued", id="x", round="never-heard-of", parties=["NER", "USA"]),
        entry("WithdrawalCompleted", id="x", withdrawal="never-heard-of"),
        entry("CommitmentBreached", id="x", commitment="never-heard-of"),
    ],
    ids=lambda claim: claim.event,
)
def test_things_come_to_life_with_the_first_entry_that_names_them(story: Story, claim: Event) -> None:
    story.given(*stage()).when(claim).then_recorded("x")


def test_a_story_that_makes_no_sense_is_recorded_all_the_same(story: Story) -> None:
    story.given(*stage()).when(
        entry("AgreementTerminated", id="end", agreement="sofa-2012", occurred="2024-03-16"),
        entry("AgreementSigned", id="start", agreement="sofa-2012", by=["USA", "NER"], occurred="2024-03-17"),
    ).then_recorded("end", "start")


def test_all_problems_of_a_batch_are_told_at_once_and_nothing_is_recorded(story: Story) -> None:
    story.given(*stage()).when(statement(1), statement(2, party="XYZ"), statement(3, party="ZYX")).then_rejected(
        "2: party: unknown party 'XYZ'; add it first with PartyAdded",
        "3: party: unknown party 'ZYX'; add it first with PartyAdded",
    )


def test_what_rests_on_a_wrong_entry_is_not_told_as_well(story: Story) -> None:
    story.given(*stage()).when(
        entry("SourceRegistered", id="blog", source="blog", relays=["nowhere"]),
        statement(1, evidence=[{"source": "blog"}]),
        statement(2, party="XYZ"),
        entry("EntryRetracted", entry="statement-2"),
    ).then_rejected(
        "1: relays.0: unknown source 'nowhere'; add it first with SourceRegistered",
        "3: party: unknown party 'XYZ'; add it first with PartyAdded",
    )


def test_the_same_entry_twice_is_recorded_once(story: Story) -> None:
    story.given(*stage()).when(*stage()).then_already(len(stage()))


def test_the_same_entry_twice_in_one_batch_is_recorded_once(story: Story) -> None:
    story.given(*stage()).when(statement(1), statement(1), statement(2))
    assert (story.recorded, story.already) == (["statement-1", "statement-2"], 1)


def test_an_id_with_other_content_is_rejected_with_a_hint(story: Story) -> None:
    hint = "choose another id, or record an EntryCorrected of it"
    story.given(*stage(), statement(1)).when(statement(1, text="other")).then_rejected(
        f"1: id: 'statement-1' is the id of another entry already; {hint}"
    )
    story.when(statement(2), statement(2, text="other")).then_rejected(
        f"2: id: 'statement-2' is the id of another entry already; {hint}"
    )


def test_an_id_of_another_type_with_the_same_fields_is_another_entry(story: Story) -> None:
    request = entry("DemarcheMade", id="x", party="NER", content="c")
    story.given(*stage(), request).when(entry("NoteVerbaleDelivered", id="x", party="NER", content="c"))
    assert [problem.split(";")[0] for problem in story.problems] == ["1: id: 'x' is the id of another entry already"]


def test_an_id_counts_in_its_negotiation_only(story: Story) -> None:
    story.given(*stage(), *stage("us-chad"), statement(1)).when(statement(1, "us-chad")).then_recorded("statement-1")


def test_a_default_id_is_the_type_and_a_digest_of_the_content(story: Story) -> None:
    claim = entry("PositionTaken", party="NER", matter="air-bases")
    story.given(*stage()).when(claim)
    (made,) = story.recorded
    assert made.startswith("position-taken-")
    assert len(made) == len("position-taken-") + 12
    story.when(claim).then_already(1)
    story.when(entry("PositionTaken", party="NER", matter="air-bases", modality="reported")).then_already(1)
    story.when(entry("PositionTaken", party="NER", matter="air-bases", modality="denied"))
    assert story.recorded[0] != made


def test_a_default_id_fits_a_slug_for_every_type() -> None:
    assert all(len(name) + sum(map(str.isupper, name)) + 12 <= 64 for name in EVENT_TYPES)


def test_an_entry_given_the_id_that_it_would_have_by_default_is_the_same(story: Story) -> None:
    claim = entry("PositionTaken", party="NER", matter="air-bases")
    story.given(*stage(), claim).when(claim.model_copy(update={"id": claim.default_id()})).then_already(1)


def test_an_entry_without_evidence_or_dates_is_recorded(story: Story) -> None:
    story.given(*stage()).when(entry("StatementMade", id="bare", party="NER")).then_recorded("bare")


def test_an_unknown_negotiation_begins_with_its_first_entry(story: Story) -> None:
    story.when(entry("NegotiationOpened", "us-chad", id="opened")).then_recorded("opened")
    assert story.log.negotiations() == {"us-chad": 1}
    assert NEGOTIATION not in story.log.negotiations()
