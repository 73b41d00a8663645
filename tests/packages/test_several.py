"""Results come in the order of the inputs, few at a time, whoever does the work."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from cal_upgrade.records import Refused
from cal_upgrade.several import AHEAD, each


def slow_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number * number


def die_at_five(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    raise Refused(number, "what", "todo")


@pytest.mark.parametrize("processes", [1, 2])
def test_order(processes: int) -> None:
    assert list(each(slow_first, range(20), processes)) == [number * number for number in range(20)]


@pytest.mark.parametrize("processes", [1, 3])
def test_nothing_to_do(processes: int) -> None:
    assert list(each(slow_first, [], processes)) == []


def test_inputs_are_taken_as_results_are() -> None:
    taken = []

    def inputs() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = each(slow_first, inputs(), 2)
    assert next(results) == 0
    assert len(taken) <= AHEAD * 2 + 1
    results.close()
    assert len(taken) < 1000


def test_a_process_that_is_killed_is_said() -> None:
    results = each(die_at_five, range(50), 2)
    with pytest.raises(Refused, match="was killed"):
        list(results)


def test_what_is_refused_comes_back_whole() -> None:
    with pytest.raises(Refused) as caught:
        list(each(refuse, [7], 2))
    assert (caught.value.line, caught.value.what, caught.value.todo) == (7, "what", "todo")
