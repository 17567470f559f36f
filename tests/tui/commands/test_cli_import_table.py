"""`import table`: rows become entries by a map; what is wrong is told, kept apart, and can be imported once mended."""

from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tracker.log import EventLog
from tracker.scripts.script import record_file
from tracker.scripts.tables.importing import TableSource, import_table

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke

MAP: Final = """\
negotiation = "lake"
title = "Lake accord"
source = "gazette"
null = ["-"]

[[register]]
event = "SourceRegistered"
source = "gazette"
publisher = "Gazette"

[[register]]
event = "PartyAdded"
party = { from = "Who", lookup = "iso3166" }
name = "{Who}"

[[entry]]
event = "StatementMade"
id = "s{No}"
occurred = { from = "When", date = "ymd" }
party = { from = "Who", lookup = "iso3166" }
text = { from = "What", squeeze = true }
evidence = "gazette"
"""
#: Rows of a file that is long enough to be timed.
LONG: Final = 20_000
ROWS: Final = "No,When,Who,What,Page\n1,2021-05-03,Norway,We  agree,7\n2,2021-05-04,Sweden,-,8\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("map.toml").write_text(MAP, "utf-8")
    Path("rows.csv").write_text(ROWS, "utf-8")


def table(invoke: Invoke, *words: object, code: int = 0) -> dict[str, Any]:
    """Import a table and return its document."""
    done = invoke("import", "table", *words, "--json")
    assert done.exit_code == code, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["rows"] == document["used"] + document["filtered"] + document["rejected_rows"]
    return document


def entries(invoke: Invoke, negotiation: str = "lake") -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in map(json.loads, invoke("log", negotiation, "--jsonl").stdout.splitlines())}


def test_rows_become_entries_and_a_second_run_adds_nothing(invoke: Invoke) -> None:
    first = table(invoke, "rows.csv", "--map", "map.toml", "--by", "ada")
    assert (first["rows"], first["used"], first["recorded"], first["entries"]) == (2, 2, 6, 6)
    assert first["unmapped"] == ["Page"]
    assert first["rejects"] is None
    found = entries(invoke)
    assert found["s1"]["text"] == "We agree"
    assert "text" not in found["s2"]
    assert found["s2"]["party"] == "SWE"
    assert found["s1"]["recorded_by"] == "ada"
    again = table(invoke, "rows.csv", "--map", "map.toml")
    assert (again["recorded"], again["already"], again["entries"]) == (0, 6, 6)


def test_a_row_that_a_person_has_retracted_stays_so_and_is_told(invoke: Invoke) -> None:
    table(invoke, "rows.csv", "--map", "map.toml")
    invoke("add", "EntryRetracted", "-n", "lake", "entry=s1", "reason=a misreading")
    again = table(invoke, "rows.csv", "--map", "map.toml")
    assert (again["recorded"], len(again["warnings"])) == (0, 1)
    assert "s1" in again["warnings"][0]


def test_a_preview_is_a_script_that_records_to_the_same(invoke: Invoke, tmp_path: Path) -> None:
    script = invoke("import", "table", "rows.csv", "--map", "map.toml", "--preview", "9", "--jsonl").stdout
    assert not Path("negotiations.db").exists()
    Path("script.jsonl").write_text(script, "utf-8")
    invoke("record", "script.jsonl")
    table(invoke, "rows.csv", "--map", "map.toml", "--log", tmp_path / "other.db")
    with EventLog.open("negotiations.db") as one, EventLog.open("other.db") as other:
        assert [item.event for item in one.read()] == [item.event for item in other.read()]
    shown = invoke("import", "table", "rows.csv", "--map", "map.toml", "--preview", "1").stdout
    assert "rows.csv:2: StatementMade\n" in shown
    assert "s2" not in shown


def test_the_ids_of_registrations_are_slugs_too(invoke: Invoke) -> None:
    Path("map.toml").write_text(MAP.replace('name = "{Who}"', 'name = "{Who}"\nid = "party {Who}"'), "utf-8")
    table(invoke, "rows.csv", "--map", "map.toml")
    assert {"party-norway", "party-sweden", "s1", "s2"} <= entries(invoke).keys()


