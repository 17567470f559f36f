"""Random histories of every event type: few things and parties, few days, so that entries bear on one another."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.projections.stories import EVIDENCE, PUBLISHED, SOURCES, WHEN, changes_to, pick
from tests.projections.telling import party, person, source, tell
from tests.tracker.strategies import values
from tracker.events import EVENT_TYPES
from tracker.events.base import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

_FAMILIES: Final = ("agreement", "proposal", "round", "withdrawal", "commitment", "sanction")
_PARTIES: Final = ("USA", "NER", "BEN", "bloc", "pair", "us-senate")
_SUBJECTS: Final = (*(f"{family}:{family[0]}1" for family in _FAMILIES), "party:USA", "matter:m")
_FIGURES: Final = (600, 650, 1000, {"low": 600}, {"high": 700, "scope": "combat"}, {"value": 640, "approximate": True})
_AMOUNTS: Final = (*_FIGURES, {"value": 3, "unit": "tonnes"})
_TIMES: Final = (*WHEN, "2024-05-20", "2024-06", "2024-06-15", "2023-12~")
#: What fields hold, by their names; those that are not named here hold what their types allow.
_NAMED: Final[dict[str, tuple[Any, ...]]] = {
    **{family: (f"{family[0]}1", f"{family[0]}1", f"{family[0]}2") for family in _FAMILIES},
    **dict.fromkeys(("part_of", "superseded_by"), ("a1", "a2")),
    **dict.fromkeys(("supersedes", "in_reply_to"), ("p1", "p2")),
    "settles": (["p1"], ["p2"], ["p1", "p2"]),
    **dict.fromkeys(("party", "of", "with", "on", "against"), _PARTIES),
    "to": _PARTIES,
    **dict.fromkeys(("by", "parties", "toward", "cosponsors", "mediators"), (["USA"], ["NER", "USA"], ["bloc", "USA"])),
    "votes": ({"USA": "for"}, {"USA": "for", "NER": "against"}, {"NER": "veto"}, {"bloc": "for", "USA": "abstain"}),
    "matter": ("m",),
    "about": _SUBJECTS,
    "quantity": ("strength", "prisoners"),
    "consents_required": (1, 2),
    **dict.fromkeys(("strength", "departed", "residual"), _FIGURES),
    **dict.fromkeys(("figure", "limit", "level"), _AMOUNTS),
    **dict.fromkeys(
        ("until", "effective", "claimed_effective", "legal_effective", "received", "scheduled", "deadline", "prior"),
        _TIMES,
    ),
    **dict.fromkeys(("due", "begins"), _TIMES),
    **dict.fromkeys(
        ("title", "terms", "text", "ground", "reason", "force", "site", "venue", "destination", "measure", "name"),
        ("one", "another"),
    ),
    **dict.fromkeys(("body", "scope", "question", "authority", "consequence", "content", "person"), ("one", "another")),
    **dict.fromkeys(("legislature", "actor", "target", "code", "label"), ("one", "another")),
    **dict.fromkeys(("candidates", "heads"), (["one"], ["one", "another"])),
}
#: What the fields of one type hold that hold something else elsewhere.
_OF_TYPE: Final[dict[tuple[str, str], tuple[Any, ...]]] = {
    ("WithdrawalProgressReported", "of"): _FIGURES,
    ("ProposalTabled", "to"): (*_PARTIES, ["NER", "USA"], ["NER", "BEN"]),
    ("ProposalCountered", "to"): (*_PARTIES, ["NER", "USA"], ["NER", "BEN"]),
    ("NegotiationConcluded", "outcome"): ("one", "another"),
}
#: Types that are about exactly one of some fields.
_ONE_OF: Final = {"VoteHeld": ("agreement", "proposal", "matter"), "IncidentReported": ("agreement", "commitment")}
_SAME: Final = (
    *((family, f"{family[0]}1", f"{family[0]}2") for family in _FAMILIES),
    *(("source", "s0", "s1"), ("source", "s3", "s2"), ("party", "USA", "BEN"), ("person", "A", "B")),
)

CLAIMS: Final = tuple(name for name, kind in EVENT_TYPES.items() if kind.kind_of_entry == "claim")
KNOWLEDGE: Final = tuple(name for name, kind in EVENT_TYPES.items() if kind.kind_of_entry == "knowledge")
_MODALITIES: Final = st.sampled_from(("reported", "reported", "done", "done", "announced", "denied", "hypothetical"))
_OCCURRED: Final = st.none() | st.sampled_from(_TIMES)
_PUBLISHED: Final = st.sampled_from(PUBLISHED)
_KINDS: Final = st.sampled_from(CLAIMS)
_KINDS_KNOWN: Final = st.sampled_from(KNOWLEDGE)


@cache
def _fields(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for the fields of a claim that not every entry has, as scripts write them."""
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, info in EVENT_TYPES[kind].model_fields.items():
        if name in Event.model_fields or name in _ONE_OF.get(kind, ()):
            continue
        written = info.alias or name
        chosen = _OF_TYPE.get((kind, written), _NAMED.get(written))
        drawn = values(info.annotation, tuple(info.metadata)) if chosen is None else st.sampled_from(chosen)
        (required if info.is_required() else optional)[written] = drawn
    return st.fixed_dictionaries(required, optional=optional)


