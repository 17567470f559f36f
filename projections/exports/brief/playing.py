"""What a page that plays holds: each thing that is said on any day once, and which of them each step shows.

A step ends on a day on which the status says something else than on the day before. What it shows is made from the
status at that cut, so that page and status say the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.exports.brief import words
from projections.exports.brief.changes import ahead, changed_since, noted
from projections.exports.brief.contents import Item, Play, PlayGroup, PlayStep
from projections.exports.brief.statements import Teller
from projections.judgement.findings import KINDS
from projections.judgement.states import State
from projections.views.agenda import agenda_of
from projections.views.diff import diff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.cut import Cut
    from projections.exports.brief.statements import Citations
    from projections.views.replay import Replay
    from projections.views.status import Status

#: The axes that are played, the first of them first.
PLAYED: Final = ("known", "happened")
#: The kinds of findings that are questions rather than conflicts.
QUESTIONS: Final = ("overdue", "open-question")
_AHEAD: Final = "Ahead"
#: The order in which groups are told: things and votes, positions, what is to come, findings.
_THINGS, _POSITIONS, _EXPECTED, _FOUND = range(4)
_KINDS: Final = {kind: place for place, kind in enumerate((*QUESTIONS, *KINDS))}


class _Heading(NamedTuple):
    """Where a group is told, and its heading."""

    place: int
    within: int
    text: str


def play(replay: Replay, cites: Citations, days: dict[str, list[str]]) -> Play:
    """Return what the steps that end on these days, by axis, show; sources are numbered on."""
    numbers: dict[tuple[_Heading, Item], int] = {}
    steps = {axis: tuple(_steps(replay, cites, axis, found, numbers)) for axis, found in days.items()}
    groups: dict[_Heading, list[tuple[int, Item]]] = {}
    for (heading, item), number in numbers.items():
        groups.setdefault(heading, []).append((number, item))
    # Things and positions come in the order in which they are first told, findings in that of their kinds.
    order = sorted(groups, key=lambda heading: (heading.place, heading.within))
    return Play(tuple(PlayGroup(heading.text, tuple(groups[heading])) for heading in order), steps)


def _steps(
    replay: Replay, cites: Citations, axis: str, days: Iterable[str], numbers: dict[tuple[_Heading, Item], int]
) -> Iterator[PlayStep]:
    shown: set[int] = set()
    before: Status | None = None
    for day in days:
        cut = _at(replay.base, axis, day)
        now = replay.at(cut)
        if before is None:
            before = replay.at(_at(replay.base, axis, _day_before(day)))
        here = cites.at(now.claims)
        items = {numbers.setdefault(placed, len(numbers)) for placed in _items(now, here)}
        yield PlayStep(
            day,
            tuple(sorted(items - shown)),
            tuple(sorted(shown - items)),
            changed_since(cut, diff(before, now), before, here),
        )
        shown, before = items, now


def _items(now: Status, cites: Citations) -> Iterator[tuple[_Heading, Item]]:
    """Yield all that is said of a status, each under its heading."""
    teller = Teller(now, cites)
    for family in teller.families():
        for statement in family.statements:
            view = now.view(statement.subject)
            state = (view.state or "") if isinstance(view, State) else None
            # Which entries it rests on is not printed, and would make another statement of it with each.
            said = statement._replace(backing=statement.backing._replace(entries=()))
            yield _Heading(_THINGS, 0, family.heading), Item("statement", said.subject, state, "", said.name, said)
    for subject, stance, matter, party, stand in teller.stands():
        stand = stand._replace(backing=stand.backing._replace(entries=()))  # noqa: PLW2901 - without what is not printed
        yield _Heading(_POSITIONS, 0, matter), Item("stand", subject, stance or "", "", party, stand)
    for coming in agenda_of(now):
        yield _Heading(_EXPECTED, 0, _AHEAD), Item("ahead", coming.expected.subject, None, "", "", ahead(coming, cites))
    for finding in now.findings:
        if not finding.is_note:
            heading = _Heading(_FOUND, _KINDS.get(finding.kind, len(_KINDS)), words.kind(finding.kind))
            yield heading, Item("noted", finding.subject, None, finding.kind, "", noted(finding, cites))


def _at(base: Cut, axis: str, day: str) -> Cut:
    return replace(base, known_by=day) if axis == "known" else replace(base, happened_by=day)


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def steps_of(replay: Replay, axis: str) -> list[str]:  # TODO
    first, last = date(2012, 1, 1), date(2025, 1, 1)
    found, before = [], None
    day = first
    while day < last:
        now = replay.at(_at(replay.base, axis, day.isoformat())).to_json()
        for k in ("cut", "day", "negotiation", "entries", "head"):
            now.pop(k, None)
        if before is not None and now != before:
            found.append(day.isoformat())
        before = now
        day += timedelta(days=1)
    return found
