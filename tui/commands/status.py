"""`communique status`, `positions` and `findings`: where things stand, who wants what, and what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from projections.judgement.findings import KINDS, SEVERITIES
from projections.judgement.findings.settled import reasons
from projections.wording.sentences import finding_text, notes_in_words
from tui.commands.options import OneOf, Query, negotiation_argument, query_options, verb
from tui.environment import today
from tui.output import json_document, lines, rows, screen_width, styled
from tui.rows.tables import Cell, Column, aligned, heads
from tui.rows.views import FINDINGS, NEGOTIATIONS, POSITIONS, finding_cells, negotiation_cells, position_rows
from tui.rows.words import Document, sections, words
from tui.text import clean, counted, listed, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from projections.claims.cut import Cut
    from projections.judgement.conclusions import Position
    from projections.views.status import Positions
    from tracker.log import EventLog

_COLUMNS: Final = (Column("name"), Column("state"), Column("since"), Column("more", wraps=True))
_OPEN: Final = "open-question"
#: How many findings of one kind are told where they stand under a status.
_MOST: Final = 20
#: Entries of a log from which the list of all negotiations is read from its tables.
LONG: Final = 20_000


@verb(
    "status",
    examples=[
        ("Every negotiation of the log", "communique status"),
        ("One of them", "communique status us-niger"),
        ("As the public knew it on a day", "communique status us-niger --known-by 2024-05-11"),
        ("Without what one source says", "communique status us-niger --without politico-2024-05-10"),
        ("For a program", "communique status us-niger --json | jq .withdrawals"),
        ("How the log itself is, and how far behind its tables are", "communique status --health"),
    ],
)
@negotiation_argument(required=False)
@click.option("--health", is_flag=True, help="Show the log's size and how far the tables for search are behind it.")
@query_options("json", "jsonl", "csv", "plain")
def status_command(query: Query, *, negotiation: str | None, health: bool) -> None:
    """Show where a negotiation stands, or every one of the log.

    Every state is computed from the entries that stand at the cut; `communique why` tells which ones. A deadline counts
    as missed by the cut's day, or today.
    """
    with query.reading() as log:
        if health:
            _health(log, query.style)
        elif negotiation is None:
            if query.without:
                raise click.UsageError("--without needs a negotiation, since sources belong to one")
            _all(log, query.cut, query.style)
        elif query.style == "jsonl":
            raise click.UsageError("--jsonl is for all negotiations; one of them is a document, so use --json")
        else:
            print_status(log, negotiation, query.cut, query.without, style=query.style)


def print_status(
    log: EventLog, negotiation: str, cut: Cut | None = None, without: tuple[str, ...] = (), *, style: str | None = None
) -> None:
    """Print where one negotiation stands; raises `NameUnknownError`."""
    from projections.views.agenda import agenda_of
    from projections.views.status import status

    seen = status(log, negotiation, cut, without=without, today=today())
    document = seen.to_json()
    if style == "csv":
        cells = [
            [section.one, item.name, item.id, item.state, item.since, " · ".join(item.more), ", ".join(item.because)]
            for section in sections(document)
            for item in section.items
        ]
        rows("csv", heads("family name id state since more because"), cells, records=list, document=dict)
    elif style == "json":
        json_document(document)
    else:
        names = seen.claims.names
        for finding in document["findings"]:
            finding["message"] = finding_text(finding["subject"], finding["message"], names)
        ahead = [f"{one.expected.date}  {clean(one.says)}  ({clean(one.expected.subject)})" for one in agenda_of(seen)]
        lines(_sentences(document, ahead, names) if style == "plain" else _report(document, ahead, names))


def _report(document: Document, ahead: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    """Yield a status document, as `Status.to_json` gives it, and what is ahead, as lines under headings."""
    screen = screen_width()
    inner = None if screen is None else screen - 2
    yield styled(clean(document["title"] or document["negotiation"]), bold=True)
    yield " · ".join(_about(document))
    for section in sections(document, names):
        yield ""
        yield styled(section.heading, bold=True)
        cells = [[item.name, item.state, item.since, " · ".join(item.more)] for item in section.items]
        yield from (f"  {line}" for line in aligned(_COLUMNS, cells, inner))
    if ahead:
        yield ""
        yield styled("Ahead", bold=True)
        yield from (f"  {line}" for told in ahead for line in ([told] if inner is None else wrap(told, inner)))
    for heading, found in _grouped(document["findings"]):
        yield ""
        yield styled(heading, bold=True)
        told = [clean(finding["message"]) for finding in found[:_MOST]]
        if len(found) > _MOST:
            told.append(f"… and {len(found) - _MOST:,} more; `communique findings` lists them")
        for message in told:
            yield from (f"  {line}" for line in ([message] if inner is None else wrap(message, inner)))
    if notes := notes_line(document["findings"]):
        yield ""
        yield f"{styled('Notes', bold=True)}  {notes}"
    if document["last"]:
        yield ""
        yield f"{styled('Last', bold=True)}  {_last(document['last'])}"


def _sentences(document: Document, ahead: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    """Yield a status document, and what is ahead, as sentences, one a line, each complete in itself."""
    yield f"negotiation {clean(document['negotiation'])}: {clean(document['title'] or 'without a title')}"
    yield "; ".join(_about(document)[1:])
    for section in sections(document, names):
        for item in section.items:
            parts = [item.state, *item.more]
            parts += [f"since {item.since}"] if item.since else []
            parts += [f"because {', '.join(item.because)}"] if item.because else []
            yield f"{section.one} {clean(item.name)}: {'; '.join(clean(part) for part in parts)}"
    yield from (f"ahead: {line}" for line in ahead)
    for finding in (one for one in document["findings"] if one["severity"] != "note"):
        kind, subject = words(finding["kind"]), clean(finding["subject"])
        yield f"{kind}, {subject}: {clean(finding['message'])} Entries {listed(finding['entries'])}"
    if notes := notes_line(document["findings"]):
        yield f"notes: {notes}"
    if document["last"]:
        yield f"last: {_last(document['last'])}"


def _about(document: Document) -> list[str]:
    cut = [f"{axis.replace('_', ' ')} {clean(value)}" for axis, value in document["cut"].items() if value is not None]
    return [clean(document["negotiation"]), counted(document["entries"], "entry", "entries"), *cut]


def _grouped(findings: Sequence[Document]) -> Iterator[tuple[str, list[Document]]]:
    """Yield the open questions, then all other findings by kind, the most serious first; but for notes."""
    findings = [finding for finding in findings if finding["severity"] != "note"]
    kinds = {finding["kind"] for finding in findings}
    for kind in sorted(kinds, key=lambda kind: (kind != _OPEN, KINDS.index(kind))):
        yield words(kind).capitalize() + "s" * (kind == _OPEN), [each for each in findings if each["kind"] == kind]


def notes_line(findings: Sequence[Document]) -> str:
    """Return in one line how many notes there are, of which kinds; empty if there is none."""
    kinds = [finding["kind"] for finding in findings if finding["severity"] == "note"]
    return notes_in_words(kinds) if kinds else ""


def _last(last: Mapping[str, Any]) -> str:
    return f"{clean(last['occurred'] or 'no date')}  {clean(last['event'])}  {clean(last['entry'])}"


def _health(log: EventLog, style: str | None) -> None:
    from projections.readmodel.model import ReadModel, beside
    from tracker.errors import LogError

    negotiations = log.negotiations()
    path = beside(log)
    tables: dict[str, object] = {"file": str(path), "fits": False, "position": None, "lag": None}
    problem = "not built; `communique rebuild` builds it"
    try:
        with ReadModel(log, path) as model:
            if model.fits():
                tables |= {"fits": True, "position": model.position, "lag": model.lag()}
    except LogError as error:
        # Health is asked for to be told such things.
        problem = str(error)
    position = log.store.max_position()
    document = {
        "log": log.location,
        "identity": log.identity,
        "negotiations": len(negotiations),
        "entries": sum(negotiations.values()),
        "position": position,
        "readmodel": tables,
    }
    if style == "json":
        json_document(document)
        return
    held = counted(len(negotiations), "negotiation")
    behind = f"{tables['lag']:,} behind" if tables["fits"] else problem
    lines(
        [
            f"log         {clean(log.location)}",
            f"identity    {log.identity}",
            f"entries     {sum(negotiations.values()):,} in {held}, up to #{position}",
            f"read model  {clean(path)}: {clean(behind)}",
        ]
    )


def _all(log: EventLog, cut: Cut, style: str | None) -> None:
    from projections.views.status import status

    day = today()
    negotiations = log.negotiations()
    is_long = sum(negotiations.values()) >= LONG
    found = (status(log, name, cut, today=day) for name in negotiations)
    rows(
        style,
        NEGOTIATIONS,
        _from_tables(log, day) if cut.is_open and is_long else (negotiation_cells(each) for each in found),
        records=lambda: (each.to_json() for each in found),
        document=lambda: {"negotiations": [each.to_json() for each in found]},
        empty=f"{log.location} has no negotiation yet; `communique record FILE` adds one",
    )


def _from_tables(log: EventLog, day: date) -> Iterator[list[str | int | None]]:
    """Yield the row of each negotiation from the read model, which is built where there is none."""
    from projections.readmodel.model import ReadModel

    with ReadModel.open(log, today=day) as model:
        for row in sorted(model.portfolio(), key=lambda row: str(row["negotiation"])):
            yield [
                row[name]
                for name in (
                    *("negotiation", "entries", "open_questions", "last_occurred", "last_event"),
                    *("headline", "title"),
                )
            ]


@verb(
    "positions",
    examples=[
        ("Matters by parties", "communique positions us-niger"),
        ("As they were known on a day", "communique positions us-niger --known-by 2024-04-30"),
        ("One position a row, with the entries behind it", "communique positions us-niger --csv"),
    ],
)
@negotiation_argument()
@query_options("json", "jsonl", "csv", "plain")
def positions_command(query: Query, *, negotiation: str) -> None:
    """Show where each party stands on each matter; in brackets, how often it has taken a position so far."""
    from projections.views.status import positions

    with query.reading() as log:
        found = positions(log, negotiation, query.cut, without=query.without, today=today())
    columns, cells = _matrix(found) if query.style is None else (POSITIONS, position_rows(found))
    rows(
        query.style,
        columns,
        cells,
        records=lambda: (
            {"party": party, "matter": matter, **position.to_json()}
            for (matter, party), position in found.cells.items()
        ),
        document=lambda: query.document(negotiation, found.to_json()),
        empty="no party had taken a position by then",
    )


def _matrix(found: Positions) -> tuple[Sequence[Column], list[list[Cell]]]:
    columns = [Column("matter"), *(Column(party) for party in found.parties), Column("title", wraps=True)]
    cells: list[list[Cell]] = [
        [matter, *(_short(found.cells.get((matter, party))) for party in found.parties), title]
        for matter, title in found.matters.items()
    ]
    return columns, cells if found.cells else []


def _short(position: Position | None) -> str:
    if position is None:
        return "·"
    count = f" ({position.count})" if position.count > 1 else ""
    return f"{position.stance or 'no stance'}{count}{'?' if position.uncertain else ''}"


@verb(
    "findings",
    examples=[
        ("Everything that is worth a second look", "communique findings us-niger"),
        ("The open questions of a day", "communique findings us-niger --kind open-question --known-by 2024-05-11"),
        ("Stop a pipeline if something is open or overdue", "communique findings us-niger --fail-on question"),
    ],
)
@negotiation_argument()
@click.option(
    "--kind",
    "kinds",
    type=OneOf(KINDS),
    metavar="KIND",
    multiple=True,
    help=f"Only this kind; repeatable: {', '.join(KINDS)}.",
)
@click.option("--fail", is_flag=True, help="Exit with 1 if there is a conflict; see --fail-on.")
@click.option("--fail-on", type=OneOf(SEVERITIES), help="Exit with 1 if there is anything as serious as this.")
@query_options("json", "jsonl", "csv", "plain")
def findings_command(query: Query, *, negotiation: str, kinds: tuple[str, ...], fail: bool, fail_on: str | None) -> int:
    """List what cannot be true together, what is open or overdue, and, as notes, what rests on little.

    What somebody has settled comes last, with the reason, and no option lets the command fail for it.
    """
    from projections.views.status import status

    with query.reading() as log:
        seen = status(log, negotiation, query.cut, without=query.without, today=today())
    chosen = (finding for finding in seen.findings if not kinds or finding.kind in kinds)
    settled = reasons(seen.findings, seen.claims)
    found = sorted(chosen, key=lambda finding: (finding in settled, SEVERITIES.index(finding.severity)))
    cells = [finding_cells(finding, settled) for finding in found]
    if query.style is None:
        # People read the entries behind the sentence.
        names = seen.claims.names
        told = (finding_text(one.subject, one.message, names) for one in found)
        cells = [
            [*row[:3], " ".join(filter(None, (text, f"[{listed(one.entries)}]", row[-1])))]
            for row, one, text in zip(cells, found, told, strict=True)
        ]
    documents = [one.to_json() | ({"settled": settled[one]} if one in settled else {}) for one in found]
    rows(
        query.style,
        FINDINGS if query.style else FINDINGS[:4],
        cells,
        records=lambda: documents,
        document=lambda: query.document(negotiation, {"findings": documents}),
        empty="nothing found",
    )
    least = fail_on or ("conflict" if fail else None)
    serious = SEVERITIES[: SEVERITIES.index(least) + 1] if least else ()
    return 1 if any(finding.severity in serious and finding not in settled for finding in found) else 0
