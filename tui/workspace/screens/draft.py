"""One draft under review: how it is told, and the form in which a reviewer changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from projections.wording.provenance import proposed_words, quote_words
from projections.wording.sentences import summary_of
from tracker.errors import EntryRejectedError, Problem
from tui.rows.glyphs import glyph_of
from tui.text import clean
from tui.workspace.entry.forms import Preview
from tui.workspace.entry.said import changes
from tui.workspace.screens.form import FormScreen
from tui.workspace.widgets.cells import some
from tui.workspace.widgets.evidence import cited, own_fields, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.drafts.deciding import Decided
    from tracker.drafts.queue import Draft
    from tracker.events.base import Event
    from tui.kept import Unfinished
    from tui.workspace.reviewing import Cited, Looked

#: Characters of each text of a draft that are shown.
_MOST: Final = 3000
#: What stands before what is said of a quote, and its colour.
_SIGNS: Final = {True: ("✓", "$text-success"), False: ("✗", "bold $text-error"), None: ("·", "$text-muted")}
NO_SOURCE: Final = "This draft cites no source."
UNKNOWN: Final = "This event type is not known here: install the package that brings it."


def draft_lines(looked: Looked, found: Preview | tuple[Problem, ...] | None) -> Iterator[Content]:
    """Yield what a draft says, who proposed it, what it rests on, and what was found that it would change."""
    draft, event = looked.draft, looked.event
    claims = looked.session.claims
    registers, names = claims.registers, claims.names
    when = draft.drafted_at[:16].replace("T", " ")
    proposed = Content.styled(some(proposed_words(draft.drafted_by, when, draft.reason), _MOST), "$text-muted")
    if event is None:
        yield Content.styled(clean(draft.entry.get("event")), "bold")
        yield from (Content(UNKNOWN), proposed)
        return
    glyph, style = glyph_of(event)
    yield Content.assemble(
        (f"{glyph} ", style),
        (clean(event.event), "bold"),
        f" · {event.modality}" if event.kind_of_entry == "claim" else "",
        (f"  {clean(draft.negotiation)}", "$text-muted"),
    )
    yield Content(some(summary_of(event, names), _MOST))
    yield proposed
    yield from own_fields(event, names, _MOST)
    for name in ("occurred", "published", "note"):
        if value := getattr(event, name):
            yield Content.assemble((f"{name}  ", "$text-muted"), some(str(value), _MOST))
    for item, one in zip(event.evidence, looked.cited, strict=True):
        yield Content("")
        yield from words_of(item, _MOST)
        if one.quote:
            sign, style = _SIGNS[one.found]
            words = quote_words(found=one.found, length=len(one.text or ""))
            yield Content.styled(f"{sign} {words}", style)
        yield cited(item, registers, item.credibility)
    yield Content("")
    yield Content.styled("What it would change", "bold $text-accent")
    if found is None:
        yield Content.styled("…", "$text-muted")
    elif isinstance(found, Preview) and not found.problems:
        yield from changes(found, "a accepts it")
    else:
        for problem in found.problems if isinstance(found, Preview) else found:
            place = f"{clean(problem.field)} " if problem.field else ""
            yield Content.assemble(("✗ ", "$text-error"), (place, "bold"), clean(problem.message))


def found_in_short(one: Cited) -> str:
    """Return whether a quote is in its document, for the frame around that; empty where there is nothing to say."""
    if one.found is None:
        return ""
    return "✓ quote found" if one.found else "✗ QUOTE NOT FOUND"


def name_of(draft: Draft) -> str:
    """Return the name under which is kept what was written of a draft: no negotiation is called so."""
    return f"draft {draft.number} of {draft.drafted_at}"


class DraftForm(FormScreen):
    """The form over a draft, which is recorded under the reviewer's name in place of what was proposed.

    `accept` records an event and is run in the background, and `accepted` takes what came of that.
    """

    AGAIN = "c goes on with it"

    def __init__(
        self,
        looked: Looked,
        written: Unfinished,
        *,
        accept: Callable[[Event], tuple[Decided, str | None]],
        accepted: Callable[[tuple[Decided, str | None]], None],
    ) -> None:
        super().__init__(looked.session, written)
        self.kept_for = name_of(looked.draft)
        self._number = looked.draft.number
        self._accept, self._accepted = accept, accepted

    def _title(self) -> str:
        return f"Change draft {self._number}  {self.draft.kind}"

    def send(self, values: dict[str, str]) -> None:
        """Record what was written as what became of the draft."""

        def work() -> tuple[Decided, str | None] | EntryRejectedError:
            try:
                return self._accept(self.made(values))
            except EntryRejectedError as error:
                return error

        self.workspace.write(work, self._sent, self._not_recorded)

    def _sent(self, found: tuple[Decided, str | None] | EntryRejectedError) -> None:
        if isinstance(found, EntryRejectedError):
            self._refuse(found.problems)
        elif found[0].left:
            self._refuse(tuple(Problem(left.why) for left in found[0].left))
        else:
            self.workspace.drafts.drop(self.kept_for)
            self._keeping.end()
            if self.is_current:
                self.workspace.pop()
            self._accepted(found)
