"""The part of docs/reference/cli.md that is made from the verbs; `python -m tests.tui.cli_reference` makes it anew."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

import click

from tests.between import Part
from tui.cli import cli
from tui.commands import VERBS
from tui.commands.options import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

PART: Final = Part("cli.md", "verbs", "tests.tui.cli_reference")
#: What every verb takes is told once, above.
_TOLD_ONCE: Final = {"log", "happened_by", "known_by", "recorded_by", "without", "style"}


def verbs() -> dict[str, Verb]:
    """Return every verb's command by name."""
    context = click.Context(cli, info_name="communique")
    found = {}
    for name in VERBS:
        command = cli.get_command(context, name)
        assert isinstance(command, Verb)
        found[name] = command
    return found


def rendered() -> str:
    """Return the verbs as Markdown."""
    return "\n".join(line for name, command in verbs().items() for line in _section(name, command))


def _section(name: str, command: Verb) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    parameters = [parameter for parameter in command.params if parameter.name not in _TOLD_ONCE]
    arguments = [argument for argument in parameters if isinstance(argument, click.Argument)]
    words = [_usage(argument) for argument in arguments]
    yield f"`{' '.join(['communique', name, *words])}`"
    yield ""
    yield inspect.cleandoc(command.help or "").replace("[", r"\[")
    yield ""
    told = sorted({str(parameter.name) for parameter in command.params} & _TOLD_ONCE - {"log", "style"})
    styles = [option.opts[0] for option in command.params if option.name == "style"]
    if told:
        yield "Takes the cut options." if "known_by" in told else "Takes `--without`."
        yield ""
    if styles:
        yield f"Output: {', '.join(f'`{style}`' for style in styles)}."
        yield ""
    options = [option for option in parameters if isinstance(option, click.Option)]
    if options:
        yield "| option | does |"
        yield "| --- | --- |"
        yield from (f"| {_names(option)} | {(option.help or '').replace('|', '&#124;')} |" for option in options)
        yield ""
    yield "```sh"
    for purpose, example in command.examples:
        yield f"# {purpose}"
        yield example
    yield "```"
    yield ""


def _usage(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    return name if argument.required or name.endswith("…") else f"[{name}]"


def _names(option: click.Option) -> str:
    value = option.metavar
    if value is None and isinstance(option.type, click.Choice):
        value = "/".join(map(str, option.type.choices))
    if value is None and not option.is_flag:
        value = option.type.name.upper()
    names = ", ".join(f"`{name}`" for name in option.opts)
    return f"{names} {value.replace('|', '&#124;')}" if value else names


def main() -> None:
    """Put the verbs as they are now into the reference."""
    PART.put(rendered())


if __name__ == "__main__":
    main()
