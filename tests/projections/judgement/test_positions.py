"""Where each party stands on each matter, and whom it is close to."""

from __future__ import annotations

from typing import Any

from projections import Cut, positions, status
from tests.projections.telling import history, party, tell

STAGE = [
    party("USA", name="United States"),
    party("NER", name="Niger"),
    party("RUS"),
    party("CHN"),
    tell("MatterAdded", "m-1", matter="bases", title="The bases"),
    tell("MatterAdded", "m-2", matter="timetable"),
]


def took(entry: str, day: str | None, stance: str | None, **fields: Any) -> Any:  # noqa: ANN401 - an entry
    return tell("PositionTaken", entry, day, **{"party": "NER", "matter": "bases", "stance": stance, **fields})


def test_a_stance_rests_on_all_that_assert_it_since_it_was_last_taken() -> None:
    events = [
        took("open", "2024-04-01", "open"),
        took("no", "2024-04-09~", "opposes", terms="leave"),
        took("no-again", "2024-04-20", "opposes"),
        took("denied", "2024-05-01", "supports", modality="denied"),
    ]
    (position,) = status(history(*STAGE, *events), "n").positions["NER"].values()
    assert (position.stance, position.since, position.because) == ("opposes", "2024-04-09~", ("no", "no-again"))
    assert (position.count, position.terms) == (2, "leave")


def test_going_back_to_a_stance_begins_it_anew() -> None:
    events = [took("a", "2024-01", "open"), took("b", "2024-02", "opposes"), took("c", "2024-03", "open")]
    position = status(history(*STAGE, *events), "n").positions["NER"]["bases"]
    assert (position.stance, position.because, position.count) == ("open", ("c",), 3)
    before = status(history(*STAGE, *events), "n", Cut(happened_by="2024-02")).positions["NER"]["bases"]
    assert (before.stance, before.because) == ("opposes", ("b",))


def test_red_lines_and_concessions_stand_beside_the_stance() -> None:
    events = [
        tell("RedLineDeclared", "line", "2024-03-01", party="NER", matter="bases", terms="no drones"),
        tell("ConcessionMade", "give", "2024-04-01", party="NER", matter="bases", terms="one base until June"),
    ]
    position = status(history(*STAGE, *events), "n").positions["NER"]["bases"]
    assert (position.stance, position.because) == (None, ("line", "give"))
    assert (position.red_lines, position.concessions, position.terms) == (("line",), ("give",), "one base until June")
    taken = status(history(*STAGE, *events, took("no", "2024-05-01", "opposes")), "n").positions["NER"]["bases"]
    assert (taken.stance, taken.because, taken.red_lines) == ("opposes", ("no",), ("line",))


def test_a_stance_that_is_only_denied_is_none_and_rests_on_nothing() -> None:
    events = [took("no", "2024-05-01", "opposes", modality="denied")]
    position = status(history(*STAGE, *events), "n").positions["NER"]["bases"]
    assert (position.stance, position.because, position.since, position.mentions) == (None, (), None, ("no",))


def test_the_matrix_has_every_matter_and_the_parties_that_take_a_position() -> None:
    events = [took("no", "2024-05-01", "opposes"), took("yes", "2024-05-02", "supports", party="USA")]
    found = positions(history(*STAGE, *events), "n")
    assert found.matters == {"bases": "The bases", "timetable": None}
    assert list(found.parties) == ["USA", "NER"]
    assert {key: cell.stance for key, cell in found.cells.items()} == {
        ("bases", "NER"): "opposes",
        ("bases", "USA"): "supports",
    }
    assert found.to_json()["positions"]["NER"]["bases"]["because"] == ["no"]


def test_partners_are_those_named_in_the_order_of_being_named() -> None:
    events = [
        tell("PartnershipOpennessDeclared", "open", "2024-04-01", party="NER", toward=["RUS", "CHN"]),
        tell("TiesDeepened", "ties", "2024-04-02", party="NER", **{"with": "USA"}),
        tell("TiesDeepened", "again", "2024-04-03", party="NER", **{"with": "RUS"}),
        tell("TiesDeepened", "denied", "2024-04-04", party="USA", modality="denied", **{"with": "CHN"}),
    ]
    standing = status(history(*STAGE, *events), "n")
    assert standing.partners == {"NER": ("RUS", "CHN", "USA")}
    assert standing.partnerships["NER"].because == ("open", "ties", "again")
    assert status(history(*STAGE, *events), "n", Cut(happened_by="2024-04-01")).partners == {"NER": ("RUS", "CHN")}
