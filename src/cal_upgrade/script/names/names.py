"""What a script's names hold, where its text shows it for certain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from tree_sitter import Node

from cal_upgrade.reading.python2 import Reading, parts_of
from cal_upgrade.script.names.alterations import Alterations
from cal_upgrade.script.names.bindings import Bound, bound
from cal_upgrade.script.names.hidden_changes import disturbances
from cal_upgrade.script.names.reached import Bindings, Parameters, Reached, Use
from cal_upgrade.script.values import (
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


class Names:
    """The names that a script binds, and the values of expressions made of them.

    A value is known only where it is certain: one binding has surely run before the name is used, nothing else may
    have bound the name since, and the text shows what it was bound to. CASA's own names `T`, `F`, `true` and `false`
    are known unless bound.
    """

    def __init__(
        self,
        reading: Reading,
        nodes: Mapping[str, Sequence[Node]],
        parameters: Parameters = lambda task: None,
        tasks: Collection[str] = (),
        inputs: Collection[str] = (),
    ) -> None:
        """Collect every binding; `nodes` are those of the text by their type.

        `parameters` gives the names of a task's parameters; `tasks`: the names of all tasks; `inputs`: those of all
        their parameters.
        """
        self.reading = reading
        self.nodes = nodes
        self._tasks = tasks
        self._bound = Bindings(reading, nodes, parameters, inputs)
        self._values: dict[int, object] = {}

    @property
    def bindings(self) -> Mapping[str, Sequence[Node]]:
        """The nodes that bind each name anywhere in the script, in any scope."""
        return self._bound.by_name

    def binding_of(self, use: Node) -> Reached:
        """Say which binding counts where a name (an `identifier`) is used."""
        return self._bound.reached(use)

    def is_task(self, use: Node) -> bool:
        """Whether a name that a task has stands for that task here: nothing in its scope has bound it to anything."""
        return self._bound.reached(use, named_only=True).use is Use.UNBOUND

    def may_be_task(self, use: Node) -> bool:
        """Whether it may do so: it is not certain that the script has given the name another meaning by then."""
        return self._bound.reached(use, named_only=True).use is not Use.CERTAIN

    def is_builtin(self, use: Node) -> bool:
        """Whether a name of Python's or CASA's stands for what it is there."""
        return self.is_task(use)

    def value(self, node: Node) -> object:
        """Give the value of an expression, or `UNKNOWN`."""
        if node.type in _LITERALS:
            return literal(self.reading.of(node))
        self._prepare(node)
        return bounded(self._evaluate(node, DEEPEST))

    def comes_from_name(self, node: Node) -> bool:
        """Whether the value of an expression hangs on a name that the script sets, other than one of CASA's."""
        return any(self.reading.of(name) not in _CASA for name in _reads(node))

    def entries(self, node: Node) -> dict[str, Node] | None:
        """Give the entries of a dictionary by their keys: of a display, of `dict(a=1)`, or behind a name.

        None where the text does not show all keys, or not for certain.
        """
        for _ in range(DEEPEST):
            if node.type != "identifier":
                return self._shown_entries(node)
            reached = self._bound.reached(node)
            held = self._held(reached)
            if held is None or held.path or self._may_be_altered(node, reached):
                return None
            node = held.value
        return None

    def same(self, one: Node, other: Node) -> bool:
        """Whether two expressions that are written alike, one behind the other, surely have one value.

        They do if each of their names is bound at the same place for both, and no object behind them is changed.
        """
        names, others = list(_reads(one)), list(_reads(other))
        if [self.reading.of(node) for node in names] != [self.reading.of(node) for node in others]:
            return False
        return all(self._same_name(*pair) for pair in zip(names, others, strict=True))

    def undisturbed(self, one: Node, other: Node) -> bool:
        """Whether no place between two others, the later one `other`, may put the script into other surroundings."""
        start, end = self._bound.blocks.reach(other, one.end_byte)
        return not any(self._may_run(place, start, end) for place in self._disturbances)

    @cached_property
    def _disturbances(self) -> list[Node]:
        return list(disturbances(self.reading, self.nodes))

    def _same_name(self, one: Node, other: Node) -> bool:
        first, second = self._bound.reached(one), self._bound.reached(other)
        if Use.UNCERTAIN in (first.use, second.use) or first.place != second.place:
            return False
        start, end = self._bound.blocks.reach(other, one.start_byte)
        return not any(self._may_run(change, start, end) for change in self._alterations.of(self.reading.of(one)))

    def _shown_entries(self, node: Node) -> dict[str, Node] | None:
        if node.type == "dictionary":
            display, key = node, "key"
        elif node.type == "call" and self._calls(node, "dict"):
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

    def _calls(self, call: Node, builtin: str) -> bool:
        function = call.child_by_field_name("function")
        return function is not None and self.reading.of(function) == builtin and self.is_builtin(function)

    def _held(self, reached: Reached) -> Bound | None:
        """Give what the binding that is reached binds, None where the text does not show it."""
        if reached.binder is None or reached.target is None:
            return None
        return bound(reached.binder, reached.target)

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
        for name in _reads(node):
            held = self._held(self._bound.reached(name))
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
        held = self._held(reached)
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
        return UNKNOWN if _changeable(value) and self._may_be_altered(node, reached) else value

    def altered_between(self, binder: Node, target: Node, use: Node) -> bool:
        """Whether the object that a binding gives a name (`target`) may have been changed before a place `use`."""
        start, end = self._bound.blocks.reach(use, binder.end_byte)
        return any(self._may_run(change, start, end) for change in self._alterations.of(self.reading.of(target)))

    def _may_run(self, node: Node, start: int, end: int) -> bool:
        """Whether a node may run between two places: it lies between them, or in a function ahead of the end."""
        function = self._bound.scopes.function_of(node.start_byte)
        if function is not None:
            return function.start_byte < end
        return node.start_byte < end and node.end_byte > start

    def _may_be_altered(self, use: Node, reached: Reached) -> bool:
        """Whether the object behind a name may have been changed between its binding and its use."""
        if reached.binder is None or reached.target is None:
            return True
        if reached.inside:
            changes = self._alterations.of(self.reading.of(use))
            return any(self._may_run(change, reached.place, len(self.reading.text)) for change in changes)
        return self.altered_between(reached.binder, reached.target, use)

    @cached_property
    def _alterations(self) -> Alterations:
        return Alterations(self.reading, self.nodes, self._tasks)

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
        if len(positional) == 1 and not keywords and self._calls(node, "str"):
            return as_text(positional[0])
        return UNKNOWN


def _changeable(value: object) -> bool:
    if isinstance(value, tuple):
        return any(_changeable(part) for part in value)
    return isinstance(value, (list, dict, set))


def _reads(node: Node) -> Iterator[Node]:
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
