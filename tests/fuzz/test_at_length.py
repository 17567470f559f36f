"""Very many made-up inputs: by hypothesis from what means something, and by atheris from what reaches new code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import FORMATS, TARGETS, CommandLine, Edtf, Script
from tests.tracker.scripts.test_script_fuzz import scripts
from tui.commands import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(3600)]

CORPUS: Final = Path(__file__).parent / "corpus"
CHECKOUT: Final = Path(__file__).resolve().parents[2]
RUNS: Final = 100_000
#: What the date of an entry is made of, and what it is not made of.
DATE_PIECES: Final = st.sampled_from(
    [*"0123456789XYET-:/~?%+Z.[]{},", "2024", "2024-02-29", "..", "T14:30", "\n", " ", "\u0662", "-0044", "Z", "+25:00"]
)
WORDS: Final = st.sampled_from(
    [
        *VERBS,
        *(
            "us-niger",
            "panama-canal",
            "sofa-revoked",
            "agreement:sofa-2012",
            "known:2024-05",
            "#3",
            "now",
            "NER",
            "2024~",
        ),
        *(
            "--json",
            "--jsonl",
            "--csv",
            "--plain",
            "--html",
            "--known-by",
            "--happened-by",
            "--recorded-by",
            "--without",
        ),
        *(
            "--by",
            "--from",
            "--to",
            "--head",
            "--fail",
            "--reverse",
            "--since",
            "--until",
            "--party",
            "--type",
            "--source",
        ),
        *(
            "-n",
            "3",
            "-",
            "--",
            "--help",
            "--dry-run",
            "--keep-going",
            "--output",
            "file.db",
            "party=NER",
            "evidence.0.x=y",
            "bundle",
            "script",
            "--fields",
        ),
    ]
)


@pytest.fixture(scope="module", autouse=True)
def _stopped_clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")
        yield


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    target = Script()
    yield target
    target.close()


@pytest.fixture(scope="module")
def command_line() -> Iterator[CommandLine]:
    target = CommandLine()
    yield target
    target.close()


@given(st.lists(DATE_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_dates(text: str) -> None:
    Edtf()(text.encode("utf-8", "replace"))


@given(number=st.integers(0, len(FORMATS) - 1), text=scripts)
def test_scripts(script: Script, number: int, text: bytes) -> None:
    script(bytes([number]) + text)


@given(words=st.lists(WORDS | st.text(max_size=8), max_size=7))
def test_command_lines(command_line: CommandLine, words: list[str]) -> None:
    command_line("\n".join(words).encode("utf-8", "replace"))


@pytest.mark.parametrize("name", TARGETS)
def test_what_reaches_new_code(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed here: the extra `fuzz` has it, where it can be had")
    shutil.copytree(CORPUS / name, tmp_path / "corpus")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.targets", name, str(tmp_path / "corpus"), f"-runs={RUNS}", "-max_len=4096"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, (
        said[-4000:] + "\nkeep it: " + ", ".join(path.name for path in tmp_path.glob("crash-*"))
    )
    assert f"Done {RUNS} runs" in said
