"""Why: the entries, words, voices and grades behind a conclusion, and those that argue against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from projections.claims.same import keys_of
from projections.judgement.conclusions import gathered
from projections.judgement.findings import KINDS
from projections.judgement.things import Thing
from projections.judgement.voices import Voices, evidence_of, voices
from projections.judgement.weighing import weighing_of
from projections.views.answers import answer_of, now_called, unknown
from projections.views.answers.answer import readings_of
from projections.views.status import status
from projections.views.timeline import publication_of
from projections.wording.pages import html_table
from projections.wording.plain import Plain
from projections.wording.sentences import finding_text, listed, summary_of
from tracker.errors import NameUnknownError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.judgement.findings import Finding
    from projections.views.status import Status
    from tracker.events.base import Evidence
    from tracker.log import EventLog


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
        says=summary_of(event, claims.names) + recorded_of(claims, reading),
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


def recorded_of(claims: Claims, reading: Reading) -> str:
    """Return of which ids an entry was recorded that read as others at the cut; empty where none does."""
    if claims.history.merging is None:
        return ""
    written = [name for family, name in keys_of(reading.recorded.event) if claims.kept(family, name)[1]]
    return f" (Recorded of {listed(written)}.)" if written else ""


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
    source = claims.registers.source(item.source)
    return Support(
        entry=entry,
        source=item.source,
        publisher=source.publisher,
        title=source.title,
        url=source.url,
        published=source.published,
        relays=source.relays,
        attributed_to=item.attributed_to,
        role=item.role,
        grade=claims.registers.grade(item.source, reading.credibility_of(item)),
        quote=item.quote,
        paraphrase=item.paraphrase,
        language=item.language,
        locator=item.locator,
    )


#: Findings whose entries contradict one another, so that those beside a conclusion argue against it.
_CONFLICTS: Final = frozenset(
    {"figure-conflict", "date-conflict", "state-conflict", "value-conflict", "illegal-transition", "order-conflict"}
)


@dataclass(frozen=True, slots=True)
class Past(Plain):
    """A state that a thing was in, since when, and because of which entries."""

    state: str
    since: str | None
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why(Plain):
    """The reasons for a conclusion at a cut.

    `value` is what is concluded: a state, a stance, a quantity, partners, a text; None where nothing is. `says` is it
    in a sentence. `lines` are the entries that it rests on, `against` those that argue against it. `findings` are those
    about the subject or any of these entries. `rests` is what rests on the subject in turn: conclusions on an entry,
    entries on a source. `history` are the states that a thing was in, oldest first; `context` the entries that name it
    and moved nothing.
    """

    subject: str
    says: str
    value: Any
    since: str | None
    uncertain: bool
    voices: Voices
    lines: tuple[Ground, ...]
    against: tuple[Ground, ...]
    findings: tuple[Finding, ...]
    rests: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()
    context: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it: the answer, and the entries for and against it with their sources."""
        rows = [
            (line.how or "for", line.entry, line.occurred, line.says, tuple(one.source for one in line.support))
            for line in (*self.lines, *self.against)
        ]
        return html_table(("", "entry", "when", "says", "sources"), rows, self.says)


def why(  # noqa: PLR0913 - a subject, and what every view takes
    source: EventLog | History,
    negotiation: str,
    subject: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    today: date | None = None,
) -> Why:
    """Return what stands behind a conclusion about a subject at a cut.

    A subject is written ``agreement:ID``, ``proposal:ID``, ``round:ID``, ``withdrawal:ID``, ``commitment:ID``,
    ``sanction:ID``, ``matter:ID``, ``position:PARTY/MATTER``, ``party:ID``, ``source:ID`` or ``entry:ID``; a figure or
    another part of what is said of it ``withdrawal:ID/strength``, ``agreement:ID/PARTY``, ``proposal:ID/PARTY`` or
    ``party:ID/QUANTITY``; the findings of a kind ``figure-conflict:withdrawal:ID``. Raises `NameUnknownError`, with the
    nearest spelling, where nothing is said of it.
    """
    return why_of(status(source, negotiation, cut, without=without, today=today), subject)


