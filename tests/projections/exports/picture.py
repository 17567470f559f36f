"""The pictures of a brief in the documentation: `python -m tests.projections.exports.picture` takes them anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from projections.claims.cut import Cut
from projections.exports.brief import brief, page
from tests.chromium import Chromium
from tests.projections.telling import seed

IMAGES: Final = Path(__file__).resolve().parents[3] / "docs" / "images"
#: Of each picture: what of the page it shows, how wide the window is, and how tall the picture at most.
PICTURES: Final = {
    "brief": ("body", 1100, 1460),
    "brief-chronology": ("figure", 1100, 1200),
    "brief-phone": ("body", 390, 844),
}


def main() -> None:
    """Take every picture, of the brief of the bundled history as the public knew it on 11 May 2024."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        loaded = seed("us-niger", folder)
        found = brief(
            loaded,
            "us-niger",
            Cut(known_by="2024-05-11"),
            since=Cut(known_by="2024-05-01"),
            today=date(2024, 5, 11),
        )
        (folder / "brief.html").write_text(page(found), "utf-8")
        with Chromium(folder / "profile") as browser:
            for picture, (of, width, tallest) in PICTURES.items():
                shown = browser.open((folder / "brief.html").as_uri(), width, 900)
                shown.picture(IMAGES / f"{picture}.png", of=of, tallest=tallest)
            played = page(brief(loaded, "us-niger", plays=True))
            (folder / "play.html").write_text(played, "utf-8")
            shown = browser.open((folder / "play.html").as_uri() + "#2024-05-12", 1100, 900)
            shown.picture(IMAGES / "brief-play.png", of="body", tallest=1180)


if __name__ == "__main__":
    main()
