"""The fields that a form asks for, made from an event type's own: what each takes, and the names that are known."""

from __future__ import annotations

import typing
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from projections.wording.folding import fold
from projections.wording.labels import CORRECTION, GROUPS, LONG, NOTE, WHAT, WHEN, WHO, label_of
from tracker.dates import When
from tracker.events.base import Amount, Event, Evidence, Ref
from tracker.events.naming import is_part
from tracker.events.references import REGISTERS, kinds_of_fields, reference_fields, registered_field
from tracker.scripts.paths import list_fields
from tui.workspace.entry.figures import HINT
from tui.workspace.entry.known import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic.fields import FieldInfo

    from projections.views.status import Status

#: Common fields, in the order in which a form asks for them; an id comes last, as few write one.
_COMMON: Final = ("occurred", "published", "modality", "note", "id")
_EVIDENCE: Final = ("source", "credibility", "attributed_to", "role", "quote", "language", "locator", "paraphrase")
_DATES: Final = "EDTF: 2024-05-11, 2024-05~"
#: What else may be written for a date, for the place beside the form.
MORE_DATES: Final = "a month 2024-05, about then 2024-05~, from one day to another 2024-05-06/2024-05-10"
_CREDIBILITY: Final = "1 confirmed … 6 cannot be judged"
_Sort = Literal["text", "date", "number", "figure", "choice", "list", "json"]
_PERSON: Final = "person"
#: The registers of which a name can be added from inside a form.
REGISTERED: Final = REGISTERS | {_PERSON}
#: What a field takes that is true or not.
YES: Final = "yes"
NO: Final = "no"
#: What a field takes, by what its annotation holds.
_SORTS: Final[tuple[tuple[type, _Sort, str], ...]] = (
    (When, "date", _DATES),
    (Amount, "figure", HINT),
    (dict, "json", '{"occurred": "2024-05-12", "note": null}'),
    (int, "number", "a whole number"),
)
#: The parts of a figure beside its numbers.
FIGURE_PARTS: Final = {"unit": "personnel where it is left out", "scope": "what it counts", "basis": "how it is known"}


class FoldedChoices(NamedTuple):
    """The names that are known in a field, as they are compared: made once, as there may be ten thousand.

    `called` has (id, id folded, name folded) for each; `meant` the ids that a folded id or name means.
    """

    ids: frozenset[str]
    called: list[tuple[str, str, str]]
    meant: dict[str, list[str]]


@dataclass(frozen=True)
class FormField:
    """One line of a form.

    `path` is the field as scripts write it, ``evidence.0.source``; `sort` what it takes; `choices` what may be put in,
    or what is known already and therefore offered; `names` what they are called, by id. A name in it must be in the
    `register`, if it says one; what is not known of a `begins` is begun by the entry. `event` is the type of the entry.
    """

    path: str
    sort: _Sort
    required: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    names: Mapping[str, str] = made_by(default_factory=dict)
    register: str = ""
    group: str = WHAT
    begins: str = ""
    event: str = ""

    @property
    def label(self) -> str:
        """What it is called for a person."""
        return label_of(self.path, self.event)

    @property
    def is_long(self) -> bool:
        """Whether it takes a text of several lines."""
        return self.path.rpartition(".")[2] in LONG

    @cached_property
    def folded(self) -> FoldedChoices:
        """The names that are known, as they are compared; work for a job where they are many."""
        called = [(choice, fold(choice), fold(self.names.get(choice) or "")) for choice in self.choices]
        meant: dict[str, list[str]] = {}
        for choice, *names in called:
            for name in filter(None, dict.fromkeys(names)):
                meant.setdefault(name, []).append(choice)
        return FoldedChoices(frozenset(self.choices), called, meant)


