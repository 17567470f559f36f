"""What every entry has: who says it, on what evidence, when it happened and was published; and state machines."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tracker.dates import When

SLUG: Final = r"^[a-z0-9][a-z0-9-]{0,63}$"
#: The longest text that a field holds, in characters.
MAX_TEXT: Final = 1 << 20
#: Above it not every whole number has a form of its own in JSON (RFC 8259, 6).
MOST: Final = 2**53 - 1
#: Side states from which every state may follow.
OPEN_SIDE: Final = frozenset({"suspended", "deadlocked", "breached"})
#: Side states that end a thing.
FINAL_SIDE: Final = frozenset({"reversed", "cancelled", "expired", "superseded"})

#: What an entry may name that must have been registered, or recorded, before it.
Kind = Literal["party", "matter", "source", "entry"]


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a type whose values name something; `acts` is False for a party to, on or with which another acts.

    `is_subject` marks texts such as ``party:BGD``: those of a party and of a matter name one.
    """

    kind: Kind
    acts: bool = True
    is_subject: bool = False


Slug = Annotated[str, Field(pattern=SLUG)]
_Party = Annotated[
    str,
    Field(pattern=r"^([A-Z]{3}|[a-z0-9][a-z0-9-]{0,63})$", description="ISO 3166-1 alpha-3 for a state, else a slug"),
]
PartyId = Annotated[_Party, Ref("party")]
#: A party to which, on which or with which another acts.
CounterpartId = Annotated[_Party, Ref("party", acts=False)]
MatterId = Annotated[Slug, Ref("matter")]
SourceId = Annotated[Slug, Ref("source")]
#: The id of an entry recorded earlier in the same negotiation.
EntryId = Annotated[Slug, Ref("entry")]
#: A thing with states, a party or a matter, ``commitment:stock-300kg``.
SubjectId = Annotated[
    str,
    Field(
        pattern=r"^((agreement|proposal|round|withdrawal|commitment|sanction|matter):[a-z0-9][a-z0-9-]{0,63}"
        r"|party:([A-Z]{3}|[a-z0-9][a-z0-9-]{0,63}))$",
        description="a subject, family:id",
    ),
    Ref("party", acts=False, is_subject=True),
]
#: Those who act, one or more.
Actors = Annotated[tuple[PartyId, ...], Field(min_length=1)]
Name = Annotated[str, Field(min_length=1)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", description="BCP 47")]
Modality = Literal["done", "announced", "reported", "denied", "hypothetical"]
Reliability = Annotated[
    Literal["A", "B", "C", "D", "E", "F"], Field(description="of a source, Admiralty code (STANAG 2511)")
]


def _as_number(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever was written
    """Refuse what Python alone takes for a number: ``True``, ``1_000``."""
    if value is True or value is False or (type(value) is str and "_" in value):
        raise ValueError(f"must be a number, not {value!r:.40}")
    return value


def _whole(value: float) -> float:
    """Return 1000.0 as 1000, so that a number has one form however it was written, and is one that JSON can hold."""
    if value > MOST:
        raise ValueError(f"must be at most {MOST:,}")
    return int(value) if value == int(value) else value


Credibility = Annotated[
    int, Field(ge=1, le=6, description="of a claim, Admiralty code (STANAG 2511)"), BeforeValidator(_as_number)
]
Number = Annotated[
    Annotated[int, Field(ge=0)] | Annotated[float, Field(ge=0, allow_inf_nan=False)],
    Field(union_mode="left_to_right"),
    BeforeValidator(_as_number),
    AfterValidator(_whole),
]


class Model(BaseModel):
    """A frozen record that refuses unknown fields; its validator is built when it is first used."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        str_max_length=MAX_TEXT,
    )


class Evidence(Model):
    """One source's support for a claim: whom it cites, in which words, and how credible the claim is."""

    source: SourceId
    attributed_to: str | None = None
    role: str | None = None
    quote: str | None = None
    language: Language | None = None
    locator: str | None = None
    paraphrase: str | None = None
    credibility: Credibility = 6


class Amount(Model):
    """A quantity as a source puts it: a value, or a range of which either end may be open; without a unit, a number."""

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    unit: Name | None = None
    scope: str | None = None
    basis: str | None = None
    approximate: bool = False

    @model_validator(mode="after")
    def fit(self) -> Self:
        """Return it if it is a value, or a range from low to high; raises `ValueError`."""
        if self.value is None and self.low is None and self.high is None:
            raise ValueError("a figure needs a value, or a low or high end")
        if self.value is not None and (self.low is not None or self.high is not None):
            raise ValueError("a figure has either a value or a range, not both; leave out value, or low and high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}; swap them")
        return self

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The low and the high end; None where open."""
        return (self.value, self.value) if self.value is not None else (self.low, self.high)


class Figure(Amount):
    """How many of a force: an amount of personnel, unless it says otherwise."""

    unit: Name = "personnel"


def _figure_of_number(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever was written
    """Let a bare number stand for a figure, as people write ``strength=1000``, or ``~1000`` for about so many."""
    figure = {"value": value} if isinstance(value, int | float | str) else value
    number = figure.get("value") if isinstance(figure, dict) else None
    if isinstance(number, str) and number.startswith("~"):
        return {**figure, "value": number[1:].strip(), "approximate": True}
    return figure


FigureField = Annotated[Figure, BeforeValidator(_figure_of_number, json_schema_input_type=Figure | Number)]
AmountField = Annotated[Amount, BeforeValidator(_figure_of_number, json_schema_input_type=Amount | Number)]


@dataclass(frozen=True)
class Machine:
    """The states of one family of things, and the arrows between them.

    `subject` is the field that names the thing (``agreement``). `arrows` maps each state to those that may follow it
    at once; side states need no arrows, since they are reached from every state that is not final. `back` are the
    arrows that lead back, as (from, to), with the event types that alone take them. `exclude` are sets of states: two
    of different sets cannot both be true at one time.
    """

    subject: str
    arrows: dict[str, tuple[str, ...]]
    back: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[frozenset[str], ...] = ()

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the arrows were declared."""
        seen = dict.fromkeys(self.arrows)
        for targets in self.arrows.values():
            seen.update(dict.fromkeys(targets))
        return tuple(seen)

    @cached_property
    def _reach(self) -> dict[str, frozenset[str]]:
        reach = {state: set(self.arrows.get(state, ())) for state in self.states}
        for middle in self.states:
            for state in self.states:
                if middle in reach[state]:
                    reach[state] |= reach[middle]
        return {state: frozenset(targets) for state, targets in reach.items()}

    def __str__(self) -> str:
        return self.subject

    def leads(self, start: str, end: str) -> bool:
        """Say whether a path of one arrow or more leads from one state to another."""
        return end in self._reach.get(start, ())

    def is_final(self, state: str) -> bool:
        """Say whether nothing may follow a state."""
        return state in FINAL_SIDE or not (state in OPEN_SIDE or self.arrows.get(state))

    def excludes(self, one: str, other: str) -> bool:
        """Say whether two states cannot both be true at one time."""
        return any(one in states and other not in states for states in self.exclude) and any(
            other in states for states in self.exclude
        )

    def is_legal(self, present: str | None, new: str, event: str = "") -> bool:
        """Say whether an event may move a thing in the present state (None: not yet seen) to a new one."""
        if present is not None and (present, new) in self.back:
            return event in self.back[present, new]
        if present is None or present == new or present in OPEN_SIDE:
            return True
        if self.leads(present, new):
            return True
        return new in OPEN_SIDE | FINAL_SIDE and not self.is_final(present)

    def is_step_back(self, present: str, new: str) -> bool:
        """Say whether the new state lies before the present one on some path."""
        return self.leads(new, present)


class Event(Model):
    """One entry: a claim that a source makes about a negotiation, or a line of the analyst's own register.

    Raises `pydantic.ValidationError` where a field is not right. Two events are equal where type and fields are.
    """

    #: What kind of entry this is: a register of the stage, a claim, or knowledge about other entries.
    kind_of_entry: ClassVar[Literal["stage", "claim", "knowledge"]] = "claim"
    #: The heading under which the vocabulary lists it, and under which forms offer it.
    family: ClassVar[str] = ""
    machine: ClassVar[Machine | None] = None
    #: The state that this event moves its thing to.
    moves_to: ClassVar[str | None] = None
    plover: ClassVar[str | None] = None
    cameo: ClassVar[str | None] = None
    #: The version of the stored form; raised with an upcast in `tracker.codec` whenever the form changes.
    event_version: ClassVar[int] = 1

    negotiation: Slug
    id: Slug | None = None
    occurred: When | None = None
    published: When | None = None
    modality: Modality = "reported"
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None

    def __init_subclass__(
        cls,
        *,
        moves_to: str | None = None,
        plover: str | None = None,
        cameo: str | None = None,
        **config: Any,  # noqa: ANN401 - whatever pydantic takes
    ) -> None:
        """Declare an event type with the state it moves to and its PLOVER and CAMEO codes."""
        super().__init_subclass__(**config)
        cls.moves_to, cls.plover, cls.cameo = moves_to, plover, cameo

    @property
    def event(self) -> str:
        """The event type's name."""
        return type(self).__name__

    @property
    def subject(self) -> str | None:
        """The thing that the entry is about, ``agreement:sofa-2012``; None where its family has no states."""
        machine = self.machine
        return f"{machine.subject}:{getattr(self, machine.subject)}" if machine else None

    def canonical(self) -> bytes:
        """Return what the author wrote as canonical JSON (UTF-8): declared order, no defaults, no id."""
        # What a type computes of its fields is not written, since no reader would take it: hence the round trip.
        return self.__pydantic_serializer__.to_json(
            self, exclude_defaults=True, exclude=_NOT_CONTENT, by_alias=True, round_trip=True
        )

    def default_id(self, canonical: bytes | None = None) -> str:
        """Return the id that the entry has where its author gave none: the type and a digest of the content."""
        content = self.canonical() if canonical is None else canonical
        digest = hashlib.sha256(self.event.encode() + b"\0" + content).hexdigest()
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", self.event).lower()
        return f"{words}-{digest[:12]}"


_NOT_CONTENT: Final = {"id", "negotiation"}
#: How an id ends that was made of the content.
MADE_ID: Final = re.compile(r"-[0-9a-f]{12}$")


class Stage(Event):
    """A line of the analyst's own registers: not a claim, so that only `recorded_by` cuts it."""

    kind_of_entry: ClassVar[Literal["stage", "claim", "knowledge"]] = "stage"
    family: ClassVar[str] = "stage"


class Claim(Event):
    """A claim about the world."""


class Knowledge(Event):
    """An entry about another entry: it changes how that one reads, from its own publication on."""

    kind_of_entry: ClassVar[Literal["stage", "claim", "knowledge"]] = "knowledge"
    family: ClassVar[str] = "knowledge"


def one_of(event: Event, *fields: str) -> str | None:
    """Return the subject that the first of some fields names, ``matter:prisoners``; None if none does."""
    return next((f"{name}:{value}" for name in fields if (value := getattr(event, name))), None)


def require_one(event: Event, *fields: str) -> None:
    """Raise `ValueError` unless exactly one of some fields is given."""
    if sum(getattr(event, name) is not None for name in fields) != 1:
        raise ValueError(f"give one of {', '.join(fields)}")
