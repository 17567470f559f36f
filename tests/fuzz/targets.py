"""What fuzzing calls with any bytes: EDTF, the script reader, the command line; each raises where a promise is broken.

``python -m tests.fuzz.targets NAME CORPUS… [-runs=N]`` has atheris look for inputs that reach new code; the arguments
are libFuzzer's. The inputs that are kept under ``corpus/`` are run by every `make test`.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Final

from click.testing import CliRunner

from tracker.dates import DateError, When
from tracker.errors import EntryRejectedError
from tracker.events import parse
from tracker.log import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script
from tui.cli import cli

FORMATS: Final = ("jsonl", "yaml", "csv")
#: Verbs that wait for a person or a browser.
_INTERACTIVE: Final = ("tui", "serve", "demo")
_EXIT_CODES: Final = frozenset({0, 1, 2, 3})


class Edtf:
    """A text is a date, kept as written, between two bounds; or it is refused in one line."""

    def __call__(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        try:
            when = When(text)
        except DateError as error:
            problem = str(error)
        else:
            problem = ""
            assert str(when) == text
            assert When(str(when)) == when
            assert when.lower <= when.upper
            # What a date is in an entry, it is by itself.
            event = {"event": "StatementMade", "negotiation": "n", "party": "USA", "text": "x", "occurred": text}
            assert parse(event).occurred == when
        assert "\n" not in problem

    def close(self) -> None:
        """Leave nothing behind."""


class Script:
    """A script is read to entries, or to problems with their places; and recorded whole, or the log stays as it is."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="communique-fuzz-"))
        self._log = EventLog.open(self._folder / "log.db")
        record_script(self._log, read_script(seed_path("panama-canal")))

    def __call__(self, data: bytes) -> None:
        format_name, text = FORMATS[data[0] % len(FORMATS) if data else 0], data[1:]
        lines = list(read_script(io.BytesIO(text), format=format_name))
        assert lines, "no line at all"
        assert [line.line for line in lines] == sorted(line.line for line in lines)
        for line in lines:
            assert (line.event is None) is bool(line.problems)
            for problem in line.problems:
                assert len(str(problem)) < 2000, str(problem)[:200]
        before = self._log.heads()
        # All of it is tried and none of it kept, so that each input meets the same log.
        with contextlib.suppress(EntryRejectedError):
            record_script(self._log, lines, dry_run=True)
        assert self._log.heads() == before

    def close(self) -> None:
        """Take away what was made for it."""
        self._log.close()
        shutil.rmtree(self._folder)


class CommandLine:
    """Words give output and an exit code that says what came of it; never a traceback, and reading changes nothing."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="communique-fuzz-"))
        self._path = self._folder / "log.db"
        with EventLog.open(self._path) as log:
            for name in ("us-niger", "panama-canal"):
                record_script(log, read_script(seed_path(name)))
        self._before = self._path.read_bytes()

    def __call__(self, data: bytes) -> None:
        words = [word.decode("utf-8", "surrogateescape") for word in data.split(b"\n")][:12]
        # Nothing outside the folder is to be met, let alone written.
        if any(word in _INTERACTIVE or word.startswith(("/", "~")) or "\0" in word or ".." in word for word in words):
            return
        with tempfile.TemporaryDirectory(dir=self._folder) as folder, contextlib.chdir(folder):
            done = CliRunner().invoke(cli, ["--log", str(self._path), *words])
        assert done.exit_code in _EXIT_CODES, (words, done.output)
        assert "Traceback" not in done.output, words
        assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exception)
        with EventLog.open(self._path) as log:
            changed = log.store.max_position() != 212
            assert log.verify().ok
        if changed:
            # It was recorded into, as it was told to: begin anew.
            for path in self._folder.glob("log.db*"):
                path.unlink()
            self._path.write_bytes(self._before)

    def close(self) -> None:
        """Take away what was made for it."""
        shutil.rmtree(self._folder)


TARGETS: Final[dict[str, type[Edtf | Script | CommandLine]]] = {
    "edtf": Edtf,
    "script": Script,
    "command-line": CommandLine,
}


def main() -> None:
    """Fuzz one target until it fails, or as long as libFuzzer's arguments say."""
    atheris = import_module("atheris")  # ships no types

    name = sys.argv.pop(1)
    os.environ["COMMUNIQUE_NOW"] = "2026-01-02T12:00:00Z"
    target = TARGETS[name]()
    atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
