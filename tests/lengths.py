"""What `make test` tries of many cases, and what it leaves to `make check-long`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def in_short(values: Iterable[Any], *few: Any) -> list[Any]:  # noqa: ANN401 - whatever a test is given
    """Return parameters of which only a few are tried by `make test`, and all by `make check-long`."""
    return [value if value in few else pytest.param(value, marks=pytest.mark.long) for value in values]


def one_in(step: int, rows: Iterable[Sequence[Any]]) -> list[Any]:
    """Return rows of parameters of which `make test` tries the first and each one so many after it."""
    return [pytest.param(*row, marks=[pytest.mark.long] if number % step else []) for number, row in enumerate(rows)]
