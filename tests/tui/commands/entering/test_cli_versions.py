"""Versions of a table by `import table --update`: what one changes again contradicts nothing, and each comes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from projections import Cut, claims
from tracker import EventLog
from tracker.events.acts import StatementMade

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke

MAP = """
negotiation = "accords"
title = "Accords"
source = "table"
[[register]]
event = "PartyAdded"
party = "NOR"
name = "Norway"
[[entry]]
event = "StatementMade"
party = "NOR"
id = "row-{No}"
occurred = { from = "Day", date = "ymd" }
text = "{Text}"
note = "{Note}"
"""
VERSIONS = {
    "2022-01-01": ("One", "first", "2021-05-01"),
    "2023-01-01": ("Two", "second", "2021-05-01"),
    "2024-01-01": ("Three", "second", "2021-05-01"),
    "2025-01-01": ("Three", "third", "2021-06-01"),
    "2026-01-01": ("One", "first", "2021-05-01"),
}


def _says(day: str) -> tuple[str | None, str | None, str]:
    with EventLog.open("negotiations.db", read_only=True) as log:
        reading = claims(log, "accords", Cut(known_by=day)).get("row-1")
    assert reading is not None
    assert isinstance(reading.event, StatementMade)
    return reading.event.text, reading.event.note, str(reading.event.occurred)


def test_a_table_in_five_versions_contradicts_itself_nowhere(invoke: Invoke) -> None:
    Path("map.toml").write_text(MAP, encoding="utf-8")
    for day, (text, note, occurred) in VERSIONS.items():
        Path("rows.csv").write_text(f"No,Day,Text,Note\n1,{occurred},{text},{note}\n", encoding="utf-8")
        words = ["import", "table", "rows.csv", "--map", "map.toml", "--published", day]
        done = invoke(*words, *(["--update"] if day > "2022-01-01" else []))
        assert done.exit_code == 0, done.output
        again = invoke(*words, "--update")
        assert "recorded 0" in again.stdout
    assert invoke("findings", "accords", "--fail").exit_code == 0
    assert {day: _says(day) for day in VERSIONS} == VERSIONS


def test_what_a_person_corrected_stays_beside_a_new_version(invoke: Invoke) -> None:
    Path("map.toml").write_text(MAP, encoding="utf-8")

    def take(day: str, text: str, note: str, *more: str) -> None:
        Path("rows.csv").write_text(f"No,Day,Text,Note\n1,2021-05-01,{text},{note}\n", encoding="utf-8")
        done = invoke("import", "table", "rows.csv", "--map", "map.toml", "--published", day, *more)
        assert done.exit_code == 0, done.output

    take("2022-01-01", "One", "first")
    take("2023-01-01", "Two", "second", "--update")
    mine = "EntryCorrected", "-n", "accords", "entry=row-1", "changes.note=mine", "published=2023-06-01"
    assert invoke("add", *mine).exit_code == 0
    take("2024-01-01", "Three", "second", "--update")
    assert _says("2024-01-01")[:2] == ("Three", "mine")
    assert _says("2023-02-01")[:2] == ("Two", "second")
