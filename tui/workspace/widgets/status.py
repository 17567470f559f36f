"""Pane 1: where things stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from textual.content import Content

from projections.wording.sentences import aspect_text, notes_in_words
from tui.rows.words import number, words
from tui.text import clean
from tui.workspace.time.intervals import short
from tui.workspace.widgets.report import Report, ReportItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from projections.judgement.conclusions import Partners
    from projections.judgement.findings import Finding
    from projections.judgement.states import State
    from projections.views.status import Status
    from tui.workspace.time.session import Session

_HEADINGS: Final = {
    "agreement": "AGREEMENT",
    "proposal": "PROPOSAL",
    "withdrawal": "WITHDRAWAL",
    "round": "TALKS",
    "commitment": "COMMITMENT",
}
_HEADING: Final = 11
#: What items were made for: an object, the heading before it, and its star.
_Key: TypeAlias = tuple[int, str, str]
_BAD: Final = frozenset({"refused", "breached", "reversed", "suspended", "deadlocked", "cancelled"})
_GOOD: Final = frozenset({"accepted", "signed", "in-force", "completed", "fulfilled", "concluded"})


class StatusList(Report):
    """Where a session's negotiation stands at its cut, an item for each thing; what a step changed bears a star."""

    BORDER_TITLE = "1 Status"
    COMPACT = True

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._telling = Telling()

    def show(self, session: Session) -> None:
        """Show where a session's negotiation stands."""
        self.nothing = "Nothing stands at this cut. ] goes on to the next entry, L to the present."
        if not session.history.entries:
            self.nothing = "No entries yet. a adds one, or: communique record FILE"
        changed = {subject: _was(aspect, before) for subject, (aspect, before) in session.changes.items()}
        self.entitle(subtitle=f"* {len(changed)} changed" if changed else "")
        self.tell(self._telling.items(session.status, changed))

    @property
    def subject(self) -> str | None:
        """The subject under the cursor."""
        return self.item.subject if self.item else None

    @property
    def entry(self) -> str | None:
        """The entry that the thing under the cursor rests on last."""
        return self.item.entry if self.item else None


def _was(aspect: str, before: Any) -> str:  # noqa: ANN401 - whatever a view holds
    if aspect in {"state", "stance"}:
        return f"was {words(str(before))}" if before else "new"
    return f"{aspect_text(aspect)} changed"


class Telling:
    """Makes the items of a status; those of a thing that has not changed since the last one are the same again."""

    def __init__(self) -> None:
        self._made: dict[_Key, tuple[object, list[ReportItem]]] = {}
        self._kept: dict[_Key, tuple[object, list[ReportItem]]] = {}

    def items(self, seen: Status, changed: Mapping[str, str]) -> Iterator[ReportItem]:
        """Yield the lines of a status."""
        self._kept, self._made = self._made, {}
        for family in ("agreement", "proposal", "withdrawal", "round", "commitment"):
            heading = _HEADINGS[family]
            for thing in seen.things[family].values():
                yield from self._same(thing, heading, changed.get(thing.subject, ""), _told_thing)
                heading = ""
        heading = "PARTNERS"
        for found in seen.partnerships.values():
            yield from self._same(found, heading, changed.get(f"party:{found.party}", ""), _told_partners)
            heading = ""
        heading = f"OPEN ({len(seen.questions)})"
        for finding in seen.questions:
            yield from self._same(finding, heading, "", _told_question)
            heading = ""
        told = (finding for finding in seen.findings if not finding.is_note)
        others = Counter(finding.kind for finding in told if finding.kind != "open-question")
        if others:
            text = " · ".join(f"{number} {kind}" for kind, number in others.items())
            yield _item(f"FOUND ({others.total()})", [("⚑ ", "$text-error"), (text, "")], "findings", whole=True)
        notes = [finding.kind for finding in seen.findings if finding.is_note]
        if notes:
            yield _item("NOTES", [(notes_in_words(notes), "$text-muted")], "findings")
        if seen.last:
            when = f"{short(seen.last.occurred)} " if seen.last.occurred else ""
            words = [(when, "$text-muted"), (clean(seen.last.event), "")]
            yield _item("LAST", words, f"entry:{seen.last.entry}", (seen.last.entry,))

    def _same(
        self, told: object, heading: str, star: str, make: Callable[[Any, str, str], Iterator[ReportItem]]
    ) -> list[ReportItem]:
        """Return the items of the same object as they were made before, or make them."""
        key = (id(told), heading, star)
        found = self._kept.get(key) or (told, list(make(told, heading, star)))
        self._made[key] = found
        return found[1]


def _told_thing(thing: State, heading: str, star: str) -> Iterator[ReportItem]:
    state = _thing(thing)
    since = [(f"  {short(thing.since)}", "$text-muted")] if thing.since else []
    entries = thing.because or thing.mentions
    item = _item(heading, [*state, *since, *_star(star)], thing.subject, entries, whole=bool(star))
    yield replace(item, brief=_item(heading, state, thing.subject).text)
    for line in _details(thing):
        yield _item("", line, thing.subject, entries)


def _told_partners(found: Partners, heading: str, star: str) -> Iterator[ReportItem]:
    names = [(f"{clean(found.party)} ", "bold"), (clean(", ".join(found.partners)), ""), *_star(star)]
    yield _item(heading, names, f"party:{found.party}", found.because)


def _told_question(finding: Finding, heading: str, _star: str) -> Iterator[ReportItem]:
    words = [("? ", "$text-warning"), (clean(finding.message), "")]
    yield _item(heading, words, finding.subject, finding.entries, whole=True)


def _item(
    heading: str, parts: list[tuple[str, str]], subject: str, because: tuple[str, ...] = (), *, whole: bool = False
) -> ReportItem:
    text = Content.assemble((f"{heading:<{_HEADING}}", "$text-muted"), *parts)
    return ReportItem(text, _HEADING, subject, because, whole=whole)


def _star(star: str) -> list[tuple[str, str]]:
    return [(f" *{star}", "italic $text-accent")] if star else []


def _thing(thing: State) -> list[tuple[str, str]]:
    state = thing.state or "named only"
    style = "$text-error" if state in _BAD else "$text-success" if state in _GOOD else "$text-primary"
    parts = [(f"{clean(thing.id)}  ", "bold"), (words(state), f"bold {style}")]
    party = getattr(thing, "party", None)
    if party and state in {"refused", "accepted", "withdrawn", "tabled", "undertaken"}:
        parts.append((f" by {clean(party)}", ""))
    if getattr(thing, "contested", False):
        parts.append((" ⚑ contested", "$text-warning"))
    if getattr(thing, "outcome", None):
        parts.append((f" · {clean(getattr(thing, 'outcome', ''))}", ""))
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
    elif view.destination:
        yield [("destination ", "$text-muted"), (clean(view.destination), "")]
