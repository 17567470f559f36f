"""What workers and widgets tell a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

if TYPE_CHECKING:
    from tracker.codec import Recorded


class Goal(NamedTuple):
    """Where in a negotiation a person wants to be: at an entry, or at what stands behind what is said of a subject."""

    entry: str | None = None
    subject: str | None = None


@dataclass(eq=False)
class Appended(Message):
    """Entries were recorded, by us or by anybody else."""

    entries: tuple[Recorded, ...]


@dataclass(eq=False)
class LogLost(Message):
    """The log cannot be read any more: why."""

    problem: str


class LogFound(Message):
    """The log that could not be read can be read again."""


@dataclass(eq=False)
class DraftsWait(Message):
    """Drafts have come or gone: how many wait now, by negotiation."""

    waiting: dict[str, int]


@dataclass(eq=False)
class CursorMoved(Message):
    """The cursor of a list stands on another line."""

    sender: object
    index: int


@dataclass(eq=False)
class LineChosen(Message):
    """A line of a list was chosen, by enter or a second click."""

    sender: object
    index: int


@dataclass(eq=False)
class PassageChosen(Message):
    """A passage of a document was selected: where it begins and ends in the text, and the text as it stands there."""

    sender: object
    start: int
    end: int
    text: str


@dataclass(eq=False)
class TimePicked(Message):
    """A moment was picked with the mouse on an axis; None for the end of it, which is the present."""

    axis: str
    at: int | None

    def can_replace(self, message: Message) -> bool:
        """Let only the last one of a quick drag be looked at."""
        return isinstance(message, TimePicked)


@dataclass(eq=False)
class ActionPicked(Message):
    """An action was picked by its name: in the palette, the help or the footer."""

    action: str


@dataclass(eq=False)
class OrderPicked(Message):
    """The order of a list was picked, by a click on the head of a column."""

    order: str


class Missed(Message):
    """Something in sight waits to be summed up."""
