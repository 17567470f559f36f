"""Sources: their grades, who repeats whom, and what rests on each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from textual.content import Content

from tui.glyphs import grade_style
from tui.intervals import short
from tui.screens.reader import ReaderScreen
from tui.text import clean
from tui.widgets.cells import fit
from tui.widgets.report import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.registers import Source


class SourcesScreen(ReaderScreen):
    """The sources as a tree: below each one, those that repeat it."""

    NAME = "Sources"
    NOTHING = "No source is registered yet. a adds a SourceRegistered."

    def items(self) -> Iterator[Item]:
        """Return the tree; a source that repeats several stands below each of them."""
        standing = self.session.claims
        sources = standing.registers.sources
        rests: Counter[str] = Counter()
        last: dict[str, str] = {}
        for reading in standing.standing:
            for name in {item.source for item in reading.evidence}:
                rests[name] += 1
                last[name] = reading.id
        below: dict[str, list[str]] = {}
        for source in sources.values():
            for name in source.relays:
                below.setdefault(name, []).append(source.id)
        self._rests, self._last, self._below, self._sources = rests, last, below, sources
        for source in sources.values():
            if not source.relays or not any(name in sources for name in source.relays):
                yield from self._branch(source, "", "", frozenset())

    def _branch(self, source: Source, lead: str, stem: str, above: frozenset[str]) -> Iterator[Item]:
        yield self._line(source, lead)
        if source.id in above:
            return
        children = self._below.get(source.id, [])
        for number, name in enumerate(children):
            is_last = number == len(children) - 1
            yield from self._branch(
                self._sources[name],
                f"{stem}{'└─ ' if is_last else '├─ '}",
                f"{stem}{'   ' if is_last else '│  '}",
                above | {source.id},
            )

    def _line(self, source: Source, lead: str) -> Item:
        number = self._rests[source.id]
        text = Content.assemble(
            (f"{source.reliability} ", f"bold {grade_style(source.reliability)}"),
            (fit(short(source.published), 11), "$text-muted"),
            (lead, "$text-muted"),
            (clean(source.publisher or source.id), "bold"),
            f"  {clean(source.title)}" if source.title else "",
            (f"  {clean(source.id)}", "$text-muted"),
            (
                f"  {number} {'entry rests' if number == 1 else 'entries rest'} on it"
                if number
                else "  nothing rests on it",
                "",
            ),
        )
        entry = self._last.get(source.id, source.entry)
        return Item(text, 13 + len(lead), f"source:{source.id}", (entry,))

    def title_line(self) -> str:
        """Return the frame's title."""
        return f"Sources ({len(self.session.claims.registers.sources)})  indented: who repeats it"
