"""Pane 4: what one entry says, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from projections.judgement.voices import voices
from projections.wording.provenance import origin_words, recorded_words
from projections.wording.sentences import summary_of, titled, with_names
from tracker.events.base import Event
from tracker.events.parsing import field_names
from tracker.events.references import reference_fields
from tui.rows.glyphs import FLAGS, flags_of, glyph_of, grade_of, grade_style
from tui.rows.words import ABOUT, shown_field
from tui.text import clean
from tui.workspace.actions import READER, bindings_for
from tui.workspace.time.intervals import bar, between, lag, learned, short
from tui.workspace.time.places import ways_on
from tui.workspace.time.stops import day_of
from tui.workspace.widgets.cells import join, some
from tui.workspace.widgets.lines import set_height

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.binding import BindingType

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from tracker.events.base import Evidence
    from tui.workspace.time.session import Session

#: Fields that are shown in a place of their own.
_COMMON: Final = frozenset({*field_names(Event)})
_BAR: Final = 12
#: Of a text, so many characters are shown in the pane.
_MOST: Final = 1500
_NAME: Final = 200
_MINUTE: Final = "%Y-%m-%d %H:%M"
_MOVES: Final = ("up", "down", "page-up", "page-down", "top", "bottom")


class TextPane(ScrollView, can_focus=True, inherit_bindings=False):
    """A text that scrolls; a new one moves nothing else on the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for(READER, everywhere=False) if binding.id in _MOVES
    ]
    auto_links = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._text = Content("")
        self._strips: list[Strip] = []
        self._columns = 0

    def tell(self, text: Content) -> None:
        """Show a text."""
        self._text = text
        self._arrange()

    def _arrange(self) -> None:
        """Break the text into lines, beside the scrollbar, which is always there."""
        self._columns = max(self.container_size.width - self.styles.scrollbar_size_vertical, 0)
        self._strips = (
            Visual.to_strips(self, self._text, self._columns, None, self.visual_style, apply_selection=False)
            if self._columns
            else []
        )
        set_height(self, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line at a row of the pane."""
        style = self.visual_style.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self._strips):
            return Strip.blank(self._columns, style)
        return self._strips[index].adjust_cell_length(self._columns, style)

    def notify_style_update(self) -> None:
        """Draw in the new colours."""
        super().notify_style_update()
        self._arrange()

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self._arrange()

    def action_do(self, action: str) -> None:
        """Scroll."""
        page = max(self.size.height - 1, 1)
        rows = {"up": -1, "down": 1, "page-up": -page, "page-down": page}
        if action in rows:
            self.scroll_relative(y=rows[action], animate=False)
        elif action == "top":
            self.scroll_home(animate=False)
        elif action == "bottom":
            self.scroll_end(animate=False)


class EvidencePane(TextPane):
    """The entry that a session looks at."""

    BORDER_TITLE = "4 Evidence"

    def show(self, session: Session) -> None:
        """Show the session's entry, or how to come to one."""
        reading = session.reading
        if reading is None:
            way = "yet. a adds one." if session.is_live and not session.claims.standing else f"here. {ways_on(session)}"
            self.tell(Content(f"No entry {way}"))
        else:
            self.tell(text_of(reading, session))
        self.scroll_home(animate=False)


def text_of(reading: Reading, session: Session) -> Content:
    """Return everything about an entry, or why it cannot be read at the cut."""
    if not is_seen(reading, session.claims):
        return hidden(reading, session)
    return join(list(lines(reading, session)))


def is_seen(reading: Reading, standing: Claims) -> bool:
    """Say whether the cut lets an entry be read."""
    cut = standing.cut
    if reading.event.kind_of_entry == "stage":
        return True
    if cut.known is not None and reading.known > cut.known:
        return False
    return reading.event.kind_of_entry == "knowledge" or cut.happened is None or reading.lower <= cut.happened


def hidden(reading: Reading, session: Session) -> Content:
    """Return what is shown of an entry beyond the cut: when it comes, and nothing of what it says."""
    cut = session.cut
    if cut.known is not None and reading.known > cut.known:
        text = f"Not yet known at this cut.\nIt became known on {day_of(reading.known)}."
    else:
        text = f"Not yet happened at this cut.\nIt happened on {short(reading.occurred) or day_of(reading.lower)}."
    return Content(f"{text}\n{ways_on(session)}")


def lines(reading: Reading, session: Session, most: int = _MOST) -> Iterator[Content]:
    """Yield what an entry says, and what it rests on; of each text, so many characters at most."""
    standing = session.claims
    event = reading.event
    glyph, style = glyph_of(event)
    grade = grade_of(reading, standing)
    yield Content.assemble(
        (f"{glyph} ", style),
        (clean(event.event), "bold strike" if reading.retracted_by else "bold"),
        f" · {event.modality}" if event.kind_of_entry == "claim" else "",
        " · ",
        (grade or "unsourced", grade_style(grade)),
        (f"  {clean(reading.id)}", "$text-muted"),
    )
    names = standing.names
    yield Content(some(summary_of(event, names), most))
    yield from own_fields(event, names, most)
    yield Content("")
    for item in reading.evidence:
        yield from words_of(item, most)
        yield cited(item, standing.registers, reading.credibility_of(item))
    if reading.evidence:
        heard = voices(standing, [reading])
        yield Content.assemble(("voices   ", "$text-muted"), (str(heard), "$text-warning" if heard.against else ""))
    yield from _times(reading, session)
    if event.note:
        yield Content.assemble(("note  ", "$text-muted"), some(event.note, most))
    for name, words in ABOUT.items():
        entries = getattr(reading, name)
        if entries:
            yield Content.assemble((f"{words} ", "$text-warning"), clean(", ".join(entries)))
    explained = dict(FLAGS)
    for flag in flags_of(reading):
        yield Content.assemble((f"{flag} ", "$text-warning"), (explained[flag], "$text-muted"))
    recorded = reading.recorded
    words = recorded_words(f"{recorded.recorded_at:{_MINUTE}}", recorded.recorded_by, recorded.drafted_by)
    yield Content.styled(f"#{recorded.position} {clean(words)}", "$text-muted")
    if recorded.origin is not None:
        words = origin_words(recorded.origin, f"{recorded.first_recorded_at:{_MINUTE}}")
        yield Content.styled(clean(words), "$text-muted")


def own_fields(event: Event, names: Mapping[str, str], most: int = _MOST) -> Iterator[Content]:
    """Yield the event's own fields, those that are set, with what things are called before their ids."""
    kinds: dict[str, str] = {written: kind for _, written, kind in reference_fields(type(event))}
    for name, info in type(event).model_fields.items():
        written = info.alias or name
        value = getattr(event, name)
        if written in _COMMON or value is None or value in ((), ""):
            continue
        shown = shown_field(with_names(kinds.get(written, written), value, names))
        yield Content.assemble((f"{written}  ", "$text-muted"), some(shown, most))


def words_of(item: Evidence, most: int = _MOST) -> Iterator[Content]:
    """Yield the words that a piece of evidence holds, quoted or not."""
    said = some(item.quote, most) if item.quote else ""
    if said:
        language = f" ({clean(item.language)})" if item.language else ""
        yield Content.assemble((f"“{said}”", "italic"), (language, "$text-muted"))
    if item.paraphrase:
        yield Content(some(item.paraphrase, most))


def cited(item: Evidence, registers: Registers, credibility: int) -> Content:
    """Return who says so, and where, with the grade."""
    source = registers.sources.get(item.source)
    grade = registers.grade(item.source, credibility)
    who = ", ".join(some(word, _NAME) for word in (item.attributed_to, item.role) if word)
    publisher = some((source.publisher if source else None) or item.source, _NAME)
    published = f" {short(source.published)}" if source and source.published else ""
    relays = ", ".join(source_called(name, registers) for name in source.relays) if source else ""
    relayed = sum(item.source in other.relays for other in registers.sources.values())
    return Content.assemble(
        "  — ",
        (publisher, "bold"),
        (published, "$text-muted"),
        f", {who}" if who else "",
        f", {some(item.locator, _NAME)}" if item.locator else "",
        " ",
        (grade, grade_style(grade)),
        (f" · relays {clean(relays)}" if relays else "", "$text-muted"),
        (f" · relayed by {relayed}" if relayed else "", "$text-muted"),
    )


def source_called(name: str, registers: Registers) -> str:
    """Return who publishes a source, and then its id."""
    return titled(name, registers.source(name).publisher)


def _times(reading: Reading, session: Session) -> Iterator[Content]:
    occurred = reading.event.occurred
    if reading.event.kind_of_entry == "stage":
        return
    drawn = bar(occurred, session.stops.scale("happened", _BAR)).rstrip() if occurred else ""
    happened = short(occurred.text) if occurred else "not known when"
    when_learned = between(*learned(reading))
    delay = lag(reading)
    if reading.event.kind_of_entry == "claim":
        yield Content.assemble(("happened ", "$text-muted"), happened, f"  {drawn}" if drawn else "")
    yield Content.assemble(("learned  ", "$text-muted"), when_learned, f"  {delay}" if delay else "")
