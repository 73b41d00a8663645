"""Where a variable of a script is read: what changes for others when it is set to another value."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.script.assignments import plain_assignment
from cal_upgrade.text.python2 import Reading


def loop_start(statement: Node) -> int:
    """Give where the outermost loop round a statement starts, or the statement itself."""
    start, above = statement.start_byte, statement.parent
    while above is not None:
        start = above.start_byte if above.type in ("for_statement", "while_statement") else start
        above = above.parent
    return start


def read_behind(reading: Reading, name: str, statement: Node) -> int | None:
    """Give a line that reads a variable behind a statement before it is set again at the same level, None if none.

    Behind it is the whole of a loop that it stands in, and every function, which may be called later.
    """
    end = len(reading.text)
    later = statement.next_named_sibling
    while later is not None:
        again = plain_assignment(later)
        if again is not None and reading.of(again.target) == name:
            end = later.end_byte
            break
        later = later.next_named_sibling
    loop = loop_start(statement)
    start = loop if loop < statement.start_byte else statement.end_byte
    for match in re.compile(rb"(?<![\w.])" + name.encode() + rb"\b").finditer(reading.joined):
        node = reading.root.descendant_for_byte_range(match.start(), match.end())
        if node is None or node.type != "identifier" or not _reads(node):
            continue
        function = _function(node)
        known = function is not None and _sets(reading, function, name)
        if (function is not None and not known) or (function is None and start <= match.start() < end):
            return reading.line(node)
    return None


def _function(node: Node) -> Node | None:
    """Give the function that a node stands in, None if it is in none."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above


def _sets(reading: Reading, function: Node, name: str) -> bool:
    """Whether a name is a function's own: a parameter, or set in it."""
    own = rb"\b" + name.encode() + rb"\b"
    text = reading.joined[function.start_byte : function.end_byte]
    parameter = re.match(rb"[^:]*\([^:]*" + own, text)
    assigned = re.search(rb"(?m)^[ \t]*(?:for[ \t]+)?" + own + rb"[ \t]*(?:=[^=]|in\b)", text)
    return parameter is not None or assigned is not None


def _reads(name: Node) -> bool:
    """Whether a name stands where its value is read: not on the left side, not as the keyword of an argument."""
    above = name.parent
    if above is None:
        return False
    if above.type in ("assignment", "for_statement"):
        return above.child_by_field_name("left") != name
    if above.type == "keyword_argument":
        return above.child_by_field_name("name") != name
    return above.type not in ("global_statement", "parameters", "default_parameter", "dotted_name")
