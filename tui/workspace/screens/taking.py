"""What can be taken out of a screen: an entry on the clipboard, rows as CSV, a picture, the address of a source."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.codec import as_written
from tracker.unseen import escape_json
from tui.environment import is_in_browser
from tui.kept import write_whole
from tui.rows.tables import csv_blocks
from tui.text import clean, counted
from tui.workspace.screens.dialogs import Choose
from tui.workspace.sheets import file_name, place_of
from tui.workspace.widgets.evidence import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import App

    from projections.claims.readings import Reading
    from tui.rows.tables import Cell, Column
    from tui.workspace.jobs import IsOver, Working
    from tui.workspace.screens.base import SessionScreen
    from tui.workspace.sheets import Sheet
    from tui.workspace.time.session import Session

_CHOICES = (("t", "as text"), ("j", "as JSON, as a script takes it"), ("c", "as a citation"))
#: Addresses that fit the keys 1 to 9.
_MOST = 9


class Taking:
    """Takes what is shown out of a screen over a session."""

    def __init__(self, screen: SessionScreen) -> None:
        self.screen = screen

    def copy(self) -> None:
        """Ask in which form to copy what the cursor is on."""
        if self.screen.entry() is not None:
            self.screen.workspace.push_screen(Choose("Copy", "", _CHOICES), self._copy)
        elif text := self.screen.text_here():
            put_on_clipboard(self.screen.workspace, text, "")
        else:
            self.screen.notify("Nothing to copy here. The arrows go to an entry.")

    def _copy(self, choice: str | None) -> None:
        reading = self.screen.entry()
        if choice is None or reading is None:
            return
        forms: dict[str, tuple[Callable[[], str], str]] = {
            "t": (self.screen.text_here, " as text"),
            "j": (partial(as_json, reading), " as JSON"),
            "c": (partial(as_citation, reading, self.screen.session), " as a citation"),
        }
        text, form = forms[choice]
        put_on_clipboard(self.screen.workspace, text(), form)

    def export(self) -> None:
        """Save the rows that are shown as CSV."""
        session = self.screen.session
        place = session.negotiation, place_of(session.cut)
        save_rows(self.screen.workspace, self.screen.sheet_maker(), *place)

    def open_source(self) -> None:
        """Show the addresses of the entry's sources before one is opened."""
        addresses = list(dict.fromkeys(self.screen.addresses()))
        safe = [address for address in addresses if address.startswith(("https://", "http://"))][:_MOST]
        if not safe:
            what = "The sources of this entry have no address on the web."
            self.screen.notify(what if self.screen.entry() is not None else "No entry here. The arrows go to one.")
            return
        choices = [(str(number), clean(address)) for number, address in enumerate(safe, start=1)]

        def go(choice: str | None) -> None:
            if choice is not None:
                self.screen.app.open_url(safe[int(choice) - 1])

        self.screen.workspace.push_screen(
            Choose("Open in the browser", "The address leads out of this machine.", choices), go
        )


def put_on_clipboard(app: Working, text: str, form: str) -> None:
    """Copy a text through the terminal (OSC 52) and through the system, where there is a tool for it."""
    if is_in_browser():
        # What draws the workspace there listens to no such sequence.
        hand_over(app, "communique.txt", text, "a browser is given a file in place of its clipboard")
        return

    def redraw(_: None) -> None:
        """Draw over what a tool may have said on the terminal."""
        app.screen.refresh()

    app.copy_to_clipboard(text)
    if not app.is_headless:
        app.do_job("clipboard", lambda _: fill(text), redraw)
    app.notify(f"Copied{form}, {counted(len(text), 'character')}.")


def fill(text: str) -> None:
    """Put a text on the clipboard of the system, if there is a tool for it; may take seconds."""
    import pyperclip

    copy, _ = pyperclip.determine_clipboard()
    # The terminal has been told already, so that a tool which is missing or refuses is no loss.
    with suppress(pyperclip.PyperclipException, OSError):
        # Half of a character is no text, and would leave the tool waiting for the rest.
        copy(text.encode("utf-8", "replace").decode())


def csv_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> str:
    """Return rows as CSV."""
    return "".join(csv_blocks(columns, rows))


def save_rows(app: Working, make: Callable[[], Sheet | None], before: str = "", after: str = "") -> None:
    """Save what makes rows as CSV, in the background; the file's name says what is `before` theirs and `after` it."""

    def work(_: IsOver) -> tuple[str, str, str] | None:
        found = make()
        rows = list(found.rows) if found is not None else []
        if found is None or not rows:
            return None
        name = file_name(before, found.name, after, ending="csv")
        return name, csv_of(found.columns, rows), counted(len(rows), "row")

    def done(made: tuple[str, str, str] | None) -> None:
        if made is None:
            app.notify("No rows here to save.")
        else:
            hand_over(app, *made)

    app.do_job("export", work, done, leads=True)


def hand_over(app: App[Any], name: str, text: str, what: str) -> None:
    """Save a text in a new file here; in a browser, let it be downloaded there."""
    if is_in_browser():
        app.deliver_text(io.StringIO(text), save_filename=name, encoding="utf-8")
        app.notify(f"{name}: {what}.")
        return
    try:
        path = _saved(Path(name), text)
    except OSError as error:
        app.notify(f"{name} cannot be saved here: {error.strerror}.", severity="error")
    else:
        app.notify(f"Saved {path}: {what}.")


def _saved(path: Path, text: str) -> Path:
    """Write a new file; where there is one of that name, under the next number. Raises `OSError`."""
    number = 1
    while True:
        new = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        number += 1
        # A link to nothing has the name, too.
        if os.path.lexists(new):
            continue
        with suppress(FileExistsError):
            write_whole(new, text, new=True)
            return new


def as_text(reading: Reading, session: Session) -> str:
    """Return everything that an entry says and rests on, as lines."""
    return "\n".join(line.plain.rstrip() for line in lines(reading, session, sys.maxsize))


def as_json(reading: Reading) -> str:
    """Return an entry, as corrected, in the form that a script takes."""
    written = as_written(reading.recorded._replace(event=reading.event))
    return escape_json(json.dumps(written, ensure_ascii=False))


def as_citation(reading: Reading, session: Session) -> str:
    """Return the sources of an entry as a reader cites them, a line each, with the place in the source."""
    sources = session.claims.registers.sources
    parts = []
    for item in reading.evidence:
        source = sources.get(item.source)
        if source is None:
            words = [item.source, item.locator]
        else:
            title = f"“{source.title}”" if source.title else None
            words = [source.author, title, source.publisher or source.id, source.published, item.locator, source.url]
        parts.append(", ".join(clean(word) for word in words if word) + ".")
    return "\n".join(parts) or f"{reading.id}: without evidence."
