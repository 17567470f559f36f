"""The page on the code draws the house as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (CHECKOUT / "docs" / "explanation" / "code.md").read_text("utf-8")
_NAMED: Final = re.compile(r"`((?:tracker|projections|tui)/[\w/.]*)`")


def test_whatever_it_names_is_there() -> None:
    assert [name for name in _NAMED.findall(PAGE) if not (CHECKOUT / name).exists()] == []


def test_every_room_is_on_it() -> None:
    rooms = {
        f"{path.parent.relative_to(CHECKOUT).as_posix()}/"
        for package in ("tracker", "projections", "tui")
        for path in (CHECKOUT / package).rglob("__init__.py")
    }
    assert rooms - set(_NAMED.findall(PAGE)) == set()


def test_no_walk_visits_a_file_twice() -> None:
    walks = re.findall(r"^\*\*From .*?(?=^\*\*From|^## )", PAGE, re.MULTILINE | re.DOTALL)
    visited = [re.findall(r"^\d+\. `(.*?)`", walk, re.MULTILINE) for walk in walks]
    assert [len(files) for files in visited] == [13, 10]
    assert all(len(set(files)) == len(files) for files in visited)
