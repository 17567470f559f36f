"""What the first rows of a table make, as a script would write it, without a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json

from tracker.scripts.tables.functions import Suffixes
from tracker.scripts.tables.importing import own_ids, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.entry import Prepared
    from tracker.errors import Problem
    from tracker.scripts.tables.conversion import Key
    from tracker.scripts.tables.importing import TableSource


class Previewed(NamedTuple):
    """A row of a table: where it stands, the entries that it makes with what they need, or what is wrong with it.

    `already` counts what they need and is there.
    """

    file: str
    line: int
    entries: list[dict[str, Any]]
    problems: Sequence[Problem]
    already: int = 0


def preview(source: TableSource, most: int, is_there: Callable[[Key], bool] = lambda _: False) -> Iterator[Previewed]:
    """Yield the rows of tables that are used or rejected, up to so many that are used; raises as `parts_of` does.

    What entries need is left out where it `is_there`.
    """
    told: set[Key] = set()
    ids = Suffixes()
    used = 0
    for part in parts_of(source, ahead=False):
        for out in part.chunk.rows:
            kept = own_ids(out, ids)
            if out.problems:
                yield Previewed(part.file, out.line, [], out.problems)
            elif out.entries or out.needs:
                new = [key for key in dict.fromkeys(out.needs) if key not in told]
                told.update(new)
                missing = [key for key in new if not is_there(key)]
                entries = [_written(part.chunk.registrations[key], None) for key in missing]
                named = [entry.id for entry in out.entries if (entry.negotiation, entry.id) in out.ids]
                for before, entry in zip(out.entries, kept.entries, strict=True):
                    entries.append(_written(entry, entry.id if before.id in named else None))
                yield Previewed(part.file, out.line, entries, (), len(new) - len(missing))
                used += 1
                if used == most:
                    return


def _written(entry: Prepared, own_id: str | None) -> dict[str, Any]:
    """Return an entry as a script writes it."""
    named = {"id": own_id} if own_id is not None else {}
    content: dict[str, Any] = from_json(b"{%s}" % entry.content)
    return {"event": entry.event, "negotiation": entry.negotiation, **named, **content}
