"""The verbs that read, on the bundled history: their answers and the shapes that scripts rely on."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.histories import ENTRIES, position
from tracker import EventLog
from tracker.events.parsing import parse
from tracker.scripts.reading import seed_path

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Ask, Invoke


LOG_FIELDS = ["position", "version", "recorded_at", "recorded_by", "previous", "digest"]
DEFAULTS = [["modality", "reported"], ["reliability", "F"]]
READING = ["log", "timeline", "positions", "findings", "status"]


def test_status_before_the_order_and_after_it(ask: Ask) -> None:
    before = ask("status", "us-niger", "--known-by", "2024-04-30")
    after = ask("status", "us-niger", "--known-by", "2024-05-11")
    end = ask("status", "us-niger")
    assert before["withdrawals"]["all-forces"]["state"] != "ordered"
    assert after["agreements"]["sofa-2012"]["state"] == "denunciation-announced"
    assert after["proposals"]["keep-air-base"]["state"] == "refused"
    withdrawal = after["withdrawals"]["all-forces"]
    assert (withdrawal["state"], withdrawal["deadline"], withdrawal["destination"]) == ("ordered", None, None)
    assert (withdrawal["strength"]["low"], withdrawal["strength"]["high"]) == (1000, 1000)
    assert after["partners"]["NER"] == ["RUS", "CHN", "IRN"]
    assert "under-way" in [talks["state"] for talks in after["talks"].values()]
    assert [finding["kind"] for finding in after["findings"]].count("open-question") >= 2
    assert end["withdrawals"]["all-forces"]["state"] == "completed"
    assert after["cut"] == {"happened_by": None, "known_by": "2024-05-11", "recorded_by": None}
    assert list(after)[:5] == ["negotiation", "title", "cut", "entries", "head"]


def test_status_of_all_has_each_as_it_is_alone(ask: Ask) -> None:
    found = ask("status")["negotiations"]
    assert {one["negotiation"]: one for one in found} == {name: ask("status", name) for name in ENTRIES}
    assert ask("status", "--jsonl") == found


@pytest.mark.parametrize("style", [[], ["--csv"], ["--plain"]])
def test_the_list_of_a_long_log_comes_from_its_tables_and_is_the_same(
    invoke: Invoke, own: Path, style: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = invoke("--log", own, "status", *style).stdout
    assert not list(own.parent.glob("*.readmodel"))
    monkeypatch.setattr("tui.commands.status.LONG", 200)
    assert invoke("--log", own, "status", *style).stdout == folded
    assert list(own.parent.glob("*.readmodel"))
    before_all = invoke("--log", own, "status", "--happened-by", "1960", *style).stdout
    assert before_all != folded


def test_a_person_reads_where_things_stand(invoke: Invoke, bundled: Path) -> None:
    shown = invoke("--log", bundled, "status", "us-niger", "--known-by", "2024-05-11").stdout
    assert shown == invoke("--log", bundled, "status", "us-niger", "--known-by", "11 May 2024").stdout
    assert "us-niger · 163 entries · known by 2024-05-11" in shown
    assert "(sofa-2012)" in shown
    assert "denunciation announced" in shown
    assert "strength 1,000 · deadline not known · destination not known" in shown
    assert "Open questions" in shown
    assert "\x1b" not in shown


def test_plain_lines_are_complete_in_themselves(invoke: Invoke, bundled: Path) -> None:
    lines = invoke("--log", bundled, "status", "us-niger", "--plain", "--known-by", "2024-05-11").stdout.splitlines()
    about = [line for line in lines if line.startswith("withdrawal all-forces: ordered;")]
    assert len(about) == 1
    assert "because " in about[0]
    assert not any(character in "".join(lines) for character in "│─╭╮╰╯·")


def as_kept(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry without what only says a default, which the log does not keep."""
    kept = {name: value for name, value in entry.items() if [name, value] not in DEFAULTS}
    if "evidence" in kept:
        kept["evidence"] = [
            {name: value for name, value in item.items() if (name, value) != ("credibility", 6)}
            for item in kept["evidence"]
        ]
    return kept


