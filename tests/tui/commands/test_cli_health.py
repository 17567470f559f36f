"""`communique status --health`: the log's size and how far its tables are behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tracker.scripts.reading import seed_path

if TYPE_CHECKING:
    from tests.tui.conftest import Invoke


def test_health_tells_the_lag_of_the_tables(invoke: Invoke) -> None:
    invoke("record", seed_path("panama-canal"))
    before = json.loads(invoke("status", "--health", "--json").stdout)
    assert before["readmodel"] == {**before["readmodel"], "fits": False, "position": None, "lag": None}
    invoke("rebuild")
    built = json.loads(invoke("status", "--health", "--json").stdout)
    assert built["readmodel"] == {**built["readmodel"], "fits": True, "position": built["position"], "lag": 0}
    more = invoke("record", seed_path("us-niger"), "--json")
    behind = json.loads(invoke("status", "--health", "--json").stdout)
    assert behind["readmodel"]["lag"] == json.loads(more.stdout)["recorded"]
    assert behind["negotiations"] == 2
    assert f"{behind['readmodel']['lag']} behind" in invoke("status", "--health").stdout
