"""What workers and widgets tell a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from projections.readmodel.portfolio import Outline
    from tracker.codec import Recorded
    from tui.workspace.time.model import Session


class Loaded(Message):
    """A negotiation has been read."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class Listed(Message):
    """There are several negotiations, to be listed: their entries by name."""

    def __init__(self, entries: dict[str, int]) -> None:
        super().__init__()
        self.entries = entries


class Failed(Message):
    """Work in the background met an error that a person should read."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class Appended(Message):
    """Entries were recorded, by us or by anybody else."""

    def __init__(self, entries: tuple[Recorded, ...]) -> None:
        super().__init__()
        self.entries = entries


class CursorMoved(Message):
    """The cursor of a list stands on another line."""

    def __init__(self, sender: object, index: int) -> None:
        super().__init__()
        self.sender = sender
        self.index = index


class LineChosen(Message):
    """A line of a list was chosen, by enter or a second click."""

    def __init__(self, sender: object, index: int) -> None:
        super().__init__()
        self.sender = sender
        self.index = index


class TimePicked(Message):
    """A moment was picked with the mouse on an axis; None for the end of it, which is the present."""

    def __init__(self, axis: str, at: int | None) -> None:
        super().__init__()
        self.axis = axis
        self.at = at

    def can_replace(self, message: Message) -> bool:
        """Let only the last one of a quick drag be looked at."""
        return isinstance(message, TimePicked)


class ActionPicked(Message):
    """An action was picked by its name: in the palette, the help or the footer."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class Counted(Message):
    """The negotiations of the log have been counted: entries by name."""

    def __init__(self, entries: dict[str, int]) -> None:
        super().__init__()
        self.entries = entries


class Missed(Message):
    """Something in sight waits to be summed up."""


class Summed(Message):
    """Negotiations were summed up."""

    def __init__(self, outlines: tuple[Outline, ...]) -> None:
        super().__init__()
        self.outlines = outlines
