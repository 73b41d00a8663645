"""Sees to it that only one run at a time works in a directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cal_upgrade.records import Refused

NAME = "cal-run.lock"
"""The lock's file name in the working directory. The lock itself ends with the process, however that ends."""


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold a working directory's lock. Raises Refused if another run holds it."""
    with (folder / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            who = file.read().strip() or "unknown"
            raise Refused(
                None, f"another cal-run (process {who}) is working in {folder}", "Wait until it has ended."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)
