"""iCalendar: another program's parser finds each date that stands, as certain as it is and no longer than it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from projections import Cut, claims, status
from projections.exports import Tally
from projections.exports.ical import dates, span_of, write
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE, texts
from tests.projections.telling import history, party, seed, source, tell
from tests.tracker.strategies import DATES
from tracker.dates import When
from tracker.events.registry import UnknownEvent

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.events import Event


def written(*events: Event, cut: Cut | None = None) -> tuple[bytes, Tally]:
    tally = Tally()
    return b"".join(write(claims(history(*events), "n", cut), tally)), tally


def found(*events: Event, cut: Cut | None = None) -> dict[str, Any]:
    """Return the calendar's events by summary."""
    text, tally = written(*events, cut=cut)
    components = Calendar.from_ical(text).walk("VEVENT")
    assert tally.written == len(components)
    return {str(component["summary"]): component for component in components}


def span(component: Any) -> tuple[Any, Any]:  # noqa: ANN401 - a property is of any type
    return component["dtstart"].dt, component["dtend"].dt if "dtend" in component else None


def deadline(text: str, **fields: Any) -> Event:  # noqa: ANN401 - any field
    return tell("WithdrawalTimetableSet", "set", "2024-05-01", "wire", withdrawal="force", deadline=text, **fields)


@pytest.mark.parametrize(
    ("text", "start", "end", "status"),
    [
        ("2024-09-15", date(2024, 9, 15), date(2024, 9, 16), "CONFIRMED"),
        ("2024-09", date(2024, 9, 1), date(2024, 10, 1), "CONFIRMED"),
        ("2024", date(2024, 1, 1), date(2025, 1, 1), "CONFIRMED"),
        ("2024-05-06/2024-05-10", date(2024, 5, 6), date(2024, 5, 11), "CONFIRMED"),
        ("2024-02/2024-03-02", date(2024, 2, 1), date(2024, 3, 3), "CONFIRMED"),
        ("2024-09-15~", date(2024, 9, 15), date(2024, 9, 16), "TENTATIVE"),
        ("2024-09?", date(2024, 9, 1), date(2024, 10, 1), "TENTATIVE"),
        ("2024-09-15%", date(2024, 9, 15), date(2024, 9, 16), "TENTATIVE"),
        ("2024-09-XX", date(2024, 9, 1), date(2024, 10, 1), "TENTATIVE"),
        ("202X", date(2020, 1, 1), date(2030, 1, 1), "TENTATIVE"),
        ("[2024-05-10..2024-05-12]", date(2024, 5, 10), date(2024, 5, 13), "TENTATIVE"),
        ("2024-09-15/..", date(2024, 9, 15), None, "TENTATIVE"),
        ("[2024-09..]", date(2024, 9, 1), None, "TENTATIVE"),
        ("../2024-09-15", date(2024, 9, 15), date(2024, 9, 16), "TENTATIVE"),
        ("2024-05-06T14:30+01:00", datetime(2024, 5, 6, 13, 30, tzinfo=UTC), None, "CONFIRMED"),
        ("2024-05-06T14:30:15.5Z", datetime(2024, 5, 6, 14, 30, 15, tzinfo=UTC), None, "CONFIRMED"),
        ("../2024-05-06T14:30", datetime(2024, 5, 6, 14, 30, tzinfo=UTC), None, "TENTATIVE"),
        (
            "2024-05-06T14:00/2024-05-06T15:29",
            datetime(2024, 5, 6, 14, tzinfo=UTC),
            datetime(2024, 5, 6, 15, 30, tzinfo=UTC),
            "CONFIRMED",
        ),
        ("9999-12-31", date(9999, 12, 31), None, "CONFIRMED"),
    ],
)
def test_a_date_is_as_long_and_as_certain_as_it_was_given(text: str, start: object, end: object, status: str) -> None:
    (component,) = found(source("wire"), deadline(text)).values()
    assert (*span(component), component["status"]) == (start, end, status)
    assert f"Date as given: {text}\n" in component["description"]


@given(st.sampled_from(DATES) | st.dates().map(str) | st.dates().map(lambda day: str(day)[:7]))
def test_no_day_is_lost_and_none_is_added(text: str) -> None:
    when = When(text)
    spanned = span_of(when)
    assert spanned is not None
    start, end = spanned
    if not isinstance(start, datetime) and end is not None:
        days = (end - start) // timedelta(days=1)
        assert days * 86_400_000_000 == when.upper - when.lower + 1


def test_dates_that_no_calendar_holds_are_left_out_and_told() -> None:
    text, tally = written(source("wire"), deadline("-0044-03-15"))
    assert Calendar.from_ical(text).walk("VEVENT") == []
    assert tally.remarks == ["1 left out: a calendar holds dates of the years 1 to 9999 only"]


