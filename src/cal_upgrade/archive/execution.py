"""Runs one execution: data and script are copied into its directory, then `cal-run` works there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cal_upgrade import files
from cal_upgrade.archive.copy import copy_table
from cal_upgrade.archive.executions import Execution
from cal_upgrade.records import Refused
from cal_upgrade.run.script import read
from cal_upgrade.run.state import history, journal
from cal_upgrade.run.state.lock import only_run

PATIENCE = 30
"""Seconds to wait for a run that was cut off with its worker, and is about to end, to leave a directory."""

OUTPUT = "cal-run.out"
"""What a run printed, in its directory."""


@dataclass(frozen=True)
class Task:
    """An execution to run in `folder`; `arguments` are further ones for cal-run."""

    execution: Execution
    folder: Path
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """How an execution ended: cal-run's exit code, what is wrong in a sentence, whether anything was run."""

    name: str
    code: int
    why: str = ""
    ran: bool = True


def failed(task: Task, refused: Refused) -> Ended:
    """Say of an execution that it could not be begun, or was cut off for good."""
    return Ended(task.execution.name, 2, f"{refused.what}. {refused.todo}".strip())


Started = Callable[["subprocess.Popen[str]"], None]


def execute(task: Task, say: Callable[[str], None] = lambda line: None, started: Started = lambda run: None) -> Ended:
    """Run what is missing of an execution. Never raises for what a user can cause.

    `say` gets each line that the run prints, `started` the process.
    """
    name, folder = task.execution.name, task.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _wait_for(folder)
        with only_run(folder):
            script = stage(task.execution, folder)
        if script.read_bytes() != task.execution.text:
            say(f"{script} is not the package's script any more; it is run as it is")
        steps = missing(task.execution, script) if "--force" not in task.arguments else list(task.execution.steps)
    except Refused as refused:
        return Ended(name, 2, f"{refused.what}. {refused.todo}")
    except OSError as error:
        return Ended(name, 2, f"{error.filename or folder}: {error.strerror or error}.")
    except journal.Damaged as damaged:
        return Ended(name, 2, f"{damaged}. Rename the file to begin anew.")
    if not steps:
        return Ended(name, 0, "all steps are done already", ran=False)
    listed = ",".join(str(step) for step in steps)
    code = _run([str(script), "--workdir", str(folder), "--steps", listed, *task.arguments], folder, say, started)
    return Ended(name, code, "" if code == 0 else f"see {folder / OUTPUT}")


def stage(execution: Execution, folder: Path) -> Path:
    """Copy data and script into a directory; give the script there.

    A script that is there stays: somebody may have edited it. Raises OSError, and Refused if it can't be written.
    """
    for table in execution.data:
        copy_table(table, folder)
    script = folder / execution.file
    if not script.exists():
        files.write(script, execution.text, like=execution.script)
    return script


def missing(execution: Execution, script: Path) -> list[int]:
    """Give the steps that are still to be run: from the first that is not done to the last.

    Raises journal.Damaged, OSError and Refused.
    """
    order = read(script).numbers
    done = history.of(journal.read(script.parent / journal.NAME), script.name, order).done
    steps = [step for step in execution.steps if step in order]
    first = next((k for k, step in enumerate(steps) if step not in done), len(steps))
    return steps[first:]


def _wait_for(folder: Path) -> None:
    for _ in range(PATIENCE):
        try:
            with only_run(folder):
                return
        except Refused:
            time.sleep(1)


def _run(arguments: list[str], folder: Path, say: Callable[[str], None], started: Started) -> int:
    """Run cal-run so that it ends with this process; give its exit code."""
    ours, theirs = os.pipe()[::-1]
    try:
        command = [sys.executable, "-m", "cal_upgrade.archive.watch", str(theirs), *arguments]
        run = subprocess.Popen(
            command,
            pass_fds=[theirs],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Ctrl-C is passed on by whoever started this, once
            start_new_session=True,
        )
        os.close(theirs)
        theirs = -1
        started(run)
        with (folder / OUTPUT).open("a", encoding="utf-8") as file:
            for line in run.stdout or ():
                file.write(line)
                file.flush()
                say(line.rstrip("\n"))
        return run.wait()
    finally:
        os.close(ours)
        if theirs >= 0:
            os.close(theirs)
