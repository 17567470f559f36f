"""The maps that come with communique, each on made-up rows of the shape that its publisher gives its table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from tracker.codec import as_written
from tracker.scripts.tables.importing import TableSource, import_table

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.log import EventLog

#: File, its text, and what it makes: rows, used ones, and some entries by id (or by event) with some of their fields.
PAX: Final = """\
\ufeffCon,Contp,PP,PPName,Reg,AgtId,Ver,Agt,Dat,Status,Stage,ThrdPart
"Norway
United Kingdom",-,7,Fishery process,-,431,1,"Joint  statement
on nets",15/02/1990,-,Pre,-
"Papua New Guinea/(Lake Isles)",Government,9,Isles process,Asia,295,1,Agreement to end it,1990-03-01,signed,Pre,-
"""
GDELT_ROW: Final = [
    "7001",
    "20170701",
    *["-"] * 3,
    "NOR",
    "NORWAY",
    *[""] * 8,
    "",
    "",
    *[""] * 8,
    "1",
    "036",
    "036",
    "03",
]
GDELT: Final = "\t".join([*GDELT_ROW, *["1"] * 30, "20170702", "http://example.org/a"])
MENTIONS: Final = """\
globaleventid,eventtimedate,mentiontimedate,mentiontype,mentionsourcename,mentionidentifier,sentenceid,confidence,mentiondoctranslationinfo
7001,20170701210000,20170701234500,1,example.org,http://example.org/b,4,80,srclc:ara;eng:X
"""
POLECAT: Final = """\
Event ID\tEvent Date\tEvent Type\tEvent Mode\tContexts\tActor Name\tActor Country\t\
Recipient Name\tRecipient Country\tSource\tPublication Date
20230102-1\t2023-01-02\tCONSULT\tvisit\tmilitary\tForeign Ministry\tNOR\tNone\tSWE\tGazette\t2023-01-03
"""
UNTC: Final = """\
Participant,Signature,Provisional application(n),"Ratification, Acceptance(A), Accession(a)",Entry into force
Brazil,20 Nov 2001,-,24 Sep 2004,1 Jan 2005
Côte d'Ivoire [2],-,6 Nov 2001,14 Nov 2002 a,-
"""
UK: Final = {
    "id": "62863",
    "signed_event_date": "03/09/1783",
    "definative_eif_event_date": "12/05/1784",
    "signed_event_location": "Lakeside",
    "title": "A Treaty of  Peace",
    "country_name": "UNITED KINGDOM ; NORWAY ; LAKE CONFEDERATION",
    "references": "LSP /0: 0",
}
GED: Final = """\
id,conflict_new_id,conflict_name,type_of_violence,side_a,side_b,source_office,where_description,\
date_start,date_end,best,high,low
5,11,Lake: Government,1,Government of Lake,Fishers,Gazette;Herald,near the pier,\
2017-07-31 00:00:00.000,2017-08-02 00:00:00.000,3,5,2
6,11,Lake: Government,9,Government of Lake,Fishers,,,2017-08-04,2017-08-04,0,0,0
"""
TROOPS: Final = "Date,Troops,Police,Experts\n1994-10-31,NA,1,NA\n1994-11-30,12,NA,NA\n"
CSL: Final = [
    {
        "id": "http://zotero.org/users/1/items/ABC",
        "type": "article-newspaper",
        "title": "Talks resume",
        "container-title": "Gazette",
        "URL": "https://example.org/talks",
        "language": "en-GB",
        "author": [{"family": "Doe", "given": "Jo"}],
        "issued": {"date-parts": [[2024, 5, 1]]},
    },
    {
        "id": "XYZ",
        "type": "manuscript",
        "title": "A note",
        "issued": {"date-parts": [["2023"]]},
        "language": "English",
        "DOI": "https://doi.org/10.1000/xyz.1",
        "accessed": {"date-parts": [["2024", 5, 3]]},
    },
]
CASES: Final[dict[str, tuple[str, str, tuple[int, int], dict[str, dict[str, Any]]]]] = {
    "pax": (
        "pax.csv",
        PAX,
        (2, 2),
        {
            "a431": {
                "negotiation": "pp-7",
                "agreement": "pax-431",
                "title": "Joint statement on nets",
                "occurred": "1990-02-15",
                "by": ["NOR", "GBR"],
            },
            "a295": {"negotiation": "pp-9", "by": ["PNG", "lake-isles"], "occurred": "1990-03-01"},
        },
    ),
    "uk-treaties": (
        "treaties.jsonl",
        json.dumps(UK),
        (1, 1),
        {
            "t62863": {
                "by": ["GBR", "NOR", "lake-confederation"],
                "occurred": "1783-09-03",
                "agreement": "uk-62863",
                "note": "Signed at Lakeside.",
            },
            "t62863-in-force": {"event": "AgreementEnteredIntoForce", "occurred": "1784-05-12"},
        },
    ),
    "untc": (
        "19-44.csv",
        UNTC,
        (8, 4),
        {
            "19-44-brazil-signature": {"by": ["BRA"], "occurred": "2001-11-20", "negotiation": "untc-19-44"},
            "19-44-brazil-consent": {"means": "ratification"},
            "19-44-cote-d-ivoire-consent": {"party": "CIV", "means": "accession", "occurred": "2002-11-14"},
            "19-44-cote-d-ivoire-provisional": {"event": "AgreementProvisionallyApplied"},
        },
    ),
    "icews": (
        "events.txt",
        "Police (Norway)\tConsult\tCity Mayor (Sweden)\t2005-10-11\n",
        (1, 1),
        {
            "CodedEventReported": {
                "code": "040",
                "label": "Consult",
                "actor": "Police (Norway)",
                "occurred": "2005-10-11",
            }
        },
    ),
    "polecat": (
        "events.txt",
        POLECAT,
        (1, 1),
        {"p-20230102-1": {"dialect": "plover", "code": "CONSULT", "target": "SWE", "published": "2023-01-03"}},
    ),
    "gdelt": (
        "20170701.export.CSV",
        GDELT + "\n",
        (1, 1),
        {
            "CodedEventReported": {
                "actor": "NORWAY",
                "target": "unknown",
                "label": "Express intent to meet or negotiate",
            }
        },
    ),
    "ucdp-ged": (
        "ged.csv",
        GED,
        (2, 2),
        {
            "e5": {"occurred": "2017-07-31/2017-08-02", "label": "state-based violence", "negotiation": "ucdp-11"},
            "e6": {"occurred": "2017-08-04", "label": "9"},
            "e5-deaths": {
                "figure": {"low": 2, "high": 5, "unit": "persons", "scope": "event 5", "basis": "best estimate 3"}
            },
        },
    ),
    "un-troops": (
        "Norway.csv",
        TROOPS,
        (6, 2),
        {
            "norway-1994-10-31-police": {"about": "party:NOR", "quantity": "police", "occurred": "1994-10-31"},
            "norway-1994-11-30-troops": {"figure": {"value": 12, "unit": "personnel"}},
        },
    ),
    "zotero": (
        "library.json",
        json.dumps(CSL),
        (2, 2),
        {
            "http-zotero-org-users-1-items-abc": {
                "publisher": "Gazette",
                "author": "Jo Doe",
                "published": "2024-05-01",
                "kind": "press",
                "language": "en-GB",
            },
            "xyz": {
                "published": "2023",
                "title": "A note",
                "url": "https://doi.org/10.1000/xyz.1",
                "captured_at": "2024-05-03",
            },
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_shipped_map_reads_rows_of_its_publishers_shape(name: str, log: EventLog, tmp_path: Path) -> None:
    file, text, (rows, used), wanted = CASES[name]
    path = tmp_path / file
    path.write_text(text, "utf-8")
    done = import_table(log, TableSource((path,), name))
    assert (done.problems, done.rows, done.used, done.filtered) == ([], rows, used, rows - used)
    found: dict[str, dict[str, Any]] = {}
    for recorded in log.read():
        entry = as_written(recorded)
        found |= {recorded.id: entry, entry["event"]: entry}
        if entry["event"] == "SourceRegistered":
            found[entry["source"]] = entry
    for entry_id, fields in wanted.items():
        assert {field: found[entry_id].get(field) for field in fields} == fields
    again = import_table(log, TableSource((path,), name))
    assert (again.count, again.used) == (0, used)


def test_coded_events_are_graded_as_what_no_person_has_judged(log: EventLog, tmp_path: Path) -> None:
    for name in ("icews", "polecat", "gdelt", "ucdp-ged"):
        path = tmp_path / CASES[name][0]
        path.write_text(CASES[name][1], "utf-8")
        import_table(log, TableSource((path,), name))
    for recorded in log.read():
        entry = as_written(recorded)
        assert entry.get("reliability", "F") == "F"
        assert all(item.get("credibility", 6) == 6 for item in entry.get("evidence", ()))


def test_the_map_of_gdelt_reads_mentions_too(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "mentions.csv"
    path.write_text(MENTIONS, "utf-8")
    done = import_table(log, TableSource((path,), "gdelt"))
    assert (done.used, done.problems) == (1, [])
    last = as_written(list(log.read())[-1])
    assert (last["occurred"], last["published"]) == ("2017-07-01", "2017-07-01")
    assert last["figure"]["value"] == 80
    assert last["evidence"][0]["language"] == "ara"
