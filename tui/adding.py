"""Documents that become sources: a saved file is read and registered, by the verb `source add` and by the form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from projections.claims.registers import Source
    from tracker.documents.bounded import Worker
    from tracker.documents.document import Candidate, Document
    from tracker.documents.registering import Already, Known
    from tracker.errors import Problem
    from tracker.log import EventLog
    from tracker.recording import Receipt


#: Ids that are tried for a source while others take them.
_MOST_TRIES: Final = 100


@dataclass
class Item:
    """What became of a document; `entry` as a script writes it, None where none was, or would be, recorded.

    `known_by` says by what it was found to be registered already, `left` what was said of it and is not so there;
    `unsure` that its day of publication is not filled in; `problems` are those for which it was rejected.
    """

    file: str
    source: str | None = None
    entry: dict[str, Any] | None = None
    already: Already | None = None
    candidates: tuple[Candidate, ...] = ()
    kept: str | None = None
    error: str | None = None
    known_by: str = ""
    registration: str = ""
    left: dict[str, Any] = field(default_factory=dict)
    unsure: bool = False
    receipt: Receipt | None = None
    problems: tuple[Problem, ...] = ()

    def refuse(self, problems: list[Problem]) -> Item:
        """Note why it was rejected, and return it."""
        self.problems = tuple(replace(problem, file=self.file) for problem in problems)
        self.error = "; ".join(str(replace(problem, file="")) for problem in problems)
        return self


@dataclass(frozen=True)
class Adding:
    """How documents are registered: in which negotiation, with which fields that a person says, and where kept."""

    negotiation: str
    given: dict[str, Any]
    keep: Path | None = None
    dry_run: bool = False

    def add(self, log: EventLog, worker: Worker, files: tuple[Path, ...]) -> Iterator[Item]:
        """Record the documents in files, one after another, and yield what became of each."""
        known, standing = _sources(log, self.negotiation)
        for file in files:
            for item in self._add_file(log, worker, known, file):
                if item.known_by and (there := standing.get(item.source or "")) is not None:
                    item.registration = there.entry
                    item.left = {name: value for name, value in self.given.items() if not _is_so(there, name, value)}
                yield item

    def _add_file(self, log: EventLog, worker: Worker, known: Known, file: Path) -> Iterator[Item]:
        from tracker.documents.document import UnreadableError
        from tracker.documents.reading import read_document
        from tracker.errors import Problem

        now = environment.now()
        try:
            documents = read_document(file, now.date(), worker)
            saved = min(datetime.fromtimestamp(file.stat().st_mtime, UTC), now)
        except UnreadableError as error:
            yield Item(str(file)).refuse([Problem(str(error))])
            return
        for document in documents:
            yield self._add(log, known, Item(str(file)), document, saved)

    def _add(self, log: EventLog, known: Known, item: Item, document: Document, saved: datetime) -> Item:
        from tracker.documents.captures import keep
        from tracker.documents.document import UnreadableError
        from tracker.documents.registering import Already, Registered, fields_of
        from tracker.errors import EntryRejectedError, Problem
        from tracker.events.parsing import build
        from tracker.events.stage import SourceRegistered

        fields = {**fields_of(document, saved), **self.given}
        item.candidates = tuple(one for one in document.candidates if one.field not in self.given)
        item.already = known.find(fields)
        try:
            # What is wrong with it is told of a document that is there already, too.
            build(SourceRegistered, {"negotiation": self.negotiation, "source": "source", **fields})
            if self.keep is not None and document.sha256:
                item.kept = str(keep(Path(item.file), document.sha256, self.keep))
            if (there := known.alike(fields)) is not None:
                item.already = Already(there, "title")
                item.source, item.known_by = there, "title and day"
                return item
            # Of an item without a digest nothing can tell that it is another document than the one at its address.
            if item.already and (item.already.by == "digest" or not document.sha256):
                item.source, item.known_by = item.already.source, item.already.by
                return item
            fields, item.receipt = self._record(log, known, fields, item.file)
        except UnreadableError as error:
            return item.refuse([Problem(str(error))])
        except EntryRejectedError as error:
            return item.refuse(list(error.problems))
        item.source = fields["source"]
        item.unsure = document.published is None
        item.entry = {"event": "SourceRegistered", "negotiation": self.negotiation, **fields}
        known.add(Registered(fields["source"], *(fields.get(name) for name in ("url", "sha256", "title", "published"))))
        return item

    def _record(self, log: EventLog, known: Known, fields: dict[str, Any], file: str) -> tuple[dict[str, Any], Receipt]:
        """Record a source under an id that is free, and return its fields; raises `EntryRejectedError`.

        Where another process takes a made id meanwhile, the next one is tried.
        """
        from tracker.documents.registering import Registered, slug_of
        from tracker.errors import EntryRejectedError
        from tracker.events.parsing import build
        from tracker.events.stage import SourceRegistered

        left = _MOST_TRIES
        while True:
            found = {"source": known.free(slug_of(fields)), **fields}
            event = build(SourceRegistered, {"negotiation": self.negotiation, **found})
            try:
                receipt = log.record([event], places=[(file, 0)], dry_run=self.dry_run and log.read_only)
            except EntryRejectedError as error:
                left -= 1
                if "source" in fields or not left or all(problem.field != "source" for problem in error.problems):
                    raise
                known.add(Registered(found["source"]))
            else:
                return found, receipt


def _is_so(source: Source, name: str, value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether a source is registered with a field as somebody says it."""
    there = source.id if name == "source" else getattr(source, name, None)
    return list(there or ()) == value if isinstance(value, list) else there == value


def _sources(log: EventLog, negotiation: str) -> tuple[Known, Mapping[str, Source]]:
    """Return the sources that stand in a negotiation, as they read; ids of retracted ones are taken, too."""
    from projections.claims.claims import claims
    from tracker.documents.registering import Known, Registered

    if negotiation not in log.negotiations():
        return Known(), {}
    standing = claims(log, negotiation).registers.sources
    taken = log.application.negotiation(negotiation).registers["source"]
    found = (Registered(one.id, one.url, one.sha256, one.title, one.published) for one in standing.values())
    return Known(found, taken), standing
