"""The review of drafts: what somebody proposed, beside the captured text that it quotes, and what a person decides."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container
from textual.content import Content

from tracker.errors import Problem
from tui.environment import captures_folder
from tui.kept import Unfinished
from tui.text import clean, counted
from tui.workspace.actions import DOCUMENT, LIST, REVIEW, bindings_for
from tui.workspace.entry.forms import Preview, values_of
from tui.workspace.entry.said import nothing_captured
from tui.workspace.reviewing import Desk
from tui.workspace.screens.base import ActingScreen
from tui.workspace.screens.dialogs import Ask, Choose
from tui.workspace.screens.draft import (
    NO_SOURCE,
    UNKNOWN,
    DraftForm,
    draft_lines,
    found_in_short,
    name_of,
)
from tui.workspace.screens.find import Search
from tui.workspace.widgets.bars import Footer, Header
from tui.workspace.widgets.cells import join
from tui.workspace.widgets.document import DocumentView
from tui.workspace.widgets.evidence import TextPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tracker.drafts.deciding import Decided
    from tui.workspace.messages import PassageChosen
    from tui.workspace.reviewing import Cited, Looked
    from tui.workspace.time.session import Session

_EMPTY: Final = "No draft waits. `communique draft FILE` proposes the entries of a script. esc goes back."


#: Seconds for which a draft has to be seen before it is accepted, and between two keys that are not one held down.
_TO_READ: Final = 1.0
_APART: Final = 0.3


class ReviewScreen(ActingScreen):
    """The drafts of a session's negotiation, or of all, one at a time."""

    PLACES: ClassVar[tuple[str, ...]] = (REVIEW, DOCUMENT, LIST)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(REVIEW)]
    IS_LEFT_WITH_JOB = True

    def __init__(self, session: Session | None = None) -> None:
        super().__init__()
        self.session = session
        self.desk = Desk(self.workspace.log_book, today=self.workspace.today, folder=captures_folder(), session=session)
        self.find = Search(self, "a word of the document", self._step)
        #: The drafts that wait, by number, those that were skipped, and the one that is looked at.
        self.numbers: list[int] = []
        self.skipped: set[int] = set()
        self.looked: Looked | None = None
        #: The piece of evidence whose document is shown, by its number.
        self.item = 0
        self._found: Preview | tuple[Problem, ...] | None = None
        #: When the draft was shown, when it was last to be accepted, and whether it was told that this was too soon.
        self._shown, self._pressed, self._is_warned = 0.0, 0.0, False
        self._clock = monotonic
        #: The drafts that were decided here, or are being decided.
        self._decided: set[int] = set()

    def compose(self) -> ComposeResult:
        """Make the draft and the document."""
        yield Header(id="header")
        with Container(id="review"):
            yield TextPane(id="draft", classes="pane")
            yield DocumentView(id="document", classes="pane")
        yield Footer(*self.PLACES, allow=self.allows, first=("back",))

    def on_mount(self) -> None:
        """Look at the first draft."""
        self.query_one(TextPane).focus()
        self._read()

    # ── which draft ──

    def take_drafts(self) -> None:
        """Take in that drafts have come or gone."""
        self._read(leads=False)

    def _read(self, *, leads: bool = True) -> None:
        self.workspace.do_job(
            f"drafts-{id(self)}", lambda _: self.desk.waiting(), self._have_read, failed=self._have_failed, leads=leads
        )

    def _have_failed(self, problem: str) -> None:
        """Say in place of a draft why none can be read."""
        if self.is_there:
            self.numbers, self.looked = [], None
            self._show(problem)

    def _have_read(self, numbers: list[int]) -> None:
        if not self.is_there:
            return
        here = self._number()
        if here in self.numbers and here not in (*numbers, *self._decided):
            # What a key is about to decide is never another draft than the one that is seen.
            self.notify(f"Somebody else has decided draft {here}. ] goes on.", severity="warning")
        self.numbers = numbers
        if here is None or here in self._decided:
            self._go_on(here or 0)
        else:
            self._show_place()

    def _go_on(self, after: int) -> None:
        """Look at the next draft that was not skipped, from the beginning again behind the last."""
        left = [number for number in self.numbers if number not in self.skipped] or self.numbers
        if left:
            self._look(next((number for number in left if number > after), left[0]))
        else:
            self.looked, self._found = None, None
            self._show()

    def _look(self, number: int) -> None:
        self.workspace.do_job(
            f"look-{id(self)}",
            lambda _: self.desk.look(number),
            self._have_looked,
            failed=self._have_failed,
            leads=True,
        )

    def _have_looked(self, looked: Looked) -> None:
        if not self.is_there:
            return
        draft = looked.draft
        if draft.state != "pending":
            self.notify(f"Draft {draft.number} was {draft.state} by {clean(draft.decided_by)}.")
            self.numbers = [number for number in self.numbers if number != draft.number]
            self._go_on(draft.number)
            return
        self.looked, self._found = looked, None
        self._shown, self._is_warned = self._clock(), False
        self.item = next((one.item for one in looked.cited if one.quote), 0)
        self._show()
        event = looked.event
        if event is not None:
            self.workspace.do_job(
                f"preview-{id(self)}",
                lambda _: self.desk.foretell(looked, event),
                partial(self._have_preview, looked),
                failed=lambda problem: self._have_preview(looked, (Problem(problem),)),
            )

    def _have_preview(self, looked: Looked, found: Preview | tuple[Problem, ...]) -> None:
        if self.is_there and looked is self.looked:
            self._found = found
            self.query_one(TextPane).tell(join(list(draft_lines(looked, found))))

    # ── showing ──

    def _show(self, nothing: str = _EMPTY) -> None:
        """Show the draft and its document."""
        pane = self.query_one(TextPane)
        self._show_place()
        if self.looked is None:
            pane.tell(Content(nothing))
        else:
            pane.tell(join(list(draft_lines(self.looked, self._found))))
        pane.scroll_home(animate=False)
        self._show_document()

    def _show_place(self) -> None:
        where = self.session.title if self.session is not None else "all negotiations"
        self.query_one(Header).show(f"review of {counted(len(self.numbers), 'draft')} · {where}", self.workspace.place)
        pane = self.query_one(TextPane)
        looked = self.looked
        if looked is None or looked.draft.number not in self.numbers:
            pane.border_title = "No draft"
            return
        number = looked.draft.number
        place = f"{self.numbers.index(number) + 1} of {len(self.numbers)}"
        skipped = "  skipped" if number in self.skipped else ""
        pane.border_title = Content(f"Draft {number}  {place}{skipped}")

    @property
    def _cited(self) -> Cited | None:
        """The piece of evidence whose document is shown."""
        of = self.looked.cited if self.looked is not None else ()
        return of[self.item] if self.item < len(of) else None

    def _show_document(self) -> None:
        view, one = self.query_one(DocumentView), self._cited
        if one is None or self.looked is None:
            view.nothing = "" if self.looked is None else NO_SOURCE
            view.border_title, view.border_subtitle = "Document", ""
            view.show("")
            return
        source = self.looked.session.claims.registers.source(one.source)
        view.border_title = Content(clean(f"{source.publisher or ''}  {one.source}".strip()))
        view.border_subtitle = Content(found_in_short(one))
        view.nothing = nothing_captured(one.source, has_folder=self.desk.folder is not None)
        # Every quote from the same document is marked, and the one that is meant is brought into sight.
        places = sorted({other.place for other in self.looked.cited if other.source == one.source and other.place})
        view.show(one.text or "", places, here=places.index(one.place) if one.place else len(places))

    # ── what can be done ──

    def do_draft_next(self) -> None:
        """Look at the next draft."""
        self._to(1)

    def do_draft_back(self) -> None:
        """Look at the previous draft."""
        self._to(-1)

    def _to(self, step: int) -> None:
        here = self._number()
        if here is not None and here not in self.numbers:
            self._go_on(here)
        elif here is not None and len(self.numbers) > 1:
            self._look(self.numbers[(self.numbers.index(here) + step) % len(self.numbers)])
        else:
            self.notify("No other draft waits.")

    def do_skip(self) -> None:
        """Leave the draft for another time."""
        here = self._number()
        if here is not None:
            self.skipped.add(here)
            self._show_place()
            if self.skipped.issuperset(self.numbers):
                self.notify("Every draft that waits was skipped. ] goes through them again, esc goes back.")
            else:
                self._go_on(here)

    def _number(self) -> int | None:
        """Return the number of the draft that is looked at."""
        return self.looked.draft.number if self.looked is not None else None

    def do_quote_next(self) -> None:
        """Go to the next piece of evidence, and its document."""
        if self.looked is None or not self.looked.cited:
            self.notify("No source is cited here.")
            return
        wanted = [one.item for one in self.looked.cited if one.quote] or [one.item for one in self.looked.cited]
        self.item = next((item for item in wanted if item > self.item), wanted[0])
        self._show_document()

    def do_other_pane(self) -> None:
        """Give the other pane the keys."""
        draft, document = self.query_one(TextPane), self.query_one(DocumentView)
        (draft if self.focused is document else document).focus()

    def do_zoom(self) -> None:
        """Give the pane with the keys the whole screen, and take it back."""
        self.toggle_class("-zoomed-pane")

    def do_back(self) -> None:
        """Step back: out of the zoom, or to the screen below."""
        if self.has_class("-zoomed-pane"):
            self.do_zoom()
        else:
            self.workspace.pop()

    def _step(self, step: int) -> None:
        """Go to the next place of the document that holds the word, or to the previous one."""
        view, word = self.query_one(DocumentView), self.find.word
        if not word:
            self.notify("/ finds a word first.")
        elif not view.find(word, forward=step > 0):
            self.notify(f"{word!r} is not in the document.")

    def do_accept(self) -> None:
        """Record the draft; a quote that was not found is looked at again first."""
        looked = self.looked
        if looked is None:
            self.notify("No draft to accept.")
        elif not self._is_read(looked.draft.number):
            return
        elif not looked.invented:
            self._accept(looked.draft.number)
        else:
            sources = ", ".join(dict.fromkeys(clean(one.source) for one in looked.cited if one.found is False))
            text = f"A quote is not in the captured text of {sources}."
            # Another key than that which asks: one that is held down would answer, too.
            choices = (("y", "accept it as it is"), ("c", "change it first"), ("r", "reject it"))
            accept = partial(self._accept, looked.draft.number)
            acts: dict[str, Callable[[], None]] = {"y": accept, "c": self.do_change, "r": self.do_reject}

            def act(choice: str | None) -> None:
                if choice is not None:
                    acts[choice]()

            self.workspace.push_screen(Choose("Quote not found", text, choices), act)

    def _is_read(self, number: int) -> bool:
        """Say whether a draft can have been read: it was not just shown, nor is the key held down that accepts it."""
        now = self._clock()
        is_held, self._pressed = now - self._pressed < _APART, now
        if not is_held and now - self._shown >= _TO_READ:
            return True
        if not self._is_warned:
            self._is_warned = True
            self.notify(f"Draft {number} was shown just now, so it is not accepted: read it first.", severity="warning")
        return False

    def _accept(self, number: int) -> None:
        self._decide(number, lambda: self.desk.accept(number))

    def do_reject(self) -> None:
        """Ask why, and reject the draft."""
        number = self._number()
        if number is None:
            self.notify("No draft to reject.")
            return

        def reject(reason: str | None) -> None:
            if reason:
                self._decide(number, lambda: (self.desk.reject(number, reason), None))
            elif reason is not None:
                self.notify("Nothing is rejected without a reason.")

        hint = "why? The same content is not proposed again"
        self.workspace.push_screen(Ask(f"Reject draft {number}", hint), reject)

    def _decide(self, number: int, work: Callable[[], tuple[Decided, str | None]]) -> None:
        """Decide a draft in the background, unless that is under way."""
        if number in self._decided:
            return
        self._decided.add(number)

        def failed(problem: str) -> None:
            self._decided.discard(number)
            self.workspace.notify(f"Nothing was decided, nothing is lost: {problem}", severity="error", timeout=10)

        self.workspace.write(work, partial(self._have_decided, number), failed)

    def _have_decided(self, number: int, done: tuple[Decided, str | None]) -> None:
        """Tell what came of a decision, and go on to the next draft."""
        decided, entry = done
        for left in decided.left:
            self._decided.discard(number)
            self.workspace.notify(f"Draft {number} is left: {clean(left.why)}", severity="error", timeout=10)
        if decided.rejected:
            self.workspace.notify(f"Draft {number} is rejected.")
        elif decided.accepted and entry is not None:
            looked = self.looked
            self.workspace.have_recorded(looked.draft.negotiation if looked is not None else "", entry)
            told = f"Recorded {clean(entry)}." if decided.recorded else f"{clean(entry)} was there already."
            self.workspace.notify(f"Draft {number} is accepted. {told}")
        self._read()

    def do_change(self) -> None:
        """Change the draft in the form."""
        self._change({})

    def on_passage_chosen(self, message: PassageChosen) -> None:
        """Take the passage of the document as the quote, in the form."""
        if self._cited is not None:
            self._change({f"evidence.{self._cited.item}.quote": " ".join(message.text.split())})

    def _change(self, written: dict[str, str]) -> None:
        looked = self.looked
        if looked is None:
            self.notify("No draft to change.")
        elif looked.event is None:
            self.notify(UNKNOWN)
        elif self.workspace.read_only:
            self.notify("This log was opened for reading only; start without --read-only to record.")
        else:
            number = looked.draft.number
            proposed = Unfinished(looked.event.event, {**values_of(looked.event), "id": looked.event.id or ""})
            begun = self.workspace.drafts.get(name_of(looked.draft)) or proposed
            DraftForm(
                looked,
                begun._replace(values={**begun.values, **written}),
                accept=partial(self.desk.accept, number),
                accepted=partial(self._changed, number),
            ).open()

    def _changed(self, number: int, done: tuple[Decided, str | None]) -> None:
        self._decided.add(number)
        self._have_decided(number, done)
