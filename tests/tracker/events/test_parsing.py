"""From a mapping to a typed event: what is right is taken, what is wrong is told in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.errors import EntryRejectedError
from tracker.events import AgreementRevoked, Figure, StrengthReported, TiesDeepened, parse
from tracker.events.parsing import LOG_FIELDS, build

BASE = {"event": "StatementMade", "negotiation": "us-niger", "party": "NER"}


def problems(**fields: object) -> list[str]:
    """Return what is wrong with an entry as `field: message` lines."""
    entry = {**BASE, **fields}
    with pytest.raises(EntryRejectedError) as caught:
        parse({name: value for name, value in entry.items() if value is not ...})
    return [str(problem) for problem in caught.value.problems]


def test_the_entry_of_the_vocabulary_is_taken_as_it_is_written() -> None:
    event = parse(
        {
            "event": "BaseRequestRefused",
            "negotiation": "us-niger",
            "id": "tassa-refusal",
            "occurred": "2024-04~",
            "published": "2024-05-14",
            "proposal": "keep-air-base",
            "party": "NER",
            "evidence": [
                {
                    "source": "almayadeen-tassa",
                    "attributed_to": "Ali Tassa, Nigerien diplomat",
                    "quote": "…",
                    "language": "fr",
                    "locator": "para 5",
                    "credibility": 3,
                }
            ],
            "note": "Washington first wanted to talk about keeping one air base",
        }
    )
    assert event.event == "BaseRequestRefused"
    assert event.subject == "proposal:keep-air-base"
    assert str(event.occurred) == "2024-04~"
    assert event.modality == "reported"
    assert [item.credibility for item in event.evidence] == [3]


def test_evidence_has_the_vocabularys_defaults() -> None:
    (item,) = parse({**BASE, "evidence": [{"source": "wire"}]}).evidence
    assert item.credibility == 6
    assert item.model_dump(exclude_defaults=True) == {"source": "wire"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"party": ...}, "party: is required"),
        ({"negotiation": ...}, "negotiation: is required"),
        ({"negotiation": "US Niger"}, "negotiation: 'US Niger' is not right: a slug has a-z, 0-9 and -"),
        ({"negotiation": "x" * 65}, "at most 64 characters"),
        ({"negotiation": "us-niger\n"}, "is not right"),
        ({"id": ""}, "id: must not be empty; leave the field out"),
        (
            {"evidence": [{"source": "s", "language": "Français"}]},
            "evidence.0.language: 'Français' is not right: a language is a tag of BCP 47, such as fr, ar or en-GB",
        ),
        ({"party": "Niger"}, "party: 'Niger' is not right: a party is three capitals"),
        ({"party": ""}, "party: must not be empty"),
        ({"party": 7}, "party: must be text, not 7"),
        ({"partey": "NER", "party": ...}, "partey: unknown field; did you mean 'party'?"),
        ({"colour": "red"}, "colour: unknown field; StatementMade has negotiation, id, occurred"),
        ({"occurred": "2023-02-29"}, "occurred: "),
        ({"occurred": 20240316}, "occurred: "),
        ({"published": "2024-05-10/2024-05-01"}, "published: "),
        (
            {"modality": "rumoured"},
            "modality: 'rumoured' is not one of done, announced, reported, denied, hypothetical",
        ),
        ({"modality": "reportd"}, "did you mean 'reported'?"),
        ({"evidence": "wire"}, "evidence: must be a list, not 'wire'"),
        ({"evidence": ["wire"]}, "evidence.0: must be a mapping of fields, not 'wire'"),
        ({"evidence": [{}]}, "evidence.0.source: is required"),
        ({"evidence": [{"source": "wire", "credibility": 7}]}, "evidence.0.credibility: 7 must be at most 6"),
        ({"evidence": [{"source": "wire", "credibility": 0}]}, "evidence.0.credibility: 0 must be at least 1"),
        ({"evidence": [{"source": "wire", "credibility": "C"}]}, "evidence.0.credibility: must be a whole number"),
        ({"evidence": [{"source": "wire", "language": "in French"}]}, "evidence.0.language: 'in French' is not right"),
        ({"evidence": [{"source": "wire", "sorce": "x"}]}, "evidence.0.sorce: unknown field; did you mean 'source'?"),
        ({"text": ["a"]}, "text: must be text, not a list"),
        ({"note": {"a": 1}}, "note: must be text, not a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_field(fields: dict[str, Any], expected: str) -> None:
    assert any(expected in problem for problem in problems(**fields))


@pytest.mark.parametrize("name", sorted(LOG_FIELDS))
def test_no_script_may_set_what_the_log_sets(name: str) -> None:
    assert problems(**{name: 1}) == [f"{name}: is set by the log; leave it out"]


def test_all_problems_of_an_entry_are_told_at_once() -> None:
    assert len(problems(party=..., occurred="soon", colour="red", evidence=[{"source": "W"}])) == 4


@pytest.mark.parametrize("entry", [None, 7, "text", ["a"], []])
def test_what_is_no_mapping_is_no_entry(entry: object) -> None:
    with pytest.raises(EntryRejectedError, match="an entry must be a mapping of fields"):
        parse(entry)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (None, "event: is required"),
        ("PositionTakn", "event: unknown event type 'PositionTakn'; did you mean 'PositionTaken'?"),
        ("Zzzz", "event: unknown event type 'Zzzz'; `communique schema --list` lists them"),
        (7, "event: unknown event type 7"),
        (["PositionTaken"], "event: unknown event type a list"),
        ("Claim", "event: unknown event type 'Claim'"),
        ("UnknownEvent", "event: unknown event type 'UnknownEvent'"),
    ],
)
def test_an_event_type_that_is_not_there_is_told_with_the_nearest(event: object, expected: str) -> None:
    (problem,) = problems(event=event)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("figure", "bounds"),
    [
        (1000, (1000, 1000)),
        ("1000", (1000, 1000)),
        (0.5, (0.5, 0.5)),
        ({"value": 0}, (0, 0)),
        ({"low": 650, "high": 1000}, (650, 1000)),
        ({"low": 650}, (650, None)),
        ({"high": 1000}, (None, 1000)),
    ],
)
def test_a_figure_is_a_value_or_a_range(figure: object, bounds: tuple[float | None, float | None]) -> None:
    event = parse(
        {"event": "StrengthReported", "negotiation": "us-niger", "withdrawal": "all-forces", "strength": figure}
    )
    assert isinstance(event, StrengthReported)
    assert event.strength is not None
    assert event.strength.bounds == bounds
    assert event.strength.unit == "personnel"


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ({}, "strength: a figure needs a value, or a low or high end"),
        ({"value": 1, "low": 1}, "strength: a figure has either a value or a range"),
        ({"low": 2, "high": 1}, "strength: low 2 is above high 1; swap them"),
        ({"value": -1}, "strength.value: -1 must be at least 0"),
        ({"value": "about 1000"}, "strength.value: must be a number, not 'about 1000'"),
        ({"value": "nan"}, "strength.value: "),
        ({"value": float("inf")}, "strength.value: "),
        ({"value": 1, "unit": ""}, "strength.unit: must not be empty"),
        ({"value": 1, "unitt": "x"}, "strength.unitt: unknown field; did you mean 'unit'?"),
        (True, "strength.value: must be a number, not True"),
        ({"low": False, "high": 2}, "strength.low: must be a number, not False"),
        ("1_000", "strength.value: must be a number, not '1_000'"),
        (2**53, "strength.value: must be at most 9,007,199,254,740,991"),
        pytest.param(10**5000, "strength.value: must be at most 9,007,199,254,740,991", id="huge"),
        ({"low": 1e300}, "strength.low: must be at most 9,007,199,254,740,991"),
        ([1], "strength: "),
    ],
)
def test_a_figure_that_is_none_is_refused(figure: object, expected: str) -> None:
    (problem,) = problems(event="StrengthReported", party=..., withdrawal="all-forces", strength=figure)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"evidence": [{"source": "wire", "credibility": True}]}, "evidence.0.credibility: must be a number, not True"),
        (
            {"evidence": [{"source": "wire", "credibility": 10**5000}]},
            "evidence.0.credibility: a far larger number must be at most 6",
        ),
        ({"text": 10**5000}, "text: must be text, not a far larger number"),
        ({"text": -(10**5000)}, "text: must be text, not a far smaller number"),
        ({"party": None}, "party: is required"),
    ],
    ids=["true", "huge grade", "huge text", "hugely negative text", "nobody"],
)
def test_what_python_alone_takes_for_a_number_or_a_text_is_refused(fields: dict[str, Any], expected: str) -> None:
    (problem,) = problems(event="StatementMade", **{"party": "NER", **fields})
    assert problem.startswith(expected)


@pytest.mark.parametrize("name", ["modality", "evidence", "occurred", "id", "note", "text"])
def test_null_is_no_value(name: str) -> None:
    entry = {"event": "StatementMade", "negotiation": "us-niger", "party": "NER"}
    assert parse({**entry, name: None}) == parse(entry)


def test_null_in_a_piece_of_evidence_is_no_value() -> None:
    entry = {"event": "StatementMade", "negotiation": "us-niger", "party": "NER", "evidence": [{"source": "wire"}]}
    assert parse({**entry, "evidence": [{"source": "wire", "credibility": None, "quote": None}]}) == parse(entry)


@pytest.mark.parametrize(
    ("event", "name"), [("AgreementSigned", "by"), ("RoundHeld", "parties"), ("WithdrawalAgreed", "parties")]
)
def test_somebody_acts(event: str, name: str) -> None:
    thing = {"AgreementSigned": "agreement", "RoundHeld": "round", "WithdrawalAgreed": "withdrawal"}[event]
    (problem,) = problems(event=event, **{"party": ..., thing: "it", name: []})
    assert problem.startswith(f"{name}: must not be empty")


def test_one_number_has_one_form_however_it_is_written() -> None:
    written: list[Any] = [1000, 1000.0, "1000", "1000.0", "1e3", 1e3, " 1000 "]
    assert {Figure(value=value).model_dump_json() for value in written} == {Figure(value=1000).model_dump_json()}


def test_the_field_with_is_an_attribute_with_a_line_under_it() -> None:
    event = parse({"event": "TiesDeepened", "negotiation": "us-niger", "party": "NER", "with": "RUS"})
    assert isinstance(event, TiesDeepened)
    assert event.with_ == "RUS"
    assert event.canonical() == b'{"party":"NER","with":"RUS"}'


def test_free_text_may_be_empty() -> None:
    assert parse({**BASE, "text": ""}).canonical() == b'{"party":"NER","text":""}'


def test_a_problem_never_repeats_a_long_text_in_full() -> None:
    (problem,) = problems(occurred="9" * 100_000)
    assert len(problem) < 400
    (problem,) = problems(**{"x" * 100_000: 1})
    assert len(problem) < 400
    (problem,) = problems(evidence=[{"source": "wire", "credibility": 10**4000}])
    assert len(problem) < 400


def test_control_codes_do_not_pass_through_a_problem() -> None:
    (problem,) = problems(party="\x1b[31mNER\u202e")
    assert problem.isprintable()


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert problems(text="\ud800") == ["text: is not valid Unicode text, not '\\ud800'"]


def test_an_event_is_frozen_and_equal_by_its_fields() -> None:
    fields = {"negotiation": "us-niger", "agreement": "sofa-2012", "party": "NER"}
    first, second = build(AgreementRevoked, fields), AgreementRevoked(**fields)
    assert first == second
    with pytest.raises(ValueError, match="frozen"):
        first.note = "changed"  # type: ignore[misc]
