"""What a rule about no single task does: one module an idiom, each with a function `amend`.

`amend(rule, script, results)` gives the amendments that the rule makes to a script, and what a person must look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention
from cal_upgrade.rules.ruleset import Book
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script

Amended = tuple[list[Amendment], list[Attention]]


def amend(script: Script, book: Book) -> Amended:
    """Apply the rules about idioms whose marks the script holds; of edits that overlap, the first rule's stands."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for rule in book.idioms:
        if rule.function is None or not any(mark.encode() in script.reading.text for mark in rule.marks):
            continue
        function: Callable[[Rule, Script, str], Amended] = import_module(f"{__name__}.{rule.function}").amend
        found, seen = function(rule, script, book.options.results)
        earlier = tuple(amendments)
        amendments += [new for new in found if not _meets(new, earlier)]
        attention += seen
    return amendments, attention


def _meets(new: Amendment, others: Iterable[Amendment]) -> bool:
    """Whether an edit is there already, or overlaps one that is."""
    return any(
        new.edit == old.edit or (new.edit.start < old.edit.end and old.edit.start < new.edit.end) for old in others
    )
