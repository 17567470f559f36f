"""Deciding from a finding: the entry that is looked at is graded, disputed, corroborated, or the finding settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.judgement.findings.settled import settling
from tui.kept import Unfinished
from tui.workspace.screens.form import FormScreen

if TYPE_CHECKING:
    from tui.workspace.screens.findings import FindingsScreen

#: What a form does not ask for, as it is about one entry.
_OF_ENTRY: Final = frozenset({"entry", "source", "reliability"})
#: The credibility of what nothing grades: it cannot be judged (STANAG 2511).
_NOT_JUDGED: Final = 6


class Deciding:
    """Opens the form of an entry about the entry of a finding, filled in as far as that is known."""

    def __init__(self, screen: FindingsScreen) -> None:
        self.screen = screen

    def grade(self) -> None:
        """Grade the entry anew."""
        self._open("AssessmentChanged", {}, "credibility")

    def dispute(self) -> None:
        """Dispute the entry."""
        self._open("EntryDisputed", {}, "ground")

    def corroborate(self) -> None:
        """Add evidence to the entry."""
        self._open("EntryCorroborated", {}, "evidence.0.source")

    def settle(self) -> None:
        """Keep the reason for which the finding is settled, beside the grade that its entry has."""
        finding, reading = self.screen.finding, self.screen.entry()
        if finding is None or reading is None:
            self._tell_none()
            return
        graded = [reading.credibility_of(item) for item in reading.evidence]
        values = {"credibility": str(min(graded, default=_NOT_JUDGED)), "note": settling(finding)}
        self._open("AssessmentChanged", values, "reason", frozenset({"note"}))

    def _tell_none(self) -> None:
        self.screen.notify("No entry here. The arrows go to a finding, n and p through its entries.")

    def _open(self, kind: str, values: dict[str, str], begin: str, held: frozenset[str] = frozenset()) -> None:
        """Open a form at a field, or the draft that was begun of the same; what is `held` is recorded as it is."""
        screen, reading = self.screen, self.screen.entry()
        if reading is None:
            self._tell_none()
            return
        values = {"entry": reading.id, **values}
        fixed = {"entry": reading.id, **{name: values[name] for name in held}}
        drafts = screen.workspace.drafts.of(screen.session.negotiation)
        begun = (
            draft
            for draft in drafts
            if draft.kind == kind
            and draft.corrects is None
            and {name: draft.values.get(name) for name in ("entry", "note")}
            == {name: fixed.get(name) for name in ("entry", "note")}
        )
        draft = next(begun, None) or Unfinished(kind, values)
        FormScreen(screen.session, draft, held=_OF_ENTRY | held, begin=begin).open()
