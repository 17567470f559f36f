"""An event is the same whether pydantic's validator makes it or, as the first of its type, it is made without one."""

from __future__ import annotations

import dataclasses
import json
import pickle
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, PrivateAttr, ValidationError, computed_field, field_validator, model_validator

from projections import History
from projections.claims.resolver import as_corrected
from tests.tracker.given import NEGOTIATION, entry
from tests.tracker.strategies import fields_of
from tracker.codec import GENESIS, decode, encode, head_of, is_sealed
from tracker.entry import prepare
from tracker.errors import EntryRejectedError
from tracker.events import EVENT_TYPES, Amount, EntryCorrected, Event, Evidence, Figure, UnknownEvent, VoteHeld, parse
from tracker.events.base import Model
from tracker.events.registry import BUILT_IN
from tracker.events.restoring import ENOUGH, replaced, restore
from tracker.negotiation import apply_changes

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tracker.log import EventLog

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


def validated(kind: type[Event], data: dict[str, Any]) -> Event | None:
    try:
        return kind.model_validate(data)
    except ValidationError:
        return None


@pytest.mark.long
@settings(max_examples=10 * settings().max_examples)
@given(data=st.data())
def test_an_event_is_the_one_that_its_validator_makes(data: st.DataObject) -> None:
    kind = EVENT_TYPES[data.draw(st.sampled_from(BUILT))]
    fields = stored(parse(data.draw(fields_of(kind))))
    made = restore(kind, fields)
    assert made is not None
    assert_same(made, kind.model_validate(fields))
    assert pickle.loads(pickle.dumps(made)) == kind.model_validate(fields)  # noqa: S301 - of our own
    if kind not in {EntryCorrected, VoteHeld}:  # which hold mappings
        assert hash(made) == hash(kind.model_validate(fields))


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


@pytest.mark.parametrize("kind", [*sorted(BUILT_IN, key=lambda kind: kind.__name__), Evidence, Amount, Figure])
def test_nothing_but_its_fields_makes_a_built_in_type(kind: type[BaseModel]) -> None:
    """What else makes an event of a built-in type would be passed over by what makes its first events."""
    assert decorators(kind) == (["fit"] if hasattr(kind, "fit") else [])
    assert kind.__private_attributes__ == {}
    assert kind.model_post_init.__qualname__.startswith("BaseModel.")
    assert all(info.default_factory in {None, dict} for info in kind.model_fields.values())


# ── types of other packages ──


def noted() -> type[Event]:
    """Return a type anew, as a process finds it: with everything that pydantic lets a type do beside its fields."""

    class Noted(Event):
        word: str
        made: list[str] = Field(default_factory=list)
        seats: Box[int] | None = None
        _private: str = PrivateAttr(default="private")
        _counted: list[int] = PrivateAttr(default_factory=lambda: [1])
        _after: str = ""

        @field_validator("word")
        @classmethod
        def in_capitals(cls, value: str) -> str:
            return value.upper()

        @model_validator(mode="after")
        def noted(self) -> Self:
            if self.word == "CRASH":
                raise RuntimeError("not even a ValueError")
            if self.word == "REFUSED":
                raise ValueError("refused")
            return self

        def model_post_init(self, context: object, /) -> None:
            super().model_post_init(context)
            self._after = f"after {self.word}"

        @computed_field  # type: ignore[prop-decorator]  # as pydantic asks for it
        @property
        def length(self) -> int:
            return len(self.word)

        @cached_property
        def seen(self) -> tuple[str, list[int], str]:
            return self._private, self._counted, self._after

    return Noted


Item = TypeVar("Item")


class Box(Model, Generic[Item]):
    """A part of whatever type."""

    item: Item


@pytest.fixture
def with_noted(staged: EventLog, monkeypatch: pytest.MonkeyPatch) -> EventLog:
    """Return a log with more entries of another package's type than it takes until a validator is worth making."""
    monkeypatch.setitem(EVENT_TYPES, "Noted", noted())
    staged.record([entry("Noted", id=f"n-{i}", word=f"word {i}", seats={"item": i}) for i in range(ENOUGH + 10)])
    monkeypatch.setitem(EVENT_TYPES, "Noted", noted())
    return staged


def test_a_type_of_another_package_reads_alike_from_its_first_entry_on(with_noted: EventLog) -> None:
    for index, recorded in enumerate(with_noted.read(after=12)):
        event: Any = recorded.event
        word = f"WORD {index}"
        assert_same(event, type(event).model_validate(stored(event)))
        assert event.seen == ("private", [1], f"after {word}")
        assert (event.word, event.made, event.length, event.seats.item) == (word, [], len(word), index)


def test_a_type_of_another_package_is_corrected_alike(with_noted: EventLog) -> None:
    with_noted.record([entry("EntryCorrected", entry="n-0", changes={"word": "other"})])
    history = History.load(with_noted, NEGOTIATION)
    correction = history.entries[-1].event
    assert isinstance(correction, EntryCorrected)
    for index in (0, 5):
        corrected: Any = as_corrected(history.entries[12 + index].event, correction)
        assert (corrected.word, corrected.seen[2]) == ("OTHER", "after OTHER")


@pytest.mark.parametrize("word", ["refused", "crash"])
def test_what_a_type_of_another_package_refuses_is_told_and_read_as_unknown(
    staged: EventLog, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    class Noted(Event):
        word: str

    monkeypatch.setitem(EVENT_TYPES, "Noted", Noted)
    staged.record([entry("Noted", id="n", word=word)])
    monkeypatch.setitem(EVENT_TYPES, "Noted", noted())
    event = staged.entry(NEGOTIATION, "n").event
    assert isinstance(event, UnknownEvent)
    assert event.stored["word"] == word
    assert staged.verify().ok
    with pytest.raises(EntryRejectedError, match=r"refused|Noted, of another package, cannot be made \(RuntimeError"):
        entry("Noted", word=word)
    with pytest.raises(EntryRejectedError):
        staged.record([entry("EntryCorrected", entry="n", changes={"word": "other"})])


def test_stored_fields_that_do_not_fit_a_built_in_type_are_unknown_from_the_first_entry_on() -> None:
    """Bytes that somebody else made may carry a right check sum."""
    event = entry("StatementMade", id="s", party="NER")
    ready = prepare(event)
    head = head_of(ready.topic, NEGOTIATION, 1, GENESIS)
    for wrong in (b'"party":"Not A Party"', b'"party":"NER","modality":"sung"', b'"party":"NER","evidence":[{}]'):
        state = encode(head, "s", wrong, recorded_at="2026-01-01T00:00:00.000000Z", recorded_by='"a"')
        assert is_sealed(state)
        assert restore(type(event), {"negotiation": NEGOTIATION, "id": "s", **json.loads(b"{" + wrong + b"}")}) is None
        assert isinstance(decode(ready.topic, state, 1).event, UnknownEvent)
