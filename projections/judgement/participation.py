"""How a party takes part in an agreement: the states, which entries give them, and how one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.claims.readings import Reading

#: The events that say of the party that they name how it takes part, and the state that they give it.
PARTICIPATION: Final = {
    "AgreementSigned": "signed",
    "AgreementRatified": "bound",
    "ConsentExpressed": "bound",
    "AgreementEnteredIntoForce": "bound",
    "RatificationRefused": "refused",
    "AgreementSuspended": "suspended",
    "AgreementResumed": "",
    "AgreementRevoked": "denunciation-announced",
    "DenunciationNotified": "denunciation-notified",
    "DenunciationSuspended": "denunciation-suspended",
    "DenunciationResumed": "denunciation-notified",
    "DenunciationWithdrawn": "",
    "ParticipationEnded": "withdrawn",
    "AgreementTerminated": "withdrawn",
}
#: States from which a party comes back to what it was before.
PASSING: Final = frozenset({"suspended", "denunciation-announced", "denunciation-notified", "denunciation-suspended"})
DENOUNCED: Final = PASSING - {"suspended"}


class Part(NamedTuple):
    """How a party takes part: a state, the entries that say so, and how it took part before, if it may come back."""

    state: str
    because: tuple[Reading, ...]
    before: Part | None = None


def kept(part: Part | None, new: str) -> Part | None:
    """Return how a party took part before, if it may come back to that from a new state."""
    if new not in PASSING or part is None:
        return None
    # One whose participation is suspended may denounce, and one that denounces suspend: either is taken back by itself.
    is_other = part.state not in PASSING or (new in DENOUNCED) != (part.state in DENOUNCED)
    return part if is_other else part.before


def came_back(part: Part | None, states: Iterable[str]) -> Part | None:
    """Return how a party took part before it came into one of some states."""
    return part.before if part is not None and part.state in states else part
