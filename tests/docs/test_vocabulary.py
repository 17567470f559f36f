"""The vocabulary in the reference is the one that the program has."""

from __future__ import annotations

from tests.docs.vocabulary_reference import PART, rendered
from tracker.events.registry import EVENT_TYPES


def test_the_reference_has_every_event_type_as_it_is() -> None:
    PART.require(rendered())


def test_every_built_in_type_has_a_row() -> None:
    tables = rendered()
    built_in = [name for name, kind in EVENT_TYPES.items() if kind.__module__.startswith("tracker.")]
    assert len(built_in) > 70
    assert [name for name in built_in if tables.count(f"| `{name}` |") != 1] == []


def test_a_row_tells_what_a_field_holds_and_whether_it_is_required() -> None:
    rows = {line.split("`")[1]: line for line in rendered().splitlines() if line.startswith("| `")}
    assert "`party` (party), `authority`? (text), `strength`? (figure) | ordered" in rows["WithdrawalOrdered"]
    assert "`published`? (date)" in rows["SourceRegistered"]
    assert "`relays`? (list of sources)" in rows["SourceRegistered"]
    assert "`of`? (figure)" in rows["WithdrawalProgressReported"]
    assert "`of`? (entry)" in rows["DenialIssued"]
    assert "`with`? (party)" in rows["TiesDeepened"]
