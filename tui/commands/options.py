"""What verbs have in common: the log that they work on, their options, examples and completion."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from tui import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from click.shell_completion import CompletionItem

    from projections.claims.cut import Cut
    from tracker.log import EventLog

F = TypeVar("F", bound="Callable[..., Any]")
_STYLES: Final = {
    "json": "One JSON document.",
    "jsonl": "One JSON document a line.",
    "csv": "CSV, with a header.",
    "plain": "Lines without drawing, for a screen reader or `cut`.",
}


class Invocation:
    """One run of the command line: which log it is about."""

    def __init__(self, log: str | None = None) -> None:
        self.given = log

    @property
    def where(self) -> str:
        """Where the log is."""
        return environment.log_location(self.given)

    def require_apart(self, file: Path) -> None:
        """Raise `NameUnknownError` where a file that is there is the log itself, or what SQLite keeps beside it."""
        from tracker.stores.sqlite.file import require_apart, resolve
        from tracker.stores.where import is_shared, path_of

        if not is_shared(self.where):
            require_apart(file, resolve(path_of(self.where)))

    def reading(self, by: str | None = "") -> EventLog:
        """Return the log, open for reading by a person, None for the one at the keyboard; raises `LogMissingError`."""
        from tracker.log import EventLog

        return EventLog.open(self.where, create=False, read_only=True, clock=environment.clock(), by=by)

    def writing(self, by: str | None = None) -> EventLog:
        """Return the log, open for recording under a name; it is made where there is none."""
        from tracker.log import EventLog

        return EventLog.open(self.where, clock=environment.clock(), by=by)

    def mending(self, by: str | None = None) -> EventLog:
        """Return the log, open for writing under a name, where there is one; raises `LogMissingError`."""
        from tracker.log import EventLog

        return EventLog.open(self.where, create=False, clock=environment.clock(), by=by)

    @contextmanager
    def trying(self, *, create: bool = True) -> Iterator[EventLog]:
        """Give a log for a trial: the one that is meant, or an empty one to throw away where there is none yet.

        It is open for reading only where it does not take writing. Without `create` it raises `LogMissingError` where
        there is none, as `mending` does.
        """
        from tracker.errors import LogMissingError, LogReadOnlyError
        from tracker.log import EventLog

        log: EventLog | None = None
        try:
            try:
                # Trying out records in a transaction that is undone, which takes no memory however much is tried out.
                log = EventLog.open(self.where, create=False, clock=environment.clock())
                log.require_writable()
            except LogReadOnlyError:
                if log is not None:
                    log.close()
                log = self.reading(None)
        except LogMissingError:
            if not create:
                raise
            with (
                TemporaryDirectory(prefix="communique-", ignore_cleanup_errors=True) as folder,
                Invocation(str(Path(folder) / "trial.db")).writing() as log,
            ):
                yield log
            return
        with log:
            yield log


class OneOf(click.Choice):  # type: ignore[type-arg]  # generic in newer versions of click
    """A choice that tells the nearest one where none of them was made; `also` are other names of some, not listed."""

    def __init__(self, choices: Sequence[str], *, also: Mapping[str, str] | None = None) -> None:
        super().__init__(choices)
        self._also = dict(also or {})

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click's
        """Return the choice."""
        try:
            return super().convert(self._also.get(value, value), param, ctx)
        except click.BadParameter:
            from tracker.errors import nearest

            known = ", ".join(map(str, self.choices))
            self.fail(f"{value!r} is not one of {known}{nearest(str(value), map(str, self.choices))}", param, ctx)


class NamedPath(click.Path):
    """A path, as `pathlib` has it; an empty name is refused, or it would be that of the present folder."""

    def __init__(
        self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = True, dash: bool = False
    ) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay, allow_dash=dash, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click's
        """Return the path."""
        if not value:
            self.fail("the name is empty; write one", param, ctx)
        if isinstance(value, str) and "\0" in value:
            self.fail("a name of a file holds no null character; write another", param, ctx)
        return super().convert(value, param, ctx)


class Verb(click.Command):
    """A verb: takes `--log` after it as well as before, and has examples at the end of its help."""

    def __init__(self, *args: Any, examples: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        log_option(expose_value=False)(self)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each under what it is for."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for index, (purpose, command) in enumerate(self.examples):
                if index:
                    formatter.write_paragraph()
                formatter.write_text(f"{purpose}:")
                formatter.write(f"{'':{formatter.current_indent + 2}}{command}\n")


def verb(name: str, *, examples: Sequence[tuple[str, str]]) -> Callable[[Callable[..., Any]], Verb]:
    """Make a function a verb; `examples` are pairs of what for and how."""
    return click.command(name, cls=Verb, examples=examples)


def log_option(*, expose_value: bool) -> Callable[[F], F]:
    """Add `--log WHERE`."""
    return click.option(
        "--log",
        metavar="WHERE",
        expose_value=expose_value,
        callback=None if expose_value else _take_log,
        shell_complete=_complete_path,
        help="The log: a path, sqlite:///path or postgresql://…  [default: COMMUNIQUE_LOG, else negotiations.db]",
    )


def _take_log(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001 - as click calls it
    if value and isinstance(ctx.obj, Invocation):
        ctx.obj.given = value


def styles(*names: str) -> Callable[[F], F]:
    """Add the options that choose how output looks; the last one given counts, and the verb gets it as `style`."""

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = click.option(f"--{name}", "style", flag_value=name, default=None, help=_STYLES[name])(function)
        return function

    return decorate


@dataclass(frozen=True, slots=True)
class Query:
    """What a verb that reads is asked: of which log, at which cut, without which sources, and how it is to look."""

    invocation: Invocation
    cut: Cut
    without: tuple[str, ...]
    style: str | None

    def reading(self, by: str | None = "") -> EventLog:
        """Return the log, open for reading; raises `LogMissingError`."""
        return self.invocation.reading(by)

    @property
    def sees_all(self) -> bool:
        """Whether nothing is cut off, and no source left out."""
        return self.cut.is_open and not self.without

    def document(self, negotiation: str, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was found at the cut as one JSON document."""
        return {"negotiation": negotiation, "cut": self.cut.to_json(), **found}


