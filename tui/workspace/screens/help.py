"""Help and palette: every action, searched by word or by key, and in the palette run."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Provider
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.worker import WorkerError

from tui.rows.glyphs import FLAGS, LEGEND, STANCES
from tui.workspace.actions import ACTIONS, Action, keys_of, shown
from tui.workspace.screens.base import ActingScreen
from tui.workspace.screens.dialogs import Over
from tui.workspace.screens.everywhere import Everywhere
from tui.workspace.widgets.cells import fit, join
from tui.workspace.widgets.line import TextLine
from tui.workspace.widgets.report import wrapped

if TYPE_CHECKING:
    from textual.app import App, ComposeResult
    from textual.binding import BindingType
    from textual.command import Hits
    from textual.screen import Screen

_KEYS: Final = 12
_LABEL: Final = 11
_LEAST: Final = 20


class HelpScreen(Over[None]):
    """The actions by group, those that the screen below has first, and what the glyphs mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._below = below

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Vertical(classes="box", id="help") as box:
            box.border_title = "Help"
            box.border_subtitle = "esc closes"
            yield TextLine(placeholder="a word, or a key: diff, mark, [", id="word")
            with VerticalScroll(can_focus=False):
                yield Static("", id="keys", markup=False)

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one(Input).focus()
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits the word."""
        self._show(event.value)

    def action_scroll(self, rows: int) -> None:
        """Scroll the list."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self.call_after_refresh(lambda: self._show(self.query_one(Input).value))

    def _show(self, word: str) -> None:
        place = self.query_one(VerticalScroll)
        columns = max(place.scrollable_content_region.width, _LEAST)
        here = {action.id for action in self._below.actions()} if isinstance(self._below, ActingScreen) else None
        lines = [part for line in found(word, here) for part in wrapped(line, columns, _KEYS + _LABEL)]
        self.query_one("#keys", Static).update(join(lines))
        place.scroll_home(animate=False)


def fits(action: Action, word: str) -> bool:
    """Say whether an action is meant by a key, or by a word in what is said of it."""
    if word in keys_of(action) or word in {shown(key) for key in keys_of(action)}:
        return True
    said = f"{action.label} {action.group} {action.help} {action.id}".casefold()
    return len(word) > 1 and word.casefold() in said


def found(word: str, here: set[str] | None = None) -> list[Content]:
    """Return the lines of the help for a word, all of them for none; what cannot be done `here` comes last."""
    word = word.strip()
    lines: list[Content] = []
    wanted = [action for action in ACTIONS if not word or fits(action, word)]
    for is_here in (True, False):
        group = ""
        for action in wanted:
            if (here is None or action.id in here) is not is_here:
                continue
            heading = action.group if is_here else "On other screens"
            if heading != group:
                group = heading
                lines += [Content(""), Content.styled(group, "bold $text-accent")]
            keys = "  ".join(shown(key) for key in keys_of(action))
            lines.append(
                Content.assemble(
                    (fit(keys, _KEYS), "bold"), (fit(action.label, _LABEL), ""), (action.help, "$text-muted")
                )
            )
    if not word or word.casefold() in "glyph legend sign":
        for title, signs in (("Glyphs", LEGEND), ("Behind an entry", FLAGS)):
            lines += [Content(""), Content.styled(title, "bold $text-accent")]
            lines += [Content.assemble((fit(sign, _KEYS), "bold"), (text, "$text-muted")) for sign, text in signs]
        lines += [Content(""), Content.styled("Positions", "bold $text-accent")]
        lines += [
            Content.assemble(
                (fit(glyph, _KEYS), f"bold {style}"), (stance or "only red lines or concessions known", "$text-muted")
            )
            for stance, (glyph, style) in STANCES.items()
        ]
        lines.append(
            Content.styled("The number counts the independent voices for it; ! marks a red line.", "$text-muted")
        )
    return lines[1:] if lines else [Content("No key does that. Another word?")]


class Actions(Provider):
    """The actions of the screen below the palette."""

    def _offered(self) -> list[Action]:
        screen = self.screen
        return (
            [action for action in screen.actions() if action.id != "palette"]
            if isinstance(screen, ActingScreen)
            else []
        )

    async def discover(self) -> Hits:
        """Offer everything before a word is written."""
        for action in self._offered():
            yield DiscoveryHit(_name(action), partial(self._run, action.id), help=action.help)

    async def search(self, query: str) -> Hits:
        """Offer what fits the words."""
        matcher = self.matcher(query)
        for action in self._offered():
            text = f"{_name(action)} {action.help}"
            score = matcher.match(text)
            if score > 0:
                # What is called by the words comes before what the log holds under them.
                score += 1 if query.casefold() in text.casefold() else -1
                yield Hit(score, _name(action), partial(self._run, action.id), help=action.help)

    def _run(self, action: str) -> None:
        screen = self.screen
        if isinstance(screen, ActingScreen):
            screen.action_do(action)


def _name(action: Action) -> str:
    return f"{action.label}  {action.shown_keys}"


class Palette(CommandPalette):
    """The palette, in which enter takes the hit of all that is written, not of the words before the last letter."""

    @on(Input.Submitted)
    async def take_found(self, event: Input.Submitted) -> None:
        """Take the hit once the search is over; keys that are typed behind it wait, as they are for where it leads."""
        event.stop()
        event.prevent_default()
        for worker in list(self.workers):
            if worker.node is self and not worker.is_finished:
                with suppress(WorkerError):
                    await worker.wait()
        self._select_or_command()


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is open."""
    if not isinstance(app.screen, CommandPalette):
        app.push_screen(Palette(providers=[Actions, Everywhere]))
