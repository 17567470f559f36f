"""Scripts in JSON Lines whose parts may be read apart from one another, and the reading of such a part."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tracker.events.references import reference_fields
from tracker.events.registry import EVENT_TYPES
from tracker.events.stage import AliasAdded, PartyAdded
from tracker.scripts.shorthands import Shorthands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.scripts.formats import ScriptItem

#: A name that is written as ids are, in JSON.
_AS_AN_ID: Final = r'"(?:[A-Z]{3}|[a-z0-9][a-z0-9._-]*)"'


def rests_on_its_order(lines: Iterable[bytes]) -> bool:
    """Say whether lines in JSON Lines have shorthands for which what stands before them must be known.

    Such are defaults, sources described where they are cited, and parties called by names that look like no id.
    """
    return any(map(_resting_on_order().search, lines))


@cache
def _resting_on_order() -> re.Pattern[bytes]:
    """Return what a line looks like whose shorthands rest on what stands before it."""
    fields = {
        written
        for kind in EVENT_TYPES.values()
        if not issubclass(kind, AliasAdded)
        for _, written, named in reference_fields(kind)
        if named == "party" and not (issubclass(kind, PartyAdded) and written == "party")
    }
    first = rf"(?:\[\s*(?:{_AS_AN_ID}\s*,\s*)*|\{{\s*(?:{_AS_AN_ID}\s*:[^,}}]*,\s*)*)?"
    fields.add("votes")  # the keys of which are parties
    party = rf'"(?:{"|".join(sorted(fields))})"\s*:\s*{first}(?!{_AS_AN_ID})"'
    return re.compile(rf'"(?:defaults|source)"\s*:\s*\{{|{party}'.encode())


def expand_alone(items: Iterable[ScriptItem]) -> Iterator[ScriptItem]:
    """Yield the items that those of a part stand for, each expanded by itself: names that look like ids are ids.

    What rests on its order is left as it is, so that it does not become an event.
    """
    for item in items:
        if _stays(item.data):
            yield item
        else:
            yield from Shorthands().expand([item])


def _stays(data: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether an entry is in the form in which it is recorded, as most are, or cannot be brought into it alone."""
    if not isinstance(data, dict):
        return True
    if data.get("event") == "NegotiationOpened" and "parties" in data:
        return False
    evidence = data.get("evidence", ())
    items = evidence if isinstance(evidence, list | tuple) else [evidence]
    is_long = items is evidence
    for item in items:
        if not isinstance(item, dict):
            is_long = False
        elif isinstance(item.get("source"), dict):
            return True
    return is_long
