"""One plain sentence for an entry, made from its fields: what a list row, a brief and a line of the log say."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tracker.dates import When
from tracker.events.base import Amount
from tracker.events.references import kinds_of_fields
from tracker.events.registry import UnknownEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.events.base import Event

#: What each event type says; a part in brackets is left out where a field in it is not given.
SENTENCES: Final[dict[str, str]] = json.loads(Path(__file__).with_name("sentences.json").read_text("utf-8"))
#: How a claim begins that its source does not put as a fact.
#: A verb as it is with several who act, and with one.
_VERB: Final = re.compile(r"(\w+)\|(\w+)")
MODALITIES: Final = {"announced": "Announced: ", "denied": "Denied: ", "hypothetical": "Supposed: "}
#: What an aspect of one party is called.
_OF_PARTY: Final = {"participants": "participation of", "answers": "answer of"}
_LONGEST: Final = 240
_PIECES: Final = re.compile(r"\[([^\]]*)\]|([^\[]+)")
_FIELD: Final = re.compile(r"\{(\w+)\}")
_ITS_OWN_SIGN: Final = (".", "!", "?", "…")


def summary_of(event: Event, names: Mapping[str, str] | None = None) -> str:
    """Return one sentence that says what an entry says.

    `names` are what to call the parties by id, and matters and agreements by subject (``agreement:sofa-2012``).
    """
    told = [(text, filled) for text, filled in pieces_of(event, SENTENCES, names or {}) if filled]
    said = "".join(filled for _, filled in told)
    begins = told[0][0] if told else ""
    # A sentence begins with a capital letter, but what it is about is written as it is called.
    said = f"{said[:1].upper()}{said[1:]}" if begins and not begins.startswith("{") else said
    said = MODALITIES.get(event.modality, "") + " ".join(said.split())
    return said if said.endswith(_ITS_OWN_SIGN) else f"{said}."


def pieces_of(event: Event, sentences: Mapping[str, str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the pieces of an entry's sentence in order, each as it is written in `sentences` and as it reads."""
    template = None if isinstance(event, UnknownEvent) else sentences.get(event.event)
    if template is None:
        return [("", _unknown(event))]
    template = _VERB.sub(lambda found: found[1 if _are_several(event) else 2], template)
    return [(text, _fill(text, optional, event, names)) for text, optional in _parts(template)]


def _are_several(event: Event) -> bool:
    """Say whether several act together by an entry."""
    acting = getattr(event, "by", None) or getattr(event, "parties", None)
    return not isinstance(acting, tuple) or len(acting) > 1


def figure_text(
    low: float | None,
    high: float | None,
    unit: str | None = "personnel",
    scope: str | None = None,
    *,
    approximate: bool = False,
) -> str:
    """Return a quantity as people write it: ``1,000``, ``about 650–700``, ``at least 600``; personnel is understood."""
    about = "about " if approximate else ""
    if low is None and high is None:
        text = "an unknown number"
    elif low == high:
        text = f"{about}{_number(low)}"
    elif high is None:
        text = f"at least {about}{_number(low)}"
    elif low is None:
        text = f"at most {about}{_number(high)}"
    else:
        text = f"{about}{_number(low)}–{_number(high)}"
    text = text if unit in {None, "personnel"} else f"{text} {unit}"
    return f"{text} ({scope})" if scope else text


def aspect_text(aspect: str, names: Mapping[str, str] | None = None) -> str:
    """Return in what a conclusion differs, in words: ``deadline``, ``participation of RUS``, ``strength (police)``.

    `names` are what to call the parties by id.
    """
    family, _, name = aspect.partition(".")
    if not name:
        return aspect.replace("_", " ")
    if family == "figures":
        quantity, _, scope = name.partition("/")
        return f"{quantity} ({scope})" if scope else quantity
    return f"{_OF_PARTY.get(family, family)} {named('party', name, names or {})}"


def is_state(aspect: str) -> bool:
    """Say whether an aspect of a conclusion is a state, whose value is a word of the vocabulary."""
    return aspect in {"state", "stance", "outcome"} or aspect.partition(".")[0] in _OF_PARTY


#: What is voted on if it is not whether to approve.
_MOTIONS: Final = {
    "disapprove": "the motion to disapprove ",
    "amend": "the motion to amend ",
    "procedure": "the procedural motion ",
}


