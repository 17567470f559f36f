"""The portfolio: many negotiations in a line each, from the read model where that is up to date, else from the log."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from projections.claims.history import History
from projections.judgement.findings import OPEN
from projections.readmodel.file import connect
from projections.readmodel.model import ReadModel, beside
from projections.readmodel.tables import HOLDS, VIEWS, day_of, portfolio_row, title_of
from projections.views.status import status
from tracker.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from projections.views.status import Status
    from tracker.log import EventLog

#: Things of which the state is told.
_MOST: Final = 8
_COLUMNS: Final = (
    *("negotiation", "title", "headline", "last_event", "last_occurred", "last_day", "open_questions", "findings"),
    "entries",
)
_KINDS: Final = tuple(VIEWS[0][1][column] for column in _COLUMNS)
#: Names asked for at once, fewer than SQLite takes.
_AT_ONCE: Final = 200


class Outline(NamedTuple):
    """One negotiation in a line.

    `headline` is the thing that moved last with its state, None where none has one; `states` are things with their
    states, that one first; `last_day` is the first instant of the last claim in fold order, in microseconds since 1970,
    None where there is none; `questions` counts what is open, `findings` those that are
    neither open nor notes; neither counts what is settled.
    """

    negotiation: str
    title: str
    headline: str | None
    states: tuple[str, ...]
    last_event: str | None
    last_occurred: str | None
    last_day: int | None
    questions: int
    findings: int


class Detail(NamedTuple):
    """One negotiation for a pane beside the list: its things with their states, and what is open or does not fit.

    `things` are (family, id, state, since), `findings` (kind, message), what is open first, without notes and what is
    settled.
    """

    negotiation: str
    things: tuple[tuple[str, str, str, str], ...]
    findings: tuple[tuple[str, str], ...]


class Portfolio:
    """The outlines of a log's negotiations; use it as a context manager.

    A read model is read where there is one, and never written; what it does not know yet, or knows of another day, is
    folded from the log. `today` is the day by which open questions and deadlines are judged.
    """

    def __init__(self, log: EventLog, *, today: date | None = None) -> None:
        self._log = log
        self._today = today
        self._tables = _tables_of(log)

    def outlines(self, negotiations: Mapping[str, int]) -> Iterator[Outline]:
        """Yield the outline of each negotiation, given with its number of entries; what is known at once comes first.

        Raises `LogError`.
        """
        left = dict(negotiations)
        try:
            for outline in self._known(negotiations):
                del left[outline.negotiation]
                yield outline
        except (sqlite3.Error, UnicodeDecodeError, LookupError, TypeError, AttributeError):
            # Somebody writes it, or it is damaged: it can be done without.
            self.close()
        for name in left:
            yield outline_of(status(History(name, list(self._log.read(name))), name, today=self._today))

    def _known(self, negotiations: Mapping[str, int]) -> Iterator[Outline]:
        """Yield the outlines that the read model has for these numbers of entries and this day."""
        names = iter(negotiations)
        while self._tables is not None and (part := list(islice(names, _AT_ONCE))):
            wanted = {f"name{number}": name for number, name in enumerate(part)}
            marks = ",".join(f":{mark}" for mark in wanted)
            sql = f"SELECT {', '.join(_COLUMNS)} FROM negotiations WHERE negotiation IN ({marks}) AND {HOLDS}"  # noqa: S608 - marks only
            rows = self._tables.execute(sql, {**wanted, "day": day_of(self._today)}).fetchall()
            for row in rows:
                if any(value is not None and type(value) is not kind for value, kind in zip(row, _KINDS, strict=True)):
                    raise TypeError(row)
                found = dict(zip(_COLUMNS, row, strict=True))
                name = found["negotiation"]
                if found["entries"] == negotiations[name]:
                    yield _outline(found, self._states(name))

    def _states(self, name: str) -> list[tuple[str, str]]:
        """Return the first things of a negotiation with their states, each by its id and by its title."""
        sql = "SELECT subject, state, title FROM things WHERE negotiation = ? ORDER BY rowid LIMIT ?"
        rows = self._tables.execute(sql, (name, _MOST)) if self._tables is not None else ()
        return [_named(subject.partition(":")[2], title, state) for subject, state, title in rows]

    def detail(self, name: str, entries: int) -> Detail:
        """Return one negotiation, given with its number of entries, at more length; raises `LogError`."""
        try:
            if next(self._known({name: entries}), None) is not None:
                return self._detail(name)
        except (sqlite3.Error, UnicodeDecodeError, LookupError, TypeError, AttributeError):
            self.close()
        seen = status(History(name, list(self._log.read(name))), name, today=self._today)
        things = (thing for family in seen.things.values() for thing in family.values())
        return _detail(
            name,
            ((thing.family, thing.id, thing.state, thing.since) for thing in things),
            ((finding.kind, finding.message) for finding in seen.unsettled),
        )

    def _detail(self, name: str) -> Detail:
        """Return what the read model holds of a negotiation."""
        tables = self._tables
        if tables is None:
            raise LookupError(name)
        things = tables.execute("SELECT family, subject, state, since FROM things WHERE negotiation = ?", (name,))
        findings = tables.execute(
            "SELECT kind, message FROM findings"
            " WHERE negotiation = ? AND severity != 'note' AND NOT settled ORDER BY number",
            (name,),
        )
        found = [(family, subject.partition(":")[2], state, since) for family, subject, state, since in things]
        return _detail(name, found, findings.fetchall())

    def close(self) -> None:
        """Let go of the read model."""
        if self._tables is not None:
            self._tables.close()
            self._tables = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def outline_of(seen: Status) -> Outline:
    """Return a status in a line."""
    things = (thing for family in seen.things.values() for thing in family.values())
    return _outline(portfolio_row(seen, 0), (_named(thing.id, title_of(thing), thing.state) for thing in things))


def _outline(row: Mapping[str, Any], states: Iterable[tuple[str, str]]) -> Outline:
    """Return the row of a negotiation in a line, with things and their states, each by its id and by its title."""
    headline = row["headline"]
    # What heads the list is told by its title, and once.
    others = [by_id for by_id, by_title in states if headline not in {by_id, by_title}]
    return Outline(
        row["negotiation"],
        row["title"] or row["negotiation"],
        headline,
        tuple(dict.fromkeys([*([headline] if headline else []), *others]))[:_MOST],
        row["last_event"],
        row["last_occurred"],
        row["last_day"],
        row["open_questions"],
        row["findings"] - row["open_questions"],
    )


def _detail(
    name: str, things: Iterable[tuple[str, str, str | None, str | None]], findings: Iterable[tuple[str, str]]
) -> Detail:
    return Detail(
        name,
        tuple((family, each, _stated("", state).strip(), since or "") for family, each, state, since in things),
        tuple(sorted(findings, key=lambda finding: finding[0] not in OPEN)),
    )


def _named(name: str, title: str | None, state: str | None) -> tuple[str, str]:
    return _stated(name, state), _stated(title or name, state)


def _stated(name: str, state: str | None) -> str:
    return f"{name} {(state or 'named').replace('-', ' ')}"


def _tables_of(log: EventLog) -> sqlite3.Connection | None:
    """Return the read model of a log, open for reading, or None where there is none of this version."""
    path = beside(log)
    try:
        with ReadModel(log, path) as model:
            return connect(path, "ro") if model.fits() else None
    except LogError:
        return None