def test_trying_out_records_nothing(invoke: Invoke) -> None:
    would = table(invoke, "rows.csv", "--map", "map.toml", "--dry-run")
    assert (would["recorded"], would["dry_run"]) == (6, True)
    assert not Path("negotiations.db").exists()


def test_rejected_rows_are_kept_as_they_were_and_taken_once_they_are_mended(invoke: Invoke) -> None:
    text = ROWS.replace("Sweden", "Svea") + '3,"4 May, 2021",Norway,"a ""b""; c",9\n'
    Path("rows.csv").write_text(text.replace(",", ";").replace('"4 May; 2021"', "4 May 2021"), "cp1252")
    done = table(invoke, "rows.csv", "--map", "map.toml", "--encoding", "cp1252", "--rejects", "bad.csv", code=1)
    assert (done["used"], done["rejected_rows"], done["rejects"]) == (1, 2, "bad.csv")
    assert done["unmatched"] == {"iso3166": {"Svea": 1}}
    assert [(error["line"], error["field"]) for error in done["errors"]] == [(3, "party"), (4, "occurred")]
    rejected = Path("bad.csv").read_text("cp1252")
    header, *rows = csv.reader(rejected.splitlines(), delimiter=";")
    assert header == ["_file", "_row", "_reason", "No", "When", "Who", "What", "Page"]
    assert [row[:2] for row in rows] == [["rows.csv", "2"], ["rows.csv", "3"]]
    assert rows[1][3:] == ["3", "4 May 2021", "Norway", 'a "b"; c', "9"]
    assert rows[1][2].startswith("occurred: '4 May 2021' is no date as ymd")
    Path("bad.csv").write_text(rejected.replace("Svea", "Sweden").replace(";4 May 2021", ";2021-05-04"), "cp1252")
    mended = table(invoke, "bad.csv", "--map", "map.toml", "--encoding", "cp1252")
    assert (mended["rows"], mended["used"]) == (2, 2)
    assert {"s1", "s2", "s3"} <= entries(invoke).keys()


def test_a_row_with_one_bad_entry_is_rejected_whole_and_the_others_stay(invoke: Invoke) -> None:
    Path("map.toml").write_text(
        MAP + '[[entry]]\nevent = "DenialIssued"\nwhen = { Page = "8" }\nparty = "NOR"\nof = "nobody"\n', "utf-8"
    )
    done = table(invoke, "rows.csv", "--map", "map.toml", code=1)
    assert (done["used"], done["rejected_rows"]) == (1, 1)
    assert "s2" not in entries(invoke)
    # Nothing that only the rejected row needed is registered.
    assert not any(one.get("party") == "SWE" for one in entries(invoke).values())


def test_faults_of_a_map_are_told_at_once_with_their_lines_and_nothing_is_recorded(invoke: Invoke) -> None:
    Path("map.toml").write_text(
        MAP.replace("StatementMade", "StatementMad")
        .replace('"{Who}"', '"{Whom}"')
        .replace('lookup = "iso3166"', 'lookup = "iso"', 1)
        .replace('publisher = "', 'publishers = "'),
        "utf-8",
    )
    done = invoke("import", "table", "rows.csv", "--map", "map.toml")
    assert done.exit_code == 1
    assert [line.partition(";")[0] for line in done.stderr.splitlines()] == [
        "map.toml:9: register.0.publishers: SourceRegistered has no field 'publishers'",
        "map.toml:13: register.1.party.lookup: there is no lookup 'iso'",
        "map.toml:14: register.1.name: the table has no column 'Whom'",
        "map.toml:17: entry.0.event: unknown event type 'StatementMad'",
    ]
    assert not Path("negotiations.db").exists()


