"""Addresses of shared logs: read as libpq reads them, shown without a secret, and refused in one line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.postgres_server import PASSWORD, Cluster
from tests.tracker.given import stage
from tracker.errors import LogError, LogMissingError, LogTooNewError, LogUnreachableError, NotALogError
from tracker.log import EventLog
from tracker.stores.opening import open_store
from tracker.stores.where import read_place

CHECKOUT: Final = Path(__file__).resolve().parents[3]
SECRET: Final = "s3cr3t"  # noqa: S105 - to be looked for where it must not be


@pytest.mark.parametrize(
    ("where", "location"),
    [
        (f"postgresql://ada:{SECRET}@db.example.org/desk", "postgresql://ada@db.example.org/desk"),
        (f"postgres://ada@db.example.org:6432/desk?password={SECRET}", "postgresql://ada@db.example.org:6432/desk"),
        (f"postgresql://ada:{SECRET}%40%2F%3F%23@a:1,b:2/desk", "postgresql://ada@a:1,b:2/desk"),
        ("postgresql://a,b/desk?target_session_attrs=any", "postgresql://a,b/desk"),
        ("postgresql://a,b:6432/desk", "postgresql://a,b:6432/desk"),
        ("postgresql:///desk?host=/run/postgresql", "postgresql:///desk?host=/run/postgresql"),
        ("postgresql://ada@%2Frun%2Fpostgresql:6432/desk", "postgresql://ada@/desk?host=/run/postgresql&port=6432"),
        ("postgresql://[2001:db8::1]:6432/desk", "postgresql://[2001:db8::1]:6432/desk"),
        (f"postgresql://ada%40corp:{SECRET}@h/d%20k", "postgresql://ada%40corp@h/d%20k"),
        (f"postgresql:///?service=desk&sslpassword={SECRET}", "postgresql:///?service=desk"),
        ("postgresql://", "postgresql:///"),
    ],
)
def test_a_place_is_shown_without_its_secret(where: str, location: str) -> None:
    assert read_place(where).location == location


@pytest.mark.parametrize(
    "where",
    [
        f"postgresql://ada:{SECRET}@{SECRET}@h/desk",
        f"postgresql://ada:12/{SECRET}@h/desk",
        f"postgresql://ada:{SECRET}/x@h/desk",
        f"postgresql://h/desk?passwrd={SECRET}",
        f"postgresql://h:{SECRET}/desk",
        f"postgresql://h/desk?{SECRET}",
        f"postgresql:ada:{SECRET}@h/desk",
        f"postgresql://ada:{SECRET}%zz@h/desk",
        f"postgres://[{SECRET}/desk",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(where: str) -> None:
    with pytest.raises(LogError) as caught:
        open_store(where, create=False, read_only=True)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "write postgresql://USER@HOST" in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_of_several_servers_the_primary_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(where: str) -> object:
        return conninfo_to_dict(read_place(where).conninfo).get("target_session_attrs")

    assert chosen("postgresql://a/desk") is None
    assert chosen("postgresql://a,b/desk") == "primary"
    assert chosen("postgresql:///desk?host=/run/a,/run/b") == "primary"
    assert chosen("postgresql://a,b/desk?target_session_attrs=standby") == "standby"
    assert chosen("postgresql:///?service=desk") is None
    monkeypatch.setenv("PGHOST", "a,b")
    assert chosen("postgresql:///desk") == "primary"
    monkeypatch.setenv("PGTARGETSESSIONATTRS", "any")
    assert chosen("postgresql:///desk") is None


def test_what_libpqs_environment_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert conninfo_to_dict(read_place("postgresql:///desk").conninfo)["connect_timeout"] == "10"
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "3")
    assert "connect_timeout" not in conninfo_to_dict(read_place("postgresql:///desk").conninfo)


@pytest.mark.parametrize("where", ["mysql://h/desk", "http://h/desk", "file:///tmp/x.db", "sqlite://x.db"])
def test_another_kind_of_address_is_refused(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LogError, match="write a path, sqlite:///path or postgresql"):
        open_store(where, create=True, read_only=False)
    assert list(tmp_path.iterdir()) == []


def test_no_server_is_told_at_once() -> None:
    with pytest.raises(LogUnreachableError, match=r"127\.0\.0\.1:1/desk cannot be reached: .*refused") as caught:
        open_store(f"postgresql://ada:{SECRET}@127.0.0.1:1/desk", create=True, read_only=False)
    assert_one_line(caught.value)
    with pytest.raises(LogUnreachableError, match="cannot be reached") as caught:
        open_store(f"postgresql://ada:{SECRET}@127.0.0.1:1,127.0.0.1:2/desk", create=False, read_only=True)
    assert re.findall(r"port (\d)", str(caught.value)) == ["1", "2"]
    assert_one_line(caught.value)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("user", "password", "name", "problem"),
    [
        ("postgres", SECRET, "postgres", "password authentication failed"),
        ("postgres", "", "postgres", "no password supplied"),
        ("nobody-of-that-name", SECRET, "postgres", "password authentication failed"),
        ("postgres", PASSWORD, "no_such_desk", "does not exist"),
    ],
)
def test_who_is_not_let_in_is_told_why(cluster: Cluster, user: str, password: str, name: str, problem: str) -> None:
    where = cluster.tcp_address(name, user=user, password=password)
    with pytest.raises(LogUnreachableError, match=problem) as caught:
        open_store(where, create=False, read_only=True)
    assert_one_line(caught.value)


@pytest.mark.postgres
def test_a_log_is_reached_over_tcp_with_a_password_and_over_a_socket(cluster: Cluster, database: str) -> None:
    with EventLog.open(cluster.tcp_address(database)) as log:
        log.record(stage())
        assert log.location == f"postgresql://postgres@127.0.0.1:{cluster.port}/{database}"
        with EventLog.open(cluster.address(database), read_only=True) as other:
            assert other.identity == log.identity
            assert len(list(other.read())) == 12


@pytest.mark.postgres
def test_a_database_without_a_log_and_one_of_another_program(cluster: Cluster, database: str) -> None:
    where = cluster.address(database)
    with pytest.raises(LogMissingError, match="communique admin init"):
        open_store(where, create=False, read_only=False)
    cluster.sql("CREATE SCHEMA communique", database)
    for create in (False, True):
        with pytest.raises(NotALogError, match="holds no log"):
            open_store(where, create=create, read_only=False)
    assert cluster.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'communique'::regnamespace", database) == [
        (0,)
    ]


@pytest.mark.postgres
def test_a_log_of_a_newer_version_is_refused(cluster: Cluster, database: str) -> None:
    where = cluster.address(database)
    EventLog.open(where).close()
    cluster.sql(
        "ALTER TABLE communique.log_properties DISABLE TRIGGER ALL;"
        "UPDATE communique.log_properties SET value = '99' WHERE name = 'format'",
        database,
    )
    for read_only in (True, False):
        with pytest.raises(LogTooNewError, match="upgrade communique"):
            open_store(where, create=not read_only, read_only=read_only)


@pytest.mark.postgres
def test_who_may_not_look_into_the_log_is_told_whom_to_ask(cluster: Cluster, database: str) -> None:
    where = cluster.address(database)
    cluster.sql("DROP ROLE IF EXISTS eve; CREATE ROLE eve LOGIN")
    theirs = cluster.address(database, user="eve")
    with pytest.raises(LogMissingError):
        open_store(theirs, create=False, read_only=True)
    with pytest.raises(LogError, match="may not make one; let the owner of the database run `communique admin init`"):
        open_store(theirs, create=True, read_only=False)
    EventLog.open(where).close()
    with pytest.raises(LogError, match="may not be read by you; its owner lets you"):
        open_store(theirs, create=False, read_only=True)


def assert_one_line(error: Exception) -> None:
    assert "\n" not in str(error)
    assert SECRET not in str(error)
    assert PASSWORD not in str(error)


@pytest.mark.long
@pytest.mark.parametrize("missing", ["psycopg", "psycopg_pool"])
def test_without_the_extra_it_is_named(missing: str) -> None:
    program = f"""
import sys
sys.modules[{missing!r}] = None
from tracker import EventLog
from tracker.errors import LogError
try:
    EventLog.open("postgresql://ada:{SECRET}@h/desk")
except LogError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=CHECKOUT, check=False)
    assert done.stderr == ""
    assert done.stdout == (
        "a log in PostgreSQL needs the extra `postgres`, which is not installed: pip install 'communique[postgres]'\n"
    )


@pytest.mark.long
def test_a_file_needs_nothing_of_it(tmp_path: Path) -> None:
    program = """
import sys
from tracker import EventLog
EventLog.open(sys.argv[1]).close()
print(sorted(name for name in sys.modules if name.startswith(("psycopg", "tracker.stores.postgres.store"))))
"""
    words = [sys.executable, "-c", program, str(tmp_path / "log.db")]
    assert subprocess.run(words, capture_output=True, text=True, cwd=CHECKOUT, check=True).stdout == "[]\n"
