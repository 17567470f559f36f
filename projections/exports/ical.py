"""iCalendar: what is expected of a negotiation at a cut, the same that an agenda lists (RFC 5545).

What an agenda lists is a date each: deadlines, terms, notices, rounds, ultimatums and plans. A date is CONFIRMED,
TENTATIVE where its source, the way it is written, or another date for the same leaves it open, and CANCELLED where it
is no longer to come. What is still ahead has an alarm. The same log and cut give the same bytes: what is asked of a
clock comes from the log.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.readings import split
from projections.exports.text import plain
from projections.judgement.states import State
from projections.views.agenda import saying
from projections.views.status import status_of
from projections.views.timeline import grade_of
from projections.wording.sentences import summary_of
from tracker.dates import DateError, When, from_instant
from tracker.edtf import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from icalendar import Alarm
    from icalendar import Event as Component

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.exports import Tally
    from projections.judgement.states import Expected
    from projections.views.status import Status

#: When an announced denunciation takes effect, which nothing expects until it is notified: by the law, by one side.
_ANNOUNCED: Final = {
    "legal_effective": "Denunciation of {name} takes effect",
    "claimed_effective": "Denunciation of {name} takes effect by the account of {party}",
}
#: Kinds that each entry gives for itself; of the others a thing has one at a time, which is moved.
_OF_ENTRIES: Final = frozenset({"plan", "effective"})
#: What says that the dates of a thing may still be others.
_FLAGS: Final = frozenset({"WithdrawalTimetableFlagged"})
_VAGUE: Final = frozenset({"set", "decade", "century"})
#: How long before a date that is to come a calendar reminds of it.
_NOTICE: Final = timedelta(weeks=1)
_PRODUCT: Final = "-//communique//communique//EN"


class Dated(NamedTuple):
    """A date that is expected: for which subject, of which kind, as what, by which entries, and what bears on it."""

    subject: str
    field: str
    when: When
    says: str
    status: str
    told: tuple[str, ...]
    readings: tuple[Reading, ...]
    #: Whether it is still to come, as far as the log says.
    is_ahead: bool


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
    """Yield the dates that are expected at a cut; of those that one replaced by another, the last."""
    seen = status_of(claims)
    lines: dict[tuple[str, str], list[Expected]] = {}
    for one in seen.expected:
        lines.setdefault((one.subject, _line_of(seen, one)), []).append(one)
    for (_, line), ones in lines.items():
        open_ = [one for one in ones if one.standing != "void"]
        is_one_of_many = sum(one.standing != "met" for one in open_) > 1
        chosen = sorted(open_ or ones[-1:], key=lambda one: _told(seen, one), reverse=True)
        for number, one in enumerate(chosen):
            # The one that was told last keeps the identity, so that a date which is moved is the same event.
            field = f"{line}\0{one.date}" if number else line
            yield _expected(seen, one, field, is_one_of_many=is_one_of_many)
    for agreement in seen.agreements.values():
        if not any(one.subject == agreement.subject and one.kind == "effective" for one in seen.expected):
            yield from _announced(seen, agreement)


def _line_of(seen: Status, one: Expected) -> str:
    """Return what a date is one of: of the dates in one line the last replaces those before it."""
    reading = seen.reading(one.because[0])
    if reading is None:
        return one.kind
    if one.kind in _OF_ENTRIES:
        return f"{one.kind}\0{reading.id}"
    if one.kind == "ultimatum":
        return "deadline"
    return f"{one.kind}\0suspended" if reading.kind.endswith("Suspended") else one.kind


def _told(seen: Status, one: Expected) -> tuple[int, ...]:
    """Return where in the order of telling the last entry stands that gives a date."""
    return max((reading.order[:3] for reading in map(seen.reading, one.because) if reading is not None), default=())


def _expected(seen: Status, one: Expected, field: str, *, is_one_of_many: bool) -> Dated:
    """Return something that is expected as a date: as certain as its entries make it."""
    when = When(one.date)
    giving = [reading for reading in map(seen.reading, one.because) if reading is not None]
    # What was said of an earlier timetable is not said of this one.
    later = (reading for reading in seen.readings(one.subject) if giving and reading.order > giving[0].order)
    flags = [reading for reading in later if reading.kind in _FLAGS and reading.asserts]
    says, told, because = _of_thing(seen.view(one.subject), saying(seen, one))
    may_change = one.standing != "met" and (bool(flags) or is_one_of_many or _is_only_announced(giving))
    status = "TENTATIVE" if may_change or _is_vague(when) else "CONFIRMED"
    if one.standing == "void":
        status = "CANCELLED"
    more = map(seen.reading, (*one.fulfilled_by, *because))
    behind = {reading.id: reading for reading in (*giving, *flags, *more) if reading is not None}
    return Dated(one.subject, field, when, says, status, told, tuple(behind.values()), is_ahead=one.standing == "ahead")


def _announced(seen: Status, agreement: State) -> Iterator[Dated]:
    """Yield when a denunciation that was only announced takes effect, as was said last."""
    names = seen.claims.names
    readings = [reading for reading in seen.readings(agreement.subject) if reading.asserts]
    for field, template in _ANNOUNCED.items():
        giving = [reading for reading in readings if reading.event.__dict__.get(field) is not None]
        if not giving:
            continue
        when: When = giving[-1].event.__dict__[field]
        name = getattr(agreement, "title", None) or agreement.id
        party = giving[-1].party or "somebody"
        says, told, because = _of_thing(agreement, template.format(name=name, party=names.get(party, party)))
        is_certain = field == "legal_effective" and not _is_vague(when)
        same = [reading for reading in giving if reading.event.__dict__[field] == when]
        behind = {reading.id: reading for reading in (*same, *map(seen.reading, because)) if reading is not None}
        status = "CONFIRMED" if is_certain else "TENTATIVE"
        yield Dated(agreement.subject, field, when, says, status, told, tuple(behind.values()), is_ahead=True)


def _of_thing(view: object, says: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what is said of a date with the state of its thing, a line about that, and the entries behind it."""
    if not isinstance(view, State) or view.state is None:
        return says, (), ()
    state = view.state.replace("-", " ")
    return f"{says} ({state})", (f"State: {state}{f', since {view.since}' if view.since else ''}",), view.because


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
    if dated.is_ahead:
        component.add_component(_alarm(dated))
    return component


def _alarm(dated: Dated) -> Alarm:
    """Return what reminds of a date that is still to come, a week before it begins."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_NOTICE)
    alarm.add("description", plain(dated.says))
    return alarm


def _line(claims: Claims, reading: Reading) -> str:
    """Return a line for an entry: what it says, by which sources, and how they are graded."""
    sources = ", ".join(dict.fromkeys(item.source for item in reading.evidence)) or "no source"
    grade = grade_of(reading, claims.registers)
    return f"{reading.id}: {summary_of(reading.event, claims.names)} ({sources}{f', {grade}' if grade else ''})"


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
