"""Text from outside that is meant to do harm, through every verb."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    for format_name in ("script", "csv", "cloudevents", "ical", "timelinejs"):
        shown = invoke("export", format_name, "talks")
        assert shown.exit_code == 0, shown.output
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.output), format_name
