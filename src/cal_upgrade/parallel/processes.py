"""Works in several processes; an input that kills its process takes none of the others with it."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from typing import Any

from cal_upgrade.parallel.each import AHEAD, Failed, Input, Output, attempt, in_order
from cal_upgrade.records import Refused

KILLED = Refused(None, "the process that worked on it was killed", "Memory may be short. Try it alone.")
"""What is said of an input that took its process with it."""


def in_processes(
    function: Callable[[Input], Output], inputs: Iterable[Input], failed: Failed[Input, Output], processes: int
) -> Generator[Output, None, None]:
    """Work in processes; where one is killed, find the input that it died of, and begin anew behind."""
    left = iter(inputs)
    while True:
        begun: deque[tuple[Input, Any]] = deque()
        lost: list[Input] = []
        with closing(_in_pool(function, left, failed, processes, begun, lost)) as results:
            yield from results
        if not begun and not lost:
            return
        # nobody knows of which of these the process died: each is done in a process of its own
        for given, future in begun:
            whole = future.done() and not future.cancelled() and future.exception() is None
            yield future.result() if whole else _alone(function, given, failed)
        for given in lost:
            yield _alone(function, given, failed)


def _in_pool(
    function: Callable[[Input], Output],
    inputs: Iterator[Input],
    failed: Failed[Input, Output],
    processes: int,
    begun: deque[tuple[Input, Any]],
    lost: list[Input],
) -> Generator[Output, None, None]:
    """Give results until all are done or a process is killed.

    Then `begun` keeps the inputs that have no result, and `lost` the one that could not be handed out any more.
    """
    pool = ProcessPoolExecutor(processes, initializer=_leave_stopping_to_the_parent)

    def submit(given: Input) -> Any:
        try:
            return pool.submit(attempt, function, failed, given)
        except BrokenProcessPool:
            lost.append(given)
            raise

    try:
        for _, future in in_order(submit, inputs, AHEAD * processes, begun):
            yield future.result()
    except BrokenProcessPool:
        pass
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(function: Callable[[Input], Output], given: Input, failed: Failed[Input, Output]) -> Output:
    """Do it to one input in a process that works on nothing else."""
    with ProcessPoolExecutor(1, initializer=_leave_stopping_to_the_parent) as pool:
        try:
            return pool.submit(attempt, function, failed, given).result()
        except BrokenProcessPool:
            return failed(given, KILLED)


def _leave_stopping_to_the_parent() -> None:
    # Ctrl-C reaches every process of the terminal; these end when the one that started them says so
    signal.signal(signal.SIGINT, signal.SIG_IGN)
