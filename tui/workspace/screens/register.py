"""The parties and matters of a negotiation: who is who, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from projections.views.status import positions_in
from tui.rows.glyphs import STANCES
from tui.rows.words import words
from tui.text import clean
from tui.workspace import sheets
from tui.workspace.screens.reader import ReaderScreen
from tui.workspace.widgets.report import ReportItem, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.registers import Party
    from projections.judgement.conclusions import Position
    from tui.workspace.sheets import Sheet


class RegisterScreen(ReaderScreen):
    """The parties with what they are and where they stand, then the matters with who stands where."""

    NOTHING = "No party and no matter is registered yet. esc goes back, a adds a PartyAdded."

    def items(self) -> Iterator[ReportItem]:
        """Return the parties, then the matters, each with the positions on it."""
        seen = self.session.status
        view, registers = positions_in(seen), seen.claims.registers
        of_party: dict[str, list[ReportItem]] = {}
        of_matter: dict[str, list[ReportItem]] = {}
        for (matter, party_id), cell in view.cells.items():
            of_party.setdefault(party_id, []).append(_stands(cell, clean(view.matters[matter] or matter)))
            of_matter.setdefault(matter, []).append(_stands(cell, clean(view.parties[party_id] or party_id)))
        if registers.parties:
            yield heading(f"Parties ({len(registers.parties)})")
        for party in registers.parties.values():
            yield ReportItem(_told(party), 4, f"party:{party.id}", (party.entry,))
            yield from of_party.get(party.id, ())
            partners = seen.partners.get(party.id, ())
            if partners:
                text = Content.assemble(("      partners ", "$text-muted"), clean(", ".join(partners)))
                yield ReportItem(text, 8, f"party:{party.id}", (party.entry,))
        if view.matters:
            yield heading(f"Matters ({len(view.matters)})")
        for matter, title in view.matters.items():
            entries = (registers.matters[matter].entry,) if matter in registers.matters else ()
            text = Content.assemble("  ", (clean(title or matter), "bold"), (f"  {clean(matter)}", "$text-muted"))
            yield ReportItem(text, 4, f"matter:{matter}", entries)
            yield from of_matter.get(matter, ())

    def sheet(self) -> Sheet:
        """Return one party or matter a row."""
        return sheets.register(self.session.status)

    def title_line(self) -> str:
        """Return the frame's title."""
        return "Parties and matters  who is who, and where each stands"


def _told(party: Party) -> Content:
    """Return what a party is called, and what it is."""
    what = [word for word in (party.role, party.kind) if word]
    what += [f"of {party.of}"] if party.of else []
    for name, several in (("members", party.members), ("also", party.aliases)):
        what += [f"{name} {', '.join(several)}"] if several else []
    return Content.assemble(
        (f"  {clean(party.id)}  ", "bold"), clean(party.name or ""), (f"  {clean(' · '.join(what))}", "$text-muted")
    )


def _stands(cell: Position, on: str) -> ReportItem:
    """Return a position, said of a party or of a matter."""
    glyph, style = STANCES.get(cell.stance, STANCES[None])
    stance = words(cell.stance) if cell.stance else "only red lines or concessions known"
    since = f"  {cell.since}" if cell.since else ""
    text = Content.assemble((f"      {glyph} ", style), f"{on}: ", (stance, style), (clean(since), "$text-muted"))
    return ReportItem(text, 8, cell.subject, cell.because or cell.mentions)
