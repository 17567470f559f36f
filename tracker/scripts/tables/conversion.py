"""From the rows of a table to entries, by a map: what each row makes, or why it is rejected or left out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.entry import Prepared, prepare
from tracker.errors import EntryRejectedError, Problem
from tracker.events.counting import ambiguous
from tracker.events.parsing import parse
from tracker.scripts.shorthands import slug_of
from tracker.scripts.tables.cells import CellError
from tracker.scripts.tables.fields import REGISTERS, makers_of
from tracker.scripts.tables.functions import Constant, Suffixes
from tracker.scripts.tables.rows import MARKS
from tracker.scripts.tables.values import NEGOTIATION, Values

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from tracker.scripts.tables.fields import Maker
    from tracker.scripts.tables.functions import Row
    from tracker.scripts.tables.model import LoadedMap
    from tracker.scripts.tables.rows import RawRow

#: What a registration registers: (negotiation, kind, name); the negotiation itself is of the kind ``negotiation``.
Key = tuple[str, str, str]


class Options(NamedTuple):
    """What is said of an import beside its map."""

    negotiation: str | None = None
    published: str | None = None


class RowOut(NamedTuple):
    """What came of a row: the entries that it makes and what these need registered; or what is wrong with it.

    A row without any of them is left out. `raw` is the place of the row among those given, `ids` are those of
    entries that it would have made, where they are known.
    """

    raw: int
    line: int
    entries: list[Prepared]
    needs: list[Key]
    problems: list[Problem]
    ids: list[tuple[str, str]]


class Chunk(NamedTuple):
    """What came of some rows, with the registrations that they need, and what the map did not find or use."""

    rows: list[RowOut]
    registrations: dict[Key, Prepared]
    unmatched: dict[str, Counter[str]]
    unmapped: list[str]


class Converter:
    """Makes entries of the rows of tables with one header; raises `EntryRejectedError` with the faults of the map."""

    def __init__(
        self, loaded: LoadedMap, header: list[str] | None, options: Options, suffixes: Suffixes | None = None
    ) -> None:
        self.map, self._options = loaded, options
        spec = loaded.spec
        self.header = header
        self._unpivot = spec.unpivot
        columns = header
        faults: list[Problem] = []
        if spec.unpivot is not None and header is not None:
            kept = spec.unpivot.keep
            missing = [(index, name) for index, name in enumerate(kept) if name not in header]
            faults = [
                loaded.fault(
                    ("unpivot", "keep", index), f"the table has no column {name!r}; it has {', '.join(header)}"
                )
                for index, name in missing
            ]
            columns = [*kept, spec.unpivot.name, spec.unpivot.value]
        self.values = values = Values(loaded, columns, suffixes or Suffixes())
        self._null = frozenset({"", *spec.null})
        self._where = values.condition(spec.where, ("where",))
        for name in spec.where:
            values.column(name, ("where", name))
        if options.negotiation is None and spec.negotiation is None:
            values.fault(("negotiation",), "is required; give it in the map, or as --negotiation")
        named = spec.negotiation if options.negotiation is None else options.negotiation
        self._negotiation = values.value(named, ("negotiation",))
        self._title = values.value(spec.title, ("title",)) if spec.title is not None else None
        self._registers, self._entries = makers_of(loaded, values, published=options.published)
        self._source_is_registered = any(
            register.event == "SourceRegistered" and (register.model_extra or {}).get("source") == spec.source
            for register in spec.register_
        )
        self._made: dict[Key, Prepared] = {}
        self._used = [(name, header.index(name) if header and name in header else 0) for name in values.used]
        self._fixed = isinstance(self._negotiation, Constant) and all(
            isinstance(title, Constant) for title in ([self._title] if self._title else [])
        )
        self._fixed = self._fixed and all(maker.is_constant for maker in self._registers)
        #: What each row needs registered, where that is the same for all of them.
        self._needs: list[Key] = []
        faults += [*loaded.faults, *values.faults]
        if faults:
            raise EntryRejectedError(sorted(faults, key=lambda fault: fault.line))
        self._seen: dict[str, None] = dict.fromkeys(header or ())

    @property
    def keeps_order(self) -> bool:
        """Whether what a row makes depends on the rows before it."""
        return self.values.keeps_order

    def convert(self, rows: Iterable[RawRow], file: str) -> Chunk:
        """Return what some rows of a file make."""
        found: list[RowOut] = []
        needed: dict[Key, Prepared] = {}
        for index, raw in enumerate(rows):
            name = raw.file or file
            for row in self._rows(raw, name):
                out = (
                    RowOut(index, raw.line, [], [], [Problem(row).at(file, raw.line)], [])
                    if isinstance(row, str)
                    else self._convert(row, index, raw.line, file)
                )
                needed.update((key, self._made[key]) for key in out.needs)
                found.append(out)
        unmatched, self.values.unmatched = self.values.unmatched, {}
        return Chunk(found, needed, unmatched, self.unmapped())

    def unmapped(self) -> list[str]:
        """Return the columns that the map does not use, as far as they were seen."""
        used = {*self.values.used}
        if self._unpivot is not None:
            return (
                [] if self._unpivot.value in used else [name for name in self._seen if name not in self._unpivot.keep]
            )
        tops = {name.partition(".")[0] for name in used} if self.header is None else used
        return [name for name in self._seen if name not in used and name not in tops and name not in MARKS and name]

    # ── cells ──

    def _rows(self, raw: RawRow, file: str) -> Iterator[Row | str]:
        """Yield the cells of a row by the names of columns, of each row that it becomes; or what is wrong with it."""
        cells = raw.cells
        if self.header is None:
            if not isinstance(cells, dict):
                yield "is no object; a row of JSON names its columns"
                return
            self._seen.update(dict.fromkeys(cells))
        elif len(cells) != len(self.header):
            yield f"has {len(cells)} cells, but the first row names {len(self.header)} columns"
            return
        name, stem = _names(file)
        built_in = {"file": name, "stem": stem, "row": str(raw.number), "published": self._options.published}
        if self._unpivot is None:
            row: Row = built_in
            if self.header is None:
                row |= {name: self._of_json(_at(cells, name)) for name, _ in self._used}
            else:
                null = self._null
                for column, index in self._used:
                    cell = cells[index]
                    row[column] = None if cell.strip() in null else cell
            yield row
            return
        given = dict(zip(self.header, cells, strict=True)) if self.header is not None else cells
        kept = self._unpivot.keep
        base = built_in | {name: self._of_json(given.get(name)) for name in kept}
        for name, cell in given.items():
            if name not in kept and name not in MARKS:
                yield base | {self._unpivot.name: name, self._unpivot.value: self._of_json(cell)}

    def _of_json(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            return None if value.strip() in self._null else value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, list):
            return [item for one in value if (item := self._of_json(one)) is not None and not isinstance(item, list)]
        return None

    # ── entries ──

    def _convert(self, row: Row, index: int, line: int, file: str) -> RowOut:
        problems: list[Problem] = []
        needs: list[Key] = []
        ids: list[tuple[str, str]] = []
        values = self.values
        values.begin_row()
        try:
            for make in values.made:
                make(row)
            if self._where is not None and not self._where(row):
                return RowOut(index, line, [], needs, problems, ids)
            row[NEGOTIATION] = negotiation = str(self._negotiation(row) or "")
        except CellError as error:
            return self._rejected(index, line, [Problem(str(error))], ids, file)
        entries = list(self._made_of(row, negotiation, ids, problems))
        if problems or (self._entries and not entries):
            return self._rejected(index, line, problems, ids, file)
        self._register(row, negotiation, needs, problems)
        if problems:
            return self._rejected(index, line, problems, ids, file)
        if not entries and not any(kind != "negotiation" for _, kind, _ in needs):
            needs = []
        return RowOut(index, line, entries, needs, problems, ids)

    def _made_of(
        self, row: Row, negotiation: str, ids: list[tuple[str, str]], problems: list[Problem]
    ) -> Iterator[Prepared]:
        """Yield the entries that a row makes, having noted their own ids and what is wrong with them."""
        for maker in self._entries:
            before = len(problems)
            fields = maker.make(row, problems)
            if fields is None:
                continue
            own_id = fields.get("id")
            if own_id is not None:
                fields["id"] = _slugged(own_id)
                ids.append((str(fields.get("negotiation", negotiation)), fields["id"]))
            # A field that cannot be read is not told to be missing, too.
            if len(problems) == before:
                data = {"event": maker.event, "negotiation": negotiation, **fields}
                yield from filter(None, [_prepared(data, problems)])

    def _rejected(
        self, index: int, line: int, problems: list[Problem], ids: list[tuple[str, str]], file: str
    ) -> RowOut:
        # Entries of one row may say the same of a cell that they share.
        told = [problem.at(file, line) for problem in dict.fromkeys(problems)]
        return RowOut(index, line, [], [], told, ids)

    def _register(self, row: Row, negotiation: str, needs: list[Key], problems: list[Problem]) -> None:
        """Note what a row needs registered: the negotiation, the source, and what the map says."""
        if self._needs:
            needs += self._needs
            return
        if self._title is not None:
            self._open(row, negotiation, needs, problems)
        source = self.map.spec.source
        if source and not self._source_is_registered:
            key: Key = (negotiation, "source", source)
            self._make(key, {"event": "SourceRegistered", "negotiation": negotiation, "source": source}, problems)
            needs.append(key)
        for maker in self._registers:
            for fields in _each(maker, maker.make(row, problems)):
                kind = REGISTERS[maker.event]
                if kind not in fields:
                    continue
                of = str(fields.get("negotiation", negotiation))
                key = (of, kind, str(fields[kind]))
                if "id" in fields:
                    fields["id"] = _slugged(fields["id"])
                self._make(key, {"event": maker.event, "negotiation": of, **fields}, problems)
                needs.append(key)
        if problems:
            needs.clear()
        elif self._fixed:
            self._needs = [*needs]

    def _open(self, row: Row, negotiation: str, needs: list[Key], problems: list[Problem]) -> None:
        """Note that a row needs its negotiation opened, with its title."""
        key: Key = (negotiation, "negotiation", negotiation)
        try:
            title = self._title(row) if self._title is not None and key not in self._made else None
        except CellError as error:
            problems.append(Problem(str(error), "title"))
            return
        titled = {"title": title} if title is not None else {}
        self._make(key, {"event": "NegotiationOpened", "negotiation": negotiation, **titled}, problems)
        needs.append(key)

    def _make(self, key: Key, data: dict[str, Any], problems: list[Problem]) -> None:
        if key not in self._made and (prepared := _prepared(data, problems)) is not None:
            self._made[key] = prepared


def _slugged(own_id: Any) -> str:  # noqa: ANN401 - what a value gives
    return slug_of(str(own_id), "") or str(own_id)


def _each(maker: Maker, fields: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield the fields of each registration: one, or one for each item of the lists among them."""
    if fields is None:
        return
    if not maker.each:
        yield fields
        return
    lists = {name: item for name, item in fields.items() if isinstance(item, list) and name != "evidence"}
    count = max(map(len, lists.values()), default=1)
    for index in range(count):
        one = {name: item for name, item in fields.items() if name not in lists}
        for name, items in lists.items():
            if index < len(items):
                one[name] = [items[index]] if name in maker.lists else items[index]
        yield one


def _prepared(data: dict[str, Any], problems: list[Problem]) -> Prepared | None:
    """Return an entry made ready, or note what is wrong with it."""
    try:
        event = parse(data)
    except EntryRejectedError as error:
        problems += error.problems
        return None
    wrong = list(ambiguous(event, data))
    problems += wrong
    return None if wrong else prepare(event)


@lru_cache(maxsize=1024)
def _names(file: str) -> tuple[str, str]:
    """Return the name of a file, and that without its ending."""
    path = PurePath(file)
    return path.name, path.stem


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands in an object of JSON under a name, or at a dotted path."""
    if path in value:
        return value[path]
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            return None
    return value
