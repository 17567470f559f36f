"""What is open, and what is overdue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from projections import Cut, findings
from tests.projections.telling import all_found, found, history, tell

if TYPE_CHECKING:
    from tracker.events import Event


def ordered(name: str = "a", day: str = "2024-05-06", **fields: object) -> Event:
    return tell("WithdrawalOrdered", name, day, withdrawal="w", party="USA", **fields)


def set_for(deadline: str | None, name: str = "b", day: str = "2024-05-19") -> Event:
    return tell("WithdrawalTimetableSet", name, day, withdrawal="w", deadline=deadline)


DENOUNCED: Final = tell("AgreementRevoked", "a", "2024-03-16", agreement="x", party="NER")
TABLED: Final = tell("DemandMade", "a", "2024-03-16", proposal="p", party="NER", to="USA")
ANNOUNCED: Final = tell("TalksAnnounced", "a", "2024-04-20", round="r", parties=["USA"], scheduled="2024-04-25")
UNDETERMINED: Final = tell("DestinationUndetermined", "u", "2024-05-10", withdrawal="w")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([ordered()], [("withdrawal:w", {"a"})], id="ordered, no timetable"),
        pytest.param([ordered(), ordered("b", "2024-05-07")], [("withdrawal:w", {"a", "b"})], id="ordered twice"),
        pytest.param([ordered(), set_for("2024-09-15")], [], id="ordered, timetable set"),
        pytest.param(
            [ordered(day="2024-05"), set_for("2024-09-15", day="2024-05-01")], [], id="timetable, coarse order"
        ),
        pytest.param([ordered(modality="denied")], [], id="an order denied"),
        pytest.param([UNDETERMINED], [("withdrawal:w", {"u"})], id="destination open"),
        pytest.param(
            [UNDETERMINED, tell("DestinationSet", "d", "2024-07-05", withdrawal="w", destination="Europe")],
            [],
            id="destination set",
        ),
        pytest.param(
            [UNDETERMINED, tell("DestinationSet", "d", "2024-05-01", withdrawal="w", destination="Europe")],
            [("withdrawal:w", {"u"})],
            id="destination open again",
        ),
        pytest.param(
            [UNDETERMINED, tell("WithdrawalCompleted", "d", "2024-09-15", withdrawal="w")],
            [],
            id="gone wherever it went",
        ),
        pytest.param([DENOUNCED], [("agreement:x", {"a"})], id="denounced, not notified"),
        pytest.param(
            [DENOUNCED, tell("DenunciationNotified", "b", "2024-03-20", agreement="x", party="NER")], [], id="notified"
        ),
        pytest.param([TABLED], [("proposal:p", {"a"})], id="no answer"),
        pytest.param(
            [TABLED, tell("ProposalRefused", "b", "2024-03-20", proposal="p", party="USA")], [], id="an answer"
        ),
        pytest.param(
            [TABLED, tell("ProposalTabled", "b", "2024-03-20", proposal="q", party="NER", supersedes="p")],
            [("proposal:q", {"b"})],
            id="superseded",
        ),
        pytest.param([ANNOUNCED], [("round:r", {"a"})], id="talks not held"),
        pytest.param(
            [ANNOUNCED, tell("RoundHeld", "b", "2024-04-25", round="r", parties=["USA"])], [], id="talks held"
        ),
        pytest.param(
            [ANNOUNCED, tell("TalksCancelled", "b", "2024-04-22", round="r", party="USA")], [], id="cancelled"
        ),
        pytest.param(
            [tell("TalksAnnounced", "a", "2024-04-20", round="r", parties=["USA"])], [], id="talks without a day"
        ),
    ],
)
def test_questions_are_open_until_they_are_answered(events: list[Event], expected: list[tuple[str, set[str]]]) -> None:
    assert found("open-question", *events, cut=Cut(happened_by="2025")) == expected


@pytest.mark.parametrize(
    ("cut", "missed"), [("2024-04-24", False), ("2024-04-25", False), ("2024-04-26", True), ("2024-05", True)]
)
def test_talks_are_missed_only_after_their_day(cut: str, missed: bool) -> None:
    assert bool(found("open-question", ANNOUNCED, cut=Cut(happened_by=cut))) is missed


def test_talks_announced_anew_are_judged_by_their_new_day() -> None:
    later = tell("TalksAnnounced", "b", "2024-04-24", round="r", parties=["USA"], scheduled="2024-06")
    assert found("open-question", ANNOUNCED, later, cut=Cut(happened_by="2024-05")) == []
    assert found("open-question", ANNOUNCED, later, cut=Cut(happened_by="2024-07")) == [("round:r", {"b"})]


@pytest.mark.parametrize(
    ("deadline", "cut", "overdue"),
    [
        ("2024-09-15", "2024-09-14", False),
        ("2024-09-15", "2024-09-15", False),
        ("2024-09-15", "2024-09-15T12:00Z", False),
        ("2024-09-15", "2024-09-16T00:00Z", True),
        ("2024-09-15", "2024-09-16", True),
        ("2024-09", "2024-09-29", False),
        ("2024-09", "2024-10-01", True),
        ("2024-09-15/..", "2030", False),
        ("2024-08~", "2024-09-30", False),
        ("2024-08~", "2024-10-02", True),
        ("2024-08?", "2030", False),
        ("2024-09-15T10:00Z", "2024-09-15T12:00Z", False),
        ("2024-09-15T10:00Z", "2024-09-16", True),
    ],
)
def test_a_deadline_is_over_when_its_last_instant_is(deadline: str, cut: str, overdue: bool) -> None:
    events = ordered(), set_for(deadline)
    assert found("overdue", *events, cut=Cut(happened_by=cut)) == [("withdrawal:w", {"b"})] * overdue


@pytest.mark.parametrize(
    ("kind", "overdue"),
    [
        ("WithdrawalBegan", True),
        ("WithdrawalSuspended", False),
        ("WithdrawalBreached", False),
        ("WithdrawalCompleted", False),
        ("WithdrawalReversed", False),
    ],
)
def test_what_has_ended_is_not_overdue(kind: str, overdue: bool) -> None:
    party = {} if kind in {"WithdrawalBegan", "WithdrawalCompleted"} else {"party": "USA"}
    events = ordered(), set_for("2024-09-15"), tell(kind, "c", "2024-06", withdrawal="w", **party)
    assert bool(found("overdue", *events, cut=Cut(happened_by="2025"))) is overdue


def test_the_last_deadline_counts_and_all_who_give_it_are_named() -> None:
    events = [
        ordered(),
        set_for("2024-06-15"),
        tell("WithdrawalTimetableRevised", "c", "2024-06-01", withdrawal="w", deadline="2024-09-15"),
        tell("WithdrawalTimetableRevised", "d", "2024-06-02", withdrawal="w", deadline="2024-09-15"),
    ]
    assert found("overdue", *events, cut=Cut(happened_by="2024-09-15")) == []
    assert found("overdue", *events, cut=Cut(happened_by="2024-10")) == [("withdrawal:w", {"c", "d"})]


def test_a_commitment_is_overdue_until_it_is_kept_broken_or_released() -> None:
    undertaken = tell("CommitmentUndertaken", "a", "2024-01-01", commitment="c", party="USA", due="2024-06")
    after = Cut(happened_by="2024-07")
    assert found("overdue", undertaken, cut=after) == [("commitment:c", {"a"})]
    assert found("overdue", undertaken, cut=Cut(happened_by="2024-06")) == []
    for kind in ("CommitmentFulfilled", "CommitmentBreached", "CommitmentReleased"):
        assert found("overdue", undertaken, tell(kind, "b", "2024-03", commitment="c"), cut=after) == []


def test_the_day_is_of_the_world_else_of_the_public_else_of_the_log_else_the_callers() -> None:
    events = [event.model_copy(update={"published": event.occurred}) for event in (ordered(), set_for("2024-09-15"))]

    def overdue(cut: Cut, today: date | None = None) -> bool:
        told = findings(history(*events), "n", cut, today=today)
        return any(finding.kind == "overdue" for finding in told)

    assert not overdue(Cut()), "without a day nothing is judged by its date"
    assert overdue(Cut(), date(2024, 9, 16))
    assert not overdue(Cut(), date(2024, 9, 15))
    assert overdue(Cut(recorded_by="2026-01-01"), date(2024, 1, 1))
    assert overdue(Cut(recorded_by="#2"), date(2024, 1, 1))
    assert not overdue(Cut(known_by="2024-09-01", recorded_by="2026-02"), date(2026, 1, 1))
    assert not overdue(Cut(happened_by="2024-09-01", known_by="2026"), date(2026, 1, 1))


def test_a_question_says_what_is_asked() -> None:
    messages = {
        finding.message for finding in all_found(ordered(), UNDETERMINED, DENOUNCED.model_copy(update={"id": "n"}))
    }
    assert {
        "w: it is ordered, but there is no timetable.",
        "w: where the force will go is not determined.",
        "x: its denunciation was announced, but not notified.",
    } <= messages
