"""`communique import`: what was exported elsewhere, and tables as people have them, taken in."""

from __future__ import annotations

import os
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from tui import environment
from tui.commands.backup import take_in_bundle
from tui.commands.entering.drafts import say_proposed
from tui.commands.entering.queues import place, reading, stamp
from tui.commands.options import Invocation, NamedPath, OneOf, by_option, styles, verb
from tui.commands.record import record_files
from tui.outcome import Outcome, say_outcome
from tui.output import Progress, answer, json_document, json_lines, lines, rows, say
from tui.rows.tables import Column
from tui.text import clean, counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.errors import Problem
    from tracker.log import EventLog
    from tracker.scripts.reading import ScriptLine
    from tracker.scripts.tables.importing import TableReceipt, TableSource
    from tracker.scripts.tables.previewing import Previewed

#: What can be taken in of what can be exported: the forms that hold all that an entry needs; and tables.
_FORMS: Final = ("bundle", "script", "table")
_MAP: Final = (Column("map"), Column("reads", wraps=True))
#: Texts that a lookup did not find, told one by one.
_MOST_TOLD: Final = 5
#: How a file of rejected rows begins, in any encoding and format.
_REJECTS: Final = re.compile(rb"\A\W{0,6}_file\b")


@verb(
    "import",
    examples=[
        ("Take in a negotiation that somebody has handed on", "communique import bundle us-niger.bundle"),
        ("See what that would do, and do nothing", "communique import bundle us-niger.bundle --dry-run"),
        ("Record an exported script under your own name", "communique import script us-niger.jsonl"),
        ("See what the first rows of a table would make", "communique import table events.txt --map icews --preview 3"),
        (
            "Import it, and keep the rows that are wrong",
            "communique import table events.txt --map icews --rejects bad.tsv",
        ),
        ("List the maps that come with it", "communique import table --list-maps"),
    ],
)
@click.argument("format_name", metavar="FORMAT", type=OneOf(_FORMS))
@click.argument("files", metavar="FILE…", nargs=-1, type=NamedPath(dash=True))
@click.option("--dry-run", is_flag=True, help="Check everything and take in nothing.")
@click.option("--map", "map_name", metavar="MAP", help="The map of a table: the name of a shipped one, or a file.")
@click.option("--preview", metavar="N", type=click.IntRange(min=1), help="Show what the first N rows make, and stop.")
@click.option("--rejects", metavar="FILE", type=NamedPath(dir_okay=False), help="Write rejected rows there.")
@click.option("--update", is_flag=True, help="The table is a new version: correct and retract what changed since.")
@click.option("--published", metavar="DAY", help="The day on which this version of the table became known.")
@click.option("--negotiation", metavar="ID", help="The negotiation of all rows, in place of the map's.")
@click.option(
    "--encoding", metavar="E", help="How the table is written, as in cp1252.  [default: the map's, else UTF-8]"
)
@click.option("--draft", is_flag=True, help="Propose the entries as drafts instead of recording them.")
@click.option("--guess", is_flag=True, help="Print a first map of a table.")
@click.option("--list-maps", is_flag=True, help="List the maps that come with communique.")
@by_option
@styles("json", "jsonl")
@click.pass_obj
def import_command(
    invocation: Invocation,
    /,
    *,
    format_name: str,
    files: tuple[Path, ...],
    dry_run: bool,
    by: str | None,
    style: str | None,
    list_maps: bool,
    guess: bool,
    **options: Any,  # noqa: ANN401 - those of a table
) -> int:
    """Take in what `communique export` has written in FORMAT, or a table by a map.

    A bundle keeps its bytes: when and by whom each entry was recorded, its digest, and its chain. The log must hold
    nothing of its negotiations yet, or what the bundle begins with. A script is recorded as by `communique record`,
    now and by you; `-` is standard input. Both are all or nothing.

    A table is CSV, TSV, JSON or JSON Lines; a map (TOML) says what entries its rows make. Rows that are wrong are left
    out whole and told; the others are recorded in one transaction, and a second run adds nothing. Exits with 1 where
    a row or the map was rejected.
    """
    if format_name == "table":
        if list_maps:
            return _list_maps(style)
        _require_files(files)
        for file in files:
            invocation.require_apart(file)
        if guess:
            return _guess(files, options["encoding"])
        return _table(invocation, files, dry_run=dry_run, by=by, style=style, **options)
    given = [name for name, value in {**options, "list_maps": list_maps, "guess": guess}.items() if value]
    if given:
        option = given[0].removesuffix("_name").replace("_", "-")
        raise click.UsageError(f"--{option} goes with import table; leave it out, or import a table")
    if style == "jsonl":
        raise click.UsageError("--jsonl goes with import table --preview; use --json")
    if len(files) != 1:
        raise click.UsageError(f"import {format_name} takes one FILE; name it behind {format_name}")
    if format_name == "script":
        outcome = record_files(invocation, files, format_name="jsonl", dry_run=dry_run, by=by)
    else:
        if by is not None:
            raise click.UsageError("a bundle keeps who recorded each entry; leave --by out")
        outcome = take_in_bundle(invocation, files[0], dry_run=dry_run)
    return say_outcome(outcome, dry_run=dry_run, style=style)


