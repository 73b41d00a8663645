"""Step numbers that only go into a text: one that is printed or logged, or a file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from cal_upgrade.steps.model import CHOICES, TITLES, plain_string
from cal_upgrade.text.python2 import Reading, parts_of, walk

_TELLING = re.compile(
    r"print|(sys\.)?exit|casalog\.post(INFO|WARN)?|sys\.std(out|err)\.write|raw_input|(logging|log|logger|warnings)\.\w+"
)
_PASSING = frozenset(
    {
        "binary_operator", "parenthesized_expression", "tuple", "list", "argument_list", "expression_list",
        "list_comprehension", "generator_expression", "for_in_clause", "concatenated_string", "chevron",
        "keyword_argument",
    }
)  # fmt: skip
_FORMING = frozenset({"str", "repr", "len", "map", "sorted", "list", "tuple", "max", "min"})
_FORMING_METHODS = frozenset({"join", "format", "rjust", "ljust", "center", "zfill", "keys", "values", "items"})
_CONVERSION = re.compile(r"%[^a-zA-Z%]*[a-zA-Z]")
_FILES = re.compile(r"(os|shutil|os\.path|glob)\.\w+|rmtables")


def is_told(node: Node, reading: Reading, deep: bool = True) -> bool:
    """Whether a value goes into nothing but a text that is printed or logged, by way of a variable too."""
    while (parent := node.parent) is not None:
        kind = parent.type
        if kind in ("print_statement", "raise_statement", "expression_statement"):
            return True
        if kind == "call":
            called = _called(parent, reading)
            if _TELLING.fullmatch(called) or _is_raised(parent):
                return True
            if called not in _FORMING and called.rpartition(".")[2] not in _FORMING_METHODS:
                return False
        elif kind == "subscript":
            if reading.of(parent.children[0]) not in (TITLES, *CHOICES):
                return False
        elif kind == "assignment":
            left = parent.child_by_field_name("left")
            alone = parent.parent is not None and parent.parent.type == "expression_statement"
            if not deep or not alone or left is None or left.type != "identifier" or left == node:
                return False
            name = reading.of(left)
            told = all(is_told(load, reading, deep=False) for load in loads(reading, name))
            return told and not _takes_inputs(reading)
        elif kind in ("list_comprehension", "generator_expression"):
            if any(part.type == "if_clause" for part in parent.named_children):
                return False
        elif kind not in _PASSING and not (kind == "attribute" and _is_method(parent, reading)):
            return False
        node = parent
    return False


def _takes_inputs(reading: Reading) -> bool:
    """Whether a task may be called without arguments: it takes variables that nothing in the text reads."""
    calls = (node for node in reading.by_type.get("call", ()) if node.named_children[0].type == "identifier")
    bare = (node for node in calls if not parts_of(node.named_children[-1]))
    return any(reading.of(node.named_children[0]) not in ("globals", "locals", "vars", "dir") for node in bare)


def _called(call: Node, reading: Reading) -> str:
    """Give the function of a call, `.join` alone where it is a method of what has no name."""
    function = call.child_by_field_name("function")
    if function is None:
        return ""
    name = reading.bare(function)
    return name if re.fullmatch(r"[\w.]+", name) else "." + reading.of(function.named_children[-1])


def _is_raised(call: Node) -> bool:
    return call.parent is not None and call.parent.type == "raise_statement"


def _is_method(attribute: Node, reading: Reading) -> bool:
    return reading.of(attribute.named_children[-1]) in _FORMING_METHODS


def loads(reading: Reading, name: str, within: Node | None = None) -> Iterable[Node]:
    """Give every place, all over the script or `within` a node, where a name's value is taken."""
    if within is None:
        named = reading.identifiers.get(name, [])
    else:
        named = [node for node in walk(within) if node.type == "identifier" and reading.of(node) == name]
    yield from filter(is_load, named)


