"""Lifecycles: which state a thing is in after its entries, and single values, of which one is true at a time."""

from __future__ import annotations

from bisect import bisect_left, insort
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.claims.claims import LASTING
from projections.claims.persons import fold_name
from tracker.dates import ZONES, When
from tracker.events.base import OPEN_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from projections.judgement.weighing import Weighing, Weight
    from tracker.events.base import Machine

_ends = itemgetter(0)


class Entered(NamedTuple):
    """A state that a thing was in: since the first of the entries that assert it."""

    state: str
    because: list[Reading]


class Refused(NamedTuple):
    """A move that the machine does not allow: the entry that set a state, and the one that asks for another."""

    before: Reading
    was: str
    after: Reading
    asked: str


class Lifecycle:
    """Which state a thing is in, after the entries that were taken in so far, in fold order.

    `because` are the entries that assert the present state since it was last entered, `names` their ids; `rivals` are
    all states that cannot be true beside each other and are asserted of one time, the one shown included, each with its
    entries. `is_unordered` says that the dates do not tell which of two states came last. `illegal` and `backward` are
    moves that the machine does not allow.
    `history` are the states it was in, the present one last; `conflicts` all sets of rivals.
    """

    def __init__(self, machine: Machine, weighing: Weighing) -> None:
        self.machine = machine
        self._weighing = weighing
        self.state: str | None = None
        self.because: list[Reading] = []
        self.names: list[str] = []
        self.rivals: dict[str, list[Reading]] = {}
        self._weights: dict[str, Weight] = {}
        self.is_unordered = False
        self.illegal: list[Refused] = []
        self.backward: list[Refused] = []
        self.history: list[Entered] = []
        self.conflicts: list[dict[str, list[Reading]]] = []
        self._times: dict[str, int] = {}

    def take(self, reading: Reading, new: str) -> bool:
        """Take in the next entry, which asserts a state, and return whether that is one that the thing now is in.

        A rival of the state shown counts as such a state.
        """
        present = self.state
        if present is None:
            return self._enter(reading, new)
        if new == present:
            self.because.append(reading)
            self.names.append(reading.id)
            return True
        first = self.because[0]
        is_legal = self.machine.is_legal(present, new, reading.kind)
        if not _is_disjoint(reading, first):
            return self._beside(reading, new, first, is_legal=is_legal)
        if is_legal:
            return self._enter(reading, new)
        refused = Refused(first, present, reading, new)
        if self.machine.is_step_back(present, new):
            self.backward.append(refused)
            return False
        self.illegal.append(refused)
        return self._enter(reading, new)

    def turn(self, new: str, because: list[Reading]) -> None:
        """Let it be in a state because of some entries, whatever it was in before."""
        if new != self.state:
            self._enter(because[0], new)
        self.because, self.names = because, [reading.id for reading in because]
        self.history[-1] = Entered(new, because)

    def _beside(self, reading: Reading, new: str, first: Reading, *, is_legal: bool) -> bool:
        """Take in an entry whose date does not tell that it came after those of the present state."""
        machine, present = self.machine, str(self.state)
        if new in self.rivals or machine.excludes(present, new):
            if not self.rivals:
                self.rivals = {present: self.because}
                self.conflicts.append(self.rivals)
            self.rivals.setdefault(new, []).append(reading)
            self._show(self._weighing.chosen(self.rivals, self._weights))
            return True
        leads_there, leads_back = machine.leads(present, new), machine.leads(new, present)
        if leads_there and leads_back and (present, new) not in machine.back:
            is_later = (reading.upper, reading.told) > (first.upper, first.told)
            moved = self._enter(reading, new) if is_later else False
            self.is_unordered = True
            return moved
        if (present, new) in machine.back:
            # A round that is held on the day of its conclusion is not reopened by that.
            return self._enter(reading, new) if is_legal and reading.kind not in LASTING else False
        # A side state comes after any other that is not final.
        return self._enter(reading, new) if is_legal and (present not in OPEN_SIDE or machine.is_final(new)) else False

    def _enter(self, reading: Reading, new: str) -> bool:
        self.rivals, self._weights = {}, {}
        self.is_unordered = False
        self.state, self.because, self.names = new, [reading], [reading.id]
        self.history.append(Entered(new, self.because))
        self._times[new] = self._times.get(new, 0) + 1
        return True

    def _show(self, state: str) -> None:
        if state == self.state:
            return
        self.state, self.because = state, self.rivals[state]
        self.names = [reading.id for reading in self.because]
        self.history[-1] = Entered(state, self.because)

    def times(self, state: str) -> int:
        """Return how often a state was entered."""
        return self._times.get(state, 0)


