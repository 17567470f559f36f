"""What is to come of an agreement: ends of its term, notices, exits, consents, and their suspensions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from projections import Cut, diff, status
from tests.projections.judgement.test_agreements import IN_FORCE, LATE, THREE, TWO, agreement, said
from tests.projections.telling import all_found, found, history, tell

if TYPE_CHECKING:
    from tracker.events import Event

SIGNED, OF_THREE = said("signed", 1, by=TWO), said("signed", 1, by=THREE)
NOTICE = said("notified", 3, party="NER", effective="2024-09-01")
PAUSED = said("notice-suspended", 4, party="NER", until="2024-06-01")


def expected(*events: Event, day: str = "2024-05-15") -> list[tuple[str, str, str]]:
    """Return what is to come on a day: kind, date, standing."""
    shown = agreement(*events, cut=Cut(happened_by=day))
    return [(one.kind, one.date, one.standing) for one in shown.expected]


def given(kind: str, entry: str, /, **fields: str) -> Event:
    """Return one of several claims of one day."""
    return tell(kind, entry, "2024-04-01", agreement="a", **fields)


@pytest.mark.parametrize(
    ("kind", "field", "fields", "called"),
    [
        ("DenunciationNotified", "effective", {}, "effective of NER"),
        ("ParticipationEnded", "effective", {}, "effective of NER"),
        ("ConsentExpressed", "effective", {"means": "accession"}, "effective of the consent of NER"),
        ("DenunciationSuspended", "until", {}, "until of the suspension of NER"),
    ],
)
def test_two_dates_that_one_of_many_parties_gives_at_one_time_are_a_conflict(
    kind: str, field: str, fields: dict[str, str], called: str
) -> None:
    told = [given(kind, day, party="NER", **{field: f"2024-{day}-01"}, **fields) for day in ("07", "09")]
    for order in (told, told[::-1]):
        assert found("value-conflict", OF_THREE, IN_FORCE, *order) == [("agreement:a", {"07", "09"})]
        dates = [
            (one.date, one.standing) for one in agreement(OF_THREE, *order, cut=Cut(happened_by="2024-05")).expected
        ]
        assert dates == [("2024-07-01", "ahead"), ("2024-09-01", "ahead")]
    other = given(kind, "of-another", party="TCD", **{field: "2024-09-01"}, **fields)
    assert not found("value-conflict", OF_THREE, IN_FORCE, told[0], other)
    messages = [one.message for one in all_found(OF_THREE, IN_FORCE, *told) if one.kind == "value-conflict"]
    assert messages == [f"a: {called} is given as 2024-07-01 and 2024-09-01 at one time."]


@pytest.mark.parametrize(
    ("day", "state", "standings"),
    [
        ("2024-05-15", "in-force", ["void", "ahead"]),
        ("2024-07-15", "in-force", ["void", "ahead"]),
        ("2024-09-15", "terminated", ["met", "met"]),
    ],
)
def test_an_end_that_is_put_off_comes_on_the_later_day(day: str, state: str, standings: list[str]) -> None:
    told = (SIGNED, IN_FORCE, said("ended", 3, effective="2024-07-01"), said("ended", 4, effective="2024-09-01"))
    assert agreement(*told, cut=Cut(happened_by=day)).state == state
    assert [standing for _, _, standing in expected(*told, day=day)] == standings
    assert not found("date-conflict", *told)


def test_of_two_ends_that_contradict_each_other_the_one_that_is_shown_comes() -> None:
    told = [
        given("AgreementTerminated", "07", effective="2024-07-01", published="2024-04-02"),
        given("AgreementTerminated", "09", effective="2024-09-01", published="2024-04-03"),
    ]
    shown = agreement(SIGNED, IN_FORCE, *told, cut=Cut(happened_by="2024-08-01"))
    assert (shown.state, shown.ends) == ("in-force", "2024-09-01")
    assert agreement(SIGNED, IN_FORCE, *told, cut=Cut(happened_by="2024-10-01")).state == "terminated"


def test_a_term_that_was_given_anew_is_void_and_one_that_was_extended_is_met() -> None:
    signed, entered = said("signed", 1, by=TWO, until="2024-06-30"), said("in-force", 2, until="2024-12-31")
    assert expected(signed, entered, day="2024-08") == [("term", "2024-06-30", "void"), ("term", "2024-12-31", "ahead")]
    extended = said("extended", 3, until="2025-12-31")
    assert expected(signed, extended, day="2024-08") == [("term", "2024-06-30", "met"), ("term", "2025-12-31", "ahead")]
    assert expected(signed, said("extended", 3), day="2024-08") == [("term", "2024-06-30", "met")]
    assert expected(signed, said("ended", 3), day="2024-08") == [("term", "2024-06-30", "met")]


def test_nothing_is_to_come_of_what_was_suspended_since() -> None:
    entered = said("in-force", 2, until="2024-12-31")
    suspended = said("suspended", 3, party="NER")
    assert expected(SIGNED, entered, suspended) == [("term", "2024-12-31", "void")]
    assert expected(SIGNED, entered, suspended, said("resumed", 4)) == [("term", "2024-12-31", "ahead")]
    later = said("extended", 4, until="2025-12-31")
    assert ("term", "2025-12-31", "ahead") in expected(SIGNED, entered, suspended, later)


@pytest.mark.parametrize(
    ("events", "today", "standing"),
    [
        ([], date(2024, 5, 15), "ahead"),
        ([], date(2024, 8, 1), "passed"),
        ([said("resumed", 6)], date(2024, 6, 15), "met"),
        # Suspended once more since then, nobody need resume it on that day.
        ([said("resumed", 4), said("suspended", 5, party="USA")], date(2024, 5, 15), "met"),
    ],
)
def test_what_is_announced_of_what_is_suspended_is_to_come(events: list[Event], today: date, standing: str) -> None:
    plan = tell("AgreementResumed", "plan", "2024-07-01", agreement="a", modality="announced", published="2024-03-15")
    told = history(SIGNED, IN_FORCE, said("suspended", 3, party="NER"), plan, *events)
    shown = status(told, "n", today=today).agreements["a"]
    assert [(one.kind, one.date, one.standing) for one in shown.expected] == [("plan", "2024-07-01", standing)]


def test_what_was_announced_before_it_was_suspended_is_void() -> None:
    plan = tell(
        "ConsentExpressed",
        "plan",
        "2024-07-01",
        agreement="a",
        party="USA",
        modality="announced",
        means="exchange",
        published="2024-02-15",
    )
    told = history(SIGNED, IN_FORCE, plan, said("suspended", 3, party="NER"))
    (one,) = status(told, "n", today=date(2024, 5, 15)).agreements["a"].expected
    assert one.standing == "void"


@pytest.mark.parametrize(
    ("events", "standings"),
    [
        ([], [("effective", "2024-09-01", "ahead")]),
        ([PAUSED], [("until", "2024-06-01", "ahead"), ("effective", "2024-09-01", "void")]),
        (
            [PAUSED, said("notice-suspended", 5, party="NER", until="2024-12-01")],
            [("until", "2024-06-01", "met"), ("effective", "2024-09-01", "void"), ("until", "2024-12-01", "ahead")],
        ),
        (
            [PAUSED, said("notice-withdrawn", 5, party="NER")],
            [("until", "2024-06-01", "met"), ("effective", "2024-09-01", "met")],
        ),
        (
            [
                PAUSED,
                tell("DenunciationResumed", "r", "2024-05-01", agreement="a", party="NER", effective="2024-11-01"),
            ],
            [("until", "2024-06-01", "met"), ("effective", "2024-09-01", "void"), ("effective", "2024-11-01", "ahead")],
        ),
        (
            [said("left", 5, party="NER", effective="2024-10-01")],
            [("effective", "2024-09-01", "void"), ("effective", "2024-10-01", "ahead")],
        ),
        (
            [said("extended", 5, until="2024-12-01")],
            [("effective", "2024-09-01", "void"), ("term", "2024-12-01", "ahead")],
        ),
    ],
)
def test_what_comes_of_a_notice(events: list[Event], standings: list[tuple[str, str, str]]) -> None:
    assert expected(SIGNED, IN_FORCE, NOTICE, *events) == standings


def test_a_notice_that_is_given_again_after_it_was_withdrawn_is_to_come() -> None:
    again = said("notified", 5, party="NER", effective="2024-11-01")
    told = (SIGNED, IN_FORCE, NOTICE, said("notice-withdrawn", 4, party="NER"), again)
    assert expected(*told) == [("effective", "2024-09-01", "met"), ("effective", "2024-11-01", "ahead")]


def test_a_difference_tells_of_days_that_no_field_holds() -> None:
    before = status(history(OF_THREE, IN_FORCE), "n", LATE)
    after = status(history(OF_THREE, IN_FORCE, NOTICE), "n", LATE)
    told = [(one.aspect, one.before, one.after, one.because) for one in diff(before, after).changes]
    assert ("effective 2024-09-01", None, "passed", ("notified-3",)) in told
    # Of two parties the end is a field.
    before = status(history(SIGNED, IN_FORCE), "n", LATE)
    after = status(history(SIGNED, IN_FORCE, NOTICE), "n", LATE)
    assert [one.aspect for one in diff(before, after).changes] == ["state", "ends", "participants.NER"]
