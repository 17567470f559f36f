"""iCalendar: the dates that a negotiation sets, as they stand at a cut (RFC 5545).

Deadlines of withdrawals, commitments and ultimatums, talks that are scheduled, and when a denunciation takes effect. A
date is CONFIRMED, TENTATIVE where its source or the way it is written leaves it open, and CANCELLED where what it was
set for was called off. The same log and cut give the same bytes: what is asked of a clock comes from the log.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.readings import by_subject, split
from projections.exports.text import plain
from projections.judgement.conclusions import view_of
from projections.judgement.states import State
from projections.judgement.weighing import weighing_of
from projections.views.timeline import grade_of
from projections.wording.sentences import summary_of
from tracker.dates import DateError, from_instant
from tracker.edtf import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from icalendar import Event as Component

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.exports import Tally
    from tracker.dates import When


class Rule(NamedTuple):
    """A field that sets a date, and what is said of it.

    `cancelled` are the states of the thing that call it off, and `firm` those in which it no longer matters that it was
    announced only, or that a timetable might change. `is_claimed` says that it is one side's word.
    """

    field: str
    says: str
    cancelled: frozenset[str] = frozenset()
    firm: frozenset[str] = frozenset()
    is_claimed: bool = False


#: The dates of things that have states, by the family of the thing.
RULES: Final = {
    "withdrawal": (
        Rule("deadline", "Deadline of the withdrawal {id}", frozenset({"reversed"}), frozenset({"completed"})),
    ),
    "commitment": (Rule("due", "Commitment {id} due", frozenset({"released"}), frozenset({"fulfilled", "breached"})),),
    "round": (
        Rule("scheduled", "Talks {id}", frozenset({"cancelled"}), frozenset({"under-way", "deadlocked", "concluded"})),
    ),
    "agreement": (
        Rule(
            "legal_effective",
            "Denunciation of {id} takes effect",
            firm=frozenset({"denunciation-announced", "denunciation-notified", "terminated"}),
        ),
        Rule("claimed_effective", "Denunciation of {id} takes effect by the account of {party}", is_claimed=True),
    ),
}
#: What says that the dates of a thing may still be others.
_FLAGS: Final = frozenset({"WithdrawalTimetableFlagged"})
_VAGUE: Final = frozenset({"set", "decade", "century"})
_PRODUCT: Final = "-//communique//communique//EN"


class Dated(NamedTuple):
    """A date that is set: for which subject, by which field, as what, by which entries, and what else bears on it."""

    subject: str
    field: str
    when: When
    says: str
    status: str
    told: tuple[str, ...]
    readings: tuple[Reading, ...]


def write(claims: Claims, tally: Tally) -> Iterator[bytes]:
    """Return a calendar of the dates that stand, in UTF-8; raises `ImportError` where icalendar is not installed."""
    from icalendar import Calendar, vText

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(plain(claims.registers.title or claims.negotiation)))
    outside = 0
    for dated in sorted(dates(claims), key=lambda one: (one.when.lower, one.when.upper, one.subject, one.field)):
        component = _component(claims, dated)
        if component is None:
            outside += 1
        else:
            calendar.add_component(component)
            tally.written += 1
    if outside:
        tally.remarks.append(f"{outside:,} left out: a calendar holds dates of the years 1 to 9999 only")
    return iter([calendar.to_ical()])


def dates(claims: Claims) -> Iterator[Dated]:
    """Yield the dates that are set at a cut, each as what stands last says it."""
    for subject, readings in by_subject(claims.standing).items():
        rules = RULES.get(split(subject)[0], ())
        view = view_of(subject, readings, weighing_of(claims), None) if rules else None
        if isinstance(view, State):
            for rule in rules:
                yield from _of_thing(claims, rule, view, readings)
    for reading in claims.standing:
        deadline = reading.event.__dict__.get("deadline") if reading.kind == "UltimatumIssued" else None
        if deadline is not None and reading.asserts:
            says = summary_of(reading.event, claims.registers.names).removesuffix(".")
            status = "TENTATIVE" if _is_vague(deadline) or _is_only_announced([reading]) else "CONFIRMED"
            yield Dated(f"entry:{reading.id}", "deadline", deadline, says, status, (), (reading,))


def _of_thing(claims: Claims, rule: Rule, view: State, readings: Sequence[Reading]) -> Iterator[Dated]:
    """Yield the date that a field of a thing's entries sets: the last one that is given, where one is."""
    dated = [reading for reading in readings if reading.asserts and reading.event.__dict__.get(rule.field) is not None]
    if not dated:
        return
    when: When = dated[-1].event.__dict__[rule.field]
    giving = [reading for reading in dated if reading.event.__dict__[rule.field] == when]
    # What was said of an earlier timetable is not said of this one.
    later = (reading for reading in readings if reading.order > giving[0].order)
    flags = [reading for reading in later if reading.kind in _FLAGS and reading.asserts]
    party = giving[-1].party or "somebody"
    says = rule.says.format(id=split(view.subject)[1], party=claims.registers.names.get(party, party))
    told = []
    if view.state is not None:
        state = view.state.replace("-", " ")
        says = f"{says} ({state})"
        told.append(f"State: {state}{f', since {view.since}' if view.since else ''}")
    may_change = view.state not in rule.firm and (bool(flags) or _is_only_announced(giving))
    if view.state in rule.cancelled:
        status = "CANCELLED"
    else:
        status = "TENTATIVE" if rule.is_claimed or may_change or _is_vague(when) else "CONFIRMED"
    ids = dict.fromkeys((*(reading.id for reading in (*giving, *flags)), *view.because))
    behind = tuple(found for entry in ids if (found := claims.get(entry)) is not None)
    yield Dated(view.subject, rule.field, when, says, status, tuple(told), behind)


