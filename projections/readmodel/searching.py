"""The tables in which searches look: words of entries as recorded and as they read, and who acts in each.

`words` is an index of FTS5 without its texts. An entry's words as it was recorded have its number; those of how it
reads, if it was corrected, have that number below zero. What parties are called is kept once a party, so that a name
that is added later finds what the party did before; so is what persons are called who have several names, with where
they are cited.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from projections.readmodel.tables import NUMBERED
from projections.wording.folding import bag, fold, words_of
from tracker.codec import as_written
from tracker.events.references import doers
from tracker.events.stage import PartyAdded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from projections.views.status import Status
    from projections.wording.folding import Term

#: A row as SQLite returns it.
Found: TypeAlias = tuple[object, ...]

_TABLES: Final = (
    "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')",
    # What was corrected or retracted; `reads` is how it reads as JSON, `indexed` what the index holds of that.
    """CREATE TABLE readings (number INTEGER PRIMARY KEY, negotiation TEXT, corrected INTEGER, retracted INTEGER,
        reads TEXT, indexed TEXT)""",
    "CREATE TABLE parties (id INTEGER PRIMARY KEY, negotiation TEXT, party TEXT, names TEXT, name TEXT)",
    "CREATE TABLE acting (party INTEGER, number INTEGER, PRIMARY KEY (party, number)) WITHOUT ROWID",
)
#: Made once the tables are filled, which takes half the time.
_INDEXES: Final = (
    f"CREATE INDEX by_position ON {NUMBERED} (position)",
    "CREATE INDEX readings_of ON readings (negotiation)",
    "CREATE UNIQUE INDEX parties_of ON parties (negotiation, party)",
)
#: Bytes of words that are held until they are written, sixteen times what is usual, while the tables are built.
_HOLD_WORDS: Final = "INSERT INTO words(words, rank) VALUES ('hashsize', 16777216)"
_INSERT_WORDS: Final = "INSERT INTO words(rowid, text) VALUES (?, ?)"
_DELETE_WORDS: Final = "INSERT INTO words(words, rowid, text) VALUES ('delete', ?, ?)"
_INSERT_ACTING: Final = "INSERT OR IGNORE INTO acting VALUES (?, ?)"
#: What the names of persons begin with among those of parties, whose ids have no colon.
_PERSON: Final = "person:"
_INSERT_CITED: Final = f"INSERT OR IGNORE INTO acting SELECT ?, number FROM {NUMBERED} WHERE position = ?"  # noqa: S608 - a constant
_OF_POSITION: Final = f"SELECT number FROM {NUMBERED} WHERE position = ?"  # noqa: S608 - a constant
_COLUMNS: Final = "e.position, e.negotiation, e.entry, e.event, e.occurred, r.corrected, r.retracted, r.reads"
_MARKED: Final = "LEFT JOIN readings r ON r.number = e.number"
_NAMED: Final = "SELECT id FROM parties WHERE names LIKE ?"
_SAID: Final = "SELECT abs(rowid) FROM words WHERE words MATCH ?"
_DONE: Final = f"{_SAID} UNION ALL SELECT number FROM acting WHERE party IN ({_NAMED})"  # noqa: S608 - constants


class ReadingRow(NamedTuple):
    """An entry that was corrected or retracted: its place in the log, and how it reads if that is otherwise."""

    position: int
    corrected: bool
    retracted: bool
    reads: str | None
    indexed: str | None
    acting: tuple[str, ...]


class SearchRows(NamedTuple):
    """What searches need of a negotiation beside its entries: those that do not read as recorded, and its parties.

    `parties` are (id as entries write it, the words of all that the party is called, its name), `persons` those that
    have several names, by their words, with the positions of the entries that cite each.
    """

    negotiation: str
    readings: list[ReadingRow]
    parties: list[tuple[str, str, str | None]]
    persons: list[tuple[str, str, list[int]]]


def search_rows(found: Status) -> SearchRows:
    """Return what searches need of a negotiation as it stands."""
    return SearchRows(
        found.negotiation, list(_reading_rows(found)), list(_party_rows(found)), list(_person_rows(found))
    )


def _reading_rows(found: Status) -> Iterator[ReadingRow]:
    claims = found.claims
    for index in sorted(claims.history.touched):
        reading = claims.placed.at(index)[1]
        if reading is None or not (reading.corrected_by or reading.retracted_by):
            continue
        is_corrected = bool(reading.corrected_by)
        yield ReadingRow(
            reading.position,
            is_corrected,
            bool(reading.retracted_by),
            json.dumps(as_written(reading.recorded._replace(event=reading.event))) if is_corrected else None,
            fold(" ".join(words_of(reading.event))) if is_corrected else None,
            doers(reading.event) if is_corrected else (),
        )


def _party_rows(found: Status) -> Iterator[tuple[str, str, str | None]]:
    """Yield what each party is called, by every id that reads as it."""
    registers = found.claims.registers
    written = {
        reading.known_as or reading.event.party: reading.event.party
        for reading in found.claims.stage
        if isinstance(reading.event, PartyAdded) and reading.event.party in registers.parties
    }
    for name, kept in written.items():
        yield name, bag((name, *registers.called(kept))), registers.names.get(kept)


def _person_rows(found: Status) -> Iterator[tuple[str, str, list[int]]]:
    """Yield what each person with several names is called, and where the person is cited, as recorded or corrected."""
    claims = found.claims
    persons = claims.registers.persons
    cited: dict[str, list[int]] = {}
    for index, recorded in enumerate(claims.history.entries) if claims.registers.person_aliases else ():
        reading = claims.placed.at(index)[1] if index in claims.history.touched else None
        events = (recorded.event,) if reading is None else (recorded.event, reading.event)
        keys = {persons.key(item.attributed_to) for event in events for item in event.evidence}
        for key in keys:
            if persons.spellings(key):
                cited.setdefault(key, []).append(recorded.position)
    for key, positions in cited.items():
        yield f"{_PERSON}{key}", bag(persons.spellings(key)), positions


# ── writing ──


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file that is about to be filled."""
    for table in _TABLES:
        connection.execute(table)
    connection.execute(_HOLD_WORDS)


