"""The count of characters on the page about a saved page is that of what the page says to type."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

import yaml

from tests.docs.pages import DOCS

PAGE: Final = (DOCS / "how-to" / "from-a-page-to-entries.md").read_text("utf-8")


def _block(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def _cells(claims: list[dict[str, Any]], digest: str) -> set[str]:
    """Return the cells of a sheet with the same content, each text once: what repeats is filled down."""
    found = {"us-niger", "2024-05-19", "2024-05-20", "en", "The Gazette", "Delegations meet in Niamey", digest}
    for claim in claims:
        (evidence,) = claim.pop("evidence", [{}])
        parts = (claim.values(), (evidence.get("quote"), evidence.get("attributed_to")))
        found |= {str(value) for part in parts for value in part if value is not None}
    return found


def test_the_characters_are_counted_on_both_sides() -> None:
    script = _block("yaml claims.yaml")
    commands = [
        *re.findall(r"^(communique source .*|export .*)$", PAGE, re.MULTILINE),
        *re.findall(r"^\$ (communique .*)$", PAGE, re.MULTILINE),
    ]
    here = sum(map(len, commands)) + len(re.sub(r"\s+", " ", script))
    digest = hashlib.sha256(_block("html page.html").encode()).hexdigest()
    sheet = sum(map(len, _cells(yaml.safe_load(script)[1:], digest)))
    shown = [int(number) for number in re.findall(r"^\| (?:here|in the sheet).*\| (\d+) \|$", PAGE, re.MULTILINE)]
    assert shown == [here, sheet]
