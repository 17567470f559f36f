"""Entries from a command line: ``field=value`` pairs, in which all stands that a script may write shortly."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.dates.informal import at_prompt
from tracker.entry import prepare
from tracker.events.knowledge import EntryCorrected
from tracker.events.registry import event_type
from tracker.events.stage import NegotiationOpened
from tracker.scripts.dates import with_dates
from tracker.scripts.formats import ScriptItem
from tracker.scripts.paths import from_assignments
from tracker.scripts.reading import ScriptLine, lines_of
from tracker.scripts.script import unknown_names
from tracker.scripts.shorthands import Shorthands
from tracker.spelling import Hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from tracker.codec import Recorded
    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog


class Added(NamedTuple):
    """The entries that pairs stand for, in the order in which they are recorded, and which of them is described."""

    lines: list[ScriptLine]
    place: int

    @property
    def line(self) -> ScriptLine:
        """The entry that is described; the others register what it names."""
        return self.lines[self.place]

    @property
    def events(self) -> list[Event]:
        """The entries that are right."""
        return [line.event for line in self.lines if line.event is not None]

    @property
    def is_right(self) -> bool:
        """Whether all of them are."""
        return all(line.event is not None for line in self.lines)

    def with_line(self, line: ScriptLine) -> Added:
        """Return the same with another reading of the entry that is described."""
        return self._replace(lines=[*self.lines[: self.place], line, *self.lines[self.place + 1 :]])

    def after(self, events: Sequence[Event]) -> Added:
        """Return the same with other entries before them, which register what they name."""
        return Added([*(ScriptLine("", 0, event) for event in events), *self.lines], self.place + len(events))

    def among(self, recorded: Sequence[Recorded]) -> Recorded | None:
        """Return the entry that is described among those that were recorded, None if it was there already."""
        event = self.line.event
        if event is None:
            return None
        if isinstance(event, EntryCorrected):
            # Its id is made of what its changes come to.
            return next((one for one in recorded if isinstance(one.event, EntryCorrected)), None)
        return next((one for one in recorded if one.id == prepare(event).id), None)

    def problems(self, log: EventLog) -> list[Problem]:
        """Return all that is wrong with them, the names included that those rest on which are wrong anyway."""
        registered = [(event.negotiation, prepare(event).registers) for event in self.events]
        assumed = {(name, *register) for name, register in registered if register is not None}
        assumed.update(name for line in self.lines for name in line.assumes)
        names = [(*name, line.file, line.line) for line in self.lines for name in line.names]
        told = [problem for line in self.lines for problem in line.problems]
        return [*told, *unknown_names(log, names, assumed, Hints())]


def entries_from_assignments(
    event_name: str,
    negotiation: str,
    assignments: Iterable[str],
    shorthands: Shorthands | None = None,
) -> Added:
    """Return what ``field=value`` pairs describe, as written on a command line: entries, or what is wrong with them.

    A dotted field reaches inside (``evidence.0.source=…``); a list is written with commas (``toward=RUS,CHN``) or by
    index. Dates are written as in a script. Raises `NameUnknownError` for the event type.
    """
    kind = event_type(event_name)
    item = from_assignments(kind, negotiation, assignments)
    items = list((shorthands or Shorthands()).expand([item]))
    described = max(
        index for index, one in enumerate(items) if one.data is not None and one.data["event"] == kind.__name__
    )
    return Added(list(lines_of(items, "")), described)


def as_at_prompt(kind: type[Event], data: Mapping[str, Any], today: date | None) -> dict[str, Any]:
    """Return fields of an event type with the dates that people write as EDTF, where they have one reading."""
    return with_dates(kind, data, partial(at_prompt, today=today))


def in_long_form(
    kind: type[Event], data: Mapping[str, Any], shorthands: Shorthands
) -> tuple[ScriptItem, list[ScriptItem]]:
    """Return changed fields of an entry in their long form, and the items that register what they describe."""
    item = ScriptItem(0, dict(data))
    if issubclass(kind, NegotiationOpened):
        # With what it was opened is no field of it.
        return item, []
    *before, item = shorthands.expand([item])
    return item, before
