"""Forms: what was put in, what it means, the entry that it makes, and what recording that would change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from projections.claims.history import History
from projections.judgement.findings.settled import named_in
from projections.views.diff import Difference, diff
from projections.views.status import status
from tracker.dates import DateError, When
from tracker.dates.informal import at_prompt
from tracker.errors import EntryRejectedError, LogError, Problem
from tracker.events.base import Amount, Event
from tracker.events.counting import ambiguous
from tracker.events.knowledge import AssessmentChanged, EntryCorrected, EntryCorroborated
from tracker.events.parsing import build
from tracker.events.registry import event_types
from tracker.scripts.paths import date_fields, list_fields, nest
from tui.environment import today as this_day
from tui.kept import Unfinished
from tui.workspace.entry.fields import (
    FIGURE_PARTS,
    NO,
    YES,
    example_of,
    holds,
    is_document,
    is_number,
    words_in_mapping,
)
from tui.workspace.entry.figures import figure_of, figure_text, in_words, number_of, readings_of
from tui.workspace.entry.known import OWN, begun, pieces, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from projections.claims.readings import Reading
    from tracker.log import EventLog
    from tui.workspace.entry.fields import FormField
    from tui.workspace.time.session import Session

_CLASH: Final = "was corrected by somebody else meanwhile; esc, and c begins from how it reads now"
#: What a form that registers a name begins with, by which it is known again.
_CALLED: Final = frozenset({"party", "matter", "source", "alias", "name", "title"})
#: What stays for the next entry from the same report.
_STAYS: Final = frozenset({"source", "attributed_to", "role", "credibility", "language"})


def families() -> dict[str, list[str]]:
    """Return the event types by family, both in the vocabulary's order; those of other packages come last."""
    found: dict[str, list[str]] = {}
    for name, kind in event_types().items():
        found.setdefault(kind.family or "other", []).append(name)
    return found


def own_values(values: dict[str, str]) -> dict[str, str]:
    """Take the fields of the correction itself out of what was put in, and return them."""
    return {path.removeprefix(OWN): values.pop(path) for path in list(values) if path.startswith(OWN)}


def event_of(kind: type[Event], negotiation: str, values: Mapping[str, Any]) -> Event:
    """Return the event that a form's values make; blank ones are left out.

    Raises `EntryRejectedError` with every problem's field.
    """
    problems: list[Problem] = []
    cells = [(path, path.split("."), value) for path, value in _cells(kind, values)]
    fields = nest(cells, problems)
    try:
        event = build(kind, {"negotiation": negotiation, **fields})
    except EntryRejectedError as error:
        told = (_in_words(problem, kind, values) for problem in error.problems)
        raise EntryRejectedError(list(dict.fromkeys([*problems, *told]))) from None
    problems += ambiguous(event, fields)
    if problems:
        raise EntryRejectedError(problems)
    return event


