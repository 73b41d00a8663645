"""What a script asks of its lists of steps and titles that has the same answer by any numbers."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.steps.model import Naming
from cal_upgrade.steps.texts import is_told, loads
from cal_upgrade.text.python2 import Reading, parts_of, walk

_EMPTY = re.compile(r"\[\s*\]|None|\(\s*\)|''|\"\"")
_COUNTED = frozenset({("==", "0"), ("!=", "0"), ("<>", "0"), (">", "0"), ("<", "1"), (">=", "1")})
_SAME = frozenset({"==", "!=", "<>", "is", "is not"})
_GOES_THROUGH = re.compile(r"len|x?range|sorted|list|enumerate|reversed|step_title\.(iter)?(keys|values|items)")


def asks_for_any(node: Node, reading: Reading) -> bool:
    """Whether a list of steps is only asked whether there are any: `thesteps == []`, `len(thesteps) > 0`."""
    counted = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
    if counted is not None and re.fullmatch(r"len\([^,]*\)", reading.bare(counted)):
        node = counted
    else:
        counted = None
    parent = node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    if parent is not None and parent.type == "comparison_operator" and len(parts_of(parent)) == 2:
        sides, sign = parts_of(parent), parent.children[1].type
        if counted is not None:
            return sides[0] == node and (sign, reading.of(sides[1])) in _COUNTED
        return (
            sign in _SAME and _EMPTY.fullmatch(reading.bare(sides[1] if sides[0] == node else sides[0])) is not None
        )
    while parent is not None and parent.type in ("boolean_operator", "parenthesized_expression", "not_operator"):
        node, parent = parent, parent.parent
    if parent is not None and parent.type == "conditional_expression":
        return parts_of(parent)[1] == node
    conditional = parent is not None and parent.type in ("if_statement", "elif_clause")
    return conditional and parent.child_by_field_name("condition") == node  # type: ignore[union-attr]


def only_told_in_loop(node: Node, reading: Reading, naming: Naming) -> bool:
    """Whether a loop goes through steps or titles only to print or log them."""
    while node.parent is not None and node.parent.type in ("argument_list", "call", "attribute"):
        node = node.parent
        if node.type == "call" and not _GOES_THROUGH.fullmatch(reading.bare(node.children[0])):
            return False
    loop = node.parent
    if loop is None or loop.type != "for_statement" or loop.child_by_field_name("right") != node:
        return False
    left, body = loop.child_by_field_name("left"), loop.child_by_field_name("body")
    if left is None or body is None:
        return False
    names = {reading.of(part) for part in walk(left) if part.type == "identifier"}
    if naming.all & names:
        return False
    return all(is_told(load, reading) for name in names for load in loads(reading, name, body))
