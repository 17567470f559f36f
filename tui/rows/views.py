"""The columns and the cells of each view, once: for the tables and the CSV of commands, and for what screens save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.wording.sentences import aspect_text, settled_text
from tui.rows.tables import Cell, Column, cells_of, heads
from tui.rows.words import conclusion
from tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from projections.judgement.findings import Finding
    from projections.views.agenda import Coming
    from projections.views.diff import Change, Difference
    from projections.views.replay import Step
    from projections.views.sources import Reliant
    from projections.views.status import Positions, Status
    from projections.views.timeline import Line
    from projections.views.why import Ground, Support, Why

# ── all negotiations ──

NEGOTIATIONS: Final = (
    Column("negotiation"),
    Column("entries", right=True),
    Column("open", right=True),
    Column("last"),
    Column("event", gives_way=True),
    Column("state", gives_way=True),
    Column("title", wraps=True),
)


def negotiation_cells(each: Status) -> list[Cell]:
    """Return the cells of one negotiation."""
    last = each.last
    return [
        each.negotiation,
        each.entries,
        len(each.open),
        last.occurred if last else None,
        last.event if last else None,
        each.headline,
        each.title,
    ]


# ── timeline ──

TIMELINE: Final = (
    Column("occurred"),
    Column("published"),
    Column("lag", right=True),
    Column("party"),
    Column("event", gives_way=True),
    Column("grade"),
    Column("marks"),
    Column("entry", gives_way=True),
    Column("summary", wraps=True),
)
_MARKS: Final = ("uncertain", "retracted", "disputed", "corrected", "unsourced", "pending")


def timeline_cells(line: Line) -> list[Cell]:
    """Return the cells of one entry."""
    lag = None if line.lag_days is None else f"{'~' if line.lag_approximate else ''}{line.lag_days}d"
    return [
        line.occurred,
        line.published,
        lag,
        line.party,
        line.event,
        line.grade,
        ", ".join(mark for mark in _MARKS if getattr(line, mark)),
        line.entry,
        line.summary,
    ]


# ── agenda ──

AGENDA: Final = (
    Column("date"),
    Column("standing"),
    Column("negotiation"),
    Column("kind"),
    Column("subject", gives_way=True),
    Column("because", gives_way=True),
    Column("says", wraps=True),
)


def agenda_cells(coming: Coming) -> list[Cell]:
    """Return the cells of something that is expected."""
    one = coming.expected
    return [one.date, one.standing, coming.negotiation, one.kind, one.subject, ", ".join(one.because), coming.says]


# ── positions ──

POSITIONS: Final = heads("party matter stance since count terms red_lines concessions because")


def position_rows(found: Positions) -> list[list[Cell]]:
    """Return one position a row."""
    return [
        [
            party,
            matter,
            *cells_of(position, "stance since count terms"),
            *(", ".join(entries) for entries in (position.red_lines, position.concessions, position.because)),
        ]
        for (matter, party), position in found.cells.items()
    ]


# ── findings ──

FINDINGS: Final = (
    Column("severity"),
    Column("kind"),
    Column("subject", gives_way=True),
    Column("message", wraps=True),
    Column("entries"),
    Column("settled"),
)


def finding_cells(finding: Finding, settled: Mapping[Finding, str]) -> list[str]:
    """Return the cells of one finding, and whether it is settled, with the reason."""
    told = settled_text(settled[finding]) if finding in settled else ""
    return [finding.severity, finding.kind, finding.subject, finding.message, ", ".join(finding.entries), told]


# ── sources ──

SOURCES: Final = heads(
    "source reliability published publisher author title language relays roots entries alone falls url"
)


def source_cells(name: str, reliant: Reliant) -> list[Cell]:
    """Return the cells of one source."""
    source = reliant.source
    return [
        name,
        *cells_of(source, "reliability published publisher author title language"),
        ", ".join(source.relays),
        ", ".join(reliant.roots),
        len(reliant.entries),
        len(reliant.alone),
        falls_of(reliant),
        source.url,
    ]


def falls_of(reliant: Reliant) -> str:
    """Return which conclusions would be others without a source."""
    return "; ".join(f"{fall.subject} {fall.before or 'nothing'} → {fall.after or 'nothing'}" for fall in reliant.falls)


# ── why ──

WHY: Final = heads("side entry occurred published source attributed_to role grade says words language locator")


def why_rows(found: Why) -> Iterator[list[Cell]]:
    """Yield a row for each piece of evidence for a conclusion, then for each one against it."""
    for side, grounds in (("for", found.lines), ("against", found.against)):
        for ground in grounds:
            yield from _ground_rows(side, ground)


def _ground_rows(side: str, ground: Ground) -> Iterator[list[Cell]]:
    """Yield a row for each piece of evidence; one where an entry has none."""
    support: Iterable[Support | None] = ground.support or (None,)
    for item in support:
        yield [
            side,
            item.entry if item else ground.entry,
            ground.occurred,
            ground.published,
            *cells_of(item, "source attributed_to role grade"),
            ground.says,
            *cells_of(item, "words language locator"),
        ]


# ── changes ──

CHANGES: Final = (
    Column("subject"),
    Column("aspect"),
    Column("before", gives_way=True),
    Column("after", gives_way=True),
    Column("because", gives_way=True),
)


def difference_rows(found: Difference | Step) -> Iterator[list[str]]:
    """Yield what differs as cells of `CHANGES`, a finding as what was found before and what is found after."""
    for change in found.changes:
        yield [*change_cells(change), ", ".join(change.because)]
    for before, after, told in findings_of(found):
        cells = ["" if finding is None else f"{finding.kind}: {finding.message}" for finding in (before, after)]
        yield [told.subject, "finding", *cells, ", ".join(told.entries)]


def findings_of(found: Difference | Step) -> Iterator[tuple[Finding | None, Finding | None, Finding]]:
    """Yield each finding that differs as it was and as it is, and the one to tell its subject by."""
    yield from ((None, finding, finding) for finding in found.appeared)
    yield from ((finding, None, finding) for finding in found.gone)
    yield from ((before, after, after) for before, after in found.changed)


def otherwise(before: Finding, after: Finding) -> str:
    """Return in what a finding differs: in its sentence, or else in the entries behind it."""
    if before.message != after.message:
        return f"was: {clean(before.message)}"
    added = [f"now also {clean(entry)}" for entry in after.entries if entry not in before.entries]
    gone = [f"no longer {clean(entry)}" for entry in before.entries if entry not in after.entries]
    return ", ".join((*added, *gone)) or "in another order"


def change_cells(change: Change) -> list[str]:
    """Return the cells of a change, but for the entries behind it."""
    return [change.subject, aspect_text(change.aspect), conclusion(change.before), conclusion(change.after)]
