"""`communique verify`: whether the log is what it was."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Final

import click

from tui.commands.options import Invocation, NamedPath, styles, verb
from tui.output import json_document, lines, rows, say, styled
from tui.rows.tables import Cell, Column
from tui.text import clean, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tracker.verify import Chain, Repair, Verification

_DIGEST: Final = re.compile("[0-9a-fA-F]{64}")
_OF_CHAIN: Final = ("ok", "entries", "head", "broken_at", "reason")
_COLUMNS: Final = tuple(map(Column, ("negotiation", *_OF_CHAIN)))


@verb(
    "verify",
    examples=[
        ("Check every chain of the log", "communique verify"),
        ("Check also that the log still holds what somebody noted down", "communique verify --head us-niger=3f1c…"),
        ("Every negotiation with its head, to be kept elsewhere", "communique verify --csv > heads.csv"),
        ("Hold the log against a bundle that was handed on", "communique verify --bundle us-niger.bundle"),
        (
            "Check that the kept documents are those that were registered",
            "communique verify --captures us-niger.captures",
        ),
        ("Make ids, snapshots and guards anew where they are wrong", "communique verify --repair-derived"),
    ],
)
@click.option(
    "--head",
    "heads",
    metavar="DIGEST",
    multiple=True,
    help="A digest, the log's or a negotiation's, or NEGOTIATION=DIGEST, that must be held unbroken; repeatable.",
)
@click.option(
    "--bundle",
    "bundles",
    type=NamedPath(),
    metavar="FILE",
    multiple=True,
    help="A bundle whose chains must be whole, and held by the log; repeatable.",
)
@click.option(
    "--captures",
    type=NamedPath(exists=True, file_okay=False),
    metavar="DIR",
    help="A folder of kept documents, which must be there and have the digests of their sources.",
)
@click.option(
    "--repair-derived",
    is_flag=True,
    help="Make ids, snapshots and guards anew where they are wrong and every stored byte is right.",
)
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def verify_command(
    invocation: Invocation,
    *,
    heads: tuple[str, ...],
    bundles: tuple[Path, ...],
    captures: Path | None,
    repair_derived: bool,
    style: str | None,
) -> int:
    """Recompute every chain of digests, and compare all that the log holds with the stored bytes.

    Looks at every row, its check sum and its columns, the index of ids, the snapshots, the tables and their guards.
    Exits with 1 where anything is not as it was recorded or a head is missing, and names the position. What no chain
    can show is that the owner made the log anew, or changed the order between negotiations: keep the log's head
    elsewhere, and hold the log against it with --head.
    """
    for head in heads:
        if _DIGEST.fullmatch(head.rpartition("=")[2]) is None:
            raise click.UsageError(
                f"{head!r} is no head; give the 64 hexadecimal digits that `communique verify` tells"
            )
    for path in bundles:
        invocation.require_apart(path)
    bundled, broken = _heads_of(bundles)
    repair = None
    if repair_derived:
        with invocation.mending() as log:
            result, repair = log.repair_derived([*heads, *bundled])
    else:
        with invocation.reading() as log:
            result = log.verify([*heads, *bundled])
    result.order += broken
    kept = _captures(invocation, captures, result) if captures else None
    for note in result.notes:
        say(note)
    said = [_repaired(result, repair)] if repair_derived else []
    _print(result, repair, style, said, kept)
    return 0 if result.ok and all(one["state"] == "same" for one in kept or ()) else 1


def _captures(invocation: Invocation, folder: Path, result: Verification) -> list[dict[str, str]]:
    """Return of each source with a digest whether the document that is kept in a folder is that one."""
    from projections.claims.claims import claims
    from tracker.documents.captures import kept_in, state_of

    kept = kept_in(folder)
    found = []
    with invocation.reading() as log:
        for name, chain in result.chains.items():
            if not chain.ok:
                say(f"{name} is broken, so that its sources tell nothing of what is kept")
                continue
            for source in claims(log, name).registers.sources.values():
                if digest := source.sha256:
                    state = state_of(kept.get(digest), digest)
                    found.append({"negotiation": name, "source": source.id, "sha256": digest, "state": state})
    return found


def _heads_of(bundles: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Return the heads in bundles, and which of these are broken, of which it is told where."""
    from tracker.errors import EntryRejectedError
    from tracker.transfer import bundle

    heads: list[str] = []
    broken: list[str] = []
    for path in bundles:
        try:
            heads += [f"{name}={head}" for name, head in bundle.heads(path).items()]
        except EntryRejectedError as error:
            broken.append(f"{path} is broken")
            for problem in error.problems:
                say(str(problem))
    return heads, broken


