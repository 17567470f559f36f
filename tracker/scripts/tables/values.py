"""The values of a map made ready for the columns of a table: functions of a row's cells; faults are collected."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tracker.errors import nearest
from tracker.scripts.tables.cells import (
    FORMS,
    CellError,
    Pattern,
    PatternError,
    read_date,
    read_number,
    with_precision,
)
from tracker.scripts.tables.functions import (
    Constant,
    Row,
    Suffixes,
    Value,
    always,
    cell_of,
    finder,
    items_of,
    joiner,
    listed,
    mapping_of,
    slugged,
    split_at,
    template,
    through,
)
from tracker.scripts.tables.lookups import ISO3166, Lookup, joined_rows, lookup_of, states
from tracker.scripts.tables.model import value_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.errors import Problem
    from tracker.scripts.tables.model import Condition, LoadedMap, ValueSpec

Place: TypeAlias = tuple[str | int, ...]
#: What a row has beside its columns.
BUILT_IN: Final = ("file", "stem", "row", "published")
#: Under this name a row has its negotiation, which no column is called.
NEGOTIATION: Final = ""
#: The text itself, in the default of a lookup.
_ITSELF: Final = "{}"
#: Texts that a lookup did not find are counted up to so many of them.
_MOST_UNMATCHED: Final = 1000


class Values:
    """Makes the values of a map ready for a table with some columns, None if it may have any; notes its faults."""

    def __init__(self, loaded: LoadedMap, header: list[str] | None, suffixes: Suffixes) -> None:
        self._map = loaded
        self._header = header
        self.faults: list[Problem] = []
        #: The columns of the table that are used.
        self.used: dict[str, None] = {}
        self.unmatched: dict[str, Counter[str]] = {}
        self.suffixes = suffixes
        #: Whether a value depends on the rows before it.
        self.keeps_order = False
        #: Of the row being read, ids with their suffixes, and texts that a lookup did not find.
        self._of_row: dict[str, str] = {}
        self._missed: set[tuple[str, str]] = set()
        self._lookups: dict[str, Lookup] = {ISO3166: states()}
        #: Columns that are made of others, with what makes them.
        self.made: list[Callable[[Row], None]] = []
        self._known: set[str] = {*BUILT_IN}
        #: Faults of columns that cannot be made of this table, which count where one of them is used.
        self._missing: dict[str, list[Problem]] = {}
        self._look_up()
        self._take_cells()
        self._join()

    def fault(self, place: Place, message: str) -> None:
        """Note what is wrong with the map."""
        problem = self._map.fault(place, message)
        if problem not in self.faults:
            self.faults.append(problem)

    def begin_row(self) -> None:
        """Let what is suffixed be new in the row that follows."""
        self._of_row.clear()
        self._missed.clear()

    def has(self, name: str) -> bool:
        """Say whether there is a column of this name."""
        return name in self._known or self._header is None or name in self._header

    def column(self, name: str, place: Place) -> str:
        """Return the name of a column that is used, having noted a fault where there is none."""
        if self._header is not None and name in self._header:
            if self._header.count(name) > 1:
                self.fault(place, f"the table has two columns {name}; give one of them another name")
            self.used[name] = None
        elif name in self._known:
            pass
        elif name in self._missing:
            self.faults += [fault for fault in self._missing[name] if fault not in self.faults]
        elif self._header is None:
            self.used[name] = None
        else:
            known = [column for column in (*self._header, *sorted(self._known)) if column]
            hint = nearest(name, known) or f"; it has {', '.join(known[:40])}"
            self.fault(place, f"the table has no column {name!r}{hint}")
        return name

    # ── conditions ──

    def condition(self, given: Condition, place: Place) -> Callable[[Row], bool] | None:
        """Return whether all holds of a row that a condition says; None where it says nothing."""
        tests = []
        for name, wanted in given.items():
            holds = self._holds(wanted, (*place, name))
            # A table that has no such column has none with a cell in it.
            if self.has(name):
                self.column(name, (*place, name))
            tests.append((name, holds))
        if not tests:
            return None
        return lambda row: all(holds(row.get(name)) for name, holds in tests)

    def never(self, given: Condition) -> bool:
        """Say whether a condition holds of no row, since the table has not a column that must have a cell."""
        return any(not self.has(name) and not self._holds(wanted, ())(None) for name, wanted in given.items())

    def _holds(self, wanted: Any, place: Place) -> Callable[[Any], bool]:  # noqa: ANN401, PLR0911 - any TOML, an arm each
        if wanted is True:
            return lambda cell: cell is not None
        if wanted is False:
            return lambda cell: cell is None
        if isinstance(wanted, str | int | float):
            text = str(wanted)
            return lambda cell: cell == text or (isinstance(cell, list) and text in cell)
        if isinstance(wanted, list):
            texts = frozenset(map(str, wanted))
            return lambda cell: any(item in texts for item in listed(cell))
        if isinstance(wanted, dict) and wanted.keys() == {"not"}:
            inner = self._holds(wanted["not"], (*place, "not"))
            return lambda cell: not inner(cell)
        if isinstance(wanted, dict) and wanted.keys() == {"match"}:
            pattern = self._pattern(wanted["match"], (*place, "match"))
            if pattern is None:
                return lambda _: False
            search = pattern.search
            return lambda cell: any(
                search(str(item)) is not None
                for item in (cell if isinstance(cell, list) else [cell])
                if item is not None
            )
        self.fault(place, 'must be true, false, a text, a list of texts, {match = "…"} or {not = …}')
        return lambda _: False

    def _pattern(self, given: object, place: Place) -> Pattern | None:
        try:
            return Pattern(given, partial(self._map.fault, place))
        except PatternError as error:
            self.fault(place, str(error))
            return None

    # ── columns that are made ──

    def _look_up(self) -> None:
        for name, given in self._map.spec.lookup.items():
            try:
                self._lookups[name] = lookup_of(given, self._map.folder)
            except (OSError, ValueError) as error:
                told = f"{given.get('file')}: {error.strerror}" if isinstance(error, OSError) else str(error)
                self.fault(("lookup", name), told)
                self._lookups[name] = Lookup({})

    def _take_cells(self) -> None:
        for name, cells in self._map.spec.cells.items():
            place: Place = ("cells", name)
            at = (*place, "from")
            before = len(self.faults)
            source = self.source(cells.from_, at) if isinstance(cells.from_, str) else self.value(cells.from_, at)
            missing = self.faults[before:]
            del self.faults[before:]
            pattern = self._pattern(cells.match, (*place, "match"))
            if pattern is None:
                continue
            if missing:
                self._missing |= {f"{name}.{group}": missing for group in pattern.groups}
                continue
            if not pattern.groups:
                self.fault((*place, "match"), "has no named group, as in (?P<day>…)")
            self._known |= {f"{name}.{group}" for group in pattern.groups}
            self.made.append(finder(name, source, pattern))

    def _join(self) -> None:
        for name, join in self._map.spec.join.items():
            place: Place = ("join", name)
            try:
                columns, rows = joined_rows(join, self._map.folder)
            except (OSError, ValueError) as error:
                told = f"{join.file}: {error.strerror}" if isinstance(error, OSError) else str(error)
                self.fault((*place, "file"), told)
                continue
            on = self.source(join.on, (*place, "on"))
            self._known |= {f"{name}.{column}" for column in columns}
            self.made.append(joiner(name, columns, rows, on, slug=join.slug))

    # ── values ──

    def source(self, text: str, place: Place) -> Value:
        """Return what `from` gives: a column, or a template."""
        return self._template(text, place) if "{" in text else cell_of(self.column(text, place))

    def _template(self, text: str, place: Place) -> Value:
        found = template(text)
        if found.is_open:
            self.fault(place, "has a brace that is not closed; write {{ for a brace itself")
        for name in found.names:
            self.column(name, place)
        if not found.names:
            return Constant(found({}))
        return found

    def value(self, given: Any, place: Place) -> Value:  # noqa: ANN401 - any TOML
        """Return a value as a function of a row, which raises `CellError`."""
        if isinstance(given, str):
            return self._template(given, place)
        if isinstance(given, list) or (isinstance(given, dict) and given and all(map(str.isdecimal, given))):
            items = given if isinstance(given, list) else [given[key] for key in sorted(given, key=int)]
            values = [self.value(item, (*place, index)) for index, item in enumerate(items)]
            return (
                Constant(items_of(values)({})) if all(isinstance(one, Constant) for one in values) else items_of(values)
            )
        if isinstance(given, dict):
            if "from" in given:
                return self._specified(given, place)
            inner = {name: self.value(item, (*place, name)) for name, item in given.items()}
            made = mapping_of(inner)
            return Constant(made({})) if all(isinstance(one, Constant) for one in inner.values()) else made
        return Constant(given)

    def _specified(self, given: Mapping[str, Any], place: Place) -> Value:
        spec = value_spec(dict(given))
        if isinstance(spec, list):
            for inner, message in spec:
                self.fault((*place, *inner), message)
            return lambda _: None
        source = self.source(spec.from_, (*place, "from"))
        steps = self._steps(spec, place)
        when = self.condition(spec.when, (*place, "when")) or always
        default = None
        if spec.default is not None and spec.default != _ITSELF:
            default = self.value(spec.default, (*place, "default"))
        marks = [mark for mark in spec.split if mark]
        if len(marks) < len(spec.split):
            self.fault((*place, "split"), "must not be empty; name what stands between the items")

        def run(row: Row) -> Any:  # noqa: ANN401 - a text, a number, or a list
            found = source(row) if when(row) else None
            if found is None and default is not None and when(row):
                found = default(row)
            if found is None:
                return None
            if marks:
                found = split_at(found, marks)
            if not isinstance(found, list):
                return through(steps, found, row)
            return [through(steps, item, row) for item in found]

        return run

    def _steps(self, spec: ValueSpec, place: Place) -> list[Callable[[Any, Row], Any]]:
        """Return what is done with each item of a value, in the order of the contract."""
        steps: list[Callable[[Any, Row], Any]] = []
        if spec.squeeze:
            steps.append(lambda item, _: " ".join(str(item).split()))
        if spec.lookup is not None:
            steps.append(self._looked_up(spec, place))
        if spec.slug:
            # The codes of states are ids of parties as they are.
            is_code = states().get if spec.lookup == ISO3166 else None
            steps.append(lambda item, _: item if is_code and is_code(item) == item else slugged(item))
        if spec.lower:
            steps.append(lambda item, _: str(item).lower())
        if spec.cut is not None:
            steps.append(lambda item, _: str(item)[: spec.cut])
        if spec.date:
            steps.append(self._dated(spec, place))
        if spec.number:
            decimal, thousands = self._map.spec.decimal, self._map.spec.thousands
            steps.append(lambda item, _: read_number(str(item), decimal, thousands))
        if spec.repeated:
            steps.append(self.suffixed)
            self.keeps_order = True
        return steps

    def suffixed(self, item: Any, row: Row) -> str:  # noqa: ANN401 - what came of the steps before
        """Return an id with a suffix where a row before had the same; it is one and the same within a row."""
        found = self._of_row.get(item)
        if found is None:
            found = self._of_row[item] = self.suffixes.new(row[NEGOTIATION], item)
        return found

    def _looked_up(self, spec: ValueSpec, place: Place) -> Callable[[Any, Row], Any]:
        name = spec.lookup or ""
        if name not in self._lookups:
            hint = nearest(name, self._lookups) or f"; there are {', '.join(self._lookups)}"
            self.fault((*place, "lookup"), f"there is no lookup {name!r}{hint}")
            return lambda item, _: item
        get = self._lookups[name].get
        itself = spec.default == _ITSELF
        default = None if spec.default is None or itself else self.value(spec.default, (*place, "default"))

        def look_up(item: Any, row: Row) -> Any:  # noqa: ANN401 - as above
            found = get(str(item))
            if found is not None:
                return found
            if default is not None and default(row) == item:
                return item
            self._miss(name, str(item))
            if itself:
                return item
            if default is None:
                raise CellError(f"the lookup {name} has no {str(item)[:80]!r}; add it there, or give a default")
            return default(row)

        return look_up

    def _miss(self, name: str, text: str) -> None:
        """Count a text that a lookup did not find, once a row."""
        missed = self.unmatched.setdefault(name, Counter())
        if (name, text) not in self._missed and (text in missed or len(missed) < _MOST_UNMATCHED):
            self._missed.add((name, text))
            missed[text] += 1

    def _dated(self, spec: ValueSpec, place: Place) -> Callable[[Any, Row], Any]:
        forms = tuple(spec.date)
        for form in forms:
            if form not in FORMS and "%" not in form:
                self.fault(
                    (*place, "date"),
                    f"{form!r} is no form of dates{nearest(form, FORMS)}; "
                    f"write {', '.join(FORMS)}, or one as in %d.%m.%Y",
                )
        precise = self.source(spec.precision, (*place, "precision")) if spec.precision else None

        def read(item: Any, row: Row) -> str:  # noqa: ANN401 - as above
            day = read_date(str(item), forms)
            precision = None if precise is None else precise(row)
            return day if precision is None else with_precision(day, str(precision), forms)

        return read
