"""`communique verify` and `communique schema`: whether the log is what it was, and what an entry may hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tracker.seeds import seed_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Ask, Invoke


def test_verify_has_its_shape(ask: Ask) -> None:
    found = ask("verify")
    assert (found["ok"], found["entries"], found["missing_heads"], found["reason"]) == (True, 212, [], None)
    assert set(found["negotiations"]) == {"us-niger", "panama-canal"}
    for chain in found["negotiations"].values():
        assert (chain["ok"], chain["broken_at"], chain["reason"]) == (True, None, None)
        assert len(chain["head"]) == 64


def test_verify_misses_a_head(invoke: Invoke, bundled: Path, ask: Ask) -> None:
    head = ask("verify")["negotiations"]["us-niger"]["head"]
    earlier = ask("show", "us-niger", "sofa-revoked")["entry"]["digest"]
    assert invoke("--log", bundled, "verify", "--head", head, "--head", earlier).exit_code == 0
    done = invoke("--log", bundled, "verify", "--head", "0" * 63 + "1", "--json")
    assert (done.exit_code, json.loads(done.stdout)["missing_heads"]) == (1, ["0" * 63 + "1"])


def test_a_schema_takes_what_the_scripts_hold(ask: Ask) -> None:
    whole = ask("schema")
    one = ask("schema", "BaseRequestRefused")
    assert whole["$schema"] == one["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert one["properties"]["event"] == {"const": "BaseRequestRefused", "type": "string"}
    assert one["required"] == ["event", "negotiation", "proposal", "party"]
    assert one["additionalProperties"] is False
    assert len(whole["oneOf"]) == len(ask("schema", "--list")["events"])
    assert "with" in ask("schema", "TiesDeepened")["properties"]
    for line in seed_path("us-niger").read_text("utf-8").splitlines():
        entry = json.loads(line)
        schema = whole["$defs"][entry["event"]]
        assert set(schema["required"]) <= set(entry) <= set(schema["properties"])
