"""CASA's log: 4.2's `casalog` for scripts, and what CASA found SEVERE while a task ran."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from cal_upgrade.run.casa42 import differences

NAME = "cal-run.log"
"""The log file's name in the working directory."""

_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t(\w+)\t([^\t]*)\t(.*)")


class Mark(NamedTuple):
    """A place in a log file."""

    path: Path
    size: int


class Log42:
    """`casalog` as in 4.2: everything goes to CASA's own, but an empty file name means the main log again."""

    def __init__(self, casalog: Any, main: Path) -> None:
        """Take CASA's log sink, and the file that is the main log."""
        self._casalog = casalog
        self._main = main

    def __getattr__(self, name: str) -> Any:
        """Give what CASA's own log sink has."""
        return getattr(self._casalog, name)

    def setlogfile(self, filename: str = "") -> bool:
        """Log into a file; '' (in 4.2: casapy.log) is the main log."""
        self._casalog.setlogfile(str(filename or self._main))
        return True

    def setglobal(self, isglobal: bool = True) -> bool:
        """Do nothing: CASA 6 has one log."""
        return True


def mark(casalog: Any) -> Mark:
    """Remember where the log is now."""
    path = Path(casalog.logfile())
    return Mark(path, path.stat().st_size if path.exists() else 0)


def severe_since(place: Mark) -> list[str]:
    """Give the messages that CASA logged as SEVERE since a mark, without those that mean no failure."""
    try:
        with place.path.open("rb") as file:
            file.seek(place.size)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    found: list[str] = []
    for line in text.split("\n") if "\tSEVERE\t" in text else []:
        match = _LINE.match(line)
        if match and match[1] in ("SEVERE", "ERROR"):
            found.append(match[3].strip())
    harmless = differences.harmless_messages()
    return [message for message in found if message and not any(part in message for part in harmless)]
