"""What an entry names is told by the types of its fields, those of other packages too, and never by their names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, NamedTuple, TypeVar

import pytest
from pydantic import Field
from typing_extensions import TypeAliasType, TypedDict

from tests.tracker.given import NEGOTIATION, entry, stage, statement
from tracker.entry import prepare
from tracker.errors import EntryRejectedError
from tracker.events import (
    EVENT_TYPES,
    Actors,
    CounterpartId,
    EntryId,
    Event,
    Figure,
    MatterId,
    PartyAdded,
    PartyId,
    Ref,
    SourceId,
)
from tracker.events.base import Knowledge, Model, Slug
from tracker.events.references import (
    REGISTERED_BY,
    actors,
    entry_of,
    lone_actors,
    names,
    reference_fields,
    references,
    renamed,
    written_references,
)
from tracker.scripts.assignments import Added
from tracker.scripts.reading import ScriptLine

if TYPE_CHECKING:
    from tracker.log import EventLog

#: The fields of built-in types that refer, beside those that every entry has.
REFERRING: Final = {
    "party": {"party", "by", "parties", "to", "toward", "with", "on", "of", "members", "against"}
    | {"cosponsors", "mediators"},
    "matter": {"matter"},
    "source": {"source", "relays"},
    "entry": {"entry", "of"},
}


class Monitor(Model):
    """A part with fields of its own, some of which name something."""

    body: PartyId
    head: str | None = None
    deputy: Monitor | None = None


@dataclass
class Seat:
    """A part that is no pydantic model."""

    holder: PartyId
    number: int = 1


class Vote(TypedDict):
    """A part that is a mapping."""

    voter: PartyId
    vote: str


class Pair(NamedTuple):
    """A part that is a tuple."""

    first: PartyId
    word: str


Item = TypeVar("Item")


class Box(Model, Generic[Item]):
    """A part of whatever type."""

    item: Item


Host = TypeAliasType("Host", PartyId)


class Mediated(Event):
    """Every way in which a field can name something, under names that tell nothing; and names that name nothing."""

    mediator: PartyId
    host: Host | None = None
    behind: Annotated[PartyId | None, Field(description="who sent it")] = None
    guests: list[PartyId] = Field(default_factory=list)
    pair: tuple[str, CounterpartId] | None = None
    groups: tuple[tuple[PartyId, ...], ...] = ()
    several: Sequence[PartyId] = ()
    unordered: frozenset[PartyId] = frozenset()
    votes: dict[PartyId, Literal["yes", "no"]] = Field(default_factory=dict)
    weights: Mapping[str, MatterId] = {}
    monitors: tuple[Monitor, ...] = ()
    seats: tuple[Seat, ...] = ()
    voting: tuple[Vote, ...] = ()
    twosome: Pair | None = None
    box: Box[PartyId] | None = None
    leader: PartyId | Figure | None = None
    whole: Annotated[tuple[str, ...], Ref("party")] = ()
    topic: MatterId | None = None
    papers: tuple[SourceId, ...] = ()
    answers: EntryId | None = None
    through: PartyId | None = Field(default=None, alias="via")
    # Names that were taken for references once.
    party: str | None = None
    to: int | None = None
    matter: Slug | None = None
    source: str | None = None
    of: Figure | None = None
    entry: tuple[int, ...] = ()


#: What a script holds in each field, and what that names.
NAMED: Final[dict[str, tuple[Any, list[tuple[str, str, str]]]]] = {
    "mediator": ("DZA", [("mediator", "party", "DZA")]),
    "host": ("QAT", [("host", "party", "QAT")]),
    "behind": ("FRA", [("behind", "party", "FRA")]),
    "guests": (["USA", "NER"], [("guests.0", "party", "USA"), ("guests.1", "party", "NER")]),
    "pair": (["NER", "USA"], [("pair.1", "party", "USA")]),
    "groups": (
        [["USA"], ["NER", "RUS"]],
        [("groups.0.0", "party", "USA"), ("groups.1.0", "party", "NER"), ("groups.1.1", "party", "RUS")],
    ),
    "several": (["USA"], [("several.0", "party", "USA")]),
    "unordered": (["USA"], [("unordered.0", "party", "USA")]),
    "votes": ({"USA": "no"}, [("votes.USA", "party", "USA")]),
    "weights": ({"a": "bases"}, [("weights.a", "matter", "bases")]),
    "monitors": (
        [{"body": "un", "deputy": {"body": "au"}}],
        [("monitors.0.body", "party", "un"), ("monitors.0.deputy.body", "party", "au")],
    ),
    "seats": ([{"holder": "USA"}], [("seats.0.holder", "party", "USA")]),
    "voting": ([{"voter": "USA", "vote": "yes"}], [("voting.0.voter", "party", "USA")]),
    "box": ({"item": "USA"}, [("box.item", "party", "USA")]),
    "leader": ("USA", [("leader", "party", "USA")]),
    "whole": (["USA"], [("whole.0", "party", "USA")]),
    "topic": ("bases", [("topic", "matter", "bases")]),
    "papers": (["wire"], [("papers.0", "source", "wire")]),
    "answers": ("opened", [("answers", "entry", "opened")]),
    "via": ("USA", [("via", "party", "USA")]),
    "evidence": ([{"source": "wire"}], [("evidence.0.source", "source", "wire")]),
    "party": ("nobody", []),
    "to": (7, []),
    "matter": ("nothing", []),
    "source": ("nowhere", []),
    "of": ({"value": 3}, []),
    "entry": ([1], []),
}


@pytest.mark.parametrize("field", NAMED)
def test_a_name_is_found_wherever_its_type_stands(field: str) -> None:
    value, expected = NAMED[field]
    data = {"negotiation": NEGOTIATION, "mediator": "DZA", field: value}
    mediator = [] if field == "mediator" else [("mediator", "party", "DZA")]
    event = Mediated.model_validate(data)
    found = [*mediator, *expected]
    assert sorted(references(event)) == sorted(found)
    assert sorted(written_references(Mediated, data)) == sorted(found)
    assert sorted(prepare(event).names) == sorted((kind, name) for _, kind, name in found)


@pytest.mark.parametrize("field", NAMED)
def test_a_name_reads_as_another_wherever_its_type_stands(field: str) -> None:
    value, expected = NAMED[field]
    event = Mediated.model_validate({"negotiation": NEGOTIATION, "mediator": "DZA", field: value})
    read = renamed(event, lambda family, name: name if family == "entry" else f"{name}-2")
    found = expected if field == "mediator" else [("mediator", "party", "DZA"), *expected]
    named = sorted((kind, name if kind == "entry" else f"{name}-2") for _, kind, name in found)
    assert sorted((kind, name) for _, kind, name in references(read)) == named
    assert renamed(event, lambda _, name: name) is event


def test_what_is_named_twice_once_two_are_one_is_named_once() -> None:
    vote = entry("VoteHeld", body="b", matter="m", votes={"ner": "for", "NER": "against", "USA": "for"})
    held = entry("RoundHeld", round="r", parties=["USA", "ner", "NER"])
    read = [renamed(event, lambda _, name: name.upper()).__dict__ for event in (vote, held)]
    assert read[0]["votes"] == {"NER": "against", "USA": "for"}
    assert read[1]["parties"] == ("USA", "NER")


def test_a_tuple_with_names_is_found_where_it_was_read() -> None:
    event = Mediated(negotiation=NEGOTIATION, mediator="DZA", twosome=("USA", "x"))
    assert ("twosome.first", "party", "USA") in list(references(event))


def test_what_a_script_holds_by_mistake_names_nothing() -> None:
    wrong: object
    for wrong in (None, 7, True, {"a": {"b": []}}, [[{}]], [None, 3], ""):
        data: dict[str, object] = {"negotiation": NEGOTIATION, **dict.fromkeys(NAMED, wrong)}
        assert all(isinstance(name, str) for _, _, name in written_references(Mediated, data))


def test_built_in_types_refer_by_the_fields_of_the_vocabulary() -> None:
    referring = {kind: set[str]() for kind in REFERRING}
    for kind in EVENT_TYPES.values():
        for _, written, what in reference_fields(kind):
            referring[what].add(written)
            assert written in REFERRING[what]
    assert referring == {**REFERRING, "source": {"source", "relays"}}


def test_what_registers_a_name_does_not_need_it_before() -> None:
    class Renamed(PartyAdded):
        """A plug-in's way to add a party."""

        before: PartyId | None = None

    assert [list(references(entry(kind.__name__, **{what: "new"}))) for kind, what in REGISTERED_BY.items()] == [[]] * 3
    found = references(Renamed(negotiation=NEGOTIATION, party="new", before="USA"))
    assert list(found) == [("before", "party", "USA")]
    alias = entry("AliasAdded", party="NER", alias="Niger")
    assert list(references(alias)) == [("party", "party", "NER")]
    source = entry("SourceRegistered", source="new", relays=["wire"])
    assert list(references(source)) == [("relays.0", "source", "wire")]
    assert list(names(source, "source")) == ["new", "wire"]


