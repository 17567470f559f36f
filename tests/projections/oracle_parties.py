"""What judgement asks for of parties and figures, worked out the slow way: who takes part, who answers, how many.

Like `oracle.py` it is written from the text alone, and takes from that which entries stand and how they read.
"""

from __future__ import annotations

from itertools import combinations
from math import inf
from typing import TYPE_CHECKING, Any, Final

from tests.projections.oracle_single import Said, is_same, shown
from tracker.dates import When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projections.oracle import Oracle
    from tracker.codec import Recorded

#: A claim about a figure: its line, the entry, the two ends, and whether it is approximate.
Claimed = tuple[tuple[str, str, str | None, str | None], "Recorded", float, float, bool]
_FIGURES: Final = ("strength", "departed", "residual", "limit", "level")
_ANSWERS: Final = {"ProposalAccepted": "accepted", "ProposalRefused": "refused", "BaseRequestRefused": "refused"}
#: How the party that an entry names takes part from then on; what leads back has no state of its own.
_PARTICIPATION: Final = {
    "AgreementSigned": "signed",
    "AgreementRatified": "bound",
    "ConsentExpressed": "bound",
    "AgreementEnteredIntoForce": "bound",
    "RatificationRefused": "refused",
    "AgreementSuspended": "suspended",
    "AgreementRevoked": "denunciation-announced",
    "DenunciationNotified": "denunciation-notified",
    "DenunciationSuspended": "denunciation-suspended",
    "DenunciationResumed": "denunciation-notified",
    "ParticipationEnded": "withdrawn",
    "AgreementTerminated": "withdrawn",
}
#: What leads back to what a party was before, and from which states.
_BACK: Final = {"AgreementResumed": "suspended", "DenunciationWithdrawn": "denunciation"}
#: What takes effect on the day that it names.
EFFECTIVE: Final = {"AgreementRatified", "ConsentExpressed", "AgreementTerminated", "ParticipationEnded"}


def told(oracle: Oracle) -> Iterator[tuple[Recorded, Any]]:
    """Yield the standing entries that say that something is so, in fold order."""
    for entry in oracle.standing():
        if oracle.tells(entry):
            yield entry, oracle.event(entry)


# ── figures ──


def claimed(oracle: Oracle) -> list[Claimed]:
    """Return all claims about figures that stand, in fold order."""
    found: list[Claimed] = []
    for entry, event in told(oracle):
        figures = [(name, getattr(event, name, None)) for name in _FIGURES]
        if event.event == "WithdrawalProgressReported":
            figures.append(("strength", event.of))
        if event.event == "FigureReported":
            figures.append((event.quantity, event.figure))
        for name, figure in figures:
            if figure is not None:
                low, high = figure.bounds
                ends = (-inf if low is None else low, inf if high is None else high)
                found.append(((event.subject, name, figure.unit, figure.scope), entry, *ends, figure.approximate))
    return found


def lines(oracle: Oracle) -> dict[tuple[str, str, str | None, str | None], tuple[float, float, list[str]]]:
    """Return by line the hull of the claims that are not disjoint from its latest, and the entries that make them."""
    by_line: dict[tuple[str, str, str | None, str | None], list[Claimed]] = {}
    for one in claimed(oracle):
        by_line.setdefault(one[0], []).append(one)
    found = {}
    for line, claims in by_line.items():
        same = [one for one in claims if one is claims[-1] or not oracle.are_apart(one[1], claims[-1][1])]
        entries = list(dict.fromkeys(one[1].id for one in same))
        found[line] = (min(one[2] for one in same), max(one[3] for one in same), entries)
    return found


def contradicting(oracle: Oracle) -> dict[str, set[str]]:
    """Return by subject the entries whose figures contradict another one of their line and time."""
    found: dict[str, set[str]] = {}
    for one, other in combinations(claimed(oracle), 2):
        if one[0] == other[0] and not oracle.are_apart(one[1], other[1]):
            (low, high), (least, most) = _room(one), _room(other)
            if high < least or most < low:
                found.setdefault(one[0][0], set()).update((one[1].id, other[1].id))
    return found


def _room(one: Claimed) -> tuple[float, float]:
    """Return the ends of a figure; an approximate one is widened by a tenth."""
    _, _, low, high, approximate = one
    return (low * 0.9, high * 1.1) if approximate else (low, high)


# ── answers ──


