"""What verbs say to a reader: parties by their names, who answered and who has not, figures with all that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke

SCRIPT: Final = """
defaults: {negotiation: z, evidence: s}
entries:
  - {event: NegotiationOpened, title: Z, parties: {FRA: France, DEU: Germany, ITA: Italy, ctrl: {name: Council,
     kind: body}}}
  - {event: MatterAdded, matter: prisoners, title: Release of prisoners}
  - {event: SourceRegistered, source: s, publisher: P, published: 2020-01-01}
  - {event: ProposalTabled, id: p, proposal: pp, party: FRA, to: [DEU, ITA], terms: T, occurred: 2019-01-01}
  - {event: ProposalRefused, id: r, proposal: pp, party: DEU, occurred: 2019-02-01}
  - {event: RoundHeld, id: h, round: r1, parties: [FRA, DEU], mediators: [ITA], mode: indirect, occurred: 2019-03-01}
  - {event: VoteHeld, id: v, proposal: pp, body: ctrl, result: rejected, votes_against: 2000, occurred: 2019-04-01}
  - {event: FigureReported, id: f, about: "matter:prisoners", quantity: released, figure: {value: 428,
     unit: persons, approximate: true}, occurred: 2019-05-01}
  - {event: FigureReported, id: g, about: "party:FRA", quantity: troops, figure: 5, occurred: 2019-05-01}
  - {event: CommitmentUndertaken, id: c, commitment: stock, party: FRA, terms: Keep., limit: {value: 300,
     unit: kg}, occurred: 2019-05-02}
  - {event: CommitmentFulfilled, id: d, commitment: stock, occurred: 2019-06-01}
  - {event: DenialIssued, id: n, party: ITA, of: d, occurred: 2019-06-02}
  - {event: TiesDeepened, id: t, party: FRA, with: ITA, occurred: 2019-06-03}
  - {event: PositionTaken, id: q, party: ITA, matter: prisoners, stance: supports, occurred: 2019-06-03}
  - {event: SanctionImposed, id: e, party: FRA, "on": DEU, sanction: oil, measure: no oil, occurred: 2019-06-03}
"""


@pytest.fixture
def log(tmp_path: Path, invoke: Invoke) -> Path:
    script, log = tmp_path / "z.yaml", tmp_path / "z.db"
    script.write_text(SCRIPT, "utf-8")
    assert invoke("--log", log, "record", script).exit_code == 0
    return log


@pytest.mark.parametrize("style", [[], ["--plain"]])
@pytest.mark.parametrize(
    "said",
    [
        "France to Germany, Italy",
        "Germany refused, no answer of Italy",
        "Council: rejected",
        "pp: it has no answer of Italy.",
        "mediated by Italy",
        "indirect",
        "Release of prisoners (prisoners)",
        "released about 428 persons",
        "France (FRA)",
        "troops 5",
        "by France",
        "on Germany",
        "Italy on Release of prisoners (ITA/prisoners)",
        "Italy denies d (n).",
    ],
)
def test_a_status_calls_parties_by_their_names(log: Path, invoke: Invoke, said: str, style: list[str]) -> None:
    assert said in invoke("--log", log, "status", "z", *style).stdout


@pytest.mark.parametrize(
    "said",
    [
        "answers Germany refused, no answer of Italy; votes Council: rejected",
        "mediated by Italy; mode indirect",
        "| Release of prisoners | released (persons) | about 428 | 2019-05-01 |",
        "| France | troops | 5 | 2019-05-01 |",
        "| stock | limit (kg) | 300 | 2019-05-02 |",
        "Italy denies d (n).",
        "France and Germany meet, r1, in indirect talks, mediated by Italy.",
        "Vote of Council: rejected, 2,000 against, on pp",
        "Commitment stock fulfilled.",
    ],
)
def test_a_brief_tells_all_that_a_status_tells(log: Path, invoke: Invoke, said: str) -> None:
    assert said in invoke("--log", log, "brief", "z").stdout


@pytest.mark.parametrize(
    "said",
    [
        "- **pp**, answer of Germany: nothing → **refused**",
        "- **pp**, approvals: not known → **Council: rejected (2,000 against)**",
        "- **oil**, party: not known → **France**",
        "- **r1**, mediators: not known → **Italy**",
        "- **France**, partners: not known → **Italy**",
        "- **Release of prisoners**, released: not known → **about 428 persons**",
    ],
)
def test_what_changed_calls_parties_by_their_names(log: Path, invoke: Invoke, said: str) -> None:
    told = invoke("--log", log, "brief", "z", "--cut", "happened:2024", "--since", "happened:2019-01-01").stdout
    assert said in told


def test_why_tells_who_has_answered_and_calls_parties_by_their_names(log: Path, invoke: Invoke) -> None:
    assert (
        "pp is tabled: Germany refused, no answer of Italy." in invoke("--log", log, "why", "z", "proposal:pp").stdout
    )
    assert "denial: Italy denies d (n)." in invoke("--log", log, "why", "z", "commitment:stock").stdout


@pytest.mark.parametrize("entry", ["r", "v", "f", "g", "c"])
def test_what_rests_on_an_entry_is_shown(log: Path, invoke: Invoke, entry: str) -> None:
    assert "nothing that is shown" not in invoke("--log", log, "show", "z", entry).stdout


def test_rows_for_programs_keep_ids(log: Path, invoke: Invoke) -> None:
    assert "FRA to DEU, ITA" in invoke("--log", log, "status", "z", "--csv").stdout
