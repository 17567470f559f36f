"""The claims that stand at a cut."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from projections.claims.cut import END, LAST, Cut
from projections.claims.history import History, history_of
from projections.claims.objections import objections_among
from projections.claims.registers import Registers
from projections.claims.resolver import Resolver
from tracker.codec import GENESIS
from tracker.dates import instant
from tracker.errors import NameUnknownError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.readings import Order, Reading
    from tracker.codec import Recorded
    from tracker.log import EventLog

#: The groups that the entries of a recorded prefix fall into, each with the order it is in.
GROUPS: Final = {
    "standing": attrgetter("order"),
    "retracted": attrgetter("order"),
    "pending": attrgetter("order"),
    "knowledge": attrgetter("known_order"),
    "stage": attrgetter("position"),
    "dropped": attrgetter("order"),
}
#: What lasts for its interval; every other interval means sometime within.
LASTING: Final = frozenset({"RoundHeld", "NegotiationContinued"})
#: Those in which it matters that an entry may have happened after the cut.
_DATED: Final = frozenset({"standing", "retracted"})
#: Those whose entries count, but for what is retracted of the registers.
COUNTING: Final = frozenset({"standing", "knowledge", "stage"})


def _group(name: str) -> cached_property[tuple[Reading, ...]]:
    """Return the entries in a group of some claims, in its order, as an attribute of theirs."""
    return cached_property(lambda claims: tuple(claims.placed.grouped(name)))


@dataclass(frozen=True)
class Claims:
    """What a cut admits.

    `reach` is how far the cut reaches into the `history`, `left_out` the sources that `without` leaves out of account.
    """

    history: History = field(repr=False, compare=False)
    cut: Cut
    reach: Reach = field(repr=False, compare=False)
    #: Where every entry belongs and how it reads.
    placed: Placed = field(repr=False, compare=False)
    registers: Registers
    left_out: frozenset[str] = frozenset()
    without: tuple[str, ...] = ()

    @property
    def negotiation(self) -> str:
        """The negotiation's id."""
        return self.history.negotiation

    @property
    def entries(self) -> int:
        """The number of entries of the recorded prefix."""
        return self.reach.recorded

    @property
    def head(self) -> str:
        """The digest of the last entry of the recorded prefix."""
        return self.history.entries[self.entries - 1].digest if self.entries else GENESIS

    @property
    def recorded(self) -> int | None:
        """The recording instant of the last entry of the recorded prefix."""
        return instant(self.history.entries[self.entries - 1].recorded_at) if self.entries else None

    #: The claims that stand, in fold order (earliest, latest, told, id).
    standing = _group("standing")
    #: The entries that would stand had they not been retracted.
    retracted = _group("retracted")
    #: The entries that were recorded by then, but lie beyond the cut in the world or in public.
    pending = _group("pending")
    #: The entries about entries that are in force, in the order in which they became known.
    knowledge = _group("knowledge")
    #: The lines of the registers, as recorded.
    stage = _group("stage")
    #: The entries that `without` leaves without evidence.
    dropped = _group("dropped")

    @cached_property
    def last(self) -> Reading | None:
        """The last claim in fold order."""
        return self.placed.last("standing")

    def _at(self, entry: str) -> tuple[str, Reading | None]:
        index = self.history.index.get(entry)
        return self.placed.at(index) if index is not None and index < self.entries else ("", None)

    def get(self, entry: str) -> Reading | None:
        """Return how an entry of the recorded prefix reads, whether it stands or not; None where there is none."""
        return self._at(entry)[1]

    def group(self, entry: str) -> str:
        """Return the group that an entry of the recorded prefix is in; empty where there is none."""
        return self._at(entry)[0]

    def counts(self, entry: str | None) -> bool:
        """Say whether an entry counts at the cut: a claim that stands, knowledge in force, a line of the registers."""
        group, reading = self._at(entry or "")
        return group in COUNTING and reading is not None and not reading.retracted_by

    @cached_property
    def names(self) -> dict[str, str]:
        """What parties are called, by id, and what matters and agreements are, by subject (``agreement:sofa-2012``)."""
        names = dict(self.registers.names)
        names.update((f"matter:{one.id}", one.title) for one in self.registers.matters.values() if one.title)
        found = (self.placed.at(index) for index in self.history.titled if index < self.entries)
        telling = [reading for group, reading in found if group == "standing" and reading is not None]
        for reading in sorted(telling, key=attrgetter("order")):
            values = reading.event.__dict__
            if reading.asserts and values.get("title") and values.get("agreement"):
                names.setdefault(f"agreement:{values['agreement']}", values["title"])
        return names

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.history, self.reach.known, self.reach.recorded, self.left_out)

    def kept(self, family: str, name: str) -> tuple[str, tuple[str, ...]]:
        """Return as which id one of a family reads, and the entries that say so if that is another."""
        return self._resolver.kept(family, name)

    def unretracted(self) -> Resolver:
        """Return what reads the entries as they would read here had nothing been retracted."""
        return Resolver(self.history, self.reach.known, self.reach.recorded, self.left_out, heeded=False)

    @cached_property
    def objections(self) -> dict[str, tuple[Reading, ...]]:
        """For each standing entry that is denied or disputed, the entries that do so, in fold order."""
        contesting = (reading for reading in (*self.standing, *self.knowledge) if reading.contests)
        return objections_among(contesting, self.standing, self.counts)


