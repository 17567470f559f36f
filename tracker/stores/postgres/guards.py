"""What the database checks of whatever is inserted: the functions of `guards.sql`, and the triggers that call them."""

from __future__ import annotations

import re
from importlib.resources import files
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

#: The statements that make the functions, in an order in which they can be made.
FUNCTIONS: Final = tuple(
    re.findall(
        r"^CREATE OR REPLACE FUNCTION .*?\$\$.*?\$\$(?=;$)",
        (files(__package__) / "guards.sql").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)

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
