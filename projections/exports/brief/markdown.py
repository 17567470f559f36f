"""A brief as Markdown: CommonMark, with the tables and the strikes of GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.exports.brief import words
from projections.exports.text import Markdown, fill, join, link, markdown
from projections.wording.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from projections.exports.brief.contents import (
        Backing,
        Brief,
        EventLine,
        Family,
        Group,
        Matrix,
        Noted,
        NumberedSource,
        PartyLine,
        Since,
        Stand,
        Statement,
    )

_NONE: Final = Markdown("")
_GRADES: Final = Markdown(
    "Grades are those of the Admiralty code (STANAG 2511): the letter, A to F, says how reliable the source is, the "
    "number, 1 to 6, how credible the claim; F and 6 cannot be judged."
)


def report(found: Brief, *, generated: str | None = None) -> str:
    """Return a brief as Markdown (CommonMark, with GitHub's tables and strikes); `generated` says when it was made."""
    return "\n".join(_lines(found, generated)) + "\n"


def _lines(brief: Brief, generated: str | None) -> Iterator[str]:
    yield fill("# {}", brief.title or brief.negotiation)
    yield ""
    yield fill("**As of:** {}.", brief.as_of)
    if brief.without:
        yield ""
        yield fill("**Left out of account:** {}, with what only repeats it.", listed(brief.without))
    if brief.summary:
        yield ""
        yield markdown(brief.summary)
    yield from _section("Where things stand", _standing(brief.standing), "Nothing is said of anything yet.")
    if brief.since is not None:
        yield from _section(fill("Changes since {}", brief.since.cut), _since(brief.since), "Nothing changed.")
    yield from _section("Figures", _figures(brief), "")
    yield from _section("Positions", _positions(brief.positions), "")
    yield from _section("Parties", (_party(party) for party in brief.parties), "")
    yield from _section("Open questions", _groups(brief.questions, alone=True), "None was found.")
    yield from _section("Findings", _groups(brief.findings), "Nothing contradicts itself or lacks support.")
    yield from _section("What argues against", _against(brief), "No entry argues against what is said above.")
    yield from _section(
        "Chronology", (_event(event) for event in brief.chronology), "Nothing had happened, or was known."
    )
    yield from _section("Sources", _sources(brief.sources), "None is cited.")
    yield ""
    yield "---"
    yield ""
    head = fill("{} of the log; head {}.", words.counted(brief.entries, "entry", "entries"), brief.head)
    yield fill("{} Made {}.", head, generated) if generated else head


def _section(heading: str, lines: Iterable[str], empty: str) -> Iterator[str]:
    """Yield a section under its heading; without lines what it says then, or nothing."""
    found = list(lines)
    if found or empty:
        yield from ("", fill("## {}", heading), "", *(found or [empty]))


def _standing(families: Iterable[Family]) -> Iterator[str]:
    for index, family in enumerate(families):
        if index:
            yield ""
        yield fill("### {}", family.heading)
        yield ""
        yield from (_statement(statement) for statement in family.statements)


def _statement(statement: Statement) -> Markdown:
    about = fill(" ({})", statement.about) if statement.about else _NONE
    details = join("", (fill("; {} {}", label, text) for label, text in statement.details))
    return fill(
        "- **{}**{}: **{}**{}{}{}. {}",
        statement.name,
        about,
        statement.state,
        _since_when(statement.since),
        Markdown(", which may have happened later") if statement.uncertain else _NONE,
        details,
        _backing(statement.backing),
    )


def _since_when(date: str | None) -> Markdown:
    return fill(" {}", words.since(date)) if date else _NONE


def _backing(backing: Backing) -> Markdown:
    """Return the voices for and against something, with the numbers of its sources."""
    if not backing.sources:
        return Markdown("*No source.*")
    against = fill(", {} against", backing.against) if backing.against else _NONE
    return fill("*{}{}.*{}", words.counted(backing.voices, "voice"), against, _cited(backing.sources))


def _cited(numbers: Iterable[int]) -> Markdown:
    """Return numbers of sources as ``[3] [5]``, with a space before; they are no links, for want of a target."""
    return join("", (Markdown(f" [{number}]") for number in numbers))


def _since(since: Since) -> Iterator[str]:
    for change in since.changes:
        yield fill(
            "- **{}**, {}: {} → **{}**{}",
            change.name,
            change.aspect,
            change.before,
            change.after,
            _cited(change.sources),
        )
    yield from (fill("- New finding: {}", _noted(finding)) for finding in since.appeared)
    yield from (fill("- No longer found: {}", _noted(finding)) for finding in since.gone)
    for older, newer in since.changed:
        yield fill("- Found otherwise: {} Before: {}", _noted(newer), older.message)


def _noted(finding: Noted) -> Markdown:
    return fill("{}{}", finding.message, _cited(finding.sources))


def _figures(brief: Brief) -> Iterator[str]:
    if brief.figures:
        yield from _table(
            ("Of", "Quantity", "Figure", "Of when", "Voices and sources"),
            (
                (line.name, line.quantity, line.figure, words.when(line.occurred) or "no date", _backing(line.backing))
                for line in brief.figures
            ),
        )


def _positions(matrix: Matrix) -> Iterator[str]:
    if matrix.rows:
        yield from _table(
            ("Matter", *matrix.parties),
            ((matter, *(_stand(cell) for cell in cells)) for matter, cells in matrix.rows),
        )


def _stand(stand: Stand | None) -> Markdown:
    if stand is None:
        return Markdown("–")
    more = join("", (fill(" {}: {}", label, text) if label else fill(" {}", text) for label, text in stand.more))
    doubt = Markdown(" (may have been later)") if stand.uncertain else _NONE
    return fill("**{}**{}{}.{}{}", stand.stance, _since_when(stand.since), doubt, more, _cited(stand.backing.sources))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield fill("| {} |", join(" | ", map(_in_cell, heads)))
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield fill("| {} |", join(" | ", map(_in_cell, row)))


def _in_cell(value: str) -> Markdown:
    return value if isinstance(value, Markdown) else markdown(value)


def _party(party: PartyLine) -> Markdown:
    name = fill(" ({})", party.id) if party.name else _NONE
    role = fill(", {}", words.words(party.role)) if party.role else _NONE
    line = fill("- {}{}{}.", party.name or party.id, name, role)
    if party.backing is None:
        return line
    return fill("{} Turns to {}. {}", line, listed(party.partners) or "nobody", _backing(party.backing))


def _groups(groups: Sequence[Group], *, alone: bool = False) -> Iterator[str]:
    """Yield findings by kind; with `alone`, a single kind needs no heading of its own."""
    for index, group in enumerate(groups):
        if index:
            yield ""
        if len(groups) > 1 or not alone:
            yield fill("### {}", group.heading)
            yield ""
        yield from (fill("- {}", _noted(finding)) for finding in group.findings)


def _against(brief: Brief) -> Iterator[str]:
    for contrary in brief.against:
        yield fill(
            "- **{}**: {} ({}; {}).{}{}",
            contrary.name,
            contrary.says,
            contrary.when,
            contrary.how,
            fill(" {}", contrary.grade) if contrary.grade else _NONE,
            _cited(contrary.sources),
        )


def _event(event: EventLine) -> Markdown:
    says = fill("~~{}~~", event.says) if event.retracted else markdown(event.says)
    marks = fill(" ({})", ", ".join(event.marks)) if event.marks else _NONE
    grade = fill(" {}", event.grade) if event.grade else _NONE
    when = fill("**{}**", event.when) if event.certain else fill("*{}*", event.when)
    return fill("- {}: {}{}{}{} · {}", when, says, marks, grade, _cited(event.sources), event.entry)


def _sources(sources: Sequence[NumberedSource]) -> Iterator[str]:
    if sources:
        yield _GRADES
        yield ""
    for source in sources:
        parts = [markdown(text) for text in (source.author, source.publisher or source.id) if text]
        if source.title:
            parts.append(fill("*{}*", source.title))
        parts.append(markdown(words.when(source.published) or "no date"))
        parts.append(fill("reliability {}", source.reliability))
        if source.relays:
            parts.append(fill("repeats{}", _cited(source.relays)))
        if source.address:
            href = link(source.address)
            parts.append(Markdown(f"<{href}>") if href else markdown(source.address))
        yield fill("{}. {}.", Markdown(source.number), join(", ", parts))
