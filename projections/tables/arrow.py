"""Rows as Arrow: the schema of each table, and batches of its rows."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from projections.tables.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.tables.recorded import Row

#: Rows that are turned into a batch at once.
GROUP: Final = 2048


@cache
def schema_of(name: str) -> Any:  # noqa: ANN401 - Arrow has no types
    """Return the schema of a table; raises `ImportError` where pyarrow is not installed."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "texts": pa.list_(pa.field("element", pa.string(), nullable=False)),
        "instant": pa.timestamp("us", tz="UTC"),
        "bytes": pa.binary(),
    }
    return pa.schema(
        pa.field(column.name, types[column.kind], nullable=column.is_null) for column in TABLES[name].columns
    )


def batch_of(schema: Any, rows: Sequence[Row]) -> Any:  # noqa: ANN401 - Arrow has no types
    """Return some rows as a batch."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def batches(schema: Any, rows: Iterable[Row]) -> Iterator[Any]:  # noqa: ANN401 - Arrow has no types
    """Yield rows in batches."""
    rows = iter(rows)
    while group := list(islice(rows, GROUP)):
        yield batch_of(schema, group)
