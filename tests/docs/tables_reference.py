"""The tables of docs/reference/tables.md, from their definition: `python -m tests.docs.tables_reference`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from projections.tables.columns import JUDGED, KINDS, TABLES
from tests.between import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.tables.columns import TableForm

PART: Final = Part("tables.md", "tables", "tests.docs.tables_reference")


@cache
def rendered() -> str:
    """Return all tables as Markdown."""
    return "\n".join(line for table in TABLES.values() for line in (*_table(table),))


def _table(table: TableForm) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    told = [f"A row is {table.row}."]
    if table.key:
        told.append(f"Rows are told apart by {_listed(table.key)}.")
    if table.name in JUDGED:
        told.append("A row holds on the days of its axis from `valid_from` up to `valid_to`, which is no longer one.")
    told += [f"{_listed(columns)} lead to `{other}`." for columns, other in table.leads if len(columns) > 1]
    told += [
        f"{_listed(columns)} leads to `{other}`."
        for columns, other in table.leads
        if len(columns) == 1 and other != "negotiations"
    ]
    if table.searched:
        told.append(f"SQLite searches {_listed(table.searched)}.")
    yield " ".join(told)
    yield ""
    yield "| column | Parquet | SQLite | null | holds |"
    yield "| --- | --- | --- | --- | --- |"
    for column in table.columns:
        parquet, sqlite = KINDS[column.kind]
        yield f"| `{column.name}` | {parquet} | {sqlite} | {'yes' if column.is_null else ''} | {column.holds} |"
    yield ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main() -> None:
    """Put the tables as they are now into the reference."""
    PART.put(rendered())


if __name__ == "__main__":
    main()
