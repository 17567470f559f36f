"""The negotiation: the aggregate that guards what must hold when an entry is written.

It holds the registers (parties, matters, sources), its version and the head of its chain. It never asks whether a
story makes sense: that is for projections to judge, so that a better judgement never needs another log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.codec import GENESIS, Recorded, digest_of, encode, head_of, timestamp
from tracker.errors import DamageError, EntryRejectedError, Problem, nearest
from tracker.events.base import Event, Knowledge
from tracker.events.parsing import LOG_FIELDS, build, field_names
from tracker.events.references import REGISTERED_BY, reference_fields, references
from tracker.events.registry import BUILT_IN
from tracker.stores.store import SNAPSHOT_TOPIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tracker.entry import Prepared
    from tracker.events.base import Evidence
    from tracker.events.knowledge import EntryCorrected
    from tracker.events.naming import Reference
    from tracker.spelling import Hints

#: Entries after which a snapshot of the registers is kept, so that a long negotiation is as quick to append to as a
#: short one.
SNAPSHOT_INTERVAL: Final = 1000
_HOW_TO_ADD: Final = {"party": "PartyAdded", "matter": "MatterAdded", "source": "SourceRegistered"}
#: How it is told that a name is not there.
_UNKNOWN: Final = "unknown"
#: What tells which entry an entry is; a correction may not change it.
_IDENTITY: Final = frozenset({"event", "negotiation", "id"})


class NewEntry(NamedTuple):
    """An entry that a negotiation has taken, as the bytes to be stored of it, to which its next one is chained."""

    originator_id: str
    originator_version: int
    topic: str
    state: bytes
    id: str


class Snapshot(NamedTuple):
    """The registers of a negotiation at one of its versions, as bytes."""

    originator_id: str
    originator_version: int
    topic: str
    state: bytes

    @classmethod
    def take(cls, negotiation: Negotiation) -> Snapshot:
        """Return the snapshot of a negotiation as it is."""
        return cls(negotiation.id, negotiation.version, SNAPSHOT_TOPIC, negotiation.snapshot())


class StaleError(Exception):
    """What was known of a negotiation is not what the log holds, as it may be behind a failover that lost some."""


@dataclass
class Negotiation:
    """One negotiation as the log's writer sees it.

    `version` counts its entries, `head` is the digest of the last one, empty where a snapshot does not tell it, and
    `recorded_at` that one's time as stored.
    """

    id: str
    version: int = 0
    head: str = GENESIS
    recorded_at: str = ""
    registers: dict[str, dict[str, None]] = field(default_factory=lambda: {"party": {}, "matter": {}, "source": {}})

    def register(self, kind: str, name: str) -> None:
        """Take a name into a register."""
        self.registers[kind][name] = None

    def append(self, entry: Prepared, stamp: str, quoted_by: str, drafted_by: str | None = None) -> NewEntry:
        """Take an entry as the next one, and return what is to be stored of it."""
        self.version += 1
        # A clock that was set back must not put an entry before its predecessor.
        self.recorded_at = max(self.recorded_at, stamp)
        head = head_of(entry.topic, self.id, self.version, self.head)
        state = encode(
            head,
            entry.id,
            entry.content,
            recorded_at=self.recorded_at,
            recorded_by=quoted_by,
            drafted_by=drafted_by,
            origin=entry.origin,
        )
        self.head = digest_of(state)
        if entry.registers is not None:
            self.register(*entry.registers)
        return NewEntry(self.id, self.version, entry.topic, state, entry.id)

    def take(self, recorded: Recorded) -> None:
        """Take an entry that the log holds as the next one."""
        register = REGISTERED_BY.get(type(recorded.event))
        if register is not None:
            self.register(register, getattr(recorded.event, register))
        self.version, self.head = recorded.version, recorded.digest
        self.recorded_at = timestamp(recorded.recorded_at)

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
        self, event: Event, has_entry: Callable[[str, str], bool], entries: Callable[[str], Iterable[str]], hints: Hints
    ) -> list[Problem]:
        """Return what is wrong with the names in an entry; `has_entry` finds one by id, `entries` lists all."""
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
        return Problem(f"{_UNKNOWN} {kind} {name!r}{hint}", reference.field)

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


def names_no_party(problem: Problem) -> bool:
    """Say whether a problem is that a party is not there, as `Negotiation.unknown` tells it."""
    return problem.message.startswith(f"{_UNKNOWN} party ")


def project(negotiation: Negotiation | None, events: Iterable[Any]) -> Negotiation | None:
    """Return a negotiation with what was recorded since, from its newest snapshot on where nothing is known of it.

    Raises `StaleError` where the first entry does not follow what is known, `DamageError` at a snapshot that is none.
    """
    known = negotiation
    for event in events:
        if isinstance(event, Snapshot):
            negotiation = Negotiation(event.originator_id, event.originator_version, head="")
            try:
                negotiation.restore(event.state)
                if event.originator_version < 1:
                    raise ValueError(event.originator_version)  # noqa: TRY301 - told with all else that can be wrong
            except ValueError:
                raise wrong_snapshot(negotiation) from None
            continue
        if known is not None and known.head != event.previous:
            raise StaleError(known.id)
        known = None
        negotiation = negotiation or Negotiation(event.originator_id)
        negotiation.take(event)
    return negotiation


def wrong_snapshot(negotiation: Negotiation) -> DamageError:
    """Return what to raise where a negotiation's snapshot cannot be its own."""
    return DamageError(
        f"the snapshot of {negotiation.id} at version {negotiation.version} was changed; `communique verify "
        "--repair-derived` makes it anew"
    )


def apply_changes(target: Event, changes: dict[str, Any]) -> Event:
    """Return an entry with whole fields replaced, null removing one; raises `EntryRejectedError` if it does not fit."""
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
