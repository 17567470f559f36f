from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tracker.errors import NameUnknownError
from tracker.scripts.reading import seed_path, seeds

CHECKOUT: Final = Path(__file__).resolve().parents[3]


def test_the_worked_example_is_bundled() -> None:
    assert "us-niger" in seeds()
    assert seeds() == sorted(seeds())


def test_a_checkout_uses_its_own_seeds() -> None:
    assert seed_path("us-niger") == CHECKOUT / "seeds" / "us-niger.jsonl"


@pytest.mark.parametrize("name", seeds())
def test_every_name_has_a_script(name: str) -> None:
    assert seed_path(name).is_file()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("us-nigr", "did you mean 'us-niger'?"),
        ("zzz", "bundled are: "),
        ("../us-niger", "us-niger"),
        ("", "bundled are: "),
    ],
)
def test_an_unknown_name_is_refused_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(NameUnknownError) as caught:
        seed_path(name)
    assert hint in str(caught.value)