def test_the_log_is_the_script_and_what_the_log_adds(ask: Ask) -> None:
    lines = ask("log", "us-niger", "--jsonl")
    written = [as_kept(json.loads(line)) for line in seed_path("us-niger").read_text("utf-8").splitlines()]
    assert [list(line)[-6:] for line in lines] == [LOG_FIELDS] * len(lines)
    assert [{name: value for name, value in line.items() if name not in LOG_FIELDS} for line in lines] == written
    assert [line["version"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["previous"] for line in lines[1:]] == [line["digest"] for line in lines[:-1]]
    assert ask("log", "us-niger")["entries"] == lines


def test_a_log_that_was_printed_can_be_recorded(ask: Ask, invoke: Invoke, tmp_path: Path) -> None:
    lines = [{name: value for name, value in line.items() if name not in LOG_FIELDS} for line in ask("log", "--jsonl")]
    (tmp_path / "again.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert invoke("--log", "again.db", "record", "again.jsonl").exit_code == 0
    heads = json.loads(invoke("--log", "again.db", "verify", "--json").stdout)["negotiations"]
    assert {name: chain["entries"] for name, chain in heads.items()} == ENTRIES


def test_the_newest_entries_stand_last(ask: Ask) -> None:
    everything = ask("log", "--jsonl")
    assert ask("log", "--jsonl", "-n", "3") == everything[-3:]
    assert ask("log", "--jsonl", "-n", "3", "--reverse") == everything[:-4:-1]
    assert ask("log", "--jsonl", "--reverse") == everything[::-1]
    assert ask("log", "--jsonl", "-n", "0") == []
    assert ask("log", "--jsonl", "-n", "1000000") == everything
    of_one = [line for line in everything if line["negotiation"] == "us-niger"]
    assert ask("log", "us-niger", "--jsonl", "-n", "2") == of_one[-2:]
    refusals = [line for line in everything if line["event"] == "BaseRequestRefused"]
    assert ask("log", "--jsonl", "--type", "BaseRequestRefused", "-n", "1") == refusals[-1:]


def test_the_log_can_be_narrowed(ask: Ask) -> None:
    everything = ask("log", "us-niger", "--jsonl")
    by_source = ask("log", "us-niger", "--jsonl", "--source", "politico-2024-05-10")
    assert by_source[0]["event"] == "SourceRegistered"
    assert by_source[1:] == [
        line for line in everything if "politico-2024-05-10" in [item["source"] for item in line.get("evidence", ())]
    ]
    by_matter = ask("log", "us-niger", "--jsonl", "--matter", "air-bases")
    assert by_matter == [line for line in everything if line.get("matter") == "air-bases"]
    toward = ask("log", "us-niger", "--jsonl", "--party", "IRN", "--type", "PartnershipOpennessDeclared")
    assert toward
    assert all("IRN" in line["toward"] for line in toward)
    assert ask("log", "us-niger", "--jsonl", "--party", "united states") == ask(
        "log", "us-niger", "--jsonl", "--party", "USA"
    )


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2024-03-16", "2024-03-16", {"sofa-revoked", "base-request"}),
        ("2024-03-17", None, {"base-request", "base-refusal"}),
        (None, "2024-03-15", set()),
        ("2024-04-30", "2024-04", {"base-request", "base-refusal"}),
        ("2024-09", None, set()),
    ],
)
def test_a_period_keeps_what_may_lie_in_it(since: str | None, until: str | None, expected: set[str], ask: Ask) -> None:
    options = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    found = {line["id"] for line in ask("log", "us-niger", "--jsonl", *options)}
    assert found & {"sofa-revoked", "base-request", "base-refusal"} == expected


def test_an_entry_without_a_date_is_placed_by_its_source(invoke: Invoke, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"event": "PartyAdded", "party": "USA"},
        {"event": "SourceRegistered", "source": "late", "published": "2024-05"},
        {"event": "SourceRegistered", "source": "early", "published": "2024-03"},
        {"event": "StatementMade", "id": "said", "party": "USA", "evidence": [{"source": "late"}, {"source": "early"}]},
        {"event": "StatementMade", "id": "bare", "party": "USA", "text": "x"},
    ]
    text = "\n".join(json.dumps({"negotiation": "talks", **line}) for line in lines)
    invoke("record", "-", stdin=text)
    assert '"said"' in invoke("log", "--jsonl", "--since", "2024-03", "--until", "2024-03").stdout
    assert '"said"' not in invoke("log", "--jsonl", "--since", "2024-05", "--until", "2024-05").stdout
    # With no date at all it became public when it was recorded.
    assert '"bare"' in invoke("log", "--jsonl", "--since", "2026-01-02", "--until", "2026-01-02").stdout


