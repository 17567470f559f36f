"""The read model: views of a whole log as SQLite tables, for the portfolio, for search and for SQL of one's own.

It is a local file beside the log, disposable, and bound to the log's identity and to its head at the checkpoint: the
number of entries, the position and the digest of the last one of each negotiation. Each catch-up writes whole batches
and moves the checkpoint in the same transaction, from the position that was read or not at all, so that nothing is
counted twice. A read model that is damaged, or of another log, is made anew.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeVar

from pydantic_core import from_json

from projections.claims.history import History
from projections.readmodel.building import build, entry_rows, insert, put, views_of
from projections.readmodel.file import (
    TablesDamagedError,
    TablesMovedError,
    beside,
    connect,
    inode_of_ours,
    new_file,
    plain_errors,
    publish,
    transaction,
)
from projections.readmodel.searching import SearchWriter, find, named
from projections.readmodel.searching import titles as titles_of
from projections.readmodel.tables import HOLDS, NUMBERED, VIEWS, day_of
from projections.wording.folding import bag, terms_of
from tracker import system
from tracker.errors import EntryRejectedError, LogTooNewError
from tracker.events.parsing import parse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from projections.readmodel.building import ViewsAndSearch
    from projections.wording.folding import Term
    from tracker.codec import Recorded
    from tracker.events.base import Event
    from tracker.log import EventLog

__all__ = ["Hit", "Place", "ReadModel", "beside"]

#: Raised with every change of a table, or of a view that fills one: an older file is then built anew.
VERSION: Final = 9
#: Entries behind from which it is quicker to build the tables anew, a negotiation at a time.
_MANY: Final = 20_000
_POSITION: Final = "SELECT value FROM properties WHERE name = 'position'"
#: Digits of the greatest number that a file may hold in a property.
_DIGITS: Final = 18
_NEGOTIATIONS: Final = VIEWS[0][1]
Found = TypeVar("Found")


class Hit(NamedTuple):
    """One entry that a search found: as the log holds it, how it `reads`, whether it was corrected or retracted."""

    position: int
    negotiation: str
    entry: str
    event: str
    recorded: Recorded
    reads: Event
    corrected: bool = False
    retracted: bool = False


class Place(NamedTuple):
    """Something in the log that a person may mean by some words.

    `kind` is ``negotiation``, ``entry``, ``source``, ``party`` or the family of a thing; `told` the thing's state, or
    what the party is called.
    """

    kind: str
    negotiation: str
    title: str | None
    subject: str | None = None
    hit: Hit | None = None
    told: str = ""


class ReadModel:
    """The tables of one log; use it as a context manager.

    Raises `LogError` where they cannot be read or written, or where something else is in their place.
    """

    def __init__(self, log: EventLog, path: Path) -> None:
        self._log = log
        self.path = path
        self._today: date | None = None
        #: The position up to which the tables were brought: what is asked of them never says less.
        self._seen = 0
        self._connection: sqlite3.Connection | None = None
        self._reopen()

    def _reopen(self) -> None:
        """Open the file that has the name now, if there is one."""
        self.close()
        self._inode = inode_of_ours(self.path)
        if self._inode is not None:
            self._connection = connect(self.path)

    @classmethod
    def open(cls, log: EventLog, path: Path | None = None, *, today: date | None = None) -> Self:
        """Open the read model of a log and bring it up to date, building it where there is none that fits.

        `today` is the day by which open questions and deadlines are judged. Raises `LogError`, and `LogTooNewError` for
        tables that a newer version has made, which `rebuild` replaces.
        """
        model = cls(log, path or beside(log))
        try:
            model._require_known()
            if model.fits():
                model.catch_up(today=today)
            else:
                model.rebuild(today=today)
        except BaseException:
            model.close()
            raise
        return model

    def _require_known(self) -> None:
        held = self._held()
        if held.get("log") == self._log.identity and _number(held.get("version")) > VERSION:
            raise LogTooNewError(
                f"the read model {self.path} has version {held['version']}, made by a newer communique; this one makes "
                f"{VERSION}: upgrade communique, or make it anew with `communique rebuild`"
            )

    def _held(self) -> dict[str, Any]:
        """Return what the file says of itself, nothing where it is no read model that can be read."""
        try:
            return dict(self._rows("SELECT name, value FROM properties"))
        except TablesDamagedError:
            return {}

    def fits(self) -> bool:
        """Say whether the file holds the tables of this version for this very log, and no more than the log has.

        A log that was put back from a copy has the identity of the lost one. What is compared is therefore the last
        entry that the tables have of each negotiation: its digest stands for all before it in its chain.
        """
        if self._connection is None:
            return False
        try:
            # All of one moment: another process may be bringing the tables up to date.
            with transaction(self._connection, self.path, "DEFERRED"):
                held = self._held()
                rows = self._rows("SELECT negotiation, entries, position, head FROM negotiations")
                numbered = self._one(f"SELECT MAX(number) FROM {NUMBERED}") or 0  # noqa: S608 - a constant
        except TablesDamagedError:
            return False
        if (held.get("log"), held.get("version")) != (self._log.identity, str(VERSION)):
            return False
        if any((type(name), type(entries), type(at)) != (str, int, int) for name, entries, at, _ in rows):
            return False
        # A row that is gone or damaged shows in what all of them say together.
        last, count = max((row[2] for row in rows), default=0), sum(row[1] for row in rows)
        if (last, count) != (_number(held.get("position")), numbered):
            return False
        digests = self._log.store.digests([(name, entries) for name, entries, _, _ in rows])
        return all(digests.get((name, entries)) == (at, head) for name, entries, at, head in rows)

    @property
    def position(self) -> int:
        """The position of the last entry taken in."""
        number = _number(self._one(_POSITION))
        if number < 0:
            raise self._damaged("it has no position")
        return number

    def lag(self) -> int:
        """Return by how many positions the tables are behind the log."""
        return self._log.store.max_position() - self.position

    def catch_up(self, *, today: date | None = None) -> int:
        """Take in what was recorded since, and return how many entries that were."""
        self._today = today
        until = self._log.store.max_position()
        count: int | None = None
        while count is None:
            try:
                count = self._catch_up(until, today)
            except TablesMovedError:
                self._reopen()
            except TablesDamagedError:
                return self.rebuild(today=today)
        self._seen = max(self._seen, until)
        return count

    def _catch_up(self, until: int, today: date | None) -> int | None:
        """Take in what there is up to a position; None if another process took in a part of it first."""
        before = self.position
        if until - before > _MANY:
            return self.rebuild(today=today)
        new = list(self._log.read(after=before, until=until))
        stale = {recorded.event.negotiation for recorded in new}.union(self._outlived(today))
        if not stale:
            return 0
        found = [self._views(name, until, today) for name in sorted(stale)]
        position = new[-1].position if new else before
        connection = self._connected()
        with transaction(connection, self.path, "IMMEDIATE"):
            moved = connection.execute(
                "UPDATE properties SET value = ? WHERE name = 'position' AND value = ?", (str(position), str(before))
            ).rowcount
            if not moved:
                # What another process wrote is what we would have written.
                return 0 if _number(self._one(_POSITION)) >= until else None
            writing = SearchWriter(connection)
            insert(connection, writing, entry_rows(new))
            put(connection, [each.views for each in found])
            for each in found:
                writing.put(each.searched)
        return len(new)

    def _views(self, name: str, until: int, today: date | None) -> ViewsAndSearch:
        history = History(name, list(self._log.read(name, until=until)))
        if not history.entries:
            raise self._damaged(f"it has {name!r}, which the log has not")
        return views_of(history, today)

    def _outlived(self, today: date | None) -> list[str]:
        """Return the negotiations of which something else is said today than when their rows were written."""
        sql = f"SELECT negotiation FROM negotiations WHERE NOT ({HOLDS})"  # noqa: S608 - a constant
        names = [name for (name,) in self._rows(sql, {"day": day_of(today)})]
        if not all(isinstance(name, str) for name in names):
            raise self._damaged("a negotiation has no name")
        return names

    def rebuild(self, *, today: date | None = None, progress: Callable[[int], object] | None = None) -> int:
        """Build every table anew in another file that then takes this one's place; readers go on with the old one.

        Returns the number of entries taken in.
        """
        self._today = today
        until = self._log.store.max_position()
        with new_file(self.path) as fresh:
            with system.collector_paused(), closing(connect(fresh, "rwc")) as connection:
                count = build(connection, self._log, VERSION, until=until, today=today, progress=progress)
            publish(fresh, self.path, self._inode)
        self._reopen()
        self._seen = max(self._seen, until)
        return count

    def portfolio(self) -> list[dict[str, Any]]:
        """Return a row for each negotiation, the one that moved last first."""
        return self._or_anew(self._portfolio)

    def _portfolio(self) -> list[dict[str, Any]]:
        columns = ", ".join(_NEGOTIATIONS)
        found = self._rows(f"SELECT {columns} FROM negotiations ORDER BY last_day DESC, negotiation")  # noqa: S608 - names
        rows = [dict(zip(_NEGOTIATIONS, row, strict=True)) for row in found]
        for row in rows:
            if not all(row[name] is None or type(row[name]) is kind for name, kind in _NEGOTIATIONS.items()):
                raise self._damaged("a negotiation's row holds something else")
        return rows

    def search(
        self, text: str, *, negotiation: str | None = None, limit: int = 100, standing: bool = False
    ) -> list[Hit]:
        """Return the entries that hold all the words of a text, the best first; a word may end in ``*``.

        A word is held by an entry as it was recorded, as it reads, or by what a party is called that acts in it. With
        `standing` what was retracted is left out.
        """
        terms = terms_of(text)
        return self._or_anew(lambda: self._search(terms, negotiation, limit, standing=standing)) if terms else []

    def everywhere(self, text: str, *, limit: int = 100) -> list[Place]:
        """Return what is called by all the words of a text, or holds them, each word taken for a beginning.

        Negotiations come first, then things and parties, of each at most `limit`, then entries as `search` has them.
        """
        terms = [term._replace(is_beginning=True) for term in terms_of(text)]
        return self._or_anew(lambda: self._everywhere(terms, limit)) if terms else []

    def _everywhere(self, terms: list[Term], limit: int) -> list[Place]:
        with plain_errors(self.path):
            titles: dict[Any, Any] = dict(titles_of(self._connected()))  # type: ignore[arg-type]  # rows of two
            called = named(self._connected(), terms, limit)
        found = [
            Place("negotiation", name, title)
            for name, title in titles.items()
            if all(term.is_in(bag((name, title or ""))) for term in terms)
        ][:limit]
        for negotiation, subject, told in called:
            kind, _, _ = str(subject).partition(":")
            found.append(Place(kind, str(negotiation), titles.get(negotiation), str(subject), None, str(told or "")))
        for hit in self._search(terms, None, limit, standing=True):
            kind = "source" if hit.event == "SourceRegistered" else "entry"
            found.append(Place(kind, hit.negotiation, titles.get(hit.negotiation), f"entry:{hit.entry}", hit))
        return found

    def _search(self, terms: list[Term], negotiation: str | None, limit: int, *, standing: bool) -> list[Hit]:
        with plain_errors(self.path):
            found = find(self._connected(), terms, negotiation, limit, standing=standing)
        return [self._hit(*row) for row in found]

    def _hit(self, position: object, *said: object) -> Hit:
        """Return what was found, as the log has it, too."""
        recorded = None
        *described, corrected, retracted, reads = said
        if isinstance(position, int) and 0 < position < 10**_DIGITS:
            recorded = next(self._log.read(after=position - 1, until=position), None)
        if recorded is not None:
            event = recorded.event
            occurred = event.occurred.text if event.occurred else None
            if [event.negotiation, recorded.id, event.event, occurred] == described:
                reading = event if reads is None else self._reading(reads)
                return Hit(
                    recorded.position,
                    event.negotiation,
                    recorded.id,
                    event.event,
                    recorded,
                    reading,
                    bool(corrected),
                    bool(retracted),
                )
        raise self._damaged(f"it has an entry at {position!r} that the log has not")

    def _reading(self, reads: object) -> Event:
        """Return how an entry reads, as the tables hold it."""
        try:
            return parse(from_json(reads))  # type: ignore[arg-type]  # SQLite holds anything in any column
        except (EntryRejectedError, ValueError, TypeError) as error:
            raise self._damaged("how an entry reads cannot be read back") from error

    def _or_anew(self, ask: Callable[[], Found]) -> Found:
        """Return what is asked of the tables, which are made anew where that shows that they are damaged.

        Another process that made them anew may have begun before we took in the last entries: then these are taken in
        again.
        """
        try:
            return self._asked(ask)
        except TablesDamagedError:
            self.rebuild(today=self._today)
            return self._asked(ask)

    def _asked(self, ask: Callable[[], Found]) -> Found:
        while True:
            with transaction(self._connected(), self.path, "DEFERRED"):
                if self.position >= self._seen:
                    return ask()
            self.catch_up(today=self._today)

    def _damaged(self, why: str) -> TablesDamagedError:
        return TablesDamagedError(f"the read model {self.path} is damaged: {why}; delete it, and it is made anew")

    def _one(self, sql: str) -> Any:  # noqa: ANN401 - whatever the column holds
        rows = self._rows(sql)
        return rows[0][0] if rows else None

    def _rows(self, sql: str, parameters: tuple[Any, ...] | dict[str, Any] = ()) -> list[Any]:
        with plain_errors(self.path):
            return self._connected().execute(sql, parameters).fetchall()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            raise TablesDamagedError(f"there is no read model {self.path}; `communique rebuild` makes it")
        return self._connection

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _number(text: object) -> int:
    """Return the number that a property holds, -1 where it holds none."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1
