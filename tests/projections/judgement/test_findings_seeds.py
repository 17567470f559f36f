"""What is found in the bundled histories: all that is listed here, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from projections import Cut, History, findings
from tests.projections.telling import seed

if TYPE_CHECKING:
    from projections import Finding

#: Kind, subject, entries.
Row = tuple[str, str, tuple[str, ...]]
#: The contradictions are those that `seeds/README.md` names.
US_NIGER: Final[set[Row]] = {
    ("figure-conflict", "withdrawal:all-forces", ("strength-650", "strength-1000-april")),
    (
        "figure-conflict",
        "withdrawal:all-forces",
        ("269-since-may", "strength-950", "strength-1000-may", "strength-1100"),
    ),
    ("date-conflict", "withdrawal:all-forces", ("order-last-week", "order-this-week")),
    ("date-conflict", "withdrawal:all-forces", ("completed-on-15", "completed-on-16", "completed-on-17")),
    (
        "date-conflict",
        "agreement:sofa-2012",
        ("accord-dated-2012", "accord-dated-2013", "accord-dated-2015", "sofa-in-force"),
    ),
    (
        "identity",
        "person:ali-tassa",
        (
            "relays-on-base-refusal",
            "relays-on-base-request",
            "relays-on-expulsion",
            "relays-on-openness",
            "relays-on-sovereignty",
            "relays-on-ties",
        ),
    ),
    ("denial", "agreement:sofa-2012", ("sofa-revoked", "no-formal-request")),
    ("denial", "entry:jurist-on-denunciation", ("jurist-on-denunciation", "formalities-disputed")),
    ("denial", "entry:phee-sanctions-threat", ("phee-sanctions-threat", "threat-disputed")),
    ("open-question", "agreement:sofa-2012", ("sofa-revoked",)),
    ("single-voice", "commitment:denunciation-note", ("note-to-follow",)),
    ("single-voice", "position:NER/air-bases", ("ner-against-base",)),
    ("single-voice", "position:NER/combat-presence", ("ner-determined-to-expel",)),
    ("single-voice", "position:NER/partnerships", ("partners-must-respect-sovereignty",)),
    ("single-voice", "position:NER/ties-with-moscow", ("ner-for-moscow-ties",)),
    ("single-voice", "position:USA/combat-presence", ("usa-asks-whether-some-stay",)),
    ("single-voice", "position:USA/uranium", ("usa-against-uranium-sale",)),
    ("single-voice", "position:us-congress/combat-presence", ("congress-keeps-troops",)),
    ("single-voice", "proposal:keep-air-base", ("base-refusal",)),
}
PANAMA_CANAL: Final[set[Row]] = {
    ("single-voice", "commitment:canal-handover", ("handover-done",)),
    ("single-voice", "position:USA/duration", ("fixed-term-conceded",)),
}


@pytest.fixture(scope="module")
def us_niger(tmp_path_factory: pytest.TempPathFactory) -> History:
    return seed("us-niger", tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def panama_canal(tmp_path_factory: pytest.TempPathFactory) -> History:
    return seed("panama-canal", tmp_path_factory.mktemp("log"))


def rows(found: tuple[Finding, ...]) -> list[Row]:
    return [(finding.kind, finding.subject, tuple(sorted(finding.entries))) for finding in found]


def listed(expected: set[Row]) -> list[Row]:
    return sorted((kind, subject, tuple(sorted(entries))) for kind, subject, entries in expected)


def test_us_niger_holds_these_findings_and_no_others(us_niger: History) -> None:
    assert sorted(rows(findings(us_niger, "us-niger"))) == listed(US_NIGER)


def test_panama_canal_holds_these_findings_and_no_others(panama_canal: History) -> None:
    assert sorted(rows(findings(panama_canal, "panama-canal"))) == listed(PANAMA_CANAL)


@pytest.mark.parametrize(
    ("figures", "conflict"),
    [
        ({"strength-650", "strength-1000-april"}, True),
        ({"269-since-may", "strength-950", "strength-1000-may", "strength-1100"}, True),
        ({"order-this-week", "766-gone"}, False),
        ({"strength-1000-may", "766-gone"}, False),
        ({"strength-over-600", "strength-1000-april"}, False),
        ({"strength-with-contractors", "strength-650"}, False),
        ({"269-since-may", "269-on-7-june"}, False),
        ({"strength-650", "strength-1000-may"}, False),
    ],
)
def test_figures_of_us_niger_that_do_and_do_not_conflict(us_niger: History, figures: set[str], conflict: bool) -> None:
    conflicts = [finding for finding in findings(us_niger, "us-niger") if finding.kind == "figure-conflict"]
    assert any(figures <= set(finding.entries) for finding in conflicts) is conflict


def test_what_was_found_on_11_may(us_niger: History) -> None:
    found = [
        row for row in rows(findings(us_niger, "us-niger", Cut(known_by="2024-05-11"))) if row[0] != "single-voice"
    ]
    assert sorted(found) == listed(
        {
            ("figure-conflict", "withdrawal:all-forces", ("strength-650", "strength-1000-april")),
            ("date-conflict", "withdrawal:all-forces", ("order-last-week", "order-this-week")),
            (
                "date-conflict",
                "agreement:sofa-2012",
                ("accord-dated-2012", "accord-dated-2013", "accord-dated-2015", "sofa-in-force"),
            ),
            ("denial", "agreement:sofa-2012", ("sofa-revoked", "no-formal-request")),
            ("denial", "entry:jurist-on-denunciation", ("jurist-on-denunciation", "formalities-disputed")),
            ("open-question", "agreement:sofa-2012", ("sofa-revoked",)),
            ("open-question", "withdrawal:all-forces", ("order-last-week", "order-this-week")),
            ("open-question", "withdrawal:all-forces", ("destination-open",)),
        }
    )


def test_without_the_report_that_all_repeat_there_is_no_order(us_niger: History) -> None:
    found = findings(us_niger, "us-niger", Cut(known_by="2024-05-11"), without=["politico-2024-05-10"])
    subjects = {(finding.kind, finding.subject) for finding in found}
    assert ("date-conflict", "withdrawal:all-forces") not in subjects
    assert ("open-question", "withdrawal:all-forces") not in subjects
    assert ("figure-conflict", "withdrawal:all-forces") in subjects


def test_every_finding_names_entries_of_the_log_and_speaks_one_sentence(us_niger: History) -> None:
    for finding in findings(us_niger, "us-niger"):
        assert finding.entries
        assert all(us_niger.get(entry) is not None for entry in finding.entries)
        assert finding.message.endswith(".")
        assert finding.to_json()["entries"] == list(finding.entries)
