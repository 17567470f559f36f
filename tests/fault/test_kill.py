"""kill -9 at any moment: what was acknowledged is there, nothing is there twice, and all can be run again."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

import pytest

from projections.readmodel.model import ReadModel
from projections.readmodel.tables import VIEWS
from tests.fault import work
from tests.fault.children import Child
from tests.tracker.given import NEGOTIATION, stage, statements
from tracker.errors import LogError, LogMissingError
from tracker.log import EventLog
from tracker.stores.sqlite.file import companions

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres_server import Cluster

pytestmark = [pytest.mark.fault, pytest.mark.long]


@pytest.fixture(autouse=True)
def _count(figure: Callable[[str], None]) -> Iterator[None]:
    """Note how many processes were killed before they were done, and how many were too quick for that."""
    before = Child.killed, Child.spared
    yield
    figure(f"{Child.killed - before[0]:,} killed in their work, {Child.spared - before[1]:,} done before")


STAGE: Final = len(stage())
TOTAL: Final = STAGE + 2000


def ids_of(where: str) -> list[str]:
    """Return the ids in a log that must be whole."""
    with EventLog.open(where, create=False, read_only=True) as log:
        verification = log.verify()
        assert verification.ok, verification
        return [recorded.id for recorded in log.read()]


def duration(doing: Callable[..., None], *arguments: object, **options: object) -> float:
    """Return how long a whole run takes here and now, so that kills can be spread over it."""
    Child(work.nothing).finish()
    began = time.monotonic()
    Child(doing, *arguments, **options).finish()
    return time.monotonic() - began


def moments(chance: random.Random, length: float, count: int) -> list[float]:
    """Return moments within some seconds in any order, one by chance in each of so many equal parts."""
    found = [(part + chance.random()) * length / count for part in range(count)]
    chance.shuffle(found)
    return found


def test_recording(place: str, chance: random.Random, rounds: Callable[[int, int], int]) -> None:
    work.stage_all(place, NEGOTIATION)
    length = rounds(100, 1000)
    whole = duration(work.record, place, range(length))
    acknowledged = {f"statement-{number}" for number in range(length)}
    killed = 0
    for turn, moment in enumerate(moments(chance, whole, rounds(4, 200)), start=1):
        child = Child(work.record, place, range(turn * length, (turn + 1) * length))
        child.kill_after(moment)
        acknowledged |= {f"statement-{number}" for number in child.sent()}
        killed += child.was_killed
    ids = ids_of(place)
    assert len(ids) == len(set(ids))
    assert acknowledged <= set(ids)
    # Of each killed run at most the entry that was being committed is there without its writer having been told.
    assert len(ids) - STAGE - len(acknowledged) <= killed
    assert killed > 0


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a script of 2,000 statements with their stage."""

    def write(negotiation: str) -> Path:
        path = tmp_path / f"{negotiation}.jsonl"
        events = [*stage(negotiation), *statements(2000, negotiation)]
        rows = ({"event": event.event, **event.model_dump(mode="json", exclude_defaults=True)} for event in events)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


