"""Jumps from cut to cut: each shows what a fold of everything would, however all entries hang together."""

from __future__ import annotations

import random
import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.claims.cut import AXES, Cut
from projections.claims.history import History
from projections.views.diff import diff
from projections.views.status import status
from tests.tui.workspace.given import RECORDED_AT, TODAY
from tracker import EventLog
from tracker.events.parsing import parse
from tui.workspace.time.session import Session
from tui.workspace.time.stops import text_of

_COUNT: Final = 240
_SOURCES: Final = ("gazette", "courier", "echo")


@cache
def tangled() -> History:
    """Return a history in which all claims are about three things, and deny and correct one another."""
    chance = random.Random(7)
    entries: list[dict[str, Any]] = [
        {"event": "SourceRegistered", "source": name, "published": f"2024-0{number}-01", "reliability": "B"}
        for number, name in enumerate(_SOURCES, start=1)
    ]
    entries += [{"event": "PartyAdded", "party": "NTH"}, {"event": "MatterAdded", "matter": "river"}]
    for number in range(_COUNT):
        day = date(2024, 1, 1) + timedelta(days=number // 3 + chance.randrange(4))
        earlier = f"e{chance.randrange(number)}" if number else None
        entries.append(
            {
                "id": f"e{number}",
                "published": str(day + timedelta(days=chance.randrange(20))),
                **_claim(number % 8, number, earlier, str(day), chance),
            }
        )
    with (
        tempfile.TemporaryDirectory() as folder,
        EventLog.open(Path(folder) / "log.db", clock=lambda: RECORDED_AT) as log,
    ):
        log.record([parse({"negotiation": "knot", **entry}) for entry in entries])
        return History.load(log, "knot")


def _claim(kind: int, number: int, earlier: str | None, day: str, chance: random.Random) -> dict[str, Any]:
    said = {"occurred": day, "evidence": [{"source": chance.choice(_SOURCES), "credibility": 1 + number % 6}]}
    if kind == 0 and earlier is not None:
        return {"event": "DenialIssued", "party": "NTH", "of": earlier, "text": "No.", **said}
    if kind == 1 and earlier is not None:
        return {"event": "EntryDisputed", "entry": earlier, "ground": "Others say no."}
    if kind in {2, 3}:
        return {
            "event": "PositionTaken",
            "party": "NTH",
            "matter": "river",
            "stance": chance.choice(("open", "opposes")),
        } | said
    if kind in {4, 5}:
        return {"event": "WithdrawalProgressReported", "withdrawal": "all", "departed": {"value": number}} | said
    return {"event": chance.choice(("ProposalTabled", "ProposalRefused")), "proposal": "keep", "party": "NTH"} | said


CUTS = st.lists(
    st.tuples(st.sampled_from(AXES), st.integers(min_value=0, max_value=_COUNT - 1), st.booleans()),
    min_size=2,
    max_size=8,
)


@pytest.mark.long
@given(jumps=CUTS)
def test_wherever_one_jumps_one_sees_what_a_fold_of_everything_shows(jumps: list[tuple[str, int, bool]]) -> None:
    history = tangled()
    session = Session(history, today=TODAY)
    for axis, index, keeps_others in jumps:
        stops = session.stops[axis]
        value = text_of(axis, stops[index % len(stops)].at)
        others = session.cut if keeps_others else Cut()
        before = session.status
        moved = session.go(Cut(**{**others.to_json(), f"{axis}_by": value}))
        fresh = status(history, "knot", session.cut, today=TODAY)
        assert session.status == fresh
        if moved:
            assert set(session.changes) == {change.subject for change in diff(before, fresh).changes}
