"""What the database itself checks of whatever is inserted, by whom and with what SQL: functions for triggers.

Writers have the right to insert rows, so that the database has to refuse what `tracker.application` would not insert.
It checks all that can be told from the bytes and from what stands before them. Whether a field fits its type, and
whether a name was registered, only the program knows, which shows an entry that does not fit as one of an unknown type.

Whoever inserts chooses the session's settings. So names are looked up in the catalogue alone, no text in these
functions holds a backslash, and nothing in them goes by a date style or an ASSERT, which can be switched off. A plan
that was made while a table was small is kept for long, and may not read a table from end to end.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Final

#: Whoever writes holds this advisory lock ("cmnq") until the end of the transaction.
WRITE_LOCK: Final = 0x636D6E71
#: Where a commit is told to those who listen.
CHANNEL: Final = "communique_entries"
#: SQLSTATE of the guards: of a change, of a row that does not follow the last one, of one that the program would not
#: insert, of a snapshot that is not that of its entries.
REFUSED: Final = "CQ001"
OUT_OF_ORDER: Final = "CQ002"
MALFORMED: Final = "CQ003"
WRONG_SNAPSHOT: Final = "CQ004"
#: Bytes of an entry's content at most, as in `tracker.entry`, and of what the log adds to it.
MAX_CONTENT: Final = 1_000_000
MAX_HEADER: Final = 1 << 16
#: What can be read back: brackets within brackets, and digits of a number.
MAX_DEPTH: Final = 201
MAX_DIGITS: Final = 4300

_FILLED_IN: Final = {
    "REFUSED": REFUSED,
    "OUT_OF_ORDER": OUT_OF_ORDER,
    "MALFORMED": MALFORMED,
    "WRONG_SNAPSHOT": WRONG_SNAPSHOT,
    "WRITE_LOCK": WRITE_LOCK,
    "CHANNEL": CHANNEL,
    "MAX_ENTRY": MAX_CONTENT + MAX_HEADER,
    "MAX_REST": MAX_CONTENT + len(',"crc32":"00000000"}'),
    "MAX_DEPTH": MAX_DEPTH,
    "TOO_MANY_DIGITS": MAX_DIGITS + 1,
    # zlib turns the register over before and after.
    "SUMS": ",".join(str(zlib.crc32(bytes([byte]), 0xFFFFFFFF) ^ 0xFFFFFFFF) for byte in range(256)),
}
_SQL: Final = re.sub(
    r"(?<!:):([A-Z_]+)", lambda name: str(_FILLED_IN[name[1]]), Path(__file__).with_suffix(".sql").read_text("utf-8")
)
#: The statements that make the functions, in an order in which they can be made.
FUNCTIONS: Final = tuple(f"{statement}$$" for statement in _SQL.split("$$;")[:-1])

_GUARDED: Final = ("stored_events", "stored_snapshots", "entry_ids", "log_properties")
_FILLED: Final = ("stored_events", "stored_snapshots", "entry_ids")
#: When a trigger is a constraint's, which is looked at when the transaction ends.
AT_THE_END: Final = "AFTER INSERT AT THE END"
#: Each trigger's name, table, time and function.
TRIGGERS: Final = (
    *((f"{table}_refuses_change", table, "BEFORE UPDATE OR DELETE OR TRUNCATE", "refuse_change") for table in _GUARDED),
    *((f"{table}_takes_turn", table, "BEFORE INSERT", "take_turn") for table in _FILLED),
    ("stored_events_checks_order", "stored_events", "AFTER INSERT", "check_order"),
    ("stored_events_has_id", "stored_events", AT_THE_END, "check_entry"),
    ("entry_ids_has_entry", "entry_ids", AT_THE_END, "check_id"),
    ("stored_snapshots_has_entries", "stored_snapshots", AT_THE_END, "check_snapshot"),
)
