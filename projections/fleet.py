"""A fleet: the statuses of very many negotiations, folded from their stored bytes by whatever engine maps partitions.

`fold` is a pure function of a partition of the table `entries`; it needs no log. `run` maps it over a folder that
`projections.tables.parquet` has written, in this process or on Dask.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.cut import Cut
from projections.claims.history import History
from projections.tables.arrow import batch_of
from projections.tables.judged import state_rows
from projections.tables.parquet import FILE, SUMMARY, VERSION
from projections.views.status import status
from tracker import system
from tracker.codec import GENESIS, decode, digest_of, is_sealed
from tracker.errors import ContentError, LogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from tracker.codec import Recorded

#: What `fold` needs of the table `entries`; `position` is used where it is there, by cuts at a position.
NEEDED: Final = ("negotiation", "version", "stored")
_STATES: Final = ("negotiation", "entries", "head", "subject", "aspect", "value", "since", "because")
_FINDINGS: Final = ("negotiation", "kind", "severity", "subject", "because", "message")
#: The tables that a fleet writes.
_WRITTEN: Final = ("status", "status_findings")
#: How an engine is named, and how Dask names the same scheduler.
_DASK: Final = "dask"
_SCHEDULER: Final = "dask://"
_PATIENCE: Final = 15
_PORTS: Final = range(1, 65536)
_AGAIN: Final = "export the tables again"


class ChainBrokenError(ContentError):
    """A partition in which a negotiation's chain is broken."""


class PartFolded(NamedTuple):
    """What folding a partition came to: how many of each, and the last digest that it holds of each negotiation."""

    entries: int
    states: int
    findings: int
    heads: dict[str, str]


def fold(partition: Any, cut: Cut | str | None = None, day: date | None = None) -> Any:  # noqa: ANN401 - Arrow has no types
    """Return what stands at a cut in the negotiations of a partition: a row for each state and each finding.

    `partition` is a `pyarrow.Table` with the columns `NEEDED`, in which every negotiation is whole. `day` is that by
    which deadlines are judged where the cut has none. A row of a state has no `kind`; one of a finding has, and the
    entries that it comes from in `because`. A negotiation of which nothing is said has a row without a subject. Raises
    `ChainBrokenError`.
    """
    import pyarrow as pa

    chosen = Cut.parse(cut) if isinstance(cut, str) else cut
    rows: list[tuple[Any, ...]] = []
    for name, entries in _negotiations(partition):
        found = status(History(name, entries), name, chosen, today=day)
        head = (name, found.entries, found.head)
        states = [(*head, *row, None, None, None) for row in state_rows(found)]
        rows += states or [(*head, None, None, None, None, (), None, None, None)]
        rows += [
            (*head, one.subject, None, None, None, one.entries, one.kind, one.severity, one.message)
            for one in found.findings
        ]
    return pa.Table.from_batches([batch_of(_schema(), rows)])


@cache
def _schema() -> Any:  # noqa: ANN401 - Arrow has no types
    import pyarrow as pa

    texts = pa.list_(pa.field("element", pa.string(), nullable=False))
    kinds = {"entries": pa.int64(), "because": texts}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in (*_STATES, "kind", "severity", "message")])


def _negotiations(partition: Any) -> Iterator[tuple[str, list[Recorded]]]:  # noqa: ANN401 - Arrow has no types
    """Yield the negotiations of a partition with their entries, whose chain is whole."""
    is_placed = "position" in partition.column_names
    columns = [partition.column(name).to_pylist() for name in (*NEEDED, *(("position",) if is_placed else ()))]
    gathered: dict[str, list[tuple[int, bytes, int]]] = {}
    for name, version, stored, *place in zip(*columns, strict=True):
        if not isinstance(version, int) or not isinstance(stored, bytes):
            raise ChainBrokenError(f"{name}: a row has no number or no bytes; {_AGAIN}")
        gathered.setdefault(name, []).append((version, stored, place[0] if place else version))
    for name, rows in gathered.items():
        rows.sort(key=lambda row: row[0])
        yield name, list(_chained(name, rows))


