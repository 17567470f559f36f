"""Things: what the entries about one thing, taken in one after the other, say of it together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from projections.claims.figures import Lines
from projections.claims.readings import MACHINES
from projections.judgement.expectations import PLAN, Announced
from projections.judgement.lifecycle import Lifecycle, Single
from projections.judgement.states import Rival, State
from tracker.dates import OPEN_FUTURE, OPEN_PAST, When
from tracker.events.base import OPEN_SIDE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from projections.claims.readings import Reading
    from projections.judgement.weighing import Weighing


class Conflict(NamedTuple):
    """What cannot be true together: of which field, the values with the entries that give them, and if it is shown."""

    field: str
    values: Mapping[str, list[Reading]]
    is_shown: bool


class Gathered:
    """The standing entries of a subject that were taken in so far, in fold order, and those that assert something.

    What happens only after the day by which one judges asserts nothing yet, and a plan never does.
    """

    def __init__(self, weighing: Weighing) -> None:
        self.weighing = weighing
        self.readings: list[Reading] = []
        self.asserted: list[Reading] = []
        #: The ids of those that assert something.
        self.names: list[str] = []
        #: Those that are announced for a later time, and those that assert something by their type.
        self.planned: list[Reading] = []
        self._by_kind: dict[str, list[Reading]] = {}
        #: How many of the entries had happened by the day by which one judges.
        self._told = 0
        self.singles: dict[str, Single] = {}
        self.lines = Lines()
        #: How often all was told anew.
        self.generation = 0

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on; the list goes on while they do, and is another once they are."""
        return self.asserted

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry."""
        self.readings.append(reading)
        if reading.asserts and reading.is_plan:
            self.planned.append(reading)

    def ahead(self) -> list[Reading]:
        """Return the entries that tell of a time that has not come, but for plans."""
        return [reading for reading in self.readings[self._told :] if reading.asserts and not reading.is_plan]

    def settle(self, day: int | None) -> list[Reading]:
        """Let all entries count that had happened by a day, an instant, all of them without one, and return the new."""
        before = self._told
        while self._told < len(self.readings) and (day is None or self.readings[self._told].order[0] <= day):
            reading = self.readings[self._told]
            self._told += 1
            if reading.asserts and not reading.is_plan:
                self.asserted.append(reading)
                self.names.append(reading.id)
                self._by_kind.setdefault(reading.kind, []).append(reading)
                for measure in reading.measures:
                    self.lines.take(measure)
                self.tell(reading, reading.event.__dict__)
        return self.readings[before : self._told]

    def restart(self) -> None:
        """Forget what was told, to tell it anew."""
        self.asserted, self.names, self._by_kind, self.singles, self.lines = [], [], {}, {}, Lines()
        self._told = 0
        self.generation += 1

    def accepts(self, reading: Reading) -> bool:
        """Say whether an entry can be taken in as the next one."""
        del reading
        return True

    def reaches(self, day: int | None) -> bool:
        """Say whether one can still judge by a day: no entry counts that had not happened by then."""
        return day is None or not self._told or self.readings[self._told - 1].order[0] <= day

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts, with its fields: pydantic takes long to say that it has not one."""
        raise NotImplementedError

    def moments(self) -> Iterator[int]:
        """Yield the instants such that something else is said of it once the day lies behind them."""
        if self._told:
            yield self.readings[self._told - 1].order[0] - 1
        if self._told < len(self.readings):
            yield self.readings[self._told].order[0] - 1

    def expects(self) -> Iterator[Announced]:
        """Yield what is to come of it, but for plans."""
        yield from ()

    def is_named(self) -> bool:
        """Say whether any entry is about it, so that there is something to be said of it."""
        return bool(self.readings)

    def is_off(self, announced: Announced) -> bool:
        """Say whether what was to come of it no longer is."""
        del announced
        return False

    def meeting(self, plan: Reading) -> list[Reading]:
        """Return the entries that assert what was planned."""
        return self._by_kind.get(plan.kind, [])

    def single(self, name: str) -> Single:
        """Return the single value of a name."""
        found = self.singles.get(name)
        if found is None:
            found = self.singles[name] = Single(self.weighing)
        return found

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what cannot be true together."""
        for name, single in self.singles.items():
            shown = single.shown() if single.conflicts else None
            for values in single.conflicts:
                told = [reading for readings in values.values() for reading in readings]
                is_shown = shown is not None and bool(shown.rivals) and any(one in told for one in shown.because)
                yield Conflict(name, values, is_shown)

    def standing(self) -> dict[str, Any]:
        """Return since when what is said has been so, whether it may be so only after the cut, and who but names it."""
        because = self.because
        return {
            "since": because[0].occurred if because else None,
            "uncertain": all(reading.uncertain for reading in because or self.readings),
            "mentions": () if because else tuple(reading.id for reading in self.readings),
        }


class Thing(Gathered):
    """A thing as its entries that were taken in so far tell of it: its state, and what its family adds to that.

    Of some fields the `first` value that is asserted counts, of others the `last`; of those in `one` only one is true
    at a time.
    """

    kind: ClassVar[type[State]]
    first: ClassVar[tuple[str, ...]] = ()
    last: ClassVar[tuple[str, ...]] = ()
    one: ClassVar[tuple[str, ...]] = ()

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(weighing)
        self.thing = thing
        self.life = Lifecycle(MACHINES[self.kind.family], weighing)
        self.values: dict[str, Any] = {}
        #: The entries that moved it, or stand beside what moved it, each with how often its state was entered by then.
        self.moved: dict[str, int] = {}

    def restart(self) -> None:
        """Forget what was told, to tell it anew."""
        super().restart()
        self.life = Lifecycle(self.life.machine, self.weighing)
        self.values, self.moved = {}, {}

    @property
    def subject(self) -> str:
        """The subject, ``agreement:sofa-2012``."""
        return f"{self.kind.family}:{self.thing}"

    @property
    def value(self) -> str | None:
        """Its state in one word."""
        return self.life.state

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on: those that assert its state, else all that assert something."""
        return self.life.because or self.asserted

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts."""
        new = self.moves_to(reading, fields)
        if new is not None and self.life.take(reading, new):
            self.moved[reading.id] = self.life.times(new) if len(self.life.history) > 1 else 1
        if reading.subjects[0] == self.subject:
            self.note(reading, fields)

    def dated(
        self,
        name: str,
        met: Iterable[Reading] = (),
        *,
        kind: str | None = None,
        extended_by: Container[str] | None = (),
    ) -> Iterator[Announced]:
        """Yield the dates that were given for a single value, as expectations of a kind, its name if none is given.

        One that another replaced is void, or met if an entry of the types `extended_by` did so, of any type if None.
        """
        single = self.singles.get(name)
        shown = single.shown() if single is not None else None
        for value, readings in single.given() if single is not None else ():
            is_shown = shown is not None and not {id(one) for one in readings}.isdisjoint(map(id, shown.because))
            replaced = not is_shown and not (shown is not None and value.text in shown.rivals)
            later = shown.because if replaced and shown is not None else ()
            extending = [one for one in later if extended_by is None or one.kind in extended_by]
            yield Announced(self.subject, kind or name, value, readings, (*met, *extending), replaced)

    def moves_to(self, reading: Reading, fields: dict[str, Any]) -> str | None:
        """Return the state to which an entry moves the thing, None if it moves nothing."""
        del fields
        return reading.moves_to if reading.subjects[0] == self.subject else None

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry about it says beside the state."""
        for name in self.first:
            if value := fields.get(name):
                self.values.setdefault(name, value)
        for name in self.last:
            if value := fields.get(name):
                self.values[name] = value.text if isinstance(value, When) else value
        for name in self.one:
            if value := fields.get(name):
                self.single(name).take(reading, value, fields.get("prior"))

    def said(self) -> dict[str, Any]:
        """Return what its family adds."""
        fields = self.kind.__dataclass_fields__
        shown = {name: single.shown().value for name, single in self.singles.items() if name in fields}
        return self.values | {name: value.text if isinstance(value, When) else value for name, value in shown.items()}

    def state(self, day: int | None) -> str | None:
        """Return its state on a day."""
        del day
        return self.life.state

    def is_off(self, announced: Announced) -> bool:
        """Say whether what was to come of it no longer is: it has ended or broken off, or was suspended since."""
        state, first = self.life.state, announced.because[0]
        if state == "suspended":
            arose = (first.told, OPEN_FUTURE) if announced.kind == PLAN else first.order
            return self.life.because[0].order > arose
        return state is not None and (self.life.machine.is_final(state) or state in OPEN_SIDE)

    def meeting(self, plan: Reading) -> list[Reading]:
        """Return the entries that assert what was planned, else a later state of it."""
        planned, leads = plan.event.moves_to, self.life.machine.leads
        # What may come again is no later state for having been there before the plan was told.
        return super().meeting(plan) or [
            entered.because[0]
            for entered in self.life.history
            if planned is not None
            and leads(planned, entered.state)
            and (not leads(entered.state, planned) or entered.because[0].order[0] > plan.told)
        ]

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what cannot be true together: states first, then single values."""
        yield from self.rivals_in(self.life)
        yield from super().conflicts()

    @staticmethod
    def rivals_in(life: Lifecycle) -> Iterator[Conflict]:
        """Yield the states of a lifecycle that cannot be true together."""
        for rivals in life.conflicts:
            yield Conflict("state", rivals, rivals is life.rivals)

    @property
    def lives(self) -> tuple[Lifecycle, ...]:
        """The lifecycles whose moves may not be allowed."""
        return (self.life,)

    def rivals(self) -> dict[str, list[Reading]]:
        """Return the states that stand beside the one shown, each with the entries that assert it."""
        return {state: readings for state, readings in self.life.rivals.items() if state != self.life.state}

    def standing(self) -> dict[str, Any]:
        """Return the same of a state, which is uncertain too if the dates do not tell what came last."""
        found = super().standing()
        return found | {"uncertain": found["uncertain"] or self.life.is_unordered}

    def _names(self) -> tuple[str, ...]:
        """Return the ids of the entries that what is said rests on, of which there may be as many as entries."""
        because = self.because
        if because is self.asserted:
            return tuple(self.names)
        return tuple(self.life.names if because is self.life.because else [reading.id for reading in because])

    def view(self, day: int | None) -> State | None:
        """Return what can be said of it on a day; there must have been an entry."""
        state = self.state(day)
        rivals = tuple(
            Rival(name, tuple(reading.id for reading in readings)) for name, readings in self.rivals().items()
        )
        return self.kind(
            id=self.thing,
            state=state,
            because=self._names(),
            rivals=rivals,
            figures=self.lines.all(),
            **self.standing(),
            **self.said(),
        )


def days_between(moments: Iterable[int], day: int | None) -> tuple[int, int]:
    """Return the instants between which a day may lie for the same to be said: after the first, up to the second.

    Without a day, as before all days.
    """
    if day is None:
        return OPEN_PAST, OPEN_PAST + 1
    before, after = OPEN_PAST + 1, OPEN_FUTURE
    for moment in moments:
        if moment < day:
            before = max(before, moment)
        else:
            after = min(after, moment)
    return before, after
