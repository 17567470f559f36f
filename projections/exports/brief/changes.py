"""What is found, what is to come and what changed, as a brief tells it, with the sources by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.exports.brief import words
from projections.exports.brief.contents import Ahead, ChangeLine, Noted, Since
from projections.judgement.conclusions import Position
from projections.judgement.states import State
from projections.wording.parts import ids_named
from projections.wording.sentences import aspect_text, finding_text, settled_text, summary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.cut import Cut
    from projections.claims.readings import Reading
    from projections.exports.brief.statements import Citations
    from projections.judgement.findings import Finding
    from projections.views.agenda import Coming
    from projections.views.diff import Difference
    from projections.views.status import Status

#: The aspects of a position that are entries.
_ENTRIES: Final = frozenset({"red_lines", "concessions"})
_MAYBE: Final = "may have happened later"
_SURE: Final = "has happened by then"


def changed_since(start: Cut, found: Difference, before: Status, cites: Citations) -> Since:
    """Return in words what differs from a status before, with the sources of what caused it."""
    changes = tuple(
        ChangeLine(
            name=cites.called(change.subject),
            aspect=aspect_text(change.aspect, cites.claims.names),
            before=_value(change.aspect, change.before, before, cites),
            after=_value(change.aspect, change.after, before, cites),
            entries=change.because,
            sources=cites.of(_readings(change.because, before, cites)),
        )
        for change in found.changes
    )
    return Since(
        cut=words.as_of(start, None),
        changes=changes,
        appeared=tuple(noted(finding, cites) for finding in found.appeared),
        gone=tuple(noted(finding, cites) for finding in found.gone),
        changed=tuple((noted(older, cites), noted(newer, cites)) for older, newer in found.changed),
    )


def _value(aspect: str, given: Any, before: Status, cites: Citations) -> str:  # noqa: ANN401 - as `words.value`
    """Return the value of a conclusion in words; where it is entries, what they say."""
    if aspect in _ENTRIES and given:
        given = [getattr(reading.event, "terms", None) or reading.id for reading in _readings(given, before, cites)]
    return words.value(aspect, ids_named(aspect, given, cites.claims.names), cites.claims.names)


def _readings(entries: Iterable[str], before: Status, cites: Citations) -> Iterator[Reading]:
    """Yield how entries read now, or else then: a cause may have stood only before."""
    for entry in entries:
        reading = cites.claims.get(entry) or before.reading(entry)
        if reading is not None:
            yield reading


def surer(before: Status, now: Status, cites: Citations) -> Iterator[ChangeLine]:
    """Yield of what a state is held before and now that it may have happened later, or no longer."""
    for subject in before.subjects:
        older, newer = before.view(subject), now.view(subject) if subject in now.subjects else None
        if not isinstance(older, State | Position) or not isinstance(newer, State | Position):
            continue
        if older.uncertain != newer.uncertain and _held(older) == _held(newer):
            was, became = (_MAYBE if view.uncertain else _SURE for view in (older, newer))
            sources = cites.of(cites.readings(newer.because))
            yield ChangeLine(cites.called(subject), "when", was, became, newer.because, sources)


def _held(view: State | Position) -> str | None:
    return view.state if isinstance(view, State) else view.stance


def last_word(now: Status, cites: Citations) -> Noted | None:
    """Return the last entry of a status as a sentence with its sources; None where there is none."""
    if now.last is None:
        return None
    readings = list(cites.readings([now.last.entry]))
    said = " ".join(summary_of(reading.event, cites.claims.names) for reading in readings)
    return Noted("", "", said, (now.last.entry,), cites.of(readings))


def ahead(coming: Coming, cites: Citations) -> Ahead:
    """Return in words what is to come, with the sources that say so."""
    because = coming.expected.because
    return Ahead(words.when(coming.expected.date), coming.says, because, cites.of(cites.readings(because)))


def noted(finding: Finding, cites: Citations, settled: str | None = None) -> Noted:
    """Return a finding in words, with its sources, and the reason for which it is settled if it is."""
    readings = cites.readings(finding.entries)
    message = finding_text(finding.subject, finding.message, cites.claims.names)
    if settled is not None:
        message += f" {settled_text(settled)}"
    return Noted(finding.kind, finding.subject, message, finding.entries, cites.of(readings))
