"""`communique schema --fields`: what an entry of an event type may hold, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tracker.events.registry import EVENT_TYPES, event_types

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke

#: One type of each family; what the fields of all are called, the tables of the reference are held against.
ONE_OF_EACH = {kind.family: name for name, kind in EVENT_TYPES.items()}.values()


def test_the_fields_of_an_event_type_are_listed_in_words(invoke: Invoke) -> None:
    listed = invoke("schema", "WithdrawalOrdered", "--fields", "--csv").stdout.splitlines()
    assert listed[:7] == [
        "field,needed,holds",
        "negotiation,yes,id",
        "withdrawal,yes,id",
        "party,yes,party",
        "force,,text",
        "authority,,text",
        'strength,,"number, or its parts"',
    ]
    assert "strength.low,,number" in listed
    assert 'evidence.0.source,,"source, in each piece of evidence"' in listed
    assert listed[-1] == "evidence.0.credibility,,1 to 6"
    document = json.loads(invoke("schema", "TiesDeepened", "--fields", "--json").stdout)
    assert document["event"] == "TiesDeepened"
    assert {"field": "with", "needed": False, "holds": "party"} in document["fields"]
    assert {field["field"] for field in document["fields"]} >= {"occurred", "modality", "evidence.0.quote"}


@pytest.mark.parametrize(
    "name", [name if name in ONE_OF_EACH else pytest.param(name, marks=pytest.mark.long) for name in event_types()]
)
def test_every_event_type_tells_its_fields(name: str, invoke: Invoke) -> None:
    rows = [json.loads(line) for line in invoke("schema", name, "--fields", "--jsonl").stdout.splitlines()]
    needed = set(json.loads(invoke("schema", name).stdout)["required"]) - {"event"}
    assert {row["field"] for row in rows if row["needed"]} == needed
    assert "None" not in str([row["holds"] for row in rows])


@pytest.mark.parametrize("words", ["schema --fields", "schema --list --fields PartyAdded", "schema PartyAdded --csv"])
def test_a_schema_and_its_fields_are_not_mixed_up(words: str, invoke: Invoke) -> None:
    done = invoke(*words.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--fields" in done.stderr
