"""The negotiation: the aggregate that guards what must hold when an entry is written.

It holds the registers (parties, matters, sources), its version and the head of its chain. It never asks whether a
story makes sense: that is for projections to judge, so that a better judgement never needs another log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.codec import GENESIS, digest_of, encode, head_of
from tracker.errors import EntryRejectedError, Problem, nearest
from tracker.events.base import Event, Knowledge
from tracker.events.parsing import LOG_FIELDS, build, field_names
from tracker.events.references import REGISTERED_BY, reference_fields, references
from tracker.events.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tracker.entry import Prepared
    from tracker.events.base import Evidence
    from tracker.events.knowledge import EntryCorrected
    from tracker.events.references import Reference
    from tracker.spelling import Hints
    from tracker.stores.store import Stored

#: Entries after which a snapshot of the registers is kept, so that a long negotiation is as quick to append to as a
#: short one.
SNAPSHOT_INTERVAL: Final = 1000
#: What stands in the column of the topic for a snapshot.
SNAPSHOT_TOPIC: Final = "Negotiation.v1"
_HOW_TO_ADD: Final = {"party": "PartyAdded", "matter": "MatterAdded", "source": "SourceRegistered"}
#: What tells which entry an entry is; a correction may not change it.
_IDENTITY: Final = frozenset({"event", "negotiation", "id"})


@dataclass
class Negotiation:
    """One negotiation as the log's writer sees it.

    `version` counts its entries, `head` is the digest of the last one, `recorded_at` that one's time as stored.
    """

    id: str
    version: int = 0
    head: str = GENESIS
    recorded_at: str = ""
    registers: dict[str, dict[str, None]] = field(
        default_factory=lambda: {"party": {}, "matter": {}, "source": {}},
    )

    def register(self, kind: str, name: str) -> None:
        """Take a name into a register."""
        self.registers[kind][name] = None

    def has_all(self, names: Iterable[tuple[str, str]]) -> bool:
        """Say whether each (kind, name) is registered; names of entries never are."""
        registers = self.registers
        for kind, name in names:  # noqa: SIM110 - a generator would cost more than what it goes through
            if kind == "entry" or name not in registers[kind]:
                return False
        return True

    def copy(self) -> Negotiation:
        """Return a copy that can be changed and thrown away."""
        return Negotiation(
            self.id,
            self.version,
            self.head,
            self.recorded_at,
            {kind: dict(names) for kind, names in self.registers.items()},
        )

    def append(self, entry: Prepared, stamp: str, quoted_by: str) -> Stored:
        """Take an entry as the next one, and return what is to be stored of it."""
        self.version += 1
        # A clock that was set back must not put an entry before its predecessor.
        self.recorded_at = max(self.recorded_at, stamp)
        head = head_of(entry.topic, self.id, self.version, self.head)
        state = encode(head, entry.id, entry.content, recorded_at=self.recorded_at, recorded_by=quoted_by)
        self.head = digest_of(state)
        if entry.registers is not None:
            self.register(*entry.registers)
        return (self.id, self.version, entry.topic, state)

    def snapshot(self) -> bytes:
        """Return the registers as bytes."""
        return json.dumps({kind: list(names) for kind, names in self.registers.items()}).encode()

    def restore(self, state: bytes) -> None:
        """Take the registers from a snapshot; raises `ValueError` where it is none."""
        try:
            self.registers |= {kind: dict.fromkeys(names) for kind, names in json.loads(state).items()}
        except (AttributeError, TypeError) as error:
            raise ValueError(str(error)) from error

    def problems(
        self,
        event: Event,
        has_entry: Callable[[str, str], bool],
        entries: Callable[[str], Iterable[str]],
        hints: Hints,
    ) -> list[Problem]:
        """Return what is wrong with the names in an entry.

        `has_entry` says whether a negotiation has an entry of an id, `entries` which ones it has.
        """
        return [
            self.unknown(reference, entries, hints)
            for reference in references(event)
            if not (
                has_entry(self.id, reference.name)
                if reference.kind == "entry"
                else reference.name in self.registers[reference.kind]
            )
        ]

    def unknown(self, reference: Reference, entries: Callable[[str], Iterable[str]], hints: Hints) -> Problem:
        """Return what there is to say of a name that is not there; `entries` are those of a negotiation."""
        kind, name = reference.kind, reference.name
        if kind == "entry":
            hint = hints.entry(self.id, name, lambda: entries(self.id)) or "; record it first"
            return Problem(f"there is no entry {name!r} before this one{hint}", reference.field)
        hint = hints.among(self.id, kind, name, self.registers[kind]) or f"; add it first with {_HOW_TO_ADD[kind]}"
        return Problem(f"unknown {kind} {name!r}{hint}", reference.field)

    def corrected(
        self,
        event: EntryCorrected,
        target: Event,
        has_entry: Callable[[str, str], bool],
        entries: Callable[[str], Iterable[str]],
        hints: Hints,
    ) -> EntryCorrected:
        """Return a correction with its changes in the form in which its target would hold them.

        `has_entry` says whether a negotiation has an entry of an id, `entries` which ones it has. Raises
        `EntryRejectedError` where the target's type does not take the changes, or they name what is not there.
        """
        kind = type(target)
        problems = []
        known = field_names(kind)
        about = {written for _, written, what in reference_fields(kind) if what == "entry"}
        for name in event.changes:
            if name in _IDENTITY or name == REGISTERED_BY.get(kind):
                what = "entry" if name in _IDENTITY else name
                problems.append(
                    Problem(f"says which {what} it is and cannot change; retract the entry and record another", name)
                )
            elif name in LOG_FIELDS:
                problems.append(Problem("is set by the log and cannot change", name))
            elif name not in known:
                problems.append(Problem(f"{kind.__name__} has no such field{nearest(name, known)}", name))
            elif name in about and isinstance(target, Knowledge):
                problems.append(Problem("cannot change; retract the entry and record another", name))
        fields: dict[str, Any] = {}
        if not problems:
            try:
                if _rests_on_no_evidence(kind, event.changes):
                    target = target.model_copy(update={"evidence": ()})
                reading = apply_changes(target, event.changes)
                # As the entry would hold them: without defaults inside, but a field that is set to its default is kept.
                fields = reading.model_dump(mode="json", by_alias=True, round_trip=True)
                fields |= reading.model_dump(mode="json", by_alias=True, exclude_defaults=True, round_trip=True)
                problems += [
                    problem
                    for problem in self.problems(reading, has_entry, entries, hints)
                    if problem.field.split(".")[0] in event.changes
                ]
            except EntryRejectedError as error:
                problems += error.problems
        if problems:
            raise EntryRejectedError(Problem(p.message, f"changes.{p.field}".rstrip(".")) for p in problems)
        changes = {name: None if event.changes[name] is None else fields[name] for name in sorted(event.changes)}
        return event.model_copy(update={"changes": changes})


def apply_changes(target: Event, changes: dict[str, Any]) -> Event:
    """Return an entry as it reads with whole fields replaced, null removing one.

    Raises `EntryRejectedError` where the outcome does not fit the entry's type.
    """
    kind = type(target)
    kept: tuple[Evidence, ...] = ()
    if _rests_on_no_evidence(kind, changes):
        kept, target = target.evidence, target.model_copy(update={"evidence": ()})
    fields = target.model_dump(mode="json", by_alias=True, exclude_defaults=True, round_trip=True)
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    built = build(kind, fields)
    return built.model_copy(update={"evidence": kept}) if kept else built


def _rests_on_no_evidence(kind: type[Event], changes: dict[str, Any]) -> bool:
    """Say whether what is said after changes is the same without the evidence, of which there may be very much."""
    return kind in BUILT_IN and "evidence" not in changes
