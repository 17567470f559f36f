"""What no tracked file may contain: a machine's paths, a registry's address, unresolved merges, stray line ends."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]

# Written with brackets, so that this file does not contain what it looks for.
FORBIDDEN: Final = {
    "a path of one machine": re.compile(r"(?<![\w.~}])/(?:work|root|Users/\w+|home/\w+)/"),
    "a registry's address": re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian"),
    "an unresolved merge": re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE),
    "a carriage return": re.compile("\r"),
    "how the work was organised": re.compile(r"\bissues? [0-9]+\b|\bco[-]authored[-]by\b", re.IGNORECASE),
}
BINARY: Final = {".png", ".db", ".svg", ".gz", ".woff2", ".ico"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Return the files of the repository; of an unpacked archive without one, everything that git would not ignore."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: there is no list of tracked files")
    paths = [CHECKOUT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str, tracked: list[Path]) -> None:
    assert tracked
    found = [
        f"{path.relative_to(CHECKOUT)}: {match.group()!r}"
        for path in tracked
        for match in FORBIDDEN[what].finditer(path.read_bytes().decode("utf-8", "replace"))
    ]
    assert found == []
