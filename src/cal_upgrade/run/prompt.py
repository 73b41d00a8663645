"""`execfile` for people at a CASA 6 prompt."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from cal_upgrade.records import Refused
from cal_upgrade.run import progress, script, start
from cal_upgrade.run.casa42 import log
from cal_upgrade.run.state import history, journal, repair
from cal_upgrade.run.state.lock import only_run
from cal_upgrade.run.state.snapshots import Keeper
from cal_upgrade.run.steps import Run, Stopped


def run(filename: str, caller: dict[str, Any]) -> None:
    """Run a script in the current directory with the caller's variables, and give him the script's back.

    As in 4.2 the person decides which steps are run when, and sees to the flags: nothing is refused, nothing is put
    back. All the same it is written down, and flags are kept before steps, so that `cal-run` can go on from there.
    """
    folder = Path.cwd()
    try:
        read = script.read(Path(filename).resolve())
        with only_run(folder):
            _run(read, folder, caller)
    except Refused as refused:
        place = f"{filename}:{refused.line}: " if refused.line else f"{filename}: "
        raise RuntimeError(f"{place}{refused.what}. {refused.todo}".rstrip()) from None


def _run(read: script.Script, folder: Path, caller: dict[str, Any]) -> None:
    asked = caller.get("mysteps") or read.numbers
    selected = [step for step in read.numbers if step in asked]
    notes = journal.Journal(folder / journal.NAME)
    told = history.of(notes.records, read.path.name, read.numbers)
    began = time.time()
    shown = progress.Show()
    casa = start.start(folder / log.NAME)
    notes.add(journal.RunBegan(script=read.path.name, sha256=read.sha256, steps=selected, casa=casa))
    names = {name: value for name, value in caller.items() if not name.startswith("__")}
    before = dict(names)
    for text in repair.mend(folder, told.torn(None)):
        shown.say(text)
    keeper = Keeper(folder, told.kept, read.numbers, notes.add)
    work = Run(read, selected, folder, keeper, notes.add, shown, restore=False)
    outcome: journal.Outcome = "done"
    try:
        work.execute(names, folder / log.NAME)
    except Stopped as stopped:
        outcome = stopped.outcome
        raise RuntimeError(f"{filename_line(read.path, stopped.line)}: {stopped.what}") from None
    finally:
        notes.add(journal.RunEnded(outcome=outcome, seconds=time.time() - began))
        _give_back(names, before, work.given, caller)


def filename_line(path: Path, line: int) -> str:
    """Write a place in a file."""
    return f"{path}:{line}" if line else str(path)


def _give_back(names: dict[str, Any], before: dict[str, Any], given: dict[str, Any], caller: dict[str, Any]) -> None:
    """Give the caller what the script assigned, and none of the names that the runner put there."""
    for name, value in names.items():
        ours = name in given and value is given[name]
        if (
            not name.startswith("__")
            and name != "mysteps"
            and not ours
            and (name not in before or before[name] is not value)
        ):
            caller[name] = value
