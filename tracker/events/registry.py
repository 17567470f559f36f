"""The closed registry of event types, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import ConfigDict

from tracker.errors import NameUnknownError, nearest
from tracker.events import acts, agreements, commitments, knowledge, proposals, stage, talks, votes, withdrawals
from tracker.events.base import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

#: The entry-point group in which another package announces event types of its own.
ENTRY_POINTS: Final = "communique.events"
_FAMILIES: Final = (stage, agreements, proposals, talks, votes, withdrawals, commitments, acts, knowledge)


class UnknownEvent(Event):
    """An entry of a type or version not known here, kept and shown as such: its type's `name` and what was `stored`."""

    model_config = ConfigDict(extra="ignore")
    family: ClassVar[str] = "unknown"

    name: str
    stored: dict[str, Any]

    @property
    def event(self) -> str:
        """The stored event type's name."""
        return self.name


def _types_in(module: ModuleType) -> Iterator[tuple[str, type[Event]]]:
    """Yield the event types that a module defines: those that nothing in it derives from."""
    for name, value in vars(module).items():
        if (
            isinstance(value, type)
            and issubclass(value, Event)
            and value.__module__ == module.__name__
            and not value.__subclasses__()
        ):
            yield name, value


EVENT_TYPES: Final[dict[str, type[Event]]] = {name: kind for module in _FAMILIES for name, kind in _types_in(module)}
#: Those of our own, of which we know that nothing but their fields makes them.
BUILT_IN: Final = frozenset(EVENT_TYPES.values())
#: Fields of the stored form that no event type may have.
_RESERVED: Final = frozenset(
    {
        "event",
        "event_version",
        "version",
        "position",
        "previous",
        "digest",
        "recorded_at",
        "recorded_by",
        "origin",
        "crc32",
    }
)
_plugins_loaded = False
_trouble: list[str] = []


def _load_plugins() -> None:
    """Add the event types that other installed packages announce; a built-in name is never replaced."""
    global _plugins_loaded  # noqa: PLW0603 - looked up once a process: scanning what is installed takes some 20 ms
    if _plugins_loaded:
        return
    _plugins_loaded = True
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINTS):
        try:
            kind = point.load()
            if isinstance(kind, type) and issubclass(kind, Event):
                if not kind.__pydantic_fields_complete__:
                    kind.model_rebuild()
                if taken := sorted(_RESERVED & {info.alias or name for name, info in kind.model_fields.items()}):
                    raise TypeError(f"the log itself sets {', '.join(taken)}")  # noqa: TRY301 - told below with the rest
                EVENT_TYPES.setdefault(kind.__name__, kind)
        except Exception as error:  # noqa: BLE001 - code of others; it must not keep the built-in types from working
            package = point.dist.name if point.dist else "unknown"
            _trouble.append(f"{point.value} of the package {package} cannot be used ({type(error).__name__}: {error})")


def find_event_type(name: str) -> type[Event] | None:
    """Return the event type of that name, or None; asks other installed packages where it is not built in."""
    kind = EVENT_TYPES.get(name)
    if kind is None:
        _load_plugins()
        kind = EVENT_TYPES.get(name)
    return kind


def event_types() -> dict[str, type[Event]]:
    """Return every event type by name, those of other installed packages included."""
    _load_plugins()
    return dict(EVENT_TYPES)


def trouble() -> list[str]:
    """Return what is wrong with event types that other installed packages announce, a sentence each."""
    return list(_trouble)


def event_type(name: str) -> type[Event]:
    """Return the event type of that name; raises `NameUnknownError`, with the nearest spelling, where there is none."""
    kind = find_event_type(name)
    if kind is None:
        hint = nearest(name, EVENT_TYPES)
        msg = "; ".join([f"unknown event type {name!r}{hint}", "`communique schema --list` lists them", *trouble()])
        raise NameUnknownError(msg)
    return kind
