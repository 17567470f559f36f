"""`communique source add`: a saved document becomes a source."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from tui import environment
from tui.adding import Adding, Item
from tui.commands.options import Invocation, NamedPath, by_option, complete_negotiation, styles, verb
from tui.outcome import Outcome, say_outcome
from tui.output import json_document, json_lines, lines, say
from tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@verb(
    "source",
    examples=[
        ("Register a page that a browser has saved", "communique source add us-niger.html -n us-niger"),
        (
            "Grade it, and keep the file beside the log",
            "communique source add us-niger.html -n us-niger --set reliability=B --keep us-niger.captures",
        ),
        ("See what would be recorded", "communique source add us-niger.html -n us-niger --dry-run --json"),
    ],
)
@click.argument("what", metavar="add", type=click.Choice(["add"]))
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=NamedPath())
@click.option(
    "-n",
    "--negotiation",
    required=True,
    metavar="NEGOTIATION",
    shell_complete=complete_negotiation,
    help="The negotiation it is a source of.",
)
@click.option("--as", "slug", metavar="SLUG", help="The source's id.  [default: made from publisher and day]")
@click.option("--set", "assignments", metavar="FIELD=VALUE", multiple=True, help="Say a field yourself; repeatable.")
@click.option(
    "--keep",
    metavar="DIR",
    type=NamedPath(file_okay=False),
    help="Keep a copy there, named by its digest.  [default: COMMUNIQUE_CAPTURES, else none is kept]",
)
@click.option("--dry-run", is_flag=True, help="Record and keep nothing.")
@by_option
@styles("json", "jsonl")
@click.pass_obj
def source_command(
    invocation: Invocation,
    *,
    what: str,  # noqa: ARG001 - there is one thing to do so far
    files: tuple[Path, ...],
    negotiation: str,
    slug: str | None,
    assignments: tuple[str, ...],
    keep: Path | None,
    dry_run: bool,
    by: str | None,
    style: str | None,
) -> int:
    """Register documents as sources: saved pages (HTML, MHTML), WARC files, PDFs, and items of CSL-JSON.

    Nothing is fetched. Publisher, title, author, address, language, day of publication, digest and time of capture are
    what the file tells. The day is filled in only if two readings of it agree; else the source was published at the
    latest on the day of its capture, and what the file tells is listed. Kind and reliability are yours to say. A
    document that is registered already is told, with what --set says otherwise of it, and not registered again. HTML
    and MHTML need nothing more; WARC files and PDFs need the extra `capture`, which also finds more days in the text of
    pages.
    """
    if slug is not None:
        if len(files) > 1:
            raise click.UsageError("--as names one source; give one file, or leave it out")
        assignments = (*assignments, f"source={slug}")
    for file in files:
        invocation.require_apart(file)
    folder = None if dry_run else keep or environment.captures_folder()
    adding = Adding(negotiation, _given(negotiation, assignments), folder, dry_run=dry_run)
    counted = _Counted(negotiation)
    from tracker.documents.bounded import Worker
    from tracker.errors import nearest

    with ExitStack() as stack:
        log = stack.enter_context(invocation.trying() if dry_run else invocation.writing(by))
        worker = stack.enter_context(Worker())
        known = log.negotiations()
        if negotiation not in known and (hint := nearest(negotiation, known)):
            say(f"{negotiation} is a new negotiation{hint}")
        if dry_run and not log.read_only:
            stack.enter_context(log.transaction(commit=False))
        items: Iterable[Item] = map(counted.count, adding.add(log, worker, files))
        if dry_run:
            # What cannot be printed is no fault of the log's transaction.
            items = list(items)
        else:
            _print(items, counted, style, dry_run=dry_run, several=len(files) > 1)
    if dry_run:
        _print(items, counted, style, dry_run=dry_run, several=len(files) > 1)
    counted.tell_missing()
    if style is None:
        say_outcome(counted.outcome, dry_run=dry_run, style=None)
    else:
        counted.outcome.warn()
    return 1 if counted.outcome.rejected else 0


def _print(items: Iterable[Item], counted: _Counted, style: str | None, *, dry_run: bool, several: bool) -> None:
    """Print what becomes of documents as it does."""
    if style == "jsonl":
        json_lines(_to_json(item) for item in items)
    elif style == "json":
        found = [_to_json(item) for item in items]
        json_document({**counted.outcome.to_json(dry_run=dry_run), "sources": found})
    else:
        for item in items:
            told = list(_told(item))
            lines([f"{clean(item.file)}:", *told] if told and several else told)


def _given(negotiation: str, assignments: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that a person says; raises `EntryRejectedError`."""
    from tracker.errors import EntryRejectedError
    from tracker.events.stage import SourceRegistered
    from tracker.scripts.assignments import as_at_prompt
    from tracker.scripts.paths import from_assignments

    item = from_assignments(SourceRegistered, negotiation, assignments)
    if item.problems:
        raise EntryRejectedError(item.problems)
    data = as_at_prompt(SourceRegistered, item.data, environment.today())
    return {name: value for name, value in data.items() if name not in {"event", "negotiation"}}


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the value of a field as a command line has it."""
    return shlex.quote(",".join(map(str, value)) if isinstance(value, list) else str(value))


def _to_json(item: Item) -> dict[str, Any]:
    """Return what became of a document, as scripts rely on it."""
    return {
        "file": item.file,
        "source": item.source,
        "entry": item.entry,
        "already": item.already._asdict() if item.already else None,
        "candidates": [candidate._asdict() for candidate in item.candidates],
        "kept": item.kept,
        "error": item.error,
    }


def _told(item: Item) -> Iterator[str]:
    """Yield the lines of a document for a person."""
    if item.entry is None:
        return
    for name, value in item.entry.items():
        if name not in {"event", "negotiation"}:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            yield f"{name}: {clean(shown)}"
    for candidate in item.candidates:
        yield f"  {candidate.field} might be {clean(candidate.value)} ({clean(candidate.where)})"
    if item.kept:
        yield f"  kept as {clean(item.kept)}"


@dataclass
class _Counted:
    """What came of the documents so far; `unsure` where some document's day of publication is not filled in."""

    negotiation: str
    outcome: Outcome = field(default_factory=Outcome)
    unsure: bool = False

    def count(self, item: Item) -> Item:
        """Count what became of a document, tell what a person should know of it, and return it."""
        self.unsure = self.unsure or item.unsure
        if item.problems:
            self.outcome.reject(list(item.problems), 1)
        elif item.known_by:
            self.outcome.already += 1
            say(f"{item.file}: is registered already as {item.source}, by its {item.known_by}")
            self._tell_left(item)
        elif item.receipt is not None:
            self.outcome.take(item.receipt)
            if item.already:
                say(f"{item.file}: has the address of {item.already.source}, with another digest")
        return item

    def _tell_left(self, item: Item) -> None:
        """Say what a person has said of a document that is registered otherwise, and how it is changed."""
        changes = " ".join(f"{name}={_written(value)}" for name, value in item.left.items() if name != "source")
        if changes:
            how = f"`communique correct {self.negotiation} {item.registration} {changes}` does"
            self.outcome.warnings.append(f"{item.file}: --set changes nothing of what is registered already; {how}")
        if "source" in item.left:
            self.outcome.warnings.append(
                f"{item.file}: keeps its id {item.source}, and does not become {item.left['source']}; "
                "`communique same source` makes two ids one"
            )

    def tell_missing(self) -> None:
        """Say that days in the text of pages were not looked for, if one might have filled something in."""
        from importlib.util import find_spec

        if self.unsure and find_spec("htmldate") is None:
            say("note: days in the text of pages were not looked for; pip install 'communique[capture]'")