def _cells(kind: type[Event], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what was put in as the fields that it means, dotted where they are inside others."""
    figures = {info.alias or name for name, info in kind.model_fields.items() if holds(info.annotation, Amount)}
    dates = date_fields(kind)
    documents = {info.alias or name for name, info in kind.model_fields.items() if is_document(info.annotation)}
    mappings = {info.alias or name for name, info in kind.model_fields.items() if words_in_mapping(info.annotation)}
    numbers = {info.alias or name for name, info in kind.model_fields.items() if is_number(info.annotation)}
    places = {old: f"evidence.{new}" for new, old in enumerate(pieces(values))}
    for path, given in values.items():
        value = given.strip() if isinstance(given, str) else given
        if not value:
            continue
        if path in dates and isinstance(value, str):
            yield path, at_prompt(value, this_day())
        elif path in figures:
            # What is none goes on as it is, to be refused.
            parts = figure_of(value) or {"value": value}
            yield from ((f"{path}.{part}", said) for part, said in parts.items())
        elif isinstance(value, str) and path in documents:
            yield path, _mapping(value) if path in mappings else _json(value)
        elif path in numbers:
            yield path, number_of(value) or value
        elif path in list_fields(kind):
            yield path, [part.strip() for part in value.split(",") if part.strip()]
        elif path.startswith("evidence."):
            group, _, name = path.rpartition(".")
            yield f"{places[group]}.{name}", value
        else:
            yield path, value


def _in_words(problem: Problem, kind: type[Event], values: Mapping[str, Any]) -> Problem:
    """Return a problem as it is told in a form: of what is no figure with what that may mean, of a mapping its form."""
    path, _, part = problem.field.rpartition(".")
    text = values.get(path)
    if part == "value" and isinstance(text, str) and figure_of(text) is None:
        return Problem(readings_of(text), path)
    info = next((info for name, info in kind.model_fields.items() if problem.field in {name, info.alias}), None)
    if info is not None and (words := words_in_mapping(info.annotation)) and values.get(problem.field):
        return Problem(f"is not clear; write it as {example_of(words)}, each name once", problem.field)
    return problem


def _json(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _mapping(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a mapping that is written as ``KGZ: for, USA: against``, or as JSON; the text where it is neither."""
    pairs = [[each.strip() for each in part.split(":")] for part in text.split(",") if part.strip()]
    is_plain = all(len(pair) == len(("name", "word")) and all(pair) for pair in pairs)
    if text.startswith("{") or not is_plain or len({name for name, _ in pairs}) < len(pairs):
        return _json(text)
    return dict(pairs)


def values_of(event: Event) -> dict[str, str]:
    """Return what a form holds that would make an event."""
    document = json.loads(event.canonical())
    fields = type(event).model_fields.items()
    documents = {info.alias or name for name, info in fields if is_document(info.annotation)}
    mappings = {info.alias or name for name, info in fields if words_in_mapping(info.annotation)}
    values: dict[str, str] = {}
    for name, value in document.items():
        if name in mappings:
            values[name] = ", ".join(f"{key}: {word}" for key, word in value.items())
        elif name in documents:
            values[name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, dict):
            values[name] = figure_text(value)
            values.update({f"{name}.{part}": str(value[part]) for part in FIGURE_PARTS if value.get(part)})
        elif name == "evidence":
            for number, item in enumerate(value):
                values.update({f"evidence.{number}.{part}": str(text) for part, text in item.items()})
        else:
            values[name] = _written(value)
    return values


def _written(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return a value as a form takes it."""
    if isinstance(value, bool):
        return YES if value else NO
    return ",".join(value) if isinstance(value, list) else str(value)


def meaning(field: FormField, text: str) -> str:
    """Return what a value means while it is being written: a date's bounds, a figure; empty if nothing is to say."""
    if field.sort == "figure":
        return in_words(text)
    if field.sort != "date" or not text.strip():
        return ""
    try:
        when = When(at_prompt(text.strip(), this_day()))
    except DateError as error:
        return str(error)
    flags = [word for word, is_so in (("approximate", when.approximate), ("uncertain", when.uncertain)) if is_so]
    earliest, latest = when.earliest_iso() or "open", when.latest_iso() or "open"
    return " · ".join([earliest if earliest == latest else f"{earliest} to {latest}", *flags])


def changed(before: Event, after: Event) -> dict[str, Any]:
    """Return the fields in which two versions of an entry differ, as a correction takes them; None removes one."""
    old, new = json.loads(before.canonical()), json.loads(after.canonical())
    return {name: new.get(name) for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)}


def entry_of(
    kind: type[Event],
    session: Session,
    fields: Mapping[str, FormField],
    values: Mapping[str, str],
    corrected: Reading | None = None,
) -> Event:
    """Return the event that a form records, a correction if an entry is `corrected`, as it read when it was opened.

    Raises `EntryRejectedError`, also if somebody else has corrected a field otherwise meanwhile, if what is to
    corroborate cites nothing, and if a finding is settled without a reason: older logs may hold both.
    """
    called = title_of_new(kind, fields, values) if corrected is None else {}
    values = {path: taken(fields[path], text) if path in fields else text for path, text in values.items()} | called
    if corrected is None:
        event = event_of(kind, session.negotiation, values)
        if isinstance(event, EntryCorroborated) and not event.evidence:
            raise EntryRejectedError([Problem("name the source that joins the others", "evidence.0.source")])
        if isinstance(event, AssessmentChanged) and named_in(event.note) and not event.reason:
            raise EntryRejectedError([Problem("say why the finding is settled", "reason")])
        return event
    reason = values.pop("reason", "")
    own = own_values(values)
    now = session.at_present(corrected.id) or corrected
    # What was not touched here stays as somebody else may have corrected it since the form was opened.
    try:
        after = event_of(kind, session.negotiation, values)
    except EntryRejectedError as error:
        told = [replace(each, field=each.field and f"changes.{each.field}") for each in error.problems]
        raise EntryRejectedError(told) from None
    differing = changed(corrected.event, after)
    if not differing:
        raise EntryRejectedError([Problem("nothing differs from how the entry reads; change a field")])
    meanwhile = changed(corrected.event, now.event)
    clashes = [name for name in differing if meanwhile.get(name, differing[name]) != differing[name]]
    if clashes:
        raise EntryRejectedError([Problem(_CLASH, f"changes.{name}") for name in clashes])
    said = {"entry": corrected.id, "reason": reason, "changes": differing, **own}
    return event_of(EntryCorrected, session.negotiation, said)


def title_of_new(kind: type[Event], fields: Mapping[str, FormField], values: Mapping[str, str]) -> dict[str, str]:
    """Return the title of what the entry begins: the words of which its id is made, if nobody has given another."""
    subject = kind.machine.subject if kind.machine is not None else ""
    words = values.get(subject, "").strip()
    if subject not in fields or "title" not in kind.model_fields or values.get("title", "").strip():
        return {}
    new = begun(fields[subject], words)
    return {"title": words} if new and new != [words] else {}


def begun_before(drafts: Iterable[Unfinished], kind: str, values: dict[str, str]) -> Unfinished:
    """Return the draft that was begun of an entry that registers a name, or a new one with its first values."""
    for draft in drafts:
        if draft.kind == kind and any(draft.values.get(path) == values.get(path) for path in _CALLED & values.keys()):
            return draft
    return Unfinished(kind, values)


def fixed_paths(draft: Unfinished) -> list[str]:
    """Return the fields of a draft that no form changes: the entry that is retracted."""
    is_retraction = draft.kind == "EntryRetracted" and draft.corrects is None
    return ["entry"] if is_retraction and draft.values.get("entry") else []


def staying(kind: type[Event], values: Mapping[str, str], source: str) -> dict[str, str]:
    """Return what stays for the next entry from the same report; a source just registered is its report."""
    if source:
        return {"evidence.0.source": source}
    dates = () if "published" in kind.__annotations__ else ("occurred", "published")
    return {
        path: text
        for path, text in values.items()
        if text.strip() and (path in dates or (path.startswith("evidence.") and path.rpartition(".")[2] in _STAYS))
    }


class Preview(NamedTuple):
    """What recording an entry would do: what is wrong with it, or what would be said otherwise at the present.

    `retracted` are the entries that have retracted the one that it is about.
    """

    problems: tuple[Problem, ...]
    already: bool
    difference: Difference
    retracted: tuple[str, ...] = ()


def preview(log: EventLog, history: History, event: Event, *, today: date | None = None) -> Preview:
    """Return what recording an event would do; nothing is recorded.

    Raises `LogError` where the log cannot be read.
    """
    receipt = log.record([event], keep_going=True, dry_run=True)
    nothing = Difference((), (), ())
    if receipt.problems or not receipt.recorded:
        return Preview(receipt.problems, receipt.already > 0, nothing)
    last = history.entries[-1].position if history.entries else 0
    added = [recorded._replace(position=last + number) for number, recorded in enumerate(receipt.recorded, start=1)]
    before = status(history, history.negotiation, today=today)
    after = status(History(history.negotiation, [*history.entries, *added]), history.negotiation, today=today)
    about = before.claims.get(getattr(event, "entry", None) or "")
    retracted = tuple(about.retracted_by) if about is not None else ()
    return Preview((), already=False, difference=diff(before, after), retracted=retracted)


def foretold(log: EventLog, session: Session, make: Callable[[], Event]) -> Preview | tuple[Problem, ...]:
    """Return what recording the event that is made would do in a session, or what is wrong with it."""
    try:
        return preview(log, session.history, make(), today=session.today)
    except EntryRejectedError as error:
        return error.problems
    except LogError as error:
        return (Problem(str(error)),)
