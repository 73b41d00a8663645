"""Runs steps of a script: enters and leaves each, carries out its task calls, and writes all of it down."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from cal_upgrade.run.casa42 import log
from cal_upgrade.run.casa42.differences import changed_by, only_reads
from cal_upgrade.run.casa42.namespace import names as world_names
from cal_upgrade.run.casa42.tasks import Ready, WrongCall
from cal_upgrade.run.progress import Show
from cal_upgrade.run.script import ENTER, LEAVE, Script, with_hooks
from cal_upgrade.run.state import snapshots
from cal_upgrade.run.state.journal import AnyRecord, Flux, Outcome, StepBegan, StepEnded, TaskEnded, Warned
from cal_upgrade.run.state.repair import forget_tables, is_measurement_set
from cal_upgrade.run.state.snapshots import Keeper


class Stopped(BaseException):
    """Ends a run: what is the matter, the line of the script (from 1, 0 if none) and the outcome.

    Not an Exception, so that a script's own `except Exception` does not hide that a task failed.
    """

    def __init__(self, what: str, line: int = 0, outcome: Outcome = "failed") -> None:
        """Keep the reason."""
        super().__init__(what)
        self.what = what
        self.line = line
        self.outcome: Outcome = outcome


class Run:
    """One run of selected steps in a working directory."""

    def __init__(
        self,
        script: Script,
        selected: Sequence[int],
        folder: Path,
        keeper: Keeper,
        note: Callable[[AnyRecord], None],
        show: Show,
        restore: bool = True,
    ) -> None:
        """Take what to run and where; `note` takes each record for the journal, `restore`: put flags back first."""
        self.script = script
        self.selected = list(selected)
        self.folder = folder
        self.keeper = keeper
        self.note = note
        self.show = show
        self.restore = restore
        self.entered: list[int] = []
        self.step: int | None = None
        self.began = 0.0
        self.failure: Stopped | None = None
        self.given: dict[str, Any] = {}

    def execute(self, names: dict[str, Any], log_file: Path) -> None:
        """Run the script's steps in the names `names`, as execfile did, in the working directory. Raises Stopped."""
        before = Path.cwd()
        os.chdir(self.folder)
        heard = _Warnings(self.warn)
        logging.getLogger("cal_upgrade.run").addHandler(heard)
        try:
            world_names(names, self.perform, self.touch, log_file, self.run_file)
            names.update({ENTER: self.enter, LEAVE: self.leave})
            self.given = dict(names)
            names["mysteps"] = list(self.selected)
            exec(compile(with_hooks(self.script), str(self.script.path), "exec", dont_inherit=True), names)
            self._all_ran()
        except BaseException as error:
            stopped = self._why(error)
            if self.step is not None:
                self._end(stopped.outcome, stopped.what)
            raise stopped from error
        finally:
            os.chdir(before)
            logging.getLogger("cal_upgrade.run").removeHandler(heard)

    def run_file(self, name: str, names: Any = None, local: Any = None) -> None:
        """Do `execfile` inside of a script."""
        from cal_upgrade.run.python2.to_python3 import convert
        from cal_upgrade.text import source

        frame = sys._getframe(1)
        text = source.decode(Path(name).read_bytes()).text.decode("utf-8")
        code = compile(convert(text, name), name, "exec", dont_inherit=True)
        exec(code, frame.f_globals if names is None else names, local)

    def enter(self, step: int) -> None:
        """Be told that the script enters a step."""
        self._raise_again()
        self._see_that_it_was_left()
        if step in self.entered:
            raise Stopped(f"the script runs step {step} a second time; cal-run runs each step once", self.line())
        if step not in self.selected:
            raise Stopped(
                f"the script runs step {step}, which was not asked for: it does not heed mysteps", self.line()
            )
        self.step, self.began = step, time.time()
        here = self.script.step(step)
        self.note(StepBegan(step=step, title=here.title, sha256=here.sha256))
        self.show.step(step, here.title, self.selected)
        if not self.entered:
            if self.restore:
                for what in self.keeper.put_back(step):
                    self.show.say(f"{what} put back to what they were before step {step}")
            else:
                self.keeper.forget(step)
        self.entered.append(step)

    def leave(self, step: int) -> None:
        """Be told that the script leaves a step."""
        self._raise_again()
        self._end("done", "")

    def _end(self, outcome: Outcome, message: str) -> None:
        step, self.step = self.step, None
        if step is None:
            return
        seconds = time.time() - self.began
        plots = _plots(self.folder, self.began)
        self.note(StepEnded(step=step, outcome=outcome, seconds=seconds, message=message, plots=plots))
        if outcome == "done":
            forget_tables(self.folder, step)
        self.show.step_ended(step, outcome, seconds)

    def perform(self, task: str, make: Callable[[], Ready]) -> Any:
        """Carry out a task call of the script; write down how it ended. Raises Stopped if it failed."""
        from casatasks import casalog

        self._raise_again()
        line = self.line()
        began = time.time()
        ready: Ready | None = None
        place = log.mark(casalog)
        result: Any = None
        try:
            ready = make()
            self._keep_before(ready)
            self.show.task(task, _about(ready))
            place = log.mark(casalog)
            result = ready.perform()
            trouble = "CASA says that it failed" if result is False else ""
        except (WrongCall, snapshots.OutsideError) as error:
            trouble = str(error)
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}" if not str(error).strip() else str(error).strip()
        severe = [m for m in log.severe_since(place) if not trouble or (m not in trouble and trouble not in m)]
        if severe:
            trouble = "; ".join(([trouble] if trouble else []) + severe)
        self._note_task(task, line, time.time() - began, ready, result, trouble)
        if trouble:
            self.failure = Stopped(_failure(task, ready, trouble), line)
            raise self.failure
        return result

    def _keep_before(self, ready: Ready) -> None:
        vis = ready.values.get("vis")
        names = [name for name in (vis if isinstance(vis, list) else [vis]) if isinstance(name, str) and name]
        if self.step is not None and not only_reads(ready.task, ready.values):
            for name in names:
                self.keeper.before_call(self.step, name)
        for kind in changed_by(ready.task, ready.values):
            for name in names:
                self._keep(name, kind)

    def _keep(self, name: str, kind: Any) -> None:
        if self.step is None:
            self.keeper.check_inside(name)
        else:
            self.keeper.before_change(self.step, name, kind)

    def touch(self, table: str) -> None:
        """Be told that a table is opened for writing with a tool: a measurement set's state is kept first."""
        path = self.keeper.check_inside(table)
        if self.step is not None:
            self.keeper.before_call(self.step, str(path))
            self.keeper.before_call(self.step, str(path.parent), [path.name])
        if is_measurement_set(path):
            self._keep(table, "flags")
            self._keep(table, "models")

    def _note_task(
        self, task: str, line: int, seconds: float, ready: Ready | None, result: Any, trouble: str
    ) -> None:
        shown = {name: _short(value) for name, value in ready.given.items()} if ready else {}
        outcome: Outcome = "failed" if trouble else "done"
        fluxes = _fluxes(task, result)
        self.note(
            TaskEnded(
                step=self.step, task=task, line=line, seconds=seconds, outcome=outcome, parameters=shown,
                message=trouble, fluxes=fluxes,
            )
        )  # fmt: skip
        self.show.task_ended(task, _about(ready) if ready else "", seconds, outcome)
        for flux in fluxes:
            self.show.say(f"{flux.field}, spectral window {flux.spw}: {flux.flux:.4g} Jy")

    def warn(self, message: str) -> None:
        """Write down, and show, what a person should know and what does not stop the run."""
        self.note(Warned(step=self.step, line=self.line(), message=message))
        self.show.say(message)

    def line(self) -> int:
        """Give the line of the script that is being run; 0 if it is not known."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == str(self.script.path):
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def _raise_again(self) -> None:
        """Stop for good once a task has failed, also where the script caught the error."""
        if self.failure is not None:
            raise self.failure

    def _see_that_it_was_left(self) -> None:
        """Stop where a step was not run to its end: the script's own `try` caught what went wrong."""
        if self.step is not None:
            raise Stopped(f"an error ended step {self.step}, and the script's own try hides which", self.line())

    def _all_ran(self) -> None:
        self._raise_again()
        self._see_that_it_was_left()
        left = [step for step in self.selected if step not in self.entered]
        if left:
            raise Stopped(f"the script did not run step {left[0]}, which was asked for")

    def _why(self, error: BaseException) -> Stopped:
        """Say in one sentence why the script ended."""
        if self.failure is not None:
            return self.failure
        if isinstance(error, Stopped):
            return error
        line = next(
            (f.lineno or 0 for f in reversed(traceback.extract_tb(error.__traceback__))
             if f.filename == str(self.script.path)), 0,
        )  # fmt: skip
        if isinstance(error, KeyboardInterrupt):
            return Stopped("stopped by the keyboard", line, "stopped")
        if isinstance(error, SystemExit):
            said = f": {error.code}" if error.code else ""
            return Stopped(f"the script ended itself{said}", line)
        return Stopped(f"{type(error).__name__}: {error}", line)


