"""Settings, keys of one's own, the last view, and jumping by letters."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from tests.tui.workspace.given import RECORDED_AT, TODAY, Opened, text_of, until
from tracker import EventLog
from tracker.errors import ContentError
from tui.kept import Views
from tui.workspace.actions import BY_ID, choose_keys
from tui.workspace.app import Workspace
from tui.workspace.screens.base import OpeningScreen
from tui.workspace.screens.jump import JumpScreen
from tui.workspace.screens.workspace import WorkspaceScreen
from tui.workspace.settings import NAMES, Settings, read_settings
from tui.workspace.widgets.lines import LineList

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot


#: Where colours may be few, the pane with the keys has a heavy frame.
_HEAVY: Final = str.maketrans("┏┓┗┛━┃", "╭╮╰╯─│")


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    yield
    choose_keys({})


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_is_as_it_comes(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_a_theme_and_keys_are_read(tmp_path: Path) -> None:
    chosen = ['play = "p"', 'event-next = ["n", "ctrl+n"]', 'search-next = "N"', 'search-back = "B"']
    path = written(tmp_path, "\n".join(['theme = "communique-light"', "[keys]", *chosen]))
    assert read_settings(path) == Settings(
        "communique-light",
        {"play": ("p",), "event-next": ("n", "ctrl+n"), "search-next": ("N",), "search-back": ("B",)},
    )


def test_every_key_that_an_action_has_may_be_chosen_for_it(tmp_path: Path) -> None:
    chosen = {action.id: list(action.keys) for action in BY_ID.values()}
    path = written(tmp_path, "[keys]\n" + "\n".join(f"{name} = {json.dumps(keys)}" for name, keys in chosen.items()))
    assert read_settings(path).keys == {name: tuple(keys) for name, keys in chosen.items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = 5", "there is no theme 5"),
        ('theme = "communique-drak"', "did you mean 'communique-dark'?"),
        ('colour = "red"', "colour: there is no such setting"),
        ('[keys]\nplya = "p"', "did you mean 'play'?"),
        ("[keys]\nplay = 5", "keys.play: must be a key or a list of keys"),
        ("[keys]\nplay = []", "keys.play: must be a key or a list of keys"),
        ("keys = 5", "keys: must be a table"),
        ('[keys]\nplay = "m"', "keys.play: m is the key of mark already"),
        ('[keys]\nplay = "j"', "keys.play: j is the key of down already"),
        ('[keys]\nplay = "p', "is no TOML"),
        ('[keys]\nretract = "question_mark"', "'question_mark' is no key"),
        ('[keys]\nretract = "q,x"', "'q,x' is no key"),
        ('[keys]\nplay = ","', "',' is no key"),
        ('[keys]\nplay = "esc"', "did you mean 'escape'?"),
        ('[keys]\nplay = "Ctrl+S"', "did you mean 'ctrl+s'?"),
        ('[keys]\nplay = "\\u202e"', "is no key"),
        ('[keys]\nplay = "ctrl+m"', "a terminal sends ctrl+m for enter"),
        ('[keys]\nrecord = "a"', "keys.record: a is wanted while a form is written"),
        ('[keys]\npalette = "%"', "keys.palette: % is wanted while a form is written"),
        ('[keys]\nadd-now = "tab"', "keys.add-now: tab is wanted while a form is written"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ContentError) as caught:
        read_settings(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))


@pytest.mark.long
async def test_a_key_of_ones_own_works_and_is_shown(river: Path) -> None:
    with EventLog.open(river, clock=lambda: RECORDED_AT) as log:
        settings = Settings("communique-light", {"event-back": ("b",), "help": ("H",)})
        app = Workspace(log, "river", today=TODAY, settings=settings)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
            await pilot.pause()
            assert app.theme == "communique-light"
            assert "b ] Event" in text_of(pilot).splitlines()[-1]
            await pilot.press("b")
            assert "REPLAY" in text_of(pilot)
            await pilot.press("[", "H", *"back to the previous entry")
            assert "b           Event" in text_of(pilot)


async def _visit(river: Path, *keys: str) -> str:
    """Open the workspace as it is run, press keys, leave, and return what was seen first."""
    with EventLog.open(river, clock=lambda: RECORDED_AT) as log:
        app = Workspace(log, "river", today=TODAY, remember=True)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
            await pilot.pause()
            seen = text_of(pilot)
            await pilot.press(*keys)
            await pilot.press("q")
            await until(pilot, lambda: not app.is_running)
    return seen


async def test_the_last_view_is_there_again(river: Path) -> None:
    assert "● LIVE" in await _visit(river, "t", "t", "[", "[", "[", "m", "[", "s", "3", "T")
    seen = await _visit(river, "L")
    assert "REPLAY · happened ≤ 2024-03-15" in seen
    assert "by known" in seen
    assert "A→here" in seen
    assert "where you left" in seen
    assert "● LIVE" in await _visit(river)
    with EventLog.open(river) as log:
        assert Views(log.identity).theme == NAMES[1]


@pytest.mark.long
@pytest.mark.parametrize(("typed", "kept"), [("party:STH", "party:STH"), ("school", "school")])
async def test_the_filter_is_there_again_until_it_is_taken_away(river: Path, typed: str, kept: str) -> None:
    await _visit(river, "f", *typed, "enter")
    assert f"filter: {kept} · esc shows all" in await _visit(river, "escape")
    assert "filter:" not in await _visit(river)


@pytest.mark.long
async def test_a_filter_that_names_nothing_any_more_is_left_out(river: Path) -> None:
    await _visit(river, "f", *"party:STH", "enter")
    with EventLog.open(river) as log:
        kept = Views(log.identity)
        kept.keep("river", replace(kept.views["river"], filter="party:ZZZ"), NAMES[0])
    seen = await _visit(river)
    assert "filter:" not in seen
    assert "river-treaty" in seen


@pytest.mark.long
async def test_a_view_that_cannot_be_used_is_as_good_as_none(river: Path) -> None:
    await _visit(river, "[")
    from tui.environment import state_folder

    kept = next(state_folder().rglob("views/*.json"))
    for text in ("", "[]", '{"views": {"river": {"cut": "nonsense"}}}', '{"views": {"river": {"x": 1}}}'):
        kept.write_text(text)
        assert "● LIVE" in await _visit(river), text


@pytest.mark.long
async def test_a_letter_jumps_to_a_pane_or_a_line(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("home", "ctrl+o")
        assert isinstance(pilot.app.screen, JumpScreen)
        await pilot.press("c")
        assert "Southland wants no garrison." in text_of(pilot)
        await pilot.press("ctrl+o", "B")
        assert _focused(pilot) == "positions"
        await pilot.press("ctrl+o", "escape", "ctrl+o", "!")
        assert isinstance(pilot.app.screen, WorkspaceScreen)
        assert not isinstance(pilot.app.screen, OpeningScreen)


def _focused(pilot: Pilot[int]) -> str | None:
    return pilot.app.focused.id if pilot.app.focused else None


@pytest.mark.long
async def test_every_theme_shows_the_same_text(opened: Opened) -> None:
    async with opened() as pilot:
        plain = text_of(pilot)
        for theme in NAMES:
            pilot.app.theme = theme
            await pilot.pause()
            assert text_of(pilot).translate(_HEAVY) == plain, theme


async def test_without_colour_nothing_is_coloured(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as pilot:
        assert pilot.app.no_color
        colours = {
            segment.style.color.triplet
            for strip in pilot.app.screen._compositor.render_strips()  # noqa: SLF001 - nothing public gives the segments
            for segment in strip.apply_filter(pilot.app._filters[-1], pilot.app.screen.styles.background)  # noqa: SLF001
            if segment.style is not None and segment.style.color is not None and segment.style.color.triplet is not None
        }
        assert colours
        assert all(red == green == blue for red, green, blue in colours)


def test_every_action_has_an_id_that_a_settings_file_can_hold() -> None:
    assert all(name.replace("-", "").isalnum() and name.islower() for name in BY_ID)


@pytest.mark.long
@pytest.mark.parametrize("theme", NAMES[2:])
async def test_in_the_terminals_own_colours_the_line_of_the_cursor_has_two(theme: str, river: Path) -> None:
    with EventLog.open(river, read_only=True) as log:
        app = Workspace(log, "river", today=TODAY, settings=Settings(theme))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, WorkspaceScreen))
            for keys in (["2"], ["3", "right"], ["1"], ["F"], ["escape", "P"]):
                await pilot.press(*keys)
                listed = app.focused
                assert isinstance(listed, LineList), keys
                styles = [style for _, style, _ in listed.render_line(listed.cursor - listed.scroll_offset.y) if style]
                assert {(style.color, style.bgcolor) for style in styles} == {(None, None)}, keys
                assert styles[0].reverse, keys
                # The cell of the cursor stands out of its line.
                assert [style.reverse for style in styles].count(False) == (1 if keys[0] == "3" else 0), keys
