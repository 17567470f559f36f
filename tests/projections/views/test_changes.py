"""A diff tells what a person would answer otherwise, from what to what, and because of which entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from projections import Cut, Difference, Finding, Replay, diff, status
from projections.views.diff import compare_findings
from tests.projections.telling import history, party, seed, source, tell
from tests.projections.worlds import CUTS, worlds

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.events import Event

STAGE = [party("USA"), party("NER"), source("s", "2024-04-01"), source("t", "2024-04-01")]


def between(events: list[Event], before: Cut, after: Cut | None = None) -> Difference:
    loaded = history(*STAGE, *events)
    return diff(status(loaded, "n", before), status(loaded, "n", after))


def told(found: Difference) -> list[tuple[str, str, Any, Any, tuple[str, ...]]]:
    return [(change.subject, change.aspect, change.before, change.after, change.because) for change in found.changes]


def test_a_new_state_comes_with_what_set_it() -> None:
    events = [
        tell("WithdrawalAgreed", "agreed", "2024-04-19", "s", withdrawal="w", parties=["USA"], published="2024-04-19"),
        tell("WithdrawalOrdered", "ordered", "2024-05-06", "s", withdrawal="w", party="USA", published="2024-05-10"),
    ]
    found = between(events, Cut(known_by="2024-04-30"))
    assert told(found) == [("withdrawal:w", "state", "agreed", "ordered", ("ordered",))]
    assert [finding.message for finding in found.appeared if finding.kind == "open-question"] == [
        "w: it is ordered, but there is no timetable."
    ]
    from_nothing = between(events, Cut(known_by="2024-04-01"))
    assert told(from_nothing) == [("withdrawal:w", "state", None, "ordered", ("ordered",))]


def test_going_back_in_time_names_what_is_no_longer_there() -> None:
    events = [
        tell("WithdrawalAgreed", "agreed", "2024-04-19", withdrawal="w", parties=["USA"], published="2024-04-19"),
        tell("WithdrawalOrdered", "ordered", "2024-05-06", withdrawal="w", party="USA", published="2024-05-10"),
    ]
    assert told(between(events, Cut(), Cut(known_by="2024-04-30"))) == [
        ("withdrawal:w", "state", "ordered", "agreed", ("ordered",))
    ]
    assert told(between(events, Cut(), Cut(known_by="2024-04-01"))) == [
        ("withdrawal:w", "state", "ordered", None, ("ordered",))
    ]


def test_a_retraction_is_named_for_what_it_takes_away_and_gives_back() -> None:
    events = [
        tell("WithdrawalOrdered", "ordered", "2024-05-06", withdrawal="w", party="USA", published="2024-05-06"),
        tell("EntryRetracted", "undo", None, entry="ordered", published="2024-05-10"),
        tell("EntryRetracted", "redo", None, entry="undo", published="2024-05-20"),
    ]
    days = [Cut(known_by=f"2024-05-{day}") for day in ("08", "15", "25")]
    assert told(between(events, days[0], days[1])) == [("withdrawal:w", "state", "ordered", None, ("undo",))]
    assert told(between(events, days[1], days[2])) == [
        ("withdrawal:w", "state", None, "ordered", ("ordered", "undo", "redo"))
    ]
    assert told(between(events, days[0], days[2])) == []


def test_a_correction_is_named_with_the_entry_that_it_changed() -> None:
    events = [
        tell("StrengthReported", "count", "2024-05-01", withdrawal="w", strength=1000, published="2024-05-01"),
        tell("EntryCorrected", "fix", None, entry="count", changes={"strength": 946}, published="2024-05-10"),
    ]
    (change,) = between(events, Cut(known_by="2024-05-05")).changes
    assert (change.aspect, change.before["low"], change.after["low"]) == ("strength", 1000, 946)
    assert change.because == ("count", "fix")


REVOKED = {"agreement": "a", "party": "NER"}


def test_a_retraction_is_named_for_the_correction_that_it_takes_back() -> None:
    events = [
        tell("AgreementRevoked", "r", "2024-03-16", **REVOKED),
        tell("EntryCorrected", "c", None, entry="r", changes={"occurred": "2024-01"}, published="2024-02-01"),
        tell("EntryRetracted", "x", None, entry="c", published="2024-03-01"),
    ]
    loaded = history(*STAGE, *events)
    count = len(STAGE)
    cuts = [Cut(recorded_by=f"#{count + number}") for number in (2, 3)]
    found = diff(*(status(loaded, "n", cut) for cut in cuts))
    assert told(found) == [("agreement:a", "since", "2024-01", "2024-03-16", ("r", "c", "x"))]
    step = list(Replay(loaded).steps("recorded"))[-1]
    assert (step.entry, step.changes) == ("x", found.changes)


def test_a_retraction_is_named_where_what_it_takes_back_had_let_an_entry_in() -> None:
    events = [
        tell("AgreementRevoked", "r", "2025-03-16", published="2024-01-01", **REVOKED),
        tell("EntryCorrected", "c", None, entry="r", changes={"occurred": "2024-01"}, published="2024-02-01"),
        tell("EntryRetracted", "x", None, entry="c", published="2024-03-01"),
    ]
    one, two = Cut(happened_by="2024-06", known_by="2024-02"), Cut(happened_by="2024-06", known_by="2024-03")
    aspects = ("state", "participants.NER")
    assert told(between(events, one, two)) == [
        ("agreement:a", aspect, "denunciation-announced", None, ("c", "x")) for aspect in aspects
    ]
    assert told(between(events, two, one)) == [
        ("agreement:a", aspect, None, "denunciation-announced", ("r", "c", "x")) for aspect in aspects
    ]


def test_what_corrects_a_correction_is_named() -> None:
    events = [
        tell("AgreementRevoked", "r", "2024-03-16", published="2024-01-01", **REVOKED),
        tell("EntryCorrected", "c", None, entry="r", changes={"occurred": "2024-01"}, published="2024-02-01"),
        tell(
            "EntryCorrected",
            "cc",
            None,
            entry="c",
            changes={"changes": {"occurred": "2024-02"}},
            published="2024-03-01",
        ),
    ]
    (change,) = between(events, Cut(known_by="2024-02"), Cut(known_by="2024-03")).changes
    assert (change.before, change.after, change.because) == ("2024-01", "2024-02", ("r", "c", "cc"))


def test_what_corroborates_is_named_where_it_makes_an_entry_known() -> None:
    events = [
        tell("AgreementRevoked", "r", "2023-11-16", "s", **REVOKED),
        tell("SourceRegistered", "src-first", source="first", published="2023-12-01"),
        tell("EntryCorroborated", "k", None, "first", entry="r"),
    ]
    one, two = Cut(known_by="2023-12", recorded_by=f"#{len(STAGE) + 2}"), Cut(known_by="2023-12")
    assert told(between(events, one, two)) == [
        ("agreement:a", aspect, None, "denunciation-announced", ("r", "k")) for aspect in ("state", "participants.NER")
    ]


def test_a_state_that_began_otherwise_is_told_and_one_that_is_another_not_twice() -> None:
    events = [
        tell("WithdrawalOrdered", "ordered", "2024-05-06", withdrawal="w", party="USA", published="2024-05-06"),
        tell("EntryCorrected", "fix", published="2024-05-10", entry="ordered", changes={"occurred": "2024-05-03"}),
    ]
    assert told(between(events, Cut(known_by="2024-05-08"))) == [
        ("withdrawal:w", "since", "2024-05-06", "2024-05-03", ("ordered", "fix"))
    ]


def test_every_aspect_is_compared() -> None:
    events = [
        tell("AgreementSigned", "signed", "2024-01-01", agreement="a", by=["USA"]),
        tell("DenunciationContested", "no", "2024-06-01", agreement="a", party="USA"),
        tell("TalksAnnounced", "talks", "2024-01-02", round="r", parties=["USA"]),
        tell(
            "TalksAnnounced", "date", "2024-06-02", round="r", parties=["USA"], scheduled="2024-06-09", venue="Niamey"
        ),
        tell("TalksConcluded", "end", "2024-06-10", round="r", outcome="partial"),
        tell("WithdrawalBegan", "began", "2024-01-03", withdrawal="w"),
        tell("WithdrawalTimetableSet", "deadline", "2024-06-03", withdrawal="w", deadline="2024-09-15"),
        tell("DestinationSet", "where", "2024-06-04", withdrawal="w", destination="Europe"),
        tell("SiteHandedOver", "site", "2024-06-05", withdrawal="w", site="base"),
        tell("WithdrawalCompleted", "done", "2024-06-06", withdrawal="w", residual=20),
        tell("CommitmentUndertaken", "word", "2024-01-04", commitment="c", party="USA"),
        tell("CommitmentUndertaken", "due", "2024-06-07", commitment="c", party="USA", terms="a note", due="2024-07"),
        tell("DemandMade", "demand", "2024-06-08", proposal="p", party="USA", terms="all bases"),
        tell("PartnershipOpennessDeclared", "open", "2024-06-09", party="NER", toward=["USA"]),
        tell("MatterAdded", "m", matter="m"),
        tell("RedLineDeclared", "line", "2024-06-11", party="NER", matter="m", terms="never"),
        tell("ConcessionMade", "give", "2024-06-12", party="NER", matter="m"),
        tell("PositionTaken", "stance", "2024-06-13", party="NER", matter="m", stance="open"),
    ]
    found = {(change.subject, change.aspect): change for change in between(events, Cut(happened_by="2024-03")).changes}
    expected: dict[tuple[str, str], tuple[Any, Any, tuple[str, ...]]] = {
        ("agreement:a", "contested"): (False, True, ("no",)),
        ("round:r", "state"): ("announced", "concluded", ("end",)),
        ("round:r", "scheduled"): (None, "2024-06-09", ("date",)),
        ("round:r", "venue"): (None, "Niamey", ("date",)),
        ("round:r", "outcome"): (None, "partial", ("end",)),
        ("withdrawal:w", "state"): ("under-way", "completed", ("done",)),
        ("withdrawal:w", "deadline"): (None, "2024-09-15", ("deadline",)),
        ("withdrawal:w", "destination"): (None, "Europe", ("where",)),
        ("withdrawal:w", "sites"): ((), ("base",), ("site",)),
        ("commitment:c", "due"): (None, "2024-07", ("due",)),
        ("commitment:c", "terms"): (None, "a note", ("due",)),
        ("proposal:p", "state"): (None, "tabled", ("demand",)),
        ("proposal:p", "terms"): (None, "all bases", ("demand",)),
        ("party:NER", "partners"): (None, ("USA",), ("open",)),
        ("position:NER/m", "stance"): (None, "open", ("stance",)),
        ("position:NER/m", "terms"): (None, "never", ("line",)),
        ("position:NER/m", "red_lines"): (None, ("line",), ("line",)),
        ("position:NER/m", "concessions"): (None, ("give",), ("give",)),
    }
    residual = found.pop(("withdrawal:w", "residual"))
    assert (residual.before, residual.after["high"], residual.because) == (None, 20, ("done",))
    assert {key: (change.before, change.after, change.because) for key, change in found.items()} == expected


def test_a_source_left_out_is_a_change_like_any_other() -> None:
    events = [
        tell("WithdrawalOrdered", "ordered", "2024-05-06", "s", withdrawal="w", party="USA"),
        tell("WithdrawalDemanded", "demanded", "2024-03-16", "t", withdrawal="w", party="NER"),
    ]
    loaded = history(*STAGE, *events)
    found = diff(status(loaded, "n"), status(loaded, "n", without=["s"]))
    assert told(found) == [("withdrawal:w", "state", "ordered", "demanded", ("ordered",))]


def test_findings_appear_go_and_change() -> None:
    def finding(subject: str, message: str, *entries: str) -> Finding:
        return Finding("figure-conflict", subject, entries, message)

    kept, gone = finding("withdrawal:a", "same", "e1"), finding("withdrawal:b", "old", "e2")
    before, after = (
        finding("withdrawal:c", "600 and 700", "e3", "e4"),
        finding("withdrawal:c", "600 to 800", "e4", "e5"),
    )
    other, new = finding("withdrawal:b", "new", "e6"), finding("withdrawal:d", "new", "e7")
    appeared, went, changed = compare_findings([kept, gone, before], [new, after, other, kept])
    assert (appeared, went, changed) == ((new, other), (gone,), ((before, after),))
    assert compare_findings([kept], [kept]) == ((), (), ())


def test_the_json_is_that_of_the_contract(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    april, may = (status(loaded, "us-niger", Cut(known_by=day)) for day in ("2024-04-30", "2024-05-11"))
    shown = diff(april, may).to_json()
    assert set(shown) == {"changes", "findings"}
    assert set(shown["findings"]) == {"appeared", "gone", "changed"}
    (state,) = (c for c in shown["changes"] if (c["subject"], c["aspect"]) == ("withdrawal:all-forces", "state"))
    assert (state["before"], state["after"]) == ("agreed", "ordered")
    assert "order-this-week" in state["because"]
    assert diff(may, may).to_json() == {"changes": [], "findings": {"appeared": [], "gone": [], "changed": []}}
    assert not diff(may, may)


def test_that_a_thing_gets_or_loses_the_parties_that_it_has_at_all_is_no_change_of_it() -> None:
    signed = tell("AgreementSigned", "e1", agreement="a", by=["USA", "NER"], published="2024-05-02")
    in_force = tell("AgreementEnteredIntoForce", "e2", agreement="a", published="2024-05-01")
    loaded = history(party("USA"), party("NER"), in_force, signed)
    early, late = (status(loaded, "n", Cut(recorded_by=at)) for at in ("#3", "#4"))
    for found in (diff(early, late), diff(late, early)):
        assert "parties" not in {change.aspect for change in found.changes}


@given(worlds(), CUTS, CUTS)
def test_every_change_has_a_cause_and_there_and_back_are_the_same_changes(
    events: list[Event], before: Cut, after: Cut
) -> None:
    loaded = history(*events)
    one, two = status(loaded, "n", before), status(loaded, "n", after)
    there, back = diff(one, two), diff(two, one)
    for change in there.changes:
        assert change.because
        assert len(set(change.because)) == len(change.because)
        assert all(loaded.get(entry) is not None for entry in change.because)
        assert (change.before or None) != (change.after or None)
    assert {(c.subject, c.aspect, str(c.before), str(c.after)) for c in there.changes} == {
        (c.subject, c.aspect, str(c.after), str(c.before)) for c in back.changes
    }
    assert (set(there.appeared), set(there.gone)) == (set(back.gone), set(back.appeared))
    assert not diff(one, one)


@pytest.mark.parametrize("cut", [Cut(), Cut(known_by="2024-05-11")])
def test_from_nothing_all_that_is_said_appears(cut: Cut, tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    standing = status(loaded, "us-niger", cut)
    found = diff(status(loaded, "us-niger", Cut(recorded_by="#0")), standing)
    assert found.gone == ()
    assert set(found.appeared) == {finding for finding in standing.findings if finding.severity != "note"}
    nothing = status(loaded, "us-niger", Cut(recorded_by="#0"))
    assert set(diff(nothing, standing, notes=True).appeared) == set(standing.findings)
    states = {change.subject: change.after for change in found.changes if change.aspect == "state"}
    views = [view for family in standing.things.values() for view in family.values()]
    assert states == {view.subject: view.state for view in views if view.state}


def test_of_several_that_speak_of_an_aspect_the_last_is_the_cause() -> None:
    events = [
        tell("DemandMade", f"e{day}", f"2024-05-{day:02}", proposal="p", party="USA", terms=f"terms {day}")
        for day in range(1, 5)
    ]
    found = between(events, Cut(happened_by="2024-05-02"))
    assert told(found) == [("proposal:p", "terms", "terms 2", "terms 4", ("e4",))]
    back = between(events, Cut(), Cut(happened_by="2024-05-02"))
    assert told(back) == [("proposal:p", "terms", "terms 4", "terms 2", ("e4",))]
