"""Another package may bring event types of its own, through the entry points `communique.events`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.tracker.given import NEGOTIATION, stage
from tracker.events import UnknownEvent
from tracker.log import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT: Final = Path(__file__).resolve().parents[2]
MODULE: Final = '''
from typing import ClassVar
from tracker.events import Event, PositionTaken
from tracker.events.base import PartyId

class SummitHeld(Event):
    """Heads of state meet."""

    family: ClassVar[str] = "summits"

    parties: tuple[PartyId, ...]
    venue: str | None = None

class StatementMade(Event):
    """Another type by a name that is taken."""

    anything: str

class HeaderTaken(Event):
    """A type with a field that the log sets."""

    version: int

not_a_type = 7
'''
RECORD: Final = """
import sys
from tracker import EventLog
from tracker.events import parse
with EventLog.open(sys.argv[1]) as log:
    summit = {"event": "SummitHeld", "negotiation": "us-niger", "id": "summit", "parties": ["USA", "NER"], "venue": "v"}
    log.record([parse(summit), parse({"event": "StatementMade", "negotiation": "us-niger", "party": "NER"})])
    print([type(recorded.event).__module__ for recorded in log.read(after=12)])
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a way to run Python with a package installed beside communique."""
    package = tmp_path / "site"
    information = package / "summits-1.0.dist-info"
    information.mkdir(parents=True)
    (package / "summits.py").write_text(MODULE, encoding="utf-8")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: summits\nVersion: 1.0\n", encoding="utf-8")

    def python(code: str, *arguments: str, points: str) -> subprocess.CompletedProcess[str]:
        (information / "entry_points.txt").write_text(f"[communique.events]\n{points}\n", encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(package), str(CHECKOUT)])},
            capture_output=True,
            text=True,
            check=False,
        )

    return python


def test_a_type_of_another_package_is_recorded_and_read(
    run: Callable[..., subprocess.CompletedProcess[str]], staged: EventLog, log_path: Path
) -> None:
    points = "Summit = summits:SummitHeld\nStatement = summits:StatementMade\nOther = summits:not_a_type"
    done = run(RECORD, str(log_path), points=points)
    assert (done.returncode, done.stdout, done.stderr) == (0, "['summits', 'tracker.events.acts']\n", "")
    event = staged.entry(NEGOTIATION, "summit").event
    assert isinstance(event, UnknownEvent)
    assert event.event == "SummitHeld"
    assert staged.verify().ok
    assert staged.record(stage()).already == len(stage())


def test_its_references_are_checked(
    run: Callable[..., subprocess.CompletedProcess[str]], staged: EventLog, log_path: Path
) -> None:
    done = run(RECORD.replace('"NER"]', '"NRE"]'), str(log_path), points="Summit = summits:SummitHeld")
    assert "parties.1: unknown party 'NRE'; did you mean 'NER'?" in done.stderr
    assert len(list(staged.read())) == 12


@pytest.mark.parametrize("target", ["summits:NotThere", "not_installed:SummitHeld", "summits:HeaderTaken"])
def test_a_package_that_cannot_be_used_is_told_and_harms_nothing_else(
    run: Callable[..., subprocess.CompletedProcess[str]], staged: EventLog, log_path: Path, target: str
) -> None:
    points = f"Broken = {target}"
    code = "from tracker.events import event_type\nprint(event_type('StatementMade').__module__)\n"
    assert run(code, points=points).stdout == "tracker.events.acts\n"
    code = (
        "from tracker.errors import NameUnknownError\nfrom tracker.events import event_type\n"
        "try:\n    event_type('SummitHeld')\nexcept NameUnknownError as error:\n    print(error)\n"
    )
    done = run(code, points=points)
    assert done.stderr == ""
    assert done.stdout.startswith("unknown event type 'SummitHeld'")
    assert f"{target} of the package summits cannot be used" in done.stdout


def test_all_types_are_listed_with_those_of_other_packages(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = "from tracker.events.registry import event_types\nprint(len(event_types()), 'SummitHeld' in event_types())\n"
    assert run(code, points="Summit = summits:SummitHeld").stdout == "79 True\n"


def test_types_that_are_built_in_need_no_look_at_what_is_installed(
    run: Callable[..., subprocess.CompletedProcess[str]], log_path: Path
) -> None:
    with EventLog.open(log_path) as log:
        log.record(stage())
    code = (
        "import sys\nfrom tracker import EventLog\nfrom tracker.events import parse\n"
        "with EventLog.open(sys.argv[1]) as log:\n    list(log.read())\n"
        "    log.record([parse({'event': 'StatementMade', 'negotiation': 'us-niger', 'party': 'NER'})])\n"
        "print('summits' in sys.modules)\n"
    )
    done = run(code, str(log_path), points="Summit = summits:SummitHeld")
    assert (done.stdout, done.stderr) == ("False\n", "")
