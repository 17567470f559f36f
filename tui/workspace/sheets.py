"""What a pane or a screen shows as rows for a spreadsheet, in the columns of the command line's `--csv`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.judgement.findings.settled import reasons
from projections.views.agenda import agenda_of
from projections.views.diff import diff
from projections.views.sources import sources as sources_of
from projections.views.status import positions_in
from projections.views.timeline import line_of
from projections.views.why import why_of
from tui.rows import views
from tui.rows.tables import Cell, Column, cells_of, heads
from tui.rows.words import sections
from tui.workspace.time.stops import text_of
from tui.workspace.widgets.evidence import is_seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.cut import Cut
    from projections.claims.readings import Reading
    from projections.views.status import Status
    from tui.workspace.time.session import Session

_STATUS: Final = heads("kind name state since more because")
_EVIDENCE: Final = heads(
    "entry event source grade publisher title author published url attributed_to role quote language paraphrase locator"
)
_REGISTER: Final = heads("kind id name role of aliases entry")
_STOPS: Final = heads("axis at entry event")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST: Final = 80


class Sheet(NamedTuple):
    """Rows below their heads, and a name that tells what they are."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def file_name(*parts: str, ending: str) -> str:
    """Return a name for a file that every system takes; blank parts are left out."""
    said = "-".join(safe for part in parts if (safe := _UNSAFE.sub("-", part).strip("-.")))
    return f"{said[:_LONGEST].rstrip('-.') or 'communique'}.{ending}"


def place_of(cut: Cut) -> str:
    """Return a cut as a part of a file's name; empty for the present."""
    return "" if cut.is_open else str(cut)


def status(seen: Status) -> Sheet:
    """Return what stands, and what is open or does not fit."""
    rows: list[list[Cell]] = [
        [section.one, item.name, item.state, item.since, "; ".join(item.more), ", ".join(item.because)]
        for section in sections(seen.to_json())
        for item in section.items
    ]
    rows += ([each.kind, each.subject, "", "", each.message, ", ".join(each.entries)] for each in seen.findings)
    return Sheet("status", _STATUS, rows)


def register(seen: Status) -> Sheet:
    """Return the parties and matters that are registered."""
    registers = seen.claims.registers
    rows: list[list[Cell]] = [
        ["party", each.id, each.name, each.role, each.of, ", ".join(each.aliases), each.entry]
        for each in registers.parties.values()
    ]
    rows += (["matter", each.id, each.title, None, None, None, each.entry] for each in registers.matters.values())
    return Sheet("parties-and-matters", _REGISTER, rows)


def events(session: Session, readings: Iterable[Reading]) -> Sheet:
    """Return the entries of a list in its order, but for those that are not known yet."""
    standing = session.claims
    seen = (reading for reading in readings if is_seen(reading, standing))
    lines = (line_of(reading, standing.registers, standing.names) for reading in seen)
    return Sheet("events", views.TIMELINE, list(map(views.timeline_cells, lines)))


def positions(seen: Status) -> Sheet:
    """Return one position a row."""
    return Sheet("positions", views.POSITIONS, views.position_rows(positions_in(seen)))


def evidence(session: Session, reading: Reading) -> Sheet:
    """Return what an entry rests on, one piece of evidence a row."""
    registers = session.claims.registers
    rows: list[Sequence[Cell]] = []
    for item in reading.evidence:
        source = registers.sources.get(item.source)
        rows.append(
            [
                reading.id,
                reading.event.event,
                item.source,
                registers.grade(item.source, reading.credibility_of(item)),
                *cells_of(source, "publisher title author published url"),
                *cells_of(item, "attributed_to role quote language paraphrase locator"),
            ]
        )
    return Sheet(f"evidence-{reading.id}", _EVIDENCE, rows)


def moments(session: Session) -> Sheet:
    """Return the moments at which the steps of the present axis stop, up to where the person stands."""
    here = session.now()
    rows: list[Sequence[Cell]] = []
    for stop in session.stops[session.axis]:
        reading = session.claims.get(stop.entry)
        if reading is not None and is_seen(reading, session.claims) and (here is None or stop.at <= here):
            rows.append([session.axis, text_of(session.axis, stop.at), stop.entry, reading.event.event])
    return Sheet(f"{session.axis}-moments", _STOPS, rows)


def findings(seen: Status) -> Sheet:
    """Return one finding a row."""
    settled = reasons(seen.findings, seen.claims)
    return Sheet("findings", views.FINDINGS, [views.finding_cells(finding, settled) for finding in seen.findings])


def agenda(seen: Status, standings: frozenset[str]) -> Sheet:
    """Return what is expected and stands in one of some ways, one a row."""
    return Sheet("agenda", views.AGENDA, list(map(views.agenda_cells, agenda_of(seen, standings=standings))))


def sources(session: Session) -> Sheet:
    """Return one source a row, with whom it repeats, what rests on it, and what would fall without it."""
    found = sources_of(session.history, session.negotiation, session.cut, today=session.today)
    rows = [views.source_cells(name, reliant) for name, reliant in found.sources.items()]
    return Sheet("sources", views.SOURCES, rows)


def changes(before: Status, after: Status) -> Sheet:
    """Return one change or finding a row, with the entries behind it."""
    name = f"changes-since-{place_of(before.cut) or 'now'}"
    return Sheet(name, views.CHANGES, views.difference_rows(diff(before, after)))


def why(seen: Status, subject: str) -> Sheet:
    """Return what stands behind a conclusion and what argues against it, one piece of evidence a row.

    Raises `NameUnknownError` if nothing is said of the subject.
    """
    return Sheet(f"why-{subject}", views.WHY, list(views.why_rows(why_of(seen, subject))))
