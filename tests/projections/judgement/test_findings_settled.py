"""A finding is settled by an assessment that names it, as long as it rests on the same entries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from projections.claims.history import History
from projections.exports.brief.making import brief
from projections.judgement.findings.settled import reasons, settled_by, settling
from projections.views.status import status
from tracker import EventLog
from tracker.events.parsing import parse

if TYPE_CHECKING:
    from pathlib import Path

    from projections.views.status import Status


def _figure(name: str, value: int) -> dict[str, Any]:
    count = {"withdrawal": "garrison", "party": "NTH", "strength": {"value": value}}
    return {"event": "WithdrawalOrdered", "id": name, "occurred": "2024-03-10", **count}


def test_a_finding_is_settled_until_another_entry_joins_it(tmp_path: Path) -> None:
    with EventLog.open(tmp_path / "log.db", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), by="tests") as log:

        def recorded(*entries: dict[str, Any]) -> Status:
            log.record([parse({"negotiation": "river", **entry}) for entry in entries])
            return status(History.load(log, "river"), "river", today=date(2026, 1, 2))

        seen = recorded({"event": "PartyAdded", "party": "NTH"}, _figure("many", 900), _figure("few", 120))
        (finding,) = (one for one in seen.findings if one.kind == "figure-conflict")
        assert settled_by(finding, seen.claims) is None
        graded = {"event": "AssessmentChanged", "entry": "few", "credibility": 5}
        assert settled_by(finding, recorded(graded).claims) is None
        seen = recorded({**graded, "reason": "a clerk's mistake", "note": settling(finding)})
        (finding,) = (one for one in seen.findings if one.kind == "figure-conflict")
        said = settled_by(finding, seen.claims)
        assert said is not None
        assert said.reason == "a clerk's mistake"
        assert reasons(seen.findings, seen.claims) == {finding: "a clerk's mistake"}
        # The brief tells it apart from what is open, as the page that plays does, with the reason.
        told = brief(log, "river", today=date(2026, 1, 2), plays=True)
        assert [group.heading for group in told.findings if "garrison" in str(group)][-1] == "Settled"
        assert told.findings[-1].findings[0].message.endswith("Settled: a clerk's mistake")
        assert "Settled: a clerk's mistake" in str(told.play)
        seen = recorded(_figure("more", 2000))
        (finding,) = (one for one in seen.findings if one.kind == "figure-conflict")
        assert settled_by(finding, seen.claims) is None
