"""`communique export tables` and `export sqlite`: negotiations as tables, for frames, SQL and a fleet."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from tracker import system
from tracker.errors import LogError
from tui.kept import write_whole
from tui.output import Progress, json_document, say
from tui.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.log import EventLog


def export_tables(
    log: EventLog, folder: Path, negotiations: tuple[str, ...], *, partitions: int, style: str | None
) -> None:
    """Write the tables as Parquet files into a folder that is new or empty."""
    from projections.tables.parquet import export, require_empty

    with _as_usage():
        require_empty(folder)
    with needing("export tables", "tables"), Progress(total_of(log, negotiations)) as progress:
        summary = export(log, folder, negotiations, partitions=partitions, progress=progress.done)
    told(summary, f"wrote {counted(sum(summary['tables'].values()), 'row', 'rows')} to {folder}", style)


def export_sqlite(log: EventLog, file: Path, negotiations: tuple[str, ...], *, style: str | None) -> None:
    """Write the tables as a file of SQLite, and beside it what Datasette shows of them."""
    from projections.tables.parquet import VERSION
    from projections.tables.sqlite import export, metadata, metadata_beside, require_name

    with _as_usage():
        require_name(file)
    beside = metadata_beside(file)
    taken = "{} is there already; name another file, or remove it first"
    for one in (file, beside):
        if os.path.lexists(one):
            raise click.UsageError(taken.format(one))
    if not file.parent.is_dir():
        raise LogError(f"{file.parent} is no folder; make it first, or name another file")
    part = system.part_of(file)
    try:
        with Progress(total_of(log, negotiations)) as progress:
            counts = export(log, part, negotiations, progress=progress.done)
        system.publish(part, file)
    except FileExistsError:
        raise click.UsageError(taken.format(file)) from None
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    write_whole(beside, metadata(file), new=True)
    summary = {"version": VERSION, "tables": counts, "file": str(file), "metadata": str(beside)}
    told(
        summary,
        f"wrote {counted(sum(counts.values()), 'row', 'rows')} to {file}, and {beside} for Datasette",
        style,
    )


def total_of(log: EventLog, negotiations: tuple[str, ...]) -> int:
    """Return how many entries some negotiations have, or all where none is named."""
    counts = log.negotiations()
    return sum(counts.get(name, 0) for name in negotiations or counts)


def told(summary: dict[str, Any], words: str, style: str | None) -> None:
    """Tell what was done: as JSON on standard output, or in words."""
    if style == "json":
        json_document(summary)
    else:
        say(words)


@contextmanager
def _as_usage() -> Iterator[None]:
    """Raise `click.UsageError` where a name is refused, whatever the log holds."""
    try:
        yield
    except LogError as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def needing(what: str, extra: str) -> Iterator[None]:
    """Raise `click.UsageError` where the packages that an extra brings are not installed."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"pyarrow", "dask", "distributed"}:
            raise
        raise click.UsageError(
            f"{what} needs the extra `{extra}`, which is not installed: pip install 'communique[{extra}]'"
        ) from None
