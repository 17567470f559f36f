"""Titles and names before ids: those that stand at the cut, in sentences, findings, changes and answers."""

from __future__ import annotations

from datetime import date

from projections import Cut, claims, status
from projections.views.timeline import timeline
from projections.views.why import why
from projections.wording.sentences import finding_text, subject_text, with_names
from tests.projections.telling import history, party, source, tell

_TOLD = (
    party("UPP", name="Upper State"),
    tell("MatterAdded", "matter-dam", matter="dam", title="The dam"),
    source("wire", "2024-02-01"),
    source("late", "2024-06-01"),
    tell("AgreementNegotiated", "text", "2024-01-01", "wire", agreement="accord"),
    tell("AgreementSigned", "signed", "2024-05-01", "late", by=["UPP"], agreement="accord", title="The Accord"),
    tell("PositionTaken", "for-it", "2024-01-02", "wire", party="UPP", matter="dam", stance="supports"),
    tell("FigureReported", "cost", "2024-01-03", "wire", about="matter:dam", quantity="cost", figure={"value": 7}),
)


def says(entry: str, cut: Cut | None = None) -> str:
    return next(line.summary for line in timeline(history(*_TOLD), "n", cut) if line.entry == entry)


def test_a_sentence_calls_things_by_their_titles() -> None:
    assert says("text") == "Text of The Accord negotiated."
    assert says("for-it") == "Upper State on The dam: supports."
    assert says("cost") == "cost: 7, The dam."


def test_a_title_that_is_not_known_yet_is_not_told() -> None:
    assert says("text", Cut(known_by="2024-03")) == "Text of accord negotiated."


def test_a_title_that_was_corrected_or_retracted_is_told_as_it_stands() -> None:
    corrected = tell("EntryCorrected", "slip", entry="signed", changes={"title": "The Treaty"})
    named_late = tell("EntryCorrected", "named", entry="text", changes={"title": "The First"})
    retracted = tell("EntryRetracted", "wrong", entry="signed")
    for more, title in (
        ((), "The Accord"),
        ((corrected,), "The Treaty"),
        ((corrected, retracted), None),
        ((named_late,), "The First"),
    ):
        standing = claims(history(*_TOLD, *more), "n")
        assert standing.names.get("agreement:accord") == title
        seen = status(standing.history, "n").agreements["accord"]
        assert seen.title == title, "the same as where the agreement stands"


def test_a_finding_and_a_subject_have_the_title_first_and_the_id_after_it() -> None:
    names = claims(history(*_TOLD), "n").names
    assert subject_text("agreement:accord", names) == "The Accord (agreement:accord)"
    assert subject_text("position:UPP/dam", names) == "Upper State on The dam (position:UPP/dam)"
    assert subject_text("withdrawal:force", names) == "withdrawal:force"
    assert with_names("party", ["UPP", "LOW"], names) == ["Upper State (UPP)", "LOW"]
    assert with_names("agreement", "accord", names) == "The Accord (accord)"
    assert with_names("strength", 7, names) == 7
    told = finding_text("agreement:accord", "accord: its term ended.", names)
    assert told == "The Accord (accord): its term ended."
    assert finding_text("agreement:accord", "accords differ.", names) == "accords differ."
    assert finding_text("round:first", "first was not held.", names) == "first was not held."


def test_an_answer_has_the_title_first() -> None:
    told = history(*_TOLD)
    assert why(told, "n", "agreement:accord", today=date(2024, 7, 1)).says == "The Accord (accord) is signed."
    assert why(told, "n", "position:UPP/dam", today=date(2024, 7, 1)).says == "Upper State on The dam: supports."
