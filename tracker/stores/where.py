"""What a place names: a file of SQLite, or a database of PostgreSQL.

The address of a database is read as libpq reads it, and shown without its password.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from tracker.errors import LogError

_POSTGRES: Final = ("postgresql:", "postgres:")
_SQLITE: Final = "sqlite:///"
#: What SQLite takes for something else than the name of a file.
_URI: Final = "file:"
_MEMORY: Final = ":memory:"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_HOW: Final = (
    "write postgresql://USER@HOST[:PORT][,HOST…]/DATABASE or postgresql://USER@/DATABASE?host=/SOCKET/FOLDER, with %40 "
    "for @, %2F for / and %3F for ? inside a password; better, keep it in ~/.pgpass"
)
#: What holds where neither the address nor libpq's environment says otherwise: (parameter, variable, value). A server
#: that has gone without a word is noticed within half a minute.
_DEFAULTS: Final = (
    ("fallback_application_name", "", "communique"),
    ("client_encoding", "", "utf8"),
    ("connect_timeout", "PGCONNECT_TIMEOUT", "10"),
    ("keepalives_idle", "", "10"),
    ("keepalives_interval", "", "5"),
    ("keepalives_count", "", "3"),
    ("tcp_user_timeout", "", "30000"),
)


def is_shared(where: str | Path) -> bool:
    """Say whether a place is a database of PostgreSQL."""
    return str(where).startswith(_POSTGRES)


def path_of(where: str | Path) -> Path:
    """Return the file that a place names, a path or ``sqlite:///path``; raises `LogError` for any other address."""
    text = str(where)
    path = text.removeprefix(_SQLITE)
    if isinstance(where, str) and (text == _MEMORY or text.lower().startswith(_URI)):
        hint = "" if "/" in text else f" (a file of that very name is ./{text})"
        raise LogError(
            f"{text} is an address of SQLite's own, and no file; write a path, sqlite:///path or postgresql://…{hint}"
        )
    if path == text and _SCHEME.match(text):
        raise LogError(
            f"a log is not kept under {text.partition('://')[0]}://; write a path, sqlite:///path or postgresql://…"
        )
    found = Path(path)
    # Without `./` it would be an address for SQLite again.
    return found.absolute() if str(found).lower().startswith(_URI) or str(found) == _MEMORY else found


class Address(NamedTuple):
    """Where a log in PostgreSQL is: for libpq, and for people, without the password."""

    conninfo: str
    location: str


def read_place(where: str) -> Address:
    """Return the place that an address names; raises `LogError`, which never repeats what it could not read."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        given = {name: str(value) for name, value in conninfo_to_dict(where).items()}
    except ProgrammingError:
        # libpq quotes what it stumbles over, which may be a part of the password.
        given = None
    if given is None or _is_misread(where, given):
        raise LogError(f"the address of the log in PostgreSQL cannot be read; {_HOW}")
    wanted = {name: value for name, variable, value in _DEFAULTS if name not in given and not os.environ.get(variable)}
    hosts = given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST", "")
    chosen = "target_session_attrs" in given or "service" in given or os.environ.get("PGTARGETSESSIONATTRS")
    if "," in hosts and not chosen:
        # Of several servers only the primary takes entries, and only it is sure to have the newest.
        wanted["target_session_attrs"] = "primary"
    return Address(make_conninfo("", **given, **wanted), _shown(given))


def _is_misread(where: str, given: dict[str, str]) -> bool:
    """Say whether a password that was not percent-encoded may have ended up in another part of the address."""
    before_query = where.partition("://")[2].partition("?")[0]
    authority, _, path = before_query.partition("/")
    ports = given.get("port", "").split(",")
    return authority.count("@") > 1 or "@" in path or not all(port.isdigit() or not port for port in ports)


def _shown(given: dict[str, str]) -> str:
    """Return the address as a person would write it, with nothing in it that is not needed to know the place."""
    user = f"{quote(given['user'])}@" if given.get("user") else ""
    names = (given.get("host") or given.get("hostaddr") or "").split(",")
    ports = (given.get("port") or "").split(",")
    ports *= len(names) if len(ports) == 1 else 1
    database = quote(given.get("dbname", ""))
    query = [f"service={quote(given['service'])}"] if given.get("service") else []
    if any(name.startswith(("/", "@")) for name in names):
        query.append(f"host={','.join(names)}")
        query += [f"port={given['port']}"] if given.get("port") else []
        hosts = ""
    else:
        # An address of version 6 stands in brackets.
        bracketed = [f"[{name}]" if ":" in name else name for name in names]
        pairs = zip(bracketed, ports, strict=False)
        hosts = ",".join(f"{name}:{port}" if port else name for name, port in pairs)
    return f"postgresql://{user}{hosts}/{database}" + (f"?{'&'.join(query)}" if query else "")
