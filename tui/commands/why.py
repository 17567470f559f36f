"""`communique why`: what stands behind a conclusion, and what argues against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import Invocation, complete_subject, cut_options, negotiation_argument, styles, verb
from tui.commands.show import evidence_lines
from tui.environment import today
from tui.output import lines, rows, styled
from tui.rows.views import WHY, why_rows
from tui.text import clean, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.claims.cut import Cut
    from projections.judgement.voices import Voice
    from projections.views.why import Ground, Why


@verb(
    "why",
    examples=[
        ("What a state rests on", "communique why us-niger agreement:sofa-2012"),
        ("A figure, or another part of what is said", "communique why us-niger withdrawal:all-forces/strength"),
        ("Where a party stands", "communique why us-niger position:NER/air-bases --known-by 2024-05-11"),
        ("A finding, by its kind and subject", "communique why us-niger date-conflict:withdrawal:all-forces"),
        ("What rests on a source", "communique why us-niger source:politico-2024-05-10"),
    ],
)
@negotiation_argument()
@click.argument("subject", shell_complete=complete_subject)
@cut_options
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def why_command(
    invocation: Invocation, *, negotiation: str, subject: str, cut: Cut, without: tuple[str, ...], style: str | None
) -> None:
    """Show the claims, words, voices and grades behind what is said of a SUBJECT, and what argues against it.

    A subject is written agreement:ID, proposal:ID, round:ID, withdrawal:ID, commitment:ID, position:PARTY/MATTER,
    party:ID, source:ID or entry:ID; a part of what is said of it withdrawal:ID/strength; a finding KIND:SUBJECT.
    """
    from projections.views.why import why

    with invocation.reading() as log:
        found = why(log, negotiation, subject, cut, without=without, today=today())
    if style is None:
        lines(_report(found))
        return
    sides = (("for", found.lines), ("against", found.against))
    rows(
        style,
        WHY,
        why_rows(found),
        records=lambda: ({"side": side, **ground.to_json()} for side, grounds in sides for ground in grounds),
        document=lambda: {"negotiation": negotiation, "cut": cut.to_json(), **found.to_json()},
    )


def _report(found: Why) -> Iterator[str]:
    yield styled(clean(found.says), bold=True)
    since = [f"since {clean(found.since)}"] if found.since else []
    uncertain = ["uncertain: it may have happened after the cut"] if found.uncertain else []
    yield " · ".join([clean(found.subject), *since, *uncertain, str(found.voices)])
    for heading, grounds in (("Because", found.lines), ("Against", found.against)):
        if grounds:
            yield ""
            yield styled(heading, bold=True)
            for ground in grounds:
                yield from _ground(ground)
    yield from _voices(found)
    if found.findings:
        yield ""
        yield styled("Findings", bold=True)
        yield from (f"  {clean(finding.kind)}: {clean(finding.message)}" for finding in found.findings)
    if found.rests:
        yield ""
        yield f"{styled('Rests on it', bold=True)}  {listed(found.rests)}"


def _ground(ground: Ground) -> Iterator[str]:
    marks = [word for word, given in (("uncertain", ground.uncertain), ("retracted", ground.retracted)) if given]
    how = [ground.how] if ground.how and ground.how != "retracted" else []
    about = f"  ({', '.join(map(clean, [*how, *marks]))})" if how or marks else ""
    when = clean(ground.occurred or (f"published {ground.published}" if ground.published else "no date"))
    yield f"  {styled(clean(ground.entry), bold=True)}  {when}  {clean(ground.says)}{about}"
    for item in ground.support:
        yield from (f"    {line}" for line in evidence_lines(item.to_json()))
        if item.entry != ground.entry:
            yield f"        by {clean(item.entry)}"
    if not ground.support:
        yield "    no evidence"
    for correction in ground.corrections:
        changes = ", ".join(
            f"{clean(name)}: {clean(before)} → {clean(after)}" for name, before, after in correction.changes
        )
        reason = f" ({clean(correction.reason)})" if correction.reason else ""
        yield f"    corrected by {clean(correction.entry)}: {changes}{reason}"


def _voices(found: Why) -> Iterator[str]:
    for heading, voices in (("Voices for", found.voices.groups), ("Voices against", found.voices.opposed)):
        if voices:
            yield ""
            yield styled(heading, bold=True)
            yield from (f"  {number}. {_voice(voice)}" for number, voice in enumerate(voices, 1))


def _voice(voice: Voice) -> str:
    """Return who is one voice: its sources, where they have it from, and whom they cite."""
    roots = [root for root in voice.roots if root not in voice.sources]
    parts = [listed(voice.sources)]
    if roots:
        parts.append(f"from {listed(roots)}")
    if voice.persons:
        parts.append(f"citing {listed(voice.persons)}")
    return ", ".join(parts)
