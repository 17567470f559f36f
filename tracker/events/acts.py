"""Acts of diplomacy that move no state by themselves."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from tracker.dates import When
from tracker.events.base import (
    AmountField,
    Claim,
    CounterpartId,
    EntryId,
    Machine,
    MatterId,
    Name,
    PartyId,
    Slug,
    SubjectId,
    one_of,
)

SANCTION: Final = Machine(
    subject="sanction", arrows={"imposed": ("eased",), "eased": ("lifted",), "lifted": ("imposed",)}
)


class Act(Claim):
    """An act of a party."""

    family: ClassVar[str] = "acts"

    party: PartyId


class UltimatumIssued(Act, plover="THREATEN", cameo="139"):
    """A party threatens a consequence if a deadline passes."""

    to: CounterpartId | None = None
    deadline: When | None = None
    consequence: str | None = None


class DemarcheMade(Act, plover="REQUEST", cameo="100"):
    """A party makes a démarche to another."""

    to: CounterpartId | None = None
    content: str | None = None


class NoteVerbaleDelivered(Act, plover="REQUEST", cameo="100"):
    """A party delivers a note verbale to another."""

    to: CounterpartId | None = None
    content: str | None = None


class EnvoyEvent(Act):
    """An act that concerns an envoy."""

    to: CounterpartId | None = None
    person: Name | None = None


class EnvoySummoned(EnvoyEvent, plover="ACCUSE", cameo="114"):
    """A party summons another's envoy."""


class EnvoyRecalled(EnvoyEvent, plover="SANCTION", cameo="160"):
    """A party recalls its own envoy."""


class PersonaNonGrataDeclared(EnvoyEvent, plover="SANCTION", cameo="161"):
    """A party declares another's envoy persona non grata (Vienna Convention on Diplomatic Relations, article 9)."""


class SanctionEvent(Act):
    """What is claimed about a sanction, which has a state if it has an id."""

    machine: ClassVar[Machine | None] = SANCTION

    on: CounterpartId | None = None
    measure: str | None = None
    sanction: Slug | None = None

    @property
    def subject(self) -> str | None:
        """The sanction, ``sanction:oil-embargo``; None without an id."""
        return one_of(self, "sanction")


class SanctionImposed(SanctionEvent, moves_to="imposed", plover="SANCTION", cameo="163"):
    """A party imposes a sanction on another."""


class SanctionEased(SanctionEvent, moves_to="eased", plover="CONCEDE", cameo="085"):
    """A party eases a sanction on another."""


class SanctionLifted(SanctionEvent, moves_to="lifted", plover="CONCEDE", cameo="085"):
    """A party lifts a sanction on another."""


class LegislatureConsulted(Act, plover="CONSULT", cameo="040"):
    """A government consults its legislature."""

    legislature: str | None = None
    matter: MatterId | None = None


class PartnershipOpennessDeclared(Act, plover="AGREE", cameo="030"):
    """A party says that it is open to partnership with others."""

    toward: tuple[CounterpartId, ...] = ()


class TiesDeepened(Act, plover="COOPERATE", cameo="060"):
    """A party deepens its ties with another."""

    with_: CounterpartId | None = Field(default=None, alias="with")


class StatementMade(Act, cameo="010"):
    """A party says something that fits no other type."""

    text: str | None = None


class DenialIssued(Act, plover="REJECT", cameo="016"):
    """A party denies something, where possible an entry by its id."""

    of: EntryId | None = None
    text: str | None = None


class CodedEventReported(Claim):
    """What an importer of coded event data brings in; it never moves a state."""

    family: ClassVar[str] = "acts"

    actor: Name
    target: Name
    code: Annotated[str, Field(min_length=1, description="a CAMEO or PLOVER code")]
    dialect: Literal["cameo", "plover"] = "cameo"
    label: str | None = None


class FigureReported(Claim):
    """A source gives a figure of anything; it moves nothing."""

    family: ClassVar[str] = "acts"

    about: SubjectId
    quantity: Name
    figure: AmountField

    @property
    def subject(self) -> str | None:
        """What the figure is about, ``party:BGD``."""
        return self.about
