"""What a document tells of itself, whichever kind it is of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.errors import ContentError

if TYPE_CHECKING:
    from datetime import datetime

#: The largest file that is read, in bytes: a saved page holds its pictures.
MAX_BYTES: Final = 64 << 20
#: The longest text that is taken for a title or a name, in characters.
MAX_WORDS: Final = 1000


class Candidate(NamedTuple):
    """A value that a document gives for a field, and where it stands."""

    field: str
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a document tells of itself; None where it tells nothing.

    `published` is EDTF; `captured_at` is an instant in UTC or a day; `candidates` are values that were not taken, the
    days of publication among them. `sha256` is that of the file, None of an item that stands for a document.
    """

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    published: str | None = None
    captured_at: str | None = None
    sha256: str | None = None
    candidates: tuple[Candidate, ...] = ()

    def at(self, url: str | None, captured_at: str | None) -> Document:
        """Return the same where it tells its address and time of capture itself, else with those of what held it."""
        return replace(self, url=self.url or url, captured_at=self.captured_at or captured_at)


class UnreadableError(ContentError):
    """A document that cannot be read."""


def require_extra(error: ImportError, kind: str) -> UnreadableError:
    """Return what is raised where the library that reads a kind of document is not installed."""
    return UnreadableError(f"reading {kind} needs {error.name}; pip install 'communique[capture]'")


def squeezed(text: object) -> str | None:
    """Return a text in one line, without what no text may hold; None if nothing is left, or it is no text."""
    if not isinstance(text, str):
        return None
    whole = text.encode("utf-8", "replace").decode("utf-8")
    line = " ".join("".join(one if one.isprintable() else " " for one in whole[: 10 * MAX_WORDS]).split())
    return line[:MAX_WORDS] or None


def stamp(moment: datetime) -> str:
    """Return an aware moment as the log writes it, in UTC and to the second."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
