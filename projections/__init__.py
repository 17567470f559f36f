"""What can be said: pure functions from the claims that stand at a cut to frozen views of a negotiation.

No module here reads a clock or knows a screen; the same log and the same cut give the same answer to everyone.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from projections.claims.claims import Claims, claims
    from projections.claims.cut import Cut, CutError
    from projections.claims.history import History
    from projections.judgement.findings import Finding, Findings
    from projections.judgement.voices import Voices, voices
    from projections.readmodel.model import ReadModel
    from projections.views.diff import Change, Difference, diff
    from projections.views.replay import Replay, Step
    from projections.views.sources import Sources, sources
    from projections.views.status import Positions, Status, findings, positions, status
    from projections.views.timeline import Line, timeline
    from projections.views.what_if import Fallen, fallen
    from projections.views.why import Ground, Why, why

__all__ = [
    "Change",
    "Claims",
    "Cut",
    "CutError",
    "Difference",
    "Fallen",
    "Finding",
    "Findings",
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
    name: module
    for module, names in {
        "claims.claims": ("Claims", "claims"),
        "claims.cut": ("Cut", "CutError"),
        "claims.history": ("History",),
        "judgement.findings": ("Finding", "Findings"),
        "judgement.voices": ("Voices", "voices"),
        "readmodel.model": ("ReadModel",),
        "views.diff": ("Change", "Difference", "diff"),
        "views.replay": ("Replay", "Step"),
        "views.sources": ("Sources", "sources"),
        "views.status": ("Positions", "Status", "findings", "positions", "status"),
        "views.timeline": ("Line", "timeline"),
        "views.what_if": ("Fallen", "fallen"),
        "views.why": ("Ground", "Why", "why"),
    }.items()
    for name in names
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
        # Importing `projections.views.status` binds the module here, where its view of the same name is meant.
        if not (name in _WHERE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
