"""The command `communique`: finds the verb, imports it, and turns what goes wrong into one line and an exit code.

Exit codes: 0 done; 1 the content was rejected, or something was found that was to be looked for; 2 wrong usage, or a
name that does not exist; 3 the log or its storage; 70 a mistake in communique itself (EX_SOFTWARE of sysexits.h); 130
interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

import tracker
from tracker import system
from tui.commands import VERBS
from tui.commands.options import Invocation, Verb, log_option
from tui.environment import DEBUG_VARIABLE
from tui.output import is_terminal, say

if TYPE_CHECKING:
    from collections.abc import Sequence

REJECTED: Final = 1
USAGE: Final = 2
STORAGE: Final = 3
INTERNAL: Final = 70
INTERRUPTED: Final = 130
_PROGRAM: Final = "communique"


class LazyGroup(click.Group):
    """A group that knows its verbs by a table, and imports one only when it is run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks with a context
        """Return the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Return a verb's command, or None where there is no such verb."""
        place = VERBS.get(cmd_name)
        if place is None:
            return None
        module = import_module(f"tui.commands.{place.module}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write what each verb does, from the table."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, place.does) for name, place in VERBS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Return the verbs, from the table, and the options that begin with what was typed."""
        from click.shell_completion import CompletionItem

        verbs = [CompletionItem(name, help=place.does) for name, place in VERBS.items() if name.startswith(incomplete)]
        return verbs + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or refuse with the nearest one."""
        name = args[0]
        if name not in VERBS and not name.startswith("-") and not ctx.resilient_parsing:
            from tracker.errors import nearest

            raise click.UsageError(f"there is no verb {name!r}{nearest(name, VERBS)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the verb returns
        """Run a verb; what the system refuses is told here, since click takes a reader that went away for an error."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            return _report_system(error)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:  # noqa: ANN401 - what click takes
        """Run, and leave with an exit code; never with a traceback."""
        extra.update(standalone_mode=False, prog_name=_PROGRAM)
        sys.exit(run(lambda: super(LazyGroup, self).main(args, **extra)))


def run(command: Any) -> int:  # noqa: ANN401 - a callable that may return an exit code
    """Return the exit code of a command, having said on stderr what went wrong."""
    try:
        outcome = command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except Exception as error:  # noqa: BLE001 - the last resort, so that nobody meets a traceback
        return _report(error)
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    return outcome if isinstance(outcome, int) else 0


def _report(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        message = " ".join(error.format_message().split())
        say(f"error: {message.rstrip('.')}{_help_hint(error)}")
        return USAGE
    if isinstance(error, click.Abort | EOFError):
        say("interrupted")
        return INTERRUPTED
    if isinstance(error, OSError):
        return _report_system(error)
    return _report_ours(error)


def _report_system(error: OSError) -> int:
    """Take a reader that went away for an answer; say of anything else what it was about."""
    if isinstance(error, BrokenPipeError) or error.errno in {errno.EPIPE, errno.ESHUTDOWN}:
        # What is still in the buffer has nowhere to go, and the interpreter would complain about it on its way out.
        _to_nowhere()
        return 0
    about = f"{error.filename}: " if error.filename else ""
    say(f"error: {about}{error.strerror or error}")
    if error.errno == errno.ENOSPC:
        _to_nowhere()
    return STORAGE


def _report_ours(error: Exception) -> int:
    from tracker.errors import ContentError, EntryRejectedError, LogError, NameUnknownError
    from tracker.unseen import visible

    if isinstance(error, EntryRejectedError):
        for problem in error.problems:
            say(str(problem))
        return REJECTED
    for kind, code in ((ContentError, REJECTED), (NameUnknownError, USAGE), (LogError, STORAGE)):
        if isinstance(error, kind):
            # The name of a file may hold anything, a line break too.
            say(f"error: {visible(str(error))}")
            return code
    if isinstance(error, UnicodeEncodeError):
        say(f"error: {error.object!r} is no Unicode text; write it in the encoding of your terminal")
        return USAGE
    if isinstance(error, MemoryError):
        say("error: this machine has no memory left for it; nothing more was done")
        return STORAGE
    if os.environ.get(DEBUG_VARIABLE):
        raise error
    what = " ".join(str(error).split()) or "no more is known"
    say(f"internal error: {type(error).__name__}: {what}; run with {DEBUG_VARIABLE}=1 for the traceback")
    return INTERNAL


def _help_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"; see `{context.command_path} --help`" if context is not None else ""


def _to_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            try:
                os.dup2(nowhere, stream.fileno())
            except (OSError, ValueError, AttributeError):
                continue


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001 - as click calls it
    if value and not ctx.resilient_parsing:
        click.echo(f"{_PROGRAM} {tracker.__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Dates are EDTF (ISO 8601-2). `communique VERB --help` has examples. Without a verb the workspace opens.",
)
@log_option(expose_value=True)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
@click.pass_context
def cli(ctx: click.Context, log: str | None) -> None:
    """Follow a diplomatic negotiation: where it stands, how we know, what was known then, and what changed since."""
    ctx.obj = Invocation(log)
    if ctx.invoked_subcommand is not None:
        return
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        click.echo(ctx.get_help(), err=True)
        ctx.exit(USAGE)
    command = cli.get_command(ctx, "tui")
    if isinstance(command, Verb):
        ctx.exit(ctx.invoke(command))


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    system.hurry_collector()
    # pydantic looks for plugins in every installed package, which takes another tenth; none of ours is one.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        # Whatever the locale says, and even where a file name is no Unicode, output is UTF-8 and never fails.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    cli.main()
