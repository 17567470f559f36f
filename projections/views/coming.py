"""What new entries bring: things that come to life, and corrections of what another one corrects otherwise."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.readings import MACHINES, split, subjects_of
from projections.judgement.findings.alike import pairs_among
from projections.views.status import findings
from tracker.events.knowledge import EntryCorrected
from tracker.events.references import registered_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.events.base import Event
    from tracker.log import EventLog

#: Entries of a negotiation that are read to know what was there; reading so many takes half a second.
MOST: Final = 20_000


#: The letters of an id below which one letter says nothing.
_LETTERS: Final = 3
#: New negotiations that are looked at for misspellings of others.
FEW: Final = 20


class NewThing(NamedTuple):
    """A thing that comes to life, as ``withdrawal:all-force``, and the one there that its id is nearly like, if any."""

    negotiation: str
    subject: str
    like: str | None

    def __str__(self) -> str:
        family, name = split(self.subject)
        hint = f"; did you mean {split(self.like)[1]!r}?" if self.like else ""
        return f"new {family} {name!r}{hint}"


def coming(log: EventLog, events: Iterable[Event], until: int | None) -> Iterator[NewThing]:
    """Yield what new entries bring to life, in their order, and what they register with an id close to another one.

    What was there is read up to a position of the log, or all of it. In a negotiation of more than `MOST` entries
    nothing is said, as nobody waits for its entries to be read.
    """
    counts = log.negotiations()
    named: dict[str, dict[str, None]] = defaultdict(dict)
    taken = list(events)
    for event in taken:
        named[event.negotiation].update(dict.fromkeys(_named(event)))
    new = Counter(event.negotiation for event in taken)
    opened = {name for name in named if counts.get(name, 0) in {0, new[name]}}
    for negotiation, subjects in named.items():
        # Each is held against all others, and nobody misspells very many.
        if negotiation in opened and len(opened) <= FEW and (like := _misspelt(negotiation, counts)):
            yield NewThing(negotiation, f"negotiation:{negotiation}", f"negotiation:{like}")
        if subjects and counts.get(negotiation, 0) <= MOST:
            there = {subject for recorded in log.read(negotiation, until=until) for subject in _named(recorded.event)}
            yield from _new(negotiation, there, [subject for subject in subjects if subject not in there])


def contradicted(log: EventLog, events: Iterable[Event]) -> Iterator[str]:
    """Yield what is to be told of new corrections, if another one that stands gives the same field another value.

    The events are in the log. In a negotiation of more than `MOST` entries nothing is said.
    """
    counts = log.negotiations()
    new: dict[str, set[str | None]] = defaultdict(set)
    for event in events:
        if isinstance(event, EntryCorrected):
            new[event.negotiation].add(event.id)
    for negotiation, names in new.items():
        if counts.get(negotiation, 0) <= MOST:
            for finding in findings(log, negotiation):
                if finding.kind == "value-conflict" and names.intersection(finding.entries):
                    yield finding.message.removesuffix(".")


def _misspelt(name: str, known: Iterable[str]) -> str | None:
    """Return the negotiation from whose id one slip of the hand makes a name; two years are no slip."""
    letters = re.sub(r"[0-9]", "", name)
    if len(letters) < _LETTERS:
        return None
    others = [
        other
        for other in known
        if other != name and abs(len(other) - len(name)) <= 1 and re.sub(r"[0-9]", "", other) != letters
    ]
    if not others:
        return None
    from rapidfuzz.distance import OSA

    return next(
        (other for other in others if OSA.distance(name.casefold(), other.casefold(), score_cutoff=1) <= 1), None
    )


def _new(negotiation: str, there: set[str], new: list[str]) -> Iterator[NewThing]:
    if not new:
        return
    like: dict[str, str] = {}
    order = {subject: number for number, subject in enumerate(new, 1)}
    for pair in pairs_among([*there, *new]):
        first, second = sorted(pair, key=lambda subject: order.get(subject, 0))
        like.setdefault(second, first)
    for subject in new:
        # Who registers a thing knows that it is new.
        if subject in like or split(subject)[0] in MACHINES:
            yield NewThing(negotiation, subject, like.get(subject))


def _named(event: Event) -> Iterator[str]:
    """Yield what an entry registers or gives life to by using it."""
    if (name := registered_field(type(event))) is not None:
        yield f"{name}:{getattr(event, name)}"
    yield from (subject for subject in subjects_of(event) if split(subject)[0] in MACHINES)
