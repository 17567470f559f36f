"""What opens over a screen, which is seen through it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.visual import Visual, visualize

from tui.workspace.screens.base import StyledOnce

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from rich.console import RenderableType
    from textual.color import Color
    from textual.css.styles import RulesMap
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.style import Style as VisualStyle
    from textual.visual import RenderOptions

_Result = TypeVar("_Result")
#: Styles that are kept in the colours of a screen below; a screen has some fifty.
_KEPT: Final = 1024


class Over(StyledOnce[_Result], ModalScreen[_Result]):
    """A dialog: it gives back what was chosen or written."""

    # A dialog looks the same in every layout, so that it need not be styled anew for the layout of the terminal.
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - Textual declares them as variables of an instance
    VERTICAL_BREAKPOINTS = []  # noqa: RUF012 - the same

    def __init__(self, classes: str = "over") -> None:
        super().__init__(classes=classes)
        #: The screen below as it was drawn last, and what of it was drawn.
        self._drawn: _Kept | None = None
        self._of: tuple[object, ...] = ()

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
