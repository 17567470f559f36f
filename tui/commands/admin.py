"""`communique admin`: what the owner of a shared log does once."""

from __future__ import annotations

import click

from tui.commands.options import Invocation, styles, verb
from tui.output import json_document, say

_WRITERS = "communique_writers"
_READERS = "communique_readers"


@verb(
    "admin",
    examples=[
        ("Set up a log for a team", "communique admin init --log postgresql://owner@db.example.org/desk"),
        (
            "Let a person record, and another one read",
            "psql -c 'GRANT communique_writers TO ada; GRANT communique_readers TO ben'",
        ),
    ],
)
@click.argument("what", metavar="init", type=click.Choice(["init"]))
@click.option("--writers", metavar="ROLE", default=_WRITERS, show_default=True, help="The role of those who record.")
@click.option("--readers", metavar="ROLE", default=_READERS, show_default=True, help="The role of those who read.")
@styles("json")
@click.pass_obj
def admin_command(invocation: Invocation, *, what: str, writers: str, readers: str, style: str | None) -> int:
    """Set up a shared log in a database of PostgreSQL: its tables, their guards, and two roles.

    Members of the one may record and read, members of the other only read; nobody may change or remove what is there,
    not even the owner. Run it as the owner of the database. Run again, it puts right whatever is missing, and leaves
    what is recorded as it is.
    """
    from tracker.stores.where import is_shared

    if not is_shared(invocation.where):
        raise click.UsageError(
            f"admin {what} is for a shared log; name it with --log postgresql://… (a file needs no setting up)"
        )
    from tracker.stores.postgres.store import set_up

    setup = set_up(invocation.where, writers=writers, readers=readers)
    for warning in setup.warnings:
        say(f"note: {warning}")
    if style == "json":
        json_document(
            {
                "location": setup.location,
                "identity": setup.identity,
                "made": setup.was_made,
                "writers": writers,
                "readers": readers,
                "roles_made": setup.roles_made,
            }
        )
    else:
        click.echo(f"{'made' if setup.was_made else 'there was already'} a log in {setup.location}")
        click.echo(f"let people record with GRANT {writers} TO …, and read with GRANT {readers} TO …")
    return 0
