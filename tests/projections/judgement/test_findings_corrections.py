"""Two corrections that stand and give one field of an entry different values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from projections import Cut, claims, findings
from tests.projections.telling import found, history, source, tell

if TYPE_CHECKING:
    from tracker.events import Event

CLAIM: Final = tell("StrengthReported", "count", "2024-05-01", published="2024-05-01", withdrawal="w", strength=1000)


def correction(entry: str, published: str | None, /, of: str = "count", **changes: object) -> Event:
    return tell("EntryCorrected", entry, entry=of, changes=changes, published=published)


def contradicted(*events: Event, cut: Cut | None = None) -> list[tuple[str, set[str]]]:
    return found("value-conflict", CLAIM, *events, cut=cut or Cut())


def test_two_corrections_of_one_field_contradict_each_other_and_the_later_published_applies() -> None:
    later, earlier = correction("a", "2024-06-02", strength=700), correction("b", "2024-06-01", strength=800)
    for events in ([later, earlier], [earlier, later]):
        assert contradicted(*events) == [("entry:count", {"a", "b"})]
        [reading] = claims(history(CLAIM, *events), "n").standing
        assert reading.event.model_dump(mode="json")["strength"]["value"] == 700
        assert [one.severity for one in findings(history(CLAIM, *events), "n") if one.kind == "value-conflict"] == [
            "conflict"
        ]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([correction("a", "2024-06-01", strength=700)], id="one"),
        pytest.param(
            [correction("a", "2024-06-01", strength=700), correction("b", "2024-06-02", note="x")], id="two fields"
        ),
        pytest.param(
            [correction("a", "2024-06-01", strength=700), correction("b", "2024-06-02", strength={"value": 700})],
            id="one value written twice",
        ),
        pytest.param(
            [correction("a", "2024-06-01", occurred="2024-05"), correction("b", "2024-06-02", occurred="2024-05-03")],
            id="dates that meet",
        ),
        pytest.param(
            [correction("a", "2024-06-01", note="x"), correction("b", "2024-06-02", note=None)], id="null and a value"
        ),
        pytest.param([correction("a", None, strength=700), correction("b", None, strength=800)], id="a revision"),
        pytest.param(
            [
                correction("a", "2024-06-01", strength=700),
                correction("b", "2024-06-02", strength=800),
                tell("EntryRetracted", "undo", entry="b"),
            ],
            id="retracted",
        ),
    ],
)
def test_what_gives_no_other_value_is_no_conflict(events: list[Event]) -> None:
    assert contradicted(*events) == []


def test_dates_that_are_disjoint_contradict_each_other() -> None:
    events = correction("a", "2024-06-01", occurred="2024-05-02"), correction("b", "2024-06-02", occurred="2024-05-09")
    assert contradicted(*events) == [("entry:count", {"a", "b"})]


def test_corrections_of_a_correction_and_of_a_registration_are_told_too() -> None:
    first = correction("a", "2024-06-01", strength=700)
    again = [correction(name, f"2024-06-0{day}", of="a", reason=name) for day, name in enumerate(("b", "c"), 2)]
    assert contradicted(first, *again) == [("entry:a", {"b", "c"})]
    titled = [correction(name, f"2024-06-0{day}", of="src-s", title=name) for day, name in enumerate(("b", "c"), 2)]
    assert contradicted(source("s"), *titled) == [("entry:src-s", {"b", "c"})]


def test_a_conflict_begins_with_the_second_correction_and_ends_where_one_is_corrected_itself() -> None:
    events = [
        CLAIM,
        correction("a", "2024-06-01", strength=700),
        correction("b", "2024-06-02", strength=800),
        correction("c", "2024-06-03", of="a", changes={"strength": 800}),
    ]
    for day, expected in ((1, []), (2, [("entry:count", {"a", "b"})]), (3, [])):
        assert found("value-conflict", *events, cut=Cut(known_by=f"2024-06-0{day}")) == expected