def vote_text(vote: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """Return a vote, or the consent or refusal of a party, in words: ``Senate: approved (68 to 32)``.

    `names` are what to call the parties by id, of which a body may be one.
    """
    who = named("party", vote.get("body") or vote.get("party") or "somebody", names or {})
    sides = {side: _number(vote[side]) for side in ("for", "against") if vote.get(side) is not None}
    both = len(sides) > 1
    tally = [" to ".join(sides.values())] if both else [f"{number} {side}" for side, number in sides.items()]
    if vote.get("abstentions"):
        tally.append(f"{_number(vote['abstentions'])} abstaining")
    told = f" ({', '.join(tally)})" if tally else ""
    motion = _MOTIONS.get(str(vote.get("motion") or ""), "")
    return f"{who}: {motion}{vote.get('result') or 'no result is known'}{told}"


def notes_in_words(kinds: Iterable[str]) -> str:
    """Return in one line how many notes there are of each kind: ``12 (8 single voice, 4 unsourced)``."""
    counts = Counter(kinds)
    told = ", ".join(f"{count:,} {kind.replace('-', ' ')}" for kind, count in counts.most_common())
    return f"{counts.total():,} ({told})"


def listed(words: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,}"


@lru_cache(maxsize=128)
def _parts(template: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a sentence, each with whether it may be left out."""
    return tuple(
        (match[1], True) if match[1] is not None else (match[2], False) for match in _PIECES.finditer(template)
    )


def _fill(text: str, optional: bool, event: Event, names: Mapping[str, str]) -> str:  # noqa: FBT001 - one of a pair
    values = {name: _value(name, event, names) for name in _FIELD.findall(text)}
    if optional and not all(values.values()):
        return ""
    return _FIELD.sub(lambda match: values[match[1]] or "somebody", text)


def _value(name: str, event: Event, names: Mapping[str, str]) -> str:
    value: Any = event.__dict__.get(name)
    kind = kinds_of_fields(type(event)).get(name)
    if isinstance(value, Amount):
        return figure_text(*value.bounds, value.unit, value.scope, approximate=value.approximate)
    if isinstance(value, When):
        return value.text
    if isinstance(value, tuple | dict):
        return listed([named(kind, str(item), names) for item in value])
    if value is None:
        return ""
    text = f"{value:,}" if type(value) is int else str(value).strip()
    if name == "about":
        # What figures are of is written as a subject.
        title, (family, _, own) = called(text, names), text.partition(":")
        return f"{family} {own}" if title == own and family not in {"party", "matter"} else title
    # A body may be registered as a party.
    title = named("party" if name == "body" else kind, text, names)
    return title if title != text or len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def named(kind: str | None, name: str, names: Mapping[str, str]) -> str:
    """Return what something of a kind is called, a party, a matter or an agreement, else its id."""
    return name if kind is None else names.get(name if kind == "party" else f"{kind}:{name}", name)


def titled(name: str, title: str | None) -> str:
    """Return what something is called: its title with the id after it, or the id alone."""
    return f"{title} ({name})" if title else name


def with_names(kind: str | None, value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - what any field holds
    """Return what a field holds, with what parties, matters and agreements are called before their ids."""
    if isinstance(value, list | tuple):
        return [with_names(kind, item, names) for item in value]
    found = named(kind, value, names) if isinstance(value, str) else value
    return titled(value, found) if found != value else value


def called(subject: str, names: Mapping[str, str]) -> str:
    """Return what a subject is called, ``Niger on The accord``; its id where nothing in it has a name or a title."""
    family, _, name = subject.partition(":")
    party, slash, matter = name.partition("/")
    if family == "position" and slash:
        ids, found = (party, matter), (named("party", party, names), named("matter", matter, names))
        return name if ids == found else " on ".join(found)
    return named(family, name, names)


def subject_text(subject: str, names: Mapping[str, str]) -> str:
    """Return what a subject is called, and then its id: ``Niger on The accord (position:NER/accord)``."""
    name = called(subject, names)
    return subject if name == subject.partition(":")[2] else f"{name} ({subject})"


#: Where a finding names parties: who has not answered, whose act is dated apart, who denies something.
_PARTIES: Final = re.compile(
    r"(?<=: it has no answer of ).+(?=\.$)|(?<= by ).+(?= is dated )|^\S+(?= (?:denies|disputes) )"
)


def finding_text(subject: str, message: str, names: Mapping[str, str]) -> str:
    """Return the sentence of a finding with what its subject is called before the id with which it begins.

    Parties are called by their names.
    """
    message = _PARTIES.sub(
        lambda found: re.sub(r"[^\s,]+", lambda word: names.get(word[0], word[0]), found[0]), message
    )
    name, title = subject.partition(":")[2], called(subject, names)
    if name == title or not re.match(rf"{re.escape(name)}[ :]", message):
        return message
    return f"{title} ({name}){message.removeprefix(name)}"


def settled_text(reason: str) -> str:
    """Return that a finding is settled, with the reason where one was given."""
    return f"Settled: {reason}" if reason else "Settled."


def _unknown(event: Event) -> str:
    """Return what can be said of a type of another package, or of one that nobody knows here."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", event.event).lower()
    said = f"{words[:1].upper()}{words[1:]}"
    if isinstance(event, UnknownEvent):
        return f"{said} (an event type that is not known here)"
    return f"{said}: {event.subject}" if event.subject else said
