"""What an entry of each type does: the table `effects.yaml`, and how its rows are told.

A row has the type and its fields; `after`, which entries came before (by their names under `before`); `status`, the
parts of the status that are others; `diff`, what differs; `why`, what its subject is then, and what the entry is to
that; `agenda`, all that is expected then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from projections import Cut, diff, status
from projections.views.why import why_of
from tests.projections.telling import history, party, source, tell
from tracker.events import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections import Status
    from tracker.events import Event

TABLE: Final = Path(__file__).with_name("effects.yaml")
TODAY: Final = date(2024, 6, 1)
#: When what the row is about happens, or is published.
DAY: Final = "2024-05-10"
STAGE: Final = (
    party("USA"),
    party("NER"),
    tell("MatterAdded", "matter-m", matter="m"),
    source("s", DAY, reliability="A"),
    source("t", DAY, reliability="B"),
    source("u", DAY, reliability="B"),
)
#: What every entry changes.
_ALWAYS: Final = frozenset({"entries", "head", "last"})


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    event: str
    fields: dict[str, Any]
    before: tuple[Event, ...]
    told: dict[str, Any]

    def __str__(self) -> str:
        return self.event


@cache
def rows() -> tuple[Row, ...]:
    """Return all rows of the table."""
    return tuple(_rows(yaml.safe_load(TABLE.read_text("utf-8"))))


def _rows(table: dict[str, Any]) -> Iterator[Row]:
    known = {name: _before(name, *said) for name, said in table["before"].items()}
    for row in table["rows"]:
        event = next(iter(row))
        told = {name: row.get(name, []) for name in ("status", "diff", "why", "agenda")}
        yield Row(event, row[event] or {}, tuple(known[name] for name in row.get("after", ())), told)


def _before(name: str, event: str, day: str, fields: dict[str, Any]) -> Event:
    return tell(event, name, day, "s", **fields)


def effect(row: Row) -> dict[str, Any]:
    """Return what the entry of a row does, as the table tells it."""
    date_of = {"claim": "occurred", "knowledge": "published"}.get(EVENT_TYPES[row.event].kind_of_entry)
    dated = {} if date_of is None else {date_of: DAY}
    # Registers are no claims, and rest on no evidence.
    new = tell(row.event, "new", None, *(("s",) if dated else ()), **dated, **row.fields)
    before = status(history(*STAGE, *row.before), "n", Cut(), today=TODAY)
    after = status(history(*STAGE, *row.before, new), "n", Cut(), today=TODAY)
    then, now = before.to_json(), after.to_json()
    return {
        "status": [name for name in now if name not in _ALWAYS and then[name] != now[name]],
        "diff": list(_differing(before, after)),
        "why": _why(after, new),
        "agenda": [f"{one.subject} {one.kind} {one.date} {one.standing}" for one in after.expected],
    }


def _differing(before: Status, after: Status) -> Iterator[str]:
    found = diff(before, after)
    for change in found.changes:
        yield f"{change.subject} {change.aspect}: {_short(change.before)} → {_short(change.after)}"
    for sign, findings in (("+", found.appeared), ("-", found.gone)):
        yield from (f"{sign} {finding.kind} {finding.message}" for finding in findings)


def _short(value: Any) -> str:  # noqa: ANN401 - any conclusion
    """Return a conclusion in a word: a figure as its bounds, votes as what came out."""
    if isinstance(value, dict):
        return f"{_short(value['low'])} to {_short(value['high'])}"
    if isinstance(value, list | tuple):
        return ", ".join(str(one["result"]) if isinstance(one, dict) else str(one) for one in value) or "none"
    return "none" if value is None else str(value)


def _why(standing: Status, new: Event) -> str:
    """Return what is concluded of the subject of an entry, or of the entry, and what the entry is to that."""
    subject = new.subject or f"entry:{getattr(new, 'entry', None) or new.id}"
    found = why_of(standing, subject)
    roles = {
        "because": [line.entry for line in found.lines],
        "against": [line.entry for line in found.against],
        "context": found.context,
        "correction": [one.entry for line in found.lines for one in line.corrections],
        "evidence": [piece.entry for line in found.lines for piece in line.support],
        "finding": [entry for finding in found.findings for entry in finding.entries],
    }
    role = next((role for role, entries in roles.items() if "new" in entries), "no part of it")
    return f"{found.says} ({role})"
