"""Settings: the theme and the keys that a person chose, in a TOML file of their own; and the themes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from textual.keys import Keys
from textual.theme import BUILTIN_THEMES, Theme

from tracker.errors import ContentError, nearest
from tui.workspace.actions import ACTIONS, BY_ID, EVERYWHERE, FORM, Action

if TYPE_CHECKING:
    from pathlib import Path

DARK: Final = Theme(
    name="communique-dark",
    primary="#7aa2c8",
    secondary="#9d8fc4",
    accent="#e0b458",
    warning="#e0b458",
    error="#e07a6a",
    success="#84b87a",
    foreground="#d8dbe0",
    background="#14171c",
    surface="#1a1e25",
    panel="#242a33",
    dark=True,
    variables={"text-muted": "#8d95a1", "text-disabled": "#636b78"},
)
LIGHT: Final = Theme(
    name="communique-light",
    primary="#215a8e",
    secondary="#5b4a91",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a8291a",
    success="#2c6e2f",
    foreground="#1d2126",
    background="#f7f5f0",
    surface="#fbfaf7",
    panel="#e6e2d8",
    dark=False,
    variables={"text-muted": "#666a70", "text-disabled": "#92959a"},
)
_FAINT: Final = {"text-muted": "ansi_bright_black", "text-disabled": "ansi_bright_black"}


def _with_faint(name: str) -> Theme:
    """Return one of Textual's themes in the terminal's own colours, with a colour for what matters less."""
    theme = BUILTIN_THEMES[name]
    return replace(theme, name=f"communique-{name}", variables={**theme.variables, **_FAINT})


#: In the order in which a person goes through them; the last two use the terminal's own colours.
THEMES: Final = (DARK, LIGHT, _with_faint("ansi-dark"), _with_faint("ansi-light"))
NAMES: Final = tuple(theme.name for theme in THEMES)


_TOP: Final = ("theme", "keys")
#: Keys that have names; a comma is one, too, as keys are listed with commas.
_NAMED: Final = {key.value for key in Keys if not key.value.startswith("<")} | {"comma"}
#: What a terminal sends for keys of other names.
_SAME: Final = {"ctrl+m": "enter", "ctrl+j": "enter", "return": "enter", "ctrl+i": "tab", "ctrl+h": "backspace"}
#: Actions whose keys act while something is written, too.
_WHILE_WRITING: Final = frozenset(
    action.id for action in ACTIONS if FORM in action.where or action.id in {"palette", "back", "suspend"}
)
_NO_LETTER: Final = re.compile(r"(ctrl|alt)\+.+|f[0-9]+|escape")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose; `keys` holds the keys of an action by its id, as Textual names them."""

    theme: str | None = None
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)


def settings_path() -> Path:
    """Return where the settings are; there may be no file yet."""
    from platformdirs import user_config_path

    return user_config_path("communique", appauthor=False) / "settings.toml"


def read_settings(path: Path) -> Settings:
    """Return the settings in a file, or none where there is no file.

    Raises `ContentError` with every mistake, each with its place and what to write.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: cannot be read: {error}; mend it, or take it away") from None
    # Most people have no such file.
    import tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only of its grammar: a number may have more digits than Python reads, lists be too deep in one another.
        raise ContentError(f"{path}: is no TOML: {error}") from None
    problems = [*_problems(document)]
    if problems:
        raise ContentError("\n".join(f"{path}: {problem}" for problem in problems))
    keys = {name: _listed(value) for name, value in document.get("keys", {}).items()}
    return Settings(document.get("theme"), keys)


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _problems(document: dict[str, Any]) -> list[str]:
    problems = [f"{name}: there is no such setting{nearest(name, _TOP)}" for name in document if name not in _TOP]
    theme = document.get("theme")
    if theme is not None and theme not in NAMES:
        problems.append(f"theme: there is no theme {theme!r}{nearest(str(theme), NAMES)}; there are {', '.join(NAMES)}")
    keys = document.get("keys", {})
    if not isinstance(keys, dict):
        return [*problems, 'keys: must be a table, such as [keys] with play = "p"']
    for name, value in keys.items():
        if name not in BY_ID:
            problems.append(f"keys.{name}: there is no action {name!r}{nearest(name, BY_ID)}; ? lists them")
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            problems.append(f'keys.{name}: must be a key or a list of keys, such as "p" or ["p", "ctrl+r"]')
        else:
            problems += [f"keys.{name}: {problem}" for key in texts if (problem := _wrong_key(name, key))]
    return problems or [*_clashes({name: _listed(value) for name, value in keys.items()})]


def _wrong_key(name: str, key: str) -> str:
    """Return what is wrong with a key for an action, empty if nothing is."""
    if key in _SAME:
        return f"a terminal sends {key} for {_SAME[key]}; choose another key"
    is_sign = len(key) == 1 and key.isprintable() and key not in " ,"
    if not is_sign and key.removeprefix("alt+") not in _NAMED and not re.fullmatch(r"alt\+\w", key):
        return f"{key!r} is no key{nearest(key, _NAMED)}; write the sign itself, or a name: space, comma, f5, ctrl+r"
    if name in _WHILE_WRITING and not _NO_LETTER.fullmatch(key):
        return f"{key} is wanted while a form is written; choose a key with ctrl or alt, or such as f5"
    return ""


def _clashes(keys: dict[str, tuple[str, ...]]) -> list[str]:
    problems = []
    for name, chosen in keys.items():
        for other in BY_ID.values():
            if other.id == name or not _meet(BY_ID[name], other):
                continue
            shared = set(chosen) & set(keys.get(other.id, other.keys))
            if shared and (other.id not in keys or name < other.id):
                taken = ", ".join(sorted(shared))
                problems.append(
                    f"keys.{name}: {taken} is the key of {other.id} already; give {other.id} another one too"
                )
    return problems


def _meet(one: Action, other: Action) -> bool:
    if EVERYWHERE in one.where or EVERYWHERE in other.where:
        return True
    # A list is in every place but a form.
    return bool(set(one.where) & set(other.where)) or (
        "list" in (*one.where, *other.where) and "form" not in (*one.where, *other.where)
    )
