"""Forms: which fields an event type asks for, what may be put in, what it means, and what it would change."""

from __future__ import annotations

import json
import re
import typing
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from projections.claims.history import History
from projections.views.diff import Difference, diff
from projections.views.status import status
from projections.wording.labels import CORRECTION, GROUPS, LONG, NOTE, WHAT, WHEN, WHO, label_of
from tracker.dates import DateError, When
from tracker.dates.informal import at_prompt
from tracker.errors import EntryRejectedError, Problem
from tracker.events.base import Amount, Event, Evidence
from tracker.events.counting import ambiguous
from tracker.events.naming import is_part
from tracker.events.parsing import build
from tracker.events.references import reference_fields, registered_field
from tracker.events.registry import event_types
from tracker.scripts.paths import list_fields, nest
from tui.environment import today as this_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from projections.views.status import Status
    from tracker.errors import Problem
    from tracker.log import EventLog

#: Common fields, in the order in which a form asks for them; an id comes last, as few write one.
_COMMON: Final = ("occurred", "published", "modality", "note", "id")
_EVIDENCE: Final = ("source", "credibility", "attributed_to", "role", "quote", "language", "locator", "paraphrase")
_RANGE: Final = re.compile(r"\s*(?P<low>[0-9][0-9,]*)?\s*(?P<to>-|–|\.\.|\+)?\s*(?P<high>[0-9][0-9,]*)?\s*")
_MOST: Final = re.compile(r"\s*[<≤]\s*([0-9][0-9,]*)\s*")
_LEAST: Final = re.compile(r"\s*[>≥]\s*([0-9][0-9,]*)\s*")
_DATES: Final = "EDTF: 2024-05-11, 2024-05~"
#: What else may be written for a date, for the place beside the form.
MORE_DATES: Final = "a month 2024-05, about then 2024-05~, from one day to another 2024-05-06/2024-05-10"
_CREDIBILITY: Final = "1 confirmed … 6 cannot be judged"
_Sort = Literal["text", "date", "number", "figure", "choice", "list", "json"]
#: What a field takes, by what its annotation holds.
_SORTS: Final[tuple[tuple[type, _Sort, str], ...]] = (
    (When, "date", _DATES),
    (Amount, "figure", "1000, 650-1000, >600, <1100"),
    (dict, "json", '{"occurred": "2024-05-12", "note": null}'),
    (int, "number", _CREDIBILITY),
)
#: The parts of a figure beside its numbers.
_FIGURE_PARTS: Final = {"unit": "personnel where it is left out", "scope": "what it counts", "basis": "how it is known"}
#: The fields that name a thing with states, and under which word a status has it.
_THINGS: Final = ("agreement", "proposal", "round", "withdrawal", "commitment")


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of a form.

    `path` is the field as scripts write it, ``evidence.0.source``; `sort` what it takes; `choices` what may be put in,
    or what is known already and therefore offered; `names` what they are called, by id. A name in it must be in the
    `register`, if it says one.
    """

    path: str
    sort: _Sort
    required: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    names: Mapping[str, str] = made_by(default_factory=dict)
    register: str = ""
    group: str = WHAT

    @property
    def label(self) -> str:
        """What it is called for a person."""
        return label_of(self.path)

    @property
    def is_long(self) -> bool:
        """Whether it takes a text of several lines."""
        return self.path.rpartition(".")[2] in LONG


#: The fields of a correction itself: where it comes from, beside what it changes.
_OWN: Final = "own."


def fields_of_correction(kind: type[Event], seen: Status, evidence: int = 1) -> list[FormField]:
    """Return the fields that a form for a correction asks for: its own reason, day and source, and the entry's."""
    own = [
        FormField("reason", "text", hint="why it reads otherwise from now on", group=CORRECTION),
        FormField(f"{_OWN}published", "date", hint="when that became known", group=CORRECTION),
        *(
            replace(_evidence_field(0, name, seen), path=f"{_OWN}evidence.0.{name}", group=CORRECTION)
            for name in ("source", "credibility")
        ),
    ]
    return own + [field for field in fields_of(kind, seen, evidence) if field.path != "id"]


def own_values(values: dict[str, str]) -> dict[str, str]:
    """Take the fields of the correction itself out of what was put in, and return them."""
    return {path.removeprefix(_OWN): values.pop(path) for path in list(values) if path.startswith(_OWN)}


def families() -> dict[str, list[str]]:
    """Return the event types by family, both in the vocabulary's order; those of other packages come last."""
    found: dict[str, list[str]] = {}
    for name, kind in event_types().items():
        found.setdefault(kind.family or "other", []).append(name)
    return found


