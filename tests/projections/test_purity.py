"""What can be said is a function of what was recorded: no clock, no chance, no network and no screen is asked."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import projections

PACKAGE = Path(projections.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py"))
#: What gives another answer each time it is asked.
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "sleep"}
MODULES = {"time", "random", "secrets", "uuid", "socket", "urllib.request", "http", "asyncio"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_projection_reads_no_clock_and_imports_none(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not {part for name in node.names for part in (name.name, name.name.partition(".")[0])} & MODULES
        elif isinstance(node, ast.ImportFrom):
            assert not {node.module or "", (node.module or "").partition(".")[0]} & MODULES
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            clock = node.func.attr in CLOCKS and isinstance(node.func.value, ast.Name)
            named = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            assert not (clock and named in {"datetime", "date", "time"}), ast.unparse(node)


@pytest.mark.long
def test_a_view_is_not_hidden_by_the_module_it_lives_in() -> None:
    check = (
        "import projections.views.status, projections.views.timeline\n"
        "import projections.judgement.findings, projections.judgement.conclusions\n"
        "import projections\n"
        "for name in projections.__all__:\n"
        "    assert type(getattr(projections, name)).__name__ != 'module', name\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True, cwd=PACKAGE.parent)


def test_asking_for_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'prophecy'"):
        projections.prophecy  # noqa: B018 - asking is the test


def test_every_public_name_is_listed_and_found() -> None:
    assert projections.__all__ == sorted(projections.__all__)
    for name in projections.__all__:
        assert getattr(projections, name).__module__.startswith("projections")
