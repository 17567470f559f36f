"""Two made-up negotiations of 400 entries: what happened, as a press reports it that is late, vague and repeats itself.

Each is told from a course of events that is known, with faults put in on purpose, so that every conflict and question
can be told right or wrong: it is right if it is one of `faults`. The same call gives the same entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.projections.telling import party, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.events import Event

SIZE: Final = 400
#: By which day they are judged.
TODAY: Final = date(2024, 1, 1)
#: Who reports: publisher, reliability, kind, and how many days later at the most.
_PRESS: Final = (
    ("Gazette", "A", "primary", 1),
    ("Reuters", "B", "agency", 1),
    ("AFP", "B", "agency", 1),
    ("Morning Post", "C", "press", 3),
    ("Evening Star", "C", "press", 4),
    ("Radio North", "D", "press", 5),
    ("Observer", "C", "analysis", 9),
)


@dataclass
class MadeUp:
    """A negotiation as it is written down: its entries, and the faults among them as (kind, subject)."""

    seed: int
    events: list[Event] = field(default_factory=list)
    faults: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._sources: set[str] = set()

    def stage(self, title: str, parties: tuple[str, ...], matters: tuple[str, ...]) -> None:
        """Register what is negotiated about, and by whom."""
        self.events.append(tell("NegotiationOpened", "opened", title=title))
        self.events += [party(name, name=name.title()) for name in parties]
        self.events += [tell("MatterAdded", f"matter-{name}", matter=name, title=name.title()) for name in matters]

    def said(self, kind: str, day: date, outlet: int = 1, /, *, dated: str | None = "", **fields: Any) -> str:  # noqa: ANN401 - any field
        """Record one report of a day, dated to the day unless `dated` says otherwise, and return its id."""
        name, reliability, what, delay = _PRESS[outlet]
        published = str(day + timedelta(self._random.randint(0, delay)))
        source = f"{name.lower().replace(' ', '-')}-{published}"
        if source not in self._sources:
            self._sources.add(source)
            about = {"publisher": name, "reliability": reliability, "kind": what, "published": published}
            self.events.append(tell("SourceRegistered", f"src-{source}", source=source, **about))
        entry = f"e{len(self.events)}"
        modality = {} if "modality" in fields else {"modality": "done" if what == "primary" else "reported"}
        occurred = str(day) if not dated and dated is not None else dated
        self.events.append(tell(kind, entry, occurred, source, **modality, **fields))
        return entry

    def happened(self, kind: str, day: date, reports: int = 3, /, **fields: Any) -> str:  # noqa: ANN401 - any field
        """Record what happened as several report it: the first to the day, others as they please; return its id."""
        first, *others = self._random.sample(range(len(_PRESS)), reports)
        entry = self.said(kind, day, first, **fields)
        for outlet in others:
            # Who is vague is vague about numbers, too.
            vague = self._random.choice(("", "", "", "about", "month", "none"))
            told = {name: _rounded(value) if vague else value for name, value in fields.items()}
            off = day + timedelta(self._random.randint(-2, 2))
            dated = {"": "", "about": f"{off}~", "month": f"{day:%Y-%m}", "none": None}[vague]
            self.said(kind, day, outlet, dated=dated, **told)
        return entry

    def known(self, kind: str, day: date, /, **fields: Any) -> None:  # noqa: ANN401 - any field
        """Record what is known better from a day on."""
        self.events.append(tell(kind, f"e{len(self.events)}", published=str(day), **fields))

    def fault(self, kind: str, subject: str) -> None:
        """Take note that there is something to find."""
        self.faults.add((kind, subject))

    def filled(self, parties: tuple[str, ...], matters: tuple[str, ...]) -> MadeUp:
        """Return it with statements and positions up to its size: each party keeps to what it says of a matter."""
        day = date(2022, 1, 10)
        while len(self.events) < SIZE - 1:
            day += timedelta(self._random.randint(1, 6))
            who, matter = self._random.choice(parties), self._random.choice(matters)
            if self._random.random() < 0.5:
                self.said("StatementMade", day, self._random.randrange(len(_PRESS)), party=who, text=f"On {matter}.")
            else:
                stance = ("supports", "opposes")[(len(who) + len(matter)) % 2]
                self.said("PositionTaken", day, 2, party=who, matter=matter, stance=stance)
        while len(self.events) < SIZE:
            self.said("StatementMade", date(2022, 1, 10), 1, party=parties[0], text="Last.")
        del self.events[SIZE:]
        return self


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any field
    """Return a figure as one says it who does not count: about so many hundreds."""
    if isinstance(value, int) and value >= 500:
        return {"value": round(value, -2), "approximate": True}
    return value


def river() -> MadeUp:
    """Return talks of three states over a river, with a bank between them: rounds, drafts, a treaty, its keeping."""
    told, states, matters = MadeUp(14), ("aland", "beland", "celand"), ("flow", "dams", "data", "costs")
    told.stage("The river", (*states, "bank"), matters)
    day = date(2022, 1, 20)
    for number in range(10):
        name = f"round-{number + 1}"
        fields = {"round": name, "parties": list(states[:2] if number < 4 else states)}
        told.happened("TalksAnnounced", day - timedelta(20), 2, scheduled=str(day), **fields)
        told.happened("RoundHeld", day, 3, mediators=["bank"], venue="Basel", **fields)
        told.happened("TalksConcluded", day + timedelta(2), 2, round=name, outcome="partial")
        draft = f"draft-{number + 1}"
        told.happened(
            "ProposalTabled", day + timedelta(1), 2, proposal=draft, party="aland", to="beland", matter="flow"
        )
        kind = "ProposalAccepted" if number % 3 == 0 else "ProposalRefused"
        told.happened(kind, day + timedelta(12), 2, proposal=draft, party="beland")
        told.happened(
            "FigureReported", day + timedelta(5), 2, about="matter:flow", quantity="flow", figure=900 + 40 * number
        )
        day += timedelta(35)
    treaty = {"agreement": "treaty", "kind": "treaty"}
    told.happened("AgreementNegotiated", date(2023, 1, 20), 3, parties=list(states), **treaty)
    told.happened("AgreementSigned", date(2023, 2, 14), 4, by=list(states), **treaty)
    for number, state in enumerate(states):
        body = {"body": f"Parliament of {state}", "party": state, "result": "approved", "votes_for": 61 + number}
        told.happened("VoteHeld", date(2023, 3, 1) + timedelta(9 * number), 2, agreement="treaty", **body)
        told.happened("AgreementRatified", date(2023, 3, 20) + timedelta(9 * number), 2, party=state, **treaty)
    told.happened("AgreementEnteredIntoForce", date(2023, 5, 1), 4, **treaty)
    for number, state in enumerate(states):
        name = f"gauges-{state}"
        due = {"due": f"2023-{8 + number:02}-01"}
        told.happened("CommitmentUndertaken", date(2023, 5, 3), 2, commitment=name, party=state, **due)
        if state != "celand":
            told.happened("CommitmentFulfilled", date(2023, 7, 20) + timedelta(20 * number), 2, commitment=name)
    told.fault("overdue", "commitment:gauges-celand")
    _faults_of_river(told)
    return told.filled(states, matters)


def _faults_of_river(told: MadeUp) -> None:
    """Put in what is wrong on purpose: contradictions, denials, what nobody answers, and slips put right later."""
    lost = told.said("ProposalTabled", date(2022, 9, 3), proposal="joint-dam", party="celand", to="aland")
    told.fault("open-question", "proposal:joint-dam")
    told.said("TalksAnnounced", date(2023, 8, 1), round="round-11", parties=["aland"], scheduled="2023-09-10")
    told.fault("open-question", "round:round-11")
    told.said("WithdrawalOrdered", date(2023, 6, 1), withdrawal="engineers", party="aland")
    told.fault("open-question", "withdrawal:engineers")
    for outlet, count in ((1, 120), (2, 180)):
        told.said("FigureReported", date(2022, 6, 6), outlet, about="matter:dams", quantity="sluices", figure=count)
    told.fault("figure-conflict", "matter:dams")
    told.said("AgreementSigned", date(2022, 3, 1), 1, agreement="data-note", kind="mou", by=["aland", "beland"])
    told.said("AgreementSigned", date(2022, 3, 9), 2, agreement="data-note", kind="mou", by=["aland", "beland"])
    told.fault("date-conflict", "agreement:data-note")
    told.said("ProposalAccepted", date(2022, 10, 1), 1, proposal="joint-gauge", party="beland")
    told.said("ProposalRefused", date(2022, 10, 1), 2, proposal="joint-gauge", party="beland")
    told.fault("state-conflict", "proposal:joint-gauge")
    told.said("DenialIssued", date(2022, 9, 5), party="celand", of=lost)
    told.fault("denial", "proposal:joint-dam")
    slip = told.said("TalksConcluded", date(2023, 11, 2), round="round-1", outcome="agreement")
    told.known("EntryRetracted", date(2023, 11, 4), entry=slip)
    late = told.said("AgreementEnteredIntoForce", date(2023, 7, 1), 4, agreement="treaty")
    told.known("EntryCorrected", date(2023, 7, 5), entry=late, changes={"occurred": "2023-05-01"})


def truce() -> MadeUp:
    """Return a truce between a government and an armed group: votes, a withdrawal, prisoners, incidents, a sanction."""
    told, sides, matters = MadeUp(41), ("government", "front"), ("truce", "prisoners", "camps")
    told.stage("The truce", (*sides, "union"), matters)
    day = date(2022, 2, 1)
    for number in range(6):
        name = f"meeting-{number + 1}"
        told.happened("RoundHeld", day, 3, round=name, parties=list(sides), mediators=["union"])
        ends = "TalksConcluded" if number != 2 else "TalksDeadlocked"
        told.happened(ends, day + timedelta(1), 2, round=name)
        demand = f"demand-{number + 1}"
        told.happened("DemandMade", day, 2, proposal=demand, party="front", to="government")
        kind = "ProposalRefused" if number % 2 else "ProposalAccepted"
        told.happened(kind, day + timedelta(10), 3, proposal=demand, party="government")
        told.happened(
            "FigureReported",
            day + timedelta(3),
            3,
            about="matter:prisoners",
            quantity="held",
            figure=1500 - 90 * number,
        )
        day += timedelta(40)
    text = {"agreement": "ceasefire", "kind": "ceasefire"}
    told.happened("AgreementSigned", date(2022, 10, 3), 4, by=list(sides), **text)
    told.happened("AgreementEnteredIntoForce", date(2022, 10, 5), 4, until="2023-04-05", **text)
    for number in range(12):
        when = date(2022, 10, 20) + timedelta(11 * number)
        told.happened("IncidentReported", when, 2, agreement="ceasefire", party=sides[number % 2], text="Shelling.")
    told.happened("AgreementSuspended", date(2022, 12, 1), 3, party="front", agreement="ceasefire")
    told.happened("AgreementResumed", date(2022, 12, 20), 3, agreement="ceasefire")
    told.happened("AgreementExtended", date(2023, 4, 1), 3, until="2024-04-05", agreement="ceasefire")
    camps = {"withdrawal": "camps"}
    told.happened("WithdrawalDemanded", date(2022, 11, 1), 2, party="front", **camps)
    told.happened("WithdrawalOrdered", date(2023, 1, 10), 3, party="government", strength=2400, **camps)
    told.happened("WithdrawalTimetableSet", date(2023, 1, 25), 3, deadline="2023-06-30", **camps)
    told.happened("WithdrawalBegan", date(2023, 2, 10), 3, **camps)
    for number in range(1, 6):
        gone = {"departed": 400 * number, "of": 2400}
        told.happened("WithdrawalProgressReported", date(2023, 2, 20) + timedelta(18 * number), 3, **gone, **camps)
    told.happened(
        "WithdrawalTimetableRevised", date(2023, 5, 30), 3, deadline="2023-08-31", prior="2023-06-30", **camps
    )
    told.happened("WithdrawalCompleted", date(2023, 8, 28), 4, **camps)
    sanction = {"sanction": "fuel", "party": "union", "on": "front"}
    told.happened("SanctionImposed", date(2022, 3, 3), 3, **sanction)
    told.happened("SanctionEased", date(2022, 11, 15), 2, **sanction)
    told.happened("SanctionLifted", date(2023, 9, 1), 3, **sanction)
    for number in range(5):
        name = f"exchange-{number + 1}"
        when = date(2022, 10, 15) + timedelta(50 * number)
        due = str(when + timedelta(30))
        told.happened("CommitmentUndertaken", when, 2, commitment=name, party="government", due=due)
        told.happened("CommitmentFulfilled", when + timedelta(25), 3, commitment=name)
    _faults_of_truce(told)
    return told.filled(sides, matters)


def _faults_of_truce(told: MadeUp) -> None:
    """Put in what is wrong on purpose."""
    told.said("UltimatumIssued", date(2023, 10, 1), party="front", to="government", deadline="2023-10-15")
    told.fault("open-question", f"entry:{told.events[-1].id}")
    for outlet, count in ((1, 300), (2, 420)):
        told.said("FigureReported", date(2022, 8, 8), outlet, about="matter:camps", quantity="families", figure=count)
    told.fault("figure-conflict", "matter:camps")
    told.said("CommitmentUndertaken", date(2023, 6, 1), 1, commitment="mines", party="front", due="2023-10-01")
    told.said("CommitmentUndertaken", date(2023, 6, 1), 2, commitment="mines", party="front", due="2023-12-01")
    told.fault("value-conflict", "commitment:mines")
    told.fault("overdue", "commitment:mines")
    told.said("DemandMade", date(2023, 9, 9), proposal="amnesty", party="front", to="government")
    told.fault("open-question", "proposal:amnesty")
    told.said("AgreementSigned", date(2023, 10, 20), agreement="roads", kind="treaty", by=["government", "front"])
    told.fault("open-question", "agreement:roads")
    shot = told.said("IncidentReported", date(2023, 10, 2), agreement="ceasefire", party="front", text="A shot.")
    told.said("DenialIssued", date(2023, 10, 3), party="front", of=shot)
    told.fault("denial", "agreement:ceasefire")
    wrong = told.said("WithdrawalCompleted", date(2023, 5, 5), 5, withdrawal="camps")
    told.known("EntryRetracted", date(2023, 5, 8), entry=wrong)
    told.said("RoundHeld", date(2023, 7, 7), 1, round="meeting-7", parties=["government", "front"])
    told.said("TalksCancelled", date(2023, 7, 7), 2, round="meeting-7", party="front")
    told.fault("state-conflict", "round:meeting-7")


BOTH: Final[dict[str, Callable[[], MadeUp]]] = {"the river": river, "the truce": truce}
