"""When a person last looked: one small file for each person and log, in the folder for what may be forgotten.

The file is JSON: ``{"format": 1, "log": identity, "person": name, "negotiations": {name: {"position", "digest",
"day"}}}``. It is read with distrust, written whole, and of two runs at once the later one counts: what is lost so is
told once more, and nothing is ever left untold.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from projections.views.diff import Mark
from tracker.errors import LogError
from tui.kept.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
_FOLDER: Final = "looked"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Marks:
    """The marks of one person in one log.

    `problem` tells what was wrong with the file, empty where nothing was; its marks are forgotten then, and the file is
    kept under another name when new ones are saved. Raises `LogError` where the file cannot be read at all, or was
    written by a newer version.
    """

    def __init__(self, folder: Path, log: str, person: str) -> None:
        name = hashlib.sha256(f"{log}\0{person}".encode(errors="surrogatepass")).hexdigest()[:32]
        self.path = folder / _FOLDER / f"{name}.json"
        self.log = log
        self.person = person
        self.problem = ""
        self.marks: dict[str, Mark] = {}
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise LogError(f"{self.path}: {error.strerror}; `communique since` keeps there when you looked") from error
        try:
            self.marks = self._read(json.loads(data))
        except (ValueError, RecursionError) as error:
            self.problem = f"{self.path} is damaged ({error}), so when you looked is forgotten"

    def save(self) -> None:
        """Write the marks; raises `LogError` where that cannot be done."""
        document = {
            "format": FORMAT,
            "log": self.log,
            "person": self.person,
            "negotiations": {
                name: {"position": mark.position, "digest": mark.digest, "day": mark.day.isoformat()}
                for name, mark in sorted(self.marks.items())
            },
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.problem:
                self.path.replace(self.path.with_suffix(".damaged"))
            write_whole(self.path, json.dumps(document, indent=1) + "\n")
        except OSError as error:
            raise LogError(
                f"{self.path}: {error.strerror}; when you looked is not kept, so the same will be told again"
            ) from error

    def _read(self, document: Any) -> dict[str, Mark]:  # noqa: ANN401 - any JSON
        """Return the marks in a document; raises `ValueError` for one that is not ours."""
        if not isinstance(document, dict):
            raise ValueError("no object")  # noqa: TRY004 - one kind of error for all that a file can have wrong
        number = document.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise LogError(
                f"{self.path} was written by a newer version of communique; use that one, or delete the file"
            )
        if number != FORMAT or (document.get("log"), document.get("person")) != (self.log, self.person):
            raise ValueError("it is not of this format, log and person")
        negotiations = document.get("negotiations")
        if not isinstance(negotiations, dict):
            raise ValueError("it has no negotiations")  # noqa: TRY004 - as above
        return {name: _mark(name, value) for name, value in negotiations.items()}


def _mark(name: str, value: Any) -> Mark:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        position, digest, day = (value.get(field) for field in Mark._fields)
        if (
            (type(position) is int and position > 0)
            and (isinstance(digest, str) and _DIGEST.fullmatch(digest))
            and isinstance(day, str)
        ):
            return Mark(position, digest, date.fromisoformat(day))
    raise ValueError(f"the mark of {name!r} is not right")
