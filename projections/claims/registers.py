"""The analyst's registers at a cut: parties, matters, sources and aliases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from projections.claims.graphs import Relays
from projections.claims.persons import Persons
from tracker.events.knowledge import AssessmentChanged, NegotiationRenamed, SameAs
from tracker.events.stage import AliasAdded, MatterAdded, NegotiationOpened, PartyAdded, SourceRegistered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.readings import Reading


@dataclass(frozen=True, slots=True)
class Party:
    """A party as registered; a group has members, a body is that of another party."""

    id: str
    name: str | None
    role: str | None
    wikidata: str | None
    aliases: tuple[str, ...]
    entry: str
    members: tuple[str, ...] = ()
    kind: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as registered."""

    id: str
    title: str | None
    entry: str


@dataclass(frozen=True, slots=True)
class Source:
    """A source as registered, with the grade it has at the cut; `lower` and `upper` bound its publication.

    One that is named as evidence without being registered is graded F.
    """

    id: str
    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None
    language: str | None = None
    published: str | None = None
    reliability: str = "F"
    relays: tuple[str, ...] = ()
    entry: str = ""
    lower: int | None = None
    upper: int | None = None
    kind: str | None = None
    assessed_by: tuple[str, ...] = ()
    sha256: str | None = None
    captured_at: str | None = None


