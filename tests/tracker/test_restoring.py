"""An event is the same whether pydantic's validator makes it or, as the first of its type, it is made without one."""

from __future__ import annotations

import dataclasses
import json
import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.tracker.strategies import fields_of
from tracker.events import EVENT_TYPES, Evidence, Figure, parse
from tracker.events.registry import BUILT_IN
from tracker.negotiation import apply_changes
from tracker.restoring import replaced, restore

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tracker.events import Event

BUILT: Final = sorted(kind.__name__ for kind in BUILT_IN)
#: What may stand in a field by mistake, or by somebody's hand.
ANYTHING: Final = st.sampled_from(
    [
        *(None, True, "", "NER", "a-slug", "a-slug\n", "Not A Slug", "x" * 65, "2024-05", "2024-13", "done", "A", "fr"),
        *(0, 1, 6, 7, -1, 2.0, 2.5, -0.5, 2**53, 1e300, float("inf")),
        *(
            [],
            ["NER"],
            ["NER", 1],
            [None],
            {},
            {"value": 1},
            {"value": 2.0},
            {"low": 2, "high": 1},
            {"value": 1, "low": 1},
        ),
        *([{"source": "wire"}], [{"source": "wire", "credibility": 9}], [{"quote": "q"}], [{"source": "wire", "x": 1}]),
    ]
)


def stored(event: Event) -> dict[str, Any]:
    """Return the fields of an event as its stored bytes hold them."""
    return {"negotiation": event.negotiation, "id": event.id or "e", **json.loads(event.canonical())}


def assert_same(made: Event, validated: Event) -> None:
    """Check that two events differ in nothing, seen or unseen."""
    assert made == validated
    assert made.model_dump() == validated.model_dump()
    assert list(made.__dict__) == list(validated.__dict__)
    assert made.model_fields_set == validated.model_fields_set
    assert made.model_extra == validated.model_extra
    assert made.__pydantic_private__ == validated.__pydantic_private__
    assert made.canonical() == validated.canonical()
    assert repr(made) == repr(validated)
    assert pickle.loads(pickle.dumps(made)) == validated  # noqa: S301 - of our own
    if "changes" not in made.__dict__:
        assert hash(made) == hash(validated)


def validated(kind: type[Event], data: dict[str, Any]) -> Event | None:
    try:
        return kind.model_validate(data)
    except ValidationError:
        return None


@pytest.mark.parametrize("name", BUILT)
@settings(max_examples=2)
@given(data=st.data())
def test_an_event_is_the_one_that_its_validator_makes(name: str, data: st.DataObject) -> None:
    kind = EVENT_TYPES[name]
    fields = stored(parse(data.draw(fields_of(kind))))
    made = restore(kind, fields)
    assert made is not None
    assert_same(made, kind.model_validate(fields))


@settings(max_examples=120)
@given(data=st.data())
def test_what_its_validator_would_refuse_or_mend_is_left_to_it(data: st.DataObject) -> None:
    kind = EVENT_TYPES[data.draw(st.sampled_from(BUILT))]
    fields = stored(parse(data.draw(fields_of(kind))))
    for field in data.draw(st.lists(st.sampled_from([*kind.model_fields, "with", "other"]), max_size=2)):
        fields[field] = data.draw(ANYTHING)
    for field in data.draw(st.lists(st.sampled_from(list(fields)), max_size=1)):
        del fields[field]
    made = restore(kind, fields)
    if made is not None:
        found = validated(kind, fields)
        assert found is not None
        assert_same(made, found)


@settings(max_examples=50)
@given(data=st.data())
def test_a_correction_is_read_as_its_validator_would(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([EVENT_TYPES[name] for name in BUILT]))
    event, other = (parse(data.draw(fields_of(kind))) for _ in range(2))
    changes = {
        name: data.draw(st.sampled_from([value, None]) | ANYTHING)
        for name, value in stored(other).items()
        if name not in {"negotiation", "id"}
    }
    before = restore(kind, stored(event))
    assert before is not None
    changed = replaced(before, changes)
    if changed is not None:
        assert_same(changed, apply_changes(before, changes))


def decorators(kind: type[BaseModel]) -> list[str]:
    """Return the names of a model's own validators and the like."""
    found = kind.__pydantic_decorators__
    return [name for group in dataclasses.fields(found) for name in getattr(found, group.name)]


@pytest.mark.parametrize("kind", [*sorted(BUILT_IN, key=lambda kind: kind.__name__), Evidence, Figure])
def test_nothing_but_its_fields_makes_a_built_in_type(kind: type[BaseModel]) -> None:
    """What else makes an event of a built-in type would be passed over by what makes its first events."""
    assert decorators(kind) == (["fit"] if hasattr(kind, "fit") else [])
    assert kind.__private_attributes__ == {}
    assert kind.model_post_init.__qualname__.startswith("BaseModel.")
    assert all(info.default_factory is None for info in kind.model_fields.values())
