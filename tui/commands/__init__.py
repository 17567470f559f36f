"""The verbs of the command line, one module a verb or a close group, imported when a verb is run."""

from __future__ import annotations

from typing import Final, NamedTuple


class Place(NamedTuple):
    """Where a verb is: its module in this package, and what it does in one line."""

    module: str
    does: str


#: Every verb. Its command is the module's `VERB_command`, with an underscore for a hyphen.
VERBS: Final[dict[str, Place]] = {
    "demo": Place("demo", "Show the bundled history of the talks between Washington and Niamey."),
    "record": Place("record", "Record scripts of entries: JSON Lines, YAML or CSV."),
    "add": Place("add", "Record one entry from the shell."),
    "status": Place("status", "Show where things stand."),
    "log": Place("log", "List the entries."),
    "show": Place("show", "Show one entry with all that bears on it."),
    "why": Place("why", "Show what stands behind a conclusion, and what argues against it."),
    "timeline": Place("timeline", "List what happened, in order."),
    "positions": Place("positions", "Show who wants what: matters by parties."),
    "findings": Place("findings", "List contradictions, open questions and what is overdue."),
    "sources": Place("sources", "Show the sources, who repeats whom, and what rests on each."),
    "replay": Place("changes", "Step through history and print what each step changed."),
    "diff": Place("changes", "Show what changed between two cuts."),
    "since": Place("since", "Show what changed since you last looked."),
    "search": Place("search", "Find the entries that hold some words."),
    "verify": Place("verify", "Check that nothing in the log was changed."),
    "brief": Place("brief", "Write a report for a reader: Markdown, or a page of HTML."),
    "schema": Place("schema", "Print the JSON Schema of an entry."),
    "export": Place("export", "Write a negotiation in a form for others."),
    "import": Place("importing", "Take in what was exported elsewhere, a bundle with its chain."),
    "rebuild": Place("rebuild", "Build the tables for search and the portfolio anew."),
    "backup": Place("backup", "Back up the log into a file."),
    "restore": Place("backup", "Make a lost log anew from a backup."),
    "copy": Place("copy", "Copy a log between a file and a database."),
    "admin": Place("admin", "Set up a shared log in PostgreSQL."),
    "tui": Place("workspace", "Open the workspace."),
    "serve": Place("serve", "Show the workspace in a browser on this machine."),
    "completion": Place("completion", "Print the script that completes words in a shell."),
}
