"""The fields of a map's entries and registrations, made ready: names that no event type has are faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.errors import Problem, nearest
from tracker.events.parsing import LOG_FIELDS, field_names, part_at
from tracker.events.registry import EVENT_TYPES, find_event_type
from tracker.scripts.paths import list_fields
from tracker.scripts.tables.cells import CellError
from tracker.scripts.tables.functions import Constant
from tracker.scripts.tables.model import MapEntry, Register

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.events.base import Event
    from tracker.scripts.tables.functions import Row, Value
    from tracker.scripts.tables.model import LoadedMap
    from tracker.scripts.tables.values import Place, Values

#: Keys of an entry of a map that are no fields of its event.
_OWN: Final = frozenset({"event", "when", "each", "repeated"})
#: The field with which a registration names what it registers.
REGISTERS: Final = {"PartyAdded": "party", "MatterAdded": "matter", "SourceRegistered": "source"}


class Maker(NamedTuple):
    """What makes one entry of a row: its event, whether it does, and its fields."""

    event: str
    when: Callable[[Row], bool] | None
    fields: dict[str, Value]
    lists: frozenset[str]
    each: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether it makes the same of each row."""
        return self.when is None and all(isinstance(value, Constant) for value in self.fields.values())

    def make(self, row: Row, problems: list[Problem]) -> dict[str, Any] | None:
        """Return the fields that a row gives, None if it makes no such entry; note cells that do not say what is asked.

        A field without a value is left out.
        """
        if self.when is not None and not self.when(row):
            return None
        found: dict[str, Any] = {}
        for name, value in self.fields.items():
            try:
                item = value(row)
            except CellError as error:
                problems.append(Problem(str(error), name))
                continue
            if item is None:
                continue
            if name == "evidence":
                items = item if isinstance(item, list) else [item]
                item = [{"source": one} if isinstance(one, str) else one for one in items]
            elif name in self.lists and not isinstance(item, list):
                item = [item]
            found[name] = item
        return found


def makers_of(loaded: LoadedMap, values: Values, *, published: str | None) -> tuple[list[Maker], list[Maker]]:
    """Return what makes the registrations and the entries of a map's rows, its faults noted in `values`."""
    spec = loaded.spec
    registers: list[Maker] = []
    entries: list[Maker] = []
    for index, register in enumerate(spec.register_):
        place: Place = ("register", index)
        if place in loaded.unread:
            continue
        maker = _maker(values, register, place, {})
        registers += [maker] if maker else []
    common = dict(spec.common)
    if spec.source and "evidence" not in common:
        common["evidence"] = spec.source
    taken: set[str] = {"evidence"}
    for index, entry in enumerate(spec.entry):
        if ("entry", index) in loaded.unread:
            continue
        kind = find_event_type(entry.event)
        if kind is None:
            hint = nearest(entry.event, EVENT_TYPES) or "; `communique schema --list` lists them"
            values.fault(("entry", index, "event"), f"unknown event type {entry.event[:40]!r}{hint}")
            continue
        shared = {name: value for name, value in common.items() if name in field_names(kind)}
        taken |= shared.keys()
        maker = _maker(values, entry, ("entry", index), shared, published)
        entries += [maker] if maker else []
    for name in spec.common:
        if name not in taken and spec.entry and not loaded.unread:
            values.fault(("common", name), "is a field of none of the entries")
    if not spec.register_ and not spec.entry:
        values.fault(("entry",), "is required: a map says in [[entry]] what a row makes, or in [[register]]")
    return registers, entries


def _maker(
    values: Values, part: MapEntry | Register, place: Place, common: dict[str, Any], published: str | None = None
) -> Maker | None:
    """Return what makes an entry, None if the table has no column that it needs."""
    kind = find_event_type(part.event)
    if kind is None:
        return None
    own = part.model_extra or {}
    given = {**common, **own}
    _check_names(values, kind, own, place)
    for name, info in kind.model_fields.items():
        written = info.alias or name
        if info.is_required() and written not in given and written != "negotiation":
            values.fault((*place, written), f"is required by {part.event}")
    # An entry that needs a column which this table has not is of another table that the map reads, too.
    if values.never(part.when):
        return None
    when = values.condition(part.when, (*place, "when"))
    places: dict[str, Place] = {name: (*place, name) if name in own else ("common", name) for name in given}
    fields = {name: values.value(value, places[name]) for name, value in given.items()}
    if published is not None and "published" not in given and isinstance(part, MapEntry):
        fields["published"] = Constant(published)
    if isinstance(part, MapEntry) and part.repeated:
        _suffix_subject(values, kind, fields, place)
    return Maker(part.event, when, fields, list_fields(kind), isinstance(part, Register) and part.each)


def _suffix_subject(values: Values, kind: type[Event], fields: dict[str, Value], place: Place) -> None:
    """Let the subject of an entry get a suffix where another row has the same."""
    name = kind.machine.subject if kind.machine is not None else None
    if name is None or name not in fields:
        values.fault((*place, "repeated"), f"{kind.__name__} has no subject of its own to which a suffix is put")
        return
    value = fields[name]
    values.keeps_order = True

    def suffixed(row: Row) -> str | None:
        found = value(row)
        return None if found is None else values.suffixed(found, row)

    fields[name] = suffixed


def _check_names(values: Values, kind: type[Event], given: dict[str, Any], place: Place) -> None:
    """Note each field that an event type does not have, at whatever depth."""
    for name, value in given.items():
        known = field_names(kind)
        if name in LOG_FIELDS:
            values.fault((*place, name), "is set by the log; leave it out")
        elif name not in known and name not in _OWN:
            hint = nearest(name, known) or "; it has " + ", ".join(known)
            values.fault((*place, name), f"{kind.__name__} has no field {name!r}{hint}")
        else:
            _check_part(values, kind, value, [name], (*place, name))


def _check_part(values: Values, kind: type[Event], value: Any, path: list[str], place: Place) -> None:  # noqa: ANN401 - any TOML
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check_part(values, kind, item, path, (*place, index))
        return
    if not isinstance(value, dict) or "from" in value:
        return
    part = part_at(kind, path)
    for name, inner in value.items():
        if name.isdecimal():
            _check_part(values, kind, inner, path, (*place, name))
        elif part is not None and name not in (known := field_names(part)):
            hint = nearest(name, known) or "; it has " + ", ".join(known)
            values.fault((*place, name), f"{'.'.join(path)} has no field {name!r}{hint}")
