"""Turns Python 2 text into code that Python 3 runs with Python 2's meaning, in memory and line for line.

fissix (the field's kept 2to3) gives the syntax. What it does not give, integer division, lists from `dict.keys()`,
comparisons of unlike things and the like, is written into the syntax tree as calls of `semantics`.
The lines stay where they were, so that a traceback shows the author's own line.
"""

from __future__ import annotations

import ast
import warnings
from functools import cache
from typing import Any

from cal_upgrade.records import Refused
from cal_upgrade.text import python2

MEANING = "__python2__"
"""The name under which a script's code finds the module `cal_upgrade.run.python2.semantics`."""

_FIXERS = [
    "except",
    "exec",
    "funcattrs",
    "getcwdu",
    "imports",
    "itertools",
    "metaclass",
    "methodattrs",
    "ne",
    "next",
    "nonzero",
    "numliterals",
    "paren",
    "print",
    "raise",
    "renames",
    "repr",
    "sys_exc",
    "throw",
    "tuple_params",
    "types",
    "unicode",
    "xreadlines",
]
_NEW_KEYWORDS = {"async", "await", "nonlocal"}
_ORDER = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_VIEWS = {"keys": "keys", "values": "values", "items": "items"}
_ITERATORS = {f"{kind}{what}": what for what in _VIEWS for kind in ("iter", "view")}


def convert(text: str, name: str) -> ast.Module:
    """Give the syntax tree, for Python 3, of a Python 2 text with LF line ends; `name` is what messages name.

    Raises Refused, with the line, if the text is not Python 2.
    """
    plain = _blanks_for_tabs(text if text.endswith("\n") else f"{text}\n")
    three, lines = _python3_syntax(plain, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # '\d' in a plain string is what it always was
        try:
            tree = ast.parse(three, name)
        except SyntaxError as error:
            raise Refused(error.lineno, f"this does not read as Python 2 ({error.msg})") from error
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr, ast.ExceptHandler, ast.keyword, ast.arg, ast.alias)):
            node.lineno = lines[node.lineno]
            node.end_lineno = lines[node.end_lineno or 0]
    divide = "from __future__ import division" not in plain
    _Meaning(divide).visit(tree)
    return ast.fix_missing_locations(tree)


def expression(text: str, name: str) -> ast.Expression:
    """Give the syntax tree, for Python 3, of a Python 2 expression. Raises Refused, SyntaxError if it is none."""
    body = convert(text, name).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise SyntaxError(f"{text!r} is not an expression")
    return ast.Expression(body[0].value)


def _blanks_for_tabs(text: str) -> str:
    """Write indentation in blanks: a tab goes on to the next multiple of 8 columns, as Python 2 has it."""
    if "\t" not in text:
        return text
    inside: set[int] = set()
    for node in python2.walk(python2.read(text.encode("utf-8")).root):
        if node.type == "string":
            inside.update(range(node.start_point[0] + 1, node.end_point[0] + 1))
    lines = text.split("\n")
    for number, line in enumerate(lines):
        body = line.lstrip(" \t\f")
        if number not in inside and "\t" in line[: len(line) - len(body)]:
            lead = line[: len(line) - len(body)]
            lines[number] = lead[lead.rfind("\f") + 1 :].expandtabs(8) + body
    return "\n".join(lines)


def _python3_syntax(text: str, name: str) -> tuple[str, list[int]]:
    """Give the text in Python 3's syntax, and for each of its lines (index 1 on) the line it stands for."""
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError

    try:
        tree: Any = _refactoring().refactor_string(text, name)
    except ParseError as error:
        raise Refused(error.context[1][0] if error.context else None, "this does not read as Python 2") from error
    except TokenError as error:
        raise Refused(error.args[1][0], "this does not read as Python 2") from error
    pieces: list[str] = []
    lines = [0, 1]
    for leaf in tree.leaves():
        value = leaf.value + "_" if leaf.value in _NEW_KEYWORDS else leaf.value
        pieces += [leaf.prefix, value]
        lines += [lines[-1]] * leaf.prefix.count("\n")
        # a leaf that fissix made has no line of its own
        lines[-1] = leaf.lineno or lines[-1]
        lines += [lines[-1] + k for k in range(1, value.count("\n") + 1)]
    return "".join(pieces), lines


@cache
def _refactoring() -> Any:
    import logging

    from fissix.refactor import RefactoringTool

    logging.getLogger("fissix").setLevel(logging.ERROR)
    return RefactoringTool([f"fissix.fixes.fix_{name}" for name in _FIXERS])


class _Meaning(ast.NodeTransformer):
    """Writes Python 2's meaning into a tree. `divide`: `/` between whole numbers is a whole number."""

    def __init__(self, divide: bool) -> None:
        self.divide = divide

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if self.divide and isinstance(node.op, ast.Div):
            return _call("divide", node, node.left, node.right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        if not (self.divide and isinstance(node.op, ast.Div)):
            return node
        now = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.copy_location(ast.Assign([node.target], _call("divide", node, now, node.value)), node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        sign = _ORDER.get(type(node.ops[0]))
        if sign is None or len(node.ops) > 1:
            return node
        return _call("compare", node, ast.Constant(sign), node.left, node.comparators[0])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return node
        method, owner = node.func.attr, node.func.value
        bare = not node.args and not node.keywords
        if method in _VIEWS and bare:
            return _call("listed", node, node)
        if method in _ITERATORS and bare:
            return _call("iterated", node, owner, ast.Constant(method), ast.Constant(_ITERATORS[method]))
        if method == "has_key" and len(node.args) == 1:
            return _call("has_key", node, owner, node.args[0])
        if method == "sort" and (node.args or any(each.arg == "cmp" for each in node.keywords)):
            call = _call("sort", node, owner, *node.args)
            call.keywords = node.keywords
            return call
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        """Let the name in `except E, e` live on after the block."""
        self.generic_visit(node)
        if node.name:
            keep = ast.Assign([ast.Name(node.name, ast.Store())], ast.Name("__caught__", ast.Load()))
            node.body.insert(0, ast.copy_location(keep, node))
            node.name = "__caught__"
        return node


def _call(function: str, place: ast.AST, *arguments: ast.expr) -> ast.Call:
    called = ast.Attribute(ast.Name(MEANING, ast.Load()), function, ast.Load())
    call = ast.Call(called, list(arguments), [])
    for node in (call, called, called.value):
        ast.copy_location(node, place)
    return call
