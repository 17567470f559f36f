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
from __future__ import annotations

from typing import ClassVar
from pydantic import PrivateAttr
from tracker.events import Event, PositionTaken
from tracker.events import PartyId
from tracker.events.base import Model

class SummitHeld(Event):
    """Heads of state meet."""

    family: ClassVar[str] = "summits"

    parties: tuple[PartyId, ...]
    venue: str | None = None
    hosts: tuple[Host, ...] = ()
    party: str | None = None
    _seen: list[str] = PrivateAttr(default_factory=list)

    def model_post_init(self, context):
        super().model_post_init(context)
        self._seen.append(f"{len(self.parties)} at {self.venue}")

class Host(Model):
    """A part that stands further down."""

    country: PartyId

class Unresolved(Event):
    """A type of whose fields one is of no type that there is."""

    what: Nowhere

class Unfit(Event):
    """A type that fails in a way of its own."""

    what: str

    def model_post_init(self, context):
        raise RuntimeError("unfit")

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
    (package / "broken.py").write_text('raise RuntimeError("broken")', encoding="utf-8")
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


@pytest.mark.long
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


@pytest.mark.long
def test_its_references_are_checked(
    run: Callable[..., subprocess.CompletedProcess[str]], staged: EventLog, log_path: Path
) -> None:
    done = run(RECORD.replace('"NER"]', '"NRE"]'), str(log_path), points="Summit = summits:SummitHeld")
    assert "parties.1: unknown party 'NRE'; did you mean 'NER'?" in done.stderr
    assert len(list(staged.read())) == 12


READ: Final = """
import sys
from tracker import EventLog
with EventLog.open(sys.argv[1], read_only=True) as log:
    print({recorded.event._seen[0] for recorded in log.read(after=12) if recorded.id != 'said'})
"""


@pytest.mark.long
def test_its_private_attributes_are_there_from_the_first_entry_on(
    run: Callable[..., subprocess.CompletedProcess[str]], staged: EventLog, log_path: Path
) -> None:
    many = RECORD.replace(
        "[parse(summit), ", "[*(parse({**summit, 'id': f's-{i}', 'party': 'none'}) for i in range(220)), "
    )
    many = many.replace('"party": "NER"}', '"party": "NER", "id": "said"}')
    done = run(many, str(log_path), points="Summit = summits:SummitHeld")
    assert done.stderr == ""
    done = run(READ, str(log_path), points="Summit = summits:SummitHeld")
    assert (done.stdout, done.stderr) == ("{'2 at v'}\n", "")
    assert staged.verify().ok


@pytest.mark.long
def test_a_part_that_stands_further_down_is_checked(
    run: Callable[..., subprocess.CompletedProcess[str]], staged: EventLog, log_path: Path
) -> None:
    hosts = '"parties": ["USA"], "hosts": [{"country": "NRE"}]'
    done = run(RECORD.replace('"parties": ["USA", "NER"]', hosts), str(log_path), points="Summit = summits:SummitHeld")
    assert "hosts.0.country: unknown party 'NRE'; did you mean 'NER'?" in done.stderr
    assert len(list(staged.read())) == 12


@pytest.mark.long
def test_a_type_that_fails_is_told_in_one_line(
    run: Callable[..., subprocess.CompletedProcess[str]], log_path: Path
) -> None:
    code = (
        "import sys\nfrom tui.cli import main\n"
        "sys.argv = ['communique', '--log', sys.argv[1], 'add', 'Unfit', '-n', 'us-niger', 'what=x']\nmain()\n"
    )
    done = run(code, str(log_path), points="Unfit = summits:Unfit")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Unfit, of another package, cannot be made (RuntimeError: 'unfit')" in done.stderr


@pytest.mark.long
def test_packages_that_cannot_be_used_are_told_and_harm_nothing_else(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    broken = (
        *("summits:NotThere", "not_installed:SummitHeld", "summits:HeaderTaken"),
        *("summits:Unresolved", "broken:SummitHeld"),
    )
    points = [f"Broken{number} = {target}" for number, target in enumerate(broken)]
    code = (
        "from tracker.errors import NameUnknownError\nfrom tracker.events import event_type\n"
        "print(event_type('StatementMade').__module__, event_type('SummitHeld').__module__)\n"
        "try:\n    event_type('SummitHelt')\nexcept NameUnknownError as error:\n    print(error)\n"
    )
    done = run(code, points="\n".join([*points, "Summit = summits:SummitHeld"]))
    assert done.stderr == ""
    found, told = done.stdout.split("\n", 1)
    assert found == "tracker.events.acts summits"
    assert told.startswith("unknown event type 'SummitHelt'")
    assert [target for target in broken if f"{target} of the package summits cannot be used" not in told] == []


@pytest.mark.long
def test_all_types_are_listed_with_those_of_other_packages(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = "from tracker.events.registry import event_types\nprint(len(event_types()), 'SummitHeld' in event_types())\n"
    assert run(code, points="Summit = summits:SummitHeld").stdout == "103 True\n"


@pytest.mark.long
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
