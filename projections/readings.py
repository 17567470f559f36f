"""How an entry reads at a cut: corrected, corroborated, disputed, graded, or retracted.

Entries about entries refer to earlier ones only, so they are resolved from the last to the first: by the time one is looked at,
all that is said about it has been settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.dates import instant
from tracker.errors import EntryRejectedError
from tracker.events.knowledge import (
    AssessmentChanged,
    EntryCorrected,
    EntryCorroborated,
    EntryDisputed,
    EntryRetracted,
)
from tracker.events.registry import UnknownEvent
from tracker.events.stage import SourceRegistered
from tracker.negotiation import apply_changes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from projections.cut import Cut
    from projections.history import History
    from tracker.codec import Recorded
    from tracker.events.base import Event, Evidence


@dataclass(slots=True)
class Reading:
    """An entry as it reads at a cut.

    `event` is the entry as corrected; `evidence` its own and what corroborates it; `lower` and `upper` bound when it happened (or
    was published, where that is not known) and `published_lower` and `published_upper` when it became public, all in microseconds
    since 1970, inclusive. `lost` says that sources left out of account were all its
    evidence, `uncertain` that it may have happened after the cut. The tuples name the entries that bear on it.
    """

    recorded: Recorded
    event: Event
    evidence: tuple[Evidence, ...]
    lower: int
    upper: int
    published_lower: int
    published_upper: int
    credibility: int | None = None
    lost: bool = False
    uncertain: bool = False
    corrected_by: tuple[str, ...] = ()
    retracted_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    corroborated_by: tuple[str, ...] = ()
    assessed_by: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.recorded.event.id or ""

    @property
    def position(self) -> int:
        """The entry's position in the log."""
        return self.recorded.position

    @property
    def order(self) -> tuple[int, int, int]:
        """The key of the fold order."""
        return (self.lower, self.upper, self.recorded.position)

    @property
    def asserts(self) -> bool:
        """Whether it says that something is so; a denial or a supposition does not."""
        return self.event.modality not in {"denied", "hypothetical"}

    @property
    def occurred(self) -> str | None:
        """When it happened, as written."""
        return self.event.occurred.text if self.event.occurred else None

    @property
    def party(self) -> str | None:
        """The party that acts, the first where there are several."""
        for name in ("party", "by", "parties"):
            value = getattr(self.event, name, None)
            if value:
                return value if isinstance(value, str) else str(value[0])
        return None

    def overlaps(self, other: Reading) -> bool:
        """Say whether the two may have happened at the same time."""
        return self.lower <= other.upper and other.lower <= self.upper

    def credibility_of(self, item: Evidence) -> int:
        """Return the credibility of one piece of its evidence: as assessed last, else as given."""
        return self.credibility if self.credibility is not None else item.credibility