def test_an_import_that_keeps_going_goes_on_where_it_was_killed(
    place: str, script: Callable[[str], Path], chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    file = str(script(NEGOTIATION))
    whole = duration(work.import_script, str(tmp_path / "other.db"), file, keep_going=True, batch=50)
    EventLog.open(place).close()
    committed = 0
    for moment in moments(chance, whole / 2, rounds(4, 100)):
        child = Child(work.import_script, place, file, keep_going=True, batch=50)
        child.kill_after(moment)
        told = [number for number in child.sent() if isinstance(number, int)]
        there = ids_of(place)
        assert len(there) == len(set(there))
        assert len(there) >= max([committed, *told])
        assert len(there) % 50 == 0 or len(there) == TOTAL
        committed = len(there)
    match Child(work.import_script, place, file, keep_going=True, batch=50).finish()[-1]:
        case ("recorded", int(recorded), int(already)):
            assert recorded + already == TOTAL
            assert already >= committed
        case said:
            pytest.fail(f"it said {said!r}")
    assert ids_of(place) == [str(event.id) for event in [*stage(), *statements(2000)]]


def test_an_import_of_all_or_nothing_is_one_or_the_other(
    place: str, script: Callable[[str], Path], chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    whole = duration(work.import_script, str(tmp_path / "other.db"), str(script("trial")), keep_going=False, batch=200)
    EventLog.open(place).close()
    outcomes = []
    for turn, moment in enumerate(moments(chance, whole * 1.2, rounds(4, 200))):
        negotiation = f"talks-{turn}"
        child = Child(work.import_script, place, str(script(negotiation)), keep_going=False, batch=200)
        child.kill_after(moment)
        said = child.sent()
        with EventLog.open(place, read_only=True) as log:
            there = log.negotiations().get(negotiation, 0)
        assert there in {0, TOTAL}
        assert there or not any(isinstance(word, tuple) for word in said)
        outcomes.append(there)
    ids = ids_of(place)
    assert len(ids) >= sum(outcomes)
    Child(work.import_script, place, str(script("talks-0")), keep_going=False, batch=200).finish()
    assert ids_of(place)[: len(ids)] == ids


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log of some size, not to be written to."""
    path = tmp_path_factory.mktemp("big") / "big.db"
    with EventLog.open(path, by="ada") as log:
        for number in range(4):
            log.record([*stage(f"talks-{number}"), *statements(600, f"talks-{number}")])
    return path


@pytest.mark.parametrize("kind", ["backup", "restore"])
def test_what_a_killed_writer_left_stays_its_own(
    kind: str, big: Path, chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    doing = work.make_backup if kind == "backup" else work.make_again
    expected = ids_of(str(big))
    desk, damaged = tmp_path / "desk", tmp_path / "damaged"
    target = desk / "n.db"
    whole = duration(doing, str(big), str(tmp_path / "whole.db"))
    for moment in moments(chance, whole, rounds(2, 100)):
        for folder in (desk, damaged):
            folder.mkdir()
        work.stage_all(str(target), NEGOTIATION)
        writer = Child(work.record, str(target), range(100_000))
        acknowledged = [writer.next() for _ in range(chance.randrange(1, 50))]
        writer.kill_after(0)
        acknowledged += writer.sent()
        target.rename(damaged / "n.db")
        # Its last entries are beside the name, and are neither played into what gets the name now, nor lost.
        with pytest.raises(LogError, match="is left of a log that was at"):
            doing(acknowledged.append, str(big), str(target))
        for beside in companions(target):
            beside.rename(damaged / beside.name)
        child = Child(doing, str(big), str(target))
        child.kill_after(moment)
        if not target.exists():
            Child(doing, str(big), str(target)).finish()
        assert ids_of(str(target)) == expected
        assert {f"statement-{number}" for number in acknowledged} <= set(ids_of(str(damaged / "n.db")))
        for folder in (desk, damaged):
            shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["backup", "restore"])
def test_a_backup_or_a_restored_log_is_whole_or_not_there(
    kind: str, big: Path, chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    doing = work.make_backup if kind == "backup" else work.make_again
    expected = ids_of(str(big))
    whole = duration(doing, str(big), str(tmp_path / "whole.db"))
    outcomes = set()
    for turn, moment in enumerate(moments(chance, whole * 1.3, rounds(4, 150))):
        target = tmp_path / f"{turn}.db"
        child = Child(doing, str(big), str(target))
        child.kill_after(moment)
        if child.sent():
            assert target.exists()
        if target.exists():
            assert ids_of(str(target)) == expected
        else:
            # What is left of it is in nobody's way.
            Child(doing, str(big), str(target)).finish()
            assert ids_of(str(target)) == expected
        outcomes.add(child.was_killed)
        for path in tmp_path.iterdir():
            path.unlink()
    assert True in outcomes


def test_a_copy_goes_on_where_it_was_killed(
    place: str, big: Path, chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    expected = ids_of(str(big))
    whole = duration(work.make_copy, str(big), str(tmp_path / "whole.db"))
    EventLog.open(place).close()
    for moment in moments(chance, whole, rounds(3, 50)):
        child = Child(work.make_copy, str(big), place)
        child.kill_after(moment)
        there = ids_of(place)
        assert there == expected[: len(there)]
    Child(work.make_copy, str(big), place).finish()
    assert ids_of(place) == expected


@pytest.mark.postgres
def test_a_restore_to_a_database_is_gone_on_with_by_copying(
    cluster: Cluster, big: Path, chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    expected = ids_of(str(big))
    whole = duration(work.make_again, str(big), str(tmp_path / "whole.db"))
    for moment in moments(chance, whole, rounds(2, 50)):
        with cluster.database() as name:
            place = cluster.address(name)
            child = Child(work.make_again, str(big), place)
            child.kill_after(moment)
            there = []
            with suppress(LogMissingError):
                there = ids_of(place)
            assert there == expected[: len(there)]
            assert there == expected or not child.sent()
            Child(work.make_copy, str(big), place).finish()
            assert ids_of(place) == expected


@pytest.mark.parametrize("anew", [True, False], ids=["built anew", "brought up to date"])
def test_the_read_model_equals_a_rebuild(
    anew: bool, chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    where, tables = tmp_path / "log.db", tmp_path / "tables.readmodel"
    work.stage_all(str(where), NEGOTIATION)
    whole = 0.0
    for turn, moment in enumerate(moments(chance, 1.2, rounds(3, 100))):
        with EventLog.open(where) as log:
            log.record([*stage(f"talks-{turn}"), *statements(300, f"talks-{turn}")])
        if not whole or (anew and turn % 10 == 0):
            # Built anew, there is more to do each time.
            whole = duration(work.build, str(where), str(tables), anew=anew)
        child = Child(work.build, str(where), str(tables), anew=anew)
        child.kill_after(moment * whole)
        with EventLog.open(where, read_only=True) as log:
            with ReadModel.open(log, tables) as model:
                assert model.lag() == 0
            with ReadModel.open(log, tmp_path / "fresh.readmodel") as model:
                model.rebuild()
        assert dump(tables) == dump(tmp_path / "fresh.readmodel")


def test_the_read_model_is_replaced_while_others_bring_it_up_to_date(
    chance: random.Random, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    """Whoever is killed, and whenever: the next one finds what was recorded, and nothing is left lying about."""
    where, fresh = tmp_path / "log.db", tmp_path / "fresh"
    work.stage_all(str(where), NEGOTIATION)
    times = rounds(5, 30)
    whole = duration(work.build_often, str(where), times)
    for turn, moment in enumerate(moments(chance, whole, rounds(3, 200))):
        numbers = range(turn * 1000, turn * 1000 + times)
        children = [
            Child(work.build_often, str(where), times),
            Child(work.build_often, str(where), times),
            Child(work.record_and_look, str(where), numbers),
        ]
        for child in children:
            child.kill_after(moment)
        for said in children[2].sent():
            match said:
                case (int(number), list(found)):
                    assert found == [f"statement-{number}"]
                case _:
                    pytest.fail(f"it said {said!r}")
        with EventLog.open(where, read_only=True) as log:
            assert log.verify().ok
            with ReadModel.open(log) as model:
                assert model.fits()
                tables = model.path
            with ReadModel.open(log, fresh) as model:
                model.rebuild()
        assert dump(tables) == dump(fresh)
        assert {path.name for path in tmp_path.iterdir()} <= {
            *("log.db", "log.db-wal", "log.db-shm", "log.db.readmodel", "fresh")
        }


def dump(path: Path) -> list[list[tuple[object, ...]]]:
    """Return everything in the tables of a read model, in an order of its own."""
    with closing(sqlite3.connect(path)) as connection:
        # Entries are numbered as they were written, which may have been in another order; readers see no numbers.
        shown = ("entries", *(name for name, _, _ in VIEWS), "properties")
        return [sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in shown]  # noqa: S608 - above
