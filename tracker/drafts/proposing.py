"""Proposing: entries of a script become drafts, each checked as if it were recorded, and none twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracker.drafts.queue import Filter
from tracker.entry import prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tracker.drafts.queue import Draft, Queue
    from tracker.errors import Problem
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Assumption
    from tracker.scripts.reading import ScriptLine


@dataclass
class Proposed:
    """What came of proposing: counts, what is wrong, and a draft's number for each entry, None where it is wrong."""

    drafted: int = 0
    already: int = 0
    rejected_before: int = 0
    invalid: int = 0
    problems: list[Problem] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as `communique draft --json` gives it."""
        return {
            **{name: getattr(self, name) for name in ("drafted", "already", "rejected_before", "invalid")},
            "errors": [
                {name: getattr(problem, name) for name in ("file", "line", "field", "message")}
                for problem in self.problems
            ],
            "drafts": self.numbers,
        }


def propose(  # noqa: PLR0913 - each by name but the first three
    queue: Queue, log: EventLog, lines: Iterable[ScriptLine], *, by: str, at: str, reason: str | None = None
) -> Proposed:
    """Put the entries of a script that are right into the queue; `at` is the time as stored, `reason` why.

    They may rest on what is in the log, on drafts that are pending, and on what stands before them. What is in the log
    already is not proposed, and what is wrong with one place is told once.
    """
    found = Proposed()
    events: list[tuple[int, Event]] = []
    places: list[tuple[str, int]] = []
    assumed = names_of_pending(queue)
    for index, line in enumerate(lines):
        found.numbers.append(None)
        if line.event is None:
            found.problems += line.problems
            assumed.update(line.assumes)
        else:
            events.append((index, line.event))
        places.append((line.file, line.line))
    receipt = log.record(
        [event for _, event in events],
        dry_run=True,
        keep_going=True,
        places=[("", index) for index, _ in events],
        assumed=assumed,
    )
    wrong = {problem.line for problem in receipt.problems}
    found.problems += [problem.at(*places[problem.line]) for problem in receipt.problems]
    found.problems = sorted(dict.fromkeys(found.problems), key=lambda problem: problem.line)
    right = [(index, event) for index, event in events if index not in wrong]
    found.invalid = len(places) - len(right)
    recorded = _recorded(log, [event for _, event in right])
    new = [
        (index, event)
        for (index, event), is_there in zip(right, recorded, strict=True)
        if not is_there or queue.has(event)
    ]
    found.already, right = len(right) - len(new), new
    added = queue.add([event for _, event in right], by=by, at=at, reason=reason) if right else []
    for (index, _), (number, state) in zip(right, added, strict=True):
        found.numbers[index] = number
        if state is None:
            found.drafted += 1
        elif state == "rejected":
            found.rejected_before += 1
        else:
            found.already += 1
    return found


def _recorded(log: EventLog, events: Sequence[Event]) -> list[bool]:
    """Say of each of some entries, which the log would take, whether it is there already."""
    keys = [(event.negotiation, prepare(event).id) for event in events]
    there = log.store.versions(keys) if keys else {}
    return [key in there for key in keys]


def registering(drafted: Iterable[Draft]) -> Iterator[Event]:
    """Yield what drafts that are not rejected say of captured documents."""
    for draft in drafted:
        if "sha256" in draft.entry and draft.state != "rejected" and (event := draft.event) is not None:
            yield event


def names_of_pending(queue: Queue) -> set[Assumption]:
    """Return the names that pending drafts would bring, which others may rest on."""
    names: set[Assumption] = set()
    for draft in queue.drafts(Filter()):
        event = draft.event
        if event is None:
            continue
        entry = prepare(event)
        names.add((draft.negotiation, "entry", entry.id))
        if entry.registers is not None:
            names.add((draft.negotiation, *entry.registers))
    return names
