"""What a brief holds, before it takes the form of a document.

Sources go by their numbers in `Brief.sources`, entries by their ids. Texts are as recorded: it is the writer of a
format who takes them through its door.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.wording.plain import plain

if TYPE_CHECKING:
    from projections.claims.cut import Cut
    from projections.exports.brief.chart import Chart
    from projections.exports.brief.playchart import PlayChart

#: Lines of a chronology above which it is folded by month.
_LONG: Final = 500
_EPOCH: Final = date(1970, 1, 1)
_MONTH: Final = re.compile(r"-?[0-9]{4}(?:-[0-9]{2})?")


class Backing(NamedTuple):
    """What something rests on: entries, their sources by number, and how many voices are for and against it."""

    entries: tuple[str, ...]
    sources: tuple[int, ...]
    voices: int
    against: int


class Statement(NamedTuple):
    """Where one thing stands: its state in words, since when (EDTF), and what else is known as (label, words)."""

    subject: str
    name: str
    about: str | None
    state: str
    since: str | None
    uncertain: bool
    details: tuple[tuple[str, str], ...]
    backing: Backing


class Family(NamedTuple):
    """The things of one kind under their heading."""

    heading: str
    statements: tuple[Statement, ...]


class FigureLine(NamedTuple):
    """A quantity of a thing: what is counted, the range that its claims leave open, and when they are of (EDTF)."""

    name: str
    quantity: str
    figure: str
    occurred: str | None
    backing: Backing


class Stand(NamedTuple):
    """Where a party stands on a matter; `more` are terms, red lines and concessions as (label, text)."""

    stance: str
    since: str | None
    uncertain: bool
    more: tuple[tuple[str, str], ...]
    backing: Backing


class Matrix(NamedTuple):
    """Positions: parties by name, and for each matter a row of where each of them stands, None where unknown."""

    parties: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Stand | None, ...]], ...]


class PartyLine(NamedTuple):
    """A party as registered, with the partners that it turns to by name, what says so, and the figures told of it."""

    id: str
    name: str | None
    role: str | None
    partners: tuple[str, ...]
    backing: Backing | None
    figures: tuple[str, ...] = ()


class Ahead(NamedTuple):
    """Something that is to come: by which date in words, and what, with the sources that say so."""

    date: str
    says: str
    entries: tuple[str, ...]
    sources: tuple[int, ...]


class Noted(NamedTuple):
    """A finding, with the numbers of the sources of its entries."""

    kind: str
    subject: str
    message: str
    entries: tuple[str, ...]
    sources: tuple[int, ...]


class Group(NamedTuple):
    """Findings of one kind under their heading."""

    heading: str
    findings: tuple[Noted, ...]


class Contrary(NamedTuple):
    """An entry that argues against a conclusion: how, and what it says."""

    name: str
    how: str
    says: str
    when: str
    entry: str
    grade: str
    sources: tuple[int, ...]


class EventLine(NamedTuple):
    """A line of the chronology: when in words and what, with what is to be known about it in `marks`.

    `certain` says that the day is given and is not in doubt; `aside` that the entry is about other entries.
    """

    entry: str
    when: str
    certain: bool
    says: str
    grade: str
    marks: tuple[str, ...]
    retracted: bool
    aside: bool
    sources: tuple[int, ...]


class ChangeLine(NamedTuple):
    """A conclusion that is another than before."""

    name: str
    aspect: str
    before: str
    after: str
    entries: tuple[str, ...]
    sources: tuple[int, ...]


class Since(NamedTuple):
    """What changed since a cut: conclusions, and findings that appeared, went, or say otherwise (before, after)."""

    cut: str
    changes: tuple[ChangeLine, ...]
    appeared: tuple[Noted, ...]
    gone: tuple[Noted, ...]
    changed: tuple[tuple[Noted, Noted], ...]

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        return bool(self.changes or self.appeared or self.gone or self.changed)


class NumberedSource(NamedTuple):
    """A source by its number, with those that it repeats by theirs; the address as it was registered."""

    number: int
    id: str
    publisher: str | None
    title: str | None
    author: str | None
    published: str | None
    language: str | None
    reliability: str
    relays: tuple[int, ...]
    address: str | None


class PlayItem(NamedTuple):
    """Something said on some days: of which subject, in which state, as a finding of which kind, and in words.

    The state is a position's stance, empty if none is known, and None for what is neither a thing nor a position.
    `form` says which of them `said` is: ``statement``, ``stand``, ``noted`` or ``ahead``.
    """

    form: str
    subject: str
    state: str | None
    kind: str
    name: str
    said: Any


class PlayGroup(NamedTuple):
    """Items under one heading, each with its number."""

    heading: str
    items: tuple[tuple[int, PlayItem], ...]


class PlayStep(NamedTuple):
    """A step: its day, which items come and go with it, by number, and what it changed in words.

    `coming` is ahead from this step on, and `going` no longer. `last` is the last entry where nothing else changed.
    """

    day: str
    come: tuple[int, ...]
    gone: tuple[int, ...]
    changes: Since
    coming: tuple[Ahead, ...] = ()
    going: tuple[Ahead, ...] = ()
    last: Noted | None = None

    @property
    def told(self) -> int:
        """How many changes are told."""
        # A finding that says the same by other entries is not told as a change.
        otherwise = sum(newer.message != older.message for older, newer in self.changes.changed)
        lists = (self.changes.changes, self.changes.appeared, self.changes.gone, self.coming, self.going)
        return sum(map(len, lists)) + otherwise

    def to_json(self) -> dict[str, Any]:
        """Return the step as the page's script reads it; `at` is the day as days since 1970."""
        at = (date.fromisoformat(self.day) - _EPOCH).days
        return {"day": self.day, "at": at, "come": self.come, "gone": self.gone, "changes": self.told}