def test_faults_of_keys_and_kinds_do_not_hide_those_of_names_and_columns(invoke: Invoke) -> None:
    more = "[[register]]\nevent = 'AgreementSigned'\n[[register]]\nevent = 'MatterAdded'\n"
    Path("map.toml").write_text(
        f"colour = 'red'\n{MAP.replace('{What}', '{Whom}').replace('When', 'Wen')}{more}", "utf-8"
    )
    done = invoke("import", "table", "rows.csv", "--map", "map.toml")
    assert [line.partition(";")[0] for line in done.stderr.splitlines()] == [
        "map.toml:1: colour: unknown key",
        "map.toml:20: entry.0.occurred.from: the table has no column 'Wen'",
        "map.toml:25: register.2.event: 'AgreementSigned' is not one of PartyAdded, MatterAdded, SourceRegistered",
        "map.toml:26: register.3.matter: is required by MatterAdded",
    ]


def test_a_newer_table_is_told_how_it_is_imported(invoke: Invoke) -> None:
    table(invoke, "rows.csv", "--map", "map.toml", "--published", "2021-06-01")
    done = invoke("import", "table", "rows.csv", "--map", "map.toml")
    assert done.exit_code == 1
    assert "rows.csv:2: id: 's1' is the id of another entry already; import a new version of the table" in done.stderr
    assert "--update --published DAY, and the same version with the --published of the first time" in done.stderr


def test_what_the_rows_of_one_line_share_is_told_once(invoke: Invoke) -> None:
    Path("wide.csv").write_text("When,Who,Jan,Feb,Mar\nsoon,Norway,1,x,3\n2021-05-03,Norway,1,2,3\n", "utf-8")
    wide = MAP.replace("null =", 'unpivot = { keep = ["When", "Who"], name = "No", value = "What" }\nnull =')
    Path("map.toml").write_text(wide, "utf-8")
    done = table(invoke, "wide.csv", "--map", "map.toml", "--rejects", "bad.csv", code=1)
    assert (done["rows"], done["used"], done["rejected_rows"], len(done["errors"])) == (6, 3, 3, 1)
    assert Path("bad.csv").read_text("utf-8").count("is no date as ymd") == 1
    Path("bad.csv").write_text(Path("bad.csv").read_text("utf-8").replace(",soon,", ",2021-05-04,"), "utf-8")
    assert table(invoke, "bad.csv", "--map", "map.toml")["used"] == 3


def test_what_entries_of_a_row_share_is_told_once(invoke: Invoke) -> None:
    common = "[common]\noccurred = { from = 'When', date = 'dmy' }\n[[entry]]"
    twice = MAP.replace("occurred = {", "#").replace("[[entry]]", common)
    again = "[[entry]]\nevent = 'NegotiationConcluded'\n"
    Path("map.toml").write_text(f"{twice}{again}", "utf-8")
    assert len(table(invoke, "rows.csv", "--map", "map.toml", code=1)["errors"]) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "negotiation = 'x'\n[[entry]]\nevent = 'NegotiationConcluded'\nnote = 'a {No'\n",
            "map.toml:4: entry.0.note: has a brace that is not closed",
        ),
        (
            "negotiation = 'x'\n[lookup.a]\nfile = 'no.csv'\nkey = 'a'\nvalue = 'b'\n",
            "map.toml:2: lookup.a: no.csv: No such file or directory",
        ),
        ("negotiation = 'x'\nnul = ['-']\n", "map.toml:2: nul: unknown key; did you mean 'null'?"),
        ("negotiation = \n", "map.toml:1: is not TOML: Invalid value"),
        ("negotiation = 'x'\n[[entry]]\nwhen = {}\n", "map.toml:2: entry.0.event: is required"),
        ("negotiation = 'x'\n", "map.toml: entry: is required"),
        ("[[entry]]\nevent = 'AgreementNegotiated'\nagreement = '{No}'\n", "map.toml: negotiation: is required"),
        (
            "negotiation = 'x'\n[[entry]]\nevent = 'StatementMade'\noccurred = { from = 'When', date = 'dym' }\n",
            "map.toml:4: entry.0.occurred.date: 'dym' is no form of dates",
        ),
        ("negotiation = 'x'\n[[entry]]\nevent = 'StatementMade'\n", "map.toml:2: entry.0.party: is required by"),
        ("negotiation = 'x'\nwhere = { Nothing = true }\n[[entry]]\n", "map.toml:3: entry.0.event: is required"),
        (
            "negotiation = 'x'\n[cells.a]\nfrom = 'When'\nmatch = '('\n[[entry]]\nevent = 'NegotiationConcluded'\n",
            "map.toml:4: cells.a.match: is no regular expression",
        ),
    ],
)
def test_a_fault_says_where_and_what(text: str, told: str, invoke: Invoke) -> None:
    Path("map.toml").write_text(text, "utf-8")
    done = invoke("import", "table", "rows.csv", "--map", "map.toml")
    assert done.exit_code == 1
    assert told in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rows.csv"], "a table needs --map MAP"),
        (["rows.csv", "--map", "nothing"], "there is no map nothing"),
        (["rows.csv", "--map", "icew"], "did you mean 'icews'?"),
        (["none.csv", "--map", "icews"], "there is no file none.csv"),
        (["--map", "icews"], "name the table's FILE"),
        (["rows.csv", "--map", "map.toml", "--update"], "--update needs --published DAY"),
        (["rows.csv", "--map", "map.toml", "--published", "2024-05"], "is no day"),
        (["rows.csv", "--map", "map.toml", "--published", "1/2/2021"], "is no day: write it as 2024-05-01; see"),
        (["rows.csv", "--map", "map.toml", "--rejects", "no/bad.csv"], "there is no folder no; make it"),
        (["rows.xlsx", "--map", "map.toml"], "rows.xlsx is a workbook; save its sheet as CSV"),
        (["rows.csv", "--map", "map.toml", "--encoding", "nothing"], "there is no encoding 'nothing'"),
        (["rows.csv", "--map", "map.toml", "--rejects", "rows.csv"], "rows.csv is the table itself"),
    ],
)
def test_wrong_usage_is_told(words: list[str], told: str, invoke: Invoke) -> None:
    Path("rows.xlsx").touch()
    done = invoke("import", "table", *words)
    assert (done.exit_code, told in done.stderr) == (2, True), done.output


