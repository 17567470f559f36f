"""Recording from the workspace, and telling its screens of what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import EntryRejectedError
from tui.workspace.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tui.kept.drafts import Drafts
    from tui.workspace.jobs import IsOver
    from tui.workspace.messages import Appended


class Recorder(Shell):
    """An app that records in its log, and keeps a draft of what is not recorded yet."""

    def __init__(self, drafts: Drafts) -> None:
        super().__init__()
        self.drafts = drafts
        #: The entries recorded here, of which nobody need be told.
        self.own: set[str] = set()
        #: How much is being recorded here, and what the follower told meanwhile.
        self._recording = 0
        self._appended: list[Appended] = []

    @property
    def log_book(self) -> EventLog:
        """The log."""
        raise NotImplementedError

    def record(
        self,
        negotiation: str,
        make: Callable[[], Event],
        done: Callable[[Receipt], None],
        refused: Callable[[tuple[Problem, ...]], None],
        failed: Callable[[str], None],
    ) -> None:
        """Record an entry in the background; what is typed meanwhile is for what comes then.

        The draft of the negotiation is dropped once the entry is recorded. `refused` is told what is wrong with the
        entry, and `failed` why it could not be recorded.
        """
        self._recording += 1

        def work(_: IsOver) -> Receipt | tuple[Problem, ...]:
            try:
                return self.log_book.record([make()])
            except EntryRejectedError as error:
                return error.problems

        def over(found: Receipt | tuple[Problem, ...] | str) -> None:
            self._recording -= 1
            if isinstance(found, str):
                failed(found)
            elif isinstance(found, tuple):
                refused(found)
            else:
                self.own.update(recorded.id for recorded in found.recorded)
                self.drafts.drop(negotiation)
                done(found)
            waiting, self._appended = self._appended, []
            for message in waiting:
                self.on_appended(message)

        self.do_job("record", work, over, failed=over, leads=True, can_stop=False)

    def on_appended(self, message: Appended) -> None:
        """Hand what was recorded to every screen that shows entries, once it is known which of it is our own."""
        if self._recording:
            self._appended.append(message)
            return
        for screen in self.screen_stack:
            take = getattr(screen, "take", None)
            if take is not None:
                take(message)
