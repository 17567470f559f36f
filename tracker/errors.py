"""Everything that communique raises on purpose.

.. code-block:: text

    CommuniqueError
    ├── ContentError            what was written is not right (exit code 1)
    │   └── EntryRejectedError  one or more entries, each problem with its place
    ├── NameUnknownError        a name that does not exist was asked for (exit code 2)
    ├── LogError                the log cannot be had or trusted to work (exit code 3)
    │   ├── LogMissingError     no log there
    │   ├── NotALogError        something else is there
    │   ├── LogTooNewError      written by a newer version
    │   ├── LogBusyError        another process holds it
    │   ├── LogReadOnlyError    it may not be written
    │   ├── LogUnreachableError its server does not answer
    │   └── LogConflictError    others kept writing in between
    └── DamageError             stored bytes that cannot be read back
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


_LONGEST_MESSAGE: Final = 800
_LONGEST_FIELD: Final = 200


class CommuniqueError(Exception):
    """The root of the tree: catch this to catch all of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an entry, and where it stands.

    `field` is a dotted path inside the entry (``evidence.0.source``), empty where the whole entry is meant; `line`
    counts from one and is 0 where there is no file. A message or a field that is very long is cut.
    """

    message: str
    field: str = ""
    file: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        # Whatever a script holds, what is said of it stays in sight.
        for name, most in (("message", _LONGEST_MESSAGE), ("field", _LONGEST_FIELD)):
            text = getattr(self, name)
            if len(text) > most:
                object.__setattr__(self, name, f"{text[: most - 1]}…")

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        return ": ".join(part for part in (place, self.field, self.message) if part)

    def at(self, file: str, line: int) -> Problem:
        """Return the same problem with its place in a file."""
        return replace(self, file=file, line=line)


class ContentError(CommuniqueError):
    """What was written is not right."""


class EntryRejectedError(ContentError):
    """Entries that cannot be recorded: the problems found in them, and how many entries were rejected."""

    def __init__(self, problems: Iterable[Problem], *, rejected: int | None = None) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        places = {(problem.file, problem.line) for problem in self.problems}
        self.rejected = len(places) if rejected is None else rejected
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it come whole from a process that reads ahead."""
        return type(self), (self.problems,), {"rejected": self.rejected}


class NameUnknownError(CommuniqueError):
    """A negotiation, entry, subject, source or event type that does not exist was asked for."""


class LogError(CommuniqueError):
    """The log cannot be opened, read or written."""


class LogMissingError(LogError):
    """There is no log at the place that was named."""


class NotALogError(LogError):
    """Something other than a log of communique is at the place that was named."""


class LogTooNewError(LogError):
    """The log was made by a newer version of communique."""


class LogBusyError(LogError):
    """Another process held the log for longer than we wait."""


class LogReadOnlyError(LogError):
    """The log was opened for reading, or its storage refuses to be written."""


class LogUnreachableError(LogError):
    """The server of a shared log does not answer, or lets nobody in under that name."""


class LogConflictError(LogError):
    """Others wrote to the same negotiation each time that we tried."""


class DamageError(LogError):
    """Stored bytes that cannot be read back as the entry they once were."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint ``; did you mean 'NER'?`` for the nearest of the known words (`Words.nearest`), if any."""
    from tracker.spelling import Words

    return Words(known).hint(word)
