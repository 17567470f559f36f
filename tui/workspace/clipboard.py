"""The clipboard of the machine that the person sits at, where a tool of the system fills it.

A terminal fills it too, when it is told to (OSC 52), but not every terminal listens.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import Final

#: The tools, each with the variable that says that its clipboard is there; the first one found is used.
_TOOLS: Final = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("WSL_DISTRO_NAME", ("clip.exe",)),
)
_MAC: Final = ("pbcopy",)
_WINDOWS: Final = ("clip",)
#: Seconds after which a tool that does not answer is left alone.
_PATIENCE: Final = 3.0


def tool() -> tuple[str, ...] | None:
    """Return the command that fills the clipboard from its standard input, or None where there is none."""
    if sys.platform == "darwin":
        found = [_MAC]
    elif sys.platform == "win32":
        found = [_WINDOWS]
    else:
        found = [command for variable, command in _TOOLS if os.environ.get(variable)]
    return next((command for command in found if shutil.which(command[0])), None)


def fill(text: str) -> bool:
    """Put a text on the clipboard, and say whether a tool took it; may take seconds, so call it in the background."""
    command = tool()
    if command is None:
        return False
    # clip.exe reads what Windows calls Unicode; all others UTF-8.
    encoding = "utf-16" if command[0].startswith("clip") else "utf-8"
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - one of the commands above
            command,
            input=text.encode(encoding, "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
        return done.returncode == 0
    return False
