"""What docs/how-to/brief.md and since.md tell a reader to type works, and the pictures are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from tests.projections.telling import seed
from tui.cli import cli

HOW_TO: Final = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGES: Final = ("brief.md", "since.md")


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (HOW_TO / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def _in_a_folder_with_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed("us-niger", tmp_path)
    (tmp_path / "log.db").rename(tmp_path / "negotiations.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_every_command_works(page: str, tmp_path: Path) -> None:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    assert len(lines) >= 4
    for line in lines:
        words = shlex.split(line.partition(" > ")[0])
        assert words[0] == "communique"
        done = CliRunner().invoke(cli, words[1:])
        assert done.exit_code == 0, (line, done.output)
        assert done.output
    assert (tmp_path / "us-niger.html").is_file() == (page == "brief.md")


def test_the_program_in_python_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = blocks("brief.md", "python")
    exec(compile(program, "brief.md", "exec"), {})  # noqa: S102 - the page's own
    shown = capsys.readouterr().out
    assert shown.startswith("# United States and Niger")
    assert "Made for the committee's meeting of 14 May." in shown
    assert (tmp_path / "us-niger.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("page", PAGES)
def test_pictures_and_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", (HOW_TO / page).read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (HOW_TO / target).exists()] == []
