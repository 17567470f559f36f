"""Who speaks independently of whom."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import claims, voices
from projections.claims.graphs import Relays
from projections.claims.persons import Persons, fold_name
from tests.projections.telling import cites, history, person, source, tell

if TYPE_CHECKING:
    from random import Random

    from projections import Voices
    from tracker.events import Event

SOURCES: Final = (
    source("agency", "2024-01-01"),
    source("paper", "2024-01-02", "agency"),
    source("blog", "2024-01-03", "paper"),
    source("other", "2024-01-04"),
    source("digest", "2024-01-05", "agency", "other"),
)


def told(*said_by: str | dict[str, Any], **fields: object) -> Event:
    return tell("WithdrawalOrdered", "a", "2024-01-01", *said_by, withdrawal="w", party="USA", **fields)


def heard(*events: Event) -> Voices:
    standing = claims(history(*SOURCES, *events), "n")
    return voices(standing, [reading for reading in standing.standing if reading.id == "a"])


@pytest.mark.parametrize(
    ("said_by", "count"),
    [
        ([], 0),
        (["agency"], 1),
        (["agency", "agency"], 1),
        (["agency", "paper", "blog"], 1),
        (["paper", "blog"], 1),
        (["agency", "other"], 2),
        (["agency", "other", "digest"], 1),
        (["digest"], 1),
        ([cites("agency", "A"), cites("other", "A")], 1),
        ([cites("agency", "A"), cites("other", "B")], 2),
        ([cites("agency", "A"), cites("paper", "B")], 1),
        ([cites("agency", "Ali  TÁSSA."), cites("other", "ali tassa")], 1),
        ([cites("agency", "?"), cites("other", "?")], 2),
        ([cites("agency", "A"), "agency", cites("other", "B"), "other"], 2),
        ([cites("agency", "A"), cites("agency", "B"), cites("other", "B")], 1),
    ],
)
def test_voices_are_what_shares_neither_root_nor_person(said_by: list[Any], count: int) -> None:
    assert heard(told(*said_by)).for_ == count


def test_a_voice_names_its_sources_roots_persons_and_entries() -> None:
    [one, two] = heard(told("other", cites("blog", "A"), cites("paper", "B"))).groups
    assert (one.sources, one.roots, one.persons, one.entries) == (("other",), ("other",), (), ("a",))
    assert (two.sources, two.roots, two.persons, two.entries) == (("blog", "paper"), ("agency",), ("A", "B"), ("a",))


def test_an_alias_of_a_person_joins_voices_and_a_party_alias_does_not() -> None:
    event = told(cites("agency", "Ali Tassa"), cites("other", "Ali Tase"))
    assert heard(event).for_ == 2
    assert heard(person("Ali Tassa", "Ali Tase'"), event).for_ == 1
    assert heard(person("Ali Tase", "The Ambassador"), person("the ambassador", "Ali Tassa"), event).for_ == 1
    party = tell("AliasAdded", "p", party="NER", alias="Ali Tase")
    assert heard(tell("PartyAdded", "q", party="NER", aliases=["Ali Tassa"]), party, event).for_ == 2


def test_pieces_that_cite_nobody_are_one_voice_if_their_roots_have_one_publisher() -> None:
    first, second = (
        source("wire-1", publisher="Agence France-Presse"),
        source("wire-2", publisher="AGENCE France Presse"),
    )
    relayed, third = source("daily", "2024-01-02", "wire-2"), source("wire-3", publisher="Reuters")
    wires = first, second, relayed, third
    assert heard(*wires, told("wire-1", "wire-2")).for_ == 1
    assert heard(*wires, told("wire-1", "daily")).for_ == 1
    assert heard(*wires, told("wire-1", "wire-3")).for_ == 2
    assert heard(*wires, told(cites("wire-1", "A"), cites("wire-2", "B"))).for_ == 2
    assert heard(*wires, told(cites("wire-1", "A"), "wire-2")).for_ == 2


def test_disputes_and_denials_speak_against() -> None:
    events = [
        told("agency"),
        tell("EntryDisputed", "b", None, "paper", entry="a"),
        tell("DenialIssued", "c", "2024-01-02", "other", party="USA", of="a"),
        tell("WithdrawalOrdered", "d", "2024-01-01", "digest", withdrawal="w", party="USA", modality="denied"),
    ]
    assert str(heard(*events[:1])) == "1 for, 0 against"
    assert str(heard(*events[:3])) == "1 for, 2 against"
    assert str(heard(*events)) == "1 for, 1 against"
    [voice] = heard(*events).opposed
    assert set(voice.entries) == {"b", "c", "d"}
    retracted = [tell("EntryRetracted", f"r{name}", None, entry=name) for name in "bcd"]
    assert str(heard(*events, *retracted)) == "1 for, 0 against"


def test_a_denial_without_evidence_is_no_voice() -> None:
    assert str(heard(told("agency"), tell("EntryDisputed", "b", None, entry="a"))) == "1 for, 0 against"


def test_what_corroborates_speaks_with_its_own_entry() -> None:
    [one, two] = heard(told("agency"), tell("EntryCorroborated", "b", None, "other", entry="a")).groups
    assert (one.entries, two.entries) == (("a",), ("b",))


@pytest.mark.parametrize("least", [0, pytest.param(3000, marks=pytest.mark.long)])
def test_what_corroborates_may_be_corroborated_at_any_length(least: int) -> None:
    # What calls itself for each would come to Python's own limit.
    length = max(least, sys.getrecursionlimit() + 100)
    chain = [told("agency")]
    for number in range(length):
        chain.append(tell("EntryCorroborated", f"b{number}", None, "other", entry=chain[-1].id))
    [one, two] = heard(*chain).groups
    assert (one.entries, len(two.entries)) == (("a",), length)


def test_json_counts_and_names() -> None:
    shown = heard(told("agency")).to_json()
    assert (shown["for"], shown["against"], shown["opposed"]) == (1, 0, [])
    assert shown["groups"] == [{"sources": ["agency"], "roots": ["agency"], "persons": [], "entries": ["a"]}]


@given(st.integers(1, 10), st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_ten_relays_of_one_report_are_one_voice(count: int, picks: list[int]) -> None:
    names = ["report"]
    sources = [source("report")]
    for number in range(count):
        name = f"relay-{number}"
        sources.append(source(name, "2024-02-01", names[picks[number] % len(names)]))
        names.append(name)
    assert heard(*sources, told(*names)).for_ == 1
    assert heard(*sources, told(*names[1:])).for_ == 1


NAMES: Final = ["s0", "s1", "s2", "s3", "s4", "s5"]


def graphs(*, cyclic: bool = False) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """Return sources with those that each relays; without circles unless they may be."""
    among = {name: NAMES if cyclic else NAMES[:number] for number, name in enumerate(NAMES)}
    return st.fixed_dictionaries(
        {
            name: st.lists(st.sampled_from(others), max_size=3).map(tuple) if others else st.just(())
            for name, others in among.items()
        }
    )


def registered(graph: dict[str, tuple[str, ...]]) -> list[Event]:
    return [source(name, "2024-01-01", *relays) for name, relays in graph.items()]


EVIDENCE: Final = st.lists(
    st.builds(
        lambda name, whom: cites(name, whom) if whom else {"source": name},
        st.sampled_from(NAMES),
        st.sampled_from(["", "", "A", "B", "C"]),
    ),
    min_size=1,
    max_size=8,
)


@given(graphs(), EVIDENCE, st.data())
def test_a_relay_of_what_speaks_already_never_adds_a_voice(
    graph: dict[str, tuple[str, ...]], evidence: list[dict[str, Any]], data: st.DataObject
) -> None:
    before = heard(*registered(graph), told(*evidence)).for_
    relayed = data.draw(st.sampled_from(evidence))["source"]
    relay = source("relay", "2024-03-01", relayed)
    assert heard(*registered(graph), relay, told(*evidence, "relay")).for_ == before


@given(graphs(), EVIDENCE, st.randoms(use_true_random=False))
def test_voices_do_not_depend_on_the_order_of_evidence(
    graph: dict[str, tuple[str, ...]], evidence: list[dict[str, Any]], random: Random
) -> None:
    shuffled = list(evidence)
    random.shuffle(shuffled)
    one, two = (heard(*registered(graph), told(*items)) for items in (evidence, shuffled))
    assert {frozenset(voice.sources) for voice in one.groups} == {frozenset(voice.sources) for voice in two.groups}
    assert one.for_ == two.for_


@given(graphs(cyclic=True), EVIDENCE)
def test_voices_are_the_connected_parts_of_the_evidence(
    graph: dict[str, tuple[str, ...]], evidence: list[dict[str, Any]]
) -> None:
    relays = Relays(graph)
    parts: list[set[int]] = []
    for number, item in enumerate(evidence):
        mine = {number}
        for part in list(parts):
            if any(_connected(relays, item, evidence[other]) for other in part):
                parts.remove(part)
                mine |= part
        parts.append(mine)
    corrections = [
        tell("EntryCorrected", f"c-{name}", None, entry=f"src-{name}", changes={"relays": list(targets)})
        for name, targets in graph.items()
    ]
    assert heard(*[source(name) for name in graph], *corrections, told(*evidence)).for_ == len(parts)


def _connected(relays: Relays, one: dict[str, Any], two: dict[str, Any]) -> bool:
    whom = one.get("attributed_to")
    if whom is not None and whom == two.get("attributed_to"):
        return True
    return not relays.roots(one["source"]).isdisjoint(relays.roots(two["source"]))


@given(graphs(cyclic=True))
def test_roots_are_what_is_reached_and_relays_nothing(graph: dict[str, tuple[str, ...]]) -> None:
    relays = Relays(graph)
    reached: dict[str, set[str]] = {}
    for name in graph:
        seen, todo = {name}, [name]
        while todo:
            fresh = set(graph[todo.pop()]) - seen
            seen |= fresh
            todo += fresh
        reached[name] = seen
    circles = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in graph
        if any(name in reached[other] for other in graph[name])
    }
    assert set(relays.cycles) == circles
    for name in graph:
        ends = {
            min(other for other in reached[end] if end in reached[other])
            for end in reached[name]
            if all(end in reached[other] for other in reached[end])
        }
        assert relays.roots(name) == ends


def test_a_chain_of_relays_may_be_long() -> None:
    names = [f"s{number}" for number in range(20_000)]
    relays = Relays({name: (before,) for before, name in pairwise(names)})
    assert relays.roots(names[-1]) == {"s0"}
    assert relays.cycles == ()


def test_who_relays_a_source_is_known() -> None:
    relays = Relays({"b": ("a",), "c": ("a", "b", "a"), "d": ("d",)})
    assert relays.relayed_by == {"a": ("b", "c"), "b": ("c",)}
    assert relays.roots("nobody") == {"nobody"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ali Tassa", "ali  tassa"),
        ("Ali Tase'", "Ali Tase’"),
        ("Zeïne", "Zeine"),
        ("Al-Mayadeen", "al mayadeen"),
        ("J. Antouly", "J Antouly"),
        ("STRASSE", "straße"),
        ("مُحَمَّد", "محمد"),
        ("O'Brien", "OBrien"),
        ("Ángel", "A\N{COMBINING ACUTE ACCENT}ngel"),
        ("Ali\N{ZERO WIDTH SPACE} Tassa", "Ali Tassa"),
        ("Tassa\t\n", "Tassa"),
        ("\N{MATHEMATICAL BOLD CAPITAL A}li", "ali"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}li", "ali"),
    ],
)
def test_spellings_that_differ_in_form_only_are_one_name(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ali Tassa", "Ali Tase"), ("Ali Tassa", "Tassa Ali"), ("Dr Tassa", "Tassa")]
)
def test_other_differences_are_the_analysts_to_judge(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@given(st.text(), st.text())
def test_folding_is_settled_after_once(one: str, other: str) -> None:
    assert fold_name(fold_name(one)) == fold_name(one)
    assert (Persons([(one, other, "e")]).key(one) == Persons([(one, other, "e")]).key(other)) is (
        fold_name(one) == fold_name(other) or bool(fold_name(one) and fold_name(other))
    )


@given(st.permutations([("A", "B", "1"), ("B", "C", "2"), ("D", "C", "3"), ("E", "F", "4")]))
def test_persons_do_not_depend_on_the_order_of_aliases(aliases: list[tuple[str, str, str]]) -> None:
    persons = Persons(aliases)
    assert {persons.key(name) for name in "ABCD"} == {"a"}
    assert persons.key("F") == "e"
    assert persons.name("a") == "A"
    assert persons.key(None) == persons.key("") == persons.key("...") == ""
