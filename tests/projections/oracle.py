"""What judgement asks for, worked out the slow way: every question from the start, nothing kept, nothing shared.

Written from the text alone, to hold the program against. It takes what an event type is and how a date is read from
the tracker, and works out everything else itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.dates import OPEN_FUTURE, OPEN_PAST, day_end, disjoint, instant
from tracker.errors import EntryRejectedError
from tracker.events import parse

if TYPE_CHECKING:
    from projections import Cut
    from tracker.codec import Recorded
    from tracker.events import Event

ARROWS = {
    "agreement": "negotiated>adopted adopted>signed signed>provisionally-applied provisionally-applied>in-force "
    "open-for-consent>in-force in-force>suspended suspended>in-force in-force>denunciation-announced "
    "denunciation-announced>denunciation-notified denunciation-notified>denunciation-suspended "
    "denunciation-suspended>denunciation-notified denunciation-notified>terminated",
    "proposal": "tabled>accepted tabled>refused tabled>divided tabled>countered tabled>withdrawn tabled>superseded "
    "tabled>lapsed",
    "round": "proposed>announced announced>under-way under-way>suspended suspended>under-way under-way>held "
    "held>concluded",
    "withdrawal": "demanded>agreed agreed>ordered ordered>scheduled scheduled>rescheduled rescheduled>scheduled "
    "scheduled>under-way rescheduled>under-way under-way>completed",
    "commitment": "undertaken>fulfilled undertaken>breached undertaken>released undertaken>suspended "
    "suspended>undertaken",
    "sanction": "imposed>eased eased>lifted lifted>imposed",
}
OPEN_SIDES = {"suspended", "deadlocked", "breached"}
FINAL_SIDES = {"reversed", "cancelled", "expired", "superseded"}
#: Arrows that lead back, and the events that alone take them.
BACK = {
    ("denunciation-announced", "in-force"): {"DenunciationWithdrawn"},
    ("denunciation-notified", "in-force"): {"DenunciationWithdrawn"},
    ("denunciation-suspended", "in-force"): {"DenunciationWithdrawn"},
    ("concluded", "under-way"): {"RoundHeld", "NegotiationContinued"},
    ("breached", "undertaken"): {"CommitmentResumed"},
}
#: Sets of states of which two cannot both be true at one time.
APART = [
    [{"accepted"}, {"refused"}, {"withdrawn"}, {"lapsed"}],
    [{"fulfilled"}, {"breached"}],
    [{"completed"}, {"reversed"}],
    [{"under-way", "held", "concluded"}, {"cancelled"}],
    [{"terminated"}, {"expired"}, {"superseded"}],
]
#: What the fields of these stories name.
NAMING = {
    **dict.fromkeys(("party", "to", "by", "parties", "with", "toward", "members"), "party"),
    **dict.fromkeys(("source", "relays"), "source"),
    **{name: name for name in ("matter", "agreement", "proposal", "round", "withdrawal", "commitment", "sanction")},
    "supersedes": "proposal",
}
LASTS = {"RoundHeld", "NegotiationContinued"}


class Oracle:
    """The answers at one cut of a history."""

    def __init__(self, entries: list[Recorded], cut: Cut, *, as_written: bool = False) -> None:
        self.cut = cut
        #: Which ids read as another, by family; what says so, and what is said of that, reads as written.
        self.kept: dict[tuple[str, str], str] = {}
        #: The last instant of the cut's day; a log is not judged by today here.
        self.day = cut.happened if cut.happened is not None else cut.known
        self.entries = [entry for entry in entries if self._was_recorded(entry)]
        if self.day is None and cut.recorded_by is not None:
            last = max((instant(entry.recorded_at) for entry in self.entries), default=None)
            self.day = cut.recorded if cut.recorded is not None else last
        self.by_id = {entry.id: entry for entry in self.entries}
        self.as_written = self if as_written else Oracle(entries, cut, as_written=True)
        if not as_written:
            self._merge()

    def _merge(self) -> None:
        """Find what reads as what, going through what says so in the order in which it became known."""
        oracle = self.as_written
        said = [entry for entry in self.entries if entry.event.event == "SameAs" and oracle.is_known(entry)]
        said = [entry for entry in said if not oracle.about(entry, "EntryRetracted")]
        for entry in sorted(said, key=lambda one: (oracle.published(one)[1], one.id)):
            event: Any = oracle.event(entry)
            head = self.name(event.kind, event.keep)
            if head in event.same:
                self.kept.update({key: event.keep for key, its in self.kept.items() if its == head})
                self.kept[event.kind, head] = event.keep
                self.kept.pop((event.kind, event.keep), None)
                head = event.keep
            for other in event.same:
                before = self.name(event.kind, other)
                if before != head:
                    self.kept.update(
                        {key: head for key, its in self.kept.items() if (key[0], its) == (event.kind, before)}
                    )
                    self.kept[event.kind, before] = head

    def name(self, family: str, name: str) -> str:
        """Return as which id one of a family reads."""
        return self.kept.get((family, name), name)

    def _root(self, entry: Recorded) -> Recorded:
        """Return the entry that an entry about entries is about in the end."""
        target = self.by_id.get(getattr(entry.event, "entry", None) or "")
        return entry if target is None or entry.event.kind_of_entry != "knowledge" else self._root(target)

    def _read(self, event: Event) -> Event:
        """Return an event with what it names as that reads."""
        fields = event.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"event": event.event}
        for field, value in fields.items():
            family = NAMING.get(field)
            if field == "evidence":
                for item in value:
                    item["source"] = self.name("source", item["source"])
            elif family is not None and isinstance(value, list):
                fields[field] = list(dict.fromkeys(self.name(family, name) for name in value))
            elif family is not None and isinstance(value, str):
                fields[field] = self.name(family, value)
        return parse(fields)

    def _was_recorded(self, entry: Recorded) -> bool:
        if self.cut.position is not None:
            return entry.position <= self.cut.position
        return self.cut.recorded is None or instant(entry.recorded_at) <= self.cut.recorded

    # ── how an entry reads ──

    def event(self, entry: Recorded) -> Event:
        """Return an entry as corrected at the cut."""
        if self is not self.as_written and self._root(entry).event.event == "SameAs":
            return self.as_written.event(entry)
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
        return self._read(event) if self.kept else event

    def about(self, entry: Recorded, kind: str) -> list[Recorded]:
        """Return the entries of a kind about an entry that are in force, in the order in which they became known."""
        found = [
            other
            for other in self.entries
            if other.event.event == kind and getattr(other.event, "entry", None) == entry.id and self.is_known(other)
        ]
        found = [other for other in found if not self.about(other, "EntryRetracted")]
        return sorted(found, key=lambda other: (self.published(other)[1], other.id))

    def evidence(self, entry: Recorded) -> list[Any]:
        """Return an entry's evidence with that of what corroborates it."""
        own = list(self.event(entry).evidence)
        return own + [item for other in self.about(entry, "EntryCorroborated") for item in self.evidence(other)]

    def published(self, entry: Recorded) -> tuple[int, int]:
        """Return when an entry became public: as given, by its earliest source, or when it was recorded."""
        if self is not self.as_written and self._root(entry).event.event == "SameAs":
            return self.as_written.published(entry)
        event = self.event(entry)
        if event.published is not None:
            return event.published.lower, event.published.upper
        dates = [date for item in self.evidence(entry) if (date := self.source_date(item.source)) is not None]
        return min(dates, key=lambda date: (date[1], date[0]), default=(instant(entry.recorded_at),) * 2)

    def registered(self, name: str) -> Any:  # noqa: ANN401 - an event, or None
        """Return a source's latest registration that is not retracted; its own goes before those that read as it."""
        found = [
            entry
            for entry in self.entries
            if entry.event.event == "SourceRegistered"
            and self.name("source", getattr(entry.event, "source", "")) == name
            and not self.about(entry, "EntryRetracted")
        ]
        found.sort(key=lambda entry: (getattr(entry.event, "source", "") == name, entry.position))
        return self.event(found[-1]) if found else None

    def source_date(self, name: str) -> tuple[int, int] | None:
        """Return when a source was published."""
        event = self.registered(name)
        return None if event is None or event.published is None else (event.published.lower, event.published.upper)

    def occurred(self, entry: Recorded) -> tuple[int, int]:
        """Return when an entry happened; where that is not known, when it was published."""
        event = self.event(entry)
        return (event.occurred.lower, event.occurred.upper) if event.occurred else self.published(entry)

    def is_known(self, entry: Recorded) -> bool:
        """Say whether an entry was public by the cut; what is done or reported is not known before it happened."""
        if self.cut.known is None:
            return True
        event = self.event(entry)
        is_told_after = event.modality in {"done", "reported"} and event.kind_of_entry == "claim"
        known = self.published(entry)[1]
        if is_told_after and event.occurred is not None:
            known = max(known, self.place(entry)[0])
        return known <= self.cut.known

    def place(self, entry: Recorded) -> tuple[int, int, int, str]:
        """Return where an entry stands among others: earliest, latest, told, id.

        What may have happened at any time before a day stands at that day; what has no date of publication, but one of
        when it happened, is told then.
        """
        lower, upper = self.occurred(entry)
        event = self.event(entry)
        is_dated = event.published is not None or any(self.source_date(item.source) for item in self.evidence(entry))
        told = self.published(entry)[1] if is_dated or event.occurred is None else upper
        return (upper if lower == OPEN_PAST else lower, upper, told, entry.id)

    # ── what stands ──

    def admitted(self) -> list[Recorded]:
        """Return the claims that the cut admits, in fold order."""
        found = [
            entry
            for entry in self.entries
            if entry.event.kind_of_entry == "claim"
            and self.is_known(entry)
            and (self.cut.happened is None or self.place(entry)[0] <= self.cut.happened)
        ]
        return sorted(found, key=self.place)

    def standing(self) -> list[Recorded]:
        """Return those that are not retracted."""
        return [entry for entry in self.admitted() if not self.about(entry, "EntryRetracted")]

    def is_uncertain(self, entry: Recorded) -> bool:
        """Say whether an entry may have happened after the cut."""
        bound = 0 if self.event(entry).event in LASTS else 1
        return self.cut.happened is not None and self.occurred(entry)[bound] > self.cut.happened

    # ── what can be said ──

    def states(self) -> dict[str, dict[str, Any]]:
        """Return the state of every thing that a standing entry names, by subject."""
        found: dict[str, list[tuple[Recorded, Any, str | None]]] = {}
        for entry in self.standing():
            event: Any = self.event(entry)
            moves = event.moves_to if self.tells(entry) else None
            if event.machine is not None and event.subject is not None:
                found.setdefault(event.subject, []).append((entry, event, moves))
                older = getattr(event, "supersedes", None)
                if older is not None and older != event.proposal:
                    found.setdefault(f"proposal:{older}", []).append((entry, event, "superseded" if moves else None))
        return {subject: self._state(subject, named) for subject, named in found.items()}

    def tells(self, entry: Recorded) -> bool:
        """Say whether an entry says that something is so: no denial, no supposition, no plan, and its time has come."""
        event = self.event(entry)
        if event.modality in {"denied", "hypothetical"}:
            return False
        told = self.published(entry)
        is_plan = event.modality == "announced" and event.occurred is not None and told[1] < event.occurred.proves()[0]
        has_come = self.day is None or self.place(entry)[0] <= self.day
        return has_come and not is_plan

    def are_apart(self, one: Recorded, other: Recorded) -> bool:
        """Say whether the dates of two entries prove that they were not at one time."""
        mine, its = self.event(one).occurred, self.event(other).occurred
        if mine is not None and its is not None:
            return mine.is_disjoint(its)
        a = self.occurred(one) if mine is None else mine.proves()
        b = self.occurred(other) if its is None else its.proves()
        # The day on which something was published is a plain date: against a clock time it spans all zones.
        return disjoint(a, mine is not None and mine.is_clock_time, b, its is not None and its.is_clock_time)

    def chosen(self, rivals: dict[str, list[Recorded]]) -> str:
        """Return which of several states is shown: the later published, the better grade, more voices, the alphabet."""

        def weight(state: str) -> tuple[Any, ...]:
            entries = rivals[state]
            grades = [
                (self.reliability(item.source), item.credibility) for entry in entries for item in self.evidence(entry)
            ]
            published = max(self.place(entry)[2] for entry in entries)
            return -published, min(grades, default=("Z", 9)), -self.voices(entries), state

        return min(rivals, key=weight)

    def reliability(self, name: str) -> str:
        """Return the reliability of a source."""
        return str(getattr(self.registered(name), "reliability", "F"))

    def voices(self, entries: list[Recorded]) -> int:
        """Return how many independent voices stand behind entries: what shares a root or a person is one."""
        pieces = [self._marks(item) for entry in entries for item in self.evidence(entry)]
        groups: list[set[str]] = []
        for marks in pieces:
            same = [group for group in groups if group & marks]
            groups = [group for group in groups if not group & marks] + [marks.union(*same)]
        return len(groups)

    def _marks(self, item: Any) -> set[str]:  # noqa: ANN401 - a piece of evidence
        roots = self.roots(item.source)
        if item.attributed_to:
            also = {f"person:{self.person(item.attributed_to)}"}
        else:
            also = {f"publisher:{name.casefold()}" for root in roots if (name := self.publisher(root))}
        return {f"root:{root}" for root in roots} | also

    def publisher(self, name: str) -> str | None:
        """Return who publishes a source."""
        return getattr(self.registered(name), "publisher", None)

    def roots(self, name: str) -> set[str]:
        """Return where a source has it from in the end; sources that repeat each other in a circle are one."""
        reached = {name}
        while more := {other for one in reached for other in self.relayed(one)} - reached:
            reached |= more
        ends = {one for one in reached if not self.relayed(one)}
        return ends or {min(reached)}

    def relayed(self, name: str) -> tuple[str, ...]:
        """Return what a source repeats."""
        return tuple(getattr(self.registered(name), "relays", ()))

    def person(self, name: str) -> str:
        """Return who is meant by a name, an alias being the person's name."""
        for entry in self.entries:
            said: Any = entry.event
            if said.event == "AliasAdded" and said.person and said.alias == name:
                return self.name("person", str(said.person))
        return self.name("person", name)

    def fold(  # noqa: C901 - a branch a line of the table
        self, subject: str, named: list[tuple[Recorded, Any, str | None]]
    ) -> tuple[str | None, list[Recorded], dict[str, list[Recorded]], bool]:
        """Return the state, the entries that assert it, its rivals, and whether the dates leave open what came last."""
        arrows = [arrow.split(">") for arrow in ARROWS[subject.partition(":")[0]].split()]
        state: str | None = None
        because: list[Recorded] = []
        rivals: dict[str, list[Recorded]] = {}
        unordered = False
        for entry, event, new in named:
            if new is None:
                continue
            if state is None:
                state, because = new, [entry]
                continue
            if new == state:
                because.append(entry)
                continue
            first = because[0]
            first_event = self.event(first)
            legal = _is_legal(arrows, state, new, event.event)
            within = (
                first_event.event in LASTS
                and event.event not in LASTS
                and new in OPEN_SIDES
                and self.occurred(first)[0] < self.occurred(entry)[0] <= self.occurred(first)[1]
            )
            if self.are_apart(entry, first) or within:
                if legal or not leads(arrows, new, state):
                    state, because, rivals, unordered = new, [entry], {}, False
                continue
            if new in rivals or _are_rivals(state, new):
                rivals = rivals or {state: because}
                rivals.setdefault(new, []).append(entry)
                state = self.chosen(rivals)
                because = rivals[state]
            elif (state, new) in BACK:
                if legal and event.event not in LASTS:
                    state, because, rivals, unordered = new, [entry], {}, False
            elif leads(arrows, state, new) and leads(arrows, new, state):
                mine = (self.occurred(entry)[1], self.place(entry)[2])
                if mine > (self.occurred(first)[1], self.place(first)[2]):
                    state, because, rivals = new, [entry], {}
                unordered = True
            elif legal and (state not in OPEN_SIDES or _is_final(arrows, new)):
                state, because, rivals, unordered = new, [entry], {}, False
        return state, because, rivals, unordered

    def _state(self, subject: str, named: list[tuple[Recorded, Any, str | None]]) -> dict[str, Any]:
        state, because, rivals, unordered = self.fold(subject, named)
        told = [entry for entry, _, _ in named if self.tells(entry)]
        because = because or told
        occurred = self.event(because[0]).occurred if because else None
        is_uncertain = all(self.is_uncertain(entry) for entry in because or [entry for entry, _, _ in named])
        if subject.startswith("round:"):
            state = self._held(state, because)
            is_uncertain = is_uncertain and not any(self.event(entry).event in LASTS for entry in because)
        shown: dict[str, Any] = {
            "state": state,
            "since": occurred.text if occurred else None,
            "because": [entry.id for entry in because],
            "uncertain": is_uncertain or unordered,
            "rivals": [
                {"state": other, "because": [entry.id for entry in entries]}
                for other, entries in rivals.items()
                if other != state
            ],
        }
        if subject.startswith("withdrawal:"):
            for name in ("strength", "departed", "residual"):
                shown[name] = self._figure(name, [(entry, event) for entry, event, _ in named])
        return shown

    def _held(self, state: str | None, because: list[Recorded]) -> str | None:
        """Return `held` for a round whose days are over on the cut's day, with nothing later."""
        days = [self.occurred(entry)[1] for entry in because if self.event(entry).event == "RoundHeld"]
        if state != "under-way" or not days or self.day is None:
            return state
        goes_on = any(self.occurred(entry)[1] > max(days) for entry in because)
        return state if goes_on or max(days) >= OPEN_FUTURE or day_end(max(days)) >= self.day else "held"

    def _figure(self, name: str, named: list[tuple[Recorded, Any]]) -> dict[str, Any] | None:
        claimed = []
        for entry, event in named:
            figures = [getattr(event, name, None)]
            if name == "strength" and event.event == "WithdrawalProgressReported":
                figures.append(event.of)
            if self.tells(entry):
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
            and (entry is latest or not self.are_apart(entry, latest))
        ]
        lows, highs = zip(*(figure.bounds for _, figure in same), strict=True)
        return {
            "low": None if None in lows else min(lows),
            "high": None if None in highs else max(highs),
            "unit": shown.unit,
            "scope": shown.scope,
            "approximate": any(figure.approximate for _, figure in same),
            "because": list(dict.fromkeys(entry.id for entry, _ in same)),
        }

    def partners(self) -> dict[str, list[str]]:
        """Return by party whom it is said to be close to."""
        found: dict[str, list[str]] = {}
        for entry in self.standing():
            event: Any = self.event(entry)
            if self.tells(entry):
                for other in _named_partners(event):
                    if other not in found.setdefault(event.party, []):
                        found[event.party].append(other)
        return found


def _named_partners(event: Any) -> list[str]:  # noqa: ANN401 - an event of any type
    if event.event == "PartnershipOpennessDeclared":
        return list(event.toward)
    return [event.with_] if event.event == "TiesDeepened" else []


def leads(arrows: list[list[str]], start: str, end: str) -> bool:
    """Say whether a path leads from one state to another."""
    reached = {target for source, target in arrows if source == start}
    while more := {target for source, target in arrows if source in reached} - reached:
        reached |= more
    return end in reached


def _is_final(arrows: list[list[str]], state: str) -> bool:
    return state in FINAL_SIDES or not (state in OPEN_SIDES or any(source == state for source, _ in arrows))


def _are_rivals(one: str, other: str) -> bool:
    return any(mine != its for sets in APART for mine in sets for its in sets if one in mine and other in its)


def _is_legal(arrows: list[list[str]], state: str, new: str, event: str) -> bool:
    if (state, new) in BACK:
        return event in BACK[state, new]
    if state in OPEN_SIDES or leads(arrows, state, new):
        return True
    return new in OPEN_SIDES | FINAL_SIDES and not _is_final(arrows, state)
