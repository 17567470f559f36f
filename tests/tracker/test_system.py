"""Other processes of ours: none outlives the one that started it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

#: Starts two processes that go on working, and says so.
_STARTS_OTHERS = """
import os, time
from tracker import system

with system.pool(2) as pool:
    pool.submit(os.getpid).result()
    for _ in range(2):
        pool.submit(time.sleep, 600)
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGHUP"])
def test_no_process_outlives_the_one_that_started_it(how: str) -> None:
    with subprocess.Popen([sys.executable, "-c", _STARTS_OTHERS], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.Signals[how])
        # It ends for the reader only when everybody who has it has ended.
        rest, _ = process.communicate(timeout=200)
    assert rest == b""
