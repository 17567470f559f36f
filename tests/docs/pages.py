"""The pages of docs/ as a reader follows them: their files are written, their commands run, and their output compared.

In a page

- a block of `sh` holds commands, and one of `console` commands after `$` with what they print; `…` stands for anything;
- a block with a name after its language is a file of that name; one of `python` without a name is a program to run;
- `<!-- exits with N -->` before a block tells how its last command ends, `<!-- not run: why -->` leaves a block out.

Commands run in the order of the page, in one shell and one folder. It has the `seeds/` of a checkout, and but for the
tutorial a log that holds the history of the US-Niger talks.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from click.testing import CliRunner

from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CHECKOUT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = CHECKOUT / "docs"
_BLOCK: Final = re.compile(
    r"^(?:<!-- (?P<notes>.*?) -->\n+)?(?P<fence>```+)(?P<language>\w*)[ ]?(?P<name>[^\n]*)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_EXITS: Final = re.compile(r"exits with (\d+)")
_PROMPT: Final = "$ "


@dataclass(frozen=True)
class Step:
    """One command, or one file to be written (`file`): on which line it stands, what it prints and how it ends."""

    line: int
    text: str
    file: str = ""
    prints: str | None = None
    code: int = 0


def steps(page: str) -> Iterator[Step]:
    """Yield what a reader of the page does, in its order."""
    for found in _BLOCK.finditer(page):
        notes, language, name, text = found.group("notes", "language", "name", "text")
        if notes and notes.startswith("not run"):
            continue
        line = page.count("\n", 0, found.start("fence")) + 2
        ending = _EXITS.search(notes or "")
        code = int(ending[1]) if ending else 0
        if name:
            yield Step(line, text, file=name)
        elif language == "python":
            yield Step(line, "python - <<'END_OF_PROGRAM'\n" + text + "END_OF_PROGRAM", code=code)
        elif language in {"sh", "console"}:
            found_steps = list(_commands(text, line, is_console=language == "console"))
            for index, (at, command, prints) in enumerate(found_steps):
                yield Step(at, command, prints=prints, code=code if index == len(found_steps) - 1 else 0)


def _commands(text: str, line: int, *, is_console: bool) -> Iterator[tuple[int, str, str | None]]:
    """Yield each command with its line and, of a console, what it prints."""
    command: list[str] = []
    printed: list[str] = []
    at = line
    lines = text.splitlines()
    for offset, row in enumerate(lines):
        goes_on = bool(command) and command[-1].endswith("\\") and not printed
        if goes_on:
            command.append(row.removeprefix("> "))
        elif is_console and not row.startswith(_PROMPT):
            printed.append(row)
        else:
            if command:
                yield at, "\n".join(command), "\n".join(printed) if is_console else None
            command, printed, at = [row.removeprefix(_PROMPT) if is_console else row], [], line + offset
            if not command[0].strip() or command[0].startswith("#"):
                command = []
    if command:
        yield at, "\n".join(command), "\n".join(printed) if is_console else None


def follow(page: Path, folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Do what a page says in a folder, and return what came otherwise than it says."""
    todo = list(steps(page.read_text("utf-8")))
    done = folder.parent / "done"
    done.mkdir()
    lines = [f"cd {shlex.quote(str(folder))}"]
    for number, step in enumerate(todo):
        if step.file:
            (done / f"{number}.file").write_text(step.text, "utf-8")
            lines.append(f"cp {shlex.quote(str(done / f'{number}.file'))} {shlex.quote(step.file)}")
        else:
            output = shlex.quote(str(done / str(number)))
            lines.append(f"{{ {step.text}\n}} > {output} 2>&1 < /dev/null; echo $? > {output}.code")
    subprocess.run(["bash", "-c", "\n".join(lines)], env=dict(environment), check=True)
    went = {
        step: ((done / str(number)).read_text("utf-8"), int((done / f"{number}.code").read_text("ascii")))
        for number, step in enumerate(todo)
        if not step.file
    }
    return _problems(page, went)


def follow_here(page: Path) -> list[str]:
    """Do the same in the working folder and in this process, of a page that has no other programs than ours."""
    went = {}
    for step in steps(page.read_text("utf-8")):
        if step.file:
            Path(step.file).write_text(step.text, "utf-8")
        else:
            program, *arguments = shlex.split(step.text.replace("\\\n", " "))
            assert program == "communique", step
            done = CliRunner().invoke(cli, arguments)
            went[step] = (done.output, done.exit_code)
    return _problems(page, went)


def _problems(page: Path, went: Mapping[Step, tuple[str, int]]) -> list[str]:
    """Return what came otherwise than a page says, from what each command printed and the code it ended with."""
    return [
        f"{page.relative_to(DOCS)}:{step.line}: {step.text}\n{problem}"
        for step, (printed, code) in went.items()
        if (problem := _problem(step, printed, code))
    ]


def _problem(step: Step, printed: str, code: int) -> str:
    """Return what is wrong with how a command went, or nothing."""
    if code != step.code or "Traceback" in printed:
        return f"ended with {code} and not {step.code}:\n{printed}"
    if step.prints is not None and not _matches(step.prints, printed):
        return f"printed:\n{printed}\nand not:\n{step.prints}"
    return ""


def _matches(wanted: str, printed: str) -> bool:
    """Say whether output is as shown, where a line of `…` stands for any lines and `…` in a line for any words."""
    parts = []
    for line in wanted.splitlines():
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(r".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ ]*\n")
    if printed and not printed.endswith("\n"):
        printed += "\n"
    return re.fullmatch("".join(parts), printed) is not None


def make_programs(folder: Path, packages: Path) -> None:
    """Put `communique`, `python` and `pip` into a folder; what is installed goes into another, without the network."""
    folder.mkdir()
    python = shlex.quote(sys.executable)
    offline = "--quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation"
    for name, command in (
        ("communique", f'{python} -m tui "$@"'),
        ("python", f'{python} "$@"'),
        ("pip", f'{python} -m pip "$@" {offline} --target {shlex.quote(str(packages))}'),
    ):
        program = folder / name
        program.write_text(f"#!/bin/sh\nexec {command}\n", "utf-8")
        program.chmod(0o755)
