"""Random histories in which knowing better has a history too: what is said of entries, of that, and of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from projections import Cut
from tests.projections.stories import (
    EVIDENCE,
    KNOWN,
    PUBLISHED,
    SOURCES,
    changes_to,
    draw_claim,
    draw_said,
    draw_stage,
    pick,
)
from tests.projections.telling import source, tell

if TYPE_CHECKING:
    from tracker.events import Event

#: Cuts of which each axis is open half the time.
CUTS = st.builds(
    Cut,
    happened_by=st.none()
    | st.sampled_from(("2024-04", "2024-05-01", "2024-05-03T12:00Z", "2024-05-06", "2024-05", "2024")),
    known_by=st.none()
    | st.sampled_from(("2024-05-01", "2024-05-04", "2024-05-08", "2024-05-11T06:00Z", "2024-05", "2025")),
    recorded_by=st.none() | st.integers(0, 40).map("#{}".format) | st.just("2026-01-01T00:00:12Z"),
)


_LETTERS = {"withdrawal": "w", "proposal": "p", "agreement": "x", "round": "r", "commitment": "c"}
_DAYS = st.sampled_from(PUBLISHED)
_SOURCES = st.sampled_from(SOURCES)
_CONTESTED = st.sampled_from((("DenialIssued", "of"), ("EntryDisputed", "entry")))
_SAID_OF_SOURCES = st.sampled_from(
    ("EntryRetracted", "EntryCorrected", "EntryCorrected", "EntryCorroborated", "EntryDisputed", "DenialIssued")
)
_CORRECTIONS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    (
        {"published": "2024-05-10"},
        {"published": "2024-04-30"},
        {"published": None},
        {"relays": ["s0"]},
        {"reliability": "B"},
    )
)
#: Which ids may be said to be one, by family.
_SAME = st.sampled_from(
    (
        *[(family, (f"{letter}1", f"{letter}2")) for family, letter in _LETTERS.items()],
        *[("source", pair) for pair in (("s0", "s1"), ("s1", "s0"), ("s1", "s2"), ("s3", "s4"))],
        *[("party", ("USA", "NER")), ("person", ("A", "B"))],
    )
)
_SAID_OF_KNOWLEDGE = st.sampled_from(
    ("EntryRetracted", "EntryRetracted", "EntryCorroborated", "EntryCorrected", "EntryCorrected")
)


def _about_a_source(draw: st.DrawFn, entry: str, registration: Event, *, circles: bool) -> Event:
    """Return an entry about the registration of a source.

    But for `circles` it is dated itself, so that no source dates its own date.
    """
    known = draw(KNOWN if circles else _DAYS)
    said_by = draw(EVIDENCE)
    match draw(_SAID_OF_SOURCES):
        case "EntryCorrected":
            changes = draw(_CORRECTIONS)
            return tell(
                "EntryCorrected", entry, None, *said_by, entry=registration.id, changes=changes, published=known
            )
        case "DenialIssued":
            return tell("DenialIssued", entry, None, *said_by, of=registration.id, party="USA", published=known)
        case kind:
            return tell(kind, entry, None, *said_by, entry=registration.id, published=known)


def _about_knowledge(draw: st.DrawFn, entry: str, target: Event, *, dated: bool, circles: bool) -> Event:
    """Return an entry about an entry about another one: a retraction of it, a correction, or a corroboration.

    It has a date of its own where it is to be `dated`.
    """
    known = draw(_DAYS if dated else KNOWN)
    kind = draw(_SAID_OF_KNOWLEDGE)
    if kind == "EntryCorroborated":
        return tell(kind, entry, None, *draw(EVIDENCE), entry=target.id, published=known)
    if target.event == "DenialIssued" or kind == "EntryRetracted":
        return tell("EntryRetracted", entry, entry=target.id, published=known)
    changes = pick(draw, [*changes_to(target), {"note": "said otherwise"}])
    changes = {name: value for name, value in changes.items() if name not in {"modality", "occurred"}} or {"note": "x"}
    if circles and draw(st.booleans()):
        changes = {"published": None, "evidence": draw(EVIDENCE)}
    return tell("EntryCorrected", entry, entry=target.id, changes=changes, published=known)


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 16, circles: bool = False) -> list[Event]:
    """Return a history in the order of recording: registers, then claims, knowledge, and knowledge of that, mixed.

    With `circles` a source may date what is said of it.
    """
    events = draw_stage(draw)
    registrations = [event for event in events if event.event == "SourceRegistered"]
    claims: list[Event] = []
    known: list[Event] = []
    #: What is said of sources, and of that.
    of_sources: set[str | None] = set()
    for number in range(draw(st.integers(0, most))):
        kinds = (
            ["claim"] * 3
            + ["source", "contested", "same"]
            + ["said"] * (2 if claims else 0)
            + ["known"] * (2 if known else 0)
        )
        match pick(draw, kinds):
            case "claim":
                claims.append(draw_claim(draw, f"e{number}"))
                events.append(claims[-1])
            case "said":
                known.append(draw_said(draw, f"e{number}", pick(draw, claims)))
                events.append(known[-1])
            case "known":
                target = pick(draw, known)
                dated = target.id in of_sources and not circles
                known.append(_about_knowledge(draw, f"e{number}", target, dated=dated, circles=circles))
                events.append(known[-1])
                if target.id in of_sources:
                    of_sources.add(known[-1].id)
            case "same":
                family, (keep, *same) = draw(_SAME)
                fields = {"kind": family, "keep": keep, "same": same, "published": draw(KNOWN)}
                known.append(tell("SameAs", f"e{number}", None, *draw(EVIDENCE), **fields))
                events.append(known[-1])
            case "contested":
                target = pick(draw, registrations)
                kind, field = draw(_CONTESTED)
                days = [draw(_DAYS) for _ in range(2)]
                said = {field: target.id, "party": "USA", "published": days[0]}
                pair = [
                    tell(kind, f"e{number}", **said),
                    tell("EntryRetracted", f"e{number}-undo", entry=target.id, published=days[1]),
                ]
                known += pair
                events += pair
                of_sources.update(event.id for event in pair)
            case _ if draw(st.integers(0, 3)):
                # Two of them more often than the rest, so that a good deal is said of the same one.
                target = pick(draw, [*registrations[:2] * 3, *registrations])
                known.append(_about_a_source(draw, f"e{number}", target, circles=circles))
                events.append(known[-1])
                of_sources.add(known[-1].id)
            case _:
                again = source(draw(_SOURCES), draw(KNOWN)).model_copy(update={"id": f"e{number}"})
                registrations.append(again)
                events.append(again)
    return events
