"""A subject on the course of a negotiation, with all that it is judged from, wherever on the axis that is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.claims.claims import LASTING
from tracker.dates import OPEN_PAST
from tracker.events.knowledge import AssessmentChanged, SameAs

if TYPE_CHECKING:
    from projections.claims.readings import Reading
    from projections.claims.restoring import Restored
    from projections.claims.versions import Version
    from projections.judgement.judge import Judge, Judged
    from tracker.events.base import Event


class Subject:
    """A subject with all that it is judged from, wherever on the axis that is so."""

    def __init__(self) -> None:
        #: Its own entries where they stand, in fold order.
        self.own: list[Version] = []
        #: Denials and disputes that name one of them, where they are in force; those of its own that deny it happened.
        self.contesting: list[Version] = []
        self.denying: list[Version] = []
        #: What would read otherwise had nothing been retracted, with the steps from and up to which.
        self.restored: list[tuple[int, int, Restored]] = []
        #: The steps at which any of this changes, and the ends of the times of its own entries.
        self.steps: list[int] = []
        self.ends: list[int] = []
        #: By step, those of its own entries that come to stand there, or no longer do.
        self.beginning: dict[int, list[Version]] = {}
        self.ending: dict[int, list[Version]] = {}
        #: Its entries after how many of the steps, and the judge who has taken them in, to go on with.
        self.current: tuple[int, list[Reading], Judge] | None = None
        #: From when on all of these are certain to have happened.
        self.certain = OPEN_PAST
        #: What was judged, by how many of these are passed: on some days this, on others that.
        self.judged: dict[tuple[int, int, int], list[Judged]] = {}
        #: What was judged last, and between which steps and edges that holds.
        self.found: Judged
        self.since = self.until = 0
        self.after = self.before = 0

    def holds(self, step: int, edge: int, day: int | None) -> bool:
        """Say whether what was judged last holds at a place."""
        return self.since <= step < self.until and self.after <= edge < self.before and is_on(self.found, day)

    def settle(self) -> None:
        """Put what was gathered in order."""
        self.own.sort(key=lambda span: span.reading.order)
        found = {step for span in (*self.own, *self.contesting) for step in span[:2]}
        found.update(step for span in self.restored for step in span[:2])
        self.steps = sorted(found)
        self.ends = sorted(span.reading.upper for span in self.own)
        for span in self.own:
            self.beginning.setdefault(span.since, []).append(span)
            self.ending.setdefault(span.until, []).append(span)
            if span.reading.event.modality == "denied":
                self.denying.append(span)


def is_on(judged: Judged, day: int | None) -> bool:
    """Say whether what is judged of a subject holds on a day; without one, as before all days."""
    after, until = judged.days
    return after < (OPEN_PAST + 1 if day is None else day) <= until


def certain_from(reading: Reading) -> int:
    """Return the instant from which on an entry is certain to have happened."""
    return reading.lower if reading.kind in LASTING else reading.upper


def tells_voices_apart(event: Event) -> bool:
    """Say whether an entry grades a source, which chooses between rivals, or says which persons are one."""
    return isinstance(event, AssessmentChanged) or (isinstance(event, SameAs) and event.kind == "person")
