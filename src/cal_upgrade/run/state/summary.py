"""What a journal tells about each script that ran in a directory, as a reader of the page wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from cal_upgrade.run.state.journal import (
    AnyRecord,
    Flagged,
    Flux,
    RunBegan,
    RunEnded,
    StepBegan,
    StepEnded,
    TaskEnded,
    Warned,
)

State = Literal["done", "failed", "stopped", "interrupted", "outdated"]
"""How a step stands. `interrupted`: it began and has no end. `outdated`: done, but an earlier one ran again since."""


@dataclass
class ToldStep:
    """One step as it ran last."""

    number: int
    title: str
    when: float
    state: State = "interrupted"
    seconds: float = 0.0
    message: str = ""
    tasks: list[TaskEnded] = field(default_factory=list)
    plots: list[str] = field(default_factory=list)


@dataclass
class ToldRun:
    """One run: how it began, and how it ended (None: it was cut off)."""

    began: RunBegan
    ended: RunEnded | None = None


@dataclass
class Told:
    """One script: its runs, its steps by number as they ran last, and what came of them."""

    script: str
    runs: list[ToldRun] = field(default_factory=list)
    steps: dict[int, ToldStep] = field(default_factory=dict)
    warnings: list[Warned] = field(default_factory=list)
    flagged: dict[str, Flagged] = field(default_factory=dict)

    @property
    def fluxes(self) -> list[Flux]:
        """Give the flux densities found or set last, by task, field and window, in the order of the steps."""
        latest = {
            (flux.source, flux.field, flux.spw): flux
            for number in sorted(self.steps)
            for task in self.steps[number].tasks
            for flux in task.fluxes
        }
        return list(latest.values())


def tell(records: Iterable[AnyRecord]) -> list[Told]:
    """Tell a journal, script by script; the one that ran last comes first."""
    scripts: dict[str, Told] = {}
    now: Told | None = None
    for record in records:
        if isinstance(record, RunBegan):
            now = scripts.pop(record.script, None) or Told(record.script)
            scripts[record.script] = now
            now.runs.append(ToldRun(record))
            # what was warned of a step that runs again is no longer true
            now.warnings = [warned for warned in now.warnings if warned.step not in (None, *record.steps)]
        elif now is not None:
            _take(now, record)
    return list(reversed(scripts.values()))


def _take(told: Told, record: AnyRecord) -> None:
    match record:
        case StepBegan(step=number, title=title, when=when):
            told.steps[number] = ToldStep(number, title, when)
            for later in told.steps.values():
                if later.number > number and later.state == "done":
                    later.state = "outdated"
        case StepEnded(step=number, outcome=outcome) if number in told.steps:
            step = told.steps[number]
            step.state, step.seconds, step.message, step.plots = (
                outcome, record.seconds, record.message, list(record.plots)
            )  # fmt: skip
        case TaskEnded(step=number) if number in told.steps:
            told.steps[number].tasks.append(record)
        case Warned():
            told.warnings.append(record)
        case Flagged(vis=vis):
            told.flagged[vis] = record
        case RunEnded():
            told.runs[-1].ended = record
