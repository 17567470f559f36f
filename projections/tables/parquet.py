"""The tables as Parquet files in a folder, in partitions of the negotiations that any engine reads by itself."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final, Self

from projections.tables.arrow import GROUP, batch_of, schema_of
from projections.tables.columns import TABLES
from projections.tables.rows import chosen, histories, rows_of
from tracker.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from projections.tables.recorded import Row
    from tracker.log import EventLog

#: Raised with every change of a table.
VERSION: Final = 1
PARTITIONS: Final = 16
#: What names the version, the rows of each table and the heads, written once all else is.
SUMMARY: Final = "export.json"
FILE: Final = "part-0.parquet"


def bucket_of(negotiation: str, partitions: int) -> int:
    """Return the number of the partition that a negotiation is in."""
    return hashlib.sha256(negotiation.encode()).digest()[0] % partitions


def folder_of(bucket: int) -> str:
    """Return the name of a partition's folder, as Hive and its like write it."""
    return f"bucket={bucket:02}"


def export(
    log: EventLog,
    folder: Path,
    negotiations: Iterable[str] = (),
    *,
    partitions: int = PARTITIONS,
    progress: Callable[[int], object] | None = None,
) -> dict[str, Any]:
    """Write the tables of some negotiations, or of all, into a folder that is new or empty, and return its summary.

    A negotiation is in memory at a time, and the folder has its name once it is whole. `progress` is told how many
    entries are done. Raises `LogError` where the folder holds something, `NameUnknownError` for a negotiation that does
    not exist, and `ImportError` where pyarrow is not installed.
    """
    import pyarrow.parquet  # noqa: F401 - before anything is made

    names, until = chosen(log, negotiations), log.store.max_position()
    with new_folder(folder) as fresh:
        counts = dict.fromkeys(TABLES, 0)
        heads: dict[str, str] = {}
        done = 0
        buckets: dict[int, list[str]] = {}
        for name in sorted(names):
            buckets.setdefault(bucket_of(name, partitions), []).append(name)
        for bucket, own in sorted(buckets.items()):
            with _Partition(fresh, bucket) as partition:
                for history in histories(log, own, until):
                    for table, row in rows_of(history):
                        partition.put(table, row)
                    heads[history.negotiation] = history.entries[-1].digest
                    done += len(history.entries)
                    if progress is not None:
                        progress(done)
            for table, count in partition.counts.items():
                counts[table] += count
        summary = {"version": VERSION, "tables": counts, "heads": dict(sorted(heads.items()))}
        (fresh / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n", "utf-8")
    return summary


class _Partition:
    """The files of a partition, one a table, each made when the first of its rows comes."""

    def __init__(self, folder: Path, bucket: int) -> None:
        self._folder = folder
        self._bucket = bucket
        self._writers: dict[str, Any] = {}
        self._rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self._open = ExitStack()
        self.counts = dict.fromkeys(TABLES, 0)

    def put(self, table: str, row: Row) -> None:
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= GROUP:
            self._write(table)

    def _write(self, table: str) -> None:
        from pyarrow import parquet

        schema, rows = schema_of(table), self._rows[table]
        if table not in self._writers:
            place = self._folder / table / folder_of(self._bucket)
            place.mkdir(parents=True)
            self._writers[table] = self._open.enter_context(parquet.ParquetWriter(str(place / FILE), schema))
        self._writers[table].write_batch(batch_of(schema, rows))
        self.counts[table] += len(rows)
        rows.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        if failed[0] is None:
            # Every table has a file in every partition that holds anything, so that it can be read by its name.
            for table in self._rows:
                self._write(table)
        self._open.close()


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes the name of one that is new or empty; what was cut off never gets it.

    Raises `LogError` where the folder holds something.
    """
    require_empty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}.new-"))
    try:
        yield fresh
        fresh.chmod(0o755)
        require_empty(folder)
        if folder.is_dir():
            folder.rmdir()
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def require_empty(folder: Path) -> None:
    """Raise `LogError` where a folder holds something, or is none."""
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise LogError(f"{folder} is there already; name another folder, or one that is empty")
