"""Worlds in which one thing alone grows: n relays, n corrections of one entry, n figures with open dates.

Each is a script of some n entries, given by its size. What reads one of 4n entries should take four times as long as
for n, not sixteen times.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME: Final = "n"
_START: Final = date(2020, 1, 1)
Entry = dict[str, Any]


def _stage(*sources: str) -> Iterator[Entry]:
    yield {"event": "NegotiationOpened", "title": "One that grows"}
    yield from ({"event": "PartyAdded", "party": party} for party in ("USA", "NER"))
    yield {"event": "MatterAdded", "matter": "bases"}
    yield from (_source(source) for source in sources)


def _source(name: str, *relays: str, **fields: Any) -> Entry:  # noqa: ANN401 - any JSON
    given = {"published": "2024-01-01", "reliability": "B"} | fields
    return {"event": "SourceRegistered", "id": f"src-{name}", "source": name, "relays": list(relays), **given}


def _said(number: int, *sources: str, **fields: Any) -> Entry:  # noqa: ANN401 - any JSON
    return {
        "event": "StatementMade",
        "id": f"e{number}",
        "party": "NER",
        "text": f"Statement {number}",
        "occurred": _day(number),
        "evidence": [{"source": source} for source in sources],
        **fields,
    }


def _day(number: int) -> str:
    return str(_START + timedelta(days=number))


def statements(size: int) -> Iterator[Entry]:
    """Yield statements of one source, a day apart."""
    yield from _stage("wire")
    yield from (_said(number, "wire") for number in range(size))


def positions(size: int) -> Iterator[Entry]:
    """Yield one party's stances on one matter, taken in turn."""
    yield from _stage("wire")
    for number in range(size):
        stance = ("opposes", "supports")[number % 2]
        yield _said(number, "wire") | {"event": "PositionTaken", "matter": "bases", "stance": stance, "text": None}


