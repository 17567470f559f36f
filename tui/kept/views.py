"""The last view: where a person stood in each negotiation when they left, so that they come back there."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tui.environment import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tui.workspace.time.model import Session


@dataclass(frozen=True, slots=True)
class View:
    """Where a person stood in one negotiation: cut, marks and filter as written, axis, entry, pane, the entries' order.

    Without a `pane`, the layout says where to begin.
    """

    cut: str = "now"
    axis: str = "known"
    selected: str | None = None
    marks: tuple[str, ...] = ()
    pane: str = ""
    sort: str = "happened"
    zoomed: bool = False
    filter: str = ""

    def is_right(self) -> bool:
        """Say whether each field holds what it should, as one that was read from a file may not."""
        texts = (self.cut, self.axis, self.pane, self.sort, self.filter, self.selected or "", *self.marks)
        return all(isinstance(text, str) for text in texts) and isinstance(self.zoomed, bool)

    def put(self, session: Session) -> None:
        """Let a session stand where the view was; what is not there any more is left out."""
        from projections.claims.cut import AXES, Cut, CutError

        try:
            cut, marks = Cut.parse(self.cut), [Cut.parse(mark) for mark in self.marks]
        except CutError:
            return
        session.axis = self.axis if self.axis in AXES else session.axis
        session.marks = marks[-2:]
        session.go(cut, follow=True)
        if self.selected is not None and session.history.get(self.selected) is not None:
            session.selected = self.selected


@dataclass(slots=True)
class Views:
    """The views of one log, and the theme, in the person's state folder; a file of no use is as good as none."""

    identity: str
    theme: str | None = None
    views: dict[str, View] = field(default_factory=dict)

    @classmethod
    def read(cls, identity: str) -> Views:
        """Return what was kept for a log."""
        try:
            document: dict[str, Any] = json.loads(_path(identity).read_text(encoding="utf-8"))
            views = {
                name: View(**{**view, "marks": tuple(view.get("marks", ()))})
                for name, view in document["views"].items()
            }
            theme = document.get("theme")
            return cls(
                identity,
                theme if isinstance(theme, str) else None,
                {name: view for name, view in views.items() if view.is_right()},
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls(identity)

    def write(self) -> None:
        """Keep the views; where nothing can be written, they are forgotten."""
        path = _path(self.identity)
        new = path.with_suffix(f".{os.getpid()}.new")
        document = {"theme": self.theme, "views": {name: asdict(view) for name, view in self.views.items()}}
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
            new.replace(path)
        except (OSError, ValueError):
            # A full disk, or what is no text.
            with suppress(OSError):
                new.unlink()


def _path(identity: str) -> Path:
    return state_folder() / "views" / f"{identity}.json"
