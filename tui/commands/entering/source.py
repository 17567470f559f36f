"""`communique source add`: a saved document becomes a source."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui import environment
from tui.commands.options import Invocation, by_option, complete_negotiation, styles, verb
from tui.outcome import Outcome, say_outcome
from tui.output import json_document, json_lines, lines, say
from tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.documents.bounded import Worker
    from tracker.documents.document import Candidate, Document
    from tracker.documents.registering import Already, Known
    from tracker.log import EventLog


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
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
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
    type=click.Path(path_type=Path, file_okay=False),
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
    document that is registered already is told, and not registered again. HTML and MHTML need nothing more; WARC files
    and PDFs need the extra `capture`, which also finds more days in the text of pages.
    """
    if slug is not None:
        if len(files) > 1:
            raise click.UsageError("--as names one source; give one file, or leave it out")
        assignments = (*assignments, f"source={slug}")
    for file in files:
        invocation.require_apart(file)
    folder = None if dry_run else keep or environment.captures_folder()
    adding = Adding(negotiation, _given(negotiation, assignments), folder, dry_run=dry_run)
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
        items = adding.add(log, worker, files)
        if style == "jsonl":
            json_lines(item.to_json() for item in items)
        elif style == "json":
            found = [item.to_json() for item in items]
            json_document({**adding.outcome.to_json(dry_run=dry_run), "sources": found})
        else:
            for item in items:
                told = list(item.told())
                lines([f"{clean(item.file)}:", *told] if told and len(files) > 1 else told)
    adding.tell_missing()
    if style is None:
        say_outcome(adding.outcome, dry_run=dry_run, style=None)
    return 1 if adding.outcome.rejected else 0


def _given(negotiation: str, assignments: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that a person says; raises `EntryRejectedError`."""
    from tracker.errors import EntryRejectedError
    from tracker.events.stage import SourceRegistered
    from tracker.scripts.paths import from_assignments

    item = from_assignments(SourceRegistered, negotiation, assignments)
    if item.problems:
        raise EntryRejectedError(item.problems)
    return {name: value for name, value in item.data.items() if name not in {"event", "negotiation"}}


@dataclass
class Item:
    """What became of a document; `entry` as a script writes it, None where none was, or would be, recorded."""

    file: str
    source: str | None = None
    entry: dict[str, Any] | None = None
    already: Already | None = None
    candidates: tuple[Candidate, ...] = ()
    kept: str | None = None
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as scripts rely on it."""
        return {
            "file": self.file,
            "source": self.source,
            "entry": self.entry,
            "already": self.already._asdict() if self.already else None,
            "candidates": [candidate._asdict() for candidate in self.candidates],
            "kept": self.kept,
            "error": self.error,
        }

    def told(self) -> Iterator[str]:
        """Yield its lines for a person."""
        if self.entry is None:
            return
        for name, value in self.entry.items():
            if name not in {"event", "negotiation"}:
                shown = ", ".join(map(str, value)) if isinstance(value, list) else value
                yield f"{name}: {clean(shown)}"
        for candidate in self.candidates:
            yield f"  {candidate.field} might be {clean(candidate.value)} ({clean(candidate.where)})"
        if self.kept:
            yield f"  kept as {clean(self.kept)}"


@dataclass
class Adding:
    """A run over files: what a person says of all of them, and what came of it so far."""

    negotiation: str
    given: dict[str, Any]
    keep: Path | None
    dry_run: bool
    outcome: Outcome = field(default_factory=Outcome)
    #: Whether some document's day of publication is not filled in.
    unsure: bool = False

    def add(self, log: EventLog, worker: Worker, files: tuple[Path, ...]) -> Iterator[Item]:
        """Record the documents in files, one after another, and yield what became of each."""
        known = _sources(log, self.negotiation)
        for file in files:
            yield from self._add_file(log, worker, known, file)

    def _add_file(self, log: EventLog, worker: Worker, known: Known, file: Path) -> Iterator[Item]:
        from tracker.documents.document import UnreadableError
        from tracker.documents.reading import read_document
        from tracker.errors import Problem

        now = environment.now()
        try:
            documents = read_document(file, now.date(), worker)
            saved = min(datetime.fromtimestamp(file.stat().st_mtime, UTC), now)
        except UnreadableError as error:
            self.outcome.reject([Problem(str(error), file=str(file))], 1)
            yield Item(str(file), error=str(error))
            return
        for document in documents:
            yield self._add(log, known, Item(str(file)), document, saved)

    def _add(self, log: EventLog, known: Known, item: Item, document: Document, saved: datetime) -> Item:
        from tracker.documents.captures import keep
        from tracker.documents.document import UnreadableError
        from tracker.documents.registering import Registered, fields_of, slug_of
        from tracker.errors import EntryRejectedError, Problem
        from tracker.events.parsing import build
        from tracker.events.stage import SourceRegistered

        fields = {**fields_of(document, saved), **self.given}
        item.candidates = tuple(one for one in document.candidates if one.field not in self.given)
        item.already = known.find(fields)
        try:
            if self.keep is not None and document.sha256:
                item.kept = str(keep(Path(item.file), document.sha256, self.keep))
            if (there := known.alike(fields)) is not None:
                return self._already(item, there, "title and day")
            # Of an item without a digest nothing can tell that it is another document than the one at its address.
            if item.already and (item.already.by == "digest" or not document.sha256):
                return self._already(item, item.already.source, item.already.by)
            fields = {"source": known.free(slug_of(fields)), **fields}
            event = build(SourceRegistered, {"negotiation": self.negotiation, **fields})
            receipt = log.record([event], places=[(item.file, 0)], dry_run=self.dry_run and log.read_only)
        except UnreadableError as error:
            self._refuse(item, [Problem(str(error), file=item.file)])
            return item
        except EntryRejectedError as error:
            self._refuse(item, [replace(problem, file=item.file) for problem in error.problems])
            return item
        item.source = fields["source"]
        self.unsure = self.unsure or document.published is None
        item.entry = {"event": "SourceRegistered", "negotiation": self.negotiation, **fields}
        known.add(Registered(fields["source"], *(fields.get(name) for name in ("url", "sha256", "title", "published"))))
        self.outcome.recorded += receipt.count
        self.outcome.already += receipt.already
        self.outcome.heads.update(receipt.heads)
        self.outcome.warnings += [one for one in receipt.warnings if one not in self.outcome.warnings]
        if item.already:
            say(f"{item.file}: has the address of {item.already.source}, with another digest")
        return item

    def tell_missing(self) -> None:
        """Say that days in the text of pages were not looked for, if one might have filled something in."""
        from importlib.util import find_spec

        if self.unsure and find_spec("htmldate") is None:
            say("note: days in the text of pages were not looked for; pip install 'communique[capture]'")

    def _already(self, item: Item, source: str, by: str) -> Item:
        item.source = source
        self.outcome.already += 1
        say(f"{item.file}: is registered already as {source}, by its {by}")
        return item

    def _refuse(self, item: Item, problems: list[Any]) -> None:
        self.outcome.reject(problems, 1)
        item.error = "; ".join(str(replace(problem, file="")) for problem in problems)


def _sources(log: EventLog, negotiation: str) -> Known:
    """Return the sources that stand in a negotiation; ids of retracted ones are taken, too."""
    from projections.claims.claims import claims
    from tracker.documents.registering import Known, Registered

    if negotiation not in log.negotiations():
        return Known()
    standing = claims(log, negotiation).registers.sources.values()
    taken = log.application.negotiation(negotiation).registers["source"]
    return Known((Registered(one.id, one.url, one.sha256, one.title, one.published) for one in standing), taken)