def matters(size: int) -> Iterator[Entry]:
    """Yield a stance on each of many matters."""
    yield from _stage("wire")
    for number in range(size // 2):
        yield {"event": "MatterAdded", "matter": f"m{number}"}
        taken = {"event": "PositionTaken", "matter": f"m{number}", "stance": "opposes", "text": None}
        yield _said(number, "wire") | taken


def parties(size: int) -> Iterator[Entry]:
    """Yield many parties, all in one entry."""
    yield from _stage("wire")
    names = [f"p{number}" for number in range(size)]
    yield from ({"event": "PartyAdded", "party": name, "name": f"Party {name}"} for name in names)
    yield _said(0, "wire") | {"event": "TalksAnnounced", "round": "r", "parties": names, "party": None, "text": None}


def _figure(number: int, **fields: Any) -> Entry:  # noqa: ANN401 - any JSON
    return {
        "event": "StrengthReported",
        "id": f"e{number}",
        "withdrawal": "force",
        "strength": 1000,
        "evidence": [{"source": "wire"}],
        **fields,
    }


def figures_of_one(size: int) -> Iterator[Entry]:
    """Yield figures of one withdrawal, a day apart."""
    yield from _stage("wire")
    yield from (_figure(number, occurred=_day(number), strength=1000 + number) for number in range(size))


def states_of_one(size: int) -> Iterator[Entry]:
    """Yield states of one agreement, taken in turn a day apart."""
    yield from _stage("wire")
    for number in range(size):
        kind, party = (("AgreementResumed", None), ("AgreementSuspended", "NER"))[number % 2]
        yield _said(number, "wire") | {"event": kind, "agreement": "a", "party": party, "text": None}


def figures_alike(size: int) -> Iterator[Entry]:
    """Yield the same figure, each report without an end."""
    yield from _stage("wire")
    yield from (_figure(number, occurred=f"{_day(number)}/..") for number in range(size))


def figures_alike_but_one(size: int) -> Iterator[Entry]:
    """Yield the same figure without an end, but for the first report."""
    yield from _stage("wire")
    yield from (
        _figure(number, occurred=f"{_day(number)}/..", strength=900 if number == 0 else 1000) for number in range(size)
    )


def figures_apart(size: int) -> Iterator[Entry]:
    """Yield as many figures as reports, each without an end."""
    yield from _stage("wire")
    yield from (_figure(number, occurred=f"{_day(number)}/..", strength=number) for number in range(size))


def figures_in_pairs(size: int) -> Iterator[Entry]:
    """Yield figures of which each disagrees with few, all open: ranges that overlap all others but the far ones."""
    yield from _stage("wire")
    yield from (
        _figure(number, occurred=f"{_day(number)}/..", strength={"low": number, "high": number + size - 2})
        for number in range(size)
    )


def figures_at_once(size: int) -> Iterator[Entry]:
    """Yield figures of one year, each another one."""
    yield from _stage("wire")
    yield from (_figure(number, occurred="2024", strength=number) for number in range(size))


def figures_of_scopes(size: int) -> Iterator[Entry]:
    """Yield figures in ever other scopes."""
    yield from _stage("wire")
    yield from (
        _figure(number, occurred="2024", strength={"value": number, "scope": f"site {number}"})
        for number in range(size)
    )


def dates_apart(size: int) -> Iterator[Entry]:
    """Yield one signature, dated otherwise by each report."""
    yield from _stage("wire")
    for number in range(size):
        yield _said(number, "wire") | {
            "event": "AgreementSigned", "agreement": "treaty", "by": ["NER"], "party": None, "text": None
        }  # fmt: skip


def relays_in_a_row(size: int) -> Iterator[Entry]:
    """Yield sources of which each relays the one before, and a statement of each."""
    yield from _stage()
    for number in range(size // 2):
        yield _source(f"s{number}", *([f"s{number - 1}"] if number else []))
        yield _said(number, f"s{number}")


def relays_in_a_star(size: int) -> Iterator[Entry]:
    """Yield sources that all relay one, and a statement of each."""
    yield from _stage("wire")
    for number in range(size // 2):
        yield _source(f"s{number}", "wire")
        yield _said(number, f"s{number}")


def relays_of_many(size: int) -> Iterator[Entry]:
    """Yield one source that relays many, and one statement of each."""
    yield from _stage()
    for number in range(size // 2):
        yield _source(f"s{number}")
        yield _said(number, f"s{number}")
    yield _source("all", *(f"s{number}" for number in range(size // 2)))
    yield _said(size, "all")


def relays_of_many_in_a_row(size: int) -> Iterator[Entry]:
    """Yield a row of sources, each relaying the one before and a source of its own, so that roots add up."""
    yield from _stage()
    for number in range(size // 3):
        yield _source(f"own{number}")
        yield _source(f"s{number}", f"own{number}", *([f"s{number - 1}"] if number else []))
        yield _said(number, f"s{number}")


def relays_in_a_circle(size: int) -> Iterator[Entry]:
    """Yield sources that relay one another in a circle."""
    yield from _stage()
    for number in range(size // 2):
        yield _source(f"s{number}", f"s{(number - 1) % (size // 2)}") | ({"relays": []} if number == 0 else {})
    yield {
        "event": "EntryCorrected", "id": "closed", "entry": "src-s0", "changes": {"relays": [f"s{size // 2 - 1}"]},
    }  # fmt: skip
    yield from (_said(number, f"s{number}") for number in range(size // 2))


def sources_of_one(size: int) -> Iterator[Entry]:
    """Yield many sources of one entry, each independent."""
    names = [f"s{number}" for number in range(size)]
    yield from _stage(*names)
    yield _said(0, *names) | {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}


def evidence_of_one(size: int) -> Iterator[Entry]:
    """Yield many pieces of evidence of one entry, all of one source, each citing somebody else."""
    yield from _stage("wire")
    evidence = [{"source": "wire", "attributed_to": f"Person {number}", "role": "envoy"} for number in range(size)]
    yield _said(0) | {
        "event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None, "evidence": evidence
    }  # fmt: skip


def one_person(size: int) -> Iterator[Entry]:
    """Yield one person cited in many entries, in two roles."""
    yield from _stage("wire")
    for number in range(size):
        role = ("envoy", "minister")[number % 2]
        yield _said(number, occurred="2024") | {
            "evidence": [{"source": "wire", "attributed_to": "Ali Tase", "role": role}]
        }


def roles_of_one(size: int) -> Iterator[Entry]:
    """Yield one person in as many roles as entries."""
    yield from _stage("wire")
    for number in range(size):
        yield _said(number, occurred="2024") | {
            "evidence": [{"source": "wire", "attributed_to": "Ali Tase", "role": f"envoy {number}"}]
        }


def persons(size: int) -> Iterator[Entry]:
    """Yield voices that become one piece by piece: each entry cites the person of the one before by another source."""
    yield from _stage(*(f"s{number}" for number in range(size // 2)))
    for number in range(size // 2):
        cited = [{"source": f"s{number}", "attributed_to": f"P{number + step}"} for step in (0, 1)]
        taken = {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None, "evidence": cited}
        yield _said(number) | taken


def person_aliases(size: int) -> Iterator[Entry]:
    """Yield names of one person, each an alias of the one before."""
    yield from _stage("wire")
    for number in range(size // 2):
        yield {"event": "AliasAdded", "person": f"Name {number}", "alias": f"Name {number + 1}"}
        yield _said(number) | {"evidence": [{"source": "wire", "attributed_to": f"Name {number}"}]}


def party_aliases(size: int) -> Iterator[Entry]:
    """Yield aliases of one party, and the same ones of another."""
    yield from _stage("wire")
    for number in range(size // 2):
        yield {"event": "AliasAdded", "party": "NER", "alias": f"Name {number}"}
        yield {"event": "AliasAdded", "party": "USA", "alias": f"Name {number}"}


def parties_added_again(size: int) -> Iterator[Entry]:
    """Yield one party, registered with another alias each time."""
    yield from _stage("wire")
    yield from ({"event": "PartyAdded", "party": "NER", "aliases": [f"Name {number}"]} for number in range(size))


def _about(kind: str, number: int, entry: str, **fields: Any) -> Entry:  # noqa: ANN401 - any JSON
    evidence = [] if kind in {"EntryCorrected", "EntryRetracted", "AssessmentChanged"} else [{"source": "wire"}]
    return {
        "event": kind,
        "id": f"k{number}",
        "entry": entry,
        "published": _day(number),
        "evidence": evidence,
        **fields,
    }


def corrections(size: int) -> Iterator[Entry]:
    """Yield corrections of one entry."""
    yield from _stage("wire")
    yield _said(0, "wire")
    for number in range(size):
        yield _about("EntryCorrected", number, "e0", changes={"text": f"Said otherwise {number}"})


def corrections_of_stance(size: int) -> Iterator[Entry]:
    """Yield corrections of the stance of one entry, among as many others."""
    yield from _stage("wire")
    taken = {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}
    for number in range(size // 2):
        yield _said(number, "wire") | taken
        stance = ("supports", "opposes")[number % 2]
        yield _about("EntryCorrected", number, "e0", changes={"stance": stance})


def corrections_by_many(size: int) -> Iterator[Entry]:
    """Yield sources that all relay one, each with an entry and a correction of it."""
    yield from _stage("wire")
    for number in range(size // 3):
        yield _source(f"s{number}", "wire")
        yield _said(number, f"s{number}")
        changes = {"text": f"Said otherwise {number}"}
        yield _about("EntryCorrected", number, f"e{number}", changes=changes, evidence=[{"source": f"s{number}"}])


def answers_at_once(size: int) -> Iterator[Entry]:
    """Yield answers of one party to one proposal on one day, each by a source of its own, in turn yes and no."""
    yield from _stage("wire")
    for number in range(size // 2):
        yield _source(f"s{number}", "wire")
        kind = ("ProposalAccepted", "ProposalRefused")[number % 2]
        yield _said(number, f"s{number}") | {"event": kind, "proposal": "p", "text": None, "occurred": "2024"}


def corrections_of_much(size: int) -> Iterator[Entry]:
    """Yield corrections of one entry with as many pieces of evidence."""
    yield from _stage("wire")
    yield _said(0) | {"evidence": [{"source": "wire", "locator": f"page {number}"} for number in range(size // 2)]}
    for number in range(size // 2):
        yield _about("EntryCorrected", number, "e0", changes={"text": f"Said otherwise {number}"})


def corrections_in_a_row(size: int) -> Iterator[Entry]:
    """Yield corrections, each of the one before: of its reason."""
    yield from _stage("wire")
    yield _said(0, "wire")
    yield _about("EntryCorrected", 0, "e0", changes={"text": "Said otherwise"})
    for number in range(1, size):
        yield _about("EntryCorrected", number, f"k{number - 1}", changes={"reason": f"a reason {number}"})


def retractions(size: int) -> Iterator[Entry]:
    """Yield retractions of one entry."""
    yield from _stage("wire")
    yield _said(0, "wire") | {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}
    yield from (_about("EntryRetracted", number, "e0") for number in range(size))


def retractions_in_a_row(size: int) -> Iterator[Entry]:
    """Yield retractions, each of the one before."""
    yield from _stage("wire")
    yield _said(0, "wire")
    for number in range(size):
        yield _about("EntryRetracted", number, f"k{number - 1}" if number else "e0")


def retracted(size: int) -> Iterator[Entry]:
    """Yield stances, each retracted."""
    yield from _stage("wire")
    taken = {"event": "PositionTaken", "matter": "bases", "text": None}
    for number in range(size // 2):
        yield _said(number, "wire") | taken | {"stance": ("opposes", "supports")[number % 2]}
        yield _about("EntryRetracted", number, f"e{number}")


def disputes(size: int) -> Iterator[Entry]:
    """Yield disputes of one entry."""
    yield from _stage("wire")
    yield _said(0, "wire") | {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}
    yield from (_about("EntryDisputed", number, "e0") for number in range(size))


def disputes_in_a_row(size: int) -> Iterator[Entry]:
    """Yield disputes, each of the one before."""
    yield from _stage("wire")
    yield _said(0, "wire")
    for number in range(size):
        yield _about("EntryDisputed", number, f"k{number - 1}" if number else "e0")


def denials(size: int) -> Iterator[Entry]:
    """Yield denials of one entry."""
    yield from _stage("wire")
    yield _said(0, "wire") | {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}
    yield from (
        {"event": "DenialIssued", "id": f"k{number}", "of": "e0", "party": "USA", "evidence": [{"source": "wire"}]}
        for number in range(size)
    )


def denied(size: int) -> Iterator[Entry]:
    """Yield one happening that half of the entries assert, and half deny."""
    yield from _stage("wire")
    taken = {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}
    for number in range(size // 2):
        yield _said(number, "wire") | taken
    yield _said(size, "wire", occurred=None) | taken | {"modality": "denied"}


def corroborations(size: int) -> Iterator[Entry]:
    """Yield corroborations of one entry."""
    yield from _stage("wire")
    yield _said(0, "wire") | {"event": "PositionTaken", "matter": "bases", "stance": "opposes", "text": None}
    yield from (_about("EntryCorroborated", number, "e0") for number in range(size))


def corroborations_in_a_row(size: int) -> Iterator[Entry]:
    """Yield corroborations, each of the one before."""
    yield from _stage("wire")
    yield _said(0, "wire")
    for number in range(size):
        yield _about("EntryCorroborated", number, f"k{number - 1}" if number else "e0")


def assessments(size: int) -> Iterator[Entry]:
    """Yield grades of one source, given anew."""
    yield from _stage("wire")
    yield _said(0, "wire")
    for number in range(size):
        yield {
            "event": "AssessmentChanged", "id": f"k{number}", "source": "wire", "reliability": "ABC"[number % 3],
            "published": _day(number),
        }  # fmt: skip


def sources_corrected(size: int) -> Iterator[Entry]:
    """Yield sources of which each date is corrected by what the one before dates."""
    yield from _stage("s0")
    yield _said(0, "s0")
    for number in range(1, size // 3):
        yield _source(f"s{number}")
        yield {
            "event": "EntryCorrected", "id": f"k{number}", "entry": f"src-s{number}",
            "changes": {"published": "2024-01-02"}, "evidence": [{"source": f"s{number - 1}"}],
        }  # fmt: skip
        yield _said(number, f"s{number}") | {"occurred": None}


def registration_corrected_in_a_row(size: int) -> Iterator[Entry]:
    """Yield corrections, each of the one before, the first of the registration of a source that dates a statement."""
    yield from _stage("wire", "daily")
    yield _said(0, "wire") | {"occurred": None}
    for number in range(size):
        changes = {"published": "2024-01-02"} if number == 0 else {"reason": f"a reason {number}"}
        yield {
            "event": "EntryCorrected", "id": f"k{number}", "entry": f"k{number - 1}" if number else "src-wire",
            "changes": changes, "evidence": [{"source": "daily"}],
        }  # fmt: skip


def registration_corrected(size: int) -> Iterator[Entry]:
    """Yield corrections of the registration of one source, and as many entries that it dates."""
    yield from _stage("wire", "daily")
    for number in range(size // 2):
        yield _said(number, "wire") | {"occurred": None}
        yield {
            "event": "EntryCorrected", "id": f"k{number}", "entry": "src-wire",
            "changes": {"published": _day(number)}, "evidence": [{"source": "daily"}],
        }  # fmt: skip


def sources_registered_again(size: int) -> Iterator[Entry]:
    """Yield one source, registered again and again, and as many entries that it dates."""
    yield from _stage("wire")
    for number in range(size // 2):
        yield _source("wire") | {"id": f"again{number}", "published": _day(number)}
        yield _said(number, "wire") | {"occurred": None}


def proposals(size: int) -> Iterator[Entry]:
    """Yield proposals, each in place of the one before."""
    yield from _stage("wire")
    for number in range(size):
        yield _said(number, "wire") | {
            "event": "ProposalTabled", "proposal": f"p{number}", "text": None,
            **({"supersedes": f"p{number - 1}"} if number else {}),
        }  # fmt: skip


def agreements(size: int) -> Iterator[Entry]:
    """Yield agreements, each signed."""
    yield from _stage("wire")
    for number in range(size):
        yield _said(number, "wire") | {
            "event": "AgreementSigned", "agreement": f"a{number}", "by": ["NER"], "party": None, "text": None
        }  # fmt: skip


def commitments(size: int) -> Iterator[Entry]:
    """Yield one commitment, undertaken anew with another day each time."""
    yield from _stage("wire")
    for number in range(size):
        yield _said(number, "wire") | {
            "event": "CommitmentUndertaken", "commitment": "c", "due": _day(number), "text": None
        }  # fmt: skip


def withdrawals(size: int) -> Iterator[Entry]:
    """Yield one withdrawal: sites handed over, destinations not settled, states that nothing allows."""
    yield from _stage("wire")
    for number in range(size // 4):
        said = _said(number, "wire", party=None, text=None, withdrawal="w")
        yield said | {"event": "SiteHandedOver", "site": f"site {number}", "id": f"a{number}"}
        yield said | {"event": "DestinationUndetermined", "candidates": [f"place {number}"], "id": f"b{number}"}
        yield said | {"event": "WithdrawalCompleted", "id": f"c{number}"}
        yield said | {"event": "WithdrawalBegan", "id": f"d{number}"}


def partners(size: int) -> Iterator[Entry]:
    """Yield partners that one party names."""
    yield from _stage("wire")
    names = [f"p{number}" for number in range(size // 2)]
    yield from ({"event": "PartyAdded", "party": name} for name in names)
    for number, name in enumerate(names):
        yield _said(number, "wire", text=None) | {"event": "PartnershipOpennessDeclared", "toward": [name]}


def pairs_of_one(size: int) -> Iterator[Entry]:
    """Yield withdrawals and sources under two ids each, which are said to be one."""
    yield from _stage("wire")
    for number in range(size // 6):
        said = _said(number, f"s{number}a", party=None, text=None, occurred=None)
        yield from (_source(f"s{number}{letter}") for letter in "ab")
        yield said | {"event": "WithdrawalBegan", "withdrawal": f"w{number}a", "id": f"a{number}"}
        yield said | {"event": "WithdrawalCompleted", "withdrawal": f"w{number}b", "id": f"b{number}"}
        for kind in ("source", "withdrawal"):
            keep, same = (f"{kind[0]}{number}{letter}" for letter in "ab")
            yield {"event": "SameAs", "id": f"{kind}{number}", "kind": kind, "keep": keep, "same": [same]}


def many_of_one(size: int) -> Iterator[Entry]:
    """Yield a withdrawal under ever more ids, each said to be the first."""
    yield from _stage("wire")
    for number in range(size // 2):
        name = f"w{number}"
        yield _said(number, "wire", party=None, text=None) | {"event": "WithdrawalBegan", "withdrawal": name}
        if number:
            yield {"event": "SameAs", "id": f"k{number}", "kind": "withdrawal", "keep": "w0", "same": [name]}


#: Every world, by what grows in it.
WORLDS: Final[dict[str, Callable[[int], Iterator[Entry]]]] = {
    world.__name__.replace("_", " "): world
    for world in (
        statements, positions, matters, parties,
        figures_of_one, states_of_one,
        figures_alike, figures_alike_but_one, figures_apart, figures_in_pairs, figures_at_once, figures_of_scopes,
        dates_apart,
        relays_in_a_row, relays_in_a_star, relays_of_many, relays_of_many_in_a_row, relays_in_a_circle,
        sources_of_one, evidence_of_one, one_person, roles_of_one, persons, person_aliases, party_aliases,
        parties_added_again,
        corrections, corrections_of_stance, corrections_in_a_row, corrections_of_much,
        retractions, retractions_in_a_row, retracted,
        disputes, disputes_in_a_row, denials, denied, corroborations, corroborations_in_a_row, assessments,
        sources_corrected, sources_registered_again, registration_corrected, registration_corrected_in_a_row,
        proposals, agreements, commitments, withdrawals, partners, pairs_of_one, many_of_one,
        corrections_by_many, answers_at_once,
    )
}  # fmt: skip


def script(world: str, size: int) -> Iterator[Entry]:
    """Yield the entries of a world as a script holds them."""
    for entry in WORLDS[world](size):
        given = {name: value for name, value in entry.items() if value is not None}
        yield {"event": given.pop("event"), "negotiation": NAME, **given}
