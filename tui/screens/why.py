"""Why: the claims behind a conclusion, in their sources' words, with voices and grades, and what argues against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from projections.summary import summary_of
from projections.voices import voices
from tui.glyphs import grade_style
from tui.intervals import short
from tui.screens.reader import ReaderScreen
from tui.text import clean, clean_lines
from tui.widgets.report import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.readings import Reading
    from tracker.events.base import Evidence
    from tui.model import Session


class WhyScreen(ReaderScreen):
    """Why a subject stands as it does."""

    NAME = "Why"
    NOTHING = "Nothing is said of this at the cut. esc goes back."

    def __init__(self, session: Session, subject: str, because: tuple[str, ...] = ()) -> None:
        super().__init__(session)
        self.subject = subject
        self._because = because

    def title_line(self) -> str:
        """Return the subject."""
        return f"Why  {clean(self.subject)}"

    def items(self) -> Iterator[Item]:
        """Return the conclusion, the claims behind it, and those against it."""
        standing = self.session.claims
        view = self.session.status.view(self.subject)
        because = tuple(view.because) if view is not None else self._because
        readings = [reading for name in because if (reading := standing.get(name)) is not None]
        if not readings:
            return
        yield Item(self._conclusion(view, readings), 2, self.subject, because, heading=True)
        for reading in readings:
            yield from self._claim(reading)
        against = [objection for reading in readings for objection in standing.objections.get(reading.id, ())]
        if against:
            yield Item(Content.styled("Against it", "bold $text-error"), heading=True)
            for reading in against:
                yield from self._claim(reading)
        others = [reading for reading in self.session.status.readings(self.subject) if reading.id not in because]
        if others:
            yield Item(Content.styled(f"Also said of it ({len(others)})", "bold $text-accent"), heading=True)
            for reading in others:
                yield self._head(reading)

    def _conclusion(self, view: object, readings: list[Reading]) -> Content:
        state = getattr(view, "state", None) or getattr(view, "stance", None)
        if state is None:
            state = ", ".join(getattr(view, "partners", ())) or "stands"
        since = getattr(view, "since", None)
        heard = voices(self.session.claims, readings)
        return Content.assemble(
            (clean(self.subject), "bold $text-accent"),
            "  is  ",
            (clean(state.replace("-", " ")), "bold"),
            f"  since {short(since)}" if since else "",
            ("   voices ", "$text-muted"),
            (str(heard), "bold $text-warning" if heard.against or heard.for_ < 2 else "bold"),  # noqa: PLR2004 - one is few
        )

    def _head(self, reading: Reading) -> Item:
        names = {party.id: party.name for party in self.session.claims.registers.parties.values() if party.name}
        text = Content.assemble(
            (f"  {short(reading.occurred) or '          '}  ", "$text-muted"),
            (clean(summary_of(reading.event, names)), ""),
            (f"  {clean(reading.id)}", "$text-muted"),
        )
        return Item(text, 14, None, (reading.id,))

    def _claim(self, reading: Reading) -> Iterator[Item]:
        yield self._head(reading)
        for item in reading.evidence:
            yield self._evidence(item, reading)
        if not reading.evidence:
            yield Item(Content.styled("      without evidence", "$text-warning"), 6, None, (reading.id,))

    def _evidence(self, item: Evidence, reading: Reading) -> Item:
        registers = self.session.claims.registers
        source = registers.sources.get(item.source)
        grade = registers.grade(item.source, reading.credibility_of(item))
        who = ", ".join(clean(word) for word in (item.attributed_to, item.role) if word)
        said = f"“{clean_lines(item.quote)}”" if item.quote else clean_lines(item.paraphrase or "")
        language = f" ({clean(item.language)})" if item.language and item.quote else ""
        text = Content.assemble(
            "      ",
            (f"{grade} ", grade_style(grade)),
            (clean((source.publisher if source else None) or item.source), "bold"),
            f", {who}" if who else "",
            ": " if said else "",
            (said, "italic" if item.quote else ""),
            (language, "$text-muted"),
            (f"  relays {clean(', '.join(source.relays))}" if source and source.relays else "", "$text-muted"),
        )
        return Item(text, 9, None, (reading.id,))
