"""What docs/how-to/postgres.md says is done on a real server, with its addresses put in place of those of the page."""

from __future__ import annotations

import re
import shlex
import textwrap
from typing import TYPE_CHECKING, Final

import pytest
from click.testing import CliRunner

from tests.docs.pages import DOCS
from tests.postgres_server import Cluster
from tracker import EventLog
from tracker.scripts.reading import seed_path
from tracker.scripts.script import record_file
from tui.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.postgres

PAGE: Final = (DOCS / "how-to" / "postgres.md").read_text("utf-8")
_BLOCK: Final = re.compile(r"^( *)```(sql|sh)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ADDRESS: Final = re.compile(r"postgresql://(\w+)@[\w.,]+/(\w+)")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Return a server of this test's own, whose roles are those of the page."""
    cluster = Cluster.make().start()
    yield cluster
    cluster.stop("immediate")


@pytest.mark.long
def test_the_page_can_be_followed(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with EventLog.open("negotiations.db", by="analyst") as log:
        record_file(log, seed_path("us-niger"))
        heads = log.heads()

    def ours(text: str) -> str:
        return _ADDRESS.sub(lambda found: cluster.address(found[2], user=found[1]), text)

    done = []
    for _, language, text in _BLOCK.findall(PAGE):
        for line in textwrap.dedent(text).replace("\\\n", " ").splitlines():
            if language == "sql":
                cluster.sql(line)
                done.append(line.split()[0])
            elif line.startswith("export COMMUNIQUE_LOG=") and "," not in line:
                monkeypatch.setenv("COMMUNIQUE_LOG", ours(line.partition("=")[2]))
            elif line.startswith("communique "):
                result = CliRunner().invoke(cli, [ours(word) for word in shlex.split(line)[1:]])
                assert result.exit_code == 0, (line, result.output)
                done.append(line.split()[1])
    assert {"CREATE", "GRANT", "SELECT", "admin", "status", "copy", "verify", "backup"} == set(done)
    for where in (cluster.address("desk", user="ben"), "desk-monday.db"):
        with EventLog.open(where, create=False, read_only=True) as log:
            assert log.verify(heads.values()).ok
    for sql in (
        "REVOKE CONNECT ON DATABASE desk FROM PUBLIC",
        "wal_level = replica",
        "synchronous_standby_names = 'second'",
    ):
        assert sql in PAGE
        cluster.sql(sql if sql.startswith("REVOKE") else f"ALTER SYSTEM SET {sql}")
