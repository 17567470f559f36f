"""Statements, and what is said about them: the least that claims at a cut can be shown with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections import Cut, claims
from tests.projections.telling import history, party, source, tell

if TYPE_CHECKING:
    from projections import Claims
    from tracker.events import Event

STAGE = [party("USA"), party("NER"), source("s", "2024-05-01"), source("late", "2024-06-01")]


def at(events: list[Event], **cut: str) -> Claims:
    """Return the claims of a history of these entries at a cut."""
    return claims(history(*STAGE, *events), "n", Cut(**cut))


def standing(events: list[Event], **cut: str) -> list[str]:
    """Return the ids of the entries that stand."""
    return [reading.id for reading in at(events, **cut).standing]


def words(entry: str, occurred: str | None = None, /, *said_by: str, **fields: object) -> Event:
    """Return a statement."""
    return tell("StatementMade", entry, occurred, *said_by, party="USA", **fields)


def correct(entry: str, target: str, published: str, /, **changes: object) -> Event:
    """Return a correction of an entry, by its id."""
    return tell("EntryCorrected", entry, None, entry=target, changes=changes, published=published)


def retract(entry: str, target: str, published: str) -> Event:
    """Return a retraction of an entry, by its id."""
    return tell("EntryRetracted", entry, None, entry=target, published=published)


def text_of(events: list[Event], **cut: str) -> list[str | None]:
    """Return what the statements that stand say."""
    return [reading.event.__dict__["text"] for reading in at(events, **cut).standing]
