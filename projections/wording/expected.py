"""What is expected in a few words: for the agenda, for what lies ahead in a status or a brief, and for a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.wording.sentences import summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.events.base import Event

#: What is said of the ends that a thing is given, by the kind of what is expected.
_ENDS: Final = {
    "deadline": "Deadline of the withdrawal {name}",
    "due": "Commitment {name} due",
    "until": "Term of the commitment {name} ends",
    "term": "Term of {name} ends",
    "scheduled": "Talks {name}",
}
#: What is said where the type of the entry that gives the date tells more than the kind.
_BY_ENTRY: Final = {
    "DenunciationNotified": "Denunciation of {name} takes effect",
    "DenunciationResumed": "Denunciation of {name} takes effect",
    "DenunciationSuspended": "Suspension of the denunciation of {name} ends",
    "CommitmentSuspended": "Suspension of the commitment {name} ends",
}


def expected_text(kind: str, name: str, event: Event | None, names: Mapping[str, str] | None = None) -> str:
    """Return what is expected without its date and without a full stop: ``Term of the Treaty on the river ends``.

    `name` is what its thing is called, `event` the entry that says so, whose own sentence tells of plans and
    ultimatums; `names` are what to call the parties in it.
    """
    of_plan = event is not None and kind == "plan"
    template = None if event is None or of_plan else _BY_ENTRY.get(event.event)
    template = template or _ENDS.get(kind)
    if template is not None:
        return template.format(name=name)
    return name if event is None else summary_of(event, names).removesuffix(".")
