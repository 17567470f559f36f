"""What an entry says in one row of few columns: what was decided and the figure first, and no party's long name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.wording.sentences import MODALITIES, SENTENCES, pieces_of

if TYPE_CHECKING:
    from tracker.events.base import Event

#: What the types say in a row whose sentences are long, written as the sentences are.
HEADLINES: Final[dict[str, str]] = json.loads(Path(__file__).with_name("headlines.json").read_text("utf-8"))
#: Fields that hold texts of any length, with which a row may end before they do.
_TEXTS: Final = (
    *("terms", "text", "content", "reason", "ground", "consequence", "measure", "question"),
    *("title", "publisher", "label", "name"),
)
#: A vote is on whether to approve, if nothing else is said.
_APPROVE: Final = ", to approve"


class Headline(NamedTuple):
    """What an entry says: all of it, and the beginning of that without texts of any length."""

    head: str
    text: str


def headlines_of(event: Event, names: Mapping[str, str], party: str | None = None) -> Iterator[Headline]:
    """Yield what an entry says, each time in fewer words, for the first that has room.

    `names` are as in `summary_of`. First come names and titles, then parties by id, then fewer words, then ids alone.
    A `party` that is told beside the row does not begin it.
    """
    titles, entries = _Names(names, ":"), _Names(names, "entry:")
    short = HEADLINES if event.event in HEADLINES else SENTENCES
    for sentences, called in (
        *((SENTENCES, names), (SENTENCES, titles), (short, titles)),
        *((SENTENCES, entries), (short, entries)),
    ):
        yield _headline(event, sentences, called, names, party)


class _Names(Mapping[str, str]):
    """Those of some names that are kept under keys with a certain part, which no id of a party has."""

    def __init__(self, names: Mapping[str, str], part: str) -> None:
        self._names, self._part = names, part

    def __getitem__(self, key: str) -> str:
        if self._part not in key:
            raise KeyError(key)
        return self._names[key]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if self._part in name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _headline(
    event: Event, sentences: Mapping[str, str], called: Mapping[str, str], names: Mapping[str, str], party: str | None
) -> Headline:
    pieces = [piece for piece in pieces_of(event, sentences, called) if piece[1] != _APPROVE]
    texts = (at for at, (written, _) in enumerate(pieces) if any(f"{{{name}}}" in written for name in _TEXTS))
    end = next(texts, len(pieces))
    said = ["".join(piece for _, piece in some) for some in (pieces[:end], pieces)]
    lead = MODALITIES.get(event.modality, "")
    head, text = (lead + _without(" ".join(each.split()).lstrip(",: "), party, names) for each in said)
    return Headline(head, text)


def _without(said: str, party: str | None, names: Mapping[str, str]) -> str:
    """Return a sentence without the party that begins it, unless others act with it."""
    for name in (names.get(party, party), party) if party else ():
        if name and said.startswith(f"{name} ") and not said.startswith(f"{name} and "):
            return said.removeprefix(f"{name} ")
    return said
