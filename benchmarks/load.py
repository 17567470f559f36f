"""Made-up negotiations of realistic shape: the same numbers give the same entries, some 600 stored bytes each."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTIES = ("USA", "NER", "RUS", "FRA")
MATTERS = ("combat-presence", "air-bases", "timetable", "aid")
SOURCES = tuple(f"report-{number}" for number in range(8))
STANCES = ("supports", "opposes", "open", "undecided", "conditional")
_START = date(2020, 1, 1)
_WORDS = (
    *("the", "delegation", "said", "that", "talks", "on", "terms", "of", "withdrawal", "would", "go", "and", "date"),
    *("could", "still", "change", "while", "officials", "both", "sides", "met", "again", "to", "speak", "equipment"),
    *("sites", "order", "departure", "before", "deadline"),
)


def stage(negotiation: str) -> list[dict[str, Any]]:
    """Return the entries that set a negotiation's stage."""
    entries: list[dict[str, Any]] = [{"event": "NegotiationOpened", "title": f"Negotiation {negotiation}"}]
    entries += [
        {"event": "PartyAdded", "party": party, "name": party.title(), "role": "principal"} for party in PARTIES
    ]
    entries += [{"event": "MatterAdded", "matter": matter, "title": matter.replace("-", " ")} for matter in MATTERS]
    entries += [
        {
            "event": "SourceRegistered",
            "source": source,
            "publisher": f"Agency {source}",
            "published": str(_START + timedelta(days=30 * index)),
            "reliability": "ABCDEF"[index % 6],
            **({"relays": [SOURCES[index - 1]]} if index % 3 == 2 else {}),
        }
        for index, source in enumerate(SOURCES)
    ]
    return [{"event": entry["event"], "negotiation": negotiation, **entry} for entry in entries]


def claim(negotiation: str, number: int, chance: random.Random) -> dict[str, Any]:
    """Return one claim of a negotiation, the later the higher its number."""
    day = _START + timedelta(days=number // 4 + chance.randrange(5))
    known = day + timedelta(days=chance.randrange(6))
    party = PARTIES[number % 4]
    kind = number % 10
    entry: dict[str, Any] = {
        "event": "StatementMade",
        "negotiation": negotiation,
        "id": f"e{number}",
        "occurred": str(day),
        "published": str(known),
        "evidence": [
            {
                "source": SOURCES[chance.randrange(8)],
                "attributed_to": f"Official {chance.randrange(20)}",
                "paraphrase": " ".join(chance.choices(_WORDS, k=22)),
                "credibility": chance.randrange(1, 7),
            }
        ],
        "note": " ".join(chance.choices(_WORDS, k=10)),
    }
    if kind < 3:
        entry |= {"event": "PositionTaken", "party": party, "matter": MATTERS[chance.randrange(4)]}
        entry["stance"] = STANCES[chance.randrange(5)]
    elif kind < 5:
        tabled = chance.random() < 0.5
        entry |= {"event": "ProposalTabled" if tabled else "ProposalRefused", "party": party}
        entry["proposal"] = f"proposal-{number // 40}"
    elif kind < 7:
        entry |= {"event": "WithdrawalProgressReported", "withdrawal": f"force-{number // 200}"}
        entry["departed"] = {"value": number % 900}
    elif kind == 7:
        entry |= {"event": "NegotiationContinued", "round": f"round-{number // 60}", "parties": ["USA", "NER"]}
    else:
        entry |= {"party": party, "text": " ".join(chance.choices(_WORDS, k=8))}
    return entry


def entries(count: int, negotiations: int = 100) -> Iterator[dict[str, Any]]:
    """Yield so many entries over so many negotiations, in turn, each with its stage first."""
    chance = random.Random(2024)
    names = [f"talks-{number:04}" for number in range(negotiations)]
    staged = [stage(name) for name in names]
    rounds = -(-count // negotiations)
    left = count
    for number in range(rounds):
        for name, own in zip(names, staged, strict=True):
            if left == 0:
                return
            left -= 1
            yield own[number] if number < len(own) else claim(name, number - len(own), chance)


def write_script(path: Path, count: int, negotiations: int = 100) -> Path:
    """Write entries as JSON Lines and return the path."""
    with path.open("w", encoding="utf-8") as file:
        for entry in entries(count, negotiations):
            file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
            file.write("\n")
    return path
