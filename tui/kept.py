"""A person's small files: last views and last looks; and how a file is written whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from tracker.errors import LogError
from tui.environment import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import TypeAdapter

    from projections.views.since import Mark

_Kept = TypeVar("_Kept")
#: What reads each kind of file: to make it takes longer than to read one.
_READERS: Final[dict[Any, Any]] = {}


def read_kept(path: Path, kind: type[_Kept]) -> _Kept | None:
    """Return what a file of ours holds, JSON of a kind that pydantic knows; None if it is missing or of no use.

    What is kept so is a convenience: it is done without, and written anew.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return None
    # Most have no such file when the first screen is to be seen.
    from pydantic import TypeAdapter, ValidationError

    reader: TypeAdapter[_Kept] = _READERS.get(kind) or _READERS.setdefault(kind, TypeAdapter(kind))
    try:
        return reader.validate_json(data, strict=True)
    except ValidationError:
        return None


def write_kept(path: Path, value: object) -> bool:
    """Keep a value for `read_kept`, and say whether that could be done."""
    from pydantic_core import to_json

    new = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new.write_bytes(to_json(value))
        new.replace(path)
    except (OSError, ValueError):
        # A full disk, or what is no text, half of a character for one.
        with suppress(OSError):
            new.unlink()
        return False
    return True


@contextmanager
def whole(path: Path, *, new: bool = False) -> Iterator[IO[bytes]]:
    """Give what to write to in place of what a file holds; raises `OSError` that names the file.

    It is written beside the file and takes its place once it is on the disk; if the file is to be `new`, only where
    there is still none. What is no regular file, such as a pipe, is written to as it is.
    """
    # Who only reads what is kept, before the first screen, need not wait for what this is made of.
    from tracker.system import part_of, publish

    target = Path(os.path.realpath(path))
    part = part_of(target)
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            if new:
                publish(part, target)
            else:
                part.replace(target)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def write_whole(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text, UTF-8, to a file as `whole` does."""
    with whole(path, new=new) as file:
        file.write(text.encode())


class Unfinished(NamedTuple):
    """A form as it was left: the event type, what was put in by field, the entry that it corrects, and its number."""

    kind: str
    values: dict[str, str]
    corrects: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """Where a person stood in one negotiation: cut, marks and filter as written, axis, entry, pane, the entries' order.

    Without a `pane`, the layout says where to begin.
    """

    cut: str = "now"
    axis: str = "known"
    selected: str | None = None
    marks: tuple[str, ...] = ()
    pane: str = ""
    sort: str = "happened"
    zoomed: bool = False
    filter: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    """What is kept for one log."""

    theme: str | None = None
    views: dict[str, View] = field(default_factory=dict)


class Views:
    """The views of one log, and the theme, in the person's state folder; a file of no use is as good as none."""

    def __init__(self, identity: str) -> None:
        self._path = state_folder() / "views" / f"{identity}.json"

    @cached_property
    def theme(self) -> str | None:
        """The theme, which is needed for the first screen, before pydantic has been imported for the rest."""
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            theme = json.loads(self._path.read_bytes())["theme"]
            return theme if isinstance(theme, str) else None
        return None

    @cached_property
    def views(self) -> dict[str, View]:
        """The views by negotiation."""
        found = read_kept(self._path, _File)
        return found.views if found is not None else {}

    def keep(self, negotiation: str, view: View, theme: str) -> None:
        """Keep a view, and the theme."""
        self.views[negotiation] = view
        self.theme = theme
        write_kept(self._path, _File(theme, self.views))


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
    from projections.views.since import Mark

    if isinstance(value, dict):
        position, digest, day = (value.get(field) for field in Mark._fields)
        if (
            (type(position) is int and position > 0)
            and (isinstance(digest, str) and _DIGEST.fullmatch(digest))
            and isinstance(day, str)
        ):
            return Mark(position, digest, date.fromisoformat(day))
    raise ValueError(f"the mark of {name!r} is not right")
