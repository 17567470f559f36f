"""Answers: what is concluded of a subject in whatever form it is asked for, and the entries that this rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from projections.claims.figures import figures_text
from projections.claims.readings import MACHINES, split, subjects_of
from projections.judgement.conclusions import Partners, Position, Topic
from projections.judgement.states import Proposal, State
from projections.views.answers.answer import Answer, readings_of, retracted
from projections.views.answers.parts import answered_in, line_of, part_of, parts_of, resting
from projections.wording.sentences import called, named, titled, vote_text
from tracker.errors import nearest

if TYPE_CHECKING:
    from projections.claims.claims import Claims
    from projections.claims.readings import Reading
    from projections.judgement.states import Vote
    from projections.views.status import Status

#: How a subject is written.
FORMS: Final = (
    *(f"{family}:ID" for family in MACHINES),
    "agreement:ID/PARTY",
    "proposal:ID/PARTY",
    "position:PARTY/MATTER",
    "party:ID",
    "party:ID/QUANTITY",
    "matter:ID",
    "source:ID",
    "entry:ID",
)
#: How a subject's state or stance is asked for as one of its parts, as differences call it.
_HEADS: Final = frozenset({"state", "stance"})


def answer_of(standing: Status, subject: str) -> Answer | None:
    """Return what is concluded of a subject, or of a part of it (``withdrawal:ID/strength``); None where nothing is."""
    family, name = split(subject)
    if family in _OTHERS:
        return _OTHERS[family](standing, name)
    claims = standing.claims
    whole, part = _parts(subject)
    view = standing.view(whole)
    if not isinstance(view, State | Position):
        gone = retracted(claims, whole)
        return Answer(f"All that was said of {name} is retracted.", None, [], gone) if gone and not part else None
    if not part or (part in _HEADS and hasattr(view, part)):
        return _whole(claims, view)
    return part_of(standing, whole, view, part)


def now_called(claims: Claims, subject: str) -> tuple[str, list[str]]:
    """Return a subject by the ids that those in it read as, and the entries that say so; none where all stay."""
    family, name = split(subject)
    parts = name.split("/")
    named = ("party", "matter") if family == "position" else (family,)
    kept = [*parts]
    by: list[str] = []
    for number, (kind, part) in enumerate(zip(named, parts, strict=False)):
        kept[number], said = claims.kept(kind, part)
        by += said
    return f"{family}:{'/'.join(kept)}", list(dict.fromkeys(by))


def _whole(claims: Claims, view: State | Position) -> Answer:
    """Return what is concluded of a thing, or of where a party stands."""
    # Where nothing is asserted, a denial is against whatever might be concluded, and is all that there is to show.
    found = readings_of(claims, view.because or view.mentions)
    readings = [reading for reading in found if not _denies(reading)]
    against = [(reading, f"denies {view.subject}") for reading in found if _denies(reading)]
    against += [
        (reading, f"says {rival.state.replace('-', ' ')}")
        for rival in view.rivals
        for reading in readings_of(claims, rival.because)
    ]
    against += retracted(claims, view.subject)
    if isinstance(view, Position):
        party, matter = named("party", view.party, claims.names), named("matter", view.matter, claims.names)
        says, value = f"{party} on {matter}: {view.stance or 'no stance is known'}.", view.stance
        dated = bool(view.because)
    else:
        value, dated = view.state, view.state is not None
        name = titled(view.id, getattr(view, "title", None))
        answered = answered_in(view, claims.names) if isinstance(view, Proposal) else ""
        told = f": {answered}" if answered else ""
        says = f"{name} is {value.replace('-', ' ')}{told}." if value else f"{name}: what is said moves nothing."
    return Answer(says, value, readings, against, dated=dated, supposed=not view.because)


def _denies(reading: Reading) -> bool:
    return reading.event.modality == "denied"


def unknown(standing: Status, subject: str) -> str:
    """Return a message for a subject of which nothing is said: the nearest spelling, or the reason."""
    family, name = split(subject)
    claims = standing.claims
    parties, sources = claims.registers.parties, claims.registers.sources
    known = [*standing.subjects, *(f"party:{name}" for name in parties), *(f"source:{name}" for name in sources)]
    if not name or family not in {form.partition(":")[0] for form in FORMS}:
        same = [other for other in known if split(other)[1] == subject]
        hint = f"; did you mean {same[0]!r}?" if same else nearest(subject, known)
        return f"{subject!r} is no subject{hint}; a subject is written {', '.join(FORMS)}"
    whole, part = _parts(subject)
    if any(whole in subjects_of(reading.event) for reading in claims.pending):
        return f"nothing is said of {subject!r} at this cut, only at a later one"
    view = standing.view(whole)
    if part and isinstance(view, State | Position):
        return f"{whole} has no {part!r}{nearest(part, parts_of(view))}; it has {', '.join(parts_of(view))}"
    if family == "entry":
        known = [f"entry:{reading.id}" for reading in (*claims.standing, *claims.knowledge, *claims.stage)]
    hint = nearest(subject, known) or "; `communique status` lists what there is"
    return f"nothing is said of {subject!r} at this cut{hint}"


def _parts(subject: str) -> tuple[str, str]:
    """Return a thing or position, and the part of it that is meant, empty for the whole."""
    family, name = split(subject)
    words = name.split("/")
    count = 2 if family == "position" else 1
    return f"{family}:{'/'.join(words[:count])}", "/".join(words[count:])


def _party(standing: Status, name: str) -> Answer | None:
    claims = standing.claims
    name, _, part = name.partition("/")
    view = standing.view(f"party:{name}")
    if part and part != "partners":
        return line_of(standing, view, part) if view is not None else None
    party, found = claims.registers.parties.get(name), standing.partnerships.get(name)
    gone = retracted(claims, f"party:{name}")
    if found is not None and found.because:
        others = ", ".join(named("party", one, claims.names) for one in found.partners)
        says = f"{named('party', name, claims.names)} is open to, or deepens its ties with, {others or 'nobody'}."
        return Answer(says, list(found.partners), readings_of(claims, found.because), gone, dated=True)
    if isinstance(view, Partners):
        return _of_figures(standing, view, [])
    if party is None:
        return None
    says = f"{name} is registered as a party; nothing is said of its partners."
    return Answer(says, None, readings_of(claims, (party.entry,)), gone)


def _matter(standing: Status, name: str) -> Answer | None:
    name, _, part = name.partition("/")
    view, known = standing.view(f"matter:{name}"), standing.claims.registers.matters.get(name)
    if isinstance(view, Topic):
        if part in {"approvals", "votes"}:
            return _of_figures(standing, replace(view, figures=()), list(getattr(view, part)))
        return line_of(standing, view, part) if part else _of_figures(standing, view, [*view.approvals, *view.votes])
    if known is None or part:
        return None
    says = f"{known.title or name} is registered as a matter; neither votes nor figures of it are told."
    return Answer(
        says, None, readings_of(standing.claims, (known.entry,)), retracted(standing.claims, f"matter:{name}")
    )


def _of_figures(standing: Status, view: Partners | Topic, votes: list[Vote]) -> Answer:
    """Return what is told of a party or a matter: votes and figures."""
    claims = standing.claims
    told = [*(vote_text(vote.to_json(), claims.names) for vote in votes), *figures_text(view.figures)]
    names = (*(vote.entry for vote in votes), *(name for line in view.figures for name in line.because))
    says = f"{called(view.subject, claims.names)}: {'; '.join(told)}."
    value = {"votes": [vote.to_json() for vote in votes], "figures": [line.to_json() for line in view.figures]}
    return Answer(says, value, readings_of(claims, names), retracted(claims, view.subject), dated=True)


def _source(standing: Status, name: str) -> Answer | None:
    claims = standing.claims
    source = claims.registers.sources.get(name)
    if source is None:
        return None
    roots = sorted(claims.registers.relays.roots(name) - {name})
    says = f"{name} is graded {source.reliability}{' and has it from ' if roots else ''}{', '.join(roots)}."
    resting = tuple(
        reading.id
        for reading in (*claims.standing, *claims.knowledge)
        if any(item.source == name for item in reading.evidence)
    )
    return Answer(says, source.reliability, readings_of(claims, (source.entry, *source.assessed_by)), [], resting)


def _entry(standing: Status, name: str) -> Answer | None:
    reading = standing.claims.get(name)
    if reading is None:
        return None
    stands = standing.claims.counts(name)
    says = "stands" if stands else "is retracted" if reading.retracted_by else "does not stand at this cut"
    return Answer(f"{name} {says}.", stands, [reading], [], tuple(resting(standing, name)))


_OTHERS: Final = {"party": _party, "matter": _matter, "source": _source, "entry": _entry}