def answers(oracle: Oracle) -> dict[str, dict[str, list[tuple[Recorded, Any, str | None]]]]:
    """Return by proposal and party what it answered, in fold order: by itself, or by a vote that decides."""
    found: dict[str, dict[str, list[tuple[Recorded, Any, str | None]]]] = {}
    for entry, event in told(oracle):
        given: dict[str, str] = {}
        if event.event in _ANSWERS:
            given = {event.party: _ANSWERS[event.event]}
        elif event.event == "VoteHeld" and event.proposal and event.decides and event.motion == "approve":
            given = _voted(event)
        for party, answer in given.items():
            found.setdefault(event.proposal, {}).setdefault(party, []).append((entry, event, answer))
    return found


def _voted(event: Any) -> dict[str, str]:  # noqa: ANN401 - a vote
    """Return the answers that a vote which decides gives: those of who voted, or else of the body."""
    if event.result not in {"approved", "rejected", "vetoed"}:
        return {}
    is_approved = event.result == "approved"
    if not event.votes:
        return {event.party or event.body: "accepted" if is_approved else "refused"}
    refused = {party: "refused" for party, vote in event.votes.items() if vote in {"against", "veto"}}
    accepted = {party: "accepted" for party, vote in event.votes.items() if vote == "for" and is_approved}
    return refused | accepted


def answered(oracle: Oracle) -> dict[str, dict[str, tuple[str | None, list[str]]]]:
    """Return by proposal the answer of each party, and the entries that assert it."""
    found: dict[str, dict[str, tuple[str | None, list[str]]]] = {}
    for proposal, by_party in answers(oracle).items():
        for party, said in by_party.items():
            state, because, _, _ = oracle.fold(f"proposal:{proposal}", said)
            found.setdefault(proposal, {})[party] = (state, [entry.id for entry in because])
    return found


# ── taking part ──


def participants(oracle: Oracle, agreement: str) -> dict[str, str | None]:
    """Return how each party of an agreement takes part in it; what a group does, those do for whom it stands."""
    about = [(entry, event) for entry, event in told(oracle) if event.subject == f"agreement:{agreement}"]
    parties, moves, states, consented = _in_turn(oracle, agreement)
    is_entered = any(
        oracle.fold(f"agreement:{agreement}", moves[:number])[0] == "in-force" for number in range(1, len(moves) + 1)
    )
    asks = any(event.consents_required for _, event in about if hasattr(event, "consents_required"))
    shown: dict[str, str | None] = {}
    for party in (*parties, *(name for name, known in states.items() if known)):
        state = states[party][-1] if states.get(party) else None
        if is_entered and state in {None, "signed"} and (not asks or party in consented):
            state = "bound"
        shown[party] = state
    return shown


def moves_of(oracle: Oracle, subject: str) -> list[tuple[Recorded, Any, str | None]]:
    """Return what is told of a thing in the order in which it takes effect, each with the state that it asserts."""
    family, _, name = subject.partition(":")
    if family == "agreement":
        return _in_turn(oracle, name)[1]
    return [(entry, event, event.moves_to) for entry, event in told(oracle) if event.subject == subject]


def are_many(oracle: Oracle, agreement: str) -> bool:
    """Say whether more than two parties are known, so that what one does moves that one only."""
    return len(_parties(oracle, f"agreement:{agreement}")) > 2


def _in_turn(
    oracle: Oracle, agreement: str
) -> tuple[list[str], list[tuple[Recorded, Any, str | None]], dict[str, list[str]], set[str]]:
    """Return the parties, what moves the agreement, what each party was and is, and who consented."""
    about = [(entry, event) for entry, event in told(oracle) if event.subject == f"agreement:{agreement}"]
    parties = _parties(oracle, f"agreement:{agreement}")
    states: dict[str, list[str]] = {}
    consented: set[str] = set()
    moves: list[tuple[Recorded, Any, str | None]] = []
    for entry, event in _in_effect(oracle, about, are_many=len(parties) > 2):
        if event.event in _PARTICIPATION or event.event in _BACK:
            _take_part(oracle, parties, states, event)
        if event.event in {"AgreementRatified", "ConsentExpressed"}:
            consented.update(_acting(oracle, parties, event.party))
        moves.append((entry, event, _moves(event, parties, states)))
    return parties, moves, states, consented


def day_of(event: Any, *, are_many: bool) -> str | None:  # noqa: ANN401 - an event about an agreement
    """Return as which one value the day counts on which an entry says that something takes effect; None without one."""
    if getattr(event, "effective", None) is None:
        return None
    if event.event in {"AgreementRatified", "ConsentExpressed"}:
        return f"the consent of {event.party}"
    return f"the exit of {event.party}" if are_many and event.party is not None else "the end"


