"""What the whole log holds under some words: negotiations, things, parties, sources, entries, and the way to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content

from projections.readmodel.model import ReadModel
from projections.wording.folding import excerpt
from tracker.log import EventLog
from tui.rows.words import words
from tui.text import clean
from tui.workspace.actions import LIST, bindings_for
from tui.workspace.screens.base import ActingScreen
from tui.workspace.time.intervals import short
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.report import Report, ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from projections.readmodel.model import Place
    from tui.workspace.app import Workspace

#: How many of a kind are listed.
_MOST: Final = 200
_HEADINGS: Final = {"negotiation": "Negotiations", "party": "Parties", "source": "Sources", "entry": "Entries"}
_THINGS: Final = "Things"


def look_for(workspace: Workspace, text: str, limit: int) -> list[Place]:
    """Return what the log holds under some words, in whatever thread; raises `LogError`."""
    with (
        EventLog.open(workspace.log_book.location, create=False, read_only=True) as log,
        ReadModel.open(log, today=workspace.today) as model,
    ):
        return model.everywhere(text, limit=limit)


def told(place: Place, sought: str) -> Content:
    """Return a line that tells of a place."""
    where = f"  {clean(place.title or place.negotiation)}"
    if place.kind == "negotiation":
        return Content.assemble((clean(place.negotiation), "bold"), f"  {clean(place.title or '')}")
    if place.hit is None:
        name = (place.subject or "").partition(":")[2]
        called = f"  {clean(place.called)}" if place.called else ""
        said = f"{called}  {clean(place.kind)}  {clean(words(place.told))}".rstrip()
        return Content.assemble((clean(name), "bold"), said, (where, "$text-muted"))
    reads = place.hit.reads
    when = f"{short(reads.occurred.text)}  " if reads.occurred else ""
    said = clean(excerpt(reads, sought)) or clean(place.hit.entry)
    return Content.assemble((when, "$text-muted"), (clean(reads.event), "bold"), f"  {said}", (where, "$text-muted"))


def go_to(workspace: Workspace, place: Place) -> None:
    """Open the negotiation of a place, at its entry or at what it is about."""
    workspace.go_to(place.negotiation, place.hit.entry if place.hit else None, None if place.hit else place.subject)


class FoundScreen(ActingScreen):
    """What the log holds under some words; enter goes there."""

    PLACES: ClassVar[tuple[str, ...]] = (LIST,)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for()]
    IS_LEFT_WITH_JOB = True

    def __init__(self, sought: str) -> None:
        super().__init__()
        self._sought = sought
        self._places: dict[int, Place] = {}

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield Header(id="header")
        yield Report(id="report", classes="pane", nothing="Looking …")
        yield Footer(*self.PLACES, allow=self.allows, first=("detail", "back"))

    def on_mount(self) -> None:
        """Look."""
        self.query_one(Header).show("the whole log", self.workspace.place)
        report = self.query_one(Report)
        report.border_title = Content(f"Found  {clean(self._sought)}")
        report.focus()
        self.workspace.do_job(
            f"found-{id(self)}", lambda _: look_for(self.workspace, self._sought, _MOST), self._tell, leads=True
        )

    def _tell(self, places: list[Place]) -> None:
        if not self.is_there:
            return
        report = self.query_one(Report)
        report.nothing = f"Nothing in this log holds {clean(self._sought)!r}. esc goes back."
        report.tell(self._items(places))
        report.settle()

    def _items(self, places: list[Place]) -> Iterator[ReportItem]:
        by_heading: dict[str, list[Place]] = {}
        for place in places:
            by_heading.setdefault(_HEADINGS.get(place.kind, _THINGS), []).append(place)
        number = 0
        for name in ("Negotiations", _THINGS, "Parties", "Sources", "Entries"):
            found = by_heading.get(name, [])
            if found:
                yield heading(f"{name} ({len(found)}{' or more' if len(found) >= _MOST else ''})")
            for place in found:
                self._places[number] = place
                yield ReportItem(Content("  ").append(told(place, self._sought)), 4, str(number))
                number += 1

    def on_line_chosen(self) -> None:
        """Go to what the cursor is on."""
        item = self.query_one(Report).item
        if item is not None and item.subject is not None:
            go_to(self.workspace, self._places[int(item.subject)])
