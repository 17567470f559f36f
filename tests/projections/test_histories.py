"""What an analyst expects of two bundled histories, point by point, from the JSON that scripts rely on.

The Visiting Forces Agreement shows a notice that is suspended and withdrawn, the Black Sea Grain Initiative terms and a
party that leaves. Every cut is by what was known.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest
from click.testing import CliRunner

from projections import Cut, History, status
from tests.projections.telling import START, history, seed
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import read_script, record_script
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VFA: Final = "visiting-forces"
SEA: Final = "black-sea"
AGREEMENT: Final = "agreement:vfa-1998"
INITIATIVE: Final = "agreement:initiative"
#: What is ahead of the two agreements: kind, date, standing.
AHEAD: Final = [
    # 180 days from the notice.
    (VFA, "2020-02-20", ("effective", "2020-08-09", "ahead")),
    (VFA, "2020-06-10", ("until", "2020-12-01", "ahead")),
    (VFA, "2021-03-01", ("until", "2021-06-01", "ahead")),
    (SEA, "2022-07-23", ("term", "2022-11-19", "ahead")),
    (SEA, "2022-11-16", ("term", "2022-11-19", "ahead")),
    (SEA, "2022-12-01", ("term", "2023-03-18", "ahead")),
    (SEA, "2023-06-01", ("term", "2023-07-18~", "ahead")),
]


class Ask(Protocol):
    """Run a verb on the two histories and return its document."""

    def __call__(self, *arguments: str) -> Any: ...  # noqa: ANN401 - any JSON


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("histories") / "log.db"
    with EventLog.open(path, clock=lambda: START, by="tests") as written:
        for name in (VFA, SEA):
            record_script(written, read_script(seed_path(name)))
    return path


def printed(log: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["--log", str(log), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def ask(log: Path) -> Ask:
    return lambda *arguments: json.loads(printed(log, *arguments, "--json"))


def agreement(ask: Ask, name: str, day: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the agreement that leads a negotiation, as known on a day."""
    return ask("status", name, "--known-by", day)["agreements"]["vfa-1998" if name == VFA else "initiative"]