def test_who_acts_is_told_by_types_too() -> None:
    class Hosted(Event):
        guest: CounterpartId
        others: tuple[PartyId, ...] = ()
        sponsor: PartyId | None = None
        hosts: Actors

    hosted = Hosted(negotiation=NEGOTIATION, guest="USA", hosts=("QAT", "DZA"), sponsor="FRA")
    assert actors(hosted) == ("QAT", "DZA")
    assert lone_actors(Hosted) == ("sponsor",)
    assert actors(Mediated(negotiation=NEGOTIATION, mediator="DZA", party="nobody")) == ("DZA",)
    assert actors(entry("AgreementTerminated", agreement="a", parties=["USA"], party="NER")) == ("NER",)
    assert actors(entry("AgreementSigned", agreement="a", parties=["USA", "NER"], by=["NER"])) == ("NER",)
    assert actors(entry("SiteHandedOver", withdrawal="w", to="NER")) == ()
    assert actors(entry("CodedEventReported", actor="NER", target="USA", code="010")) == ()


def test_what_an_entry_is_about_is_told_by_types_too() -> None:
    class Remarked(Knowledge):
        upon: EntryId
        entry: int = 0

    assert entry_of(Remarked(negotiation=NEGOTIATION, upon="opened")) == "opened"
    assert entry_of(entry("DenialIssued", party="NER", of="opened")) == "opened"
    assert entry_of(entry("WithdrawalProgressReported", withdrawal="w", of=900)) is None
    assert entry_of(entry("AssessmentChanged", source="wire", reliability="B")) is None


