"""Values in words, what a field or a conclusion holds; and a status in words, thing by thing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from projections.wording.parts import answers_text, silent_in, votes_text
from projections.wording.sentences import titled, vote_text
from tui.text import clean, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from projections.claims.figures import Quantity

#: How many of a list are told in a line.
_SHOWN: Final = 4
#: What may be said about an entry: the field of its reading, and how a person is told.
ABOUT: Final = {
    "corrected_by": "corrected by",
    "retracted_by": "retracted by",
    "disputed_by": "disputed by",
    "corroborated_by": "corroborated by",
    "assessed_by": "graded anew by",
}


def words(name: str) -> str:
    """Return a name of the vocabulary as words: ``denunciation-announced`` without its hyphen."""
    return clean(name).replace("-", " ")


def figure(quantity: Mapping[str, Any]) -> str:
    """Return a quantity of a document in words: ``1,000``, ``650–1,000``, ``at least 600``."""
    from projections.wording.sentences import figure_text

    low, high, unit, scope = (quantity.get(name) for name in ("low", "high", "unit", "scope"))
    return figure_text(low, high, unit, scope, approximate=bool(quantity.get("approximate")))


def number(quantity: Quantity) -> str:
    """Return a quantity for a pane, without what it counts; ``?`` if nothing is known of it."""
    from projections.wording.sentences import figure_text

    low, high = quantity.low, quantity.high
    return "?" if low is None and high is None else figure_text(low, high, clean(quantity.unit))


def conclusion(value: Any) -> str:  # noqa: ANN401 - whatever a conclusion holds
    """Return what a conclusion holds in words, for a table."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return figure(value)
    if isinstance(value, list | tuple):
        return ", ".join(vote_text(item) if isinstance(item, dict) else str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def shown_conclusion(value: Any) -> str:  # noqa: ANN401 - whatever a conclusion holds
    """Return one side of a change in few words, for a screen; a state, which is a word of ours, without hyphens."""
    from projections.claims.readings import MACHINES

    if isinstance(value, dict):
        return clean(figure(value))
    if isinstance(value, list | tuple):
        return clean(", ".join(vote_text(item) if isinstance(item, dict) else str(item) for item in value))
    if value is True:
        return "yes"
    is_state = isinstance(value, str) and any(value in machine.states for machine in MACHINES.values())
    return words(value) if is_state else clean(str(value))


def shown_field(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """Return what a field of an entry holds in words, for a screen."""
    from tracker.events.base import Amount

    if isinstance(value, dict) and value.keys() <= Amount.model_fields.keys():
        with suppress(ValueError):  # something else that is called so
            value = Amount.model_validate(value)
    if isinstance(value, Amount):
        parts = (_bounds(*value.bounds), value.unit, value.scope, f"({value.basis})" if value.basis else "")
        return " ".join(part for part in parts if part)
    if isinstance(value, list | tuple):
        return ", ".join(shown_field(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown_field(item)}" for key, item in value.items() if item is not None)
    return "nothing" if value is None else str(value)


def _bounds(low: float | None, high: float | None) -> str:
    """Return a range in figures alone: ``1,000``, ``650–1,000``, ``600–``."""
    if low == high and low is not None:
        return f"{low:,}"
    return f"{'' if low is None else f'{low:,}'}–{'' if high is None else f'{high:,}'}"


Document = dict[str, Any]
#: A part of a status document that tells of one thing; what to call parties; and what tells of a thing in words.
View: TypeAlias = "Mapping[str, Any]"
Names: TypeAlias = "Mapping[str, str]"
Describe: TypeAlias = "Callable[[View, Names], Iterable[str]]"


class StatusRow(NamedTuple):
    """One thing in words: its name and id, how it stands, since when, what more there is to say, because of what."""

    name: str
    id: str
    state: str
    since: str
    more: tuple[str, ...]
    because: tuple[str, ...]


class Section(NamedTuple):
    """The things of one kind: what one is called, the heading over several, and the things."""

    one: str
    heading: str
    items: tuple[StatusRow, ...]


def sections(document: Document, names: Names | None = None) -> Iterator[Section]:
    """Yield the things of a status document by kind, kinds without any left out.

    `names` are what to call parties, matters and agreements; without them, ids are told.
    """
    names = names or {}
    for key, one, describe in _KINDS:
        items = tuple(_item(name, view, describe, names) for name, view in document[key].items())
        if items:
            yield Section(one, f"{one.capitalize()}s" if one != "talks" else "Talks", items)
    positions = tuple(
        StatusRow(
            _on(party, matter, document["matters"].get(matter, {}).get("title"), names),
            f"{party}/{matter}",
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
    matters = tuple(
        StatusRow(titled(matter, view["title"]), matter, "", "", (*_votes(view, names), *_figures(view["figures"])), ())
        for matter, view in document["matters"].items()
        if view["approvals"] or view["votes"] or view["figures"]
    )
    if matters:
        yield Section("matter", "Matters", matters)
    figures = tuple(
        StatusRow(titled(party, names.get(party)), subject, "", "", tuple(_figures(lines)), ())
        for subject, lines in document["figures"].items()
        for family, _, party in [subject.partition(":")]
        if family == "party"
    )
    if figures:
        yield Section("figures of", "Figures", figures)
    partners = tuple(
        StatusRow(titled(party, names.get(party)), party, _who(partners, names), "", (), ())
        for party, partners in document["partners"].items()
        if partners
    )
    if partners:
        yield Section("partners of", "Partners", partners)


def _on(party: str, matter: str, title: str | None, names: Names) -> str:
    """Return whose position on what one is, with the ids after that."""
    if party in names:
        return f"{names[party]} on {title or matter} ({party}/{matter})"
    return f"{party} on {titled(matter, title)}"


def _who(parties: Iterable[str] | str, names: Names) -> str:
    """Return parties in a row, each by its name if it has one."""
    return ", ".join(names.get(party, party) for party in ((parties,) if isinstance(parties, str) else parties))


def _item(name: str, view: View, describe: Describe, names: Names) -> StatusRow:
    state = words(view["state"] or "no state known")
    if view.get("party") and view["state"] in {"accepted", "refused", "withdrawn"}:
        state += f" by {_who(view['party'], names)}"
    if view.get("contested"):
        state += ", contested"
    for rival in view["rivals"]:
        state += f", or {words(rival['state'])}"
    if view.get("uncertain"):
        state += ", uncertain"
    more = (*describe(view, names), *_figures(view["figures"]))
    return StatusRow(titled(name, view.get("title")), name, state, view["since"] or "", more, tuple(view["because"]))


def _figures(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the figures that have no words of their own, those of one quantity together."""
    by_quantity: dict[str, list[str]] = {}
    for line in found:
        if line["scope"] is None and line["quantity"] in {"strength", "departed", "residual"}:
            continue
        by_quantity.setdefault(line["quantity"], []).append(figure(line))
    yield from (f"{quantity} {', '.join(told)}" for quantity, told in by_quantity.items())


def _agreement(view: View, names: Names) -> Iterator[str]:
    if view["ends"]:
        yield f"ends {view['ends']}"
    if view["until"]:
        yield f"until {view['until']}"
    if view["consents"].get("required"):
        yield f"{view['consents']['given']} of {view['consents']['required']} consents"
    told = {"suspended", "withdrawn", "refused"}
    for party, part in view["participants"].items():
        if part["state"] in told:
            yield f"{_who(party, names)} {words(part['state'])}"
    yield from _votes(view, names)
    for name, one in (("reservations", "reservation"), ("incidents", "incident")):
        if view[name]:
            yield counted(len(view[name]), one)
    if view["endorsed_by"]:
        yield f"endorsed by {_who(view['endorsed_by'][:_SHOWN], names)}"


def _votes(view: View, names: Names) -> Iterator[str]:
    votes = [*view["approvals"], *view["votes"]]
    if votes:
        more = f" and {len(votes) - _SHOWN} more" if len(votes) > _SHOWN else ""
        yield votes_text(votes[:_SHOWN], names) + more


def _commitment(view: View, names: Names) -> Iterator[str]:
    if view["party"]:
        yield f"by {_who((view['party'], *view['by']), names)}"
    if view["due"]:
        yield f"due {view['due']}"
    if view["until"]:
        yield f"term over since {view['until']}" if view["term_over"] else f"until {view['until']}"
    if view["incidents"]:
        yield counted(len(view["incidents"]), "incident")
    if view["terms"]:
        yield view["terms"]


def _sanction(view: View, names: Names) -> Iterator[str]:
    for name, how in (("party", "by"), ("on", "on")):
        if view.get(name):
            yield f"{how} {_who(view[name], names)}"
    if view.get("measure"):
        yield view["measure"]


def _proposal(view: View, names: Names) -> Iterator[str]:
    to = view.get("to") or ()
    if view.get("tabled_by"):
        whose = _who(view["tabled_by"], names)
        yield f"{whose} to {_who(to, names)}" if to else f"by {whose}"
    answers, silent = view["answers"], silent_in(view["answers"], to)
    # The only answer to a proposal is told by its state.
    if len(answers) > 1 or (answers and silent):
        yield answers_text(answers, silent, names)
    yield from _votes(view, names)
    if view.get("terms"):
        yield view["terms"]


def _round(view: View, names: Names) -> Iterator[str]:
    if view.get("parties"):
        yield _who(view["parties"], names)
    if view.get("mediators"):
        yield f"mediated by {_who(view['mediators'], names)}"
    if view.get("mode"):
        yield words(view["mode"])
    if view.get("venue"):
        yield f"in {view['venue']}"
    if view.get("scheduled"):
        yield f"scheduled for {view['scheduled']}"
    if view.get("outcome"):
        yield words(view["outcome"])


def _withdrawal(view: View, names: Names) -> Iterator[str]:
    del names
    for name in ("strength", "departed", "residual"):
        if view.get(name):
            yield f"{name} {figure(view[name])}"
    if view["state"] != "completed":
        yield f"deadline {view.get('deadline') or 'not known'}"
        yield f"destination {view.get('destination') or 'not known'}"
    elif view.get("destination"):
        yield f"destination {view['destination']}"


def _position(view: View) -> Iterator[str]:
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
    ("sanctions", "sanction", _sanction),
)