def _chained(name: str, rows: list[tuple[int, bytes, int]]) -> Iterator[Recorded]:
    """Yield a negotiation's entries; raises `ChainBrokenError` at the first that does not follow the one before it."""
    previous = GENESIS
    for count, (version, stored, position) in enumerate(rows, 1):
        if version != count:
            fault = f"version {count} is missing" if version > count else f"version {version} is there twice"
            raise ChainBrokenError(f"{name}: {fault}; {_AGAIN}")
        if not is_sealed(stored):
            raise ChainBrokenError(f"{name}: the bytes of version {version} were changed; {_AGAIN}")
        recorded = decode("entry", stored, position)
        if recorded.event.negotiation != name:
            raise ChainBrokenError(f"{name}: version {version} is of {recorded.event.negotiation}; {_AGAIN}")
        if (recorded.version, recorded.previous) != (version, previous):
            raise ChainBrokenError(f"{name}: version {version} does not follow the one before; {_AGAIN}")
        previous = digest_of(stored)
        yield recorded


def run(  # noqa: PLR0913 - what is folded, where to, at which cut, and on what
    folder: Path,
    output: Path,
    cut: Cut,
    day: date | None,
    *,
    on: str | None = None,
    progress: Callable[[int], object] | None = None,
    tell: Callable[[str], object] | None = None,
) -> dict[str, Any]:
    """Fold every partition of a folder of tables into `status` and `status_findings`, and return what that came to.

    What an earlier run has written there is replaced, its partitions that are none of this folder's taken away. `on` is
    ``dask`` for a cluster on this machine, or ``dask://HOST:PORT``; without it, this process does all. `progress` is
    told how many entries are done, `tell` what one waits for. Raises `ChainBrokenError`, and `LogError` where the
    folder holds no tables that can be read or the scheduler is gone.
    """
    heads = _heads(folder)
    parts = sorted((folder / "entries").glob(f"bucket=*/{FILE}"))
    work = partial(fold_file, output=str(output.absolute()), cut=str(cut), day=day)
    mapped = map(work, (str(part.absolute()) for part in parts)) if on is None else _on_dask(work, parts, on, tell)
    found = PartFolded(0, 0, 0, {})
    for one in mapped:
        for name, head in one.heads.items():
            if name in found.heads:
                raise ChainBrokenError(f"{name}: it is in two partitions; {_AGAIN}")
            # Entries that are missing at the end break no chain; the head of the export tells.
            if heads.get(name) != head:
                raise ChainBrokenError(f"{name}: it does not end with the entry of {SUMMARY}; {_AGAIN}")
        found.heads.update(one.heads)
        found = PartFolded(
            found.entries + one.entries, found.states + one.states, found.findings + one.findings, found.heads
        )
        if progress is not None:
            progress(found.entries)
    if missing := next((name for name in heads if name not in found.heads), None):
        raise ChainBrokenError(f"{missing}: its partition is missing; {_AGAIN}")
    _clear(output, {part.parent.name for part in parts})
    return {
        "negotiations": len(found.heads),
        "entries": found.entries,
        "states": found.states,
        "findings": found.findings,
        "partitions": len(parts),
        "engine": on or "process",
    }


def _heads(folder: Path) -> dict[str, str]:
    place = folder / SUMMARY
    if not place.is_file():
        raise LogError(f"{folder} holds no tables with {SUMMARY}; make them with `communique export tables {folder}`")
    try:
        summary = json.loads(place.read_text("utf-8"))
        version, heads = summary["version"], {str(name): str(head) for name, head in summary["heads"].items()}
    except (AttributeError, ValueError, KeyError, TypeError):
        raise LogError(f"{place} is not as `communique export tables` writes it; {_AGAIN}") from None
    if version != VERSION:
        raise LogError(f"{place} is of version {version} of the tables, and this communique reads {VERSION}; {_AGAIN}")
    return heads


def _clear(output: Path, buckets: set[str]) -> None:
    """Take away the partitions of an earlier run that this one has not written, or they would be read with it."""
    for name in _WRITTEN:
        for place in (output / name).glob(f"bucket=*/{FILE}"):
            if place.parent.name not in buckets:
                place.unlink()
                with suppress(OSError):  # it holds something else
                    place.parent.rmdir()


