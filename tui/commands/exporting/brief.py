"""`communique brief`: a report for a reader who has neither the log nor the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tui.commands.export import is_new, require_apart
from tui.commands.options import NamedPath, Query, negotiation_argument, query_options, read_cut, standing_option, verb
from tui.environment import today
from tui.kept import write_whole
from tui.output import json_document, lines, say

if TYPE_CHECKING:
    from tracker.dates import When

#: What every brief ends with, as text or as a page.
_BRIEF: Final = re.compile(rb'; head (?:<span class="entry">)?[0-9a-f]{64}\b')
#: What is a day, a month or a year by itself, and no cut.
_DAY: Final = re.compile(r"-?[0-9][0-9-]*")


def _before(first: When, since: str) -> str:
    """Return the cut from which changes are told since a day; of a month or a year, all of it is since then."""
    from tracker.dates import from_instant

    if first.precision == "day":
        return f"known:{since}"
    return f"known:{from_instant(first.lower - 1).date().isoformat()}"


@verb(
    "brief",
    examples=[
        ("Read it here", "communique brief us-niger"),
        ("A page to send to somebody", "communique brief us-niger --html --output us-niger.html"),
        ("A page on which one can go back to any day", "communique brief us-niger --html --play > us-niger.html"),
        ("As the public knew it on a day", "communique brief us-niger --known-by 2024-05-11 --html > may.html"),
        ("The last month of it", "communique brief us-niger --since 2024-08-15"),
        ("With what ten days brought", "communique brief us-niger --known-by 2024-05-11 --since known:2024-05-01"),
    ],
)
@negotiation_argument()
@click.option("--html", is_flag=True, help="One page of HTML that needs nothing else, instead of Markdown.")
@click.option("--play", "plays", is_flag=True, help="With --html: a slider goes through every day on which it changed.")
@click.option(
    "--output",
    metavar="FILE",
    type=NamedPath(dir_okay=False),
    help="Write it to a file, whole or not at all, instead of standard output.",
)
@click.option(
    "--since",
    metavar="DAY|CUT",
    help="Tell what changed since a day, and only what happened from then on; or since a cut, such as #412, and all.",
)
@click.option("--last", metavar="N", type=click.IntRange(min=1), help="Only the last N lines of the chronology.")
@standing_option
@query_options("json")
def brief_command(
    query: Query,
    *,
    negotiation: str,
    html: bool,
    plays: bool,
    output: Path | None,
    since: str | None,
    last: int | None,
    standing: bool,
) -> None:
    """Write a report: where things stand and since when, by which sources, what argues against it, and what happened.

    Markdown, or with --html one page that prints well and asks for nothing on the network. A chronology of more than
    500 lines is folded by month. Where --since leaves an axis
    open, it is cut as the report is. --output takes the place of an earlier brief, and of no other file.
    """
    from projections.exports.brief import brief, page, report
    from tui.filters import read_date

    if query.style == "json" and (html or output is not None):
        raise click.UsageError("--json goes to standard output and is no page; leave out --html and --output")
    if plays and not html:
        raise click.UsageError("--play is for a page; give --html too")
    if output == Path("-"):
        output = None
    if output is not None:
        require_apart(output, query.invocation)
    new = output is not None and is_new(output, _BRIEF)
    first = read_date("--since", since) if since is not None and _DAY.fullmatch(since) else None
    then = read_cut(_before(first, since) if first is not None else since) if since is not None else None
    start = None if first is None else first.lower
    with query.reading() as log:
        found = brief(
            log,
            negotiation,
            query.cut,
            without=query.without,
            since=then,
            start=start,
            last=last,
            today=today(),
            standing=standing,
            plays=plays,
        )
    if query.style == "json":
        json_document(found.to_json())
        return
    text = page(found) if html else report(found)
    if output is None:
        lines(text.removesuffix("\n").split("\n"))
    else:
        write_whole(output, text, new=new)
        say(f"wrote {output}")
