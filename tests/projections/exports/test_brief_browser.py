"""The page of a brief in a real browser: quiet, asking for nothing, and readable at any width."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest

from projections.claims.cut import Cut
from projections.exports.brief import brief, page
from tests.chromium import Chromium, Page
from tests.lengths import in_short, one_in
from tests.projections.exports.briefs import river_brief
from tests.projections.exports.hostile import HOSTILE
from tests.projections.telling import seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

SIZES: Final = {"desktop": (1280, 900), "phone": (390, 844), "narrow": (320, 640)}
#: Boxes that stick out on the right, though nothing that scrolls by itself, clips them or is not shown holds them.
STICKING_OUT: Final = """
[...document.querySelectorAll('body *')]
  .filter(one => !one.closest('.scroll, #play-lanes *') && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))
"""
#: The contrast of every text with what it stands on, least first (WCAG 2.2, success criterion 1.4.3).
CONTRASTS: Final = """
(() => {
  const light = css => {
    const parts = css.match(/[0-9.]+/g).slice(0, 3)
      .map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('body *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .filter(one => !one.closest('desc, title'))
    .map(one => light(getComputedStyle(one)[one.closest('svg') ? 'fill' : 'color']))
    .map(ink => (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05));
})()
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    niger = brief(
        seed("us-niger", folder),
        "us-niger",
        Cut.parse("known:2024-05-11"),
        since=Cut.parse("known:2024-05-01"),
        today=date(2024, 5, 11),
    )
    texts = {"niger": page(niger), "hostile": page(river_brief(" " + " ".join(HOSTILE)))}
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize(
    ("name", "size"), one_in(5, itertools.product(["niger", "hostile"], ["desktop", "phone", "narrow"]))
)
def test_a_page_is_quiet_asks_for_nothing_and_fits(
    name: str, size: str, chromium: Chromium, pages: dict[str, Path]
) -> None:
    shown = chromium.open(pages[name].as_uri(), *SIZES[size])
    assert shown.complaints() == []
    assert [address for address in shown.requests() if not address.startswith("data:")] == [pages[name].as_uri()]
    assert shown.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    assert shown.evaluate(STICKING_OUT) == []
    assert shown.evaluate("document.querySelectorAll('script, iframe, img, object, embed, form, base').length") == 0
    assert shown.evaluate("document.body.innerText.length") > 1000
    assert not [event for event in shown.events() if event["method"] == "Page.javascriptDialogOpening"]


def test_the_policy_is_in_force(chromium: Chromium, pages: dict[str, Path]) -> None:
    shown = chromium.open(pages["hostile"].as_uri(), *SIZES["desktop"])
    blocked: list[dict[str, Any]] = shown.evaluate("""
        new Promise(resolve => {
          const found = [];
          document.addEventListener('securitypolicyviolation', event => {
            found.push(event.effectiveDirective);
            if (found.length === 3) resolve(found);
          });
          const script = document.createElement('script');
          script.textContent = 'document.title = "ran"';
          document.body.append(script);
          const picture = document.createElement('img');
          picture.src = 'https://example.org/x.png';
          document.body.append(picture);
          document.body.setAttribute('style', 'color: red');
        })
    """)
    assert sorted(map(str, blocked)) == ["img-src", "script-src-elem", "style-src-attr"]
    assert shown.evaluate("document.title") != "ran"


@pytest.mark.parametrize(("name", "scheme"), one_in(3, itertools.product(["niger", "hostile"], ["light", "dark"])))
def test_every_text_can_be_told_from_the_paper(
    name: str, scheme: str, chromium: Chromium, pages: dict[str, Path]
) -> None:
    shown = chromium.open(pages[name].as_uri(), *SIZES["desktop"], media={"prefers-color-scheme": scheme})
    assert shown.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
    contrasts = shown.evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert min(contrasts) >= 4.5


@pytest.mark.parametrize("size", in_short(["desktop", "phone", "narrow"], "narrow"))
def test_the_words_of_the_drawing_do_not_leave_it_nor_cover_each_other(
    size: str, chromium: Chromium, pages: dict[str, Path]
) -> None:
    shown = chromium.open(pages["niger"].as_uri(), *SIZES[size])
    boxes = shown.evaluate("""
        [...document.querySelectorAll('figure > svg text')].map(one => one.getBoundingClientRect())
          .filter(box => box.width).map(({left, right, top, bottom}) => [left, right, top, bottom])
    """)
    left, right = shown.evaluate(
        "(({left, right}) => [left, right])(document.querySelector('figure > svg').getBoundingClientRect())"
    )
    assert len(boxes) > 10
    assert all(left - 1 <= box[0] and box[1] <= right + 1 for box in boxes)
    covered = [
        (one, other)
        for number, one in enumerate(boxes)
        for other in boxes[:number]
        if one[0] < other[1] and other[0] < one[1] and one[2] + 1 < other[3] and other[2] + 1 < one[3]
    ]
    assert covered == []


def test_a_page_prints_in_the_colours_of_paper(chromium: Chromium, pages: dict[str, Path], tmp_path: Path) -> None:
    shown = chromium.open(pages["niger"].as_uri(), *SIZES["desktop"], media={"prefers-color-scheme": "dark"})
    shown.call(
        "Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}]
    )
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert shown.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    shown.paper(tmp_path / "brief.pdf")
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF-")


def test_the_browser_would_tell_of_a_request_and_of_a_complaint(chromium: Chromium, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<img src='missing.png'><script>console.error('x')</script>", "utf-8")
    shown = chromium.open((tmp_path / "bad.html").as_uri(), 390, 844)
    assert len(shown.requests()) == 2
    assert any("missing.png" in json.loads(told).get("entry", {}).get("url", "") for told in shown.complaints())
    assert len(shown.complaints()) == 2
    assert isinstance(shown, Page)
