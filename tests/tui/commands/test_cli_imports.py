"""What a verb loads: reading a status must not pay for the workspace, for reports or for formats."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: What no verb loads that has no need of it, what comes with an extra included.
HEAVY: Final = {
    *("textual", "rich", "yaml", "rapidfuzz", "sqlite_utils", "jinja2", "asyncio", "platformdirs"),
    *("psycopg", "icalendar", "pyarrow", "numpy"),
}
_CODE: Final = """
import sys
from tui.cli import main
try:
    main()
except SystemExit as end:
    print(end.code, *sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["status", "us-niger", "--json"],
        ["status", "us-niger", "--known-by", "2024-05-11"],
        ["log", "us-niger", "-n", "3"],
        ["show", "us-niger", "sofa-revoked"],
        ["timeline", "us-niger"],
        ["positions", "us-niger"],
        ["findings", "us-niger"],
        ["diff", "us-niger", "known:2024-04", "now"],
        ["verify"],
        ["schema", "--list"],
        ["export", "script", "us-niger"],
        ["export", "csv", "us-niger"],
        ["export", "cloudevents", "us-niger"],
        ["export", "timelinejs", "us-niger"],
        ["add", "PartyAdded", "-n", "talks", "party=USA", "--dry-run"],
    ],
    ids=" ".join,
)
def test_a_verb_loads_only_what_it_needs(
    arguments: list[str], own: Path, environment: Callable[..., dict[str, str]]
) -> None:
    loaded = modules(["--log", str(own), *arguments], environment())
    assert HEAVY & loaded == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_help_loads_neither_a_verb_nor_the_vocabulary(
    arguments: list[str], environment: Callable[..., dict[str, str]]
) -> None:
    loaded = modules(arguments, environment())
    assert not {"pydantic", "eventsourcing", "sqlite3", "projections", *HEAVY} & loaded
    assert not any(name.startswith("tui.commands.") and name != "tui.commands.options" for name in loaded)


def modules(arguments: list[str], variables: dict[str, str]) -> set[str]:
    """Return the modules that a run has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *arguments],
        capture_output=True,
        env=variables,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    code, *names = done.stderr.decode().splitlines()[-1].split()
    assert code in {"0", "2"}
    return set(names)
