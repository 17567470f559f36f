"""What can be said: pure functions from the claims that stand at a cut to frozen views of a negotiation.

No module here reads a clock or knows a screen; the same log and the same cut give the same answer to everyone.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from projections.changes import Change, Difference, diff
    from projections.claims import Claims, claims
    from projections.cut import Cut, CutError
    from projections.findings import Finding, findings
    from projections.grounds import Ground
    from projections.history import History
    from projections.positions import Positions, positions
    from projections.readmodel import ReadModel
    from projections.replay import Replay, Step
    from projections.sources import Sources, sources
    from projections.status import Status, status
    from projections.timeline import Line, timeline
    from projections.voices import Voices, voices
    from projections.why import Why, why
    from projections.without import Fallen, fallen

__all__ = [
    "Change",
    "Claims",
    "Cut",
    "CutError",
    "Difference",
    "Fallen",
    "Finding",
    "Ground",
    "History",
    "Line",
    "Positions",
    "ReadModel",
    "Replay",
    "Sources",
    "Status",
    "Step",
    "Voices",
    "Why",
    "claims",
    "diff",
    "fallen",
    "findings",
    "positions",
    "sources",
    "status",
    "timeline",
    "voices",
    "why",
]

#: Where each name is; a module is imported when one of its names is first asked for.
_WHERE: Final = {
    "Change": "changes",
    "Claims": "claims",
    "Cut": "cut",
    "CutError": "cut",
    "Difference": "changes",
    "Fallen": "without",
    "Finding": "findings",
    "Ground": "grounds",
    "History": "history",
    "Line": "timeline",
    "Positions": "positions",
    "ReadModel": "readmodel",
    "Replay": "replay",
    "Sources": "sources",
    "Status": "status",
    "Step": "replay",
    "Voices": "voices",
    "Why": "why",
    "claims": "claims",
    "diff": "changes",
    "fallen": "without",
    "findings": "findings",
    "positions": "positions",
    "sources": "sources",
    "status": "status",
    "timeline": "timeline",
    "voices": "voices",
    "why": "why",
}


def __getattr__(name: str) -> object:
    """Import what is asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"projections.{_WHERE[name]}"), name)
    # A view and its module share a name; the view is what `from projections import status` means.
    globals()[name] = value
    return value


class _Package(ModuleType):
    """A package whose views are not hidden by the modules that they live in."""

    def __setattr__(self, name: str, value: object) -> None:
        # Importing `projections.status` binds the module here, where its view of the same name is meant.
        if not (name in _WHERE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
