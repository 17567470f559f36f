"""Denials: the standing entries that deny or dispute another, with what they deny."""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from projections.claims.objections import is_bound, objections_among, subject_of
from projections.judgement.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from projections.claims.readings import Order, Reading
    from projections.claims.versions import Version, Versions
    from projections.judgement.findings import Case

_order: Final = itemgetter(0)
_findings: Final = itemgetter(1)


def denials(case: Case) -> Iterator[Finding]:
    """Yield the standing denials and disputes of a subject's entries, each with what it denies."""
    if not case.objections:
        return
    for reading in case.readings:
        objections = case.objections.get(reading.id)
        # A proposal that supersedes another is an entry of both, and a denial of it bears its own subject.
        if objections and next(iter(reading.subjects), case.subject) == case.subject:
            for objection in objections:
                yield denial(case.subject, reading, objection)


def denial(subject: str, reading: Reading, objection: Reading) -> Finding:
    """Return the finding, about a subject, that one entry denies or disputes another."""
    who = objection.party
    if objection.event.event == "EntryDisputed":
        says = f"{who} disputes" if who else "It is disputed:"
    elif objection.event.event == "DenialIssued":
        says = f"{who} denies"
    else:
        says = f"{objection.id} denies"
    return Finding("denial", subject, (reading.id, objection.id), f"{says} {reading.id} ({objection.id}).")


def unbound_denials(
    objections: Mapping[str, Sequence[Reading]], get: Callable[[str], Reading | None]
) -> Iterator[Finding]:
    """Yield the denials of those contested entries that are about no subject, in fold order of what is denied.

    `get` finds how an entry reads.
    """
    readings = (reading for name in objections if (reading := get(name)) is not None and not is_bound(reading))
    known: dict[str, str] = {}
    for reading in sorted(readings, key=lambda reading: reading.order):
        subject = subject_of(get, reading, known)
        for objection in objections[reading.id]:
            yield denial(subject, reading, objection)


class UnboundDenials:
    """The denials of entries that are about no subject, along an axis: found anew only where one of them changes.

    A row of disputes, each of the one before, is gone through once that way, and not at each step.
    """

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        #: By the entry that is contested, what contests it, and where.
        self._contesting: dict[int, list[Version]] = {}
        #: By step, the contested entries of which something else may be found from there on.
        self._turning: dict[int, dict[int, None]] = {}
        self._places: list[int] = []
        #: Where an entry that a contested one is about reads otherwise; and up to then, which subject an entry bears.
        self._others: set[int] = set()
        self._known: dict[str, str] = {}
        #: The step at which they were found last, and what was found, by the contested entry with its place.
        self._step = -1
        self._found: dict[int, tuple[Order, list[Finding]]] = {}

    def take(self, target: int, span: Version) -> None:
        """Take in that an entry is contested by another one along a span of that."""
        own = self._versions.spans[target] if target not in self._contesting else ()
        self._contesting.setdefault(target, []).append(span)
        for one in (span, *own):
            for step in one[:2]:
                self._turning.setdefault(step, {})[target] = None

    def follow(self, index: int) -> None:
        """Take in an entry that a contested one is about: where it reads otherwise, any may bear another subject."""
        own = self._versions.spans[index]
        for before, after in pairwise(own):
            if before.reading.event != after.reading.event:
                self._others.add(after.since)

    def settle(self) -> None:
        """Put what was taken in in order."""
        for step in self._others:
            self._turning.setdefault(step, {}).update(dict.fromkeys(self._contesting))
        self._places = sorted(self._turning)

    def findings(self, step: int) -> list[Finding]:
        """Return them at a step, in fold order of what is denied."""
        low, high = sorted((self._step, step))
        turned = self._places[bisect_right(self._places, low) : bisect_right(self._places, high)]
        if not self._others.isdisjoint(turned):
            self._known.clear()
        for target in dict.fromkeys(target for at in turned for target in self._turning[at]):
            self._found.pop(target, None)
            reading = self._versions.at(target, step)
            contesting = [span.reading for span in self._contesting[target] if span.since <= step < span.until]
            if reading is not None and contesting and not is_bound(reading.reading):
                self._find(target, reading.reading, contesting, step)
        self._step = step
        return list(chain.from_iterable(map(_findings, sorted(self._found.values(), key=_order))))

    def _find(self, target: int, reading: Reading, contesting: list[Reading], step: int) -> None:
        versions = self._versions
        objections = objections_among(contesting, (), lambda entry: versions.counts(entry, step)).get(reading.id)
        if objections:
            subject = subject_of(lambda entry: versions.get(entry, step), reading, self._known)
            found = [denial(subject, reading, objection) for objection in objections]
            self._found[target] = (reading.order, found)
