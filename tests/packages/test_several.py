"""Results come in the order of the inputs, few at a time, whoever does the work."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest

from cal_upgrade.parallel.each import AHEAD, each
from cal_upgrade.records import Refused


def failed(number: int, refused: Refused) -> str:
    return f"{number}: {refused.what}"


def whole(number: int, refused: Refused) -> tuple[int | None, str, str]:
    return refused.line, refused.what, refused.todo


def slow_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number * number


def die_at_five(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_again_and_again(number: int) -> int:
    if number % 7 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    raise Refused(number, "what", "todo")


def go_wrong(number: int) -> int:
    errors: dict[int, Exception] = {
        1: ValueError("no\nsuch \x1b[2J"),
        2: MemoryError(),
        3: KeyError("x"),
        4: Refused(9, "no"),
        5: OSError(28, "No space left on device"),
    }
    if number == 6:
        return go_wrong(number)
    if number in errors:
        raise errors[number]
    return number


@pytest.mark.parametrize("processes", [1, 2])
def test_order(processes: int) -> None:
    assert list(each(slow_first, range(20), failed, processes)) == [number * number for number in range(20)]


@pytest.mark.parametrize("processes", [1, 3])
def test_nothing_to_do(processes: int) -> None:
    assert list(each(slow_first, [], failed, processes)) == []


def test_inputs_are_taken_as_results_are() -> None:
    taken = []

    def inputs() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = each(slow_first, inputs(), failed, 2)
    assert next(results) == 0
    assert len(taken) <= AHEAD * 2 + 1
    results.close()
    assert len(taken) < 1000


@pytest.mark.parametrize("processes", [2, 3])
def test_an_input_that_kills_its_process_takes_no_other_with_it(processes: int) -> None:
    results = list(each(die_at_five, range(50), failed, processes))
    assert results.pop(5) == "5: the process that worked on it was killed"
    assert results == [number for number in range(50) if number != 5]
    results = list(each(die_again_and_again, range(30), failed, processes))
    assert [isinstance(one, str) for one in results] == [number % 7 == 3 for number in range(30)]


@pytest.mark.parametrize("last", [5, 6, 7])
def test_a_process_that_is_killed_at_the_end(last: int) -> None:
    assert [str(one)[0] for one in each(die_at_five, range(last), failed, 2)] == [
        str(number) for number in range(last)
    ]


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_refused_is_the_result_of_that_input(processes: int) -> None:
    assert list(each(refuse, [7], whole, processes)) == [(7, "what", "todo")]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_unforeseen_error_is_the_result_of_its_input(processes: int) -> None:
    results = list(each(go_wrong, range(9), failed, processes))
    assert [one for one in results if isinstance(one, int)] == [0, 7, 8]
    assert "ValueError: no such" in results[1]
    assert "MemoryError" in results[2]
    assert "KeyError: 'x'" in results[3]
    assert results[4] == "4: no"
    assert "No space left on device" in results[5]
    assert "RecursionError" in results[6]
    assert all(re.search(r" at \w+\.py:\d+$", results[number]) for number in (1, 2, 3, 5, 6))
    assert not any("\n" in str(one) for one in results)
