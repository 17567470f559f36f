"""Where things stand, as a brief tells it: states, figures, positions and parties, with their sources by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.claims.figures import figures_text
from projections.exports.brief import words
from projections.exports.brief.contents import (
    Backing,
    Family,
    FigureLine,
    Matrix,
    NumberedSource,
    PartyLine,
    Stand,
    Statement,
)
from projections.judgement.states import Proposal
from projections.judgement.voices import voices
from projections.views.answers.answer import readings_of
from projections.views.answers.parts import answered_in
from projections.views.status import positions_in
from projections.wording.sentences import called, figure_text, listed, vote_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.claims import Claims
    from projections.claims.figures import Counted
    from projections.claims.readings import Reading
    from projections.judgement.conclusions import Partners, Position, Topic
    from projections.judgement.states import State, Vote
    from projections.views.status import Status

_HEADINGS: Final = {
    "agreement": "Agreements",
    "proposal": "Demands and proposals",
    "round": "Talks",
    "withdrawal": "Withdrawals",
    "commitment": "Commitments",
    "sanction": "Sanctions",
}
#: The field that tells in a few words what a thing is.
_ABOUT: Final = {
    "proposal": "terms",
    "withdrawal": "force",
    "commitment": "terms",
    "sanction": "measure",
}
#: What else is told of a thing, as (field, label); the fields of `_DATES` are dates and those of `_PARTIES` parties.
_DETAILS: Final = {
    "agreement": (("parties", "between"), ("kind", "kind"), ("until", "until"), ("ends", "ends")),
    "proposal": (("tabled_by", "tabled by"), ("to", "to"), ("site", "site"), ("matter", "matter")),
    "round": (
        ("parties", "between"),
        ("mediators", "mediated by"),
        ("mode", "mode"),
        ("venue", "venue"),
        ("scheduled", "scheduled for"),
        ("outcome", "outcome"),
    ),
    "withdrawal": (
        ("deadline", "deadline"),
        ("destination", "destination"),
        ("candidates", "candidates"),
        ("sites", "handed over"),
    ),
    "commitment": (("party", "by"), ("by", "with"), ("due", "due"), ("until", "until")),
    "sanction": (("party", "by"), ("on", "on")),
}
_DATES: Final = frozenset({"scheduled", "deadline", "due", "until", "ends"})
_PARTIES: Final = frozenset({"parties", "party", "by", "on", "to", "tabled_by", "mediators"})
_NAMED: Final = frozenset({"kind", "outcome", "mode"})
_LASTING: Final = frozenset({"held", "under-way"})
_BY_A_PARTY: Final = frozenset({"accepted", "refused", "withdrawn"})
#: How a party takes part that need not be said.
_USUAL: Final = frozenset({"signed", "bound"})
_FIGURES: Final = ("strength", "departed", "residual")


def _place(line: Counted) -> int:
    """Return where among the figures of a thing one stands: how many there were first, then how many left and stay."""
    return _FIGURES.index(line.quantity) if line.quantity in _FIGURES else len(_FIGURES)


class Citations:
    """Gives sources their numbers, and says what entries rest on."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []

    def at(self, claims: Claims) -> Citations:
        """Return the same numbers for the claims that stand at another cut."""
        other = Citations(claims)
        other._numbers, other._names = self._numbers, self._names
        return other

    def number(self, source: str) -> int:
        """Return a source's number, the next one where it is named for the first time."""
        if source not in self._numbers:
            self._names.append(source)
            self._numbers[source] = len(self._names)
        return self._numbers[source]

    def of(self, readings: Iterable[Reading]) -> tuple[int, ...]:
        """Return the numbers of the sources of entries, each once, in order."""
        return tuple(sorted({self.number(item.source) for reading in readings for item in reading.evidence}))

    def readings(self, entries: Iterable[str]) -> list[Reading]:
        """Return how entries read, each once."""
        return readings_of(self.claims, entries)

    def backing(self, entries: Iterable[str], mentions: Iterable[str] = ()) -> Backing:
        """Return what a conclusion from these entries rests on; those that only mention it may deny it."""
        readings, others = self.readings(entries), self.readings(mentions)
        found = voices(self.claims, readings, [reading for reading in others if reading.event.modality == "denied"])
        named = [*readings, *others]
        return Backing(tuple(reading.id for reading in named), self.of(named), found.for_, found.against)

    def called(self, subject: str) -> str:
        """Return what a subject is called, by its name or title if it has one."""
        return called(subject, self.claims.names)

    def sources(self) -> tuple[NumberedSource, ...]:
        """Return all sources named so far, and those that they repeat, by number."""
        found: list[NumberedSource] = []
        # What a source repeats may be named here for the first time: the list grows while it is gone through.
        for name in self._names:
            source = self.claims.registers.source(name)
            found.append(
                NumberedSource(
                    number=len(found) + 1,
                    id=name,
                    publisher=source.publisher,
                    title=source.title,
                    author=source.author,
                    published=source.published,
                    language=source.language,
                    reliability=source.reliability,
                    relays=tuple(self.number(relayed) for relayed in source.relays),
                    address=source.url,
                )
            )
        return tuple(found)


