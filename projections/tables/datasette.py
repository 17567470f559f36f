"""What Datasette shows of the tables: titles, what columns hold, facets, and questions that are asked often."""

from __future__ import annotations

from typing import Any, Final

from projections.tables.columns import JUDGED, TABLES

_FACETS: Final = {
    "entries": ["event", "modality", "recorded_by"],
    "evidence": ["source"],
    "parties": ["kind", "role"],
    "sources": ["reliability", "language", "publisher"],
    "states": ["axis", "aspect"],
    "participants": ["axis", "state"],
    "approvals": ["axis", "result"],
    "positions": ["axis", "matter", "stance"],
    "figures": ["axis", "quantity"],
    "expectations": ["axis", "kind", "standing"],
    "findings": ["axis", "severity", "kind"],
}
_SORTED: Final = {"entries": "position"}
#: What is asked: by name the question, which columns of which table, what else must hold, and the order.
_ASKED: Final = {
    "as_of": (
        "Where things stood on a day, as known then",
        "subject, aspect, value, since, because FROM states",
        "aspect IN ('state', 'stance')",
        "subject",
    ),
    "conflicts": (
        "What did not fit on a day",
        "kind, subject, message, entries FROM findings",
        "severity = 'conflict'",
        "kind, subject",
    ),
    "silent_since": (
        "Of what nothing new was said since a day",
        "subject, value, since, valid_from AS last_word FROM states",
        "valid_to IS NULL AND aspect IN ('state', 'stance')",
        "valid_from, subject",
    ),
    "rests_on_one_voice": (
        "What rested on one voice on a day",
        "subject, message, entries FROM findings",
        "kind = 'single-voice'",
        "subject",
    ),
    "coming_deadlines": (
        "What was still to come on a day, the next first",
        "subject, kind, date, date_to, because FROM expectations",
        "standing = 'ahead'",
        # It is passed once its end is; of one whose end is open, its start tells the most.
        "coalesce(date_to, date_from) NULLS LAST, subject",
    ),
}
#: What was typed; nothing is, where a page is opened. Else no row at all would look like an answer, and that JSON has
#: no such path is the one message that a question of SQLite can give.
_TYPED: Final = """WITH typed AS (SELECT
  CASE WHEN :negotiation = '' OR :negotiation IN (SELECT negotiation FROM negotiations) THEN :negotiation
    ELSE json_extract('{}', 'negotiation: write the id of one, as it stands in the table negotiations') END AS name,
  CASE WHEN :day = '' THEN '9999-12-31'
    WHEN date(:day, '+0 days') = :day THEN :day
    WHEN date(:day || '-01') = :day || '-01' THEN :day || '-31'
    WHEN date(:day || '-12-31') = :day || '-12-31' THEN :day || '-12-31'
    ELSE json_extract('{}', 'day: write one as 2024-05-11, or a month as 2024-05') END AS day)
"""
#: What holds on a day as it was known then.
_ON: Final = (
    "negotiation = typed.name AND axis = 'known' AND valid_from <= typed.day"
    " AND (valid_to IS NULL OR valid_to > typed.day)"
)
_HOW: Final = (
    "Write the id of a negotiation, and a day as 2024-05-11. A month or a year is read as its last day; without a day,"
    " the end of all is meant."
)
#: By name, the question, and how it is asked.
QUESTIONS: Final = {
    name: (title, f"{_TYPED}SELECT {what}, typed WHERE {_ON} AND {also} ORDER BY {order}")
    for name, (title, what, also, order) in _ASKED.items()
}


def metadata_of(database: str) -> dict[str, Any]:
    """Return the metadata of a database, which Datasette names by its file: 0.65 takes them by `-m`, 1.0 by `-c`."""
    return {
        "title": "Negotiations",
        "description": "What is claimed about negotiations, and what follows from it, made by communique.",
        "databases": {
            database: {
                "tables": {name: _table(name) for name in TABLES},
                "queries": {
                    name: {"title": title, "description": _HOW, "sql": sql, "params": ["negotiation", "day"]}
                    for name, (title, sql) in QUESTIONS.items()
                },
            }
        },
    }


def _table(name: str) -> dict[str, Any]:
    table = TABLES[name]
    found: dict[str, Any] = {
        "title": name.capitalize(),
        "description": f"A row is {table.row}.",
        "columns": {column.name: column.holds for column in table.columns},
    }
    if name in _FACETS:
        found["facets"] = _FACETS[name]
    if name in _SORTED or name in JUDGED:
        found["sort"] = _SORTED.get(name, "valid_from")
    return found
