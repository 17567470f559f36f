"""Pane 1: where things stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from textual.content import Content

from projections.claims.readings import split
from projections.judgement.findings import OPEN
from projections.wording.sentences import aspect_text, figure_text, notes_in_words
from tui.rows.words import number, words
from tui.text import clean
from tui.workspace.time.intervals import short
from tui.workspace.time.places import ways_on
from tui.workspace.widgets.cells import cell_len, fit
from tui.workspace.widgets.report import Report, ReportItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from projections.claims.figures import Counted
    from projections.judgement.conclusions import Partners
    from projections.judgement.findings import Finding
    from projections.judgement.states import State
    from projections.readmodel.portfolio import Detail
    from projections.views.status import Status
    from tui.workspace.time.session import Session

#: The families of things in the order in which they are shown, each with its heading.
_HEADINGS: Final = {
    "agreement": "AGREEMENT",
    "proposal": "PROPOSAL",
    "withdrawal": "WITHDRAWAL",
    "round": "TALKS",
    "commitment": "COMMITMENT",
    "sanction": "SANCTION",
}
_HEADING: Final = 11
#: Things of a family that are shown before it is folded.
MOST: Final = 8
_FOLD: Final = "fold"
#: Findings of a sort that are told beside the list of all negotiations.
_FEW: Final = 3
#: Columns of an id that stay, if what is told after its state can be cut instead.
_LEAST_ID: Final = 12
#: What items were made for: an object, the heading before it, and its star.
_Key: TypeAlias = tuple[int, str, str]
_Items: TypeAlias = "Iterator[ReportItem]"
_Make: TypeAlias = "Callable[[Any, str, str], _Items]"
_BAD: Final = frozenset({"refused", "breached", "reversed", "suspended", "deadlocked", "cancelled"})
_GOOD: Final = frozenset({"accepted", "signed", "in-force", "completed", "fulfilled", "concluded"})


class StatusList(Report):
    """Where a session's negotiation stands at its cut, an item for each thing; what a step changed bears a star."""

    BORDER_TITLE = "1 Status"
    COMPACT = True

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._telling = Telling()
        self._shown: tuple[Status, Mapping[str, str]] | None = None
        #: The families of which all things are shown.
        self._unfolded: frozenset[str] = frozenset()

    def show(self, session: Session) -> None:
        """Show where a session's negotiation stands."""
        self.nothing = f"Nothing stands at this cut. {ways_on(session)}"
        if session.is_live and not session.claims.standing:
            self.nothing = "Nothing stands yet. a adds what happened, or: communique record FILE"
        changed = {subject: _was(aspect, before, session) for subject, (aspect, before) in session.changes.items()}
        self._shown = session.status, changed
        self._retell()

    def _retell(self) -> None:
        if self._shown is not None:
            seen, changed = self._shown
            self.entitle(subtitle=pinned(seen, len(changed)))
            self.tell(self._telling.items(seen, changed, self._unfolded))

    def unfold(self) -> bool:
        """Show all of the family under the cursor, if it is a folded one, or fold it again; say whether it was."""
        kind, _, family = (self.item.subject or "").partition(":") if self.item else ("", "", "")
        if kind != _FOLD:
            return False
        self._unfolded ^= {family}
        self._retell()
        return True

    @property
    def subject(self) -> str | None:
        """The subject under the cursor; a folded family is none."""
        subject = self.item.subject if self.item else None
        return None if (subject or "").startswith(f"{_FOLD}:") else subject

    @property
    def entry(self) -> str | None:
        """The entry that the thing under the cursor rests on last."""
        return self.item.entry if self.item else None


def pinned(seen: Status, changed: int) -> str:
    """Return what is to be seen however long the list is: open questions, what does not fit, what a step changed."""
    found = len(seen.open)
    told = ((found, "? {} open"), (len(seen.unsettled) - found, "⚑ {} found"), (changed, "* {} changed"))
    return " · ".join(text.format(number) for number, text in told if number)


def previewed(detail: Detail) -> Iterator[ReportItem]:
    """Yield the lines that tell of a negotiation beside the list of all: what is open first, then what stands."""
    for name, sign, is_open in (("OPEN", "? ", True), ("FOUND", "⚑ ", False)):
        messages = [message for kind, message in detail.findings if (kind in OPEN) is is_open]
        heading = f"{name} ({len(messages)})"
        for message in messages[:_FEW]:
            yield _item(heading, [(sign, "$text-warning"), (clean(message), "")], "")
            heading = ""
    family = ""
    for kind, name, state, since in sorted(detail.things, key=lambda thing: list(_HEADINGS).index(thing[0])):
        heading = "" if kind == family else _HEADINGS[kind]
        family = kind
        yield _item(heading, [(f"{clean(name)}  ", "bold"), (state, "bold"), (f"  {short(since)}", "$text-muted")], "")


def _moved_last(things: list[State], seen: Status, changed: Mapping[str, str]) -> list[State]:
    """Return the things of a family that moved last, in their order, and those that a step changed."""
    if len(things) <= MOST:
        return things

    def moved(thing: State) -> tuple[bool, Any]:
        reading = seen.claims.get((thing.because or thing.mentions or ("",))[-1])
        return reading is not None, reading.order if reading is not None else ()

    last = {thing.subject for thing in sorted(things, key=moved)[-MOST:]}
    return [thing for thing in things if thing.subject in last or thing.subject in changed]


