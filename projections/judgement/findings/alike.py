"""Ids of one family that are nearly alike: one mistyped letter makes a second thing, and the first stays open."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.claims.readings import MACHINES, split
from projections.judgement.findings import Finding
from projections.wording.folding import fold
from tracker.events.agreements import AgreementEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from projections.claims.readings import Reading
    from projections.claims.registers import Matter, Registers, Source

#: The letters of an id below which one letter tells things apart.
_LETTERS: Final = 6


class Pair(NamedTuple):
    """Two subjects of one family whose ids are nearly alike, in their order."""

    one: str
    other: str


def used_in(reading: Reading) -> Iterator[str]:
    """Yield the things to which an entry gives life, which are registered nowhere."""
    # What an agreement settles may be an ultimatum, whose entry is named.
    subjects = reading.subjects[:1] if isinstance(reading.event, AgreementEvent) else reading.subjects
    return (subject for subject in subjects if split(subject)[0] in MACHINES)


def pairs_among(subjects: Iterable[str]) -> list[Pair]:
    """Return the pairs of subjects whose ids differ by case or accents, or by one letter of six or more.

    One letter tells apart what is registered: somebody who registers a second party means it.
    """
    spelt: dict[str, list[str]] = {}
    #: By spelling with one letter left open, those that have another letter there.
    open_: dict[str, list[str]] = {}
    for subject in dict.fromkeys(subjects):
        spelt.setdefault(fold(subject), []).append(subject)
    found = {pair for same in spelt.values() for pair in combinations(same, 2)}
    for folded, same in spelt.items():
        family, name = split(folded)
        if family in MACHINES and sum(map(str.isalpha, name)) >= _LETTERS:
            for place, letter in enumerate(name):
                if letter.isalpha():
                    before, after = name[:place], name[place + 1 :]
                    open_.setdefault(f"{family}:{before}\0{after}", []).extend(same)
                    if sum(map(str.isalpha, before + after)) >= _LETTERS:
                        found.update(product(spelt.get(f"{family}:{before}{after}", ()), same))
    found.update(pair for same in open_.values() for pair in combinations(same, 2))
    return sorted({Pair(*sorted(pair)) for pair in found})


def alike(
    pairs: Iterable[Pair], registers: Registers, used: Callable[[str], tuple[str, bool] | None]
) -> Iterator[Finding]:
    """Yield the pairs of which both are there and may be one: they are two if both have a title of their own.

    `used` gives the first entry of a thing, and whether any gives it a title; None where it is not there.
    """
    for pair in pairs:
        there = [_registered(registers, subject) or used(subject) for subject in pair]
        entries = tuple(dict.fromkeys(one[0] for one in there if one is not None))
        is_both = all(one is not None for one in there)
        if is_both and not all(one is not None and one[1] for one in there):
            (family, one), (_, other) = map(split, pair)
            message = f"{one} and {other} are nearly alike; if they are one, `communique same {family}` says so."
            yield Finding("alike", pair.one, entries, message)


def registered_in(registers: Registers) -> Iterator[str]:
    """Yield the subjects that are registered."""
    for family, lines in (("party", registers.parties), ("matter", registers.matters), ("source", registers.sources)):
        for name in lines:
            yield f"{family}:{name}"


def _registered(registers: Registers, subject: str) -> tuple[str, bool] | None:
    """Return the entry that registers a subject, and whether it has a title, a party a name; None where none does."""
    family, name = split(subject)
    if family == "party":
        party = registers.parties.get(name)
        return None if party is None else (party.entry, party.name is not None)
    lines: Mapping[str, Matter | Source] = registers.matters if family == "matter" else registers.sources
    line = lines.get(name) if family in {"matter", "source"} else None
    return None if line is None else (line.entry, line.title is not None)


def told_of(subject: str, readings: Iterable[Reading]) -> tuple[str, bool] | None:
    """Return the first of some entries in fold order that gives life to a thing, and whether any gives it a title."""
    using = [reading for reading in readings if subject in used_in(reading)]
    has_title = any(reading.subjects[0] == subject and reading.event.__dict__.get("title") for reading in using)
    return (using[0].id, has_title) if using else None
