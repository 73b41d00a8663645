"""Standard output and standard error as they come: closed, full, or in an encoding that holds little.

A command's work must not be lost because a report about it can't be shown, and no user is to see a traceback for it.
"""

from __future__ import annotations

import io
import os
import sys


def make_ready() -> None:
    """Let what an encoding can't hold be printed as escapes, and what is closed take what is printed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def give_up_printing() -> None:
    """Drop what is still to be printed, so that Python does not stumble over it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def put(data: bytes) -> None:
    """Print bytes as they are, whatever the encoding of standard output. Raises OSError."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
