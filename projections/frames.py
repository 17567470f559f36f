"""Frames: the tables of a log for a notebook, as pandas, polars, duckdb and pyarrow take them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from projections.tables.columns import JUDGED, TABLES
from projections.tables.judged import spans
from projections.tables.recorded import entry_row, evidence_rows, register_rows
from projections.tables.rows import chosen, histories
from projections.wording.pages import html_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from projections.claims.history import History
    from projections.tables.recorded import Row
    from tracker.log import EventLog

#: Rows that a notebook shows.
_SHOWN: Final = 20


def tables(log: EventLog, *negotiations: str) -> Tables:
    """Return the tables of some negotiations, or of all, by name, as they are now.

    What was recorded is read at once, so that the log may be closed; what is judged is worked out when it is first
    asked for. Raises `NameUnknownError` for a negotiation that does not exist.
    """
    return Tables(log, negotiations)


class Frame:
    """A table: its `columns`, its rows as mappings, and the stream of the Arrow PyCapsule interface."""

    def __init__(self, name: str, rows: Callable[[], Iterator[Row]]) -> None:
        self.name = name
        #: The names of the columns.
        self.columns = TABLES[name].names
        self._rows = rows

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as mappings; lists are lists, instants microseconds since 1970."""
        for row in self._rows():
            yield {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in zip(self.columns, row, strict=True)
            }

    def __len__(self) -> int:
        return sum(1 for _ in self._rows())

    def __arrow_c_schema__(self) -> object:
        """Return the schema, as Arrow's C data interface has it; raises `ImportError` without pyarrow."""
        _require_arrow()
        from projections.tables.arrow import schema_of

        return schema_of(self.name).__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the rows as a stream of Arrow's C interface; raises `ImportError` where pyarrow is not installed."""
        _require_arrow()
        import pyarrow as pa

        from projections.tables.arrow import batches, schema_of

        schema = schema_of(self.name)
        reader = pa.RecordBatchReader.from_batches(schema, batches(schema, self._rows()))
        return reader.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"<Frame {self.name}: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """Return the first rows as a notebook shows them."""
        rows = list(islice(self._rows(), _SHOWN + 1))
        more = f"<p>the first {_SHOWN} rows of {len(self)}</p>" if len(rows) > _SHOWN else ""
        return html_table(self.columns, rows[:_SHOWN]) + more


class Tables(Mapping[str, Frame]):
    """The tables of some negotiations by name."""

    def __init__(self, log: EventLog, negotiations: tuple[str, ...]) -> None:
        self._histories = list(histories(log, chosen(log, negotiations), log.store.max_position()))
        self._frames = {name: Frame(name, self._source(name)) for name in TABLES}

    def __getitem__(self, name: str) -> Frame:
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def __repr__(self) -> str:
        return f"<Tables: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        """Return what there is to take, as a notebook shows it."""
        rows = [(form.name, form.row, ", ".join(form.names)) for form in TABLES.values()]
        return html_table(("table", "a row is", "columns"), rows)

    def _source(self, name: str) -> Callable[[], Iterator[Row]]:
        if name in JUDGED:
            return lambda: iter(self._judged[name])
        if name == "entries":
            return lambda: (entry_row(one) for history in self._histories for one in history.entries)
        if name == "evidence":
            return lambda: (row for history in self._histories for one in history.entries for row in evidence_rows(one))
        return lambda: iter(self._registered[name])

    @cached_property
    def _judged(self) -> dict[str, list[Row]]:
        return self._by_table(spans)

    @cached_property
    def _registered(self) -> dict[str, list[Row]]:
        return self._by_table(register_rows)

    def _by_table(self, rows_of: Callable[[History], Iterator[tuple[str, Row]]]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {name: [] for name in TABLES}
        for history in self._histories:
            for table, row in rows_of(history):
                found[table].append(row)
        return found


def _require_arrow() -> None:
    """Raise `ImportError` where pyarrow is not installed, with what to do."""
    try:
        import pyarrow as pa  # noqa: F401 - whether it is there
    except ImportError:
        message = "others take a frame by Arrow, which needs the extra `tables`: pip install 'communique[tables]'"
        raise ImportError(message, name="pyarrow") from None
