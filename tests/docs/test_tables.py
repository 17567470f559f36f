"""The tables in the reference are those that the program writes."""

from __future__ import annotations

from projections.tables.columns import JUDGED, KINDS, TABLES
from tests.docs.tables_reference import PART, rendered


def test_the_reference_has_every_table_as_it_is() -> None:
    PART.require(rendered())


def test_every_table_begins_with_the_negotiation_and_every_column_is_told_of() -> None:
    for table in TABLES.values():
        assert table.names[0] == "negotiation"
        assert len(set(table.names)) == len(table.names)
        assert all(column.kind in KINDS and column.holds.endswith(".") for column in table.columns)
        assert all(other in TABLES for _, other in table.leads)
        assert (table.name in JUDGED) == (table.names[-3:] == ("axis", "valid_from", "valid_to"))
