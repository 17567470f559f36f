"""What is written in a form is kept as a draft: while it is written, when it is left, and when the program ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.workspace.actions import BY_ID

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.workspace.jobs import IsOver
    from tui.workspace.screens.form import FormScreen

#: Seconds after which what was written is kept, though it is still being written.
_PERIOD: Final = 1.0


class Keeping:
    """Keeps what is written in a form, once anything is written that was not in it from the beginning."""

    def __init__(self, form: FormScreen, before: dict[str, str]) -> None:
        self._form = form
        #: The fields of the entry that is corrected.
        self._before = before
        self._given = self._written()
        #: Whether it was kept before.
        self._is_begun = False
        #: Whether it is kept for another run, too.
        self.is_written = True
        self._timer: Timer | None = None
        #: Whether it was told that another workspace has the same draft.
        self._is_told = False

    def _written(self) -> dict[str, str]:
        return {path: text for path, text in self._form.values.items() if text.strip()}

    def note(self) -> None:
        """Take in that something was written; it is kept within a second, also while keys come without a pause."""
        if self._timer is None:
            self._timer = self._form.set_timer(_PERIOD, self.soon)

    def soon(self) -> None:
        """Keep what is written, in the background."""
        if not self._hold():
            return
        drafts = self._form.workspace.drafts

        def work(_: IsOver) -> bool:
            return drafts.write()

        self._form.workspace.do_job("keep", work, self._have_written)

    def now(self) -> bool:
        """Keep what is written, and say whether there is a draft."""
        if not self._hold():
            return False
        self.is_written = self._form.workspace.drafts.write()
        return True

    def holds_back(self) -> bool:
        """Say whether it is not to be recorded yet, as another workspace has recorded or changed the same draft.

        That is told once: who asks again records it.
        """
        form = self._form
        if self._is_told or not form.workspace.drafts.is_changed(form.kept_for, form.draft.number):
            return False
        self._is_told = True
        form.notify(
            "Another workspace has recorded, changed or dropped this draft meanwhile."
            f" {BY_ID['record'].shown_keys} records what stands here all the same.",
            severity="warning",
            timeout=10,
        )
        return True

    def end(self) -> None:
        """Take in that what is written is recorded: it is no draft any more."""
        self._given, self._is_begun = self._written(), False

    def _have_written(self, is_written: bool) -> None:  # noqa: FBT001 - what comes of a job
        self.is_written = is_written

    def _hold(self) -> bool:
        """Hold what is written as a draft; say whether there is one."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        form = self._form
        drafts = form.workspace.drafts
        self._is_begun = (
            self._is_begun or self._written() != self._given or drafts.get(form.kept_for, form.draft.number) is not None
        )
        if self._is_begun:
            # Of a correction, only what it changes.
            values = {path: text for path, text in form.values.items() if text != self._before.get(path)}
            form.draft = form.draft._replace(values=values)
            drafts.hold(form.kept_for, form.draft)
        return self._is_begun