def _folded(family: str, left: list[State]) -> ReportItem:
    """Return the line that stands for the things of a family that are not shown."""
    if not left:
        return _item("", [("− fold those that moved earlier", "$text-muted")], f"{_FOLD}:{family}")
    states = Counter(words(thing.state or "named only") for thing in left)
    told = ", ".join(f"{number} {state}" for state, number in states.most_common())
    return _item("", [(f"+ {len(left)} more: ", "bold"), (told, "$text-muted")], f"{_FOLD}:{family}")


def _was(aspect: str, before: Any, session: Session) -> str:  # noqa: ANN401 - whatever a view holds
    """Return what a step changed: what it was before, or after a step back what comes of it then."""
    if aspect in {"state", "stance"}:
        lead = "then" if session.is_back else "before"
        return f"{lead}: {words(str(before))}" if before else "new"
    return f"{aspect_text(aspect)} changed"


class Telling:
    """Makes the items of a status; those of a thing that has not changed since the last one are the same again."""

    def __init__(self) -> None:
        self._made: dict[_Key, tuple[object, list[ReportItem]]] = {}
        self._kept: dict[_Key, tuple[object, list[ReportItem]]] = {}

    def items(
        self, seen: Status, changed: Mapping[str, str], unfolded: frozenset[str] = frozenset()
    ) -> Iterator[ReportItem]:
        """Yield the lines of a status; of a family with many things those that moved last, unless it is unfolded."""
        self._kept, self._made = self._made, {}
        for family, name in _HEADINGS.items():
            heading = name
            things = list(seen.things[family].values())
            kept = things if family in unfolded else _moved_last(things, seen, changed)
            for thing in kept:
                yield from self._same(thing, heading, changed.get(thing.subject, ""), _told_thing)
                heading = ""
            if len(things) > MOST:
                yield _folded(family, [thing for thing in things if thing not in kept])
        partners = ((each, each.subject, _told_partners) for each in seen.partnerships.values() if each.partners)
        yield from self._under("PARTNERS", partners, changed)
        figures = ((each, of, partial(_told_figure, of)) for of, found in seen.figures.items() for each in found)
        yield from self._under("FIGURES", figures, changed)
        yield from self._under(f"OPEN ({len(seen.open)})", ((each, "", _told_question) for each in seen.open), changed)
        others = Counter(finding.kind for finding in seen.unsettled if finding.kind not in OPEN)
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

    def _under(self, heading: str, told: Iterable[tuple[object, str, _Make]], changed: Mapping[str, str]) -> _Items:
        """Yield the items of objects, each with its subject and what makes them, below a heading before the first."""
        for each, subject, make in told:
            yield from self._same(each, heading, changed.get(subject, ""), make)
            heading = ""

    def _same(self, told: object, heading: str, star: str, make: _Make) -> list[ReportItem]:
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
    yield replace(item, brief=lambda columns: _item(heading, _thing(thing, columns - _HEADING), thing.subject).text)
    for line in _details(thing):
        yield _item("", line, thing.subject, entries)


def _told_partners(found: Partners, heading: str, star: str) -> Iterator[ReportItem]:
    names = [(f"{clean(found.party)} ", "bold"), (clean(", ".join(found.partners)), ""), *_star(star)]
    yield _item(heading, names, f"party:{found.party}", found.because)


def _told_figure(subject: str, found: Counted, heading: str, star: str) -> Iterator[ReportItem]:
    figure = figure_text(found.low, found.high, found.unit, found.scope, approximate=found.approximate)
    words = [(f"{clean(split(subject)[1])}  ", "bold"), (clean(f"{found.quantity} {figure}"), ""), *_star(star)]
    yield _item(heading, words, subject, found.because, whole=bool(star))


def _told_question(finding: Finding, heading: str, _star: str) -> Iterator[ReportItem]:
    sign = "! " if finding.kind == "overdue" else "? "
    words = [(sign, "$text-warning"), (clean(finding.message), "")]
    yield _item(heading, words, finding.subject, finding.entries, whole=True)


def _item(
    heading: str, parts: list[tuple[str, str]], subject: str, because: tuple[str, ...] = (), *, whole: bool = False
) -> ReportItem:
    text = Content.assemble((f"{heading:<{_HEADING}}", "$text-muted"), *parts)
    return ReportItem(text, _HEADING, subject, because, whole=whole)


def _star(star: str) -> list[tuple[str, str]]:
    return [(f" *{star}", "italic $text-accent")] if star else []


def _thing(thing: State, columns: int | None = None) -> list[tuple[str, str]]:
    """Return a thing and its state; in so many columns its id is cut, so that its state and outcome never are."""
    state = thing.state or "named only"
    style = "$text-error" if state in _BAD else "$text-success" if state in _GOOD else "$text-primary"
    parts = [(words(state), f"bold {style}")]
    if getattr(thing, "outcome", None):
        parts.append((f" · {clean(getattr(thing, 'outcome', ''))}", ""))
    wanted = _length(parts)
    party = getattr(thing, "party", None)
    if party and state in {"refused", "accepted", "withdrawn", "tabled", "undertaken"}:
        parts.append((f" by {clean(party)}", ""))
    if getattr(thing, "contested", False):
        parts.append((" ⚑ contested", "$text-warning"))
    if thing.uncertain:
        parts.append((" ?", "$text-warning"))
    name = clean(thing.id)
    if columns is not None:
        room = max(columns - 2 - _length(parts), min(columns - 2 - wanted, _LEAST_ID), 1)
        name = fit(name, min(room, cell_len(name)))
    return [(f"{name}  ", "bold"), *parts]


def _length(parts: list[tuple[str, str]]) -> int:
    return sum(cell_len(text) for text, _ in parts)


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
