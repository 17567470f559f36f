"""What can be said of one thing: which state it is in and because of what, and what its family adds to that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from projections.claims.figures import Claimed
from projections.claims.readings import MACHINES
from projections.wording.plain import Plain
from tracker.dates import When

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.figures import Quantity
    from projections.claims.readings import Reading
    from tracker.events.base import Machine


class Gathered:
    """The standing entries of a subject that were taken in so far, in fold order, and those that assert something."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.asserted: list[Reading] = []
        #: The ids of those that assert something.
        self.names: list[str] = []

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on; the list goes on while they do, and is another once they are."""
        return self.asserted

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry."""
        self.readings.append(reading)
        if reading.asserts:
            self.asserted.append(reading)
            self.names.append(reading.id)
            self.tell(reading, reading.event.__dict__)

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts, with its fields: pydantic takes long to say that it has not one."""
        raise NotImplementedError

    def standing(self) -> dict[str, Any]:
        """Return since when what is said has been so, whether it may be so only after the cut, and who but names it."""
        because = self.because
        return {
            "since": because[0].occurred if because else None,
            "uncertain": all(reading.uncertain for reading in because or self.readings),
            "mentions": () if because else tuple(reading.id for reading in self.readings),
        }


class Lifecycle:
    """Which state a thing is in, after the entries that were taken in so far.

    `because` are the entries that assert the present state since it was last entered, in fold order, `names` their ids;
    `illegal` and
    `backward` are moves that the machine does not allow, as (entry that set the state before, entry that moved);
    `entered` are the entries that set a state, one after another.
    """

    def __init__(self, machine: Machine, thing: str) -> None:
        self.machine = machine
        self.thing = thing
        self.state: str | None = None
        self.because: list[Reading] = []
        self.names: list[str] = []
        self.illegal: list[tuple[Reading, Reading]] = []
        self.backward: list[tuple[Reading, Reading]] = []
        self.entered: list[Reading] = []

    def take(self, reading: Reading) -> None:
        """Take in the next entry in fold order.

        Where a move is not legal, dates so coarse that they prove no order excuse it; a step back moves nothing;
        anything else moves the state and is held against it.
        """
        new = reading.moves_to if len(reading.subjects) == 1 else state_of(reading, self.thing)
        if new is None:
            return
        if new == self.state:
            self.because.append(reading)
            self.names.append(reading.id)
            return
        if self.state is not None:
            legal, back = _rule(self.machine.subject, self.state, new)
            if not legal:
                entered = self.because[0]
                if reading.overlaps(entered):
                    return
                if back:
                    self.backward.append((entered, reading))
                    return
                self.illegal.append((entered, reading))
        self.state, self.because, self.names = new, [reading], [reading.id]
        self.entered.append(reading)


def state_of(reading: Reading, thing: str) -> str | None:
    """Return the state to which an entry moves a thing (its id), or None where it moves nothing."""
    if len(reading.subjects) > 1 and reading.asserts and reading.event.__dict__.get("proposal") != thing:
        return "superseded"
    return reading.moves_to


def fold(machine: Machine, thing: str, readings: Iterable[Reading]) -> Lifecycle:
    """Return the lifecycle of a thing from its standing entries, given in fold order."""
    life = Lifecycle(machine, thing)
    for reading in readings:
        life.take(reading)
    return life


@lru_cache(maxsize=1024)
def _rule(family: str, state: str, new: str) -> tuple[bool, bool]:
    """Return whether a move is legal, and whether it is a step back; kept, since a long history asks very often."""
    return MACHINES[family].is_legal(state, new), MACHINES[family].is_step_back(state, new)


@dataclass(slots=True, kw_only=True)
class State(Plain):
    """The state of a thing.

    `state` is None where entries name it but none moves it; `since` is the `occurred` of the first entry in `because`,
    as written; `uncertain` says that all of them may have happened after the cut. `mentions` are the entries that name
    it where they all only deny or suppose something of it, so that nothing asserts what is said.
    """

    hidden: ClassVar = frozenset({"id", "mentions"})
    family: ClassVar[str] = ""
    id: str
    state: str | None
    since: str | None
    because: tuple[str, ...]
    uncertain: bool
    mentions: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The subject, ``agreement:sofa-2012``."""
        return f"{self.family}:{self.id}"


@dataclass(slots=True, kw_only=True)
class Agreement(State):
    """An agreement."""

    family: ClassVar[str] = "agreement"
    contested: bool = False
    title: str | None = None
    kind: str | None = None
    parties: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Proposal(State):
    """A demand or proposal; `party` is who set its present state."""

    family: ClassVar[str] = "proposal"
    party: str | None = None
    tabled_by: str | None = None
    to: str | None = None
    matter: str | None = None
    terms: str | None = None
    site: str | None = None


@dataclass(slots=True, kw_only=True)
class Round(State):
    """A round of talks; `scheduled` as written, with its last instant."""

    family: ClassVar[str] = "round"
    parties: tuple[str, ...] = ()
    venue: str | None = None
    scheduled: str | None = None
    outcome: str | None = None


