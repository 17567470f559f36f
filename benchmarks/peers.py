"""Peers: the event sourcing library as its documentation shows it, writing a projection to SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder

from benchmarks.harness import Watch

if TYPE_CHECKING:
    from pathlib import Path

    from eventsourcing.persistence import Tracking


class Talks(Aggregate):
    """A negotiation as the library's tutorial would write it."""

    @event("Opened")
    def __init__(self, title: str) -> None:
        """Open it."""
        self.title = title
        self.count = 0

    @event("Said")
    def say(self, text: str) -> None:
        """Take a statement."""
        self.count += 1
        self.last = text


class TalksApplication(Application[Any]):
    """The application; in memory, since the SQLite recorder has no subscription."""


class View(SQLiteTrackingRecorder):
    """A table of one row an event, with the position tracked in the same transaction."""

    def construct_create_table_statements(self) -> list[str]:
        """Return the library's tables and this one."""
        return [*super().construct_create_table_statements(), "CREATE TABLE IF NOT EXISTS said (id TEXT, text TEXT)"]

    def add(self, talks: str, text: str, tracking: Tracking) -> None:
        """Add a row and move the position."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT INTO said VALUES (?, ?)", (talks, text))


class TalksProjection(Projection[View]):
    """Writes what was said."""

    topics = ()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401 - any event of the library
        """Write one event."""
        self.view.add(str(domain_event.originator_id), str(getattr(domain_event, "text", "")), tracking)


def projection_runner(folder: Path, count: int) -> float:
    """Return the seconds that the library's runner takes for so many events, each written to SQLite."""
    path = folder / "runner.db"
    path.unlink(missing_ok=True)
    watch = Watch()
    with ProjectionRunner(
        application_class=TalksApplication,
        projection_class=TalksProjection,
        view_class=View,
        env={
            "TALKSPROJECTION_PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "TALKSPROJECTION_SQLITE_DBNAME": str(path),
        },
    ) as runner:
        talks = Talks("bench")
        with watch.running():
            for number in range(count - 1):
                talks.say(f"statement {number} of a negotiation that goes on")
            recordings = runner.app.save(talks)
            runner.wait(recordings[-1].notification.id, timeout=120)
    return watch.seconds