def found(ask: Ask, name: str, day: str, *severities: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the findings of some severities as known on a day: kind, subject, entries."""
    findings = ask("status", name, "--known-by", day)["findings"]
    return [
        (one["kind"], one["subject"], tuple(sorted(one["entries"])))
        for one in findings
        if one["severity"] in severities
    ]


def changes(ask: Ask, name: str, before: str, after: str) -> dict[tuple[str, str], tuple[Any, Any, tuple[str, ...]]]:
    """Return what is concluded otherwise on one day than on another: before, after, because."""
    told = ask("diff", name, f"known:{before}", f"known:{after}")["changes"]
    return {
        (one["subject"], one["aspect"]): (one["before"], one["after"], tuple(sorted(one["because"]))) for one in told
    }


def expected(listed: Iterable[dict[str, Any]], subject: str) -> list[tuple[str, str, str]]:
    """Return what is expected of a subject: kind, date, standing."""
    return [(one["kind"], one["date"], one["standing"]) for one in listed if one["subject"] == subject]


def open_in_agenda(ask: Ask, name: str, day: str, subject: str) -> list[tuple[str, str, str]]:
    listed = ask("agenda", name, "--known-by", day)["expected"]
    assert all(one["negotiation"] == name for one in listed)
    return [row for row in expected(listed, subject) if row[2] == "ahead"]


# ── both ──


@pytest.mark.parametrize(
    ("name", "day", "state", "since"),
    [
        (VFA, "1998-02-09", None, None),
        (VFA, "1999-01-01", "signed", "1998-02-10"),
        # Its text is of 1998, but nothing is known before it happened.
        (VFA, "1999-05-31", "signed", "1998-02-10"),
        (VFA, "1999-06-01", "in-force", "1999-06-01"),
        (VFA, "2020-01-31", "in-force", "1999-06-01"),
        (VFA, "2020-02-08", "denunciation-announced", "2020-02-07"),
        (VFA, "2020-02-20", "denunciation-notified", "2020-02-11"),
        (VFA, "2020-03-10", "denunciation-notified", "2020-02-11"),
        (VFA, "2020-06-10", "denunciation-suspended", "2020-06-01"),
        (VFA, "2020-09-01", "denunciation-suspended", "2020-06-01"),
        (VFA, "2021-03-01", "denunciation-suspended", "2020-06-01"),
        (VFA, "2021-08-30", "in-force", "2021-07-29/2021-07-30"),
        (SEA, "2022-07-21", None, None),
        (SEA, "2022-07-23", "in-force", "2022-07-22"),
        (SEA, "2022-10-30", "in-force", "2022-07-22"),
        (SEA, "2022-12-01", "in-force", "2022-07-22"),
        (SEA, "2023-06-01", "in-force", "2022-07-22"),
        (SEA, "2023-07-20", "terminated", "2023-07-17"),
    ],
)
def test_where_the_agreement_stood(ask: Ask, name: str, day: str, state: str | None, since: str | None) -> None:
    agreements = ask("status", name, "--known-by", day)["agreements"]
    shown = agreements.get("vfa-1998" if name == VFA else "initiative")
    if state is None:
        assert shown is None
    else:
        assert (shown["state"], shown["since"], shown["uncertain"], shown["rivals"]) == (state, since, False, [])


@pytest.mark.parametrize(
    ("name", "day", "rows"),
    [
        (VFA, "1999-01-01", [("open-question", AGREEMENT, ("signed",))]),
        (VFA, "2020-01-31", []),
        (VFA, "2020-02-08", [("open-question", AGREEMENT, ("palace-announces",))]),
        (VFA, "2020-02-20", []),
        (VFA, "2020-03-10", []),
        (VFA, "2020-06-10", []),
        (VFA, "2020-09-01", []),
        (VFA, "2021-03-01", [("open-question", "proposal:payment", ("payment-demanded",))]),
        # The second half-year is over, and nobody has said yet what follows.
        (
            VFA,
            "2021-06-10",
            [
                ("open-question", AGREEMENT, ("suspension-prolonged",)),
                ("open-question", "proposal:payment", ("payment-demanded",)),
            ],
        ),
        (VFA, "2021-08-30", [("open-question", "proposal:payment", ("payment-demanded",))]),
        (SEA, "2022-07-23", []),
        (SEA, "2022-09-01", []),
        (SEA, "2022-10-30", []),
        (SEA, "2022-11-03", []),
        (SEA, "2022-12-01", []),
        (SEA, "2023-03-15", []),
        (SEA, "2023-03-20", [("value-conflict", INITIATIVE, ("term-3-rus", "term-3-ukr"))]),
        # A later term has replaced both; that they differed is a note.
        (SEA, "2023-06-01", []),
        (SEA, "2023-07-20", []),
        (SEA, "2025-08-01", [("open-question", "agreement:mou", ("mou-signed",))]),
    ],
)
def test_what_contradicts_and_what_is_asked(
    ask: Ask, name: str, day: str, rows: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert sorted(found(ask, name, day, "conflict", "question")) == rows


@pytest.mark.parametrize(("name", "day", "row"), AHEAD)
def test_each_end_is_expected_before_it_comes(ask: Ask, name: str, day: str, row: tuple[str, str, str]) -> None:
    listed = expected(ask("status", name, "--known-by", day)["expected"], AGREEMENT if name == VFA else INITIATIVE)
    assert [one for one in listed if one[2] == "ahead"] == [row]
    assert row[1:] in [(one["date"], one["standing"]) for one in agreement(ask, name, day)["expected"]]


@pytest.mark.parametrize(("name", "day", "row"), AHEAD)
def test_each_end_is_in_the_agenda_before_it_comes(ask: Ask, name: str, day: str, row: tuple[str, str, str]) -> None:
    assert open_in_agenda(ask, name, day, AGREEMENT if name == VFA else INITIATIVE) == [row]


@pytest.mark.parametrize(
    ("day", "name", "headline"),
    [
        # What moved last is a demand for payment, and a proposal.
        ("2021-03-01", VFA, "Visiting Forces Agreement denunciation suspended"),
        ("2021-08-30", VFA, "Visiting Forces Agreement in force"),
        ("2023-03-15", SEA, "Black Sea Grain Initiative in force"),
        ("2023-07-20", SEA, "Black Sea Grain Initiative terminated"),
    ],
)
def test_the_headline_is_the_agreement(log: Path, day: str, name: str, headline: str) -> None:
    rows = {
        row["negotiation"]: row
        for row in csv.DictReader(io.StringIO(printed(log, "status", "--csv", "--known-by", day)))
    }
    assert rows[name]["state"] == headline


@pytest.mark.parametrize("name", [VFA, SEA])
@pytest.mark.parametrize("day", ["2020-03-10", "2021-08-30", "2022-10-30", "2023-03-20", "2023-07-20"])
def test_the_order_of_recording_changes_nothing(name: str, day: str, tmp_path: Path) -> None:
    told = seed(name, tmp_path)
    stage = [entry.event for entry in told.entries if entry.event.kind_of_entry == "stage"]
    claims = [entry.event for entry in told.entries if entry.event.kind_of_entry != "stage"]

    def shown(loaded: History) -> dict[str, Any]:
        document = status(loaded, name, Cut(known_by=day)).to_json()
        del document["head"]
        return document

    assert shown(history(*stage, *claims)) == shown(history(*stage, *claims[::-1]))


# ── the Visiting Forces Agreement ──


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2020-01-31", None),
        ("2020-02-08", None),
        ("2020-02-20", "2020-08-09"),
        ("2020-03-10", "2020-08-09"),
        ("2020-06-10", None),
        ("2020-09-01", None),
        ("2021-08-30", None),
    ],
)
def test_when_the_agreement_is_to_end(ask: Ask, day: str, ends: str | None) -> None:
    assert agreement(ask, VFA, day)["ends"] == ends


@pytest.mark.parametrize(
    ("day", "phl", "usa"),
    [
        ("1999-01-01", "signed", "signed"),
        ("2020-01-31", "bound", "bound"),
        ("2020-02-08", "denunciation-announced", "bound"),
        ("2020-02-20", "denunciation-notified", "bound"),
        ("2020-09-01", "denunciation-suspended", "bound"),
        ("2021-08-30", "bound", "bound"),
    ],
)
def test_where_each_of_the_two_stood(ask: Ask, day: str, phl: str, usa: str) -> None:
    parts = agreement(ask, VFA, day)["participants"]
    assert {party: part["state"] for party, part in parts.items()} == {"PHL": phl, "USA": usa}


@pytest.mark.parametrize(
    ("day", "contested"), [("2020-02-20", False), ("2020-03-10", True), ("2020-09-01", True), ("2021-08-30", False)]
)
def test_the_notice_is_contested_until_it_is_withdrawn(ask: Ask, day: str, contested: bool) -> None:
    assert agreement(ask, VFA, day)["contested"] is contested


def test_why_it_is_contested_names_the_petition(ask: Ask) -> None:
    asked = ask("why", VFA, f"{AGREEMENT}/contested", "--known-by", "2020-03-10")
    assert [line["entry"] for line in asked["lines"]] == ["senate-petition"]


def test_what_was_suspended_is_the_notice_and_never_the_agreement(ask: Ask) -> None:
    told = changes(ask, VFA, "2020-05-31", "2020-06-10")
    assert told[AGREEMENT, "state"] == (
        "denunciation-notified",
        "denunciation-suspended",
        ("termination-suspended",),
    )
    assert told[AGREEMENT, "ends"][:2] == ("2020-08-09", None)
    past = ask("why", VFA, AGREEMENT, "--known-by", "2021-08-30")["history"]
    assert [(one["state"], one["since"]) for one in past] == [
        ("signed", "1998-02-10"),
        ("in-force", "1999-06-01"),
        ("denunciation-announced", "2020-02-07"),
        ("denunciation-notified", "2020-02-11"),
        ("denunciation-suspended", "2020-06-01"),
        ("in-force", "2021-07-29/2021-07-30"),
    ]


def test_a_threat_that_was_carried_out_is_no_longer_expected(ask: Ask) -> None:
    for day, standing in (("2020-01-31", "ahead"), ("2020-03-10", "void")):
        listed = ask("status", VFA, "--known-by", day)["expected"]
        assert expected(listed, "entry:visa-ultimatum") == [("ultimatum", "2020-02-23~", standing)]


@pytest.mark.parametrize("day", ["2020-03-10", "2021-08-30"])
def test_a_threat_is_not_taken_for_a_proposal(ask: Ask, day: str) -> None:
    assert set(ask("status", VFA, "--known-by", day)["proposals"]) <= {"payment"}


@pytest.mark.parametrize("day", ["2021-03-01", "2021-08-30"])
def test_the_demand_for_payment_is_tabled_and_open(ask: Ask, day: str) -> None:
    proposal = ask("status", VFA, "--known-by", day)["proposals"]["payment"]
    assert (proposal["state"], proposal["answers"]) == ("tabled", {})


def test_diff_over_july_2021_tells_that_it_is_in_force_again(ask: Ask) -> None:
    told = changes(ask, VFA, "2021-06-30", "2021-07-31")
    assert told[AGREEMENT, "state"] == ("denunciation-suspended", "in-force", ("recall",))
    assert told[AGREEMENT, "participants.PHL"][:2] == ("denunciation-suspended", "bound")
    assert told[AGREEMENT, "contested"][:2] == (True, False)


def test_the_vote_of_the_senate_and_both_consents_are_approvals(ask: Ask) -> None:
    shown = agreement(ask, VFA, "2020-01-31")
    assert [one["entry"] for one in shown["approvals"]] == ["senate-concurs", "consent-phl", "consent-usa"]
    assert shown["approvals"][0]["result"] == "approved"
    assert shown["consents"] == {"given": 2, "required": None}


# ── the Black Sea Grain Initiative ──


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2022-07-23", "2022-11-19"),
        ("2022-11-16", "2022-11-19"),
        ("2022-12-01", "2023-03-18"),
        ("2023-03-15", "2023-03-18"),
        ("2023-06-01", "2023-07-18~"),
    ],
)
def test_until_when_the_initiative_lasts(ask: Ask, day: str, until: str) -> None:
    assert agreement(ask, SEA, day)["until"] == until


@pytest.mark.parametrize(("day", "state"), [("2022-07-13", "under-way"), ("2022-09-01", "held")])
def test_a_round_is_under_way_for_its_day_alone(ask: Ask, day: str, state: str) -> None:
    assert ask("status", SEA, "--known-by", day)["talks"]["istanbul"]["state"] == state


@pytest.mark.parametrize(
    ("day", "russia", "since"),
    [
        ("2022-07-23", "bound", "2022-07-22"),
        ("2022-10-30", "suspended", "2022-10-29"),
        ("2022-11-03", "bound", "2022-07-22"),
        ("2023-07-20", "withdrawn", "2023-07-17"),
    ],
)
def test_russia_goes_and_the_others_stay(ask: Ask, day: str, russia: str, since: str) -> None:
    parts = agreement(ask, SEA, day)["participants"]
    assert set(parts) == {"UKR", "RUS", "TUR", "un"}
    assert (parts["RUS"]["state"], parts["RUS"]["since"]) == (russia, since)
    assert {parts[party]["state"] for party in ("UKR", "TUR", "un")} == {"bound"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2022-10-28", "2022-10-30", ("bound", "suspended", ("russia-suspends",))),
        ("2022-10-30", "2022-11-03", ("suspended", "bound", ("russia-returns",))),
    ],
)
def test_diff_tells_that_russia_went_and_came_back(
    ask: Ask, before: str, after: str, told: tuple[str, str, tuple[str, ...]]
) -> None:
    assert changes(ask, SEA, before, after) == {(INITIATIVE, "participants.RUS"): told}


def test_the_proposal_of_sixty_days_is_refused(ask: Ask) -> None:
    proposal = ask("status", SEA, "--known-by", "2023-03-15")["proposals"]["sixty-days"]
    assert (proposal["state"], proposal["since"]) == ("refused", "2023-03-14")
    assert {party: answer["state"] for party, answer in proposal["answers"].items()} == {"UKR": "refused"}


def test_no_term_that_is_over_is_overdue(ask: Ask) -> None:
    shown = ask("status", SEA, "--known-by", "2023-07-20")
    assert not any(one["kind"] == "overdue" for one in shown["findings"])
    assert {standing for _, _, standing in expected(shown["expected"], INITIATIVE)} <= {"met", "void"}
    assert open_in_agenda(ask, SEA, "2023-07-20", INITIATIVE) == []