def index(connection: sqlite3.Connection) -> None:
    """Make what finds rows in tables that are filled."""
    for statement in _INDEXES:
        connection.execute(statement)


class SearchWriter:
    """Writes what searches need, of one build or of one catching up; who is who is asked once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._parties: dict[tuple[str, str], int] = {
            (negotiation, party): number
            for number, negotiation, party in connection.execute("SELECT id, negotiation, party FROM parties")
        }

    def _party(self, negotiation: str, party: str) -> int:
        found = self._parties.get((negotiation, party))
        if found is None:
            row = (found := len(self._parties) + 1, negotiation, party, "", None)
            self._connection.execute("INSERT INTO parties VALUES (?, ?, ?, ?, ?)", row)
            self._parties[negotiation, party] = found
        return found

    def entries(self, first: int, words: Sequence[str], acting: Sequence[tuple[str, ...]]) -> None:
        """Add the words of entries numbered from `first`, and who acts in each, after its negotiation."""
        self._connection.executemany(
            _INSERT_WORDS, ((number, text) for number, text in enumerate(words, first) if text)
        )
        self._connection.executemany(
            _INSERT_ACTING,
            (
                (self._party(negotiation, party), number)
                for number, (negotiation, *parties) in enumerate(acting, first)
                for party in parties
            ),
        )

    def put(self, rows: SearchRows) -> None:
        """Replace what there is of a negotiation beside its entries."""
        execute, name = self._connection.execute, rows.negotiation
        old = {number: before for number, *before in execute("SELECT * FROM readings WHERE negotiation = ?", (name,))}
        for row in rows.readings:
            (number,) = execute(_OF_POSITION, (row.position,)).fetchone()
            now = [name, row.corrected, row.retracted, row.reads, row.indexed]
            before = old.pop(number, None)
            if before != now:
                self._replace(number, before, now)
            self._connection.executemany(_INSERT_ACTING, ((self._party(name, party), number) for party in row.acting))
        for number, before in old.items():
            self._replace(number, before, None)
        execute("UPDATE parties SET names = '', name = NULL WHERE negotiation = ?", (name,))
        for party, names, called in rows.parties:
            execute("UPDATE parties SET names = ?, name = ? WHERE id = ?", (names, called, self._party(name, party)))
        for person, names, positions in rows.persons:
            execute("UPDATE parties SET names = ? WHERE id = ?", (names, number := self._party(name, person)))
            self._connection.executemany(_INSERT_CITED, ((number, position) for position in positions))

    def _replace(self, number: int, before: Sequence[object] | None, now: Sequence[object] | None) -> None:
        execute = self._connection.execute
        if before is not None:
            execute("DELETE FROM readings WHERE number = ?", (number,))
            if before[-1]:
                execute(_DELETE_WORDS, (-number, before[-1]))
        if now is not None:
            execute("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)", (number, *now))
            if now[-1]:
                execute(_INSERT_WORDS, (-number, now[-1]))


# ── finding ──


def titles(connection: sqlite3.Connection) -> list[Found]:
    """Return the negotiations with their titles."""
    return connection.execute("SELECT negotiation, title FROM negotiations ORDER BY negotiation").fetchall()


def named(connection: sqlite3.Connection, terms: Sequence[Term], limit: int) -> list[Found]:
    """Return the things and parties that are called by all of some words.

    Each is (negotiation, subject, what it is called if it has a title or a name, state).
    """
    things = " AND ".join(["names LIKE ?"] * len(terms))
    return connection.execute(
        f"""SELECT * FROM (SELECT negotiation, subject, title, state FROM things WHERE {things} LIMIT ?)
            UNION ALL
            SELECT * FROM (SELECT negotiation, 'party:' || party, name, NULL FROM parties
                WHERE party NOT LIKE '{_PERSON}%' AND {things} LIMIT ?)""",  # noqa: S608 - constants only
        (*(term.pattern for term in terms), limit, *(term.pattern for term in terms), limit),
    ).fetchall()


def find(
    connection: sqlite3.Connection, terms: Sequence[Term], negotiation: str | None, limit: int, *, standing: bool
) -> list[Found]:
    """Return the entries that hold all of some words, as rows of `_COLUMNS`.

    First come those that hold them in what is said, the best first; then, in the order of the log, those of which some
    are only in what a party is called that acts.
    """
    where, parameters = ("AND e.negotiation = ?", [negotiation]) if negotiation else ("", [])
    where += " AND r.retracted IS NOT 1" if standing else ""
    # An entry that was corrected may be there twice.
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM words JOIN {NUMBERED} e ON e.number = abs(words.rowid) {_MARKED}
            WHERE words MATCH ? {where} ORDER BY bm25(words), e.position LIMIT ?""",  # noqa: S608 - constants only
        (" ".join(term.query for term in terms), *parameters, 2 * limit),
    ).fetchall()
    if len(rows) < 2 * limit:
        rows += _named(connection, terms, (where, parameters), len(rows) + limit)
    found: dict[object, Found] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return list(found.values())[:limit]


def _named(
    connection: sqlite3.Connection, terms: Iterable[Term], where: tuple[str, Sequence[object]], limit: int
) -> list[Found]:
    """Return those in which some words are only in what a party is called that acts."""
    conditions: list[str] = []
    parameters: list[object] = []
    is_any_named = False
    for term in terms:
        named = connection.execute(_NAMED, (term.pattern,)).fetchone() is not None
        is_any_named = is_any_named or named
        conditions.append(f"e.number IN ({_DONE if named else _SAID})")
        parameters += (term.query, term.pattern) if named else (term.query,)
    if not is_any_named:
        return []
    return connection.execute(
        f"""SELECT {_COLUMNS} FROM {NUMBERED} e {_MARKED}
            WHERE {" AND ".join(conditions)} {where[0]} ORDER BY e.position LIMIT ?""",  # noqa: S608 - constants only
        (*parameters, *where[1], limit),
    ).fetchall()
