"""The rows of what is judged: what holds on a day, and from which day to which."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from projections.claims.cut import AXES
from projections.judgement.conclusions import Position, Topic
from projections.judgement.states import Agreement, Proposal, State
from projections.tables.recorded import dated
from projections.views.days import Days
from projections.views.diff import aspects_of
from projections.wording.plain import plain
from tracker.dates import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.history import History
    from projections.judgement.conclusions import View
    from projections.judgement.findings import Finding
    from projections.judgement.judge import Judged
    from projections.tables.recorded import Row
    from projections.views.status import Status

#: What is found of no one subject is held together under this name.
_GENERAL: Final = ""


def spans(history: History) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a negotiation on every axis, each with the name of its table."""
    for axis in AXES:
        yield from spans_along(history, axis)


def spans_along(history: History, axis: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a negotiation on one axis, those first that end first."""
    name = history.negotiation
    #: By subject, the rows that hold, each with the first day on which it does.
    holding: dict[str, dict[tuple[str, Row], str]] = {}
    for day in Days(history, axis):
        told = {subject: list(rows_of(subject, judged)) for subject, judged in day.subjects.items()}
        if day.general is not None:
            told[_GENERAL] = list(_findings(day.general))
        for subject, rows in told.items():
            before = holding.pop(subject, {})
            now = {row: before.get(row, day.day) for row in rows}
            if now:
                holding[subject] = now
            for row, since in before.items():
                if row not in now and since != day.day:
                    yield row[0], (name, *row[1], axis, since, day.day)
    for held in holding.values():
        for (table, row), since in held.items():
            yield table, (name, *row, axis, since, None)


def rows_of(subject: str, judged: Judged) -> Iterator[tuple[str, Row]]:
    """Yield the rows of what is judged of a subject on one day, each with its table, without negotiation and days."""
    if judged.readings:
        yield from _view_rows(subject, judged)
    for one in judged.expected:
        date = dated(When(one.date))
        yield "expectations", (one.subject, one.kind, *date, one.standing, one.because)
    yield from _findings(judged.findings)


def state_rows(found: Status) -> Iterator[Row]:
    """Yield the rows of the table `states` of a status, without negotiation and days."""
    for subject, readings in found.subjects.items():
        yield from _states(subject, found.view(subject), readings)


def _view_rows(subject: str, judged: Judged) -> Iterator[tuple[str, Row]]:
    view = judged.view
    for row in _states(subject, view, judged.readings):
        yield "states", row
    if isinstance(view, Agreement):
        for party, part in view.participants.items():
            yield "participants", (subject, party, part.state, part.since, part.because)
    if isinstance(view, Agreement | Proposal | Topic):
        for vote in view.approvals:
            told = (vote.body, vote.party, vote.motion, vote.result, vote.for_, vote.against, vote.abstentions)
            yield "approvals", (subject, vote.entry, *told)
    if isinstance(view, Position):
        stance = (view.party, view.matter, view.stance, view.since, view.because, view.terms)
        yield "positions", (subject, *stance, view.red_lines, view.concessions, view.uncertain)
    elif view is not None:
        for line in view.figures:
            figure = (line.quantity, line.unit, line.scope, line.low, line.high, line.approximate, line.at)
            yield "figures", (subject, *figure, line.because)


def _states(subject: str, view: View | None, readings: Iterable[Any]) -> Iterator[Row]:
    for aspect, value, because in aspects_of(subject, view, list(readings)):
        if aspect != "since":
            yield subject, aspect, as_text(value), _since(view, aspect), because
    # That all of it may have happened later is no change of a thing, but part of where it stands.
    if isinstance(view, Position | State) and view.uncertain:
        yield subject, "uncertain", as_text(value=True), None, view.because


def _since(view: Any, aspect: str) -> str | None:  # noqa: ANN401 - any view
    """Return since when something is said in an aspect, as written; None where nothing says so."""
    name, _, inner = aspect.partition(".")
    if name in {"state", "stance"}:
        since: str | None = view.since
        return since
    if name in {"participants", "answers"}:
        part: str | None = getattr(view, name)[inner].since
        return part
    return None


def as_text(value: Any) -> str:  # noqa: ANN401 - whatever is said
    """Return what is said as it stands in a table: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)


def _findings(findings: Iterable[Finding]) -> Iterator[tuple[str, Row]]:
    for one in findings:
        yield "findings", (one.subject, one.kind, one.severity, one.entries, one.message)
