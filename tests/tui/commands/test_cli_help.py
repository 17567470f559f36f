"""Every verb explains itself, has examples that its options allow, and is documented."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

import click
import pytest

from tests.tui.cli_reference import PART, rendered, verbs
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tui.commands import VERBS
from tui.commands.options import NamedPath

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_explains_itself_with_examples(name: str, invoke: Invoke) -> None:
    done = invoke(name, "--help")
    assert done.exit_code == 0
    assert f"Usage: communique {name}" in done.stdout
    assert "Examples:" in done.stdout
    assert "--log WHERE" in done.stdout
    command = verbs()[name]
    assert (command.help or "").partition("\n")[0].endswith((".", ","))
    assert any(f"communique {name}" in example or name == "tui" for _, example in command.examples)


@pytest.mark.parametrize("name", VERBS)
def test_every_path_needs_a_name(name: str) -> None:
    paths = [param.type for param in verbs()[name].params if isinstance(param.type, click.Path)]
    assert all(isinstance(path, NamedPath) for path in paths)


@pytest.mark.parametrize("name", VERBS)
def test_every_option_is_described(name: str) -> None:
    command = verbs()[name]
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


#: A saved page, for the examples that read one.
PAGE: Final = "<!doctype html><title>Talks in Niamey</title><p>The talks went on."


@pytest.mark.long
@pytest.mark.parametrize(
    ("purpose", "example"),
    # Those about whole logs name places of their own: test_cli_stores.py and test_cli_joining.py run them; a server
    # does not end. Those about drafts need some: test_cli_drafts.py runs them, and test_fleet.py those of a fleet.
    [
        pair
        for name, verb in verbs().items()
        if name not in {"serve", "backup", "restore", "copy", "admin", "merge", "draft", "review", "mcp", "fleet"}
        for pair in verb.examples
    ],
)
def test_every_example_works(purpose: str, example: str, invoke: Invoke, own: Path) -> None:
    assert not purpose.endswith((".", ":"))
    if "communique" not in example:
        return
    words: list[object] = [*shlex.split(re.split(r" [|>] |\)\"", example[example.index("communique") :])[0])[1:]]
    if words[:1] == ["record"]:
        words = ["record", seed_path("panama-canal")]
    # A file that an example makes or reads is one of the test's own.
    own_files = ("us-niger.", "negotiations.sqlite", "tables-of-may")
    words = [own.with_name(str(word)) if str(word).startswith(own_files) else word for word in words]
    if words[0] == "source":
        own.with_name("us-niger.html").write_text(PAGE, "utf-8")
    own.with_name("us-niger.captures").mkdir()
    if words[:2] == ["import", "table"]:
        own.with_name("events.txt").write_text("France\tConsult\tNorway\t2014-02-12\n", "utf-8")
        words = [own.with_name(str(word)) if str(word) in {"events.txt", "bad.tsv"} else word for word in words]
    elif "--bundle" in words or words[0] == "import":
        kind, path = ("bundle", words[-1]) if words[0] != "import" else words[1:3]
        invoke("export", kind, "us-niger", "--output", path, "--log", own)
    if "tui" in words:
        assert invoke("--log", own, *words).stderr.startswith("error: the workspace needs a terminal")
        return
    if "demo" in words:
        words = ["demo", "--dir", own.parent, *words[3:]]
    else:
        words += ["--log", own]
    with EventLog.open(own, read_only=True) as log:
        words = [f"us-niger={log.heads()['us-niger']}" if "=3f1c" in str(word) else word for word in words]
    done = invoke(*words)
    assert done.exit_code == ("--fail-on" in words and bool(done.stdout)), done.output
    assert done.output


def test_the_group_lists_every_verb_and_what_it_does(invoke: Invoke) -> None:
    words = " ".join(invoke("--help").stdout.split())
    for name, place in VERBS.items():
        assert f"{name} {place.does}" in words


def test_the_reference_has_every_verb_as_it_is() -> None:
    PART.require(rendered())


def test_the_version_is_that_of_the_project(invoke: Invoke) -> None:
    import tomllib

    project = tomllib.loads((PART.document.parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert invoke("--version").stdout == f"communique {project['version']}\n"