class Placed(Protocol):
    """Every entry of a recorded prefix as it reads, and the group it is in."""

    def at(self, index: int) -> tuple[str, Reading | None]:
        """Return the group and the reading of an entry, given by its number in the order of recording."""

    def grouped(self, name: str) -> Iterable[Reading]:
        """Return the entries of a group in its order."""

    def last(self, name: str) -> Reading | None:
        """Return the last of them."""


class _Sorted:
    """Entries that were put into their groups one after the other."""

    def __init__(self, readings: list[Reading], reach: Reach) -> None:
        groups = list(map(reach.group_of, readings))
        if reach.edge != END:
            readings = list(map(reach.seen, readings, groups))
        self._placed = list(zip(groups, readings, strict=True))
        self._found: dict[str, list[Reading]] = {name: [] for name in GROUPS}
        for group, reading in self._placed:
            self._found[group].append(reading)
        for name, found in self._found.items():
            found.sort(key=GROUPS[name])

    def at(self, index: int) -> tuple[str, Reading]:
        return self._placed[index]

    def grouped(self, name: str) -> list[Reading]:
        return self._found[name]

    def last(self, name: str) -> Reading | None:
        return self._found[name][-1] if self._found[name] else None


class Reach(NamedTuple):
    """How far a cut reaches into a history.

    `happened` is the (earliest, latest, told, id) and `known` the (instant of becoming known, id) of the last entry let
    in, `recorded` the number of entries recorded by then; what may have happened after `edge` is uncertain. Finer than
    a `Cut`, so that entries of one day can be let in one by one.
    """

    happened: Order
    known: tuple[int, str]
    recorded: int
    edge: int

    def group_of(self, reading: Reading) -> str:
        """Return where a recorded entry belongs, by the name of a field of `Claims`."""
        kind = reading.event.kind_of_entry
        if kind == "stage":
            return "stage"
        if reading.known_order > self.known or (kind == "claim" and reading.order > self.happened):
            return "pending"
        if reading.retracted_by or reading.lost:
            return "dropped" if reading.lost else "retracted"
        return "knowledge" if kind == "knowledge" else "standing"

    def is_beyond(self, reading: Reading, group: str) -> bool:
        """Say whether an entry of a group may have happened after the edge, where that matters."""
        is_claim = group in _DATED and reading.event.kind_of_entry == "claim"
        return is_claim and (reading.lower if reading.kind in LASTING else reading.upper) > self.edge

    def seen(self, reading: Reading, group: str) -> Reading:
        """Return a reading as it is at the edge."""
        return reading.at_edge() if self.is_beyond(reading, group) else reading


