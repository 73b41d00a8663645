"""`cal-run PACKAGE_DIR`: every execution of a package, on copies, from delivered to calibrated."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from cal_upgrade.archive.copy import can_share, size
from cal_upgrade.archive.execution import Ended, Task, execute, failed
from cal_upgrade.archive.executions import Execution, Found, executions, task_calls
from cal_upgrade.archive.page import PAGE, write_page
from cal_upgrade.archive.walk import look_through
from cal_upgrade.characters import visible
from cal_upgrade.options import Options
from cal_upgrade.parallel.each import each
from cal_upgrade.parallel.progress import Progress
from cal_upgrade.records import Refused
from cal_upgrade.report.describe import number, what_to_do
from cal_upgrade.run import preflight, start
from cal_upgrade.run.script import parse
from cal_upgrade.run.selection import span

DONE, FAILED, REFUSED = 0, 1, 2
"""Exit codes, as of cal-run with one script."""


def run_package(options: argparse.Namespace) -> int:
    """Run what is missing of every execution; give the exit code. Raises Refused, OSError."""
    root = Path(options.script)
    look = options.list or options.dry_run
    if options.workdir is None and not look:
        raise Refused(None, "a package needs --workdir DIR", "Name where to work; the package itself stays as it is.")
    if options.jobs < 1:
        raise Refused(None, f"-j {options.jobs} is no number of runs", "Name 1 or more.")
    workdir = Path(options.workdir or ".").resolve()
    package = look_through(root, [workdir] if options.workdir else [])
    found = executions(package, Options(), options.steps)
    for path, why in found.left:
        print(visible(f"{path}: left alone: {why}"))
    for path, refused in found.refused:
        place = str(path) if refused.line is None else f"{path}:{refused.line}"
        print(visible(f"{place}: {refused.what}. {refused.todo}"), file=sys.stderr)
    if not found.executions:
        raise Refused(None, f"there is nothing to run in {root}", "Name a package with scripts and their data.")
    _tell(found.executions)
    if look:
        return REFUSED if found.refused else DONE
    lacking = start.missing()
    if lacking:
        raise Refused(None, f"CASA 6 is not installed ({', '.join(lacking)})", f"This installs it: {start.INSTALL}")
    workdir.mkdir(parents=True, exist_ok=True)
    check_room(found.executions, workdir)
    return _run_all(found, workdir, options)


def _tell(found: Iterable[Execution]) -> None:
    """Say which script is run with which data."""
    for execution in found:
        data = ", ".join(str(path) for path in execution.data)
        print(visible(f"{execution.name}: {execution.script} on {data}, steps {span(execution.steps)}"))
        for seen in execution.attention:
            print(visible(f"{execution.script}:{seen.line}: {what_to_do(seen)} [{seen.rule}]"))


def check_room(found: Iterable[Execution], workdir: Path) -> None:
    """See that there is room for the copies still to be made and for what the steps write. Raises Refused."""
    need = 0
    for execution in found:
        new = [table for table in execution.data if not (workdir / execution.name / table.name).exists()]
        if new:
            need += sum(size(table) for table in new if not can_share(table, workdir))
            script = parse(Path(execution.file), execution.text)
            need += preflight.room_needed(execution.steps, task_calls(script), new[0].parent)
    free = preflight.free_space(workdir)
    if need > free:
        what = f"there is too little room in {workdir}: {need / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free"
        raise Refused(None, what, "Make room, or work elsewhere with --workdir.")


def _run_all(found: Found, workdir: Path, options: argparse.Namespace) -> int:
    arguments = () if options.restore_flags else ("--keep-flags",)
    tasks = [
        Task(execution, workdir / execution.name, (*arguments, *(["--force"] if options.force else [])))
        for execution in found.executions
    ]
    if options.scheduler:
        results: Generator[Ended, None, None] = each(execute, tasks, failed, scheduler=options.scheduler)
    else:
        results = side_by_side(tasks, options.jobs)
    ended: list[Ended] = []
    try:
        with closing(results), Progress("executions", len(tasks)) as progress:
            for one in results:
                ended.append(one)
                progress.advance()
                print(
                    visible(f"{one.name}: {_in_words(one)}"), file=sys.stderr if one.code else sys.stdout, flush=True
                )
    except KeyboardInterrupt:
        print("cal-run: stopped; the same command goes on", file=sys.stderr)
        return FAILED
    finally:
        write_page(workdir, tasks, found.refused)
    codes = [one.code for one in ended] + [REFUSED] * len(found.refused)
    done = sum(one.code == DONE for one in ended)
    rest = len(codes) - done
    print(f"{number(done, 'execution')} done, {rest} failed or refused; page: {workdir / PAGE}")
    return max(code if code in (DONE, FAILED, REFUSED) else FAILED for code in codes)


def _in_words(ended: Ended) -> str:
    words = {DONE: "done", REFUSED: "refused"}.get(ended.code, "failed")
    return f"{words}: {ended.why}" if ended.why else words


def side_by_side(tasks: Sequence[Task], processes: int) -> Generator[Ended, None, None]:
    """Run executions, so many at a time, each in its own process; give how they ended, in order.

    When the caller stops taking results (Ctrl-C), the runs are stopped as by Ctrl-C, and waited for.
    """
    from concurrent.futures import ThreadPoolExecutor

    running: list[subprocess.Popen[str]] = []
    printing = threading.Lock()

    def say(name: str, line: str) -> None:
        with printing:
            print(f"[{name}] {line}", flush=True)

    pool = ThreadPoolExecutor(processes)
    try:
        futures = [pool.submit(execute, task, partial(say, task.execution.name), running.append) for task in tasks]
        for future in futures:
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for run in running:
            if run.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(run.pid, signal.SIGINT)
        pool.shutdown(wait=True)
