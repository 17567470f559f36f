"""What leaves the program as a file for others, one format a module, with one door a format for outside text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """How many things were written so far; `remarks` are sentences about what was left out or shown otherwise."""

    written: int = 0
    remarks: list[str] = field(default_factory=list)
