"""What can be said: pure functions from the claims that stand at a cut to frozen views of a negotiation.

No module here reads a clock or knows a screen; the same log and the same cut give the same answer to everyone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from projections.claims import Claims, claims
    from projections.cut import Cut, CutError
    from projections.findings import Finding, findings
    from projections.history import History
    from projections.positions import Positions, positions
    from projections.status import Status, status

__all__ = [
    "Claims",
    "Cut",
    "CutError",
    "Finding",
    "History",
    "Positions",
    "Status",
    "claims",
    "findings",
    "positions",
    "status",
]

#: Where each name is; a module is imported when one of its names is first asked for.
_WHERE: Final = {
    "Claims": "claims",
    "Cut": "cut",
    "CutError": "cut",
    "Finding": "findings",
    "History": "history",
    "Positions": "positions",
    "Status": "status",
    "claims": "claims",
    "findings": "findings",
    "positions": "positions",
    "status": "status",
}


def __getattr__(name: str) -> object:
    """Import what is asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"projections.{_WHERE[name]}"), name)
    # A view and its module share a name; the view is what `from projections import status` means.
    globals()[name] = value
    return value
