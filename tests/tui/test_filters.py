"""Filters: what looks like a field is one, or is refused with those that there are; everything else is words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.claims.history import History
from projections.views.status import status
from tracker import EventLog
from tui.filters import KEYS, FilterError, joined, parse

if TYPE_CHECKING:
    from pathlib import Path

    from projections.claims.claims import Claims


@pytest.fixture(scope="module")
def standing(bundled: Path) -> Claims:
    with EventLog.open(bundled, read_only=True) as log:
        found = status(History.load(log, "us-niger"), "us-niger").claims
    assert found is not None
    return found


def count(text: str, standing: Claims) -> int:
    keep = parse(text, standing.registers)
    return sum(map(keep, standing.standing))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("foo:bar", f"there is no field 'foo'; there are {', '.join(KEYS)}"),
        ("state:ordered", "there is no field 'state'"),
        ("partyy:NER", "there is no field 'partyy'; did you mean 'party'?; there are party"),
        ("party:ZZZ", "there is no party 'ZZZ'"),
        ("type:Nope", "there is no type 'Nope'"),
        ("grade:Z", "there is no grade 'Z'; write a source's letter, A to F, or B2"),
        ("grade:", "there is no grade ''"),
        ("base foo:bar", "there is no field 'foo'"),
    ],
)
def test_what_does_not_exist_is_told_with_what_there_is(text: str, said: str, standing: Claims) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, standing.registers)
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["14:30", ":", ":party", "https://example.org", "2024:05", "(base:"])
def test_a_word_may_hold_a_colon(text: str, standing: Claims) -> None:
    assert count(text, standing) >= 0


def test_fields_and_grades_are_read_in_any_case(standing: Claims) -> None:
    assert count("party:NER", standing) == count("Party:ner", standing) > 0
    assert count("grade:B", standing) == count("GRADE:b", standing) > count("grade:b2", standing) > 0


def test_what_an_entry_says_is_folded_once(standing: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    count("base", standing)
    asked: list[str] = []

    def folded(text: str) -> str:
        asked.append(text)
        return text.casefold()

    monkeypatch.setattr("tui.filters.folded", folded)
    assert count("base", standing) > count("base nothing-like-it", standing) == 0
    assert asked == ["base", "base", "nothing-like-it"]


@pytest.mark.parametrize("name", ["usa", "united-states", "Etats-Unis"])
def test_a_party_may_be_called_by_its_names(name: str, standing: Claims) -> None:
    registers = standing.registers
    registers.party_aliases.append(("USA", "États-Unis", "alias"))
    assert count(f"party:{name}", standing) == count("party:USA", standing) > 0


def test_entries_are_chosen_by_who_is_cited_and_who_recorded_them(standing: Claims) -> None:
    cited = next(item.attributed_to for reading in standing.standing for item in reading.evidence if item.attributed_to)
    spoken = count(f"speaker:{joined(cited)}", standing)
    assert 0 < spoken < len(standing.standing)
    recorder = standing.standing[0].recorded.recorded_by
    assert count(f"by:{joined(recorder)}", standing) >= spoken
    assert count("by:nobody-else", standing) == 0
