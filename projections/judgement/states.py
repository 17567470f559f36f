"""What can be said of one thing: which state it is in and because of what, and what its family adds to that."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from projections.claims.figures import Claimed
from projections.claims.readings import MACHINES
from projections.wording.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.figures import Quantity
    from projections.claims.readings import Reading
    from tracker.events.machines import Machine


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
            legal, back = _rule(self.machine, self.state, new)
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


_RULES: dict[tuple[str, str, str], tuple[bool, bool]] = {}


def _rule(machine: Machine, state: str, new: str) -> tuple[bool, bool]:
    """Return whether a move is legal, and whether it is a step back; kept, since a long history asks very often."""
    key = (machine.subject, state, new)
    found = _RULES.get(key)
    if found is None:
        found = _RULES[key] = (machine.is_legal(state, new), machine.is_step_back(state, new))
    return found


_id = attrgetter("id")


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


KINDS: dict[str, type[State]] = {kind.family: kind for kind in (Agreement, Proposal, Round, Withdrawal, Commitment)}


class Thing:
    """A thing as its entries that were taken in so far tell of it."""

    def __init__(self, family: str, thing: str) -> None:
        self.family = family
        self.thing = thing
        self.life = Lifecycle(MACHINES[family], thing)
        self.readings: list[Reading] = []
        self._asserted: list[Reading] = []
        self._names: list[str] = []
        self._told: _Told = _TOLD[family](thing)

    @property
    def because(self) -> list[Reading]:
        """The entries that what is said rests on; the list goes on while they do, and is another once they are."""
        return self.life.because or self._asserted

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry in fold order."""
        self.readings.append(reading)
        self.life.take(reading)
        if reading.asserts:
            self._asserted.append(reading)
            self._names.append(reading.id)
            self._told.take(reading, reading.event.__dict__)

    def view(self) -> State:
        """Return what can be said of it; there must have been an entry."""
        because = self.because
        return KINDS[self.family](
            id=self.thing,
            state=self.life.state,
            since=because[0].occurred if because else None,
            because=tuple(self.life.names or self._names),
            uncertain=all(reading.uncertain for reading in because or self.readings),
            mentions=() if because else ids(self.readings),
            **self._told.said(self.life),
        )


class _Told:
    """What a family adds to a thing's state, from the entries that assert something."""

    def __init__(self, thing: str) -> None:
        self.thing = thing
        #: The first value that each field was given, and the last.
        self.first: dict[str, Any] = {}
        self.last: dict[str, Any] = {}

    def take(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in the next entry with its fields: asked for one that it has not, pydantic takes long to say so."""
        raise NotImplementedError

    def said(self, life: Lifecycle) -> dict[str, Any]:
        """Return what the view of the family holds."""
        raise NotImplementedError

    def note(self, fields: dict[str, Any], *names: str) -> None:
        """Note the first and the last value of some fields."""
        for name in names:
            value = fields.get(name)
            if value:
                self.first.setdefault(name, value)
                self.last[name] = value


class _Agreement(_Told):
    contested = False

    def take(self, reading: Reading, fields: dict[str, Any]) -> None:
        self.contested = self.contested or reading.kind == "DenunciationContested"
        self.note(fields, "title", "kind", "parties")

    def said(self, life: Lifecycle) -> dict[str, Any]:
        del life
        first = self.first
        return {
            "contested": self.contested,
            "title": first.get("title"),
            "kind": first.get("kind"),
            "parties": first.get("parties", ()),
        }


class _Proposal(_Told):
    tabled_by: str | None = None
    to: str | None = None

    def take(self, reading: Reading, fields: dict[str, Any]) -> None:
        if fields.get("proposal") == self.thing:
            self.note(fields, "matter", "terms", "site")
            if reading.event.moves_to == "tabled":
                self.tabled_by = self.tabled_by or reading.party
                self.to = self.to or fields.get("to")

    def said(self, life: Lifecycle) -> dict[str, Any]:
        return {
            "party": life.because[0].party if life.because else None,
            "tabled_by": self.tabled_by,
            "to": self.to or None,
            "matter": self.first.get("matter"),
            "terms": self.last.get("terms"),
            "site": self.first.get("site"),
        }


class _Round(_Told):
    def take(self, reading: Reading, fields: dict[str, Any]) -> None:
        del reading
        self.note(fields, "parties", "venue", "scheduled", "outcome")

    def said(self, life: Lifecycle) -> dict[str, Any]:
        del life
        last = self.last
        return {
            "parties": last.get("parties", ()),
            "venue": last.get("venue"),
            "scheduled": _text(last.get("scheduled")),
            "outcome": last.get("outcome"),
        }


class _Withdrawal(_Told):
    def __init__(self, thing: str) -> None:
        super().__init__(thing)
        self.deadline: Reading | None = None
        self.destination: str | None = None
        self.undetermined: tuple[str, ...] = ()
        self.candidates: dict[str, None] = {}
        self.flagged: list[str] = []
        self.sites: dict[str, None] = {}
        self.measures = {name: Claimed() for name in ("strength", "departed", "residual")}

    def take(self, reading: Reading, fields: dict[str, Any]) -> None:
        for measure in reading.measures:
            if measure.quantity in self.measures:
                self.measures[measure.quantity].take(measure)
        self.note(fields, "force")
        if fields.get("deadline") is not None:
            self.deadline = reading
        if reading.kind == "DestinationSet":
            self.destination, self.undetermined, self.candidates = fields["destination"], (), {}
        elif reading.kind == "DestinationUndetermined":
            self.destination, self.undetermined = None, (*self.undetermined, reading.id)
            self.candidates.update(dict.fromkeys(fields["candidates"]))
        elif reading.kind == "WithdrawalTimetableFlagged":
            self.flagged.append(reading.id)
        elif reading.kind == "SiteHandedOver" and fields["site"]:
            self.sites[fields["site"]] = None

    def said(self, life: Lifecycle) -> dict[str, Any]:
        del life
        return {
            "force": self.first.get("force"),
            "deadline": _text(self.deadline.event.__dict__["deadline"]) if self.deadline else None,
            "deadline_because": self.deadline.id if self.deadline else None,
            "destination": self.destination,
            "undetermined": self.undetermined,
            "candidates": tuple(self.candidates),
            "flagged": tuple(self.flagged),
            "sites": tuple(self.sites),
            **{name: claimed.quantity() for name, claimed in self.measures.items()},
        }


class _Commitment(_Told):
    party: str | None = None

    def take(self, reading: Reading, fields: dict[str, Any]) -> None:
        self.party = self.party or reading.party
        self.note(fields, "terms", "due")

    def said(self, life: Lifecycle) -> dict[str, Any]:
        del life
        return {"party": self.party, "terms": self.last.get("terms"), "due": _text(self.last.get("due"))}


_TOLD: dict[str, type[_Told]] = {
    "agreement": _Agreement,
    "proposal": _Proposal,
    "round": _Round,
    "withdrawal": _Withdrawal,
    "commitment": _Commitment,
}


def ids(readings: Iterable[Reading]) -> tuple[str, ...]:
    """Return the ids of entries."""
    return tuple(map(_id, readings))


def _text(value: Any) -> str | None:  # noqa: ANN401 - a date or nothing
    return None if value is None else str(value)