def test_what_goes_with_a_table_is_refused_elsewhere(invoke: Invoke) -> None:
    done = invoke("import", "bundle", "x.bundle", "--map", "icews")
    assert (done.exit_code, "--map goes with import table" in done.stderr) == (2, True)


def test_a_european_table_is_read_as_it_is(invoke: Invoke) -> None:
    Path("figures.csv").write_text(
        "sep=;\nN°;Signé le;État;Tonnes\n1;03/05/2021;Côte d'Ivoire;1.234,5\n2;4.5.2021;Türkiye;12\n", "cp1252"
    )
    Path("map.toml").write_text(
        """negotiation = "grain"
encoding = "cp1252"
decimal = ","
thousands = "."
[[register]]
event = "PartyAdded"
party = { from = "État", lookup = "iso3166" }
[cells.who]
from = { from = "État", lookup = "iso3166" }
match = "(?P<id>.+)"
[[entry]]
event = "FigureReported"
id = "f{N°}"
occurred = { from = "Signé le", date = "dmy" }
about = "party:{who.id}"
quantity = "shipped"
figure = { value = { from = "Tonnes", number = true }, unit = "t" }
""",
        "utf-8",
    )
    assert table(invoke, "figures.csv", "--map", "map.toml")["used"] == 2
    found = entries(invoke, "grain")
    assert found["f1"]["occurred"] == "2021-05-03"
    assert found["f1"]["figure"] == {"value": 1234.5, "unit": "t"}
    assert found["f2"]["about"] == "party:TUR"
    told = invoke("import", "table", "figures.csv", "--map", "map.toml", "--encoding", "utf-8")
    assert (told.exit_code, "0xb0 is not utf-8; give the table's --encoding" in told.stderr) == (1, True)


def test_serial_dates_of_a_spreadsheet_are_read_where_the_map_says_so(invoke: Invoke) -> None:
    Path("rows.tsv").write_text(
        ROWS.replace(",", "\t").replace("2021-05-03", "44319").replace("2021-05-04", "44320.25")
    )
    Path("map.toml").write_text(MAP.replace('date = "ymd"', 'date = "excel"'), "utf-8")
    table(invoke, "rows.tsv", "--map", "map.toml")
    found = entries(invoke)
    assert (found["s1"]["occurred"], found["s2"]["occurred"]) == ("2021-05-03", "2021-05-04")