def fields_of(kind: type[Event], seen: Status, evidence: int = 1) -> list[FormField]:
    """Return the fields that a form for an event type asks for, with so many pieces of evidence."""
    references = {written: sort for _, written, sort in reference_fields(kind)}
    own = [name for name in kind.model_fields if name not in Event.model_fields]
    # pydantic knows whether a field must be there.
    names = sorted(own, key=lambda name: not kind.model_fields[name].is_required())
    if "published" in own:
        names.append("published")
    found: list[FormField] = []
    for name in dict.fromkeys(names):
        field = _field(kind, name, references, seen)
        found.append(field)
        if field.sort == "figure":
            found += [FormField(f"{field.path}.{part}", "text", hint=hint) for part, hint in _FIGURE_PARTS.items()]
    asked = [name for name in _COMMON if name not in own]
    if kind.kind_of_entry == "stage":
        asked = [
            name
            for name in asked
            if name in {"note", "id"} or (name == "published" and registered_field(kind) == "source")
        ]
    elif kind.kind_of_entry == "knowledge":
        asked.remove("modality")
    found += [_field(kind, name, references, seen) for name in asked if name != "id"]
    if kind.kind_of_entry != "stage":
        found += [_evidence_field(number, name, seen) for number in range(evidence) for name in _EVIDENCE]
    found.append(FormField("id", "text", hint="made from the content where it is left out"))
    grouped = [replace(field, group=_group(field.path, own)) for field in found]
    return sorted(grouped, key=lambda field: GROUPS.index(field.group))


def _group(path: str, own: list[str]) -> str:
    if path.startswith("evidence."):
        return WHO
    if path in {"note", "id"}:
        return NOTE
    return WHEN if path in {"occurred", "published"} and path not in own else WHAT


def _field(kind: type[Event], name: str, references: Mapping[str, str], seen: Status) -> FormField:
    info = kind.model_fields[name]
    path = info.alias or name
    required = info.is_required()
    annotation = info.annotation
    choices = tuple(map(str, _literals(annotation)))
    if choices:
        default = f"{info.default} where it is left out" if info.default else ""
        return FormField(path, "choice", required, choices, default)
    known = _known(path, references, seen)
    if path in list_fields(kind):
        return FormField(path, "list", required, known, "several with commas", *_named(references.get(path), seen))
    for held, sort, hint in _SORTS:
        if _holds(annotation, held):
            return FormField(path, sort, required, hint=hint)
    if _is_document(annotation):
        return FormField(path, "json", required, hint="JSON")
    return FormField(path, "text", required, known, "", *_named(references.get(path), seen))


def _named(register: str | None, seen: Status) -> tuple[dict[str, str], str]:
    """Return what the names in a register are called, and the register; nothing for names that are in none."""
    registers = seen.claims.registers
    if register == "party":
        return {name: party.name or "" for name, party in registers.parties.items()}, register
    if register == "matter":
        return {name: matter.title or "" for name, matter in registers.matters.items()}, register
    if register == "source":
        return {name: each.title or each.publisher or "" for name, each in registers.sources.items()}, register
    return {}, ""


def _is_document(annotation: Any) -> bool:  # noqa: ANN401 - whatever stands in an annotation
    """Say whether a form takes a field as JSON: a mapping, or parts that it has no lines for."""
    if isinstance(annotation, type) and issubclass(annotation, Amount | Evidence):
        return False
    if is_part(annotation) or dict in (annotation, typing.get_origin(annotation)):
        return True
    return any(map(_is_document, typing.get_args(annotation)))


def _evidence_field(number: int, name: str, seen: Status) -> FormField:
    path = f"evidence.{number}.{name}"
    if name == "source":
        known = _known("source", {"source": "source"}, seen)
        return FormField(path, "text", False, known, "a registered source", *_named("source", seen))  # noqa: FBT003 - a field of the line
    if name == "credibility":
        return FormField(path, "number", hint=_CREDIBILITY)
    if name == "language":
        return FormField(path, "text", hint="BCP 47: fr, ar, en-GB")
    return FormField(path, "text")


