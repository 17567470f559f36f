"""What a verb loads: reading a status must not pay for the workspace, for reports or for formats."""

from __future__ import annotations

import json
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
    *("psycopg", "icalendar", "pyarrow", "numpy", "mcp", "lxml", "htmldate", "pypdf", "warcio"),
}
#: Runs one command line after another and tells of each how it ended and what was loaded by then.
_CODE: Final = """
import json, sys
from tui.cli import main
for arguments in json.loads(sys.argv[1]):
    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as end:
        print(json.dumps([end.code, *sys.modules]), file=sys.stderr)
"""


@pytest.mark.long
def test_a_verb_loads_only_what_it_needs(own: Path, environment: Callable[..., dict[str, str]]) -> None:
    lines = [
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
        ["export", "csl", "us-niger"],
        ["add", "PartyAdded", "-n", "talks", "party=USA", "--dry-run"],
        ["brief", "us-niger"],
        ["brief", "us-niger", "--html"],
    ]
    *loaded, text, page = modules([["--log", str(own), *line] for line in lines], environment())
    # A brief is written by a template, in either form.
    assert HEAVY & text == HEAVY & page == {"jinja2"}
    # Whatever one of them loads is still there after the next ones: the first that has it is to blame.
    assert [
        (" ".join(line), HEAVY & names) for line, names in zip(lines[:-2], loaded, strict=True) if HEAVY & names
    ] == []


def test_help_loads_neither_a_verb_nor_the_vocabulary(environment: Callable[..., dict[str, str]]) -> None:
    lines = [["--help"], ["--version"], []]
    for line, loaded in zip(lines, modules(lines, environment()), strict=True):
        assert not {"pydantic", "eventsourcing", "sqlite3", "projections", *HEAVY} & loaded, line
        ours = {name for name in loaded if name.startswith("tui.commands.")}
        assert ours <= {"tui.commands.options"}, line


@pytest.mark.long
def test_a_log_is_open_before_what_its_entries_are_made_of_is_imported(
    own: Path, environment: Callable[..., dict[str, str]]
) -> None:
    opens = "from tui.workspace.app import LazyLog; LazyLog(sys.argv[1]).require('us-niger')"
    code = f"import sys; {opens}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, own], capture_output=True, env=environment(), check=True, encoding="utf-8"
    )
    loaded = set(done.stdout.split())
    assert "textual" in loaded
    assert not {"pydantic", "eventsourcing", "projections", "tracker.codec", "tracker.events"} & loaded


def modules(lines: list[list[str]], variables: dict[str, str]) -> list[set[str]]:
    """Run command lines one after another in one fresh process; return what is loaded at the end of each."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, json.dumps(lines)],
        capture_output=True,
        env=variables,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    told = [json.loads(line) for line in done.stderr.decode().splitlines() if line.startswith("[")]
    assert {code for code, *_ in told} <= {0, 2}
    return [set(names) for _, *names in told]
