"""What is in the wheel that users install."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("communique-*.whl"))


def test_the_wheel_holds_the_packages_their_types_the_histories_and_the_maps(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"{package}/py.typed" for package in ("tracker", "projections", "tui")} <= names
    histories = {path.name for path in (CHECKOUT / "seeds").iterdir() if path.suffix in {".jsonl", ".yaml", ".csv"}}
    assert "us-niger.jsonl" in histories
    assert {f"tracker/_seeds/{name}" for name in histories} <= names
    maps = CHECKOUT / "tracker" / "scripts" / "tables" / "maps"
    assert {f"tracker/scripts/tables/maps/{path.name}" for path in maps.iterdir()} <= names
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"tracker", "projections", "tui"}


def test_an_installed_wheel_finds_its_histories(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from tracker.scripts.reading import seed_path, seeds\n"
        "print('\\n'.join(str(seed_path(name)) for name in seeds()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert tmp_path / "tracker" / "_seeds" / "us-niger.jsonl" in paths
    assert all(path.is_file() and path.is_relative_to(tmp_path) for path in paths)
