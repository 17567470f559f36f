"""State machines as data: which state of a thing may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

#: Side states from which every state may follow.
OPEN_SIDE: Final = frozenset({"suspended", "deadlocked", "breached"})
#: Side states that end a thing.
FINAL_SIDE: Final = frozenset({"reversed", "cancelled", "expired", "superseded"})


@dataclass(frozen=True)
class Machine:
    """The states of one family of things, and the arrows between them.

    `subject` is the field that names the thing (``agreement``). `arrows` maps each state to those that may follow it
    at once; side states need no arrows, since they are reached from every state that is not final.
    """

    subject: str
    arrows: dict[str, tuple[str, ...]]

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the arrows were declared."""
        seen = dict.fromkeys(self.arrows)
        for targets in self.arrows.values():
            seen.update(dict.fromkeys(targets))
        return tuple(seen)

    @cached_property
    def _reach(self) -> dict[str, frozenset[str]]:
        reach = {state: set(self.arrows.get(state, ())) for state in self.states}
        for middle in self.states:
            for state in self.states:
                if middle in reach[state]:
                    reach[state] |= reach[middle]
        return {state: frozenset(targets) for state, targets in reach.items()}

    def leads(self, start: str, end: str) -> bool:
        """Say whether a path of one arrow or more leads from one state to another."""
        return end in self._reach.get(start, ())

    def is_final(self, state: str) -> bool:
        """Say whether nothing may follow a state."""
        return state in FINAL_SIDE or not (state in OPEN_SIDE or self.arrows.get(state))

    def is_legal(self, present: str | None, new: str) -> bool:
        """Say whether a thing in the present state (None: not yet seen) may move to a new one."""
        if present is None or present == new or present in OPEN_SIDE:
            return True
        if self.leads(present, new):
            return True
        return new in OPEN_SIDE | FINAL_SIDE and not self.is_final(present)

    def is_step_back(self, present: str, new: str) -> bool:
        """Say whether the new state lies before the present one on some path."""
        return self.leads(new, present)
