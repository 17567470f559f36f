"""`communique same`, `retract` and `correct`: what is known better about ids and entries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from tracker.errors import EntryRejectedError, NameUnknownError, nearest
from tracker.events.knowledge import SameAs
from tui.commands.options import (
    Invocation,
    OneOf,
    by_option,
    complete_entry,
    complete_negotiation,
    negotiation_argument,
    styles,
    verb,
)
from tui.outcome import Outcome, rejected
from tui.output import answer, entry, json_document, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.events.base import Event
    from tracker.log import EventLog
    from tracker.recording import Receipt

#: Entries that are told one by one.
_TOLD: Final = 3
_KINDS: Final = get_args(SameAs.model_fields["kind"].annotation)
_RANGE: Final = re.compile(r"#([0-9]{1,18})(?:\.\.#?([0-9]{1,18}))?")
#: What people write for a range; an id has no other mark than a hyphen, and seldom digits alone.
_LIKE_RANGE: Final = re.compile(r"#?([0-9]{1,18})[-–—.:, ]{1,3}#?([0-9]{1,18})")

reason_option: Final = click.option(
    "--reason", metavar="TEXT", help="Why, in one sentence, kept with what is recorded."
)
dry_run_option: Final = click.option("--dry-run", is_flag=True, help="Check everything and record nothing.")


@verb(
    "same",
    examples=[
        (
            "Two ids of one round, of which the first is kept",
            "communique same round campbell-zeine march-delegation -n us-niger",
        ),
        ("Two names of one person", "communique same person 'Ali Mahaman Lamine Zeine' 'Ali Lamine Zeine' -n us-niger"),
    ],
)
@click.argument("kind", type=OneOf(_KINDS))
@click.argument("keep")
@click.argument("others", metavar="OTHER…", nargs=-1, required=True)
@click.option(
    "-n",
    "--negotiation",
    required=True,
    metavar="NEGOTIATION",
    shell_complete=complete_negotiation,
    help="The negotiation in which they are one.",
)
@reason_option
@dry_run_option
@by_option
@styles("json")
@click.pass_obj
def same_command(
    invocation: Invocation,
    *,
    kind: str,
    keep: str,
    others: tuple[str, ...],
    negotiation: str,
    reason: str | None,
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Say that ids of one KIND, or names of a person, mean one and the same, and read as the one to KEEP.

    What was said last holds: if KEEP read as one of the others, they read as it from now on. Retracting the entry that
    this records parts them again. Parties, matters, sources and persons can be one, and the things of every family.
    """
    from tracker.events.parsing import parse
    from tracker.retractions import with_new_ids

    if keep in others:
        raise click.UsageError(f"{keep} is the one to keep; name others that read as it")
    fields = {"event": "SameAs", "negotiation": negotiation, "kind": kind, "keep": keep, "same": list(others)}

    read: dict[str, str] = {}
    moved: dict[str, str] = {}

    def record(log: EventLog) -> Receipt:
        log.require(negotiation)
        event = parse(fields if reason is None else {**fields, "reason": reason})
        _require_named(log, negotiation, kind, (keep, *others))
        standing = _said_last(log, negotiation, kind, {keep, *others})
        before = _as_read(log, negotiation, kind)
        if standing is not None and standing.keep == keep and {*others} <= {*standing.same}:
            receipt = log.record([standing], by=by)
        else:
            receipt = log.record(_unless_standing(log, event, with_new_ids), by=by, places=[("", 0)])
        read.update(_as_read(log, negotiation, kind))
        moved.update({name: before[name] for name in before if before[name] != read[name]})
        return receipt

    def told(receipt: Receipt) -> str:
        names, kept = ", ".join(others), read.get(keep, keep)
        if receipt.already:
            return f"{names} and {keep} are one already" + (f", and read as {kept}" if kept != keep else "")
        line = f"{names} {_read(others)} as {kept}"
        if kept != keep:
            return f"{line}, as {keep} does"
        if keep in moved:
            line += f", and no longer {keep} as {moved[keep]}"
        also = [name for name in moved if name not in {keep, *others}]
        return f"{line}; so {'does' if len(also) == 1 else 'do'} {', '.join(also)}" if also else line

    return carried_out(invocation, record, told, by=by, dry_run=dry_run, style=style)


def _read(others: Sequence[str]) -> str:
    return "reads" if len(others) == 1 else "read"


def _as_read(log: EventLog, negotiation: str, kind: str) -> dict[str, str]:
    """Return as what each id of a kind that was said to be one with others reads, those that read as themselves too."""
    from projections.claims.claims import claims

    said = [one.event for one in log.read(negotiation) if isinstance(one.event, SameAs) and one.event.kind == kind]
    found = claims(log, negotiation) if said else None
    names = {name: None for event in said for name in (event.keep, *event.same)}
    return {name: found.kept(kind, name)[0] for name in names} if found is not None else {}


