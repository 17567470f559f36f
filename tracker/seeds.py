"""The histories that come with communique, found in a checkout and in an installed wheel alike."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Final

ENDINGS: Final = (".jsonl", ".yaml", ".csv")


def seeds() -> list[str]:
    """Return the names of the bundled histories in alphabetical order, such as `us-niger`."""
    return sorted({path.stem for path in _folder().iterdir() if path.suffix in ENDINGS})


def seed_path(name: str) -> Path:
    """Return the script of the bundled history `name`, ready for `EventLog.record` or `communique record`.

    Where one history is there in several formats, JSONL comes first, then YAML, then CSV.
    Raises FileNotFoundError, which names the bundled histories, where there is none of that name.
    """
    known = seeds()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"bundled are: {', '.join(known) or 'none'}"
        raise FileNotFoundError(f"no bundled history is called {name!r}; {hint}")
    return next(path for ending in ENDINGS if (path := _folder() / f"{name}{ending}").is_file())


def _folder() -> Path:
    # hatchling renames seeds/ to tracker/_seeds/ on its way into the wheel; see pyproject.toml.
    package = Path(str(files("tracker")))
    installed = package / "_seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
