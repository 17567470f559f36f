"""Recording a script: whole or not at all, or as far as it goes; with every problem told once."""

from __future__ import annotations

import io
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from tests.tracker.given import NEGOTIATION, stage, statement
from tests.tracker.written import FORMATS, as_mapping, event_from_assignments, jsonl, record, rejected, written
from tracker.application import Negotiations
from tracker.errors import EntryRejectedError
from tracker.log import EventLog
from tracker.scripts import script
from tracker.scripts.script import ScriptLine, read_script, record_file, record_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from tracker.negotiation import Negotiation


def test_all_problems_of_a_script_are_told_at_once_by_line(staged: EventLog) -> None:
    text = b"\n".join(
        [
            b'{"event":"StatementMade","negotiation":"us-niger","party":"NER","colour":"red"}',
            b'{"event":"StatementMade","negotiation":"us-niger","party":"NRE"}',
            b'{"event":"StatementMade","negotiation":"us-niger","party":"NER","occurred":"2023-02-29"}',
            b"not json",
            b'{"event":"StatementMade","negotiation":"us-niger","id":"opened","party":"NER"}',
            b'{"event":"StatementMade","negotiation":"us-niger","party":"caf\xe9"}',
            b'{"event":"StatementMade","negotiation":"us-niger","party":"NER","party":"USA"}',
            b"7",
            b'{"event":"StatementMade","negotiation":"us-niger","party":"NER"}',
        ]
    )
    found = rejected(staged, text)
    assert [problem.split(": ")[0] for problem in found] == [f"<stdin>:{line}" for line in range(1, 9)]
    words = ["colour", "NRE", "2023-02-29", "not JSON", "'opened' is the id", "UTF-8", "twice", "must be a mapping"]
    for problem, word in zip(found, words, strict=True):
        assert word in problem


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_what_rests_on_a_line_that_is_wrong_is_not_told_as_well(log: EventLog, batch: int) -> None:
    entries = [as_mapping(event) for event in stage()]
    entries[2]["colour"] = "red"  # the party NER
    entries[9]["relays"] = ["nowhere"]  # the source wire
    claim = as_mapping(statement(1, evidence=[{"source": "wire"}]))
    bad = {**as_mapping(statement(2)), "text": 7}
    retraction = {"event": "EntryRetracted", "negotiation": NEGOTIATION, "entry": "statement-2"}
    found = rejected(log, jsonl([*entries, claim, bad, retraction]), batch=batch)
    assert [problem.split(":")[1] for problem in found] == ["3", "10", "14"]


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("batch", [1, 1000])
def test_an_entry_that_is_wrong_is_told_of_the_names_that_are_not_there_too(
    staged: EventLog, format_name: str, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries: list[dict[str, Any]] = [
        {**as_mapping(statement(1, evidence=[{"source": "wires"}])), "party": "NRE", "occurred": "2024-13"},
        {"event": "PartyAdded", "negotiation": NEGOTIATION, "party": "TCD", "role": "neighbour"},
        {**as_mapping(statement(2)), "party": "TCD", "occurred": "2024-13"},
        {"event": "EntryRetracted", "negotiation": NEGOTIATION, "entry": "opend", "colour": "red"},
        {"event": "TiesDeepened", "negotiation": NEGOTIATION, "party": "NER", "with": "RSU", "occurred": "2024-13"},
        {"event": "WithdrawalAgreed", "negotiation": NEGOTIATION, "withdrawal": "w", "parties": ["NER", "N/A", "FRA"]},
        {"event": "StatementMade", "negotiation": "No Name", "party": "XXX", "text": "x"},
    ]
    path = tmp_path / f"wrong.{format_name}"
    path.write_bytes(written(format_name, entries))
    places = [problem.split(": ", 2)[:2] for problem in rejected(staged, path.read_bytes(), format_name, batch=batch)]
    numbers = {place: number for number, place in enumerate(dict.fromkeys(place for place, _ in places))}
    assert [(numbers[place], field) for place, field in places] == [
        (0, "occurred"),
        (0, "party"),
        (0, "evidence.0.source"),
        (1, "role"),
        (2, "occurred"),
        (3, "colour"),
        (3, "entry"),
        (4, "occurred"),
        (4, "with"),
        (5, "parties.1"),
        (5, "parties.2"),
        (6, "negotiation"),
    ]
    kept = record(staged, path.read_bytes(), format_name, keep_going=True, batch=batch)
    # Nothing is taken for granted there: TCD is not registered.
    assert (kept.count, kept.rejected, len(kept.problems)) == (0, 7, 13)
    monkeypatch.setattr("tracker.scripts.script.WORTH_IT", 0)
    with pytest.raises(EntryRejectedError) as caught:
        record_file(staged, path, batch=batch)
    assert len(caught.value.problems) == 12


@pytest.mark.parametrize("keep_going", [True, False])
def test_a_trial_in_a_log_that_is_only_read_tells_the_same(staged: EventLog, log_path: Path, keep_going: bool) -> None:
    text = jsonl(
        [
            {"event": "PartyAdded", "negotiation": NEGOTIATION, "id": "togo", "party": "TGO"},
            *(as_mapping(statement(number)) for number in range(30)),
            {"event": "StatementMade", "negotiation": NEGOTIATION, "party": "TGO", "text": "x"},
            {"event": "EntryCorrected", "negotiation": NEGOTIATION, "entry": "togo", "changes": {"name": "Togo"}},
        ]
    )
    wrong = text + jsonl([{**as_mapping(statement(3)), "text": "other"}, {"event": "StatementMade"}])
    before = staged.heads()
    with EventLog.open(log_path, read_only=True) as reading:
        receipt = record(reading, text, dry_run=True, keep_going=keep_going, batch=7)
        assert (receipt.count, receipt.already) == (33, 0)
        outcomes = []
        for log in (reading, staged):
            try:
                outcomes.append(record(log, wrong, dry_run=True, keep_going=keep_going, batch=7).problems)
            except EntryRejectedError as error:
                outcomes.append([*error.problems])
    assert outcomes[0] == outcomes[1]
    assert [problem.line for problem in outcomes[0]] == [34, 35, 35]
    assert staged.heads() == before


class Endless(io.BytesIO):
    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        return b"x" * size


@pytest.mark.long
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_script_has_a_limit(staged: EventLog, format_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.scripts.formats.MAX_SCRIPT", 1 << 20)
    text = written(format_name, [as_mapping(statement(number, note="x" * 50_000)) for number in range(30)])
    (found,) = rejected(staged, text, format_name)
    assert found.endswith("the script goes on for more than 1 MiB; divide it")
    kept = record(staged, text, format_name, keep_going=True)
    assert 18 < kept.count < 23
    # So that nothing goes on for ever: what is read here has one line, which never ends.
    *_, last = read_script(Endless(), format=format_name)
    assert last.event is None


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_all_or_nothing_over_many_batches(staged: EventLog, batch: int) -> None:
    entries = [as_mapping(statement(number)) for number in range(50)]
    assert len(rejected(staged, jsonl([*entries, {**entries[0], "text": "other"}]), batch=batch)) == 1
    steps: list[int] = []
    receipt = record(staged, jsonl(entries), batch=batch, progress=steps.append)
    assert (receipt.count, steps[-1]) == (50, 50)
    assert len(steps) == -(-50 // batch)
    assert staged.verify().ok


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_a_dry_run_tells_all_and_records_nothing(staged: EventLog, batch: int) -> None:
    before = staged.heads()
    entries = [{"event": "PartyAdded", "negotiation": NEGOTIATION, "party": "TCD"}]
    entries += [as_mapping(statement(number, party="TCD")) for number in range(20)]
    assert record(staged, jsonl(entries), batch=batch, dry_run=True).count == 21
    assert len(rejected(staged, jsonl([*entries, {"event": "X"}]), batch=batch, dry_run=True)) == 1
    receipt = record(staged, jsonl([*entries, {"event": "X"}]), batch=batch, dry_run=True, keep_going=True)
    assert (receipt.count, receipt.rejected) == (21, 1)
    assert staged.heads() == before


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_keep_going_records_what_is_right_and_goes_on_where_it_stopped(staged: EventLog, batch: int) -> None:
    entries = [as_mapping(statement(number)) for number in range(10)]
    entries[4]["party"] = "NRE"
    entries[7]["colour"] = "red"
    first = record(staged, jsonl(entries), batch=batch, keep_going=True)
    assert (first.count, first.already, first.rejected) == (8, 0, 2)
    assert [problem.line for problem in first.problems] == [5, 8]
    again = record(staged, jsonl(entries), batch=batch, keep_going=True)
    assert (again.count, again.already, again.rejected) == (0, 8, 2)
    entries[4]["party"] = "NER"
    del entries[7]["colour"]
    mended = record(staged, jsonl(entries), batch=batch, keep_going=True)
    assert (mended.count, mended.already, mended.rejected) == (2, 8, 0)
    assert staged.verify().ok


def test_keep_going_keeps_what_was_recorded_before_an_interruption(staged: EventLog) -> None:
    def interrupted() -> Iterable[ScriptLine]:
        for number in range(10):
            if number == 7:
                raise KeyboardInterrupt
            yield ScriptLine("<stdin>", number + 1, statement(number))

    with pytest.raises(KeyboardInterrupt):
        record_script(staged, interrupted(), keep_going=True, batch=3)
    assert [recorded.id for recorded in staged.read(after=12)] == [f"statement-{number}" for number in range(6)]
    with pytest.raises(KeyboardInterrupt):
        record_script(staged, (line for line in interrupted()), batch=3)
    assert len(list(staged.read())) == 18
    receipt = record_script(
        staged, [ScriptLine("<stdin>", n + 1, statement(n)) for n in range(10)], keep_going=True, batch=3
    )
    assert (receipt.count, receipt.already) == (4, 6)


def test_two_entries_of_one_id_in_different_batches(staged: EventLog) -> None:
    same, other = as_mapping(statement(1)), as_mapping(statement(1, text="other"))
    assert record(staged, jsonl([same, same]), batch=1).already == 1
    (problem,) = rejected(staged, jsonl([same, other]), batch=1)
    assert problem.startswith("<stdin>:2: id: 'statement-1' is the id of another entry already")


def test_only_so_many_problems_are_told(staged: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "MAX_PROBLEMS", 10)
    text = b"{\n" * 12_345
    found = rejected(staged, text)
    assert len(found) == 11
    assert found[-1] == "<stdin>: there are 12,335 more problems; mend these first"
    receipt = record(staged, text, keep_going=True)
    assert (receipt.rejected, len(receipt.problems), len(receipt.all_problems())) == (12_345, 10, 11)


def test_entries_are_counted_and_not_their_problems(staged: EventLog) -> None:
    text = b"- {event: StatementMade, negotiation: us-niger,\n  party: NRE,\n  party: XYZ,\n  colour: red}\n- 1\n"
    receipt = record(staged, text, "yaml", keep_going=True)
    assert receipt.rejected == 2
    assert [problem.line for problem in receipt.problems] == [1, 3, 5]


@pytest.mark.long
def test_a_script_is_read_as_it_comes_and_never_held(log: EventLog) -> None:
    def peak(count: int) -> int:
        name = f"n{count}"
        lines = jsonl(as_mapping(event) for event in stage(name))
        entry = {**as_mapping(statement(1, name)), "text": "x" * 400}
        body = b"".join(jsonl([{**entry, "id": f"e{number}"}]) for number in range(count))
        stream = io.BytesIO(lines + body)
        del body, lines
        tracemalloc.start()
        assert record_script(log, read_script(stream), batch=100).count == count + 12
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(4000) < 2 * peak(500)


def test_a_script_recorded_again_looks_at_each_negotiation_once(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [ScriptLine("", number, event) for number, event in enumerate([*stage("a"), *stage("b")] * 4, 1)]
    record_script(log, lines[:24])
    looked: list[str] = []
    real = Negotiations.negotiation

    def look(application: Negotiations, name: str) -> Negotiation:
        looked.append(name)
        return real(application, name)

    monkeypatch.setattr(Negotiations, "negotiation", look)
    assert record_script(log, lines, batch=12).already == 96
    assert sorted(looked) == ["a", "b"]


def test_somebody_who_writes_meanwhile_is_not_overwritten(
    staged: EventLog, log_path: Path, clock: Callable[[], datetime]
) -> None:
    with EventLog.open(log_path, clock=clock, by="bob") as other:

        def lines() -> Iterable[ScriptLine]:
            for number in range(6):
                if number % 2 == 0:
                    other.record([statement(100 + number)])
                yield ScriptLine("<stdin>", number + 1, statement(number))

        assert record_script(staged, lines(), keep_going=True, batch=1).count == 6
    assert [recorded.version for recorded in staged.read()] == list(range(1, 22))
    assert staged.verify().ok


def test_an_entry_of_the_shell_is_the_entry_of_a_script(staged: EventLog) -> None:
    record(staged, jsonl([as_mapping(statement(1))]))
    pairs = ["id=statement-1", "party=NER", "text=Statement number 1"]
    assert staged.record([event_from_assignments("StatementMade", NEGOTIATION, pairs)]).already == 1


@pytest.mark.long
def test_a_long_script_is_read_ahead_with_the_same_outcome(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.jsonl"
    entries = [as_mapping(event) for event in [*stage(), *(statement(number) for number in range(3000))]]
    path.write_bytes(jsonl(entries))
    monkeypatch.setattr("tracker.scripts.script.WORTH_IT", 0)
    assert record_file(log, path).count == 3012
    assert record_file(log, path).already == 3012
    path.write_bytes(jsonl(entries) + b"oops\n")
    with pytest.raises(EntryRejectedError, match=r"long\.jsonl:3013: is not JSON"):
        record_file(log, path)
    assert log.verify().ok
