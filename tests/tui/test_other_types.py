"""Types of other packages in every verb: what they name is found by the types of their fields, not by their names."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

from projections import History
from projections.exports.parquet import rows_of
from projections.views.status import status
from tests.tracker.given import NEGOTIATION, entry, stage
from tracker import EventLog
from tracker.events import (
    EVENT_TYPES,
    Actors,
    CounterpartId,
    EntryId,
    Event,
    MatterId,
    PartyId,
    SourceId,
)
from tracker.events.base import Knowledge, Model
from tracker.events.commitments import CommitmentEvent
from tui.filters import parse
from tui.workspace.entry.fields import fields_of
from tui.workspace.entry.forms import event_of, values_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke


class Seat(Model):
    """A part that names something."""

    delegation: PartyId


class GoodOfficesOffered(Event):
    """A third party offers its good offices."""

    family: ClassVar[str] = "mediation"

    guests: list[CounterpartId] | None = None
    mediator: PartyId
    topic: MatterId | None = None
    document: SourceId | None = None
    answering: EntryId | None = None
    seats: tuple[Seat, ...] = ()
    place: str | None = None
    # Names of the common vocabulary that hold something else.
    party: dict[str, int] | None = None
    actor: int | None = None
    outcome: int | None = None
    matter: str | None = None


class OfferRemarked(Knowledge):
    """Somebody remarks upon an entry."""

    upon: EntryId
    entry: tuple[int, ...] = ()


class DebtOwned(CommitmentEvent, moves_to="undertaken"):
    """A debtor owns a debt."""

    debtor: PartyId
    others: Actors | None = None


KINDS: Final = (GoodOfficesOffered, OfferRemarked, DebtOwned)
OFFER: Final[dict[str, Any]] = {
    "mediator": "RUS",
    "guests": ["USA"],
    "topic": "air-bases",
    "document": "wire",
    "answering": "opened",
    "seats": [{"delegation": "CHN"}],
    "place": "Palais des Nations",
    "party": {"a": 1},
    "actor": 7,
    "outcome": 8,
    "matter": "combat-presence",
}


@pytest.fixture
def log_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a log with entries of types that are not ours, which are installed."""
    for kind in KINDS:
        monkeypatch.setitem(EVENT_TYPES, kind.__name__, kind)
    with EventLog.open(tmp_path / "log.db", by="tests") as log:
        log.record(
            [
                *stage(),
                entry("GoodOfficesOffered", id="offer", occurred="2024-05-01", **OFFER),
                entry("OfferRemarked", id="remark", upon="offer", entry=[1]),
                entry("DebtOwned", id="debt", commitment="aid", debtor="NER", occurred="2024-05-02"),
            ]
        )
    return tmp_path / "log.db"


def entries(invoke: Invoke, log_path: Path, *options: str) -> list[str]:
    done = invoke("--log", log_path, "log", NEGOTIATION, "--jsonl", *options)
    assert done.exit_code == 0, done.output
    return [json.loads(line)["id"] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--party", "RUS"], ["party-rus", "offer"]),
        (["--party", "USA"], ["party-usa", "offer"]),
        (["--party", "CHN"], ["party-chn", "offer"]),
        (["--party", "NER"], ["party-ner", "debt"]),
        (["--matter", "air-bases"], ["matter-air-bases", "offer"]),
        (["--matter", "combat-presence"], ["matter-combat-presence"]),
        (["--source", "wire"], ["source-wire", "offer"]),
    ],
)
def test_entries_are_listed_by_what_they_name(
    invoke: Invoke, log_path: Path, options: list[str], found: list[str]
) -> None:
    assert entries(invoke, log_path, *options) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("party:RUS", ["offer"]),
        ("party:CHN", ["offer"]),
        ("matter:air-bases", ["offer"]),
        ("matter:combat-presence", []),
        ("source:wire", ["offer"]),
        ("source:daily", []),
        ("palais", ["offer"]),
    ],
)
@pytest.mark.usefixtures("invoke")
def test_the_workspace_filters_by_what_they_name(log_path: Path, text: str, found: list[str]) -> None:
    with EventLog.open(log_path, read_only=True) as log:
        claims = status(History.load(log, NEGOTIATION), NEGOTIATION).claims
    assert claims is not None
    keep = parse(text, claims.registers)
    assert [reading.id for reading in claims.standing if keep(reading)] == found


