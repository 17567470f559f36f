"""Dates of a script that are written as people and spreadsheets do, once it is said which order their numbers have."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from tracker.dates.informal import in_order
from tracker.events.knowledge import EntryCorrected
from tracker.events.parsing import field_names
from tracker.events.registry import event_types
from tracker.events.stage import SourceRegistered
from tracker.scripts.paths import date_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tracker.events.base import Event


def dated(kind: type[Event], data: Mapping[str, Any], order: str) -> dict[str, Any]:
    """Return the fields of an entry with their dates as EDTF writes them, those of the sources that it describes, too.

    `order` is `dmy` or `mdy`. What is no date in it stays as it is, for whoever reads it to say what is wrong.
    """
    return with_dates(kind, data, partial(in_order, order=order))


def with_dates(kind: type[Event], data: Mapping[str, Any], read: Callable[[str], str]) -> dict[str, Any]:
    """Return the same with each date as it is read."""
    found = _dated(data, date_fields(kind), read)
    if issubclass(kind, EntryCorrected) and isinstance(changes := found.get("changes"), dict):
        found["changes"] = _dated(changes, _dates_of_all(), read)
    evidence = found.get("evidence")
    if isinstance(evidence, list):
        found["evidence"] = [_with_source(item, read) for item in evidence]
    elif evidence is not None:
        found["evidence"] = _with_source(evidence, read)
    return found


def _dated(data: Mapping[str, Any], fields: Collection[str], read: Callable[[str], str]) -> dict[str, Any]:
    return {name: read(value) if name in fields and isinstance(value, str) else value for name, value in data.items()}


def _with_source(item: Any, read: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever was written
    source = item.get("source") if isinstance(item, dict) else None
    if not isinstance(source, dict):
        return item
    return {**item, "source": _dated(source, date_fields(SourceRegistered), read)}


@cache
def _dates_of_all() -> frozenset[str]:
    """Return the fields that are dates in whatever event type has them: what is corrected is not known here."""
    kinds = event_types().values()
    dates = {name for kind in kinds for name in date_fields(kind)}
    return frozenset(dates - {name for kind in kinds for name in {*field_names(kind)} - date_fields(kind)})