def _require_files(files: tuple[Path, ...]) -> None:
    if not files:
        raise click.UsageError("name the table's FILE, as in: communique import table events.csv --map icews")
    for file in files:
        if file.is_dir():
            raise click.UsageError(f"{file} is a directory; name the tables in it")
        if not file.is_file():
            raise click.UsageError(f"there is no file {file}; check its name")


def _list_maps(style: str | None) -> int:
    from tracker.scripts.tables.model import shipped

    maps = shipped()
    listed = [{"map": name, "reads": reads} for name, reads in maps.items()]
    rows(style, _MAP, list(maps.items()), records=lambda: listed, document=lambda: {"maps": listed})
    return 0


def _guess(files: tuple[Path, ...], encoding: str | None) -> int:
    from tracker.scripts.tables.guessing import guessed_map

    if len(files) > 1:
        raise click.UsageError("--guess looks at one table; name one FILE")
    lines(clean(line) for line in guessed_map(files[0], encoding).splitlines())
    return 0


def _table(
    invocation: Invocation,
    files: tuple[Path, ...],
    *,
    dry_run: bool,
    by: str | None,
    style: str | None,
    map_name: str | None,
    preview: int | None,
    rejects: Path | None,
    update: bool,
    published: str | None,
    negotiation: str | None,
    encoding: str | None,
    draft: bool,
) -> int:
    from tracker.scripts.tables.conversion import Options
    from tracker.scripts.tables.importing import TableSource

    if map_name is None:
        raise click.UsageError(
            "a table needs --map MAP; --list-maps lists the shipped ones, --guess prints a first one"
        )
    if update and published is None:
        raise click.UsageError("--update needs --published DAY, on which this version became known")
    day = None if published is None else _day(published)
    source = TableSource(files, map_name, Options(negotiation, day), encoding)
    if preview is not None:
        return _preview(source, preview, style)
    if style == "jsonl":
        raise click.UsageError("--jsonl goes with --preview; use --json")
    if draft:
        for option, given in (("--update", update), ("--rejects", rejects), ("--dry-run", dry_run)):
            if given:
                raise click.UsageError(f"{option} records or rejects rows, and --draft proposes them; leave one out")
        return _draft(invocation, source, by=by, style=style)
    if rejects is not None:
        _require_place(invocation, rejects, files)
    return _import(invocation, source, update=update, rejects=rejects, dry_run=dry_run, by=by, style=style)


def _require_place(invocation: Invocation, rejects: Path, files: tuple[Path, ...]) -> None:
    """Raise `click.UsageError` where rejected rows cannot be written, or would replace what must stay."""
    from tui.commands.export import require_apart

    if any(rejects.exists() and rejects.samefile(file) for file in files):
        raise click.UsageError(f"{rejects} is the table itself; write rejected rows to another file")
    if not rejects.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder {rejects.parent}; make it, or name another file for --rejects")
    require_apart(rejects, invocation, "--rejects")
    if os.path.lexists(rejects) and not _is_ours(rejects):
        raise click.UsageError(f"{rejects} is there and holds no rejected rows; name another file for --rejects")


