"""Methods of tools that gave True or False in CASA 3.4, and give a record in 4.2.

imager.xml and deconvolver.xml of 3.4.0 (`returns type="bool"`) and 4.2.0 (`record`).
"""

from __future__ import annotations

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.script.tool_names import tool_names
from cal_upgrade.script.assignments import plain_assignment
from cal_upgrade.script.model import Script

_METHODS = {
    "setjy": ("imager",),
    "clean": ("imager", "deconvolver"),
    "fullclarkclean": ("deconvolver",),
}


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Tell of each call whose result is looked at."""
    attention = []
    for function, nodes in script.functions.items():
        held, _, method = function.rpartition(".")
        if not any(held in tool_names(script, kind) for kind in _METHODS.get(method, ())):
            continue
        for node in nodes:
            if _is_read(script, node):
                message = f"{function} gives a record in 4.2, which counts as true, where 3.4 gave True or False"
                hint = "Look at what the record holds, or leave the test out: a method that fails stops the script."
                attention.append(Attention(rule.id, script.reading.line(node), message, hint))
    return [], attention


def _is_read(script: Script, node: Node) -> bool:
    """Whether anything is done with what a call gives: it may be kept under a name that nobody reads."""
    above = node.parent
    if above is None or above.type == "expression_statement":
        return False
    given = plain_assignment(above.parent) if above.parent is not None else None
    if given is None or given.value != node:
        # an element that is read was written for a record
        return above.type != "subscript"
    name = script.reading.of(given.target)
    reads = [one for one in script.nodes.get("identifier", ()) if script.reading.of(one) == name]
    parents = [one.parent for one in reads if one != given.target and one.parent is not None]
    return any(one.type not in ("subscript", "assignment") for one in parents)
