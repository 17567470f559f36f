"""What can be said of one thing: which state it is in and because of what, and what its family adds to that."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

from projections.claims.figures import Measure, Quantity, quantity
from projections.claims.readings import MACHINES, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.claims.readings import Reading
    from tracker.events.machines import Machine


@dataclass(slots=True)
class Lifecycle:
    """The outcome of folding a thing's entries through its state machine.

    `because` are the entries that assert the present state since it was last entered, in fold order; `illegal` and
    `backward` are moves that the machine does not allow, as (entry that set the state before, entry that moved);
    `entered` are the entries that set a state, one after another.
    """

    state: str | None = None
    because: list[Reading] = field(default_factory=list)
    illegal: list[tuple[Reading, Reading]] = field(default_factory=list)
    backward: list[tuple[Reading, Reading]] = field(default_factory=list)
    entered: list[Reading] = field(default_factory=list)


def state_of(reading: Reading, thing: str) -> str | None:
    """Return the state to which an entry moves a thing (its id), or None where it moves nothing."""
    if len(reading.subjects) > 1 and reading.asserts and reading.event.__dict__.get("proposal") != thing:
        return "superseded"
    return reading.moves_to


def fold(machine: Machine, thing: str, readings: Iterable[Reading]) -> Lifecycle:
    """Return the lifecycle of a thing from its standing entries, given in fold order.

    Where a move is not legal, dates so coarse that they prove no order excuse it; a step back moves nothing; anything
    else moves the state and is held against it.
    """
    life = Lifecycle()
    state, because = life.state, life.because
    for reading in readings:
        new = reading.moves_to if len(reading.subjects) == 1 else state_of(reading, thing)
        if new is None:
            continue
        if new == state:
            because.append(reading)
            continue
        if state is not None:
            legal, back = _rule(machine, state, new)
            if not legal:
                entered = because[0]
                if reading.overlaps(entered):
                    continue
                if back:
                    life.backward.append((entered, reading))
                    continue
                life.illegal.append((entered, reading))
        state, because = new, [reading]
        life.entered.append(reading)
    life.state, life.because = state, because
    return life


_RULES: dict[tuple[str, str, str], tuple[bool, bool]] = {}


def _rule(machine: Machine, state: str, new: str) -> tuple[bool, bool]:
    """Return whether a move is legal, and whether it is a step back; kept, since a long history asks very often."""
    key = (machine.subject, state, new)
    found = _RULES.get(key)
    if found is None:
        found = _RULES[key] = (machine.is_legal(state, new), machine.is_step_back(state, new))
    return found


_UNSHOWN = frozenset({"id", "lifecycle", "mentions"})


@dataclass(slots=True, kw_only=True)
class State:
    """The state of a thing.

    `state` is None where entries name it but none moves it; `since` is the `occurred` of the first entry in `because`,
    as written; `uncertain` says that all of them may have happened after the cut. `mentions` are the entries that name
    it where they all only deny or suppose something of it, so that nothing asserts what is said.
    """

    family: ClassVar[str] = ""
    id: str
    state: str | None
    since: str | None
    because: tuple[str, ...]
    uncertain: bool
    mentions: tuple[str, ...] = ()
    lifecycle: Lifecycle = field(repr=False, compare=False)

    @property
    def subject(self) -> str:
        """The subject, ``agreement:sofa-2012``."""
        return f"{self.family}:{self.id}"

    def to_json(self) -> dict[str, Any]:
        """Return the view as JSON holds it."""
        return {name: _plain(getattr(self, name)) for name in self.shown()}

    @classmethod
    def shown(cls) -> tuple[str, ...]:
        """Return the names of what is shown, in order."""
        return tuple(item.name for item in fields(cls) if item.name not in _UNSHOWN)


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


def conclude(subject: str, readings: Sequence[Reading]) -> State:
    """Return what can be said of a thing from its standing entries in fold order; there must be one at least."""
    family, thing = split(subject)
    life = fold(MACHINES[family], thing, readings)
    asserted = [reading for reading in readings if reading.asserts]
    because = life.because or asserted
    common: dict[str, Any] = {
        "id": thing,
        "state": life.state,
        "since": because[0].occurred if because else None,
        "because": tuple(dict.fromkeys(reading.id for reading in because)),
        "uncertain": all(reading.uncertain for reading in because or readings),
        "mentions": () if because else tuple(reading.id for reading in readings),
        "lifecycle": life,
    }
    return KINDS[family](**common, **_EXTRAS[family](thing, asserted, life))


def _agreement(thing: str, readings: list[Reading], life: Lifecycle) -> dict[str, Any]:
    del thing, life
    return {
        "contested": any(reading.kind == "DenunciationContested" for reading in readings),
        "title": _first(readings, "title"),
        "kind": _first(readings, "kind"),
        "parties": _first(readings, "parties") or (),
    }


def _proposal(thing: str, readings: list[Reading], life: Lifecycle) -> dict[str, Any]:
    own = [reading for reading in readings if reading.event.__dict__.get("proposal") == thing]
    tabled = [reading for reading in own if reading.event.moves_to == "tabled"]
    setter = life.because[0] if life.because else None
    return {
        "party": setter.party if setter else None,
        "tabled_by": next((reading.party for reading in tabled if reading.party), None),
        "to": _first(tabled, "to"),
        "matter": _first(own, "matter"),
        "terms": _last(own, "terms"),
        "site": _first(own, "site"),
    }


def _round(thing: str, readings: list[Reading], life: Lifecycle) -> dict[str, Any]:
    del thing, life
    return {
        "parties": _last(readings, "parties") or (),
        "venue": _last(readings, "venue"),
        "scheduled": _text(_last(readings, "scheduled")),
        "outcome": _last(readings, "outcome"),
    }


def _withdrawal(thing: str, readings: list[Reading], life: Lifecycle) -> dict[str, Any]:
    del thing, life
    force: str | None = None
    destination: str | None = None
    undetermined: tuple[str, ...] = ()
    candidates: dict[str, None] = {}
    deadline: Reading | None = None
    flagged: list[str] = []
    sites: dict[str, None] = {}
    measures: dict[str, list[Measure]] = {"strength": [], "departed": [], "residual": []}
    for reading in readings:
        for measure in reading.measures:
            measures.setdefault(measure.quantity, []).append(measure)
        fields = reading.event.__dict__
        force = force or fields.get("force")
        if fields.get("deadline") is not None:
            deadline = reading
        if reading.kind == "DestinationSet":
            destination, undetermined, candidates = fields["destination"], (), {}
        elif reading.kind == "DestinationUndetermined":
            destination, undetermined = None, (*undetermined, reading.id)
            candidates.update(dict.fromkeys(fields["candidates"]))
        elif reading.kind == "WithdrawalTimetableFlagged":
            flagged.append(reading.id)
        elif reading.kind == "SiteHandedOver" and fields["site"]:
            sites[fields["site"]] = None
    return {
        "force": force,
        "deadline": _text(deadline.event.__dict__["deadline"]) if deadline else None,
        "deadline_because": deadline.id if deadline else None,
        "destination": destination,
        "undetermined": undetermined,
        "candidates": tuple(candidates),
        "flagged": tuple(flagged),
        "sites": tuple(sites),
        **{name: quantity(measures[name]) for name in ("strength", "departed", "residual")},
    }


def _commitment(thing: str, readings: list[Reading], life: Lifecycle) -> dict[str, Any]:
    del thing, life
    return {
        "party": next((reading.party for reading in readings if reading.party), None),
        "terms": _last(readings, "terms"),
        "due": _text(_last(readings, "due")),
    }


_EXTRAS = {
    "agreement": _agreement,
    "proposal": _proposal,
    "round": _round,
    "withdrawal": _withdrawal,
    "commitment": _commitment,
}


def _first(readings: Iterable[Reading], name: str) -> Any:  # noqa: ANN401 - whatever the field holds
    # Not getattr: pydantic takes a microsecond to say that a model has no such field.
    return next((value for reading in readings if (value := reading.event.__dict__.get(name))), None)


def _last(readings: Sequence[Reading], name: str) -> Any:  # noqa: ANN401 - whatever the field holds
    return _first(reversed(readings), name)


def _text(value: Any) -> str | None:  # noqa: ANN401 - a date or nothing
    return None if value is None else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a view holds
    if isinstance(value, Quantity):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value
