"""Growth by the clock: each world of `benchmarks.growing` read at one size and at four times that."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from benchmarks.growing import NAME, script
from benchmarks.harness import Row, interleave
from projections import History, Replay, sources, status, timeline
from tracker import EventLog
from tracker.errors import EntryRejectedError
from tracker.scripts.script import record_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.harness import Watch


def _replayed(log: EventLog, axis: str) -> int:
    """Return the number of steps."""
    return sum(1 for _ in Replay(History.load(log, NAME)).steps(axis))


#: What is measured, in which world: what once grew with the square, or would be the first to do so again.
_READ: Final[dict[str, tuple[str, Callable[[EventLog], Any]]]] = {
    "status": ("statements", lambda log: status(log, NAME)),
    "status, figures without an end": ("figures apart", lambda log: status(log, NAME)),
    "status, corrections of one entry": ("corrections", lambda log: status(log, NAME)),
    "status, retractions of one another": ("retractions in a row", lambda log: status(log, NAME)),
    "status, sources dating one another": ("sources corrected", lambda log: status(log, NAME)),
    "replay, states of one agreement": ("states of one", lambda log: _replayed(log, "happened")),
    "replay, figures of one withdrawal": ("figures of one", lambda log: _replayed(log, "happened")),
    "timeline, sources of one entry": ("sources of one", lambda log: timeline(log, NAME)),
    "sources, each relaying the one before": ("relays in a row", lambda log: sources(log, NAME)),
    "sources, each of a stance": ("persons", lambda log: sources(log, NAME)),
}


def rows(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Yield how much longer four times as many entries take; what is linear takes four times as long."""
    size = 500 if quick else 2500
    rounds = 1 if quick else 3
    for number, (work, (world, read)) in enumerate(_READ.items()):
        small, large = (_log(folder / f"growth-{number}-{factor}", world, size * factor) for factor in (1, 4))
        yield _row(work, small, large, read, size, rounds)
    yield _rejected(folder, size, rounds)


def _log(folder: Path, world: str, size: int) -> Path:
    folder.mkdir()
    with (folder / "world.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in script(world, size))
    with EventLog.open(folder / "world.db", by="bench") as log:
        record_file(log, folder / "world.jsonl")
    return folder / "world.db"


def _row(  # noqa: PLR0913, PLR0917 - what a row is made of
    work: str, small: Path, large: Path, read: Callable[[EventLog], Any], size: int, rounds: int
) -> Row:
    def reading(path: Path) -> Callable[[Watch], object]:
        def run(watch: Watch) -> None:
            with EventLog.open(path, read_only=True) as log, watch.running():
                read(log)

        return run

    medians = interleave({"large": reading(large), "small": reading(small)}, rounds)
    return _growth(work, size, medians)


def _rejected(folder: Path, size: int, rounds: int) -> Row:
    """Measure rejecting rows that all name one unknown party among as many that are known."""

    def rejecting(count: int) -> Callable[[Watch], object]:
        path = folder / f"rejected-{count}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number in range(count):
                added = {"event": "PartyAdded", "negotiation": NAME, "party": f"party-{number}"}
                said = {"event": "StatementMade", "negotiation": NAME, "id": f"e{number}", "party": "prty"}
                file.write(f"{json.dumps(added)}\n{json.dumps(said)}\n")

        def run(watch: Watch) -> None:
            with EventLog.open(folder / f"rejected-{count}.db", by="bench") as log, watch.running():
                with suppress(EntryRejectedError):
                    record_file(log, path)
                assert not log.negotiations()

        return run

    medians = interleave({"large": rejecting(4 * size), "small": rejecting(size)}, rounds)
    return _growth("rejecting rows that name an unknown party", size, medians)


def _growth(work: str, size: int, medians: dict[str, float]) -> Row:
    return Row(
        f"{work}, {4 * size:,}",
        f"the same, {size:,}",
        medians["large"],
        medians["small"],
        5.2,
        higher_is_better=False,
    )