def fold_file(source: str, *, output: str, cut: str, day: date | None) -> PartFolded:
    """Fold a file of the table `entries` into the partition of its name, and return what that came to.

    What is there already is replaced, so that whoever does it twice leaves one file. Raises `ChainBrokenError`, and
    `LogError` where the file cannot be read.
    """
    import pyarrow.compute as pc

    entries = _entries(source)
    table = fold(entries, cut, day)
    is_state = pc.is_null(table["kind"])
    states = table.filter(is_state).select(_STATES)
    findings = table.filter(pc.invert(is_state)).select(_FINDINGS)
    findings = findings.rename_columns(["entries" if name == "because" else name for name in _FINDINGS])
    bucket = Path(source).parent.name
    for name, found in zip(_WRITTEN, (states, findings), strict=True):
        _replace(Path(output) / name / bucket / FILE, found)
    said = states.num_rows - states["subject"].null_count
    return PartFolded(entries.num_rows, said, findings.num_rows, _ends(entries))


def _entries(source: str) -> Any:  # noqa: ANN401 - Arrow has no types
    """Return what `fold` needs of a file of the table `entries`; raises `LogError` where it is none."""
    from pyarrow import ArrowException, parquet

    # Of a pipe nothing would ever come.
    if not Path(source).is_file():
        raise LogError(f"{source} is no file; {_AGAIN}")
    try:
        with parquet.ParquetFile(source) as file:
            available = set(file.schema_arrow.names)
            if missing := next((name for name in NEEDED if name not in available), None):
                raise LogError(f"{source} holds no entries: it has no column {missing}; {_AGAIN}")
            return file.read([name for name in (*NEEDED, "position") if name in available])
    except ArrowException as error:
        raise LogError(f"{source} cannot be read: {error}; {_AGAIN}") from None


def _ends(entries: Any) -> dict[str, str]:  # noqa: ANN401 - Arrow has no types
    """Return the digest of the last entry of each negotiation of a partition."""
    last: dict[str, tuple[int, int]] = {}
    columns = (entries[name].to_pylist() for name in ("negotiation", "version"))
    for row, (name, version) in enumerate(zip(*columns, strict=True)):
        last[name] = max(last.get(name, (0, 0)), (version, row))
    return {name: digest_of(entries["stored"][row].as_py()) for name, (_, row) in last.items()}


def _replace(place: Path, table: Any) -> None:  # noqa: ANN401 - Arrow has no types
    from pyarrow import parquet

    place.parent.mkdir(parents=True, exist_ok=True)
    part = system.part_of(place)
    try:
        parquet.write_table(table, str(part))
        part.replace(place)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _caught(source: str, *, work: Callable[[str], PartFolded]) -> PartFolded | ContentError | LogError:
    """Return what goes wrong rather than raise it, or a worker of Dask would write a traceback."""
    try:
        return work(source)
    except (ContentError, LogError) as error:
        return error


def _on_dask(
    work: Callable[[str], PartFolded], parts: list[Path], on: str, tell: Callable[[str], object] | None
) -> Iterator[PartFolded]:
    """Yield what partitions come to as workers of Dask have folded them; raises `LogError` if the scheduler is gone."""
    from concurrent.futures import CancelledError

    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    try:
        with _quiet(), _client(on, len(parts)) as client:
            if tell is not None and not client.scheduler_info()["workers"]:
                tell(f"{on} has no workers yet; waiting for one")
            futures = client.map(partial(_caught, work=work), [str(part.absolute()) for part in parts], pure=False)
            for future in as_completed(futures, loop=client.loop):
                found = future.result()
                if isinstance(found, Exception):
                    raise found
                yield found
    except (ContentError, LogError):
        raise
    except KilledWorker as error:
        raise LogError(f"workers died again and again on {on}: {error}") from None
    except (OSError, TimeoutError, CancelledError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise LogError(
            f"the scheduler of {on} is gone or cannot be reached: {why}; what was written is whole"
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing tracebacks of its own where a scheduler goes away: what is wrong is raised."""
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def _client(on: str, most: int) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    if on.startswith(_SCHEDULER):
        with Client(f"tcp://{on.removeprefix(_SCHEDULER)}", timeout=_PATIENCE, set_as_default=False) as client:
            yield client
        return
    workers = max(1, min(system.cores(), most))
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
        ) as cluster,
        Client(cluster, timeout=_PATIENCE, set_as_default=False) as client,
    ):
        yield client


def is_engine(on: str) -> bool:
    """Say whether something names an engine."""
    host, _, port = on.removeprefix(_SCHEDULER).rpartition(":")
    is_port = port.isascii() and port.isdigit() and int(port[:6]) in _PORTS
    return on == _DASK or (on.startswith(_SCHEDULER) and bool(host) and is_port)