def _is_disjoint(reading: Reading, first: Reading) -> bool:
    """Say whether an entry is known to have happened after another; what lasts is ordered by its beginning."""
    if first.kind in LASTING and reading.kind not in LASTING and first.lower < reading.lower <= first.upper:
        return reading.moves_to in OPEN_SIDE
    return reading.is_disjoint(first)


class Shown(NamedTuple):
    """A single value as it is shown, None if there is none, the entries that give it, and its rivals with theirs."""

    value: Any
    because: list[Reading]
    rivals: dict[str, list[Reading]]


class Single:
    """A value of which only one is true at a time, such as a deadline: what the entries taken in so far say of it.

    A later value replaces an earlier one, and so does a revision that names what it replaces. Those of one time stand
    beside each other, and one is chosen. None is a value, too: that there is none.
    """

    def __init__(self, weighing: Weighing) -> None:
        self._weighing = weighing
        #: Each value that was given, with its entries, in the order in which they were first given.
        self._given: dict[str, tuple[Any, list[Reading]]] = {}
        #: By when each was said at the latest, as evidence.
        self._said: list[tuple[int, int, Reading, Any, Any]] = []
        self._latest: Reading | None = None
        self._shown: Shown | None = None
        #: What was said of one time and cannot be true together, by value.
        self.conflicts: list[dict[str, list[Reading]]] = []
        #: By entry, the first of these that holds it.
        self._held: dict[str, dict[str, list[Reading]]] = {}

    def take(self, reading: Reading, value: Any, prior: Any = None) -> None:  # noqa: ANN401 - a date or a text
        """Take in the next entry in fold order that gives a value, in place of another perhaps."""
        for _, _, other, given, replaced in self._beside(reading):
            if _differ(value, given) and not (prior and _is_same(prior, given)) and not _is_same(replaced, value):
                self._hold_against(reading, value, other, given)
        if value is not None:
            self._given.setdefault(str(value), (value, []))[1].append(reading)
        insort(self._said, (reading.proves[1], len(self._said), reading, value, prior))
        self._latest, self._shown = reading, None

    def given(self) -> list[tuple[Any, list[Reading]]]:
        """Return the values that were given, each with its entries, in the order in which they were first given."""
        return list(self._given.values())

    def _beside(self, reading: Reading) -> Iterator[tuple[int, int, Reading, Any, Any]]:
        start = bisect_left(self._said, reading.proves[0] - ZONES, key=_ends)
        return (one for one in self._said[start:] if not reading.is_disjoint(one[2]))

    def _hold_against(self, reading: Reading, value: Any, other: Reading, given: Any) -> None:  # noqa: ANN401 - as above
        found = self._held.get(other.id)
        if found is None:
            found = {}
            self.conflicts.append(found)
        for one, what in ((other, given), (reading, value)):
            ones = found.setdefault(str(what), [])
            self._held.setdefault(one.id, found)
            if not any(held is one for held in reversed(ones)):
                ones.append(one)

    def shown(self) -> Shown:
        """Return the value, with what stands beside it."""
        if self._shown is None:
            self._shown = self._choose()
        return self._shown

    def _choose(self) -> Shown:
        if self._latest is None:
            return Shown(None, [], {})
        said = sorted(self._beside(self._latest), key=lambda one: one[2].order)
        replaced = [prior for *_, prior in said if prior]
        if kept := [one for one in said if one[4] or not any(_is_same(prior, one[3]) for prior in replaced)]:
            said = kept
        if dated := [one for one in said if one[3] is not None]:
            said = dated
        by_value: dict[str, list[Reading]] = {}
        values: dict[str, Any] = {}
        for _, _, reading, value, _ in said:
            by_value.setdefault(str(value), []).append(reading)
            values[str(value)] = value
        name = next(iter(by_value)) if len(by_value) == 1 else self._weighing.chosen(by_value)
        value = values[name]
        rivals = {other: ones for other, ones in by_value.items() if _differ(values[other], value)}
        return Shown(value, by_value[name], rivals)


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - dates or texts
    return one is not None and other is not None and not _differ(one, other)


def _differ(one: Any, other: Any) -> bool:  # noqa: ANN401 - dates or texts
    """Say whether two values cannot both be true; a value beside none is no contradiction."""
    if one is None or other is None:
        return False
    if isinstance(one, When) and isinstance(other, When):
        return one.is_disjoint(other)
    return fold_name(str(one)) != fold_name(str(other))
