"""`communique since`: what changed since this person last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.changes import difference_lines
from tui.commands.options import Invocation, cut_options, negotiation_argument, styles, verb
from tui.environment import state_folder, today
from tui.output import Column, lines, rows, say, styled
from tui.rows.views import CHANGES, difference_rows
from tui.text import clean, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projections.claims.cut import Cut
    from projections.views.diff import Look
    from tracker.log import EventLog
    from tui.kept.marks import Marks

_COLUMNS = (Column("negotiation"), *CHANGES)


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
@cut_options
@styles("json", "jsonl", "csv", "plain")
@click.pass_obj
def since_command(
    invocation: Invocation,
    *,
    negotiation: str | None,
    keep: bool,
    by: str | None,
    cut: Cut,
    without: tuple[str, ...],
    style: str | None,
) -> None:
    """Show what a person would answer otherwise now than when this person last looked, and because of which entries.

    Then the mark moves here: the next time begins with what was told now. The first time there is nothing to compare
    with, and only the mark is set. A look at a cut, or without a source, leaves the mark where it is, since it does not
    see everything.
    """
    from tui.kept.marks import Marks

    if negotiation is None and without:
        raise click.UsageError("--without needs a negotiation, since sources belong to one")
    whole = cut.is_open and not without
    with invocation.reading(by) as log:
        marks = Marks(state_folder(), log.identity, log.by)
        if marks.problem:
            say(marks.problem)
        names = [negotiation] if negotiation is not None else list(log.negotiations())
        looks = [look for name in names for look in _looks(log, marks, name, cut, without, whole=whole)]
    moves = whole and not keep
    if style is None or style == "plain":
        for word in (word for look in looks if (word := _word(look, moves=moves))):
            say(word)
        if not names:
            say("the log has no negotiation yet")
    _print(looks, style, one=negotiation is not None)
    if moves:
        marks.marks.update((look.negotiation, look.now) for look in looks)
        marks.save()


def _looks(
    log: EventLog, marks: Marks, name: str, cut: Cut, without: tuple[str, ...], *, whole: bool
) -> Iterator[Look]:
    """Yield what there is to see of a negotiation since the person's mark."""
    from projections.views.diff import Difference, Look, since
    from tracker.codec import digest_of

    mark, day = marks.marks.get(name), today()
    if whole and mark is not None and mark.day == day:
        last = log.store.last(name)
        if last is not None and (last.position, digest_of(last.state)) == (mark.position, mark.digest):
            # Nothing was recorded and no day has passed: nothing can have changed, and nothing need be read.
            yield Look(name, mark, mark, True, 0, Difference((), (), ()))  # noqa: FBT003 - by its place
            return
    yield since(log, name, mark, cut, without=without, today=day)


def _print(looks: list[Look], style: str | None, *, one: bool) -> None:
    if style is None:
        told = [line for look in looks for line in _lines(look, one=one)]
        if not told and looks and all(look.mark is not None and look.fits for look in looks):
            say("nothing was recorded, and nothing has changed, since you looked")
        lines(told)
        return
    rows(
        style,
        _COLUMNS,
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


def _lines(look: Look, *, one: bool) -> Iterator[str]:
    if look.mark is None or not look.fits or not (look.changes or look.entries or one):
        return
    heading = f"{clean(look.negotiation)}: {counted(look.entries, 'entry', 'entries')} since you looked"
    yield styled(f"{heading} on {look.mark.day.isoformat()}, at #{look.mark.position}", bold=True)
    told: Iterable[str] = difference_lines(look.changes) if look.changes else ("nothing that can be said has changed",)
    yield from (f"  {line}" for line in told)
