"""Rounds of talks, withdrawals, commitments and sanctions, as their entries tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.claims.claims import LASTING
from projections.judgement.agreements import AgreementThing
from projections.judgement.expectations import Announced
from projections.judgement.proposals import ProposalThing
from projections.judgement.states import Commitment, Round, Sanction, State, Withdrawal
from projections.judgement.things import Thing
from tracker.dates import OPEN_FUTURE, When, day_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from projections.judgement.weighing import Weighing


#: Until when a commitment is suspended.
_PAUSE: Final = "until of the suspension"


class RoundThing(Thing):
    """A round of talks: held once its days are over."""

    kind = Round
    last = ("parties", "scheduled", "mode")
    one = ("venue", "outcome")

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(thing, weighing)
        #: For when it was announced to be held, by each announcement.
        self._scheduled: list[tuple[When, Reading]] = []
        self._mediators: dict[str, None] = {}

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says beside the state."""
        super().note(reading, fields)
        self._mediators.update(dict.fromkeys(fields.get("mediators") or ()))
        if fields.get("scheduled") is not None:
            self._scheduled.append((fields["scheduled"], reading))

    def expects(self) -> Iterator[Announced]:
        """Yield the days for which it was announced; a later announcement replaces an earlier one."""
        held = [reading for reading in self.asserted if reading.moves_to in {"under-way", "concluded"}]
        for number, (date, reading) in enumerate(self._scheduled, 1):
            yield Announced(self.subject, "scheduled", date, (reading,), held, number < len(self._scheduled))

    def said(self) -> dict[str, Any]:
        """Return what its family adds."""
        found = super().said() | {"mediators": tuple(self._mediators)}
        # One that was reopened has no outcome until it is concluded again.
        return found | {"outcome": None} if self.life.state == "under-way" else found

    def _ends(self) -> int | None:
        """Return the end of the day after which it is held, None if it is not under way or goes on."""
        held = [reading for reading in self.life.because if reading.kind == "RoundHeld"]
        if self.life.state != "under-way" or not held:
            return None
        ends = max(reading.upper for reading in held)
        goes_on = any(reading.kind != "RoundHeld" and reading.upper > ends for reading in self.life.because)
        return None if goes_on or ends == OPEN_FUTURE else day_end(ends)

    def state(self, day: int | None) -> str | None:
        """Return its state on a day."""
        ends = self._ends()
        return "held" if ends is not None and day is not None and ends < day else self.life.state

    def moments(self) -> Iterator[int]:
        """Yield the instants such that something else is said of it once the day lies behind them."""
        yield from super().moments()
        if (ends := self._ends()) is not None:
            yield ends

    def standing(self) -> dict[str, Any]:
        """Return since when what is said has been so, and whether it may be so only after the cut."""
        found = super().standing()
        # What lasts is never uncertain within its time, unless the dates do not tell what came last.
        lasts = any(one.kind in LASTING for one in self.life.because)
        return found | {"uncertain": self.life.is_unordered or (found["uncertain"] and not lasts)}


class WithdrawalThing(Thing):
    """A withdrawal: how many, by when and to where."""

    kind = Withdrawal
    first = ("force",)
    one = ("deadline",)

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(thing, weighing)
        self.entries: dict[str, dict[str, None]] = {
            name: {} for name in ("undetermined", "candidates", "flagged", "sites")
        }

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says beside the state."""
        super().note(reading, fields)
        if reading.kind == "DestinationSet":
            self.single("destination").take(reading, fields["destination"])
            self.entries |= {"undetermined": {}, "candidates": {}}
        elif reading.kind == "DestinationUndetermined":
            self.single("destination").take(reading, None)
            self.entries["undetermined"][reading.id] = None
            self.entries["candidates"].update(dict.fromkeys(fields["candidates"]))
        elif reading.kind == "WithdrawalTimetableFlagged":
            self.entries["flagged"][reading.id] = None
        elif reading.kind == "SiteHandedOver" and fields["site"]:
            self.entries["sites"][fields["site"]] = None

    def expects(self) -> Iterator[Announced]:
        """Yield by when it is to end; a deadline that was moved is void."""
        yield from self.dated("deadline", self._by_kind.get("WithdrawalCompleted", []))

    def said(self) -> dict[str, Any]:
        """Return what its family adds."""
        found = super().said()
        lists = {name: tuple(entries) for name, entries in self.entries.items()}
        if found.get("destination") is not None:
            lists |= {"undetermined": (), "candidates": ()}
        if (deadline := self.singles.get("deadline")) and deadline.shown().because:
            found["deadline_because"] = deadline.shown().because[-1].id
        return found | lists | {name: self.lines.one(name) for name in ("strength", "departed", "residual")}


class CommitmentThing(Thing):
    """A commitment: by when it is due, how long it binds, and what is said to violate it."""

    kind = Commitment
    first = ("agreement",)
    last = ("terms", "begins")
    one = ("due",)

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(thing, weighing)
        self._by: dict[str, None] = {}
        self._incidents: list[str] = []

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says beside the state."""
        if reading.kind == "IncidentReported":
            self._incidents.append(reading.id)
            return
        super().note(reading, fields)
        if "party" not in self.values and reading.party:
            self.values["party"] = reading.party
        self._by.update(dict.fromkeys(fields.get("by") or ()))
        if fields.get("until") is not None:
            self.single(_PAUSE if reading.kind == "CommitmentSuspended" else "until").take(reading, fields["until"])

    def _is_over(self, day: int | None) -> bool:
        """Say whether its term has run out by a day."""
        until = self.singles["until"].shown().value if "until" in self.singles else None
        return until is not None and day is not None and day_end(until.proves()[1]) < day

    def moments(self) -> Iterator[int]:
        """Yield the instants such that something else is said of it once the day lies behind them."""
        yield from super().moments()
        if "until" in self.singles and (until := self.singles["until"].shown().value) is not None:
            yield day_end(until.proves()[1])

    def expects(self) -> Iterator[Announced]:
        """Yield when it is due, how long it binds, and how long it is suspended."""
        ended = {"fulfilled", "breached", "released", "expired"}
        over = [reading for reading in self.asserted if reading.moves_to in ended]
        yield from self.dated("due", [reading for reading in over if reading.moves_to == "fulfilled"])
        yield from self.dated("until", over, extended_by=None)
        resumed = [reading for reading in self.asserted if reading.moves_to in {"undertaken", *ended}]
        for one in self.dated(_PAUSE, kind="until", extended_by=None):
            after = (reading for reading in resumed if reading.order > one.because[-1].order)
            yield one._replace(met=(*one.met, *after))

    def said(self) -> dict[str, Any]:
        """Return what its family adds."""
        found = super().said()
        others = tuple(name for name in self._by if name != found.get("party"))
        return found | {"by": others, "incidents": tuple(self._incidents)}

    def view(self, day: int | None) -> State | None:
        """Return what can be said of it on a day."""
        found = super().view(day)
        if isinstance(found, Commitment):
            found.term_over = found.state in {"undertaken", "suspended"} and self._is_over(day)
        return found


class SanctionThing(Thing):
    """A sanction: whose it is, and on whom."""

    kind = Sanction
    last = ("on", "measure")

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says beside the state; whose it is, who imposes it tells."""
        super().note(reading, fields)
        if reading.kind == "SanctionImposed" or "party" not in self.values:
            self.values["party"] = reading.party


#: What gathers the entries of a thing, by its family.
THINGS: Final[dict[str, type[Thing]]] = {
    thing.kind.family: thing
    for thing in (AgreementThing, ProposalThing, RoundThing, WithdrawalThing, CommitmentThing, SanctionThing)
}
