"""TimelineJS: the claims that stand at a cut, in the JSON that TimelineJS 3 of the Knight Lab draws.

TimelineJS puts headlines, texts and dates into a page as HTML. What came from outside goes through the door for HTML,
so that no markup of a source survives; the few tags are ours.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from projections.claims.readings import by_subject
from projections.exports.text import html, link
from projections.judgement.conclusions import view_of
from projections.judgement.states import Withdrawal
from projections.judgement.weighing import weighing_of
from projections.views.timeline import publication_of
from projections.wording.sentences import summary_of
from tracker.unseen import escape_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.exports import Tally
    from tracker.dates import When
    from tracker.events.base import Evidence

_UNITS: Final = ("year", "month", "day", "hour", "minute", "second", "millisecond")
#: How many units a date of one period has; of any other, both ends are told.
_GIVEN: Final = {"year": 1, "month": 2, "day": 3, "minute": 5, "second": 6, "instant": 7}
_ISO: Final = re.compile(r"(-?\d+)-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{3})\d*)?Z)?")
_DAY: Final = 3


def write(claims: Claims, tally: Tally) -> Iterator[bytes]:
    """Return a timeline of the claims that stand, as one JSON document in UTF-8.

    A claim that is not known to have happened at any time is placed where it became public; those for which neither is
    known are left out and counted.
    """
    placed = (_event(claims, reading) for reading in claims.standing)
    events = [event for event in placed if event is not None]
    tally.written += len(events)
    if lost := len(claims.standing) - len(events):
        tally.remarks.append(f"{lost:,} left out: it is not known when they happened, nor when they became public")
    document = {"title": _title(claims), "events": events, "eras": list(_eras(claims))}
    return iter([escape_json(json.dumps(document, ensure_ascii=False, indent=2)).encode() + b"\n"])


def _title(claims: Claims) -> dict[str, Any]:
    registers, cut = claims.registers, claims.cut
    # The analyst's own words know no cut: at one, they might tell what nobody knew by then.
    summary = registers.summary if cut.happened_by is None and cut.known_by is None else None
    return {"text": {"headline": html(registers.title or claims.negotiation), "text": html(summary or "")}}


def _event(claims: Claims, reading: Reading) -> dict[str, Any] | None:
    """Return a claim as an event of a timeline; None where nothing tells where to place it."""
    event, names = reading.event, claims.names
    when = event.occurred or publication_of(reading, claims.registers)
    if when is None:
        return None
    start, end = span_of(when)
    found: dict[str, Any] = {"start_date": start}
    if end is not None:
        found["end_date"] = end
    if event.occurred is None:
        found["display_date"] = f"published {html(when.text)}"
    elif when.approximate or when.uncertain or when.precision not in _said_alike(start):
        found["display_date"] = html(when.text)
    return {
        **found,
        "text": {
            "headline": html(summary_of(event, names)),
            "text": "".join(_paragraphs(claims, reading)),
        },
        "group": html(event.family),
        "unique_id": reading.id,
    }


def _said_alike(start: dict[str, str]) -> Collection[str]:
    """Return the precisions of dates that TimelineJS says as well as they were given.

    Of dates before the year 1 that is all: their years have other numbers in EDTF.
    """
    return _GIVEN if start["year"].startswith("-") else ("day",)


def _paragraphs(claims: Claims, reading: Reading) -> Iterator[str]:
    """Yield what else there is to say of a claim, as HTML: how it stands, the analyst's note, and who says it."""
    marks = (
        (reading.corrected_by, "corrected"),
        (reading.disputed_by, "disputed"),
        (reading.uncertain, "may have happened after the cut"),
        (not reading.evidence, "no source"),
    )
    if said := ", ".join(word for holds, word in marks if holds):
        yield f"<p><em>{said.capitalize()}.</em></p>"
    if reading.event.note:
        yield f"<p>{html(reading.event.note)}</p>"
    for item in reading.evidence:
        yield f"<p>{_cited(claims, reading, item)}</p>"


def _cited(claims: Claims, reading: Reading, item: Evidence) -> str:
    """Return one piece of evidence as HTML: who publishes it, whom it cites, its grade, and its words."""
    source = claims.registers.source(item.source)
    name = html(source.publisher or item.source)
    address = link(source.url)
    cited = f'<a href="{html(address)}">{name}</a>' if address else name
    if item.attributed_to:
        cited += f", citing {html(item.attributed_to)}"
    cited += f" ({claims.registers.grade(item.source, reading.credibility_of(item))})"
    if item.quote:
        return f"{cited}: “{html(item.quote)}”"
    return f"{cited}: {html(item.paraphrase)}" if item.paraphrase else cited


def _eras(claims: Claims) -> Iterator[dict[str, Any]]:
    """Yield the withdrawals that are completed, from the order to their end; one without an end is no era yet."""
    for subject, readings in by_subject(claims.standing).items():
        view = view_of(subject, readings, weighing_of(claims), None)
        if isinstance(view, Withdrawal) and view.state == "completed":
            first = next((one.event.occurred for one in readings if one.moves_to == "ordered"), None)
            last = next(reading.event.occurred for reading in readings if reading.id == view.because[0])
            if first is None or last is None or first.is_open_start or last.is_open_end or last.precedes(first):
                continue
            yield {
                "start_date": _units(first.earliest_iso(), _DAY),
                "end_date": _units(last.latest_iso(), _DAY),
                "text": {"headline": html(f"Withdrawal {view.id}")},
            }


def span_of(when: When) -> tuple[dict[str, str], dict[str, str] | None]:
    """Return the start and the end of a date as TimelineJS takes them; times are UTC.

    A year, month, day or moment has no end. Where one end is open, the other is the start, and there is no end.
    """
    count = _GIVEN.get(when.precision)
    if count is not None:
        return _units(when.earliest_iso(), count), None
    if when.is_open_start:
        return _units(when.latest_iso(), len(_UNITS)), None
    end = None if when.is_open_end else _units(when.latest_iso(), len(_UNITS))
    return _units(when.earliest_iso(), len(_UNITS)), end


def _units(iso: str | None, count: int) -> dict[str, str]:
    """Return a time in ISO 8601 as TimelineJS takes it, down to a unit at most.

    TimelineJS prints -44 as 44 BCE and knows no year 0; in ISO 8601 the year 0000 is 1 BCE.
    """
    found = _ISO.fullmatch(iso or "")
    assert found is not None  # noqa: S101 - `When` writes what this reads, but for an open end
    given = zip(_UNITS[:count], found.groups(), strict=False)
    units = {name: int(text) for name, text in given if text is not None}
    units["year"] -= units["year"] < 1
    return {name: str(number) for name, number in units.items()}
