"""What a script's names hold, where its text shows it for certain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from tree_sitter import Node

from cal_upgrade.script.names.alterations import Alterations
from cal_upgrade.script.names.evaluation import Evaluation, held_by, names_read
from cal_upgrade.script.names.hidden_changes import disturbances
from cal_upgrade.script.names.reached import Bindings, Parameters, Reached, Use
from cal_upgrade.text.python2 import Reading
from cal_upgrade.text.values import DEEPEST, UNKNOWN

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
        self._evaluation = Evaluation(reading, self._bound, self._may_be_altered)

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

    def value(self, node: Node) -> object:
        """Give the value of an expression, or `UNKNOWN`."""
        return self._evaluation.value(node)

    def entries(self, node: Node) -> dict[str, Node] | None:
        """Give the entries of a dictionary by their keys: of a display, of `dict(a=1)`, or behind a name.

        None where the text does not show all keys, or not for certain.
        """
        for _ in range(DEEPEST):
            if node.type != "identifier":
                return self._shown_entries(node)
            reached = self._bound.reached(node)
            held = held_by(reached)
            if held is None or held.path or self._may_be_altered(node, reached):
                return None
            node = held.value
        return None

    def same(self, one: Node, other: Node) -> bool:
        """Whether two expressions that are written alike, one behind the other, surely have one value.

        They do if each of their names is bound at the same place for both, and no object behind them is changed.
        """
        names, others = list(names_read(one)), list(names_read(other))
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
        elif node.type == "call" and self._evaluation.calls(node, "dict"):
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
