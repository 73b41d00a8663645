"""Does one thing to many inputs: here, in several processes, or on a Dask cluster; what comes out keeps the order.

What goes wrong with one input, foreseen or not, is that input's result; the others are done all the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from cal_upgrade.records import Refused

Input = TypeVar("Input")
Output = TypeVar("Output")

Failed = Callable[[Input, Refused], Output]
"""Makes the result of an input that could not be worked on, from the reason."""

AHEAD = 4
"""As many inputs a process are handed out before the first result is taken: enough to keep all busy, and few enough
that memory does not grow with their number."""


def each(
    function: Callable[[Input], Output],
    inputs: Iterable[Input],
    failed: Failed[Input, Output],
    processes: int = 1,
    scheduler: str | None = None,
) -> Generator[Output, None, None]:
    """Give the function's result for each input, in the order of the inputs, one at a time as they are ready.

    Where the function raises, or its process is killed, the result is what `failed` makes of the input and the
    reason. `scheduler` is the address of a Dask cluster. With several processes or a cluster, the functions, the
    inputs and the results have to go from one process to another. When the caller stops taking results (Ctrl-C), what
    has begun is brought to its end and nothing else is begun. Raises Refused if the cluster can't be reached.
    """
    if scheduler is not None:
        from cal_upgrade.parallel.cluster import on_cluster

        yield from on_cluster(function, inputs, failed, scheduler)
    elif processes > 1:
        from cal_upgrade.parallel.processes import in_processes

        yield from in_processes(function, inputs, failed, processes)
    else:
        yield from (attempt(function, failed, given) for given in inputs)


def attempt(function: Callable[[Input], Output], failed: Failed[Input, Output], given: Input) -> Output:
    """Do it to one input. This is the one place where an unforeseen error ends, whoever does the work."""
    try:
        return function(given)
    except Refused as refused:
        return failed(given, refused)
    except Exception as error:
        return failed(given, unforeseen(error))


def unforeseen(error: Exception) -> Refused:
    """Say of an error that nobody foresaw what it is and where it came up, so that it can be reported."""
    import traceback

    what = " ".join(traceback.format_exception_only(error)[-1].split())
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in last)
    return Refused(None, f"an error in cal-upgrade itself: {what[:200]}{place}", "Please report it, with the script.")


def in_order(
    submit: Callable[[Input], Any], inputs: Iterable[Input], ahead: int, begun: deque[tuple[Input, Any]]
) -> Iterator[tuple[Input, Any]]:
    """Hand out inputs, `ahead` of them at a time, and give them back in order with their futures.

    `begun` holds those that were handed out and not yet given back; one leaves it when the next is asked for.
    """
    for given in inputs:
        begun.append((given, submit(given)))
        if len(begun) >= ahead:
            yield begun[0]
            begun.popleft()
    while begun:
        yield begun[0]
        begun.popleft()