def query_options(*style_names: str, hides_sources: bool = False) -> Callable[[F], F]:
    """Add the cut options and those that choose how output looks; the verb gets a `Query` before its own options.

    Help does not list `--without` where the verb refuses it, as one of many negotiations does.
    """

    def decorate(function: F) -> F:
        @click.pass_obj
        @functools.wraps(function)
        def with_query(
            invocation: Invocation,
            /,
            *,
            cut: str | None,
            without: tuple[str, ...],
            style: str | None = None,
            **options: Any,  # noqa: ANN401 - the verb's own
        ) -> Any:  # noqa: ANN401 - what the verb returns
            given = {name: options.pop(name) for name in _AXES}
            return function(Query(invocation, _cut_of(cut, given), without, style), **options)

        decorated = styles(*style_names)(with_query)
        for option in (_without_option(hidden=hides_sources), *reversed(_CUT_OPTIONS)):
            decorated = option(decorated)
        return decorated  # type: ignore[return-value]

    return decorate


def _cut_of(text: str | None, given: Mapping[str, str | None]) -> Cut:
    """Return the cut that `--cut` and the options of its axes hold; raises `click.UsageError`."""
    from projections.claims.cut import Cut
    from tracker.dates.informal import at_prompt

    given = {name: value and at_prompt(value, environment.today()) for name, value in given.items()}
    values = given if text is None else read_cut(text).to_json()
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if text is not None and value is not None and values[name] is not None:
            raise click.UsageError(f"--cut and {option} both say {name.replace('_', ' ')}; give it once")
    try:
        return Cut(**{name: given[name] or value for name, value in values.items()})
    except ValueError as error:
        message = str(error)
        for name in _AXES:
            message = message.replace(f"{name}: ", f"--{name.replace('_', '-')}: ", 1)
        raise click.UsageError(message) from None