@dataclass(slots=True, kw_only=True)
class Withdrawal(State):
    """A withdrawal; dates as written, figures as ranges."""

    family: ClassVar[str] = "withdrawal"
    force: str | None = None
    deadline: str | None = None
    deadline_because: str | None = None
    destination: str | None = None
    strength: Quantity | None = None
    departed: Quantity | None = None
    residual: Quantity | None = None
    flagged: tuple[str, ...] = ()
    undetermined: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Commitment(State):
    """A commitment."""

    family: ClassVar[str] = "commitment"
    party: str | None = None
    terms: str | None = None
    due: str | None = None


@dataclass(slots=True, kw_only=True)
class Sanction(State):
    """A sanction; `party` is who imposed it last, `on` whom."""

    family: ClassVar[str] = "sanction"
    party: str | None = None
    on: str | None = None
    measure: str | None = None


class Thing(Gathered):
    """A thing as its entries that were taken in so far tell of it: its state, and what its family adds to that.

    Of some fields the `first` value that is asserted counts, of others the `last`.
    """

    kind: ClassVar[type[State]]
    first: ClassVar[tuple[str, ...]] = ()
    last: ClassVar[tuple[str, ...]] = ()

    def __init__(self, thing: str) -> None:
        super().__init__()
        self.thing = thing
        self.life = Lifecycle(MACHINES[self.kind.family], thing)
        self.values: dict[str, Any] = {}

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
        self.life.take(reading)
        self.note(reading, fields)

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says beside the state."""
        del reading
        for name in self.first:
            if value := fields.get(name):
                self.values.setdefault(name, value)
        for name in self.last:
            if value := fields.get(name):
                self.values[name] = value.text if isinstance(value, When) else value

    def said(self) -> dict[str, Any]:
        """Return what its family adds."""
        return self.values

    def view(self) -> State:
        """Return what can be said of it; there must have been an entry."""
        because = tuple(self.life.names or self.names)
        return self.kind(id=self.thing, state=self.life.state, because=because, **self.standing(), **self.said())


class _Agreement(Thing):
    kind = Agreement
    first = ("title", "kind", "parties")

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        super().note(reading, fields)
        if reading.kind == "DenunciationContested":
            self.values["contested"] = True


class _Proposal(Thing):
    kind = Proposal
    first = ("matter", "site")
    last = ("terms",)

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        if fields.get("proposal") != self.thing:
            return
        super().note(reading, fields)
        if reading.event.moves_to == "tabled":
            for name, value in (("tabled_by", reading.party), ("to", fields.get("to"))):
                if value:
                    self.values.setdefault(name, value)

    def said(self) -> dict[str, Any]:
        return self.values | {"party": self.life.because[0].party if self.life.because else None}


class _Round(Thing):
    kind = Round
    last = ("parties", "venue", "scheduled", "outcome")


class _Withdrawal(Thing):
    kind = Withdrawal
    first = ("force",)
    last = ("deadline",)

    def __init__(self, thing: str) -> None:
        super().__init__(thing)
        self.entries: dict[str, dict[str, None]] = {
            name: {} for name in ("undetermined", "candidates", "flagged", "sites")
        }
        self.measures = {name: Claimed() for name in ("strength", "departed", "residual")}

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        super().note(reading, fields)
        for measure in reading.measures:
            if measure.quantity in self.measures:
                self.measures[measure.quantity].take(measure)
        if fields.get("deadline") is not None:
            self.values["deadline_because"] = reading.id
        if reading.kind == "DestinationSet":
            self.values["destination"] = fields["destination"]
            self.entries |= {"undetermined": {}, "candidates": {}}
        elif reading.kind == "DestinationUndetermined":
            self.values["destination"] = None
            self.entries["undetermined"][reading.id] = None
            self.entries["candidates"].update(dict.fromkeys(fields["candidates"]))
        elif reading.kind == "WithdrawalTimetableFlagged":
            self.entries["flagged"][reading.id] = None
        elif reading.kind == "SiteHandedOver" and fields["site"]:
            self.entries["sites"][fields["site"]] = None

    def said(self) -> dict[str, Any]:
        lists = {name: tuple(found) for name, found in self.entries.items()}
        return self.values | lists | {name: claimed.quantity() for name, claimed in self.measures.items()}


class _Commitment(Thing):
    kind = Commitment
    last = ("terms", "due")

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        super().note(reading, fields)
        if "party" not in self.values and reading.party:
            self.values["party"] = reading.party


class _Sanction(Thing):
    kind = Sanction
    last = ("party", "on", "measure")


#: What gathers the entries of a thing, by its family.
THINGS: Final[dict[str, type[Thing]]] = {
    thing.kind.family: thing for thing in (_Agreement, _Proposal, _Round, _Withdrawal, _Commitment, _Sanction)
}
