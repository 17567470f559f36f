"""The claims that stand at a cut."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from projections.cut import Cut
from projections.history import History, history_of
from projections.readings import Reading, Resolver
from projections.registers import Registers
from tracker.codec import GENESIS
from tracker.dates import instant
from tracker.errors import NameUnknownError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.log import EventLog


@dataclass(frozen=True)
class Claims:
    """What a cut admits.

    `standing` are the claims in fold order (earliest, latest, position); `retracted` those that would stand had they not been
    retracted; `pending` those recorded by then but beyond the cut in the world or in public; `knowledge` the entries about entries
    that are in force, in the order in which they became known; `dropped` those left without evidence by `without`. `entries` and
    `head` are those of the recorded prefix, `recorded` the recording instant of its last entry.
    """

    negotiation: str
    cut: Cut
    standing: tuple[Reading, ...]
    retracted: tuple[Reading, ...]
    pending: tuple[Reading, ...]
    knowledge: tuple[Reading, ...]
    stage: tuple[Reading, ...]
    dropped: tuple[Reading, ...]
    registers: Registers
    entries: int
    head: str
    recorded: int | None
    without: tuple[str, ...] = ()
    _by_id: dict[str, Reading] = field(default_factory=dict, repr=False)

    def get(self, entry: str) -> Reading | None:
        """Return how an entry of the recorded prefix reads, whether it stands or not; None where there is none."""
        return self._by_id.get(entry)

    @cached_property
    def in_force(self) -> frozenset[str]:
        """The ids of all entries that count at the cut: claims that stand, knowledge in force, and the registers."""
        stage = (reading for reading in self.stage if not reading.retracted_by)
        return frozenset(reading.id for readings in (self.standing, self.knowledge, stage) for reading in readings)

    @cached_property
    def objections(self) -> dict[str, tuple[Reading, ...]]:
        """For each standing entry that is denied or disputed, the entries that do so, in fold order."""
        from projections.objections import objections_in

        return objections_in(self)


def prefix(history: History, cut: Cut) -> int:
    """Return how many entries of a history were recorded by a cut."""
    entries = history.entries
    if cut.position is not None:
        return bisect_right(entries, cut.position, key=lambda recorded: recorded.position)
    if cut.recorded is not None:
        return bisect_right(entries, cut.recorded, key=lambda recorded: instant(recorded.recorded_at))
    return len(entries)


def claims(
    source: EventLog | History, negotiation: str, cut: Cut | None = None, *, without: Iterable[str] = ()
) -> Claims:
    """Return the claims of a negotiation that stand at a cut, and those that do not with the reason why.

    `without` are sources whose evidence is left out of account, with those that relay nothing else. Raises `NameUnknownError` for a
    negotiation or source that does not exist.
    """
    history = history_of(source, negotiation)
    cut = cut or Cut()
    count = prefix(history, cut)
    resolver = Resolver(history, cut, count)
    dropped_sources: frozenset[str] = frozenset()
    without = tuple(without)
    if without:
        dropped_sources = _closure(_registers(history, resolver, count)[0], without)
        resolver = Resolver(history, cut, count, dropped_sources)
    registers, stage = _registers(history, resolver, count)
    return _sort(history, resolver, cut, count, registers, stage, without)


def _registers(history: History, resolver: Resolver, count: int) -> tuple[Registers, list[Reading]]:
    registers, stage, knowledge = Registers(), [], []
    for index in range(count):
        kind = history.entries[index].event.kind_of_entry
        if kind == "stage":
            reading = resolver.read(index)
            stage.append(reading)
            if not reading.retracted_by:
                registers.take(reading)
        elif kind == "knowledge" and resolver.in_force(index):
            knowledge.append(resolver.read(index))
    knowledge.sort(key=lambda reading: (reading.published_upper, reading.position))
    registers.assess(knowledge)
    return registers, stage


def _sort(  # noqa: PLR0913 - the parts of one cut
    history: History,
    resolver: Resolver,
    cut: Cut,
    count: int,
    registers: Registers,
    stage: list[Reading],
    without: tuple[str, ...],
) -> Claims:
    standing: list[Reading] = []
    retracted: list[Reading] = []
    pending: list[Reading] = []
    knowledge: list[Reading] = []
    dropped: list[Reading] = []
    for index in range(count):
        kind = history.entries[index].event.kind_of_entry
        if kind == "stage":
            continue
        reading = resolver.read(index)
        if cut.known is not None and reading.published_upper > cut.known:
            pending.append(reading)
        elif kind == "knowledge":
            (retracted if reading.retracted_by else dropped if reading.lost else knowledge).append(reading)
        elif cut.happened is not None and reading.lower > cut.happened:
            pending.append(reading)
        elif reading.lost:
            dropped.append(reading)
        else:
            reading.uncertain = cut.happened is not None and reading.upper > cut.happened
            (retracted if reading.retracted_by else standing).append(reading)
    for readings in (standing, retracted, pending, dropped):
        readings.sort(key=_fold_order)
    knowledge.sort(key=lambda reading: (reading.published_upper, reading.position))
    last = history.entries[count - 1] if count else None
    return Claims(
        negotiation=history.negotiation,
        cut=cut,
        standing=tuple(standing),
        retracted=tuple(retracted),
        pending=tuple(pending),
        knowledge=tuple(knowledge),
        stage=tuple(stage),
        dropped=tuple(dropped),
        registers=registers,
        entries=count,
        head=last.digest if last else GENESIS,
        recorded=instant(last.recorded_at) if last else None,
        without=without,
        _by_id={
            reading.id: reading
            for readings in (standing, retracted, pending, knowledge, stage, dropped)
            for reading in readings
        },
    )


def _fold_order(reading: Reading) -> tuple[int, int, int]:
    return (reading.lower, reading.upper, reading.recorded.position)


def _closure(registers: Registers, without: Iterable[str]) -> frozenset[str]:
    """Return the sources to leave out: those named, and those that relay nothing but such."""
    gone = set()
    for name in without:
        if name not in registers.sources:
            raise NameUnknownError(
                f"there is no source {name!r}{nearest(name, registers.sources)}; `communique sources` lists them"
            )
        gone.add(name)
    while True:
        more = {
            source.id
            for source in registers.sources.values()
            if source.id not in gone and source.relays and gone.issuperset(source.relays)
        }
        if not more:
            return frozenset(gone)
        gone |= more
