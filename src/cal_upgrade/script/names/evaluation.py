"""Works out the value of an expression from what its names hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from cal_upgrade.script.names.bindings import Bound, bound
from cal_upgrade.script.names.reached import Bindings, Reached, Use
from cal_upgrade.text.python2 import Reading, parts_of
from cal_upgrade.text.values import (
    DEEPEST,
    UNKNOWN,
    as_text,
    bounded,
    combined,
    formatted,
    literal,
    negative,
)

_LITERALS = frozenset({"string", "integer", "float", "true", "false", "none", "concatenated_string"})
_CASA = {"True": True, "False": False, "T": True, "F": False, "true": True, "false": False, "None": None}
"""Python's names and those of casapy.py in 3.4.0 and 4.2.0."""


class Evaluation:
    """The values of a script's expressions, each name worked out once."""

    def __init__(self, reading: Reading, bindings: Bindings, is_altered: Callable[[Node, Reached], bool]) -> None:
        """Work with what is bound; `is_altered`: may the object behind a name have changed since its binding."""
        self.reading = reading
        self._bound = bindings
        self._is_altered = is_altered
        self._values: dict[int, object] = {}

    def value(self, node: Node) -> object:
        """Give the value of an expression, or `UNKNOWN`."""
        if node.type in _LITERALS:
            return literal(self.reading.of(node))
        self._prepare(node)
        return bounded(self._evaluate(node, DEEPEST))

    def calls(self, call: Node, builtin: str) -> bool:
        """Whether a call is one of a function of Python's, and not of the script's own function of that name."""
        function = call.child_by_field_name("function")
        if function is None or self.reading.of(function) != builtin:
            return False
        return self._bound.reached(function, named_only=True).use is Use.UNBOUND

    def _prepare(self, node: Node) -> None:
        """Work out what the names in an expression hold, from the first on that others hang on.

        So a long chain of names takes no deep recursion.
        """
        waiting = [(node, False)]
        begun: set[int] = set()
        while waiting:
            here, ready = waiting.pop()
            if ready:
                self._values[here.start_byte] = bounded(self._evaluate(here, DEEPEST))
                continue
            if here is not node:
                if here.start_byte in begun or here.start_byte in self._values:
                    continue
                begun.add(here.start_byte)
                waiting.append((here, True))
            for held in self._names_held(here):
                if held.value.start_byte not in self._values and held.value.type not in _LITERALS:
                    waiting.append((held.value, False))

    def _names_held(self, node: Node) -> Iterator[Bound]:
        for name in names_read(node):
            held = held_by(self._bound.reached(name))
            if held is not None:
                yield held

    def _evaluate(self, node: Node, depth: int) -> object:
        """Give the value of an expression whose names are prepared; `depth`: how much deeper it may go."""
        kind = node.type
        if kind in _LITERALS:
            return literal(self.reading.of(node))
        if kind == "identifier":
            return self._name(node)
        if depth == 0:
            return UNKNOWN
        if kind == "parenthesized_expression" and len(parts_of(node)) == 1:
            backticks = self.reading.text[node.start_byte : node.start_byte + 1] == b"`"
            return UNKNOWN if backticks else self._evaluate(parts_of(node)[0], depth - 1)
        if kind in ("list", "tuple", "set", "expression_list"):
            return self._sequence(node, depth - 1)
        if kind == "dictionary":
            return self._dictionary(node, depth - 1)
        if kind == "binary_operator":
            return self._operators(node, depth - 1)
        if kind == "unary_operator":
            operand = node.child_by_field_name("argument")
            minus = self.reading.of(node).startswith("-")
            return negative(self._evaluate(operand, depth - 1)) if operand is not None and minus else UNKNOWN
        if kind == "call":
            return self._call(node, depth - 1)
        return UNKNOWN

    def _name(self, node: Node) -> object:
        name = self.reading.of(node)
        reached = self._bound.reached(node)
        if reached.use is Use.UNBOUND:
            return _CASA.get(name, UNKNOWN)
        held = held_by(reached)
        if held is None:
            return UNKNOWN
        if held.value.type in _LITERALS:
            value = literal(self.reading.of(held.value))
        else:
            value = self._values.get(held.value.start_byte, UNKNOWN)
        for place, length in held.path:
            if not isinstance(value, (list, tuple, str)) or len(value) != length:
                return UNKNOWN
            value = value[place]
        return UNKNOWN if _changeable(value) and self._is_altered(node, reached) else value

    def _sequence(self, node: Node, depth: int) -> object:
        items = [self._evaluate(child, depth) for child in parts_of(node)]
        if any(item is UNKNOWN for item in items):
            return UNKNOWN
        if node.type == "set":
            return UNKNOWN if any(_changeable(item) for item in items) else set(items)
        return items if node.type == "list" else tuple(items)

    def _dictionary(self, node: Node, depth: int) -> object:
        found: dict[object, object] = {}
        for part in node.named_children:
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            if part.type == "comment":
                continue
            if key is None or value is None:
                return UNKNOWN
            name, entry = self._evaluate(key, depth), self._evaluate(value, depth)
            if name is UNKNOWN or entry is UNKNOWN or _changeable(name):
                return UNKNOWN
            found[name] = entry
        return found

    def _operators(self, node: Node, depth: int) -> object:
        """Work out `a + b + c …`, a row that is as long as it likes to be, from its left end on."""
        row: list[tuple[str, Node]] = []
        here: Node | None = node
        while here is not None and here.type == "binary_operator":
            operator, right = here.child_by_field_name("operator"), here.child_by_field_name("right")
            if operator is None or right is None:
                return UNKNOWN
            row.append((operator.type, right))
            here = here.child_by_field_name("left")
        value = UNKNOWN if here is None else self._evaluate(here, depth)
        for sign, right in reversed(row):
            if value is UNKNOWN:
                return UNKNOWN
            value = combined(value, sign, self._evaluate(right, depth))
        return value

    def _call(self, node: Node, depth: int) -> object:
        """`'…{}…'.format(a, b=c)` and `str(5)` of known values."""
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None or arguments.type != "argument_list":
            return UNKNOWN
        positional: list[object] = []
        keywords: dict[str, object] = {}
        for child in arguments.named_children:
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if child.type == "keyword_argument" and name is not None and value is not None:
                keywords[self.reading.of(name)] = self._evaluate(value, depth)
            elif child.type != "comment":
                positional.append(self._evaluate(child, depth))
        if any(value is UNKNOWN for value in [*positional, *keywords.values()]):
            return UNKNOWN
        method = function.child_by_field_name("attribute") if function.type == "attribute" else None
        if method is not None and method.text == b"format":
            held = function.child_by_field_name("object")
            pattern = UNKNOWN if held is None else self._evaluate(held, depth)
            return formatted(pattern, positional, keywords) if isinstance(pattern, str) else UNKNOWN
        if len(positional) == 1 and not keywords and self.calls(node, "str"):
            return as_text(positional[0])
        return UNKNOWN


def held_by(reached: Reached) -> Bound | None:
    """Give what the binding that is reached binds, None where the text does not show it."""
    if reached.binder is None or reached.target is None:
        return None
    return bound(reached.binder, reached.target)


def _changeable(value: object) -> bool:
    if isinstance(value, tuple):
        return any(_changeable(part) for part in value)
    return isinstance(value, (list, dict, set))


def names_read(node: Node) -> Iterator[Node]:
    """Give the names (`identifier`) that an expression reads: no attributes, no keywords of arguments."""
    stack = [node]
    while stack:
        here = stack.pop()
        if here.type == "identifier":
            yield here
        elif here.type in ("attribute", "keyword_argument"):
            held = here.child_by_field_name("object") or here.child_by_field_name("value")
            stack += [] if held is None else [held]
        elif here.type not in _LITERALS:
            stack.extend(reversed(here.named_children))
