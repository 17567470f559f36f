"""Proposals: the state of one, and how each party answers it, by itself or by a vote that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.claims.readings import MACHINES
from projections.judgement.lifecycle import Lifecycle
from projections.judgement.states import Participant, Proposal, vote_of
from projections.judgement.things import Conflict, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.readings import Reading
    from projections.judgement.weighing import Weighing

#: States that answers make.
_ANSWERED: Final = frozenset({"accepted", "refused", "divided"})
_OPEN: Final = _ANSWERED | {None, "tabled"}
_AGAINST: Final = frozenset({"against", "veto"})
#: The answer that a vote on approval gives by its result; any other result answers nothing.
_RESULTS: Final = {"approved": "accepted", "rejected": "refused", "vetoed": "refused"}


class ProposalThing(Thing):
    """A proposal as its entries that were taken in so far tell of it.

    Each party's answers have a lifecycle of their own, so that those of different parties never contradict each other;
    what bodies decide has one, too. The state of the proposal follows from all of them.
    """

    kind = Proposal
    first = ("matter", "site")

    def __init__(self, thing: str, weighing: Weighing) -> None:
        super().__init__(thing, weighing)
        self._answers: dict[str, Lifecycle] = {}
        self._decision = self._new_life()
        #: How many parties gave each answer.
        self._counts = {"accepted": 0, "refused": 0}
        self._tabled_terms: str | None = None
        self._granted_terms: str | None = None
        self._votes: dict[str, list[Any]] = {"approvals": [], "votes": []}
        self._is_settled = False

    def _new_life(self) -> Lifecycle:
        return Lifecycle(MACHINES["proposal"], self.weighing)

    def is_named(self) -> bool:
        """Say whether any entry is about it; one that only settles it is not."""
        return any(self._is_about(reading.event.__dict__) for reading in self.readings)

    def _is_about(self, fields: dict[str, Any]) -> bool:
        named = {fields.get("proposal"), fields.get("supersedes"), fields.get("in_reply_to")}
        return self.thing in named or fields.get("about") == self.subject

    def tell(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry asserts."""
        if not self._is_about(fields):
            self._is_settled = True
        elif reading.subjects[0] != self.subject:
            self._move(reading, "superseded" if fields.get("supersedes") == self.thing else "countered")
        else:
            new = reading.moves_to
            if reading.kind == "VoteHeld":
                self._vote(reading, fields)
            elif new in {"accepted", "refused"}:
                supports = self._answer_of(reading, fields["party"], str(new))
                self._conclude(reading, new if supports else None)
            elif new is not None:
                self._move(reading, new)
            self.note(reading, fields)

    def _move(self, reading: Reading, new: str) -> None:
        if self.life.take(reading, new):
            self.moved[reading.id] = self.life.times(new)

    # ── answers ──

    def _vote(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in a vote: one on approval that decides is the answer of those who voted, else of its body."""
        is_approval = fields["motion"] == "approve"
        self._votes["approvals" if is_approval else "votes"].append(vote_of(reading))
        answer = _RESULTS.get(fields["result"] or "")
        if not is_approval or not fields["decides"] or answer is None:
            return
        votes: dict[str, str] = fields["votes"]
        supports = self._decision.state in {None, answer}
        self._decision.take(reading, answer)
        for party, vote in votes.items():
            if vote in _AGAINST:
                self._answer_of(reading, party, "refused")
            elif vote == "for" and answer == "accepted":
                self._answer_of(reading, party, "accepted")
        # Without a word on how anybody voted, it is the answer of the body.
        if not votes:
            self._answer_of(reading, fields["party"] or fields["body"], answer)
        self._conclude(reading, answer if supports else None)

    def _answer_of(self, reading: Reading, party: str, answer: str) -> bool:
        """Take in a party's answer, and return whether it goes with what the party is known to answer."""
        life = self._answers.get(party)
        if life is None:
            life = self._answers[party] = self._new_life()
        before = life.state
        if life.take(reading, answer):
            self.moved[reading.id] = life.times(answer)
        if before != life.state:
            if before is not None:
                self._counts[before] -= 1
            self._counts[str(life.state)] += 1
        return life.state == answer and before in {None, answer}

    def _concluded(self) -> str | None:
        """Return the state that the answers make; None if they leave it as it is."""
        if self._decision.state is not None:
            return self._decision.state
        accepted, refused = self._counts["accepted"], self._counts["refused"]
        if accepted and refused:
            return "divided"
        if not (accepted or refused) or self._silent():
            return None
        return "accepted" if accepted else "refused"

    def _conclude(self, reading: Reading, supported: str | None) -> None:
        """Let the answers given so far move the proposal.

        `reading` gave the last one; `supported` is that answer, None if it changes what somebody is known to answer.
        """
        new, present = self._concluded(), self.life.state
        if new is None:
            if present in _ANSWERED:
                self.life.turn("tabled", [reading])
        elif present not in _OPEN or self.life.rivals:
            self.life.take(reading, new)
        elif present == new and supported is not None:
            if new in {supported, "divided"}:
                self.life.take(reading, new)
        else:
            self.life.turn(new, self._answering(new))

    def _answering(self, state: str) -> list[Reading]:
        """Return the entries that make a state, in fold order."""
        if self._decision.state is not None:
            return [*self._decision.because]
        lives = [life for life in self._answers.values() if state in {"divided", life.state}]
        if len(lives) == 1:
            return [*lives[0].because]
        found = {reading.id: reading for life in lives for reading in life.because}
        return sorted(found.values(), key=lambda reading: reading.order)

    def _addressed(self) -> tuple[str, ...]:
        to = self.values.get("to")
        return to if isinstance(to, tuple) else ()

    def _silent(self) -> tuple[str, ...]:
        """Return those of several whom it was put to that have not answered."""
        return tuple(party for party in self._addressed() if party not in self._answers)

    # ── what else is said ──

    def note(self, reading: Reading, fields: dict[str, Any]) -> None:
        """Take in what an entry about it says beside the state."""
        super().note(reading, fields)
        terms = fields.get("terms")
        if reading.moves_to == "accepted":
            self._granted_terms = terms or self._granted_terms
        elif reading.moves_to == "tabled":
            self._tabled_terms = terms or self._tabled_terms
            for name, value in (("tabled_by", reading.party), ("to", fields.get("to"))):
                if value:
                    self.values.setdefault(name, value)
            if self.life.state in _ANSWERED and self._concluded() is None:
                # It was put to more parties than have answered.
                self.life.turn("tabled", [reading])

    @property
    def lives(self) -> tuple[Lifecycle, ...]:
        """The lifecycles of the proposal and of each party's answer; what a body decides is the answer of somebody."""
        return (self.life, *self._answers.values())

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what cannot be true together: of the proposal, of decisions, and of one party's answers."""
        yield from super().conflicts()
        told = set()
        for life in (self._decision, *self._answers.values()):
            for conflict in self.rivals_in(life):
                # What a body decides is told once, though it is the answer of the body, too.
                entries = tuple(sorted(one.id for ones in conflict.values.values() for one in ones))
                if entries not in told:
                    told.add(entries)
                    yield conflict._replace(is_shown=conflict.is_shown and self.life.state in _OPEN)

    def rivals(self) -> dict[str, list[Reading]]:
        """Return the states beside the one shown: of the proposal itself, and of answers that it rests on."""
        found = super().rivals()
        for life in self._contested():
            for state, readings in life.rivals.items():
                if state not in {life.state, self.life.state}:
                    others = found.get(state, [])
                    found[state] = [*others, *(one for one in readings if one not in others)]
        return found

    def _contested(self) -> list[Lifecycle]:
        """Return the answers that the state rests on and that others stand beside."""
        lives = (self._decision, *self._answers.values()) if self.life.state in _OPEN else ()
        return [life for life in lives if life.rivals]

    def said(self) -> dict[str, Any]:
        """Return the answers, the terms, the votes and who has not answered."""
        first = self.life.because[0] if self.life.because else None
        return {
            **super().said(),
            "party": first.party if first else None,
            "terms": self._granted_terms or self._tabled_terms,
            "answers": {party: _answer_in(life) for party, life in self._answers.items()},
            "silent": self._silent(),
            "settled": self._is_settled,
            **{name: tuple(found) for name, found in self._votes.items()},
        }


def _answer_in(life: Lifecycle) -> Participant:
    return Participant(life.state, life.because[0].occurred, tuple(life.names))
