"""Proposals: tabled, then answered by each party to whom they are put, countered, voted on, or settled otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.judgement.lifecycle import Lifecycle
from projections.judgement.states import Participant, Proposal, vote_of
from projections.judgement.things import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from projections.judgement.states import State, Vote
    from projections.judgement.things import Conflict
    from projections.judgement.weighing import Weighing

_ANSWERS: Final = frozenset({"accepted", "refused"})
#: The states between which answers move a proposal, whoever gives them.
_OPEN: Final = frozenset({None, "tabled", "divided", *_ANSWERS})


class ProposalThing(Thing):
    """A proposal as its entries that were taken in so far tell of it."""

    kind = Proposal
    first = ("matter", "site")

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(thing, weighing)
        #: What each party that answered says, and the terms of the last acceptance and of the last tabling.
        self._answers: dict[str, Lifecycle] = {}
        self._to: dict[str, None] = {}
        self._terms: dict[str, str] = {}
        self._decided: str | None = None
        self._lists: dict[str, list[Vote]] = {"approvals": [], "votes": []}

    @property
    def is_settled(self) -> bool:
        """Whether an agreement is said to settle it."""
        return any(
            reading.asserts and self.thing in reading.event.__dict__.get("settles", ()) for reading in self.readings
        )

    @property
    def is_named(self) -> bool:
        """Whether anything but an agreement that settles something of this name speaks of it."""
        return any(self.thing not in reading.event.__dict__.get("settles", ()) for reading in self.readings)

    def view(self, day: int | None) -> State | None:
        """Return what can be said of it on a day; None if only an agreement that settles an ultimatum has its name."""
        return super().view(day) if self.is_named else None

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts: an answer moves the proposal together with those of the others."""
        new = self.moves_to(reading, fields)
        if reading.kind == "VoteHeld":
            self._take_vote(reading, fields)
        elif new in _ANSWERS:
            self._answer(reading, fields["party"], new)
        elif new is not None and self.life.take(reading, new):
            self.moved[reading.id] = self.life.times(new)
        if reading.subjects[0] == self.subject:
            self.note(reading, fields)

    def moves_to(self, reading: Reading, fields: dict[str, Any]) -> str | None:
        """Return the state to which an entry moves it: one that supersedes or counters it comes after it."""
        if fields.get("proposal") == self.thing:
            return reading.moves_to
        if fields.get("supersedes") == self.thing:
            return "superseded"
        return "countered" if fields.get("in_reply_to") == self.thing else None

    def _answer(self, reading: Reading, party: str, new: str) -> None:
        life = self._answers.get(party)
        if life is None:
            life = self._answers[party] = Lifecycle(self.life.machine, self.weighing)
        if life.take(reading, new):
            self.moved[reading.id] = life.times(new)
        self._turn(reading, self._together())

    def _together(self) -> str | None:
        """Return what the answers come to, None while somebody to whom it was put is silent and nobody differs."""
        states = {life.state for life in self._answers.values()}
        if len(states) > 1:
            return "divided"
        is_silent = len(self._to) > 1 and not self._to.keys() <= self._answers.keys()
        return None if is_silent else next(iter(states), None)

    def _turn(self, reading: Reading, new: str | None) -> None:
        """Let the answers, or a vote, move the proposal."""
        if new is None or self._decided is not None:
            return
        if self.life.state in _OPEN:
            answered = [
                one for life in self._answers.values() for one in life.because if new in {life.state, "divided"}
            ]
            self.life.turn(new, sorted(answered, key=lambda one: one.order) or [reading])
        else:
            self.life.take(reading, new)

    def _take_vote(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in a vote: one that decides accepts or refuses the proposal, any other is listed."""
        result = fields["result"]
        if not fields["decides"] or result not in {"approved", "rejected", "vetoed"}:
            self._lists["approvals" if fields["motion"] == "approve" else "votes"].append(vote_of(reading))
            return
        votes: dict[str, str] = fields["votes"]
        is_accepted = result == "approved"
        refusing = [name for name, vote in votes.items() if vote in {"against", "veto"}]
        accepting = [name for name, vote in votes.items() if vote == "for"] if is_accepted else []
        if not votes:
            whose = fields["party"] or fields["body"]
            accepting, refusing = ([whose], []) if is_accepted else ([], [whose])
        for names, state in ((refusing, "refused"), (accepting, "accepted")):
            for name in names:
                self._answers.setdefault(name, Lifecycle(self.life.machine, self.weighing)).take(reading, state)
        state = "accepted" if is_accepted else "refused"
        if self.life.state in _OPEN:
            self.life.turn(state, [reading])
        else:
            self.life.take(reading, state)
        self._decided = state

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in who tabled it, to whom it is put, and its terms."""
        super().note(reading, fields)
        if (terms := fields.get("terms")) and reading.moves_to in {"tabled", "accepted"}:
            self._terms[str(reading.moves_to)] = terms
        if reading.event.moves_to == "tabled":
            if reading.party:
                self.values.setdefault("tabled_by", reading.party)
            if to := fields.get("to"):
                self.values.setdefault("to", to)
                self._to.update(dict.fromkeys(to if isinstance(to, tuple) else (to,)))

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what cannot be true together, of the proposal and of the answers of one party."""
        yield from super().conflicts()
        for life in self._answers.values():
            yield from self.rivals_in(life)

    @property
    def lives(self) -> tuple[Lifecycle, ...]:
        """The lifecycles of the proposal and of each party's answer."""
        return (self.life, *self._answers.values())

    def rivals(self) -> dict[str, list[Reading]]:
        """Return the states beside the one shown: of the proposal itself, else of an answer that it rests on."""
        found = super().rivals()
        if found or self.life.state not in _ANSWERS:
            return found
        return {
            state: readings
            for life in self._answers.values()
            for state, readings in life.rivals.items()
            if state != life.state
        }

    def said(self) -> dict[str, Any]:
        """Return the answers, who is silent, and the terms as granted, else as tabled."""
        silent = tuple(name for name in self._to if name not in self._answers) if len(self._to) > 1 else ()
        return super().said() | {
            "party": self.life.because[0].party if self.life.because else None,
            "terms": self._terms.get("accepted", self._terms.get("tabled")),
            "answers": {
                name: Participant(life.state, life.because[0].occurred, tuple(reading.id for reading in life.because))
                for name, life in self._answers.items()
            },
            "silent": silent,
            "settled": self.is_settled,
            **{name: tuple(votes) for name, votes in self._lists.items()},
        }
