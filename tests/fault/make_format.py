"""Makes the log that is kept of a format version: an entry of each type with every field, recorded by that version.

``python -m tests.fault.make_format`` writes it for the present version and vocabulary where none is kept yet. What is
kept is never made anew: it shows that what an earlier version has written is read as it was.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tests.tracker.given import stage
from tracker.events import EVENT_TYPES, parse
from tracker.log import EventLog
from tracker.stores.sqlite.file import FORMAT_VERSION
from tracker.transfer import bundle
from tracker.transfer.copy import back_up
from tui.output import entry

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS: Final = Path(__file__).parent / "formats"
#: The log of the present format and vocabulary; with new event types or fields its second number grows.
PRESENT: Final = f"v{FORMAT_VERSION}.2"
RECORDED_AT: Final = datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)
_FIGURE: Final = {"low": 10, "high": 1000.5, "unit": "personnel", "scope": "all", "basis": "a count"}
_EVIDENCE: Final = [
    {
        "source": "wire",
        "attributed_to": "a person",
        "role": "spokesman",
        "quote": "« Rien n'est décidé »",
        "language": "fr",
        "locator": "§ 3",
        "paraphrase": "Nothing is decided.",
        "credibility": 2,
    },
    {"source": "gazette"},
]
#: A value for each field; those of a type that takes another are below.
_VALUES: Final[dict[str, Any]] = {
    "abstentions": 2, "about": "party:NER", "actor": "USA", "against": "USA", "agreement": "sofa-2012",
    "alias": "the spokesman", "aliases": ["US", "Washington"],
    "author": "an author", "authority": "the council", "begins": "2024-06", "body": "the council",
    "by": ["USA", "NER"], "candidates": ["Benin", "Ghana"],
    "captured_at": "2024-05-12", "changes": {"text": "Something else"}, "claimed_effective": "2024-03-16",
    "consents_required": 3, "cosponsors": ["NER"],
    "code": "1246", "commitment": "protect", "consequence": "closing", "content": "A text", "credibility": 3,
    "deadline": "2024-09-15", "decides": True, "departed": 269, "destination": "Germany", "dialect": "cameo",
    "due": "2024-09",
    "effective": "2024-09-15", "figure": _FIGURE, "in_reply_to": "keep-air-base", "keep": "USA",
    "lead": "agreement:sofa-2012", "level": _FIGURE, "limit": _FIGURE, "means": "acceptance", "mediators": ["CHN"],
    "members": ["NER", "USA"], "mode": "indirect", "motion": "amend", "part_of": "sofa-2010", "quantity": "troops",
    "question": "Is it accepted?", "result": "approved", "same": ["CAN"], "sanction": "arms-embargo",
    "settles": ["air-bases"], "until": "2025-12-31", "votes": {"USA": "for", "NER": "abstain"}, "votes_against": 1,
    "votes_for": 12,
    "entry": "statement", "evidence": _EVIDENCE, "force": "the second battalion", "ground": "on formal grounds",
    "heads": ["the minister", "the envoy"], "kind": "sofa", "label": "Reject request", "language": "fr",
    "legal_effective": "2025-03-16", "legislature": "the lower house", "matter": "air-bases", "measure": "an embargo",
    "modality": "reported", "name": "A name", "note": "A note of several words, 中文 and العربية",
    "occurred": "2024-05-06/2024-05-10", "of": "statement", "on": "NER", "outcome": "agreement",
    "parties": ["USA", "NER"], "party": "NER", "person": "the ambassador", "prior": "2024-08",
    "proposal": "keep-air-base", "published": "2024-05-11", "publisher": "A wire", "reason": "It was wrong",
    "received": "2024-03-17", "relays": ["gazette"], "reliability": "B", "residual": {"value": 0}, "role": "principal",
    "round": "second-round", "scheduled": "2024-05-20", "scope": "all of it", "sha256": "ab" * 32, "site": "Base 201",
    "source": "daily-2", "stance": "conditional", "strength": _FIGURE, "summary": "A summary",
    "superseded_by": "sofa-2024", "supersedes": "keep-two-bases", "target": "NER", "terms": "Under these terms",
    "text": "Nothing is decided", "title": "A title", "to": "USA", "toward": ["RUS", "CHN"],
    "url": "https://news.example.org/1", "venue": "Niamey", "wikidata": "Q30", "with": "RUS",
    "withdrawal": "all-forces",
}  # fmt: skip
_OTHERWISE: Final[dict[str, dict[str, Any]]] = {
    "AliasAdded": {"person": None},
    "AssessmentChanged": {"source": None, "reliability": None},
    "MatterAdded": {"matter": "overflights"},
    "NegotiationConcluded": {"outcome": "An agreement in parts"},
    "NegotiationOpened": {"evidence": None},
    "PartyAdded": {"party": "CAN", "of": "USA", "kind": "state", "members": None},
    "IncidentReported": {"agreement": None},
    "SameAs": {"kind": "party"},
    "SourceRegistered": {"kind": "agency"},
    "VoteHeld": {"kind": "council", "agreement": None, "proposal": None},
    "WithdrawalProgressReported": {"of": 1000},
}

#: What a type needs of fields of which one or two must be given.
_ONE_OF: Final[dict[str, set[str]]] = {
    "AliasAdded": {"party"},
    "AssessmentChanged": {"entry", "credibility"},
    "IncidentReported": {"commitment"},
    "VoteHeld": {"matter"},
}


def entries() -> Iterator[dict[str, Any]]:
    """Yield an entry of each type with every field, and one of each with no more than it needs."""
    yield {"event": "StatementMade", "negotiation": "us-niger", "id": "statement", "party": "NER", "text": "At first"}
    for name, kind in EVENT_TYPES.items():
        fields = {info.alias or field: info for field, info in kind.model_fields.items()}
        values = {**_VALUES, **_OTHERWISE.get(name, {})}
        whole = {field: values[field] for field in fields if field not in {"id", "negotiation"}}
        whole = {field: value for field, value in whole.items() if value is not None}
        yield {"event": name, "negotiation": _in(name, "whole"), "id": f"{name.lower()}-whole", **whole}
    for name, kind in EVENT_TYPES.items():
        values = {**_VALUES, "source": "daily-3", **_OTHERWISE.get(name, {})}
        needed = {info.alias or field for field, info in kind.model_fields.items() if info.is_required()}
        needed |= _ONE_OF.get(name, set())
        bare = {field: values[field] for field in needed if field != "negotiation"}
        bare |= {"party": "BEN"} if name == "PartyAdded" else {"matter": "fuel"} if name == "MatterAdded" else {}
        yield {"event": name, "negotiation": _in(name, "bare"), **bare}


def _in(name: str, how: str) -> str:
    """Return the negotiation of an entry; one that is opened is another, as a negotiation is opened once."""
    return f"opened-{how}" if name == "NegotiationOpened" else "us-niger"


def make(folder: Path, name: str = PRESENT) -> None:
    """Write the log of a version, its stored bytes as a bundle, and how its entries read."""
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "log.db"
        with EventLog.open(path, clock=lambda: RECORDED_AT, by="Ada é") as log:
            log.record([*stage(), *stage("us-chad")])
            log.record([parse(fields) for fields in entries()])
            (folder / f"{name}.bundle.jsonl").write_bytes(b"".join(bundle.lines(log)))
            rows = [json.dumps(entry(recorded), ensure_ascii=False) + "\n" for recorded in log.read()]
            (folder / f"{name}.read.jsonl").write_text("".join(rows), encoding="utf-8")
        back_up(str(path), folder / f"{name}.db")


if __name__ == "__main__":
    if (FORMATS / f"{PRESENT}.db").exists():
        sys.exit(f"a log {PRESENT} is kept already, and never made anew")
    make(FORMATS)
