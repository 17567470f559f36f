"""Every verb grows with the log: at n, 2n and 4n the operations are counted, SQLite's steps included.

``pytest -s tests/tui/test_growth.py`` prints the table.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.load import entries
from tests.counting import MOST, Counter, growth, row
from tracker import EventLog
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke

SIZE: Final = 60
NAME: Final = "talks-0000"
#: What is run, by what the table calls it; LOG is the whole log, NAME its first negotiation, OUT a file.
VERBS: Final = {
    "record": "record SCRIPT --json",
    "record wrong": "record WRONG --json",
    "status": "status NAME --json",
    "status of all": "status --json",
    "log": "log NAME --json",
    "log -n": "log NAME -n 5",
    "log --since": "log NAME --since 2020-01-01",
    "log known": "log NAME --known-by 2020-02",
    "show": "show NAME e7",
    "show mistyped": "show NAME e77777",
    "why": "why NAME position:NER/aid",
    "why mistyped": "why NAME entry:e77777",
    "timeline": "timeline NAME",
    "positions": "positions NAME",
    "findings": "findings NAME",
    "sources": "sources NAME --json",
    "source add": "source add PAGE -n NAME --dry-run --json",
    "diff": "diff NAME known:2020-02 now",
    "search": "search delegation",
    "verify": "verify",
    "brief": "brief NAME",
    "bundle": "export bundle NAME",
    "script": "export script NAME",
    "csv": "export csv NAME",
    "cloudevents": "export cloudevents NAME",
    "ical": "export ical NAME",
    "timelinejs": "export timelinejs NAME",
}
#: What exits with 1 or 2, since something is wrong with what it was given.
REFUSED: Final = {"record wrong": 1, "show mistyped": 2, "why mistyped": 2}


def _prepare(folder: Path, size: int) -> None:
    """Make a log of so many entries in one negotiation, a script for another, and one whose rows are all wrong."""
    folder.mkdir()
    told = list(entries(size, 1))
    lines = [json.dumps(entry) for entry in told]
    (folder / "log.jsonl").write_text("\n".join(lines))
    (folder / "script.jsonl").write_text("\n".join(line.replace(NAME, "other") for line in lines))
    wrong = [json.dumps({**entry, "negotiation": "wrong", "party": f"usa-{n}"}) for n, entry in enumerate(told)]
    (folder / "wrong.jsonl").write_text("\n".join(line for line in wrong if '"id"' in line))
    (folder / "page.html").write_text("<!doctype html><title>Talks</title><p>They went on.")
    with EventLog.open(folder / "log.db", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), by="tests") as log:
        record_script(log, read_script(folder / "log.jsonl"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("growth")
    made = [root / name for name in ("first", "second", "third", "warm")]
    for folder, factor in zip(made, (1, 2, 4, 4), strict=True):
        _prepare(folder, SIZE * factor)
    return made


@pytest.mark.long
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_grows_with_the_entries(
    verb: str, folders: list[Path], invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(folder: Path) -> None:
        places = {"NAME": NAME, "SCRIPT": str(folder / "script.jsonl"), "WRONG": str(folder / "wrong.jsonl")}
        places["PAGE"] = str(folder / "page.html")
        arguments = [places.get(word, word) for word in VERBS[verb].split()]
        done = invoke("--log", folder / "log.db", *arguments)
        assert done.exit_code == REFUSED.get(verb, 0), done.output

    def count(folder: Path) -> int:
        counter = Counter()
        with monkeypatch.context() as patch:
            counter.watch_sqlite(patch)
            with counter.running():
                run(folder)
        return counter.operations

    first, second, third, warm = folders
    # What is imported, compiled and kept at the first time is there from the start.
    run(warm)
    counts = (count(first), count(second), count(third))
    sys.stdout.write(row("one negotiation", verb, counts))
    assert growth(counts) <= MOST
