"""The timeline: every claim of a negotiation as one line, in the order in which things happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from projections.claims.claims import claims
from projections.wording.plain import Plain
from projections.wording.sentences import summary_of
from tracker.dates import When
from tracker.events.acts import CodedEventReported
from tracker.events.references import actors, entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from projections.claims.claims import Claims
    from projections.claims.cut import Cut
    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from tracker.events.base import Event
    from tracker.log import EventLog

_DAY: Final = 86_400_000_000
_CERTAIN: Final = frozenset({"day", "minute", "second", "instant"})


@dataclass(frozen=True, slots=True)
class Line(Plain):
    """One entry of the timeline.

    `occurred` and `published` are as written (corrected), the latter that of the earliest source where the entry has
    none of its own; `lower` and `upper` bound when it happened, in microseconds since 1970. `grade` is the best of its
    evidence, reliability first (``B2``, Admiralty code), empty where it has none. `lag_days` are the days between the
    last on which it can have happened and the last on which it can have become public, None where one is not known;
    `lag_approximate` says that one of the two is no certain day. `pending` lines are recorded, but beyond the cut.
    """

    hidden: ClassVar = frozenset({"lower", "upper"})
    entry: str
    event: str
    position: int
    occurred: str | None
    published: str | None
    lower: int
    upper: int
    party: str | None
    subject: str | None
    modality: str
    grade: str
    lag_days: int | None
    lag_approximate: bool
    uncertain: bool
    retracted: bool
    disputed: bool
    corrected: bool
    unsourced: bool
    pending: bool
    about: str | None
    summary: str


def timeline(  # noqa: PLR0913 - what every view takes, and between when
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    pending: bool = False,
    standing: bool = False,
    since: int | None = None,
    until: int | None = None,
) -> tuple[Line, ...]:
    """Return the timeline of a negotiation at a cut, in fold order, with what was retracted.

    What is known about entries stands at the time at which it became known. With `pending`, entries that are recorded
    but lie beyond the cut are there too; with `standing`, what was retracted is
    left out, and what is said about it. `since` and `until`, in microseconds since 1970, leave out what cannot have
    happened between them. Raises `NameUnknownError` for a negotiation or source that does not exist.
    """
    found = claims(source, negotiation, cut, without=without)
    return timeline_of(found, pending=pending, standing=standing, since=since, until=until)


def timeline_of(
    found: Claims,
    *,
    pending: bool = False,
    standing: bool = False,
    since: int | None = None,
    until: int | None = None,
) -> tuple[Line, ...]:
    """Return the timeline of the claims at a cut; see `timeline`."""
    later = {reading.id for reading in found.pending}
    readings = [*found.standing, *found.retracted, *found.knowledge]
    if pending:
        readings += found.pending
    if standing:
        readings = [reading for reading in readings if not is_taken_back(found, reading)]
    if since is not None:
        readings = [reading for reading in readings if reading.upper >= since]
    if until is not None:
        readings = [reading for reading in readings if reading.lower <= until]
    return tuple(
        line_of(reading, found.registers, found.names, pending=reading.id in later)
        for reading in sorted(readings, key=_place)
    )


def is_taken_back(found: Claims, reading: Reading | None) -> bool:
    """Say whether an entry was retracted, or is about one that was."""
    while reading is not None:
        if reading.retracted_by:
            return True
        about = entry_of(reading.event) if reading.event.kind_of_entry == "knowledge" else None
        reading = None if about is None else found.get(about)
    return False


def line_of(
    reading: Reading, registers: Registers, names: Mapping[str, str] | None = None, *, pending: bool = False
) -> Line:
    """Return the line of one entry as it reads at a cut; `names` are what to call what it names."""
    event = reading.event
    published = publication_of(reading, registers)
    lag = _lag(event.occurred, published) if event.occurred and published else None
    return Line(
        entry=reading.id,
        event=reading.kind,
        position=reading.position,
        occurred=reading.occurred,
        published=published.text if published else None,
        lower=reading.lower,
        upper=reading.upper,
        party=acting_of(event),
        subject=event.subject,
        modality=event.modality,
        grade=grade_of(reading, registers),
        lag_days=lag,
        lag_approximate=lag is not None and not (is_certain(event.occurred) and is_certain(published)),
        uncertain=reading.uncertain,
        retracted=bool(reading.retracted_by),
        disputed=bool(reading.disputed_by),
        corrected=bool(reading.corrected_by),
        unsourced=not reading.evidence,
        pending=pending,
        about=entry_of(event),
        summary=summary_of(event, names),
    )


def grade_of(reading: Reading, registers: Registers) -> str:
    """Return the best grade of an entry's evidence, reliability before credibility; empty where there is none."""
    return min((registers.grade(item.source, reading.credibility_of(item)) for item in reading.evidence), default="")


def acting_of(event: Event) -> str | None:
    """Return who acts in an entry, the first where there are several; in coded event data that is no party."""
    return event.actor if isinstance(event, CodedEventReported) else next(iter(actors(event)), None)


def _place(reading: Reading) -> tuple[int, int, int, str]:
    """Return where in the timeline an entry stands; one about another entry, when it became known."""
    if reading.event.kind_of_entry == "knowledge":
        return (reading.published_lower, reading.published_upper, reading.told, reading.id)
    return reading.order


def publication_of(reading: Reading, registers: Registers) -> When | None:
    """Return when an entry became public, as it or its earliest source writes; None where neither says so."""
    if reading.event.published is not None:
        return reading.event.published
    bounds = (reading.published_lower, reading.published_upper)
    for item in reading.evidence:
        source = registers.sources.get(item.source)
        if source is not None and source.published is not None and (source.lower, source.upper) == bounds:
            return When(source.published)
    return None


def _lag(occurred: When, published: When) -> int | None:
    if occurred.is_open_end or published.is_open_end:
        return None
    if occurred.lower <= published.upper <= occurred.upper:
        # Told while it may still have been happening: a coarse date is no prophecy.
        return 0
    return published.upper // _DAY - occurred.upper // _DAY


def is_certain(when: When | None) -> bool:
    """Say whether a date is a single day or less, and not in doubt."""
    return when is not None and when.precision in _CERTAIN and not (when.approximate or when.uncertain)
