"""What new entries bring to life is told, with what its id may be a misspelling of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.views.coming import FEW, coming
from tests.projections.telling import START, party, tell
from tracker import EventLog

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.events import Event


def _told(folder: Path, before: list[Event], new: list[Event]) -> list[str]:
    with EventLog.open(folder / "log.db", clock=lambda: START, by="test") as log:
        log.record([tell("NegotiationOpened", "open", title="Lake accord"), party("NOR"), *before])
        return [str(one) for one in coming(log, new, None)]


def test_a_thing_with_an_id_close_to_another_one_is_told_with_it(tmp_path: Path) -> None:
    told = _told(
        tmp_path,
        [tell("WithdrawalOrdered", "e1", withdrawal="all-forces", party="NOR")],
        [
            tell("WithdrawalCompleted", "e2", withdrawal="all-force"),
            tell("WithdrawalCompleted", "e3", withdrawal="all-forces"),
            tell("WithdrawalCompleted", "e4", withdrawal="others"),
            party("nor"),
        ],
    )
    assert told == [
        "new withdrawal 'all-force'; did you mean 'all-forces'?",
        "new withdrawal 'others'",
        "new party 'nor'; did you mean 'NOR'?",
    ]


def test_of_two_new_things_that_are_close_the_later_is_told(tmp_path: Path) -> None:
    told = _told(
        tmp_path,
        [],
        [
            tell("AgreementSigned", "e1", agreement="withdrawal-2019", by=["NOR"]),
            tell("AgreementSigned", "e2", agreement="withdrawl-2019", by=["NOR"]),
            tell("AgreementSigned", "e3", agreement="withdrawal-2020", by=["NOR"]),
        ],
    )
    assert told == [
        "new agreement 'withdrawal-2019'",
        "new agreement 'withdrawl-2019'; did you mean 'withdrawal-2019'?",
        "new agreement 'withdrawal-2020'",
    ]


def test_a_negotiation_that_is_opened_by_a_slip_of_the_hand_is_told(tmp_path: Path) -> None:
    other = tell("AgreementExpired", "e1", agreement="a", negotiation="lkae-2024")
    with EventLog.open(tmp_path / "log.db", clock=lambda: START, by="test") as log:
        log.record([tell("NegotiationOpened", "open", title="Lake", negotiation="lake-2024")])
        told = [str(one) for one in coming(log, [other], None)]
        assert told == ["new negotiation 'lkae-2024'; did you mean 'lake-2024'?", "new agreement 'a'"]
        later = tell("NegotiationOpened", "open", title="Lake", negotiation="lake-2025")
        assert [str(one) for one in coming(log, [later], None)] == []


def test_of_very_many_new_negotiations_none_is_held_against_all_others(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstu"
    opened = [tell("NegotiationOpened", "open", title="L", negotiation=f"lake-{letter}") for letter in letters]
    assert len(opened) == FEW + 1
    with EventLog.open(tmp_path / "log.db", clock=lambda: START, by="test") as log:
        assert [*coming(log, opened, None)] == []


def test_negotiations_of_one_letter_are_no_slips_of_one_another(tmp_path: Path) -> None:
    events = [tell("NegotiationOpened", "open", title=name, negotiation=name) for name in ("w", "x")]
    with EventLog.open(tmp_path / "log.db", clock=lambda: START, by="test") as log:
        log.record(events)
        assert list(coming(log, events, None)) == []
