"""A log with snapshots that the version before has made: opened, verified, recorded to, exported."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Final

import pytest

from tests.fault.make_format import FORMATS
from tests.tracker.given import NEGOTIATION, entry, statement, statements
from tracker.errors import EntryRejectedError
from tracker.log import EventLog
from tracker.transfer import bundle

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fault

#: What that version told of it.
HEAD: Final = "22238ba2a172bcf7b4671c71e8314ae42b1407286fa20c834d67f7550671692a"
HEADS: Final = {
    "us-chad": "ef3858152b6b161ccd232e686d3eb12daed13764ef239d67182ca4381846b826",
    "us-niger": "6789e5729a554a671ca467ec5b523e27930bd3b2c882bd519a94d61e15813a77",
}
ENTRIES: Final = {"us-chad": 12, "us-niger": 1013}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "log.db"
    found.write_bytes(gzip.decompress((FORMATS / "before-application.db.gz").read_bytes()))
    return found


def test_it_is_opened_and_verified_with_the_same_digests(path: Path) -> None:
    before = path.read_bytes()
    with EventLog.open(path, create=False, read_only=True) as log:
        verification = log.verify([HEAD, *HEADS.values()])
        assert verification.ok
        assert (verification.head, log.heads(), log.negotiations()) == (HEAD, HEADS, ENTRIES)
    assert path.read_bytes() == before


def test_it_is_recorded_to_from_its_snapshot_and_exported(path: Path, tmp_path: Path) -> None:
    with EventLog.open(path, by="ada") as log:
        lines = list(bundle.lines(log))
        assert log.store.snapshot(NEGOTIATION) is not None
        # Names from before the snapshot and from after it.
        rests = [entry("StatementMade", id="a", party="TCD"), entry("StatementMade", id="b", party="NER")]
        receipt = log.record([*rests, statement(7), statement(5000)])
        assert (receipt.count, receipt.already) == (3, 1)
        with pytest.raises(EntryRejectedError, match="unknown party 'XXX'"):
            log.record([entry("StatementMade", party="XXX")])
        assert log.record(statements(2000)).already == 999
        assert log.store.snapshot(NEGOTIATION) == (
            ENTRIES[NEGOTIATION] + 3 + 1001,
            log.application.negotiation(NEGOTIATION).snapshot(),
        )
        assert log.verify([HEAD, *HEADS.values()]).ok
        exported = list(bundle.lines(log))
    assert exported[: len(lines)] == lines
    assert len(exported) == len(lines) + 1004
    file = tmp_path / "all.bundle.jsonl"
    file.write_bytes(b"".join(exported))
    with EventLog.open(tmp_path / "other.db") as other:
        assert bundle.take_in(other, file).count == len(exported)
        assert other.verify(HEADS.values()).ok