class Play(NamedTuple):
    """All that a page shows while it plays; `steps` by axis."""

    groups: tuple[PlayGroup, ...]
    steps: dict[str, tuple[PlayStep, ...]]
    #: The lanes by axis, of axes along which there are any.
    charts: tuple[PlayChart, ...] = ()

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes along which it plays, the one that it begins with first."""
        return tuple(self.steps)

    @property
    def last(self) -> str:
        """The last day of the axis that it begins with; empty if there is none."""
        steps = self.steps[self.axes[0]]
        return steps[-1].day if steps else ""

    @property
    def today(self) -> date | None:
        """The day of the last step along any axis; None if there is none."""
        last = max((steps[-1].day for steps in self.steps.values() if steps), default=None)
        return None if last is None else date.fromisoformat(last)

    @property
    def data(self) -> str:
        """The steps as the page's script reads them, as JSON that may stand in HTML."""
        places = {chart.axis: chart.places for chart in self.charts}
        told = {
            axis: [{**step.to_json(), "x": places.get(axis, {}).get(step.day)} for step in steps]
            for axis, steps in self.steps.items()
        }
        # What would end the element is escaped; nothing of it comes from outside but days.
        return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")


class Brief(NamedTuple):
    """A report about a negotiation at a cut.

    `summary` are the analyst's own words, None at a cut of the world or the public; `as_of` is the cut in words;
    `entries` and `head` are those of the recorded prefix; `chart` is the chronology as a drawing, None where there is
    nothing to draw.
    """

    negotiation: str
    title: str | None
    summary: str | None
    cut: Cut
    as_of: str
    without: tuple[str, ...]
    entries: int
    head: str
    parties: tuple[PartyLine, ...]
    standing: tuple[Family, ...]
    since: Since | None
    figures: tuple[FigureLine, ...]
    positions: Matrix
    questions: tuple[Group, ...]
    findings: tuple[Group, ...]
    #: How many notes there are of each kind, in one line; empty where there is none.
    notes: str
    expected: tuple[Ahead, ...]
    against: tuple[Contrary, ...]
    chronology: tuple[EventLine, ...]
    #: How many entries the chronology leaves out, as was asked for.
    left_out: int
    chart: Chart | None
    sources: tuple[NumberedSource, ...]
    #: The steps of a page that plays; None for one that does not.
    play: Play | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what the brief holds as JSON holds it; the drawing and the steps are left out."""
        return {name: plain(value) for name, value in self._asdict().items() if name not in {"chart", "play"}}

    @property
    def months(self) -> dict[str, list[EventLine]]:
        """The chronology by month, or by year where no month is told; empty while it is short enough to be read."""
        found: dict[str, list[EventLine]] = {}
        if len(self.chronology) > _LONG:
            for event in self.chronology:
                month = _MONTH.search(event.when)
                found.setdefault(month[0] if month else "no date", []).append(event)
        return found
