"""`qa.time`, `qa.angle` and `qa.getvalue`, which give lists in CASA 4.2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.script.tool_names import tool_names
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Take the first element, unless the script takes it or does without; the rule's marks name the methods."""
    amendments: list[Amendment] = []
    tools = tool_names(script, "quanta")
    for function, nodes in script.functions.items():
        held, _, method = function.rpartition(".")
        if held not in tools or f".{method}" not in rule.marks:
            continue
        for node in nodes:
            above = node.parent
            if above is not None and (above.type == "expression_statement" or _knows_lists(script, above, node)):
                continue
            before = script.reading.of(node)
            reason = Reason(rule.id, rule.kind, rule.why, before, f"{before}[0]", script.reading.line(node))
            amendments.append(Amendment(Edit(node.end_byte, node.end_byte, "[0]"), (reason,)))
    return amendments, list(_handed_on(rule, script, tools))


def _handed_on(rule: Rule, script: Script, tools: set[str]) -> Iterator[Attention]:
    """Tell of a method that is not called where it is named: `value = qa.getvalue`, `map(qa.getvalue, …)`."""
    for node in script.nodes.get("attribute", ()):
        held, _, method = script.reading.bare(node).rpartition(".")
        above = node.parent
        called = above is not None and above.type == "call" and above.child_by_field_name("function") == node
        if held in tools and f".{method}" in rule.marks and not called:
            yield Attention(
                rule.id,
                script.reading.line(node),
                f"{held}.{method} gives a list in 4.2, and the text does not show where it is called",
                "Take the first element of what it gives, by [0].",
            )


def _knows_lists(script: Script, above: Node, node: Node) -> bool:
    """Whether a script takes what a call gives for a list: it reads an element, goes through them or unpacks them.

    So it does where it was made to run in later releases too. A list of quantities gives a list in 3.4 as well.
    """
    if above.type == "subscript" and above.child_by_field_name("value") == node:
        index = above.child_by_field_name("subscript")
        return index is not None and script.reading.of(index) in ("0", "-1")
    if re.search(r"\(\s*+(?:quantity=\s*+)?(?:\w++\.quantity\(\s*+)?\[", script.reading.of(node)) is not None:
        return True
    if above.type == "for_statement" and above.child_by_field_name("right") == node:
        return True
    target = above.child_by_field_name("left") if above.type == "assignment" else None
    if target is None:
        return False
    if target.type != "identifier":
        return target.type in ("pattern_list", "tuple_pattern", "list_pattern")
    name = re.escape(script.reading.of(target).encode())
    return re.search(rb"(?<![\w.])%s\s*\[\s*(?:0|-1)\s*\]" % name, script.reading.text) is not None
