"""Every input that fuzzing has kept, run through what it is for."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.targets import TARGETS

CORPUS: Final = Path(__file__).parent / "corpus"


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_what_was_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNIQUE_NOW", "2026-01-02T12:00:00Z")
    kept = sorted((CORPUS / name).iterdir())
    assert len(kept) >= 10
    with closing(TARGETS[name]()) as target:
        for path in kept:
            target(path.read_bytes())