def _print(
    result: Verification,
    repair: Repair | None,
    style: str | None,
    said: list[str],
    kept: list[dict[str, str]] | None,
) -> None:
    if style in {"jsonl", "csv"}:
        chains = [{"negotiation": name, **_chain(chain)} for name, chain in result.chains.items()]
        rows(style, _COLUMNS, map(_cells, chains), records=lambda: chains, document=list)
        for what in _beside_chains(result):
            say(what)
        say(f"the log as a whole: head {result.head}")
        for line in _kept(kept or ()):
            say(line)
    elif style == "json":
        json_document({**to_json(result, repair), "captures": kept})
    else:
        lines(itertools.chain(said, _report(result), _kept(kept or ())))


def _kept(kept: Iterable[dict[str, str]]) -> Iterator[str]:
    """Yield the sources whose documents are not kept as they were, and how many are."""
    kept = list(kept)
    wrong = [one for one in kept if one["state"] != "same"]
    for one in wrong:
        yield clean(f"{one['negotiation']}: {one['source']}: the kept document is {one['state']} ({one['sha256']})")
    if kept:
        yield f"{counted(len(kept) - len(wrong), 'kept document')} of {len(kept):,} the same"


def _repaired(result: Verification, repair: Repair | None) -> str:
    if repair is None:
        why = "the entries themselves are not as they were recorded"
        if result.is_intact:
            why = "nothing was wrong"
        elif result.missing_heads:
            why = "a head is missing, so that entries may be"
        return f"nothing was made anew: {why}"
    made = f"{counted(repair.ids, 'id')}, {counted(repair.snapshots, 'snapshot')} and the guards"
    return clean(f"made anew from the stored bytes: {made}; what was wrong: {'; '.join(repair.was)}")


def to_json(result: Verification, repair: Repair | None = None) -> dict[str, Any]:
    """Return what was found as scripts read it."""
    return {
        "ok": result.ok,
        "entries": result.entries,
        "head": result.head,
        "negotiations": {name: _chain(chain) for name, chain in result.chains.items()},
        "missing_heads": list(result.missing_heads),
        "reason": result.reason,
        "notes": list(result.notes),
        "repaired": None if repair is None else {"was": repair.was, "ids": repair.ids, "snapshots": repair.snapshots},
    }


def _chain(chain: Chain) -> dict[str, Any]:
    return {name: getattr(chain, name) for name in _OF_CHAIN}


def _cells(chain: dict[str, Any]) -> list[Cell]:
    return ["yes" if value is True else "no" if value is False else value for value in chain.values()]


def _report(result: Verification) -> Iterator[str]:
    for name, chain in result.chains.items():
        if chain.ok:
            yield f"{clean(name)}: whole, {counted(chain.entries, 'entry', 'entries')}, head {chain.head}"
        else:
            at = f" at #{chain.broken_at}" if chain.broken_at is not None else ""
            yield styled(f"{clean(name)}: BROKEN{at}: {clean(chain.reason or '')}", fg="red")
    yield from (styled(clean(what), fg="red") for what in _beside_chains(result))
    entries, negotiations = result.entries, len(result.chains)
    if entries or result.ok:
        yield f"the log as a whole: head {result.head}"
    verdict = "ok" if result.ok else "NOT OK"
    yield f"{verdict}: {counted(entries, 'entry', 'entries')} in {counted(negotiations, 'negotiation')}"


def _beside_chains(result: Verification) -> Iterator[str]:
    """Yield what is wrong that is no single chain's."""
    if result.reason is not None:
        yield result.reason
    yield from (f"no unbroken chain holds {head}" for head in result.missing_heads)
