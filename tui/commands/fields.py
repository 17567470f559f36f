"""The fields of an event type in words, as people look them up: what each holds, and whether it must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.events.base import Event, Evidence
from tracker.events.references import reference_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What fields hold whose schema does not say it shortly.
_BY_NAME: Final = {
    "language": "BCP 47",
    "wikidata": "`Q` and a number",
    "sha256": "64 hexadecimal digits",
    "changes": "fields of that entry",
}
_OF_EVERY_ENTRY: Final = tuple(Event.model_fields)


class FieldInWords(NamedTuple):
    """A field as scripts write it, whether it must be there, and what it holds, in a word or two."""

    name: str
    required: bool
    holds: str


def field_of(kind: type[Event], name: str) -> FieldInWords:
    """Return one field of an event type, by the attribute's name."""
    info = kind.model_fields[name]
    written = info.alias or name
    schema = kind.model_json_schema(by_alias=True)["properties"][written]
    referred = next((what for attribute, _, what in reference_fields(kind) if attribute == name), None)
    return FieldInWords(written, info.is_required(), _holds(schema, name, referred))


def fields_of(kind: type[Event]) -> Iterator[FieldInWords]:
    """Yield the fields of an event type, its own before those of every entry, and what is needed first."""
    own = [name for name in kind.model_fields if name not in _OF_EVERY_ENTRY]
    found = [field_of(kind, name) for name in own]
    definitions: Mapping[str, Any] = kind.model_json_schema(by_alias=True).get("$defs", {})
    yield field_of(kind, "negotiation")
    for field in sorted(found, key=lambda field: not field.required):
        if field.holds != "figure":
            yield field
            continue
        yield field._replace(holds="number, or its parts")
        yield from _inside(field.name, definitions["Figure"])
    for name in ("id", "occurred", "published", "modality", "note"):
        yield field_of(kind, name)
    yield from _inside("evidence.0", definitions["Evidence"])


def _inside(path: str, schema: Mapping[str, Any]) -> Iterator[FieldInWords]:
    referred: dict[str, str] = {written: what for _, written, what in reference_fields(Evidence)}
    for name, part in schema["properties"].items():
        holds = _holds(part, name, referred.get(name) if path.startswith("evidence.") else None)
        each = ", in each piece of evidence" if name in schema.get("required", ()) else ""
        yield FieldInWords(f"{path}.{name}", required=False, holds=holds + each)


def _holds(schema: Mapping[str, Any], name: str, referred: str | None) -> str:
    """Return what a field holds, in a word or two."""
    if options := schema.get("anyOf"):
        return _holds(next(option for option in options if option.get("type") != "null"), name, referred)
    if schema.get("type") == "array":
        return f"list of {_plural(_holds(schema['items'], name, referred))}"
    pattern = schema.get("pattern", "")
    found = {
        " ".join(f"`{value}`" for value in schema.get("enum", ())): "enum" in schema,
        "figure": "$ref" in schema,
        referred or "party": referred is not None or "[A-Z]{3}" in pattern,
        "date": schema.get("format") == "edtf",
        "id": "{0,63}" in pattern,
        _BY_NAME.get(name, ""): name in _BY_NAME,
        f"{schema.get('minimum')} to {schema.get('maximum')}": "maximum" in schema,
        "number": schema.get("type") in {"integer", "number"},
        "text": True,
    }
    return next(word for word, is_so in found.items() if is_so)


def _plural(word: str) -> str:
    return {"party": "parties", "entry": "entries", "text": "texts"}.get(word, f"{word}s")
