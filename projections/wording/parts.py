"""The parts of what is said of a thing, such as who answered it and how, in words: for `why`, status and brief."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.wording.sentences import listed, named, vote_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: What the values of a part are ids of.
_IDS: Final = {
    **dict.fromkeys(
        ("party", "parties", "tabled_by", "to", "by", "on", "mediators", "endorsed_by", "partners"), "party"
    ),
    "matter": "matter",
    **dict.fromkeys(("agreement", "part_of"), "agreement"),
}
#: Parts whose values are words of the vocabulary.
_WORDS: Final = frozenset({"kind", "outcome", "mode"})
_NONE: Final = "none known"


def part_text(part: str, value: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401 - whatever a view holds
    """Return what a part of a thing holds, as JSON holds it, in words; `names` are what to call parties and matters."""
    if part in _OF_ITS_OWN:
        return _OF_ITS_OWN[part](value, names) or _NONE
    if isinstance(value, list | tuple):
        return ", ".join(named(_IDS.get(part), str(one), names) for one in value) or _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "not known"
    text = named(_IDS.get(part), str(value), names)
    return text.replace("-", " ") if part in _WORDS else text


def ids_named(part: str, value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever a view holds
    """Return what a part holds with what the parties, matters and agreements in it are called in place of their ids."""
    kind = _IDS.get(part)
    if isinstance(value, list | tuple):
        return [named(kind, one, names) if isinstance(one, str) else one for one in value]
    return named(kind, value, names) if isinstance(value, str) else value


def parties_text(parts: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Return how parties take part in something, or answer it: ``Niger bound, United States suspended``."""
    told = (
        f"{named('party', party, names)} {str(part['state'] or 'without a word').replace('-', ' ')}"
        for party, part in parts.items()
    )
    return ", ".join(told)


def answers_text(answers: Mapping[str, Mapping[str, Any]], silent: Iterable[str], names: Mapping[str, str]) -> str:
    """Return who has answered a proposal and how, and who has not: ``Germany refused, no answer of Italy``."""
    waiting = [named("party", party, names) for party in silent]
    return ", ".join(filter(None, (parties_text(answers, names), f"no answer of {listed(waiting)}" if waiting else "")))


def silent_in(answers: Iterable[str], to: object) -> list[str]:
    """Return those of several whom a proposal was put to that have not answered."""
    return [party for party in to if party not in set(answers)] if isinstance(to, list | tuple) else []


def votes_text(votes: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Return votes in words, one after the other."""
    return ", ".join(vote_text(vote, names) for vote in votes)


def consents_text(consents: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return how many have consented, of how many that are required where that is known."""
    del names
    given, required = consents.get("given") or 0, consents.get("required")
    return f"{given:,} of {required:,}" if required else f"{given:,}" if given else ""


def _expected(ones: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    del names
    return ", ".join(f"{one['kind']} {one['date']} ({one['standing']})" for one in ones)


def _rivals(ones: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    del names
    return ", ".join(str(one["state"]).replace("-", " ") for one in ones)


_OF_ITS_OWN: Final[dict[str, Callable[[Any, Mapping[str, str]], str]]] = {
    "participants": parties_text,
    "answers": parties_text,
    "approvals": votes_text,
    "votes": votes_text,
    "consents": consents_text,
    "expected": _expected,
    "rivals": _rivals,
}
