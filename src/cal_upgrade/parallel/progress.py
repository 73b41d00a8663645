"""Shows on a terminal how far a long piece of work has come."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

SOON = 2.0
"""Seconds: what is over by then needs no bar."""


class Progress:
    """A bar on standard error that comes after two seconds and goes when all is done; without a terminal, nothing."""

    def __init__(self, what: str, total: int) -> None:
        """Set the clock."""
        self._what, self._total, self._done = what, total, 0
        self._began = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Progress:
        """Begin."""
        return self

    def advance(self) -> None:
        """Count one more thing that is done."""
        self._done += 1
        if self._bar is None and sys.stderr.isatty() and time.monotonic() - self._began > SOON:
            self._bar = _bar()
            self._bar.start()
            self._bar.add_task(self._what, total=self._total)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done)

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Any:
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        # lines for a file must not come out on the terminal
        redirect_stdout=sys.stdout.isatty(),
    )
