"""A review on a terminal: draft by draft, with the captured text beside it and the quote marked in it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import click

from projections.wording.provenance import proposed_words, quote_words
from tui.commands.entering.queues import captures_of, names_for, says
from tui.output import say, screen_width, styled
from tui.text import clean, clean_lines, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tracker.drafts.deciding import Decided, Review
    from tracker.drafts.queue import Draft
    from tracker.drafts.quotes import Captures

_KEYS: Final = {"a": "accept", "r": "reject", "c": "change", "s": "skip", "q": "quit"}
#: Characters of the captured text that are shown before and behind a quote.
_AROUND: Final = 240
#: What stands before and behind a quote in the captured text.
_BEFORE, _BEHIND = "▸", "◂"
#: Columns from which the captured text stands beside the draft, and no longer below it.
_WIDE: Final = 100
_GAP: Final = 3


def ask(review: Review, drafts: Sequence[Draft], folder: Path | None) -> Decided:
    """Ask about drafts one by one, and return what was decided; raises `click.Abort` if the terminal goes away."""
    from tracker.drafts.deciding import Decided
    from tracker.drafts.queue import Filter

    total = Decided()
    looked = captures_of(review.log, review.queue.drafts(Filter(state="all")), folder, drafts)
    if not drafts:
        say("no draft waits")
    for number, draft in enumerate(drafts, 1):
        if review.queue.get([draft.number])[0].state != "pending":
            say(f"draft {draft.number} was decided by somebody else")
            continue
        click.echo("\n" + styled(f"draft {draft.number}", bold=True) + f"  {number} of {len(drafts)}")
        if not _decide(review, draft, looked, total):
            break
    return total


def _decide(review: Review, draft: Draft, looked: Captures, total: Decided) -> bool:
    """Show a draft and take a decision on it; say whether to go on."""
    changes: list[str] = []
    while True:
        _show(review, draft, changes, looked)
        words = ", ".join(f"[{key}] {word}" for key, word in _KEYS.items())
        key = click.prompt(words, type=click.Choice([*_KEYS]), show_choices=False)
        if key in {"s", "q"}:
            return bool(key == "s")
        if key == "c":
            while given := click.prompt("FIELD=VALUE, or nothing", default="", show_default=False):
                changes.append(given)
            continue
        if key == "a":
            found = review.accept([draft.number], changes=changes)
        elif reason := click.prompt("why", default="", show_default=False).strip():
            found = review.reject([draft.number], reason=reason)
        else:
            continue
        total.accepted += found.accepted
        total.rejected += found.rejected
        total.recorded += found.recorded
        total.heads.update(found.heads)
        if not found.left:
            return True
        for left in found.left:
            say(left.why)
        changes.clear()


def _show(review: Review, draft: Draft, changes: Sequence[str], looked: Captures) -> None:
    """Print a draft as it would be recorded, and the captured text that it quotes."""
    from tracker.codec import written
    from tracker.drafts.deciding import changed
    from tracker.drafts.queue import Filter
    from tracker.errors import EntryRejectedError

    entry, event = draft.entry, draft.event
    try:
        event = changed(draft, changes)
        entry = written(event)
    except EntryRejectedError as error:
        for problem in error.problems:
            say(str(problem))
    # What was accepted a moment ago has a name by now.
    names = names_for(review.log, review.queue.drafts(Filter()), [draft])
    left = [clean(says(event, names[draft.negotiation])), *_draft_lines(draft, entry)]
    right = [*_captured_lines(entry, looked)]
    columns = screen_width() or 0
    if columns < _WIDE:
        for line in [*left, "", *right]:
            click.echo(line)
        return
    room = (columns - _GAP) // 2
    beside = ([piece for line in side for piece in (wrap(line, room) or [""])] for side in (left, right))
    for one, other in zip_longest(*beside, fillvalue=""):
        click.echo(f"{one}{' ' * (room - width(one))}{' ' * _GAP}{other}".rstrip())


def _draft_lines(draft: Draft, entry: dict[str, Any]) -> Iterator[str]:
    yield clean(proposed_words(draft.drafted_by, draft.drafted_at[:16], draft.reason))
    for name, value in _flat("", entry):
        yield from f"{clean(name)}: {clean_lines(value)}".split("\n")


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield the fields of an entry by dotted paths, as `--set` takes them."""
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from _flat(f"{path}.{name}" if path else str(name), inner)
    else:
        yield path, value


def _captured_lines(entry: dict[str, Any], looked: Captures) -> Iterator[str]:
    """Yield what the captured text says around each quote, which is marked in it."""
    for quote in looked.quotes(entry):
        text = looked.text(entry["negotiation"], quote.source)
        place = text.find(quote.quote) if text is not None else None
        if text is None:
            yield f"{clean(quote.source)}: {quote_words(found=None)}"
        elif place is None:
            yield f"{clean(quote.source)}: {quote_words(found=False, length=len(text.original))}"
        else:
            begin, end = place
            before = text.original[max(0, begin - _AROUND) : begin]
            behind = text.original[end : end + _AROUND]
            passage = f"{before}{_BEFORE}{text.original[begin:end]}{_BEHIND}{behind}"
            yield f"{clean(quote.source)}: {quote_words(found=True)}"
            yield clean(" ".join(passage.split()))
