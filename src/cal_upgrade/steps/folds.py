"""What a script asks of all the steps chosen at once: whether that has the same answer by the new numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence

from cal_upgrade.steps.model import Fold
from cal_upgrade.steps.stepmap import StepMap
from cal_upgrade.text.python2 import Reading

_SIGNS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_VALUES: dict[str, Callable[[Sequence[int]], int]] = {
    "min": min,
    "max": max,
    "[0]": lambda steps: steps[0],
    "[-1]": lambda steps: steps[-1],
}


def same_answer(fold: Fold, reading: Reading, steps: StepMap) -> bool:
    """Whether a question has the same answer with new numbers, whichever steps are chosen.

    A choice that runs to the last step has two ways to be written afterwards: with the step that comes last now, as
    drivers are rewritten, and without.
    """
    number = int(reading.of(fold.number))
    if fold.name == "remove":  # without this step, one that comes in behind it has nothing to work on
        return all(step.along != {number} for step in steps.insertions if step.before is None)
    value, holds = _VALUES[fold.name], _SIGNS[fold.sign]
    return all(
        holds(value(olds), number) == holds(value(news), steps.new(number))
        for olds in _selections(steps)
        for news in (steps.selection(olds), [steps.new(old) for old in olds])
    )


def _selections(steps: StepMap) -> Iterator[list[int]]:
    """Give every run of steps that may be chosen."""
    olds = [move.old for move in steps.moves if move.old is not None]
    for first in range(len(olds)):
        for end in range(first + 1, len(olds) + 1):
            yield olds[first:end]
