"""What a script's names hold, where its text shows it for certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tree_sitter import Node

from cal_upgrade.reading.python2 import Reading
from cal_upgrade.script.values import UNKNOWN, literal

_LITERALS = frozenset({"string", "integer", "float", "true", "false", "none", "concatenated_string"})
_CONTAINERS = frozenset({"list", "tuple", "dictionary", "unary_operator", "parenthesized_expression", "set"})
_CASA = {"True": True, "False": False, "T": True, "F": False, "true": True, "false": False}
"""Python's names and those of casapy.py in 3.4.0 and 4.2.0."""

_LONGEST = 1000
"""What is repeated more often is no list that a person wrote out for a task."""

_BINDERS = (
    "assignment",
    "augmented_assignment",
    "for_statement",
    "for_in_clause",
    "function_definition",
    "class_definition",
    "parameters",
    "lambda_parameters",
    "import_statement",
    "import_from_statement",
    "as_pattern_target",
    "except_clause",
    "delete_statement",
)


class Names:
    """The names that a script binds, and the values of expressions made of them.

    A name counts as known when the script binds it exactly once, by a plain assignment of a known value outside of
    loops and functions: whatever runs later sees that value. CASA's own names `T`, `F`, `true` and `false` are known
    unless bound.
    """

    def __init__(self, reading: Reading, nodes: Mapping[str, Sequence[Node]]) -> None:
        """Collect every binding; `nodes` are those of the text by their type."""
        self.reading = reading
        self.nodes = nodes
        self.bindings: dict[str, list[Node]] = {}
        for kind in _BINDERS:
            for node in nodes.get(kind, ()):
                for target in _targets(node):
                    self.bindings.setdefault(reading.of(target), []).append(node)
        self._values: dict[str, object] = {}

    def value(self, node: Node) -> object:
        """Give the value of an expression, or `UNKNOWN`."""
        kind = node.type
        if kind in _LITERALS:
            return literal(self.reading.of(node))
        if kind == "identifier":
            return self._name(self.reading.of(node))
        if kind == "parenthesized_expression" and node.named_child_count == 1:
            return self.value(node.named_children[0])
        if kind in ("list", "tuple"):
            items = [self.value(child) for child in node.named_children if child.type != "comment"]
            if any(item is UNKNOWN for item in items):
                return UNKNOWN
            return items if kind == "list" else tuple(items)
        if kind == "binary_operator":
            return self._operator(node)
        if kind == "call":
            return self._format(node)
        if kind in _CONTAINERS:
            return literal(self.reading.of(node))
        return UNKNOWN

    def entries(self, node: Node) -> dict[str, Node] | None:
        """Give the entries of a dictionary by their keys: of a display, of `dict(a=1)`, or behind a name set once.

        None where the text does not show all keys.
        """
        if node.type == "identifier":
            name = self.reading.of(node)
            bound = self.bindings.get(name, [])
            if len(bound) != 1 or bound[0].type != "assignment" or not _certain(bound[0]):
                return None
            right = bound[0].child_by_field_name("right")
            return None if right is None or self.may_be_altered(name) else self.entries(right)
        if node.type == "dictionary":
            display, key = node, "key"
        elif node.type == "call" and self._is_dict(node):
            display, key = node.named_children[-1], "name"
        else:
            return None
        found: dict[str, Node] = {}
        for part in display.named_children:
            named, value = part.child_by_field_name(key), part.child_by_field_name("value")
            if part.type == "comment":
                continue
            entry = UNKNOWN if named is None else self.reading.of(named) if key == "name" else self.value(named)
            if not isinstance(entry, str) or value is None:
                return None
            found[entry] = value
        return found

    def _is_dict(self, node: Node) -> bool:
        function = node.child_by_field_name("function")
        return function is not None and self.reading.of(function) == "dict" and "dict" not in self.bindings

    def _name(self, name: str) -> object:
        if name in self._values:
            return self._values[name]
        self._values[name] = UNKNOWN  # a name made of itself ends here
        bound = self.bindings.get(name, [])
        if not bound:
            value: object = _CASA.get(name, UNKNOWN)
        elif len(bound) == 1 and bound[0].type == "assignment" and _certain(bound[0]):
            right = bound[0].child_by_field_name("right")
            value = UNKNOWN if right is None else self.value(right)
            if isinstance(value, (list, dict, set)) and self.may_be_altered(name):
                value = UNKNOWN
        else:
            value = UNKNOWN
        self._values[name] = value
        return value

    def may_be_altered(self, name: str) -> bool:
        """Whether a list or dictionary behind a name is changed in place: `x.append(…)`, `x[0] = …`."""
        methods = [node for node in self.nodes.get("attribute", ()) if _is(node.parent, "call")]
        items = [node for node in self.nodes.get("subscript", ()) if _is(node.parent, "assignment")]
        held: list[Node | None] = [
            *(node.child_by_field_name("object") for node in methods),
            *(node.child_by_field_name("value") for node in items),
        ]
        return any(node is not None and self.reading.of(node) == name for node in held)

    def _operator(self, node: Node) -> object:
        left_node, right_node = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left_node is None or right_node is None or operator is None:
            return UNKNOWN
        left, right = self.value(left_node), self.value(right_node)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        sign = operator.type
        try:
            if sign == "+" and isinstance(left, (str, list)) and type(left) is type(right):
                return left + right  # type: ignore[operator]
            if sign == "%" and isinstance(left, str):
                return left % right
            if sign == "*" and isinstance(left, (str, list)) and isinstance(right, int) and right <= _LONGEST:
                return left * right
            if sign in "+-*" and isinstance(left, (int, float)) and isinstance(right, (int, float)):
                return left + right if sign == "+" else left - right if sign == "-" else left * right
        except (TypeError, ValueError, KeyError, OverflowError):
            return UNKNOWN
        return UNKNOWN

    def _format(self, node: Node) -> object:
        """`'…{}…'.format(a, b=c)` and `str(5)` of known values."""
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None or arguments.type != "argument_list":
            return UNKNOWN
        given = [child for child in arguments.named_children if child.type != "comment"]
        positional = [self.value(child) for child in given if child.type != "keyword_argument"]
        keywords: dict[str, object] = {}
        for child in given:
            if child.type == "keyword_argument":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is None or value is None:
                    return UNKNOWN
                keywords[self.reading.of(name)] = self.value(value)
        if any(value is UNKNOWN for value in [*positional, *keywords.values()]):
            return UNKNOWN
        if function.type == "attribute" and self.reading.of(function).endswith(".format"):
            held = function.child_by_field_name("object")
            pattern = UNKNOWN if held is None else self.value(held)
            if isinstance(pattern, str):
                try:
                    return pattern.format(*positional, **keywords)
                except (IndexError, KeyError, ValueError, AttributeError, TypeError):
                    return UNKNOWN
        if (
            self.reading.of(function) == "str"
            and "str" not in self.bindings
            and len(positional) == 1
            and not keywords
        ):
            only = positional[0]
            return str(only) if isinstance(only, (str, int)) else UNKNOWN
        return UNKNOWN


