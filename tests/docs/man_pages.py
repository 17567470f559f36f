"""The manual pages of the command and of each verb, from click's own help; `python -m tests.docs.man_pages` makes them.

They are in the macros of man(7). click-man was tried: it calls what click 9 takes away, and knows no examples.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tests.tui.cli_reference import verbs
from tracker import __version__
from tui.cli import cli
from tui.commands import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "man"
_PROGRAM: Final = "communique"
#: What roff would take for more than text.
_ROFF: Final = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})


def made() -> dict[str, str]:
    """Return the pages by file name."""
    return {name: "".join(f"{line}\n" for line in lines) for name, lines in _pages()}


def _pages() -> Iterator[tuple[str, list[str]]]:
    above = click.Context(cli, info_name=_PROGRAM, **cli.context_settings)
    does = (cli.help or "").strip().rstrip(".")
    page = [*_page(above, does), ".SH VERBS"]
    for name, place in VERBS.items():
        page += [".TP", f".BR {_PROGRAM}\\-{name} (1)", _text(place.does)]
    yield f"{_PROGRAM}.1", page
    for name, command in verbs().items():
        page = list(_page(click.Context(command, info_name=name, parent=above), VERBS[name].does.rstrip(".")))
        page += [".SH EXAMPLES"] if command.examples else []
        for purpose, example in command.examples:
            page += [".PP", f"{_text(purpose)}:", ".PP", ".nf", ".RS", _text(example), ".RE", ".fi"]
        yield f"{_PROGRAM}-{name}.1", [*page, ".SH SEE ALSO", f".BR {_PROGRAM} (1)"]


def _page(context: click.Context, does: str) -> Iterator[str]:
    command, path = context.command, context.command_path
    name = path.replace(" ", "-")
    yield f'.TH "{name.upper()}" "1" "" "{_PROGRAM} {__version__}" "Manual of {_PROGRAM}"'
    # Long names and addresses do not fit every line: words are neither spread nor cut.
    yield from (".ad l", ".nh")
    yield from (".SH NAME", f"{_text(name)} \\- {_text(does)}")
    yield from (
        ".SH SYNOPSIS",
        f".B {_text(path)}",
        _text(" ".join(command.collect_usage_pieces(context))).replace("|", "|\\:"),
    )
    yield ".SH DESCRIPTION"
    for number, paragraph in enumerate(inspect.cleandoc(command.help or "").split("\n\n")):
        if number:
            yield ".PP"
        yield _text(" ".join(paragraph.replace("\b", "").split()))
    yield ".SH OPTIONS"
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            yield from (".TP", f".B {_text(record[0])}", _text(" ".join(record[1].split())))


def _text(text: str) -> str:
    """Return a text as a line of roff; one that begins like a request is kept from being one."""
    text = text.translate(_ROFF)
    return f"\\&{text}" if text.startswith(".") else text


def main() -> None:
    """Write the pages as they are now."""
    FOLDER.mkdir(exist_ok=True)
    pages = made()
    for path in FOLDER.glob("*.1"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
