"""The lines at the top and the bottom: where one is, and the most useful keys, as many as there is room for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from tui.text import clean
from tui.workspace.actions import BY_ID, FORM, MOVING, NEEDED, WORKSPACE, actions_for, hints
from tui.workspace.widgets.cells import cell_len, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.workspace.actions import Action
    from tui.workspace.time.session import Session


#: Columns of a title beside which the log is named.
_LEAST_TITLE: Final = 30


class Header(Static):
    """One line; what came in since one last did something is a pill in it, in the past until one is back.

    So are the drafts that are `waiting` for a review, which a click opens.
    """

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        super().__init__("", id=id, markup=False)
        self._waiting = waiting
        self._title = ""
        self._where = ""
        self._session: Session | None = None

    def show(self, title: str, where: str, session: Session | None = None) -> None:
        """Show a title, the log's place, and where a session stands."""
        self._title, self._where, self._session = title, where, session
        self.redraw()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the line."""
        columns = self.size.width
        if not columns:
            return
        right = self._right()
        room = columns - right.cell_length - 1
        name = " communiqué  "
        where = f" · {clean(self._where)}"
        title = clean(self._title)
        room -= cell_len(name) + 1
        if cell_len(title) + cell_len(where) > room:
            # The log's name stays as long as enough of the title does.
            short = max(room - cell_len(where), 0)
            title, where = (fit(title, short), where) if short >= _LEAST_TITLE else (title, "")
        left = fit(title + where, max(room, 0)) + " "
        self.update(Content.assemble((name, "bold $text-accent"), left, right, " "), layout=False)

    def _right(self) -> Content:
        number = self._waiting()
        drafts = Content("")
        if number:
            link = Style.from_meta({"@click": "screen.do('review')"})
            words = f" {number:,} draft{'' if number == 1 else 's'} "
            drafts = Content.styled(words, "reverse bold $text-warning").stylize(link)
        return Content(" ").join(part for part in (drafts, self._stands()) if part)

    def _stands(self) -> Content:
        """Return where the session stands, and what has come in."""
        session = self._session
        if session is None:
            return Content("")
        opens = Style.from_meta({"@click": "screen.do('since')"})
        pill = Content.styled(f" {session.unseen} new ", "reverse bold $text-accent").stylize(opens)
        pill = pill if session.unseen else Content("")
        if session.is_live:
            return Content.assemble(pill, " " if session.unseen else "", ("● LIVE", "bold $text-success"))
        cut = " · ".join(
            f"{axis} ≤ {value}"
            for axis in ("happened", "known", "recorded")
            if (value := getattr(session.cut, f"{axis}_by")) is not None
        )
        return Content.assemble(
            pill, " " if session.unseen else "", ("REPLAY", "reverse bold $text-warning"), f" · {cut}"
        )


class Footer(Static):
    """The keys of some places; a click does the same as the key."""

    def __init__(
        self, *where: str, allow: Callable[[Action], bool] = lambda _: True, first: tuple[str, ...] = ()
    ) -> None:
        super().__init__("", markup=False, id="footer")
        self._where = where
        self._first = [(BY_ID[name].shown_keys, BY_ID[name].label, name) for name in first]
        self._allow = allow

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the line; help and quit are always there, and what only moves comes last where not all has room."""
        is_form = FORM in self._where
        # In a form, every other key is a letter to be written.
        others = [] if is_form else [action for action in actions_for(*self._where) if self._allow(action)]
        wanted = self._first + hints(others)
        last = [hint for hint in wanted if hint[2] in {"help", "quit"}]
        rest = [hint for hint in wanted if hint not in last]
        room = self.size.width - 1 + len(_GAP)
        if sum(map(_length, wanted)) > room and not is_form:
            rest.sort(key=partial(_need, needed=NEEDED if WORKSPACE in self._where else ()))
        room -= sum(map(_length, last))
        chosen = []
        for hint in rest:
            if _length(hint) <= room:
                room -= _length(hint)
                chosen.append(hint)
            elif is_form:
                break
        parts = [Content(" ")]
        shown = [*chosen, *last]
        for hint in shown:
            keys, label, action = hint
            end = label if hint is shown[-1] else f"{label}{_GAP}"
            parts.append(
                Content.assemble(
                    Content.styled(f"{keys} ", "bold $text-accent"), Content.styled(end, "$text-muted")
                ).stylize(Style.from_meta({"@click": f"screen.do('{action}')"}))
            )
        self.update(Content.assemble(*parts), layout=False)


#: What is between two keys.
_GAP: Final = "  "


def _need(hint: tuple[str, str, str], needed: Sequence[str]) -> tuple[bool, int]:
    """Return what puts first the keys that a person needs most, and last those that only move."""
    name = hint[2]
    return name in MOVING, needed.index(name) if name in needed else len(needed)


def _length(hint: tuple[str, str, str]) -> int:
    """Return the columns of a key with its label, and of the gap after it."""
    return cell_len(hint[0]) + 1 + cell_len(hint[1]) + len(_GAP)
