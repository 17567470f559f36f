"""A file of rejected rows: each as it was, behind its file, its number and the reason, to be mended and imported."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Self

from tracker import system
from tracker.errors import ContentError, LogError
from tracker.scripts.tables.rows import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tracker.errors import Problem
    from tracker.scripts.tables.rows import RawRow, Shape


class Rejects:
    """Writes rejected rows like the table in which they stood; the file has its name once it is whole."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._part = system.part_of(path) if path is not None else None
        self._stream: IO[str] | None = None
        self._shape: Shape | None = None

    def add(self, shape: Shape, raw: RawRow, file: str, problems: Sequence[Problem]) -> None:
        """Write a row that was rejected, and why; raises `ContentError` where it has other columns than the first."""
        if self._part is None:
            return
        with self._errors():
            self._add(self._part, shape, raw, file, problems)

    def _add(self, part: Path, shape: Shape, raw: RawRow, file: str, problems: Sequence[Problem]) -> None:
        if self._stream is None or self._shape is None:
            self._shape = shape
            self._stream = part.open(
                "w", encoding=shape.encoding.removesuffix("-sig"), errors="backslashreplace", newline=""
            )
            if shape.header is not None:
                self._write(self._stream, [*MARKS, *shape.header], shape)
        if shape != self._shape:
            raise ContentError(
                f"{file} has rejected rows and other columns than the table before it, which one file of rejected rows "
                "cannot hold; import the tables one by one"
            )
        reason = "; ".join(": ".join(filter(None, (problem.field, problem.message))) for problem in problems)
        marks = [raw.file or file, raw.number, reason]
        if shape.header is not None:
            self._write(self._stream, [*map(str, marks), *raw.cells], shape)
        else:
            cells = raw.cells if isinstance(raw.cells, dict) else {"row": raw.cells}
            self._stream.write(json.dumps({**dict(zip(MARKS, marks, strict=True)), **cells}, ensure_ascii=False) + "\n")

    @staticmethod
    def _write(stream: IO[str], cells: list[str], shape: Shape) -> None:
        csv.writer(stream, delimiter=shape.delimiter, lineterminator="\n").writerow(cells)

    def finish(self) -> Path | None:
        """Give the file its name and return it; None where nothing was rejected."""
        if self._stream is None or self._part is None or self.path is None:
            return None
        with self._errors():
            self._stream.close()
            self._part.replace(self.path)
        self._stream = None
        return self.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None and self._part is not None:
            # What cannot be written is told already, and the rest of it is given up.
            with suppress(OSError):
                self._stream.close()
            self._part.unlink(missing_ok=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Say what cannot be written: around it the log's transaction takes each such error for its own."""
        try:
            yield
        except OSError as error:
            raise LogError(
                f"{self.path}: {error.strerror}; rejected rows belong there, and nothing was recorded"
            ) from error
