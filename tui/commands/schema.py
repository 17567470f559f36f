"""`communique schema`: what an entry may hold, as JSON Schema for editors and pipelines, and in words for people."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from tracker.events.base import Event, Evidence
from tracker.events.references import reference_fields
from tui.commands.options import complete_event, styles, verb
from tui.output import json_document, rows
from tui.rows.tables import Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@verb(
    "schema",
    examples=[
        ("What an entry of one event type may hold", "communique schema BaseRequestRefused --fields"),
        ("The schema of one event type", "communique schema BaseRequestRefused"),
        ("The schema of any entry, for an editor", "communique schema > communique.schema.json"),
        ("The event types by family", "communique schema --list"),
    ],
)
@click.argument("event", required=False, shell_complete=complete_event)
@click.option("--list", "listing", is_flag=True, help="List the event types by family instead.")
@click.option("--fields", "in_words", is_flag=True, help="List the fields of an event type instead, in words.")
@styles("json", "jsonl", "csv", "plain")
def schema_command(*, event: str | None, listing: bool, in_words: bool, style: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of an EVENT type, or of any entry.

    A date is a text of `format` "edtf": EDTF, ISO 8601-2.
    """
    from tracker.events.registry import event_type, event_types

    if in_words:
        if event is None or listing:
            raise click.UsageError("--fields lists the fields of one event type; name it, as in PositionTaken --fields")
        _list_fields(event_type(event), style or "table")
    elif listing:
        if event is not None:
            raise click.UsageError("--list lists all event types; leave the name out")
        _list(style or "table")
    elif style not in {None, "json"}:
        raise click.UsageError(f"--{style} goes with --list or --fields; a schema is a JSON document")
    elif event is not None:
        json_document({"$schema": DIALECT, **schema_of(event_type(event))})
    else:
        json_document(schema_of_all(event_types()))


def schema_of(kind: type[Event]) -> dict[str, Any]:
    """Return the schema of one event type, as scripts write it."""
    schema: dict[str, Any] = kind.model_json_schema(by_alias=True, mode="validation")
    name = kind.__name__
    properties = {"event": {"const": name, "type": "string"}, **schema.pop("properties", {})}
    required = ["event", *schema.pop("required", [])]
    head: dict[str, Any] = {key: schema.pop(key) for key in ("title", "description") if key in schema}
    return {**head, "type": "object", "properties": properties, "required": required, **schema}


def schema_of_all(kinds: dict[str, type[Event]]) -> dict[str, Any]:
    """Return the schema of any entry: one of all event types, told apart by `event`."""
    definitions: dict[str, Any] = {}
    for name, kind in kinds.items():
        schema = schema_of(kind)
        definitions.update(schema.pop("$defs", {}))
        definitions[name] = schema
    return {
        "$schema": DIALECT,
        "title": "Entry",
        "description": "One entry of a communique script: a claim that a source makes about a negotiation.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in kinds],
        "$defs": definitions,
    }


def _list(style: str) -> None:
    from tracker.events.registry import event_types

    found = [
        {
            "event": name,
            "family": kind.family or "acts",
            "moves_to": kind.moves_to,
            "plover": kind.plover,
            "cameo": kind.cameo,
            "description": (kind.__doc__ or "").partition("\n")[0],
        }
        for name, kind in event_types().items()
    ]
    columns = [Column("family"), Column("event"), Column("moves_to"), Column("description", wraps=True)]
    rows(
        style,
        columns,
        ([kind[column.name] for column in columns] for kind in found),
        records=lambda: found,
        document=lambda: {"events": found},
    )


def _list_fields(kind: type[Event], style: str) -> None:
    found = list(fields_of(kind))
    rows(
        style,
        [Column("field"), Column("needed"), Column("holds", wraps=True)],
        ([field.name, "yes" if field.required else "", field.holds.replace("`", "")] for field in found),
        records=lambda: map(_as_json, found),
        document=lambda: {"event": kind.__name__, "fields": list(map(_as_json, found))},
    )


def _as_json(field: FieldInWords) -> dict[str, Any]:
    return {"field": field.name, "needed": field.required, "holds": field.holds.replace("`", "")}


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


@cache
def _schema_of(kind: type[Event]) -> dict[str, Any]:
    return kind.model_json_schema(by_alias=True)


def field_of(kind: type[Event], name: str) -> FieldInWords:
    """Return one field of an event type, by the attribute's name."""
    info = kind.model_fields[name]
    written = info.alias or name
    schema = _schema_of(kind)["properties"][written]
    referred = next((what for attribute, _, what in reference_fields(kind) if attribute == name), None)
    return FieldInWords(written, info.is_required(), _holds(schema, name, referred))


def fields_of(kind: type[Event]) -> Iterator[FieldInWords]:
    """Yield the fields of an event type, its own before those of every entry, and what is needed first."""
    own = [name for name in kind.model_fields if name not in _OF_EVERY_ENTRY]
    found = [field_of(kind, name) for name in own]
    definitions: Mapping[str, Any] = _schema_of(kind).get("$defs", {})
    yield field_of(kind, "negotiation")
    for field in sorted(found, key=lambda field: not field.required):
        if field.holds != "figure":
            yield field
            continue
        yield field._replace(holds="number, or its parts")
        yield from _inside(field.name, definitions.get("Figure") or definitions["Amount"])
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
    if options := schema.get("anyOf"):
        return _holds(next(option for option in options if option.get("type") != "null"), name, referred)
    if schema.get("type") == "array":
        return f"list of {_plural(_holds(schema['items'], name, referred))}"
    pattern = schema.get("pattern", "")
    found = {
        " ".join(f"`{value}`" for value in schema.get("enum", ())): "enum" in schema,
        "figure": "$ref" in schema,
        "subject": "party:" in pattern,
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
