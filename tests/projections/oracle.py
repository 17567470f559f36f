"""What judgement asks for, worked out the slow way: every question from the start, nothing kept, nothing shared.

Written from the text alone, to hold the program against. It takes what an event type is and how a date is read from
the tracker, and works out everything else itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.dates import instant
from tracker.errors import EntryRejectedError
from tracker.events import parse

if TYPE_CHECKING:
    from projections import Cut
    from tracker.codec import Recorded
    from tracker.events import Event

ARROWS = {
    "agreement": "negotiated>signed signed>in-force in-force>suspended suspended>in-force "
    "in-force>denunciation-announced denunciation-announced>denunciation-notified denunciation-notified>terminated",
    "proposal": "tabled>accepted tabled>refused tabled>withdrawn tabled>superseded tabled>lapsed",
    "round": "proposed>announced announced>under-way under-way>suspended suspended>under-way under-way>concluded",
    "withdrawal": "demanded>agreed agreed>ordered ordered>scheduled scheduled>rescheduled rescheduled>scheduled "
    "scheduled>under-way rescheduled>under-way under-way>completed",
    "commitment": "undertaken>fulfilled undertaken>breached undertaken>released",
}
OPEN_SIDES = {"suspended", "deadlocked", "breached"}
FINAL_SIDES = {"reversed", "cancelled", "expired", "superseded"}


class Oracle:
    """The answers at one cut of a history."""

    def __init__(self, entries: list[Recorded], cut: Cut) -> None:
        self.cut = cut
        self.entries = [entry for entry in entries if self._was_recorded(entry)]
        self.by_id = {entry.id: entry for entry in self.entries}

    def _was_recorded(self, entry: Recorded) -> bool:
        if self.cut.position is not None:
            return entry.position <= self.cut.position
        return self.cut.recorded is None or instant(entry.recorded_at) <= self.cut.recorded

    # ── how an entry reads ──

    def event(self, entry: Recorded) -> Event:
        """Return an entry as corrected at the cut."""
        event = entry.event
        for correction in self.about(entry, "EntryCorrected"):
            said: Any = self.event(correction)
            fields = event.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"event": event.event}
            for name, value in said.changes.items():
                fields.pop(name, None)
                if value is not None:
                    fields[name] = value
            try:
                event = parse(fields)
            except EntryRejectedError:
                continue
        return event

    def about(self, entry: Recorded, kind: str) -> list[Recorded]:
        """Return the entries of a kind about an entry that are in force, in the order in which they became known."""
        found = [
            other
            for other in self.entries
            if other.event.event == kind and getattr(other.event, "entry", None) == entry.id and self.is_known(other)
        ]
        found = [other for other in found if not self.about(other, "EntryRetracted")]
        return sorted(found, key=lambda other: (self.published(other)[1], other.position))

    def evidence(self, entry: Recorded) -> list[Any]:
        """Return an entry's evidence with that of what corroborates it."""
        own = list(self.event(entry).evidence)
        return own + [item for other in self.about(entry, "EntryCorroborated") for item in self.evidence(other)]

    def published(self, entry: Recorded) -> tuple[int, int]:
        """Return when an entry became public: as given, by its earliest source, or when it was recorded."""
        event = self.event(entry)
        if event.published is not None:
            return event.published.lower, event.published.upper
        dates = [date for item in self.evidence(entry) if (date := self.source_date(item.source)) is not None]
        return min(dates, key=lambda date: (date[1], date[0]), default=(instant(entry.recorded_at),) * 2)

    def source_date(self, name: str) -> tuple[int, int] | None:
        """Return when a source was published, by its latest registration that is not retracted."""
        for entry in reversed(self.entries):
            registered: Any = entry.event
            is_it = registered.event == "SourceRegistered" and registered.source == name
            if is_it and not self.about(entry, "EntryRetracted"):
                event = self.event(entry)
                return None if event.published is None else (event.published.lower, event.published.upper)
        return None

    def occurred(self, entry: Recorded) -> tuple[int, int]:
        """Return when an entry happened; where that is not known, when it was published."""
        event = self.event(entry)
        return (event.occurred.lower, event.occurred.upper) if event.occurred else self.published(entry)

    def is_known(self, entry: Recorded) -> bool:
        """Say whether an entry was public by the cut."""
        return self.cut.known is None or self.published(entry)[1] <= self.cut.known

    # ── what stands ──

    def admitted(self) -> list[Recorded]:
        """Return the claims that the cut admits, in fold order."""
        found = [
            entry
            for entry in self.entries
            if entry.event.kind_of_entry == "claim"
            and self.is_known(entry)
            and (self.cut.happened is None or self.occurred(entry)[0] <= self.cut.happened)
        ]
        return sorted(found, key=lambda entry: (*self.occurred(entry), entry.position))

    def standing(self) -> list[Recorded]:
        """Return those that are not retracted."""
        return [entry for entry in self.admitted() if not self.about(entry, "EntryRetracted")]

    def is_uncertain(self, entry: Recorded) -> bool:
        """Say whether an entry may have happened after the cut."""
        return self.cut.happened is not None and self.occurred(entry)[1] > self.cut.happened

    # ── what can be said ──

    def states(self) -> dict[str, dict[str, Any]]:
        """Return the state of every thing that a standing entry names, by subject."""
        found: dict[str, list[tuple[Recorded, Event, str | None]]] = {}
        for entry in self.standing():
            event: Any = self.event(entry)
            moves = event.moves_to if event.modality not in {"denied", "hypothetical"} else None
            if event.machine is not None:
                found.setdefault(event.subject or "", []).append((entry, event, moves))
                older = getattr(event, "supersedes", None)
                if older is not None and older != event.proposal:
                    found.setdefault(f"proposal:{older}", []).append((entry, event, "superseded" if moves else None))
        return {subject: self._state(subject, named) for subject, named in found.items()}

    def _state(self, subject: str, named: list[tuple[Recorded, Event, str | None]]) -> dict[str, Any]:
        arrows = [arrow.split(">") for arrow in ARROWS[subject.partition(":")[0]].split()]
        state, because = None, []
        for entry, _, new in named:
            if new is None:
                continue
            if new == state:
                because.append(entry)
            elif state is None or _is_legal(arrows, state, new):
                state, because = new, [entry]
            elif _overlap(self.occurred(entry), self.occurred(because[0])) or _leads(arrows, new, state):
                continue
            else:
                state, because = new, [entry]
        asserted = [entry for entry, event, _ in named if event.modality not in {"denied", "hypothetical"}]
        because = because or asserted
        first = self.event(because[0]).occurred if because else None
        shown: dict[str, Any] = {
            "state": state,
            "since": first.text if first else None,
            "because": [entry.id for entry in because],
            "uncertain": all(self.is_uncertain(entry) for entry in because or [entry for entry, _, _ in named]),
        }
        if subject.startswith("withdrawal:"):
            for name in ("strength", "departed", "residual"):
                shown[name] = self._figure(name, [(entry, event) for entry, event, _ in named])
        return shown

    def _figure(self, name: str, named: list[tuple[Recorded, Any]]) -> dict[str, Any] | None:
        claimed = []
        for entry, event in named:
            figures = [getattr(event, name, None)]
            if name == "strength" and event.event == "WithdrawalProgressReported":
                figures.append(event.of)
            if event.modality not in {"denied", "hypothetical"}:
                claimed += [(entry, figure) for figure in figures if figure is not None]
        if not claimed:
            return None
        if any(figure.scope is None for _, figure in claimed):
            claimed = [(entry, figure) for entry, figure in claimed if figure.scope is None]
        latest, shown = claimed[-1]
        same = [
            (entry, figure)
            for entry, figure in claimed
            if (figure.unit, figure.scope) == (shown.unit, shown.scope)
            and _overlap(self.occurred(entry), self.occurred(latest))
        ]
        lows, highs = zip(*(figure.bounds for _, figure in same), strict=True)
        return {
            "low": None if None in lows else min(lows),
            "high": None if None in highs else max(highs),
            "unit": shown.unit,
            "scope": shown.scope,
            "because": list(dict.fromkeys(entry.id for entry, _ in same)),
        }

    def stances(self) -> dict[tuple[str, str], tuple[str, list[str]]]:
        """Return by party and matter the stance, and the entries that assert it since it was last taken."""
        found: dict[tuple[str, str], tuple[str, list[str]]] = {}
        for entry in self.standing():
            event: Any = self.event(entry)
            if event.event == "PositionTaken" and event.stance and event.modality not in {"denied", "hypothetical"}:
                stance, because = found.get((event.party, event.matter), ("", []))
                same = [*because, entry.id] if stance == event.stance else [entry.id]
                found[event.party, event.matter] = (event.stance, same)
        return found

    def partners(self) -> dict[str, list[str]]:
        """Return by party whom it is said to be close to."""
        found: dict[str, list[str]] = {}
        for entry in self.standing():
            event: Any = self.event(entry)
            if event.modality not in {"denied", "hypothetical"}:
                for other in _named_partners(event):
                    if other not in found.setdefault(event.party, []):
                        found[event.party].append(other)
        return found


def _named_partners(event: Any) -> list[str]:  # noqa: ANN401 - an event of any type
    if event.event == "PartnershipOpennessDeclared":
        return list(event.toward)
    return [event.with_] if event.event == "TiesDeepened" else []


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _leads(arrows: list[list[str]], start: str, end: str) -> bool:
    """Say whether a path leads from one state to another."""
    reached = {target for source, target in arrows if source == start}
    while more := {target for source, target in arrows if source in reached} - reached:
        reached |= more
    return end in reached


def _is_legal(arrows: list[list[str]], state: str, new: str) -> bool:
    if state in OPEN_SIDES or _leads(arrows, state, new):
        return True
    is_final = state in FINAL_SIDES or not any(source == state for source, _ in arrows)
    return new in OPEN_SIDES | FINAL_SIDES and not is_final
