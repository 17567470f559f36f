"""What the processes of the fault tests do: record, import, back up, restore, build, follow; and say what was done."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from click.testing import CliRunner

from projections.readmodel.model import ReadModel, beside
from tests.tracker.given import NEGOTIATION, stage, statement
from tracker.errors import LogError
from tracker.log import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script
from tracker.transfer.copy import back_up, copy_log, restore
from tui.cli import cli

with suppress(ModuleNotFoundError):
    import psycopg  # noqa: F401 - so that children need not import it

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Say = Callable[[object], None]


def nothing(say: Say) -> None:
    """Say nothing: what starts processes is there afterwards, and has imported what they need."""


def record(say: Say, where: str, numbers: range, *, negotiation: str = NEGOTIATION, by: str = "ada") -> None:
    """Record statements with these numbers, one a commit, and say each one's number once it is acknowledged."""
    with EventLog.open(where, by=by) as log:
        for number in numbers:
            log.record([statement(number, negotiation)])
            say(number)


def record_or_tell(say: Say, where: str, number: int) -> None:
    """Record one statement, and say why where that is not acknowledged."""
    with EventLog.open(where) as log:
        try:
            log.record([statement(number)])
        except LogError as error:
            say(str(error))


def import_script(say: Say, where: str, script: str, *, keep_going: bool, batch: int) -> None:
    """Record a script, and say how far it is after each batch, and at the end what was recorded."""
    with EventLog.open(where, by="importer") as log:
        receipt = record_script(log, read_script(script), keep_going=keep_going, batch=batch, progress=say)
    say(("recorded", receipt.count, receipt.already))


def make_backup(say: Say, where: str, file: str) -> None:
    """Back a log up, and say when it is done."""
    say(back_up(where, Path(file)).count)


def make_again(say: Say, file: str, where: str) -> None:
    """Restore a log, and say when it is done."""
    say(restore(Path(file), where).count)


def make_copy(say: Say, source: str, target: str) -> None:
    """Copy a log, and say how far it is after each batch."""
    with EventLog.open(source, create=False, read_only=True) as log, EventLog.open(target) as other:
        say(copy_log(log, other, progress=say).count)


def build(say: Say, where: str, tables: str, *, anew: bool) -> None:
    """Bring the read model up to date or build it anew, and say when it is done."""
    with EventLog.open(where, create=False, read_only=True) as log, ReadModel.open(log, Path(tables)) as model:
        if anew:
            model.rebuild()
        say(model.position)


def build_often(say: Say, where: str, times: int) -> None:
    """Build the read model beside a log anew again and again, and say how often it was done."""
    with EventLog.open(where, create=False, read_only=True) as log:
        for number in range(times):
            with ReadModel(log, beside(log)) as model:
                model.rebuild()
            say(number)


def record_and_look(say: Say, where: str, numbers: range) -> None:
    """Record statements, bring the read model up to date after each, and say whether it was found."""
    with EventLog.open(where, by="ada") as log:
        for number in numbers:
            log.record([statement(number)])
            with ReadModel.open(log) as model:
                say((number, [hit.entry for hit in model.search(f"number {number}")]))


def follow(say: Say, where: str, last: str) -> None:
    """Follow a log from its beginning, and say each position and id, until an entry of some id comes by."""
    with EventLog.open(where, create=False, read_only=True) as log:
        for recorded in log.follow(after=0, poll=0.01):
            say((recorded.position, recorded.id))
            if recorded.id == last:
                return


def verify_as(say: Say, places: Sequence[str], user: int) -> None:
    """Verify logs by the command line as another user, and say each one's exit code and output."""
    with TemporaryDirectory() as scratch:
        # So that everything is imported that another user may not look into.
        stage_all(where := str(Path(scratch) / "log.db"), NEGOTIATION)
        CliRunner().invoke(cli, ["--log", where, "verify", "--json"])
        CliRunner().invoke(cli, ["--log", scratch, "verify", "--json"])
    _become(user)
    for place in places:
        done = CliRunner().invoke(cli, ["--log", place, "verify", "--json"])
        say((done.exit_code, done.stdout, done.stderr))


def follow_as(say: Say, where: str, last: str, user: int | None) -> None:
    """Follow a log as another user; say how much is there at first."""
    with EventLog.open(where, create=False, read_only=True) as log:
        list(log.read())  # so that everything is imported that another user may not look into
    _become(user)
    with EventLog.open(where, create=False, read_only=True) as log:
        say(("there", len(list(log.read()))))
    follow(say, where, last)


def _become(user: int | None) -> None:
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def stage_all(where: str, *negotiations: str) -> None:
    """Make a log with the stages of some negotiations."""
    with EventLog.open(where, by="stage") as log:
        for negotiation in negotiations:
            log.record(stage(negotiation))


def run_verbs(say: Say, lines: Sequence[list[str]], folder: str, user: int | None, largest: int | None = None) -> None:
    """Run verbs and say each one's exit code and output; as another user, or with files no larger than so much."""
    os.chdir(folder)
    if user is not None:
        # Somebody else may not look into the folder that Python is in: what is needed is imported before.
        with TemporaryDirectory() as scratch:
            where = str(Path(scratch) / "log.db")
            for trial in (["record", str(seed_path("us-niger"))], *(words[2:] for words in lines)):
                CliRunner().invoke(cli, ["--log", where, *trial])
        _become(user)
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    for words in lines:
        done = CliRunner().invoke(cli, words)
        say((done.exit_code, done.stdout, done.stderr))
