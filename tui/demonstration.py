"""The demonstration: a log of the bundled history, made once in a folder of its own and used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.log import EventLog

HISTORY: Final = "us-niger"
_FILE: Final = "us-niger.db"


def log_in(folder: Path | None = None) -> Path:
    """Return where the log of the demonstration is, by itself in the person's folder for data, which is made.

    Raises `LogError` where the folder cannot be made.
    """
    from tracker.errors import LogError
    from tui.environment import data_folder

    folder = folder if folder is not None else data_folder() / "demo"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError(f"{folder} cannot be made: {error.strerror}; name another folder with --dir") from error
    return folder / _FILE


def fill(log: EventLog) -> bool:
    """Record the bundled history, and return whether the log holds it; another form of it is left alone."""
    from tracker.errors import EntryRejectedError
    from tracker.scripts.reading import read_script, seed_path
    from tracker.scripts.script import record_script

    try:
        record_script(log, read_script(seed_path(HISTORY)))
    except EntryRejectedError:
        return False
    return True
