"""Reads Python 2 text with a Python 2 grammar, so that nothing of it is mistaken for Python 3.

The tree comes from tree-sitter's Python grammar, which knows Python 2's statements. Its nodes carry byte offsets
into the very text that was given, so whoever changes a piece of it leaves every other byte alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from cal_upgrade.edits import Lines
from cal_upgrade.records import Refused

# Leading blanks in which a tab follows a blank or a form feed: tree-sitter counts every tab as 8 columns,
# Python 2 goes on to the next multiple of 8.
_MIXED = re.compile(rb"^[ \t]*[ \f][ \t\f]*\t[ \t\f]*", re.MULTILINE)

# `exec` where a statement can start. tree-sitter takes only a name or one text after it, Python 2 any expression.
_EXEC = re.compile(rb"(^[ \t\f]*|[;:][ \t]*)exec(?=[^\w.=,)\]])", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """A text that was read as Python 2: its bytes (UTF-8) and its syntax tree over the same offsets."""

    text: bytes
    root: Node
    lines: Lines

    def of(self, node: Node) -> str:
        """Give a node's own text."""
        return self.text[node.start_byte : node.end_byte].decode("utf-8")

    def line(self, node: Node) -> int:
        """Give the line, from 1, on which a node starts."""
        return self.lines.of(node.start_byte)


def read(text: bytes) -> Reading:
    """Read Python 2 text (UTF-8).

    Raises Refused, with the line, if it is not Python 2.
    """
    seen = _MIXED.sub(_same_columns, text)
    tree = _parser().parse(seen)
    wrong = _first_error(tree.root_node)
    if wrong is not None and b"exec" in seen:
        # `not` stands where `exec` may, takes what it takes (`in` and commas too), and is as long with a blank.
        tree = _parser().parse(_EXEC.sub(rb"\1not ", seen))
        wrong = _first_error(tree.root_node)
    lines = Lines(text)
    if wrong is not None:
        raise Refused(lines.of(wrong.start_byte), "this does not read as Python 2")
    return Reading(text, tree.root_node, lines)


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, in the order of the text."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(here.children))


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_python.language()))


def _same_columns(match: re.Match[bytes]) -> bytes:
    """Write indentation in as many bytes so that tree-sitter counts the columns that Python 2 counts."""
    column = 0
    for byte in match.group():
        column = 0 if byte == 12 else column + 1 if byte == 32 else (column // 8 + 1) * 8
    shortest = b"\t" * (column // 8) + b" " * (column % 8)
    spare = len(match.group()) - len(shortest)
    # a form feed sets the column back to 0, in Python 2 and in tree-sitter
    return shortest if spare == 0 else b" " * (spare - 1) + b"\f" + shortest


def _first_error(root: Node) -> Node | None:
    if not root.has_error:
        return None
    for node in walk(root):
        if node.is_error or node.is_missing:
            return node
    return root
