"""The rules that one translation applies, ready to be looked up by task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.options import Options
from cal_upgrade.records import Kind
from cal_upgrade.rules.apply import propose
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView, content

REMEMBERED = 10_000
"""As many calls are remembered: those of some hundred scripts."""


class Said(NamedTuple):
    """What is said of a call, whichever script it stands in.

    `rules`: those that concern it, each with whether it is selected and its proposal, None where its function has to
    see the calls before it. `derived`: what follows from the interfaces, by what the rules have dealt with.
    """

    rules: list[tuple[Rule, bool, Proposal | None]]
    derived: dict[tuple[frozenset[str], str | None], Sequence[Proposal]]


class Book(NamedTuple):
    """Rules by the task they are about, in the order of their files; `idioms` are those about no task.

    With each rule of a task goes whether it is selected: of one that is not, it still counts which parameters are its
    own, so that nothing is derived in its place. `known`: what was said of calls before. `kinds`: the kind of each
    rule, and whether it is optional.
    """

    tasks: dict[str, list[tuple[Rule, bool]]]
    idioms: list[Rule]
    options: Options
    known: dict[tuple[object, ...], Said]
    kinds: dict[str, tuple[Kind, bool]]

    def selected(self, rule: str) -> bool:
        """Say whether what goes by a rule's id is to be done, or told, whoever in the program does it."""
        kind, optional = self.kinds.get(rule, ("required", False))
        return self.options.selected(rule, kind, optional)

    def said(self, view: CallView) -> Said:
        """Give what the rules say of a call; it is remembered, so that a second pass looks at changed calls only."""
        about = content(view)
        if about not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            asked = (
                (rule, selected, None if rule.function else propose(rule, view, self.options.results))
                for rule, selected in self.tasks.get(view.task, ())
            )
            self.known[about] = Said([one for one in asked if one[0].function or one[2] is not None], {})
        return self.known[about]


def make(rules: Iterable[Rule], options: Options) -> Book:
    """Sort the selected rules by task, once, so that what a translation costs does not grow with their number."""
    tasks: dict[str, list[tuple[Rule, bool]]] = {}
    idioms: list[Rule] = []
    kinds: dict[str, tuple[Kind, bool]] = {}
    for rule in rules:
        kinds[rule.id] = (rule.kind, rule.optional)
        selected = options.selected(rule.id, rule.kind, rule.optional)
        for task in rule.tasks:
            tasks.setdefault(task, []).append((rule, selected))
        if rule.function is not None and not rule.tasks and selected:
            idioms.append(rule)
    return Book(tasks, idioms, options, {}, kinds)
