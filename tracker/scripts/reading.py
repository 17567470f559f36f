"""Reading a script: its entries one by one, as events or with what is wrong with them; and those that come with us."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from tracker.errors import ContentError, EntryRejectedError, NameUnknownError, Problem, nearest
from tracker.events.counting import ambiguous
from tracker.events.parsing import parse
from tracker.events.references import REGISTERED_BY, written_references
from tracker.events.registry import find_event_type
from tracker.scripts.formats import format_of, reader
from tracker.scripts.shorthands import Shorthands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tracker.events.base import Event, Kind
    from tracker.recording import Assumption
    from tracker.scripts.formats import ScriptItem

STDIN: Final = "<stdin>"
_SEEDS: Final = (".jsonl", ".yaml", ".csv")


class ScriptLine(NamedTuple):
    """One entry of a script: where it stands, and the event that it is or what is wrong with it.

    Of an entry with problems, `assumes` are the names that it would have registered, as (negotiation, kind, name), so
    that what rests on them is not blamed for it; `names` are those that it rests on, with the field before the kind.
    """

    file: str
    line: int
    event: Event | None
    problems: tuple[Problem, ...] = ()
    assumes: tuple[Assumption, ...] = ()
    names: tuple[tuple[str, str, Kind, str], ...] = ()


def read_script(
    path: str | Path | IO[bytes],
    *,
    format: str | None = None,  # noqa: A002 - as the option is called
    name: str | None = None,
    shorthands: Shorthands | None = None,
) -> Iterator[ScriptLine]:
    """Return the entries of a script one by one, never the whole of it in memory.

    The format (``jsonl``, ``yaml``, ``csv``) is told by the file's ending where it is not given. A stream without a
    name is standard input, and JSON Lines. `shorthands` know of parties and sources beside those of the script. A
    script without an entry gives one line that says so. Raises `NameUnknownError` for a format or a file that does not
    exist, and `ContentError` where reading fails.
    """
    file = name or (str(path) if isinstance(path, str | Path) else STDIN)
    format_name = format or ("jsonl" if file == STDIN else format_of(file))
    return _lines(path, file, format_name, shorthands or Shorthands())


def _lines(path: str | Path | IO[bytes], file: str, format_name: str, shorthands: Shorthands) -> Iterator[ScriptLine]:
    read = reader(format_name)
    empty = True
    with opened(path, file) as stream:
        for line in lines_of(shorthands.expand(read(stream)), file):
            empty = False
            yield line
    if empty:
        yield nothing_in(file)


def lines_of(items: Iterable[ScriptItem], file: str) -> Iterator[ScriptLine]:
    """Yield the entries that the items of a script are."""
    for number, data, wrong in items:
        problems = wrong
        if data is not None or not wrong:
            try:
                event = parse(data)
            except EntryRejectedError as error:
                told = {problem.field for problem in wrong}
                problems += tuple(problem for problem in error.problems if problem.field not in told)
            else:
                problems += tuple(ambiguous(event, data))
                if not problems:
                    yield ScriptLine(file, number, event)
                    continue
        placed = tuple(problem.at(file, problem.line or number) for problem in problems)
        rest = (_assumes(data), _names(data, problems)) if isinstance(data, dict) else ()
        yield ScriptLine(file, number, None, placed, *rest)


def nothing_in(file: str) -> ScriptLine:
    """Return what stands for the entries of a script that has none."""
    problem = Problem("there is nothing to record in it; a script has an entry or more", file=file)
    return ScriptLine(file, 0, None, (problem,))


@contextmanager
def opened(path: str | Path | IO[bytes], file: str) -> Iterator[IO[bytes]]:
    """Open a script; raises `NameUnknownError` where there is none, `ContentError` where reading it fails."""
    try:
        script = Path(path).open("rb") if isinstance(path, str | Path) else nullcontext(path)  # noqa: SIM115 - entered below
    except FileNotFoundError:
        raise NameUnknownError(f"there is no file {path}; check its name") from None
    except IsADirectoryError:
        raise NameUnknownError(f"{path} is a directory; name a script in it") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise NameUnknownError(f"{path} cannot be read: {why}; check its name and permissions") from None
    with script as stream:
        try:
            yield stream
        except OSError as error:
            why = error.strerror or error
            raise ContentError(f"{file}: reading it failed: {why}; nothing more was read") from error


def _assumes(data: Mapping[str, Any]) -> tuple[Assumption, ...]:
    """Return the names that an entry would register if it were right."""
    negotiation = data.get("negotiation")
    if not isinstance(negotiation, str):
        return ()
    names = [("entry", data.get("id"))]
    kind = _kind_of(data)
    if kind is not None and (register := REGISTERED_BY.get(kind)):
        names.append((register, data.get(register)))
    return tuple((negotiation, kind, name) for kind, name in names if isinstance(name, str))


def _names(data: Mapping[str, Any], problems: Iterable[Problem]) -> tuple[tuple[str, str, Kind, str], ...]:
    """Return the names in an entry, but those of which a problem was told already."""
    negotiation, kind = data.get("negotiation"), _kind_of(data)
    if not isinstance(negotiation, str) or kind is None:
        return ()
    told = {problem.field for problem in problems}
    if "negotiation" in told:
        return ()
    found = written_references(kind, data)
    return tuple((negotiation, *reference) for reference in found if reference.field not in told)


def _kind_of(data: Mapping[str, Any]) -> type[Event] | None:
    event = data.get("event")
    return find_event_type(event) if isinstance(event, str) else None


def seeds() -> list[str]:
    """Return the names of the bundled histories in alphabetical order, such as `us-niger`."""
    return sorted({path.stem for path in _folder().iterdir() if path.suffix in _SEEDS})


def seed_path(name: str) -> Path:
    """Return the script of a bundled history; where there are several, JSONL comes first, then YAML, then CSV.

    Raises `NameUnknownError`, which names the nearest or all of them, where there is none of that name.
    """
    known = seeds()
    if name not in known:
        hint = nearest(name, known) or f"; bundled are: {', '.join(known)}"
        raise NameUnknownError(f"no bundled history is called {name!r}{hint}")
    return next(path for ending in _SEEDS if (path := _folder() / f"{name}{ending}").is_file())


def _folder() -> Path:
    from importlib.resources import files

    # hatchling renames seeds/ to tracker/_seeds/ on its way into the wheel; see pyproject.toml.
    package = Path(str(files("tracker")))
    installed = package / "_seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
