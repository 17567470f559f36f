"""The making of a brief from the claims that stand at a cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.claims.claims import claims
from projections.claims.cut import Cut
from projections.claims.history import history_of
from projections.exports.brief import words
from projections.exports.brief.chart import chart_of
from projections.exports.brief.contents import Ahead, Brief, ChangeLine, Contrary, EventLine, Group, Noted, Since
from projections.exports.brief.statements import Citations, Teller
from projections.judgement.findings import KINDS
from projections.views.agenda import agenda_of
from projections.views.diff import diff
from projections.views.status import status, status_of
from projections.views.timeline import is_certain, timeline_of
from projections.views.why import why_of
from projections.wording.sentences import aspect_text, finding_text, listed, notes_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from projections.claims.history import History
    from projections.claims.readings import Reading
    from projections.judgement.findings import Finding
    from projections.views.diff import Difference
    from projections.views.status import Status
    from projections.views.timeline import Line
    from tracker.log import EventLog

_QUESTIONS: Final = ("overdue", "open-question")
#: The aspects of a position that are entries.
_ENTRIES: Final = frozenset({"red_lines", "concessions"})
_MARKS: Final = ("disputed", "corrected", "unsourced")


def brief(  # noqa: PLR0913 - what every view takes, and since when
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    since: Cut | None = None,
    start: int | None = None,
    last: int | None = None,
    today: date | None = None,
    standing: bool = False,
) -> Brief:
    """Return what there is to report about a negotiation at a cut, with its changes since another one when asked.

    `since` takes from the cut each axis that it leaves open. `start`, in microseconds since 1970, leaves out of the
    chronology what had happened before, and `last` all but so many of its lines; the rest tells of all. `today` is the
    day by which deadlines are judged where the cut has none, and is told as the day of the report. With `standing` what
    was retracted is left out. Raises
    `NameUnknownError` for a negotiation or source that does not exist.
    """
    cut, without = cut or Cut(), tuple(without)
    history = history_of(source, negotiation)
    admitted = claims(history, negotiation, cut, without=without)
    now = status_of(admitted, today=today)
    cites = Citations(admitted)
    teller = Teller(now, cites)
    lines = timeline_of(admitted, standing=standing)
    shown = lines if start is None else tuple(line for line in lines if line.upper >= start)
    shown = shown if last is None else shown[-last:]
    # Sources are numbered as a reader meets them, so the parts are made in the order in which they are told.
    families = tuple(teller.families())
    serious = [finding for finding in now.findings if not finding.is_note]
    notes = [finding.kind for finding in now.findings if finding.is_note]
    changes = None
    if since is not None:
        then = since_cut(since, cut)
        before = status(history, negotiation, then, without=without, today=today)
        changes = _since(then, diff(before, now), before, cites)
    return Brief(
        negotiation=history.negotiation,
        title=now.title,
        # The analyst's own words know no cut: at one, they might tell what nobody knew by then.
        summary=admitted.registers.summary if cut.happened_by is None and cut.known_by is None else None,
        cut=cut,
        as_of=words.as_of(cut, today),
        without=without,
        entries=now.entries,
        head=now.head,
        standing=families,
        since=changes,
        figures=tuple(teller.figures()),
        positions=teller.matrix(),
        parties=tuple(teller.parties()),
        expected=tuple(
            Ahead(words.when(one.date), coming.says, one.because, cites.of(cites.readings(one.because)))
            for one, coming in ((coming.expected, coming) for coming in agenda_of(now))
        ),
        questions=tuple(_groups(serious, cites, _QUESTIONS)),
        findings=tuple(_groups(serious, cites, tuple(name for name in KINDS if name not in _QUESTIONS))),
        notes=notes_in_words(notes) if notes else "",
        against=tuple(_against(now, lines, cites, standing=standing)),
        chronology=tuple(_events(shown, cites)),
        left_out=len(lines) - len(shown),
        chart=chart_of(now),
        sources=cites.sources(),
    )


def since_cut(since: Cut, cut: Cut) -> Cut:
    """Return the cut that changes are told from: each axis as given, and as in the brief's own cut where it is open."""
    return Cut(
        happened_by=since.happened_by or cut.happened_by,
        known_by=since.known_by or cut.known_by,
        recorded_by=since.recorded_by or cut.recorded_by,
    )


