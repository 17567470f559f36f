"""What recording came to, over all files: counted, and told to whoever records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from tui.output import answer, json_document, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.errors import EntryRejectedError, Problem
    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt
    from tracker.scripts.script import ScriptReceipt

#: As many lines with one problem are told line by line; of any more, the first and how many they are.
SAME: Final = 3


@dataclass
class Outcome:
    """What recording came to, over all files."""

    recorded: int = 0
    already: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    #: What would come to life, told where one only tries.
    new: list[str] = field(default_factory=list)
    #: The first and the last position at which something was recorded.
    range: tuple[int, int] | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """Return what one call of recording came to."""
        found = cls()
        found.take(receipt)
        return found

    def take(self, receipt: Receipt | ScriptReceipt) -> None:
        """Take in what one call of recording, or one script, came to beside others; each warning is told once."""
        self.recorded += receipt.count
        self.already += receipt.already
        self.heads.update(receipt.heads)
        self.warnings += [one for one in receipt.warnings if one not in self.warnings]
        if positions := receipt.positions:
            self.range = ((self.range or positions)[0], positions[-1])

    def to_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Return it as scripts rely on it; what was only tried leads to no head."""
        return {
            "dry_run": dry_run,
            "recorded": self.recorded,
            "already": self.already,
            "rejected": self.rejected,
            "errors": [
                {name: getattr(problem, name) for name in ("file", "line", "field", "message")}
                for problem in self.problems
            ],
            "head": {} if dry_run else self.heads,
            "range": None if dry_run or self.range is None else "#{}..#{}".format(*self.range),
            "warnings": self.warnings,
        }

    def tell_new(self, log: EventLog, events: Sequence[Event], before: int | None, *, dry_run: bool) -> None:
        """Take in what of new events may be mistaken, and if one only tries, all that would come to life.

        That is ids close to others that were there at the position `before`, fractions of people, and corrections
        which contradict another one that stands.
        """
        from projections.views.coming import coming, contradicted
        from tracker.events.counting import fractions

        self.warnings += [told for event in events for told in fractions(event)]
        for one in coming(log, events, before):
            if one.like is not None:
                self.warnings.append(str(one))
            elif dry_run:
                self.new.append(str(one))
        self.warnings += contradicted(log, events)

    def tell_recorded(self, log: EventLog, *, dry_run: bool) -> None:
        """Take in what may be mistaken of all that was recorded, if it is not very much."""
        from projections.views.coming import MOST

        if self.range is not None and self.range[1] - self.range[0] < MOST:
            before, last = self.range[0] - 1, self.range[1]
            events = [recorded.event for recorded in log.read(after=before, until=last)]
            self.tell_new(log, events, before, dry_run=dry_run)

    def warn(self) -> None:
        """Say on stderr what whoever records is to be told."""
        for new in self.new:
            say(new)
        for warning in self.warnings:
            say(f"warning: {warning}")

    def reject(self, problems: Sequence[Problem], rejected: int) -> None:
        """Take in entries that were not recorded, and say why on stderr."""
        self.problems += problems
        self.rejected += rejected
        alike = Counter((problem.file, problem.field, problem.message) for problem in problems)
        told: set[tuple[str, str, str]] = set()
        for problem in problems:
            what = (problem.file, problem.field, problem.message)
            if alike[what] <= SAME:
                say(str(problem))
            elif what not in told:
                told.add(what)
                say(f"{problem} (in {alike[what]:,} lines)")


def say_outcome(outcome: Outcome, *, dry_run: bool, style: str | None) -> int:
    """Print what came of recording, and return the exit code."""
    outcome.warn()
    if style == "json":
        json_document(outcome.to_json(dry_run=dry_run))
    else:
        verb_done = "would record" if dry_run else "recorded"
        answer(f"{verb_done} {outcome.recorded}, already there {outcome.already}, rejected {outcome.rejected}")
        if outcome.range and outcome.recorded > 1 and not dry_run:
            say(f"entries #{outcome.range[0]}..#{outcome.range[1]} of the log")
    return 1 if outcome.rejected else 0


def rejected(error: EntryRejectedError, *, dry_run: bool, style: str | None) -> int:
    """Say what is wrong with what was to be recorded, print that nothing was, and return the exit code."""
    outcome = Outcome()
    outcome.reject(error.problems, error.rejected)
    if style == "json":
        json_document(outcome.to_json(dry_run=dry_run))
    return 1
