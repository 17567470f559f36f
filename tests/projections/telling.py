"""Telling histories in few words: entries of one negotiation, `n`, with two parties, recorded a second apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from projections import Cut, History, findings
from projections.claims.persons import fold_name
from tracker import EventLog
from tracker.codec import Recorded
from tracker.events import build, event_type
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from projections import Finding
    from tracker.events import Event

#: What an entry is said by: a source, or a piece of evidence in full.
Evidence = str | dict[str, Any]
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING: Final = Cut()


def tell(kind: str, entry: str, occurred: str | None = None, /, *said_by: Evidence, **fields: object) -> Event:
    """Return an entry; `said_by` are sources, or pieces of evidence in full."""
    evidence = [{"source": item} if isinstance(item, str) else item for item in said_by]
    given = {"negotiation": "n", "id": entry, "occurred": occurred, "evidence": evidence, **fields}
    return build(event_type(kind), {name: value for name, value in given.items() if value is not None})


def source(name: str, published: str | None = "2024-01-01", /, *relays: str, **fields: object) -> Event:
    """Return the registration of a source, as the entry `src-NAME`."""
    return tell("SourceRegistered", f"src-{name}", source=name, published=published, relays=relays, **fields)


def party(name: str, /, **fields: object) -> Event:
    """Return the registration of a party, as the entry `party-NAME`."""
    return tell("PartyAdded", f"party-{name.lower()}", party=name, **fields)


def person(name: str, alias: str) -> Event:
    """Return another name of a person, as the entry `alias-ALIAS`."""
    return tell("AliasAdded", f"alias-{fold_name(alias).replace(' ', '-')}", person=name, alias=alias)


def cites(name: str, whom: str, role: str | None = None) -> dict[str, Any]:
    """Return evidence of a source that cites a person."""
    return {"source": name, "attributed_to": whom, **({"role": role} if role else {})}


def history(*events: Event) -> History:
    """Return the history of these entries in this order."""
    return History("n", list(recorded(events)))


def recorded(events: Iterable[Event]) -> Iterable[Recorded]:
    """Yield entries as a log holds them, but for the bytes."""
    for number, event in enumerate(events, 1):
        yield Recorded(
            event, number, number, START + timedelta(seconds=number), "test", f"{number - 1:064}", b"%d" % number
        )


def found(kind: str, *events: Event, cut: Cut = EVERYTHING) -> list[tuple[str, set[str]]]:
    """Return the findings of one kind as (subject, entries)."""
    return [(finding.subject, set(finding.entries)) for finding in all_found(*events, cut=cut) if finding.kind == kind]


def all_found(*events: Event, cut: Cut = EVERYTHING) -> tuple[Finding, ...]:
    """Return all findings."""
    return findings(history(*events), "n", cut)


def seed(name: str, folder: Path) -> History:
    """Return a bundled history, recorded in a log in a folder."""
    with EventLog.open(folder / "log.db", clock=lambda: START, by="test") as log:
        record_script(log, read_script(seed_path(name)))
        return History.load(log, name)
