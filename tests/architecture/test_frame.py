"""The rules of the project's frame: what CONTRIBUTING.md asks of everyone, asked by a test."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("tracker", "projections", "tui")
MOST_LINES: Final = 400


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def test_a_file_has_one_subject_and_so_some_400_lines_at_most() -> None:
    lengths = {
        path.relative_to(CHECKOUT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for package in PACKAGES
        for path in (CHECKOUT / package).rglob("*.py")
    }
    assert lengths
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_ignored_rule_has_its_reason_beside_it() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8-type-checking]")]
    rules = [line.strip() for line in section.splitlines() if re.match(r'\s+"[A-Z]+[0-9]+"', line)]
    assert len(rules) > 10
    assert [line for line in rules if not re.fullmatch(r'"[A-Z]+[0-9]+", # \S.{10,}', line)] == []


def test_all_rules_are_selected_and_strictness_is_not_relaxed(pyproject: dict[str, Any]) -> None:
    tool = pyproject["tool"]
    assert tool["ruff"]["lint"]["select"] == ["ALL"]
    assert tool["ruff"]["lint"].get("preview", False) is False
    assert tool["mypy"]["strict"] is True
    assert {*PACKAGES, "tests"} <= set(tool["mypy"]["files"])
    assert tool["pytest"]["ini_options"]["filterwarnings"] == ["error"]
    assert tool["pytest"]["ini_options"]["xfail_strict"] is True
    assert {"--strict-markers", "--strict-config"} <= set(tool["pytest"]["ini_options"]["addopts"])


def test_ci_runs_the_checks_and_the_command_that_the_readme_gives() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    tests = [line for block in blocks for line in block.splitlines() if line.startswith("make test")]
    assert tests == ["make test"]
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    lines = script.splitlines()
    assert "set -euo pipefail" in lines
    assert [line for line in lines if re.match(r"\s*make\b", line)] == ["make check", *tests, "make check-long"]
    assert lines[-3:] == ["make check", *tests, "make check-long"], (
        "nothing may stand around them, nor follow and hide their exit code"
    )


def test_constraints_pin_every_dependency_exactly(pyproject: dict[str, Any]) -> None:
    lines = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+!]*", line)] == []
    pinned = {_normal(line.partition("==")[0]) for line in pins}
    project = pyproject["project"]
    wanted = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    names = {_normal(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]) for requirement in wanted}
    assert names - {"communique"} - pinned == set()


def test_the_default_install_stays_small(pyproject: dict[str, Any]) -> None:
    names = {
        _normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in pyproject["project"]["dependencies"]
    }
    assert names == {
        "click",
        "eventsourcing",
        "iso3166",
        "jinja2",
        "lxml",
        "platformdirs",
        "pydantic",
        "pyperclip",
        "pyyaml",
        "rapidfuzz",
        "regex",
        "sqlite-utils",
        "textual",
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
