"""Hands work to a Dask cluster (dask.distributed, the extra `cluster`)."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from typing import Any

from cal_upgrade.parallel.each import AHEAD, Failed, Input, Output, attempt, in_order
from cal_upgrade.records import Refused

INSTALL = "pip install 'cal-upgrade[cluster]'"

LEAST = 16
"""A cluster is taken to have at least as many processors: those of a batch system come one after another."""

_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|wss?)://)?[^\s/]+:\d+")

PATIENCE = "10s"
"""How long the scheduler may take to answer."""


def on_cluster(
    function: Callable[[Input], Output], inputs: Iterable[Input], failed: Failed[Input, Output], address: str
) -> Generator[Output, None, None]:
    """Give the function's result for each input, in order; each is worked on once, on any worker.

    A worker that is lost takes nothing with it: Dask gives its inputs to another one, so the function must bear to be
    called again after it was cut off. An input that has cost too many workers is given up, and what `failed` makes of
    it is its result. Raises Refused if Dask is not installed, or the cluster does not answer.
    """
    if not _ADDRESS.fullmatch(address):
        raise Refused(None, f"--scheduler {address}: this is no address", "Write it as tcp://host:8786.")
    try:
        from distributed import Client
    except ImportError:
        raise Refused(None, "--scheduler needs Dask, and it is not installed", f"To install it: {INSTALL}") from None
    # that a worker was lost, and its work is given to another, is no news for the user
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        what = f"--scheduler {address}: no Dask scheduler answers there ({_first_line(error)})"
        raise Refused(None, what, "Check the address that the scheduler printed when it was started.") from None
    return _results(client, function, inputs, failed)


def _results(
    client: Any, function: Callable[[Input], Output], inputs: Iterable[Input], failed: Failed[Input, Output]
) -> Generator[Output, None, None]:
    from distributed import CancelledError, KilledWorker

    begun: deque[tuple[Input, Any]] = deque()

    def submit(given: Input) -> Any:
        return client.submit(attempt, function, failed, given, pure=False)

    try:
        ahead = AHEAD * max(LEAST, sum(client.nthreads().values()))
        for given, future in in_order(submit, inputs, ahead, begun):
            try:
                result = future.result()
            except KilledWorker as error:
                what = f"workers of the cluster were lost again and again over it ({_first_line(error)})"
                result = failed(given, Refused(None, what, "Look at the workers' logs: memory may be short."))
            yield result
    except CancelledError:
        raise Refused(None, "the cluster dropped the work", "If the scheduler still runs, start again.") from None
    finally:
        with suppress(Exception):
            client.cancel([future for _, future in begun])
        client.close()


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
