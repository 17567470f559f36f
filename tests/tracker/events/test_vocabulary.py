"""Every event type of the vocabulary is there with the fields, states and codes that the vocabulary gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from tracker.errors import NameUnknownError
from tracker.events import EVENT_TYPES, event_type
from tracker.events.parsing import field_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Event type and fields beside those of every entry, required and others; state, PLOVER and CAMEO code.
VOCABULARY: Final = """
NegotiationOpened           | title summary lead | - - -
PartyAdded                  party | name role wikidata aliases members kind of | - - -
AliasAdded                  alias | party person | - - -
MatterAdded                 matter | title | - - -
SourceRegistered            source | publisher title url author language published \
reliability relays sha256 captured_at kind | - - -
AgreementNegotiated         agreement | AGREEMENT | negotiated CONSULT 046
AgreementAdopted            agreement | body AGREEMENT | adopted SUPPORT 057
AgreementSigned             agreement by | until AGREEMENT | signed SUPPORT 057
AgreementRatified           agreement party | effective AGREEMENT | - SUPPORT 057
ConsentExpressed            agreement party | means effective AGREEMENT | - SUPPORT 057
RatificationRefused         agreement party | ground AGREEMENT | - REJECT 120
ReservationMade             agreement party | text to AGREEMENT | - - 010
ReservationWithdrawn        agreement party | text to AGREEMENT | - - 010
ReservationObjected         agreement party | text to AGREEMENT | - - 010
AgreementProvisionallyApplied agreement | party AGREEMENT | provisionally-applied - -
AgreementEnteredIntoForce   agreement | until party AGREEMENT | in-force - -
AgreementExtended           agreement | until by AGREEMENT | - AGREE 057
AgreementEndorsed           agreement by | AGREEMENT | - SUPPORT 051
AgreementSuspended          agreement party | scope AGREEMENT | suspended SANCTION 160
AgreementResumed            agreement | party AGREEMENT | in-force SUPPORT 057
AgreementRevoked            agreement party | claimed_effective legal_effective AGREEMENT | \
denunciation-announced SANCTION 160
DenunciationNotified        agreement party | received effective AGREEMENT | denunciation-notified SANCTION 160
DenunciationSuspended       agreement party | until AGREEMENT | denunciation-suspended CONCEDE 080
DenunciationResumed         agreement party | effective AGREEMENT | denunciation-notified SANCTION 160
DenunciationWithdrawn       agreement party | AGREEMENT | in-force CONCEDE 080
ParticipationEnded          agreement party | effective AGREEMENT | - SANCTION 160
DenunciationContested       agreement party | ground AGREEMENT | - REJECT 120
AgreementTerminated         agreement | party effective AGREEMENT | terminated SANCTION 160
AgreementExpired            agreement | AGREEMENT | expired - -
AgreementSuperseded         agreement | superseded_by AGREEMENT | superseded - -
DemandMade                  proposal party | to terms matter | tabled REQUEST 100
ProposalTabled              proposal | party to terms matter supersedes cosponsors | tabled REQUEST 036
ProposalCountered           proposal in_reply_to party | to terms matter | tabled REQUEST 036
BaseRequestMade             proposal party | to site matter terms | tabled REQUEST 1012
ProposalAccepted            proposal party | matter terms | accepted AGREE 030
ProposalRefused             proposal party | ground matter terms | refused REJECT 120
BaseRequestRefused          proposal party | ground matter terms | refused REJECT 1212
ProposalWithdrawn           proposal party | matter terms | withdrawn CONCEDE 080
ProposalLapsed              proposal | matter terms | lapsed - -
TalksProposed               round party | mode mediators | proposed REQUEST 105
TalksAnnounced              round parties | venue scheduled mode mediators | announced AGREE 036
RoundHeld                   round parties | venue heads mode mediators | under-way CONSULT 046
NegotiationContinued        round parties | matter mode mediators | under-way CONSULT 046
TalksSuspended              round | party mode mediators | suspended SANCTION 164
TalksDeadlocked             round | matter mode mediators | deadlocked SANCTION 164
TalksCancelled              round party | mode mediators | cancelled REJECT 125
TalksConcluded              round | outcome mode mediators | concluded CONSULT 046
JointStatementIssued        parties | text | - SUPPORT 050
JointCommissionEstablished  parties | name | - COOPERATE 062
NegotiationConcluded         | outcome | - CONSULT 046
VoteHeld                    body | party agreement proposal matter motion question result votes_for votes_against \
abstentions votes kind decides | - CONSULT 040
WithdrawalDemanded          withdrawal party | to force | demanded REQUEST 1056
WithdrawalAgreed            withdrawal parties | force | agreed CONCEDE 0356
WithdrawalOrdered           withdrawal party | authority strength force | ordered CONCEDE 0356
StrengthReported            withdrawal | strength force | - - -
WithdrawalTimetableSet      withdrawal | deadline force | scheduled CONCEDE 0356
WithdrawalTimetableRevised  withdrawal | deadline prior force | rescheduled CONCEDE 0356
WithdrawalTimetableFlagged  withdrawal | reason force | - - -
DestinationUndetermined     withdrawal | candidates force | - - -
DestinationSet              withdrawal | destination force | - - -
WithdrawalBegan             withdrawal | force | under-way RETREAT 0874
WithdrawalProgressReported  withdrawal | departed of force | under-way RETREAT 0874
SiteHandedOver              withdrawal | site to force | under-way RETREAT 0874
WithdrawalCompleted         withdrawal | residual force | completed RETREAT 0874
WithdrawalSuspended         withdrawal party | reason force | suspended REJECT 1246
WithdrawalBreached          withdrawal party | reason force | breached REJECT 1246
WithdrawalReversed          withdrawal party | reason force | reversed REJECT 1246
CommitmentUndertaken        commitment party | terms due by begins until limit agreement | undertaken AGREE 030
CommitmentFulfilled         commitment | party | fulfilled COOPERATE 060
CommitmentBreached          commitment | party level | breached REJECT 120
CommitmentReleased          commitment | party | released - -
CommitmentSuspended         commitment | party until | suspended REJECT 120
CommitmentResumed           commitment | party | undertaken COOPERATE 030
CommitmentAmended           commitment | terms due until limit | - - -
CommitmentExpired           commitment | | expired - -
IncidentReported             | commitment agreement party against text figure | - ACCUSE 112
PositionTaken               party matter | stance terms | - - 010
ConcessionMade              party matter | terms | - CONCEDE 080
RedLineDeclared             party matter | terms | - REJECT 120
UltimatumIssued             party | to deadline consequence | - THREATEN 139
DemarcheMade                party | to content | - REQUEST 100
NoteVerbaleDelivered        party | to content | - REQUEST 100
EnvoySummoned               party | to person | - ACCUSE 114
EnvoyRecalled               party | to person | - SANCTION 160
PersonaNonGrataDeclared     party | to person | - SANCTION 161
SanctionImposed             party | on measure sanction | imposed SANCTION 163
SanctionEased               party | on measure sanction | eased CONCEDE 085
SanctionLifted              party | on measure sanction | lifted CONCEDE 085
LegislatureConsulted        party | legislature matter | - CONSULT 040
PartnershipOpennessDeclared party | toward | - AGREE 030
TiesDeepened                party | with | - COOPERATE 060
StatementMade               party | text | - - 010
DenialIssued                party | of text | - REJECT 016
FigureReported              about quantity figure | | - - -
CodedEventReported          actor target code | dialect label | - - -
EntryCorrected              entry changes | reason | - - -
EntryRetracted              entry | reason | - - -
EntryDisputed               entry | party ground | - - -
EntryCorroborated           entry | | - - -
AssessmentChanged            | entry source credibility reliability reason | - - -
SameAs                      kind keep same | reason | - - -
NegotiationRenamed          title | | - - -
"""
_OF_AGREEMENTS: Final = "kind parties title part_of settles consents_required"
COMMON: Final = ["negotiation", "id", "occurred", "published", "modality", "evidence", "note"]


def rows() -> Iterator[tuple[str, list[str], list[str], list[str | None]]]:
    for line in VOCABULARY.strip().splitlines():
        first, optional, codes = line.split("|")
        name, *required = first.split()
        yield (
            name,
            required,
            optional.replace("AGREEMENT", _OF_AGREEMENTS).split(),
            [None if code == "-" else code for code in codes.split()],
        )


@pytest.mark.parametrize(("name", "required", "optional", "codes"), [pytest.param(*row, id=row[0]) for row in rows()])
def test_a_type_has_the_fields_states_and_codes_of_the_vocabulary(
    name: str, required: list[str], optional: list[str], codes: list[str | None]
) -> None:
    kind = EVENT_TYPES[name]
    needed = [info.alias or field for field, info in kind.model_fields.items() if info.is_required()]
    assert sorted(needed) == sorted([*required, "negotiation"])
    assert sorted(field_names(kind)) == sorted({*COMMON, *required, *optional})
    assert [kind.moves_to, kind.plover, kind.cameo] == codes


def test_there_is_no_type_that_the_vocabulary_does_not_have() -> None:
    assert sorted(name for name, *_ in rows()) == sorted(EVENT_TYPES)


def test_every_state_that_a_type_moves_to_is_one_of_its_machine() -> None:
    for name, kind in EVENT_TYPES.items():
        if kind.moves_to is not None:
            assert kind.machine is not None, name
            assert kind.machine.subject in kind.model_fields, name


def test_an_unknown_type_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(NameUnknownError, match=r"'AgreementRevokd'; did you mean 'AgreementRevoked'"):
        event_type("AgreementRevokd")


def written(folder: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Yield each type of the written vocabulary's tables: its name, its place in its row, and the row's other cells."""
    for line in (folder / "design" / "vocabulary.md").read_text().splitlines():
        first, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith(("| `", "| ★ `")):
            names = [name for name in re.findall(r"`([A-Z][A-Za-z]+)`", first) if name in EVENT_TYPES]
            yield from ((name, place, cells) for place, name in enumerate(names))


