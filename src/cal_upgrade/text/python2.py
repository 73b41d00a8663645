"""Reads Python 2 text with a Python 2 grammar, so that nothing of it is mistaken for Python 3.

The tree comes from tree-sitter's Python grammar, which knows Python 2's statements. Its nodes carry byte offsets
into the very text that was given, so whoever changes a piece of it leaves every other byte alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property

import msgspec
import tree_sitter_python
from tree_sitter import Language, Node, Parser

from cal_upgrade.records import Refused
from cal_upgrade.text.edits import Lines
from cal_upgrade.text.syntax import check
from cal_upgrade.text.tokens import joined, replace

# Python 2 takes these as names, or takes more after them than tree-sitter's grammar knows.
_OTHER_WORDS = {
    b"exec": b"not ",  # takes what `exec` takes, `in` and commas too
    b"async": b"asyn_",
    b"await": b"awai_",
    b"nonlocal": b"nonloca_",
    b"True": b"Tru_",
    b"False": b"Fals_",
}

# Leading blanks in which a tab follows a blank or a form feed: tree-sitter counts every tab as 8 columns,
# Python 2 goes on to the next multiple of 8.
_MIXED = re.compile(rb"^\t*+[ \f]++\t[ \t\f]*+", re.MULTILINE)

# A statement that begins with a call of `type` can look like Python 3.12's type statement.
_TYPE = re.compile(rb"(?:^|[;:])[ \t\f]*+type\b", re.MULTILINE)

_LEAVES = frozenset({"identifier", "string", "integer", "float", "comment", "true", "false"})
_PARENTHESES = ("parenthesized_expression", "tuple", "argument_list")


class Reading(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A text that was read as Python 2: its bytes (UTF-8) and its syntax tree over the same offsets.

    `joined` is the text with blanks for every backslash that continues a line, and for that line's end: what looks
    for words in a script finds them there wherever its author went on in the next line. So it is with the tree.
    """

    text: bytes
    joined: bytes
    root: Node
    lines: Lines

    @cached_property
    def nodes(self) -> list[tuple[str, Node]]:
        """The named nodes of the tree with their types, in the order of the text, the parts of strings left out.

        They are gathered once for all who look through them.
        """
        found = []
        stack = [self.root]
        while stack:
            here = stack.pop()
            kind = here.type
            found.append((kind, here))
            if kind not in _LEAVES:
                stack.extend(reversed(here.named_children))
        return found

    @cached_property
    def by_type(self) -> dict[str, list[Node]]:
        """The same nodes by their type, each list in the order of the text."""
        by_type: dict[str, list[Node]] = {}
        for kind, node in self.nodes:
            by_type.setdefault(kind, []).append(node)
        return by_type

    @cached_property
    def identifiers(self) -> dict[str, list[Node]]:
        """The identifiers by what they say, each list in the order of the text."""
        text = self.text
        identifiers: dict[str, list[Node]] = {}
        for node in self.by_type.get("identifier", ()):
            identifiers.setdefault(text[node.start_byte : node.end_byte].decode("utf-8"), []).append(node)
        return identifiers

    def of(self, node: Node) -> str:
        """Give a node's own text."""
        return self.text[node.start_byte : node.end_byte].decode("utf-8")

    def bare(self, node: Node) -> str:
        """Give a node's text without blanks and line ends, to compare it: `range(0, 5)` is `range(0,5)`."""
        return "".join(self.joined[node.start_byte : node.end_byte].decode("utf-8").split())

    def line(self, node: Node) -> int:
        """Give the line, from 1, on which a node starts."""
        return self.lines.of(node.start_byte)

    def ahead(self, node: Node) -> str:
        """Give what stands ahead of a node in its line: the indentation, if it is a statement on its own."""
        return self.text[self.lines.starts[self.line(node) - 1] : node.start_byte].decode("utf-8")


def read(text: bytes, surely: bool = False) -> Reading:
    """Read Python 2 text (UTF-8); `surely`: it is Python 2, or somebody else finds out.

    Raises Refused, with the line, if it is not Python 2.
    """
    plain = text
    if b"\r" in text:
        plain = text.replace(b"\\\r\n", b" \\\n").replace(b"\r\n", b" \n").replace(b"\r", b"\n")
    lines = Lines(plain)
    if not surely:
        check(plain)
    plain = joined(plain)
    root = _tree(plain)
    wrong = _first_error(root)
    if wrong is not None:
        raise Refused(lines.of(wrong.start_byte), "this Python 2 is written in a way that can't be followed")
    return Reading(text, plain, root, lines)


def is_backtick(reading: Reading, node: Node) -> bool:
    """Whether a node is an expression in backticks (Python 2's `repr`): in the tree it is one in parentheses."""
    return node.type in _PARENTHESES and reading.text[node.start_byte : node.start_byte + 1] == b"`"


def parts_of(node: Node | None) -> list[Node]:
    """Give what a node is made of, such as the arguments of a call: its named children, comments left out."""
    return [] if node is None else [child for child in node.named_children if child.type != "comment"]


def arguments_of(call: Node) -> list[Node]:
    """Give the arguments of a call as they stand there, comments left out."""
    return parts_of(call.child_by_field_name("arguments"))


def statement_of(node: Node) -> Node:
    """Give the statement, in its block, that holds a node."""
    while node.parent is not None and node.parent.type not in ("block", "module"):
        node = node.parent
    return node


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


def _tree(text: bytes) -> Node:
    """Parse a text; where tree-sitter's grammar is no Python 2, words stand in for others of the same length."""
    text = _MIXED.sub(_same_columns, text)
    words = {b"type": b"typ_"} if _TYPE.search(text) else {}
    if words or b"`" in text:
        text = replace(text, _StandIns(words))
    root = _parser().parse(text).root_node
    if root.has_error:
        root = _parser().parse(replace(text, _StandIns(_OTHER_WORDS, join=True))).root_node
    return root


class _StandIns:
    """Words to parse in the place of others, as long as they are.

    Parentheses stand in for backticks. With `join`, blanks stand in for line ends and comments in brackets, for
    tree-sitter takes some lines there that begin at the left margin as the end of a block, and for a backslash
    with nothing after it.
    """

    def __init__(self, words: dict[bytes, bytes], join: bool = False) -> None:
        self.words = words
        self.join = join
        self.brackets: list[bytes] = []

    def __call__(self, word: bytes) -> bytes | None:
        if word == b"`":
            if self.brackets[-1:] == [word]:
                self.brackets.pop()
                return b")"
            self.brackets.append(word)
            return b"("
        if word in (b"(", b"[", b"{"):
            self.brackets.append(word)
        elif word in (b")", b"]", b"}"):
            self.brackets.pop()
        elif self.join and (word == b"\\" or (self.brackets and word[:1] in (b"\n", b"#"))):
            return b" " * len(word)
        return self.words.get(word)


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
