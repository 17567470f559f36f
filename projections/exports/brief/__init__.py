"""A brief: a report about a negotiation at a cut, for a reader who has neither the log nor the program."""

from projections.exports.brief.contents import Brief
from projections.exports.brief.documents import page, report
from projections.exports.brief.making import brief

__all__ = ["Brief", "brief", "page", "report"]
