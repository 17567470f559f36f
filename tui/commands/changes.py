"""`communique diff`, `replay`, `since` and `agenda`: what changed, through which entries, and what is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from projections.wording.sentences import finding_text, subject_text
from tui.commands.options import Invocation, OneOf, Query, negotiation_argument, query_options, read_cut, styles, verb
from tui.environment import state_folder, today
from tui.output import lines, rows, say, styled
from tui.rows.tables import Column
from tui.rows.views import AGENDA, CHANGES, agenda_cells, change_cells, difference_rows, findings_of, otherwise
from tui.text import clean, counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from projections.judgement.findings import Finding
    from projections.views.diff import Change, Difference
    from projections.views.replay import Step
    from projections.views.since import Look
    from tracker.log import EventLog
    from tui.kept import Marks

AXES = ("happened", "known", "recorded")
_NOTES = click.option("--notes", is_flag=True, help="Tell of notes, too: what rests on little, and the like.")
_STEPS = (Column("step", right=True), Column("at"), Column("entry"), *CHANGES[:4])


@verb(
    "diff",
    examples=[
        ("What became known in eleven days", "communique diff us-niger known:2024-04-30 known:2024-05-11"),
        ("What entries 100 and later brought", "communique diff us-niger '#99' now"),
        (
            "The same day, as known then and now",
            "communique diff us-niger happened:2024-05,known:2024-05 happened:2024-05",
        ),
    ],
)
@negotiation_argument()
@click.argument("before", metavar="CUT")
@click.argument("after", metavar="CUT")
@click.option("--without", metavar="SOURCE", multiple=True, help="Leave a source out of account at both; repeatable.")
@_NOTES
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def diff_command(
    invocation: Invocation,
    *,
    negotiation: str,
    before: str,
    after: str,
    without: tuple[str, ...],
    notes: bool,
    style: str | None,
) -> None:
    """Show what a person would answer otherwise at one CUT than at another, and because of which entries.

    A cut is written `known:2024-05-01,happened:2024-04`, `recorded:2024-06`, `#412` for a position in the log, or
    `now`.
    """
    from projections.claims.history import History
    from projections.views.diff import diff
    from projections.views.status import status

    cuts = read_cut(before), read_cut(after)
    with invocation.reading() as log:
        history = History.load(log, negotiation)
    then, now = (status(history, negotiation, cut, without=without, today=today()) for cut in cuts)
    found = diff(then, now, notes=notes)
    if style is not None:
        rows(style, CHANGES, difference_rows(found), records=lambda: difference_records(found), document=found.to_json)
        return
    if not found:
        say("nothing that can be said differs between the two")
    lines(difference_lines(found, now.claims.names))


@verb(
    "replay",
    examples=[
        ("How the story became known", "communique replay us-niger --by known"),
        ("What happened in one month", "communique replay us-niger --by happened --from 2024-04-01 --to 2024-05-01"),
        ("One step a line, for a program", "communique replay us-niger --by recorded --jsonl"),
    ],
)
@negotiation_argument()
@click.option("--by", "axis", type=OneOf(AXES), default="known", show_default=True, help="In which order.")
@click.option("--from", "start", metavar="DATE|#N", help="The first step to print; what is before it still counts.")
@click.option("--to", "end", metavar="DATE|#N", help="The last step to print.")
@click.option("--all", "every", is_flag=True, help="Also steps that changed nothing.")
@click.option("--each-entry", is_flag=True, help="One step an entry, also where several come in at one time.")
@_NOTES
@query_options("json", "jsonl", "csv", "plain")
def replay_command(
    query: Query,
    *,
    negotiation: str,
    axis: str,
    start: str | None,
    end: str | None,
    every: bool,
    each_entry: bool,
    notes: bool,
) -> None:
    """Step through history in the order of the world, the public or the log, and print what each step changed."""
    from projections.claims.claims import claims
    from projections.claims.history import History
    from projections.views.replay import Replay

    with query.reading() as log:
        history = History.load(log, negotiation)
    replay = Replay(history, base=query.cut, without=query.without, today=today(), notes=notes)
    try:
        steps = replay.steps(axis, start, end, all=every, each_entry=each_entry)
        names = claims(history, negotiation, query.cut, without=query.without).names if query.style is None else {}
        _print_steps(negotiation, axis, steps, names, query.style)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _print_steps(
    negotiation: str, axis: str, steps: Iterable[Step], names: Mapping[str, str], style: str | None
) -> None:
    if style is None:
        lines(line for step in steps for line in _step(step, names))
        return
    rows(
        style,
        _STEPS,
        ([step.step, step.at, step.entry, *row[:-1]] for step in steps for row in difference_rows(step)),
        records=lambda: (step.to_json() for step in steps),
        document=lambda: {"negotiation": negotiation, "by": axis, "steps": [step.to_json() for step in steps]},
    )


def _step(step: Step, names: Mapping[str, str]) -> Iterator[str]:
    more = len(step.entries) - 1
    entries = f"{clean(step.entry or '')}{f' and {more} more' if more > 0 else ''}"
    yield f"{step.step:>5}  {styled(clean(step.at), bold=True)}  {entries}".rstrip()
    yield from (f"       {line}" for line in difference_lines(step, names, with_causes=False))


def difference_lines(found: Difference | Step, names: Mapping[str, str], *, with_causes: bool = True) -> Iterator[str]:
    """Yield what differs in lines for a person, perhaps with the entries behind it; nothing where nothing does.

    `names` are those of `Claims.names`, which stand before ids.
    """
    for change in found.changes:
        yield _arrow(change, names) + (f"  [{listed(change.because)}]" if with_causes else "")
    for mark, findings in (("+", found.appeared), ("−", found.gone)):
        for finding in findings:
            yield f"{mark} {_finding(finding, names)}"
    for before, after in found.changed:
        yield f"± {_finding(after, names)}  ({otherwise(before, after)})"


def difference_records(found: Difference) -> Iterator[dict[str, Any]]:
    """Yield what differs as one record each, a finding in the shape of a change."""
    for change in found.changes:
        yield change.to_json()
    for before, after, told in findings_of(found):
        yield {
            "subject": told.subject,
            "aspect": "finding",
            "before": None if before is None else before.to_json(),
            "after": None if after is None else after.to_json(),
            "because": list(told.entries),
        }


def _arrow(change: Change, names: Mapping[str, str]) -> str:
    _, aspect, before, after = map(clean, change_cells(change))
    return f"{styled(clean(subject_text(change.subject, names)), bold=True)} {aspect}: {before or '–'} → {after or '–'}"


def _finding(finding: Finding, names: Mapping[str, str]) -> str:
    message = finding_text(finding.subject, finding.message, names)
    return f"{clean(finding.kind.replace('-', ' '))}: {clean(message)}"


_SINCE = (Column("negotiation"), *CHANGES)


@verb(
    "since",
    examples=[
        ("What is new in the whole log", "communique since"),
        ("In one negotiation, to be told again the next time", "communique since us-niger --keep"),
        ("For somebody who shares this machine", "communique since --by Zoë"),
        ("For a program", "communique since --json | jq '.negotiations[] | select(.changes != [])'"),
    ],
)
@negotiation_argument(required=False)
@click.option("--keep", is_flag=True, help="Leave the mark where it is: the same is told again the next time.")
@click.option("--by", metavar="NAME", help="Who looks.  [default: your name on this machine]")
@_NOTES
@query_options("json", "jsonl", "csv", "plain")
def since_command(query: Query, *, negotiation: str | None, keep: bool, by: str | None, notes: bool) -> None:
    """Show what a person would answer otherwise now than when this person last looked, and because of which entries.

    Then the mark moves here: the next time begins with what was told now. The first time there is nothing to compare
    with, and only the mark is set. A look at a cut, or without a source, leaves the mark where it is, since it does not
    see everything.
    """
    from tui.kept import Marks

    if negotiation is None and query.without:
        raise click.UsageError("--without needs a negotiation, since sources belong to one")
    with query.reading(by) as log:
        marks = Marks(state_folder(), log.identity, log.by)
        if marks.problem:
            say(marks.problem)
        names = [negotiation] if negotiation is not None else list(log.negotiations())
        looks = [look for name in names for look in _looks(log, marks, name, query, notes=notes)]
    moves = query.sees_all and not keep
    if query.style is None or query.style == "plain":
        for word in (word for look in looks if (word := _word(look, moves=moves))):
            say(word)
        if not names:
            say("the log has no negotiation yet")
    _print_looks(looks, query.style, one=negotiation is not None)
    if moves:
        marks.marks.update((look.negotiation, look.now) for look in looks)
        marks.save()


def _looks(log: EventLog, marks: Marks, name: str, query: Query, *, notes: bool) -> Iterator[Look]:
    from projections.views.diff import Difference
    from projections.views.since import Look, since
    from tracker.codec import digest_of

    mark, day = marks.marks.get(name), today()
    if query.sees_all and mark is not None and mark.day == day:
        last = log.store.last(name)
        if last is not None and (last.position, digest_of(last.state)) == (mark.position, mark.digest):
            # Nothing was recorded and no day has passed: nothing can have changed, and nothing need be read.
            yield Look(name, mark, mark, True, 0, Difference((), (), ()))  # noqa: FBT003 - by its place
            return
    yield since(log, name, mark, query.cut, without=query.without, today=day, notes=notes)


def _print_looks(looks: list[Look], style: str | None, *, one: bool) -> None:
    if style is None:
        told = [line for look in looks for line in _look_lines(look, one=one)]
        if not told and looks and all(look.mark is not None and look.fits for look in looks):
            say("nothing was recorded, and nothing has changed, since you looked")
        lines(told)
        return
    rows(
        style,
        _SINCE,
        ([look.negotiation, *row] for look in looks for row in difference_rows(look.changes)),
        records=lambda: (look.to_json() for look in looks),
        document=lambda: looks[0].to_json() if one else {"negotiations": [look.to_json() for look in looks]},
    )


def _word(look: Look, *, moves: bool) -> str:
    """Return what there is to say where nothing can be compared; empty where something can."""
    after = f"changes are told from #{look.now.position} on" if moves else "the mark stays as it is"
    if look.mark is None:
        return f"{look.negotiation}: you look for the first time, so there is nothing to compare with; {after}"
    if not look.fits:
        return (
            f"{look.negotiation}: the log does not hold the entry that you saw last, #{look.mark.position} with digest "
            f"{look.mark.digest}, so nothing is compared; {after}"
        )
    return ""


def _look_lines(look: Look, *, one: bool) -> Iterator[str]:
    if look.mark is None or not look.fits or not (look.changes or look.entries or one):
        return
    heading = f"{clean(look.negotiation)}: {counted(look.entries, 'entry', 'entries')} since you looked"
    yield styled(f"{heading} on {look.mark.day.isoformat()}, at #{look.mark.position}", bold=True)
    told: Iterable[str] = (
        difference_lines(look.changes, look.names) if look.changes else ("nothing that can be said has changed",)
    )
    yield from (f"  {line}" for line in told)


#: What a table for people leaves out: the kind stands in the sentence.
_NOT_IN_AGENDA = frozenset({"kind"})


@verb(
    "agenda",
    examples=[
        ("What comes next, in all negotiations", "communique agenda"),
        ("Within a month", "communique agenda us-niger --days 30"),
        ("What has passed without a word, too", "communique agenda --passed"),
        ("What was ahead on a day", "communique agenda us-niger --known-by 2024-05-31"),
    ],
)
@negotiation_argument(required=False)
@click.option("--days", type=click.IntRange(min=0), metavar="N", help="Only what comes within so many days.")
@click.option("--passed", is_flag=True, help="Also what has passed without a word.")
@click.option("--void", is_flag=True, help="Also what is no longer to come.")
@query_options("json", "jsonl", "csv", "plain")
def agenda_command(query: Query, *, negotiation: str | None, days: int | None, passed: bool, void: bool) -> None:
    """List what is expected: deadlines, terms, notice periods, rounds, ultimatums and plans, the next first."""
    from projections.views.agenda import agenda

    if negotiation is None and query.without:
        raise click.UsageError("--without needs a negotiation, since sources belong to one")
    standings = frozenset({"ahead", *(["passed"] if passed else []), *(["void"] if void else [])})
    with query.reading() as log:
        names = [negotiation] if negotiation is not None else list(log.negotiations())
        found = agenda(log, names, query.cut, without=query.without, today=today(), days=days, standings=standings)
    rows(
        query.style,
        AGENDA,
        map(agenda_cells, found),
        records=lambda: (each.to_json() for each in found),
        document=lambda: {"expected": [each.to_json() for each in found]},
        empty="nothing is expected",
        hidden=_NOT_IN_AGENDA,
    )
