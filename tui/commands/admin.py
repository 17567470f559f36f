"""`communique admin` and `completion`: what is set up once."""

from __future__ import annotations

import click

from tui.commands.options import Invocation, styles, verb
from tui.output import answer, json_document, say

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
        answer(f"{'made' if setup.was_made else 'there was already'} a log in {setup.location}")
        answer(f"let people record with GRANT {writers} TO …, and read with GRANT {readers} TO …")
    return 0


@verb(
    "completion",
    examples=[
        ("In bash, for good", "communique completion bash > ~/.local/share/bash-completion/completions/communique"),
        ("In zsh, from ~/.zshrc", 'eval "$(communique completion zsh)"'),
        ("In fish, for good", "communique completion fish > ~/.config/fish/completions/communique.fish"),
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the script with which a shell completes verbs, options, and the names in the log."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click has no completion for {shell}", ctx)
    click.echo(kind(ctx.find_root().command, {}, "communique", "_COMMUNIQUE_COMPLETE").source())