class _Warnings(logging.Handler):
    """Hears the warnings of the stand-ins for plots and analysisUtils."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._warn = warn

    def emit(self, record: logging.LogRecord) -> None:
        self._warn(record.getMessage())


def _failure(task: str, ready: Ready | None, trouble: str) -> str:
    given = ", ".join(f"{name}={_short(value)}" for name, value in ready.given.items()) if ready else "…"
    return f"{task}({given}): {trouble}"


def _about(ready: Ready) -> str:
    """Say in a few words what a call is about: what it makes, else what it works on."""
    for name in ("caltable", "fluxtable", "outputvis", "imagename", "plotfile", "vis"):
        value = ready.given.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:197]}…"


def _fluxes(task: str, result: Any) -> list[Flux]:
    """Give the flux densities in what fluxscale or setjy returned: by field and spectral window, Stokes I first."""
    found: list[Flux] = []
    if task not in ("fluxscale", "setjy") or not isinstance(result, dict):
        return found
    frequencies = list(result.get("freq", ()))
    for field, windows in result.items():
        if not (isinstance(windows, dict) and str(field).isdigit()):
            continue
        name = str(windows.get("fieldName", field))
        for spw, found_here in windows.items():
            if not (isinstance(found_here, dict) and str(spw).isdigit()):
                continue
            flux = float(found_here["fluxd"][0])
            # fluxscale writes -1 for a window without data
            if flux > 0:
                error = float(found_here.get("fluxdErr", [0.0])[0])
                frequency = float(frequencies[int(spw)]) if int(spw) < len(frequencies) else 0.0
                found.append(Flux(name, int(spw), flux, error, frequency, task))
    return found


def _plots(folder: Path, since: float) -> list[str]:
    """Give the PNG files made since a time, in the directory and in folders of plots in it."""
    found = [*folder.glob("*.png"), *folder.glob("*plots*/*.png")]
    # file systems keep times more coarsely than the clock
    new = [path for path in found if path.stat().st_mtime >= since - 0.01]
    return sorted(str(path.relative_to(folder)) for path in new)
