"""What a killed writer leaves, and other things that can lie beside a file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Final

from tests.tracker.given import stage, statement
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENDINGS: Final = ("-wal", "-shm", "-journal")
#: How a journal begins.
JOURNAL: Final = b"\xd9\xd5\x05\xf9 \xa1c\xd7"


def leave_as_killed(path: Path, where: Path, *, count: int = 3) -> list[str]:
    """Copy a log as its writer would leave it if it was killed after so many statements; return all ids in it.

    The log itself is made where there is none, and goes on. Another process copies, since closing a log's file here
    would let go of the locks on it.
    """
    with EventLog.open(path, by="ada") as log:
        if not log.negotiations():
            log.record(stage())
        first = log.store.max_position()
        for number in range(first, first + count):
            log.record([statement(number)])
        for ending in ("", "-wal", "-shm"):
            subprocess.run(["cp", f"{path}{ending}", f"{where}{ending}"], check=True)
        return [recorded.id for recorded in log.read()]


def leave_with_journal(path: Path, where: Path) -> None:
    """Copy a file of SQLite as who was killed in the midst of changing it would leave it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE notes (x)")
        connection.executemany("INSERT INTO notes VALUES (?)", [("x" * 3000,)] * 50)
        for ending in ("", "-journal"):
            subprocess.run(["cp", f"{path}{ending}", f"{where}{ending}"], check=True)
        connection.execute("ROLLBACK")


def _text(path: Path) -> None:
    path.write_text("nothing of ours")


def _link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def _journal_of_another(path: Path) -> None:
    # The beginning of a journal, of a file that had two pages before the change that it undoes.
    path.write_bytes(JOURNAL + (1).to_bytes(4, "big") + bytes(4) + (2).to_bytes(4, "big"))


def _two_names(path: Path) -> None:
    path.with_name("notes.txt").write_text("nothing of ours")
    os.link(path.with_name("notes.txt"), path)


def _link_to_a_file(path: Path) -> None:
    path.with_name("notes.txt").write_text("nothing of ours")
    path.symlink_to("notes.txt")


#: What cannot be SQLite's own, and how that is told.
OTHERS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "text": (_text, "it holds something else"),
    "folder": (lambda path: path.mkdir(), "it is a directory"),
    "pipe": (os.mkfifo, "it is not a regular file"),
    "hard link": (_two_names, r"it has another name as well \(a hard link\)"),
    "symbolic link": (_link_to_a_file, "it is a symbolic link"),
    "link to nothing": (_link_to_nothing, "it is a symbolic link"),
}
#: Ways to put something where SQLite would put a file of its own.
KINDS: Final[dict[str, Callable[[Path], None]]] = {
    "empty": lambda path: path.touch(),
    "text": _text,
    "folder": lambda path: path.mkdir(),
    "link to nothing": _link_to_nothing,
    "journal": _journal_of_another,
}
