"""The captured text beside a form: of the source that it cites, with its quote; and a file that becomes a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from tracker.documents.bounded import Worker
from tracker.documents.reading import captured_text
from tracker.drafts.captured import text_of
from tracker.drafts.quotes import folded
from tracker.errors import ContentError
from tui.adding import Adding
from tui.environment import captures_folder
from tui.text import clean
from tui.workspace.entry.known import taken
from tui.workspace.entry.said import nothing_captured
from tui.workspace.widgets.document import DocumentView

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.drafts.quotes import Folded
    from tui.adding import Item
    from tui.workspace.entry.fields import FormField
    from tui.workspace.screens.form import FormScreen

_FIRST: Final = "evidence.0"


class Beside:
    """What a form's screen shows of captured documents: that of the evidence that is written, once its text is read."""

    def __init__(self, screen: FormScreen) -> None:
        self.screen = screen
        self.view = DocumentView(id="captured", classes="pane")
        #: The evidence that is written, by its path, and what was last asked for: its source and its quote.
        self._evidence = _FIRST
        self._asked = "", ""
        #: The texts of files that were registered from here, and the source whose text is shown.
        self._texts: dict[str, Folded] = {}
        self.source = ""

    # ── the text of a source ──

    def look(self) -> None:
        """Show the captured text of the source that is cited, if its file is kept, with the quote marked in it."""
        form = self.screen
        evidence = form.lines.here.path.rpartition(".")[0]
        if "evidence" in evidence:
            self._evidence = evidence
        field = form.fields.get(f"{self._evidence}.source")
        written = form.values.get(f"{self._evidence}.source", ""), form.values.get(f"{self._evidence}.quote", "")
        if field is None or written == self._asked:
            return
        self._asked = written
        form.workspace.do_job(f"captured-{id(self)}", lambda _: self._read(field, *written), self._have_read)

    def _read(self, field: FormField, source: str, quote: str) -> tuple[str, str, tuple[int, int] | None]:
        """Return a source, its text, empty if none is kept, and where the quote is in it; touches no widget."""
        source = taken(field, source).strip()
        found = self._texts.get(source)
        if found is None:
            registered = self.screen.session.status.claims.registers.sources.get(source)
            folder, digest = captures_folder(), registered.sha256 if registered else None
            text = text_of(folder, digest) if folder is not None and digest else None
            if text is None:
                return source, "", None
            found = self._texts[source] = folded(text)
        return source, found.original, found.find(quote)

    def _have_read(self, found: tuple[str, str, tuple[int, int] | None]) -> None:
        source, text, place = found
        form, view = self.screen, self.view
        if not form.is_there:
            return
        self.source = source
        form.set_class(bool(text), "-captured")
        view.border_title = Content(clean(source))
        view.border_subtitle = "shift and arrows select · enter makes it the quote"
        marks = [place] if place else []
        if view.text != text or list(view.marks) != marks:
            view.show(text, marks)
        if not text:
            self.leave()

    # ── reading it ──

    @property
    def has_keys(self) -> bool:
        """Whether the keys are for the text."""
        return self.view.has_focus

    def go(self) -> None:
        """Give the text the keys, or the form; where there is no room for both, it takes the form's place."""
        if self.has_keys:
            self.leave()
        elif self.view.text:
            self.screen.add_class("-reading")
            self.view.focus()
        elif self.source:
            self.screen.notify(nothing_captured(self.source, has_folder=captures_folder() is not None))
        else:
            self.screen.notify("Name a source first, or the path of a file: a saved page, a PDF.")

    def leave(self) -> None:
        """Give the form the keys."""
        if self.screen.has_class("-reading"):
            self.screen.remove_class("-reading")
            self.screen.lines.line.focus()

    def quote(self, text: str) -> None:
        """Take a passage as the quote of the evidence that is written."""
        path = f"{self._evidence}.quote"
        if path not in self.screen.fields:
            self.screen.notify("There is no quote in this group of the form.")
            return
        self.leave()
        # Kept as it is found by: lines of the screen are none of the document.
        self.screen.put(path, " ".join(text.split()))

    # ── a file that becomes a source ──

    def register(self, field: FormField, path: Path) -> None:
        """Register the document in a file in the background, put its id in the field, and show its text."""
        form = self.screen
        book, negotiation = form.workspace.log_book, form.session.negotiation

        def work() -> tuple[list[Item], Folded | None]:
            with Worker() as worker:
                items = list(Adding(negotiation, {}, captures_folder()).add(book, worker, (path,)))
            try:
                text = captured_text(path) if any(item.source for item in items) else ""
            except ContentError:
                text = ""
            return items, folded(text) if text else None

        def done(found: tuple[list[Item], Folded | None]) -> None:
            items, text = found
            added = [item for item in items if item.source]
            for item in items:
                if item.receipt is not None:
                    form.workspace.own.update(recorded.id for recorded in item.receipt.recorded)
            if not added:
                problems = "; ".join(item.error for item in items if item.error)
                form.workspace.tell_problem(clean(f"{path.name}: {problems}"))
                return
            first = added[0].source or ""
            if text is not None:
                self._texts[first] = text
            form.notify(_told(added))
            form.has_new(field, str(path), first)

        form.workspace.write(work, done, form.workspace.tell_problem)


def _told(items: list[Item]) -> str:
    """Return what became of the documents of a file, in a line or two."""
    item, *others = items
    if item.entry is None:
        said = f"It is registered already as {item.source}, by its {item.known_by}."
    else:
        said = f"Registered as {item.source}, published {item.entry.get('published', '?')}; c corrects it."
        candidates = ", ".join(f"{one.value} ({one.where})" for one in item.candidates if one.field == "published")
        said += f" It might be {candidates}." if candidates else ""
    return clean(said + (f" {len(others)} more in the file." if others else ""))
