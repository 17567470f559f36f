"""The histories that come with communique, found in a checkout and in an installed wheel alike."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from tracker.errors import NameUnknownError, nearest

ENDINGS: Final = (".jsonl", ".yaml", ".csv")


def seeds() -> list[str]:
    """Return the names of the bundled histories in alphabetical order, such as `us-niger`."""
    return sorted({path.stem for path in _folder().iterdir() if path.suffix in ENDINGS})


def seed_path(name: str) -> Path:
    """Return the script of the bundled history `name`, ready for `EventLog.record` or `communique record`.

    Where one history is there in several formats, JSONL comes first, then YAML, then CSV.
    Raises NameUnknownError, which names the nearest or all of the bundled histories, where there is none of that name.
    """
    known = seeds()
    if name not in known:
        hint = nearest(name, known) or f"; bundled are: {', '.join(known)}"
        raise NameUnknownError(f"no bundled history is called {name!r}{hint}")
    return next(path for ending in ENDINGS if (path := _folder() / f"{name}{ending}").is_file())


def _folder() -> Path:
    # hatchling renames seeds/ to tracker/_seeds/ on its way into the wheel; see pyproject.toml.
    package = Path(str(files("tracker")))
    installed = package / "_seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
