"""The drafts of a person: forms that were begun and are not recorded, each a file."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tui.environment import state_folder
from tui.kept import Unfinished, read_kept, write_kept

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a file holds of a draft; its name is the number."""

    negotiation: str
    kind: str
    values: dict[str, str]
    corrects: str | None = None


#: Numbers for drafts that an older version kept without one; it counted the others from 1.
_UNNUMBERED: Final = 1_000_000


class Drafts:
    """The drafts of one log, several for each negotiation, each a file in the person's state folder.

    So another workspace that is open over the log keeps its own beside them, and a file that is damaged stays as it is.
    What cannot be written is kept for this run only. Several threads may use it at once.
    """

    def __init__(self, identity: str) -> None:
        self._folder = state_folder() / "drafts" / identity
        self._last = 0
        #: What is not written yet, or could not be, by negotiation and number; and a lock that is held to change it.
        self._unwritten: dict[tuple[str, int], Unfinished] = {}
        self._changing = threading.Lock()
        #: How each file was when it was last read or written here, and those that another workspace changed then.
        self._seen: dict[tuple[str, int], Unfinished] = {}
        self._changed: set[tuple[str, int]] = set()
        #: What was put away in this run.
        self._dropped: dict[tuple[str, int], Unfinished] = {}
        #: A lock that is held while files are written or taken away.
        self._writing = threading.Lock()
        #: Where an older version kept all of them.
        self._older = self._folder.with_suffix(".json")

    def of(self, negotiation: str) -> tuple[Unfinished, ...]:
        """Return the drafts of a negotiation, the one that was begun last at the end."""
        with self._changing:
            found = {draft.number: draft for (of, _), draft in self._unwritten.items() if of == negotiation}
        self._take_older()
        for path in self._folder.glob("*.json"):
            draft = self._look(path, negotiation)
            if draft is not None:
                found.setdefault(draft.number, draft)
        return tuple(found[number] for number in sorted(found))

    def get(self, negotiation: str, number: int | None = None) -> Unfinished | None:
        """Return a draft of a negotiation, the last one without a number, or None."""
        if number is None:
            return next(reversed(self.of(negotiation)), None)
        return self._unwritten.get((negotiation, number)) or self._look(self._path(number), negotiation)

    def is_changed(self, negotiation: str, number: int) -> bool:
        """Say whether another workspace has changed, recorded or dropped a draft since it was read here."""
        key = negotiation, number
        seen = self._seen.get(key)
        return seen is not None and (key in self._changed or self._read(self._path(number), negotiation) != seen)

    def new_number(self) -> int:
        """Return a number that no draft has, of whatever workspace: they are counted by the time."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return self._last

    def hold(self, negotiation: str, draft: Unfinished) -> None:
        """Keep a draft, in place of the one of its number, for this run; `write` keeps it for another one."""
        with self._changing:
            self._unwritten[negotiation, draft.number] = draft

    def write(self) -> bool:
        """Write what is held, and say whether all of it is kept for another run, too."""
        with self._writing:
            self._take_older()
            with self._changing:
                held = dict(self._unwritten)
            for (negotiation, number), draft in held.items():
                if not self._write(negotiation, draft):
                    continue
                with self._changing:
                    # What was held meanwhile is written next.
                    if self._unwritten.get((negotiation, number)) is draft:
                        del self._unwritten[negotiation, number]
            return not self._unwritten

    def keep(self, negotiation: str, draft: Unfinished) -> bool:
        """Keep a draft, in place of the one of its number; say whether it is kept for another run, too."""
        self.hold(negotiation, draft)
        self.write()
        return (negotiation, draft.number) not in self._unwritten

    def drop(self, negotiation: str, number: int | None = None) -> None:
        """Forget a draft of a negotiation; all of them without a number."""
        with self._writing:
            for draft in self.of(negotiation):
                if number in {None, draft.number}:
                    with self._changing:
                        self._unwritten.pop((negotiation, draft.number), None)
                    self._seen.pop((negotiation, draft.number), None)
                    self._changed.discard((negotiation, draft.number))
                    with suppress(OSError):
                        self._path(draft.number).unlink()

    def put_away(self, negotiation: str, number: int) -> None:
        """Drop a draft as a person told to; `bring_back` keeps it again, in this run."""
        draft = self.get(negotiation, number)
        if draft is not None:
            self._dropped[negotiation, number] = draft
            self.drop(negotiation, number)

    def bring_back(self, negotiation: str, number: int) -> None:
        """Keep a draft again that was put away."""
        draft = self._dropped.pop((negotiation, number), None)
        if draft is not None:
            self.keep(negotiation, draft)

    def dropped(self, negotiation: str) -> tuple[Unfinished, ...]:
        """Return the drafts of a negotiation that were put away in this run."""
        return tuple(draft for (of, _), draft in self._dropped.items() if of == negotiation)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"

    def _write(self, negotiation: str, draft: Unfinished) -> bool:
        key, path = (negotiation, draft.number), self._path(draft.number)
        before = self._read(path, negotiation)
        if before != self._seen.get(key, before):
            self._changed.add(key)
        kept = _Draft(negotiation, draft.kind, draft.values, draft.corrects)
        is_written = before == draft or write_kept(path, kept)
        if is_written:
            self._seen[key] = draft
        return is_written

    def _look(self, path: Path, negotiation: str) -> Unfinished | None:
        """Return the draft in a file, and go on from how it is now."""
        draft = self._read(path, negotiation)
        if draft is not None:
            self._seen[negotiation, draft.number] = draft
            self._changed.discard((negotiation, draft.number))
        return draft

    @staticmethod
    def _read(path: Path, negotiation: str) -> Unfinished | None:
        kept = read_kept(path, _Draft) if path.stem.isdecimal() else None
        if kept is None or kept.negotiation != negotiation:
            return None
        return Unfinished(kept.kind, kept.values, kept.corrects, int(path.stem))

    def _take_older(self) -> None:
        """Take what an older version kept in one file, the last of each negotiation or several with a number."""
        if not self._older.exists():
            return
        found = read_kept(self._older, dict[str, list[Unfinished]])
        if found is None:
            found = {name: [one] for name, one in (read_kept(self._older, dict[str, Unfinished]) or {}).items()}
        every = [(name, draft) for name, drafts in found.items() for draft in drafts]
        written = [
            write_kept(self._path(draft.number or place), _Draft(name, draft.kind, draft.values, draft.corrects))
            for place, (name, draft) in enumerate(every, start=_UNNUMBERED)
        ]
        if written and all(written):
            with suppress(OSError):
                self._older.unlink()