def reach_of(history: History, cut: Cut) -> Reach:
    """Return how far a cut reaches into a history."""
    entries = history.entries
    if cut.position is not None:
        count = bisect_right(entries, cut.position, key=lambda recorded: recorded.position)
    elif cut.recorded is not None:
        count = bisect_right(entries, cut.recorded, key=lambda recorded: instant(recorded.recorded_at))
    else:
        count = len(entries)
    happened = END if cut.happened is None else cut.happened
    return Reach((happened, END, END, LAST), (END if cut.known is None else cut.known, LAST), count, happened)


def claims(
    source: EventLog | History, negotiation: str, cut: Cut | None = None, *, without: Iterable[str] = ()
) -> Claims:
    """Return the claims of a negotiation that stand at a cut, and those that do not with the reason why.

    `without` are sources whose evidence is left out of account, with those that relay nothing else. Raises
    `NameUnknownError` for a negotiation that does not exist, or a source that it registers nowhere.
    """
    history = history_of(source, negotiation)
    cut = cut or Cut()
    reach = reach_of(history, cut)
    resolver = Resolver(history, reach.known, reach.recorded)
    without = tuple(without)
    require_sources(history, without)
    dropped: frozenset[str] = frozenset()
    if without:
        stage = (index for index in range(reach.recorded) if history.entries[index].event.kind_of_entry == "stage")
        dropped = closure(registers_of((resolver.read(index) for index in stage), ()), without)
        resolver = Resolver(history, reach.known, reach.recorded, dropped)
    placed = _Sorted([resolver.read(index) for index in range(reach.recorded)], reach)
    registers = registers_of(placed.grouped("stage"), placed.grouped("knowledge"))
    return Claims(history, cut, reach, placed, registers, dropped, without)


def admitted(log: EventLog, negotiation: str, cut: Cut, without: Iterable[str] = ()) -> Iterator[Recorded]:
    """Yield the entries that a cut admits, as they were recorded, those that were retracted since included."""
    history = History.load(log, negotiation)
    found = claims(history, negotiation, cut, without=without)
    beyond = {reading.position for reading in (*found.pending, *found.dropped)}
    return (recorded for recorded in history.entries[: found.entries] if recorded.position not in beyond)


def registers_of(stage: Iterable[Reading], knowledge: Iterable[Reading]) -> Registers:
    """Return the registers that the analyst's lines give, with sources graded anew by what is known."""
    registers = Registers()
    for reading in stage:
        if not reading.retracted_by:
            registers.take(reading)
    registers.complete(knowledge)
    return registers


def require_sources(history: History, names: Iterable[str]) -> None:
    """Raise `NameUnknownError` for a source that a negotiation registers nowhere, before or after a cut."""
    for name in names:
        if name not in history.registrations:
            hint = nearest(name, history.registrations)
            raise NameUnknownError(f"there is no source {name!r}{hint}; `communique sources` lists them")


def closure(registers: Registers, without: Iterable[str]) -> frozenset[str]:
    """Return the sources to leave out: those named, and those that relay nothing but such.

    One that is not registered at the cut, or no longer, may be named: there may be evidence of it all the same.
    """
    relayed_by = registers.relays.relayed_by
    gone: set[str] = set()
    #: How many of those that a source relays are left.
    left: dict[str, int] = {}
    todo = [registers.source_ids.get(name, name) for name in without]
    while todo:
        name = todo.pop()
        if name not in gone:
            gone.add(name)
            for other in relayed_by.get(name, ()):
                left[other] = left.get(other, len(set(registers.sources[other].relays))) - 1
                if not left[other]:
                    todo.append(other)
    gone.update(other for other, kept in registers.source_ids.items() if kept in gone)
    return frozenset(gone)
