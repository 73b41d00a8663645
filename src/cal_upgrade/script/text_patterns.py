"""What a text that a script puts together looks like: what is known of it, and where something else comes in."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.script.model import Script
from cal_upgrade.script.names.reached import Use
from cal_upgrade.text.python2 import arguments_of, parts_of

HOLE = "\0"
"""Stands for a piece that the script's text does not show."""

_SPEC = re.compile(r"%(?:\(\w+\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([diouxXeEfFgGcrs%])")
_FIELD = re.compile(r"\{[^{}]*\}")
_NUMBER = "0"
_DEEP = 20


def pattern(script: Script, node: Node, depth: int = 0) -> str:
    """Give the text that an expression makes, with `HOLE` for what is not known; `%d` can only bring in a number."""
    value = script.names.value(node)
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    if depth > _DEEP:
        return HOLE
    if node.type == "parenthesized_expression" and len(parts_of(node)) == 1:
        return pattern(script, parts_of(node)[0], depth + 1)
    if node.type == "identifier":
        texts = _bound(script, script.reading.of(node), depth)
        return texts if script.names.binding_of(node).use is Use.CERTAIN else HOLE + texts + HOLE
    if node.type == "binary_operator":
        return _operation(script, node, depth)
    if node.type == "call":
        return _method(script, node, depth)
    if node.type in ("concatenated_string", "conditional_expression", "boolean_operator"):
        return HOLE.join(["", *(pattern(script, child, depth + 1) for child in parts_of(node)), ""])
    return HOLE


def _bound(script: Script, name: str, depth: int) -> str:
    """Give the text behind a name: one that is set several times may hold any of the texts."""
    texts = []
    for node in script.names.bindings.get(name, ()):
        right = node.child_by_field_name("right") if node.type in ("assignment", "augmented_assignment") else None
        if right is None:
            return HOLE
        texts.append(pattern(script, right, depth + 1))
    return texts[0] if len(texts) == 1 else HOLE.join(["", *texts, ""])


def _operation(script: Script, node: Node, depth: int) -> str:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return HOLE
    first = pattern(script, left, depth + 1)
    if operator.type == "+":
        return first + pattern(script, right, depth + 1)
    if operator.type != "%":
        return HOLE
    given = parts_of(right) if right.type == "tuple" else [right]
    pieces = iter([pattern(script, one, depth + 1) for one in given])
    named = right.type not in ("tuple", "string", "integer", "float", "identifier", "call")

    def filled(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        piece = HOLE if named else next(pieces, HOLE)
        return piece if match[1] in "rsc" else _NUMBER

    return _SPEC.sub(filled, first)


def _method(script: Script, node: Node, depth: int) -> str:
    """`'…{}…'.format(x)`, `' '.join(words)`, `text.strip()`: the text they work on, with a hole for what comes in."""
    function = node.child_by_field_name("function")
    held = None if function is None or function.type != "attribute" else function.child_by_field_name("object")
    if function is None or held is None:
        return HOLE
    text, name = pattern(script, held, depth + 1), script.reading.of(function).rpartition(".")[2]
    given = [pattern(script, one, depth + 1) for one in arguments_of(node) if one.type != "keyword_argument"]
    if name == "format":
        return _FIELD.sub(HOLE, text) + HOLE.join(["", *given])
    if name in ("strip", "lstrip", "rstrip") and not given:
        return text
    return HOLE.join(["", text, *given, ""])
