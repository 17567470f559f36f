"""Drafts: what was put into a form and not recorded, kept so that no failure loses it."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from tui.environment import state_folder
from tui.kept.files import read_kept, write_kept


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
        self._path = state_folder() / "drafts" / f"{identity}.json"

    @cached_property
    def _drafts(self) -> dict[str, Draft]:
        return read_kept(self._path, dict[str, Draft]) or {}

    def get(self, negotiation: str) -> Draft | None:
        """Return the draft of a negotiation, or None."""
        return self._drafts.get(negotiation)

    def keep(self, negotiation: str, draft: Draft) -> None:
        """Keep a draft."""
        if self._drafts.get(negotiation) != draft:
            self._drafts[negotiation] = draft
            write_kept(self._path, self._drafts)

    def drop(self, negotiation: str) -> None:
        """Forget the draft of a negotiation."""
        if self._drafts.pop(negotiation, None) is not None:
            write_kept(self._path, self._drafts)
