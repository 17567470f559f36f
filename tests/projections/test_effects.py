"""What an entry of each type does to status, difference, why and agenda."""

from __future__ import annotations

import pytest

from tests.projections.effects import Row, effect, rows
from tracker.events.registry import EVENT_TYPES


@pytest.mark.parametrize("row", rows(), ids=str)
def test_an_entry_does_what_the_table_says(row: Row) -> None:
    assert effect(row) == row.told


def test_every_event_type_has_a_row() -> None:
    built_in = [name for name, kind in EVENT_TYPES.items() if kind.__module__.startswith("tracker.")]
    assert [name for name in built_in if name not in {row.event for row in rows()}] == []