def test_a_cut_of_the_log_is_what_was_known(ask: Ask) -> None:
    known = ask("log", "us-niger", "--jsonl", "--known-by", "2024-05-11")
    ids = {line["id"] for line in known}
    assert "order-this-week" in ids
    assert "completed-on-16" not in ids
    assert ask("log", "--jsonl", "--recorded-by", "#7") == ask("log", "--jsonl")[:7]
    dropped = {line["id"] for line in ask("log", "us-niger", "--jsonl", "--without", "politico-2024-05-10")}
    assert dropped < {line["id"] for line in ask("log", "us-niger", "--jsonl")}


def test_show_tells_everything_about_an_entry(ask: Ask, invoke: Invoke, bundled: Path) -> None:
    shown = ask("show", "us-niger", "sofa-revoked")
    assert shown["entry"] in ask("log", "us-niger", "--jsonl")
    assert shown["supports"] == ["agreement:sofa-2012"]
    assert (shown["stands"], shown["reads"]) == ("standing", None)
    assert shown["evidence"][0]["grade"] == "B2"
    assert shown["evidence"][1]["relays"] == ["cnsp-2024-03-16"]
    assert shown["corroborated_by"]
    before = ask("show", "us-niger", "sofa-revoked", "--known-by", "2024-03-16")
    assert before["corroborated_by"] == []
    text = invoke("--log", bundled, "show", "us-niger", "sofa-revoked").stdout
    assert "B2  cnsp-2024-03-16" in text
    assert "rests on it: agreement:sofa-2012" in text
    assert shown["entry"]["digest"] in text


def test_show_tells_how_a_corrected_and_a_retracted_entry_read(invoke: Invoke) -> None:
    lines: list[dict[str, Any]] = [
        {"event": "PartyAdded", "party": "USA"},
        {"event": "StatementMade", "id": "said", "party": "USA", "text": "yes", "occurred": "2024"},
        {"event": "EntryCorrected", "id": "mend", "entry": "said", "changes": {"text": "no", "occurred": None}},
        {"event": "EntryRetracted", "id": "back", "entry": "mend"},
    ]
    for count, (reads, stands) in {3: ("no", "standing"), 4: (None, "standing")}.items():
        text = "\n".join(json.dumps({"negotiation": "talks", **line}) for line in lines[:count])
        assert invoke("record", "-", stdin=text).exit_code == 0
        shown = json.loads(invoke("show", "talks", "said", "--json").stdout)
        assert (shown["reads"] and shown["reads"]["text"], shown["stands"]) == (reads, stands)
    assert "text: no  (recorded: yes)" in invoke("show", "talks", "said", "--recorded-by", "#3").stdout
    assert "occurred: removed  (recorded: 2024)" in invoke("show", "talks", "said", "--recorded-by", "#3").stdout
    assert json.loads(invoke("show", "talks", "mend", "--json").stdout)["stands"] == "retracted"


def test_an_entry_recorded_after_the_cut_does_not_exist_at_it(invoke: Invoke, bundled: Path) -> None:
    done = invoke("--log", bundled, "show", "us-niger", "sofa-revoked", "--recorded-by", "#3")
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_replay_ends_where_the_status_is(ask: Ask) -> None:
    steps = ask("replay", "us-niger", "--by", "known", "--jsonl")
    assert all({"step", "at", "entry", "changes"} <= set(step) for step in steps)
    assert all({"subject", "before", "after"} <= set(change) for step in steps for change in step["changes"])
    states: dict[str, Any] = {}
    for step in steps:
        states.update({c["subject"]: c["after"] for c in step["changes"] if c["aspect"] == "state"})
    status = ask("status", "us-niger")
    assert states["withdrawal:all-forces"] == status["withdrawals"]["all-forces"]["state"]
    assert states["agreement:sofa-2012"] == status["agreements"]["sofa-2012"]["state"]
    assert ask("replay", "us-niger", "--by", "known")["steps"] == steps


