"""An entry from the shell: `field=value` pairs, dotted where a field has parts."""

from __future__ import annotations

import pytest

from tests.tracker.given import entry
from tests.tracker.written import event_from_assignments
from tracker.errors import EntryRejectedError, NameUnknownError


def problems(event: str, *assignments: str) -> list[str]:
    with pytest.raises(EntryRejectedError) as caught:
        event_from_assignments(event, "us-niger", assignments)
    return [str(problem) for problem in caught.value.problems]


def test_fields_parts_and_lists() -> None:
    made = event_from_assignments(
        "PartnershipOpennessDeclared",
        "us-niger",
        [
            "id=open",
            "party=NER",
            "toward=RUS,CHN",
            "occurred=2024-05~",
            "note=a = b, c",
            "evidence.0.source=wire",
            "evidence.0.credibility=2",
            "evidence.1.source=daily",
        ],
    )
    assert made == entry(
        "PartnershipOpennessDeclared",
        id="open",
        party="NER",
        toward=["RUS", "CHN"],
        occurred="2024-05~",
        note="a = b, c",
        evidence=[{"source": "wire", "credibility": 2}, {"source": "daily"}],
    )


def test_a_list_by_its_places_may_hold_commas() -> None:
    made = event_from_assignments("RoundHeld", "n", ["round=r", "parties=NER,USA", "heads.0=A, of B", "heads.1=C"])
    assert made == entry("RoundHeld", "n", round="r", parties=["NER", "USA"], heads=["A, of B", "C"])


def test_figures_and_changes() -> None:
    assert event_from_assignments("StrengthReported", "n", ["withdrawal=w", "strength=1000"]) == entry(
        "StrengthReported", "n", withdrawal="w", strength=1000
    )
    assert event_from_assignments("StrengthReported", "n", ["withdrawal=w", "strength.low=650"]) == entry(
        "StrengthReported", "n", withdrawal="w", strength={"low": 650}
    )
    assert event_from_assignments("EntryCorrected", "n", ["entry=e", "changes.occurred=null", "reason=null"]) == entry(
        "EntryCorrected", "n", entry="e", changes={"occurred": None}, reason="null"
    )


def test_nothing_after_the_sign_is_empty_text() -> None:
    assert event_from_assignments("StatementMade", "n", ["party=NER", "text="]) == entry(
        "StatementMade", "n", party="NER", text=""
    )
    assert problems("StatementMade", "party=") == [
        "party: must not be empty; leave the field out where it is not known"
    ]
    assert problems("PartnershipOpennessDeclared", "party=NER", "toward=")[0].startswith("toward.0: must not be empty")


def test_what_is_wrong_is_told_at_once() -> None:
    found = problems("PositionTaken", "party", "matter=a b", "stence=open", "negotiation=x", "evidence.0.sorce=w")
    assert [problem.partition(", starts")[0] for problem in found] == [
        "'party' gives no value; write it as party=value",
        "negotiation: is given already, before the fields; leave it out here",
        "evidence.0.source: is required",
        "evidence.0.sorce: unknown field; did you mean 'source'?",
        "party: is required",
        "matter: 'a b' is not right: a slug has a-z, 0-9 and -",
        "stence: unknown field; did you mean 'stance'?",
    ]


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        (["party=NER", "party=USA"], "party: is given twice"),
        (["party=NER", "note=x", "note.a=y"], "note.a: is given twice, or both as a whole and in parts"),
        (["party=NER", "event=X"], "event: is given already"),
        (["party=NER", "=x"], "is not a field's name"),
        (["party=NER", "evidence..source=x"], "evidence..source: is not a field's name"),
        (["party=NER", "note\udce9=x"], "is not valid Unicode text"),
        (["party=NER", "note=x\udce9"], "note: is not valid Unicode text"),
        (["party=NER", ""], "'' gives no value; write it as field=value"),
        (["party=NER", "evidence=Wire"], "evidence.0.source: 'Wire' is not right"),
        (["party=NER", "evidence.999999999999.source=wire"], "evidence: must be a list"),
        (["party=NER", "recorded_at=2024"], "recorded_at: is set by the log; leave it out"),
    ],
)
def test_what_makes_no_entry_is_told(assignments: list[str], expected: str) -> None:
    (problem,) = problems("StatementMade", *assignments)
    assert expected in problem


def test_a_type_that_is_not_there_is_a_name_that_is_not_known() -> None:
    with pytest.raises(NameUnknownError, match="did you mean 'PositionTaken'"):
        event_from_assignments("PositionTakn", "n", ["party=NER"])
    with pytest.raises(EntryRejectedError, match="negotiation: 'No Slug' is not right"):
        event_from_assignments("StatementMade", "No Slug", ["party=NER"])


def test_evidence_may_be_the_ids_of_sources() -> None:
    made = event_from_assignments("StatementMade", "n", ["party=NER", "evidence=wire,daily"])
    assert made == entry("StatementMade", "n", party="NER", evidence=[{"source": "wire"}, {"source": "daily"}])


def test_a_date_as_people_write_it_is_refused_with_its_reading_as_in_a_script() -> None:
    (problem,) = problems("StatementMade", "party=NER", "occurred=16-Mar-24")
    assert "16-Mar-24 is how a spreadsheet shows a date" in problem
    assert "2024-03-16" in problem


def test_a_date_of_two_readings_is_refused_with_both() -> None:
    (problem,) = problems("StatementMade", "party=NER", "occurred=5/6/2020")
    assert "2020-05-06" in problem
    assert "2020-06-05" in problem
