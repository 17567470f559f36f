"""Templates: texts with columns in braces, ``t{id}``; one with a null cell gives no value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


class Template:
    """A text with columns in it, called with a row's cells by their names."""

    __slots__ = ("_first", "_parts", "names")

    def __init__(self, parts: list[str], names: list[str]) -> None:
        #: The texts before, between and behind the columns; one more than there are columns.
        self._parts = parts
        self.names = tuple(names)
        self._first = names[0] if len(names) == 1 and not any(parts) else None

    def __call__(self, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cell of JSON may be a list
        """Return the text with the cells of a row, or None; a cell that stands alone is given as it is."""
        if self._first is not None:
            return row[self._first]
        found = self._parts[0]
        for name, after in zip(self.names, self._parts[1:], strict=True):
            cell = row[name]
            if cell is None:
                return None
            found += f"{'; '.join(cell) if isinstance(cell, list) else cell}{after}"
        return found


def template(text: str) -> Template:
    """Return a text as a template; doubled braces are braces."""
    parts, names, at = [""], [], 0
    for found in _PART.finditer(text):
        parts[-1] += text[at : found.start()]
        at = found.end()
        if found[1] is None:
            parts[-1] += found[0][0]
        else:
            names.append(found[1])
            parts.append("")
    parts[-1] += text[at:]
    return Template(parts, names)
