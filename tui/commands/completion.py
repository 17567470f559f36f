"""`communique completion`: words completed in the shell."""

from __future__ import annotations

import click

from tui.commands.options import verb


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
