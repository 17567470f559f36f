"""The verbs of the command line, one module a verb or a close group, imported when a verb is run."""

from __future__ import annotations

from typing import Final, NamedTuple


class VerbInfo(NamedTuple):
    """Where a verb is: its module in this package, and what it does in one line."""

    module: str
    does: str


#: Every verb. Its command is the module's `VERB_command`, with an underscore for a hyphen.
VERBS: Final[dict[str, VerbInfo]] = {
    "demo": VerbInfo("workspace", "Show the bundled history of the talks between Washington and Niamey."),
    "record": VerbInfo("record", "Record scripts of entries: JSON Lines, YAML or CSV."),
    "add": VerbInfo("record", "Record one entry from the shell."),
    "correct": VerbInfo("entering.correcting", "Say how an entry reads from now on, field by field."),
    "retract": VerbInfo("entering.mending", "Retract entries, or a whole batch, or bring them back."),
    "same": VerbInfo("entering.mending", "Say that ids mean one and the same."),
    "move": VerbInfo("entering.joining", "Move entries to another negotiation."),
    "merge": VerbInfo("entering.joining", "Join another log to this one."),
    "draft": VerbInfo("entering.drafts", "Propose entries, which wait for a person."),
    "drafts": VerbInfo("entering.drafts", "List what was proposed, and what became of it."),
    "review": VerbInfo("entering.drafts", "Accept or reject what was proposed."),
    "source": VerbInfo("entering.source", "Register sources from saved pages, PDFs, WARC files and CSL-JSON."),
    "status": VerbInfo("status", "Show where things stand."),
    "log": VerbInfo("log", "List the entries."),
    "show": VerbInfo("evidence", "Show one entry with all that bears on it."),
    "why": VerbInfo("evidence", "Show what stands behind a conclusion, and what argues against it."),
    "timeline": VerbInfo("log", "List what happened, in order."),
    "positions": VerbInfo("status", "Show who wants what: matters by parties."),
    "findings": VerbInfo("status", "List contradictions, open questions and what is overdue."),
    "sources": VerbInfo("evidence", "Show the sources, who repeats whom, and what rests on each."),
    "agenda": VerbInfo("changes", "List what is expected: deadlines, terms, notice periods, rounds, plans."),
    "replay": VerbInfo("changes", "Step through history and print what each step changed."),
    "diff": VerbInfo("changes", "Show what changed between two cuts."),
    "since": VerbInfo("changes", "Show what changed since you last looked."),
    "search": VerbInfo("search", "Find the entries that hold some words."),
    "verify": VerbInfo("verify", "Check that nothing in the log was changed."),
    "brief": VerbInfo("exporting.brief", "Write a report for a reader: Markdown, or a page of HTML."),
    "schema": VerbInfo("schema", "Print the JSON Schema of an entry."),
    "export": VerbInfo("export", "Write a negotiation in a form for others."),
    "fleet": VerbInfo("exporting.fleet", "Work out the statuses of all negotiations in exported tables."),
    "import": VerbInfo("entering.table", "Take in what was exported elsewhere, or a table by a map."),
    "rebuild": VerbInfo("search", "Build the tables for search and the portfolio anew."),
    "backup": VerbInfo("backup", "Back up the log into a file."),
    "restore": VerbInfo("backup", "Make a lost log anew from a backup."),
    "copy": VerbInfo("backup", "Copy a log between a file and a database."),
    "admin": VerbInfo("admin", "Set up a shared log in PostgreSQL."),
    "mcp": VerbInfo("entering.mcp", "Let an assistant ask, and propose entries."),
    "tui": VerbInfo("workspace", "Open the workspace."),
    "serve": VerbInfo("workspace", "Show the workspace in a browser on this machine."),
    "completion": VerbInfo("admin", "Print the script that completes words in a shell."),
}
