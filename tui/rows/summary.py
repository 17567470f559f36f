"""A status in words: its things by kind, each with how it stands, since when, and what more there is to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui.rows.words import figure, words
from tui.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


Document = dict[str, Any]


class StatusRow(NamedTuple):
    """One thing in words: its name, how it stands, since when, what more there is to say, and because of what."""

    name: str
    state: str
    since: str
    more: tuple[str, ...]
    because: tuple[str, ...]


class Section(NamedTuple):
    """The things of one kind: what one is called, the heading over several, and the things."""

    one: str
    heading: str
    items: tuple[StatusRow, ...]


def sections(document: Document) -> Iterator[Section]:
    """Yield the things of a status document by kind, kinds without any left out."""
    for key, one, describe in _KINDS:
        items = tuple(_item(name, view, describe) for name, view in document[key].items())
        if items:
            yield Section(one, f"{one.capitalize()}s" if one != "talks" else "Talks", items)
    positions = tuple(
        StatusRow(
            f"{party} on {matter}",
            words(view["stance"] or "no stance"),
            view["since"] or "",
            tuple(_position(view)),
            tuple(view["because"]),
        )
        for party, matters in document["positions"].items()
        for matter, view in matters.items()
    )
    if positions:
        yield Section("position", "Positions", positions)
    partners = tuple(
        StatusRow(party, ", ".join(names), "", (), ()) for party, names in document["partners"].items() if names
    )
    if partners:
        yield Section("partners of", "Partners", partners)


def _item(name: str, view: Mapping[str, Any], describe: Callable[[Mapping[str, Any]], Iterable[str]]) -> StatusRow:
    state = words(view["state"] or "no state known")
    if view.get("party") and view["state"] in {"accepted", "refused", "withdrawn"}:
        state += f" by {view['party']}"
    if view.get("contested"):
        state += ", contested"
    if view.get("uncertain"):
        state += ", uncertain"
    return StatusRow(name, state, view["since"] or "", tuple(describe(view)), tuple(view["because"]))


def _agreement(view: Mapping[str, Any]) -> Iterator[str]:
    if view.get("title"):
        yield view["title"]


def _proposal(view: Mapping[str, Any]) -> Iterator[str]:
    if view.get("tabled_by"):
        yield f"{view['tabled_by']} to {view['to']}" if view.get("to") else f"by {view['tabled_by']}"
    if view.get("terms"):
        yield view["terms"]


def _round(view: Mapping[str, Any]) -> Iterator[str]:
    if view.get("parties"):
        yield ", ".join(view["parties"])
    if view.get("venue"):
        yield f"in {view['venue']}"
    if view.get("scheduled"):
        yield f"scheduled for {view['scheduled']}"
    if view.get("outcome"):
        yield words(view["outcome"])


def _withdrawal(view: Mapping[str, Any]) -> Iterator[str]:
    for name in ("strength", "departed", "residual"):
        if view.get(name):
            yield f"{name} {figure(view[name])}"
    if view["state"] != "completed":
        yield f"deadline {view.get('deadline') or 'not known'}"
        yield f"destination {view.get('destination') or 'not known'}"
    elif view.get("destination"):
        yield f"destination {view['destination']}"


def _commitment(view: Mapping[str, Any]) -> Iterator[str]:
    if view.get("party"):
        yield f"by {view['party']}"
    if view.get("due"):
        yield f"due {view['due']}"
    if view.get("terms"):
        yield view["terms"]


def _position(view: Mapping[str, Any]) -> Iterator[str]:
    if view.get("uncertain"):
        yield "uncertain"
    for name, one in (("red_lines", "red line"), ("concessions", "concession")):
        if view.get(name):
            yield counted(len(view[name]), one)
    if view.get("terms"):
        yield view["terms"]


_KINDS: Final = (
    ("agreements", "agreement", _agreement),
    ("proposals", "proposal", _proposal),
    ("talks", "talks", _round),
    ("withdrawals", "withdrawal", _withdrawal),
    ("commitments", "commitment", _commitment),
)
