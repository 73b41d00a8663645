"""The texts of `cal-run --list` and `cal-run --dry-run`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cal_upgrade.run.preflight import Calls
from cal_upgrade.run.script import Script
from cal_upgrade.run.state.history import History


def steps(script: Script, calls: Calls, history: History, folder: Path) -> Iterator[str]:
    """Give the lines of `--list`: steps, their tasks, the data each touches, what has run, the flag versions."""
    yield f"{script.path.name}: {len(script.steps)} steps" + (
        f", re-calibration from step {script.start}" if script.start is not None else ""
    )
    data: dict[str, None] = {}
    for step in script.steps:
        here = calls[step.number]
        touched = list(dict.fromkeys(vis for call in here for vis in [*call.measurement_sets, *call.made]))
        data.update(dict.fromkeys(vis for call in here for vis in call.measurement_sets))
        yield f"{step.number:4}  {step.title}"
        tasks = list(dict.fromkeys(call.task for call in here))
        yield f"        tasks: {', '.join(tasks) or 'none'}"
        if touched:
            yield f"        data:  {', '.join(touched)}"
        yield f"        {_state(step.number, history)}"
    for vis in data:
        versions = flag_versions(folder / vis)
        if versions:
            yield f"flag versions of {vis}:"
            yield from (f"    {name}" for name in versions)


def _state(step: int, history: History) -> str:
    if history.open is not None and history.open.step == step:
        return f"interrupted; began {_moment(history.open.when)}"
    ended = history.ended.get(step)
    if ended is None:
        return "has not run here"
    when, seconds = _moment(ended.when), f"{ended.seconds:.1f} s"
    if step in history.done:
        return f"done {when}, took {seconds}"
    if ended.outcome == "done":
        return f"to be run again: an earlier step was repeated after it ran ({when})"
    return f"{ended.outcome} {when}: {ended.message}"


def flag_versions(vis: Path) -> list[str]:
    """Give the names, with comments, of a measurement set's flag versions."""
    try:
        lines = Path(f"{vis}.flagversions/FLAG_VERSION_LIST").read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [line.strip().removesuffix(":").strip() for line in lines if line.strip()]


def dry_run(script: Script, selected: Sequence[int], calls: Calls) -> Iterator[str]:
    """Give the lines of `--dry-run`: the task calls of the selected steps as the text shows them."""
    for number in selected:
        yield f"step {number}  {script.step(number).title}"
        for call in calls[number]:
            given = ", ".join(f"{name}={value}" for name, value in call.shown.items())
            yield f"  line {call.line}: {call.task}({given})"


def _moment(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(when))