@pytest.fixture
def mediated(staged: EventLog, monkeypatch: pytest.MonkeyPatch) -> EventLog:
    """Return a log in whose vocabulary another package's type is."""
    monkeypatch.setitem(EVENT_TYPES, "Mediated", Mediated)
    return staged


def test_names_of_another_packages_type_are_checked(mediated: EventLog) -> None:
    right = entry(
        "Mediated", id="m", mediator="USA", monitors=[{"body": "NER"}], answers="opened", party="nobody", to=1
    )
    assert mediated.record([right]).count == 1
    wrong = entry("Mediated", mediator="URS", monitors=[{"body": "NRE"}], answers="opend", votes={"CHA": "no"})
    with pytest.raises(EntryRejectedError) as caught:
        mediated.record([wrong])
    assert [str(problem) for problem in caught.value.problems] == [
        "1: mediator: unknown party 'URS'; did you mean 'RUS'?",
        "1: votes.CHA: unknown party 'CHA'; did you mean 'CHN'?",
        "1: monitors.0.body: unknown party 'NRE'; did you mean 'NER'?",
        "1: answers: there is no entry 'opend' before this one; did you mean 'opened'?",
    ]


def test_a_correction_of_a_nested_name_is_checked(mediated: EventLog) -> None:
    mediated.record([entry("Mediated", id="m", mediator="USA")])
    correction = entry("EntryCorrected", entry="m", changes={"monitors": [{"body": "NRE"}], "to": 3})
    with pytest.raises(EntryRejectedError, match=r"changes\.monitors\.0\.body: unknown party 'NRE'"):
        mediated.record([correction])
    assert mediated.record([entry("EntryCorrected", entry="m", changes={"entry": [3], "of": {"value": 7}})]).count == 1


def test_an_unknown_field_of_a_part_is_told_with_the_parts_fields() -> None:
    with pytest.raises(EntryRejectedError) as caught:
        entry("StrengthReported", withdrawal="w", strength={"vale": 1})
    assert str(caught.value.problems[0]) == "strength.vale: unknown field; did you mean 'value'?"


# ── `of`, which is a figure of one type and an entry of another ──


@pytest.mark.parametrize("of", [900, "900", 900.0, {"value": 900}, {"value": "900"}, {"low": 800, "high": 900}])
def test_how_many_have_left_of_how_many_is_a_figure(staged: EventLog, of: object) -> None:
    event = entry("WithdrawalProgressReported", id="progress", withdrawal="w", departed=269, of=of)
    assert list(references(event)) == []
    assert staged.record([event]).count == 1
    stored = staged.entry(NEGOTIATION, "progress").event
    assert stored == event
    changes = [{"of": 1000}, {"of": {"low": 7}}, {"of": None}]
    corrections = [entry("EntryCorrected", entry="progress", changes=changed) for changed in changes]
    assert staged.record(corrections).count == 3
    assert json.loads(stored.canonical())["of"]


def test_a_figure_of_a_wrong_entry_is_no_name_that_is_missing(staged: EventLog) -> None:
    data = {"event": "WithdrawalProgressReported", "negotiation": NEGOTIATION, "of": "900"}
    kind = EVENT_TYPES["WithdrawalProgressReported"]
    assert list(written_references(kind, data)) == []
    denial = {"event": "DenialIssued", "negotiation": NEGOTIATION, "of": "900"}
    assert list(written_references(EVENT_TYPES["DenialIssued"], denial)) == [("of", "entry", "900")]
    line = ScriptLine("", 0, None, (), (), tuple((NEGOTIATION, *found) for found in written_references(kind, data)))
    assert Added([line], 0).problems(staged) == []


def test_what_a_denial_is_of_is_an_entry(staged: EventLog) -> None:
    staged.record([statement(1)])
    with pytest.raises(EntryRejectedError, match=r"of: there is no entry 'statement-2' before this one"):
        staged.record([entry("DenialIssued", party="NER", of="statement-2")])
    assert staged.record([entry("DenialIssued", id="d", party="NER", of="statement-1")]).count == 1
    with pytest.raises(EntryRejectedError, match=r"changes\.of: there is no entry '900'"):
        staged.record([entry("EntryCorrected", entry="d", changes={"of": "900"})])
    assert staged.record(stage()).already == len(stage())
