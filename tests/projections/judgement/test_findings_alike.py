"""Ids that are nearly alike: found over all ids, and gone once they are said to be one or are titled apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import Cut, Replay, status
from projections.judgement.findings.alike import Pair, pairs_among
from tests.projections.telling import all_found, found, history, party, source, tell

if TYPE_CHECKING:
    from tracker.events import Event


def began(name: str, when: str = "2021-05-01") -> Event:
    """Return the entry `NAME` by which a withdrawal comes to life."""
    return tell("WithdrawalBegan", name, when, withdrawal=name, published=when)


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("all-force", "all-forces", True),
        ("all-forces", "all-forxes", True),
        ("baltic", "baltik", True),
        ("ball-force", "tall-force", True),
        # Fewer than six letters, in either of them.
        ("north", "norths", False),
        ("base-1", "bass-1", False),
        # A digit or a hyphen is no letter, and two letters are too many.
        ("talks-one-1", "talks-one-2", False),
        ("all-forces", "allforces", False),
        ("all-forces", "lal-forces", False),
        ("abcdefx", "yabcdef", False),
    ],
)
def test_things_that_came_to_life_by_use_are_alike_by_one_letter(one: str, other: str, is_alike: bool) -> None:
    expected = [(f"withdrawal:{min(one, other)}", {one, other})] if is_alike else []
    assert found("alike", began(one), began(other)) == expected


def test_it_is_a_question_that_names_both() -> None:
    [finding] = [one for one in all_found(began("all-forces"), began("all-force")) if one.kind == "alike"]
    assert finding.severity == "question"
    assert (
        finding.message
        == "all-force and all-forces are nearly alike; if they are one, `communique same withdrawal` says so."
    )


def test_what_is_registered_is_alike_by_case_alone() -> None:
    assert found("alike", party("NOR"), party("nor", name="Norge").model_copy(update={"id": "p"})) == [
        ("party:NOR", {"party-nor", "p"})
    ]
    assert found("alike", party("northland"), party("northlend"), source("gazette"), source("gazetta")) == []
    assert found("alike", party("NER"), party("NGA")) == []


def test_two_with_names_or_titles_of_their_own_are_two() -> None:
    named = party("NOR", name="Norway"), party("nor", name="Norge").model_copy(update={"id": "p"})
    assert found("alike", *named) == []
    treaties = [
        tell("AgreementNegotiated", name, agreement=name, title=title, published="2021-01-01")
        for name, title in (("annex-north", None), ("annex-norths", "Annex N"))
    ]
    assert len(found("alike", *treaties)) == 1
    titled = tell("AgreementAdopted", "later", agreement="annex-north", title="Annex on the north")
    assert found("alike", *treaties, titled) == []


def test_things_of_two_families_and_of_what_an_agreement_settles_are_not_alike() -> None:
    assert found("alike", began("all-forces"), tell("CommitmentFulfilled", "c", commitment="all-force")) == []
    settled = tell("AgreementNegotiated", "d", agreement="x", settles=["ultimatum"])
    tabled = tell("ProposalTabled", "t", proposal="ultimatums", published="2021-01-01")
    assert found("alike", settled, tabled) == []


def test_it_is_gone_while_they_are_said_to_be_one_and_where_one_is_not_there() -> None:
    events = [
        began("all-forces"),
        began("all-force", "2021-06-01"),
        tell("SameAs", "k", kind="withdrawal", keep="all-forces", same=["all-force"], published="2021-07-01"),
        tell("EntryRetracted", "undo", entry="k", published="2021-08-01"),
        tell("EntryRetracted", "no-such", entry="all-force", published="2021-09-01"),
    ]
    loaded = history(*events)
    replay = Replay(loaded)
    for day, count in (("2021-05-15", 0), ("2021-06-15", 1), ("2021-07-15", 0), ("2021-08-15", 1), ("2021-09-15", 0)):
        cut = Cut(known_by=day)
        for standing in (status(loaded, "n", cut), replay.at(cut)):
            assert [finding.kind for finding in standing.findings].count("alike") == count, day
    steps = {step.entry: step for step in replay.steps("known")}
    assert [one.kind for one in steps["all-force"].appeared if one.kind == "alike"] == ["alike"]
    assert [one.kind for one in steps["k"].gone if one.kind == "alike"] == ["alike"]


_IDS = st.lists(st.text("abA1-", min_size=1, max_size=8), max_size=8, unique=True)


@given(_IDS)
def test_the_pairs_are_those_that_comparing_each_with_each_finds(names: list[str]) -> None:
    subjects = [f"withdrawal:{name}" for name in names]
    expected = {
        Pair(*sorted((one, other)))
        for one in subjects
        for other in subjects
        if one != other and _is_alike(one.partition(":")[2].lower(), other.partition(":")[2].lower())
    }
    assert pairs_among(subjects) == sorted(expected)


def _is_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(sum(map(str.isalpha, name)) for name in (one, other)) < 6:
        return False
    if len(one) == len(other):
        apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        return len(apart) == 1 and all(letter.isalpha() for letter in apart[0])
    shorter, longer = sorted((one, other), key=len)
    return any(
        letter.isalpha() and longer[:place] + longer[place + 1 :] == shorter for place, letter in enumerate(longer)
    )
