"""The registers: what lines that tell twice of one thing leave, and the title that a negotiation gets later."""

from __future__ import annotations

from itertools import permutations

import pytest

from projections import Cut, Replay, status
from tests.projections.telling import history, party, tell


@pytest.mark.parametrize(
    ("cut", "title"),
    [
        (Cut(), "Third"),
        (Cut(known_by="2024-05-02"), "Second"),
        (Cut(known_by="2024-04-30"), "First"),
        (Cut(recorded_by="#2"), "Second"),
        (Cut(recorded_by="#1"), "First"),
        (Cut(recorded_by="#4"), "Second"),
    ],
)
def test_a_negotiation_has_another_title_from_the_time_on_at_which_it_was_renamed(cut: Cut, title: str) -> None:
    loaded = history(
        tell("NegotiationOpened", "open", title="First"),
        tell("NegotiationRenamed", "one", title="Second", published="2024-05-01"),
        tell("NegotiationRenamed", "two", title="Third", published="2024-05-03"),
        tell("EntryRetracted", "undo", entry="two", published="2024-05-04"),
        tell("NegotiationRenamed", "three", title="Third", published="2024-05-05"),
        tell("NegotiationRenamed", "late", title="Before", published="2024-04-30T12:00Z"),
        tell("EntryRetracted", "not-so", entry="late", published="2024-04-29"),
    )
    assert status(loaded, "n", cut).title == title
    assert Replay(loaded).at(cut).title == title


def test_the_order_of_recording_decides_nothing_of_what_is_registered_twice() -> None:
    lines = [
        party("NER", name="Niger", kind="state").model_copy(update={"id": "b"}),
        party("NER", name="Republic of Niger", published="2024-05-01").model_copy(update={"id": "a"}),
        tell("PartyAdded", "c", party="NER", name="Nigeria", published="2024-05-02"),
        tell("MatterAdded", "d", matter="m", title="Bases", published="2024-05-02"),
        tell("MatterAdded", "e", matter="m", title="Base", published="2024-05-01"),
        tell("NegotiationOpened", "f", title="First", published="2024-05-01"),
        tell("NegotiationOpened", "g", title="Second", summary="s", published="2024-05-02"),
        tell("EntryRetracted", "h", entry="c"),
    ]
    for order in permutations(lines[:2]):
        for rest in (lines[2:7], lines[6:1:-1]):
            registers = status(history(*order, *rest, lines[7]), "n").claims.registers
            assert registers.parties["NER"].name == "Niger"
            assert registers.parties["NER"].kind == "state"
            assert registers.matters["m"].title == "Bases"
            assert (registers.title, registers.summary) == ("Second", "s")