def test_a_difference_names_its_causes(ask: Ask, invoke: Invoke, bundled: Path) -> None:
    found = ask("diff", "us-niger", "known:2024-04-30", "known:2024-05-11")
    order = [c for c in found["changes"] if (c["subject"], c["aspect"]) == ("withdrawal:all-forces", "state")]
    assert [(change["after"], "order-this-week" in change["because"]) for change in order] == [("ordered", True)]
    assert all(change["because"] for change in found["changes"])
    assert {"appeared", "gone"} <= set(found["findings"])
    text = invoke("--log", bundled, "diff", "us-niger", "known:2024-04-30", "known:2024-05-11").stdout
    assert "withdrawal:all-forces state: agreed → ordered" in text
    same = invoke("--log", bundled, "diff", "us-niger", "now", "now")
    assert (same.exit_code, same.stdout) == (0, "")


def test_findings_can_stop_a_pipeline(invoke: Invoke, bundled: Path) -> None:
    questions = ("--log", bundled, "findings", "us-niger", "--kind", "open-question")
    assert invoke(*questions, "--fail").exit_code == 0
    assert invoke(*questions, "--fail-on", "question").exit_code == 1
    assert invoke(*questions, "--fail-on", "question", "--known-by", "2023-01").exit_code == 0
    everything = ("--log", bundled, "findings", "us-niger")
    assert invoke(*everything, "--fail").exit_code == 1
    assert invoke(*everything, "--kind", "single-voice", "--fail-on", "question").exit_code == 0
    assert invoke(*everything, "--kind", "single-voice", "--fail-on", "note").exit_code == 1


@pytest.mark.long
@pytest.mark.parametrize("name", READING)
def test_every_style_says_the_same_number_of_rows(name: str, ask: Ask, invoke: Invoke, bundled: Path) -> None:
    arguments = (name,) if name == "status" else (name, "us-niger")
    count = len(ask(*arguments, "--jsonl"))
    rows = list(csv.reader(io.StringIO(invoke("--log", bundled, *arguments, "--csv").stdout)))
    assert len(rows) == count + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    plain = invoke("--log", bundled, *arguments, "--plain").stdout.splitlines()
    assert len(plain) == count


def test_an_empty_log_is_no_error(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{}\n")
    assert invoke("record", "--keep-going", "bad.jsonl").exit_code == 1
    done = invoke("status")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "has no negotiation yet" in done.stderr
    assert json.loads(invoke("status", "--json").stdout) == {"negotiations": []}
    assert json.loads(invoke("verify", "--json").stdout)["ok"] is True


def test_a_timeline_of_some_months(ask: Ask) -> None:
    whole = ask("timeline", "us-niger")["lines"]
    part = ask("timeline", "us-niger", "--since", "2024-06", "--until", "2024-07-10")["lines"]
    assert [line for line in whole if line in part] == part
    assert 0 < len(part) < len(whole)
    # What may have happened then is there, too.
    assert {line["occurred"] for line in part} >= {"2024-05-19/2024-06-07", "2024-06-07", "2024-07-05"}
    assert not {line["entry"] for line in part} & {"completed-on-15", "order-this-week"}
    assert ask("timeline", "us-niger", "--until", "1900")["lines"] == []


def test_chains_are_rows(invoke: Invoke, bundled: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(invoke("--log", bundled, "verify", "--csv").stdout)))
    assert [(row["negotiation"], row["ok"], row["entries"]) for row in rows] == [
        (name, "yes", str(entries)) for name, entries in ENTRIES.items()
    ]
    wrong = invoke("--log", bundled, "verify", "--jsonl", "--head", f"us-niger={'0' * 64}")
    assert wrong.exit_code == 1
    assert [json.loads(line)["ok"] for line in wrong.stdout.splitlines()] == [name != "us-niger" for name in ENTRIES]
    missing, whole = wrong.stderr.splitlines()
    assert missing == f"no unbroken chain holds us-niger={'0' * 64}"
    assert whole.startswith("the log as a whole: head ")


def test_a_finding_that_says_the_same_of_other_entries_is_told_by_them(invoke: Invoke, bundled: Path) -> None:
    cuts = (f"#{position('us-niger', version)}" for version in (116, 117))
    lines = invoke("--log", bundled, "diff", "us-niger", *cuts, "--notes").stdout.splitlines()
    told = [line for line in lines if line.startswith("±")]
    assert told == [
        "± open question: all-forces: it is ordered, but there is no timetable.  (now also order-last-week)",
        "± single voice: all-forces rests on one voice: US official speaking to Politico.  (now also order-last-week)",
    ]


