"""Random histories in which knowing better has a history too: what is said of entries, of that, and of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from projections import Cut
from tests.projections.stories import PUBLISHED, SOURCES, changes_to, claims_of, said_of, stages
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


@st.composite
def about_a_source(draw: st.DrawFn, entry: str, registration: Event) -> Event:
    """Return an entry about the registration of a source; it is dated itself, so that no source dates its own date."""
    known = draw(st.sampled_from(PUBLISHED))
    if draw(st.booleans()):
        return tell("EntryRetracted", entry, entry=registration.id, published=known)
    changes: dict[str, Any] = draw(
        st.sampled_from(
            (
                {"published": "2024-05-10"},
                {"published": "2024-04-30"},
                {"published": None},
                {"relays": ["s0"]},
                {"reliability": "B"},
            )
        )
    )
    return tell("EntryCorrected", entry, entry=registration.id, changes=changes, published=known)


@st.composite
def about_knowledge(draw: st.DrawFn, entry: str, target: Event) -> Event:
    """Return an entry about an entry about another one: a retraction of it, or a correction."""
    known = draw(st.none() | st.sampled_from(PUBLISHED))
    if target.event == "DenialIssued" or draw(st.booleans()):
        return tell("EntryRetracted", entry, entry=target.id, published=known)
    changes = draw(st.sampled_from([*changes_to(target), {"note": "said otherwise"}]))
    changes = {name: value for name, value in changes.items() if name not in {"modality", "occurred"}} or {"note": "x"}
    return tell("EntryCorrected", entry, entry=target.id, changes=changes, published=known)


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 16) -> list[Event]:
    """Return a history in the order of recording: registers, then claims, knowledge, and knowledge of that, mixed."""
    events = list(draw(stages()))
    registrations = [event for event in events if event.event == "SourceRegistered"]
    claims: list[Event] = []
    known: list[Event] = []
    for number in range(draw(st.integers(0, most))):
        kinds = ["claim"] * 3 + ["source"] + ["said"] * (2 if claims else 0) + ["known"] * (2 if known else 0)
        match draw(st.sampled_from(kinds)):
            case "claim":
                claims.append(draw(claims_of(f"e{number}")))
                events.append(claims[-1])
            case "said":
                known.append(draw(said_of(f"e{number}", draw(st.sampled_from(claims)))))
                events.append(known[-1])
            case "known":
                known.append(draw(about_knowledge(f"e{number}", draw(st.sampled_from(known)))))
                events.append(known[-1])
            case _ if draw(st.integers(0, 3)):
                said = draw(about_a_source(f"e{number}", draw(st.sampled_from(registrations))))
                events.append(said)
            case _:
                name = draw(st.sampled_from(SOURCES))
                again = source(name, draw(st.sampled_from(PUBLISHED))).model_copy(update={"id": f"e{number}"})
                registrations.append(again)
                events.append(again)
    return events