def test_a_form_offers_what_they_may_name_and_takes_lists(log_path: Path) -> None:
    with EventLog.open(log_path, read_only=True) as log:
        seen = status(History.load(log, NEGOTIATION), NEGOTIATION)
    fields = {field.path: field for field in fields_of(GoodOfficesOffered, seen)}
    assert "RUS" in fields["mediator"].choices
    assert fields["topic"].choices == ("combat-presence", "air-bases")
    assert fields["document"].choices == ("wire", "daily", "gazette")
    assert "offer" in fields["answering"].choices
    assert (fields["guests"].sort, fields["matter"].choices) == ("list", ())
    made = event_of(GoodOfficesOffered, NEGOTIATION, {"mediator": "RUS", "guests": "USA, NER"})
    assert made == entry("GoodOfficesOffered", mediator="RUS", guests=["USA", "NER"])
    assert (fields["seats"].sort, fields["party"].sort) == ("json", "json")
    again = entry("GoodOfficesOffered", **OFFER, evidence=[{"source": "wire"}])
    assert event_of(GoodOfficesOffered, NEGOTIATION, values_of(again)) == again


def test_who_acts_and_what_is_about_an_entry_is_shown(invoke: Invoke, log_path: Path) -> None:
    done = invoke("--log", log_path, "timeline", NEGOTIATION, "--jsonl")
    lines = {line["entry"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {name: line["party"] for name, line in lines.items()} == {"offer": "RUS", "remark": None, "debt": "NER"}
    assert {name: line["about"] for name, line in lines.items()} == {
        "offer": "opened",
        "remark": "offer",
        "debt": None,
    }
    table = invoke("--log", log_path, "log", NEGOTIATION, "--csv", "--party", "RUS").stdout
    assert [row["party"] for row in csv.DictReader(io.StringIO(table))] == ["RUS", "RUS"]
    with EventLog.open(log_path, read_only=True) as log:
        assert [row["party"] for row in rows_of(log.read(after=12))] == ["RUS", None, "NER"]
        standing = status(History.load(log, NEGOTIATION), NEGOTIATION)
    assert standing.things["commitment"]["aid"].to_json()["party"] == "NER"
    why = invoke("--log", log_path, "why", NEGOTIATION, "commitment:aid/party", "--json")
    assert "debt" in why.stdout


def test_they_are_searched_by_their_words_and_kept_in_tables(invoke: Invoke, log_path: Path) -> None:
    found = invoke("--log", log_path, "search", "palais", "--jsonl")
    assert [json.loads(line)["id"] for line in found.stdout.splitlines()] == ["offer"]


def test_every_verb_shows_them(invoke: Invoke, log_path: Path) -> None:
    for verb in ("status", "findings", "agenda", "show", "replay", "sources"):
        arguments = [NEGOTIATION, "offer"] if verb == "show" else [NEGOTIATION]
        done = invoke("--log", log_path, verb, *arguments)
        assert done.exit_code in {0, 2}, (verb, done.output)
    fields = invoke("--log", log_path, "schema", "GoodOfficesOffered", "--fields", "--plain").stdout
    rows = {line.split("\t")[0]: line for line in fields.splitlines()}
    assert "party" in rows["mediator"]
    assert "list of parties" in rows["guests"]
    assert "entry" in rows["answering"]


def test_a_list_is_written_with_commas_however_it_is_annotated(invoke: Invoke, log_path: Path) -> None:
    done = invoke(
        "--log", log_path, "add", "GoodOfficesOffered", "-n", NEGOTIATION, "id=o", "mediator=RUS", "guests=USA,NER"
    )
    assert done.exit_code == 0, done.output
    wrong = invoke(
        "--log", log_path, "add", "GoodOfficesOffered", "-n", NEGOTIATION, "mediator=RSU", "seats.0.delegation=NRE"
    )
    assert wrong.exit_code == 1
    assert "mediator: unknown party 'RSU'; did you mean 'RUS'?" in wrong.output
    assert "seats.0.delegation: unknown party 'NRE'; did you mean 'NER'?" in wrong.output
    columns = "event,negotiation,id,mediator,guests,seats.0.delegation"
    script = f"{columns}\nGoodOfficesOffered,us-niger,p,RUS,USA;NER,CHN\n"
    (log_path.parent / "more.csv").write_text(script)
    assert invoke("--log", log_path, "record", log_path.parent / "more.csv").exit_code == 0
    assert entries(invoke, log_path, "--party", "NER") == ["party-ner", "debt", "o", "p"]


def test_what_is_said_of_a_remark_is_bound_to_what_it_is_upon(invoke: Invoke, log_path: Path) -> None:
    with EventLog.open(log_path, by="tests") as log:
        history = History.load(log, NEGOTIATION)
        assert history.root(history.index["remark"]) == history.index["offer"]
        assert history.root(history.index["offer"]) == history.index["offer"]
        log.record([entry("EntryCorrected", entry="offer", changes={"seats": [{"delegation": "NER"}]})])
    assert "offer" in entries(invoke, log_path, "--party", "CHN")