def _require_named(log: EventLog, negotiation: str, kind: str, names: Sequence[str]) -> None:
    """Raise `NameUnknownError` for an id of a thing that no entry of a negotiation names.

    Of a person, the name to keep may be new.
    """
    from projections.claims.same import keys_of

    if kind == "person":
        _require_cited(log, negotiation, names)
        return
    known = {name for recorded in log.read(negotiation) for family, name in keys_of(recorded.event) if family == kind}
    for name in names:
        if name not in known:
            hint = nearest(name, known) or "; `communique status` lists what there is"
            raise NameUnknownError(f"no entry of {negotiation} names {kind} {name!r}{hint}")


def _require_cited(log: EventLog, negotiation: str, names: Sequence[str]) -> None:
    """Raise `NameUnknownError` for a name of a person, but the first, that no entry has; say so of the first."""
    from projections.claims.persons import fold_name
    from tracker.events.stage import AliasAdded

    called: dict[str, str] = {}
    for recorded in log.read(negotiation):
        event = recorded.event
        found = [item.attributed_to for item in event.evidence]
        if isinstance(event, SameAs) and event.kind == "person":
            found += [event.keep, *event.same]
        elif isinstance(event, AliasAdded) and event.person:
            found += [event.person, event.alias]
        found.append(getattr(event, "person", None))
        called.update({fold_name(name): name for name in found if name})
    keep, *others = names
    for name in others:
        if fold_name(name) not in called:
            hint = nearest(name, called.values()) or "; write it as evidence cites it (attributed_to)"
            raise NameUnknownError(f"no entry of {negotiation} names a person {name!r}{hint}")
    if fold_name(keep) not in called:
        say(f"{keep} is a new name of a person{nearest(keep, called.values())}")


def _said_last(log: EventLog, negotiation: str, kind: str, names: set[str]) -> SameAs | None:
    """Return what was said last, and stands, of any of some names: by it they read."""
    from tracker.retractions import retractions

    said = [
        recorded.event
        for recorded in log.read(negotiation)
        if isinstance(recorded.event, SameAs)
        and recorded.event.kind == kind
        and names & {recorded.event.keep, *recorded.event.same}
    ]
    standing = retractions(log.store, negotiation) if said else {}
    return next((event for event in reversed(said) if event.id not in standing), None)


def _unless_standing(log: EventLog, event: Event, renew: Callable[[Any, list[Event]], list[Event]]) -> Sequence[Event]:
    """Return an entry as it is, or with a new id if the one that says the same is retracted."""
    from tracker.entry import prepare
    from tracker.retractions import retractions

    is_retracted = prepare(event).id in retractions(log.store, event.negotiation)
    return renew(log.store, [event]) if is_retracted else [event]


