"""What is recorded: an append-only, tamper-evident log of what has been claimed about a negotiation.

Typed events (`tracker.events`) say who claimed what, when it happened, when it became public and on what evidence.
`EventLog` (`tracker.log`) holds them in chains of digests and never changes one. What can be said from them is
computed in `projections`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.log import EventLog

__all__ = ["EventLog"]

#: The version of what is installed, or of the checkout that this runs from.
__version__: str


def __getattr__(name: str) -> object:
    """Import the log when it is first asked for, so that `tracker.dates` or `tracker.events` alone stay cheap."""
    if name == "EventLog":
        from tracker.log import EventLog

        return EventLog
    if name == "__version__":
        return _version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("communique")
    except metadata.PackageNotFoundError:
        import tomllib
        from pathlib import Path

        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
