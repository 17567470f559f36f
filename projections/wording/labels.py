"""What a person is told that a field is called, and the groups in which a form asks for fields."""

from __future__ import annotations

from typing import Final

#: The groups of a form, in its order.
CORRECTION: Final = "The correction"
WHAT: Final = "What"
WHEN: Final = "When"
WHO: Final = "Who says so"
NOTE: Final = "Note"
GROUPS: Final = (CORRECTION, WHAT, WHEN, WHO, NOTE)

#: Fields that are called otherwise than their names are written.
_LABELS: Final = {
    "abstentions": "Votes: abstained",
    "about": "About what",
    "against": "Against whom",
    "attributed_to": "Speaker",
    "begins": "Begins on",
    "by": "Done by",
    "captured_at": "Captured at",
    "changes": "Fields that change",
    "claimed_effective": "Takes effect, as claimed",
    "consents_required": "Consents required from",
    "credibility": "Credibility, 1 to 6",
    "due": "Due on",
    "effective": "Takes effect on",
    "heads": "Delegations led by",
    "id": "Id of the entry",
    "in_reply_to": "In reply to",
    "keep": "Id that is kept",
    "kind": "Kind",
    "legal_effective": "Takes effect, by law",
    "locator": "Place in the source",
    "modality": "Put as",
    "occurred": "Happened on",
    "on": "On",
    "paraphrase": "In our words",
    "published": "Published on",
    "quote": "Quote",
    "relays": "Repeats the sources",
    "reliability": "Reliability, A to F",
    "residual": "Who stays",
    "role": "Role",
    "same": "Ids that are the same",
    "scheduled": "Scheduled for",
    "sha256": "SHA-256 of the text",
    "to": "To whom",
    "toward": "Toward whom",
    "until": "Until",
    "url": "Address on the web",
    "votes": "Votes by party",
    "votes_against": "Votes: against",
    "votes_for": "Votes: for",
    "with": "With whom",
}
#: Fields that are called otherwise in one type, in which the word means something else.
_IN_TYPE: Final = {
    ("AssessmentChanged", "credibility"): "New credibility, 1 to 6",
    ("AssessmentChanged", "reliability"): "New reliability, A to F",
    ("AssessmentChanged", "source"): "Source that is graded",
    ("DenialIssued", "of"): "Denies the entry",
    ("PartyAdded", "of"): "Belongs to",
    ("WithdrawalProgressReported", "of"): "Out of",
}
#: Fields whose text takes several lines.
LONG: Final = frozenset({"text", "quote", "paraphrase", "note"})
#: The number under which a form has the first piece of evidence.
_FIRST: Final = "0"


def label_of(path: str, event: str = "") -> str:
    """Return what a person is told that a field of an event type is called, by its path as scripts write it.

    >>> label_of("evidence.1.attributed_to"), label_of("superseded_by"), label_of("of", "PartyAdded")
    ('Speaker (2)', 'Superseded by', 'Belongs to')
    """
    *before, name = path.split(".")
    if "evidence" in before:
        number = before[-1]
        return label_of(name) if number == _FIRST or not number.isdecimal() else f"{label_of(name)} ({int(number) + 1})"
    if before and before != ["own"]:
        return f"{label_of(before[-1], event)}: {name}"
    said = _IN_TYPE.get((event, path)) or _LABELS.get(name) or name.replace("_", " ")
    return said[:1].upper() + said[1:]
