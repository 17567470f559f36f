"""What opens over a screen, which is seen through it: a line to be written, and a few things to choose from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.visual import Visual, visualize
from textual.widgets import Input, Static

from tui.text import clean_lines
from tui.workspace.jobs import Working
from tui.workspace.screens.base import StyledOnce
from tui.workspace.widgets.line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    from rich.console import RenderableType
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.color import Color
    from textual.css.styles import RulesMap
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.style import Style as VisualStyle
    from textual.visual import RenderOptions

    from tui.workspace.jobs import IsOver

_Result = TypeVar("_Result")
#: Styles that are kept in the colours of a screen below; a screen has some fifty.
_KEPT: Final = 1024


class Over(StyledOnce[_Result], ModalScreen[_Result]):
    """A dialog: it gives back what was chosen or written."""

    # A dialog looks the same in every layout, so that it need not be styled anew for the layout of the terminal.
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - Textual declares them as variables of an instance
    VERTICAL_BREAKPOINTS = []  # noqa: RUF012 - the same

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Back", show=False),
        # Textual tells it only where no dialog is open.
        Binding("ctrl+c", "app.help_quit", show=False, system=True),
    ]

    def __init__(self, classes: str = "over") -> None:
        super().__init__(classes=classes)
        #: The screen below as it was drawn last, and what of it was drawn.
        self._drawn: _Kept | None = None
        self._of: tuple[object, ...] = ()

    def action_give_up(self) -> None:
        """Leave without an answer, and wait for nothing that is looked for because of one."""
        if isinstance(self.app, Working):
            self.app.stop_jobs()
        self.dismiss(None)

    def render(self) -> RenderableType:
        """Draw the screen below, anew only if it looks otherwise now."""
        shown = super().render()
        if not isinstance(shown, BackgroundScreen):
            return shown
        of = self._state(shown.screen, shown.color)
        if self._drawn is None or self._of != of:
            self._of = of
            self._drawn = _Kept(visualize(self, _Below(shown.screen, shown.color)))
        # Textual draws a visual, too, though it does not say so for screens.
        return cast("RenderableType", self._drawn)

    def _state(self, below: Screen[Any], color: Color) -> tuple[object, ...]:
        """Return what the look of the screen below depends on."""
        return below, below.changes if isinstance(below, StyledOnce) else object(), color, self.size

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw all again, or some regions of it, as the screen below asks for even if nothing of it has changed."""
        if regions and self._of:
            below, _, color, _ = self._of
            if self._of == self._state(cast("Screen[Any]", below), cast("Color", color)):
                return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class _Kept(Visual):
    """Something drawn once."""

    def __init__(self, visual: Visual) -> None:
        self._visual = visual
        self._strips: list[Strip] | None = None

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return what it needs."""
        return self._visual.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return what it needs."""
        return self._visual.get_height(rules, width)

    def render_strips(self, width: int, height: int | None, style: VisualStyle, options: RenderOptions) -> list[Strip]:
        """Draw it, the first time."""
        if self._strips is None:
            self._strips = self._visual.render_strips(width, height, style, options)
        return self._strips


class _Below(BackgroundScreen):
    """The screen below: Textual's takes as long as all the rest, as it makes a style anew for each piece of a line."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """Yield what is seen, in fainter colours."""
        for segment in segments:
            text, style, control = segment
            yield segment if control else Segment(text, _fainter(style or Style.null(), color))


@lru_cache(maxsize=_KEPT)
def _fainter(style: Style, color: Color) -> Style:
    """Return a style in the colours that it has below a colour that one sees through."""
    (segment,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return segment.style or style


class Ask(Over[str | None]):
    """Asks for one line, and says while it is being written what is wrong with it; gives None for escape.

    It calls `keep` with what is written so far.
    """

    def __init__(  # noqa: PLR0913 - what is asked, and what is done with it
        self,
        title: str,
        hint: str,
        *,
        check: Callable[[str], str] = lambda _: "",
        value: str = "",
        explain: Callable[[str], str] = lambda _: "",
        keep: Callable[[str], object] = lambda _: None,
    ) -> None:
        super().__init__()
        self._title, self._hint, self._value = title, hint, value
        self._check = check
        self._explain = explain
        self._keep = keep

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield TextLine(self._value, id="line")
            yield Static(Content(self._hint), classes="said", id="said", markup=False)

    def on_mount(self) -> None:
        """Give the line the keys."""
        self.query_one(Input).focus()

    @property
    def _written(self) -> str:
        """What was written, as it is and not as it is shown."""
        return self.query_one(TextLine).written.strip()

    def on_input_changed(self) -> None:
        """Say what the line means, or what is wrong with it; and keep it for whoever asks again."""
        self._keep(self._written)
        self._look(self._written, self._tell, leads=False)

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
            said.update(Content(clean_lines(words or self._hint)))
            said.set_class(bool(problem), "wrong")

    def on_input_submitted(self) -> None:
        """Give the line back, once it is right."""
        text = self._written

        def done(found: tuple[str, str]) -> None:
            self._tell(found)
            if not found[0] and self.is_current:
                self.dismiss(text)

        self._look(text, done, leads=True)


class Choose(Over[str | None]):
    """Shows a text and what may be chosen, as (key, words); gives back the key, or None for escape."""

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._choices = title, text, choices

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            if self._text:
                yield Static(Content(clean_lines(self._text)), markup=False)
            lines = [
                Content.assemble((f" {key} ", "bold reverse"), f"  {words}")
                for key, words in (*self._choices, ("esc", "back"))
            ]
            yield Static(Content("\n").join([Content(""), *lines]), markup=False, id="choices")

    def on_key(self, event: events.Key) -> None:
        """Take the choice of a key."""
        for key, _ in self._choices:
            if key in (event.character, event.key):
                event.stop()
                self.dismiss(key)
                return
