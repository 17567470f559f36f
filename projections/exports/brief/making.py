"""The making of a brief from the claims that stand at a cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.claims.claims import claims
from projections.claims.cut import Cut
from projections.claims.history import history_of
from projections.exports.brief import words
from projections.exports.brief.changes import ahead, changed_since, noted
from projections.exports.brief.chart import chart_of
from projections.exports.brief.contents import Brief, Contrary, EventLine, Group
from projections.exports.brief.playing import play
from projections.exports.brief.statements import Citations, Teller
from projections.judgement.findings import KINDS, OPEN
from projections.views.agenda import agenda_of
from projections.views.diff import diff
from projections.views.status import status, status_of
from projections.views.timeline import is_certain, timeline_of
from projections.views.why import why_of
from projections.wording.sentences import listed, notes_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from projections.claims.history import History
    from projections.judgement.findings import Finding
    from projections.views.status import Status
    from projections.views.timeline import Line
    from tracker.log import EventLog

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
    plays: bool = False,
) -> Brief:
    """Return what there is to report about a negotiation at a cut, with its changes since another one when asked.

    `since` takes from the cut each axis that it leaves open. `start`, in microseconds since 1970, leaves out of the
    chronology what had happened before, and `last` all but so many of its lines; the rest tells of all. `today` is the
    day by which deadlines are judged where the cut has none, and is told as the day of the report. With `standing` what
    was retracted is left out. One that `plays` reads no clock: its day is that of its last step. Raises
    `NameUnknownError` for a negotiation or source that does not exist.
    """
    cut, without = cut or Cut(), tuple(without)
    history = history_of(source, negotiation)
    admitted = claims(history, negotiation, cut, without=without)
    cites = Citations(admitted)
    # Sources are numbered as a reader meets them, so the parts are made in the order in which they are told.
    played = play(history, cut, without, cites) if plays else None
    if played is not None:
        today = played.today
    now = status_of(admitted, today=today)
    teller = Teller(now, cites)
    lines = timeline_of(admitted, standing=standing)
    shown = lines if start is None else tuple(line for line in lines if line.upper >= start)
    shown = shown if last is None else shown[-last:]
    families = tuple(teller.families())
    serious = [finding for finding in now.findings if not finding.is_note]
    notes = [finding.kind for finding in now.findings if finding.is_note]
    changes = None
    if since is not None:
        then = since_cut(since, cut)
        before = status(history, negotiation, then, without=without, today=today)
        changes = changed_since(then, diff(before, now), before, cites)
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
        expected=tuple(ahead(coming, cites) for coming in agenda_of(now)),
        questions=tuple(_groups(serious, cites, OPEN)),
        findings=tuple(_groups(serious, cites, tuple(name for name in KINDS if name not in OPEN))),
        notes=notes_in_words(notes) if notes else "",
        against=tuple(_against(now, lines, cites, standing=standing)),
        chronology=tuple(_events(shown, cites)),
        left_out=len(lines) - len(shown),
        chart=chart_of(now),
        play=played,
        sources=cites.sources(),
    )


def since_cut(since: Cut, cut: Cut) -> Cut:
    """Return the cut that changes are told from: each axis as given, and as in the brief's own cut where it is open."""
    return Cut(
        happened_by=since.happened_by or cut.happened_by,
        known_by=since.known_by or cut.known_by,
        recorded_by=since.recorded_by or cut.recorded_by,
    )


def _groups(findings: Sequence[Finding], cites: Citations, kinds: Iterable[str]) -> Iterator[Group]:
    """Yield findings kind by kind, in the order of the kinds given."""
    for kind in kinds:
        found = [finding for finding in findings if finding.kind == kind]
        if found:
            yield Group(words.kind(kind), tuple(noted(finding, cites) for finding in found))


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