def code(cell: str, place: int) -> str | None:
    """Return the code that a cell gives the type at a place of its row."""
    codes = cell.split(", ")
    found = codes[min(place, len(codes) - 1)].split(" (")[0]
    return None if found in {"–", "flag contested", "from code", "code"} else found


def test_the_written_vocabulary_has_these_types_and_fields(shared: Path) -> None:
    for name, _, cells in written(shared):
        words = re.findall(r"`([a-z_0-9]+)`", re.sub(r"\([^)]*\)", "", cells[0]))
        # What scripts alone write, and never an entry.
        words = [word for word in words if (name, word) != ("NegotiationOpened", "parties")]
        assert set(words) <= {*field_names(EVENT_TYPES[name])}, name
    in_sentences = {name for name, kind in EVENT_TYPES.items() if kind.family == "commitments"} | {"FigureReported"}
    assert {name for name, _, _ in written(shared)} == set(EVENT_TYPES) - in_sentences


def test_the_written_vocabulary_gives_these_states_and_codes(shared: Path) -> None:
    for name, place, cells in written(shared):
        kind = EVENT_TYPES[name]
        if len(cells) >= 3:
            assert kind.plover == code(cells[-2], place), name
            assert kind.cameo == code(cells[-1], place), name
        if len(cells) == 4 and name != "VoteHeld":  # that moves a proposal if it decides
            assert kind.moves_to == code(cells[1], place), name
