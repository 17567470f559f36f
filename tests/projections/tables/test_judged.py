"""What is judged, in tables: filtered by a day they say what a status at that day says, whatever the axis."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from hypothesis import given

from projections import Cut, History, status
from projections.claims.cut import AXES
from projections.tables.columns import JUDGED, TABLES
from projections.tables.judged import as_text, spans_along
from projections.tables.recorded import dated
from projections.views.days import Days
from projections.views.diff import diff
from tests.projections.telling import history, party, seed, tell
from tests.projections.worlds import worlds
from tracker.dates import When
from tracker.scripts.reading import seeds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from projections import Status
    from tracker.events import Event

_LAST: Final = 3


def told(found: Status) -> dict[str, Counter[Any]]:
    """Return the rows that a status comes to, worked out from its answers and from the difference to nothing."""
    rows: dict[str, list[Any]] = {
        "states": list(_states(found)),
        "participants": [
            (agreement.subject, who, part.state, part.since, part.because)
            for agreement in found.agreements.values()
            for who, part in agreement.participants.items()
        ],
        "approvals": [
            (view.subject, *vote.to_json().values())
            for views in (found.agreements, found.proposals, found.topics)
            for view in cast("dict[str, Any]", views).values()
            for vote in view.approvals
        ],
        "positions": [
            (one.subject, *one_of(one, "party matter stance since because terms red_lines concessions uncertain"))
            for matters in found.positions.values()
            for one in matters.values()
        ],
        "figures": list(_figures(found)),
        "expectations": [
            (one.subject, one.kind, *dated(When(one.date)), one.standing, one.because) for one in found.expected
        ],
        "findings": [one_of(one, "subject kind severity entries message") for one in found.findings],
    }
    return {name: Counter(dict.fromkeys(found_rows, 1)) for name, found_rows in rows.items()}


def one_of(thing: object, names: str) -> tuple[Any, ...]:
    return tuple(getattr(thing, name) for name in names.split())


def _states(found: Status) -> Iterator[Any]:
    nothing = status(History(found.negotiation, []), found.negotiation)
    # What is expected has a table of its own.
    ahead = {(one.subject, f"{one.kind} {one.date}") for one in found.expected}
    for change in diff(nothing, found, notes=True).changes:
        if (change.subject, change.aspect) not in ahead:
            yield change.subject, change.aspect, as_text(change.after)
    states: Iterator[Any] = (state for things in found.things.values() for state in things.values())
    stances: Iterator[Any] = (stance for matters in found.positions.values() for stance in matters.values())
    for view in (*states, *stances):
        if view.uncertain:
            yield view.subject, "uncertain", "true"
    for agreement in found.agreements.values():
        # That a thing has a name is no difference to nothing.
        for aspect in ("title", "kind", "parties"):
            if value := getattr(agreement, aspect):
                yield agreement.subject, aspect, as_text(value)


def _figures(found: Status) -> Iterator[Any]:
    counted = {state.subject: state.figures for things in found.things.values() for state in things.values()}
    for subject, lines in {**counted, **found.figures}.items():
        for line in lines:
            yield subject, *one_of(line, "quantity unit scope low high approximate at because")


def filtered(rows: list[tuple[str, Any]], day: str) -> dict[str, Counter[Any]]:
    """Return the rows that hold on a day, without negotiation, axis and days."""
    found: dict[str, Counter[Any]] = {name: Counter() for name in JUDGED}
    for table, row in rows:
        valid_from, valid_to = row[-2:]
        if valid_from <= day and (valid_to is None or day < valid_to):
            # Of a state, since when and on what it rests has a test of its own.
            own = row[1:-_LAST]
            found[table][own[:3] if table == "states" else own] += 1
    return found


def assert_same(loaded: History, axis: str) -> None:
    rows = list(spans_along(loaded, axis))
    assert all(row[-_LAST] == axis for _, row in rows)
    for day in [day.day for day in Days(loaded, axis)][1:]:
        found = told(status(loaded, loaded.negotiation, Cut(**{f"{axis}_by": day})))
        assert filtered(rows, day) == found, day


@pytest.mark.parametrize(("name", "axis"), [("black-sea", "known")])
def test_a_day_of_the_tables_is_the_status_of_that_day(name: str, axis: str, tmp_path: Path) -> None:
    assert_same(seed(name, tmp_path), axis)


@pytest.mark.long
@pytest.mark.parametrize(("name", "axis"), [(name, axis) for name in seeds() for axis in AXES])
def test_every_day_of_every_seed_is_its_status(name: str, axis: str, tmp_path: Path) -> None:
    assert_same(seed(name, tmp_path), axis)


@pytest.mark.long
@pytest.mark.parametrize("axis", AXES)
@given(events=worlds())
def test_every_day_of_any_history_is_its_status(axis: str, events: list[Event]) -> None:
    assert_same(history(*events), axis)


def test_since_and_because_are_those_of_the_state(tmp_path: Path) -> None:
    loaded = seed("us-niger", tmp_path)
    day = "2024-05-11"
    found = status(loaded, "us-niger", Cut(known_by=day))
    columns = TABLES["states"].names
    rows = [dict(zip(columns, row, strict=True)) for table, row in spans_along(loaded, "known") if table == "states"]
    held = [row for row in rows if row["valid_from"] <= day and (row["valid_to"] is None or day < row["valid_to"])]
    states = {row["subject"]: (row["value"], row["since"], row["because"]) for row in held if row["aspect"] == "state"}
    assert states == {
        state.subject: (state.state, state.since, state.because)
        for things in found.things.values()
        for state in things.values()
        if state.state is not None
    }


def test_what_may_be_so_only_after_the_day_is_said_until_it_is_sure() -> None:
    loaded = history(
        party("USA"),
        tell("AgreementSigned", "signed", "2012-01", agreement="a", by=["USA"]),
        tell("AgreementEnteredIntoForce", "force", "2012-06-03", agreement="a"),
    )
    rows = [row for table, row in spans_along(loaded, "happened") if table == "states" and row[2] == "uncertain"]
    assert [row[1:] for row in rows] == [
        ("agreement:a", "uncertain", "true", None, ("signed",), "happened", "2012-01-01", "2012-01-31")
    ]
    for day, is_so in (("2012-01-01", True), ("2012-01-30", True), ("2012-01-31", False), ("2012-06-03", False)):
        assert status(loaded, "n", Cut(happened_by=day)).agreements["a"].uncertain is is_so


def test_a_row_ends_on_the_day_on_which_a_deadline_has_passed() -> None:
    loaded = history(
        party("USA"),
        tell("CommitmentUndertaken", "word", "2024-05-01", commitment="c", party="USA", due="2024-05-08"),
    )
    rows = [row for table, row in spans_along(loaded, "happened") if table == "expectations"]
    assert [(row[6], *row[-2:]) for row in rows] == [
        ("ahead", "2024-05-01", "2024-05-09"),
        ("passed", "2024-05-09", None),
    ]
