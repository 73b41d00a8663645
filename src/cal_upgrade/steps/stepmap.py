"""A script's steps before and after: which number becomes which, and what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cal_upgrade.records import StepMove
from cal_upgrade.steps.titles import Known


class Insertion(NamedTuple):
    """A step that comes in, with its number in the result.

    It goes ahead of the script's step `before` (its old number), at the end of the steps `run` where that is None.
    `written`: with a block; else only its title, because the blocks that it belongs to are not in the script.
    `along`: whoever asks for all of these old steps asks for this one too.
    """

    step: Known
    number: int
    before: int | None
    run: tuple[int, ...]
    written: bool
    along: frozenset[int]


class StepMap(NamedTuple):
    """A script's steps before and after: `moves` in the order of the result.

    `kept`: the steps would have other numbers if the script's text could be read for certain.
    """

    moves: tuple[StepMove, ...] = ()
    insertions: tuple[Insertion, ...] = ()
    kept: bool = False

    @property
    def unchanged(self) -> bool:
        """Whether every step keeps its number and none comes in."""
        return all(move.old == move.new for move in self.moves)

    def new(self, old: int) -> int:
        """Give a step's number in the result; one that the script has not moves with the steps around it."""
        shift = 0
        for move in self.moves:
            if move.old is not None and move.old <= old:
                shift = move.new - move.old
        olds = [move.old for move in self.moves if move.old is not None]
        if olds and old < olds[0]:
            return old
        return old + shift

    def selection(self, olds: Sequence[int]) -> list[int]:
        """Give the steps to ask for in the result where `olds` were asked for in the script.

        Who ran through to the last step gets the steps that come after it too.
        """
        asked = set(olds)
        more = [step.number for step in self.insertions if step.along and step.along <= asked]
        news = [self.new(old) for old in olds]
        return sorted({*news, *more}) if list(olds) == sorted(olds) else news + more