def read_cut(text: str) -> Cut:
    """Return the cut that an argument holds; raises `click.UsageError`."""
    from projections.claims.cut import Cut

    if not text.strip():
        raise click.UsageError("a cut is empty; write now for the present, or a cut as in known:2024-05-01 or #412")
    try:
        return Cut.at_prompt(text, environment.today())
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def negotiation_argument(*, required: bool = True) -> Callable[[F], F]:
    """Add the argument that names a negotiation."""
    return click.argument("negotiation", required=required, shell_complete=complete_negotiation)


def standing_option(function: F) -> F:
    """Add `--standing`."""
    help_text = "Leave out what was retracted, and what is said about it."
    return click.option("--standing", is_flag=True, help=help_text)(function)


def by_option(function: F) -> F:
    """Add `--by NAME`."""
    help_text = "Who records.  [default: your name on this machine]"
    return click.option("--by", metavar="NAME", callback=_require_name, help=help_text)(function)


def _require_name(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("a name is empty; leave the option out to record under your own", ctx, param)
    return value


def _completer(names: Callable[[EventLog, click.Context], Iterable[str]]) -> Callable[..., list[CompletionItem]]:
    """Return what offers those of some names in the log that begin with what was typed."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
        given = ctx.params.get("log") or ctx.find_root().params.get("log")
        try:
            with Invocation(given).reading() as log:
                return _items(names(log, ctx), incomplete)
        except Exception:  # noqa: BLE001 - while somebody types, nothing that goes wrong is worth a word
            return []

    return complete


def _negotiation(ctx: click.Context) -> str | None:
    name = ctx.params.get("negotiation")
    return name if isinstance(name, str) else None


def _subjects(log: EventLog, ctx: click.Context) -> Iterable[str]:
    from projections.views.status import status

    negotiation = _negotiation(ctx)
    return status(log, negotiation).subjects if negotiation else ()


def _registered(kind: str) -> Callable[[EventLog, click.Context], Iterable[str]]:
    """Return what lists the names of a kind that are registered in the negotiation typed before, or in any."""

    def names(log: EventLog, ctx: click.Context) -> Iterable[str]:

        negotiation = _negotiation(ctx)
        found = [negotiation] if negotiation else log.negotiations()
        return dict.fromkeys(name for each in found for name in log.application.negotiation(each).registers[kind])

    return names


complete_negotiation: Final = _completer(lambda log, _: log.negotiations())
complete_entry: Final = _completer(lambda log, ctx: [entry.id for entry in log.read(_negotiation(ctx))])
complete_subject: Final = _completer(_subjects)
complete_source: Final = _completer(_registered("source"))
complete_party: Final = _completer(_registered("party"))
complete_matter: Final = _completer(_registered("matter"))

_AXES: Final = ("happened_by", "known_by", "recorded_by")
_CUT_OPTIONS: Final = (
    click.option("--happened-by", metavar="DATE", help="Only what had happened by then."),
    click.option("--known-by", metavar="DATE", help="Only what was public by then."),
    click.option("--recorded-by", metavar="DATE|#N", help="Only what was in the log by then, or up to #N."),
    click.option("--cut", metavar="CUT", help="The three in one, as in known:2024-05-01,happened:2024-04 or #412."),
)


def _without_option(*, hidden: bool) -> Callable[[F], F]:
    help_text = "Leave a source out of account, with those that only relay it; repeatable."
    return click.option(
        "--without",
        metavar="SOURCE",
        multiple=True,
        hidden=hidden,
        shell_complete=complete_source,
        help=help_text,
    )


def complete_event(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Return the event types that begin with what was typed."""
    from tracker.events.registry import event_types

    return _items(event_types(), incomplete)


def _complete_path(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _items(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
