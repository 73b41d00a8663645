"""Python 2's scopes: where the code at a place looks names up.

Functions, lambdas, classes and generator expressions have a scope of their own, as have set and dictionary
comprehensions of 2.7. A list comprehension has none: its variables stay behind in the scope around it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from tree_sitter import Node

_FUNCTIONS = frozenset({"function_definition", "lambda"})
_CLASS = "class_definition"
_SCOPES = (*_FUNCTIONS, _CLASS, "generator_expression", "set_comprehension", "dictionary_comprehension")


class Nesting:
    """Nodes of some types, and which of them lie around a place: a node's own way up is slow in a long script."""

    def __init__(self, nodes: Mapping[str, Sequence[Node]], kinds: Sequence[str]) -> None:
        """Put the nodes of these kinds in order."""
        held = [node for kind in kinds for node in nodes.get(kind, ())]
        self._nodes = sorted(held, key=lambda node: (node.start_byte, -node.end_byte))
        self._starts = [node.start_byte for node in self._nodes]
        self._around: list[int] = []
        open_: list[int] = []
        for number, node in enumerate(self._nodes):
            while open_ and self._nodes[open_[-1]].end_byte <= node.start_byte:
                open_.pop()
            self._around.append(open_[-1] if open_ else -1)
            open_.append(number)

    def around(self, place: int) -> Iterator[Node]:
        """Give the nodes that hold a place (byte offset), from the inside out."""
        number = bisect_right(self._starts, place) - 1
        while number >= 0:
            if place < self._nodes[number].end_byte:
                yield self._nodes[number]
            number = self._around[number]


class Scopes:
    """The scopes of a script. None stands for the module's."""

    def __init__(self, nodes: Mapping[str, Sequence[Node]]) -> None:
        """Find them among the nodes of the text by their type."""
        self._nesting = Nesting(nodes, _SCOPES)

    def of(self, place: int) -> Node | None:
        """Give the function, class or comprehension whose scope a place (byte offset) belongs to."""
        return next((scope for scope in self._nesting.around(place) if _within(scope, place)), None)

    def visible_from(self, scope: Node | None) -> Iterator[Node | None]:
        """Give the scopes in which a name is looked up, outwards: a class counts for its own code alone."""
        yield scope
        while scope is not None:
            scope = self.of(scope.start_byte)
            if scope is None or scope.type != _CLASS:
                yield scope

    def inside(self, scope: Node | None, place: int) -> Node | None:
        """Give the scope straight inside of another that holds a place; None if the place belongs to it itself."""
        held, inner = None, self.of(place)
        while inner is not None and inner != scope:
            held, inner = inner, self.of(inner.start_byte)
        return held

    def function_of(self, place: int) -> Node | None:
        """Give the outermost function that a place stands in, None if there is none."""
        function = None
        for scope in self._nesting.around(place):
            function = scope if scope.type in _FUNCTIONS and _within(scope, place) else function
        return function


def _within(scope: Node, place: int) -> bool:
    """Whether a place inside of a scope's node runs in that scope, not around it."""
    if scope.type in (*_FUNCTIONS, _CLASS):
        body = scope.child_by_field_name("body")
        if _holds(body, place):
            return True
        parameters = scope.child_by_field_name("parameters")
        if parameters is None or not _holds(parameters, place):
            return False
        defaults = (part.child_by_field_name("value") for part in parameters.named_children)
        return not any(_holds(default, place) for default in defaults)
    # what the first loop goes through is worked out around the comprehension
    first = next(clause for clause in scope.named_children if clause.type == "for_in_clause")
    return place > scope.start_byte and not _holds(first.child_by_field_name("right"), place)


def _holds(node: Node | None, place: int) -> bool:
    return node is not None and node.start_byte <= place < node.end_byte
