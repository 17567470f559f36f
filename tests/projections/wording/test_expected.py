"""What is expected in a few words: by title where there is one, and without a word on what is not known."""

from __future__ import annotations

from datetime import date

from projections import status
from projections.views.agenda import agenda_of
from tests.projections.telling import history, party, tell


def test_every_kind_of_what_is_expected_has_its_words() -> None:
    events = (
        party("UPP", name="Upper State"),
        tell("AgreementSigned", "signed", "2024-01-01", by=["UPP"], agreement="accord", title="Accord", until="2030"),
        tell("DenunciationNotified", "notice", "2024-02-01", agreement="accord", party="UPP", effective="2026-02-01"),
        tell("AgreementSigned", "other", "2024-01-01", by=["UPP"], agreement="memo"),
        tell("DenunciationNotified", "notice-2", "2024-02-01", agreement="memo", party="UPP", effective="2025-02-01"),
        tell("DenunciationSuspended", "pause", "2024-03-01", agreement="memo", party="UPP", until="2026-03-01"),
        tell("CommitmentUndertaken", "pledge", "2024-04", commitment="aid", party="UPP", due="2026-04", until="2027"),
        tell("CommitmentSuspended", "halt", "2024-05", commitment="aid", party="UPP", until="2026-05"),
        tell("TalksAnnounced", "talks", "2024-03-10", round="first", parties=["UPP"], scheduled="2026-06-15"),
        tell("UltimatumIssued", "or-else", "2024-03-10", party="UPP", deadline="2026-07-01", consequence="Else."),
        tell("WithdrawalTimetableSet", "set", "2024-05-01", withdrawal="force", deadline="2026-08"),
        tell("WithdrawalBegan", "begins", "2026-01-10", withdrawal="force", modality="announced"),
    )
    seen = status(history(*events), "n", today=date(2024, 6, 1))
    found = agenda_of(seen, standings=frozenset({"ahead", "void"}))
    told = {(each.expected.kind, each.expected.date): each.says for each in found}
    assert told == {
        ("term", "2030"): "Term of Accord ends",
        ("effective", "2026-02-01"): "Denunciation of Accord takes effect",
        ("effective", "2025-02-01"): "Denunciation of memo takes effect",
        ("until", "2026-03-01"): "Suspension of the denunciation of memo ends",
        ("due", "2026-04"): "Commitment aid due",
        ("until", "2027"): "Term of the commitment aid ends",
        ("until", "2026-05"): "Suspension of the commitment aid ends",
        ("scheduled", "2026-06-15"): "Talks first",
        ("ultimatum", "2026-07-01"): "Upper State issues an ultimatum, until 2026-07-01: Else",
        ("deadline", "2026-08"): "Deadline of the withdrawal force",
        ("plan", "2026-01-10"): "Announced: Withdrawal force begins",
    }
