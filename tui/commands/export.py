"""`communique export`: a negotiation in a form for others."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

import click

from tracker.errors import NameUnknownError
from tracker.stores.sqlite.file import COMPANIONS, is_same, resolve
from tracker.stores.where import is_shared, path_of
from tui.commands.options import (
    NamedPath,
    OneOf,
    Query,
    complete_negotiation,
    query_options,
    verb,
)
from tui.kept import whole
from tui.output import is_terminal, say
from tui.text import counted

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from projections.claims.claims import Claims
    from projections.exports import Tally
    from tracker.codec import Recorded
    from tracker.log import EventLog
    from tui.commands.options import Invocation


class Asked(NamedTuple):
    """What is to be written: a negotiation, as it is asked for."""

    log: EventLog
    negotiation: str
    query: Query

    def entries(self) -> Iterator[Recorded]:
        """Return the entries that the cut admits, as they were recorded."""
        from projections.claims.claims import admitted

        if self.query.sees_all:
            return self.log.read(self.negotiation)
        return admitted(self.log, self.negotiation, self.query.cut, self.query.without)

    def claims(self) -> Claims:
        """Return what stands at the cut."""
        from projections.claims.claims import claims

        return claims(self.log, self.negotiation, self.query.cut, without=self.query.without)


class Format(NamedTuple):
    """A form in which a negotiation can be written.

    `write` returns the bytes as they come, and imports what it needs before it returns. `one` and `more` are what is
    counted. `whole` says that the format holds a whole chain, so that nothing can be left out; `binary` that it is
    nothing for a terminal; `extra` is what must be installed for it and `package` that which the extra brings.
    """

    write: Callable[[Asked, Tally], Iterator[bytes]]
    one: str = "entry"
    more: str = "entries"
    whole: bool = False
    binary: bool = False
    extra: str = ""
    package: str = ""


def _bundle(asked: Asked, tally: Tally) -> Iterator[bytes]:
    from tracker.transfer.bundle import lines

    for line in lines(asked.log, asked.negotiation):
        yield line
        tally.written += 1


def _script(asked: Asked, tally: Tally) -> Iterator[bytes]:
    import json

    from tracker.codec import as_written
    from tracker.unseen import escape_json

    for recorded in asked.entries():
        yield escape_json(json.dumps(as_written(recorded), ensure_ascii=False)).encode() + b"\n"
        tally.written += 1


def _by(name: str, what: Callable[[Asked], Any]) -> Callable[[Asked, Tally], Iterator[bytes]]:
    """Return what writes a format of `projections.exports`, which is imported only for that."""

    def write(asked: Asked, tally: Tally) -> Iterator[bytes]:
        parts: Iterator[bytes] = import_module(f"projections.exports.{name}").write(what(asked), tally)
        return parts

    return write


FORMATS: Final = {
    "bundle": Format(_bundle, whole=True),
    "script": Format(_script),
    "cloudevents": Format(_by("cloudevents", Asked.entries), "event", "events"),
    # An entry a row: it is read twice, first for the columns.
    "csv": Format(_by("csv", lambda asked: asked.entries)),
    "parquet": Format(_by("parquet", Asked.entries), binary=True, extra="parquet", package="pyarrow"),
    "ical": Format(_by("ical", Asked.claims), "date", "dates", extra="calendar", package="icalendar"),
    "timelinejs": Format(_by("timelinejs", Asked.claims), "claim", "claims"),
    "csl": Format(_by("csl", Asked.claims), "source", "sources"),
}
#: What is written of a whole log.
_WHOLE_LOG: Final = ("tables", "sqlite")
#: Other names that people try.
_ALSO: Final = {"zotero": "csl", "icalendar": "ical", "ics": "ical", "jsonl": "script", "timeline": "timelinejs"}


@verb(
    "export",
    examples=[
        (
            "The stored bytes, to hold the log against later",
            "communique export bundle us-niger --output us-niger.bundle",
        ),
        ("What the authors wrote, to record elsewhere", "communique export script us-niger --output us-niger.jsonl"),
        ("For a spreadsheet", "communique export csv us-niger --output us-niger.csv"),
        ("Its dates in a calendar, as known on a day", "communique export ical us-niger --known-by 2024-05-20"),
        ("A timeline for a web page", "communique export timelinejs us-niger --output us-niger.json"),
        ("For pandas or DuckDB", "communique export parquet us-niger --output us-niger.parquet"),
        ("Its sources for Zotero", "communique export csl us-niger --output us-niger.csl.json"),
        ("Every entry for a stream of events", "communique export cloudevents us-niger --output us-niger.events.jsonl"),
        ("All negotiations as tables, for frames and a fleet", "communique export tables tables-of-may"),
        ("The same for SQL and Datasette", "communique export sqlite negotiations.sqlite"),
    ],
)
@click.argument("format_name", metavar="FORMAT", type=OneOf([*FORMATS, *_WHOLE_LOG], also=_ALSO))
@click.argument("names", metavar="[DIR|FILE] [NEGOTIATION]…", nargs=-1, shell_complete=complete_negotiation)
@click.option("--output", type=NamedPath(dir_okay=False), metavar="FILE", help="Write there, not on stdout.")
@click.option(
    "--partitions", metavar="N", type=click.IntRange(1, 256), help="Into how many partitions tables go.  [default: 16]"
)
@query_options("json")
def export_command(
    query: Query, *, format_name: str, names: tuple[str, ...], output: Path | None, partitions: int | None
) -> int:
    """Write a negotiation as FORMAT, or all as tables.

    Entries as recorded: bundle (the stored bytes of all), script (JSON Lines), csv (an entry a row, for a spreadsheet
    and for `communique record`), parquet (typed columns), cloudevents (CloudEvents 1.0.2, an event a line).
    What stands: ical (iCalendar, what is expected), timelinejs (JSON for TimelineJS 3), csl (CSL-JSON, its sources). A
    cut leaves out what `communique log` would leave out; a bundle is always whole.

    The whole log, or the negotiations that are named: tables (Parquet files in DIR, which is new or empty), sqlite (the
    same tables in FILE, with FILE.metadata.yaml for Datasette). They are as known, as happened and as recorded on every
    day, and take no cut.

    `communique verify --bundle FILE` checks a bundle, and holds the log against it; `communique import` takes a bundle
    or a script into another log. A file that is there already is not written over.
    """
    if format_name in _WHOLE_LOG:
        _whole_log(query, format_name, names, output, partitions)
        return 0
    if partitions is not None or query.style is not None:
        raise click.UsageError("--partitions and --json go with export tables; leave them out")
    if len(names) != 1:
        raise click.UsageError(f"export {format_name} takes one NEGOTIATION; name it behind {format_name}")
    return _negotiation(query, format_name, names[0], output)


def _whole_log(
    query: Query, format_name: str, names: tuple[str, ...], output: Path | None, partitions: int | None
) -> None:
    from tui.commands.exporting.tables import export_sqlite, export_tables

    what = "DIR" if format_name == "tables" else "FILE"
    if not any(names[:1]) or output is not None:
        raise click.UsageError(f"export {format_name} takes a {what} and no --output; name it behind {format_name}")
    if not query.sees_all:
        raise click.UsageError("tables hold every day and take no cut and no --without; filter their rows by a day")
    place = Path(names[0])
    require_apart(place, query.invocation)
    with query.reading() as log:
        if format_name == "tables":
            export_tables(log, place, names[1:], partitions=partitions or 16, style=query.style)
        elif partitions is None:
            export_sqlite(log, place, names[1:], style=query.style)
        else:
            raise click.UsageError("--partitions goes with export tables; leave it out")


def _negotiation(query: Query, format_name: str, negotiation: str, output: Path | None) -> int:
    from projections.exports import Tally

    chosen = FORMATS[format_name]
    if output == Path("-"):
        output = None
    if chosen.whole and (not query.sees_all):
        raise click.UsageError(
            f"a {format_name} holds a whole chain and takes no cut and no --without; leave them out, or export a script"
        )
    if chosen.binary and output is None and is_terminal(sys.stdout):
        raise click.UsageError(f"{format_name} is nothing for a terminal; name a file with --output, or use a pipe")
    if output is not None:
        require_apart(output, query.invocation)
    tally = Tally()
    with query.reading() as log:
        log.require(negotiation)
        parts = _parts(format_name, chosen, Asked(log, negotiation, query), tally)
        with _target(output) as out:
            for part in parts:
                out.write(part)
            out.flush()
    for remark in tally.remarks:
        say(remark)
    if output is not None:
        say(f"wrote {counted(tally.written, chosen.one, chosen.more)} to {output}")
    return 0


def _parts(name: str, chosen: Format, asked: Asked, tally: Tally) -> Iterator[bytes]:
    """Return what is to be written; raises `click.UsageError` where an extra is missing."""
    try:
        return chosen.write(asked, tally)
    except ImportError as error:
        if not chosen.package or (error.name or "").partition(".")[0] != chosen.package:
            raise
        raise click.UsageError(
            f"{name} needs the extra `{chosen.extra}`, which is not installed: pip install 'communique[{chosen.extra}]'"
        ) from None


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Give what to write to; a file has its name once it is whole, and what was cut off never gets it."""
    if output is None and sys.stdout is not None:
        yield sys.stdout.buffer
        return
    if output is None:
        # Standard output is closed: nobody wants to know.
        with Path(os.devnull).open("wb") as nowhere:
            yield nowhere
        return
    taken = click.UsageError(f"{output} is there already; name another file, or remove it first")
    if os.path.lexists(output):
        # A link to nothing, too.
        raise taken
    try:
        with whole(output, new=True) as file:
            yield file
    except FileExistsError:
        raise taken from None


