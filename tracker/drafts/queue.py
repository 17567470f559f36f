"""The queue of drafts: a file of SQLite beside the log, or in a folder of the person if the log is shared.

A draft is an entry that somebody proposes. Its state is `pending`, `accepted` or `rejected`; one that is being accepted
has an *intent* beside it, the entry and the digest with which it goes into the log (`tracker.drafts.deciding`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast

from tracker.codec import written
from tracker.errors import EntryRejectedError, LogBusyError, LogError, NameUnknownError
from tracker.events.parsing import parse
from tracker.stores.sqlite.file import resolve
from tracker.stores.where import is_shared, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlite_utils.db import Database

    from tracker.events.base import Event

State = Literal["pending", "accepted", "rejected"]
#: ``PRAGMA application_id`` of a queue ("cmnd"), which is another one than a log's.
APPLICATION_ID: Final = 0x636D6E64
#: The largest number that a draft can have in SQLite.
_MOST: Final = 2**63 - 1
ENDING: Final = ".drafts"
#: Seconds for which another process may hold the queue.
_LOCK_TIMEOUT: Final = 30
#: The columns of the table, all but the first of text.
_TEXTS: Final = (
    *("content", "negotiation", "state", "entry", "drafted_by", "drafted_at", "decided_by", "decided_at"),
    *("reason", "recorded", "intent"),
)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a draft is about to become: the id and the digest of the entry, who accepted it, and when."""

    entry: str
    digest: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed entry, as a script writes it, and what became of it; `recorded` is the id that it has in the log."""

    number: int
    negotiation: str
    state: State
    entry: dict[str, Any]
    drafted_by: str
    drafted_at: str
    decided_by: str | None = None
    decided_at: str | None = None
    reason: str | None = None
    recorded: str | None = None
    intent: Intent | None = None

    @property
    def sources(self) -> set[str]:
        """The sources that it cites, and one that it registers."""
        found = {item.get("source") for item in self.entry.get("evidence", ()) if isinstance(item, dict)}
        return {name for name in (*found, self.entry.get("source")) if isinstance(name, str)}

    @property
    def event(self) -> Event | None:
        """The event that it is, None if its type is not known here any more."""
        try:
            return parse(self.entry)
        except EntryRejectedError:
            return None

    def to_json(self) -> dict[str, Any]:
        """Return it as `communique drafts --json` gives it, but for its quotes."""
        return {
            "draft": self.number,
            "negotiation": self.negotiation,
            "state": self.state,
            "entry": self.entry,
            **{name: getattr(self, name) for name in ("drafted_by", "drafted_at", "decided_by", "decided_at")},
            "reason": self.reason,
            "recorded": self.recorded,
        }


@dataclass(frozen=True, slots=True)
class Filter:
    """Which drafts are meant: of a negotiation, in a state, that cite a source, proposed by somebody."""

    negotiation: str | None = None
    state: str = "pending"
    source: str | None = None
    drafted_by: str | None = None

    def admits(self, draft: Draft) -> bool:
        """Say whether a draft is one of them."""
        return (
            self.negotiation in {None, draft.negotiation}
            and self.state in {"all", draft.state}
            and (self.source is None or self.source in draft.sources)
            and self.drafted_by in {None, draft.drafted_by}
        )


def place_of(where: str | Path, identity: str) -> Path:
    """Return where the queue of a log is: beside its file, or named after its identity in the person's folder."""
    if not is_shared(where):
        path = resolve(path_of(where))
        return path.with_name(path.name + ENDING)
    from platformdirs import user_data_path

    return user_data_path("communique", appauthor=False) / "drafts" / f"{identity}{ENDING}"


def content_of(event: Event) -> str:
    """Return what is the same for two proposals of the same content, whatever ids they have."""
    begins = f"{event.negotiation}\0{event.event}\0".encode()
    return hashlib.sha256(begins + event.canonical()).hexdigest()


