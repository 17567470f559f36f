"""Agreements: the state of one, who takes part in it and how, its term, and what was voted, reserved and endorsed."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Final

from projections.claims.groups import has_members, members_of, stands_for
from projections.judgement.participation import DENOUNCED, PARTICIPATION, TakingPart, came_back, kept
from projections.judgement.states import Agreement, Participant, vote_of
from projections.judgement.things import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.readings import Reading
    from projections.judgement.expectations import Announced
    from projections.judgement.weighing import Weighing
    from tracker.dates import When

_CONSENTS: Final = frozenset({"AgreementRatified", "ConsentExpressed"})
#: Those who do this are parties if no entry names the parties.
_JOINING: Final = frozenset({"AgreementSigned", *_CONSENTS, "AgreementRevoked", "DenunciationNotified"})
#: What takes effect by itself on the day that it names.
_EFFECTIVE: Final = frozenset({*_CONSENTS, "AgreementTerminated", "ParticipationEnded"})
_TERM: Final = frozenset({"AgreementSigned", "AgreementEnteredIntoForce", "AgreementExtended"})
_ENDED: Final = frozenset({"terminated", "expired", "superseded"})
#: When it ends by a notice or an exit, and until when a notice is suspended, as these dates are called.
_NOTICE: Final = "effective"
_PAUSE: Final = "until of the suspension"
#: When a consent binds.
_CONSENT: Final = "effective of the consent"
_NOTICES: Final = frozenset({"DenunciationNotified", "DenunciationResumed"})
_EXITS: Final = frozenset({"ParticipationEnded", "AgreementTerminated"})
#: In these states a party that consented is not bound by that.
_UNBOUND: Final = frozenset({"withdrawn", "refused"})
_LISTED: Final = {
    "ReservationMade": "reservations",
    "ReservationWithdrawn": "reservations",
    "ReservationObjected": "reservations",
    "IncidentReported": "incidents",
}


class AgreementThing(Thing):
    """An agreement as its entries that were taken in so far tell of it."""

    kind = Agreement
    first = ("title", "kind", "part_of", "consents_required")

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(thing, weighing)
        #: The parties that entries name as such, and those who act as parties do, in the order of the entries.
        self._named: dict[str, None] = {}
        self._joining: dict[str, None] = {}
        #: Whether a group acted, or somebody else who stands for members.
        self._is_by_group = False
        self._start()

    def _start(self) -> None:
        """Begin with nothing told yet."""
        self._parts: dict[str, TakingPart] = {}
        self._consents: dict[str, Reading] = {}
        #: What takes effect on a later day than it was said, with what that day is called, and what took effect so.
        self._deferred: list[tuple[int, int, Reading, str]] = []
        self._late: set[str] = set()
        self._effects: dict[str, list[Reading]] = {}
        self._applied_until: int | None = None
        #: How often each party left or refused so far, and had done so when an entry told what it does.
        self._left: dict[str, int] = {}
        self.left_by: dict[tuple[str, str], int] = {}
        self._ends: tuple[When, tuple[Reading, ...]] | None = None
        #: The entries that ended it; those that answer what was to come on a day, and those that put it off.
        self._ended: list[Reading] = []
        self._answered: dict[str, list[Reading]] = {}
        self._put_off: dict[str, list[Reading]] = {}
        self._entered: Reading | None = None
        #: What asks for consents.
        self._asking: Reading | None = None
        self._contesting: list[Reading] = []
        self._lists: dict[str, list[Any]] = {
            name: [] for name in ("approvals", "votes", "endorsed_by", "reservations", "incidents")
        }

    # ── who is a party ──

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties: those named as such and who joined later, else those who sign, consent or denounce."""
        return tuple(self._named or self._joining)

    @property
    def _are_many(self) -> bool:
        return len(self.parties) > 2  # noqa: PLR2004 - with two, what one does moves the agreement

    def take(self, reading: Reading) -> None:
        """Take in the next standing entry; if it makes other parties, so that acts were of others, all is told anew."""
        super().take(reading)
        if not reading.asserts:
            return
        before, were_many = self.parties, self._are_many
        fields = reading.event.__dict__
        for name in fields.get("parties") or ():
            self._named.update(dict.fromkeys(members_of(self.weighing.registers, name)))
        if self._named and fields.get("means") in {"accession", "succession"}:
            self._named.update(dict.fromkeys(members_of(self.weighing.registers, fields["party"])))
        if reading.kind in _JOINING:
            for name in _actors(fields):
                self._joining.update(dict.fromkeys(members_of(self.weighing.registers, name)))
        self._is_by_group = self._is_by_group or any(
            has_members(self.weighing.registers, one) for one in _actors(fields)
        )
        # A group acts for those of its members that are parties.
        is_other = self._are_many != were_many or (self._is_by_group and self.parties != before)
        if is_other and self._told:
            self.restart()
            self._start()

    def accepts(self, reading: Reading) -> bool:
        """Say whether an entry can be taken in as the next one: nothing took effect that comes after it."""
        return self._applied_until is None or self._applied_until <= reading.order[0]

    def reaches(self, day: int | None) -> bool:
        """Say whether one can still judge by a day."""
        applied = self._applied_until
        return super().reaches(day) and (day is None or applied is None or applied <= day)

    def _acting(self, reading: Reading) -> list[str]:
        """Return the parties for which an entry's actors act."""
        parties, registers = self.parties, self.weighing.registers
        found = (one for name in _actors(reading.event.__dict__) for one in stands_for(registers, name, parties))
        return list(dict.fromkeys(found))

    # ── what is told ──

    def settle(self, day: int | None) -> list[Reading]:
        """Let all entries count that had happened by a day, and what took effect by then."""
        told = super().settle(day)
        self._apply_until(day)
        return told

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts, after all that took effect before it."""
        self._apply_until(reading.order[0])
        for name in _actors(fields):
            acting = stands_for(self.weighing.registers, name, self.parties)
            self.left_by[reading.id, name] = max((self._left.get(one, 0) for one in acting), default=0)
        effective = fields.get("effective") if reading.kind in _EFFECTIVE else None
        name = self._of(_CONSENT if reading.kind in _CONSENTS else _NOTICE, fields)
        if effective is not None:
            self.single(name).take(reading, effective)
        if effective is not None and effective.lower > reading.order[0]:
            heappush(self._deferred, (effective.lower, len(self.asserted), reading, name))
            self._late.add(reading.id)
        else:
            self._move(reading, fields)
        self.note(reading, fields)

    def _apply_until(self, day: int | None) -> None:
        """Let take effect what does so by a day."""
        while self._deferred and (day is None or self._deferred[0][0] <= day):
            moment, _, reading, name = heappop(self._deferred)
            self._applied_until = moment
            # What was put off takes effect on the day that was given last, and of rivals the one that is shown.
            if not reading.event.__dict__["effective"].is_disjoint(self.single(name).shown().value):
                self._effects.setdefault(name, []).append(reading)
                self._move(reading, reading.event.__dict__)

    def _of(self, name: str, fields: dict[str, Any]) -> str:
        """Return what a date is called: each party's consent, and of many parties each notice, has one of its own."""
        party = fields.get("party")
        return f"{name} of {party}" if party is not None and (self._are_many or name == _CONSENT) else name

    def _move(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Let an entry move the agreement and the parties that it names."""
        if reading.kind in PARTICIPATION:
            self._take_part(reading, fields)
        if reading.kind in _EXITS:
            self._answer(reading, fields, _NOTICE, _PAUSE)
        new = self.moves_to(reading, fields)
        if new is not None and self.life.take(reading, new):
            self.moved[reading.id] = self.life.times(new) if len(self.life.history) > 1 else 1
            if new == "in-force" and self._entered is None:
                self._entered = reading
            if new in _ENDED:
                self._contesting = []
                self._ended.append(reading)

    def moves_to(self, reading: Reading, fields: dict[str, Any]) -> str | None:
        """Return the state to which an entry moves the agreement; what one of many parties does moves that party."""
        if reading.subjects[0] != self.subject:
            return None
        is_one_of_many = self._are_many and reading.kind in PARTICIPATION and fields.get("party") is not None
        if reading.kind == "ParticipationEnded" or (is_one_of_many and reading.kind == "AgreementTerminated"):
            parts, withdrawn = self._parts, "withdrawn"
            left = [name for name in self.parties if name not in parts or parts[name].state != withdrawn]
            return "terminated" if len(left) < 2 else None  # noqa: PLR2004 - nobody to be bound to
        return None if is_one_of_many else reading.moves_to

    def _take_part(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take note of how the parties take part that an entry names."""
        new = PARTICIPATION[reading.kind]
        names = self._acting(reading)
        if not names and reading.kind == "AgreementResumed":
            names = [name for name, part in self._parts.items() if part.state == "suspended"]
        if reading.kind == "AgreementTerminated" and fields.get("party") is None:
            return
        for name in names:
            part = self._parts.get(name)
            if reading.kind == "AgreementSigned" and part is not None and part.state == "bound":
                continue
            if not new:
                back = came_back(part, {"suspended"} if reading.kind == "AgreementResumed" else DENOUNCED)
                if back is not part:
                    self._set(name, back)
                continue
            if part is not None and part.state == new:
                self._parts[name] = part._replace(because=(*part.because, reading))
            else:
                self._parts[name] = TakingPart(new, (reading,), kept(part, new))
                self._left[name] = self._left.get(name, 0) + (new in _UNBOUND)
            if reading.kind in _CONSENTS:
                self._consents[name] = reading

    def _set(self, name: str, part: TakingPart | None) -> None:
        if part is None:
            self._parts.pop(name, None)
        else:
            self._parts[name] = part

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says beside the state: term, end, votes, reservations, support."""
        kind = reading.kind
        # What kind of vote one was is not of what kind the agreement is.
        super().note(reading, {**fields, "kind": None} if kind == "VoteHeld" else fields)
        if self._asking is None and fields.get("consents_required"):
            self._asking = reading
        if kind in _LISTED:
            self._lists[_LISTED[kind]].append(reading.id)
        elif kind == "AgreementEndorsed":
            self._lists["endorsed_by"] += [name for name in fields["by"] if name not in self._lists["endorsed_by"]]
        elif kind == "VoteHeld":
            self._lists["approvals" if fields["motion"] == "approve" else "votes"].append(vote_of(reading))
        elif kind in {"RatificationRefused", "ConsentExpressed"}:
            self._lists["approvals"].append(vote_of(reading))
        elif kind == "DenunciationContested":
            self._contesting.append(reading)
        if kind in _TERM and (fields.get("until") is not None or kind == "AgreementExtended"):
            self._note_term(reading, fields.get("until"))
        self._note_notice(reading, fields)

    def _answer(self, reading: Reading, fields: dict[str, Any], *names: str) -> None:
        """Take note that an entry answers what was to come on some days."""
        for name in names:
            self._answered.setdefault(self._of(name, fields), []).append(reading)

    def _note_notice(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry says of a denunciation: when it takes effect, and whether it still runs."""
        kind, notice = reading.kind, self._of(_NOTICE, fields)
        if kind in {"DenunciationSuspended", "DenunciationWithdrawn"} and notice == _NOTICE:
            self._ends = None
        if kind == "DenunciationSuspended":
            self._put_off.setdefault(notice, []).append(reading)
            if fields.get("until") is not None:
                self.single(self._of(_PAUSE, fields)).take(reading, fields["until"])
        elif kind == "DenunciationWithdrawn":
            self._contesting = []
            self._answer(reading, fields, _NOTICE, _PAUSE)
        elif kind == "DenunciationResumed":
            self._answer(reading, fields, _PAUSE)
        if fields.get("effective") is not None and kind in {*_NOTICES, "AgreementTerminated"}:
            if kind in _NOTICES:
                self.single(notice).take(reading, fields["effective"])
            if notice == _NOTICE:
                # Of rivals one is chosen; a later word counts by itself.
                shown = self.single(notice).shown()
                self._ends = (shown.value, tuple(shown.because)) if shown.rivals else (fields["effective"], (reading,))

    def _note_term(self, reading: Reading, until: When | None) -> None:
        """Take in until when it is said to last; an extension moves the end by a notice, too."""
        self.single("until").take(reading, until)
        if reading.kind == "AgreementExtended" and self._ends is not None and until is not None:
            self._ends = (until, (reading,))
            self._put_off.setdefault(_NOTICE, []).append(reading)

    # ── what can be said ──

    def expects(self) -> Iterator[Announced]:
        """Yield the ends of its term, of notices and of their suspensions, and when exits and consents take effect."""
        yield from self.dated("until", self._ended, kind="term", extended_by={"AgreementExtended"})
        for name in self.singles.keys() - {"until"}:
            is_pause = name.startswith(_PAUSE)
            kind, extended_by = ("until", None) if is_pause else ("effective", ())
            for one in self.dated(name, self._ended, kind=kind, extended_by=extended_by):
                last = one.because[-1]
                if not is_pause and last.kind not in _NOTICES and last.id not in self._late:
                    # It took effect when it was said.
                    continue
                met = [*self._effects.get(name, ()), *_after(last, self._answered.get(name, ()))]
                is_put_off = any(_after(last, self._put_off.get(name, ())))
                yield one._replace(met=(*one.met, *met), is_void=one.is_void or is_put_off)

    def moments(self) -> Iterator[int]:
        """Yield the instants such that something else is said of it once the day lies behind them."""
        yield from super().moments()
        if self._deferred:
            yield self._deferred[0][0] - 1
        if self._applied_until is not None:
            yield self._applied_until - 1

    @property
    def value(self) -> str | None:
        """Its state in one word: open for consent if nothing but consents is known."""
        return "open-for-consent" if self.life.state is None and self._consents else self.life.state

    def state(self, day: int | None) -> str | None:
        """Return its state, whatever the day: what takes effect by itself has moved it by then."""
        del day
        return self.value

    @property
    def because(self) -> list[Reading]:
        """The entries that its state rests on."""
        if self.life.state is None and self._consents:
            return sorted(self._consents.values(), key=lambda reading: reading.order)
        return super().because

    def said(self) -> dict[str, Any]:
        """Return who takes part, its term, and the lists."""
        parts = self._participants()
        bound = {name for name in self._consents if name in parts and parts[name].state not in _UNBOUND}
        values = super().said()
        required = values.pop("consents_required", None)
        return {
            **values,
            "parties": self.parties,
            "participants": parts,
            "consents": {"given": len(bound), "required": required},
            "consents_because": (
                *((self._asking.id,) if self._asking is not None else ()),
                *(reading.id for name, reading in self._consents.items() if name in bound),
            ),
            "contested": bool(self._contesting),
            "contested_because": tuple(reading.id for reading in self._contesting),
            "ends": None if self._ends is None else self._ends[0].text,
            "ends_because": () if self._ends is None else tuple(reading.id for reading in self._ends[1]),
            **{name: tuple(found) for name, found in self._lists.items()},
        }

    def _participants(self) -> dict[str, Participant]:
        found = {}
        asks_consents = self.values.get("consents_required") is not None
        for name in dict.fromkeys((*self.parties, *self._parts)):
            part = self._parts.get(name)
            is_silent = part is None or part.state == "signed"
            if is_silent and self._entered is not None and not (asks_consents and name not in self._consents):
                # Who signs what is in force already is bound since then.
                is_later = part is not None and part.because[0].order > self._entered.order
                part = TakingPart("bound", part.because if part is not None and is_later else (self._entered,))
            found[name] = Participant(
                state=part.state if part else None,
                since=part.because[0].occurred if part else None,
                because=tuple(reading.id for reading in part.because) if part else (),
            )
        return found


def _actors(fields: dict[str, Any]) -> tuple[str, ...]:
    """Return who acts on an agreement by an entry: `by`, else `party`."""
    by = fields.get("by")
    if isinstance(by, tuple):
        return by
    return (fields["party"],) if fields.get("party") is not None else ()


def _after(last: Reading, readings: Iterable[Reading]) -> Iterator[Reading]:
    """Yield those entries that come after another one."""
    return (reading for reading in readings if reading.order > last.order)
