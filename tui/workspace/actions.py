"""Everything a person can do in the workspace, once: keys, footer, help and palette are all made from this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import Binding

#: Where an action is to be had; the portfolio lists negotiations, a reader is a screen to read.
WORKSPACE: Final = "workspace"
PORTFOLIO: Final = "portfolio"
READER: Final = "reader"
LIST: Final = "list"
FORM: Final = "form"
EVERYWHERE: Final = "everywhere"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    `id` names it in settings, `keys` are as Textual names them, `label` is for the footer and `help` one sentence for
    everything else. With a `rank`, the footer shows it, the lowest first; `writes` says that it records something.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    group: str
    help: str
    where: tuple[str, ...] = (WORKSPACE,)
    rank: int = 0
    writes: bool = False

    @property
    def shown_keys(self) -> str:
        """The keys as a person reads them: ``space``, ``^p``, ``[``."""
        return " ".join(shown(key) for key in keys_of(self))


ACTIONS: Final[tuple[Action, ...]] = (
    Action("play", ("space",), "Play", "Time", "Play or pause: step through history by itself", rank=1),
    Action("event-back", ("[",), "Event", "Time", "Back to the previous entry on the axis", rank=2),
    Action("event-next", ("]",), "Event", "Time", "On to the next entry on the axis", rank=2),
    Action("day-back", ("{",), "Day", "Time", "Back by a day", rank=3),
    Action("day-next", ("}",), "Day", "Time", "On by a day", rank=3),
    Action("round-back", ("(",), "Round", "Time", "Back to the previous entry about a round of talks"),
    Action("round-next", (")",), "Round", "Time", "On to the next entry about a round of talks"),
    Action("slower", ("-",), "Slower", "Time", "Play slower"),
    Action("faster", ("+", "="), "Faster", "Time", "Play faster"),
    Action("first", ("0",), "Start", "Time", "Go to the beginning of the axis"),
    Action(
        "go-to", ("g",), "Go to", "Time", "Go to a date (EDTF: 2024-05-11, 2024-05) or to a number in the log", rank=4
    ),
    Action("axis", ("t",), "Axis", "Time", "Step along the next axis: happened, known, recorded", rank=5),
    Action("live", ("L",), "Live", "Time", "Back to the present, on all three axes", rank=6),
    Action("mark", ("m",), "Mark", "Compare", "Mark this moment as A, then as B"),
    Action("jump", ("'",), "To mark", "Compare", "Jump to the mark"),
    Action("diff", ("d",), "Diff", "Compare", "What changed between the marks, or from here to the present", rank=7),
    Action("search", ("/",), "Find", "Find", "Find text in the entries", where=(WORKSPACE, READER, PORTFOLIO), rank=9),
    Action("search-next", ("n",), "Next", "Find", "To the next place found", where=(WORKSPACE, READER, PORTFOLIO)),
    Action(
        "search-back", ("N",), "Previous", "Find", "To the previous place found", where=(WORKSPACE, READER, PORTFOLIO)
    ),
    Action("filter", ("f",), "Filter", "Find", "Show only entries of a party, matter, source, family or type"),
    Action(
        "sort",
        ("s",),
        "Sort",
        "Find",
        "Sort entries by when they happened, were known or recorded; negotiations by id, last move, or what is open",
        where=(WORKSPACE, PORTFOLIO),
    ),
    Action(
        "detail",
        ("enter",),
        "Open",
        "Item",
        "Everything about the entry, or open what the cursor is on",
        where=(LIST,),
    ),
    Action(
        "why",
        ("w",),
        "Why",
        "Item",
        "The claims, voices and grades behind what the cursor is on",
        where=(WORKSPACE, READER),
        rank=8,
    ),
    Action(
        "open-source",
        ("e",),
        "Source",
        "Item",
        "Show the address of the entry's source, and open it",
        where=(WORKSPACE, READER),
    ),
    Action(
        "copy", ("y",), "Copy", "Item", "Copy the item: as text, as JSON, or as a citation", where=(WORKSPACE, READER)
    ),
    Action(
        "export",
        ("E",),
        "Export",
        "Item",
        "Save what the pane shows as CSV, for a spreadsheet",
        where=(WORKSPACE, READER, PORTFOLIO),
    ),
    Action("add", ("a",), "Add", "Item", "Add an entry", rank=10, writes=True),
    Action("correct", ("c",), "Correct", "Item", "Correct the entry; the older reading stays", writes=True),
    Action("retract", ("x",), "Retract", "Item", "Retract the entry; it stays visible, struck through", writes=True),
    Action("portfolio", ("P",), "Portfolio", "Screens", "All negotiations of this log", where=(WORKSPACE, READER)),
    Action("findings", ("F",), "Findings", "Screens", "Contradictions, open questions, what is overdue"),
    Action("sources", ("S",), "Sources", "Screens", "The sources with their grades, and who repeats whom"),
    Action("pane-1", ("1",), "Status", "Panes", "To the status", where=(WORKSPACE,)),
    Action("pane-2", ("2",), "Events", "Panes", "To the events", where=(WORKSPACE,)),
    Action("pane-3", ("3",), "Positions", "Panes", "To the positions", where=(WORKSPACE,)),
    Action("pane-4", ("4",), "Evidence", "Panes", "To the evidence", where=(WORKSPACE,)),
    Action("pane-5", ("5",), "Time", "Panes", "To the time pane", where=(WORKSPACE,)),
    Action("jump-to", ("ctrl+o",), "Jump", "Panes", "A letter on every pane and line; press it to go there"),
    Action("zoom", ("z",), "Zoom", "Panes", "Give the pane the whole screen, and take it back"),
    Action("up", ("up", "k"), "Up", "Moves", "Up", where=(LIST, READER)),
    Action("down", ("down", "j"), "Down", "Moves", "Down", where=(LIST, READER)),
    Action("left", ("left", "h"), "Left", "Moves", "Left; in the events, back by an entry", where=(LIST,)),
    Action("right", ("right", "l"), "Right", "Moves", "Right; in the events, on by an entry", where=(LIST,)),
    Action("page-up", ("pageup", "ctrl+u"), "Page up", "Moves", "Up by a page", where=(LIST, READER)),
    Action("page-down", ("pagedown", "ctrl+d"), "Page down", "Moves", "Down by a page", where=(LIST, READER)),
    Action("top", ("home",), "Top", "Moves", "To the top", where=(LIST, READER)),
    Action("bottom", ("end", "G"), "Bottom", "Moves", "To the bottom", where=(LIST, READER)),
    Action("record", ("ctrl+s",), "Record", "Form", "Record what the form holds", where=(FORM,)),
    Action("more-evidence", ("ctrl+e",), "Evidence", "Form", "Ask for another piece of evidence", where=(FORM,)),
    Action("palette", ("ctrl+p",), "Palette", "App", "All actions, to be searched and run", where=(EVERYWHERE,)),
    Action("help", ("?",), "Help", "App", "All keys, searched by word or by key", where=(EVERYWHERE,), rank=11),
    Action("theme", ("T",), "Theme", "App", "Next theme: dark, light, ANSI dark, ANSI light", where=(EVERYWHERE,)),
    Action("screenshot", ("ctrl+g",), "Picture", "App", "Save the screen as an SVG picture here", where=(EVERYWHERE,)),
    Action("suspend", ("ctrl+z",), "Suspend", "App", "Leave for the shell; `fg` there comes back", where=(EVERYWHERE,)),
    Action("back", ("escape",), "Back", "App", "One step back", where=(EVERYWHERE,)),
    Action("quit", ("q",), "Quit", "App", "Leave", where=(EVERYWHERE,), rank=12),
)

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

#: Keys that a person chose instead of those above, by action.
_CHOSEN: dict[str, tuple[str, ...]] = {}
_SHOWN: Final = {
    "escape": "esc",
    "pageup": "page↑",
    "pagedown": "page↓",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def choose_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Show other keys for some actions; the bindings themselves are changed by Textual's keymap."""
    _CHOSEN.clear()
    _CHOSEN.update(keys)


def keys_of(action: Action) -> tuple[str, ...]:
    """Return the keys of an action: those that the person chose, else its own."""
    return _CHOSEN.get(action.id, action.keys)


def shown(key: str) -> str:
    """Return a key as a person reads it.

    >>> shown("ctrl+p")
    '^p'
    """
    return "^" + key.removeprefix("ctrl+") if key.startswith("ctrl+") else _SHOWN.get(key, key)


def actions_for(*where: str) -> list[Action]:
    """Return the actions to be had in some places, and everywhere."""
    places = {*where, EVERYWHERE}
    return [action for action in ACTIONS if places.intersection(action.where)]


def bindings_for(*where: str, everywhere: bool = True) -> list[Binding]:
    """Return Textual's bindings for the actions of some places; each calls ``action_do`` with the action's id.

    They have priority: no widget is asked first whether the key is for it.
    """
    from textual.binding import Binding

    places = {*where, *([EVERYWHERE] if everywhere else [])}
    return [
        Binding(",".join(action.keys), f"do('{action.id}')", action.label, show=False, priority=True, id=action.id)
        for action in ACTIONS
        if places.intersection(action.where)
    ]


def hints(actions: Iterable[Action]) -> list[tuple[str, str, str]]:
    """Return what a footer shows, as (keys, label, id), the most useful first; actions of one rank share an entry."""
    ranked = sorted((action for action in actions if action.rank), key=lambda action: action.rank)
    found: dict[int, tuple[str, str, str]] = {}
    for action in ranked:
        key = shown(keys_of(action)[0])
        if action.rank in found:
            keys, label, first = found[action.rank]
            found[action.rank] = (f"{keys} {key}", label, first)
        else:
            found[action.rank] = (key, action.label, action.id)
    return list(found.values())
