"""A new version of a table: what changed, vanished, moved or came back since the versions that the log holds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.entry import Prepared, prepare
from tracker.errors import ContentError, EntryRejectedError, NameUnknownError, Problem
from tracker.events.knowledge import EntryCorrected, EntryRetracted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.scripts.tables.model import LoadedMap

_PUBLISHED: Final = "published"


@dataclass(slots=True)
class Earlier:
    """What the versions so far say of an entry: its event, its fields as JSON, and what retracts it, if anything.

    `corrections` are those of theirs that stand, each with the fields that it gives.
    """

    event: str
    content: bytes
    retracted_by: str | None = None
    corrections: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Compared:
    """What a row's entry comes to: what is to be recorded of it, and what that is."""

    entries: list[Prepared]
    corrected: int = 0
    restored: int = 0
    already: int = 0


class TableVersion:
    """A new version of a source's table, known from a day on, beside what its earlier versions said.

    Only what cites the source counts: what a person corrects or retracts stays theirs. Raises `EntryRejectedError`
    for a map without a source or ids, and `NameUnknownError` for a day before the last one.
    """

    def __init__(self, log: EventLog, loaded: LoadedMap, published: str) -> None:
        faults = [
            loaded.fault(("entry", index, "id"), "is required by --update, which tells entries by their ids")
            for index, entry in enumerate(loaded.spec.entry)
            if "id" not in (entry.model_extra or {})
        ]
        if loaded.spec.source is None:
            faults.append(loaded.fault(("source",), "is required by --update, which compares what a source said"))
        if faults:
            raise EntryRejectedError(faults)
        self._map = loaded
        self._source = loaded.spec.source or ""
        self._day = published
        #: Days of publication of its own are what a table says, and are compared.
        self._has_days = _PUBLISHED in loaded.spec.common or any(
            _PUBLISHED in (entry.model_extra or {}) for entry in loaded.spec.entry
        )
        self._held: dict[tuple[str, str], Earlier] = {}
        self._seen: set[tuple[str, str]] = set()
        #: Ids of entries of rejected rows: of them it is not known where they belong now.
        self._doubtful: set[str] = set()
        #: Whether it is not known of each row that was rejected which entries it would have made.
        self.uncertain = False
        last = ""
        for negotiation in log.negotiations():
            if self._source in log.application.negotiation(negotiation).registers["source"]:
                last = max(last, self._read(log, negotiation))
        if published < last:
            raise NameUnknownError(
                f"--published {published} is before {last}, when the last version of {self._source} became known; "
                "record versions in their order"
            )

    def _read(self, log: EventLog, negotiation: str) -> str:
        """Take in what the versions so far said in a negotiation, and return the last one's day."""
        retractions: dict[str, str] = {}
        corrected: dict[str, Earlier] = {}
        last = ""
        for recorded in log.read(negotiation):
            event = recorded.event
            if all(item.source != self._source for item in event.evidence):
                continue
            if event.published is not None and (event.kind_of_entry == "knowledge" or not self._has_days):
                last = max(last, str(event.published)[: len("2024-05-01")])
            if event.kind_of_entry == "claim":
                self._held[negotiation, recorded.id] = Earlier(event.event, _dumped(self._fields(event.canonical())))
            elif isinstance(event, EntryCorrected | EntryRetracted):
                self._mend(negotiation, recorded.id, event, retractions, corrected)
        return last

    def _mend(
        self,
        negotiation: str,
        entry: str,
        event: EntryCorrected | EntryRetracted,
        retractions: dict[str, str],
        corrected: dict[str, Earlier],
    ) -> None:
        """Take in what a version said about an entry, or about what one before it said; both by id are added to."""
        earlier = corrected.get(event.entry)
        if earlier is not None:
            # What it no longer gives, a correction behind it gives otherwise.
            if isinstance(event, EntryRetracted):
                earlier.corrections.pop(event.entry, None)
            elif isinstance(left := event.changes.get("changes"), dict):
                earlier.corrections[event.entry] = dict(left)
            return
        again = retractions.get(event.entry)
        held = self._held.get((negotiation, event.entry if again is None else again))
        if held is None:
            return
        if isinstance(event, EntryRetracted):
            held.retracted_by = entry if again is None else None
            retractions[entry] = event.entry
        else:
            held.content = _dumped(_changed(json.loads(held.content), event.changes))
            held.corrections[entry] = dict(event.changes)
            corrected[entry] = held

    def _fields(self, content: bytes) -> dict[str, Any]:
        """Return an entry's fields, without the day of publication where that is the version's."""
        fields: dict[str, Any] = json.loads(content)
        if not self._has_days:
            fields.pop(_PUBLISHED, None)
        return fields

    def take(self, entry: Prepared) -> Compared:
        """Return what an entry of the new version comes to; raises `EntryRejectedError`."""
        held = self._held.get((entry.negotiation, entry.id))
        if held is None:
            return Compared([entry])
        if held.event != entry.event:
            message = f"{entry.id!r} is {held.event} in earlier versions, and {entry.event} in this one"
            raise EntryRejectedError([Problem(f"{message}; give entries of the two kinds ids of their own", "id")])
        before, now = json.loads(held.content), self._fields(b"{%s}" % entry.content)
        changes = {name: now.get(name) for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)}
        step = Compared([])
        if held.retracted_by is not None:
            reason = f"in the table again on {self._day}"
            step.entries.append(self._retraction(entry.negotiation, held.retracted_by, reason))
            step.restored = 1
        if changes:
            step.entries += self._revised(entry.negotiation, held, changes)
            reason = f"as the version of {self._day} has it"
            step.entries.append(self._correction(entry.negotiation, entry.id, changes, reason))
            step.corrected = 1
        step.already = int(not step.entries)
        return step

    def _revised(self, negotiation: str, held: Earlier, changes: dict[str, Any]) -> Iterator[Prepared]:
        """Yield what takes back of earlier versions' corrections what this one changes: that contradicts nothing."""
        reason = f"the version of {self._day} has it otherwise"
        for name, given in held.corrections.items():
            left = {field: value for field, value in given.items() if field not in changes}
            if not left:
                yield self._retraction(negotiation, name, reason)
            elif len(left) < len(given):
                yield self._correction(negotiation, name, {"changes": left}, reason)

    def _correction(self, negotiation: str, entry: str, changes: dict[str, Any], reason: str) -> Prepared:
        correction: Event = EntryCorrected(
            negotiation=negotiation,
            entry=entry,
            changes=changes,
            published=self._day,
            evidence=self._evidence,
            reason=reason,
        )
        return prepare(correction)

    def saw(self, ids: list[tuple[str, str]]) -> None:
        """Note the ids of entries that the new version has, those of rejected rows included."""
        self._seen.update(ids)

    def doubted(self, ids: list[tuple[str, str]]) -> None:
        """Note the ids of entries of a rejected row, which did not vanish, wherever they were."""
        self._doubtful.update(entry for _, entry in ids)

    def vanished(self) -> Iterator[Prepared]:
        """Yield the retractions of what the new version has no longer, or elsewhere."""
        places: dict[str, list[str]] = {}
        for negotiation, entry in self._seen:
            places.setdefault(entry, []).append(negotiation)
        for (negotiation, entry), held in self._held.items():
            is_seen = (negotiation, entry) in self._seen or entry in self._doubtful
            if held.retracted_by is None and not is_seen:
                elsewhere = ", ".join(sorted(places.get(entry, ())))
                reason = f"moved to {elsewhere}" if elsewhere else "no longer in the table"
                yield self._retraction(negotiation, entry, f"{reason} on {self._day}")

    @property
    def _evidence(self) -> list[dict[str, str]]:
        return [{"source": self._source}]

    def _retraction(self, negotiation: str, entry: str, reason: str) -> Prepared:
        retraction: Event = EntryRetracted(
            negotiation=negotiation, entry=entry, published=self._day, evidence=self._evidence, reason=reason
        )
        return prepare(retraction)

    def require_own_ids(self, *, suffixed: bool) -> None:
        """Raise `ContentError` where two rows have one id: which of them is which may be otherwise in each version."""
        if suffixed:
            raise ContentError(
                f"{self._map.name}: some ids of this table need suffixes, by which --update cannot tell its rows from "
                "one version to the next; make `id` of columns that tell each row"
            )


def _changed(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return fields as a correction has them: null removes one."""
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def _dumped(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()
