"""Which statements have surely run when another one runs, by the blocks that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tree_sitter import Node

from cal_upgrade.script.names.scopes import Nesting
from cal_upgrade.text.python2 import parts_of

_LOOPS = ("for_statement", "while_statement", "list_comprehension")
_BLOCKS = ("block", "list_comprehension")
_STEP = re.compile(rb"\s*+\(*+\s*+\w++\s++in\s++(?:my|the)steps\s*+\)*+\s*+")


class Blocks:
    """The blocks and loops of a script."""

    def __init__(self, nodes: Mapping[str, Sequence[Node]]) -> None:
        """Find them among the nodes of the text by their type."""
        self._blocks, self._loops = Nesting(nodes, _BLOCKS), Nesting(nodes, _LOOPS)
        self._is_step: dict[int, bool] = {}
        self._surely_runs: dict[int, bool] = {}

    def around(self, node: Node, scope: Node | None = None) -> Iterator[Node]:
        """Give the blocks that a node stands in, from the inside out, up to the scope that it belongs to.

        The variable of a loop is set inside of the loop's block: at each turn, if there is one.
        """
        body = node.child_by_field_name("body") if node.type == "for_statement" else None
        place = node.start_byte if body is None else body.start_byte
        yield from _inside(scope, self._blocks.around(place))

    def loops(self, node: Node, scope: Node | None = None) -> Iterator[Node]:
        """Give the loops that a node stands in, from the inside out, up to the scope that it belongs to."""
        loops = _inside(scope, self._loops.around(node.start_byte))
        return (loop for loop in loops if loop != node)

    def reach(self, node: Node, start: int) -> tuple[int, int]:
        """Give the first and the last place that may run between a place `start` and a node behind it.

        These are wider than the two where a loop round the node comes back to it without passing `start`.
        """
        first, last = start, node.start_byte
        for loop in self.loops(node):
            if not loop.start_byte <= start < loop.end_byte:
                first, last = min(first, loop.start_byte), max(last, loop.end_byte)
        return first, last

    def is_step(self, block: Node) -> bool:
        """Whether a block belongs to `if(mystep in thesteps):`."""
        if block.id not in self._is_step:
            self._is_step[block.id] = is_step(block)
        return self._is_step[block.id]

    def surely_runs(self, block: Node) -> bool:
        """Whether a block runs whenever the statement around it does."""
        if block.id not in self._surely_runs:
            self._surely_runs[block.id] = surely_runs(block)
        return self._surely_runs[block.id]


def is_step(block: Node) -> bool:
    """Whether a block belongs to `if(mystep in thesteps):`."""
    branch = block.parent
    if branch is None or branch.type != "if_statement":
        return False
    test = branch.child_by_field_name("condition")
    return test is not None and test.text is not None and _STEP.fullmatch(test.text) is not None


def surely_runs(block: Node) -> bool:
    """Whether a block runs whenever the statement around it does: a loop over a list written out, a `finally`."""
    holder = block.parent
    if holder is None or block.type != "block":
        return False
    if holder.type == "finally_clause":
        return True
    items = None if holder.type != "for_statement" else holder.child_by_field_name("right")
    written_out = items is not None and items.type in ("list", "tuple", "expression_list")
    return written_out and bool(parts_of(items)) and not _is_left(holder)


def _inside(scope: Node | None, nodes: Iterator[Node]) -> Iterator[Node]:
    for node in nodes:
        if scope is not None and node.start_byte <= scope.start_byte:
            return
        yield node


def _is_left(loop: Node) -> bool:
    """Whether a loop may be left, or a turn of it cut short."""
    stack = list(loop.named_children)
    while stack:
        here = stack.pop()
        if here.type in ("break_statement", "continue_statement", "return_statement"):
            return True
        if here.type.endswith(("_statement", "_clause")) or here.type == "block":
            stack.extend(here.named_children)
    return False
