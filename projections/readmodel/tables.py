"""The rows of the read model's tables, and what they hold of each view."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from projections.claims.cut import Cut
from projections.wording.folding import bag, fold, words_of
from tracker.dates import OPEN_PAST
from tracker.events.references import lone_actors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from projections.judgement.states import State
    from projections.views.status import Status
    from tracker.codec import Recorded

#: The row of an entry, in the order of `ENTRIES`; and rows by the name of their table.
EntryRow: TypeAlias = tuple[int | str | None, ...]
ViewRows: TypeAlias = dict[str, list[dict[str, Any]]]

#: The columns of the table of entries; instants in microseconds since 1970.
ENTRIES: Final = {
    "position": int,
    "negotiation": str,
    "version": int,
    "entry": str,
    "event": str,
    "family": str,
    "subject": str,
    "party": str,
    "occurred": str,
    "occurred_from": int,
    "occurred_to": int,
    "published": str,
}


def _columns(texts: str, numbers: str = "") -> dict[str, type]:
    return {**dict.fromkeys(texts.split(), str), **dict.fromkeys(numbers.split(), int)}


#: The tables of views: name, columns and primary key. Lists and details are JSON; `names` of a thing are the words that
#: it is found by. What is said of a negotiation holds
#: on every day that ends after the instant `judged_after` and not after `judged_until`. `entries`, `position` and
#: `head` are the number of its entries in the tables, the last one's place in the log, and its digest: those of all
#: negotiations are the log's head at the checkpoint.
VIEWS: Final[tuple[tuple[str, dict[str, type], tuple[str, ...]], ...]] = (
    (
        "negotiations",
        _columns(
            "negotiation title head headline last_entry last_event last_occurred",
            "entries position last_day open_questions findings judged_after judged_until",
        ),
        ("negotiation",),
    ),
    (
        "things",
        _columns("negotiation subject family state since because detail title names"),
        ("negotiation", "subject"),
    ),
    ("positions", _columns("negotiation party matter stance since because"), ("negotiation", "party", "matter")),
    (
        "findings",
        _columns("negotiation kind severity subject entries message", "number settled"),
        ("negotiation", "number"),
    ),
)
#: Whether the rows of a negotiation hold on the day of which `day_of` gives the parameter.
HOLDS: Final = "judged_after < :day AND :day <= judged_until"
#: Entries are numbered as they are written, a negotiation after the other where the tables are built anew: rows and
#: words that go to the end cost half of what they cost in the order of positions. `entries` shows them without numbers.
NUMBERED: Final = "numbered_entries"
SHOW_ENTRIES: Final = f"CREATE VIEW entries AS SELECT {', '.join(ENTRIES)} FROM {NUMBERED}"  # noqa: S608 - names above
INSERT_ENTRY: Final = f"INSERT INTO {NUMBERED} VALUES (NULL, {','.join('?' * len(ENTRIES))})"  # noqa: S608 - marks only
_UNDATED: Final = (None, None, None)


def day_of(today: date | None) -> int:
    """Return the day by which rows are judged as `HOLDS` takes it, its last instant; without one, before all days."""
    day = Cut().day(None, today)
    return OPEN_PAST + 1 if day is None else day


def words_in(recorded: Recorded) -> str:
    """Return the words of an entry as searches compare them; empty where it has none."""
    return fold(" ".join(words_of(recorded.event)))


def view_rows(found: Status, position: int) -> ViewRows:
    """Return the rows of a negotiation, whose last entry has this position, in every table of views."""
    return {
        "negotiations": [portfolio_row(found, position)],
        "things": list(thing_rows(found)),
        "positions": list(position_rows(found)),
        "findings": list(finding_rows(found)),
    }


def entry_row(recorded: Recorded) -> EntryRow:
    """Return the row of an entry."""
    event = recorded.event
    fields = event.__dict__
    occurred, published = fields["occurred"], fields["published"]
    return (
        recorded.position,
        fields["negotiation"],
        recorded.version,
        recorded.id,
        event.event,
        event.family,
        event.subject,
        next((fields[name] for name in lone_actors(type(event)) if fields[name]), None),
        *((occurred.text, occurred.lower, occurred.upper) if occurred else _UNDATED),
        published.text if published else None,
    )


def portfolio_row(found: Status, position: int) -> dict[str, Any]:
    """Return the row of a negotiation, whose last entry has this position."""
    judged_after, judged_until = found.days
    last = found.reading(found.last.entry) if found.last else None
    return {
        "negotiation": found.negotiation,
        "title": found.title,
        "entries": found.entries,
        "position": position,
        "head": found.head,
        "headline": found.headline,
        "last_entry": found.last.entry if found.last else None,
        "last_event": found.last.event if found.last else None,
        "last_occurred": found.last.occurred if found.last else None,
        "last_day": last.lower if last else None,
        "open_questions": len(found.open),
        "findings": len(found.unsettled),
        "judged_after": judged_after,
        "judged_until": judged_until,
    }


def thing_rows(found: Status) -> Iterator[dict[str, Any]]:
    """Yield a row for each thing that has states."""
    for family, things in found.things.items():
        for state in things.values():
            yield {
                "negotiation": found.negotiation,
                "subject": state.subject,
                "family": family,
                "state": state.state,
                "since": state.since,
                "because": json.dumps(state.because),
                "detail": json.dumps(state.to_json(), ensure_ascii=False),
                "title": title_of(state),
                "names": bag((family, state.id, title_of(state) or "")),
            }


def title_of(state: State) -> str | None:
    """Return the title of a thing, None where it has none."""
    return getattr(state, "title", None)


def position_rows(found: Status) -> Iterator[dict[str, Any]]:
    """Yield a row for each position."""
    for party, matters in found.positions.items():
        for matter, position in matters.items():
            yield {
                "negotiation": found.negotiation,
                "party": party,
                "matter": matter,
                "stance": position.stance,
                "since": position.since,
                "because": json.dumps(position.because),
            }


def finding_rows(found: Status) -> Iterator[dict[str, Any]]:
    """Yield a row for each finding, numbered in their order."""
    unsettled = frozenset(found.unsettled)
    for number, finding in enumerate(found.findings):
        yield {
            "negotiation": found.negotiation,
            "number": number,
            "kind": finding.kind,
            "severity": finding.severity,
            "subject": finding.subject,
            "entries": json.dumps(finding.entries),
            "message": finding.message,
            "settled": int(not finding.is_note and finding not in unsettled),
        }