def test_every_date_that_a_negotiation_sets_is_there() -> None:
    components = found(
        party("UPP", name="Upper State"),
        source("wire"),
        deadline("2024-09-15"),
        tell("CommitmentUndertaken", "pledge", "2024-04", "wire", commitment="aid", party="UPP", due="2024-10"),
        tell("TalksAnnounced", "talks", "2024-03-10", "wire", round="first", parties=["UPP"], scheduled="2024-06-15"),
        tell(
            "UltimatumIssued", "or-else", "2024-03-10", "wire", party="UPP", deadline="2024-07-01", consequence="Else."
        ),
        tell(
            "AgreementRevoked",
            "revoked",
            "2024-03-16",
            "wire",
            agreement="accord",
            party="UPP",
            claimed_effective="2024-03-16",
            legal_effective="2025-03-16",
        ),
    )
    assert {summary: (component["status"], component["dtstart"].dt) for summary, component in components.items()} == {
        "Denunciation of accord takes effect by the account of Upper State (denunciation announced)": (
            "TENTATIVE",
            date(2024, 3, 16),
        ),
        "Talks first (announced)": ("CONFIRMED", date(2024, 6, 15)),
        "Upper State issues an ultimatum, until 2024-07-01: Else": ("CONFIRMED", date(2024, 7, 1)),
        "Deadline of the withdrawal force (scheduled)": ("CONFIRMED", date(2024, 9, 15)),
        "Commitment aid due (undertaken)": ("CONFIRMED", date(2024, 10, 1)),
        "Denunciation of accord takes effect (denunciation announced)": ("CONFIRMED", date(2025, 3, 16)),
    }
    assert len({str(component["uid"]) for component in components.values()}) == len(components)


def test_what_is_announced_only_or_may_still_change_is_tentative() -> None:
    flag = tell("WithdrawalTimetableFlagged", "flag", "2024-05-09", "wire", withdrawal="force")
    done = tell("WithdrawalCompleted", "done", "2024-09-15", "wire", withdrawal="force")
    before = tell("WithdrawalTimetableFlagged", "before", "2024-04-09", "wire", withdrawal="force")
    for events, expected in (
        ((deadline("2024-09-15", modality="announced"),), "TENTATIVE"),
        ((deadline("2024-09-15"), flag), "TENTATIVE"),
        ((deadline("2024-09-15", modality="announced"), flag, done), "CONFIRMED"),
        ((deadline("2024-09-15"), before), "CONFIRMED"),
    ):
        (component,) = found(source("wire"), *events).values()
        assert component["status"] == expected


def test_what_the_agenda_expects_is_in_the_calendar() -> None:
    components = found(
        party("UPP", name="Upper State"),
        tell(
            "AgreementSigned",
            "signed",
            "2024-01-01",
            by=["UPP"],
            agreement="accord",
            title="Accord",
            until="2030-01-01",
        ),
        tell("AgreementSigned", "other", "2024-01-01", by=["UPP"], agreement="memo", until="2030-06-01~"),
        tell("DenunciationNotified", "notice", "2024-02-01", agreement="memo", party="UPP", effective="2025-02-01"),
        tell("DenunciationSuspended", "pause", "2024-03-01", agreement="memo", party="UPP", until="2024-12-01"),
        tell("DenunciationSuspended", "longer", "2024-11-01", agreement="memo", party="UPP", until="2025-12-01"),
        tell("WithdrawalBegan", "begins", "2026-10-01", withdrawal="force", modality="announced"),
        tell("UltimatumIssued", "or-else", "2024-03-10", party="UPP", deadline="2024-07-01", consequence="Else."),
        tell("AgreementSigned", "answer", "2024-06-10", by=["UPP"], agreement="pact", settles=["or-else"]),
    )
    assert {summary: (component["status"], component["dtstart"].dt) for summary, component in components.items()} == {
        "Term of Accord ends (signed)": ("CONFIRMED", date(2030, 1, 1)),
        "Term of memo ends (denunciation suspended)": ("TENTATIVE", date(2030, 6, 1)),
        "Denunciation of memo takes effect (denunciation suspended)": ("CANCELLED", date(2025, 2, 1)),
        "Suspension of the denunciation of memo ends (denunciation suspended)": ("CONFIRMED", date(2025, 12, 1)),
        "Announced: Withdrawal force begins": ("TENTATIVE", date(2026, 10, 1)),
        "Upper State issues an ultimatum, until 2024-07-01: Else": ("CANCELLED", date(2024, 7, 1)),
    }


def test_what_is_still_to_come_has_an_alarm_a_week_before() -> None:
    text, _ = written(
        party("UPP"),
        tell("CommitmentUndertaken", "word", "2024-01-01", commitment="toll", party="UPP", due="2024-06-01"),
        tell("CommitmentUndertaken", "other", "2024-01-01", commitment="dam", party="UPP", due="2024-07-01"),
        tell("CommitmentFulfilled", "kept", "2024-05-01", commitment="toll"),
    )
    events: list[Any] = Calendar.from_ical(text).walk("VEVENT")
    alarms = {
        str(event["summary"]): [(alarm["action"], alarm["trigger"].dt) for alarm in event.walk("VALARM")]
        for event in events
    }
    assert sorted(alarms.values()) == [[], [("DISPLAY", timedelta(days=-7))]]
    assert alarms[next(summary for summary in alarms if "dam" in summary)]