def _draw_fields(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    fields = draw(_fields(kind))
    if kind == "DenialIssued":
        fields.pop("of", None)
    if kind in _ONE_OF:
        name = pick(draw, _ONE_OF[kind])
        fields[name] = pick(draw, _NAMED[name])
    return fields


def _claim(draw: st.DrawFn, entry: str, told: Sequence[Event], kinds: st.SearchStrategy[str] = _KINDS) -> Event:
    """Return a claim of any of some types, dated by its publication; a denial may be of an entry told before."""
    kind = draw(kinds)
    fields = _draw_fields(draw, kind)
    if kind == "DenialIssued" and told:
        fields["of"] = str(pick(draw, told).id)
    dates = {"modality": draw(_MODALITIES), "published": draw(_PUBLISHED)}
    return tell(kind, entry, draw(_OCCURRED), *draw(EVIDENCE), **dates, **fields)


def _known(draw: st.DrawFn, entry: str, told: Sequence[Event]) -> Event:
    """Return an entry about another one, about a source, or about names."""
    kind, target = draw(_KINDS_KNOWN), pick(draw, told)
    fields: dict[str, Any] = {"entry": str(target.id)}
    match kind:
        case "EntryCorrected":
            fields["changes"] = pick(draw, _changes(draw, target))
        case "AssessmentChanged" if draw(st.booleans()):
            fields = {"source": pick(draw, SOURCES), "reliability": pick(draw, "ABC")}
        case "AssessmentChanged":
            fields["credibility"] = draw(st.integers(1, 6))
        case "SameAs":
            family, keep, same = pick(draw, _SAME)
            fields = {"kind": family, "keep": keep, "same": [same]}
        case "NegotiationRenamed":
            fields = {"title": pick(draw, ("one", "another"))}
        case "EntryDisputed":
            fields["party"] = pick(draw, _PARTIES)
        case _:
            pass
    return tell(kind, entry, None, *draw(EVIDENCE), published=draw(_PUBLISHED), **fields)


def _changes(draw: st.DrawFn, target: Event) -> list[dict[str, Any]]:
    """Return corrections that an entry may be given: of its dates, and of its own fields."""
    if target.kind_of_entry == "knowledge":
        return [{"note": "said otherwise"}, {"published": "2024-05-09"}]
    others = _draw_fields(draw, target.event) if target.event not in {*_ONE_OF, "DenialIssued"} else {}
    return [*changes_to(target), *({name: value} for name, value in others.items())]


def _stage() -> list[Event]:
    parties = [
        *(party(name, name=name) for name in ("USA", "NER", "BEN")),
        party("bloc", kind="organisation", members=["NER", "BEN"]),
        party("pair", members=["USA", "BEN"]),
        party("us-senate", kind="body", of="USA"),
    ]
    names = [person("A", "Alias of A"), tell("AliasAdded", "alias-usa", party="USA", alias="America")]
    return [
        tell("NegotiationOpened", "opened", title="one"),
        *parties,
        tell("MatterAdded", "matter-m", matter="m"),
        *names,
    ]


_REGISTERS: Final = _stage()
#: Sources of one publisher, of a primary kind, and those that repeat others.
_DOCUMENTS: Final = (
    source("s0", "2024-05-01", reliability="A"),
    source("s1", "2024-05-02", "s0"),
    source("s2", "2024-05-03", publisher="AP"),
    source("s3", "2024-05-04", publisher="AP"),
    source("s4", "2024-05-05", "s0", "s2", kind="primary"),
)


def _rests_on(event: Event) -> set[str]:
    """Return the entries that an entry names, which are recorded before it."""
    named = (getattr(event, "entry", None), getattr(event, "of", None) if event.event == "DenialIssued" else None)
    return {name for name in named if name is not None}


@st.composite
def shuffled(draw: st.DrawFn, *, most: int = 12) -> tuple[list[Event], list[Event]]:
    """Return a history in two orders of recording: an entry comes after what it names, all else anywhere."""
    told: list[Event] = []
    for number in range(draw(st.integers(2, most))):
        make = _known if told and draw(st.integers(0, 2)) == 0 else _claim
        told.append(make(draw, f"e{number}", told))
    ahead = [*_REGISTERS, *_DOCUMENTS]
    other: list[Event] = []
    for event in draw(st.permutations(told)):
        _put(event, {str(one.id): one for one in told}, other)
    return [*ahead, *told], [*ahead[:1], *reversed(_REGISTERS[1:]), *_DOCUMENTS, *other]


def _put(event: Event, told: dict[str, Event], order: list[Event]) -> None:
    """Append an entry, after those that it rests on, unless it is there."""
    for name in sorted(_rests_on(event)):
        _put(told[name], told, order)
    if event not in order:
        order.append(event)


@st.composite
def claims_of_types(draw: st.DrawFn, *kinds: str, most: int = 8, groups: bool = False) -> list[Event]:
    """Return claims of some types, of parties that are no groups unless `groups` are there, and a few retractions."""
    told: list[Event] = []
    for number in range(draw(st.integers(1, most))):
        told.append(_claim(draw, f"e{number}", told, st.sampled_from(kinds)))
        if draw(st.integers(0, 9)) == 0:
            told.append(tell("EntryRetracted", f"r{number}", entry=told[-1].id, published="2024-05-11"))
    parties = [party(name) for name in _PARTIES]
    if groups:
        parties = [event for event in _REGISTERS if event.event == "PartyAdded"]
    return [_REGISTERS[0], *parties, tell("MatterAdded", "matter-m", matter="m"), *_DOCUMENTS, *told]
