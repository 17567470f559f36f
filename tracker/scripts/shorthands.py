"""Shorthands: what a script may write shortly, expanded while it is read to the entries that are recorded.

Defaults for the claims that follow, a source's name for a piece of evidence, a source described where it is first
cited, parties by their names, and the parties of a negotiation where it is opened. The entry that is recorded is the
long form, with the same id.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import EntryRejectedError, Problem, nearest
from tracker.events.parsing import field_names, parse
from tracker.events.references import written_references
from tracker.events.registry import event_types, find_event_type
from tracker.events.stage import AliasAdded, PartyAdded, SourceRegistered
from tracker.scripts.dates import dated
from tracker.scripts.formats import ScriptItem
from tracker.spelling import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tracker.events.base import Event
    from tracker.log import EventLog

_LONGEST: Final = 64
#: What a party or a source that is described where it is named gets from there.
_FIXED: Final = frozenset({"event", "negotiation", "party", "position", "version"})
#: Lists and mappings in which a party stands once.
_DISTINCT: Final = frozenset({"votes", "by", "parties", "to", "on", "members"})
#: What is an id of a party, and no name of one.
_PARTY_ID: Final = re.compile(r"[A-Z]{3}|[a-z0-9]+(?:-[a-z0-9]+)*")
#: What makes two descriptions of a source the same one.
_SAME_SOURCE: Final = ("publisher", "published", "title", "url")


class Shorthands:
    """Expands the items of one script after another; `log` is where parties and sources may be registered already.

    `dates` is the order of days in numbers, `dmy` or `mdy`, if dates are written as people do.
    """

    def __init__(
        self, log: EventLog | None = None, defaults: Mapping[str, Any] | None = None, dates: str | None = None
    ) -> None:
        self._log = log
        self._given = dict(defaults or {})
        self._dates = dates
        self._defaults: dict[str, Any] = {}
        self._known: dict[str, _Known] = {}

    @property
    def is_for_all(self) -> bool:
        """Whether something was given that holds for all claims: fields, or the order of dates."""
        return bool(self._given) or self._dates is not None

    def expand(self, items: Iterable[ScriptItem]) -> Iterator[ScriptItem]:
        """Yield the items that those of a script stand for."""
        self._defaults = dict(self._given)
        for item in items:
            data = item.data
            if not isinstance(data, dict):
                yield item
            elif data.keys() == {"defaults"}:
                yield from self._take_defaults(item)
            else:
                yield from self._expand(item)

    def _take_defaults(self, item: ScriptItem) -> Iterator[ScriptItem]:
        """Let the fields of a line of defaults hold for the claims that follow."""
        given = item.data["defaults"]
        if isinstance(given, dict):
            self._defaults = {**self._given, **given}
        problems = tuple(unknown_defaults(given))
        if item.problems or problems:
            yield item._replace(data=None, problems=(*item.problems, *problems))

    def _expand(self, item: ScriptItem) -> Iterator[ScriptItem]:
        data = item.data
        name = data.get("event") if isinstance(data, dict) else None
        kind = find_event_type(name) if isinstance(name, str) else None
        if kind is None:
            yield item
            return
        data = self._with_defaults(kind, data)
        if self._dates is not None:
            data = dated(kind, data, self._dates)
        problems = list(item.problems)
        negotiation = data.get("negotiation")
        known = self._of(negotiation) if isinstance(negotiation, str) else _Known()
        if "evidence" in data:
            data, found = _with_sources(known, data, problems)
            yield from (ScriptItem(item.line, registration) for registration in found)
        data = self._with_parties(kind, known, data, problems)
        parties = data.pop("parties") if name == "NegotiationOpened" and "parties" in data else None
        known.take(data)
        stage = list(_parties_of(parties)) if parties else []
        problems += [Problem(wrong, "parties") for _, wrong in stage if wrong]
        added = [{"event": "PartyAdded", "negotiation": negotiation, **party} for party, wrong in stage if not wrong]
        for party in added:
            known.take(party)
        added = [self._with_parties(PartyAdded, known, party, problems) for party in added]
        yield item._replace(data=data, problems=tuple(problems))
        yield from (ScriptItem(item.line, party) for party in _members_first(added))

    def _with_defaults(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        if not self._defaults:
            return dict(data)
        names = {*field_names(kind)} if kind.kind_of_entry == "claim" else {"negotiation"}
        return {**{name: value for name, value in self._defaults.items() if name in names}, **data}

    def _of(self, negotiation: str) -> _Known:
        known = self._known.get(negotiation)
        if known is None:
            known = self._known[negotiation] = _Known(self._log, negotiation)
        return known

    def _with_parties(
        self, kind: type[Event], known: _Known, data: dict[str, Any], problems: list[Problem]
    ) -> dict[str, Any]:
        """Return the fields with the ids of parties that are named otherwise; a name of two of them is a problem."""
        for reference in written_references(kind, data):
            if reference.kind != "party" or known.has_party(reference.name):
                continue
            if issubclass(kind, PartyAdded) and reference.field == "party":
                continue
            ids = sorted(known.parties_called(reference.name))
            if len(ids) == 1 and _stands_beside(data, reference.field.split("."), ids[0]):
                problems.append(
                    Problem(f"{reference.name!r} is {ids[0]}, which stands there too; keep one", reference.field)
                )
            elif len(ids) == 1:
                data = _put(data, reference.field.split("."), ids[0], reference.name)
            elif ids:
                message = f"{reference.name!r} is a name of {' and of '.join(ids)}; write one of the ids"
                problems.append(Problem(message, reference.field))
            elif not _PARTY_ID.fullmatch(reference.name) and (hint := known.hint(reference.name)):
                problems.append(Problem(f"no party is called {reference.name!r}{hint}", reference.field))
        return data


def unknown_defaults(given: Any) -> Iterator[Problem]:  # noqa: ANN401 - whatever was written
    """Yield a problem for each default that is a field of no event type."""
    if not isinstance(given, dict):
        yield Problem("must be a mapping of fields", "defaults")
        return
    known = {name for kind in event_types().values() for name in field_names(kind)}
    for name in given:
        if name not in known:
            yield Problem(f"is a field of no event type{nearest(str(name), known)}", f"defaults.{name}")


class _Known:
    """The parties by their names, and the sources, of one negotiation: those of the log, and of the script so far."""

    def __init__(self, log: EventLog | None = None, negotiation: str = "") -> None:
        self._log = log
        self._negotiation = negotiation
        self._ids: set[str] = set()
        #: Those that the log had registered when it was first asked.
        self._registered: set[str] | None = None
        self._parties: dict[str, set[str]] = {}
        self._sources: dict[str, tuple[Any, ...]] = {}
        #: The registrations that the log has, as far as no script has come to them yet.
        self._there: dict[str, Event] = {}
        self._registrations: dict[str, Mapping[str, Any]] = {}

    def _read(self) -> None:
        """Take in what the log has registered, when it is first asked for."""
        log, self._log = self._log, None
        if log is None or self._negotiation not in log.negotiations():
            return
        for recorded in log.read(self._negotiation):
            event = recorded.event
            if isinstance(event, PartyAdded | AliasAdded | SourceRegistered):
                self.take({"event": event.event, **event.model_dump(mode="json", by_alias=True)})
            if isinstance(event, SourceRegistered) and event.id == event.default_id():
                self._there.setdefault(event.source, event)

    def take(self, data: Mapping[str, Any]) -> None:
        """Take in an entry that may register a party, another name of one, or a source."""
        name = data.get("event")
        if name in {"PartyAdded", "AliasAdded"} and isinstance(data.get("party"), str):
            self._ids.add(data["party"])
            aliases = data.get("aliases")
            names = (data.get("name"), data.get("alias"), *(aliases if isinstance(aliases, list | tuple) else ()))
            for each in names:
                if isinstance(each, str) and each:
                    self._parties.setdefault(folded(each), set()).add(data["party"])
        elif name == "SourceRegistered" and isinstance(data.get("source"), str):
            self._sources.setdefault(data["source"], _described(data))
            self._registrations.setdefault(data["source"], data)

    def has_party(self, name: str) -> bool:
        """Say whether a party of this id is registered, in the script so far or in the log."""
        if name not in self._ids and self._registered is None:
            log = self._log
            there = log is not None and self._negotiation in log.negotiations()
            registers = log.application.negotiation(self._negotiation).registers if log is not None and there else {}
            self._registered = {*registers.get("party", ())}
        return name in self._ids or name in (self._registered or ())

    def parties_called(self, name: str) -> set[str]:
        """Return the ids of the parties of which this is a name."""
        self._read()
        return self._parties.get(folded(name), set())

    def hint(self, name: str) -> str:
        """Return which party somebody may have meant by a name that none has, empty where no name is like it."""
        found = Words(self._parties).nearest(folded(name))
        return f"; did you mean {' or '.join(sorted(self._parties[found]))}?" if found else ""

    def said_otherwise(self, slug: str, described: Mapping[str, Any]) -> Iterator[str]:
        """Yield what a description of a registered source says otherwise than its registration."""
        registered = self._registrations.get(slug, {})
        for name, value in described.items():
            there = registered.get(name) or ("F" if name == "reliability" else None)
            is_same = list(value) == list(there or ()) if isinstance(value, list | tuple) else str(value) == str(there)
            if value is not None and not is_same and name not in {"source", *_SAME_SOURCE}:
                yield f"{slug} is registered with {name} {there or 'left out'}, not {value}; correct its registration"

    def is_that_of_the_log(self, registration: Mapping[str, Any]) -> bool:
        """Say once for a source whether it is registered in the log by the very words that describe it."""
        there = self._there.pop(str(registration["source"]), None)
        try:
            return there is not None and parse(registration).canonical() == there.canonical()
        except EntryRejectedError:
            return False

    def source(self, described: Mapping[str, Any]) -> tuple[str, bool]:
        """Return the id of a source that is described, and whether it is registered already."""
        self._read()
        same = _described(described)
        if described.get("source"):
            slug = str(described["source"])
            return slug, self._sources.get(slug) == same
        slug = base = slug_of(f"{described.get('publisher') or 'source'} {described.get('published') or ''}")
        number = 1
        while self._sources.get(slug, same) != same:
            number += 1
            slug = f"{base[: _LONGEST - len(str(number)) - 1]}-{number}"
        return slug, slug in self._sources


def _with_sources(
    known: _Known, data: dict[str, Any], problems: list[Problem]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the fields with evidence in its long form, and the registrations of sources described in it.

    What is described and registered already with other words is a problem.
    """
    evidence = data["evidence"]
    items = evidence if isinstance(evidence, list) else [evidence]
    found: list[dict[str, Any]] = []
    long = []
    for number, item in enumerate(items):
        if isinstance(item, str):
            long.append({"source": item})
            continue
        if isinstance(item, dict) and isinstance(item.get("source"), dict):
            described = item["source"]
            place = f"evidence.{number}.source" if isinstance(evidence, list) else "evidence.source"
            if fixed := sorted(_FIXED & described.keys()):
                problems.append(Problem(f"a source that is described here may not say its {fixed[0]}", place))
                continue
            slug, is_there = known.source(described)
            if is_there:
                problems += (Problem(told, place) for told in known.said_otherwise(slug, described))
            registration = {"event": "SourceRegistered", "negotiation": data.get("negotiation"), **described}
            registration["source"] = slug
            if not is_there:
                known.take(registration)
            # One that the log has is an entry of the script all the same: it is counted as already there.
            if not is_there or known.is_that_of_the_log(registration):
                found.append(registration)
            long.append({**item, "source": slug})
            continue
        long.append(item)
    is_list = isinstance(evidence, list | str) or bool(found)
    return {**data, "evidence": long if is_list else evidence}, found


