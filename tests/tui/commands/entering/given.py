"""A short history of a lake, for what is mended and joined."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke

LAKE: Final[tuple[dict[str, Any], ...]] = (
    {"event": "NegotiationOpened", "negotiation": "lake", "title": "Lake accord"},
    {"event": "PartyAdded", "negotiation": "lake", "party": "NOR", "name": "Norway"},
    {"event": "PartyAdded", "negotiation": "lake", "party": "SWE", "name": "Sweden"},
    {"event": "PartyAdded", "negotiation": "lake", "party": "FIN"},
    {"event": "SourceRegistered", "negotiation": "lake", "source": "gazette", "published": "2021-05-03"},
)


def said(entry: str, text: str, **fields: object) -> dict[str, Any]:
    """Return what Norway said in the Gazette."""
    return {
        "event": "StatementMade",
        "negotiation": "lake",
        "id": entry,
        "party": "NOR",
        "occurred": "2021-05-01",
        "text": text,
        "evidence": [{"source": "gazette"}],
        **fields,
    }


def written(path: Path, *entries: dict[str, Any]) -> Path:
    """Return a script of some entries."""
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries), "utf-8")
    return path


def document(invoke: Invoke, *words: object, code: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """Return what a verb prints as one document."""
    done = invoke(*words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def reads(invoke: Invoke, entry: str) -> dict[str, Any]:
    """Return an entry of the lake as it reads."""
    shown = document(invoke, "show", "lake", entry)
    found: dict[str, Any] = shown["reads"] or shown["entry"]
    return found
