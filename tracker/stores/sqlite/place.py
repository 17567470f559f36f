"""Where a log's file is: the one that a name leads to, and what SQLite keeps beside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from tracker.errors import LogError, NotALogError
from tracker.system.publishing import parts_with

#: What SQLite puts beside a file: the latest entries, where they are, and what undoes a change that was cut off.
COMPANIONS: Final = ("-wal", "-shm", "-journal")
#: Letters of a name that is too long that are told.
_TOLD: Final = 64
_LONGEST: Final = max(map(len, COMPANIONS))
#: Bytes of a path with a companion's ending that SQLite takes (MAX_PATHNAME of its Unix files).
_LONGEST_PATH: Final = 512
#: The bytes in which a journal says how many pages the file had that it belongs to.
_PAGES_BEFORE: Final = slice(16, 20)


def resolve(path: str | Path) -> Path:
    """Return the file that a name leads to: absolute, and without symbolic links, as SQLite itself finds it.

    What SQLite keeps beside a log is beside this one; whoever looks beside a link looks in vain. A link to nothing
    leads to the file that can be made there. Raises `LogError` for what cannot be a name.
    """
    try:
        found = Path(os.path.realpath(path))
        is_circle = found.is_symlink()
    except ValueError as error:
        raise LogError(f"{str(path)!r} is no name of a file: {error}; name another with --log") from error
    except OSError as error:
        raise LogError(f"{path} cannot be opened: {error.strerror}; name another place with --log") from error
    if is_circle:
        raise NotALogError(f"{path} is a link that leads round in a circle; name a file with --log")
    return found


def companions(path: Path) -> list[Path]:
    """Return what is there under the names that SQLite uses beside a file, be it a directory or a link to nothing."""
    names = [path.with_name(path.name + ending) for ending in COMPANIONS]
    return [name for name in names if os.path.lexists(name)]


def require_name(path: Path) -> None:
    """Raise `LogError` where SQLite could not put its files beside a file of that name."""
    try:
        most = os.pathconf(path.parent, "PC_NAME_MAX")
    except (OSError, ValueError, AttributeError):
        most = 255
    if len(os.fsencode(path.name)) + _LONGEST > most > 0:
        raise LogError(
            f"{_cut(path.name)} is too long a name: SQLite puts files beside it whose names are longer; choose one of "
            f"at most {most - _LONGEST} bytes"
        )
    if len(os.fsencode(path)) + _LONGEST > _LONGEST_PATH:
        raise LogError(
            f"{_cut(path.name)} is at too long a path: SQLite takes {_LONGEST_PATH - _LONGEST} bytes in all; put it "
            "into another folder"
        )


def require_new(path: Path) -> None:
    """Raise `LogError` where a file that is to be made would take another's name, or what another has left.

    SQLite plays what it finds beside a file into that file, whatever it comes from.
    """
    if os.path.lexists(path):
        raise LogError(f"{path} is there already and is never overwritten; name another file")
    place = resolve(path.parent) / path.name
    require_own_name(place)
    require_nothing_left(path)


def require_own_name(path: Path) -> None:
    """Raise `LogError` where a new file would have a name that SQLite can use for itself, or that is too long."""
    require_name(path)
    if path.name.endswith(COMPANIONS):
        raise LogError(
            f"{path} cannot be made: SQLite keeps files of its own under such names; choose one that does not end in "
            f"{', '.join(COMPANIONS[:-1])} or {COMPANIONS[-1]}"
        )


def require_nothing_left(path: Path) -> None:
    """Raise `LogError` where something is left beside a file that is not there yet, or empty, and no link."""
    left = companions(path)
    # Whoever made the file since we saw that there is none keeps these beside it.
    if left and not (path.is_file() and path.stat().st_size):
        raise LogError(
            f"{left[0]} is left of a log that was at {path}, and may hold its last entries: move it to where that log "
            "is now, under that log's name with the same ending, or away if there is none"
        )


def is_being_made(path: Path) -> bool:
    """Say whether all that is beside an empty file is the journal of whoever makes a log of it, or was killed then."""
    left = companions(path)
    if [name.name for name in left] != [path.name + "-journal"]:
        return not left
    try:
        if not stat.S_ISREG(left[0].lstat().st_mode):
            return False
        with left[0].open("rb") as file:
            return not any(file.read(_PAGES_BEFORE.stop)[_PAGES_BEFORE])
    except FileNotFoundError:
        return True
    except OSError:
        return False


def require_single(path: Path, location: str) -> None:
    """Raise `LogError` where a file has other names (hard links), under which others would not see what is recorded.

    SQLite keeps the latest entries beside the name by which a file was opened.
    """
    found = path.stat()
    if found.st_nlink > 1 and found.st_nlink - parts_with(path, found) > 1:
        raise LogError(
            f"{location} has another name as well (a hard link), and what is recorded under the one is missing under "
            "the other; remove the other (find -samefile tells it), or make this a file of its own (cp, then mv)"
        )


def _cut(name: str) -> str:
    return f"{name[:_TOLD]}…"
