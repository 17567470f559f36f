"""What surrounds a run: the log that is meant, the time, the person's folders, and the terminal they sit at.

`COMMUNIQUE_LOG` names the log, `COMMUNIQUE_CAPTURES` the folder of captured documents, and `COMMUNIQUE_NOW` (ISO 8601)
stops the clock, for runs that can be repeated. An empty variable is an unset one.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from click import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOG_VARIABLE: Final = "COMMUNIQUE_LOG"
NOW_VARIABLE: Final = "COMMUNIQUE_NOW"
CAPTURES_VARIABLE: Final = "COMMUNIQUE_CAPTURES"
DEBUG_VARIABLE: Final = "COMMUNIQUE_DEBUG"
DEFAULT_LOG: Final = "negotiations.db"
_APPLICATION: Final = "communique"
#: What textual-serve puts into `TEXTUAL_DRIVER` when it runs a workspace.
_BROWSER: Final = "textual.drivers.web_driver:WebDriver"


def log_location(given: str | None = None) -> str:
    """Return where the log is: as given, else as `COMMUNIQUE_LOG` says, else `negotiations.db` here."""
    return given or os.environ.get(LOG_VARIABLE) or DEFAULT_LOG


def captures_folder() -> Path | None:
    """Return the folder in which documents are kept, as `COMMUNIQUE_CAPTURES` names it; None where it names none."""
    from pathlib import Path

    named = os.environ.get(CAPTURES_VARIABLE)
    return Path(named) if named else None


def clock() -> Callable[[], datetime] | None:
    """Return the clock that `COMMUNIQUE_NOW` has stopped, or None where time goes on.

    Raises `click.UsageError` where the variable holds no ISO 8601 time.
    """
    text = os.environ.get(NOW_VARIABLE)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        stopped = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{NOW_VARIABLE} is {text!r}, no ISO 8601 time; write 2024-05-11T12:00:00Z") from None
    return lambda: stopped


def now() -> datetime:
    """Return the present moment in UTC, or the one that `COMMUNIQUE_NOW` holds."""
    stopped = clock()
    return stopped() if stopped else datetime.now(UTC)


def today() -> date:
    """Return today's date in UTC, as findings about deadlines need it."""
    return now().date()


def is_in_browser() -> bool:
    """Say whether a browser shows this run, through `communique serve`, in place of a terminal."""
    return os.environ.get("TEXTUAL_DRIVER") == _BROWSER


def data_folder() -> Path:
    """Return the person's folder for what is made for them, such as the demonstration's log; it may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path(_APPLICATION, appauthor=False)


def state_folder() -> Path:
    """Return the person's folder for what may be forgotten, such as when they last looked; it may not exist yet."""
    from platformdirs import user_state_path

    return user_state_path(_APPLICATION, appauthor=False)


@contextmanager
def keys_from_terminal() -> Iterator[None]:
    """Let standard input be the controlling terminal, where it is a pipe or a file.

    Raises `LogError` where there is no such terminal.
    """
    if sys.__stdin__ is None or sys.__stdin__.isatty():
        yield
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        from tracker.errors import LogError

        raise LogError("the workspace needs a terminal; `communique status` prints the same in lines") from None
    descriptor = sys.__stdin__.fileno()
    saved = os.dup(descriptor)
    os.dup2(terminal, descriptor)
    os.close(terminal)
    try:
        yield
    finally:
        os.dup2(saved, descriptor)
        os.close(saved)
