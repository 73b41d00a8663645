"""Shows how a run goes: plain lines, or on a terminal a line with the elapsed time that moves along."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from cal_upgrade.run.selection import span
from cal_upgrade.run.state.journal import Outcome

_WORDS: dict[Outcome, str] = {"done": "", "failed": "  FAILED", "stopped": "  stopped"}


class Show:
    """Plain lines on standard output, one as each thing begins or ends."""

    def say(self, text: str) -> None:
        """Show a line."""
        print(text, flush=True)

    def step(self, step: int, title: str, selected: Sequence[int]) -> None:
        """Show that a step begins."""
        self.say(f"step {step} (of {span(selected)})  {title}")

    def task(self, task: str, about: str) -> None:
        """Show that a task begins."""

    def task_ended(self, task: str, about: str, seconds: float, outcome: Outcome) -> None:
        """Show that a task ended."""
        self.say(f"  {task:<12} {about}  {seconds:.1f} s{_WORDS[outcome]}")

    def step_ended(self, step: int, outcome: Outcome, seconds: float) -> None:
        """Show that a step ended."""
        self.say(f"step {step} took {seconds:.1f} s{_WORDS[outcome]}")

    def close(self) -> None:
        """Leave the terminal as it was."""


class Live(Show):
    """The same lines, and below them what is being done now and for how long."""

    def __init__(self) -> None:
        """Start the moving line."""
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        # a console of its own: the script's prints pass through it and the moving line stays below them
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
            console=Console(highlight=False), transient=True,
        )  # fmt: skip
        self._now: Any = None
        self._progress.start()

    def say(self, text: str) -> None:
        """Show a line above the moving one."""
        self._progress.console.print(text, markup=False)

    def step(self, step: int, title: str, selected: Sequence[int]) -> None:
        """Show that a step begins."""
        super().step(step, title, selected)
        self._move(f"step {step}  {title}")

    def task(self, task: str, about: str) -> None:
        """Show that a task begins."""
        self._move(f"  {task}  {about}")

    def step_ended(self, step: int, outcome: Outcome, seconds: float) -> None:
        """Show that a step ended."""
        super().step_ended(step, outcome, seconds)
        self._move("")

    def close(self) -> None:
        """Take the moving line away."""
        self._progress.stop()

    def _move(self, text: str) -> None:
        if self._now is not None:
            self._progress.remove_task(self._now)
            self._now = None
        if text:
            self._now = self._progress.add_task(text, total=None)


def chosen() -> Show:
    """Give what fits standard output: a terminal or not."""
    return Live() if sys.stdout.isatty() else Show()
