"""Made-up entries: for each event type, any fields that it takes, as a script would hold them."""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from hypothesis import strategies as st
from pydantic import JsonValue

from tracker.dates import When
from tracker.events import EVENT_TYPES, Evidence
from tracker.events.base import Amount, Figure

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from tracker.events import Event

DATES: Final = (
    "2024-03-16",
    "2024-04",
    "2024",
    "2024-05~",
    "2024-05?",
    "2024-05-06/2024-05-10",
    "[2024-05-10..2024-05-12]",
    "2024-09-15/..",
    "2024-05-06T14:30+01:00",
)
texts: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
slugs: Final = st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)
parties: Final = st.sampled_from(["USA", "NER", "us-congress"]) | slugs
numbers: Final = st.integers(0, 10**15) | st.floats(0, 1e12).map(lambda number: round(number, 3))
figures: Final = st.one_of(
    numbers,
    st.fixed_dictionaries({"value": numbers}, optional={"unit": st.just("vehicles"), "scope": texts, "basis": texts}),
    st.fixed_dictionaries({"low": numbers}, optional={"unit": st.just("personnel")}),
    st.tuples(numbers, numbers).map(lambda pair: {"low": min(pair), "high": max(pair)}),
)
evidence: Final = st.fixed_dictionaries(
    {"source": slugs},
    optional={
        "attributed_to": texts,
        "role": texts,
        "quote": texts,
        "language": st.sampled_from(["fr", "ar", "zh-Hant", "en-GB"]),
        "locator": texts,
        "paraphrase": texts,
        "credibility": st.integers(1, 6),
    },
)
SPECIAL: Final = {
    "VoteHeld": st.fixed_dictionaries(
        {"body": st.just("Senate")},
        optional={
            "votes_for": st.integers(0, 200),
            "votes": st.dictionaries(parties, st.sampled_from(["for", "against", "veto"]), max_size=3),
            "decides": st.booleans(),
        },
    ).flatmap(
        lambda fields: st.sampled_from(
            [{**fields, "agreement": "sofa-2012"}, {**fields, "proposal": "p"}, {**fields, "matter": "base"}]
        )
    ),
    "IncidentReported": st.sampled_from([{"agreement": "truce"}, {"commitment": "c", "figure": 3, "text": "shelling"}]),
    "AliasAdded": st.fixed_dictionaries({"alias": st.text("abc ", min_size=1)}).flatmap(
        lambda fields: st.sampled_from([{**fields, "party": "NER"}, {**fields, "person": "A. Person"}])
    ),
    "AssessmentChanged": st.sampled_from(
        [{"entry": "e", "credibility": 2}, {"source": "wire", "reliability": "B", "reason": "r"}]
    ),
}


def values(annotation: Any, info: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:  # noqa: ANN401, C901, PLR0911 - any type
    """Return a strategy for what a script may hold where a field has this type."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = typing.get_args(annotation)
        return values(inner, (*metadata, *info))
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([values(arm, info) for arm in typing.get_args(annotation) if arm is not type(None)])
    if origin is Literal:
        return st.sampled_from(typing.get_args(annotation))
    if origin is tuple:
        least = max([part.min_length for part in info if hasattr(part, "min_length")], default=0)
        return st.lists(values(typing.get_args(annotation)[0]), min_size=least, max_size=3)
    if origin is dict:
        return _mappings(typing.get_args(annotation), info)
    if annotation is When:
        return st.sampled_from(DATES)
    if annotation is Amount or annotation is Figure:
        return figures
    if annotation is bool:
        return st.booleans()
    if annotation is Evidence:
        return evidence
    if annotation is int:
        return st.integers(1, 6)
    assert annotation is str, annotation
    return _text(info)


def _mappings(kinds: tuple[Any, ...], info: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if kinds[1] is JsonValue:
        return st.dictionaries(slugs, st.none() | texts | st.lists(numbers, max_size=2), min_size=1, max_size=3)
    return st.dictionaries(values(kinds[0], info), values(kinds[1]), max_size=3)


def _text(metadata: tuple[Any, ...]) -> st.SearchStrategy[str]:
    """Return a strategy for text under the constraints of a field."""
    flat = [part for item in metadata for part in (item, *getattr(item, "metadata", ()))]
    for part in flat:
        pattern = getattr(part, "pattern", None)
        if pattern is not None and "agreement|" in pattern:
            return st.sampled_from(("party:USA", "matter:base", "agreement:sofa-2012"))
        if pattern is not None and "[A-Z]{3}" in pattern:
            return parties
        if pattern is not None:
            return st.from_regex(pattern.replace("$", r"\Z").replace("{0,63}", "{0,9}"))
        if getattr(part, "min_length", None):
            return texts.filter(bool)
    return texts


def _of(name: str, info: FieldInfo) -> tuple[str, st.SearchStrategy[Any]]:
    return info.alias or name, values(info.annotation, tuple(info.metadata))


@cache
def fields_of(kind: type[Event]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for entries of a type, as mappings."""
    base = {"event": st.just(kind.__name__)}
    required = dict(_of(name, info) for name, info in kind.model_fields.items() if info.is_required())
    others = dict(_of(name, info) for name, info in kind.model_fields.items() if not info.is_required())
    if kind.__name__ in SPECIAL:
        common = {name: strategy for name, strategy in others.items() if name in {"id", "occurred", "evidence", "note"}}
        rest = st.fixed_dictionaries({**base, "negotiation": required["negotiation"]}, optional=common)
        return st.tuples(rest, SPECIAL[kind.__name__]).map(lambda pair: {**pair[0], **pair[1]})
    return st.fixed_dictionaries({**base, **required}, optional=others)


entries: Final = st.sampled_from(list(EVENT_TYPES.values())).flatmap(fields_of)
