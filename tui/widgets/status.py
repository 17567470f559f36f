"""Pane 1: where things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from tui.intervals import short
from tui.text import clean
from tui.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.quantities import Quantity
    from projections.states import State
    from projections.status import Status
    from tui.model import Session

_HEADINGS: Final = {
    "agreement": "AGREEMENT",
    "proposal": "PROPOSAL",
    "withdrawal": "WITHDRAWAL",
    "round": "TALKS",
    "commitment": "COMMITMENT",
}
_HEADING: Final = 12
_BAD: Final = frozenset({"refused", "breached", "reversed", "suspended", "deadlocked", "cancelled"})
_GOOD: Final = frozenset({"accepted", "signed", "in-force", "completed", "fulfilled", "concluded"})
_DENOUNCED: Final = {
    "denunciation-announced": "denunciation announced",
    "denunciation-notified": "denunciation notified",
}


class Row:
    """One line of the status: a heading, text in styles, and the subject and entries that it stands for."""

    __slots__ = ("because", "heading", "parts", "subject")

    def __init__(
        self, heading: str, parts: list[tuple[str, str]], subject: str | None = None, because: tuple[str, ...] = ()
    ) -> None:
        self.heading = heading
        self.parts = parts
        self.subject = subject
        self.because = because


class StatusList(LineList):
    """Where a session's negotiation stands at its cut, a line for each thing; what the last step changed bears a star."""

    BORDER_TITLE = "1 Status"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.rows: list[Row] = []
        self._changed: dict[str, str | None] = {}

    def show(self, session: Session) -> None:
        """Show where a session's negotiation stands."""
        subject = self.subject
        self._changed = {change.subject: change.before for change in session.changes}
        self.rows = list(rows(session.status))
        self.border_subtitle = f"* {len(self._changed)} changed" if self._changed else ""
        self.renew()
        for index, row in enumerate(self.rows):
            if row.subject == subject and subject is not None:
                self.point_at(index)
                break

    @property
    def subject(self) -> str | None:
        """The subject under the cursor."""
        return self.rows[self.cursor].subject if self.cursor < len(self.rows) else None

    def count(self) -> int:
        """Return the number of lines."""
        return len(self.rows)

    def can_rest(self, index: int) -> bool:
        """Rest on lines that stand for something."""
        return self.rows[index].subject is not None

    def empty(self) -> Content | None:
        """Say what brings a status about."""
        return Content("Nothing stands at this cut. ] goes on to the next entry, L to the present.")

    def draw(self, index: int, columns: int) -> Content:
        """Draw one line of the status."""
        row = self.rows[index]
        is_changed = row.subject in self._changed and bool(row.heading)
        pointer = "▶" if index == self.cursor and self.has_focus else " "
        star = ("*", "bold $text-accent") if is_changed else (" ", "")
        line = Content.assemble(pointer, (f"{row.heading:<{_HEADING}}", "$text-muted"), *row.parts)
        if is_changed:
            before = self._changed[row.subject or ""]
            line = Content.assemble(line, (f"  was {clean(before)}" if before else "  new", "italic $text-accent"))
        return Content.assemble(line.truncate(columns - 1, ellipsis=True, pad=True), star)


def rows(seen: Status) -> Iterator[Row]:
    """Yield the lines of a status."""
    for family in ("agreement", "proposal", "withdrawal", "round", "commitment"):
        heading = _HEADINGS[family]
        for thing in seen.things[family].values():
            yield Row(heading, _thing(thing), thing.subject, thing.because)
            for line in _details(thing):
                yield Row("", line, thing.subject, thing.because)
            heading = ""
    heading = "PARTNERS"
    for party, partners in seen.partners.items():
        because = seen.partnerships[party].because
        yield Row(heading, [(f"{clean(party)} ", "bold"), (clean(", ".join(partners)), "")], f"party:{party}", because)
        heading = ""
    if seen.questions:
        heading = f"OPEN ({len(seen.questions)})"
        for finding in seen.questions:
            yield Row(heading, [("? ", "$text-warning"), (clean(finding.message), "")], finding.subject, finding.entries)
            heading = ""
    others = [finding for finding in seen.findings if finding.kind != "open-question"]
    if others:
        kinds: dict[str, int] = {}
        for finding in others:
            kinds[finding.kind] = kinds.get(finding.kind, 0) + 1
        text = " · ".join(f"{number} {kind}" for kind, number in kinds.items())
        yield Row(f"FINDINGS ({len(others)})", [("⚑ ", "$text-error"), (text, "")], "findings")
    if seen.last:
        yield Row(
            "LAST", [(short(seen.last.occurred) + " ", "$text-muted"), (clean(seen.last.event), "")], f"entry:{seen.last.entry}"
        )


def _thing(thing: State) -> list[tuple[str, str]]:
    state = thing.state or "named only"
    style = "$text-error" if state in _BAD else "$text-success" if state in _GOOD else "$text-primary"
    parts = [(f"{clean(thing.id)}  ", "bold"), (_DENOUNCED.get(state, state.replace("-", " ")), f"bold {style}")]
    party = getattr(thing, "party", None)
    if party and state in {"refused", "accepted", "withdrawn", "tabled", "undertaken"}:
        parts.append((f" by {clean(party)}", ""))
    if getattr(thing, "contested", False):
        parts.append((" ⚑ contested", "$text-warning"))
    if getattr(thing, "outcome", None):
        parts.append((f" · {clean(getattr(thing, 'outcome', ''))}", ""))
    if thing.since:
        parts.append((f"  {short(thing.since)}", "$text-muted"))
    if thing.uncertain:
        parts.append((" ?", "$text-warning"))
    return parts


def _details(thing: State) -> Iterator[list[tuple[str, str]]]:
    """Yield the lines below a withdrawal: figures, and what is not known, which is shown as such."""
    if thing.family != "withdrawal":
        return
    view: Any = thing
    figures = [
        f"{word} {number(quantity)}"
        for word, quantity in (("strength", view.strength), ("departed", view.departed), ("residual", view.residual))
        if quantity is not None
    ]
    if figures:
        yield [(" · ".join(figures), "")]
    if thing.state != "completed":
        flag = " (may change)" if view.flagged and view.deadline else ""
        yield [
            ("deadline ", "$text-muted"),
            (short(view.deadline) + flag if view.deadline else "?", "" if view.deadline else "$text-warning"),
            (" · destination ", "$text-muted"),
            (clean(view.destination) if view.destination else "?", "" if view.destination else "$text-warning"),
        ]


def number(quantity: Quantity) -> str:
    """Return a quantity as a person reads it: ``1,000``, ``650–1,000``, ``more than 600``."""
    low, high = quantity.low, quantity.high
    if low is None and high is None:
        text = "?"
    elif low is None:
        text = f"at most {high:,}"
    elif high is None:
        text = f"at least {low:,}"
    else:
        text = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    unit = "" if quantity.unit == "personnel" else f" {clean(quantity.unit)}"
    return text + unit
