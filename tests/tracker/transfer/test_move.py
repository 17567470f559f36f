"""Entries that are moved to another negotiation: away and there in one transaction, with what is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections import claims, status
from tracker import EventLog
from tracker.errors import EntryRejectedError
from tracker.events import (
    AgreementSigned,
    DenialIssued,
    IncidentReported,
    NegotiationOpened,
    PartyAdded,
    SourceRegistered,
    StatementMade,
    UltimatumIssued,
)
from tracker.events.knowledge import EntryCorrected, EntryDisputed, EntryRetracted
from tracker.transfer.move import move

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog.open(tmp_path / "log.db", by="ana") as opened:
        opened.record(
            [
                NegotiationOpened(negotiation="lake", id="opened"),
                PartyAdded(negotiation="lake", id="nor", party="NOR", name="Norway"),
                SourceRegistered(negotiation="lake", id="wire", source="wire", published="2021-05-02"),
                SourceRegistered(negotiation="lake", id="paper", source="paper", relays=("wire",)),
                NegotiationOpened(negotiation="sea"),
                _said("t"),
                EntryCorrected(negotiation="lake", id="c", entry="t", changes={"text": "we fished"}),
                EntryCorrected(negotiation="lake", id="wrong", entry="t", changes={"text": "we dished"}),
                EntryRetracted(negotiation="lake", id="r", entry="wrong"),
            ]
        )
        yield opened


def _said(entry: str) -> StatementMade:
    return StatementMade(negotiation="lake", id=entry, party="NOR", text="we fish", evidence=[{"source": "paper"}])


def standing(log: EventLog, negotiation: str) -> dict[str, str | None]:
    return {reading.id: reading.event.text for reading in claims(log, negotiation).standing}  # type: ignore[attr-defined]


def test_an_entry_is_retracted_here_and_recorded_there_each_naming_the_other(log: EventLog) -> None:
    before = log.entry("lake", "t")
    moved = move(log, "lake", ["t"], "sea", by="bob")
    assert (moved.entries, moved.registered) == (["t", "c"], ["party NOR", "source wire", "source paper"])
    assert (standing(log, "lake"), standing(log, "sea")) == ({}, {"t": "we fished"})
    here = [recorded.event for recorded in log.read("lake")][-2:]
    assert [(event.entry, event.reason) for event in here] == [  # type: ignore[attr-defined]
        ("t", "moved to sea as t"),
        ("c", "moved to sea as c"),
    ]
    there = log.entry("sea", "t")
    assert there.origin is not None
    assert (there.origin["negotiation"], there.origin["entry"]) == ("lake", "t")
    assert (there.origin["position"], there.origin["digest"]) == (before.position, before.digest)
    assert there.event.canonical() == before.event.canonical()
    assert log.verify().ok


def test_there_and_back_is_as_it_was(log: EventLog) -> None:
    before = status(log, "lake").to_json()
    for _ in range(2):
        move(log, "lake", ["t"], "sea")
        moved = move(log, "sea", ["t"], "lake")
        assert moved.receipt.warnings == ()
        assert (standing(log, "lake"), standing(log, "sea")) == ({"t": "we fished"}, {})
    after = status(log, "lake").to_json()
    assert after["positions"] == before["positions"]
    assert after["agreements"] == before["agreements"]
    assert log.verify().ok


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("wrong", "'wrong' is retracted; `communique retract lake wrong --restore` first"),
        ("opened", "'opened' opens lake and stays there"),
        ("d", "'d' is about 't', which stays in lake; move t too"),
    ],
)
def test_what_cannot_be_moved_is_told_and_nothing_is_recorded(entry: str, told: str, log: EventLog) -> None:
    log.record([EntryDisputed(negotiation="lake", id="d", entry="t", party="NOR")])
    heads = log.heads()
    with pytest.raises(EntryRejectedError, match=told):
        move(log, "lake", [entry], "sea")
    assert log.heads() == heads


def test_an_id_that_is_taken_there_is_told(log: EventLog) -> None:
    log.record([PartyAdded(negotiation="sea", party="NOR"), StatementMade(negotiation="sea", id="t", party="NOR")])
    heads = log.heads()
    with pytest.raises(EntryRejectedError, match="is the id of another entry already"):
        move(log, "lake", ["t"], "sea")
    assert log.heads() == heads


def test_a_denial_goes_with_what_it_denies_as_it_reads_and_what_is_said_of_the_denial_goes_too(log: EventLog) -> None:
    log.record(
        [
            DenialIssued(negotiation="lake", id="no", party="NOR", text="no", of="t"),
            EntryDisputed(negotiation="lake", id="d", entry="no", party="NOR"),
            DenialIssued(negotiation="lake", id="late", party="NOR", text="never"),
            EntryCorrected(negotiation="lake", id="points", entry="late", changes={"of": "t"}),
            DenialIssued(negotiation="lake", id="other", party="NOR", text="no", of="t"),
            EntryCorrected(negotiation="lake", id="away", entry="other", changes={"of": None}),
        ]
    )
    moved = move(log, "lake", ["t"], "sea")
    assert moved.entries == ["t", "c", "no", "d", "late", "points"]
    assert [reading.id for reading in claims(log, "lake").standing] == ["other"]
    assert status(log, "sea").to_json()["findings"]


def test_a_denial_is_not_parted_from_what_it_denies_nor_put_on_another_entry_of_that_id(log: EventLog) -> None:
    log.record(
        [
            DenialIssued(negotiation="lake", id="no", party="NOR", text="no", of="t"),
            PartyAdded(negotiation="sea", party="NOR", name="Norway"),
            StatementMade(negotiation="sea", id="t", party="NOR", text="another"),
        ]
    )
    heads = log.heads()
    with pytest.raises(EntryRejectedError, match="'no' is about 't', which stays in lake; move t too"):
        move(log, "lake", ["no"], "sea")
    assert log.heads() == heads


@pytest.mark.parametrize(("entry", "stays"), [("ultimatum", "signed"), ("signed", "ultimatum")])
def test_an_ultimatum_is_not_parted_from_what_settles_it(entry: str, stays: str, log: EventLog) -> None:
    log.record(
        [
            UltimatumIssued(
                negotiation="lake", id="ultimatum", party="NOR", to="NOR", deadline="2021-06", consequence="no fish"
            ),
            AgreementSigned(negotiation="lake", id="signed", agreement="a", by=["NOR"], settles=["ultimatum"]),
        ]
    )
    with pytest.raises(EntryRejectedError, match=f"'signed' settles 'ultimatum', and {stays} stays in lake; move"):
        move(log, "lake", [entry], "sea")
    assert move(log, "lake", ["signed", "ultimatum"], "sea").entries == ["ultimatum", "signed"]


def test_what_only_a_correction_names_is_registered_there(log: EventLog) -> None:
    log.record(
        [
            PartyAdded(negotiation="lake", party="SWE", name="Sweden"),
            PartyAdded(negotiation="lake", party="DNK", name="Denmark"),
            IncidentReported(negotiation="lake", id="i", agreement="nets", text="nets cut"),
            EntryCorrected(negotiation="lake", id="c1", entry="i", changes={"party": "SWE"}),
            EntryCorrected(negotiation="lake", id="c2", entry="c1", changes={"changes": {"party": "DNK"}}),
            EntryCorrected(negotiation="lake", id="c3", entry="i", changes={"evidence": [{"source": "wire"}]}),
        ]
    )
    moved = move(log, "lake", ["i"], "sea")
    assert (moved.entries, moved.registered) == (["i", "c1", "c2", "c3"], ["party SWE", "party DNK", "source wire"])
    event = claims(log, "sea").standing[0].event
    assert (event.party, event.evidence[0].source) == ("DNK", "wire")  # type: ignore[attr-defined]


def test_what_is_refused_there_names_the_entry(log: EventLog) -> None:
    log.record([PartyAdded(negotiation="sea", party="NOR"), StatementMade(negotiation="sea", id="t", party="NOR")])
    with pytest.raises(EntryRejectedError) as raised:
        move(log, "lake", ["t"], "sea")
    assert str(raised.value).startswith("id: entry 't': 't' is the id of another entry already")
