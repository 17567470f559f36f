"""The read model: the same views as tables, however they came about."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from projections import status
from projections.readmodel.model import ReadModel, beside
from tracker import EventLog
from tracker.errors import LogError, LogTooNewError
from tracker.events import NegotiationOpened, PartyAdded, PositionTaken, SourceRegistered, StatementMade
from tracker.events.stage import MatterAdded
from tracker.events.withdrawals import WithdrawalOrdered, WithdrawalTimetableSet
from tracker.scripts.reading import seed_path, seeds
from tracker.scripts.script import read_script, record_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.events import Event

TODAY = date(2026, 1, 1)
TABLES = ("entries", "negotiations", "things", "positions", "findings")


@pytest.fixture
def log(log_path: Path) -> Iterator[EventLog]:
    with EventLog.open(log_path, by="tester") as opened:
        yield opened


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)  # noqa: S608 - from TABLES


def talks(name: str) -> list[Event]:
    return [
        NegotiationOpened(negotiation=name, title=f"Talks {name}"),
        PartyAdded(negotiation=name, party="NER"),
        MatterAdded(negotiation=name, matter="bases"),
        SourceRegistered(negotiation=name, source="paper", publisher="Le Sahel", published="2024-04-26"),
    ]


def said(name: str, text: str, entry: str) -> Event:
    return StatementMade(negotiation=name, id=entry, party="NER", text=text, evidence=[{"source": "paper"}])


def test_tables_hold_what_the_views_say_of_every_seed(log: EventLog) -> None:
    for name in seeds():
        record_script(log, read_script(seed_path(name)))
    with ReadModel.open(log, today=TODAY) as model:
        portfolio = {row["negotiation"]: row for row in model.portfolio()}
        assert set(portfolio) == set(seeds())
        for name in seeds():
            found = status(log, name, today=TODAY)
            assert portfolio[name]["entries"] == found.entries
            assert portfolio[name]["head"] == found.head
            assert portfolio[name]["open_questions"] == len(found.questions)
            states = {row[1]: row[3] for row in rows(model.path, "things") if row[0] == name}
            assert states == {
                state.subject: state.state for things in found.things.values() for state in things.values()
            }
        assert model.lag() == 0


def test_catching_up_gives_the_same_tables_as_building_anew(log: EventLog, tmp_path: Path) -> None:
    log.record([*talks("one"), *talks("two")])
    grown = tmp_path / "grown"
    with ReadModel.open(log, grown, today=TODAY) as model:
        log.record([PositionTaken(negotiation="one", id="p", party="NER", matter="bases", stance="opposes")])
        log.record([said("two", "Nothing new", "s")])
        assert model.lag() == 2
        assert model.catch_up(today=TODAY) == 2
        assert model.catch_up(today=TODAY) == 0
    with ReadModel.open(log, tmp_path / "fresh", today=TODAY) as fresh:
        for table in TABLES:
            assert rows(grown, table) == rows(fresh.path, table), table


def test_two_processes_that_catch_up_together_count_nothing_twice(log: EventLog, tmp_path: Path) -> None:
    log.record(talks("one"))
    path = tmp_path / "shared"
    with ReadModel.open(log, path) as first, ReadModel.open(log, path) as second:
        log.record([said("one", "said once", "s")])
        taken = [first.catch_up(), second.catch_up()]
        assert taken == [1, 0]
        assert [hit.entry for hit in second.search("said")] == ["s"]
    assert len(rows(path, "entries")) == 5


def test_an_overtaken_catch_up_leaves_no_row(log: EventLog, tmp_path: Path) -> None:
    log.record(talks("one"))
    path = tmp_path / "shared"
    with ReadModel.open(log, path) as model:
        log.record([said("one", "said once", "s")])
        with closing(sqlite3.connect(path)) as other:
            other.execute("UPDATE properties SET value = '5' WHERE name = 'position'")
            other.commit()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(model), "position", property(lambda _: 4))
            assert model.catch_up() == 0
    assert len(rows(path, "entries")) == 4


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("zeine", ["s"]),
        ("ZÉINE", ["s"]),
        ("cooperation", ["s"]),
        ("negoc*", ["s"]),
        ("negoc", []),
        ("القواعد", ["a"]),
        ("الْقَوَاعِد", ["a"]),
        ("sahel", ["source"]),
        ("zeine uranium", []),
        ('" OR 1 NEAR( *', []),
        ("", []),
        ("zeine'); DROP TABLE entries; --", []),
    ],
)
def test_search_folds_marks_and_takes_words_as_words(log: EventLog, sought: str, found: list[str]) -> None:
    stage = [
        event.model_copy(update={"id": "source"} if event.event == "SourceRegistered" else {}) for event in talks("one")
    ]
    log.record(
        [
            *stage,
            said("one", "M. Zéine a parlé de la coopération et de négociations.", "s"),
            said("one", "إغلاق القواعد", "a"),
        ]
    )
    with ReadModel.open(log) as model:
        assert [hit.entry for hit in model.search(sought)] == found
        assert model.search(sought, negotiation="other") == []
    assert len(rows(beside(log), "entries")) == 6


def test_a_file_of_another_log_or_version_is_built_anew(log: EventLog, tmp_path: Path) -> None:
    log.record(talks("one"))
    with EventLog.open(tmp_path / "other.db", by="tester") as other:
        other.record(talks("else"))
        with ReadModel.open(other) as model:
            foreign = model.path
        shutil.copy(foreign, beside(log))
    with ReadModel.open(log) as model:
        assert [row["negotiation"] for row in model.portfolio()] == ["one"]
    with closing(sqlite3.connect(beside(log))) as connection:
        connection.execute("UPDATE properties SET value = '0' WHERE name = 'version'")
        connection.commit()
    before = [row.state for row in log.store.scan()]
    with ReadModel.open(log) as model:
        assert model.fits()
    assert [row.state for row in log.store.scan()] == before


def test_a_file_of_a_newer_version_is_refused_and_replaced_when_told_to(log: EventLog) -> None:
    log.record(talks("one"))
    ReadModel.open(log).close()
    with closing(sqlite3.connect(beside(log))) as connection:
        connection.execute("UPDATE properties SET value = '999' WHERE name = 'version'")
        connection.commit()
    before = beside(log).read_bytes()
    with pytest.raises(LogTooNewError, match="has version 999, made by a newer communique"):
        ReadModel.open(log)
    assert beside(log).read_bytes() == before
    with ReadModel(log, beside(log)) as model:
        model.rebuild()
    with ReadModel.open(log) as model:
        assert model.fits()


def test_readers_go_on_while_it_is_built_anew(log: EventLog) -> None:
    log.record(talks("one"))
    with ReadModel.open(log) as reader, ReadModel.open(log) as builder:
        log.record([said("one", "later", "s")])
        builder.rebuild()
        assert len(reader.search("later")) == 1
        assert [hit.entry for hit in builder.search("later")] == ["s"]
    assert [path.name for path in beside(log).parent.glob("*.new*")] == []


def test_findings_are_kept_as_json(log: EventLog) -> None:
    record_script(log, read_script(seed_path("us-niger")))
    with ReadModel.open(log, today=TODAY) as model:
        kept = rows(model.path, "findings")
    expected = status(log, "us-niger", today=TODAY).findings
    assert sorted((*row[1:4], tuple(json.loads(row[4])), row[5]) for row in kept) == sorted(
        (finding.kind, finding.severity, finding.subject, finding.entries, finding.message) for finding in expected
    )


def test_a_place_that_cannot_be_written_is_told(log: EventLog, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LogError, match=r"read model .* cannot be opened"):
        ReadModel.open(log, tmp_path / "file" / "below")


@pytest.mark.long
def test_processes_share_the_work_and_the_tables_are_the_same(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in seeds():
        record_script(log, read_script(seed_path(name)))
    with ReadModel.open(log, tmp_path / "alone", today=TODAY) as alone:
        assert alone.lag() == 0
    monkeypatch.setattr("projections.readmodel.building.WORTH_IT", 1)
    monkeypatch.setattr("projections.readmodel.building._PART", 10)
    monkeypatch.setattr("tracker.system.cores", lambda: 3)
    taken: list[int] = []
    with ReadModel(log, tmp_path / "shared") as shared:
        count = shared.rebuild(today=TODAY, progress=taken.append)
        assert taken == sorted(taken)
        assert taken[-1] == count == log.store.max_position()
        found = shared.search("withdraw*")
    with ReadModel(log, tmp_path / "alone") as alone:
        assert found == alone.search("withdraw*") != []
    for table in TABLES:
        assert rows(tmp_path / "alone", table) == rows(tmp_path / "shared", table), table


def test_what_one_of_the_processes_cannot_read_ends_the_building_and_leaves_the_old_tables(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.record([*talks("one"), *talks("two"), said("two", "word", "s")])
    path = tmp_path / "tables"
    ReadModel.open(log, path).close()
    before = path.read_bytes()
    with closing(sqlite3.connect(log.location)) as connection:
        connection.execute("DROP TRIGGER stored_events_refuses_update")
        connection.execute("UPDATE stored_events SET state = x'00' WHERE rowid = 9")
        connection.commit()
    monkeypatch.setattr("projections.readmodel.building.WORTH_IT", 1)
    monkeypatch.setattr("tracker.system.cores", lambda: 2)
    with ReadModel(log, path) as model, pytest.raises(LogError, match="entry #9"):
        model.rebuild()
    assert path.read_bytes() == before
    assert [child.name for child in tmp_path.glob("tables*")] == ["tables"]


def _end(*_: object) -> None:
    os._exit(1)


def test_a_process_that_ends_early_ends_the_building(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.record([*talks("one"), *talks("two")])
    monkeypatch.setattr("projections.readmodel.building.WORTH_IT", 1)
    monkeypatch.setattr("tracker.system.cores", lambda: 2)
    # It ends before it has sent anything, as when the system runs out of memory.
    monkeypatch.setattr("projections.readmodel.building.History", _end)
    with ReadModel(log, tmp_path / "tables") as model, pytest.raises(LogError, match="try again"):
        model.rebuild()


@pytest.mark.parametrize("order", [("2024-09-01", "2024-10-01"), ("2024-10-01", "2024-09-01")])
def test_what_a_deadline_changes_is_told_on_the_day_without_a_new_entry(
    log: EventLog, tmp_path: Path, order: tuple[str, str]
) -> None:
    log.record(
        [
            *talks("one"),
            WithdrawalOrdered(negotiation="one", withdrawal="all", party="NER", evidence=[{"source": "paper"}]),
            WithdrawalTimetableSet(
                negotiation="one", withdrawal="all", deadline="2024-09-15", evidence=[{"source": "paper"}]
            ),
        ]
    )
    for day in map(date.fromisoformat, order):
        with ReadModel.open(log, tmp_path / "tables", today=day) as model:
            assert model.catch_up(today=day) == 0
        overdue = [row for row in rows(tmp_path / "tables", "findings") if "overdue" in row]
        assert bool(overdue) == (day > date(2024, 9, 15))
        with ReadModel.open(log, tmp_path / str(day), today=day) as fresh:
            for table in TABLES:
                found = rows(tmp_path / "tables", table)
                assert found == rows(fresh.path, table), (day, table)
