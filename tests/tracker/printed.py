"""All that a log says to whoever asks: what must not change where `verify` finds nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from click.testing import CliRunner

from tests.tracker.given import NEGOTIATION, entry, stage, statement
from tracker.errors import CommuniqueError, EntryRejectedError
from tracker.log import EventLog
from tracker.negotiation import project
from tracker.transfer import bundle
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.events import Event

OTHER: Final = "us-chad"
THIRD: Final = "cpt-france"
#: Verbs that read a log in ways of their own.
READING: Final = (
    ["verify", "--json"],
    ["status", "--json"],
    ["status", NEGOTIATION, "--json"],
    ["log", "--jsonl"],
    ["log", OTHER, "--plain"],
    ["timeline", NEGOTIATION, "--json"],
    ["show", NEGOTIATION, "statement-3", "--json"],
    ["search", "statement", "--json"],
    ["findings", NEGOTIATION, "--json"],
    ["export", "bundle", NEGOTIATION],
)


def events() -> list[Event]:
    """Return what is recorded: three negotiations whose entries take turns, a correction and a retraction."""
    staged = [event for pair in zip(stage(), stage(OTHER), strict=True) for event in pair]
    return [
        *staged,
        *(statement(number, note="é" * number) for number in range(1, 5)),
        *stage(THIRD)[:4],
        entry("EntryCorrected", id="c", entry="statement-1", changes={"text": "Another text"}),
        entry("EntryRetracted", id="r", entry="statement-2"),
        entry("PartyAdded", id="late", party="TCD"),
        statement(9, OTHER),
        statement(9),
    ]


def fill(place: str) -> str:
    """Record all that in an empty place, with two snapshots on the way; return the head of the log as a whole."""
    with EventLog.open(place, by="ada") as log:
        recorded = events()
        for some in (recorded[:30], recorded[30:]):
            log.record(some)
            log.application.take_snapshot(NEGOTIATION, projector_func=project)
        return log.verify().head


def run(place: str, words: Sequence[str]) -> tuple[int, bytes]:
    """Run a verb; it may refuse, but never break down. Return its exit code and what it printed."""
    done = CliRunner().invoke(cli, ["--log", place, *words])
    assert done.exception is None or isinstance(done.exception, SystemExit | CommuniqueError), (words, done.exception)
    assert done.exit_code in {0, 1, 2, 3}, (words, done.output)
    return done.exit_code, done.stdout_bytes


def printed(place: str) -> list[Any]:
    """Return all that functions and verbs say of a log, and what it says to who records in it."""
    with EventLog.open(place, create=False, read_only=True) as log:
        return [*_read(log), *_recorded(log), *(run(place, words) for words in READING)]


def _read(log: EventLog) -> Iterator[Any]:
    negotiations = log.negotiations()
    yield from (log.identity, negotiations, log.heads(), log.store.max_position(), list(log.read()))
    yield from (list(log.read(name)) for name in negotiations)
    yield list(bundle.lines(log))
    yield from (list(bundle.lines(log, name)) for name in negotiations)
    yield [log.entry(event.negotiation, event.id or "") for event in events()]
    yield [log.store.ids(name, 1000) for name in negotiations]


def _recorded(log: EventLog) -> Iterator[Any]:
    """Yield what is said to who records the same again, another entry of the same id, or what rests on a name."""
    again = log.record(events(), dry_run=True)
    yield again.count, again.already
    for event in (statement(1, text="other"), *(statement(99, party=party) for party in ("NER", "TCD", "XXX"))):
        said: object = None
        with suppress(EntryRejectedError):
            said = log.record([event], dry_run=True).count
        yield said
