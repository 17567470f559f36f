"""Writing to a log: one transaction at a time, tried again where others were first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

from tracker.clocks import ahead_of
from tracker.codec import quote_name, timestamp
from tracker.entry import MAX_CONTENT, Prepared, prepare
from tracker.errors import EntryRejectedError, LogConflictError
from tracker.negotiation import SNAPSHOT_INTERVAL
from tracker.recording import Assumption, Draft, Receipt, load
from tracker.spelling import Hints
from tracker.stores.store import IdTakenError, Store, TurnLostError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from tracker.negotiation import Negotiation

_OPTIMISTIC_TRIES: Final = 3
_TRIES: Final = 10
_CACHED: Final = 1024


class _UndoneError(Exception):
    """A transaction that was only for trying out has come to its end."""


class Writer:
    """What records in a store, and remembers the negotiations that it has seen last.

    Safe to use from several threads. Raises `LogError` where the storage cannot do what is asked.
    """

    #: How an event is made ready; here, so that who only reads imports nothing for it.
    prepare = staticmethod(prepare)

    def __init__(self, store: Store) -> None:
        self.store = store
        self._negotiations: OrderedDict[str, Negotiation] = OrderedDict()
        self._in_transaction = False
        #: Held while recording: what was last seen of a negotiation may be a transaction's that is undone later.
        self._lock = threading.RLock()

    def record(  # noqa: PLR0913 - what a caller may choose, each by name
        self,
        entries: Sequence[Prepared],
        *,
        by: str,
        now: Callable[[], datetime],
        system: Callable[[], datetime],
        keep_going: bool,
        places: Sequence[tuple[str, int]],
        dry_run: bool,
        assumed: set[Assumption] | None,
        hints: Hints | None = None,
    ) -> Receipt:
        """Record entries as `EventLog.record` does; `hints` are those of the script of which they are a part."""
        hints = hints or Hints()
        if assumed is None and not keep_going:
            assumed = set()
        with self._lock:
            # Inside a transaction a batch cannot be undone alone, so ids are looked up; else the store refuses them.
            check_ids = dry_run or self._in_transaction
            # What was last seen of a negotiation is taken as it is until the store refuses, or something seems wrong.
            certain = False
            for attempt in range(_TRIES):
                # Others may keep winning the race for a version; after some tries the write lock comes first.
                guard = nullcontext() if attempt < _OPTIMISTIC_TRIES else self.store.exclusive()
                draft = Draft(
                    self.store,
                    partial(self._latest, certain=certain),
                    by=by,
                    now=now(),
                    assumed=None if assumed is None else set(assumed),
                    check_ids=check_ids,
                    hints=hints,
                )
                try:
                    with guard:
                        draft.add(entries, places)
                        if draft.problems and not certain and not self._in_transaction:
                            check_ids = certain = True
                            continue
                        positions = self._insert(draft, keep_going=keep_going, dry_run=dry_run)
                except (IdTakenError, VersionTakenError, TurnLostError) as error:
                    check_ids |= isinstance(error, IdTakenError)
                    certain = True
                    self._reconsider(error, attempt)
                    continue
                if assumed is not None and draft.assumed is not None:
                    assumed |= draft.assumed
                return Receipt(
                    len(draft.stored),
                    draft.already,
                    tuple(draft.problems),
                    draft.heads(),
                    draft.stored,
                    positions,
                    ahead_of(system, draft.recorded_at()),
                )
        raise LogConflictError(f"others kept writing to {self.store.location}; nothing was recorded; try again")

    def record_one(
        self, entry: Prepared, by: str, now: Callable[[], datetime], system: Callable[[], datetime]
    ) -> Receipt | None:
        """Record an entry for which nothing has to be looked up, or return None where that is not so.

        Between two commits everything grows cold, so that what a draft does for many is felt when it does it for one.
        """
        name = entry.negotiation
        with self._lock:
            negotiation = self._negotiations.get(name)
            if negotiation is None or self._in_transaction or not negotiation.has_all(entry.names):
                return None
            if entry.topic.startswith("EntryCorrected.") or (negotiation.version + 1) % SNAPSHOT_INTERVAL == 0:
                return None
            if len(entry.content) > MAX_CONTENT:
                return None
            # Until the entry is stored, nothing is known of the negotiation.
            del self._negotiations[name]
            stored = negotiation.append(entry, timestamp(now()), quote_name(by))
            try:
                positions = self.store.insert_one(stored, entry.id)
            except (IdTakenError, VersionTakenError):
                return None
            self._negotiations[name] = negotiation
        ahead = ahead_of(system, {name: negotiation.recorded_at})
        return Receipt(1, 0, (), {name: negotiation.head}, (stored,), positions, ahead)

    def _reconsider(self, error: Exception, attempt: int) -> None:
        """Forget what is not so any more, or raise what cannot be tried again."""
        if isinstance(error, TurnLostError) and self._in_transaction:
            raise error
        if isinstance(error, VersionTakenError) and attempt >= _OPTIMISTIC_TRIES:
            # Nobody wrote in between, so what we remember is not what is there: as after a failover to a standby that
            # had not got everything.
            self._negotiations.clear()

    def _insert(self, draft: Draft, *, keep_going: bool, dry_run: bool) -> Sequence[int]:
        """Store a draft and return its positions, those from one where it is only tried out."""
        if draft.problems and not keep_going:
            raise EntryRejectedError(draft.problems)
        positions: Sequence[int] = range(1, len(draft.stored) + 1)
        if dry_run:
            return positions
        if draft.stored:
            positions = self.store.insert(draft.batch())
        for name, negotiation in draft.touched.items():
            self._negotiations[name] = negotiation
            self._negotiations.move_to_end(name)
        while len(self._negotiations) > _CACHED:
            self._negotiations.popitem(last=False)
        return positions

    def _latest(self, name: str, *, certain: bool) -> Negotiation:
        """Return a copy of a negotiation as it was when last looked at, or as it certainly is now."""
        negotiation = self._negotiations.get(name)
        if negotiation is None or (certain and self.store.last_version(name) != negotiation.version):
            negotiation = load(self.store, name, negotiation)
        return negotiation.copy()

    @contextmanager
    def transaction(self, *, commit: bool = True) -> Iterator[None]:
        """Keep all that is recorded inside in one transaction, which an exception undoes; others wait to write.

        Without `commit` it is undone in the end, for trying out.
        """
        with self._lock:
            try:
                with self.store.exclusive():
                    # While nobody else can write, what was last seen stays true.
                    self._negotiations.clear()
                    self._in_transaction = True
                    yield
                    if not commit:
                        raise _UndoneError  # noqa: TRY301 - what undoes the transaction below is an exception
            except _UndoneError:
                self._negotiations.clear()
            except BaseException:
                self._negotiations.clear()
                raise
            finally:
                self._in_transaction = False
