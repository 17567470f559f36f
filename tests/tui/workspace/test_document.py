"""A captured document: how it is broken into lines, what is marked in it, and how a passage is selected."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from tests.tui.workspace.given import text_of
from tui.text import clean_lines
from tui.workspace.passages import broken, seen
from tui.workspace.widgets.cells import cell_len
from tui.workspace.widgets.document import DocumentView

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.workspace.messages import PassageChosen

_TEXT = (
    "WASHINGTON. — The delegation left on Sunday after two days of talks.\r\n"
    "\n"
    "“We have agreed on the with\xaddrawal of all forces by 15 September,” a member of the delegation said.\n"
    "\x1b[2J[b]and more[/b]"
)
_LETTERS = st.text(st.sampled_from("ab \n\r\t\x1bé漢\u0301\u200c\u202eسمن"), max_size=200)


@given(_LETTERS, st.integers(min_value=16, max_value=40))
def test_lines_hold_the_whole_text_in_order_and_fit(text: str, columns: int) -> None:
    lines = list(broken(text, columns))
    assert lines == sorted(lines)
    shown = [seen(text, *line) for line in lines]
    assert max(map(cell_len, shown)) <= columns
    between = [text[one.end : other.start] for one, other in pairwise(lines)]
    assert set(between) <= {"", " ", "\n", "\r\n"}
    assert {text[: lines[0].start], text[lines[-1].end :]} <= {"", " "}


@given(_LETTERS)
def test_what_is_unseen_or_obeyed_is_shown_as_everywhere(text: str) -> None:
    line = text.replace("\r\n", "").replace("\n", "")
    assert seen(line, 0, len(line)) == clean_lines(line)


def test_a_text_that_nobody_waits_for_is_not_broken_to_its_end() -> None:
    assert len(list(broken("a\n" * 100_000, 20, lambda: True))) < 100_000


class _Reading(App[None]):
    """A document and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.document = DocumentView()
        self.document.nothing = "Nothing is captured."
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.document

    def on_passage_chosen(self, message: PassageChosen) -> None:
        self.chosen.append(message.text)


async def test_a_marked_passage_is_brought_into_the_middle_and_told_without_colour() -> None:
    app = _Reading()
    async with app.run_test(size=(40, 11)) as pilot:
        assert "Nothing is captured." in text_of(pilot)
        text = "a line\n" * 50 + _TEXT + "\na line" * 50
        begin, end = text.index("We have"), text.index(",” a member")
        app.document.show(text, [(begin, end), (0, 6)], here=1)
        await pilot.pause()
        lines = text_of(pilot).splitlines()
        marked = [number for number, line in enumerate(lines) if line.startswith("▌")]
        assert 5 in marked
        assert "We have" in lines[marked[0]]
        app.document.focus()
        await pilot.press("home")
        assert text_of(pilot).splitlines()[0] == "│ a line"
        app.document.show(text, [(begin, end), (0, 6)], here=1)
        await pilot.press("down")
        assert "␛[2J[b]and more[/b]" in text_of(pilot)


async def test_a_passage_is_selected_with_keys_or_the_mouse_and_given_back_as_it_stands() -> None:
    app = _Reading()
    async with app.run_test(size=(40, 11)) as pilot:
        app.document.show(_TEXT)
        app.document.focus()
        await pilot.press("enter", "down", "shift+right", "shift+right", "enter")
        await pilot.press("left", "home", "v", *["right"] * 11, "enter", "v", "end", "shift+up", "enter")
        await pilot.mouse_down(offset=(2, 0))
        await pilot.hover(offset=(12, 0))
        await pilot.mouse_up(offset=(12, 0))
        await pilot.press("enter")
        await pilot.pause()
    assert app.chosen[0] == "Su"
    assert app.chosen[1] == "WASHINGTON."
    assert app.chosen[2].endswith("more[/b]")
    assert app.chosen[3] == "WASHINGTON"
