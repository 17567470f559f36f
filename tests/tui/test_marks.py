"""The marks of when a person looked: kept apart for each person and log, and read with distrust."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.views.since import Mark
from tracker.errors import LogError
from tui.kept import Marks

MARK: Final = Mark(412, "a" * 64, date(2024, 5, 11))


def saved(folder: Path, *, log: str = "log", person: str = "me", **marks: Mark) -> Marks:
    found = Marks(folder, log, person)
    found.marks.update(marks)
    found.save()
    return found


def test_marks_are_read_as_they_were_written(tmp_path: Path) -> None:
    saved(tmp_path, talks=MARK)
    found = Marks(tmp_path, "log", "me")
    assert (found.marks, found.problem) == ({"talks": MARK}, "")


def test_each_person_has_marks_of_their_own_in_each_log(tmp_path: Path) -> None:
    names = [("log", "me"), ("log", "you"), ("other", "me"), ("lo", "gme"), ("log", "../../x"), ("log", "Zoë\udc80")]
    for number, (log, person) in enumerate(names, 1):
        saved(tmp_path, log=log, person=person, talks=MARK._replace(position=number))
    found = [Marks(tmp_path, log, person).marks["talks"].position for log, person in names]
    assert found == list(range(1, len(names) + 1))
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "looked"}


def test_no_file_is_no_mark(tmp_path: Path) -> None:
    found = Marks(tmp_path, "log", "me")
    assert (found.marks, found.problem) == ({}, "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"format": "1"},
        {"log": "other"},
        {"person": "you"},
        {"negotiations": []},
        {"negotiations": {"talks": None}},
        {"negotiations": {"talks": {}}},
        {"negotiations": {"talks": {"position": True, "digest": "a" * 64, "day": "2024-05-11"}}},
        {"negotiations": {"talks": {"position": 0, "digest": "a" * 64, "day": "2024-05-11"}}},
        {"negotiations": {"talks": {"position": 1.5, "digest": "a" * 64, "day": "2024-05-11"}}},
        {"negotiations": {"talks": {"position": 1, "digest": "A" * 64, "day": "2024-05-11"}}},
        {"negotiations": {"talks": {"position": 1, "digest": "a" * 64, "day": "2024-05-32"}}},
        {"negotiations": {"talks": {"position": 1, "digest": "a" * 64, "day": 20240511}}},
    ],
)
def test_a_file_that_is_not_right_is_forgotten_and_kept(change: dict[str, Any], tmp_path: Path) -> None:
    path = saved(tmp_path, talks=MARK).path
    damaged = json.dumps({**json.loads(path.read_bytes()), **change})
    path.write_text(damaged, "utf-8")
    found = Marks(tmp_path, "log", "me")
    assert found.marks == {}
    assert str(path) in found.problem
    assert path.read_text("utf-8") == damaged
    found.marks["talks"] = MARK
    found.save()
    assert Marks(tmp_path, "log", "me").marks == {"talks": MARK}
    assert path.with_suffix(".damaged").read_text("utf-8") == damaged


@given(st.one_of(st.binary(max_size=200), st.text().map(str.encode), st.just(b"[" * 100_000)))
def test_whatever_is_in_the_file_is_no_traceback(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = saved(Path(folder), talks=MARK).path
        path.write_bytes(data)
        found = Marks(Path(folder), "log", "me")
        assert found.problem
        assert found.marks == {}


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = saved(tmp_path, talks=MARK).path
    path.write_text('{"format": 2}', "utf-8")
    with pytest.raises(LogError, match="newer version"):
        Marks(tmp_path, "log", "me")
    assert path.read_text("utf-8") == '{"format": 2}'


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path, talks=MARK).path
    path.unlink()
    path.mkdir()
    with pytest.raises(LogError, match="keeps there when you looked"):
        Marks(tmp_path, "log", "me")
    found = Marks(tmp_path / "other", "log", "me")
    (tmp_path / "other").write_text("in the way", "utf-8")
    with pytest.raises(LogError, match="is not kept"):
        found.save()


def test_an_interrupted_write_leaves_the_old_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = saved(tmp_path, talks=MARK)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    found.marks["talks"] = MARK._replace(position=500)
    with pytest.raises(LogError, match="No space left on device"):
        found.save()
    assert Marks(tmp_path, "log", "me").marks == {"talks": MARK}
    assert [path.name for path in found.path.parent.iterdir()] == [found.path.name]
