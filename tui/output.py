"""Tables, lines, JSON, JSON Lines and CSV on standard output; talk on standard error.

Data goes to stdout and talk to stderr, in UTF-8 and with ISO dates, whatever the locale. Colour, fitting to the screen
and the pager are for a terminal only; `NO_COLOR` is respected (no-color.org).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.unseen import escape_json
from tui.rows.tables import Cell, Column, Layout, csv_blocks
from tui.text import clean, clean_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tracker.codec import Recorded

__all__ = [
    "Cell",
    "Column",
    "entry",
    "in_colour",
    "is_terminal",
    "json_document",
    "json_lines",
    "lines",
    "rows",
    "say",
    "screen_width",
    "styled",
]

_BLOCK: Final = 512


def rows(  # noqa: PLR0913 - one argument a style
    style: str,
    columns: Sequence[Column],
    cells: Iterable[Sequence[Cell]],
    *,
    records: Callable[[], Iterable[object]],
    document: Callable[[], object],
    empty: str = "",
) -> None:
    """Print rows in the style that was asked for.

    `records` gives the objects of `--jsonl` and `document` the one of `--json`; `empty` is said on stderr in place of a
    table without rows.
    """
    if style == "json":
        json_document(document())
    elif style == "jsonl":
        json_lines(records())
    elif style == "csv":
        for block in csv_blocks(columns, cells):
            click.echo(block, nl=False)
    elif style == "plain":
        lines("\t".join("" if cell is None else clean(cell) for cell in row) for row in cells)
    else:
        _table(columns, list(cells), empty)


def json_document(document: object) -> None:
    """Print one JSON document."""
    click.echo(escape_json(json.dumps(document, ensure_ascii=False, indent=2)))


def json_lines(records: Iterable[object]) -> None:
    """Print one JSON document a line, as they come."""
    text = (escape_json(json.dumps(record, ensure_ascii=False)) for record in records)
    while block := list(islice(text, _BLOCK)):
        click.echo("\n".join(block))


def lines(text: Iterable[str]) -> None:
    """Print lines that were made safe already, through a pager where they are more than a terminal shows at once."""
    text = iter(text)
    if _pages():
        height = shutil.get_terminal_size().lines
        head = list(islice(text, height))
        if len(head) == height:
            # The pager is given a line's end after the last one.
            click.echo_via_pager(chain(head[:1], ("\n" + line for line in chain(head[1:], text))))
            return
        text = iter(head)
    while block := list(islice(text, _BLOCK)):
        click.echo("\n".join(block))


def say(message: str) -> None:
    """Say something about the run on stderr, safe and line by line; where nobody reads it, let it be."""
    with suppress(OSError):
        click.echo(clean_lines(message), err=True)


def styled(text: str, **how: Any) -> str:  # noqa: ANN401 - what click.style takes
    """Return a text in colour or bold where standard output is a terminal that wants it."""
    return click.style(text, **how) if in_colour() else text


def in_colour() -> bool:
    """Say whether standard output takes colour."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_terminal(stream: Any) -> bool:  # noqa: ANN401 - a stream, or what stands for one
    """Say whether a stream is a terminal; one that is closed or missing is none."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


def screen_width() -> int | None:
    """Return how many columns the screen has, None where standard output is no terminal."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def entry(recorded: Recorded) -> dict[str, Any]:
    """Return a recorded entry as a script writes it, with what the log adds."""
    from tracker.codec import as_written, timestamp

    return {
        **as_written(recorded),
        "position": recorded.position,
        "version": recorded.version,
        "recorded_at": timestamp(recorded.recorded_at),
        "recorded_by": recorded.recorded_by,
        "previous": recorded.previous,
        "digest": recorded.digest,
    }


def _table(columns: Sequence[Column], cells: Sequence[Sequence[Cell]], empty: str) -> None:
    if not cells:
        if empty:
            say(empty)
        return
    names = [column.name for column in columns]
    layout = Layout(columns, [names, *cells], screen_width())
    header = styled(next(layout.lines(names)), bold=True)
    lines(chain([header], (line for row in cells for line in layout.lines(row))))


def _pages() -> bool:
    """Say whether long output goes through a pager; an empty PAGER turns it off."""
    return is_terminal(sys.stdout) and is_terminal(sys.stdin) and os.environ.get("PAGER", "less") not in {"", "cat"}
