"""A status in words: where things stand, as lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui.output import counted, listed, screen_width, styled
from tui.rows.tables import Column, aligned
from tui.text import clean, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


Document = dict[str, Any]
_COLUMNS: Final = (Column("name"), Column("state"), Column("since"), Column("more", wraps=True))
_OPEN: Final = "open-question"


class Item(NamedTuple):
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
    items: tuple[Item, ...]


def summary(document: Document) -> Iterator[str]:
    """Yield a status document, as `Status.to_json` gives it, as lines under headings."""
    screen = screen_width()
    inner = None if screen is None else screen - 2
    yield styled(clean(document["title"] or document["negotiation"]), bold=True)
    yield " · ".join(_about(document))
    for section in sections(document):
        yield ""
        yield styled(section.heading, bold=True)
        cells = [[item.name, item.state, item.since, " · ".join(item.more)] for item in section.items]
        yield from (f"  {line}" for line in aligned(_COLUMNS, cells, inner))
    for heading, found in _grouped(document["findings"]):
        yield ""
        yield styled(heading, bold=True)
        for finding in found:
            yield from (f"  {line}" for line in _wrapped(clean(finding["message"]), inner))
    if document["last"]:
        yield ""
        yield f"{styled('Last', bold=True)}  {_last(document['last'])}"


def plain(document: Document) -> Iterator[str]:
    """Yield a status document as sentences, one a line, each complete in itself."""
    yield f"negotiation {clean(document['negotiation'])}: {clean(document['title'] or 'without a title')}"
    yield "; ".join(_about(document)[1:])
    for section in sections(document):
        for item in section.items:
            parts = [item.state, *item.more]
            parts += [f"since {item.since}"] if item.since else []
            parts += [f"because {', '.join(item.because)}"] if item.because else []
            yield f"{section.one} {clean(item.name)}: {'; '.join(clean(part) for part in parts)}"
    for finding in document["findings"]:
        kind, subject = words(finding["kind"]), clean(finding["subject"])
        yield f"{kind}, {subject}: {clean(finding['message'])} Entries {listed(finding['entries'])}"
    if document["last"]:
        yield f"last: {_last(document['last'])}"


def sections(document: Document) -> Iterator[Section]:
    """Yield the things of a status document by kind, kinds without any left out."""
    for key, one, describe in _KINDS:
        items = tuple(_item(name, view, describe) for name, view in document[key].items())
        if items:
            yield Section(one, f"{one.capitalize()}s" if one != "talks" else "Talks", items)
    positions = tuple(
        Item(
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
        Item(party, ", ".join(names), "", (), ()) for party, names in document["partners"].items() if names
    )
    if partners:
        yield Section("partners of", "Partners", partners)


def figure(quantity: Mapping[str, Any]) -> str:
    """Return a quantity of a document in words: ``1,000``, ``650–1,000``, ``at least 600``."""
    from projections.wording.sentences import figure_text

    low, high, unit, scope = (quantity.get(name) for name in ("low", "high", "unit", "scope"))
    return figure_text(low, high, unit or "personnel", scope)


def words(name: str) -> str:
    """Return a name of the vocabulary as words: ``denunciation-announced`` without its hyphen."""
    return clean(name).replace("-", " ")


def _item(name: str, view: Mapping[str, Any], describe: Callable[[Mapping[str, Any]], Iterable[str]]) -> Item:
    state = words(view["state"] or "no state known")
    if view.get("party") and view["state"] in {"accepted", "refused", "withdrawn"}:
        state += f" by {view['party']}"
    if view.get("contested"):
        state += ", contested"
    if view.get("uncertain"):
        state += ", uncertain"
    return Item(name, state, view["since"] or "", tuple(describe(view)), tuple(view["because"]))


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


def _about(document: Document) -> list[str]:
    cut = [f"{axis.replace('_', ' ')} {clean(value)}" for axis, value in document["cut"].items() if value is not None]
    return [clean(document["negotiation"]), counted(document["entries"], "entry", "entries"), *cut]


def _grouped(findings: Sequence[Document]) -> Iterator[tuple[str, list[Document]]]:
    """Yield the open questions, then all other findings by kind, the most serious first."""
    from projections.judgement.findings import KINDS

    kinds = {finding["kind"] for finding in findings}
    for kind in sorted(kinds, key=lambda kind: (kind != _OPEN, KINDS.index(kind))):
        yield words(kind).capitalize() + "s" * (kind == _OPEN), [each for each in findings if each["kind"] == kind]


def _wrapped(text: str, columns: int | None) -> list[str]:
    return [text] if columns is None else wrap(text, columns)


def _last(last: Mapping[str, Any]) -> str:
    return f"{clean(last['occurred'] or 'no date')}  {clean(last['event'])}  {clean(last['entry'])}"
