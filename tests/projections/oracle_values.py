"""What judgement asks for of single values, consents, and the states of proposals, worked out the slow way.

Like `oracle.py` it is written from the text alone, and takes from that which entries stand and how they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.projections import oracle_parties
from tests.projections.oracle_parties import told
from tracker.dates import When

if TYPE_CHECKING:
    from tests.projections.oracle import Oracle
    from tracker.codec import Recorded

#: What was said of one value: the entry, the value, and the one that it names as replaced.
Said = tuple["Recorded", Any, Any]
#: The fields of which one value is true at a time, by family.
SINGLES: Final = {"withdrawal": ("deadline",), "round": ("venue", "outcome"), "commitment": ("due",)}
_TERM: Final = {"AgreementSigned", "AgreementEnteredIntoForce", "AgreementExtended"}


# ── single values ──


def said_of(oracle: Oracle, subject: str, field: str) -> list[Said]:
    """Return what is said of a field of a thing, in fold order."""
    found = []
    for entry, event in told(oracle):
        value = getattr(event, field, None) if event.subject == subject else None
        if value is not None:
            found.append((entry, value, getattr(event, "prior", None)))
    return found


def terms_of(oracle: Oracle, agreement: str) -> list[Said]:
    """Return what is said of until when an agreement lasts; an extension without a date opens the term."""
    return [
        (entry, event.until, None)
        for entry, event in told(oracle)
        if event.subject == f"agreement:{agreement}"
        and event.event in _TERM
        and (event.until is not None or event.event == "AgreementExtended")
    ]


def shown(oracle: Oracle, said: list[Said]) -> str | None:
    """Return the value that is shown of what is said: of those of the latest time, the weightiest."""
    if not said:
        return None
    latest = max(said, key=lambda one: oracle.place(one[0]))
    beside = [one for one in said if one is latest or not oracle.are_apart(one[0], latest[0])]
    replaced = [prior for *_, prior in beside if prior]
    kept = [one for one in beside if one[2] or not any(is_same(prior, one[1]) for prior in replaced)]
    beside = kept or beside
    beside = [one for one in beside if one[1] is not None] or beside
    by_value: dict[str, list[Recorded]] = {}
    for entry, value, _ in beside:
        by_value.setdefault(str(value), []).append(entry)
    chosen = oracle.chosen(by_value)
    return None if chosen == "None" else chosen


def is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - dates or texts
    """Say whether two values may be one: dates unless they are apart, texts by their letters."""
    if one is None or other is None:
        return False
    if isinstance(one, When) and isinstance(other, When):
        return not one.is_disjoint(other)
    return bool(str(one).casefold() == str(other).casefold())


# ── consents ──


def consents(oracle: Oracle, agreement: str) -> dict[str, int | None]:
    """Return how many parties are bound by consents of theirs and did not leave, and how many are required."""
    parts = oracle_parties.participants(oracle, agreement)
    given, required = set(), None
    about = [(entry, event) for entry, event in told(oracle) if event.subject == f"agreement:{agreement}"]
    for _, event in about:
        required = required or getattr(event, "consents_required", None)
        if event.event in {"AgreementRatified", "ConsentExpressed"}:
            given.add(event.party)
    bound = [party for party in given if parts.get(party) not in {None, "withdrawn", "refused"}]
    return {"given": len(bound), "required": required}


# ── proposals ──


def proposals(oracle: Oracle) -> dict[str, str | None]:
    """Return the state of each proposal of which only tablings, answers and votes tell."""
    answered = oracle_parties.answered(oracle)
    to: dict[str, tuple[str, ...]] = {}
    decided: dict[str, list[Any]] = {}
    found: dict[str, str | None] = {}
    for entry, event in told(oracle):
        name = getattr(event, "proposal", None)
        if name is None:
            continue
        found.setdefault(name, None)
        if event.event in {"ProposalTabled", "DemandMade"}:
            found[name] = "tabled"
            named = getattr(event, "to", None)
            if named and name not in to:
                to[name] = named if isinstance(named, tuple) else (named,)
        result = {"approved": "accepted", "rejected": "refused", "vetoed": "refused"}.get(
            getattr(event, "result", None) or ""
        )
        if event.event == "VoteHeld" and event.decides and event.motion == "approve" and result:
            decided.setdefault(name, []).append((entry, event, result))
    for name in found:
        answers = {state for state, _ in answered.get(name, {}).values()}
        silent = [party for party in to.get(name, ()) if party not in answered.get(name, {})]
        if name in decided:
            found[name] = oracle.fold(f"proposal:{name}", decided[name])[0]
        elif len(answers) > 1:
            found[name] = "divided"
        elif answers and not (silent and len(to[name]) > 1):
            (found[name],) = answers
    superseded = {getattr(event, "supersedes", None) for _, event in told(oracle)}
    return {name: state for name, state in found.items() if name not in superseded}