def _is_vague(when: When) -> bool:
    """Say whether a date leaves open when it is: by its marks, or by its form."""
    open_ended = when.is_open_start or when.is_open_end
    return when.approximate or when.uncertain or open_ended or when.precision in _VAGUE or "X" in when.text


def _is_only_announced(giving: Iterable[Reading]) -> bool:
    """Say whether nobody says more of a date than that it was announced, or perhaps after the cut."""
    return all(reading.uncertain or reading.event.modality == "announced" for reading in giving)


def _component(claims: Claims, dated: Dated) -> Component | None:
    """Return a date as an event of a calendar; None where no calendar can hold it."""
    from icalendar import Event as Component

    span = span_of(dated.when)
    if span is None:
        return None
    start, end = span
    told = [f"Date as given: {dated.when.text}", *dated.told, *(_line(claims, each) for each in dated.readings)]
    key = f"{claims.negotiation}\0{dated.subject}\0{dated.field}"
    component = Component()
    component.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@communique")
    component.add("dtstamp", max(reading.recorded.recorded_at for reading in dated.readings).replace(microsecond=0))
    component.add("dtstart", start)
    if end is not None:
        component.add("dtend", end)
    component.add("summary", plain(dated.says))
    component.add("description", "\n".join(map(plain, told)))
    component.add("status", dated.status)
    component.add("transp", "TRANSPARENT")
    component.add("categories", [split(dated.subject)[0]])
    return component


def _line(claims: Claims, reading: Reading) -> str:
    """Return a line for an entry: what it says, by which sources, and how they are graded."""
    sources = ", ".join(dict.fromkeys(item.source for item in reading.evidence)) or "no source"
    grade = grade_of(reading, claims.registers)
    return (
        f"{reading.id}: {summary_of(reading.event, claims.registers.names)} ({sources}{f', {grade}' if grade else ''})"
    )


def span_of(when: When) -> tuple[date | datetime, date | datetime | None] | None:
    """Return the start and the end of a date, the latter exclusive; days, or moments in UTC where it has a clock time.

    An end that is open is None, as is that of a single moment. Where the start is open, what is known of the end takes
    its place. None for a date that begins outside the years 1 to 9999.
    """
    lower, upper = when.lower, when.upper
    if when.is_open_start:
        last = DAY if (upper + 1) % DAY == 0 else MINUTE
        lower = upper // last * last
    is_days = lower % DAY == 0 and (when.is_open_end or (upper + 1) % DAY == 0)
    is_moment = when.precision in {"minute", "second", "instant"} or (when.is_open_start and not is_days)
    try:
        start = from_instant(lower).replace(microsecond=0)
    except DateError:
        return None
    try:
        end = None if when.is_open_end or is_moment else from_instant(upper + 1).replace(microsecond=0)
    except DateError:
        end = None
    return (start.date(), end.date() if end else None) if is_days else (start, end)