class Queue:
    """The drafts of one log; a context manager. Each change is one transaction, safe among several processes.

    Raises `LogError` where the file is not a queue, or cannot be had.
    """

    def __init__(self, path: Path) -> None:
        from sqlite_utils import Database

        self.path = path
        if path.exists() and not path.is_file():
            raise LogError(f"{path} is no file; move it away, so that drafts can be kept there")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_LOCK_TIMEOUT, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise LogError(
                f"{path} cannot be opened: {error}; check its permissions, as drafts are kept there"
            ) from error
        self._database: Database = Database(self._connection)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    @classmethod
    def existing(cls, path: Path) -> Self | None:
        """Return the queue at a place, None if nothing was ever drafted."""
        return cls(path) if path.exists() else None

    def _prepare(self) -> None:
        """Make the table in a file that is new; refuse one that holds something else."""
        with self._errors():
            if self._is_ours():
                return
        with self._transaction():
            if self._is_ours():
                return
            if self._connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() != (0,):
                raise LogError(f"{self.path} is no queue of drafts; move it away, so that one can be made there")
            drafts = self._database.table("drafts")
            drafts.create(
                {"draft": int, **dict.fromkeys(_TEXTS, str)},
                pk="draft",
                not_null={"content", "negotiation", "state", "entry"},
            )
            drafts.create_index(["content"], unique=True)
            drafts.create_index(["state"])
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _is_ours(self) -> bool:
        return bool(self._connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise LogBusyError(f"another process holds {self.path}; try again") from error
            raise LogError(f"{self.path}: {error}; drafts are kept there") from error
        except sqlite3.DatabaseError as error:
            raise LogError(f"{self.path} is no queue of drafts, or is damaged: {error}; move it away") from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # ── reading ──

    def drafts(self, wanted: Filter) -> list[Draft]:
        """Return the drafts that are meant, in the order in which they were proposed."""
        return [draft for draft in self._select() if wanted.admits(draft)]

    def get(self, numbers: Sequence[int]) -> list[Draft]:
        """Return drafts by their numbers; raises `NameUnknownError` for one that is not there."""
        fitting = [number for number in numbers if number <= _MOST]
        found = {draft.number: draft for number in fitting for draft in self._select("draft = ?", number)}
        for number in numbers:
            if number not in found:
                raise NameUnknownError(f"there is no draft {number}; `communique drafts --state all` lists them")
        return [found[number] for number in dict.fromkeys(numbers)]

    def has(self, event: Event) -> bool:
        """Say whether an entry of the same content was ever proposed."""
        return next(self._select("content = ?", content_of(event)), None) is not None

    def waiting(self) -> dict[str, int]:
        """Return how many drafts wait, by negotiation."""
        with self._errors():
            found = "SELECT negotiation, COUNT(*) FROM drafts WHERE state = 'pending' GROUP BY negotiation"
            return dict(self._connection.execute(found))

    def intended(self) -> list[Draft]:
        """Return the drafts that somebody has begun to accept."""
        return list(self._select("intent IS NOT NULL"))

    def _select(self, where: str | None = None, *values: object) -> Iterator[Draft]:
        with self._errors():
            found = self._database.table("drafts").rows_where(where, list(values), order_by="draft")
            yield from map(_draft, cast("Iterable[dict[str, Any]]", found))

    # ── changing ──

    def add(
        self, events: Sequence[Event], *, by: str, at: str, reason: str | None = None
    ) -> list[tuple[int, State | None]]:
        """Add proposals, all or none, and return each one's number with the state of one that was there, None if new.

        `reason` is why it is proposed; `at` is the time as stored.
        """
        added: list[tuple[int, State | None]] = []
        with self._transaction():
            table = self._database.table("drafts")
            for event in events:
                content = content_of(event)
                there = next(self._select("content = ?", content), None)
                if there is not None:
                    added.append((there.number, there.state))
                    continue
                row = {
                    "content": content,
                    "negotiation": event.negotiation,
                    "state": "pending",
                    "entry": json.dumps(written(event), ensure_ascii=False),
                    "drafted_by": by,
                    "drafted_at": at,
                    "reason": reason,
                }
                added.append((cast("int", table.insert(row).last_pk), None))
        return added

    def intend(self, intents: Mapping[int, Intent]) -> None:
        """Note what drafts are about to become."""
        self._update({number: {"intent": json.dumps([i.entry, i.digest, i.by, i.at])} for number, i in intents.items()})

    def withdraw(self, numbers: Iterable[int]) -> None:
        """Forget what drafts were to become, as it was never recorded."""
        self._update({number: {"intent": None} for number in numbers})

    def accept(self, accepted: Mapping[int, tuple[str, str, str]]) -> None:
        """Mark drafts as accepted; each has the entry's id, who accepted it, and when."""
        self._update(
            {
                number: {"state": "accepted", "recorded": entry, "decided_by": by, "decided_at": at, "intent": None}
                for number, (entry, by, at) in accepted.items()
            }
        )

    def reject(self, numbers: Iterable[int], *, by: str, at: str, reason: str) -> None:
        """Mark drafts as rejected, with the reason."""
        decision = {"state": "rejected", "reason": reason, "decided_by": by, "decided_at": at}
        self._update(dict.fromkeys(numbers, decision))

    def _update(self, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """Change drafts that are pending; what was decided stays as it is."""
        if not changes:
            return
        with self._transaction():
            table = self._database.table("drafts")
            for number, values in changes.items():
                if next(self._select("draft = ? AND state = 'pending'", number), None) is not None:
                    table.update(number, dict(values))

    def close(self) -> None:
        """Let go of the file."""
        with closing(self._connection):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _draft(row: dict[str, Any]) -> Draft:
    intent = json.loads(row["intent"]) if row["intent"] else None
    values = {name: row[name] for name in _TEXTS if name not in {"content", "entry", "intent"}}
    entry = json.loads(row["entry"])
    return Draft(row["draft"], entry=entry, intent=Intent(*intent) if intent else None, **values)
