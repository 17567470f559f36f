"""Which entries may come to read otherwise on the way from one cut to another."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tracker.dates import DateError, When, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.claims import Reach
    from projections.claims.history import History


class Watch:
    """The places on the axes of the public and of the log at which entries may begin to read otherwise.

    An entry and all that is said about it are read together. They may read otherwise where one of them is recorded or
    may become known, and where that holds of what is said about a source that dates them.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._trees: list[list[int]] = []
        self._known: list[tuple[tuple[int, int], int]] = []
        self._recorded: list[tuple[int, int]] = []
        roots = dict.fromkeys(history.root(index) for index in sorted(history.touched))
        for number, root in enumerate(roots):
            tree = history.tree(root)
            self._trees.append(tree)
            said = dict.fromkeys((*tree[1:], *self._about_sources(tree)))
            self._known += [(key, number) for key in {key for index in said for key in self._publications(index)}]
            self._recorded += [(index + 1, number) for index in {*tree, *said}]
        self._known.sort()
        self._recorded.sort()

    def between(self, start: Reach, end: Reach) -> list[list[int]]:
        """Return the entries that may read otherwise at one reach than at another, each with what is said about it."""
        numbers = {
            *_between(self._known, start.known, end.known),
            *_between(self._recorded, start.recorded, end.recorded),
        }
        return [self._trees[number] for number in numbers]

    def _about_sources(self, tree: list[int]) -> Iterator[int]:
        """Yield what is said about the sources that may date some entries, and about those that date that in turn."""
        history = self._history
        seen: set[str] = set()
        todo = [source for index in tree for source in history.dating(index)]
        while todo:
            source = todo.pop()
            if source in seen or source not in history.unsettled:
                continue
            seen.add(source)
            for registration in history.registrations[source]:
                said = history.tree(registration)
                yield from said
                todo += [name for index in said[1:] for name in history.dating(index)]

    def _publications(self, index: int) -> Iterator[tuple[int, int]]:
        """Yield every (last instant of publication, position) that an entry can have at any cut."""
        history = self._history
        recorded = history.entries[index]
        if recorded.event.published is not None:
            yield recorded.event.published.upper, recorded.position
        for upper in self._put(index):
            yield upper, recorded.position
        if history.may_lack_date(index):
            yield instant(recorded.recorded_at), recorded.position
        for source in dict.fromkeys(history.dating(index)):
            for upper in self._dates(source):
                yield upper, recorded.position

    def _dates(self, source: str) -> Iterator[int]:
        """Yield the last instant of every publication that a source can have at any cut."""
        history = self._history
        for registration in history.registrations.get(source, ()):
            recorded = history.entries[registration]
            if recorded.event.published is not None:
                yield recorded.event.published.upper
            yield from self._put(registration)

    def _put(self, index: int) -> Iterator[int]:
        """Yield the last instant of every publication that a correction can put in the place of an entry's own."""
        for changed in self._history.changes(index):
            text = changed.get("published")
            if isinstance(text, str):
                with suppress(DateError):
                    yield When(text).upper


def _between(places: list[tuple[Any, int]], start: Any, end: Any) -> Iterator[int]:  # noqa: ANN401 - on either axis
    """Yield what is watched at the places after one and up to another, whichever comes first."""
    if start != end:
        low, high = sorted((start, end))
        first, last = (bisect_right(places, place, key=itemgetter(0)) for place in (low, high))
        yield from (number for _, number in places[first:last])
