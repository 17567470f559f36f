"""The rows of a negotiation in every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.claims.history import History
from projections.tables.judged import spans
from projections.tables.recorded import entry_row, evidence_rows, register_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.tables.recorded import Row
    from tracker.log import EventLog


def rows_of(history: History) -> Iterator[tuple[str, Row]]:
    """Yield every row of a negotiation with the name of its table; first those to which others lead."""
    yield from register_rows(history)
    for recorded in history.entries:
        yield "entries", entry_row(recorded)
        for row in evidence_rows(recorded):
            yield "evidence", row
    yield from spans(history)


def histories(log: EventLog, negotiations: Iterable[str], until: int) -> Iterator[History]:
    """Yield the histories of some negotiations, one at a time, up to a position of the log."""
    for name in negotiations:
        history = History(name, list(log.read(name, until=until)))
        if history.entries:
            yield history


def chosen(log: EventLog, negotiations: Iterable[str]) -> list[str]:
    """Return the negotiations that are named, all where none is; raises `NameUnknownError`."""
    names = list(dict.fromkeys(negotiations))
    for name in names:
        log.require(name)
    return names or list(log.negotiations())
