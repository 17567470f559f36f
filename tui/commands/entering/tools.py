"""The verbs as tools: what each takes, in JSON Schema, and the command line that its arguments make."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.errors import ContentError, nearest
from tui.commands import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The verbs that may be asked; each only reads.
READ_ONLY: Final = (
    *("status", "why", "diff", "since", "timeline", "agenda", "findings", "search", "show", "sources", "schema"),
)
#: What is the same for all, and is no argument: how output looks, the log, help.
_NOT_ASKED: Final = frozenset({"style", "log", "help"})
#: Beyond it no number of a verb makes sense.
_LONGEST: Final = 4096
CURSOR: Final[dict[str, Any]] = {
    "type": "string",
    "description": "`next` of the answer before, for its next page; all other arguments as they were.",
}


class ArgumentError(ContentError):
    """A tool was called with arguments that it does not take."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A verb as a tool: its name, what it does, and its parameters by name."""

    name: str
    does: str
    parameters: Mapping[str, click.Parameter]

    @classmethod
    def of(cls, name: str) -> Tool:
        """Return a verb as a tool."""
        module = import_module(f"tui.commands.{VERBS[name].module}")
        command: click.Command = getattr(module, f"{name}_command")
        asked = (param for param in command.params if param.name not in _NOT_ASKED and not _is_place(param))
        return cls(name, command.help or VERBS[name].does, {_name(param): param for param in asked})

    def schema(self) -> dict[str, Any]:
        """Return what it takes, as a JSON Schema that allows nothing else."""
        return {
            "type": "object",
            "properties": {**{name: _schema(param) for name, param in self.parameters.items()}, "cursor": CURSOR},
            "required": [name for name, param in self.parameters.items() if param.required],
            "additionalProperties": False,
        }

    def words(self, arguments: Mapping[str, Any]) -> list[str]:
        """Return the words of a command line; raises `ArgumentError` for an argument that the verb does not take."""
        require_known(self.name, arguments, self.parameters)
        given = {name: value for name, value in arguments.items() if value is not None}
        for name, param in self.parameters.items():
            if param.required and name not in given:
                raise ArgumentError(f"{self.name}: {name} is required")
        options = [word for name, value in given.items() for word in self._option(name, value)]
        positional = [
            text
            for name, param in self.parameters.items()
            if isinstance(param, click.Argument) and name in given
            for text in _texts(self.name, name, given[name], many=param.nargs != 1)
        ]
        kept = ["--keep"] if self.name == "since" else []
        return [self.name, *options, *kept, "--json", "--", *positional]

    def _option(self, name: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
        param = self.parameters[name]
        if not isinstance(param, click.Option):
            return
        option = _longest(param)
        if param.is_flag:
            if not isinstance(value, bool):
                raise ArgumentError(f"{self.name}: {name} must be true or false")
            if value:
                yield option
        elif _is_number(param):
            if not isinstance(value, int) or isinstance(value, bool):
                raise ArgumentError(f"{self.name}: {name} must be a whole number")
            yield f"{option}={value}"
        else:
            yield from (f"{option}={text}" for text in _texts(self.name, name, value, many=param.multiple))


def require_known(tool: str, arguments: Mapping[str, Any], known: Mapping[str, object]) -> None:
    """Raise `ArgumentError` for an argument that a tool does not have."""
    for name in arguments:
        if name not in known:
            hint = nearest(name, known) or f"; it takes {', '.join(known)}"
            raise ArgumentError(f"{tool}: there is no argument {name[:100]!r}{hint}")


def _texts(tool: str, name: str, value: Any, *, many: bool) -> list[str]:  # noqa: ANN401 - any JSON
    """Return an argument as texts."""
    items = value if many and isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, str):
            what = "a text, or a list of texts" if many else "a text"
            raise ArgumentError(f"{tool}: {name} must be {what}")
        if len(item) > _LONGEST:
            raise ArgumentError(f"{tool}: {name} is longer than {_LONGEST:,} characters")
    return items


def _name(param: click.Parameter) -> str:
    if isinstance(param, click.Argument):
        return str(param.name).removesuffix("_id")
    return _longest(param).removeprefix("--").replace("-", "_")


def _longest(param: click.Parameter) -> str:
    return max(param.opts, key=len)


def _is_place(param: click.Parameter) -> bool:
    return isinstance(param.type, click.Path | click.File)


def _is_number(param: click.Parameter) -> bool:
    return isinstance(param.type, click.IntRange | click.types.IntParamType)


def _schema(param: click.Parameter) -> dict[str, Any]:
    help_text = getattr(param, "help", None)
    told = {"description": help_text} if help_text else {}
    if getattr(param, "is_flag", False):
        return {"type": "boolean", **told}
    if _is_number(param):
        return {"type": "integer", **told}
    text: dict[str, Any] = {"type": "string"}
    if isinstance(param.type, click.Choice):
        text["enum"] = [str(choice) for choice in param.type.choices]
    if getattr(param, "multiple", False) or param.nargs != 1:
        return {"anyOf": [{"type": "array", "items": text}, text], **told}
    return {**text, **told}