@pytest.mark.long
@pytest.mark.parametrize("verb", ["status", "timeline", "positions", "findings", "log", "brief"])
def test_a_cut_can_be_given_in_one_as_diff_writes_it(verb: str, invoke: Invoke, bundled: Path) -> None:
    asked = ("--log", bundled, verb, "us-niger", "--json")
    in_one = invoke(*asked, "--cut", "known:2024-05-01,happened:2024-04")
    assert in_one.stdout == invoke(*asked, "--known-by", "2024-05-01", "--happened-by", "2024-04").stdout
    assert in_one.stdout == invoke(*asked, "--cut", "known:2024-05-01", "--happened-by", "2024-04").stdout
    assert in_one.stdout != invoke(*asked).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cut", "known:2024", "--known-by", "2024"], "--cut and --known-by both say known by; give it once"),
        (["--cut", "nown:2024"], "'nown:2024' is no cut"),
        (["--cut", ""], "a cut is empty"),
        (["--cut", "#1", "--happened-by", "2024-13"], "--happened-by: 2024-13 is no month"),
    ],
)
def test_a_cut_in_one_that_cannot_be_read_is_refused(
    options: list[str], message: str, invoke: Invoke, bundled: Path
) -> None:
    refused = invoke("--log", bundled, "status", "us-niger", *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert message in refused.stderr


def test_the_log_of_one_subject(ask: Ask, invoke: Invoke, bundled: Path) -> None:
    found = ask("log", "us-niger", "--subject", "proposal:keep-air-base")["entries"]
    assert found
    assert {entry["proposal"] for entry in found} == {"keep-air-base"}
    assert found == [entry for entry in ask("log", "us-niger")["entries"] if entry in found]
    unknown = invoke("--log", bundled, "log", "us-niger", "--subject", "proposal:keep-air-bass")
    assert unknown.exit_code == 2
    assert "nothing is recorded of 'proposal:keep-air-bass'; did you mean 'proposal:keep-air-base'?" in unknown.stderr


def test_many_findings_are_cut_for_people_and_for_nobody_else(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    with EventLog.open(path, clock=lambda: datetime(2024, 2, 1, tzinfo=UTC), by="tests") as log:
        told: list[dict[str, Any]] = [
            {"event": "NegotiationOpened", "id": "opened", "title": "Many"},
            {"event": "PartyAdded", "id": "p", "party": "UPP"},
        ]
        tabled = {"event": "ProposalTabled", "occurred": "2024-01-01", "party": "UPP"}
        told += (tabled | {"id": f"t-{number}", "proposal": f"p-{number}"} for number in range(23))
        log.record([parse({"negotiation": "n", **entry}) for entry in told])
    shown = invoke("--log", path, "status", "n").stdout
    assert shown.count("it has no answer") == 20
    assert "… and 3 more; `communique findings` lists them" in shown
    for others in (["status", "--plain"], ["status", "--json"], ["findings"], ["findings", "--csv"]):
        assert invoke("--log", path, others[0], "n", *others[1:]).stdout.count("it has no answer") == 23


def test_a_table_of_the_log_shows_how_entries_read_and_marks_them(invoke: Invoke) -> None:
    lines = [
        '{"event": "PartyAdded", "negotiation": "talks", "party": "USA"}',
        '{"event": "MatterAdded", "negotiation": "talks", "matter": "m", "title": "The base"}',
        (
            '{"event": "PositionTaken", "negotiation": "talks", "id": "p", "party": "USA",'
            ' "matter": "m", "stance": "supports"}'
        ),
        '{"event": "StatementMade", "negotiation": "talks", "id": "s", "party": "USA", "text": "zeta"}',
        '{"event": "EntryCorrected", "negotiation": "talks", "entry": "p", "changes": {"stance": "opposes"}}',
        '{"event": "EntryRetracted", "negotiation": "talks", "entry": "s"}',
    ]
    invoke("record", "-", stdin="\n".join(lines))
    shown = {line.split("\t")[6]: line for line in invoke("log", "talks", "--plain").stdout.splitlines()}
    assert "corrected" in shown["p"]
    assert "opposes" in shown["p"]
    assert "retracted" in shown["s"]
    as_recorded = [json.loads(line) for line in invoke("log", "talks", "--jsonl").stdout.splitlines()]
    assert next(one for one in as_recorded if one["id"] == "p")["stance"] == "supports"
