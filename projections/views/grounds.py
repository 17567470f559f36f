"""Grounds: an entry as it stands behind an answer, with its evidence, grades and the words of its sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projections.judgement.voices import evidence_of
from projections.views.timeline import publication_of
from projections.wording.plain import Plain
from projections.wording.sentences import summary_of

if TYPE_CHECKING:
    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from tracker.events.base import Evidence


@dataclass(frozen=True, slots=True)
class Support(Plain):
    """One piece of evidence: which source says it, whom it cites, in which words, and its grade.

    `grade` is the source's reliability and the claim's credibility, side by side (``B2``, Admiralty code). `entry` is
    the entry that carries the evidence: the claim itself, or one that corroborates it. `published` and `relays` are
    those of the source.
    """

    entry: str
    source: str
    publisher: str | None
    title: str | None
    url: str | None
    published: str | None
    relays: tuple[str, ...]
    attributed_to: str | None
    role: str | None
    grade: str
    quote: str | None
    paraphrase: str | None
    language: str | None
    locator: str | None

    @property
    def words(self) -> str | None:
        """What the source says: its own words where they are given, else the analyst's."""
        return self.quote or self.paraphrase


@dataclass(frozen=True, slots=True)
class Corrected:
    """What one correction changed of an entry: each field as it read before and as it reads since."""

    entry: str
    reason: str | None
    published: str | None
    changes: tuple[tuple[str, Any, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the correction as JSON holds it."""
        return {
            "entry": self.entry,
            "reason": self.reason,
            "published": self.published,
            "changes": {name: {"before": before, "after": after} for name, before, after in self.changes},
        }


@dataclass(frozen=True, slots=True)
class Ground(Plain):
    """An entry for or against an answer, as it reads at the cut.

    `says` is one sentence made from its fields; `how` is empty for an entry that the answer rests on, else why it
    argues against: ``disputes ID``, ``denies ID``, the kind of a conflict, or ``retracted``. Dates are as written, the
    publication that of the earliest source where the entry has none.
    """

    entry: str
    event: str
    says: str
    how: str
    modality: str
    occurred: str | None
    published: str | None
    party: str | None
    uncertain: bool
    retracted: bool
    support: tuple[Support, ...]
    corrections: tuple[Corrected, ...]
    note: str | None


def ground_of(claims: Claims, reading: Reading, how: str = "") -> Ground:
    """Return an entry as a ground for an answer, or with `how` against it."""
    event = reading.event
    return Ground(
        entry=reading.id,
        event=event.event,
        says=summary_of(event),
        how=how,
        modality=event.modality,
        occurred=reading.occurred,
        published=published_of(claims, reading),
        party=reading.party,
        uncertain=reading.uncertain,
        retracted=bool(reading.retracted_by),
        support=tuple(_support(claims, reading, entry, item) for entry, item in evidence_of(claims.get, (reading,))),
        corrections=corrections_of(claims, reading),
        note=event.note,
    )


def published_of(claims: Claims, reading: Reading) -> str | None:
    """Return when an entry became public, as written there or with its source; None where nothing says so."""
    when = publication_of(reading, claims.registers)
    return None if when is None else when.text


def corrections_of(claims: Claims, reading: Reading) -> tuple[Corrected, ...]:
    """Return what the corrections in force changed of an entry, in the order in which they became known."""
    found = []
    now = reading.recorded.event.model_dump(mode="json", by_alias=True, round_trip=True)
    for name in reading.corrected_by:
        correction = claims.get(name)
        if correction is None:
            continue
        changes: dict[str, Any] = getattr(correction.event, "changes", {})
        found.append(
            Corrected(
                entry=name,
                reason=getattr(correction.event, "reason", None),
                published=published_of(claims, correction),
                changes=tuple((field, now.get(field), value) for field, value in changes.items()),
            )
        )
        now.update(changes)
    return tuple(found)


def _support(claims: Claims, reading: Reading, entry: str, item: Evidence) -> Support:
    source = claims.registers.sources.get(item.source)
    return Support(
        entry=entry,
        source=item.source,
        publisher=source.publisher if source else None,
        title=source.title if source else None,
        url=source.url if source else None,
        published=source.published if source else None,
        relays=source.relays if source else (),
        attributed_to=item.attributed_to,
        role=item.role,
        grade=claims.registers.grade(item.source, reading.credibility_of(item)),
        quote=item.quote,
        paraphrase=item.paraphrase,
        language=item.language,
        locator=item.locator,
    )
