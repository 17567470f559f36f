"""Tables, lines, JSON, JSON Lines and CSV on standard output; talk on standard error.

Data goes to stdout and talk to stderr, in UTF-8 and with ISO dates, whatever the locale. Colour, fitting to the screen
and the pager are for a terminal only; `NO_COLOR` is respected (no-color.org).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, Self

import click

from tracker.unseen import escape_json
from tui.rows.tables import Cell, Column, Layout, csv_blocks
from tui.text import clean, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tracker.codec import Recorded

_BLOCK: Final = 512


def rows(  # noqa: PLR0913 - one argument a style
    style: str | None,
    columns: Sequence[Column],
    cells: Iterable[Sequence[Cell]],
    *,
    records: Callable[[], Iterable[object]],
    document: Callable[[], object],
    empty: str = "",
    hidden: frozenset[str] = frozenset(),
) -> None:
    """Print rows in the style that was asked for.

    `records` gives the objects of `--jsonl` and `document` the one of `--json`; `empty` is said on stderr in place of a
    table without rows, and a table for people leaves out the columns that are `hidden`, so that it fits a screen.
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
        shown = [index for index, column in enumerate(columns) if column.name not in hidden]
        _table([columns[index] for index in shown], [[row[index] for index in shown] for row in cells], empty)


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
    """Say one thing about the run on stderr, safe and in one line; where nobody reads it, let it be."""
    with suppress(OSError):
        click.echo(clean(message), err=True)


def answer(message: str) -> None:
    """Print one line that is no table, made safe."""
    click.echo(clean(message))


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
        **({} if recorded.origin is None else {"origin": recorded.origin}),
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


#: Seconds before anything is said, and between two words on a terminal and elsewhere.
PATIENCE: Final = 1.0
ON_TERMINAL: Final = 0.2
ELSEWHERE: Final = 10.0


class Progress:
    """Says how far a run is: on a terminal in one line that is written over, elsewhere now and then in a long run.

    `total` is about how many entries there are in all; without it there is a rate but no time left. A context manager
    that leaves no half line behind.
    """

    def __init__(self, total: int = 0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.clock = clock
        self._terminal = is_terminal(sys.stderr)
        self._start = clock()
        self._next = self._start + (PATIENCE if self._terminal else ELSEWHERE)
        self._shown = False

    def done(self, count: int) -> None:
        """Take note that so many entries are done, and say so where it is time to."""
        now = self.clock()
        if now < self._next:
            return
        self._next = now + (ON_TERMINAL if self._terminal else ELSEWHERE)
        text = self.words(count, now - self._start)
        if self._terminal:
            with suppress(OSError):
                click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            self._shown = True
        else:
            say(text)

    def words(self, count: int, seconds: float) -> str:
        """Return how far it is: ``12,000 entries, 9,500 a second, about 1:20 left``."""
        parts = [counted(count, "entry", "entries")]
        if seconds > 0:
            parts.append(f"{count / seconds:,.0f} a second")
        if count and self.total > count:
            minutes, rest = divmod(round(seconds * (self.total - count) / count), 60)
            parts.append(f"about {minutes}:{rest:02} left")
        return ", ".join(parts)

    def clear(self) -> None:
        """Take the line away before something else is said."""
        if self._shown:
            with suppress(OSError):
                click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