def test_the_shipped_maps_are_listed(invoke: Invoke) -> None:
    listed = json.loads(invoke("import", "table", "--list-maps", "--json").stdout)["maps"]
    assert {"pax", "uk-treaties", "untc", "icews", "polecat", "gdelt", "ucdp-ged", "un-troops", "zotero"} == {
        one["map"] for one in listed
    }
    assert all(one["reads"].endswith(".") for one in listed)


def test_sources_go_to_a_reference_manager_and_come_back(invoke: Invoke, tmp_path: Path) -> None:
    told = {
        "gazette": {"publisher": "Gazette", "title": "Talks", "author": "Jo Doe", "language": "en", "kind": "press"},
        "accord": {
            "publisher": "Lake Commission",
            "published": "2021-05",
            "kind": "primary",
            "url": "https://example.org/a",
        },
        "note": {"title": "A note", "published": "2021-05-03/2021-05-05", "captured_at": "2021-06-01T08:30:00Z"},
        "seen": {"title": "Another", "captured_at": "2021-06-02"},
    }
    for source, fields in told.items():
        words = [f"{name}={value}" for name, value in {"source": source, **fields}.items()]
        invoke("add", "SourceRegistered", "-n", "lake", *words)
    invoke("export", "csl", "lake", "--output", "lake.json")
    done = table(invoke, "lake.json", "--map", "zotero", "--negotiation", "lake", "--log", tmp_path / "other.db")
    assert (done["used"], done["unmapped"]) == (4, [])
    lines = invoke("log", "lake", "--jsonl", "--log", tmp_path / "other.db").stdout.splitlines()
    found = [entry for entry in map(json.loads, lines) if entry["event"] == "SourceRegistered"]
    assert {one["source"]: {name: one.get(name) for name in told[one["source"]]} for one in found} == told


# ── versions ──

HEADER: Final = "PP,AgtId,Agt,Dat\n"
VERSIONS: Final = {
    "2021-01-01": HEADER + "1,10,First accord,01/02/1990\n1,11,Second accord,03/02/1990\n2,20,Isle pact,05/06/1999\n",
    # A date and a title are corrected, a row has vanished, one has moved, and one is new.
    "2022-01-01": HEADER
    + "1,10,First accord of all,02/02/1990\n2,11,Second accord,03/02/1990\n1,12,Third,09/09/2020\n",
    # What vanished is there again, with another title; what moved is back; a date is gone.
    "2023-01-01": HEADER + "1,10,First accord of all,\n1,11,Second accord,03/02/1990\n2,20,Isle treaty,05/06/1999\n",
}
VERSIONED: Final = """\
negotiation = "pp-{PP}"
title = "Process {PP}"
source = "accords"

[[register]]
event = "SourceRegistered"
source = "accords"
publisher = "Accords"

[[entry]]
event = "AgreementNegotiated"
id = "a{AgtId}"
occurred = { from = "Dat", date = "dmy" }
agreement = "pax-{AgtId}"
title = "{Agt}"
evidence = [{ source = "accords", locator = "{AgtId}" }]
"""


def stands(invoke: Invoke, *words: object) -> dict[str, Any]:
    """Return what stands of each negotiation, without what tells one log from another."""
    found = {}
    for negotiation in ("pp-1", "pp-2"):
        done = invoke("status", negotiation, "--json", *words)
        document = json.loads(done.stdout)
        found[negotiation] = {name: document[name] for name in ("title", "agreements", "matters", "last")}
    return found


