"""Agreements: who is a party, how each takes part, consents, terms, and what is said about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, diff, status, why
from tests.projections import oracle_parties
from tests.projections.oracle import Oracle
from tests.projections.telling import EVERYTHING, all_found, found, history, party, tell

if TYPE_CHECKING:
    from projections.judgement.states import Agreement
    from tracker.events import Event

LATE = Cut(happened_by="2024-12-31")
#: Short for the event types about agreements.
KINDS = {
    "negotiated": "AgreementNegotiated",
    "signed": "AgreementSigned",
    "ratified": "AgreementRatified",
    "consented": "ConsentExpressed",
    "refused": "RatificationRefused",
    "in-force": "AgreementEnteredIntoForce",
    "suspended": "AgreementSuspended",
    "resumed": "AgreementResumed",
    "revoked": "AgreementRevoked",
    "notified": "DenunciationNotified",
    "notice-suspended": "DenunciationSuspended",
    "notice-withdrawn": "DenunciationWithdrawn",
    "left": "ParticipationEnded",
    "ended": "AgreementTerminated",
    "contested": "DenunciationContested",
    "extended": "AgreementExtended",
    "endorsed": "AgreementEndorsed",
}
TWO, THREE = ("USA", "NER"), ("USA", "NER", "TCD")


def said(kind: str, day: int, /, **fields: object) -> Event:
    """Return what is said of the agreement `a` on a day of 2024, counted in months."""
    return tell(KINDS[kind], f"{kind}-{day}", f"2024-{day:02}-01", agreement="a", **fields)


def agreement(*events: Event, cut: Cut = LATE) -> Agreement:
    """Return the agreement `a`."""
    return status(history(*events), "n", cut).agreements["a"]


def takes_part(*events: Event, cut: Cut = LATE) -> dict[str, str | None]:
    """Return the state of each party."""
    return {name: part.state for name, part in agreement(*events, cut=cut).participants.items()}


IN_FORCE = said("in-force", 2)
Told = tuple[str, dict[str, Any]]


@pytest.mark.parametrize(
    ("told", "state", "of_ner"),
    [
        ([], "in-force", "bound"),
        ([("suspended", {"party": "NER"})], "suspended", "suspended"),
        ([("suspended", {"party": "NER"}), ("resumed", {"party": "NER"})], "in-force", "bound"),
        ([("revoked", {"party": "NER"})], "denunciation-announced", "denunciation-announced"),
        ([("notified", {"party": "NER"})], "denunciation-notified", "denunciation-notified"),
        ([("notified", {"party": "NER"}), ("notice-withdrawn", {"party": "NER"})], "in-force", "bound"),
        ([("left", {"party": "NER"})], "terminated", "withdrawn"),
        ([("ended", {"party": "NER"})], "terminated", "withdrawn"),
    ],
)
def test_what_one_of_two_parties_does_moves_the_agreement_too(told: list[Told], state: str, of_ner: str) -> None:
    events = [said("signed", 1, by=TWO), IN_FORCE, *(said(kind, 3 + n, **f) for n, (kind, f) in enumerate(told))]
    found = agreement(*events)
    assert (found.state, found.participants["NER"].state) == (state, of_ner)


@pytest.mark.parametrize(
    ("kind", "of_ner"),
    [
        ("suspended", "suspended"),
        ("revoked", "denunciation-announced"),
        ("notified", "denunciation-notified"),
        ("left", "withdrawn"),
        ("ended", "withdrawn"),
    ],
)
def test_what_one_of_three_parties_does_moves_that_party_only(kind: str, of_ner: str) -> None:
    found = agreement(said("signed", 1, by=THREE), IN_FORCE, said(kind, 3, party="NER"))
    states = {name: part.state for name, part in found.participants.items()}
    assert (found.state, states) == ("in-force", {"USA": "bound", "NER": of_ner, "TCD": "bound"})


def test_an_agreement_ends_with_the_exit_that_leaves_fewer_than_two() -> None:
    found = agreement(said("signed", 1, by=THREE), IN_FORCE, said("left", 3, party="NER"), said("left", 5, party="TCD"))
    assert (found.state, found.since, found.because) == ("terminated", "2024-05-01", ("left-5",))


def test_the_exit_of_one_that_is_no_party_leaves_all_parties() -> None:
    found = agreement(said("signed", 1, by=THREE), IN_FORCE, said("left", 3, party="MLI"), said("left", 4, party="NER"))
    assert found.state == "in-force"


def test_a_party_comes_back_to_what_it_was() -> None:
    signed = said("signed", 1, by=THREE)
    suspended, resumed = said("suspended", 3, party="NER"), said("resumed", 4, party="NER")
    assert takes_part(signed, suspended, resumed)["NER"] == "signed"
    found = agreement(signed, suspended, resumed).participants["NER"]
    assert (found.since, found.because) == ("2024-01-01", ("signed-1",))


def test_one_whose_participation_is_suspended_may_denounce_and_take_that_back() -> None:
    told = [said("signed", 1, by=THREE), IN_FORCE, said("suspended", 3, party="NER"), said("notified", 4, party="NER")]
    assert takes_part(*told)["NER"] == "denunciation-notified"
    assert takes_part(*told, said("notice-withdrawn", 5, party="NER"))["NER"] == "suspended"


def test_who_signs_what_is_in_force_is_bound_since_then() -> None:
    found = agreement(said("signed", 1, by=TWO), IN_FORCE, said("signed", 6, by=("TCD",)))
    assert found.participants["TCD"].to_json() == {"state": "bound", "since": "2024-06-01", "because": ["signed-6"]}
    assert found.participants["NER"].to_json() == {"state": "bound", "since": "2024-02-01", "because": ["in-force-2"]}


def test_one_that_refused_or_whose_consent_is_asked_and_missing_is_not_bound() -> None:
    signed = said("signed", 1, by=THREE, consents_required=1)
    told = (signed, said("ratified", 2, party="USA"), said("refused", 3, party="NER"), said("in-force", 4))
    assert takes_part(*told) == {"USA": "bound", "NER": "refused", "TCD": "signed"}
    assert agreement(*told).consents == {"given": 1, "required": 1}


def test_consents_of_those_who_left_or_refused_count_no_longer() -> None:
    told = [said("consented", n, party=name) for n, name in enumerate(THREE, 1)]
    assert agreement(*told).consents == {"given": 3, "required": None}
    assert agreement(*told).state == "open-for-consent"
    later = (said("left", 5, party="NER"), said("refused", 6, party="TCD"))
    assert agreement(*told, *later).consents["given"] == 1


def test_parties_are_those_named_and_whoever_accedes() -> None:
    named = said("negotiated", 1, parties=TWO)
    assert set(takes_part(named, said("contested", 2, party="TCD"), said("endorsed", 3, by=("MLI",)))) == set(TWO)
    assert set(takes_part(named, said("consented", 2, party="TCD", means="accession"))) == set(THREE)


def test_a_group_acts_for_its_members_and_a_body_for_its_party() -> None:
    stage = (
        party("group", name="The group", role="principal", members=("NER", "TCD")),
        party("senate", name="The Senate", role="domestic", kind="body", of="USA"),
    )
    told = (*stage, said("signed", 1, by=("USA", "group")), said("refused", 3, party="senate"))
    assert takes_part(*told) == {"USA": "refused", "NER": "signed", "TCD": "signed"}
    bloc = party("group", name="The bloc", role="principal", kind="organisation", members=("NER", "TCD"))
    assert set(takes_part(bloc, said("signed", 1, by=("USA", "group")))) == {"USA", "group"}


@pytest.mark.parametrize(("day", "state"), [("2024-05-31", "in-force"), ("2024-06-01", "terminated")])
def test_an_exit_takes_effect_on_its_day(day: str, state: str) -> None:
    told = (said("signed", 1, by=TWO), IN_FORCE, said("left", 3, party="NER", effective="2024-06-01"))
    assert agreement(*told, cut=Cut(happened_by=day)).state == state


def test_a_notice_is_only_expected_to_take_effect() -> None:
    told = (said("signed", 1, by=TWO), IN_FORCE, said("notified", 3, party="NER", effective="2024-06-01"))
    found = agreement(*told)
    assert (found.state, found.ends) == ("denunciation-notified", "2024-06-01")
    assert [(one.kind, one.standing) for one in found.expected] == [("effective", "passed")]
    assert agreement(*told, said("notice-suspended", 4, party="NER")).ends is None
    assert agreement(*told, said("extended", 4, until="2024-09-01")).ends == "2024-09-01"


@pytest.mark.parametrize("is_turned", [False, True])
def test_two_days_on_which_one_notice_takes_effect_are_a_conflict(*, is_turned: bool) -> None:
    one, other = (
        tell(
            *("DenunciationNotified", name, "2024-03-01"),
            agreement="a",
            party="NER",
            effective=effective,
            published=published,
        )
        for name, effective, published in (("one", "2024-06-01", "2024-03-02"), ("other", "2024-09-01", "2024-03-03"))
    )
    told = (said("signed", 1, by=TWO), IN_FORCE, *((other, one) if is_turned else (one, other)))
    assert agreement(*told).ends == "2024-09-01"
    assert found("value-conflict", *told) == [("agreement:a", {"one", "other"})]


def test_a_consent_binds_on_its_day() -> None:
    told = said("signed", 1, by=TWO), said("ratified", 2, party="NER", effective="2024-06-01")
    assert takes_part(*told, cut=Cut(happened_by="2024-05-31"))["NER"] == "signed"
    assert takes_part(*told, cut=Cut(happened_by="2024-06-01"))["NER"] == "bound"


def test_a_term_is_extended_and_opened() -> None:
    signed = said("signed", 1, by=TWO, until="2024-06-01")
    assert agreement(signed).until == "2024-06-01"
    assert agreement(signed, said("extended", 3, until="2025-06-01")).until == "2025-06-01"
    assert agreement(signed, said("extended", 3)).until is None


@pytest.mark.parametrize("end", ["notice-withdrawn", "ended"])
def test_contested_ends_with_the_denunciation_or_the_agreement(end: str) -> None:
    told = (said("signed", 1, by=TWO), IN_FORCE, said("notified", 3, party="NER"), said("contested", 4, party="USA"))
    answer = why(history(*told), "n", "agreement:a/contested", LATE)
    assert (answer.value, [line.entry for line in answer.lines]) == (True, ["contested-4"])
    assert not agreement(*told, said(end, 5, party="NER")).contested


BASE = (said("signed", 1, by=THREE), IN_FORCE)


@pytest.mark.parametrize(
    ("kind", "fields", "aspect"),
    [
        ("VoteHeld", {"body": "Senate", "party": "USA", "result": "approved"}, "approvals"),
        ("VoteHeld", {"body": "Senate", "motion": "amend", "result": "rejected"}, "votes"),
        ("AgreementEndorsed", {"by": ("MLI",)}, "endorsed_by"),
        ("ReservationMade", {"party": "NER", "text": "But not there."}, "reservations"),
        ("ReservationObjected", {"party": "USA", "to": "NER"}, "reservations"),
        ("IncidentReported", {"party": "NER", "text": "A breach."}, "incidents"),
        ("AgreementExtended", {"until": "2025-01-01"}, "until"),
        ("ParticipationEnded", {"party": "NER"}, "participants.NER"),
        ("ConsentExpressed", {"party": "MLI", "means": "accession"}, "participants.MLI"),
        ("AgreementTerminated", {"effective": "2025-01-01"}, "ends"),
    ],
)
def test_what_is_said_of_an_agreement_is_told_as_a_difference(kind: str, fields: dict[str, Any], aspect: str) -> None:
    new = tell(kind, "new", "2024-05-01", agreement="a", **fields)
    before, after = (status(history(*told), "n", LATE) for told in (BASE, (*BASE, new)))
    changes = {change.aspect: change.because for change in diff(before, after).changes}
    assert changes[aspect] == ("new",)


def test_how_a_party_takes_part_can_be_asked_why() -> None:
    answer = why(history(*BASE, said("left", 3, party="NER")), "n", "agreement:a/NER", LATE)
    assert (answer.value, [line.entry for line in answer.lines]) == ("withdrawn", ["left-3"])


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        (said("negotiated", 1, parties=TWO), True),
        (said("negotiated", 1, parties=TWO, kind="mou"), False),
        (said("negotiated", 1, parties=TWO, part_of="package"), False),
        (said("signed", 1, by=TWO), True),
        (said("signed", 1, by=TWO, kind="ceasefire"), True),
        (said("signed", 1, by=TWO, kind="political"), False),
        (said("revoked", 1, party="NER", kind="sofa"), True),
        (said("revoked", 1, party="NER", kind="ceasefire"), False),
    ],
)
def test_what_an_agreement_lacks_is_asked_of_its_kind(told: Event, *, is_asked: bool) -> None:
    asked = [one for one in all_found(told, cut=EVERYTHING) if one.kind == "open-question"]
    assert bool(asked) == is_asked


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["AgreementSuspended", "AgreementResumed"], "bound"),
        (["AgreementRevoked", "DenunciationNotified", "DenunciationWithdrawn"], "bound"),
        (["AgreementSuspended", "AgreementRevoked", "DenunciationWithdrawn"], "suspended"),
        (["AgreementRevoked", "AgreementSuspended", "AgreementResumed"], "denunciation-announced"),
        (["AgreementRevoked", "AgreementSuspended", "AgreementResumed", "DenunciationWithdrawn"], "bound"),
    ],
)
def test_suspension_and_denunciation_are_taken_back_each_by_itself(kinds: list[str], state: str) -> None:
    entered = tell("AgreementEnteredIntoForce", "force", "2024-01-01", agreement="x", parties=["USA", "NER"])
    told = [tell(kind, f"e{day}", f"2024-02-{day:02}", agreement="x", party="USA") for day, kind in enumerate(kinds, 1)]
    events = [party("USA"), party("NER"), entered, *told]
    assert status(history(*events), "n").agreements["x"].participants["USA"].state == state
    assert oracle_parties.participants(Oracle(history(*events).entries, Cut()), "x")["USA"] == state