@verb(
    "retract",
    examples=[
        ("One entry", "communique retract us-niger base-refusal --reason 'misread'"),
        ("A whole file, by the range that `record` printed", "communique retract us-niger '#101..#110'"),
        ("Bring all of that back", "communique retract us-niger '#101..#110' --restore"),
    ],
)
@negotiation_argument()
@click.argument("entries", metavar="ENTRY…", nargs=-1, required=True, shell_complete=complete_entry)
@reason_option
@click.option("--restore", is_flag=True, help="Retract the retractions of these entries, so that they count again.")
@dry_run_option
@by_option
@styles("json")
@click.pass_obj
def retract_command(
    invocation: Invocation,
    *,
    negotiation: str,
    entries: tuple[str, ...],
    reason: str | None,
    restore: bool,
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Retract entries, or a batch given as '#101..#600', in one transaction: they no longer count, and stay visible.

    Of a batch only what belongs to NEGOTIATION is retracted. What is retracted already is counted, and not retracted
    twice. With --restore the retractions themselves are retracted.
    """
    from tracker.retractions import retracting, retractions

    already = 0

    def record(log: EventLog) -> Receipt:
        nonlocal already
        found = entries_meant(log, negotiation, entries)
        standing = retractions(log.store, negotiation)
        todo = [name for name in found if (name in standing) == restore]
        already = len(found) - len(todo)
        if restore:
            todo = [retraction for name in todo for retraction in standing[name]]
        else:
            # What a batch itself took back does not come back with it.
            own = {retraction for name in found for retraction in standing.get(name, ())}
            todo = [name for name in todo if name not in own]
        receipt = log.record(retracting(log.store, negotiation, todo, reason), by=by)
        return receipt if restore else told_of_unregistered(log, negotiation, todo, receipt)

    def told(receipt: Receipt) -> str:
        if restore:
            return f"restored {receipt.count}, not retracted {already}"
        return f"retracted {receipt.count}, already retracted {already}"

    return carried_out(invocation, record, told, by=by, dry_run=dry_run, style=style, already=lambda: already)


def told_of_unregistered(log: EventLog, negotiation: str, gone: Sequence[str], receipt: Receipt) -> Receipt:
    """Return a receipt that warns of what standing entries name though the entry that registers it is gone now."""
    from tracker.codec import decode
    from tracker.events.references import REGISTERED_BY, references
    from tracker.retractions import retractions

    ids = {*gone}
    kinds = {f"{kind.__name__}.": register for kind, register in REGISTERED_BY.items()}
    named: dict[tuple[str, str], list[str]] = {}
    for row in log.store.stream(negotiation):
        register = next((kinds[begins] for begins in kinds if row.topic.startswith(begins)), None)
        event = decode(row.topic, row.state, row.position).event if register else None
        if register and event is not None and event.id in ids:
            named[register, getattr(event, register)] = []
    standing = retractions(log.store, negotiation) if named else {}
    for recorded in log.read(negotiation) if named else ():
        for found in references(recorded.event) if recorded.id not in standing else ():
            if (found.kind, found.name) in named and recorded.id not in named[found.kind, found.name]:
                named[found.kind, found.name].append(recorded.id)
    told = [
        f"{kind} {name} is still named in {negotiation} by {', '.join(names[:_TOLD])}"
        f"{f' and {len(names) - _TOLD:,} more' if len(names) > _TOLD else ''}"
        for (kind, name), names in named.items()
        if names
    ]
    return replace(receipt, warnings=(*receipt.warnings, *told)) if told else receipt


def entries_meant(log: EventLog, negotiation: str, given: Sequence[str]) -> list[str]:
    """Return the ids of a negotiation's entries that are named, or stand in a range of positions; each once.

    Raises `NameUnknownError` for an entry, or a range of entries, that is not there. Says how many of a range belong to
    other negotiations.
    """
    from tracker.codec import entry_id

    log.require(negotiation)
    found: dict[str, None] = {}
    for word in given:
        match = _RANGE.fullmatch(word)
        if match is None:
            likely = _LIKE_RANGE.fullmatch(word)
            if likely is not None and not log.store.versions([(negotiation, word)]):
                raise NameUnknownError(f"{word} is no entry and no range; write '#{likely[1]}..#{likely[2]}'")
            found[log.entry(negotiation, word).id] = None
            continue
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise NameUnknownError(f"{word} ends before it begins; write '#{last}..#{first}'")
        rows = list(log.store.scan(max(first - 1, 0), last))
        own = [row for row in rows if row.negotiation == negotiation]
        if not own:
            raise NameUnknownError(
                f"no entry of {negotiation} stands at {word}; the log ends at #{log.store.max_position()}"
            )
        if last > (end := log.store.max_position()):
            raise NameUnknownError(f"{word} goes beyond the log, which ends at #{end}; write '#{first}..#{end}'")
        if len(own) < len(rows):
            say(f"{len(rows) - len(own):,} entries of {word} belong to other negotiations and are left as they are")
        found.update((entry_id(row.state) or "", None) for row in own)
    return list(found)


def carried_out(
    invocation: Invocation,
    record: Callable[[EventLog], Receipt],
    told: Callable[[Receipt], str],
    *,
    by: str | None,
    dry_run: bool,
    style: str | None,
    already: Callable[[], int] | None = None,
    more: Callable[[], dict[str, Any]] | None = None,
) -> int:
    """Record in one transaction, tell what came of it, and return the exit code.

    `told` is the line for people, `already` counts what was so before, and `more` is added to the document.
    """
    try:
        trial = invocation.trying(create=False) if dry_run else invocation.mending(by)
        with trial as log, log.transaction(commit=not dry_run):
            receipt = record(log)
            outcome = Outcome.of(receipt)
            outcome.tell_recorded(log, dry_run=dry_run)
    except EntryRejectedError as error:
        return rejected(error, dry_run=dry_run, style=style)
    if already is not None:
        outcome.already = already()
    outcome.warn()
    if style == "json":
        json_document({**outcome.to_json(dry_run=dry_run), **(more() if more else {})})
        return 0
    answer(f"{'would be: ' if dry_run else ''}{told(receipt)}")
    if outcome.range and not dry_run:
        say("recorded as {}".format("#{}..#{}".format(*outcome.range) if receipt.count > 1 else f"#{outcome.range[0]}"))
    return 0


__all__ = ["carried_out", "dry_run_option", "entries_meant", "entry", "reason_option", "told_of_unregistered"]
