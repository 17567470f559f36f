"""The reference of the Python packages, from their docstrings; `python -m tests.docs.api_reference` makes it anew."""

from __future__ import annotations

import inspect
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import griffe

from tests.between import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = Path(__file__).resolve().parents[2]
PART: Final = Part("python.md", "names", "tests.docs.api_reference")
#: The modules whose public names are told, each with what it is for.
MODULES: Final = {
    "tracker": "the log",
    "tracker.errors": "what is refused, and why",
    "projections": "the views",
    "projections.frames": "the log as frames",
    "projections.fleet": "many negotiations on an engine",
}
_CODE: Final = re.compile(r"``([^`]+)``")


@cache
def rendered() -> str:
    """Return the reference as Markdown."""
    return "\n".join(line for name, about in MODULES.items() for line in _module(name, about))


@cache
def _loaded(package: str) -> Any:  # noqa: ANN401 - griffe's tree
    return griffe.load(package, search_paths=[str(_ROOT)], allow_inspection=False)


def _tree(path: str) -> Any:  # noqa: ANN401 - griffe's tree
    """Return what a dotted path leads to."""
    package, _, inside = path.partition(".")
    return _loaded(package)[inside] if inside else _loaded(package)


def names_of(module: str) -> list[str]:
    """Return the names that a module gives to others, in its order."""
    found = _tree(module)
    if found.exports:
        return [str(name) for name in found.exports]
    return [
        name
        for name, one in found.members.items()
        if not one.is_alias and not name.startswith("_") and (one.is_class or one.is_function)
    ]


def _module(name: str, about: str) -> Iterator[str]:
    yield f"## `{name}`: {about}"
    yield ""
    tree = _tree(name)
    yield _prose(tree)
    yield ""
    for public in names_of(name):
        yield from _object(public, tree[public])


def _object(name: str, one: Any) -> Iterator[str]:  # noqa: ANN401 - griffe's tree
    if one.is_alias:
        # Names of a package that are imported when they are asked for.
        one = _tree(one.target_path)
    if one.is_attribute:
        return
    yield f"### {name}"
    yield ""
    yield f"`{_signature(name, one)}`"
    yield ""
    yield _prose(one)
    yield ""
    if one.is_class:
        for member, method in one.members.items():
            if not member.startswith("_") and method.docstring and (method.is_function or method.is_attribute):
                what = _signature(member, method) if method.is_function else member
                yield f"- `{what}`: {_first(method)}"
        yield ""


def _signature(name: str, one: Any) -> str:  # noqa: ANN401 - griffe's tree
    if not one.is_function:
        return name
    return f"{name}({', '.join(_parameters(one.parameters))})"


def _parameters(parameters: Any) -> Iterator[str]:  # noqa: ANN401 - griffe's tree
    is_keyword = False
    for one in parameters:
        if one.name in {"self", "cls"}:
            continue
        kind = one.kind.value if one.kind else ""
        if kind == "keyword-only" and not is_keyword:
            is_keyword = True
            yield "*"
        star = "*" if kind == "variadic positional" else "**" if kind == "variadic keyword" else ""
        yield f"{star}{one.name}{'' if one.default is None or star else f'={one.default}'}"


def _prose(one: Any) -> str:  # noqa: ANN401 - griffe's tree
    """Return a docstring as Markdown: code in one pair of marks, and what could be a tag as text."""
    if one.docstring is None:
        return ""
    text, _, example = inspect.cleandoc(one.docstring.value).partition("\n>>>")
    text = _CODE.sub(r"`\1`", text).replace(".. code-block:: text\n", "").rstrip()
    return f"{text}\n\n```pycon\n>>>{example}\n```" if example else text


def _first(one: Any) -> str:  # noqa: ANN401 - griffe's tree
    return " ".join(_prose(one).partition("\n\n")[0].split())


def main() -> None:
    """Put the names as they are now into the reference."""
    PART.put(rendered())


if __name__ == "__main__":
    main()