def test_each_version_of_a_table_comes_back_by_when_it_was_known(invoke: Invoke, tmp_path: Path) -> None:
    Path("map.toml").write_text(VERSIONED, "utf-8")
    counts = []
    for day, rows in VERSIONS.items():
        Path("accords.csv").write_text(rows, "utf-8")
        words = ("accords.csv", "--map", "map.toml", "--update", "--published", day)
        done = table(invoke, *words)
        counts.append(tuple(done[name] for name in ("corrected", "retracted", "restored")))
        again = table(invoke, *words)
        assert (again["recorded"], again["corrected"], again["retracted"], again["restored"]) == (0, 0, 0, 0)
    assert counts == [(0, 0, 0), (1, 2, 0), (2, 2, 2)]
    for day, rows in VERSIONS.items():
        log = tmp_path / f"{day}.db"
        Path("accords.csv").write_text(rows, "utf-8")
        table(invoke, "accords.csv", "--map", "map.toml", "--published", day, "--log", log)
        alone = stands(invoke, "--log", log)
        assert {name: one["agreements"] for name, one in stands(invoke, "--known-by", day).items()} == {
            name: one["agreements"] for name, one in alone.items()
        }
    Path("accords.csv").write_text(VERSIONS["2021-01-01"], "utf-8")
    older = invoke("import", "table", "accords.csv", "--map", "map.toml", "--update", "--published", "2022-06-01")
    assert (older.exit_code, "is before 2023-01-01" in older.stderr) == (2, True)


def test_a_row_that_is_rejected_is_not_taken_for_one_that_vanished(invoke: Invoke) -> None:
    Path("map.toml").write_text(VERSIONED, "utf-8")
    Path("accords.csv").write_text(VERSIONS["2021-01-01"], "utf-8")
    table(invoke, "accords.csv", "--map", "map.toml", "--published", "2021-01-01")
    Path("accords.csv").write_text(VERSIONS["2021-01-01"].replace("03/02/1990", "1990"[:2]), "utf-8")
    words = ("accords.csv", "--map", "map.toml", "--update", "--published", "2022-01-01")
    assert table(invoke, *words, code=1)["retracted"] == 0
    Path("accords.csv").write_text(VERSIONS["2021-01-01"].replace("03/02/1990", "04/02/1990"), "utf-8")
    assert table(invoke, *words)["corrected"] == 1


def test_a_map_whose_ids_need_suffixes_takes_no_new_versions(invoke: Invoke) -> None:
    Path("map.toml").write_text(VERSIONED.replace('"a{AgtId}"', '"a"'), "utf-8")
    Path("accords.csv").write_text(VERSIONS["2021-01-01"], "utf-8")
    table(invoke, "accords.csv", "--map", "map.toml", "--published", "2021-01-01")
    assert {"a", "a-2"} <= entries(invoke, "pp-1").keys()
    words = ("accords.csv", "--map", "map.toml", "--update", "--published", "2022-01-01")
    done = invoke("import", "table", *words)
    assert (done.exit_code, "need suffixes" in done.stderr) == (1, True)
    Path("map.toml").write_text(VERSIONED.replace('id = "a{AgtId}"', "").replace('source = "accords"\n\n', "\n", 1))
    told = invoke("import", "table", *words).stderr
    assert "entry.0.id: is required by --update" in told
    assert "map.toml: source: is required by --update" in told


# ── what people have, whole ──


@pytest.mark.long
@pytest.mark.parametrize("name", ["icews14_valid.txt", "icews05-15_test.txt"])
def test_a_file_of_icews_is_imported_whole_and_about_as_fast_as_a_script(
    name: str, shared: Path, invoke: Invoke, tmp_path: Path
) -> None:
    file = shared / "data" / "icews" / name
    count = file.read_bytes().count(b"\n")
    Path("script.jsonl").write_text(
        invoke("import", "table", file, "--map", "icews", "--preview", str(count), "--jsonl").stdout, "utf-8"
    )
    took = {}
    for attempt in range(2):
        with EventLog.open(tmp_path / f"script-{attempt}.db") as log:
            before = time.process_time() + sum(os.times()[2:4])
            record_file(log, Path("script.jsonl"))
            script = time.process_time() + sum(os.times()[2:4]) - before
        with EventLog.open(tmp_path / f"table-{attempt}.db") as log:
            before = time.process_time() + sum(os.times()[2:4])
            done = import_table(log, TableSource((file,), "icews"))
            took[attempt] = (time.process_time() + sum(os.times()[2:4]) - before) / script
            assert (done.rows, done.used, done.rejected, done.count) == (count, count, 0, count + 2)
            again = import_table(log, TableSource((file,), "icews"))
            assert (again.count, again.already) == (0, count + 2)
    # Of a short file most is the start of the processes that help, which beside other work varies by as much.
    assert min(took.values()) <= (1.5 if count > LONG else 3), took


