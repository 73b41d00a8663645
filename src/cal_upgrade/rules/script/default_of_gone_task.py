"""`default('flagautocorr')` ahead of a call with arguments: the task it names is gone, as the call's own was."""

from __future__ import annotations

from tree_sitter import Node

from cal_upgrade.casa.tables import load
from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.assignments import plain_assignment
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import statement_of

SUCCESSORS = {"flagautocorr": "flagdata", "tflagdata": "flagdata", "uvcontsub2": "uvcontsub"}


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Name the task that is called now, where no variable of the script's own would be set anew by that.

    Calls without arguments are not looked at: what they hang on follows with them.
    """
    amendments: list[Amendment] = []
    taken = {node.start_byte for call in script.assigned for node in call.names}
    for node in script.named:
        old = script.reading.of(node)
        new = SUCCESSORS.get(old, "")
        if not new or node.start_byte in taken or not _calls(script, node, new) or _sets_anew(script, node, old, new):
            continue
        reason = Reason(rule.id, rule.kind, rule.why, old, new, script.reading.line(node))
        amendments.append(Amendment(Edit(node.start_byte, node.end_byte, new), (reason,)))
    return amendments, []


def _calls(script: Script, node: Node, task: str) -> bool:
    """Whether what comes next, but for comments and other lines that name tasks, is a call of a task."""
    later = statement_of(node).next_named_sibling
    naming = {statement_of(one).start_byte for one in script.named}
    while later is not None and (later.type == "comment" or later.start_byte in naming):
        later = later.next_named_sibling
    return later is not None and any(
        statement_of(call.node) == later for call in script.calls if call.task == task and call.arguments
    )


def _sets_anew(script: Script, node: Node, old: str, new: str) -> bool:
    """Whether the script sets a variable that `default` of the new task sets too, and that of the old did not.

    What is set behind a `default` outside of loops and functions, it can't undo.
    """
    more = set(load("4.2.0")[new].order) - set(script.interface[old].order)
    place = statement_of(node)
    once = place.parent is not None and place.parent.type == "module"
    end = place.start_byte if once else len(script.reading.text)
    statements = (statement_of(one) for one in script.nodes.get("assignment", ()) if one.start_byte < end)
    assigned = (plain_assignment(statement) for statement in statements)
    return any(one is not None and script.reading.of(one.target) in more for one in assigned)
