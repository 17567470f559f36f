"""Drafts wait beside the log and change nothing; a decision is taken once, whoever is killed or quicker."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.fault.children import Child
from tests.tracker.drafts.proposals import (
    AT,
    BeforeIntent,
    BeforeMark,
    BehindIntent,
    proposed,
    queue_of,
    require_once,
    review_and_die,
    without_ids,
)
from tests.tracker.given import entry
from tracker.drafts.deciding import Review, as_settled
from tracker.drafts.queue import Filter, Queue, place_of
from tracker.errors import LogError, NameUnknownError

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.log import EventLog


def review(log: EventLog, queue: Queue, by: str = "ann") -> Review:
    return Review(queue, log, by, lambda: AT)


def test_what_is_proposed_waits_and_changes_nothing(staged: EventLog) -> None:
    heads = staged.heads()
    found = proposed(staged, without_ids(3))
    assert (found.drafted, found.numbers) == (3, [1, 2, 3])
    assert staged.heads() == heads
    with queue_of(staged) as queue:
        assert [draft.state for draft in queue.drafts(Filter())] == ["pending"] * 3
        assert queue.drafts(Filter(drafted_by="somebody")) == []


def test_the_same_content_is_proposed_once(staged: EventLog) -> None:
    (event,) = without_ids(1)
    proposed(staged, [event])
    again = proposed(staged, [event, event.model_copy(update={"id": "another-id"})])
    assert (again.drafted, again.already, again.numbers) == (0, 2, [1, 1])
    with queue_of(staged) as queue:
        review(staged, queue).reject([1], reason="It says nothing new.")
        after = proposed(staged, [event])
        assert (after.rejected_before, after.numbers) == (1, [1])
        (draft,) = queue.drafts(Filter(state="all"))
        assert (draft.state, draft.reason, draft.decided_by) == ("rejected", "It says nothing new.", "ann")


def test_a_draft_may_rest_on_one_that_waits(staged: EventLog) -> None:
    source = entry("SourceRegistered", source="paper", publisher="Paper")
    rests = entry("StatementMade", party="NER", text="So.", evidence=[{"source": "paper"}])
    (wrong,) = proposed(staged, [rests]).problems
    assert wrong.field == "evidence.0.source"
    proposed(staged, [source])
    assert proposed(staged, [rests]).numbers == [2]
    with queue_of(staged) as queue:
        (left,) = review(staged, queue).accept([2]).left
        assert left.why.startswith("evidence.0.source: unknown source 'paper'")
        done = review(staged, queue).accept([2, 1])
        assert (done.accepted, done.recorded, done.left) == (2, 2, [])


def test_what_is_accepted_is_recorded_under_the_reviewers_name(staged: EventLog) -> None:
    proposed(staged, without_ids(1), by="mcp:assistant")
    with queue_of(staged) as queue:
        done = review(staged, queue).accept([1], changes=["text=Said otherwise", "evidence.0.source=wire"])
        (draft,) = queue.drafts(Filter(state="accepted"))
    recorded = list(staged.read())[-1]
    assert (recorded.recorded_by, recorded.drafted_by, recorded.id) == ("ann", "mcp:assistant", draft.recorded)
    assert recorded.event.model_dump()["text"] == "Said otherwise"
    assert recorded.event.evidence[0].source == "wire"
    assert done.heads == staged.heads()
    assert staged.verify().ok


def test_who_drafted_is_no_part_of_the_id_and_no_script_sets_it(staged: EventLog) -> None:
    (event,) = without_ids(1)
    proposed(staged, [event])
    with queue_of(staged) as queue:
        review(staged, queue).accept([1])
    assert list(staged.read())[-1].id == event.default_id()
    assert staged.record([event]).already == 1
    with pytest.raises(Exception, match="drafted_by"):
        entry("StatementMade", party="NER", text="A", drafted_by="me")


@pytest.mark.parametrize(
    "change", ["event=PartyAdded", "negotiation=other", "text", "text.0=a", "evidence.3.source=wire", "nothing=1"]
)
def test_a_change_that_does_not_fit_leaves_the_draft(staged: EventLog, change: str) -> None:
    proposed(staged, without_ids(1))
    with queue_of(staged) as queue:
        done = review(staged, queue).accept([1], changes=[change])
        assert (done.accepted, [left.draft for left in done.left]) == (0, [1])
        assert queue.drafts(Filter())


def test_a_decision_is_final(staged: EventLog) -> None:
    proposed(staged, without_ids(1))
    with queue_of(staged) as queue:
        review(staged, queue).accept([1])
        (left,) = review(staged, queue, "bob").reject([1], reason="No.").left
        assert left.why.startswith("accepted by ann")
        assert queue.drafts(Filter(state="rejected")) == []
        with pytest.raises(NameUnknownError, match="no draft 7"):
            review(staged, queue).accept([7])


@pytest.mark.parametrize(("kind", "is_recorded"), [(BeforeIntent, False), (BehindIntent, False), (BeforeMark, True)])
def test_whoever_is_killed_while_accepting_leaves_nothing_half_done(
    staged: EventLog, kind: type[Queue], is_recorded: bool
) -> None:
    proposed(staged, without_ids(3))
    child = Child(review_and_die, staged.location, place_of(staged.location, staged.identity), kind)
    assert child.sent() == []
    child.process.join()
    assert child.was_killed
    with queue_of(staged) as queue:
        seen = [as_settled(staged, draft).state for draft in queue.drafts(Filter(state="all"))]
        assert seen == [*["accepted" if is_recorded else "pending"] * 2, "pending"]
        review(staged, queue, "bob").accept([3])
        two = queue.get([1, 2])
        assert [draft.state for draft in two] == ["accepted" if is_recorded else "pending"] * 2
        assert [draft.decided_by for draft in two] == ["ann" if is_recorded else None] * 2
        review(staged, queue, "bob").accept([1, 2, 3])
        assert queue.intended() == queue.drafts(Filter()) == []
    assert sorted(recorded.id for recorded in staged.read() if recorded.drafted_by) == sorted(
        event.default_id() for event in without_ids(3)
    )
    assert staged.verify().ok


def test_two_reviewers_at_once(staged: EventLog) -> None:
    require_once(staged, count=30)


def test_a_draft_of_a_type_that_is_no_longer_known_is_in_nobodys_way(staged: EventLog) -> None:
    proposed(staged, without_ids(1))
    with queue_of(staged) as queue:
        entry_of = {"event": "OfAPackageThatIsGone", "negotiation": "us-niger"}
        with closing(sqlite3.connect(queue.path)) as connection, connection:
            connection.execute("UPDATE drafts SET entry = ?", [json.dumps(entry_of)])
        assert [draft.event for draft in queue.drafts(Filter())] == [None]
        assert proposed(staged, without_ids(2)).drafted == 1
        done = review(staged, queue).accept([1, 2])
        assert (done.accepted, [left.draft for left in done.left]) == (1, [1])


def test_a_queue_takes_no_file_of_others(log: EventLog, tmp_path: Path) -> None:
    other = tmp_path / "negotiations.db.drafts"
    other.write_text("what somebody wrote")
    with pytest.raises(LogError, match="no queue of drafts"):
        queue_of(log)
    assert other.read_text() == "what somebody wrote"
    with pytest.raises(LogError, match="no queue of drafts"):
        Queue(tmp_path / "negotiations.db")


def test_the_queue_of_a_shared_log_is_in_the_persons_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert place_of("postgresql://ann@/talks", "abc").name == "abc.drafts"
    assert place_of(tmp_path / "log.db", "abc") == tmp_path / "log.db.drafts"


def test_nothing_was_drafted_where_no_queue_is(tmp_path: Path) -> None:
    assert Queue.existing(tmp_path / "negotiations.db.drafts") is None
    assert list(tmp_path.iterdir()) == []