def compared(
    fields: Iterable[FormField], more: Mapping[str, tuple[str, ...]], older: Mapping[str, FormField]
) -> dict[str, FormField]:
    """Return fields by their paths, with more names, by their register, and all of them folded, as a job does.

    A field that is as an older one was is that one, whose names are folded already.
    """
    found: dict[str, FormField] = {}
    for field in fields:
        choices = tuple(dict.fromkeys((*field.choices, *more.get(field.register, ()))))
        named, old = replace(field, choices=choices), older.get(field.path)
        found[field.path] = old if old is not None and old == named else named
    _ = [each.folded for each in found.values()]
    return found


def fields_of_correction(kind: type[Event], seen: Status, evidence: int = 1) -> list[FormField]:
    """Return the fields that a form for a correction asks for: its own reason, day and source, and the entry's."""
    own = [
        FormField("reason", "text", hint="why it reads otherwise from now on", group=CORRECTION),
        FormField(f"{OWN}published", "date", hint="when that became known", group=CORRECTION),
        *(
            replace(_evidence_field(0, name, seen), path=f"{OWN}evidence.0.{name}", group=CORRECTION)
            for name in ("source", "credibility")
        ),
    ]
    return own + [field for field in fields_of(kind, seen, evidence) if field.path != "id"]


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
            found += [FormField(f"{field.path}.{part}", "text", hint=hint) for part, hint in FIGURE_PARTS.items()]
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
    grouped = [replace(field, group=_group(field), event=kind.__name__) for field in found]
    # A type's own dates stand behind those of every entry.
    return sorted(
        grouped, key=lambda field: (GROUPS.index(field.group), field.group == WHEN and field.path not in _COMMON)
    )


def _group(field: FormField) -> str:
    if field.path.startswith("evidence."):
        return WHO
    if field.path in {"note", "id"}:
        return NOTE
    return WHEN if field.sort == "date" else WHAT


def _field(kind: type[Event], name: str, references: Mapping[str, str], seen: Status) -> FormField:
    info = kind.model_fields[name]
    path = info.alias or name
    required = info.is_required()
    annotation = info.annotation
    if chosen := _chosen(path, info):
        return replace(chosen, required=required)
    names = references.get(path) or kinds_of_fields(kind).get(name) or (_PERSON if path == _PERSON else None)
    known = _known(names, seen)
    named: dict[str, Any] = {"register": names if names in REGISTERED else "", "names": _names(names, seen)}
    if path in list_fields(kind):
        return FormField(path, "list", required, known, "several with commas", **named)
    for held, sort, hint in _SORTS:
        if holds(annotation, held):
            return FormField(path, sort, required, hint=_CREDIBILITY if path == "credibility" else hint)
    if any(isinstance(mark, Ref) and mark.is_subject for mark in info.metadata):
        subjects = _subjects(seen)
        return FormField(path, "text", required, tuple(subjects), "a party, a matter, an agreement …", names=subjects)
    if is_document(annotation):
        return FormField(path, "json", required, hint="JSON")
    begins = names if names in seen.things else ""
    return FormField(path, "text", required, known, **named, begins=begins)


def _chosen(path: str, info: FieldInfo) -> FormField | None:
    """Return a field whose words are given, in a mapping too; None for one of another kind."""
    annotation = info.annotation
    if holds(annotation, bool):
        return FormField(path, "choice", choices=(YES, NO), hint=_left_out(info.default))
    if words := words_in_mapping(annotation):
        return FormField(path, "json", hint=f"{example_of(words)}; or {', '.join(words[1:-1])}")
    choices = () if is_document(annotation) else tuple(map(str, _literals(annotation)))
    return FormField(path, "choice", choices=choices, hint=_left_out(info.default)) if choices else None


def _left_out(default: object) -> str:
    """Return what a field says that is left out; empty where that is nothing."""
    said = {True: YES, False: NO}[default] if isinstance(default, bool) else default
    return f"{said} where it is left out" if isinstance(said, str) and said else ""


