"""Bundles: the stored bytes of negotiations in a file, to be handed on and held against a log.

A bundle is the stored bytes themselves, one entry a line, a negotiation's entries in order from the first. Whoever has
one can check its chains without the log, and a log against it: what the bundle holds is unchanged in the log where the
log's chains hold the bundle's heads.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from tracker.codec import GENESIS, HEADER, digest_of, head_of, is_sealed, quote_name
from tracker.errors import ContentError, DamageError, EntryRejectedError, NameUnknownError, Problem
from tracker.events.parsing import build
from tracker.events.registry import find_event_type
from tracker.negotiation import NewEntry
from tracker.recording import warnings_of
from tracker.transfer.copy import Copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tracker.log import EventLog
    from tracker.stores.store import Row

#: A stored entry is no longer than that, with much room for what the log adds and for logs that took longer ones.
_MAX_LINE: Final = 16 << 20
_BATCH: Final = 1000
_NO_ENTRY: Final = "it is no entry as a log holds it"
#: What the log has added to an entry; its negotiation is the author's.
_HEADER: Final = {*HEADER, "origin", "crc32"} - {"negotiation"}
_TYPE: Final = re.compile(r"[^\W\d]\w{0,99}")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_STAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])(:[0-9]{2}){2}\.[0-9]{6}Z")


class Entry(NamedTuple):
    """One line of a bundle: its number from one, what stands in the entry's head, its time, and the stored bytes."""

    line: int
    negotiation: str
    version: int
    topic: str
    id: str
    state: bytes
    recorded_at: str


def lines(log: EventLog, negotiation: str | None = None) -> Iterator[bytes]:
    """Yield the lines of a bundle of one negotiation, or of the whole log in its order."""
    if negotiation is not None:
        log.require(negotiation)
    rows = log.store.scan() if negotiation is None else log.store.stream(negotiation)
    for row in rows:
        if type(row.state) is not bytes:
            # SQLite holds anything in any column.
            raise DamageError(f"entry #{row.position} was changed: it holds no bytes; `communique verify` tells more")
        yield row.state + b"\n"


def heads(path: Path) -> dict[str, str]:
    """Return the head of each negotiation in a bundle.

    Raises `EntryRejectedError` with the line at which a chain is broken, `NameUnknownError` where there is no such
    file, `ContentError` where there is nothing in it.
    """
    return {entry.negotiation: digest_of(entry.state) for entry in read(path)}


def read(path: Path) -> Iterator[Entry]:
    """Yield the entries of a bundle, each checked to follow the one before it in its negotiation; raises as `heads`."""
    chains: dict[str, tuple[int, str, str]] = {}
    for number, line in _lines(path):
        state = line.removesuffix(b"\n")
        try:
            entry = _entry(number, state, chains)
            _require_end(line)
        except ValueError as error:
            raise _rejected(path, number, str(error)) from None
        chains[entry.negotiation] = entry.version, digest_of(state), entry.recorded_at
        yield entry
    if not chains:
        raise ContentError(f"{path} holds no entry; `communique export bundle` writes a bundle")


def take_in(
    log: EventLog, path: Path, *, dry_run: bool = False, progress: Callable[[int], object] | None = None
) -> Copy:
    """Add to a log what a bundle holds and the log does not, all or nothing; bytes and chains stay as they are.

    The log may hold the beginning of a negotiation, or more of it than the bundle. `progress` is called with the
    number of entries done. Raises as `heads`, `NameUnknownError` for the log's own file, and
    `EntryRejectedError` where the log goes on in another way.
    """
    log.store.require_apart(path)
    only_reads = dry_run and log.read_only
    taking = _Taking(log, path, inserts=not only_reads)
    entries = read(path)
    with nullcontext() if only_reads else log.transaction(commit=not dry_run):
        while batch := list(islice(entries, _BATCH)):
            taking.take(batch)
            if progress is not None:
                progress(taking.count + taking.already)
    return Copy(taking.count, taking.already, taking.heads, warnings_of(log.system, taking.recorded_at))


