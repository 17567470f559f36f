"""The counts of characters, keys and commands on the page about a saved page are those of what it says to type."""

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


#: Copying and pasting, of two keys each; filling a column down.
_TAKEN_OVER, _FILLED = 4, 2
#: Columns of the sheet, and those that are the same for each claim of a page, and for each claim of a day's work.
_COLUMNS, _OF_A_PAGE, _OF_ALL = 12, 5, 2


def _evidence(claim: dict[str, Any]) -> dict[str, str]:
    found: list[dict[str, str]] = claim.get("evidence", [{}])
    return found[0]


def _texts(claim: dict[str, Any]) -> set[str]:
    """Return what only a claim itself puts into cells."""
    evidence = _evidence(claim)
    own = [value for name, value in claim.items() if name != "evidence"]
    return {str(value) for value in (*own, evidence.get("attributed_to"), evidence.get("quote")) if value is not None}


def _keys(text: str, lines: int, taken_over: list[str]) -> int:
    """Return the keys of a text in some lines or cells, of which parts are taken over."""
    return len(text) - sum(map(len, taken_over)) + _TAKEN_OVER * len(taken_over) + lines


def _lines(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_characters_keys_and_commands_are_counted_on_both_sides() -> None:
    script = _block("yaml claims.yaml")
    commands = [
        *re.findall(r"^(communique source .*|export .*)$", PAGE, re.MULTILINE),
        *re.findall(r"^\$ (communique .*)$", PAGE, re.MULTILINE),
    ]
    digest = hashlib.sha256(_block("html page.html").encode()).hexdigest()
    defaults, *claims = yaml.safe_load(script)
    quotes = [found for claim in claims if (found := _evidence(claim).get("quote"))]
    page = {"2024-05-20", "en", "The Gazette", "Delegations meet in Niamey", digest}
    work = {str(value) for value in defaults["defaults"].values()}
    printing = "sha256sum page.html"
    pasted = ["The Gazette", "Delegations meet in Niamey", digest]

    typed = "".join((*commands, _lines(script)))
    here = [len(typed), _keys(typed, script.count("\n") + len(commands), quotes), len(commands)]
    cells = "".join({*page, *work}.union(*map(_texts, claims)))
    filled = _FILLED * (_OF_A_PAGE + _OF_ALL)
    ended = _COLUMNS * len(quotes) - (_OF_A_PAGE + _OF_ALL) * (len(quotes) - 1)
    sheet = [len(cells), _keys(cells, ended, [*quotes, *pasted]) + filled + len(printing) + 1, 1]

    one = next(claim for claim in claims if claim["event"] == "StrengthReported")
    (lines,) = re.findall(r"^- event: StrengthReported\n(?:  .*\n)+", script, re.MULTILINE)
    quote = [_evidence(one)["quote"]]
    more = [len(_lines(lines)), _keys(_lines(lines), lines.count("\n"), quote), 0]
    own = "".join(_texts(one))
    row = [len(own), _keys(own, _COLUMNS - _OF_A_PAGE - _OF_ALL, quote) + filled, 0]

    all_commands = "".join(commands)
    first = [more[0] + len(all_commands), more[1] + len(all_commands) + len(commands), len(commands)]
    new = own + "".join(page)
    fresh = _keys(new, _COLUMNS - _OF_ALL, [*quote, *pasted]) + _FILLED * _OF_ALL + len(printing) + 1
    shown = [
        [int(number) for number in numbers]
        for numbers in re.findall(r"^\| .*? \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    ]
    assert shown == [here, sheet, more, row, first, [len(new), fresh, 1]]
