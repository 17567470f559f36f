"""What is said beside a form: of the field that is written, of what a correction changes, and of what follows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from textual.content import Content

from projections.judgement.findings.settled import named_in
from projections.wording.labels import CORRECTION
from projections.wording.sentences import aspect_text
from tracker.events.references import REGISTERS
from tui.rows.words import shown_conclusion
from tui.text import clean, listed, shorten
from tui.workspace.entry.fields import MORE_DATES, FormField
from tui.workspace.entry.forms import Preview, meaning
from tui.workspace.entry.known import begun, field_of, file_named, nearly_known, offered, taken, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.errors import Problem
    from tui.kept import Unfinished

_OFFERED: Final = 12
#: Columns of a value before and after.
_LONGEST: Final = 60


def title_of(draft: Unfinished, *, about: bool = False) -> str:
    """Return what stands above a form; with `about`, also which entry it is about."""
    if draft.corrects:
        return f"Correct {draft.corrects}  {draft.kind}"
    if draft.kind == "EntryRetracted" and draft.values.get("entry"):
        return f"Retract {draft.values['entry']}"
    if draft.kind == "AssessmentChanged" and (settled := named_in(draft.values.get("note"))):
        return f"Settle  {settled}"
    return f"Add  {draft.kind}" + (f"  of {draft.values['entry']}" if about else "")


def about(field: FormField, text: str) -> list[Content]:
    """Return what is said of a field: what it takes, what is known, and what was written means."""
    lines = [
        Content.assemble(
            (field.label, "bold $text-accent"),
            (f"  {field.path}" if field.path != field.label.lower() else "", "$text-muted"),
            (f"  {field.hint}" if field.hint else "", "$text-muted"),
        )
    ]
    if field.sort == "date" and not text.strip():
        lines.append(Content.styled(f"  {MORE_DATES}", "$text-muted"))
    said = meaning(field, text)
    if said:
        lines.append(Content(f"  {said}"))
    return [*lines, *_about_names(field, text), Content("")]


def _about_names(field: FormField, text: str) -> Iterator[Content]:
    """Yield what is said of the names in a field: what they are read as, which are not known, which there are."""
    read = taken(field, text)
    if read != text:
        yield Content(f"  read as {clean(read)}")
    for name in unknown(field, text):
        yield Content.styled(f"  {_not_known(field, name)}", "$text-warning")
    near = nearly_known(field, text)
    for name in begun(field, text):
        said = f"is new; → takes {near[name]}" if name in near else f"is a new {field.begins}: no entry is about it yet"
        yield Content.styled(f"  {clean(name)} {clean(said)}", "$text-warning")
    found = [
        f"{choice} {field.names.get(choice) or ''}".strip() for choice in islice(offered(field, text), _OFFERED + 1)
    ]
    if found and text not in field.folded.ids:
        more = " …" if len(found) > _OFFERED else ""
        yield Content.assemble("  ", (clean(", ".join(found[:_OFFERED])) + more, "$text-muted"))


def _not_known(field: FormField, name: str) -> str:
    """Return what is said of a name that is in no register."""
    if field.register == "source" and file_named(name):
        said = "is a file; ^n registers it, and shows what it says"
    elif field.register == "person":
        said = "is not cited yet; ^n says of whom it is another name"
    else:
        said = "is not known; ^n adds it now"
    return f"{clean(name)} {said}"


def doubtful(fields: Mapping[str, FormField], values: Mapping[str, str], here: FormField) -> Iterator[Content]:
    """Yield what the fields but one begin though it may be known: a beginning of one name alone."""
    for path, field in fields.items():
        for name, near in nearly_known(field, values.get(path, "")).items() if path != here.path else ():
            yield Content.styled(f"! {field.label}: {clean(name)} is new; or is it {clean(near)}?", "$text-warning")


def mistakes(
    problems: tuple[Problem, ...], fields: Mapping[str, FormField], values: Mapping[str, str]
) -> Iterator[Content]:
    """Yield what is wrong, each with the field that it is about."""
    touched = {path for path, text in values.items() if text.strip()}
    for problem in problems:
        # What is only missing is no mistake yet.
        is_missing = problem.message == "is required" and problem.field not in touched
        sign = ("· ", "$text-muted") if is_missing else ("✗ ", "$text-error")
        place, said = said_of(problem, fields, values)
        yield Content.assemble(sign, (f"{place} " if place else "", "bold"), said)


def said_of(problem: Problem, fields: Mapping[str, FormField], values: Mapping[str, str]) -> tuple[str, str]:
    """Return which field of a form a problem is about, as it is called there, and what is said of it."""
    path = field_of(problem, fields, values)
    if path is None:
        return clean(problem.field or ""), clean(problem.message)
    field = fields[path]
    names = unknown(field, values.get(path, "")) if field.register in REGISTERS else []
    if names:
        return field.label, _not_known(field, names[0])
    return field.label, clean(problem.message)


def nothing_captured(source: str, *, has_folder: bool) -> str:
    """Return what stands in place of a document that is not there, with the next command."""
    if not has_folder:
        return "No folder of captured documents: COMMUNIQUE_CAPTURES names it."
    return f"No text of {clean(source)} is captured: `communique source add FILE --keep DIR` keeps one."


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
    if found.retracted:
        said = f"! The entry that this is about is retracted, by {listed(found.retracted)}"
        lines.append(Content.styled(said, "$text-warning"))
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
