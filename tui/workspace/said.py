"""What is said beside a form: of the field that is written, of what a correction changes, and of what follows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from textual.content import Content

from projections.wording.labels import CORRECTION
from projections.wording.sentences import aspect_text
from tui.rows.words import shown_conclusion
from tui.text import clean, shorten
from tui.workspace.forms import MORE_DATES, FormField, Preview, meaning
from tui.workspace.known import offered, taken, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

_OFFERED: Final = 12
#: Columns of a value before and after.
_LONGEST: Final = 60


def about(field: FormField, text: str) -> list[Content]:
    """Return what is said of a field: what it takes, what is known, and what was written means."""
    lines = [
        Content.assemble(
            (field.label, "bold $text-accent"),
            (f"  {field.path}", "$text-muted"),
            (f"  {field.hint}" if field.hint else "", "$text-muted"),
        )
    ]
    if field.sort == "date" and not text.strip():
        lines.append(Content.styled(f"  {MORE_DATES}", "$text-muted"))
    said = meaning(field, text)
    if said:
        lines.append(Content(f"  {said}"))
    read = taken(field, text)
    if read != text:
        lines.append(Content(f"  read as {clean(read)}"))
    lines += [
        Content.styled(f"  {clean(name)} is not known; ^n adds it now", "$text-warning")
        for name in unknown(field, text)
    ]
    found = [
        f"{choice} {field.names.get(choice) or ''}".strip() for choice in islice(offered(field, text), _OFFERED + 1)
    ]
    if found and text not in field.choices:
        more = " …" if len(found) > _OFFERED else ""
        lines.append(Content.assemble("  ", (clean(", ".join(found[:_OFFERED])) + more, "$text-muted")))
    return [*lines, Content("")]


def differences(before: Mapping[str, str], values: Mapping[str, str], fields: Mapping[str, FormField]) -> list[Content]:
    """Return what a correction changes, a line for each field: how it reads, and how it will."""
    return [
        Content.assemble(
            (f"{field.label}: ", "bold"),
            (_one_line(before.get(path, "")), "$text-muted"),
            " → ",
            (_one_line(values.get(path, "").strip()), "bold"),
        )
        for path, field in fields.items()
        if field.group != CORRECTION and before.get(path, "").strip() != values.get(path, "").strip()
    ]


def _one_line(text: str) -> str:
    return shorten(clean(text), _LONGEST) or "—"


def changes(found: Preview, records: str = "^s records it") -> list[Content]:
    """Return what recording would change; `records` says which key does that."""
    if found.already:
        return [Content("This entry is recorded already.")]
    difference = found.difference
    lines = [Content.styled(f"✓ right; {records}", "$text-success")]
    lines += [
        Content.assemble(
            (f"{clean(change.subject)} ", "bold"),
            (f"{clean(aspect_text(change.aspect))}  ", "$text-muted"),
            shown_conclusion(change.before) if change.before else "—",
            " → ",
            (shown_conclusion(change.after) if change.after else "—", "bold"),
        )
        for change in difference.changes
    ]
    lines += [Content.assemble(("+ ", "$text-warning"), clean(finding.message)) for finding in difference.appeared]
    lines += [Content.assemble(("− ", "$text-success"), clean(finding.message)) for finding in difference.gone]
    if not difference:
        lines.append(Content.styled("It changes no conclusion.", "$text-muted"))
    return lines