class Teller:
    """Tells a status in words, numbering the sources as it goes."""

    def __init__(self, standing: Status, cites: Citations) -> None:
        self.standing = standing
        self.cites = cites
        self.registers = cites.claims.registers

    def party(self, name: str) -> str:
        """Return what a party is called."""
        known = self.registers.parties.get(name)
        return (known.name if known else None) or name

    def families(self) -> Iterator[Family]:
        """Yield where things stand, kind by kind; kinds without any are left out."""
        for family, things in self.standing.things.items():
            if things:
                yield Family(_HEADINGS[family], tuple(self._statement(family, thing) for thing in things.values()))
        if voted := [topic for topic in self.standing.topics.values() if topic.approvals or topic.votes]:
            yield Family("Votes on matters", tuple(map(self._vote_on, voted)))

    def _vote_on(self, topic: Topic) -> Statement:
        votes = [*topic.approvals, *topic.votes]
        known = self.registers.matters.get(topic.matter)
        return Statement(
            subject=topic.subject,
            name=(known.title if known else None) or topic.matter,
            about=None,
            state=self.votes(votes),
            since=None,
            uncertain=False,
            details=(),
            backing=self.cites.backing(vote.entry for vote in votes),
        )

    def figures(self) -> Iterator[FigureLine]:
        """Yield the figures of things, of matters and of parties."""
        standing = self.standing
        views: list[State | Topic | Partners] = [one for things in standing.things.values() for one in things.values()]
        for view in (*views, *standing.topics.values(), *standing.partnerships.values()):
            name = getattr(view, "title", None) or self.cites.called(view.subject)
            for line in sorted(view.figures, key=_place):
                readings = self.cites.readings(line.because)
                quantity = line.quantity.replace("_", " ")
                yield FigureLine(
                    name=name,
                    quantity=quantity if line.unit in {None, "personnel"} else f"{quantity} ({line.unit})",
                    figure=figure_text(line.low, line.high, scope=line.scope, approximate=line.approximate),
                    occurred=readings[-1].occurred if readings else None,
                    backing=self.cites.backing(line.because),
                )

    def matrix(self) -> Matrix:
        """Return positions by matter and party; matters on which nobody has one are left out."""
        found = positions_in(self.standing)
        rows = []
        for matter, title in found.matters.items():
            cells = [found.cells.get((matter, party)) for party in found.parties]
            if any(cells):
                rows.append((title or matter, tuple(self._stand(cell) if cell else None for cell in cells)))
        return Matrix(tuple(self.party(party) for party in found.parties), tuple(rows))

    def stands(self) -> Iterator[tuple[str, str | None, str, str, Stand]]:
        """Yield each position: its subject and stance as they are in a status, its matter and party by name, itself."""
        found = positions_in(self.standing)
        for (matter, party), position in found.cells.items():
            title = found.matters.get(matter) or matter
            yield position.subject, position.stance, title, self.party(party), self._stand(position)

    def parties(self) -> Iterator[PartyLine]:
        """Yield the parties as registered, each with its partners; then those that only have partners."""
        turning = self.standing.partnerships
        for name in dict.fromkeys((*self.registers.parties, *turning)):
            party, found = self.registers.parties.get(name), turning.get(name)
            yield PartyLine(
                id=name,
                name=party.name if party else None,
                role=party.role if party else None,
                partners=tuple(self.party(partner) for partner in found.partners) if found else (),
                backing=self.cites.backing(found.because) if found and found.partners else None,
                figures=tuple(figures_text(found.figures)) if found else (),
            )

    def _statement(self, family: str, thing: State) -> Statement:
        title = getattr(thing, "title", None)
        # A title goes first and the id after it; what a thing without one is about comes after its id.
        about = thing.id if title else getattr(thing, _ABOUT[family], None) if family in _ABOUT else None
        details = tuple(self._details(family, thing))
        # What lasts is no happening whose day is not certain.
        is_lasting = thing.state in _LASTING and "/" in (thing.since or "")
        if is_lasting:
            details = (("from", words.when(thing.since)), *details)
        backing = self.cites.backing(thing.because, thing.mentions)
        return Statement(
            subject=thing.subject,
            name=title or thing.id,
            about=about,
            state=self._state(thing),
            since=None if is_lasting else thing.since,
            uncertain=thing.uncertain,
            details=details,
            backing=backing,
        )

    def _state(self, thing: Any) -> str:  # noqa: ANN401 - any thing with a state
        if thing.state is None:
            return "no state known"
        said = words.words(thing.state)
        if thing.state in _BY_A_PARTY and getattr(thing, "party", None):
            said = f"{said} by {self.party(thing.party)}"
        rivals = "".join(f", or {words.words(rival.state)}" for rival in thing.rivals)
        return f"{said}{rivals}, contested" if getattr(thing, "contested", False) else f"{said}{rivals}"

    def _details(self, family: str, thing: State) -> Iterator[tuple[str, str]]:
        for field, label in _DETAILS[family]:
            given = getattr(thing, field)
            if given:
                yield label, self._detail(field, given)
            elif field in {"deadline", "destination"} and thing.state not in {"completed", "reversed"}:
                yield label, words.NOTHING
        if getattr(thing, "flagged", ()):
            yield "timetable", "may still change"
        yield from self._more(thing)

    def _more(self, thing: State) -> Iterator[tuple[str, str]]:
        """Yield what is gathered of a thing: consents, who is out, answers, votes, support, incidents, figures."""
        consents = getattr(thing, "consents", {})
        if consents.get("required"):
            yield "consents", f"{consents['given']} of {consents['required']}"
        told = [
            f"{self.party(party)} {words.words(part.state)}"
            for party, part in getattr(thing, "participants", {}).items()
            if part.state is not None and part.state not in _USUAL
        ]
        if told:
            yield "parties", listed(told)
        if isinstance(thing, Proposal) and (answered := answered_in(thing, self.cites.claims.names)):
            yield "answers", answered
        votes = [*getattr(thing, "approvals", ()), *getattr(thing, "votes", ())]
        if votes:
            yield "votes", self.votes(votes)
        if getattr(thing, "endorsed_by", ()):
            yield "endorsed by", listed([self.party(name) for name in thing.endorsed_by])  # type: ignore[attr-defined]
        for name in ("reservations", "incidents"):
            if found := getattr(thing, name, ()):
                yield name, f"{len(found):,}"
        if getattr(thing, "term_over", False):
            yield "term", "over"
        lines = [line for line in thing.figures if line.scope is not None or line.quantity not in _FIGURES]
        if lines:
            yield "figures", "; ".join(figures_text(lines))

    def votes(self, votes: Iterable[Vote]) -> str:
        """Return votes in words, with the names of parties."""
        return "; ".join(vote_text(vote.to_json(), self.cites.claims.names) for vote in votes)

    def _detail(self, field: str, given: Any) -> str:  # noqa: ANN401 - whatever the field holds
        if field in _DATES:
            return words.when(given)
        if field in _PARTIES:
            names = (given,) if isinstance(given, str) else given
            return listed([self.party(name) for name in names])
        if field == "matter":
            known = self.registers.matters.get(given)
            return (known.title if known else None) or str(given)
        if isinstance(given, tuple):
            return listed(given)
        return words.words(given) if field in _NAMED else str(given)

    def _stand(self, position: Position) -> Stand:
        more = [*self._terms("red line", position.red_lines), *self._terms("concession", position.concessions)]
        terms = position.terms
        if terms and terms not in {text for _, text in more}:
            more.insert(0, ("", terms))
        return Stand(
            stance=words.words(position.stance) if position.stance else "no stance known",
            since=position.since,
            uncertain=position.uncertain,
            more=tuple(more),
            backing=self.cites.backing(position.because, position.mentions),
        )

    def _terms(self, label: str, entries: Iterable[str]) -> Iterator[tuple[str, str]]:
        for reading in self.cites.readings(entries):
            yield label, getattr(reading.event, "terms", None) or words.when(reading.occurred) or "no terms known"