@pytest.mark.long
def test_the_sample_of_gdelt_is_imported_whole(shared: Path, invoke: Invoke) -> None:
    file = shared / "data" / "gdelt" / "mentions_sample.csv"
    done = table(invoke, file, "--map", "gdelt")
    assert (done["rows"], done["used"], done["rejected_rows"]) == (1635, 1635, 0)
    assert table(invoke, file, "--map", "gdelt")["recorded"] == 0


def test_rows_are_proposed_as_drafts_and_recorded_once_a_person_accepts_them(invoke: Invoke) -> None:
    done = invoke("import", "table", "rows.csv", "--map", "map.toml", "--draft", "--json", "--by", "converter")
    proposed = json.loads(done.stdout)
    assert (proposed["invalid"], done.exit_code) == (0, 0)
    assert invoke("log", "lake").exit_code != 0
    again = json.loads(invoke("import", "table", "rows.csv", "--map", "map.toml", "--draft", "--json").stdout)
    assert (again["drafted"], again["already"]) == (0, proposed["drafted"])
    decided = json.loads(invoke("review", "--all", "--drafted-by", "converter", "--accept", "--json").stdout)
    assert decided["accepted"] == proposed["drafted"]
    found = entries(invoke)
    assert found["s1"]["text"] == "We agree"
    assert found["s1"]["drafted_by"] == "converter"
    wrong = invoke(
        "import", "table", "rows.csv", "--map", "map.toml", "--draft", "--update", "--published", "2024-05-01"
    )
    assert (wrong.exit_code, "--update" in wrong.stderr) == (2, True)


def test_what_the_log_has_is_not_proposed(invoke: Invoke) -> None:
    party = {"event": "PartyAdded", "negotiation": "lake", "party": "NOR", "name": "Kingdom of Norway"}
    opened = {"event": "NegotiationOpened", "negotiation": "lake", "title": "Another title"}
    Path("log.jsonl").write_text(f"{json.dumps(opened)}\n{json.dumps(party)}\n", "utf-8")
    invoke("record", "log.jsonl")
    done = invoke("import", "table", "rows.csv", "--map", "map.toml", "--draft", "--json")
    proposed = json.loads(done.stdout)
    assert (done.exit_code, proposed["errors"], proposed["already"]) == (0, [], 2)
    drafts = json.loads(invoke("drafts", "--json").stdout)["drafts"]
    assert [draft["entry"]["event"] for draft in drafts] == [
        "SourceRegistered",
        "StatementMade",
        "PartyAdded",
        "StatementMade",
    ]


def test_entries_that_were_recorded_otherwise_are_not_proposed(invoke: Invoke) -> None:
    recorded = table(invoke, "rows.csv", "--map", "map.toml")["recorded"]
    proposed = json.loads(invoke("import", "table", "rows.csv", "--map", "map.toml", "--draft", "--json").stdout)
    assert (proposed["drafted"], proposed["already"]) == (0, recorded)


@pytest.mark.parametrize("way", ["--draft", "--preview=9"])
def test_drafts_and_previews_tell_once_what_the_rows_of_one_line_share(way: str, invoke: Invoke) -> None:
    Path("wide.csv").write_text("When,Who,Jan,Feb,Mar\nsoon,Norway,1,x,3\n2021-05-03,Norway,1,2,3\n", "utf-8")
    wide = MAP.replace("null =", 'unpivot = { keep = ["When", "Who"], name = "No", value = "What" }\nnull =')
    Path("map.toml").write_text(wide, "utf-8")
    done = invoke("import", "table", "wide.csv", "--map", "map.toml", way, "--json")
    assert (done.exit_code, done.stderr.count("is no date as ymd")) == (1, 1)
    assert len(json.loads(done.stdout)["errors"]) == 1
