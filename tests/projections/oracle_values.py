"""What judgement asks for of single values, consents, and the states of proposals, worked out the slow way.

Like `oracle.py` it is written from the text alone, and takes from that which entries stand and how they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.projections import oracle_parties
from tests.projections.oracle_parties import told
from tests.projections.oracle_single import Said, beside, contradicting, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.oracle import Oracle
    from tracker.codec import Recorded

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


def stances(oracle: Oracle) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Return by party and matter the stance, and what asserts it: since it was last taken, or of its time."""
    found = {}
    for (party, matter), said in _stances(oracle).items():
        told = beside(oracle, said)
        value = str(shown(oracle, said))
        if len({given for _, given, _ in told}) == 1:
            last = [number for number, one in enumerate(said) if one[1] != value]
            told = said[last[-1] + 1 :] if last else said
        found[party, matter] = (value, [entry.id for entry, given, _ in told if given == value])
    return found


def _stances(oracle: Oracle) -> dict[tuple[str, str], list[Said]]:
    found: dict[tuple[str, str], list[Said]] = {}
    for entry, event in told(oracle):
        if event.event == "PositionTaken" and event.stance:
            found.setdefault((event.party, event.matter), []).append((entry, event.stance, None))
    return found


def conflicts(oracle: Oracle) -> dict[str, set[str]]:
    """Return by subject the entries that give different values at one time where only one is true."""
    told_of: dict[tuple[str, str], list[Said]] = {
        (f"position:{party}/{matter}", "stance"): stances for (party, matter), stances in _stances(oracle).items()
    }
    for field, one in _given(oracle):
        told_of.setdefault((str(oracle.event(one[0]).subject), field), []).append(one)
    for subject in {str(event.subject) for _, event in told(oracle) if event.subject}:
        family, _, name = subject.partition(":")
        if family == "agreement":
            told_of[subject, "term"] = terms_of(oracle, name)
    found: dict[str, set[str]] = {}
    for (subject, _), said in told_of.items():
        if entries := contradicting(oracle, said):
            found.setdefault(subject, set()).update(entries)
    return found


def _given(oracle: Oracle) -> Iterator[tuple[str, Said]]:
    """Yield what gives a field of a thing, by what that is called, but for stances and terms of agreements."""
    for entry, event in told(oracle):
        family, _, name = (event.subject or "").partition(":")
        for field in SINGLES.get(family, ()):
            if getattr(event, field, None) is not None:
                yield field, (entry, getattr(event, field), getattr(event, "prior", None))
        if event.event in {"DestinationSet", "DestinationUndetermined"}:
            yield "destination", (entry, getattr(event, "destination", None), None)
        if family == "agreement":
            yield from _given_of(entry, event, is_many=oracle_parties.are_many(oracle, name))
        elif family == "commitment" and getattr(event, "until", None) is not None:
            yield f"until {event.event == 'CommitmentSuspended'}", (entry, event.until, None)


def _given_of(entry: Recorded, event: Any, *, is_many: bool) -> Iterator[tuple[str, Said]]:  # noqa: ANN401 - an event
    if event.event == "DenunciationSuspended" and event.until is not None:
        yield f"suspension by {event.party if is_many else 'either'}", (entry, event.until, None)
    day = oracle_parties.day_of(event, are_many=is_many)
    if day is not None and event.event in oracle_parties.EFFECTIVE | {"DenunciationNotified", "DenunciationResumed"}:
        yield day, (entry, event.effective, None)


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
