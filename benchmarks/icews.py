"""Real load: coded events of ICEWS as entries, a dyad a negotiation, a row a `CodedEventReported` of grade F6.

Run as ``python -m benchmarks.icews CODES.csv FILE… > events.jsonl``; the files hold actor, event, target and day,
separated by tabs, and CODES.csv gives each event's CAMEO code.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SOURCE = "icews"


class CodedRow(NamedTuple):
    """One row of a file: who did what to whom, and on which day."""

    actor: str
    label: str
    target: str
    day: str


def codes(path: Path) -> dict[str, str]:
    """Return the CAMEO code of each event's name in lower case; the file is in Latin-1."""
    with path.open(encoding="latin-1", newline="") as file:
        return {row["name"].strip().lower(): row["code"] for row in csv.DictReader(file)}


def coded_rows(paths: Iterable[Path]) -> Iterator[CodedRow]:
    """Yield the rows of files."""
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield CodedRow._make(line.rstrip("\n").split("\t")[:4])


def dyad(row: CodedRow) -> str:
    """Return the name of the negotiation between two actors, whichever of them acts."""
    pair = sorted((row.actor, row.target))
    words = "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24] for name in pair)
    digest = hashlib.sha256("\0".join(pair).encode()).hexdigest()[:8]
    return f"{words.strip('-') or 'dyad'}-{digest}"


def entries(rows: Iterable[CodedRow], cameo: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the entries for rows, each dyad's stage before its first row."""
    staged: set[str] = set()
    for row in rows:
        name = dyad(row)
        if name not in staged:
            staged.add(name)
            pair = sorted((row.actor, row.target))
            yield {"event": "NegotiationOpened", "negotiation": name, "title": " – ".join(pair)}
            yield {
                "event": "SourceRegistered",
                "negotiation": name,
                "source": _SOURCE,
                "publisher": "Integrated Crisis Early Warning System",
            }
        yield {
            "event": "CodedEventReported",
            "negotiation": name,
            "occurred": row.day,
            "published": row.day,
            "actor": row.actor,
            "target": row.target,
            "code": cameo.get(row.label.lower(), "---"),
            "label": row.label,
            "evidence": [{"source": _SOURCE}],
        }


def write(target: Path, code_file: Path, files: Iterable[Path]) -> int:
    """Write the entries of files as JSON Lines and return their number."""
    count = 0
    with target.open("w", encoding="utf-8") as out:
        for entry in entries(coded_rows(files), codes(code_file)):
            out.write(json.dumps(entry, ensure_ascii=False) + "\n")
            count += 1
    return count


if __name__ == "__main__":
    for each in entries(coded_rows(map(Path, sys.argv[2:])), codes(Path(sys.argv[1]))):
        print(json.dumps(each, ensure_ascii=False))
