"""A page that plays in a real browser: by slider, keys and address, asking for nothing, and open to everybody."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import pytest

from projections import Cut, status
from projections.exports.brief import brief, page
from tests.chromium import Chromium, Page
from tests.projections.exports.briefs import river
from tests.projections.exports.hostile import HOSTILE
from tests.projections.exports.test_brief_browser import SIZES, STICKING_OUT
from tests.projections.exports.test_brief_play import SEEDS, Played, said
from tests.projections.telling import history, seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from projections import History

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

SHOWN: Final = """
Object.fromEntries([...document.querySelectorAll('[data-state]:not([hidden])')]
  .filter(one => one.checkVisibility()).map(one => [one.dataset.subject, one.dataset.state]))
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    found = {}
    for name in SEEDS:
        found[name] = seed(name, tmp_path_factory.mktemp(name))
    return found


@pytest.fixture(scope="module")
def pages(loaded: dict[str, History], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    texts = {name: page(brief(one, name, plays=True)) for name, one in loaded.items()}
    texts["hostile"] = page(brief(history(*river(" " + " ".join(HOSTILE))), "n", plays=True))
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in texts}


def _day(shown: Page) -> str:
    return str(shown.evaluate("document.getElementById('play').dataset.day"))


def _key(shown: Page, name: str) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        shown.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=_CODES[name])


_CODES: Final = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Tab": 9}


@pytest.mark.parametrize("name", SEEDS)
def test_every_step_in_the_browser_is_the_status_of_its_day(
    name: str, chromium: Chromium, pages: dict[str, Path], loaded: dict[str, History]
) -> None:
    played = Played(pages[name].read_text("utf-8"))
    shown = chromium.open(pages[name].as_uri(), *SIZES["desktop"])
    for axis in ("known", "happened"):
        for step in played.steps[axis]:
            shown.evaluate(f"location.hash = '#{axis}:{step['day']}'; new Promise(done => setTimeout(done))")
            assert _day(shown) == step["day"]
            asked = status(loaded[name], name, Cut(**{f"{axis}_by": step["day"]}))
            assert shown.evaluate(SHOWN) == said(asked)
    assert shown.complaints() == []
    assert shown.requests()[0] == pages[name].as_uri()
    assert [one for one in shown.requests() if not one.startswith(("file:", "data:"))] == []


def test_keys_the_slider_and_the_address_go_to_a_step(chromium: Chromium, pages: dict[str, Path]) -> None:
    steps = Played(pages["us-niger"].read_text("utf-8")).steps
    days = [step["day"] for step in steps["known"]]
    shown = chromium.open(pages["us-niger"].as_uri() + "#2024-05-12", *SIZES["phone"])
    assert _day(shown) == max(day for day in days if day <= "2024-05-12")
    _key(shown, "Home")
    assert _day(shown) == days[0]
    _key(shown, "ArrowRight")
    assert _day(shown) == days[1]
    _key(shown, "ArrowLeft")
    assert _day(shown) == days[0]
    _key(shown, "End")
    assert _day(shown) == days[-1]
    assert shown.evaluate("location.hash") == f"#{days[-1]}"
    # In the slider the browser's own keys do the same.
    shown.evaluate("document.getElementById('play-at').focus()")
    _key(shown, "ArrowLeft")
    assert _day(shown) == days[-2]
    assert days[-2] in str(shown.evaluate("document.getElementById('play-at').getAttribute('aria-valuetext')"))
    assert days[-2] in str(shown.evaluate("document.getElementById('play-announce').textContent"))
    shown.evaluate("""
        (axis => {
          axis.value = 'happened';
          axis.dispatchEvent(new Event('change'));
        })(document.getElementById('play-axis'))
    """)
    assert shown.evaluate("document.getElementById('play').dataset.axis") == "happened"
    assert _day(shown) == max(step["day"] for step in steps["happened"] if step["day"] <= days[-2])
    # The cut goes through the lanes of the axis that is shown, and of no other.
    assert shown.evaluate("document.querySelectorAll('#play-lanes > [data-along]:not([hidden])').length") == 1
    cut = "parseFloat(document.querySelector('#play-lanes [data-cut]').getAttribute('x1'))"
    before = shown.evaluate(cut)
    shown.evaluate("document.activeElement.blur()")
    _key(shown, "Home")
    assert 0 <= shown.evaluate(cut) < before <= 100
    shown.evaluate("location.hash = '#1999-01-01'; new Promise(done => setTimeout(done))")
    assert _day(shown) == "1999-01-01"
    assert shown.evaluate(SHOWN) == {}
    # What is no day of the calendar is left alone, and a change of the axis keeps the day that was asked for.
    shown.evaluate("location.hash = '#2024-02-31'; new Promise(done => setTimeout(done))")
    assert _day(shown) == "1999-01-01"
    # Nor does an address that was cut short stop anything.
    shown = chromium.open(pages["us-niger"].as_uri() + "#%", *SIZES["phone"])
    assert _day(shown) == days[-1]
    shown.evaluate("location.hash = '#known%3A2024-05-12'; new Promise(done => setTimeout(done))")
    assert _day(shown) == max(day for day in days if day <= "2024-05-12")
    shown.evaluate("location.hash = '#2024-05-12'; new Promise(done => setTimeout(done))")
    for axis in ("happened", "known"):
        shown.evaluate(f"""
            (axis => {{
              axis.value = '{axis}';
              axis.dispatchEvent(new Event('change'));
            }})(document.getElementById('play-axis'))
        """)
        assert _day(shown) == max(step["day"] for step in steps[axis] if step["day"] <= "2024-05-12")
    shown.evaluate("location.hash = '#1999-01-01'; new Promise(done => setTimeout(done))")
    shown.evaluate("location.hash = '#sources'; new Promise(done => setTimeout(done))")
    assert _day(shown) == "1999-01-01"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["us-niger", "hostile"])
def test_it_fits_and_is_quiet(name: str, size: str, chromium: Chromium, pages: dict[str, Path]) -> None:
    shown = chromium.open(pages[name].as_uri(), *SIZES[size])
    for _ in range(4):
        assert shown.complaints() == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        assert shown.evaluate(STICKING_OUT) == []
        assert shown.evaluate("document.getElementById('play-at').getBoundingClientRect().width") >= 200
        assert shown.evaluate("document.querySelectorAll('iframe, img, object, embed, form, base').length") == 0
        _key(shown, "ArrowLeft")
    assert not [event for event in shown.events() if event["method"] == "Page.javascriptDialogOpening"]


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(size: str, scheme: str, chromium: Chromium, pages: dict[str, Path]) -> None:
    rules = (resources.files("axe_core_python") / "axe.min.js").read_text("utf-8")
    shown = chromium.open(
        pages["us-niger"].as_uri() + "#2024-05-12", *SIZES[size], media={"prefers-color-scheme": scheme}
    )
    shown.evaluate(rules + "; 0")
    found: dict[str, Any] = json.loads(shown.evaluate("axe.run().then(found => JSON.stringify(found))"))
    assert len(found["passes"]) > 20
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []


def test_the_policy_lets_in_no_other_script(chromium: Chromium, pages: dict[str, Path]) -> None:
    shown = chromium.open(pages["hostile"].as_uri(), *SIZES["desktop"])
    blocked = shown.evaluate("""
        new Promise(resolve => {
          document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
          const script = document.createElement('script');
          script.textContent = 'document.title = "ran"';
          document.body.append(script);
        })
    """)
    assert blocked == "script-src-elem"
    assert shown.evaluate("document.title") != "ran"
