"""The tables and their columns, each with what it holds; `docs/reference/tables.md` is made from this."""

from __future__ import annotations

from typing import Final, NamedTuple

#: What a column may hold, with what that is in Parquet and in SQLite.
KINDS: Final = {
    "text": ("string", "TEXT"),
    "integer": ("int64", "INTEGER"),
    "number": ("double", "REAL"),
    "flag": ("bool", "INTEGER, 0 or 1"),
    "texts": ("list of string", "TEXT, a JSON array"),
    "instant": ("timestamp, microseconds, UTC", "TEXT, ISO 8601 with Z"),
    "bytes": ("binary", "BLOB"),
}


class ColumnForm(NamedTuple):
    """A column: its name, one of `KINDS`, what it holds, and whether it may be null."""

    name: str
    kind: str
    holds: str
    is_null: bool = True


class TableForm(NamedTuple):
    """A table: what a row is, its columns, which of them tell rows apart, and where some of them lead.

    `leads` are (columns, table), the columns being that table's key; `searched` are the columns whose words are
    searched.
    """

    name: str
    row: str
    columns: tuple[ColumnForm, ...]
    key: tuple[str, ...] = ()
    leads: tuple[tuple[tuple[str, ...], str], ...] = ((("negotiation",), "negotiations"),)
    searched: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


_NEGOTIATION: Final = ColumnForm("negotiation", "text", "The negotiation's id.", is_null=False)
_SUBJECT: Final = ColumnForm("subject", "text", "What it is about, as `agreement:sofa-2012`.", is_null=False)
_SINCE: Final = ColumnForm("since", "text", "Since when, as written: the `occurred` of the first of its entries.")
_BECAUSE: Final = ColumnForm("because", "texts", "The ids of the entries on which it rests.", is_null=False)
_ENTRY: Final = ColumnForm("entry", "text", "The id of the entry that tells it.", is_null=False)
_HOLDS: Final = (
    ColumnForm(
        "axis",
        "text",
        "`known`, `happened` or `recorded`: what a day is one of; the other two are open.",
        is_null=False,
    ),
    ColumnForm(
        "valid_from", "text", "The first day on which it holds, `2024-05-11`; `0001-01-01` for always.", is_null=False
    ),
    ColumnForm("valid_to", "text", "The first day on which it no longer holds; null where it holds to the end."),
)


def _dated(name: str, holds: str) -> tuple[ColumnForm, ...]:
    """Return the columns of a date as it is written and of its bounds."""
    return (
        ColumnForm(name, "text", f"{holds}, as written (EDTF)."),
        ColumnForm(f"{name}_from", "instant", f"The first instant of `{name}`; null where it is open."),
        ColumnForm(f"{name}_to", "instant", f"The last instant of `{name}`; null where it is open."),
    )


