"""`communique log` and `timeline`: the entries as they were recorded, and what happened in order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

import click

from tui.commands.options import (
    Query,
    complete_event,
    complete_matter,
    complete_party,
    complete_source,
    complete_subject,
    negotiation_argument,
    query_options,
    standing_option,
    verb,
)
from tui.output import entry, rows
from tui.rows.tables import Column
from tui.rows.views import TIMELINE, timeline_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.claims import Claims
    from tracker.codec import Recorded
    from tracker.events.base import Event
    from tracker.log import EventLog

_COLUMNS = (
    Column("#", right=True),
    Column("negotiation"),
    Column("occurred"),
    Column("published"),
    Column("party"),
    Column("event", gives_way=True),
    Column("entry", gives_way=True),
    Column("modality"),
    Column("sources"),
    Column("marks"),
    Column("says", wraps=True),
)
#: Entries that are read to know how they read; so many take half a second.
MOST: Final = 20_000
#: What a table for people leaves out, so that it fits a screen.
_NOT_IN_LOG = frozenset({"published", "party", "modality", "sources"})


@verb(
    "log",
    examples=[
        ("The last ten entries", "communique log -n 10"),
        (
            "What is said of one party in one spring",
            "communique log us-niger --party NER --since 2024-03 --until 2024-05",
        ),
        ("What was ever said of one thing", "communique log us-niger --subject agreement:sofa-2012"),
        ("The newest refusal first", "communique log us-niger --type BaseRequestRefused --reverse"),
        ("Everything, for a program", "communique log --jsonl > entries.jsonl"),
    ],
)
@negotiation_argument(required=False)
@click.option("--since", metavar="DATE", help="Only what may have happened on or after the date's beginning.")
@click.option("--until", metavar="DATE", help="Only what may have happened on or before the date's end.")
@click.option("--party", metavar="PARTY", shell_complete=complete_party, help="Only what names this party.")
@click.option("--matter", metavar="MATTER", shell_complete=complete_matter, help="Only what names this matter.")
@click.option("--type", "event", metavar="EVENT", shell_complete=complete_event, help="Only this event type.")
@click.option("--source", metavar="SOURCE", shell_complete=complete_source, help="Only what rests on this source.")
@click.option("--subject", metavar="SUBJECT", shell_complete=complete_subject, help="Only what is about this subject.")
@click.option("-n", "count", metavar="COUNT", type=click.IntRange(0, 2**31), help="Only the newest COUNT of them.")
@click.option("--reverse", is_flag=True, help="The newest first.")
@query_options("json", "jsonl", "csv", "plain")
def log_command(
    query: Query,
    *,
    negotiation: str | None,
    since: str | None,
    until: str | None,
    party: str | None,
    matter: str | None,
    event: str | None,
    source: str | None,
    subject: str | None,
    count: int | None,
    reverse: bool,
) -> None:
    """List the entries in the order in which they were recorded, those of one negotiation or of the whole log.

    The newest stands last, where `-n` counts from. An entry without a date of its own is placed by when it became
    public. Options find what was recorded so, or reads so at the cut: a party, matter, source or thing by all of its
    ids, and a body by what its party is called. A table shows how each entry reads at the cut, and marks what is
    corrected or retracted; JSON holds entries as they were recorded. Of a negotiation of very many entries, all is as
    it was recorded.
    """
    from tui.filters import Selection

    selection = Selection(
        since=since, until=until, party=party, matter=matter, event=event, source=source, subject=subject
    )
    with query.reading() as log:
        if negotiation is not None:
            log.require(negotiation)
        elif query.without:
            raise click.UsageError("--without needs a negotiation, since sources belong to one")
        found = _entries(log, negotiation, query, count if selection.is_open else None)
        shown = _Rows(log, query)
        found = _last(selection.choose(found, shown.read), count, reverse=reverse)
        rows(
            query.style,
            _COLUMNS,
            map(shown.cells, found),
            records=lambda: map(entry, found),
            document=lambda: {"entries": list(map(entry, found))},
            empty="no entry is like that",
            hidden=_NOT_IN_LOG | ({"negotiation"} if negotiation else set()),
        )


def _entries(log: EventLog, negotiation: str | None, query: Query, count: int | None) -> Iterator[Recorded]:
    """Yield the entries that a cut admits, at least the last `count` of them where that is given."""
    if not query.sees_all:
        from projections.claims.claims import admitted

        names = [negotiation] if negotiation is not None else list(log.negotiations())
        found = [recorded for name in names for recorded in admitted(log, name, query.cut, query.without)]
        return iter(sorted(found, key=lambda recorded: recorded.position))
    if count is None:
        return log.read(negotiation)
    if negotiation is None:
        return log.read(after=max(0, log.store.max_position() - count))
    return _tail(log, negotiation, count)


def _tail(log: EventLog, negotiation: str, count: int) -> Iterator[Recorded]:
    from tracker.codec import decode

    last = log.store.last(negotiation)
    after = max(0, last.version - count) if last else 0
    return (decode(row.topic, row.state, row.position) for row in log.store.stream(negotiation, after))


def _last(found: Iterator[Recorded], count: int | None, *, reverse: bool) -> Iterator[Recorded]:
    if count is None and not reverse:
        return found
    kept = deque(found, maxlen=count)
    return reversed(kept) if reverse else iter(kept)


class _Rows:
    """The rows of a table, for which each negotiation that is not too long is read once."""

    def __init__(self, log: EventLog, query: Query) -> None:
        self._log, self._query = log, query
        self._counts = log.negotiations()
        self._claims: dict[str, Claims | None] = {}
        self._room = MOST

    def read(self, name: str) -> Claims | None:
        """Return how the entries of a negotiation read at the cut, None where they are very many."""
        from projections.claims.claims import claims

        if name not in self._claims:
            self._room -= self._counts.get(name, MOST)
            is_short = self._room >= 0
            found = claims(self._log, name, self._query.cut, without=self._query.without) if is_short else None
            self._claims[name] = found
        return self._claims[name]

    def cells(self, recorded: Recorded) -> list[Any]:
        """Return the cells of an entry."""
        known = self.read(recorded.event.negotiation)
        reading = known.get(recorded.id) if known is not None else None
        marks = [
            word
            for word, by in (
                ("corrected", reading.corrected_by if reading else ()),
                ("retracted", reading.retracted_by if reading else ()),
            )
            if by
        ]
        return _cells(recorded, recorded.event if reading is None else reading.event, " ".join(marks), known)


def _cells(recorded: Recorded, event: Event, marks: str, known: Claims | None) -> list[Any]:
    from projections.wording.sentences import summary_of
    from tui.filters import acting_party

    return [
        recorded.position,
        event.negotiation,
        str(event.occurred) if event.occurred else None,
        str(event.published) if event.published else None,
        acting_party(event),
        event.event,
        recorded.id,
        event.modality if event.kind_of_entry == "claim" else None,
        ", ".join(dict.fromkeys(item.source for item in event.evidence)) or None,
        marks or None,
        summary_of(event, None if known is None else known.names),
    ]


_NOT_IN_TIMELINE = frozenset({"published", "entry"})


@verb(
    "timeline",
    examples=[
        ("What happened", "communique timeline us-niger"),
        ("What happened in one spring", "communique timeline us-niger --since 2024-03 --until 2024-05"),
        ("What was public by a day", "communique timeline us-niger --known-by 2024-05-11"),
        ("What is recorded beyond the cut, too", "communique timeline us-niger --known-by 2024-05-11 --pending"),
        ("For a spreadsheet", "communique timeline us-niger --csv > timeline.csv"),
    ],
)
@negotiation_argument()
@click.option("--since", metavar="DATE", help="Only what may have happened on or after the date's beginning.")
@click.option("--until", metavar="DATE", help="Only what may have happened on or before the date's end.")
@click.option("--pending", is_flag=True, help="Also what is recorded but lies beyond the cut.")
@standing_option
@query_options("json", "jsonl", "csv", "plain")
def timeline_command(
    query: Query, *, negotiation: str, since: str | None, until: str | None, pending: bool, standing: bool
) -> None:
    """List the claims of a negotiation in the order in which things happened.

    `lag` is the days between happening and becoming public, `~` where one of the two is no certain day; `grade` is the
    best of the evidence, reliability of the source before credibility of the claim (STANAG 2511). An entry without a
    date of its own is placed by when it became public.
    """
    from projections.views.timeline import timeline
    from tui.filters import read_date

    first, last = read_date("--since", since), read_date("--until", until)
    with query.reading() as log:
        found = timeline(
            log,
            negotiation,
            query.cut,
            without=query.without,
            pending=pending,
            standing=standing,
            since=None if first is None else first.lower,
            until=None if last is None else last.upper,
        )
    rows(
        query.style,
        TIMELINE,
        map(timeline_cells, found),
        records=lambda: (line.to_json() for line in found),
        document=lambda: query.document(negotiation, {"lines": [line.to_json() for line in found]}),
        empty="nothing had happened, or was known, at that time",
        hidden=_NOT_IN_TIMELINE,
    )
