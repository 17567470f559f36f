"""A clock that is far ahead, at the command line: told beside the result, and in JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke

#: Whenever this is run, that is years away.
_FAR: Final = "2999-01-01T00:00:00Z"
_SCRIPT: Final = '{"event":"NegotiationOpened","negotiation":"river","id":"o","title":"The river"}\n'


def test_a_clock_that_is_far_ahead_is_warned_of_wherever_something_is_recorded(
    invoke: Invoke, log_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("--log", log_path, "record", "-", "--json", stdin=_SCRIPT).stderr == ""
    monkeypatch.setenv("COMMUNIQUE_NOW", _FAR)
    done = invoke("--log", log_path, "add", "MatterAdded", "-n", "river", "matter=ford", "title=The ford")
    assert done.exit_code == 0
    assert done.stderr.startswith("warning: entries of river are recorded as of 2999-01-01T00:00:00Z, more than a day")
    assert done.stderr.count("\n") == 1
    assert done.stdout.startswith("recorded river ")

    other = tmp_path / "other.db"
    done = invoke("--log", other, "record", "-", "--json", stdin=_SCRIPT)
    (warning,) = json.loads(done.stdout)["warnings"]
    assert (done.exit_code, done.stderr) == (0, f"warning: {warning}\n")

    bundle = tmp_path / "river.bundle"
    assert invoke("--log", log_path, "export", "bundle", "river", "--output", bundle).exit_code == 0
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")
    done = invoke("--log", tmp_path / "third.db", "import", "bundle", bundle)
    assert (done.exit_code, done.stderr.startswith("warning: entries of river ")) == (0, True)
    # The clock is right again, and what was recorded holds the negotiation where it is.
    done = invoke("--log", log_path, "add", "MatterAdded", "-n", "river", "matter=bank", "title=The bank", "--json")
    assert len(json.loads(done.stdout)["warnings"]) == 1


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "24:00", "-0001-01-01"])
def test_a_time_beyond_the_calendar_is_refused(now: str, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_NOW", now)
    done = invoke("status")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"COMMUNIQUE_NOW is {now!r}, no ISO 8601 time" in done.stderr