def _literals(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - whatever stands in an annotation
    if typing.get_origin(annotation) is Literal:
        return typing.get_args(annotation)
    return tuple(value for part in typing.get_args(annotation) for value in _literals(part))


def _holds(annotation: Any, wanted: type) -> bool:  # noqa: ANN401 - whatever stands in an annotation
    is_one = isinstance(annotation, type) and issubclass(annotation, wanted)
    return (
        is_one
        or typing.get_origin(annotation) is wanted
        or any(_holds(part, wanted) for part in typing.get_args(annotation))
    )


def _known(path: str, references: Mapping[str, str], seen: Status) -> tuple[str, ...]:
    """Return the names to offer for a field: those that it must be one of, or those there are already."""
    claims = seen.claims
    sort = references.get(path)
    if sort is not None:
        if sort == "entry":
            return tuple(reading.id for reading in (*claims.standing, *claims.retracted, *claims.knowledge))
        registers = claims.registers
        if sort == "party":
            return tuple(registers.parties)
        return tuple(registers.matters if sort == "matter" else registers.sources)
    if path in {"supersedes", *_THINGS}:
        return tuple(seen.things["proposal" if path == "supersedes" else path])
    return ()


# ── what was put in ──


def event_of(kind: type[Event], negotiation: str, values: Mapping[str, Any]) -> Event:
    """Return the event that a form's values make; blank ones are left out.

    Raises `EntryRejectedError` with every problem's field.
    """
    problems: list[Problem] = []
    cells = [(path, path.split("."), value) for path, value in _cells(kind, values)]
    fields = nest(cells, problems)
    try:
        event = build(kind, {"negotiation": negotiation, **fields})
    except EntryRejectedError as error:
        raise EntryRejectedError([*problems, *error.problems]) from None
    problems += ambiguous(event, fields)
    if problems:
        raise EntryRejectedError(problems)
    return event


def _cells(kind: type[Event], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what was put in as the fields that it means, dotted where they are inside others."""
    figures = {info.alias or name for name, info in kind.model_fields.items() if _holds(info.annotation, Amount)}
    dates = {info.alias or name for name, info in kind.model_fields.items() if _holds(info.annotation, When)}
    documents = {info.alias or name for name, info in kind.model_fields.items() if _is_document(info.annotation)}
    groups = {path.rpartition(".")[0] for path, text in values.items() if text and path.startswith("evidence.")}
    # Pieces of evidence that were left blank leave no gap.
    numbers = {old: f"evidence.{new}" for new, old in enumerate(sorted(groups))}
    for path, given in values.items():
        value = given.strip() if isinstance(given, str) else given
        if not value:
            continue
        if path in dates and isinstance(value, str):
            yield path, at_prompt(value, this_day())
        elif path in figures:
            yield from _figure(path, value)
        elif isinstance(value, str) and path in documents:
            yield path, _json(value)
        elif path in list_fields(kind):
            yield path, [part.strip() for part in value.split(",") if part.strip()]
        elif path.startswith("evidence."):
            group, _, name = path.rpartition(".")
            yield f"{numbers[group]}.{name}", value
        else:
            yield path, value


def _figure(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield a figure's parts; what is none goes on as it is, to be refused in plain words."""
    if match := _MOST.fullmatch(text):
        yield f"{path}.high", _number(match[1])
    elif match := _LEAST.fullmatch(text):
        yield f"{path}.low", _number(match[1])
    elif (match := _RANGE.fullmatch(text)) and (match["low"] or match["high"]):
        if match["to"] is None:
            yield f"{path}.value", _number(match["low"] or match["high"])
            return
        for end in ("low", "high"):
            if match[end]:
                yield f"{path}.{end}", _number(match[end])
    else:
        yield f"{path}.value", text


def _number(text: str) -> str:
    return text.replace(",", "")


def _json(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def values_of(event: Event) -> dict[str, str]:
    """Return what a form holds that would make an event."""
    document = json.loads(event.canonical())
    fields = type(event).model_fields.items()
    documents = {info.alias or name for name, info in fields if _is_document(info.annotation)}
    values: dict[str, str] = {}
    for name, value in document.items():
        if name in documents:
            values[name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, dict):
            values[name] = figure_text(value)
            values.update({f"{name}.{part}": str(value[part]) for part in _FIGURE_PARTS if value.get(part)})
        elif name == "evidence":
            for number, item in enumerate(value):
                values.update({f"evidence.{number}.{part}": str(text) for part, text in item.items()})
        else:
            values[name] = ",".join(value) if isinstance(value, list) else str(value)
    return values


def figure_text(figure: Mapping[str, Any]) -> str:
    """Return a figure as a form takes it."""
    if figure.get("value") is not None:
        return str(figure["value"])
    low, high = figure.get("low"), figure.get("high")
    if low is None:
        return f"<{high}"
    return f">{low}" if high is None else f"{low}-{high}"


def meaning(field: FormField, text: str) -> str:
    """Return what a value means while it is being written: a date's bounds; empty where there is nothing to say."""
    if field.sort != "date" or not text.strip():
        return ""
    try:
        when = When(at_prompt(text.strip(), this_day()))
    except DateError as error:
        return str(error)
    flags = [word for word, is_so in (("approximate", when.approximate), ("uncertain", when.uncertain)) if is_so]
    earliest, latest = when.earliest_iso() or "open", when.latest_iso() or "open"
    return " · ".join([earliest if earliest == latest else f"{earliest} to {latest}", *flags])


def changed(before: Event, after: Event) -> dict[str, Any]:
    """Return the fields in which two versions of an entry differ, as a correction takes them; None removes one."""
    old, new = json.loads(before.canonical()), json.loads(after.canonical())
    return {name: new.get(name) for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)}


class Preview(NamedTuple):
    """What recording an entry would do: what is wrong with it, or what would be said otherwise at the present."""

    problems: tuple[Problem, ...]
    already: bool
    difference: Difference


def preview(log: EventLog, history: History, event: Event, *, today: date | None = None) -> Preview:
    """Return what recording an event would do; nothing is recorded.

    Raises `LogError` where the log cannot be read.
    """
    receipt = log.record([event], keep_going=True, dry_run=True)
    nothing = Difference((), (), ())
    if receipt.problems or not receipt.recorded:
        return Preview(receipt.problems, receipt.already > 0, nothing)
    last = history.entries[-1].position if history.entries else 0
    added = [recorded._replace(position=last + number) for number, recorded in enumerate(receipt.recorded, start=1)]
    before = status(history, history.negotiation, today=today)
    after = status(History(history.negotiation, [*history.entries, *added]), history.negotiation, today=today)
    return Preview((), already=False, difference=diff(before, after))
