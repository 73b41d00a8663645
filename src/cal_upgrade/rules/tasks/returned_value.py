"""A task whose return value is another one in 4.2, where a script looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import CallsBefore, Script
from cal_upgrade.script.order import is_used

_TRUTH = frozenset({"if_statement", "elif_clause", "while_statement", "not_operator", "assert_statement"})


def propose(rule: Rule, call: CallView, earlier: CallsBefore, results: str) -> Sequence[Proposal]:
    """Give the rule's own words where the value of the call is looked at.

    setjy's tells success in both releases where a script asks only whether it is true: that is worth a note.
    """
    told = rule.attention
    looks = list(_looks(earlier.script, call))
    if not looks or told is None:
        return []
    mild = call.task == "setjy" and all(look.parent is not None and look.parent.type in _TRUTH for look in looks)
    return [Proposal(rule.id, "advice" if mild else rule.kind, rule.why, message=told.message, hint=told.hint)]


def _looks(script: Script, call: CallView) -> Iterator[Node]:
    """Give where a script looks at what a call gives back: at the call, or where the name is read that it goes to."""
    if call.node is None or not is_used(call):
        return
    above = call.node.parent
    target = above.child_by_field_name("left") if above is not None and above.type == "assignment" else None
    if target is None or target.type != "identifier":
        yield call.node
        return
    for node in script.reading.identifiers.get(script.reading.of(target), ()):
        if node != target and _reads(node):
            yield node


def _reads(name: Node) -> bool:
    above = name.parent
    if above is None:
        return False
    if above.type in ("assignment", "for_statement"):
        return above.child_by_field_name("left") != name
    return above.type != "keyword_argument" or above.child_by_field_name("name") != name
