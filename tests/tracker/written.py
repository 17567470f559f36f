"""Entries written down as scripts, in every format."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from tracker.errors import EntryRejectedError
from tracker.scripts.assignments import entries_from_assignments
from tracker.scripts.script import ScriptReceipt, read_script, record_script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.events import Event
    from tracker.log import EventLog

FORMATS: Final = ("jsonl", "yaml", "csv")


def as_mapping(event: Event) -> dict[str, Any]:
    """Return an entry as a script writes it, its id only where its author gave one."""
    fields: dict[str, Any] = json.loads(event.canonical())
    identity = {"event": event.event, "negotiation": event.negotiation, **({"id": event.id} if event.id else {})}
    return {**identity, **fields}


def jsonl(entries: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries).encode()


def cells(entry: dict[str, Any]) -> dict[str, str]:
    """Return an entry as cells by dotted column names."""
    found: dict[str, str] = {}

    def walk(path: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
        if parts is None:
            found[path] = "null" if value is None else str(value)
        else:
            for name, item in parts:
                walk(f"{path}.{name}" if path else str(name), item)

    walk("", entry)
    return found


def written(format_name: str, entries: list[dict[str, Any]]) -> bytes:
    """Return a script of the entries in a format."""
    if format_name == "jsonl":
        return jsonl(entries)
    if format_name == "yaml":
        return yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, encoding="utf-8")
    rows = [cells(entry) for entry in entries]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def record(log: EventLog, text: bytes, format_name: str = "jsonl", **options: Any) -> ScriptReceipt:  # noqa: ANN401
    return record_script(log, read_script(io.BytesIO(text), format=format_name), **options)


def rejected(log: EventLog, text: bytes, format_name: str = "jsonl", **options: Any) -> list[str]:  # noqa: ANN401
    """Return the problems of a script that is not recorded, and check that nothing of it is."""
    before = log.heads()
    with pytest.raises(EntryRejectedError) as caught:
        record(log, text, format_name, **options)
    assert log.heads() == before
    assert log.verify(before.values()).ok
    return [str(problem) for problem in caught.value.problems]


def event_from_assignments(event: str, negotiation: str, assignments: Iterable[str]) -> Event:
    """Return the event that pairs on a command line describe; raises `EntryRejectedError` with what is wrong."""
    line = entries_from_assignments(event, negotiation, assignments).line
    if line.event is None:
        raise EntryRejectedError(line.problems)
    return line.event