def _in_effect(oracle: Oracle, about: list[tuple[Recorded, Any]], *, are_many: bool) -> list[tuple[Recorded, Any]]:
    """Return entries in the order in which they take effect: on a day of their own, before what happens on that.

    What was put off before its day came, or what another day outweighs, does not take effect on its own.
    """
    moments = []
    for number, (entry, event) in enumerate(about):
        effective: When | None = event.effective if event.event in EFFECTIVE else None
        begins = oracle.place(entry)[0]
        moment = begins if effective is None else max(begins, effective.lower)
        if effective is not None and moment > begins:
            name = day_of(event, are_many=are_many)
            said: list[Said] = [
                (other, its.effective, None)
                for other, its in about
                if day_of(its, are_many=are_many) == name and oracle.place(other)[0] < moment
            ]
            day = shown(oracle, said)
            if (oracle.day is not None and oracle.day < moment) or not is_same(effective, When(str(day))):
                continue
        moments.append((moment, moment == begins, number))
    return [about[number] for _, _, number in sorted(moments)]


def _moves(event: Any, parties: list[str], states: dict[str, list[str]]) -> str | None:  # noqa: ANN401 - any event
    """Return the state to which an entry moves the agreement: of more than two, what one does moves that one only."""
    are_many = len(parties) > 2
    party = getattr(event, "party", None)
    if event.event == "ParticipationEnded" or (event.event == "AgreementTerminated" and party and are_many):
        left = [name for name in parties if states.get(name, [""])[-1:] != ["withdrawn"]]
        return "terminated" if len(left) < 2 else None
    is_one = are_many and party and (event.event in _PARTICIPATION or event.event in _BACK)
    return None if is_one else event.moves_to


def _parties(oracle: Oracle, subject: str) -> list[str]:
    """Return who is named as a party, or accedes later; if nobody is, who signs, consents or denounces, or is to."""
    named: dict[str, None] = {}
    acting: dict[str, None] = {}
    for event in map(oracle.event, oracle.standing()):
        said: Any = event
        if said.subject != subject or said.modality in {"denied", "hypothetical"}:
            continue
        for name in getattr(said, "parties", ()):
            named.update(dict.fromkeys(_counting(oracle, name)))
        if named and getattr(said, "means", None) in {"accession", "succession"}:
            named.update(dict.fromkeys(_counting(oracle, said.party)))
        if said.event == "AgreementSigned":
            acting.update(dict.fromkeys(one for name in said.by for one in _counting(oracle, name)))
        if said.event in {"AgreementRatified", "ConsentExpressed", "AgreementRevoked", "DenunciationNotified"}:
            acting.update(dict.fromkeys(_counting(oracle, said.party)))
    return list(named or acting)


def _registered(oracle: Oracle, name: str) -> Any:  # noqa: ANN401 - an event, or None
    """Return the registration of a party, that of whose body it is if it is one; each is registered once here."""
    found = {
        str(entry.event.__dict__["party"]): entry.event for entry in oracle.entries if entry.event.event == "PartyAdded"
    }
    party: Any = found.get(name)
    return found.get(party.of) if party is not None and party.kind == "body" else party


def _counting(oracle: Oracle, name: str) -> list[str]:
    """Return the parties that one counts as which is named as a party: a group as its members, if it is no body."""
    party = _registered(oracle, name)
    if party is None or not party.members or party.kind == "organisation":
        return [name if party is None else party.party]
    return list(party.members)


def _acting(oracle: Oracle, parties: list[str], name: str) -> list[str]:
    """Return the parties whose act one of somebody is: its own if it is a party, else of those of its members."""
    party = _registered(oracle, name)
    if party is None or party.party in parties or not party.members:
        return [name if party is None else party.party]
    return [member for member in party.members if member in parties] or _counting(oracle, name)


def _take_part(oracle: Oracle, parties: list[str], states: dict[str, list[str]], event: Any) -> None:  # noqa: ANN401 - an event about an agreement
    """Note how an entry lets the parties that it names take part; of each, what it was before stays below that."""
    named = event.by if event.event == "AgreementSigned" else [event.party] if event.party is not None else []
    acting = list(dict.fromkeys(one for name in named for one in _acting(oracle, parties, name)))
    if event.event == "AgreementResumed" and event.party is None:
        acting = [party for party, known in states.items() if known[-1:] == ["suspended"]]
    for party in acting:
        known = states.setdefault(party, [])
        if event.event in _BACK:
            left = _BACK[event.event]
            while known and known[-1].startswith(left):
                known.pop()
        elif not (event.event == "AgreementSigned" and known[-1:] == ["bound"]):
            known.append(_PARTICIPATION[event.event])
