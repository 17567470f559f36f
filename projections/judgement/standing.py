"""What stands while a cut moves: of all entries, only those that a move lets in, shuts out or changes are looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from projections.claims.claims import COUNTING, GROUPS, Claims, Reach, registers_of
from projections.claims.cut import END
from projections.claims.registers import Registers
from projections.claims.resolver import Resolver
from projections.judgement.watch import Watch
from tracker.codec import GENESIS
from tracker.dates import instant
from tracker.events.knowledge import AssessmentChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading

#: A place on an axis, and at its end the index of the entry that stands there.
Key: TypeAlias = tuple[int, ...]
#: Before every instant and every position.
START: Final = -(2**63)
NOWHERE: Final = Reach((START, START, START), (START, START), 0, START)
#: Moves of more entries than this sort their groups anew instead of putting each in its place.
_MANY: Final = 32


class Flip(NamedTuple):
    """An entry that a move let in, shut out or made read otherwise, with its group and reading until and since."""

    where: int
    group: str
    reading: Reading | None
    new_group: str
    new_reading: Reading | None


class Standing:
    """The groups of a history's entries at some reach, kept up to date from one reach to the next.

    Each axis keeps its entries in order, so that a move finds those between where it starts and where it ends. Entries
    about which something is said are watched apart, since on the way they may come to read otherwise.
    """

    def __init__(self, history: History, without: frozenset[str] = frozenset()) -> None:
        self.history = history
        self.without = without
        self.reach = NOWHERE
        #: The entries that the last move read anew, each with what is said about it.
        self.reread: list[list[int]] = []
        self.watch = Watch(history)
        count = len(history.entries)
        resolver = Resolver(history, NOWHERE.known, 0, without)
        #: How each entry reads, and how it is shown at the edge of the cut; by index.
        self.readings: list[Reading] = [resolver.read(index) for index in range(count)]
        self.shown: list[Reading | None] = [None] * count
        self.group: list[str] = [""] * count
        self.groups: dict[str, list[Reading]] = {name: [] for name in GROUPS}
        self.registers = Registers()
        #: The entries that the registers are made of.
        self._registering = frozenset(
            index
            for index, recorded in enumerate(history.entries)
            if recorded.event.kind_of_entry == "stage" or isinstance(recorded.event, AssessmentChanged)
        )
        self._tuples: dict[str, tuple[Reading, ...]] = dict.fromkeys(GROUPS, ())
        kinds = self.kinds = [recorded.event.kind_of_entry for recorded in history.entries]
        #: When each entry becomes known, happens, and is over; in order, with its index.
        self.by_known: list[Key] = sorted(
            (*reading.known_order, index) for index, reading in enumerate(self.readings) if kinds[index] != "stage"
        )
        claimed = [(reading, index) for index, reading in enumerate(self.readings) if kinds[index] == "claim"]
        self.by_happened: list[Key] = sorted((*reading.order, index) for reading, index in claimed)
        self._by_end: list[Key] = sorted((reading.upper, index) for reading, index in claimed)

    def move(self, reach: Reach, without: frozenset[str] | None = None) -> list[Flip]:
        """Go to another reach, and return the entries that the move changes; there, other sources may be left out."""
        start, self.reach = self.reach, reach
        trees = self.watch.between(start, reach)
        if without is not None and without != self.without:
            self.without = without
            trees = [[index] for index in reversed(range(len(self.readings)))]
        self.reread = trees
        stirred = self._reread(trees)
        stirred.update(range(*sorted((start.recorded, reach.recorded))))
        passed = _between(self.by_known, start.known, reach.known)
        passed += _between(self.by_happened, start.happened, reach.happened)
        passed += _between(self._by_end, (start.edge,), (reach.edge,))
        stirred.update(key[-1] for key in passed)
        flips = self._flip(sorted(stirred))
        self._regroup(flips)
        if any(flip.where in self._registering for flip in flips):
            self.registers = registers_of(self.groups["stage"], self.groups["knowledge"])
        return flips

    def _reread(self, trees: Iterable[list[int]]) -> set[int]:
        """Read anew what may read otherwise here than where the move started."""
        resolver = Resolver(self.history, self.reach.known, self.reach.recorded, self.without)
        stirred = set()
        for tree in trees:
            resolver.settle(tree)
            for index in tree:
                reading, older = resolver.read(index), self.readings[index]
                if reading != older:
                    self.readings[index] = reading
                    self._rekey(index, older, reading)
                    stirred.add(index)
        return stirred

    def _rekey(self, index: int, older: Reading, reading: Reading) -> None:
        kind = reading.event.kind_of_entry
        if kind != "stage" and older.known_order != reading.known_order:
            _replace(self.by_known, (*older.known_order, index), (*reading.known_order, index))
        if kind == "claim" and older.order != reading.order:
            _replace(self.by_happened, (*older.order, index), (*reading.order, index))
            _replace(self._by_end, (older.upper, index), (reading.upper, index))

    def _flip(self, indexes: Iterable[int]) -> list[Flip]:
        """Put entries where they belong now, and return those that were elsewhere or read otherwise."""
        flips = []
        readings, groups, all_shown, reach = self.readings, self.group, self.shown, self.reach
        group_of, recorded, edge = reach.group_of, reach.recorded, reach.edge
        for index in indexes:
            group, shown = groups[index], all_shown[index]
            new_group, new = "", None
            if index < recorded:
                new = readings[index]
                new_group = group_of(new)
                if new.upper > edge:
                    new = reach.seen(new, new_group)
            if group == new_group and (shown is new or shown == new):
                continue
            groups[index], all_shown[index] = new_group, new
            flips.append(Flip(index, group, shown, new_group, new))
        return flips

    def _regroup(self, flips: list[Flip]) -> None:
        gone: dict[str, list[Reading]] = {name: [] for name in ("", *GROUPS)}
        come: dict[str, list[Reading]] = {name: [] for name in ("", *GROUPS)}
        for _, group, reading, new_group, new_reading in flips:
            gone[group].append(reading)  # type: ignore[arg-type] # None where there is no group, and left there
            come[new_group].append(new_reading)  # type: ignore[arg-type] # the same
        for name in [name for name in GROUPS if gone[name] or come[name]]:
            self.groups[name] = exchange(self.groups[name], gone[name], come[name], GROUPS[name])
            self._tuples[name] = ()

    def get(self, entry: str) -> Reading | None:
        """Return how an entry reads; None where it is not recorded yet."""
        index = self.history.index.get(entry)
        return None if index is None else self.shown[index]

    def counts(self, entry: str) -> bool:
        """Say whether an entry counts, as `Claims.counts` does."""
        reading = self.get(entry)
        group = self.group[self.history.index[entry]] if reading is not None else ""
        return reading is not None and group in COUNTING and not reading.retracted_by

    def claims(self, cut: Cut, without: tuple[str, ...] = ()) -> Claims:
        """Return the claims at the present reach, as `projections.claims.claims` does."""
        for name, readings in self.groups.items():
            if readings and not self._tuples[name]:
                self._tuples[name] = tuple(readings)
        count = self.reach.recorded
        last = self.history.entries[count - 1] if count else None
        return Claims(
            negotiation=self.history.negotiation,
            cut=cut,
            standing=self._tuples["standing"],
            retracted=self._tuples["retracted"],
            pending=self._tuples["pending"],
            knowledge=self._tuples["knowledge"],
            stage=self._tuples["stage"],
            dropped=self._tuples["dropped"],
            registers=self.registers,
            entries=count,
            head=last.digest if last else GENESIS,
            recorded=instant(last.recorded_at) if last else None,
            reach=self.reach,
            history=self.history,
            left_out=self.without,
            without=without,
            readings=cast("list[Reading]", self.shown[:count]),
            groups=self.group[:count],
            index=self.history.index,
        )


def exchange(
    readings: list[Reading], gone: Sequence[Reading], come: Sequence[Reading], key: Callable[[Reading], Any]
) -> list[Reading]:
    """Return readings, in the order of a key, with some gone and others come, in a new list."""
    if len(gone) + len(come) > _MANY:
        if gone:
            left = set(map(id, gone))
            readings = [reading for reading in readings if id(reading) not in left]
        return sorted([*readings, *come], key=key) if come else readings
    readings = list(readings)
    for reading in gone:
        del readings[bisect_left(readings, key(reading), key=key)]
    for reading in come:
        insort(readings, reading, key=key)
    return readings


def _between(keys: list[Key], here: Key, there: Key) -> list[Key]:
    """Return the keys after one place and up to another, whichever comes first."""
    if here == there:
        return []
    low, high = sorted((here, there))
    # A key ends in an index, so a place is before all keys that it is the beginning of: END makes it come after.
    return keys[bisect_right(keys, (*low, END)) : bisect_right(keys, (*high, END))]


def _replace(keys: list[Key], older: Key, newer: Key) -> None:
    del keys[bisect_left(keys, older)]
    insort(keys, newer)
