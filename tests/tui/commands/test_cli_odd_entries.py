"""Entries that have the form of one, but say what nobody can have recorded, as somebody may put in with other means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner

from tests.tracker.given import NEGOTIATION, stage, statement
from tests.tracker.stores.given import Batch, insert
from tracker.codec import digest_of, encode, head_of
from tracker.log import EventLog
from tui.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

#: By topic, what each says; the ids are e0, e1 and so on.
ODD: Final[dict[str, list[tuple[str, dict[str, Any]]]]] = {
    "names of nothing": [
        ("StatementMade.v1", {"party": "XXX", "evidence": [{"source": "gone"}]}),
        ("AgreementRevoked.v1", {"agreement": "none", "by": ["XXX"]}),
        ("EntryCorrected.v1", {"entry": "gone", "changes": {"text": "y"}}),
        ("EntryRetracted.v1", {"entry": "gone"}),
        ("EntryDisputed.v1", {"entry": "gone"}),
        ("SourceRegistered.v1", {"source": "far", "relays": ["gone"]}),
        ("AliasAdded.v1", {"party": "XXX", "alias": "y"}),
    ],
    "fields of other kinds": [
        ("StatementMade.v1", {"party": 5}),
        ("StatementMade.v1", {"party": "USA", "evidence": None, "occurred": "9999-99-99"}),
        ("WithdrawalProgressReported.v1", {"of": "gone", "figure": 5, "by": ["USA"]}),
        ("WithdrawalProgressReported.v1", {"of": 1, "figure": [{}]}),
        ("PartyAdded.v1", {"party": ["USA"]}),
        ("Event.v1", {"name": {}, "stored": 1}),
        ("UnknownEvent.v1", {"name": "x", "stored": {}}),
    ],
    "itself": [("EntryCorrected.v1", {"entry": "e0", "changes": {"note": "x", "entry": "e0"}})],
    "one another": [
        ("EntryCorrected.v1", {"entry": "e1", "changes": {"note": "x"}}),
        ("EntryCorrected.v1", {"entry": "e0", "changes": {"note": "y"}}),
        ("EntryRetracted.v1", {"entry": "e3"}),
        ("EntryRetracted.v1", {"entry": "e2"}),
        ("EntryCorroborated.v1", {"entry": "e4"}),
    ],
    "one that is moved": [
        (
            "EntryCorrected.v1",
            {"entry": "statement-1", "changes": {"note": "x", "event": "X", "id": "z", "party": "QQ"}},
        ),
        ("EntryCorrected.v1", {"entry": "e0", "changes": {"entry": "e1", "changes": {"changes": 1}}}),
    ],
    "sources in a circle": [
        ("SourceRegistered.v1", {"source": "loop", "relays": ["loop"]}),
        ("SourceRegistered.v1", {"source": "one", "relays": ["other"]}),
        ("SourceRegistered.v1", {"source": "other", "relays": ["one"]}),
        ("NegotiationOpened.v1", {"title": "again"}),
    ],
}
VERBS: Final = (
    *(["verify"], ["status"], ["status", NEGOTIATION], ["log", "--jsonl"], ["timeline", NEGOTIATION]),
    *(["findings", NEGOTIATION], ["sources", NEGOTIATION], ["brief", NEGOTIATION], ["replay", NEGOTIATION]),
    ["why", NEGOTIATION, "entry:statement-1"],
    ["add", "StatementMade", "-n", NEGOTIATION, "party=USA", "text=after"],
)


@pytest.mark.long
@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", ODD)
def test_every_verb_goes_on(log_path: Path, what: str) -> None:
    with EventLog.open(log_path, by="ada") as log:
        log.record([*stage(), statement(1)])
        last = log.store.last(NEGOTIATION)
        assert last is not None
        version, head = last.version, digest_of(last.state)
        for number, (topic, fields) in enumerate(ODD[what]):
            version += 1
            content = json.dumps(fields, separators=(",", ":"))[1:-1].encode()
            opening = head_of(topic, NEGOTIATION, version, head)
            stamp = "2099-01-01T00:00:00.000000Z"
            state = encode(opening, f"e{number}", content, recorded_at=stamp, recorded_by='"eve"')
            insert(log.store, Batch([(NEGOTIATION, version, topic, state)], [(NEGOTIATION, f"e{number}", version)]))
            head = digest_of(state)
    for verb in VERBS:
        done = CliRunner().invoke(cli, ["--log", str(log_path), *verb])
        assert done.exit_code == 0, (verb, done.output, done.exception)
