"""Everything a person can do in the workspace, once: the keys, and which method each runs; footer, help and palette."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import Binding

#: Where an action is to be had; the portfolio lists negotiations, a reader is a screen to read, and a document is a
#: text in which a passage can be selected. The findings are read, too, but have keys of their own for `n` and `p`.
WORKSPACE: Final = "workspace"
PORTFOLIO: Final = "portfolio"
WELCOME: Final = "welcome"
READER: Final = "reader"
LIST: Final = "list"
FORM: Final = "form"
DOCUMENT: Final = "document"
REVIEW: Final = "review"
FINDINGS: Final = "findings"
EVERYWHERE: Final = "everywhere"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    `id` names it in settings, `keys` are as Textual names them, `label` is for the footer and `help` one sentence for
    everything else. It `runs` a method of the screen, dotted for one of what the screen is made of; an empty one is
    left to the list that has the keys. With a `rank`, the footer shows it, the lowest first; `writes` says that it
    records something.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    group: str
    runs: str
    help: str
    where: tuple[str, ...]
    rank: int = 0
    writes: bool = False

    @property
    def shown_keys(self) -> str:
        """The keys as a person reads them: ``space``, ``^p``, ``[``."""
        return " ".join(shown(key) for key in keys_of(self))


def _action(  # noqa: PLR0913, PLR0917 - the columns of the table below
    group: str,
    name: str,
    keys: str,
    label: str,
    runs: str,
    said: str,
    rank: int = 0,
    *,
    where: tuple[str, ...] = (WORKSPACE,),
    writes: bool = False,
) -> Action:
    """Return an action of a group; its keys are written with blanks between."""
    return Action(name, tuple(keys.split()), label, group, runs, said, where, rank, writes)


_LIST: Final = (LIST,)
_READ: Final = (WORKSPACE, READER, FINDINGS)
_SHOW: Final = (*_READ, PORTFOLIO)
_SEARCH: Final = (*_SHOW, REVIEW)
_STEP: Final = (WORKSPACE, READER, PORTFOLIO, REVIEW)
_LISTS: Final = (WORKSPACE, PORTFOLIO)

_time = partial(_action, "Time")
_compare = partial(_action, "Compare")
_find = partial(_action, "Find", where=_SEARCH)
_item = partial(_action, "Item", where=_READ)
_entry = partial(_action, "Item", writes=True)
_begin = partial(_action, "Begin", where=(WELCOME, PORTFOLIO), writes=True)
_screens = partial(_action, "Screens")
_panes = partial(_action, "Panes")
_moves = partial(_action, "Moves", where=(LIST, READER))
_review = partial(_action, "Review", where=(REVIEW,))
_decide = partial(_action, "Review", where=(REVIEW,), writes=True)
_finding = partial(_action, "Findings", where=(FINDINGS,))
_settle = partial(_action, "Findings", where=(FINDINGS,), writes=True)
_passage = partial(_action, "Passage", where=(DOCUMENT,))
_form = partial(_action, "Form", where=(FORM,))
_app = partial(_action, "App", where=(EVERYWHERE,))

ACTIONS: Final[tuple[Action, ...]] = (
    _time("play", "space", "Play", "travel.play", "Play or pause: step through history by itself", 1),
    _time("event-back", "[", "Event", "travel.event_back", "Back to the previous entry on the axis", 2),
    _time("event-next", "]", "Event", "travel.event_next", "On to the next entry on the axis", 2),
    _time("day-back", "{", "Day", "travel.day_back", "Back by a day", 3),
    _time("day-next", "}", "Day", "travel.day_next", "On by a day", 3),
    _time("round-back", "(", "Round", "travel.round_back", "Back to the previous entry about a round of talks"),
    _time("round-next", ")", "Round", "travel.round_next", "On to the next entry about a round of talks"),
    _time("slower", "-", "Slower", "travel.slower", "Play slower"),
    _time("faster", "+ =", "Faster", "travel.faster", "Play faster"),
    _time("first", "0", "Start", "travel.first", "Go to the beginning of the axis"),
    _time(
        "go-to",
        "g",
        "Go to",
        "travel.go_to",
        "Go to a date, two to compare (2024-04-30..2024-05-11), or a number in the log",
        4,
    ),
    _time("axis", "t", "Axis", "travel.axis", "Step along the next axis: happened, known, recorded", 5),
    _time("live", "L", "Live", "travel.live", "Back to the present, on all three axes", 6),
    _compare("mark", "m", "Mark", "travel.mark", "Mark this moment as A, then as B; then it asks which to move"),
    _compare("unmark", "M", "Clear marks", "travel.unmark", "Clear the marks"),
    _compare("jump", "'", "To mark", "travel.jump", "Jump to the mark"),
    _compare("diff", "d", "Diff", "travel.diff", "What changed between the marks, or from here to the present", 7),
    _compare("since", "D", "Since", "do_since", "What is new and what has changed since you last looked", 7),
    _find("search", "/", "Find", "find.search", "Find text in the entries; in the portfolio, in the whole log", 9),
    _find("search-next", "n", "Next", "find.next", "To the next place found", where=_STEP),
    _find("search-back", "N", "Previous", "find.back", "To the previous place found", where=_STEP),
    _find(
        "filter",
        *("f", "Filter", "find.filter", "Show only entries of a party, matter, source, family or type"),
        where=(WORKSPACE,),
    ),
    _find(
        *("same-voice", "b", "Same voice", "find.same_voice"),
        "Show only entries of the same speaker; again, those of the same recorder; again, all",
        where=(WORKSPACE,),
    ),
    _find(
        *("sort", "s", "Sort", "do_sort"),
        "Sort entries by when they happened, were known or recorded; negotiations by id, last move, or what is open",
        where=_LISTS,
    ),
    _item("detail", "enter", "Open", "", "Everything about the entry, or open what the cursor is on", where=_LIST),
    _item("why", "w", "Why", "do_why", "The claims, voices and grades behind what the cursor is on", 8),
    _item("open-source", "e", "Source", "taking.open_source", "Show the address of the entry's source, and open it"),
    _item("copy", "y", "Copy", "taking.copy", "Copy the item: as text, as JSON, or as a citation"),
    _item("export", "E", "Export", "do_export", "Save what the pane shows as CSV, for a spreadsheet", where=_SHOW),
    _entry("add", "a", "Add", "writing.add", "Add an entry", 10),
    _entry("correct", "c", "Correct", "writing.correct", "Correct the entry; the older reading stays"),
    _entry("retract", "x", "Retract", "writing.retract", "Retract the entry; it stays visible, struck through"),
    _entry("take-back", "u", "Take back", "writing.take_back", "Undo: retract your own last entry; it asks first"),
    _begin("new-negotiation", "a", "New", "beginning.new", "Begin a negotiation: its title, its id, its parties", 1),
    _begin("record-file", "r", "Record file", "beginning.record_file", "Record what a file holds", 3),
    _begin("demo", "d", "Demo", "beginning.demo", "Look at a bundled history", 2, where=(WELCOME,), writes=False),
    _begin("open-log", "o", "Open log", "beginning.open_log", "Open another log", 4, where=(WELCOME,), writes=False),
    _entry("rename", "ctrl+t", "Rename", "renaming.rename", "Give the negotiation another title; it asks first"),
    _screens("portfolio", "P", "Portfolio", "app.open_portfolio", "All negotiations of this log", where=_READ),
    _screens("look-again", "f5", "Look again", "do_look_again", "Read the log again", where=(PORTFOLIO,)),
    _screens("findings", "F", "Findings", "do_findings", "Contradictions, open questions, what is overdue"),
    _screens("agenda", "A", "Agenda", "do_agenda", "What comes next, and what has passed without a word"),
    _screens("register", "R", "Parties", "do_register", "The parties and matters: who is who, and where each stands"),
    _screens("sources", "S", "Sources", "do_sources", "The sources with their grades, and who repeats whom"),
    _screens(
        "review", "V", "Review", "app.open_review", "Drafts that wait: accept, change or reject them", where=_SHOW
    ),
    _finding("entry-next", "n", "Entry", "do_entry_next", "To the next entry of the finding", 1),
    _finding("entry-back", "p", "Entry", "do_entry_back", "To the previous entry of the finding", 1),
    _settle("grade", "r", "Grade", "deciding.grade", "Grade the entry anew: its form, filled in but for the grade", 2),
    _settle("dispute", "i", "Dispute", "deciding.dispute", "Dispute the entry", 3),
    _settle("corroborate", "o", "Corroborate", "deciding.corroborate", "Add evidence to the entry", 4),
    _settle("settle", "s", "Settle", "deciding.settle", "Settle the finding for a reason; it stays listed", 5),
    _finding("severity", "f", "Severity", "do_severity", "Show only conflicts, then questions, notes, all again", 6),
    _finding("kind", "t", "Kind", "do_kind", "Show only one kind of finding, then the next, then all again", 7),
    _panes("pane-1", "1", "Status", "do_pane_1", "To the status"),
    _panes("pane-2", "2", "Events", "do_pane_2", "To the events"),
    _panes("pane-3", "3", "Positions", "do_pane_3", "To the positions"),
    _panes("pane-4", "4", "Evidence", "do_pane_4", "To the evidence"),
    _panes("pane-5", "5", "Time", "do_pane_5", "To the time pane"),
    _panes("jump-to", "ctrl+o", "Jump", "do_jump_to", "A letter on every pane and line; press it to go there"),
    _panes(
        "zoom",
        *("z", "Zoom", "do_zoom", "Give the pane the whole screen, and take it back"),
        where=(WORKSPACE, REVIEW),
    ),
    _moves("up", "up k", "Up", "", "Up"),
    _moves("down", "down j", "Down", "", "Down"),
    _moves("left", "left h", "Left", "", "Left; in the events, back by an entry", where=_LIST),
    _moves("right", "right l", "Right", "", "Right; in the events, on by an entry", where=_LIST),
    _moves("page-up", "pageup ctrl+u", "Page up", "", "Up by a page"),
    _moves("page-down", "pagedown ctrl+d", "Page down", "", "Down by a page"),
    _moves("top", "home", "Top", "", "To the top"),
    _moves("bottom", "end G", "Bottom", "", "To the bottom"),
    _decide("accept", "a", "Accept", "do_accept", "Record the draft under your name; it keeps who drafted it", 1),
    _decide("change", "c", "Change", "do_change", "Change the draft in the form, and record it from there", 2),
    _decide("reject", "r", "Reject", "do_reject", "Reject the draft for a reason; it is not proposed again", 3),
    _review("skip", "s", "Skip", "do_skip", "Leave the draft for another time, and go on to the next", 4),
    _review("draft-back", "[", "Draft", "do_draft_back", "To the previous draft that waits", 5),
    _review("draft-next", "]", "Draft", "do_draft_next", "To the next draft that waits", 5),
    _review("quote-next", ">", "Quote", "do_quote_next", "To the next quote, and the document that holds it", 6),
    _review("other-pane", "tab", "Pane", "do_other_pane", "From the draft to the document, and back", 7),
    _passage("passage-begin", "v", "Passage", "", "Begin a passage of the document here, or give it up"),
    _passage("select-left", "shift+left", "Select", "", "Select to the left"),
    _passage("select-right", "shift+right", "Select", "", "Select to the right"),
    _passage("select-up", "shift+up", "Select", "", "Select a line up"),
    _passage("select-down", "shift+down", "Select", "", "Select a line down"),
    _form("record", "ctrl+s", "Record", "do_record", "Record what the form holds"),
    _form(
        *("record-next", "ctrl+r", "Record, next", "do_record_next"),
        "Record it, and begin another from the same report: source, speaker, role, dates and credibility stay",
    ),
    _form(
        *("add-now", "ctrl+n", "Add it now", "do_add_now"),
        "Register the unknown party, matter or source of the field, and come back",
    ),
    _form("document", "ctrl+o", "Document", "do_document", "To the captured text of the source, and back to the form"),
    _form("more-evidence", "ctrl+e", "Evidence", "do_more_evidence", "Ask for another piece of evidence"),
    _app(
        "palette",
        "ctrl+p",
        "Finder",
        "app.open_palette",
        "Find anything: an action, or what the log holds",
    ),
    _app("help", "?", "Help", "app.open_help", "All keys, searched by word or by key", 11),
    _app("theme", "T", "Theme", "app.next_theme", "Next theme: dark, light, ANSI dark, ANSI light"),
    _app("screenshot", "ctrl+g", "Picture", "app.save_picture", "Save the screen as an SVG picture here"),
    _app("suspend", "ctrl+z", "Suspend", "app.suspend_here", "Leave for the shell; `fg` there comes back"),
    _app("back", "escape", "Back", "do_back", "One step back"),
    _app("quit", "q", "Quit", "app.leave", "Leave", 12),
    _app("leave", "ctrl+q", "Leave", "app.leave", "Leave, also out of a form or a question; what is written is kept"),
)


class ScreenKeys(NamedTuple):
    """A screen or a dialog: the keys that lead there from a negotiation, and the places whose actions it has.

    A dialog has none: in it, keys are letters, but for enter, esc and arrows.
    """

    keys: str
    where: tuple[str, ...] = ()

    @property
    def pressed(self) -> list[str]:
        """The keys, one by one; a word among them that names no key is typed.

        >>> ScreenKeys("/ ford enter").pressed
        ['/', 'f', 'o', 'r', 'd', 'enter']
        """
        return [key for word in self.keys.split() for key in ([word] if word in _NAMED_KEYS else word)]

    @property
    def shown(self) -> list[str]:
        """The keys as a person reads them, and the words that are typed."""
        return [shown(word) for word in self.keys.split()]


_NAMED_KEYS: Final = {key for action in ACTIONS for key in action.keys}
_READS: Final = (READER, LIST)
#: Every screen and dialog that keys lead to, by the name under which the documentation and the tests have it.
SCREENS: Final[dict[str, ScreenKeys]] = {
    "negotiation": ScreenKeys("", (WORKSPACE, LIST)),
    "portfolio": ScreenKeys("P", (PORTFOLIO, LIST)),
    "welcome": ScreenKeys("", (WELCOME, LIST)),
    "new negotiation": ScreenKeys("P a"),
    "found in the whole log": ScreenKeys("P / ford enter", (LIST,)),
    "since you last looked": ScreenKeys("D", _READS),
    "findings": ScreenKeys("F", (FINDINGS, LIST)),
    "agenda": ScreenKeys("A", _READS),
    "parties and matters": ScreenKeys("R", _READS),
    "sources": ScreenKeys("S", _READS),
    "review of drafts": ScreenKeys("V", (REVIEW, DOCUMENT, LIST)),
    "what changed": ScreenKeys("[ [ [ d", _READS),
    "why": ScreenKeys("1 w", _READS),
    "an entry": ScreenKeys("2 enter", _READS),
    "type of an entry": ScreenKeys("a"),
    "form": ScreenKeys("a statementmade enter", (FORM, DOCUMENT, LIST)),
    "go to": ScreenKeys("g"),
    "find": ScreenKeys("/"),
    "filter": ScreenKeys("f"),
    "copy": ScreenKeys("y"),
    "source of an entry": ScreenKeys("2 home e"),
    "jump": ScreenKeys("ctrl+o"),
    "finder": ScreenKeys("ctrl+p"),
    "help": ScreenKeys("?"),
}

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

#: What the footer of a negotiation without room for all of its keys begins with, and what only moves and comes last in
#: every one.
NEEDED: Final = ("add", "search", "go-to")
MOVING: Final = frozenset(
    (
        *("detail", "back", "play", "event-back", "day-back", "axis", "live"),
        *("entry-next", "draft-back", "quote-next", "other-pane"),
    )
)
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
