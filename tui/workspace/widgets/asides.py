"""What stands beside a form: what is said of a field, what is wrong, and what recording would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.rows.words import shown_conclusion
from tui.text import clean
from tui.workspace.forms import MORE_DATES, FormField, meaning

if TYPE_CHECKING:
    from tui.workspace.preview import Preview

_OFFERED: Final = 12


def about(field: FormField, text: str) -> list[Content]:
    """Return what is said of a field: what it takes, what is known, and what was written means."""
    lines = [
        Content.assemble((field.path, "bold $text-accent"), (f"  {field.hint}" if field.hint else "", "$text-muted"))
    ]
    if field.sort == "date" and not text.strip():
        lines.append(Content.styled(f"  {MORE_DATES}", "$text-muted"))
    said = meaning(field, text)
    if said:
        lines.append(Content(f"  {said}"))
    last = text.rpartition(",")[2].strip().casefold()
    offered = [choice for choice in field.choices if last in choice.casefold()]
    if offered and offered != [text]:
        more = f" … {len(offered) - _OFFERED} more" if len(offered) > _OFFERED else ""
        lines.append(Content.assemble("  ", (clean(", ".join(offered[:_OFFERED])) + more, "$text-muted")))
    return [*lines, Content("")]


def changes(found: Preview) -> list[Content]:
    """Return what recording would change."""
    if found.already:
        return [Content("This entry is recorded already.")]
    difference = found.difference
    lines = [Content.styled("✓ right; ^s records it", "$text-success")]
    lines += [
        Content.assemble(
            (f"{clean(change.subject)} ", "bold"),
            (f"{clean(change.aspect)}  ", "$text-muted"),
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
