"""An answer: what is concluded of a subject, with the entries for and against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from projections.claims.readings import subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.claims import Claims
    from projections.claims.readings import Reading


class Answer(NamedTuple):
    """What is concluded of a subject.

    `readings` are the entries that it rests on, `against` those that said otherwise, each with how; `rests` is what
    rests on the subject in turn. `dated` says that it holds since the first of the entries happened, `supposed` that
    the entries only suppose it, so that they are no voices for it.
    """

    says: str
    value: Any
    readings: list[Reading]
    against: list[tuple[Reading, str]]
    rests: tuple[str, ...] = ()
    dated: bool = False
    supposed: bool = False


def readings_of(claims: Claims, entries: Iterable[str]) -> list[Reading]:
    """Return how entries read, each once."""
    return [reading for entry in dict.fromkeys(entries) if (reading := claims.get(entry)) is not None]


def retracted(claims: Claims, subject: str) -> list[tuple[Reading, str]]:
    """Return the retracted entries about a subject."""
    return [(reading, "retracted") for reading in claims.retracted if subject in subjects_of(reading.event)]
