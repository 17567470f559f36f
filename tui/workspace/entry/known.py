"""Names that are written in a form: what is known, and which of it is meant by a name, a beginning or another case."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from projections.wording.folding import fold
from tracker.errors import EntryRejectedError, Problem
from tracker.scripts.shorthands import name_of_country, slug_of
from tracker.scripts.tables.lookups import states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tui.workspace.entry.fields import FormField

#: The event types that fill a register, by the register.
REGISTERING: Final = {
    "party": "PartyAdded",
    "matter": "MatterAdded",
    "source": "SourceRegistered",
    "person": "AliasAdded",
}
#: The fields of a correction itself: where it comes from, beside what it changes.
OWN: Final = "own."
_AT_LEAST: Final = 3
#: What the vocabulary asks for, if it is none of the fields that is wrong: ``give one of agreement, proposal``.
_ASKED: Final = re.compile(r"\bgive (?:one of )?(.+)")
_WORD: Final = re.compile(r"[a-z_]+")


def items(field: FormField, text: str) -> list[str]:
    """Return what was written in a field: one name, or those between commas."""
    parts = text.split(",") if field.sort == "list" else [text]
    return [part.strip() for part in parts if part.strip()]


def taken(field: FormField, text: str) -> str:
    """Return a text with what is meant by its names in place of them; what is not known, or not clear, stays.

    Of what the entry begins, the id is made of how it is called.
    """
    if not (field.choices or field.begins) or not text.strip():
        return text
    return ",".join(_one(field, part) for part in items(field, text))


def _one(field: FormField, text: str) -> str:
    folded = field.folded
    if text in folded.ids:
        return text
    wanted = fold(text)
    exact = folded.meant.get(wanted, [])
    if len(exact) == 1:
        return exact[0]
    if field.begins and not exact:
        # What is new has an id that is made of how it is called.
        return slug_of(text, "") or text
    # The beginning of a name may be another person's.
    if exact or field.register == "person" or len(wanted) < _AT_LEAST:
        return text
    begun = [choice for choice, *names in folded.called if any(name.startswith(wanted) for name in names)]
    return begun[0] if len(begun) == 1 else text


def unknown(field: FormField, text: str) -> list[str]:
    """Return the names in a field that are in no register: they must be added first, but for persons."""
    if not field.register:
        return []
    return [part for part in items(field, text) if _one(field, part) not in field.folded.ids]


def begun(field: FormField, text: str) -> list[str]:
    """Return the ids in a field of what the entry begins: an agreement, a round, that is not there yet."""
    if not field.begins:
        return []
    return [read for part in items(field, text) if (read := _one(field, part)) not in field.folded.ids]


def nearly_known(field: FormField, text: str) -> dict[str, str]:
    """Return the id of each thing that the entry begins and the only known one that begins as it is written."""
    found: dict[str, str] = {}
    for part in items(field, text) if field.begins else ():
        read, wanted = _one(field, part), fold(part)
        if wanted and read not in field.folded.ids:
            near = [choice for choice, *names in field.folded.called if any(name.startswith(wanted) for name in names)]
            found |= {read: near[0]} if len(near) == 1 else {}
    return found


def offered(field: FormField, text: str) -> Iterator[str]:
    """Yield the choices that the last name in a field may go on to, by id or by name."""
    last = fold(text.rpartition(",")[2].strip() if field.sort == "list" else text.strip())
    for choice, *names in field.folded.called:
        if any(last in name for name in names):
            yield choice


def completed(field: FormField, text: str) -> str | None:
    """Return a text with its last name completed, or None where nothing begins so."""
    head, comma, last = text.rpartition(",") if field.sort == "list" else ("", "", text)
    blanks = last[: len(last) - len(last.lstrip())]
    written = last.strip()
    given, wanted = set(items(field, head)), fold(written)
    if not wanted or written in field.folded.ids:
        return None
    # An id that begins so goes before a name that does.
    for place in (0, 1):
        for choice, *names in field.folded.called:
            if choice not in given and names[place].startswith(wanted):
                return head + comma + blanks + choice
    return None


def file_named(text: str) -> Path | None:
    """Return the file that a text is the path of, with or without quotation marks; None if there is none."""
    text = text.strip().strip("'\"")
    path = os.path.expanduser(text)  # noqa: PTH111 - it leaves what it does not know as it is, and raises nothing
    return Path(path) if set(text) & set("./\\") and os.path.isfile(path) else None  # noqa: PTH113 - the same


def registration(register: str, name: str) -> tuple[str, dict[str, str]]:
    """Return the event type that registers a name, and what its form begins with."""
    if register == "party":
        try:
            values = {**next(parties_of(name), {}), "role": "principal"}
        except EntryRejectedError:
            values = {"name": name}
    elif register == "person":
        values = {"alias": name}
    else:
        values = {register: slug_of(name, ""), "title": name}
    return REGISTERING[register], values


def parties_of(text: str) -> Iterator[dict[str, str]]:
    """Yield the id and the name of each party between commas; a state's is its ISO 3166-1 alpha-3 code.

    A party is there once, however often it is named. Raises `EntryRejectedError` for a name of which no id can be made.

    >>> list(parties_of("Niger, USA, Northern Front"))[2]
    {'party': 'northern-front', 'name': 'Northern Front'}
    """
    found: set[str] = set()
    for each in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        code = states().get(each) or each.upper()
        state = name_of_country(code)
        party = code if state else slug_of(each, "")
        if not party:
            raise EntryRejectedError([Problem(f"no id can be made of the party {each!r}; write it in Latin letters")])
        if party not in found:
            found.add(party)
            yield {"party": party, "name": state or each}


def pieces(values: Mapping[str, Any]) -> list[str]:
    """Return where the pieces of evidence stand of which anything is written, in order; blank ones leave no gap."""
    found = {
        int(path.split(".")[1]) for path, text in values.items() if path.startswith("evidence.") and str(text).strip()
    }
    return [f"evidence.{number}" for number in sorted(found)]


def field_of(problem: Problem, fields: Iterable[str], values: Mapping[str, str]) -> str | None:
    """Return the path of the field that a problem is about: an item's is its list's, a part's that of its whole.

    In a correction, what is wrong with what it changes has ``changes.`` before it.
    """
    place = problem.field.removeprefix("changes.")
    paths = list(fields)
    if place == problem.field and f"{OWN}{place}" in paths:
        return f"{OWN}{place}"
    written, parts = pieces(values), place.split(".")
    if parts[0] == "evidence" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) < len(written):
        place = ".".join([written[int(parts[1])], *parts[2:]])
    while place:
        if place in paths:
            return place
        if inside := next((path for path in paths if path.startswith(f"{place}.")), None):
            return inside
        place = place.rpartition(".")[0]
    return None


def first_to_mend(problems: Iterable[Problem], fields: Iterable[str], values: Mapping[str, str]) -> str | None:
    """Return the path of the first field that is wrong; of what is wrong with all of it, that of one it asks for."""
    paths = list(fields)
    for problem in problems:
        asked = _ASKED.search(problem.message)
        named = [word for word in _WORD.findall(asked[1]) if word in paths] if asked else []
        if found := field_of(problem, paths, values) or next(iter(named), None):
            return found
    return None
