"""Random histories: claims about a few subjects by sources that repeat one another, and entries about those entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.projections.telling import party, person, source, tell

if TYPE_CHECKING:
    from tracker.events import Event

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


@st.composite
def stages(draw: st.DrawFn) -> list[Event]:
    """Return registers in which sources repeat earlier ones."""
    chosen = {
        name: tuple(draw(st.lists(st.sampled_from(SOURCES[:number]), max_size=2, unique=True)) if number else ())
        for number, name in enumerate(SOURCES)
    }
    return stage(chosen)


def evidence() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return evidence of a few sources, some of which cite a person in a role."""
    item = st.builds(
        lambda name, whom, role: {"source": name, **({"attributed_to": whom, "role": role} if whom else {})},
        st.sampled_from(SOURCES),
        st.sampled_from(("", "", "A", "alias of a", "B")),
        st.sampled_from(("minister", "diplomat")),
    )
    return st.lists(item, max_size=3)


@st.composite
def claims_of(draw: st.DrawFn, entry: str, *, when: str | None = None, published: str | None = None) -> Event:
    """Return a claim; its dates are drawn where they are not given."""
    kind, template = draw(st.sampled_from(KINDS))
    fields = {
        name: draw(st.sampled_from(_DRAWN[value])) if isinstance(value, str) and value in _DRAWN else value
        for name, value in template.items()
    }
    occurred = when or draw(st.none() | st.sampled_from(WHEN))
    modality = draw(st.sampled_from(("reported", "reported", "done", "announced", "denied", "hypothetical")))
    known = published or draw(st.none() | st.sampled_from(PUBLISHED))
    return tell(kind, entry, occurred, *draw(evidence()), modality=modality, published=known, **fields)


@st.composite
def said_of(draw: st.DrawFn, entry: str, target: Event, *, published: str | None = None) -> Event:
    """Return an entry about another entry."""
    kind = draw(
        st.sampled_from(
            (
                "EntryRetracted",
                "EntryDisputed",
                "EntryCorroborated",
                "EntryCorrected",
                "AssessmentChanged",
                "DenialIssued",
            )
        )
    )
    known = published or draw(st.none() | st.sampled_from(PUBLISHED))
    fields: dict[str, Any] = {"entry": target.id}
    if kind == "EntryCorrected":
        fields["changes"] = draw(st.sampled_from(changes_to(target)))
    elif kind == "AssessmentChanged":
        fields["credibility"] = draw(st.integers(1, 6))
    elif kind == "DenialIssued":
        fields = {"of": target.id, "party": "USA"}
    return tell(kind, entry, None, *draw(evidence()), published=known, **fields)


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
    events = draw(stages())
    about: list[Event] = [draw(claims_of(f"e{number}")) for number in range(draw(st.integers(0, most)))]
    for number in range(draw(st.integers(0, most_said)) if about else 0):
        target = draw(st.sampled_from(about))
        about.append(draw(said_of(f"k{number}", target)))
    return events + about