@dataclass
class Registers:
    """What was registered: by id, in the order of recording; aliases as (party or person, alias, entry)."""

    title: str | None = None
    summary: str | None = None
    #: The subject that heads the portfolio.
    lead: str | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    matters: dict[str, Matter] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    #: The ids of sources that read as another's.
    source_ids: dict[str, str] = field(default_factory=dict)
    party_aliases: list[tuple[str, str, str]] = field(default_factory=list)
    person_aliases: list[tuple[str, str, str]] = field(default_factory=list)
    #: The lines, until they are complete.
    _lines: list[Reading] = field(default_factory=list, repr=False, compare=False)
    #: The aliases that parties are registered with, gathered until the registers are complete.
    _aliases: dict[str, dict[str, None]] = field(default_factory=dict, repr=False, compare=False)

    def take(self, reading: Reading) -> None:
        """Take in one line of the registers."""
        self._lines.append(reading)
        # They stand in the order of recording, whichever line tells of them in the end.
        event = reading.event
        if isinstance(event, PartyAdded):
            self.parties.setdefault(event.party, Party(event.party, None, None, None, (), reading.id))
        elif isinstance(event, MatterAdded):
            self.matters.setdefault(event.matter, Matter(event.matter, None, reading.id))
        elif isinstance(event, SourceRegistered):
            self.sources.setdefault(event.source, Source(event.source))
            if reading.known_as is not None:
                self.source_ids[reading.known_as] = event.source

    def complete(self, knowledge: Iterable[Reading]) -> None:
        """Settle what the lines say, and what is known better, in the order in which that became known.

        Of two lines about one thing the one that was told later fills in and replaces, whichever was recorded first; of
        a source, whose date is no date of its line, the one recorded later. Its own come after those of the ids that
        read as it.
        """
        knowledge = list(knowledge)
        for reading in sorted(self._lines, key=lambda line: (line.known_as is None, line.told, line.id)):
            self._settle(reading)
        for reading in sorted(self._lines, key=lambda line: (line.known_as is None, line.position)):
            if isinstance(reading.event, SourceRegistered):
                self.sources[reading.event.source] = source_of(reading.event, reading.id)
        for party, aliases in self._aliases.items():
            if aliases:
                self.parties[party] = replace(self.parties[party], aliases=tuple(aliases))
        for reading in knowledge:
            event = reading.event
            if isinstance(event, NegotiationRenamed):
                self.title = event.title
            elif isinstance(event, SameAs) and event.kind == "person":
                self.person_aliases += [(event.keep, name, reading.id) for name in event.same]
        self._assess(knowledge)

    def _settle(self, reading: Reading) -> None:
        event = reading.event
        if isinstance(event, NegotiationOpened):
            self.title, self.summary = event.title or self.title, event.summary or self.summary
            self.lead = event.lead or self.lead
        elif isinstance(event, PartyAdded):
            before = self.parties[event.party]
            self.parties[event.party] = Party(
                id=event.party,
                name=event.name or before.name,
                role=event.role or before.role,
                wikidata=event.wikidata or before.wikidata,
                aliases=(),
                entry=reading.id,
                members=event.members or before.members,
                kind=event.kind or before.kind,
                of=event.of or before.of,
            )
            aliases = event.aliases
            if reading.known_as is not None:
                # What another id was called is another name of the one that it reads as.
                aliases = tuple(dict.fromkeys(filter(None, (reading.known_as, event.name, *aliases))))
            known = self._aliases.setdefault(event.party, {})
            known.pop(event.name or "", None)
            known.update(dict.fromkeys(aliases))
            self.party_aliases += [(event.party, alias, reading.id) for alias in aliases]
        elif isinstance(event, AliasAdded):
            if event.party is not None:
                self.party_aliases.append((event.party, event.alias, reading.id))
            elif event.person is not None:
                self.person_aliases.append((event.person, event.alias, reading.id))
        elif isinstance(event, MatterAdded):
            title = event.title or self.matters[event.matter].title
            self.matters[event.matter] = Matter(event.matter, title, reading.id)

    def _assess(self, knowledge: Iterable[Reading]) -> None:
        """Grade sources anew."""
        grades: dict[str, str] = {}
        assessed_by: dict[str, list[str]] = {}
        for reading in knowledge:
            event = reading.event
            if isinstance(event, AssessmentChanged) and event.source in self.sources and event.reliability is not None:
                grades[event.source] = event.reliability
                assessed_by.setdefault(event.source, []).append(reading.id)
        for name, grade in grades.items():
            self.sources[name] = replace(self.sources[name], reliability=grade, assessed_by=tuple(assessed_by[name]))

    @cached_property
    def relays(self) -> Relays:
        """Which sources repeat which; ask once the registers are complete."""
        return Relays({name: source.relays for name, source in self.sources.items()})

    @cached_property
    def persons(self) -> Persons:
        """Who is who among the persons whom sources cite; ask once the registers are complete."""
        return Persons(self.person_aliases)

    @cached_property
    def groups(self) -> dict[str, Party]:
        """The parties that stand for others, or for which another stands; ask once the registers are complete."""
        return {name: party for name, party in self.parties.items() if party.members or party.of}

    @cached_property
    def names(self) -> dict[str, str]:
        """What those parties are called that have a name, by id; ask once the registers are complete."""
        return {party.id: party.name for party in self.parties.values() if party.name}

    def called(self, party: str) -> list[str]:
        """Return all that a party is called, its id first; ask once the registers are complete."""
        found = self.parties.get(party)
        told = () if found is None else (found.name, *found.aliases)
        aliases = (alias for known, alias, _ in self.party_aliases if known == party)
        return list(dict.fromkeys(filter(None, (party, *told, *aliases))))

    def grade(self, source: str, credibility: int) -> str:
        """Return a grade as the Admiralty code writes it, ``B2``."""
        return f"{self.source(source).reliability}{credibility}"

    def source(self, name: str) -> Source:
        """Return a source, registered or not."""
        return self.sources.get(name) or Source(name)


def source_of(event: SourceRegistered, entry: str) -> Source:
    """Return a source as one entry registers it."""
    return Source(
        id=event.source,
        publisher=event.publisher,
        title=event.title,
        url=event.url,
        author=event.author,
        language=event.language,
        published=event.published.text if event.published else None,
        reliability=event.reliability,
        relays=event.relays,
        entry=entry,
        lower=event.published.lower if event.published else None,
        upper=event.published.upper if event.published else None,
        kind=event.kind,
        sha256=event.sha256,
        captured_at=event.captured_at.text if event.captured_at else None,
    )
