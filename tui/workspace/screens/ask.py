"""A line to be written: where to go, what to find, which entries to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.workspace.jobs import Working
from tui.workspace.screens.over import Over
from tui.workspace.widgets.line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.workspace.jobs import IsOver


class Ask(Over[str | None]):
    """Asks for one line, and says while it is being written what is wrong with it; gives None for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss_none", "Back", show=False)]

    def __init__(
        self,
        title: str,
        hint: str,
        *,
        check: Callable[[str], str] = lambda _: "",
        value: str = "",
        explain: Callable[[str], str] = lambda _: "",
    ) -> None:
        super().__init__()
        self._title, self._hint, self._value = title, hint, value
        self._check = check
        self._explain = explain

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield TextLine(self._value, id="line")
            yield Static(Content(self._hint), classes="said", id="said", markup=False)

    def on_mount(self) -> None:
        """Give the line the keys."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the line means, or what is wrong with it."""
        self._look(event.value, self._tell, leads=False)

    def _look(self, text: str, done: Callable[[tuple[str, str]], None], *, leads: bool) -> None:
        """Find out in the background what is wrong with a line, and what it means where nothing is."""

        def work(_: IsOver) -> tuple[str, str]:
            problem = self._check(text) if text.strip() else ""
            return problem, problem or self._explain(text)

        app = self.app
        assert isinstance(app, Working)  # noqa: S101 - no other app asks
        app.do_job("ask", work, done, leads=leads)

    def _tell(self, found: tuple[str, str]) -> None:
        problem, words = found
        if self.query("#said"):
            said = self.query_one("#said", Static)
            said.update(Content(words or self._hint))
            said.set_class(bool(problem), "wrong")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the line back, once it is right."""
        text = event.value.strip()

        def done(found: tuple[str, str]) -> None:
            self._tell(found)
            if not found[0] and self.is_current:
                self.dismiss(text)

        self._look(text, done, leads=True)

    def action_dismiss_none(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
