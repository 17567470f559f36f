"""The last view: where a person stood in each negotiation when they left, so that they come back there."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from tui.environment import state_folder
from tui.kept.files import read_kept, write_kept


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


@dataclass(frozen=True, slots=True)
class _File:
    """What is kept for one log."""

    theme: str | None = None
    views: dict[str, View] = field(default_factory=dict)


class Views:
    """The views of one log, and the theme, in the person's state folder; a file of no use is as good as none."""

    def __init__(self, identity: str) -> None:
        self._path = state_folder() / "views" / f"{identity}.json"

    @cached_property
    def theme(self) -> str | None:
        """The theme, which is needed for the first screen, before pydantic has been imported for the rest."""
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            theme = json.loads(self._path.read_bytes())["theme"]
            return theme if isinstance(theme, str) else None
        return None

    @cached_property
    def views(self) -> dict[str, View]:
        """The views by negotiation."""
        found = read_kept(self._path, _File)
        return found.views if found is not None else {}

    def keep(self, negotiation: str, view: View, theme: str) -> None:
        """Keep a view, and the theme."""
        self.views[negotiation] = view
        self.theme = theme
        write_kept(self._path, _File(theme, self.views))