class Resolver:
    """Reads the entries of a history's prefix as known at a cut."""

    def __init__(self, history: History, cut: Cut, count: int, without: frozenset[str] = frozenset()) -> None:
        self._history = history
        self._known = cut.known
        self._count = count
        self._without = without
        self._readings: dict[int, Reading] = {}
        self._published: dict[str, tuple[int, int] | None] = {}
        self._registrations: dict[str, int] = {
            recorded.event.source: index
            for index, recorded in enumerate(history.entries[:count])
            if isinstance(recorded.event, SourceRegistered)
        }
        for index in range(count - 1, -1, -1):
            if history.entries[index].event.kind_of_entry == "knowledge":
                self.read(index)

    def read(self, index: int) -> Reading:
        """Return how the entry at an index of the history reads."""
        reading = self._readings.get(index)
        if reading is None:
            reading = self._readings[index] = self._read(index)
        return reading

    def in_force(self, index: int) -> bool:
        """Say whether an entry about another one was known at the cut, and stands."""
        reading = self.read(index)
        if reading.retracted_by or reading.lost:
            return False
        return self._known is None or reading.published_upper <= self._known

    def _about(self, entry: str) -> list[Reading]:
        """Return what stands about an entry, in the order in which it became known."""
        indexes = [
            index for index in self._history.about.get(entry, ()) if index < self._count and self.in_force(index)
        ]
        readings = [self.read(index) for index in indexes]
        readings.sort(key=lambda reading: (reading.published_upper, reading.position))
        return readings

    def _read(self, index: int) -> Reading:
        recorded = self._history.entries[index]
        event = recorded.event
        if recorded.id not in self._history.about:
            return self._reading(recorded, event, event.evidence, ())
        about = self._about(recorded.id)
        extra: list[Evidence] = []
        corrected, retracted, disputed, corroborated, assessed = [], [], [], [], []
        credibility = None
        for later in about:
            said = later.event
            if isinstance(said, EntryCorrected):
                event = _corrected(event, said)
                corrected.append(later.id)
            elif isinstance(said, EntryRetracted):
                retracted.append(later.id)
            elif isinstance(said, EntryDisputed):
                disputed.append(later.id)
            elif isinstance(said, EntryCorroborated):
                extra += later.evidence
                corroborated.append(later.id)
            elif isinstance(said, AssessmentChanged):
                credibility = said.credibility
                assessed.append(later.id)
        reading = self._reading(recorded, event, event.evidence, tuple(extra))
        reading.credibility = credibility
        reading.corrected_by = tuple(corrected)
        reading.retracted_by = tuple(retracted)
        reading.disputed_by = tuple(disputed)
        reading.corroborated_by = tuple(corroborated)
        reading.assessed_by = tuple(assessed)
        return reading

    def _reading(
        self, recorded: Recorded, event: Event, own: tuple[Evidence, ...], extra: tuple[Evidence, ...]
    ) -> Reading:
        had_evidence = bool(own or extra)
        if self._without:
            own = tuple(item for item in own if item.source not in self._without)
            extra = tuple(item for item in extra if item.source not in self._without)
        lower, upper = self._publication(recorded, event, own, extra)
        occurred = event.occurred
        return Reading(
            recorded=recorded,
            event=event,
            evidence=own + extra,
            lower=occurred.lower if occurred else lower,
            upper=occurred.upper if occurred else upper,
            published_lower=lower,
            published_upper=upper,
            lost=had_evidence and not (own or extra),
        )

    def _publication(
        self, recorded: Recorded, event: Event, own: tuple[Evidence, ...], extra: tuple[Evidence, ...]
    ) -> tuple[int, int]:
        """Return the bounds of when an entry became public: as given, else by its earliest source, else when recorded."""
        if event.published is not None:
            return event.published.lower, event.published.upper
        dates = self._dates(own) or self._dates(extra)
        if dates:
            upper, lower = min(dates)
            return lower, upper
        moment = instant(recorded.recorded_at)
        return moment, moment

    def _dates(self, evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
        dates = []
        for item in evidence:
            bounds = self._source_published(item.source)
            if bounds is not None:
                dates.append((bounds[1], bounds[0]))
        return dates

    def _source_published(self, source: str) -> tuple[int, int] | None:
        """Return the bounds of a source's publication, as corrected at the cut."""
        if source in self._published:
            return self._published[source]
        index = self._registrations.get(source)
        if index is None:
            return None
        raw = self._history.entries[index]
        # While the corrections of this source are looked at, whatever rests on it takes it as it was registered.
        self._published[source] = _bounds(raw.event)
        about = self._about(raw.id) if raw.id in self._history.about else []
        event = raw.event
        for later in about:
            if isinstance(later.event, EntryCorrected):
                event = _corrected(event, later.event)
        retracted = any(isinstance(later.event, EntryRetracted) for later in about)
        bounds = self._published[source] = None if retracted else _bounds(event)
        return bounds


def _bounds(event: Event) -> tuple[int, int] | None:
    published = event.published
    return None if published is None else (published.lower, published.upper)


def _corrected(event: Event, correction: EntryCorrected) -> Event:
    """Return an event as corrected; a correction that no longer fits changes nothing."""
    if isinstance(event, UnknownEvent):
        return event
    try:
        return apply_changes(event, correction.changes)
    except EntryRejectedError:
        return event