def _is(node: Node | None, kind: str) -> bool:
    return node is not None and node.type == kind


def _certain(assignment: Node) -> bool:
    """Whether an assignment is sure to have run, once, before whatever follows it at the outer level."""
    statement = assignment.parent
    if statement is None or statement.type != "expression_statement":
        return False
    above = statement.parent
    while above is not None:
        if above.type in ("for_statement", "while_statement", "function_definition", "class_definition", "lambda"):
            return False
        above = above.parent
    return True


def _targets(node: Node) -> list[Node]:
    """The identifiers that a node binds."""
    kind = node.type
    if kind in ("assignment", "augmented_assignment", "for_statement", "for_in_clause"):
        left = node.child_by_field_name("left")
        return [] if left is None else _identifiers(left)
    if kind in ("function_definition", "class_definition"):
        name = node.child_by_field_name("name")
        return [] if name is None else [name]
    if kind in ("parameters", "lambda_parameters"):
        return [target for child in node.named_children for target in _parameter(child)]
    if kind in ("import_statement", "import_from_statement"):
        return _imported(node)
    if kind == "as_pattern_target":
        return _identifiers(node)
    if kind == "except_clause":
        return _identifiers(node.named_children[1]) if _old_except(node) else []
    if kind == "delete_statement":
        return [name for child in node.named_children for name in _identifiers(child)]
    return []


def _old_except(node: Node) -> bool:
    """Whether this is `except E, name:`."""
    return len(node.children) > 2 and any(child.type == "," for child in node.children)


def _parameter(node: Node) -> list[Node]:
    if node.type == "default_parameter":
        name = node.child_by_field_name("name")
        return [] if name is None else _identifiers(name)
    return _identifiers(node)


def _imported(node: Node) -> list[Node]:
    """The names that an import binds; a task imported under its own name stays that task."""
    module = node.child_by_field_name("module_name")
    origin = b"" if module is None else module.text
    names = []
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            alias, name = child.child_by_field_name("alias"), child.child_by_field_name("name")
            # `from clean_cli import clean_cli as clean` is how CASA itself brings a task in
            cli = alias is not None and name is not None and name.text == (alias.text or b"") + b"_cli"
            names += [] if alias is None or cli else [alias]
        elif child.named_children and not _keeps_task(origin or b"", child.text or b""):
            names.append(child.named_children[0])
    return names


def _keeps_task(module: bytes, name: bytes) -> bool:
    """Whether `from module import name` gives a task: `from tasks import clean`, `from clean import clean`."""
    return module in (b"tasks", b"taskinit", name)


def _identifiers(node: Node) -> list[Node]:
    """The names bound by a target; `x.y = …` and `x[0] = …` bind none."""
    if node.type == "identifier":
        return [node]
    if node.type in ("attribute", "subscript"):
        return []
    return [name for child in node.named_children for name in _identifiers(child)]
