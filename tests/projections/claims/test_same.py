"""Ids that are one: read as the one to keep from the time on at which that became known, on every axis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import Cut, History, Replay, diff, findings, status, why
from tests.projections.stories import draw_claim, draw_said, draw_stage, pick
from tests.projections.telling import cites, history, party, source, tell
from tracker.errors import NameUnknownError
from tracker.events import parse

if TYPE_CHECKING:
    from projections import Status
    from tracker.events import Event


def same(entry: str, kind: str, keep: str, *others: str, **fields: object) -> Event:
    """Return an entry that says which ids are one."""
    return tell("SameAs", entry, kind=kind, keep=keep, same=others, **fields)


def at(events: list[Event], **cut: str) -> Status:
    """Return what can be said at a cut; going there by any axis says the same."""
    loaded = history(*events)
    where = Cut(**{f"{axis}_by": value for axis, value in cut.items()})
    standing = status(loaded, "n", where)
    assert Replay(loaded).at(where).to_json() == standing.to_json()
    return standing


def states(events: list[Event], family: str = "withdrawal", **cut: str) -> dict[str, str | None]:
    """Return the states of the things of a family at a cut."""
    return {name: thing.state for name, thing in at(events, **cut).things[family].items()}


MISTYPED: Final = [
    party("NOR"),
    source("s", "2021-05-02"),
    tell("WithdrawalOrdered", "order", "2021-05-01", "s", withdrawal="all-forces", party="NOR"),
    tell("WithdrawalCompleted", "end", "2021-09-01", withdrawal="all-force", published="2021-09-02"),
    same("one", "withdrawal", "all-forces", "all-force", published="2021-10-01"),
    tell("EntryRetracted", "undo", entry="one", published="2021-11-01"),
]
APART: Final = {"all-forces": "ordered", "all-force": "completed"}
TOGETHER: Final = {"all-forces": "completed"}


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ({}, APART),
        ({"known": "2021-10-31"}, TOGETHER),
        ({"known": "2021-09-30"}, APART),
        ({"recorded": "#6"}, APART),
        ({"recorded": "#5"}, TOGETHER),
        ({"recorded": "#4"}, APART),
        ({"happened": "2021-05-01", "recorded": "#5"}, {"all-forces": "ordered"}),
        ({"happened": "2021-09-01", "known": "2021-10-01"}, TOGETHER),
    ],
)
def test_two_ids_are_one_thing_until_that_is_retracted(cut: dict[str, str], expected: dict[str, str]) -> None:
    assert states(MISTYPED, **cut) == expected


def test_a_step_says_what_becomes_one_and_what_is_parted_again() -> None:
    steps = {step.entry: step.changes for step in Replay(history(*MISTYPED)).steps("known")}
    changed = [(one.subject, one.aspect, one.before, one.after) for one in steps["one"]]
    assert ("withdrawal:all-forces", "state", "ordered", "completed") in changed
    changed = [(one.subject, one.aspect, one.before, one.after) for one in steps["undo"]]
    assert ("withdrawal:all-forces", "state", "completed", "ordered") in changed


#: For each family two entries, the second about the same thing by another id, and its state then.
THINGS: Final = {
    "agreement": (("AgreementNegotiated", {}), ("AgreementEnteredIntoForce", {}), "in-force"),
    "proposal": (("ProposalTabled", {"party": "NOR"}), ("ProposalWithdrawn", {"party": "NOR"}), "withdrawn"),
    "round": (("TalksProposed", {"party": "NOR"}), ("TalksConcluded", {}), "concluded"),
    "withdrawal": (("WithdrawalBegan", {}), ("WithdrawalCompleted", {}), "completed"),
    "commitment": (("CommitmentUndertaken", {"party": "NOR"}), ("CommitmentFulfilled", {}), "fulfilled"),
    "sanction": (("SanctionImposed", {"party": "NOR"}), ("SanctionLifted", {"party": "NOR"}), "lifted"),
}


@pytest.mark.parametrize("family", THINGS)
def test_things_of_every_family_can_be_one(family: str) -> None:
    (first, fields), (second, others), state = THINGS[family]
    events = [
        party("NOR"),
        tell(first, "a", "2021-05-01", **{family: "keep"}, **fields),
        tell(second, "b", "2021-06-01", **{family: "other"}, **others),
    ]
    assert len(states(events, family)) == 2
    assert states([*events, same("k", family, "keep", "other")], family) == {"keep": state}


def test_fields_that_name_another_thing_read_as_the_one_to_keep() -> None:
    events = [
        party("NOR"),
        tell("ProposalTabled", "a", proposal="first", party="NOR"),
        tell("ProposalTabled", "b", proposal="second", party="NOR", supersedes="frist"),
        tell("ProposalCountered", "c", proposal="third", party="NOR", in_reply_to="frist"),
        tell("AgreementNegotiated", "d", agreement="annex", part_of="treatty", settles=["frist"]),
        tell("AgreementSuperseded", "e", agreement="old", superseded_by="treatty"),
        tell("CommitmentUndertaken", "f", commitment="c", party="NOR", agreement="treatty"),
        tell("FigureReported", "g", about="agreement:treatty", quantity="tonnes", figure=3),
        tell("NegotiationOpened", "h", lead="agreement:treatty"),
        same("k", "proposal", "first", "frist"),
        same("l", "agreement", "treaty", "treatty"),
    ]
    claims = at(events).claims
    assert claims is not None
    read = {reading.id: reading.event.__dict__ for reading in claims.standing}
    assert read["b"]["supersedes"] == read["c"]["in_reply_to"] == "first"
    assert read["d"]["settles"] == ("first",)
    assert read["d"]["part_of"] == read["e"]["superseded_by"] == read["f"]["agreement"] == "treaty"
    assert read["g"]["about"] == claims.registers.lead == "agreement:treaty"


def test_parties_matters_and_sources_are_one_in_the_registers() -> None:
    events = [
        party("nor", name="Norge", aliases=["Noreg"], kind="state"),
        party("NOR", name="Norway"),
        party("eu", members=["nor"]),
        tell("MatterAdded", "m1", matter="fish", title="Fish"),
        tell("MatterAdded", "m2", matter="fishing", title="Fishing"),
        source("a", "2021-01-01", reliability="B"),
        source("b", "2021-02-01", reliability="C"),
        source("c", "2021-03-01", "b"),
        tell("PositionTaken", "p", None, "b", party="nor", matter="fish", stance="supports"),
        tell("VoteHeld", "v", None, "c", body="b", matter="fish", votes={"nor": "for", "NOR": "against"}),
        same("k1", "party", "NOR", "nor"),
        same("k2", "matter", "fishing", "fish"),
        same("k3", "source", "a", "b"),
        tell("EntryRetracted", "undo", entry="k3", published="2026-06-01"),
    ]
    found = at(events, recorded="#13")
    claims = found.claims
    assert claims is not None
    registers = claims.registers
    assert list(registers.parties) == ["NOR", "eu"]
    assert (registers.parties["NOR"].name, registers.parties["NOR"].kind) == ("Norway", "state")
    assert registers.parties["NOR"].aliases == ("nor", "Norge", "Noreg")
    assert registers.parties["eu"].members == ("NOR",)
    assert {name: matter.title for name, matter in registers.matters.items()} == {"fishing": "Fishing"}
    assert {name: one.reliability for name, one in registers.sources.items()} == {"a": "B", "c": "F"}
    assert registers.sources["c"].relays == ("a",)
    assert found.positions["NOR"]["fishing"].stance == "supports"
    read = {reading.id: reading for reading in claims.standing}
    assert read["v"].event.__dict__["votes"] == {"NOR": "against"}
    # What dates an entry is the source that is kept.
    assert read["p"].evidence[0].source == "a"
    assert read["p"].published_lower == registers.sources["a"].lower
    parted = at(events).claims
    assert parted is not None
    assert list(parted.registers.sources) == ["a", "b", "c"]
    assert parted.registers.parties["NOR"].name == "Norway"


def test_a_source_whose_own_registration_is_retracted_is_known_by_that_of_the_other_id() -> None:
    events = [
        source("a", "2021-01-01"),
        source("b", "2021-02-01"),
        party("NOR"),
        tell("StatementMade", "e", None, "a", party="NOR"),
        same("k", "source", "a", "b"),
        tell("EntryRetracted", "undo", entry="src-a"),
    ]
    claims = at(events).claims
    assert claims is not None
    assert claims.registers.sources["a"].published == "2021-02-01"
    assert claims.standing[0].published_lower == claims.registers.sources["a"].lower


def test_persons_are_one_by_their_names() -> None:
    events = [
        source("a", "2021-01-01"),
        source("b", "2021-01-01"),
        party("NOR"),
        tell("StatementMade", "e", None, cites("a", "J. Berg"), cites("b", "Jens Berg"), party="NOR"),
        same("k", "person", "Jens Berg", "J. Berg"),
        tell("EntryRetracted", "undo", entry="k"),
    ]
    persons = at(events, recorded="#5").claims
    assert persons is not None
    assert persons.registers.persons.key("J. Berg") == "jens berg"
    parted = at(events).claims
    assert parted is not None
    assert parted.registers.persons.key("J. Berg") == "j berg"


def test_what_is_one_with_a_second_is_one_with_a_third() -> None:
    began = [tell("WithdrawalBegan", name, withdrawal=name, published="2021-01-01") for name in "abcd"]
    chain = [same("k1", "withdrawal", "b", "a"), same("k2", "withdrawal", "c", "b"), same("k3", "withdrawal", "a", "d")]
    assert states([*began, *chain]) == {"c": "under-way"}
    assert states([*began, *chain, tell("EntryRetracted", "r", entry="k2")]) == {
        "b": "under-way",
        "c": "under-way",
    }


def test_of_two_that_keep_each_other_the_later_known_counts() -> None:
    began = [tell("WithdrawalBegan", name, withdrawal=name, published="2021-01-01") for name in "abc"]
    first = same("k1", "withdrawal", "a", "b", "c", published="2021-03-01")
    second = same("k2", "withdrawal", "b", "a", published="2021-02-01")
    assert states([*began, first, second]) == states([*began, second, first]) == {"a": "under-way"}
    assert states([*began, first, second], known="2021-02-15") == {"b": "under-way", "c": "under-way"}


def test_what_says_so_can_be_corrected() -> None:
    began = [tell("WithdrawalBegan", name, withdrawal=name, published="2021-01-01") for name in "abc"]
    events = [
        *began,
        same("k", "withdrawal", "a", "b", published="2021-02-01"),
        tell("EntryCorrected", "fix", entry="k", changes={"same": ["c"]}, published="2021-03-01"),
    ]
    assert set(states(events)) == {"a", "b"}
    assert set(states(events, known="2021-02-15")) == {"a", "c"}


def test_corrections_to_ids_that_are_one_do_not_contradict_each_other() -> None:
    events = [
        tell("WithdrawalBegan", "e", withdrawal="a", published="2021-01-01"),
        tell("EntryCorrected", "c1", entry="e", changes={"withdrawal": "b"}, published="2021-01-02"),
        tell("EntryCorrected", "c2", entry="e", changes={"withdrawal": "c"}, published="2021-01-03"),
    ]
    one = same("k", "withdrawal", "c", "b", published="2021-01-04")
    assert [found.kind for found in at(events).findings if found.kind == "value-conflict"] == ["value-conflict"]
    assert [found.kind for found in at([*events, one]).findings if found.kind == "value-conflict"] == []
    assert set(states([*events, one])) == {"c"}


@pytest.mark.parametrize("left_out", ["a", "b"])
def test_a_source_is_left_out_under_each_of_its_ids(left_out: str) -> None:
    events = [
        source("a", "2021-01-01"),
        source("b", "2021-02-01"),
        source("c", "2021-02-01", "b"),
        tell("WithdrawalBegan", "e1", None, "a", withdrawal="w"),
        tell("WithdrawalBegan", "e2", None, "b", withdrawal="x"),
        tell("WithdrawalBegan", "e3", None, "c", withdrawal="y"),
        same("k", "source", "a", "b"),
    ]
    loaded = history(*events)
    found = status(loaded, "n", Cut(), without=[left_out])
    assert found.things["withdrawal"] == {}
    assert Replay(loaded, without=[left_out]).at(Cut()).to_json() == found.to_json()


def test_entries_recorded_after_it_are_read_by_it_too() -> None:
    loaded = history(*MISTYPED[:3], MISTYPED[4])
    longer = history(*MISTYPED[:3], MISTYPED[4], MISTYPED[3])
    assert set(status(loaded, "n").things["withdrawal"]) == {"all-forces"}
    loaded.add(longer.entries[4:])
    assert status(loaded, "n").to_json() == status(longer, "n").to_json()
    assert status(loaded, "n").things["withdrawal"]["all-forces"].state == "completed"


def test_a_log_in_which_nothing_is_said_to_be_one_keeps_no_names() -> None:
    assert history(*MISTYPED[:4]).merging is None
    assert history(*MISTYPED).merging is not None


# ── any world ──

_PAIRS: Final = (
    *(("withdrawal", "w1", "w2"), ("agreement", "x2", "x1"), ("proposal", "p1", "p2"), ("round", "r2", "r1")),
    *(("commitment", "c1", "c2"), ("party", "NER", "USA"), ("source", "s1", "s2"), ("source", "s2", "s1")),
)


def _written(event: Event, other: str, keep: str) -> Event:
    """Return an entry as it would have been written with the id to keep."""

    def changed(value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {changed(name): changed(item) for name, item in value.items()}
        if isinstance(value, list):
            items = [changed(item) for item in value]
            return list(dict.fromkeys(items)) if all(isinstance(item, str) for item in items) else items
        return keep if value == other else value

    fields = json.loads(event.canonical()) | {"event": event.event, "negotiation": "n", "id": event.id}
    return parse(changed(fields))


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """Return a world under two ids that are said to be one, and the same written with one."""
    family, keep, other = draw(st.sampled_from(_PAIRS))
    stage = draw_stage(draw)
    about: list[Event] = [draw_claim(draw, f"e{number}") for number in range(draw(st.integers(1, 10)))]
    for number in range(draw(st.integers(0, 5))):
        about.append(draw_said(draw, f"k{number}", pick(draw, about)))
    said = same("same", family, keep, other, published="2020-01-01")
    fillers = [tell("MatterAdded", f"filler{number}", matter="filler") for number in range(2)]
    written = [
        # Its own registration says what the one to keep is.
        fillers[0] if getattr(event, family, None) == other else _written(event, other, keep)
        for event in stage
    ]
    return [*stage, fillers[0], said, *about], [
        *written,
        fillers[0],
        fillers[1],
        *(_written(one, other, keep) for one in about),
    ]


_CUTS: Final = st.builds(
    Cut,
    happened_by=st.none() | st.sampled_from(("2024-05-01", "2024-05-03T12:00Z", "2024-05-06", "2024-05")),
    known_by=st.none() | st.sampled_from(("2024-05-01", "2024-05-04", "2024-05-08", "2024-05")),
    recorded_by=st.none() | st.integers(12, 26).map("#{}".format),
)


@given(_worlds(), _CUTS)
def test_a_world_of_two_ids_that_are_one_answers_like_one_that_was_written_with_one(
    worlds: tuple[list[Event], list[Event]], cut: Cut
) -> None:
    one, other = (history(*events) for events in worlds)
    first, second = (_answers(loaded, cut) for loaded in (one, other))
    assert first == second


def _answers(loaded: History, cut: Cut) -> list[Any]:
    standing = status(loaded, "n", cut)
    claims = standing.claims
    assert claims is not None
    told = [
        (
            reading.event,
            reading.evidence,
            reading.lower,
            reading.upper,
            reading.published_lower,
            reading.published_upper,
        )
        for reading in claims.standing
    ]
    answer = standing.to_json()
    shown = [
        answer.get(name) for name in ("agreements", "proposals", "rounds", "withdrawals", "commitments", "positions")
    ]
    sources = {name: (one.reliability, one.published, one.relays) for name, one in claims.registers.sources.items()}
    found = [(one.kind, one.subject, one.entries, one.message) for one in findings(loaded, "n", cut)]
    return [told, shown, sources, list(claims.registers.parties), found]


def test_why_of_an_id_that_is_another_one_now_says_so_and_tells_of_that_one() -> None:
    loaded = history(
        party("USA"),
        tell("AgreementSigned", "s1", "2024-01-01", agreement="pact-a", by=["USA"], published="2024-01-02"),
        tell("AgreementSigned", "s2", "2024-01-01", agreement="pact-b", by=["USA"], published="2024-01-03"),
        same("one", "agreement", "pact-b", "pact-a", published="2024-03-01"),
    )
    found = why(loaded, "n", "agreement:pact-a")
    assert (found.subject, found.value) == ("agreement:pact-b", "signed")
    assert found.says == "agreement:pact-a is one with agreement:pact-b (one). pact-b is signed."
    assert [line.says for line in found.lines] == ["USA signs pact-b. (Recorded of pact-a.)", "USA signs pact-b."]
    assert why(loaded, "n", "agreement:pact-a/parties").says.startswith("agreement:pact-a/parties is one with ")
    before = why(loaded, "n", "agreement:pact-a", Cut(known_by="2024-02-01"))
    assert before.says == "pact-a is signed."
    with pytest.raises(NameUnknownError, match="nothing is said of 'agreement:pact-c'"):
        why(loaded, "n", "agreement:pact-c")
    gone = diff(status(loaded, "n", Cut(known_by="2024-02-01")), status(loaded, "n"))
    assert [one.because for one in gone.changes if one.subject == "agreement:pact-a"] == [("one",), ("one",)]
