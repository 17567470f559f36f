"""Why: the entries, words, voices and grades behind a conclusion, and what argues against it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from projections import Cut, History, status, why
from projections.views.why import why_of
from tests.projections.telling import cites, history, party, seed, source, tell
from tracker.errors import NameUnknownError

if TYPE_CHECKING:
    from pathlib import Path

    from projections import Why
    from tracker.events import Event

HISTORY: Final = (
    party("USA", name="United States"),
    party("NER", name="Niger"),
    tell("MatterAdded", "matter-m", matter="m"),
    source("agency", "2024-05-10", reliability="B", publisher="An agency", url="https://agency.example/1"),
    source("paper", "2024-05-11", "agency", reliability="C"),
    source("ministry", "2024-06-01", reliability="A"),
    tell(
        "WithdrawalOrdered",
        "order",
        "2024-05-06/2024-05-10",
        {
            "source": "agency",
            "attributed_to": "an official",
            "role": "official, not named",
            "quote": "on les a sommés de partir",
            "language": "fr",
            "locator": "para 2",
            "credibility": 2,
        },
        withdrawal="w",
        party="USA",
        strength=1000,
        note="a week, not a day",
    ),
    tell("EntryCorroborated", "again", None, cites("paper", "an official"), entry="order"),
    tell("StrengthReported", "count", "2024-05", "ministry", withdrawal="w", strength=946),
    tell("EntryDisputed", "dispute", None, "ministry", entry="order", party="NER", ground="it was no order"),
    tell("WithdrawalTimetableFlagged", "flag", "2024-05-10", "agency", withdrawal="w"),
    tell(
        "PositionTaken",
        "stance",
        "2024-05-01",
        "agency",
        party="NER",
        matter="m",
        stance="opposes",
        terms="all of them",
    ),
    tell("RedLineDeclared", "line", "2024-05-02", "agency", party="NER", matter="m", terms="no base"),
    tell("TiesDeepened", "ties", "2024-05-01", "paper", party="NER", **{"with": "USA"}),
)


def asked(subject: str, *more: Event, cut: Cut | None = None) -> Why:
    return why(history(*HISTORY, *more), "n", subject, cut)


def test_a_line_tells_entry_source_attribution_role_grade_and_words() -> None:
    answer = asked("withdrawal:w")
    assert (answer.value, answer.says, answer.since) == ("ordered", "w is ordered.", "2024-05-06/2024-05-10")
    [line] = answer.lines
    assert (line.entry, line.event, line.how, line.modality) == ("order", "WithdrawalOrdered", "", "reported")
    assert line.says == "United States orders the withdrawal w of 1,000."
    assert (line.occurred, line.published, line.note) == ("2024-05-06/2024-05-10", "2024-05-10", "a week, not a day")
    own, relayed = line.support
    assert (own.entry, own.source, own.publisher, own.grade) == ("order", "agency", "An agency", "B2")
    assert (own.attributed_to, own.role) == ("an official", "official, not named")
    assert (own.words, own.language, own.locator) == ("on les a sommés de partir", "fr", "para 2")
    assert own.url == "https://agency.example/1"
    assert (relayed.entry, relayed.source, relayed.grade, relayed.relays) == ("again", "paper", "C6", ("agency",))


def test_voices_are_counted_and_objections_argue_against() -> None:
    answer = asked("withdrawal:w")
    assert str(answer.voices) == "1 for, 1 against"
    assert [(line.entry, line.how) for line in answer.against] == [
        ("dispute", "disputes order"),
        ("count", "figure-conflict"),
    ]
    assert {finding.kind for finding in answer.findings} >= {"denial", "figure-conflict", "single-voice"}


@pytest.mark.parametrize(
    ("subject", "value", "lines"),
    [
        ("withdrawal:w/strength", {"low": 946, "high": 1000}, ["count", "order"]),
        ("withdrawal:w/since", "2024-05-06/2024-05-10", ["order"]),
        ("withdrawal:w/deadline", None, []),
        ("withdrawal:w/flagged", ["flag"], ["flag"]),
        ("position:NER/m", "opposes", ["stance"]),
        ("position:NER/m/red_lines", ["line"], ["line"]),
        ("position:NER/m/terms", "no base", ["line"]),
        ("party:NER", ["USA"], ["ties"]),
        ("party:USA", None, ["party-usa"]),
        ("source:agency", "B", ["src-agency"]),
        ("entry:order", True, ["order"]),
        ("entry:again", True, ["again"]),
        ("entry:src-paper", True, ["src-paper"]),
        ("figure-conflict:withdrawal:w", 1, ["count", "order"]),
        ("denial:withdrawal:w", 1, ["order", "dispute"]),
        ("single-voice:position:NER/m", 1, ["stance"]),
    ],
)
def test_every_form_of_subject_has_its_lines(subject: str, value: object, lines: list[str]) -> None:
    answer = asked(subject)
    if isinstance(value, dict):
        assert {name: answer.value[name] for name in value} == value
    else:
        assert answer.value == value
    assert [line.entry for line in answer.lines] == lines
    assert answer.says.endswith(".")
    assert json.loads(json.dumps(answer.to_json()))["subject"] == subject


def test_what_was_said_otherwise_before_is_superseded() -> None:
    answer = asked(
        "withdrawal:w/deadline",
        tell("WithdrawalTimetableSet", "set", "2024-05-19", withdrawal="w", deadline="2024-08"),
        tell("WithdrawalTimetableRevised", "revised", "2024-06-19", withdrawal="w", deadline="2024-09-15"),
    )
    assert (answer.value, [line.entry for line in answer.lines]) == ("2024-09-15", ["revised"])
    assert [(line.entry, line.how) for line in answer.against] == [("set", "superseded")]


def test_a_destination_settled_supersedes_that_it_was_open() -> None:
    open_ = tell("DestinationUndetermined", "open", "2024-05-10", withdrawal="w", candidates=["the region"])
    assert [line.entry for line in asked("withdrawal:w/destination", open_).lines] == ["open"]
    settled = tell("DestinationSet", "settled", "2024-07-05", withdrawal="w", destination="Europe")
    answer = asked("withdrawal:w/destination", open_, settled)
    assert (answer.value, [line.entry for line in answer.lines]) == ("Europe", ["settled"])
    assert [(line.entry, line.how) for line in answer.against] == [("open", "superseded")]


def test_a_correction_tells_what_it_changed_from_its_publication_on() -> None:
    first = tell("EntryCorrected", "c", None, entry="order", changes={"occurred": "2024-05-07"}, published="2024-06-01")
    second = tell(
        "EntryCorrected", "d", None, entry="order", changes={"occurred": "2024-05-08", "note": None},
        reason="seen", published="2024-07-01",
    )  # fmt: skip
    [line] = asked("withdrawal:w", first, second).lines
    assert line.occurred == "2024-05-08"
    assert [correction.entry for correction in line.corrections] == ["c", "d"]
    assert line.corrections[1].reason == "seen"
    assert set(line.corrections[1].changes) == {
        ("note", "a week, not a day", None),
        ("occurred", "2024-05-07", "2024-05-08"),
    }
    [before] = asked("withdrawal:w", first, second, cut=Cut(known_by="2024-05-31")).lines
    assert (before.occurred, before.corrections) == ("2024-05-06/2024-05-10", ())


def test_retracted_entries_are_told_as_such() -> None:
    began = tell("WithdrawalBegan", "began", "2024-06-01", "agency", withdrawal="w")
    gone = tell("EntryRetracted", "r", None, entry="began")
    answer = asked("withdrawal:w", began, gone)
    assert answer.value == "ordered"
    assert ("began", "retracted", True) in [(line.entry, line.how, line.retracted) for line in answer.against]


def test_a_subject_of_which_all_was_retracted_can_still_be_asked_for() -> None:
    began = tell("WithdrawalBegan", "began", "2024-06-01", "agency", withdrawal="v")
    answer = asked("withdrawal:v", began, tell("EntryRetracted", "r", None, entry="began"))
    assert (answer.value, answer.lines, [line.entry for line in answer.against]) == (None, (), ["began"])
    assert [finding.kind for finding in answer.findings] == ["retracted-support"]


def test_an_entry_tells_what_rests_on_it_and_a_source_too() -> None:
    assert asked("entry:order").rests == ("withdrawal:w",)
    assert asked("entry:line").rests == ("position:NER/m",)
    assert set(asked("source:paper").rests) == {"order", "ties", "again"}


def test_a_changed_grade_is_seen() -> None:
    worse = tell("AssessmentChanged", "worse", None, source="agency", reliability="E")
    doubted = tell("AssessmentChanged", "doubted", None, entry="order", credibility=5)
    [line] = asked("withdrawal:w", worse, doubted).lines
    assert [item.grade for item in line.support] == ["E5", "C5"]
    assert [line.entry for line in asked("source:agency", worse).lines] == ["src-agency", "worse"]


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        ("withdrawal:x", "did you mean 'withdrawal:w'?"),
        ("withdrawl:w", "did you mean 'withdrawal:w'?"),
        ("w", "did you mean 'withdrawal:w'?"),
        ("NER/m", "did you mean 'position:NER/m'?"),
        ("position:NER", "did you mean 'position:NER/m'?"),
        ("position:NER/", "did you mean 'position:NER/m'?"),
        ("party:NRE", "did you mean 'party:NER'?"),
        ("source:agenc", "did you mean 'source:agency'?"),
        ("entry:ordr", "did you mean 'entry:order'?"),
        ("withdrawal:w/strenght", "did you mean 'strength'?"),
        ("withdrawal:w/strength/low", "it has since,"),
        ("figure-conflict:withdrawal:v", "did you mean 'figure-conflict:withdrawal:w'?"),
        ("overdue:withdrawal:v", "no finding"),
        ("", "a subject is written agreement:ID"),
        (":", "a subject is written agreement:ID"),
        ("withdrawal:", "a subject is written agreement:ID"),
        ("zzz:qqq", "a subject is written agreement:ID"),
        ("agreement:zzzzzzzzz", "`communique status` lists"),
    ],
)
def test_an_unknown_subject_is_told_with_the_nearest(subject: str, hint: str) -> None:
    with pytest.raises(NameUnknownError) as told:
        asked(subject)
    assert hint in str(told.value)
    assert "\n" not in str(told.value)


def test_a_subject_not_yet_known_is_told_apart() -> None:
    with pytest.raises(NameUnknownError, match="only at a later"):
        asked("withdrawal:w", cut=Cut(known_by="2024-05-01"))


@pytest.mark.parametrize("name", ["us-niger", "panama-canal"])
def test_every_conclusion_of_a_bundled_history_can_be_asked_why(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    loaded: History = seed(name, tmp_path_factory.mktemp("log"))
    standing = status(loaded, name)
    subjects = [view.subject for family in standing.things.values() for view in family.values()]
    subjects += [view.subject for matters in standing.positions.values() for view in matters.values()]
    subjects += [f"party:{party}" for party in standing.claims.registers.parties]
    subjects += [f"source:{source}" for source in standing.claims.registers.sources]
    subjects += [f"entry:{recorded.id}" for recorded in loaded.entries]
    subjects += [f"{finding.kind}:{finding.subject}" for finding in standing.findings]
    for subject in subjects:
        answer = why_of(standing, subject)
        assert answer.lines, subject
        for line in answer.lines:
            assert loaded.get(line.entry) is not None
            for item in line.support:
                assert item.source in standing.claims.registers.sources
                assert item.grade[0] in "ABCDEF"
                assert item.words


def test_why_of_the_order_on_11_may(tmp_path_factory: pytest.TempPathFactory) -> None:
    loaded = seed("us-niger", tmp_path_factory.mktemp("log"))
    answer = why(loaded, "us-niger", "withdrawal:all-forces", Cut(known_by="2024-05-11"))
    assert [line.entry for line in answer.lines] == ["order-last-week", "order-this-week"]
    assert str(answer.voices) == "1 for, 0 against"
    [voice] = answer.voices.groups
    assert set(voice.sources) == {
        "iuvm-2024-05-11", "politico-2024-05-10", "just-the-news-2024-05-10", "hot-air-2024-05-11",
    }  # fmt: skip
    assert voice.persons == ("US official speaking to Politico",)
    strength = why(loaded, "us-niger", "withdrawal:all-forces/strength", Cut(known_by="2024-05-11"))
    assert strength.value["low"] == strength.value["high"] == 1000


def test_a_denial_alone_is_against_and_no_voice_for() -> None:
    events = [
        tell("AgreementRevoked", "no", "2024-05-01", "agency", agreement="a", party="NER", modality="denied"),
        tell("PositionTaken", "neither", None, "ministry", party="USA", matter="m", stance="open", modality="denied"),
    ]
    for subject, entry in (("agreement:a", "no"), ("position:USA/m", "neither")):
        found = why(history(*HISTORY, *events), "n", subject)
        assert (found.value, found.since, found.lines) == (None, None, ())
        assert [(ground.entry, ground.how) for ground in found.against] == [(entry, f"denies {subject}")]
        assert str(found.voices) == "0 for, 1 against"
        assert [voice.entries for voice in found.voices.opposed] == [(entry,)]


def test_a_supposition_alone_is_shown_and_is_no_voice() -> None:
    event = tell("AgreementRevoked", "if", None, "agency", agreement="a", party="NER", modality="hypothetical")
    found = why(history(*HISTORY, event), "n", "agreement:a")
    assert (found.value, [line.entry for line in found.lines], found.against) == (None, ["if"], ())
    assert str(found.voices) == "0 for, 0 against"


def test_the_subject_of_a_finding_alone_can_be_asked_about(tmp_path: Path) -> None:
    found = status(seed("us-niger", tmp_path), "us-niger")
    (finding,) = [finding for finding in found.findings if finding.kind == "identity"]
    assert finding.subject == "person:ali-tassa"
    assert why_of(found, finding.subject) == why_of(found, f"identity:{finding.subject}")
    with pytest.raises(NameUnknownError, match="'person:nobody' is no subject"):
        why_of(found, "person:nobody")


def test_a_state_that_the_day_or_consents_alone_give_is_in_the_history() -> None:
    held = history(party("USA"), tell("RoundHeld", "e1", "2024-05-10", round="r", parties=["USA"]))
    assert [past.state for past in why(held, "n", "round:r", today=date(2024, 6, 1)).history] == ["under-way", "held"]
    consents = history(
        party("USA"),
        party("NER"),
        tell("AgreementEndorsed", "e3", agreement="a", by=["USA"]),
        tell("AgreementRatified", "e5", "2024-05", agreement="a", party="NER"),
    )
    answer = why(consents, "n", "agreement:a")
    assert [(past.state, past.because) for past in answer.history] == [("open-for-consent", ("e5",))]
    assert answer.context == ("e3",)
    assert status(consents, "n").agreements["a"].because == ("e5",)
