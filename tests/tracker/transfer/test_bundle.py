"""Bundles: the stored bytes handed on, and a log held against them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tracker import EventLog
from tracker.entry import MAX_CONTENT
from tracker.errors import ContentError, EntryRejectedError, NameUnknownError
from tracker.events import PartyAdded, StatementMade
from tracker.scripts.reading import seed_path, seeds
from tracker.scripts.script import read_script, record_script
from tracker.transfer import bundle

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def log(log_path: Path) -> EventLog:
    log = EventLog.open(log_path, by="ada")
    for name in seeds():
        record_script(log, read_script(seed_path(name)))
    return log


def written(log: EventLog, folder: Path, negotiation: str | None = None) -> Path:
    path = folder / "handed-on.bundle"
    path.write_bytes(b"".join(bundle.lines(log, negotiation)))
    return path


def test_a_bundle_has_the_heads_of_the_log(log: EventLog, tmp_path: Path) -> None:
    assert bundle.heads(written(log, tmp_path)) == log.heads()
    assert bundle.heads(written(log, tmp_path, "us-niger")) == {"us-niger": log.heads()["us-niger"]}


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (lambda lines: [*lines[:4], lines[4].replace(b"a", b"b", 1), *lines[5:]], 5, "check sum"),
        (lambda lines: lines[:6] + lines[7:], 7, "version 7 of us-niger is missing"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], 3, "version 3 of us-niger is missing"),
        (lambda lines: [lines[0], *lines], 2, "version 2 of us-niger is missing"),
        (lambda lines: lines[1:], 1, "from its first entry"),
        (lambda lines: [*lines, b"[]"], 164, "check sum"),
    ],
)
def test_what_was_changed_in_a_bundle_is_told_with_its_line(
    log: EventLog, tmp_path: Path, change: object, line: int, reason: str
) -> None:
    path = written(log, tmp_path, "us-niger")
    lines = path.read_bytes().splitlines()
    assert callable(change)
    path.write_bytes(b"\n".join(change(lines)) + b"\n")
    with pytest.raises(EntryRejectedError, match=reason) as caught:
        bundle.heads(path)
    assert caught.value.problems[0].line == line


def test_a_bundle_forged_with_right_check_sums_does_not_follow(log: EventLog, tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "forged.db", by="eve") as forged:
        record_script(forged, read_script(seed_path("us-niger")))
        theirs = list(bundle.lines(forged, "us-niger"))
    ours = list(bundle.lines(log, "us-niger"))
    path = tmp_path / "mixed.bundle"
    path.write_bytes(b"".join([*ours[:10], *theirs[10:]]))
    with pytest.raises(EntryRejectedError, match="it follows"):
        bundle.heads(path)


def test_what_is_no_bundle_is_told(log: EventLog, tmp_path: Path) -> None:
    with pytest.raises(NameUnknownError, match="there is no file"):
        bundle.heads(tmp_path / "absent")
    (tmp_path / "empty").touch()
    with pytest.raises(ContentError, match="holds no entry"):
        bundle.heads(tmp_path / "empty")
    with pytest.raises(ContentError, match="cannot be read"):
        bundle.heads(tmp_path)
    with pytest.raises(NameUnknownError, match="no negotiation 'absent'"):
        list(bundle.lines(log, "absent"))


def test_the_longest_entry_is_handed_on_in_a_bundle_and_in_a_script(log_path: Path, tmp_path: Path) -> None:
    text = "\x01" * ((MAX_CONTENT - 100) // len("\\u0001"))
    entries = [PartyAdded(negotiation="n", party="NER"), StatementMade(negotiation="n", party="NER", text=text)]
    with EventLog.open(log_path, by="ada") as log:
        log.record(entries)
        assert bundle.heads(written(log, tmp_path)) == log.heads()
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"event": "StatementMade", "negotiation": "n", "party": "NER", "text": text}))
    (line,) = read_script(script)
    assert line.event == entries[1]


@pytest.mark.parametrize("beside", [0, 1], ids=["alone", "with others"])
def test_a_longer_entry_is_refused(beside: int, log_path: Path) -> None:
    long = StatementMade(negotiation="n", party="NER", text="x" * MAX_CONTENT)
    with EventLog.open(log_path, by="ada") as log:
        log.record([PartyAdded(negotiation="n", party="NER")])
        others = [StatementMade(negotiation="n", party="NER", text=str(number)) for number in range(beside)]
        with pytest.raises(EntryRejectedError, match="an entry takes 1,000,000 at most, so shorten its texts"):
            log.record([*others, long])
        assert log.negotiations() == {"n": 1}