def _names(register: str | None, seen: Status) -> dict[str, str]:
    """Return what the names in a register, or of a family of things, are called; nothing for other names."""
    registers = seen.claims.registers
    if register == "party":
        return {name: party.name or "" for name, party in registers.parties.items()}
    if register == "matter":
        return {name: matter.title or "" for name, matter in registers.matters.items()}
    if register == "source":
        return {name: each.title or each.publisher or "" for name, each in registers.sources.items()}
    return {name: getattr(thing, "title", None) or "" for name, thing in seen.things.get(register or "", {}).items()}


def _subjects(seen: Status) -> dict[str, str]:
    """Return all that a figure may be about, with what it is called."""
    kinds = ("party", "matter", *(family for family in seen.things if family != "position"))
    return {
        f"{kind}:{name}": called or name
        for kind in kinds
        for name, called in {**dict.fromkeys(_known(kind, seen), ""), **_names(kind, seen)}.items()
    }


def words_in_mapping(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever stands in an annotation
    """Return the words that a field takes for each name of a mapping; nothing for a field of another kind."""
    return tuple(map(str, _literals(annotation))) if typing.get_origin(annotation) is dict else ()


def example_of(words: tuple[str, ...]) -> str:
    """Return how a mapping is written whose names have one of some words each."""
    return f"KGZ: {words[0]}, USA: {words[-1]}"


def is_document(annotation: Any) -> bool:  # noqa: ANN401 - whatever stands in an annotation
    """Say whether a form takes a field as JSON: a mapping, or parts that it has no lines for."""
    if isinstance(annotation, type) and issubclass(annotation, Amount | Evidence):
        return False
    if is_part(annotation) or dict in (annotation, typing.get_origin(annotation)):
        return True
    return any(map(is_document, typing.get_args(annotation)))


def is_number(annotation: Any) -> bool:  # noqa: ANN401 - whatever stands in an annotation
    """Say whether a field takes a whole number; in Python, what is true or not is one, too."""
    return holds(annotation, int) and not holds(annotation, bool)


def _evidence_field(number: int, name: str, seen: Status) -> FormField:
    path = f"evidence.{number}.{name}"
    if name == "source":
        hint = "a source, or a file: a saved page, a PDF"
        return FormField(path, "text", choices=_known(name, seen), hint=hint, names=_names(name, seen), register=name)
    if name == "attributed_to":
        hint = "the person or office that the source cites"
        return FormField(path, "text", choices=_known(_PERSON, seen), hint=hint, register=_PERSON)
    if name == "credibility":
        return FormField(path, "number", hint=_CREDIBILITY)
    if name == "language":
        return FormField(path, "text", hint="BCP 47: fr, ar, en-GB")
    return FormField(path, "text")


def _literals(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - whatever stands in an annotation
    if typing.get_origin(annotation) is Literal:
        return typing.get_args(annotation)
    return tuple(value for part in typing.get_args(annotation) for value in _literals(part))


def holds(annotation: Any, wanted: type) -> bool:  # noqa: ANN401 - whatever stands in an annotation
    """Say whether an annotation is of a type, or holds it."""
    is_one = isinstance(annotation, type) and issubclass(annotation, wanted)
    return (
        is_one
        or typing.get_origin(annotation) is wanted
        or any(holds(part, wanted) for part in typing.get_args(annotation))
    )


def _known(sort: str | None, seen: Status) -> tuple[str, ...]:
    """Return the names to offer for a field: those that it must be one of, or those there are already."""
    claims = seen.claims
    registers = claims.registers
    if sort == "entry":
        return tuple(reading.id for reading in (*claims.standing, *claims.retracted, *claims.knowledge))
    if sort == "party":
        return tuple(registers.parties)
    if sort in {"matter", "source"}:
        return tuple(registers.matters if sort == "matter" else registers.sources)
    if sort == _PERSON:
        cited = (item.attributed_to for reading in claims.standing for item in reading.evidence)
        called = (name for person, alias, _ in registers.person_aliases for name in (person, alias))
        return tuple(dict.fromkeys(name for names in (called, cited) for name in names if name))
    return tuple(seen.things.get(sort or "", ()))
