"""What is in the wheel that users install."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
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
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name and ".data/" not in name}
    assert tops == {"tracker", "projections", "tui"}
    shared = {name.partition(".data/data/")[2] for name in names if ".data/" in name}
    assert shared == {f"share/man/man1/{path.name}" for path in (CHECKOUT / "docs" / "man").iterdir()}


@pytest.mark.long
def test_in_an_environment_of_its_own_it_shows_the_demo(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # What it depends on is taken from here: the network is not asked. What is installed there comes first.
    (packages,) = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    done = subprocess.run(
        [tmp_path / "venv" / "bin" / "communique", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("the log of this demonstration is ")
    assert "Status of forces agreement" in done.stdout
    assert (tmp_path / "venv" / "share" / "man" / "man1" / "communique.1").is_file()


@pytest.mark.long
def test_the_docs_are_built_from_the_source_distribution(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    (archive,) = tmp_path.glob("communique-*.tar.gz")
    shutil.unpack_archive(archive, tmp_path, filter="data")
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--strict"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "build" / "site" / "index.html").is_file()


@pytest.mark.long
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