def _since(start: Cut, found: Difference, before: Status, cites: Citations) -> Since:
    changes = tuple(
        ChangeLine(
            name=cites.called(change.subject),
            aspect=aspect_text(change.aspect),
            before=_value(change.aspect, change.before, before, cites),
            after=_value(change.aspect, change.after, before, cites),
            entries=change.because,
            sources=cites.of(_readings(change.because, before, cites)),
        )
        for change in found.changes
    )
    return Since(
        cut=words.as_of(start, None),
        changes=changes,
        appeared=tuple(_noted(finding, cites) for finding in found.appeared),
        gone=tuple(_noted(finding, cites) for finding in found.gone),
        changed=tuple((_noted(older, cites), _noted(newer, cites)) for older, newer in found.changed),
    )


def _value(aspect: str, given: Any, before: Status, cites: Citations) -> str:  # noqa: ANN401 - as `words.value`
    """Return the value of a conclusion in words; where it is entries, what they say."""
    if aspect in _ENTRIES and given:
        given = [getattr(reading.event, "terms", None) or reading.id for reading in _readings(given, before, cites)]
    return words.value(aspect, given)


def _readings(entries: Iterable[str], before: Status, cites: Citations) -> Iterator[Reading]:
    """Yield how entries read now, or else then: a cause may have stood only before."""
    for entry in entries:
        reading = cites.claims.get(entry) or before.reading(entry)
        if reading is not None:
            yield reading


def _noted(finding: Finding, cites: Citations) -> Noted:
    readings = cites.readings(finding.entries)
    message = finding_text(finding.subject, finding.message, cites.claims.names)
    return Noted(finding.kind, finding.subject, message, finding.entries, cites.of(readings))


def _groups(findings: Sequence[Finding], cites: Citations, kinds: Iterable[str]) -> Iterator[Group]:
    """Yield findings kind by kind, in the order of the kinds given."""
    for kind in kinds:
        found = [finding for finding in findings if finding.kind == kind]
        if found:
            yield Group(words.kind(kind), tuple(_noted(finding, cites) for finding in found))


def _against(now: Status, lines: Iterable[Line], cites: Citations, *, standing: bool) -> Iterator[Contrary]:
    """Yield the entries that argue against a state, a stance or partners, subject by subject."""
    known = {line.entry: line for line in lines}
    for subject in now.subjects:
        if now.view(subject) is None:
            continue
        for ground in why_of(now, subject).against:
            if standing and ground.how == "retracted":
                continue
            line = known.get(ground.entry)
            yield Contrary(
                name=cites.called(subject),
                how=words.against(ground.how),
                says=line.summary if line else ground.says,
                when=words.dated(ground.occurred, ground.published),
                entry=ground.entry,
                grade=line.grade if line else "",
                sources=cites.of(cites.readings((ground.entry,))),
            )


def _events(lines: Iterable[Line], cites: Citations) -> Iterator[EventLine]:
    for line in lines:
        reading = cites.claims.get(line.entry)
        if reading is None:
            continue
        marks = [mark for mark in _MARKS if getattr(line, mark)]
        if line.uncertain:
            marks.append("may have happened later")
        if line.retracted:
            marks.insert(0, f"retracted by {listed(reading.retracted_by)}")
        yield EventLine(
            entry=line.entry,
            when=words.dated(line.occurred, line.published),
            certain=is_certain(reading.event.occurred),
            says=line.summary,
            grade=line.grade,
            marks=tuple(marks),
            retracted=line.retracted,
            aside=reading.event.kind_of_entry == "knowledge",
            sources=cites.of((reading,)),
        )