_DEFINED: Final = (
    TableForm(
        "negotiations",
        "a negotiation, as it is registered now",
        (
            _NEGOTIATION,
            ColumnForm("title", "text", "What it is called."),
            ColumnForm("summary", "text", "What it is about, in the analyst's words."),
            ColumnForm("lead", "text", "The subject that heads the portfolio."),
            ColumnForm("entries", "integer", "How many entries it has.", is_null=False),
            ColumnForm("head", "text", "The digest of its last entry, which vouches for all before it.", is_null=False),
        ),
        ("negotiation",),
        (),
        ("title", "summary"),
    ),
    TableForm(
        "parties",
        "a party, as it is registered now",
        (
            _NEGOTIATION,
            ColumnForm("party", "text", "The party's id.", is_null=False),
            ColumnForm("name", "text", "What it is called."),
            ColumnForm("role", "text", "The part that it has."),
            ColumnForm("kind", "text", "`state`, `organisation`, `body` and the like."),
            ColumnForm("of", "text", "The party whose body it is."),
            ColumnForm("wikidata", "text", "Its item of Wikidata."),
            ColumnForm("aliases", "texts", "What else it is called.", is_null=False),
            ColumnForm("members", "texts", "The parties that a group stands for.", is_null=False),
            _ENTRY,
        ),
        ("negotiation", "party"),
        searched=("party", "name", "aliases"),
    ),
    TableForm(
        "matters",
        "a matter, as it is registered now",
        (
            _NEGOTIATION,
            ColumnForm("matter", "text", "The matter's id.", is_null=False),
            ColumnForm("title", "text", "What it is called."),
            _ENTRY,
        ),
        ("negotiation", "matter"),
        searched=("matter", "title"),
    ),
    TableForm(
        "sources",
        "a source, as it is registered and graded now",
        (
            _NEGOTIATION,
            ColumnForm("source", "text", "The source's id.", is_null=False),
            ColumnForm("kind", "text", "`primary` and the like."),
            ColumnForm("publisher", "text", "Who published it."),
            ColumnForm("title", "text", "Its title."),
            ColumnForm("url", "text", "Its address."),
            ColumnForm("author", "text", "Who wrote it."),
            ColumnForm("language", "text", "Its language (BCP 47)."),
            *_dated("published", "When it was published"),
            ColumnForm("reliability", "text", "How reliable it is (Admiralty code), A to F.", is_null=False),
            ColumnForm("sha256", "text", "The SHA-256 of the file that is kept of it."),
            _ENTRY,
        ),
        ("negotiation", "source"),
        searched=("source", "publisher", "title", "author"),
    ),
    TableForm(
        "relays",
        "a source that repeats another, and so adds no voice",
        (
            _NEGOTIATION,
            ColumnForm("source", "text", "The source that repeats.", is_null=False),
            ColumnForm("relays", "text", "The source that it repeats.", is_null=False),
        ),
        ("negotiation", "source", "relays"),
        ((("negotiation",), "negotiations"), (("negotiation", "source"), "sources")),
    ),
    TableForm(
        "entries",
        "an entry, as it was recorded; in a table the order of `position` is that of the log",
        (
            _NEGOTIATION,
            ColumnForm("position", "integer", "Its place in the log.", is_null=False),
            ColumnForm("version", "integer", "Its place in the negotiation, from 1.", is_null=False),
            ColumnForm("id", "text", "Its id, which no other entry of the negotiation has.", is_null=False),
            ColumnForm("event", "text", "Its type.", is_null=False),
            ColumnForm("recorded_at", "instant", "When it was recorded.", is_null=False),
            ColumnForm("recorded_by", "text", "Who recorded it.", is_null=False),
            ColumnForm("previous", "text", "The digest of the entry before it, 64 zeros for the first.", is_null=False),
            ColumnForm("digest", "text", "The SHA-256 of `stored`.", is_null=False),
            *_dated("occurred", "When it happened"),
            *_dated("published", "When it became known, if the entry itself says so"),
            ColumnForm(
                "modality", "text", "`done`, `announced`, `reported`, `denied` or `hypothetical`.", is_null=False
            ),
            ColumnForm("note", "text", "What the analyst notes."),
            ColumnForm("content", "text", "What its author wrote, as JSON: the line of a script.", is_null=False),
            ColumnForm("stored", "bytes", "The stored bytes, which are the truth.", is_null=False),
        ),
        ("position",),
        searched=("id", "event", "note", "content"),
    ),
    TableForm(
        "evidence",
        "a piece of evidence of an entry, as it was recorded",
        (
            _NEGOTIATION,
            ColumnForm("position", "integer", "The place of the entry in the log.", is_null=False),
            ColumnForm("entry", "text", "The entry's id.", is_null=False),
            ColumnForm("number", "integer", "Which of the entry's evidence it is, from 1.", is_null=False),
            ColumnForm("source", "text", "The source.", is_null=False),
            ColumnForm("attributed_to", "text", "Whom the source cites."),
            ColumnForm("role", "text", "As what."),
            ColumnForm("quote", "text", "The source's own words."),
            ColumnForm("language", "text", "The language of the quote (BCP 47)."),
            ColumnForm("locator", "text", "Where in the source."),
            ColumnForm("paraphrase", "text", "What it says, in the analyst's words."),
            ColumnForm("credibility", "integer", "How credible the claim is (Admiralty code), 1 to 6.", is_null=False),
        ),
        ("position", "number"),
        ((("negotiation",), "negotiations"), (("position",), "entries")),
        ("quote", "paraphrase", "attributed_to"),
    ),
    TableForm(
        "states",
        "what is said of a subject in one aspect, and on which days",
        (
            _NEGOTIATION,
            _SUBJECT,
            ColumnForm("aspect", "text", "`state`, `deadline` and the like, as in `diff`; `uncertain`.", is_null=False),
            ColumnForm("value", "text", "What is said: a text, or JSON where it is none.", is_null=False),
            _SINCE,
            _BECAUSE,
            *_HOLDS,
        ),
        searched=("subject", "value"),
    ),
    TableForm(
        "participants",
        "how a party takes part in an agreement, and on which days",
        (
            _NEGOTIATION,
            _SUBJECT,
            ColumnForm("party", "text", "The party.", is_null=False),
            ColumnForm("state", "text", "`signed`, `bound`, `withdrawn` and the like; null where nothing says so."),
            _SINCE,
            _BECAUSE,
            *_HOLDS,
        ),
    ),
    TableForm(
        "approvals",
        "a vote of a body on a subject, or the consent or refusal of a party, and on which days it counts",
        (
            _NEGOTIATION,
            _SUBJECT,
            _ENTRY,
            ColumnForm("body", "text", "The body that voted."),
            ColumnForm("party", "text", "The party that consents or refuses, or whose body it is."),
            ColumnForm("motion", "text", "On what it voted.", is_null=False),
            ColumnForm("result", "text", "`approved`, `rejected` and the like."),
            ColumnForm("for", "integer", "Votes for."),
            ColumnForm("against", "integer", "Votes against."),
            ColumnForm("abstentions", "integer", "Abstentions."),
            *_HOLDS,
        ),
    ),
    TableForm(
        "positions",
        "where a party stands on a matter, and on which days",
        (
            _NEGOTIATION,
            _SUBJECT,
            ColumnForm("party", "text", "The party.", is_null=False),
            ColumnForm("matter", "text", "The matter.", is_null=False),
            ColumnForm("stance", "text", "`supports`, `opposes` and the like; null where only other things are known."),
            _SINCE,
            _BECAUSE,
            ColumnForm("terms", "text", "On which terms."),
            ColumnForm("red_lines", "texts", "The entries that declare red lines.", is_null=False),
            ColumnForm("concessions", "texts", "The entries that make concessions.", is_null=False),
            ColumnForm("uncertain", "flag", "Whether all of it may have happened after the day.", is_null=False),
            *_HOLDS,
        ),
    ),
    TableForm(
        "figures",
        "a quantity of a subject in one unit and scope, and on which days that is said",
        (
            _NEGOTIATION,
            _SUBJECT,
            ColumnForm("quantity", "text", "Which quantity, as `strength`.", is_null=False),
            ColumnForm("unit", "text", "In which unit; null for a plain number."),
            ColumnForm("scope", "text", "Of which part."),
            ColumnForm("low", "number", "The lower end; null where it is open."),
            ColumnForm("high", "number", "The upper end; null where it is open."),
            ColumnForm("approximate", "flag", "Whether it is only about so.", is_null=False),
            ColumnForm("at", "text", "Of what time, as written (EDTF)."),
            _BECAUSE,
            *_HOLDS,
        ),
    ),
    TableForm(
        "expectations",
        "something to come, how that stands, and on which days it stands so",
        (
            _NEGOTIATION,
            _SUBJECT,
            ColumnForm("kind", "text", "`deadline`, `due`, `until`, `scheduled`, `plan` and the like.", is_null=False),
            *_dated("date", "By when"),
            ColumnForm("standing", "text", "`ahead`, `met`, `passed` or `void`.", is_null=False),
            _BECAUSE,
            *_HOLDS,
        ),
    ),
    TableForm(
        "findings",
        "something to look at, and on which days",
        (
            _NEGOTIATION,
            _SUBJECT,
            ColumnForm("kind", "text", "`figure-conflict`, `open-question` and the like.", is_null=False),
            ColumnForm("severity", "text", "`conflict`, `question` or `note`.", is_null=False),
            ColumnForm("entries", "texts", "The ids of the entries that it comes from.", is_null=False),
            ColumnForm("message", "text", "What it is, in a sentence.", is_null=False),
            *_HOLDS,
        ),
        searched=("message",),
    ),
)
#: Every table by name, those first to which others lead.
TABLES: Final = {table.name: table for table in _DEFINED}
#: The tables of what is judged, which hold from one day to another.
JUDGED: Final = tuple(table.name for table in _DEFINED if table.names[-1] == "valid_to")
