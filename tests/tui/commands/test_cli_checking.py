"""`communique verify` and `communique schema`: whether the log is what it was, and what an entry may hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.tui.histories import ALL, ENTRIES
from tracker.scripts.reading import seed_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Ask, Invoke


def test_verify_has_its_shape(ask: Ask) -> None:
    found = ask("verify")
    assert (found["ok"], found["entries"], found["missing_heads"], found["reason"]) == (True, ALL, [], None)
    assert set(found["negotiations"]) == set(ENTRIES)
    for chain in found["negotiations"].values():
        assert (chain["ok"], chain["broken_at"], chain["reason"]) == (True, None, None)
        assert len(chain["head"]) == 64


def test_verify_misses_a_head(invoke: Invoke, bundled: Path, ask: Ask) -> None:
    head = ask("verify")["negotiations"]["us-niger"]["head"]
    earlier = ask("show", "us-niger", "sofa-revoked")["entry"]["digest"]
    assert invoke("--log", bundled, "verify", "--head", head, "--head", earlier).exit_code == 0
    done = invoke("--log", bundled, "verify", "--head", "0" * 63 + "1", "--json")
    assert (done.exit_code, json.loads(done.stdout)["missing_heads"]) == (1, ["0" * 63 + "1"])


@pytest.mark.long
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


def test_a_head_is_held_by_the_negotiation_that_it_is_said_to_be_of(invoke: Invoke, bundled: Path, ask: Ask) -> None:
    head = ask("verify")["negotiations"]["panama-canal"]["head"]
    assert invoke("--log", bundled, "verify", "--head", f"panama-canal={head}").exit_code == 0
    for name in ("us-niger", "panama"):
        done = invoke("--log", bundled, "verify", "--head", f"{name}={head}", "--head", head, "--json")
        assert (done.exit_code, json.loads(done.stdout)["missing_heads"]) == (1, [f"{name}={head}"])


@pytest.mark.parametrize("head", ["", "xyz", "us-niger=", "0123456789ab", "us-niger=" + "g" * 64])
def test_what_is_no_digest_is_no_sign_of_tampering(head: str, invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, "verify", "--head", head)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no head; give the 64 hexadecimal digits" in done.stderr


def test_a_broken_bundle_has_a_document_too(invoke: Invoke, bundled: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.bundle"
    path.write_text('{"event":"StatementMade"}\n', encoding="utf-8")
    done = invoke("--log", bundled, "verify", "--bundle", path, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["ok"], found["reason"]) == (1, False, f"{path} is broken")
    assert f"{path}:1: it is no entry of a bundle; `communique record` takes a script" in done.stderr