@dataclass
class _Taking:
    """A bundle on its way into a log: how many entries were added or there, heads, and the latest times of recording.

    `there` is what is left of each negotiation that was there before.
    """

    log: EventLog
    path: Path
    inserts: bool
    there: dict[str, Iterator[Row]] = field(default_factory=dict)
    count: int = 0
    already: int = 0
    heads: dict[str, str] = field(default_factory=dict)
    recorded_at: dict[str, str] = field(default_factory=dict)

    def take(self, entries: Sequence[Entry]) -> None:
        """Insert those of some entries that are not there."""
        new = [entry for entry in entries if not self._is_there(entry)]
        self._require_new_ids(new)
        for entry in new:
            self._require_content(entry)
        if new and self.inserts:
            self.log.application.insert(
                [NewEntry(entry.negotiation, entry.version, entry.topic, entry.state, entry.id) for entry in new]
            )
        for entry in new:
            latest = self.recorded_at.get(entry.negotiation, "")
            self.recorded_at[entry.negotiation] = max(latest, entry.recorded_at)
        self.count += len(new)
        self.already += len(entries) - len(new)
        self.heads |= {entry.negotiation: digest_of(entry.state) for entry in entries}

    def _is_there(self, entry: Entry) -> bool:
        name = entry.negotiation
        row = next(self.there.setdefault(name, self.log.store.stream(name)), None)
        if row is None:
            return False
        if (row.version, row.topic, row.state) != (entry.version, entry.topic, entry.state):
            raise _rejected(
                self.path,
                entry.line,
                f"the log holds another entry as version {entry.version} of {name}; a bundle goes on only from where "
                "the log holds what it begins with",
            )
        return True

    def _require_new_ids(self, entries: Sequence[Entry]) -> None:
        seen = set(self.log.store.versions([(entry.negotiation, entry.id) for entry in entries]))
        for entry in entries:
            key = entry.negotiation, entry.id
            if key in seen:
                raise _rejected(self.path, entry.line, f"the id {entry.id!r} is another entry's of {entry.negotiation}")
            seen.add(key)

    def _require_content(self, entry: Entry) -> None:
        """Refuse what does not fit its type, as nobody can have recorded that; a type that we do not know may stay."""
        data: dict[str, Any] = from_json(entry.state)
        kind = find_event_type(data["event"])
        if kind is None or data["event_version"] != kind.event_version:
            return
        try:
            build(kind, {name: value for name, value in data.items() if name not in _HEADER})
        except EntryRejectedError as error:
            raise EntryRejectedError(problem.at(str(self.path), entry.line) for problem in error.problems) from None


def _rejected(path: Path, line: int, message: str) -> EntryRejectedError:
    return EntryRejectedError([Problem(message, file=str(path), line=line)])


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number = 1
            while line := file.readline(_MAX_LINE):
                yield number, line
                number += 1
    except FileNotFoundError:
        raise NameUnknownError(f"there is no file {path}; check its name") from None
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}; check its permissions") from error


def _require_end(line: bytes) -> None:
    if not line.endswith(b"\n"):
        raise ValueError("it ends without a line break, so the bundle may have been cut off; get it anew")


def _entry(number: int, state: bytes, chains: dict[str, tuple[int, str, str]]) -> Entry:
    """Return the entry that a line holds; raises `ValueError` with what is wrong with it."""
    if not is_sealed(state):
        if not chains and b'"crc32":"' not in state:
            raise ValueError("it is no entry of a bundle; `communique record` takes a script")
        raise ValueError("its bytes were changed, or are no entry: they do not match their own check sum")
    try:
        data: dict[str, Any] = from_json(state, allow_inf_nan=False)
        topic = f"{data['event']}.v{data['event_version']}"
        entry = Entry(number, data["negotiation"], data["version"], topic, data["id"], state, data["recorded_at"])
        name, previous = entry.negotiation, data["previous"]
        patterns = (_SLUG, name), (_SLUG, entry.id), (_TYPE, data["event"]), (_STAMP, entry.recorded_at)
        right = all(pattern.fullmatch(text) for pattern, text in patterns)
        datetime.fromisoformat(entry.recorded_at)
        by = quote_name(data["recorded_by"])
        stamp = f'"recorded_at":"{entry.recorded_at}","recorded_by":{by},"id":"{entry.id}",'
        right = right and state.startswith(head_of(entry.topic, name, entry.version, previous) + stamp.encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(_NO_ENTRY) from None
    if not right:
        raise ValueError(_NO_ENTRY)
    last, head, stamp = chains.get(name, (0, GENESIS, ""))
    if entry.version != last + 1:
        raise ValueError(f"version {last + 1} of {name} is missing; a bundle holds a negotiation from its first entry")
    if previous != head:
        raise ValueError(f"it follows {previous[:12]}…, but the entry before it is {head[:12]}…")
    if entry.recorded_at < stamp:
        raise ValueError(f"it was recorded at {entry.recorded_at}, which is before the entry that it follows")
    return entry
