"""The pictures of the documentation are what the program draws now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PICTURES: Final = Path(__file__).resolve().parents[3] / "docs" / "images"


@pytest.mark.long
def test_the_pictures_show_what_the_program_draws(environment: Callable[..., dict[str, str]]) -> None:
    done = subprocess.run(
        [sys.executable, str(PICTURES / "make.py"), "--check"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
