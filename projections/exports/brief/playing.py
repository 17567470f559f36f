"""What a page that plays holds: each thing that is said on any day once, and which of them each step shows.

A step ends on a day on which the status says something else than on the day before. What it shows is made from the
status at that cut, so that page and status say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.history import History
from projections.exports.brief import words
from projections.exports.brief.changes import ahead, changed_since, last_word, noted, surer
from projections.exports.brief.contents import Ahead, Play, PlayGroup, PlayItem, PlayStep
from projections.exports.brief.playchart import play_chart
from projections.exports.brief.statements import Teller
from projections.judgement.findings import KINDS, OPEN
from projections.judgement.findings.settled import reasons
from projections.judgement.states import State
from projections.views.agenda import agenda_of
from projections.views.days import Days
from projections.views.diff import diff
from projections.views.lanes import Lanes
from projections.views.status import status
from projections.wording.kinds import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.cut import Cut
    from projections.exports.brief.statements import Citations
    from projections.views.status import Status

#: The axes that are played, the first of them first.
PLAYED: Final = ("known", "happened")
_AHEAD: Final = "Ahead"
#: The order in which groups are told: things and votes, positions, what is to come, findings.
_THINGS, _POSITIONS, _EXPECTED, _FOUND = range(4)
_KINDS: Final = {kind: place for place, kind in enumerate((*OPEN, *KINDS))}


class _Heading(NamedTuple):
    """Where a group is told, and its heading."""

    place: int
    within: int
    text: str


def play(history: History, base: Cut, without: Iterable[str], cites: Citations) -> Play:
    """Return what the steps along each axis show; sources are numbered on."""
    numbers: dict[tuple[_Heading, PlayItem], int] = {}
    steps: dict[str, tuple[PlayStep, ...]] = {}
    charts = []
    for axis in PLAYED:
        along = Days(history, axis, base, without=without)
        lanes = Lanes(along)
        steps[axis] = tuple(_steps(along, lanes, cites, numbers))
        charts.append(play_chart(axis, lanes.made(), [step.day for step in steps[axis]]))
    groups: dict[_Heading, list[tuple[int, PlayItem]]] = {}
    for (heading, item), number in numbers.items():
        groups.setdefault(heading, []).append((number, item))
    # Things and positions come in the order in which they are first told, findings in that of their kinds.
    order = sorted(groups, key=lambda heading: (heading.place, heading.within))
    return Play(
        tuple(PlayGroup(heading.text, tuple(groups[heading])) for heading in order),
        steps,
        tuple(chart for chart in charts if chart is not None),
    )


def _steps(
    along: Days, lanes: Lanes, cites: Citations, numbers: dict[tuple[_Heading, PlayItem], int]
) -> Iterator[PlayStep]:
    """Go along the days, which the lanes take in, too, and yield the steps."""
    shown: set[int] = set()
    nothing = before = status(History(along.history.negotiation, []), along.history.negotiation)
    for day in along:
        lanes.take(day)
        if day.is_step or before is nothing:
            now = along.status(day)
            here = cites.at(now.claims)
            items = {numbers.setdefault(placed, len(numbers)) for placed in _items(now, here)}
            come, gone = tuple(sorted(items - shown)), tuple(sorted(shown - items))
            changes = changed_since(now.cut, diff(before, now), before, here)
            changes = changes._replace(changes=(*changes.changes, *surer(before, now, here)))
            step = PlayStep(day.day, come, gone, changes, *_turned(before, now, here))
            # What holds before the first year that can be written, or at no time that is known, is a step of its own.
            if day.is_step or items:
                yield step if step.told else step._replace(last=last_word(now, here))
            shown, before = items, now


def _turned(before: Status, now: Status, cites: Citations) -> tuple[tuple[Ahead, ...], tuple[Ahead, ...]]:
    """Return what is ahead now and was not, and what was and is not, each with the sources that it has now."""
    older, newer = (
        {(found.date, found.says): found for found in (ahead(coming, cites) for coming in agenda_of(status))}
        for status in (before, now)
    )
    coming = tuple(found for key, found in newer.items() if key not in older)
    return coming, tuple(found for key, found in older.items() if key not in newer)


def _items(now: Status, cites: Citations) -> Iterator[tuple[_Heading, PlayItem]]:
    """Yield all that is said of a status, each under its heading."""
    teller = Teller(now, cites)
    for family in teller.families():
        for statement in family.statements:
            view = now.view(statement.subject)
            state = (view.state or "") if isinstance(view, State) else None
            # Which entries it rests on is not printed, and would make another statement of it with each.
            said = statement._replace(backing=statement.backing._replace(entries=()))
            item = PlayItem("statement", statement.subject, state, "", statement.name, said)
            yield _Heading(_THINGS, 0, family.heading), item
    for subject, stance, matter, party, stand in teller.stands():
        stand = stand._replace(backing=stand.backing._replace(entries=()))  # noqa: PLW2901 - without what is not printed
        yield _Heading(_POSITIONS, 0, matter), PlayItem("stand", subject, stance or "", "", party, stand)
    for coming in agenda_of(now):
        yield (
            _Heading(_EXPECTED, 0, _AHEAD),
            PlayItem("ahead", coming.expected.subject, None, "", "", ahead(coming, cites)),
        )
    settled = reasons(now.findings, now.claims)
    for finding in now.findings:
        if finding in settled:
            item = PlayItem("noted", finding.subject, None, finding.kind, "", noted(finding, cites, settled[finding]))
            yield _Heading(_FOUND, len(_KINDS) + 1, words.SETTLED), item
        elif not finding.is_note:
            heading = _Heading(_FOUND, _KINDS.get(finding.kind, len(_KINDS)), heading_of(finding.kind))
            yield heading, PlayItem("noted", finding.subject, None, finding.kind, "", noted(finding, cites))
