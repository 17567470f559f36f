"""Why: the entries, words, voices and grades behind a conclusion, and those that argue against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from projections.judgement.findings import KINDS
from projections.judgement.voices import Voices, voices
from projections.views.answers import answer_of, readings_of, unknown
from projections.views.grounds import Ground, ground_of
from projections.views.status import status
from projections.views.what_if import claims_of
from projections.wording.plain import Plain
from tracker.errors import NameUnknownError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.judgement.findings import Finding
    from projections.views.answers import Answer
    from projections.views.status import Status
    from tracker.log import EventLog

#: Findings whose entries contradict one another, so that those beside a conclusion argue against it.
_CONFLICTS: Final = frozenset({"figure-conflict", "date-conflict", "illegal-transition", "order-conflict"})


@dataclass(frozen=True, slots=True)
class Why(Plain):
    """The reasons for a conclusion at a cut.

    `value` is what is concluded: a state, a stance, a quantity, partners, a text; None where nothing is. `says` is it
    in a sentence. `lines` are the entries that it rests on, `against` those that argue against it. `findings` are those
    about the subject or any of these entries. `rests` is what rests on the subject in turn: conclusions on an entry,
    entries on a source.
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
    ``position:PARTY/MATTER``, ``party:ID``, ``source:ID`` or ``entry:ID``; a figure or another part of what is said of
    it ``withdrawal:ID/strength``; the findings of a kind ``figure-conflict:withdrawal:ID``. Raises `NameUnknownError`,
    with the nearest spelling, where nothing is said of it.
    """
    return why_of(status(source, negotiation, cut, without=without, today=today), subject)


def why_of(standing: Status, subject: str) -> Why:
    """Return what stands behind a conclusion of a status; see `why`."""
    claims = claims_of(standing)
    if subject.partition(":")[0] in KINDS:
        return _why_found(standing, claims, subject)
    answer = answer_of(standing, claims, subject)
    if answer is None:
        # A finding about what has no conclusions of its own, such as a person.
        found = next((finding.kind for finding in standing.findings if finding.subject == subject), None)
        if found is not None:
            return _why_found(standing, claims, f"{found}:{subject}")
        raise NameUnknownError(unknown(standing, claims, subject))
    lines = answer.readings
    against = {**_opposed(standing, claims, lines), **{reading.id: how for reading, how in answer.against}}
    names = {reading.id for reading in lines}
    return Why(
        subject=subject,
        says=answer.says,
        value=answer.value,
        since=lines[0].occurred if lines and answer.dated else None,
        uncertain=bool(lines) and all(reading.uncertain for reading in lines),
        lines=tuple(ground_of(claims, reading) for reading in lines),
        against=tuple(_grounds(claims, {entry: how for entry, how in against.items() if entry not in names})),
        voices=voices(claims, () if answer.supposed else lines, _denials(answer)),
        findings=tuple(
            finding
            for finding in standing.findings
            if finding.subject == subject or not names.isdisjoint(finding.entries)
        ),
        rests=answer.rests,
    )


def _denials(answer: Answer) -> list[Reading]:
    """Return the entries that deny what an answer would be about, where nothing asserts it."""
    return [reading for reading, how in answer.against if answer.supposed and how.startswith("denies ")]


def _why_found(standing: Status, claims: Claims, subject: str) -> Why:
    """Return what stands behind all findings of one kind about a subject."""
    found = tuple(finding for finding in standing.findings if f"{finding.kind}:{finding.subject}" == subject)
    if not found:
        hint = nearest(subject, [f"{finding.kind}:{finding.subject}" for finding in standing.findings])
        raise NameUnknownError(
            f"there is no finding {subject!r} at this cut{hint or '; `communique findings` lists them'}"
        )
    readings = readings_of(claims, (entry for finding in found for entry in finding.entries))
    return Why(
        subject=subject,
        says=" ".join(finding.message for finding in found),
        value=len(found),
        since=None,
        uncertain=False,
        lines=tuple(ground_of(claims, reading) for reading in readings),
        against=(),
        voices=voices(claims, readings),
        findings=found,
    )


def _opposed(standing: Status, claims: Claims, lines: list[Reading]) -> dict[str, str]:
    """Return the entries that deny or dispute a conclusion's, or contradict them, each with how."""
    found: dict[str, str] = {}
    for reading in lines:
        for objection in claims.objections.get(reading.id, ()):
            verb = "disputes" if objection.event.event == "EntryDisputed" else "denies"
            found.setdefault(objection.id, f"{verb} {reading.id}")
    names = {reading.id for reading in lines}
    for finding in standing.findings:
        if finding.kind in _CONFLICTS and not names.isdisjoint(finding.entries):
            for entry in finding.entries:
                found.setdefault(entry, finding.kind)
    return found


def _grounds(claims: Claims, entries: dict[str, str]) -> Iterator[Ground]:
    for entry, how in entries.items():
        reading = claims.get(entry)
        if reading is not None:
            yield ground_of(claims, reading, how)
