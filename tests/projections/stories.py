"""Random histories: claims about a few subjects by sources that repeat one another, and entries about those entries."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hypothesis import strategies as st

from tests.projections.telling import party, person, source, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.events import Event

T = TypeVar("T")

SOURCES: Final = tuple(f"s{number}" for number in range(5))
WHEN: Final = (
    *(f"2024-05-{day:02}" for day in range(1, 9)),
    "2024-05",
    "2024-05-02/2024-05-04",
    "2024-04~",
    "2024?",
    "2024-05-06T12:00Z",
    "2024-05-05/..",
)
PUBLISHED: Final = (*(f"2024-05-{day:02}" for day in range(1, 12)), "2024-05", "2024-06")
#: Kinds of claims with their fields; W, P, X and so on are drawn from two things each.
KINDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("WithdrawalDemanded", {"withdrawal": "W", "party": "NER"}),
    ("WithdrawalOrdered", {"withdrawal": "W", "party": "USA", "strength": "FIGURE"}),
    ("StrengthReported", {"withdrawal": "W", "strength": "FIGURE"}),
    ("WithdrawalTimetableSet", {"withdrawal": "W", "deadline": "2024-05-20"}),
    ("DestinationUndetermined", {"withdrawal": "W"}),
    ("DestinationSet", {"withdrawal": "W", "destination": "Europe"}),
    ("WithdrawalProgressReported", {"withdrawal": "W", "departed": "FIGURE", "of": "FIGURE"}),
    ("WithdrawalCompleted", {"withdrawal": "W"}),
    ("WithdrawalSuspended", {"withdrawal": "W", "party": "USA"}),
    ("AgreementSigned", {"agreement": "X", "by": ["USA", "NER"]}),
    ("AgreementEnteredIntoForce", {"agreement": "X"}),
    ("AgreementRevoked", {"agreement": "X", "party": "NER"}),
    ("DenunciationContested", {"agreement": "X", "party": "USA"}),
    ("ProposalTabled", {"proposal": "P", "party": "USA"}),
    ("ProposalTabled", {"proposal": "P", "party": "USA", "supersedes": "P"}),
    ("ProposalAccepted", {"proposal": "P", "party": "NER"}),
    ("ProposalRefused", {"proposal": "P", "party": "NER"}),
    ("TalksAnnounced", {"round": "R", "parties": ["USA"], "scheduled": "2024-05-06"}),
    ("RoundHeld", {"round": "R", "parties": ["USA", "NER"]}),
    ("CommitmentUndertaken", {"commitment": "C", "party": "USA", "due": "2024-05-08"}),
    ("CommitmentFulfilled", {"commitment": "C"}),
    ("PositionTaken", {"party": "NER", "matter": "m", "stance": "STANCE"}),
    ("RedLineDeclared", {"party": "NER", "matter": "m"}),
    ("TiesDeepened", {"party": "NER", "with": "USA"}),
    ("StatementMade", {"party": "NER"}),
)
_DRAWN: Final[dict[str, tuple[Any, ...]]] = {
    "W": ("w1", "w2"),
    "P": ("p1", "p2"),
    "X": ("x1", "x2"),
    "R": ("r1", "r2"),
    "C": ("c1", "c2"),
    "FIGURE": (600, 650, 1000, {"low": 600}, {"high": 700, "scope": "combat"}, {"low": 640, "high": 660}, None),
    "STANCE": ("supports", "opposes", "open"),
}


def stage(relays: dict[str, tuple[str, ...]]) -> list[Event]:
    """Return the registers: two parties, a matter, an alias, and the sources, published a day apart."""
    return [
        party("USA"),
        party("NER"),
        tell("MatterAdded", "matter-m", matter="m"),
        person("A", "Alias of A"),
        *(source(name, f"2024-05-{day:02}", *relays.get(name, ())) for day, name in enumerate(SOURCES, 1)),
    ]


# Each of these strategies is made once: making and checking one takes ten times as long as drawing from it.

_RELAYS: Final = [st.lists(st.sampled_from(SOURCES[:number]), max_size=2, unique=True) for number in range(1, 5)]
#: Evidence of a few sources, some of which cite a person in a role.
EVIDENCE: Final[st.SearchStrategy[list[dict[str, Any]]]] = st.lists(
    st.builds(
        lambda name, whom, role: {"source": name, **({"attributed_to": whom, "role": role} if whom else {})},
        st.sampled_from(SOURCES),
        st.sampled_from(("", "", "A", "alias of a", "B")),
        st.sampled_from(("minister", "diplomat")),
    ),
    max_size=3,
)
#: When something became known, or nothing of it.
KNOWN: Final = st.none() | st.sampled_from(PUBLISHED)
_KINDS: Final = st.sampled_from(KINDS)
_FIELDS: Final = {name: st.sampled_from(values) for name, values in _DRAWN.items()}
_OCCURRED: Final = st.none() | st.sampled_from(WHEN)
_MODALITIES: Final = st.sampled_from(("reported", "reported", "done", "announced", "denied", "hypothetical"))
_KINDS_SAID: Final = st.sampled_from(
    ("EntryRetracted", "EntryDisputed", "EntryCorroborated", "EntryCorrected", "AssessmentChanged", "DenialIssued")
)
_CREDIBILITY: Final = st.integers(1, 6)


def draw_stage(draw: st.DrawFn) -> list[Event]:
    """Return registers in which sources repeat earlier ones."""
    relays = {name: tuple(draw(earlier)) for name, earlier in zip(SOURCES[1:], _RELAYS, strict=True)}
    return stage(relays)


def draw_claim(draw: st.DrawFn, entry: str, *, when: str | None = None, published: str | None = None) -> Event:
    """Return a claim; its dates are drawn where they are not given."""
    kind, template = draw(_KINDS)
    fields = {
        name: draw(_FIELDS[value]) if isinstance(value, str) and value in _FIELDS else value
        for name, value in template.items()
    }
    occurred = when or draw(_OCCURRED)
    modality = draw(_MODALITIES)
    known = published or draw(KNOWN)
    return tell(kind, entry, occurred, *draw(EVIDENCE), modality=modality, published=known, **fields)


def draw_said(draw: st.DrawFn, entry: str, target: Event, *, published: str | None = None) -> Event:
    """Return an entry about another entry."""
    kind = draw(_KINDS_SAID)
    known = published or draw(KNOWN)
    fields: dict[str, Any] = {"entry": target.id}
    if kind == "EntryCorrected":
        fields["changes"] = pick(draw, changes_to(target))
    elif kind == "AssessmentChanged":
        fields["credibility"] = draw(_CREDIBILITY)
    elif kind == "DenialIssued":
        fields = {"of": target.id, "party": "USA"}
    return tell(kind, entry, None, *draw(EVIDENCE), published=known, **fields)


claims_of = st.composite(draw_claim)


@cache
def _index(count: int) -> st.SearchStrategy[int]:
    return st.sampled_from(range(count))


def pick(draw: st.DrawFn, items: Sequence[T]) -> T:
    """Draw one of some things."""
    return items[draw(_index(len(items)))]


def changes_to(target: Event) -> list[dict[str, Any]]:
    """Return corrections that an entry may be given."""
    possible: list[dict[str, Any]] = [
        {"occurred": "2024-05-03"},
        {"published": "2024-05-09"},
        {"evidence": [{"source": "s1"}]},
        {"modality": "denied"},
        {"modality": "done"},
    ]
    if target.event == "StrengthReported":
        possible += [{"strength": 777}, {"withdrawal": "w2"}]
    if target.event == "EntryCorrected":
        possible += [{"changes": {"occurred": "2024-05-07"}}]
    return possible


@st.composite
def stories(draw: st.DrawFn, *, most: int = 12, most_said: int = 6) -> list[Event]:
    """Return a history in the order of recording: registers, then claims and entries about earlier ones, mixed."""
    events = draw_stage(draw)
    about: list[Event] = [draw_claim(draw, f"e{number}") for number in range(draw(st.integers(0, most)))]
    for number in range(draw(st.integers(0, most_said)) if about else 0):
        about.append(draw_said(draw, f"k{number}", pick(draw, about)))
    return events + about
