"""Words completed in the shell, from the table of verbs and from the log."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tui.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Invoke, Run


def asked(line: str) -> dict[str, str]:
    """Return the variables with which bash asks what it may offer at the end of a line."""
    return {
        "_COMMUNIQUE_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }


def completed(line: str, log: Path) -> list[str]:
    """Return what bash would be offered at the end of a line."""
    done = CliRunner().invoke(cli, env={**asked(line), "COMMUNIQUE_LOG": str(log)})
    assert (done.exit_code, done.stderr) == (0, "")
    return [offer.partition(",")[2] for offer in done.stdout.split()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("communique sta", ["status"]),
        ("communique status us-", ["us-niger"]),
        ("communique show us-niger sofa-rev", ["sofa-revoked"]),
        ("communique log us-niger --party N", ["NER"]),
        ("communique log us-niger --matter acc", ["accord"]),
        ("communique status us-niger --without politico-2024-05", ["politico-2024-05-10"]),
        ("communique log --type BaseRequestM", ["BaseRequestMade"]),
        ("communique add BaseRequestRef", ["BaseRequestRefused"]),
        ("communique add BaseRequestRefused -n us-", ["us-niger"]),
        ("communique add BaseRequestRefused prop", ["proposal="]),
        ("communique findings us-niger --kind over", ["overdue"]),
        ("communique schema TiesD", ["TiesDeepened"]),
        ("communique completion z", ["zsh"]),
        ("communique export time", ["timelinejs"]),
        ("communique import ", ["bundle", "script", "table"]),
    ],
)
def test_words_are_completed(line: str, expected: list[str], bundled: Path) -> None:
    assert completed(line, bundled) == expected


def test_a_process_of_its_own_says_the_same(communique: Run, bundled: Path) -> None:
    done = communique(variables={**asked("communique status us-"), "COMMUNIQUE_LOG": str(bundled)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "plain,us-niger\n", "")


@pytest.mark.parametrize("line", ["communique status ", "communique show us-niger ", "communique log --party "])
def test_what_goes_wrong_while_typing_is_not_worth_a_word(line: str, log_path: Path) -> None:
    assert completed(line, log_path) == []
    assert not log_path.exists()
    log_path.write_text("no log")
    assert completed(line, log_path) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str, invoke: Invoke, tmp_path: Path) -> None:
    done = invoke("completion", shell)
    assert done.exit_code == 0
    assert f"_COMMUNIQUE_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        script = tmp_path / "completion"
        script.write_text(done.stdout)
        subprocess.run([shell, "-n", script], check=True)
