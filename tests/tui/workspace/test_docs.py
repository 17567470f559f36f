"""The reference of the workspace's keys is made from the one list of actions; UPDATE_GOLDENS=1 makes it anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.rows.glyphs import FLAGS, LEGEND, STANCES
from tui.workspace.actions import ACTIONS, SCREENS, shown
from tui.workspace.settings import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "reference" / "workspace.md"

_NO_STANCE: Final = "only red lines or concessions known"


def reference() -> Iterator[str]:
    """Yield the page, line by line."""
    yield from (
        "# The workspace: keys, signs, settings",
        "",
        "`communique tui [NEGOTIATION]` opens it. `?` shows the same list there, searched by word or by key, and `^p`",
        "runs any of it by name. `^` is the control key.",
        "",
        "Where there is no log yet, a welcome offers a new negotiation, the demonstration, a file to record, and",
        "another log; nothing is made before one of them is chosen. A new negotiation has a title, an id that is made",
        "from it, and parties, by name or ISO 3166-1 code, with commas between.",
        "",
        "![The welcome](../images/welcome.svg)",
        "",
        "![The workspace on the US-Niger history, as known on 11 May 2024](../images/workspace.svg)",
        "",
    )
    group = ""
    for action in ACTIONS:
        if action.group != group:
            group = action.group
            yield from ("", f"## {group}", "", "| key | does | id |", "| --- | --- | --- |")
        keys = " ".join(f"`{shown(key)}`" for key in action.keys)
        yield f"| {keys} | {action.help}. | `{action.id}` |"
    yield from ("", "## Screens", "", "| screen | keys from a negotiation | keys there |", "| --- | --- | --- |")
    for name, place in SCREENS.items():
        leading = " ".join(f"`{word}`" for word in place.shown)
        yield f"| {name} | {leading} | {', '.join(place.where) or 'letters, `enter`, `esc`'} |"
    for heading, table in (
        ("Before an entry", LEGEND),
        ("Behind an entry", FLAGS),
        (
            "Positions",
            tuple((sign, stance or "only red lines or concessions known") for stance, (sign, _) in STANCES.items()),
        ),
    ):
        yield from ("", f"## {heading}", "", "| sign | means |", "| --- | --- |")
        yield from (f"| {sign} | {text} |" for sign, text in table)
    yield from (
        "",
        "The number beside a position counts the independent voices for it; `!` marks a red line, `*` what the last",
        "step changed. Dates are drawn as `█` where the day is certain, `▒` where only an interval is known, `░` where",
        "they are approximate or uncertain.",
        "",
        "## What keys act on",
        "",
        "A key acts where the one before it has led, however quickly they come: a dialog takes what is typed or pasted",
        "after the key that opens it, and what is typed while a negotiation is read is for that. In the status and the",
        "positions, `enter`, `e`, `y`, `c` and `x` act on the entry that the thing under the cursor rests on last.",
        "",
        "`f` takes words and fields, all of which must fit: `party:NER`, `matter:`, `source:`, `type:`,",
        "`family:talks`, `grade:B` or `grade:B2`, `speaker:` and `by:` with a name, blanks as hyphens, for who is",
        "cited and who recorded it, and `id:` with a part of it. A field or name that there is not is refused. `b`",
        "shows the entries of the speaker of the one under the cursor, then those of its recorder, then all.",
        "",
        "Three corroborations or more in a row, of one month, are one line: `16 corroborations, May 2024`; `enter`",
        "unfolds it. A filter or a search folds nothing.",
        "",
        "What others record is shown as it comes, and counted at the top: in the present until the next key, in the",
        "past until `L`. Who comes back to a negotiation finds the cut, the axis, the marks, the filter, the order,",
        "the pane and the zoom as they were.",
        "",
        "## Lanes",
        "",
        "In 48 lines and more, and zoomed (`5` `z`) in any terminal, the time pane shows lanes below its tracks:",
        "each agreement, round of talks, withdrawal and commitment as a bar of its states, what is expected as",
        "open marks, and figures by scope with their grade. The line of the cut goes through all of them; they are",
        "made in the background.",
        "",
        "![The lanes, below the panes of a high terminal](../images/workspace-wide.svg)",
        "",
        "## Deciding from a finding",
        "",
        "`F` lists the findings, what is open first, the notes folded to one line that `enter` unfolds. Below stands",
        "an entry of the finding under the cursor; `n` and `p` go through its entries, and `enter` goes to it.",
        "`r` grades that entry, `i` disputes it, `o` corroborates it: each opens the form, with the entry filled in.",
        "`s` settles the finding, for a reason: an `AssessmentChanged` keeps reason and grade, and its note names it;",
        "it stands under *Settled* until another entry joins it. `f` shows only conflicts, questions or notes,",
        "`t` only one kind.",
        "",
        "![The findings, and an entry of one of them](../images/findings.svg)",
        "",
        "After a step a star says what a state was `before`; after a step back, what it is `then`; `L` takes it away.",
        "",
        "## All negotiations",
        "",
        "The portfolio sorts by `s`, or by a click on the head of a column; the pane below, in 34 lines and more,",
        "tells of the negotiation under the cursor. *new* counts what others recorded since you last looked: `D` in",
        "the negotiation shows that with what you recorded yourself, as `communique since` does, and moves the same",
        "mark; the pill at the top, which counts what has come in since the last key, opens the same list. Rows that",
        "you have not seen bear `•`. Where no day of a last move is known stands `—`, and in *silence*, too.",
        "",
        "If the log is moved away or damaged, the portfolio says so; it is read again once it is back, or by `f5`.",
        "",
        "`/` lists what any negotiation of the log holds: negotiations, things, parties, sources and entries; so does",
        "`^p` from three letters on, below the actions. `enter` goes there.",
        "",
        "![All negotiations, and where one of them stands](../images/portfolio.svg)",
        "",
        "In the status, a family of more than eight shows those that moved last; `enter` on the line below them shows",
        "the others. How much is open and how much does not fit stands on the border, however long the list is.",
        "",
        "![Parties and matters](../images/parties.svg)",
        "",
        "## Files, clipboard, drafts",
        "",
        "`E` and `^g` write a new file in the folder in which communique was started, never over an older one; in a",
        "browser they are downloaded there. The rows are those of the command line's `--csv`, in the order and with",
        "the filter of the pane, without what is not known at the cut; no cell is a formula. `y` copies through the",
        "terminal (OSC 52) and, where there is one, through `pbcopy`, `wl-copy`, `xclip`, `xsel` or `clip`.",
        "",
        "What is written in a form and not recorded is kept as a draft, as many as there are, also after a crash: each",
        "second while it is written, and when communique ends. `a` lists those of the negotiation above the types;",
        "what is typed there finds a type, the arrows go to a draft, and `enter` goes on with it. `^d` drops the draft",
        "under the cursor, and brings it back until you leave. `c` and `x` offer the drafts about the same entry. None",
        "is dropped by itself.",
        "What was written for a new negotiation or a new title is there again as long as the workspace runs.",
        "",
        "## Writing",
        "",
        "A form asks in groups: what happened, when, who says so, a note. `tab` and the arrows go from field to field;",
        "`enter` too, but in a box for several lines it begins a line. What stands in brackets tells what a field",
        "takes; a name behind an arrow is taken by `→`. A name, its beginning or another case stands for the id of a",
        "party, matter or source, if only one fits; an agreement is meant by its title. One that is new has an id made",
        "of how it is called, and that as its title; the form asks if it begins as the only known one does. `^n`",
        "registers a name that is not known in a form inside the form. `^r` records and begins another entry from the",
        "same report. The form of a correction shows each field before and after; its own day and source stand in its",
        "first group. `u` takes back your last entry, a retraction by `x` like any other.",
        "",
        "A figure is `1000`, `1,000` or `1 000`, `~1000` or `about 1,000`, `650-1000` or `650 to 1000`, `>600` or",
        "`600+`, `<1100`. What may mean another one, such as `1.100` or `1,00`, is refused with its readings. Votes by",
        "party are written as `KGZ: for, USA: against`.",
        "",
        "A source may be given as the path of a file, a saved page, a PDF, a WARC file or CSL-JSON: `^n` registers it,",
        "as `communique source add` does. The captured text of the source stands beside the form from 120 columns on;",
        "`^o` goes there, in narrower terminals in place of the form, and back. A passage that is selected there with",
        "`shift` and the arrows, with `v` or the mouse becomes the quote with `enter`. A source that was registered",
        "before opens its text if its file is kept in the folder that `COMMUNIQUE_CAPTURES` names.",
        "",
        "![The form of a statement](../images/form.svg)",
        "",
        "## Reviewing drafts",
        "",
        "`V` opens the drafts that wait, of the negotiation or, from the portfolio, of all; how many wait stands at",
        "the top of every screen. Beside a draft stands the captured document of its source, the quote marked in it by",
        "a bar and a colour; `¬` is a soft hyphen there. A quote that is not in it is marked as not found, and its",
        "draft is accepted only after another question. Below the draft stands what it would change. A draft is not",
        "accepted within a second of being shown, nor by a key that is held down. What somebody else decides meanwhile",
        "is told. A passage of the document, selected with `shift` and the arrows, with `v` or the mouse, becomes the",
        "quote with `enter`, in the form. See [how to review drafts](../how-to/review-drafts.md).",
        "",
        "![A draft beside the page that it quotes](../images/review.svg)",
        "",
        "![Why sofa-2012 stands as it does](../images/why.svg)",
        "",
        "![What changed since 11 May 2024](../images/diff.svg)",
        "",
        "## Settings",
        "",
        "`settings.toml` in the configuration folder of communique (`~/.config/communique` on Linux) may hold a theme",
        "and other keys for any of the ids above:",
        "",
        "```toml",
        f'theme = "{NAMES[1]}"',
        "",
        "[keys]",
        'play = "p"',
        'event-next = ["]", "ctrl+n"]',
        "```",
        "",
        "A key is a sign (`p`, `]`), or a name (`space`, `comma`, `f5`, `ctrl+n`, `alt+n`). What acts while a form is",
        "written (`record`, `palette`, `back` …) takes none that is written.",
        "",
        f"Themes: {', '.join(f'`{name}`' for name in NAMES)}.",
        "With `NO_COLOR` set there is no colour; nothing is told by colour alone.",
    )


def test_the_reference_lists_every_action() -> None:
    text = "\n".join(reference()).replace("\n\n\n", "\n\n") + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "UPDATE_GOLDENS=1 makes the page anew"
