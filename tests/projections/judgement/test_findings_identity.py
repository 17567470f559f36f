"""One name for two parties, one person with two roles, and sources that repeat one another in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from projections import Cut
from tests.projections.telling import Evidence, all_found, cites, found, party, person, source, tell

if TYPE_CHECKING:
    from tracker.events import Event


def alias(whose: str, name: str) -> Event:
    return tell("AliasAdded", f"alias-{whose.lower()}-{name.lower().replace(' ', '-')}", party=whose, alias=name)


def test_an_alias_of_two_parties_is_told_once_with_where_it_was_given() -> None:
    events = party("NGA", aliases=["Niamey"]), party("NER", aliases=["niamey", "Niger"])
    assert found("identity", *events) == [("party:NER", {"party-nga", "party-ner"})]
    [message] = [finding.message for finding in all_found(*events)]
    assert message == "Niamey is used for NER and NGA."
    later = party("NGA"), party("NER", aliases=["Niger"]), alias("NGA", "NIGER")
    assert found("identity", *later) == [("party:NER", {"alias-nga-niger", "party-ner"})]


def test_an_alias_that_is_another_partys_name_or_id_is_told() -> None:
    assert found("identity", party("NER", name="Niger"), party("NGA", aliases=["Niger"])) == [
        ("party:NER", {"party-nga", "party-ner"})
    ]
    assert found("identity", party("NER"), party("NGA", aliases=["ner"])) == [("party:NER", {"party-nga", "party-ner"})]


def test_aliases_of_one_party_are_no_finding() -> None:
    events = (
        party("NER", name="Niger", aliases=["Niger", "Niamey"]),
        alias("NER", "Niamey"),
        party("NGA", name="Nigeria"),
    )
    assert found("identity", *events) == []


def test_a_retracted_alias_is_used_for_nobody() -> None:
    events = party("NER", aliases=["Niger"]), party("NGA"), alias("NGA", "Niger")
    assert len(found("identity", *events)) == 1
    assert found("identity", *events, tell("EntryRetracted", "r", None, entry="alias-nga-niger")) == []


SOURCES: Final = (source("s"), source("t"))


def stated(name: str, when: str, *said_by: Evidence) -> Event:
    return tell("StatementMade", name, when, *said_by, party="NER")


def test_one_person_in_two_roles_at_one_time_is_told_with_the_entries_that_say_so() -> None:
    events = [
        stated("a", "2024-04", cites("s", "Ali Tassa", "diplomat")),
        stated("b", "2024-04-10", cites("t", "ALI  Tassa", "former diplomat")),
        stated("c", "2024-04-11", cites("t", "Ali Tassa")),
        stated("d", "2024-04-12", cites("t", "Someone Else", "minister")),
    ]
    assert found("identity", *SOURCES, *events) == [("person:ali-tassa", {"a", "b"})]
    [message] = [finding.message for finding in all_found(*SOURCES, *events) if finding.kind == "identity"]
    assert message == "Ali Tassa is called diplomat and former diplomat at one time."


def test_two_spellings_are_one_person_where_an_alias_says_so() -> None:
    event = stated("a", "2024-04", cites("s", "Ali Tassa", "diplomat"), cites("t", "Ali Tase'", "former diplomat"))
    assert found("identity", *SOURCES, event) == []
    assert found("identity", *SOURCES, person("Ali Tassa", "Ali Tase"), event) == [("person:ali-tassa", {"a"})]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            [stated("a", "2020", cites("s", "A", "diplomat")), stated("b", "2024", cites("s", "A", "minister"))],
            id="at different times",
        ),
        pytest.param(
            [stated("a", "2024", cites("s", "A", "Minister")), stated("b", "2024", cites("t", "A", "minister "))],
            id="the same role",
        ),
        pytest.param(
            [stated("a", "2024", cites("s", "A", "minister")), stated("b", "2024", cites("t", "B", "diplomat"))],
            id="two persons",
        ),
        pytest.param(
            [
                stated("a", "2024", cites("s", "A", "minister")),
                stated("b", "2024", cites("t", "A", "diplomat")),
                tell("EntryRetracted", "r", None, entry="b"),
            ],
            id="retracted",
        ),
    ],
)
def test_roles_that_agree_or_change_are_no_finding(events: list[Event]) -> None:
    assert found("identity", *SOURCES, *events) == []


def test_what_corroborates_is_named_and_dated_as_the_claim() -> None:
    events = [
        stated("a", "2024-04", cites("s", "A", "diplomat")),
        tell("EntryCorroborated", "b", None, cites("t", "A", "former diplomat"), entry="a", published="2026-01-01"),
        tell("EntryDisputed", "c", "2024-04-05", cites("t", "A", "minister"), entry="a", published="2024-05"),
    ]
    assert found("identity", *SOURCES, *events) == [("person:a", {"a", "b", "c"})]


def relaying(name: str, target: str) -> Event:
    return tell("EntryCorrected", f"{name}-relays-{target}", None, entry=f"src-{name}", changes={"relays": [target]})


def test_what_corroborates_gives_no_role_of_its_own() -> None:
    minister = cites("s", "A", "minister")
    told = tell("StatementMade", "a", "2024-04", minister, party="NER", published="2024-04-30")
    later = tell("EntryCorroborated", "k", None, cites("t", "A", "diplomat"), entry="a", published="2024-04-02")
    before, since = Cut(known_by="2024-04-10"), Cut(known_by="2024-05")
    both = [minister, cites("t", "A", "diplomat")]
    alone = tell("EntryCorroborated", "k", None, *both, entry="a", published="2024-04-02")
    assert found("identity", *SOURCES, told, later, cut=since) == [("person:a", {"a", "k"})]
    assert found("identity", *SOURCES, told, alone, cut=before) == []


def test_sources_in_a_circle_are_told_with_the_corrections_that_closed_it() -> None:
    events = source("a"), source("b", "2024", "a"), source("c", "2024", "b"), relaying("a", "b")
    assert found("relay-cycle", *events) == [("source:a", {"src-a", "src-b", "a-relays-b"})]
    [message] = [finding.message for finding in all_found(*events)]
    assert message == "a and b relay one another in a cycle, which cannot be; that counts as one voice."
    assert found("relay-cycle", *events[:3]) == []


def test_a_source_that_repeats_itself_is_a_circle_of_one() -> None:
    assert found("relay-cycle", source("a"), relaying("a", "a")) == [("source:a", {"src-a", "a-relays-a"})]


def test_two_sources_with_one_address_are_told() -> None:
    one, two = source("one", url="https://example.org/Text"), source("two", url="HTTPS://Example.org/Text/")
    assert found("identity", one, two) == [("source:one", {"src-one", "src-two"})]
    assert found("identity", one, source("two", url="https://example.org/text")) == []
    assert found("identity", one, two, tell("EntryRetracted", "undo", entry="src-two")) == []
