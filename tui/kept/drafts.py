"""Drafts: what was put into a form and not recorded, kept so that no failure loses it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tui.environment import state_folder

if TYPE_CHECKING:
    from pathlib import Path


class Draft(NamedTuple):
    """A form as it was left: the event type, what was put in by field, and the entry that it corrects."""

    kind: str
    values: dict[str, str]
    corrects: str | None = None


class Drafts:
    """The drafts of one log, a file in the person's state folder, one draft a negotiation.

    A folder that cannot be written keeps drafts for this run only.
    """

    def __init__(self, identity: str) -> None:
        self._path: Path = state_folder() / "drafts" / f"{identity}.json"
        self._drafts: dict[str, Draft] = self._read()

    def get(self, negotiation: str) -> Draft | None:
        """Return the draft of a negotiation, or None."""
        return self._drafts.get(negotiation)

    def keep(self, negotiation: str, draft: Draft) -> None:
        """Keep a draft."""
        if self._drafts.get(negotiation) != draft:
            self._drafts[negotiation] = draft
            self._write()

    def drop(self, negotiation: str) -> None:
        """Forget the draft of a negotiation."""
        if self._drafts.pop(negotiation, None) is not None:
            self._write()

    def _read(self) -> dict[str, Draft]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                name: Draft(str(kind), {str(path): str(text) for path, text in values.items()}, corrects)
                for name, (kind, values, corrects) in document.items()
                if corrects is None or isinstance(corrects, str)
            }
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            # A draft is a convenience: a file that cannot be read is as good as none, and is written anew.
            return {}

    def _write(self) -> None:
        new = self._path.with_suffix(f".{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new.write_text(json.dumps(self._drafts, ensure_ascii=False), encoding="utf-8")
            new.replace(self._path)
        except (OSError, ValueError):
            # A full disk, or what is no text, half of a character for one.
            with suppress(OSError):
                new.unlink()
