"""Figures belong to lines by quantity, unit and scope, and each line is kept, compared and shown by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from projections import Cut, diff, status
from projections.views.why import why_of
from projections.wording.sentences import figures_text, summary_of
from tests.projections.telling import found, history, party, tell

if TYPE_CHECKING:
    from projections import Status
    from projections.claims.figures import Counted
    from tracker.events import Event

STAGE = [
    party("BGD"),
    party("USA"),
    tell("MatterAdded", "matter-prisoners", matter="prisoners", title="Prisoners of war"),
]


def reported(entry: str, day: str | None, value: Any, /, **fields: Any) -> Event:  # noqa: ANN401 - of any type
    figure = value if isinstance(value, dict) else {"value": value}
    own = {name: fields.pop(name) for name in ("unit", "scope", "approximate") if name in fields}
    given = {"about": "party:BGD", "quantity": "contributed", "figure": figure | own} | fields
    return tell("FigureReported", entry, day, **given)


def strength(entry: str, day: str, value: Any, /, **figure: Any) -> Event:  # noqa: ANN401 - of any type
    return tell("StrengthReported", entry, day, withdrawal="w", strength={"value": value} | figure)


def standing(*events: Event, cut: Cut | None = None) -> Status:
    return status(history(*STAGE, *events), "n", cut)


def lines(figures: tuple[Counted, ...]) -> list[tuple[Any, ...]]:
    return [(one.quantity, one.scope, one.unit, one.low, one.high) for one in figures]


def test_lines_are_sorted_by_quantity_scope_and_unit() -> None:
    seen = standing(
        strength("police", "2014-03", 1762, scope="police"),
        tell("WithdrawalProgressReported", "gone", "2014-03", withdrawal="w", departed=5),
        strength("cars", "2014-02", 40, unit="vehicles"),
        strength("all", "2014-03", 7950),
        strength("experts", "2014-03", 68, scope="experts"),
    )
    assert lines(seen.withdrawals["w"].figures) == [
        ("departed", None, "personnel", 5, 5),
        ("strength", None, "personnel", 7950, 7950),
        ("strength", None, "vehicles", 40, 40),
        ("strength", "experts", "personnel", 68, 68),
        ("strength", "police", "personnel", 1762, 1762),
    ]
    assert seen.withdrawals["w"].strength == seen.withdrawals["w"].figures[1].as_quantity


def test_the_old_fields_are_the_line_without_a_scope_else_the_latest() -> None:
    scoped = [strength("a", "2024-05-09", 269, scope="guards"), strength("b", "2024-05-01", 5, scope="cooks")]
    assert standing(*scoped).withdrawals["w"].strength.scope == "guards"  # type: ignore[union-attr]
    whole = strength("c", "2024-04-01", 1000)
    assert standing(*scoped, whole).withdrawals["w"].strength.because == ("c",)  # type: ignore[union-attr]


def test_a_line_in_full() -> None:
    (line,) = standing(reported("r", "2014-03", 6120, scope="troops", approximate=True)).figures["party:BGD"]
    assert line.to_json() == {
        "quantity": "contributed",
        "unit": None,
        "scope": "troops",
        "low": 6120,
        "high": 6120,
        "approximate": True,
        "at": "2014-03",
        "because": ["r"],
    }


@pytest.mark.parametrize(
    ("early", "late", "because"),
    [
        ("2024-04-30", "2024-05-01", ("late",)),
        ("2024-05", "2024-05-20", ("early", "late")),
        # An approximate day leaves three days of room, and a date in doubt proves nothing.
        ("2024-05-01", "2024-05-03~", ("early", "late")),
        ("2024-05-01", "2024-05-06~", ("late",)),
        ("2014?", "2024-05-06", ("early", "late")),
        ("2024-05-01", "2024-05-02T09:00Z", ("early", "late")),
    ],
)
def test_a_line_takes_the_claims_that_are_not_disjoint_from_its_latest(
    early: str, late: str, because: tuple[str, ...]
) -> None:
    (line,) = standing(reported("early", early, 10), reported("late", late, 12)).figures["party:BGD"]
    assert (line.because, line.high) == (because, 12)


@pytest.mark.parametrize(
    ("one", "other", "is_conflict"),
    [
        ({"value": 1000}, {"value": 1100}, True),
        ({"value": 1000, "approximate": True}, {"value": 1100}, False),
        ({"value": 1000, "approximate": True}, {"value": 1101}, True),
        ({"value": 1000, "approximate": True}, {"value": 1200, "approximate": True}, False),
        ({"low": 900, "high": 1000}, {"value": 950}, False),
        ({"value": 1000, "scope": "police"}, {"value": 1100}, False),
        ({"value": 1000, "unit": "kg"}, {"value": 1100, "unit": "t"}, False),
    ],
)
def test_an_approximate_figure_is_widened_before_it_is_a_conflict(
    one: dict[str, Any], other: dict[str, Any], is_conflict: bool
) -> None:
    """The case of a user: a source says "about 1,000"."""
    events = [
        tell("StrengthReported", name, "2021-05", withdrawal="w", strength=figure)
        for name, figure in (("f1", one), ("f2", other))
    ]
    assert bool(found("figure-conflict", *STAGE, *events)) is is_conflict


def test_figures_of_different_times_or_that_nobody_asserts_are_no_conflict() -> None:
    assert not found("figure-conflict", *STAGE, reported("a", "2024-04", 1), reported("b", "2024-05", 2))
    assert not found(
        "figure-conflict", *STAGE, reported("a", "2024-04", 1), reported("b", "2024-04", 2, modality="denied")
    )
    assert found("figure-conflict", *STAGE, reported("a", "2024-04", 1), reported("b", "2024-04", 2)) == [
        ("party:BGD", {"a", "b"})
    ]


@pytest.mark.parametrize("about", ["party:BGD", "matter:prisoners", "commitment:c", "agreement:a", "round:r"])
def test_figures_of_anything_are_shown_compared_and_asked_why(about: str) -> None:
    thing = {
        "commitment:c": tell("CommitmentUndertaken", "t", "2014-01", commitment="c", party="BGD"),
        "agreement:a": tell("AgreementSigned", "t", "2014-01", agreement="a", by=["BGD"]),
        "round:r": tell("RoundHeld", "t", "2014-01", round="r", parties=["BGD"]),
    }.get(about, tell("StatementMade", "t", "2014-01", party="BGD"))
    events = [
        thing,
        reported("r1", "2014-03", 10, about=about, scope="troops"),
        reported("r2", "2014-06", 30, about=about, scope="troops"),
        reported("r3", "2014-06", 7, about=about),
    ]
    before, after = (standing(*events, cut=Cut(happened_by=day)) for day in ("2014-04", "2014-07"))
    changes = {(one.subject, one.aspect): one for one in diff(before, after).changes}
    assert changes.keys() == {(about, "figures.contributed/troops"), (about, "figures.contributed")}
    changed = changes[about, "figures.contributed/troops"]
    assert (changed.before["low"], changed.after["low"], changed.because) == (10, 30, ("r2",))
    shown = why_of(after, f"{about}/contributed/troops")
    assert (shown.value["high"], [ground.entry for ground in shown.lines]) == (30, ["r2"])
    assert why_of(after, f"{about}/contributed").value["high"] == 7
    document = after.to_json()
    if about in {"party:BGD", "matter:prisoners"}:
        assert [line["because"] for line in document["figures"][about]] == [["r3"], ["r2"]]
    else:
        assert document["figures"] == {}


def test_a_matter_has_votes_and_figures() -> None:
    vote = tell(
        "VoteHeld", "v", "2014-05", matter="prisoners", body="Senate", result="approved", votes_for=60, votes_against=40
    )
    amended = tell("VoteHeld", "x", "2014-05", matter="prisoners", body="Senate", motion="amend", result="rejected")
    before, after = standing(), standing(vote, amended, reported("r", "2014-06", 12, about="matter:prisoners"))
    matter = after.to_json()["matters"]["prisoners"]
    assert (matter["title"], [one["entry"] for one in matter["votes"]]) == ("Prisoners of war", ["x"])
    assert matter["approvals"] == [
        {
            "entry": "v",
            "body": "Senate",
            "party": None,
            "motion": "approve",
            "result": "approved",
            "for": 60,
            "against": 40,
            "abstentions": None,
        }
    ]
    assert {(one.subject, one.aspect) for one in diff(before, after).changes} == {
        ("matter:prisoners", aspect) for aspect in ("approvals", "votes", "figures.contributed")
    }
    shown = why_of(after, "matter:prisoners")
    assert shown.says.startswith("Prisoners of war: Senate: approved (60 to 40)")
    assert [ground.entry for ground in shown.lines] == ["v", "x", "r"]
    assert why_of(before, "matter:prisoners").value is None


def test_partners_do_not_rest_on_figures() -> None:
    ties = tell("TiesDeepened", "ties", "2014-05", party="BGD", **{"with": "USA"})
    seen = standing(ties, reported("r", "2014-06", 12))
    assert seen.partnerships["BGD"].because == ("ties",)
    assert standing(reported("r", "2014-06", 12)).partners == {}


def test_figures_in_words() -> None:
    troops = [
        reported("a", "2014-03", 6120, scope="troops"),
        reported("b", "2014-03", 1762, scope="police"),
        reported("c", "2014-03", 68, scope="experts"),
    ]
    assert figures_text(standing(*troops).figures["party:BGD"]) == [
        "contributed 68 experts · 1,762 police · 6,120 troops (2014-03)"
    ]
    mixed = [
        reported("a", "2014-03", 300, unit="kg", scope="enriched", approximate=True),
        reported("b", "2014-04", 2, quantity="lost"),
        reported("c", None, {"low": 5}, quantity="lost", scope="ships", published="2014-04-02"),
    ]
    assert figures_text(standing(*mixed).figures["party:BGD"]) == [
        "contributed about 300 kg (enriched) (2014-03)",
        "lost 2 (2014-04) · at least 5 ships",
    ]
    assert "about 1,000" in summary_of(strength("f", "2014-03", 1000, approximate=True))
