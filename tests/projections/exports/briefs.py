"""A small negotiation that has one of everything a brief tells, and its two goldens.

`python -m tests.projections.exports.briefs` writes the goldens anew; read what changed before you commit it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from projections.claims.cut import Cut
from projections.exports.brief import brief, page, report
from tests.projections.telling import cites, history, party, source, tell

if TYPE_CHECKING:
    from projections.exports.brief import Brief
    from tracker.events import Event

GOLDENS: Final = Path(__file__).parent / "goldens"
TODAY: Final = date(2024, 6, 1)


def river(text: str = "") -> list[Event]:
    """Return talks about a river's water; `text` is put into every field that takes one."""
    return [
        tell("NegotiationOpened", "opened", title=f"Water of the river{text}", summary=f"Who may take how much.{text}"),
        party("UPP", name=f"Upper State{text}", role="principal"),
        party("LOW", name=f"Lower State{text}", role="principal"),
        tell("MatterAdded", "matter-dam", matter="dam", title=f"The dam{text}"),
        source("gazette", "2024-03-02", publisher=f"The Gazette{text}", title=f"No deal{text}", reliability="B"),
        source(
            "echo",
            "2024-03-03",
            "gazette",
            publisher=f"The Echo{text}",
            url=f"https://example.org/echo{text}",
            reliability="D",
        ),
        source("bulletin", "2024-04-07", publisher=f"The Bulletin{text}", language="fr", reliability="C"),
        source(
            "memoir", "2024-05~", publisher="A publisher", author=f"A minister{text}", url=f"javascript:void(0){text}"
        ),
        tell(
            "AgreementSigned",
            "signed",
            "1959",
            "memoir",
            agreement="treaty",
            by=["UPP", "LOW"],
            title=f"Treaty on the river{text}",
            parties=["UPP", "LOW"],
        ),
        tell("AgreementEnteredIntoForce", "force", "1960-01-01", "gazette", agreement="treaty"),
        tell(
            "DemandMade",
            "demand",
            "2024-02~",
            _evidence("gazette", text),
            "echo",
            proposal="more-water",
            party="LOW",
            to="UPP",
            terms=f"A third more water.{text}",
            matter="dam",
        ),
        tell("ProposalRefused", "refusal", "2024-03-01", "gazette", proposal="more-water", party="UPP", ground=text),
        tell("DenialIssued", "not-refused", "2024-03-04", "echo", party="UPP", of="refusal", text=f"Not at all.{text}"),
        tell("TalksAnnounced", "talks", "2024-03-10", round="first", parties=["UPP", "LOW"], scheduled="2024-06-15?"),
        tell(
            "WithdrawalOrdered",
            "order",
            "2024-04-02/2024-04-05",
            "bulletin",
            withdrawal="engineers",
            party="UPP",
            authority=f"The cabinet{text}",
            strength={"low": 40},
            force=f"Foreign engineers{text}",
        ),
        tell("StrengthReported", "strength", "2024-04-03", "memoir", withdrawal="engineers", strength={"value": 30}),
        tell(
            "WithdrawalTimetableSet",
            "timetable",
            "2024-04-06",
            "bulletin",
            withdrawal="engineers",
            deadline="2024-05-20",
        ),
        tell("PositionTaken", "upp-dam", "2024-01-09/..", "gazette", party="UPP", matter="dam", stance="supports"),
        tell("RedLineDeclared", "red", "2024-02-10", party="LOW", matter="dam", terms=f"No dam upstream.{text}"),
        tell("TiesDeepened", "ties", None, "echo", party="LOW", **{"with": "UPP"}),
        tell("StatementMade", "wrong", "[2024-03-05..2024-03-08]", "echo", party="UPP", text=f"We agree.{text}"),
        tell(
            "EntryRetracted",
            "retraction",
            entry="wrong",
            reason=f"The Echo took it back.{text}",
            published="2024-03-20",
        ),
        tell(
            "EntryCorrected",
            "correction",
            entry="order",
            changes={"occurred": "2024-04-03/2024-04-05"},
            reason=f"A slip.{text}",
            published="2024-05-02",
        ),
    ]


def _evidence(name: str, text: str) -> dict[str, Any]:
    return {**cites(name, f"A delegate{text}"), "quote": f"More.{text}", "credibility": 2}


def river_brief(text: str = "", cut: Cut | None = None) -> Brief:
    """Return the brief of the river, with what changed since the end of March 2024."""
    return brief(history(*river(text)), "n", cut, since=Cut.parse("known:2024-03-31"), today=TODAY)


def made() -> dict[str, str]:
    """Return the documents that the goldens hold, by file name."""
    found = river_brief()
    return {"river.md": report(found, generated="on 2024-06-01"), "river.html": page(found)}


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for name, text in made().items():
        (GOLDENS / name).write_text(text, "utf-8")
