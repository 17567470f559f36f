"""Pane 5: time. How much happened when, where the cut stands, the marks, and whether it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.content import Content
from textual.widgets import Static

from projections.claims.cut import AXES
from tui.workspace.actions import LIST, bindings_for
from tui.workspace.messages import ActionPicked, TimePicked
from tui.workspace.time.stops import BARS, TimeScale, sparkline
from tui.workspace.time.ticks import numbered, ticks
from tui.workspace.widgets.lanes import drawn, names_for, scale_of

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Offset

    from tui.workspace.time.session import Session
    from tui.workspace.time.stops import Stops

_LABEL: Final = 10
#: What is drawn where a long time without entries is drawn short.
_BREAK: Final = "╌"
#: From how many lines on both axes are drawn.
_TWO_TRACKS: Final = 4
_THREE: Final = 3
#: From how many lines on lanes are drawn, too.
_WITH_LANES: Final = 10

#: What the keys of a list do here.
_STEPS: Final = {
    "left": "event-back",
    "right": "event-next",
    "up": "day-back",
    "down": "day-next",
    "page-up": "round-back",
    "page-down": "round-next",
    "top": "first",
    "bottom": "live",
    "detail": "go-to",
}


class TimePane(Static, can_focus=True):
    """The scrubber; a click or a drag on a track posts `TimePicked`."""

    BORDER_TITLE = "5 Time"
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for(LIST, everywhere=False) if binding.id in _STEPS
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, classes=classes, markup=False)
        self._session: Session | None = None
        self._tracks: list[tuple[str, TimeScale]] = []
        self._scales: dict[str, TimeScale] = {}
        self._bars: dict[str, str] = {}
        #: The track that the mouse drags along.
        self._dragged: int | None = None
        #: The labels that were made last, and for which axis and scale.
        self._ticked: tuple[tuple[str, int, int], str] | None = None
        #: Columns of the names of tracks and lanes.
        self._label = _LABEL

    def action_do(self, action: str) -> None:
        """Step through time."""
        if action in _STEPS:
            self.post_message(ActionPicked(_STEPS[action]))

    def show(self, session: Session) -> None:
        """Show where a session stands in time."""
        self._session = session
        self.redraw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the tracks, the scale, and a line that says it in words."""
        session, size = self._session, self.content_size
        self._label = names_for(size.width) if self.has_lanes else _LABEL
        if session is None or size.width <= self._label:
            return
        columns = size.width
        shared = scale_of(session, self.columns) if self.has_lanes else None
        self._scales, self._bars = tracks_of(session.stops, self.columns, shared)
        axes = [session.axis]
        if size.height >= _TWO_TRACKS and session.axis != "recorded":
            axes = ["happened", "known"]
        self._tracks = [(axis, self._scales[axis]) for axis in axes]
        lines = [self._track(session, axis, scale) for axis, scale in self._tracks]
        if size.height >= _THREE:
            lines.append(self._ticks(session.axis, self._tracks[-1][1]))
        if self.has_lanes and shared is not None:
            lines += [Content(""), *drawn(session, shared, self._label, size.height - len(lines) - 3), Content("")]
        words = said(session)
        if any(_BREAK in self._bars[axis] for axis, _ in self._tracks):
            words = words.append(Content.styled(f"   {_BREAK} time left out", "$text-muted"))
        lines.append(words)
        self.update(Content("\n").join(line.truncate(columns) for line in lines), layout=False)

    @property
    def columns(self) -> int:
        """The columns that a track has."""
        return max(self.content_size.width - self._label, 0)

    @property
    def has_lanes(self) -> bool:
        """Whether there is room for lanes."""
        return self.content_size.height >= _WITH_LANES

    def _track(self, session: Session, axis: str, scale: TimeScale) -> Content:
        bars = list(self._bars[axis])
        here = session.now(axis)
        column = scale.column(here) if here is not None else scale.width - 1
        letters = {}
        for letter, cut in zip("AB", session.marks, strict=False):
            at = {"happened": cut.happened, "known": cut.known, "recorded": cut.position}[axis]
            letters[scale.width - 1 if at is None else scale.column(at)] = letter
        for place, letter in letters.items():
            bars[place] = letter
        is_active = axis == session.axis
        past, future = "".join(bars[:column]), "".join(bars[column + 1 :])
        cursor = "┃" if here is not None else "│"
        return Content.assemble(
            (f"{'▸' if is_active else ' '}{axis}".ljust(self._label), "bold" if is_active else "$text-muted"),
            (past, "$text-primary" if is_active else "$text-muted"),
            (cursor, "bold $text-accent"),
            (future, "$text-disabled"),
        )

    def _ticks(self, axis: str, scale: TimeScale) -> Content:
        """Return the labels below a track; each names the moment of the column in which it begins."""
        session = self._session
        if session is None or session.stops.span(axis) is None:
            return Content.styled(" " * self._label + f"nothing is {axis} yet", "$text-muted")
        key = axis, scale.width, scale.moments[-1]
        if self._ticked is None or self._ticked[0] != key:
            self._ticked = key, numbered(scale) if axis == "recorded" else ticks(scale)
        return Content.assemble((" " * self._label + self._ticked[1], "$text-muted"))

    # ── the mouse ──

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag, on a track."""
        offset = self._offset(event)
        if self._tracks and offset.x >= self._label:
            self._dragged = min(max(offset.y, 0), len(self._tracks) - 1)
            self.capture_mouse()
            self._pick(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag."""
        self._pick(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        del event
        self._dragged = None
        self.release_mouse()

    def _pick(self, event: events.MouseEvent) -> None:
        """Go to where the mouse is, on the track on which the drag began; its end is the present."""
        if self._dragged is None or self._dragged >= len(self._tracks):
            return
        axis, scale = self._tracks[self._dragged]
        column = max(self._offset(event).x - self._label, 0)
        self.post_message(TimePicked(axis, scale.moment(column) if column < scale.width - 1 else None))

    def _offset(self, event: events.MouseEvent) -> Offset:
        """Return where the mouse is in the content, or beside it while it drags."""
        return event.get_content_offset(self) or event.offset - self.gutter.top_left


def tracks_of(
    stops: Stops, columns: int, shared: TimeScale | None = None
) -> tuple[dict[str, TimeScale], dict[str, str]]:
    """Return the scales and the bars of the three axes for so many columns; they are made once.

    Where lanes are drawn below them, they share the scale of these.
    """
    if shared is None and stops.tracks is not None and stops.tracks[0] == columns:
        return stops.tracks[1:]
    # Happened and known share one scale, so that a delay is seen as a distance.
    days = shared or TimeScale([*stops.at("happened"), *stops.at("known")], columns)
    scales = {"happened": days, "known": days, "recorded": TimeScale(stops.at("recorded"), columns)}
    bars_of: dict[str, str] = {}
    for axis, scale in scales.items():
        bars = list(sparkline(scale.counts(stops.at(axis))))
        for column in scale.breaks():
            if bars[column] == BARS[0]:
                bars[column] = _BREAK
        bars_of[axis] = "".join(bars)
    if shared is None:
        stops.tracks = columns, scales, bars_of
    return scales, bars_of


def said(session: Session) -> Content:
    """Return in words where a session stands in time, what its last step changed, and what lies between its marks."""
    parts: list[Any] = []
    for axis in AXES:
        value = getattr(session.cut, f"{axis}_by")
        if axis == "recorded" and value is None and session.axis != "recorded":
            continue
        is_active = axis == session.axis
        parts += [
            (f"{axis} ", "bold" if is_active else "$text-muted"),
            (f"≤ {value}" if value else "now", "bold $text-accent" if value else ""),
            "   ",
        ]
    parts.append(
        (f"{'▶' if session.playing else '❚❚'} {session.speed:g}×", "bold" if session.playing else "$text-muted")
    )
    if session.marks:
        name = "A→B" if len(session.marks) > 1 else "A→here"
        parts.append(("   " + name + f": {session.distance} changed", "$text-accent"))
    return Content.assemble(*parts)
