"""The verbs about whole logs: backup, restore, copy and admin; and every verb on a shared log."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.lengths import in_short
from tests.postgres_server import PASSWORD, shared_cluster
from tests.tracker.stores.given import make_team
from tests.tui.cli_reference import verbs
from tests.tui.histories import ALL, ENTRIES
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.transfer.copy import copy_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres_server import Cluster
    from tests.tui.conftest import Invoke

VERBS = ("backup", "restore", "copy", "admin")
HELD = f"{ALL} entries of {len(ENTRIES)} negotiations"
#: What is asked of a log in a file and of a shared one.
ASKING = (
    "status",
    "status us-niger --json",
    "status us-niger --json --known-by 2024-05-11",
    "log us-niger --jsonl -n 20",
    "timeline us-niger --csv",
    "positions us-niger",
    "findings us-niger --json",
    "replay us-niger --by known --jsonl",
    "diff us-niger known:2024-04-30 known:2024-05-11 --json",
    "search uranium",
    "show us-niger order-this-week",
    "why us-niger withdrawal:all-forces --json",
    "sources us-niger --csv",
    "since us-niger --keep --json",
    "brief us-niger",
    "brief us-niger --html --known-by 2024-05-11",
    "export bundle us-niger",
    "export script us-niger",
    "status us-niger --without politico-2024-05-10 --json",
    "replay us-niger --by happened --recorded-by #150 --json",
    "verify",
    "verify --json",
)


@pytest.fixture
def cluster() -> Cluster:
    return shared_cluster()


@pytest.fixture
def shared_place(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as name:
        yield cluster.address(name)


@pytest.fixture
def shared_log(invoke: Invoke, bundled: Path, shared_place: str) -> str:
    """Return the address of a shared log that holds the bundled histories."""
    assert invoke("admin", "init", "--log", shared_place).exit_code == 0
    assert invoke("copy", bundled, shared_place).exit_code == 0
    return shared_place


@pytest.fixture(scope="module")
def bundled_shared(bundled: Path) -> Iterator[str]:
    """Return the address of a shared log that holds the bundled histories, not to be written to."""
    cluster = shared_cluster()
    with cluster.database() as name:
        address = cluster.address(name)
        with EventLog.open(bundled, read_only=True) as source, EventLog.open(address) as target:
            copy_log(source, target)
        yield address


def test_a_backup_is_made_and_restored(invoke: Invoke, own: Path) -> None:
    done = invoke("backup", "backup.db", "--log", own)
    assert done.exit_code == 0, done.stderr
    first, *heads = done.stdout.splitlines()
    assert first == f"backed up {HELD} to backup.db"
    own.unlink()
    assert invoke("status", "--log", own).exit_code == 3
    assert invoke("restore", "backup.db", "--log", own).stdout == f"restored {HELD} to {own}\n"
    kept = [word for head in heads for word in ("--head", head)]
    assert len(kept) == 2 * len(ENTRIES)
    assert invoke("verify", "--log", own, *kept).exit_code == 0
    again = invoke("restore", "backup.db", "--log", own)
    assert (again.exit_code, again.stdout) == (3, "")
    assert again.stderr == f"error: {own} is there already and is never overwritten; name another file\n"
    assert invoke("backup", own, "--log", own).exit_code == 3


def test_what_was_done_is_told_to_scripts(invoke: Invoke, own: Path) -> None:
    with EventLog.open(own, read_only=True) as log:
        heads = log.heads()
    for words in (["backup", "b.db", "--log", own], ["restore", "b.db", "--log", "r.db"], ["copy", "b.db", "c.db"]):
        done = invoke(*words, "--json")
        told = json.loads(done.stdout)
        assert told == {
            "copied": ALL,
            "already": 0,
            "location": str(words[-1] if words[0] != "backup" else "b.db"),
            "head": heads,
        }
        assert done.stderr == ""


def test_copy_takes_both_places_as_arguments(invoke: Invoke, own: Path) -> None:
    done = invoke("copy", own, "other.db", "--log", own)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "copy takes both places as arguments" in done.stderr
    assert invoke("copy", "missing.db", "other.db").exit_code == 3
    assert invoke("copy", own, "other.db").stdout == f"copied {HELD} to other.db\n"
    assert invoke("copy", own, "other.db").stdout.endswith(f"to other.db, {ALL} entries were there already\n")


def test_a_file_needs_no_setting_up(invoke: Invoke, own: Path) -> None:
    done = invoke("admin", "init", "--log", own)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "name it with --log postgresql://" in done.stderr
    assert invoke("admin", "drop", "--log", own).exit_code == 2


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.parametrize("example", [example for name in VERBS for _, example in verbs()[name].examples])
def test_every_example_works(example: str, invoke: Invoke, bundled: Path, shared_place: str) -> None:
    if not example.startswith("communique"):
        assert example.startswith("psql")
        return
    assert invoke("copy", bundled, "negotiations.db").exit_code == 0
    words = shlex.split(example)[1:]
    if words[0] == "restore":
        assert invoke("backup", words[1], "--log", "negotiations.db").exit_code == 0
        words[-1] = "restored.db"
    if "postgresql:" in example.partition(" desk.db")[0 if words[0] == "copy" else 2]:
        assert invoke("copy", bundled, shared_place).exit_code == 0
    words = [shared_place if word.startswith("postgresql:") else word for word in words]
    done = invoke(*words)
    assert done.exit_code == 0, done.stderr
    assert done.stdout


@pytest.mark.postgres
def test_a_shared_log_is_set_up_and_told(invoke: Invoke, shared_place: str) -> None:
    first = invoke("admin", "init", "--log", shared_place)
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        f"made a log in {shared_place}",
        "let people record with GRANT communique_writers TO …, and read with GRANT communique_readers TO …",
    ]
    assert first.stderr.startswith("note: the server has fsync = off")
    again = json.loads(invoke("admin", "init", "--json", "--log", shared_place).stdout)
    assert (again["made"], again["roles_made"], again["location"]) == (False, [], shared_place)


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.parametrize("words", in_short(ASKING, *ASKING[::3]))
def test_every_verb_says_the_same_of_a_shared_log(
    words: str, invoke: Invoke, bundled: Path, bundled_shared: str
) -> None:
    ours, theirs = invoke(*words.split(), "--log", bundled), invoke(*words.split(), "--log", bundled_shared)
    assert theirs.exit_code == ours.exit_code == 0, theirs.stderr
    assert theirs.stdout == ours.stdout
    assert ours.stdout


@pytest.mark.postgres
def test_recording_into_a_shared_log(invoke: Invoke, shared_log: str, bundled: Path) -> None:
    words = ["add", "StatementMade", "-n", "us-niger", "id=new", "party=NER", "text=Something", "--log", shared_log]
    assert invoke(*words).exit_code == 0
    assert (
        json.loads(invoke("log", "us-niger", "--jsonl", "-n", "1", "--reverse", "--log", shared_log).stdout)["id"]
        == "new"
    )
    script = "\n".join(
        json.dumps({"event": "StatementMade", "negotiation": "us-niger", "party": party, "text": "Something else"})
        for party in ("USA", "XYZ")
    )
    for options in (["--dry-run"], []):
        refused = invoke("record", "-", "--log", shared_log, *options, stdin=script)
        assert (refused.exit_code, refused.stderr.partition(": unknown")[0]) == (1, "<stdin>:2: party")
    kept = json.loads(invoke("record", "-", "--keep-going", "--json", "--log", shared_log, stdin=script).stdout)
    assert (kept["recorded"], kept["rejected"]) == (1, 1)
    assert invoke("verify", "--log", shared_log).exit_code == 0
    with EventLog.open(shared_log, read_only=True) as log:
        assert [row.position for row in log.store.scan(ALL - 1)] == [ALL, ALL + 1, ALL + 2]


@pytest.mark.postgres
def test_who_may_only_read_tries_out_what_would_be_recorded(
    invoke: Invoke, cluster: Cluster, shared_place: str
) -> None:
    database = shared_place.partition("@/")[2].partition("?")[0]
    make_team(cluster, database)
    assert invoke("--log", shared_place, "record", seed_path("us-niger")).exit_code == 0
    reader = cluster.address(database, user="ben")
    for words in (["record", seed_path("panama-canal")], ["add", "PartyAdded", "-n", "us-niger", "party=TCD"]):
        assert invoke("--log", reader, *words).exit_code == 3
        done = invoke("--log", reader, *words, "--dry-run")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.startswith("would record ")
    wrong = '{"event":"StatementMade","negotiation":"us-niger","party":"NGR","text":"x"}'
    refused = invoke("--log", reader, "record", "-", "--dry-run", stdin=wrong)
    assert (refused.exit_code, refused.stderr.partition(";")[0]) == (1, "<stdin>:1: party: unknown party 'NGR'")
    with EventLog.open(reader, read_only=True) as log:
        assert log.store.max_position() == 163


@pytest.mark.postgres
def test_no_output_ever_has_a_password(invoke: Invoke, cluster: Cluster, shared_log: str) -> None:
    name = shared_log.partition("@/")[2].partition("?")[0]
    right, wrong = cluster.tcp_address(name), cluster.tcp_address(name, password="wrong-s3cr3t")  # noqa: S106 - as said
    for where, code in ((right, 0), (wrong, 3)):
        for words in (["verify"], ["admin", "init"], ["backup", f"{code}.db"], ["record", "--dry-run", "-"]):
            done = invoke("--log", where, *words, stdin='{"event":"PartyAdded","negotiation":"x","party":"USA"}')
            assert done.exit_code == code, done.stderr
            said = done.stdout + done.stderr
            assert not any(secret in said for secret in ("s3cr3t", PASSWORD, "%2F", "staple"))
            assert len(done.stderr.splitlines()) == (1 if code else 2 * (words[0] == "admin"))