def why_of(standing: Status, subject: str) -> Why:
    """Return what stands behind a conclusion of a status; see `why`.

    Of what reads as another thing, it is that of this one, and says so.
    """
    claims = standing.claims
    if subject.partition(":")[0] in KINDS:
        return _why_found(standing, subject)
    kept, by = now_called(claims, subject)
    if by:
        its = why_of(standing, kept)
        return replace(its, says=f"{subject} is one with {kept} ({', '.join(by)}). {its.says}")
    answer = answer_of(standing, subject)
    if answer is None:
        # A finding about what has no conclusions of its own, such as a person.
        found = next((finding.kind for finding in standing.findings if finding.subject == subject), None)
        if found is not None:
            return _why_found(standing, f"{found}:{subject}")
        raise NameUnknownError(unknown(standing, subject))
    lines = answer.readings
    against = {**_opposed(standing, lines), **{reading.id: how for reading, how in answer.against}}
    names = {reading.id for reading in lines}
    # What denies it is a voice of its own only where nothing asserts it.
    denials = [reading for reading, how in answer.against if answer.supposed and how.startswith("denies ")]
    return Why(
        subject=subject,
        says=answer.says,
        value=answer.value,
        since=lines[0].occurred if lines and answer.dated else None,
        uncertain=bool(lines) and all(reading.uncertain for reading in lines),
        lines=tuple(ground_of(claims, reading) for reading in lines),
        against=tuple(
            ground_of(claims, reading, how)
            for entry, how in against.items()
            if entry not in names and (reading := claims.get(entry)) is not None
        ),
        voices=voices(claims, () if answer.supposed else lines, denials),
        findings=tuple(
            finding
            for finding in standing.findings
            if finding.subject == subject or not names.isdisjoint(finding.entries)
        ),
        rests=answer.rests,
        **_past(standing, subject),
    )


def _past(standing: Status, subject: str) -> dict[str, Any]:
    """Return the states that a thing was in, and the entries that name it and moved nothing."""
    readings = standing.readings(subject)
    found = gathered(subject, readings, weighing_of(standing.claims), standing.day) if readings else None
    if not isinstance(found, Thing):
        return {}
    history = tuple(
        Past(entered.state, entered.because[0].occurred, tuple(reading.id for reading in entered.because))
        for entered in found.life.history
    )
    state = found.state(standing.day)
    # What only the day has turned it into, and consents without a state of their own.
    if state is not None and (not history or history[-1].state != state):
        history += (Past(state, found.because[0].occurred, tuple(reading.id for reading in found.because)),)
    moving = {entry for past in history for entry in past.because} | {
        reading.id for life in found.lives for entered in life.history for reading in entered.because
    }
    context = tuple(reading.id for reading in readings if reading.id not in moving)
    return {"history": history, "context": context}


def _why_found(standing: Status, subject: str) -> Why:
    """Return what stands behind all findings of one kind about a subject."""
    found = tuple(finding for finding in standing.findings if f"{finding.kind}:{finding.subject}" == subject)
    if not found:
        hint = nearest(subject, [f"{finding.kind}:{finding.subject}" for finding in standing.findings])
        raise NameUnknownError(
            f"there is no finding {subject!r} at this cut{hint or '; `communique findings` lists them'}"
        )
    claims = standing.claims
    readings = readings_of(claims, (entry for finding in found for entry in finding.entries))
    return Why(
        subject=subject,
        says=" ".join(finding_text(finding.subject, finding.message, claims.names) for finding in found),
        value=len(found),
        since=None,
        uncertain=False,
        lines=tuple(ground_of(claims, reading) for reading in readings),
        against=(),
        voices=voices(claims, readings),
        findings=found,
    )


def _opposed(standing: Status, lines: list[Reading]) -> dict[str, str]:
    """Return the entries that deny or dispute a conclusion's, or contradict them, each with how."""
    found: dict[str, str] = {}
    for reading in lines:
        for objection in standing.claims.objections.get(reading.id, ()):
            verb = "disputes" if objection.event.event == "EntryDisputed" else "denies"
            found.setdefault(objection.id, f"{verb} {reading.id}")
    names = {reading.id for reading in lines}
    for finding in standing.findings:
        if finding.kind in _CONFLICTS and not names.isdisjoint(finding.entries):
            for entry in finding.entries:
                found.setdefault(entry, finding.kind)
    return found
