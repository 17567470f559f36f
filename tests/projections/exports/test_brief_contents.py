"""What a brief of the bundled history holds at its cuts: every answer with what it rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given

from projections.claims.cut import Cut
from projections.exports.brief import brief, page, report
from projections.exports.brief.making import since_cut
from projections.views.diff import diff
from projections.views.status import findings, status
from projections.views.timeline import timeline
from projections.wording.sentences import finding_text
from tests.projections.stories import stories
from tests.projections.telling import history, party, seed, source, tell
from tracker.dates import instant
from tracker.errors import NameUnknownError

if TYPE_CHECKING:
    from projections.claims.history import History
    from projections.exports.brief import Brief
    from tracker.events import Event

TODAY: Final = date(2026, 1, 2)
CUTS: Final = ("now", "known:2024-03-20", "known:2024-05-11", "happened:2024-04", "#120")


@pytest.fixture(scope="module")
def niger(tmp_path_factory: pytest.TempPathFactory) -> History:
    return seed("us-niger", tmp_path_factory.mktemp("niger"))


def of(niger: History, cut: str, **more: str) -> Brief:
    since = Cut.parse(more["since"]) if "since" in more else None
    without = (more["without"],) if "without" in more else ()
    return brief(niger, "us-niger", Cut.parse(cut), without=without, since=since, today=TODAY)


def test_the_order_as_the_public_knew_it(niger: History) -> None:
    found = of(niger, "known:2024-05-11")
    said = {
        statement.subject.partition(":")[2]: statement for family in found.standing for statement in family.statements
    }
    assert [family.heading for family in found.standing] == [
        "Agreements",
        "Demands and proposals",
        "Talks",
        "Withdrawals",
        "Commitments",
    ]
    assert (said["sofa-2012"].state, said["sofa-2012"].since) == ("denunciation announced", "2024-03-16")
    assert (said["sofa-2012"].backing.voices, said["sofa-2012"].backing.against) == (2, 1)
    assert (said["keep-air-base"].state, said["keep-air-base"].since) == ("refused by Niger", "2024-04~")
    assert ("deadline", "not known") in said["all-forces"].details
    assert ("destination", "not known") in said["all-forces"].details
    assert [(line.name, line.quantity, line.figure) for line in found.figures] == [
        ("all-forces", "strength", "1,000"),
        ("all-forces", "strength", "about 1,000 (military personnel and contractors)"),
    ]
    (niamey,) = [party for party in found.parties if party.id == "NER"]
    assert niamey.partners == ("Russian Federation", "People's Republic of China", "Islamic Republic of Iran")
    assert found.as_of == "what was public by 2024-05-11"
    assert found.summary is None, "what the analyst wrote later would tell what was not known yet"
    assert [contrary.entry for contrary in found.against] == ["no-formal-request"]


def test_the_end_of_the_log(niger: History) -> None:
    found = of(niger, "now")
    said = {
        statement.subject.partition(":")[2]: statement for family in found.standing for statement in family.statements
    }
    assert said["all-forces"].state == "completed"
    assert ("deadline", "not known") not in said["all-forces"].details
    assert found.as_of == "all that is recorded, on 2026-01-02"
    assert (found.summary or "").startswith("From the takeover of July 2023")
    assert {"completed-on-15", "completed-on-17"} <= set(said["all-forces"].backing.entries)


@pytest.mark.parametrize("cut", CUTS)
def test_a_brief_holds_all_that_the_views_hold(cut: str, niger: History) -> None:
    found, at = of(niger, cut), Cut.parse(cut)
    standing = status(niger, "us-niger", at, today=TODAY)
    named = [statement.subject for family in found.standing for statement in family.statements]
    assert named == [thing.subject for family in standing.things.values() for thing in family.values()]
    assert [event.entry for event in found.chronology] == [line.entry for line in timeline(niger, "us-niger", at)]
    told = {noted.message for group in (*found.questions, *found.findings) for noted in group.findings}
    known = findings(niger, "us-niger", at, today=TODAY)
    names = standing.claims.names
    assert told == {finding_text(one.subject, one.message, names) for one in known if not one.is_note}
    # Notes are told by their number.
    notes = sum(finding.is_note for finding in known)
    assert found.notes.partition(" ")[0] == (str(notes) if notes else "")
    stands = sum(stand is not None for _, row in found.positions.rows for stand in row)
    assert stands == sum(map(len, standing.positions.values()))
    assert (found.entries, found.head) == (standing.entries, standing.head)


@pytest.mark.parametrize("cut", CUTS)
def test_sources_are_numbered_in_the_order_in_which_they_are_met(cut: str, niger: History) -> None:
    found = of(niger, cut)
    assert [one.number for one in found.sources] == list(range(1, len(found.sources) + 1))
    assert len({one.id for one in found.sources}) == len(found.sources)
    met: dict[int, None] = {}
    for family in found.standing:
        for statement in family.statements:
            met.update(dict.fromkeys(statement.backing.sources))
    assert list(met) == sorted(met) == list(range(1, len(met) + 1))
    numbers = {number for event in found.chronology for number in event.sources}
    assert numbers <= set(range(1, len(found.sources) + 1))
    assert {number for one in found.sources for number in one.relays} <= set(range(1, len(found.sources) + 1))


def test_a_source_tells_all_that_is_known_of_it(niger: History) -> None:
    found = {one.id: one for one in of(niger, "known:2024-05-11").sources}
    iuvm = found["iuvm-2024-05-11"]
    assert (iuvm.publisher, iuvm.published, iuvm.reliability) == ("IUVM Press", "2024-05-11", "E")
    assert iuvm.relays == (found["politico-2024-05-10"].number,)
    assert iuvm.address == "https://iuvmpress.co/withdrawal-of-us-troops-from-niger"


@given(stories())
def test_whatever_is_said_in_a_brief_has_its_entries(told: list[Event]) -> None:
    found = brief(history(*told), "n", since=Cut.parse("#1"), today=TODAY)
    for family in found.standing:
        assert all(statement.backing.entries for statement in family.statements)
    assert all(line.backing.entries for line in found.figures)
    assert all(stand.backing.entries for _, row in found.positions.rows for stand in row if stand is not None)
    assert found.since is not None
    assert all(change.entries for change in found.since.changes)
    assert {one.number for one in found.sources} >= {number for event in found.chronology for number in event.sources}


def test_changes_are_those_between_the_two_cuts(niger: History) -> None:
    found = of(niger, "known:2024-05-11", since="known:2024-04-30").since
    assert found is not None
    cuts = (Cut(known_by="2024-04-30"), Cut(known_by="2024-05-11"))
    expected = diff(*(status(niger, "us-niger", cut, today=TODAY) for cut in cuts))
    assert [change.entries for change in found.changes] == [change.because for change in expected.changes]
    assert [noted.message for noted in found.appeared] == [finding.message for finding in expected.appeared]
    assert [noted.message for noted in found.gone] == [finding.message for finding in expected.gone]
    (order,) = [change for change in found.changes if (change.name, change.aspect) == ("all-forces", "state")]
    assert (order.before, order.after) == ("agreed", "ordered")
    assert order.sources
    (concession,) = [change for change in found.changes if change.aspect == "concessions"]
    assert concession.after == "The troops will leave Niger."


def test_no_change_is_told_as_none(niger: History) -> None:
    found = of(niger, "known:2024-05-11", since="known:2024-05-11").since
    assert found is not None
    assert not found
    assert of(niger, "now").since is None


@pytest.mark.parametrize(
    ("since", "cut", "start"),
    [
        ("known:2024-04", "known:2024-05", "happened:,known:2024-04"),
        ("known:2024-04", "happened:2024-03", "happened:2024-03,known:2024-04"),
        ("#5", "known:2024-05", "known:2024-05,recorded:#5"),
        ("now", "known:2024-05", "known:2024-05"),
    ],
)
def test_changes_start_as_the_brief_is_cut_but_for_what_they_are_told_since(since: str, cut: str, start: str) -> None:
    assert since_cut(Cut.parse(since), Cut.parse(cut)) == Cut.parse(start.removeprefix("happened:,"))


def test_a_source_left_out_of_account_is_not_in_the_brief(niger: History) -> None:
    found = of(niger, "known:2024-05-11", without="politico-2024-05-10")
    assert found.without == ("politico-2024-05-10",)
    assert not {"politico-2024-05-10", "hot-air-2024-05-11"} & {one.id for one in found.sources}
    (change,) = [
        stand
        for matter, row in found.positions.rows
        for party, stand in zip(found.positions.parties, row, strict=True)
        if stand is not None and matter.startswith("American combat") and party.startswith("United")
    ]
    assert change.stance == "supports"


def test_marks_of_the_chronology() -> None:
    found = brief(
        history(
            source("s", "2024-05-01"),
            tell("AgreementSigned", "wrong", "2024-05-01", "s", agreement="x", by=["USA"]),
            tell("AgreementSigned", "slip", "2024-05-02?", "s", agreement="x", by=["USA"]),
            tell("AgreementSigned", "late", "2024-05/2024-06", agreement="x", by=["USA"]),
            tell("EntryRetracted", "out", entry="wrong", published="2024-05-02"),
            tell("EntryCorrected", "better", entry="slip", changes={"by": ["NER"]}, published="2024-05-02"),
            tell("EntryDisputed", "no", entry="slip", ground="Nobody signed.", published="2024-05-02"),
        ),
        "n",
        Cut(happened_by="2024-05-20"),
    )
    lines = {event.entry: event for event in found.chronology}
    assert (lines["wrong"].retracted, lines["wrong"].marks) == (True, ("retracted by out",))
    assert (lines["slip"].certain, lines["slip"].marks) == (False, ("disputed", "corrected"))
    assert lines["late"].marks == ("unsourced", "may have happened later")
    assert [event.entry for event in found.chronology if event.aside] == ["better", "no", "out"]


def test_a_source_whose_registration_is_retracted_keeps_its_number_and_is_graded_f() -> None:
    found = brief(
        history(
            source("s", "2024-05-01", reliability="A", publisher="The Gazette"),
            tell("AgreementSigned", "signed", "2024-05-01", "s", agreement="x", by=["USA"]),
            tell("EntryRetracted", "out", entry="src-s"),
        ),
        "n",
    )
    (one,) = found.sources
    assert (one.number, one.id, one.publisher, one.reliability) == (1, "s", None, "F")


def test_json_holds_all_of_it_but_the_drawing(niger: History) -> None:
    document = of(niger, "known:2024-05-11", since="known:2024-05-01").to_json()
    assert document["cut"] == {"happened_by": None, "known_by": "2024-05-11", "recorded_by": None}
    assert "chart" not in document
    assert document["standing"][0]["statements"][0]["backing"]["sources"] == [1, 2, 3, 4, 5]
    assert document["since"]["changes"][0].keys() == {"name", "aspect", "before", "after", "entries", "sources"}


def test_a_name_that_does_not_exist(niger: History) -> None:
    with pytest.raises(NameUnknownError, match="there is no source 'nobody'"):
        of(niger, "now", without="nobody")


def test_what_is_only_denied_is_told_with_who_denies_it() -> None:
    denial = tell("AgreementRevoked", "no", "2024-05-01", "s", agreement="a", party="NER", modality="denied")
    found = brief(history(party("NER"), source("s"), denial), "n", Cut(), today=TODAY)
    ((statement,),) = (family.statements for family in found.standing)
    assert (statement.state, statement.since) == ("no state known", None)
    assert (statement.backing.entries, statement.backing.voices, statement.backing.against) == (("no",), 0, 1)
    assert statement.backing.sources == (1,)


def test_a_chronology_may_begin_late_and_says_what_it_leaves_out(niger: History) -> None:
    whole = of(niger, "now")
    start = instant(datetime(2024, 8, 1, tzinfo=UTC))
    late = brief(niger, "us-niger", start=start, today=TODAY)
    last = brief(niger, "us-niger", last=3, today=TODAY)
    assert whole.left_out == 0
    assert late.left_out + len(late.chronology) == len(whole.chronology)
    assert [line.entry for line in late.chronology] == [line.entry for line in timeline(niger, "us-niger", since=start)]
    assert [line.entry for line in last.chronology] == [line.entry for line in whole.chronology][-3:]
    assert (last.standing, last.findings) == (whole.standing, whole.findings)
    assert f"{last.left_out} earlier entries left out." in report(last)
    assert f"{last.left_out} earlier entries left out." in page(last)
    assert "left out" not in report(whole)


def test_a_long_chronology_is_folded_by_month() -> None:
    def told(number: int) -> Event:
        day = f"2024-{1 + number % 12:02}-{1 + number % 28:02}"
        return tell("StatementMade", f"said-{number}", day, party="UPP", text=f"<b>{number}</b>")

    def made(count: int) -> Brief:
        return brief(history(*map(told, range(count))), "n", today=TODAY)

    assert made(500).months == {}
    folded = made(501)
    assert len(folded.months) == 12
    assert sum(map(len, folded.months.values())) == 501
    assert "501 entries, told by month." in report(folded)
    assert "- **2024-01**: 42 entries\n" in report(folded)
    shown = page(folded)
    assert shown.count("<details>") == 12
    assert "<summary>2024-01: 42 entries</summary>" in shown
    assert all(f'id="entry-{number}"' in shown for number in range(1, 502))
    assert len(folded.to_json()["chronology"]) == 501


def test_what_is_gathered_of_a_thing_is_in_the_brief() -> None:
    known = history(
        party("USA"),
        party("IRN", name="Iran"),
        party("RUS", name="Russia"),
        tell("MatterAdded", "m", matter="name", title="The name of the state"),
        tell(
            "AgreementAdopted",
            "a1",
            "2015-12-12",
            agreement="paris",
            parties=["USA", "IRN", "RUS"],
            consents_required=2,
        ),
        tell("ConsentExpressed", "a2", "2016-09-03", agreement="paris", party="IRN", means="ratification"),
        tell("RatificationRefused", "a3", "2016-09-03", agreement="paris", party="RUS"),
        tell("IncidentReported", "a4", "2016-09-04", agreement="paris", party="IRN", against="USA"),
        tell("FigureReported", "a5", "2016-09-04", about="party:IRN", quantity="prisoners", figure={"value": 12}),
        tell(
            *("VoteHeld", "a6", "2016-09-05"),
            matter="name",
            body="Parliament",
            motion="disapprove",
            result="rejected",
            votes_for=127,
            votes_against=153,
        ),
        tell("RoundHeld", "a7", "2016-01-01/2016-02-01", round="r", parties=["USA", "IRN"]),
    )
    text = report(brief(known, "n", today=TODAY)).replace("\\", "")
    assert "consents 1 of 2" in text
    assert "Russia refused" in text
    assert "incidents 1" in text
    assert "Iran: approved; Russia: rejected" in text
    assert "Parliament: the motion to disapprove rejected (127 to 153)" in text
    assert "Turns to nobody" not in text
    assert "prisoners 12" in text
    assert "from 2016-01-01 to 2016-02-01" in text
    assert "Violation of paris by Iran against USA" in text
