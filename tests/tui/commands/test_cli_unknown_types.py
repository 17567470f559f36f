"""Entries of types that this version does not know, through every verb: shown as unknown, and nothing else fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from tests.postgres_server import shared_cluster
from tracker import EventLog
from tracker.events import EntryCorroborated, EntryDisputed, EntryRetracted, parse
from tracker.events.base import Event, Evidence
from tracker.events.registry import EVENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.tui.conftest import Invoke

UNKNOWN: Final = ("SummitHeld", "TreatyDreamed")
#: Every verb that reads, with words after which it has something to say.
READING: Final = (
    "status",
    "status us-niger",
    "status us-niger --known-by 2024-05-11",
    "status --health",
    "log",
    "log us-niger --party NER --since 2024-03",
    "log us-niger --type SummitHeld",
    "show us-niger summit",
    "show us-niger sofa-revoked",
    "why us-niger agreement:sofa-2012",
    "why us-niger entry:summit",
    "timeline us-niger",
    "timeline us-niger --known-by 2024-03 --pending",
    "positions us-niger",
    "findings us-niger",
    "sources us-niger",
    "replay us-niger --by known --all",
    "replay us-niger --by happened --all",
    "replay us-niger --by recorded --all",
    "diff us-niger #160 now",
    "diff us-niger known:2024-03 known:2024-06",
    "since us-niger --keep",
    "search Niamey",
    "verify",
    "brief us-niger",
    "brief us-niger --html",
    "export bundle us-niger",
    "export script us-niger",
    "export csv us-niger",
    "export cloudevents us-niger",
    "export ical us-niger",
    "export timelinejs us-niger",
    "rebuild",
)
STYLES: Final = ("", "--json", "--jsonl", "--csv", "--plain")


class SummitHeld(Event):
    """A summit of which another package knows."""

    party: str
    city: str = ""


class TreatyDreamed(Event):
    """Nothing but a name."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mixed(request: pytest.FixtureRequest, invoke: Invoke, own: Path) -> Iterator[str]:
    """Return a log that holds entries of types which nobody knows any more, and entries about them."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for kind in (SummitHeld, TreatyDreamed):
            monkeypatch.setitem(EVENT_TYPES, kind.__name__, kind)
        evidence = (Evidence(source="politico-2024-05-10", quote="Niamey"),)
        with EventLog.open(own) as log:
            log.record(
                [
                    SummitHeld(
                        negotiation="us-niger",
                        id="summit",
                        occurred="2024-05-08",
                        party="NER",
                        city="Niamey",
                        evidence=evidence,
                        note="Said in Niamey.\x1b[2J",
                    ),
                    TreatyDreamed(negotiation="us-niger", id="dream"),
                    TreatyDreamed(negotiation="us-niger", id="other-dream", occurred="2024~"),
                    EntryCorroborated(negotiation="us-niger", entry="summit", evidence=evidence),
                    EntryDisputed(negotiation="us-niger", entry="summit", party="USA", ground="No summit."),
                    EntryRetracted(negotiation="us-niger", entry="other-dream"),
                    parse({"event": "DenialIssued", "negotiation": "us-niger", "party": "USA", "of": "summit"}),
                ]
            )
    if request.param == "sqlite":
        yield str(own)
        return
    with shared_cluster().database() as name:
        place = shared_cluster().address(name)
        assert invoke("copy", own, place).exit_code == 0
        yield place


@pytest.mark.long
def test_every_verb_shows_them_and_fails_over_none(mixed: str, invoke: Invoke) -> None:
    told: set[str] = set()
    for words in READING:
        # How things look is the same over both stores.
        for style in STYLES if mixed.endswith(".db") else STYLES[:2]:
            done = invoke("--log", mixed, *words.split(), *style.split())
            refusals = ("No such option", "so use --json", "go with export tables")
            if done.exit_code == 2 and any(words in done.stderr for words in refusals):
                continue
            if "--html" in words and style:
                continue
            assert done.exit_code == 0, (words, style, done.stderr)
            assert done.output, (words, style)
            assert "\x1b" not in done.stdout
            if style == "--json":
                json.loads(done.stdout)
            if "not known here" in done.stdout:
                told.add(words.split()[0])
    assert {"log", "show", "why", "timeline", "brief"} <= told


@pytest.mark.long
def test_what_is_said_of_everything_else_is_the_same(mixed: str, invoke: Invoke, bundled: Path) -> None:
    for words in ("positions us-niger", "why us-niger agreement:sofa-2012", "status panama-canal"):
        assert invoke("--log", mixed, *words.split()).stdout == invoke("--log", bundled, *words.split()).stdout
    theirs, ours = (json.loads(invoke("--log", log, "status", "us-niger", "--json").stdout) for log in (mixed, bundled))
    for name in ("agreements", "proposals", "talks", "withdrawals", "commitments", "positions", "partners"):
        assert theirs[name] == ours[name]
    assert theirs["entries"] == ours["entries"] + 7


@pytest.mark.long
def test_entries_are_recorded_beside_them(mixed: str, invoke: Invoke) -> None:
    add = ["--log", mixed, "add", "StatementMade", "-n", "us-niger", "party=NER", "text=x"]
    assert invoke(*add).exit_code == 0
    assert invoke("--log", mixed, "verify").exit_code == 0
    script = invoke("--log", mixed, "export", "script", "us-niger").stdout
    again = invoke("--log", mixed, "record", "-", "--keep-going", stdin=script)
    assert again.exit_code == 1
    assert again.stderr.count("unknown event type") == 3
    assert all(f"unknown event type '{name}'" in again.stderr for name in UNKNOWN)
