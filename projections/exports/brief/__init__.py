"""A brief: a report about a negotiation at a cut, for a reader who has neither the log nor the program."""

from projections.exports.brief.contents import Brief
from projections.exports.brief.html import page
from projections.exports.brief.making import brief
from projections.exports.brief.markdown import report

__all__ = ["Brief", "brief", "page", "report"]