def is_load(node: Node) -> bool:
    """Whether a name stands for its value here: it is not assigned to, not an attribute's or a parameter's name."""
    parent = node.parent
    if parent is None:
        return True
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") != node
    if parent.type == "keyword_argument":
        return parent.child_by_field_name("name") != node
    if parent.type in ("assignment", "for_statement", "for_in_clause"):
        return parent.child_by_field_name("left") != node
    return parent.type not in ("global_statement", "delete_statement")


def names_a_file(node: Node, reading: Reading) -> bool:
    """Whether a step's number goes into the name of a file that nothing else in the script spells out.

    `plotfile = 'amp_step%d.png' % mystep` makes amp_step9.png where it made amp_step7.png: that is another matter
    where the script, or its text anywhere else, speaks of amp_step7.png.
    """
    text, ahead = _formed(node, reading)
    if text is None or len(re.findall("[a-zA-Z]", ahead)) < _TELLING_LETTERS:
        return False
    others = (other for other in reading.by_type.get("string", ()) if not _inside(other, text))
    if any(ahead in reading.of(other) and not is_told(other, reading) for other in others):
        return False
    parent = text.parent
    if parent is not None and parent.type == "assignment":
        left = parent.child_by_field_name("left")
        if left is None or left.type != "identifier":
            return False
        known = reading.of(left) in _NAMES_OF_FILES or not _takes_inputs(reading)
        return known and all(_is_argument(load, reading) for load in loads(reading, reading.of(left)))
    return _is_argument(text, reading)


_NAMES_OF_FILES = frozenset(
    {"caltable", "gaintable", "fluxtable", "plotfile", "figfile", "listfile", "outfile", "savefile", "filename",
     "outputvis", "imagename", "versionname", "title"}
)  # fmt: skip
"""Parameters of tasks that name what is written, or read back, or only say something."""

_TELLING_LETTERS = 3
"""Fewer letters than this ahead of the number may stand in any other name."""


def _is_argument(node: Node, reading: Reading) -> bool:
    """Whether a name goes to a task as it is, or to what handles files."""
    if is_told(node, reading, deep=False):
        return True
    while node.parent is not None and node.parent.type in ("binary_operator", "parenthesized_expression", "list"):
        node = node.parent
    parent = node.parent
    if parent is None or parent.parent is None:
        return False
    if parent.type == "keyword_argument":
        call = parent.parent.parent
        named = reading.of(parent.named_children[0]) in _NAMES_OF_FILES
        return named and call is not None and not _is_own(_called(call, reading), reading)
    return parent.type == "argument_list" and _FILES.fullmatch(_called(parent.parent, reading)) is not None


def _is_own(function: str, reading: Reading) -> bool:
    """Whether the script defines a function of its own of this name."""
    return any(
        reading.of(node.child_by_field_name("name")) == function  # type: ignore[arg-type]
        for node in reading.by_type.get("function_definition", ())
    )


def _formed(node: Node, reading: Reading) -> tuple[Node | None, str]:
    """Give the whole text that a number goes into, and what stands right ahead of the number in it."""
    call = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
    if call is not None and reading.of(call.child_by_field_name("function") or call) == "str":
        ahead = call.parent
        if ahead is None or ahead.type != "binary_operator" or ahead.named_children[-1] != call:
            return None, ""
        literal = ahead.named_children[0]
        literal = literal.named_children[-1] if literal.type == "binary_operator" else literal
        return _whole(ahead), plain_string(literal, reading) or ""
    place, values = 0, node
    if node.parent is not None and node.parent.type == "tuple":
        values = node.parent
        place = [part.start_byte for part in parts_of(values)].index(node.start_byte)
    formed = values.parent
    if formed is None or formed.type != "binary_operator" or reading.of(formed.children[1]) != "%":
        return None, ""
    pieces = _CONVERSION.split(plain_string(formed.named_children[0], reading) or "")
    return _whole(formed), pieces[place] if place + 1 < len(pieces) else ""


def _whole(node: Node) -> Node:
    while node.parent is not None and node.parent.type in ("binary_operator", "parenthesized_expression"):
        node = node.parent
    return node


def _inside(node: Node, whole: Node) -> bool:
    return whole.start_byte <= node.start_byte and node.end_byte <= whole.end_byte
