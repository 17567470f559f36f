"""Text from outside that is meant to do harm, through every verb."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke


def test_hostile_text_reaches_no_terminal_through_any_verb(invoke: Invoke) -> None:
    evil = "\x1b]52;c;aGk=\x07\x1b[2J\u202e\x9b[/][bold]=cmd()"
    lines: list[dict[str, Any]] = [
        {"event": "NegotiationOpened", "title": evil},
        {"event": "PartyAdded", "party": "USA", "name": evil},
        {"event": "MatterAdded", "matter": "base", "title": evil},
        {
            "event": "SourceRegistered",
            "source": "s",
            "publisher": evil,
            "title": evil,
            "url": evil,
            "published": "2024",
        },
        {
            "event": "ProposalTabled",
            "id": "it",
            "proposal": "p",
            "party": "USA",
            "terms": evil,
            "note": evil,
            "evidence": [{"source": "s", "attributed_to": evil, "quote": evil, "role": evil, "locator": evil}],
        },
        {"event": "PositionTaken", "party": "USA", "matter": "base", "stance": "open", "terms": evil},
        {"event": "WithdrawalOrdered", "withdrawal": "w", "party": "USA", "strength": {"value": 1, "unit": evil}},
        {"event": "DestinationSet", "withdrawal": "w", "destination": evil},
    ]
    text = "\n".join(json.dumps({"negotiation": "talks", **line}) for line in lines)
    assert invoke("record", "-", "--by", evil, stdin=text).exit_code == 0
    for arguments in (
        ("status",),
        ("status", "talks"),
        ("log",),
        ("show", "talks", "it"),
        ("timeline", "talks"),
        ("positions", "talks"),
        ("findings", "talks"),
        ("replay", "talks", "--by", "recorded"),
        ("diff", "talks", "#1", "now"),
        ("verify",),
    ):
        for style in ((), ("--plain",), ("--json",)):
            shown = invoke(*arguments, *style)
            assert shown.exit_code == 0, shown.output
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.output), (arguments, style)
    for format_name in ("script", "csv", "cloudevents", "ical", "timelinejs", "csl"):
        shown = invoke("export", format_name, "talks")
        assert shown.exit_code == 0, shown.output
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.output), format_name


@pytest.mark.long
def test_the_name_of_a_file_reaches_no_terminal_as_it_is(invoke: Invoke, own: Path) -> None:
    evil = "e\x1b]0;pwned\x07\x9b\u202e\r\nerror: all is lost\t"
    log = own.rename(own.with_name(f"{evil}.db")).name
    own.with_name(f"{evil}.jsonl").write_text('{"event":"Nothing"}\n')
    for words in (
        ("--log", log, "rebuild"),
        ("--log", log, "status", "--health"),
        ("--log", log, "search", "uranium"),
        ("--log", log, "backup", f"{evil}.copy"),
        ("--log", log, "backup", f"{evil}.copy"),
        ("--log", f"{evil}.new", "restore", f"{evil}.copy"),
        ("--log", f"{evil}.new", "restore", f"{evil}.none"),
        ("copy", log, f"{evil}.other"),
        ("copy", log, f"{evil}.jsonl"),
        ("--log", log, "export", "bundle", "us-niger", "--output", f"{evil}.bundle"),
        ("--log", log, "export", "bundle", "us-niger", "--output", f"{evil}.bundle"),
        ("--log", log, "export", "bundle", "us-niger", "--output", f"{evil}/x"),
        ("--log", log, "brief", "us-niger", "--output", f"{evil}.md"),
        ("--log", log, "brief", "us-niger", "--output", f"{evil}/x"),
        ("--log", log, "record", f"{evil}.jsonl"),
        ("--log", log, "record", log),
        ("--log", log, "record", f"{evil}.none"),
        ("--log", log, "import", "script", f"{evil}.bundle"),
        ("--log", log, "import", "bundle", f"{evil}.bundle"),
        ("--log", log, "import", "bundle", f"{evil}.jsonl"),
        ("--log", log, "import", "bundle", f"{evil}.none"),
        ("--log", log, "verify", "--bundle", f"{evil}.bundle"),
        ("--log", log, "verify", "--bundle", f"{evil}.jsonl"),
        ("--log", log, "verify", "--bundle", f"{evil}.jsonl", "--csv"),
        ("--log", log, "admin", "init"),
        ("--log", f"{evil}.none", "log"),
        ("--log", f"{evil}.jsonl", "log"),
        ("demo", "--plain", "--dir", f"{evil}.folder"),
        ("demo", "--plain", "--dir", f"{evil}.jsonl"),
        ("--log", log, evil),
    ):
        for style in ((), ("--json",)):
            shown = invoke(*words, *style)
            assert shown.exit_code in {0, 1, 2, 3}, (words, shown.output)
            assert not set("\x1b\x07\x9b\u202e\r\t") & set(shown.output), (words, style, shown.output)
            assert not any(line.startswith("error: all") for line in shown.output.splitlines()), (words, style)