def _parties_of(given: Any) -> Iterator[tuple[dict[str, Any], str | None]]:  # noqa: ANN401 - whatever was written
    """Yield the fields of each party that a negotiation is opened with, and what is wrong with it."""
    if not isinstance(given, dict | list):
        yield {}, "must be a mapping of parties to their names, or a list of ISO 3166-1 alpha-3 codes"
        return
    for party in given:
        told = given[party] if isinstance(given, dict) else name_of_country(party)
        if isinstance(told, dict):
            fields, problem = told, None
        elif isinstance(told, str):
            fields, problem = {"name": told}, None
        elif isinstance(given, list):
            fields, problem = {}, f"{party!r} is no ISO 3166-1 alpha-3 code; give a mapping of parties to their names"
        else:
            fields, problem = {}, f"{party!r} must have a name, or a mapping of its fields"
        if fixed := sorted(_FIXED & fields.keys()):
            problem = f"{party!r} may not say its {fixed[0]}, which stands outside"
        yield {"party": party, "role": "principal", **fields}, problem


def _members_first(parties: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield parties in the order in which they stand, but each after those that it names as its members, or is of."""
    known = {str(party["party"]): party for party in parties}
    left = dict(known)
    stack = [(name, False) for name in reversed(left)]
    while stack:
        name, is_ready = stack.pop()
        if is_ready:
            yield known[name]
            continue
        party = left.pop(name, None)
        if party is not None:
            members = party.get("members")
            named = [*(members if isinstance(members, list | tuple) else ()), party.get("of")]
            stack.append((name, True))
            stack += [(str(other), False) for other in reversed(named) if str(other) in left]


def name_of_country(code: object) -> str | None:
    """Return the English short name of a state by its ISO 3166-1 alpha-3 code, None if there is none of that code."""
    from iso3166 import countries_by_alpha3

    country = countries_by_alpha3.get(code) if isinstance(code, str) else None
    return country.name if country else None


def _stands_beside(data: dict[str, Any], path: list[str], value: str) -> bool:
    """Say whether an id stands in the list or mapping in which a path names another place."""
    here: Any = data
    for part in path[:-1]:
        here = here[int(part)] if isinstance(here, list | tuple) and part.isdecimal() else here.get(part, {})
    return isinstance(here, dict | list | tuple) and path[0] in _DISTINCT and value in here


def _put(data: dict[str, Any], path: list[str], value: str, name: str) -> dict[str, Any]:
    """Return fields with another value at a path; of a mapping, the key that is the name is replaced."""

    def put(here: Any, rest: list[str]) -> Any:  # noqa: ANN401 - any JSON
        if not rest:
            # A subject stays one: ``party:Norway`` becomes ``party:NOR``.
            return f"party:{value}" if here == f"party:{name}" else value
        if isinstance(here, list | tuple):
            return [put(item, rest[1:]) if str(index) == rest[0] else item for index, item in enumerate(here)]
        if isinstance(here, dict) and here.get(rest[0]) is not None and len(rest) == 1 and rest[0] == name:
            return {value if key == name else key: item for key, item in here.items()}
        return {key: put(item, rest[1:]) if key == rest[0] else item for key, item in here.items()}

    found: dict[str, Any] = put(data, path)
    return found


def _described(source: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(str(source[name]) if source.get(name) else None for name in _SAME_SOURCE)


def slug_of(text: str, default: str = "source") -> str:
    """Return a text as a slug of at most 64 characters."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:_LONGEST].strip("-") or default


def folded(name: str) -> str:
    """Return a name as names are compared: without case and accents, with single blanks."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())
