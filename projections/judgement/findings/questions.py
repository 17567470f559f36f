"""Questions: what is open or overdue, and what rests on little, or on what was taken back."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from projections.judgement.conclusions import conclusion, gathered, told_by
from projections.judgement.findings import Finding
from projections.judgement.states import Agreement, Proposal, Withdrawal
from projections.judgement.voices import voices_among
from projections.wording.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView

    from projections.claims.readings import Reading
    from projections.claims.registers import Registers
    from projections.judgement.conclusions import Gatherer
    from projections.judgement.findings import Case
    from projections.judgement.states import State
    from projections.judgement.voices import Voice
    from projections.judgement.weighing import Weighing
    from tracker.events.base import Evidence

#: States after which a withdrawal has no future.
_ENDED = frozenset({"completed", "reversed"})


#: What is owed, so that it is overdue once its date has passed.
_OWED = frozenset({"deadline", "due"})
#: What is said of each kind of expectation whose date has passed.
_PASSED: Final = {
    "deadline": "it was to end by {} and has not",
    "due": "it was due {} and is not fulfilled",
    "until": "its suspension was to last until {}, and nothing says what came of it",
    "term": "its term ended {}, and nothing says what came of it",
    "effective": "it was to take effect {}, and nothing says that it did",
    "scheduled": "it was to be held {}, but is not said to have been",
    "ultimatum": "its deadline was {}, and nothing says what came of it",
    "plan": "it was announced for {}, and nothing says that it happened",
}


#: Kinds of agreements of which a form is asked for; one whose kind is not known may be any of them.
_FORMAL = frozenset({"treaty", "sofa", "exchange-of-notes", None})
#: What is missing of an agreement in some states, and of which kinds that is asked.
_ASKED: Final = {
    "negotiated": (_FORMAL, "it is negotiated, but not signed"),
    "adopted": (_FORMAL, "it is adopted, but not signed"),
    "signed": (_FORMAL | {"ceasefire"}, "it is signed, but not said to be in force"),
    "denunciation-announced": (_FORMAL, "its denunciation was announced, but not notified"),
}


def questions(case: Case) -> Iterator[Finding]:
    """Yield what is open or overdue about one thing; without a day, nothing is judged by its date."""
    match case.view:
        case Agreement(part_of=None) as thing if (asked := _ASKED.get(thing.state or "")) and thing.kind in asked[0]:
            yield _open(thing, asked[1], thing.because)
        case Proposal(state="tabled", settled=False) as thing:
            whose = f" of {listed(thing.silent)}" if thing.silent else ""
            yield _open(thing, f"it has no answer{whose}", thing.because)
        case Withdrawal() as thing:
            if thing.state == "ordered" and thing.deadline is None:
                yield _open(thing, "it is ordered, but there is no timetable", thing.because)
            if thing.undetermined and thing.state not in _ENDED:
                yield _open(thing, "where the force will go is not determined", thing.undetermined)


def passed(case: Case) -> Iterator[Finding]:
    """Yield what was to come of a subject and has passed without a word: overdue if it was owed, else a question.

    The term of a commitment asks nothing when it is over; its suspension does.
    """
    for one in case.expected:
        if one.standing != "passed" or (one.kind == "until" and not _is_suspended(case)):
            continue
        # Of rival dates the one that is shown is owed.
        if one.kind in _OWED and getattr(case.view, one.kind, None) not in {one.date, None}:
            continue
        kind = "overdue" if one.kind in _OWED else "open-question"
        yield Finding(kind, one.subject, one.because, f"{case.name}: {_PASSED[one.kind].format(one.date)}.")


def _is_suspended(case: Case) -> bool:
    return "suspended" in str(getattr(case.view, "state", ""))


def _open(state: State, what: str, entries: tuple[str, ...]) -> Finding:
    return Finding("open-question", state.subject, entries, f"{state.id}: {what}.")


class SupportFindings:
    """The evidence for a state or position, as far as it tells voices apart: who says it, and whom he cites."""

    def __init__(self) -> None:
        self._because: list[Reading] = []
        self._count = 0
        self._evidence: dict[tuple[str, str | None], tuple[str, Evidence]] = {}
        self._voices: tuple[tuple[Registers, KeysView[tuple[str, str | None]]] | None, tuple[Voice, ...]] = (None, ())

    def findings(self, case: Case, because: list[Reading]) -> Iterator[Finding]:
        """Yield where a state or position rests on no evidence, or on one independent voice.

        `because` are the entries that it rests on. If they are those of the last time and more, only these are looked
        at.
        """
        view = case.view
        # What is only denied or supposed has no state, and no position.
        if view is None or not view.because or getattr(view, "state", "") is None:
            return
        voices = self._among(case.registers, because)
        if not voices:
            yield Finding("unsourced", case.subject, view.because, f"{case.name} rests on no evidence.")
        elif len(voices) == 1 and not _is_enough(voices[0], case.registers):
            (voice,) = voices
            whose = voice.persons[0] if voice.persons else voice.roots[0] if voice.roots else voice.sources[0]
            yield Finding("single-voice", case.subject, view.because, f"{case.name} rests on one voice: {whose}.")

    def _among(self, registers: Registers, because: list[Reading]) -> tuple[Voice, ...]:
        if because is not self._because:
            self._because, self._count, self._evidence = because, 0, {}
            # The same sources in another order are told in that.
            self._voices = (None, ())
        for reading in islice(because, self._count, None):
            for item in reading.evidence:
                self._evidence.setdefault((item.source, item.attributed_to), (reading.id, item))
        self._count = len(because)
        kept, voices = self._voices
        # The same sources and persons are the same voices, whichever entries carry them.
        if kept is None or kept[0] is not registers or kept[1] != self._evidence.keys():
            voices = voices_among(registers, self._evidence.values())
            self._voices = ((registers, dict.fromkeys(self._evidence).keys()), voices)
        return voices


def _is_enough(voice: Voice, registers: Registers) -> bool:
    """Say whether a voice may stand alone: one of its sources is primary or completely reliable."""
    sources = map(registers.source, voice.sources)
    return any(source.kind == "primary" or source.reliability == "A" for source in sources)


def unretracted(case: Case, weighing: Weighing) -> tuple[Gatherer, list[Reading]] | None:
    """Return what would be concluded had nothing been retracted, and from which entries; None where nothing was."""
    if not case.restored:
        return None
    others = [reading for reading in case.readings if reading.id not in case.restored]
    restored = [one.reading for one in case.restored.values() if one.stands and case.subject in one.reading.subjects]
    readings = sorted((*others, *restored), key=lambda reading: reading.order)
    return gathered(case.subject, readings, weighing, case.day), readings


def retractions(case: Case, weighing: Weighing, had: tuple[Gatherer, list[Reading]] | None) -> Iterator[Finding]:
    """Yield where a state or stance would be another, or the only one, had nothing been retracted, as `had` has it."""
    if had is None:
        return
    was, because = told_by(*had, case.day)
    now, _ = conclusion(case.subject, case.readings, weighing, case.day)
    if was == now:
        return
    # Where the state went back to what it was, what had led away from it is to blame, whatever that asserts.
    blamed = [reading.id for reading in because if reading.id in case.restored] or list(case.restored)
    entries = tuple(dict.fromkeys(cause for name in blamed for cause in case.restored[name].causes))
    if now is None:
        message = f"Only what was retracted said that {case.name} is {_worded(was)}."
    elif was is None:
        message = f"{case.name} is {_worded(now)} only since a retraction."
    else:
        message = f"{case.name} is {_worded(now)}, and was {_worded(was)} before a retraction."
    yield Finding("retracted-support", case.subject, entries, message)


def _worded(state: str | None) -> str:
    return (state or "").replace("-", " ")