#: Endings of what is kept beside a log and belongs to it.
_BESIDE: Final = (*COMPANIONS, ".readmodel", *(f".readmodel{ending}" for ending in COMPANIONS))
_SQLITE: Final = b"SQLite format 3\0"
#: Bytes at the end of a file that tell whether we have written it.
_END: Final = 1000


def require_apart(output: Path, invocation: Invocation, option: str = "--output") -> None:
    """Raise `click.UsageError` where a file to be written is the log, or has a name that belongs to a log beside it."""
    try:
        invocation.require_apart(output)
    except NameUnknownError as error:
        raise click.UsageError(f"{option}: {error}") from None
    log = None if is_shared(invocation.where) else resolve(path_of(invocation.where))
    place = resolve(output)
    for ending in _BESIDE:
        owner = place.parent / place.name.removesuffix(ending)
        if owner not in {place, place.parent} and ((log and is_same(owner, log)) or _is_sqlite(owner)):
            raise click.UsageError(f"{output} has a name for what is kept beside {owner.name}; name another file")


def is_new(output: Path, ours: re.Pattern[bytes]) -> bool:
    """Say whether a file is not there yet; raises `click.UsageError` where it is there and was not written by us.

    An empty file, or what is no regular one, may be written to; of another, what is found at its end tells.
    """
    if not os.path.lexists(output):
        return True
    size = output.stat().st_size if output.is_file() else 0
    if size:
        with output.open("rb") as file:
            file.seek(max(0, size - _END))
            if not ours.search(file.read()):
                raise click.UsageError(
                    f"{output} is there already and was not written by this verb; name another file, or remove it first"
                )
    return False


def _is_sqlite(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False
