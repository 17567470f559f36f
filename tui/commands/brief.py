"""`communique brief`: a report for a reader who has neither the log nor the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tui.commands.export import is_new, require_apart
from tui.commands.options import Invocation, cut_options, negotiation_argument, read_cut, styles, verb
from tui.environment import today
from tui.kept.files import write_whole
from tui.output import json_document, lines, say

if TYPE_CHECKING:
    from projections.claims.cut import Cut

#: What every brief ends with, as text or as a page.
_BRIEF: Final = re.compile(rb'; head (?:<span class="entry">)?[0-9a-f]{64}\b')


@verb(
    "brief",
    examples=[
        ("Read it here", "communique brief us-niger"),
        ("A page to send to somebody", "communique brief us-niger --html --output us-niger.html"),
        ("As the public knew it on a day", "communique brief us-niger --known-by 2024-05-11 --html > may.html"),
        (
            "With what ten days brought",
            "communique brief us-niger --known-by 2024-05-11 --since known:2024-05-01",
        ),
    ],
)
@negotiation_argument()
@click.option("--html", is_flag=True, help="One page of HTML that needs nothing else, instead of Markdown.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to a file, whole or not at all, instead of standard output.",
)
@click.option("--since", metavar="CUT", help="Tell also what changed since a cut, such as known:2024-05-01 or #412.")
@cut_options
@styles("json")
@click.pass_obj
def brief_command(
    invocation: Invocation,
    *,
    negotiation: str,
    html: bool,
    output: Path | None,
    since: str | None,
    cut: Cut,
    without: tuple[str, ...],
    style: str | None,
) -> None:
    """Write a report: where things stand and since when, by which sources, what argues against it, and what happened.

    Markdown, or with --html one page that prints well and asks for nothing on the network. Where --since leaves an axis
    open, it is cut as the report is. --output takes the place of an earlier brief, and of no other file.
    """
    from projections.exports.brief import brief, page, report

    if style == "json" and (html or output is not None):
        raise click.UsageError("--json goes to standard output and is no page; leave out --html and --output")
    if output == Path("-"):
        output = None
    if output is not None:
        require_apart(output, invocation.where)
    new = output is not None and is_new(output, _BRIEF)
    start = read_cut(since) if since is not None else None
    with invocation.reading() as log:
        found = brief(log, negotiation, cut, without=without, since=start, today=today())
    if style == "json":
        json_document(found.to_json())
        return
    text = page(found) if html else report(found)
    if output is None:
        lines(text.removesuffix("\n").split("\n"))
    else:
        write_whole(output, text, new=new)
        say(f"wrote {output}")