def test_two_dates_for_the_same_are_two_events_and_neither_is_certain() -> None:
    other = tell("WithdrawalTimetableSet", "other", "2024-05-01", "wire", withdrawal="force", deadline="2024-10-15")
    text, _ = written(source("wire"), deadline("2024-09-15"), other)
    components: list[Any] = Calendar.from_ical(text).walk("VEVENT")
    assert sorted((component["dtstart"].dt, component["status"]) for component in components) == [
        (date(2024, 9, 15), "TENTATIVE"),
        (date(2024, 10, 15), "TENTATIVE"),
    ]
    assert len({str(component["uid"]) for component in components}) == 2


@pytest.mark.parametrize("name", ["black-sea", "panama-canal", "us-niger", "visiting-forces"])
def test_each_date_of_the_agenda_is_in_the_calendar_of_a_history(name: str, tmp_path: Path) -> None:
    seen = status(seed(name, tmp_path), name)
    dated = {(str(one.subject), one.when.text) for one in dates(seen.claims)}
    assert {(one.subject, one.date) for one in seen.expected if one.standing != "void"} <= dated


def test_what_was_called_off_is_cancelled() -> None:
    talks = tell("TalksAnnounced", "talks", "2024-03-10", round="first", parties=["UPP"], scheduled="2024-06-15?")
    off = tell("TalksCancelled", "off", "2024-05-10", round="first", party="UPP")
    (component,) = found(party("UPP"), talks, off).values()
    assert (component["summary"], component["status"]) == ("Talks first (cancelled)", "CANCELLED")
    (component,) = found(party("UPP"), talks, off, cut=Cut(happened_by="2024-04")).values()
    assert (component["summary"], component["status"]) == ("Talks first (announced)", "TENTATIVE")


def test_a_date_that_is_moved_stays_the_same_event_with_its_entries() -> None:
    moved = tell("WithdrawalTimetableRevised", "moved", "2024-06-01", withdrawal="force", deadline="2024-12-01")
    (older,) = found(source("wire"), deadline("2024-09-15")).values()
    (newer,) = found(source("wire"), deadline("2024-09-15"), moved).values()
    assert older["uid"] == newer["uid"]
    assert older["uid"].endswith("@communique")
    assert (older["dtstart"].dt, newer["dtstart"].dt) == (date(2024, 9, 15), date(2024, 12, 1))
    assert older["dtstamp"].dt == datetime(2026, 1, 1, 0, 0, 2, tzinfo=UTC)
    assert newer["dtstamp"].dt == datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC)
    assert "set: Withdrawal force set to end by 2024-09-15. (wire, F6)" in older["description"]
    assert "moved: Deadline of the withdrawal force moved to 2024-12-01. (no source)" in newer["description"]


def test_what_is_retracted_or_denied_sets_no_date_and_what_is_corrected_sets_its_own() -> None:
    events = [source("wire"), deadline("2024-09-15")]
    assert found(*events, tell("EntryRetracted", "wrong", entry="set")) == {}
    assert found(source("wire"), deadline("2024-09-15", modality="denied")) == {}
    (component,) = found(
        *events, tell("EntryCorrected", "slip", entry="set", changes={"deadline": "2024-09-16"})
    ).values()
    assert component["dtstart"].dt == date(2024, 9, 16)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_adds_nothing_to_a_calendar(text: str) -> None:
    made, _ = written(*river(text))
    plain, _ = written(*river())
    assert _shape(made) == _shape(plain)
    assert not set(made.decode()) & set("\0\x07\x1b\x7f\x9b\u202e\u2066\u2028\ufeff")


@given(texts)
def test_any_text_leaves_the_calendar_as_it_is(text: str) -> None:
    evil = tell("UltimatumIssued", "evil", party="UPP", deadline="2024-07-01", consequence=f"END:VEVENT\r\n{text}")
    components = found(party("UPP", name=text or "x"), evil)
    assert [component["dtstart"].dt for component in components.values()] == [date(2024, 7, 1)]


def _shape(text: bytes) -> list[list[str]]:
    return [list(component) for component in Calendar.from_ical(text).walk("VEVENT")]


def test_a_negotiation_without_dates_gives_an_empty_calendar() -> None:
    unknown = UnknownEvent(name="SummitHeld", negotiation="n", id="summit", stored={"deadline": "2024"})
    text, tally = written(tell("NegotiationOpened", "opened", title="Talks; about, all"), unknown)
    calendar = Calendar.from_ical(text)
    assert (calendar.walk("VEVENT"), tally.written, tally.remarks) == ([], 0, [])
    assert b"X-WR-CALNAME:Talks\\; about\\, all\r\n" in text
