"""A brief: a report about a negotiation at a cut, for a reader who has neither the log nor the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.claims.cut import Cut
from projections.exports.brief.contents import Brief

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from projections.claims.history import History
    from tracker.log import EventLog

__all__ = ["Brief", "brief", "page", "report"]


def brief(  # noqa: PLR0913 - what every view takes, and since when
    source: EventLog | History,
    negotiation: str,
    cut: Cut | None = None,
    *,
    without: Iterable[str] = (),
    since: Cut | None = None,
    today: date | None = None,
) -> Brief:
    """Return what there is to report about a negotiation at a cut, with its changes since another one when asked.

    `since` takes from the cut each axis that it leaves open. `today` is the day by which deadlines are judged where the
    cut has none, and is told as the day of the report. Raises `NameUnknownError` for a negotiation or source that does
    not exist.
    """
    from projections.exports.brief.making import make

    return make(source, negotiation, cut or Cut(), tuple(without), since, today)


def report(found: Brief, *, generated: str | None = None) -> str:
    """Return a brief as Markdown (CommonMark, with GitHub's tables and strikes); `generated` says when it was made."""
    from projections.exports.brief.markdown import render

    return render(found, generated=generated)


def page(found: Brief, *, generated: str | None = None) -> str:
    """Return a brief as one HTML page that needs nothing else; `generated` says when it was made."""
    from projections.exports.brief.html import render

    return render(found, generated=generated)
