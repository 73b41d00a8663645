"""A script as the rules see it: its text, what its names hold, and its task calls."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

import msgspec
from tree_sitter import Node

from cal_upgrade.casa.tables import Interface
from cal_upgrade.script import assignments
from cal_upgrade.script.assignments import AssignedCall
from cal_upgrade.script.calls import CallView, TaskCall, assigned_view, find, view
from cal_upgrade.script.names import Names
from cal_upgrade.text.python2 import Reading, read


class Script(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A script that was read; `interface` is that of the CASA release it is written for.

    `later` is one that it may be meant for already: a variable of its own that is a parameter there counts too.
    """

    reading: Reading
    interface: Interface
    later: Interface | None = None

    @cached_property
    def tasks(self) -> frozenset[str]:
        """The names of the tasks of the script's CASA and of the one that it may be meant for already."""
        return frozenset(self.interface) | frozenset(self.later or ())

    @property
    def nodes(self) -> dict[str, list[Node]]:
        """The nodes of the syntax tree by their type, each list in the order of the text."""
        return self.reading.by_type

    @cached_property
    def names(self) -> Names:
        """What the script's names hold."""
        return Names(self.reading, self.nodes, self._parameters, self.interface, self._inputs)

    @cached_property
    def _inputs(self) -> frozenset[str]:
        """The names of all tasks' parameters."""
        return frozenset(name for task in self.interface for name in self.interface[task].by_name)

    def _parameters(self, task: str) -> tuple[str, ...] | None:
        """Give the names of a task's parameters, in either release; None if there is no such task."""
        if task not in self.interface:
            return None if self.later is None or task not in self.later else self.later[task].order
        return self._orders(task)

    @cached_property
    def equals(self) -> str:
        """The equals sign with blanks or without, as most keyword arguments of the script have it."""
        spaced = 0
        for node in self.nodes.get("keyword_argument", ()):
            name = node.child_by_field_name("name")
            spaced += 1 if name is not None and self.reading.text[name.end_byte : name.end_byte + 1] == b" " else -1
        return " = " if spaced > 0 else "="

    @cached_property
    def functions(self) -> dict[str, list[Node]]:
        """The `call` nodes by what they call, blanks left out: `gaincal`, `casalog.setlogfile`."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.get("call", ()):
            function = node.child_by_field_name("function")
            if function is not None and function.type in ("identifier", "attribute"):
                found.setdefault(self.reading.bare(function), []).append(node)
        return found

    @cached_property
    def named(self) -> list[Node]:
        """Where tasks are named in calls of `default`, `inp`, `go` and `saveinputs`."""
        return assignments.tasks_named(self.reading, self.functions)

    @cached_property
    def called(self) -> frozenset[str]:
        """The names of what is called, by brackets or by `go`."""
        return frozenset(self.functions) | {self.reading.of(node) for node in self.named}

    @cached_property
    def calls(self) -> list[TaskCall]:
        """The task calls with arguments, in the order of the text; a name that the script has bound is no task."""
        return [
            call
            for call in find(self.reading, self.nodes.get("call", ()), self.interface)
            if call.arguments and self.calls_task(call.node)
        ]

    @cached_property
    def views(self) -> list[CallView]:
        """The same calls as rules see them."""
        return [view(self.reading, self.names, call, self.interface[call.task].order) for call in self.calls]

    @cached_property
    def assigned(self) -> list[AssignedCall]:
        """The task calls without arguments, which take their parameters from assignments."""
        parameters = {name: self._orders(name) for name in self.called if name in self.interface}
        return [call for call in assignments.find(self.reading, parameters) if self.calls_task(call.call)]

    def calls_task(self, call: Node) -> bool:
        """Whether a call of a task's name, or of `go`, calls what CASA means by it, not the script's own."""
        function = call.child_by_field_name("function")
        return function is not None and self.names.is_task(function)

    def _orders(self, task: str) -> tuple[str, ...]:
        order = self.interface[task].order
        if self.later is None or task not in self.later:
            return order
        return (*order, *(name for name in self.later[task].order if name not in order))

    @cached_property
    def assigned_views(self) -> list[CallView]:
        """The same calls as rules see them."""
        return [assigned_view(self.reading, self.names, call) for call in self.assigned]

    @cached_property
    def placed_views(self) -> tuple[list[int], list[CallView]]:
        """The places (byte offsets) of all calls in either style, in order, and the calls as rules see them."""
        placed = [(call.node.start_byte, shown) for call, shown in zip(self.calls, self.views, strict=True)]
        placed += [(call.call.start_byte, v) for call, v in zip(self.assigned, self.assigned_views, strict=True)]
        placed.sort(key=lambda one: one[0])
        return [place for place, _ in placed], [shown for _, shown in placed]

    def views_before(self, node: Node) -> CallsBefore:
        """Give the calls ahead of a place in either style, in the order of the text."""
        places, views = self.placed_views
        return CallsBefore(views[: bisect_left(places, node.start_byte)], self)


class CallsBefore(list[CallView]):
    """The calls ahead of one, in the order of the text; `script` is what they all stand in."""

    def __init__(self, calls: Iterable[CallView], script: Script) -> None:
        """Hold the calls, and the script for those who must see what comes later too."""
        super().__init__(calls)
        self.script = script


def open_script(text: bytes, interface: Interface, later: Interface | None = None, surely: bool = False) -> Script:
    """Read a script's text (UTF-8, LF line ends). Raises Refused if it is not Python 2, unless it `surely` is."""
    return Script(read(text, surely), interface, later)
