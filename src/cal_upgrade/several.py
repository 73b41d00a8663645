"""Does one thing to many inputs: here, in several processes, or on a Dask cluster; what comes out keeps the order."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import Any, TypeVar

from cal_upgrade.records import Refused

Input = TypeVar("Input")
Output = TypeVar("Output")

AHEAD = 4
"""As many inputs a process are handed out before the first result is taken: enough to keep all busy, and few enough
that memory does not grow with their number."""


def each(
    function: Callable[[Input], Output], inputs: Iterable[Input], processes: int = 1, scheduler: str | None = None
) -> Generator[Output, None, None]:
    """Give the function's result for each input, in the order of the inputs, one at a time as they are ready.

    `scheduler` is the address of a Dask cluster. With several processes or a cluster, the function, the inputs and
    the results have to go from one process to another. When the caller stops taking results (Ctrl-C), what has begun
    is brought to its end and nothing else is begun.

    Raises Refused if a process was killed, or the cluster can't be reached.
    """
    if scheduler is not None:
        from cal_upgrade.cluster import on_cluster

        yield from on_cluster(function, inputs, scheduler)
    elif processes > 1:
        yield from _in_processes(function, inputs, processes)
    else:
        yield from map(function, inputs)


def in_order(submit: Callable[[Input], Any], inputs: Iterable[Input], ahead: int) -> Generator[Any, None, None]:
    """Hand out inputs, `ahead` of them at a time, and give the futures back in order."""
    waiting: deque[Any] = deque()
    for given in inputs:
        waiting.append(submit(given))
        if len(waiting) >= ahead:
            yield waiting.popleft()
    yield from waiting


def _in_processes(
    function: Callable[[Input], Output], inputs: Iterable[Input], processes: int
) -> Generator[Output, None, None]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(processes, initializer=_leave_stopping_to_the_parent)
    try:
        with closing(in_order(lambda given: pool.submit(function, given), inputs, AHEAD * processes)) as futures:
            for future in futures:
                yield future.result()
    except BrokenProcessPool:
        raise Refused(
            None, "one of the processes was killed", "Start again: what is done is kept. Memory may be short."
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_stopping_to_the_parent() -> None:
    # Ctrl-C reaches every process of the terminal; these end when the one that started them says so
    signal.signal(signal.SIGINT, signal.SIG_IGN)
