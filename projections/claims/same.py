"""Which ids are one: where that may be said, and what reads as what at a cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tracker.events.references import renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from tracker.events.base import Event
    from tracker.events.knowledge import SameAs

#: A family, and the id of one of it.
Key: TypeAlias = tuple[str, str]
_NONE: Final = ()


class _Group:
    """Ids that may be one somewhere, and the entries that say so, by their numbers in the order of recording."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.said: dict[int, None] = {}


class Merging:
    """Which ids may be one at any cut of a history, which entries say so, and which name any of them."""

    def __init__(self) -> None:
        self._groups: dict[Key, _Group] = {}
        self._naming: dict[Key, list[int]] = {}
        self._families: dict[str, set[str]] = {}

    def name(self, index: int, event: Event) -> bool:
        """Take note of what an entry names; say whether any of that may be one with another."""
        is_same = False
        for key in keys_of(event):
            self._naming.setdefault(key, []).append(index)
            is_same = is_same or key in self._groups
        return is_same

    def join(self, index: int, keys: Iterable[Key]) -> list[Key]:
        """Take note that an entry may say that some ids are one; return those of them that had been alone."""
        group: _Group | None = None
        alone = []
        for key in dict.fromkeys(keys):
            found = self._groups.get(key)
            if found is None:
                alone.append(key)
                found = self._groups[key] = _Group()
                found.keys.append(key)
                self._families.setdefault(key[1], set()).add(key[0])
            if group is not None and group is not found:
                # The smaller joins the larger, so that each id moves a few times at most.
                less, group = sorted((group, found), key=lambda one: len(one.keys) + len(one.said))
                group.keys += less.keys
                group.said.update(less.said)
                self._groups.update(dict.fromkeys(less.keys, group))
            else:
                group = found
        if group is not None:
            group.said[index] = None
        return alone

    def naming(self, key: Key) -> Sequence[int]:
        """Return the entries that name an id."""
        return self._naming.get(key, _NONE)

    def said(self, key: Key) -> Collection[int]:
        """Return the entries that may say with which others an id is one."""
        group = self._groups.get(key)
        return _NONE if group is None else group.said

    def ids(self, family: str, name: str) -> Iterable[str]:
        """Return the ids that may be one with this one, itself among them."""
        group = self._groups.get((family, name))
        return (name,) if group is None else (other for _, other in group.keys)

    def keys_in(self, changes: object) -> Iterator[Key]:
        """Yield the ids that may be one with others in what a correction puts; of whatever family, one too many."""
        if isinstance(changes, str):
            for name in {changes, changes.rpartition(":")[2]}:
                for family in self._families.get(name, ()):
                    yield family, name
        elif isinstance(changes, list | dict):
            for item in (*changes, *changes.values()) if isinstance(changes, dict) else changes:
                yield from self.keys_in(item)


def keys_of(event: Event) -> list[Key]:
    """Return all that an entry names which may be one with another."""
    found: dict[Key, None] = {}

    def kept(family: str, name: str) -> str:
        if family != "entry":
            found[family, name] = None
        return name

    renamed(event, kept)
    return list(found)


def joined_by(event: SameAs, changes: Iterable[dict[str, Any]]) -> Iterator[list[Key]]:
    """Yield the ids that an entry may say are one, as recorded or as corrected, for each family that it may mean."""
    families: set[str] = {event.kind}
    names = [event.keep, *event.same]
    for changed in changes:
        families.update(value for value in (changed.get("kind"),) if isinstance(value, str))
        names += [value for value in (changed.get("keep"),) if isinstance(value, str)]
        same = changed.get("same")
        names += [name for name in same if isinstance(name, str)] if isinstance(same, list) else []
    for family in sorted(families):
        yield [(family, name) for name in names]


class Names:
    """What ids read as at a cut, by the entries in force there that say which are one."""

    def __init__(self, merging: Merging, in_force: Callable[[Iterable[int]], list[SameAs]]) -> None:
        self._merging = merging
        self._in_force = in_force
        self._kept: dict[Key, str] = {}
        #: By id, the entries in force that say with which others it may be one.
        self._saying: dict[Key, tuple[str, ...]] = {}

    def kept(self, family: str, name: str) -> str:
        """Return as which id one of a family reads: itself unless it is said to be another."""
        said = self._merging.said((family, name))
        if not said:
            return name
        if (family, name) not in self._kept:
            self._settle(family, name, said)
        return self._kept[family, name]

    def of(self, family: str, name: str) -> list[str]:
        """Return the ids that read as one, that one itself last."""
        kept = self.kept(family, name)
        others = [other for other in self._merging.ids(family, name) if self.kept(family, other) == kept]
        return [*sorted(other for other in others if other != kept), kept]

    def read(self, event: Event) -> Event:
        """Return an entry with all that it names as it reads."""
        return renamed(event, self.kept)

    def saying(self, event: Event) -> tuple[str, ...]:
        """Return the entries that make something in an entry read as another, in the order of becoming known."""
        changed = [key for key in keys_of(event) if self.kept(*key) != key[1]]
        return tuple(dict.fromkeys(name for key in changed for name in self.said_of(*key)))

    def said_of(self, family: str, name: str) -> tuple[str, ...]:
        """Return the entries in force that say with which others an id may be one."""
        self.kept(family, name)
        return self._saying.get((family, name), ())

    def _settle(self, family: str, name: str, said: Iterable[int]) -> None:
        """Settle what all ids that may be one with one read as.

        What became known later wins where two entries keep another one of the same ids.
        """
        heads: dict[str, str] = {}
        members: dict[str, list[str]] = {}
        in_force = [event for event in self._in_force(said) if event.kind == family]
        for event in in_force:
            head = heads.setdefault(event.keep, event.keep)
            if head in event.same:
                # It was to read as another one, which it no longer does, nor do those that read as it.
                moved = members.pop(head, [head])
                heads.update(dict.fromkeys(moved, event.keep))
                head = event.keep
                members[head] = moved
            for other in event.same:
                before = heads.get(other, other)
                if before != head:
                    moved = members.pop(before, [before])
                    heads.update(dict.fromkeys(moved, head))
                    members.setdefault(head, [head]).extend(moved)
        for other in self._merging.ids(family, name):
            self._kept[family, other] = heads.get(other, other)
            self._saying[family, other] = tuple(event.id or "" for event in in_force)