def _is_ours(path: Path) -> bool:
    """Say whether a file may be replaced: it is empty, or has rejected rows."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        start = stream.read(64).replace(b"\0", b"")
    return not start or _REJECTS.match(start) is not None


def _draft(invocation: Invocation, source: TableSource, *, by: str | None, style: str | None) -> int:
    """Propose the entries of tables, which wait beside the log for a person."""
    from tracker.drafts.proposing import propose
    from tracker.drafts.queue import Queue
    from tracker.scripts.formats import ScriptItem
    from tracker.scripts.reading import ScriptLine, lines_of
    from tracker.scripts.tables.importing import check, is_registered
    from tracker.scripts.tables.previewing import preview

    already = 0

    def proposals(log: EventLog) -> Iterator[ScriptLine]:
        nonlocal already
        for row in preview(source, sys.maxsize, partial(is_registered, log)):
            already += row.already
            if row.problems:
                yield ScriptLine(row.file, row.line, None, tuple(one.at(row.file, row.line) for one in row.problems))
            yield from lines_of([ScriptItem(row.line, entry) for entry in row.entries], row.file)

    check(source)
    with reading(invocation) as log, Queue(place(invocation, log)) as queue:
        proposed = propose(queue, log, proposals(log), by=log.by if by is None else by, at=stamp())
    proposed.already += already
    return say_proposed(proposed, style)


def _day(text: str) -> str:
    """Return the day of a version; raises `click.UsageError`."""
    from datetime import date

    from tracker.dates.informal import at_prompt

    try:
        return date.fromisoformat(at_prompt(text, environment.today())).isoformat()
    except ValueError:
        raise click.UsageError(f"--published {text!r} is no day: write it as 2024-05-01") from None


def _import(
    invocation: Invocation,
    source: TableSource,
    *,
    update: bool,
    rejects: Path | None,
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    from tracker.errors import EntryRejectedError
    from tracker.scripts.tables.importing import TableReceipt, check, import_table

    outcome = Outcome()
    receipt = TableReceipt()
    with Progress() as progress:
        try:
            # The map is looked through before a log is made for its tables.
            check(source)
            with invocation.trying() if dry_run else invocation.writing(by) as log:
                receipt = import_table(
                    log, source, update=update, rejects=rejects, dry_run=dry_run, by=by, progress=progress.done
                )
        except EntryRejectedError as error:
            progress.clear()
            outcome.reject(error.problems, error.rejected)
        else:
            progress.clear()
            outcome.recorded, outcome.already = receipt.count, receipt.already
            outcome.heads, outcome.range = receipt.heads, receipt.positions
            outcome.warnings += receipt.warnings
            outcome.reject(receipt.all_problems(), receipt.rejected)
    if style == "json":
        outcome.warn()
        json_document({**outcome.to_json(dry_run=dry_run), **_document(receipt)})
        return 1 if outcome.rejected else 0
    if receipt.rows or update:
        _say(receipt)
    return say_outcome(outcome, dry_run=dry_run, style=style)


def _document(receipt: TableReceipt) -> dict[str, Any]:
    """Return what became of rows, as scripts rely on it."""
    return {
        "rows": receipt.rows,
        "used": receipt.used,
        "filtered": receipt.filtered,
        "rejected_rows": receipt.rejected,
        "entries": receipt.entries,
        "unmapped": list(receipt.unmapped),
        "unmatched": {name: dict(missed.most_common()) for name, missed in receipt.unmatched.items()},
        "corrected": receipt.corrected,
        "retracted": receipt.retracted,
        "restored": receipt.restored,
        "rejects": None if receipt.rejects is None else str(receipt.rejects),
    }


def _say(receipt: TableReceipt) -> None:
    """Tell a person what became of rows."""
    answer(
        f"{counted(receipt.rows, 'row')}: used {receipt.used}, filtered {receipt.filtered}, rejected {receipt.rejected}"
    )
    if receipt.corrected or receipt.retracted or receipt.restored:
        answer(f"corrected {receipt.corrected}, retracted {receipt.retracted}, restored {receipt.restored}")
    if receipt.unmapped:
        say(f"columns that the map does not use: {', '.join(receipt.unmapped)}")
    for name, missed in receipt.unmatched.items():
        told = ", ".join(f"{text!r} ({count})" for text, count in missed.most_common(_MOST_TOLD))
        more = f" and {len(missed) - _MOST_TOLD} more" if len(missed) > _MOST_TOLD else ""
        say(f"the lookup {name} did not find {told}{more}")
    if receipt.rejects is not None:
        say(f"rejected rows are in {receipt.rejects}; mend them, and import that file by the same map")


def _preview(source: TableSource, most: int, style: str | None) -> int:
    """Print what the first rows make; return the exit code."""
    from tracker.scripts.tables.previewing import preview

    outcome = Outcome()

    def used() -> Iterator[Previewed]:
        told: tuple[str, int, list[Problem]] = "", 0, []
        for row in preview(source, most):
            if row.problems:
                # Of a row that became several, each problem is told once.
                if told[:2] != (row.file, row.line):
                    told = row.file, row.line, []
                outcome.reject([one for one in row.problems if one not in told[2]], 1)
                told[2].extend(row.problems)
            else:
                yield row

    if style == "jsonl":
        json_lines(entry for row in used() for entry in row.entries)
    elif style == "json":
        shown = [{"file": row.file, "line": row.line, "entries": row.entries} for row in used()]
        json_document({**outcome.to_json(dry_run=True), "preview": shown})
    else:
        lines(line for row in used() for line in _in_lines(row))
    return 1 if outcome.rejected else 0


def _in_lines(row: Previewed) -> Iterator[str]:
    """Yield what a row makes in lines, a field a line."""
    import json

    for entry in row.entries:
        yield clean(f"{row.file}:{row.line}: {entry['event']}")
        for name, value in entry.items():
            if name != "event":
                shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                yield clean(f"  {name}: {shown}")
