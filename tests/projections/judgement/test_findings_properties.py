"""What holds of findings and conclusions in any history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections import Cut, findings, sources, status, voices
from projections.judgement.conclusions import Position, concluded, conclusion
from projections.judgement.findings import KINDS
from projections.judgement.weighing import weighing_of
from projections.views.why import why_of
from tests.projections.everything import shuffled
from tests.projections.stories import PUBLISHED, SOURCES, claims_of, draw_claim, draw_said, draw_stage, pick, stories
from tests.projections.telling import history, source, tell
from tests.projections.worlds import worlds
from tracker.dates import When

if TYPE_CHECKING:
    from random import Random

    from projections import History, Status
    from tracker.events import Event

CUTS = st.builds(
    Cut,
    happened_by=st.none() | st.sampled_from(("2024-05-04", "2024-05", "2025")),
    known_by=st.none() | st.sampled_from(("2024-05-04", "2024-05-09", "2024-06")),
    recorded_by=st.none() | st.integers(1, 20).map("#{}".format),
)


def conclusions(standing: Status) -> dict[str, Any]:
    """Return what a status says, without where in the log it ends."""
    shown = standing.to_json()
    for name in ("entries", "head", "cut"):
        del shown[name]
    return shown


@given(stories(), CUTS)
def test_no_conclusion_lacks_a_because(events: list[Event], cut: Cut) -> None:
    standing = status(history(*events), "n", cut)
    stands = {reading.id for reading in standing.claims.standing}
    views: list[Any] = [view for family in standing.things.values() for view in family.values()]
    views += [view for matters in standing.positions.values() for view in matters.values()]
    views += standing.partnerships.values()
    for view in views:
        assert stands.issuperset(view.because)
        if not view.because:
            # What is only denied, supposed or planned, or has not come, is asserted by nothing.
            assert (view.stance if isinstance(view, Position) else view.state) is None
            told = [reading for reading in standing.readings(view.subject) if reading.asserts and not reading.is_plan]
            assert all(standing.day is not None and reading.order[0] > standing.day for reading in told)
        for name in ("strength", "departed", "residual"):
            quantity = getattr(view, name, None)
            assert quantity is None or (quantity.because and stands.issuperset(quantity.because))


@given(stories(), CUTS)
def test_findings_are_of_known_kinds_name_entries_and_come_once(events: list[Event], cut: Cut) -> None:
    loaded = history(*events)
    standing = status(loaded, "n", cut)
    found = standing.findings
    assert len(set(found)) == len(found)
    for finding in found:
        assert finding.kind in KINDS
        assert finding.entries
        assert len(set(finding.entries)) == len(finding.entries)
        assert all(standing.claims.get(entry) is not None for entry in finding.entries)
        assert finding.message.endswith(".")
        family, _, name = finding.subject.partition(":")
        assert family
        assert name


@given(stories(), CUTS)
def test_every_conclusion_and_finding_can_be_asked_why(events: list[Event], cut: Cut) -> None:
    standing = status(history(*events), "n", cut)
    subjects = [view.subject for family in standing.things.values() for view in family.values()]
    subjects += [view.subject for matters in standing.positions.values() for view in matters.values()]
    subjects += [f"party:{name}" for name in standing.partnerships]
    subjects += [f"{finding.kind}:{finding.subject}" for finding in standing.findings]
    for subject in subjects:
        answer = why_of(standing, subject)
        assert answer.lines or answer.against
        assert not {line.entry for line in answer.lines} & {line.entry for line in answer.against}


@st.composite
def independent(draw: st.DrawFn) -> tuple[list[Event], list[Event], list[Event]]:
    """Return registers, claims on a day of their own each, and entries about them, each published on its own day."""
    claims = [
        draw_claim(draw, f"e{number}", when=f"2024-04-{number + 1:02}", published=f"2024-05-{number + 1:02}")
        for number in range(draw(st.integers(1, 12)))
    ]
    about = [
        draw_said(draw, f"k{number}", pick(draw, claims), published=f"2024-06-{number + 1:02}")
        for number in range(draw(st.integers(0, 6)))
    ]
    # Entries that a correction puts on one day are ordered by when they were recorded.
    about = [
        event.model_copy(update={"changes": {"occurred": f"2024-07-{number + 1:02}"}})
        if "occurred" in getattr(event, "changes", {})
        else event
        for number, event in enumerate(about)
    ]
    return draw_stage(draw), claims, about


@given(independent(), st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_no_conclusion_and_no_finding(
    parts: tuple[list[Event], list[Event], list[Event]], random: Random
) -> None:
    registers, claims, about = parts
    shuffled = list(claims), list(about)
    for part in shuffled:
        random.shuffle(part)
    one = status(history(*registers, *claims, *about), "n")
    two = status(history(*registers, *shuffled[0], *shuffled[1]), "n")
    assert conclusions(one) == conclusions(two)


@given(stories(), st.integers(1, 10), st.data())
def test_without_a_report_and_its_relays_all_is_as_before_it(
    events: list[Event], relays: int, data: st.DataObject
) -> None:
    before = status(history(*events), "n")
    names = ["report", *(f"relay-{number}" for number in range(relays))]
    report = [source("report", "2024-05-01"), *(source(name, "2024-05-02", "report") for name in names[1:])]
    said = []
    for number in range(data.draw(st.integers(1, 4))):
        claim = data.draw(claims_of(f"r{number}"))
        chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        said.append(
            claim.model_copy(update={"evidence": tell("StatementMade", "x", None, *chosen, party="USA").evidence})
        )
    loaded = history(*events, *report, *said)
    assert conclusions(status(loaded, "n", without=["report"])) == conclusions(before)
    after = status(loaded, "n")
    for reading in after.claims.standing:
        if reading.id.startswith("r"):
            assert voices(after.claims, [reading]).for_ == 1


@given(stories(), CUTS)
def test_what_falls_without_each_source_is_what_without_answers(events: list[Event], cut: Cut) -> None:
    _hold_falls_against_without(events, cut)


@pytest.mark.long
@pytest.mark.timeout(1200)
@settings(max_examples=300)
@given(shuffled(most=16), CUTS)
def test_what_falls_of_all_types_is_what_without_answers(orders: tuple[list[Event], list[Event]], cut: Cut) -> None:
    _hold_falls_against_without(orders[0], cut)


def _hold_falls_against_without(events: list[Event], cut: Cut) -> None:
    loaded = history(*events)
    standing = status(loaded, "n", cut)
    told = sources(loaded, "n", cut)
    for name in SOURCES:
        if name not in told.sources:
            continue
        other = status(loaded, "n", cut, without=[name])
        subjects = {*standing.subjects, *other.subjects}
        expected = {
            (subject, was, now)
            for subject in subjects
            if (was := concluded(subject, standing.readings(subject), weighing_of(standing.claims), standing.day))
            != (now := concluded(subject, other.readings(subject), weighing_of(other.claims), other.day))
        }
        assert {(fall.subject, fall.before, fall.after) for fall in told.sources[name].falls} == expected


@given(st.lists(st.tuples(st.sampled_from(PUBLISHED), st.integers(1, 6), st.integers(0, 3)), max_size=10))
def test_figures_conflict_as_comparing_each_with_each_says(figures: list[tuple[str, int, int]]) -> None:
    events = [
        tell("StrengthReported", f"e{number}", when, withdrawal="w", strength={"low": low, "high": low + width})
        for number, (when, low, width) in enumerate(figures)
    ]
    groups: list[set[int]] = []
    for one, (when, low, width) in enumerate(figures):
        mine = {one}
        for group in list(groups):
            for other in group:
                day, low_, width_ = figures[other]
                apart = low_ > low + width or low > low_ + width_
                if apart and When(day).overlaps(When(when)):
                    mine |= group
                    groups.remove(group)
                    break
        groups.append(mine)
    expected = {frozenset(f"e{number}" for number in group) for group in groups if len(group) > 1}
    found = [finding for finding in findings(history(*events), "n") if finding.kind == "figure-conflict"]
    assert {frozenset(finding.entries) for finding in found} == expected
    assert len(found) == len(expected)


@given(st.lists(st.sampled_from(PUBLISHED), max_size=8))
def test_dates_conflict_as_comparing_each_with_each_says(days: list[str]) -> None:
    events = [tell("WithdrawalBegan", f"e{number}", day, withdrawal="w") for number, day in enumerate(days)]
    expected = {f"e{one}" for one, day in enumerate(days) if any(not When(day).overlaps(When(other)) for other in days)}
    found = [finding for finding in findings(history(*events), "n") if finding.kind == "date-conflict"]
    assert [set(finding.entries) for finding in found] == ([expected] if expected else [])


def _without_retractions(events: list[Event]) -> list[Event]:
    """Return a history in which every retraction is a mere dispute, in the same place and at the same time."""
    return [
        event
        if event.event != "EntryRetracted"
        else tell(
            "EntryDisputed",
            event.id or "",
            None,
            *(item.model_dump(exclude_none=True) for item in event.evidence),
            entry=event.__dict__["entry"],
            published=event.published.text if event.published else None,
        )
        for event in events
    ]


def _is_of_no_claim(loaded: History, index: int) -> bool:
    root = loaded.entries[loaded.root(index)].event
    return (root.kind_of_entry == "stage" or root.event == "SameAs") and loaded.root(index) != index


@given(worlds(), CUTS)
def test_a_state_that_a_retraction_changed_is_told_and_no_other(events: list[Event], cut: Cut) -> None:
    loaded = history(*events)
    # What is said of sources, and of which ids are one, is left: to take that back is no retraction of a claim.
    events = [
        tell("StatementMade", event.id or "", party="USA") if _is_of_no_claim(loaded, index) else event
        for index, event in enumerate(events)
    ]
    now, had = (status(history(*told), "n", cut) for told in (events, _without_retractions(events)))
    differing = {
        subject
        for subject in (*now.subjects, *had.subjects)
        if conclusion(subject, now.readings(subject), weighing_of(now.claims), now.day)[0]
        != conclusion(subject, had.readings(subject), weighing_of(had.claims), had.day)[0]
    }
    assert {finding.subject for finding in now.findings if finding.kind == "retracted-support"} == differing
