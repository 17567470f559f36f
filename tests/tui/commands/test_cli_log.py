"""`communique log` with options: entries are found by how they read, by every id that reads as the one asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.commands.entering.given import LAKE, said, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke

ENTRIES: tuple[dict[str, Any], ...] = (
    {"event": "PartyAdded", "party": "kingdom", "name": "The Kingdom"},
    {"event": "PartyAdded", "party": "storting", "name": "Parliament of Norway"},
    {"event": "MatterAdded", "matter": "fish"},
    {"event": "MatterAdded", "matter": "fishing"},
    {"event": "SourceRegistered", "source": "herald"},
    {"event": "AgreementSigned", "id": "signed", "agreement": "accord", "by": ["NOR", "SWE"]},
    {"event": "AgreementRatified", "id": "ratified", "agreement": "acord", "party": "kingdom"},
    {"event": "PositionTaken", "id": "position", "party": "SWE", "matter": "fishing", "stance": "open"},
    {"event": "VoteHeld", "id": "vote", "body": "storting", "agreement": "accord", "result": "approved"},
    {"event": "VoteHeld", "id": "other", "body": "Parliament of  norway", "agreement": "accord", "result": "approved"},
    {"event": "EntryCorrected", "id": "c", "entry": "t", "changes": {"party": "FIN", "occurred": "2022"}},
    {"event": "SameAs", "id": "s1", "kind": "party", "keep": "NOR", "same": ["kingdom"]},
    {"event": "SameAs", "id": "s2", "kind": "agreement", "keep": "accord", "same": ["acord"]},
    {"event": "SameAs", "id": "s3", "kind": "matter", "keep": "fish", "same": ["fishing"]},
    {"event": "SameAs", "id": "s4", "kind": "source", "keep": "herald", "same": ["gazette"]},
)


@pytest.fixture(autouse=True)
def _recorded(invoke: Invoke, tmp_path: Path) -> None:
    more = [{"negotiation": "lake", **entry} for entry in ENTRIES]
    done = invoke("record", written(tmp_path / "lake.jsonl", *LAKE, said("t", "We fish"), *more))
    assert done.exit_code == 0, done.stderr


def listed(invoke: Invoke, *options: str) -> set[str]:
    """Return the claims that are listed; the table has the same ones."""
    found = [json.loads(line) for line in invoke("log", "lake", "--jsonl", *options).stdout.splitlines()]
    table = [line.split("\t")[6] for line in invoke("log", "lake", "--plain", *options).stdout.splitlines()]
    assert table == [one["id"] for one in found]
    return {one["id"] for one in found if "-" not in one["id"]}


@pytest.mark.parametrize(
    ("options", "entries"),
    [
        (["--party", "NOR"], {"t", "signed", "ratified"}),
        (["--party", "kingdom"], {"t", "signed", "ratified"}),
        (["--party", "the kingdom"], {"t", "signed", "ratified"}),
        (["--party", "FIN"], {"t"}),
        (["--party", "storting"], {"vote", "other"}),
        (["--party", "parliament of norway"], {"vote", "other"}),
        (["--subject", "agreement:accord"], {"signed", "ratified", "vote", "other"}),
        (["--subject", "agreement:acord"], {"signed", "ratified", "vote", "other"}),
        (["--matter", "fish"], {"position"}),
        (["--matter", "fishing"], {"position"}),
        (["--source", "herald"], {"t"}),
        (["--source", "gazette"], {"t"}),
        (["--since", "2022", "--until", "2022"], {"t"}),
        (["--since", "2021-05-01", "--until", "2021-05-01"], set()),
        (["--party", "FIN", "--type", "StatementMade"], {"t"}),
    ],
)
def test_entries_are_found_by_how_they_read(options: list[str], entries: set[str], invoke: Invoke) -> None:
    assert listed(invoke, *options) == entries


def test_what_is_parted_again_is_found_apart(invoke: Invoke) -> None:
    invoke("retract", "lake", "s1")
    assert listed(invoke, "--party", "kingdom") == {"ratified"}
    assert listed(invoke, "--party", "NOR", "--type", "AgreementRatified") == set()


def test_a_thing_that_only_a_correction_names_is_found(invoke: Invoke) -> None:
    invoke("correct", "lake", "ratified", "agreement=covenant")
    assert listed(invoke, "--subject", "agreement:covenant") == {"ratified"}
