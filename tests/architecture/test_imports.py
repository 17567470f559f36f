"""A command loads only what it needs: seen from outside, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCREEN: Final = {"textual", "rich"}


def loaded(statement: str) -> set[str]:
    """Return the names of the modules in memory after a statement has run in a fresh interpreter."""
    code = f"{statement}\nimport sys, json\njson.dump(sorted(sys.modules), sys.stdout)"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_importing_loads_no_screen() -> None:
    modules = {"tracker", "projections", "tracker.events", "tracker.log", "tui.cli", "tui.commands"}
    found = loaded(f"import {', '.join(modules)}")
    assert modules <= found
    assert found & SCREEN == set()


def test_dates_alone_load_neither_the_store_nor_pydantic() -> None:
    assert loaded("import tracker.dates") & {"eventsourcing", "pydantic", "sqlite3"} == set()
