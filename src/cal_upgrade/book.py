"""The rules that one translation applies, ready to be looked up by task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cal_upgrade.options import Options
from cal_upgrade.rules.schema import Rule


class Book(NamedTuple):
    """Rules by the task they are about, in the order of their files; `idioms` are those about no task.

    With each rule of a task goes whether it is selected: of one that is not, it still counts which parameters are its
    own, so that nothing is derived in its place.
    """

    tasks: dict[str, list[tuple[Rule, bool]]]
    idioms: list[Rule]
    options: Options


def make(rules: Iterable[Rule], options: Options) -> Book:
    """Sort the selected rules by task, once, so that what a translation costs does not grow with their number."""
    tasks: dict[str, list[tuple[Rule, bool]]] = {}
    idioms: list[Rule] = []
    for rule in rules:
        selected = options.selected(rule.id, rule.kind, rule.optional)
        for task in rule.tasks:
            tasks.setdefault(task, []).append((rule, selected))
        if rule.function is not None and not rule.tasks and selected:
            idioms.append(rule)
    return Book(tasks, idioms, options)
