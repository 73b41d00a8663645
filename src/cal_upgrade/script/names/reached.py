"""Which binding of a name counts where the name is used."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.script.names.bindings import BINDERS, takes_effect, targets
from cal_upgrade.script.names.blocks import Blocks
from cal_upgrade.script.names.hidden_changes import HiddenChange, hidden_changes
from cal_upgrade.script.names.scopes import Scopes
from cal_upgrade.text.python2 import Reading

Parameters = Callable[[str], Collection[str] | None]
"""Gives the names of a task's parameters, None if there is no such task."""


class Use(Enum):
    """What can be said of a name where it is used: nothing bound it, one binding counts for certain, or neither."""

    UNBOUND = "unbound"
    CERTAIN = "certain"
    UNCERTAIN = "uncertain"


class Event(NamedTuple):
    """A place that binds a name (`target`), or may do so without naming it (None).

    It counts from `place` (byte offset) on. `late`: it stands in a function, which may be called at any time.
    """

    place: int
    node: Node
    target: Node | None
    late: bool = False


class Reached(NamedTuple):
    """What can be said of a use; where it is certain, the `binder` that counts and the name (`target`) it binds.

    `inside`: the use stands in a function, lambda or the like, and the binding around it.
    """

    use: Use
    binder: Node | None = None
    target: Node | None = None
    place: int = -1
    inside: bool = False


class _Events(NamedTuple):
    """The events of a name in a scope, in order: those of its own code, their places, and those of functions."""

    own: list[Event]
    places: list[int]
    late: list[int]


_UNBOUND, _UNCERTAIN = Reached(Use.UNBOUND), Reached(Use.UNCERTAIN)


class Bindings:
    """All bindings of a script, and which of them counts where."""

    def __init__(
        self, reading: Reading, nodes: Mapping[str, Sequence[Node]], parameters: Parameters, inputs: Collection[str]
    ) -> None:
        """Collect every binding; `nodes` are those of the text by their type.

        `parameters` gives the names of a task's parameters. `inputs`: those of all tasks. A task that is called gives
        a default to each of its parameters that is no variable yet (`update_params` in casapy.py of CASA 3.4.0), so
        a step that is left out leaves that behind.
        """
        self.reading = reading
        self.nodes = nodes
        self.scopes, self.blocks = Scopes(nodes), Blocks(nodes)
        self.by_name: dict[str, list[Node]] = {}
        self._targets: dict[str, list[tuple[Node, Node]]] = {}
        self._parameters = parameters
        self._inputs = inputs
        self._places: dict[str, list[tuple[Event, Node | None]]] = {}
        self._owners: dict[str, set[int]] = {}
        self._reached: dict[tuple[int, bool], Reached] = {}
        self._events: dict[tuple[str, bool], dict[int, _Events]] = {}
        for kind in BINDERS:
            for node in nodes.get(kind, ()):
                for target in targets(node):
                    name = reading.of(target)
                    self.by_name.setdefault(name, []).append(node)
                    self._targets.setdefault(name, []).append((node, target))

    def reached(self, use: Node, named_only: bool = False) -> Reached:
        """Say which binding of a name counts where it is used.

        `named_only`: leave out what may bind a name without naming it.
        """
        name = self.reading.of(use)
        if name not in self._targets and (named_only or not self._hidden.some(name)):
            return _UNBOUND
        key = (use.start_byte, named_only)
        if key not in self._reached:
            self._reached[key] = self._look(use, name, named_only)
        return self._reached[key]

    def _look(self, use: Node, name: str, named_only: bool) -> Reached:
        by_scope = self._by_scope(name, named_only)
        used_in = self.scopes.of(use.start_byte)
        scope, passed = self._owner(name, used_in)
        if not named_only and any(self._hidden.in_scope(_id(each), name) for each in passed):
            return _UNCERTAIN
        events = by_scope.get(_id(scope))
        if events is None:
            return _UNBOUND
        if _id(scope) != _id(used_in):
            return self._from_inside(use, name, scope, events)
        return self._in_order(use, name, scope, events)

    def _owner(self, name: str, used_in: Node | None) -> tuple[Node | None, list[Node | None]]:
        """Find the scope that a name belongs to, by Python's rules, and those around the use that do not have it."""
        if name not in self._owners:
            self._owners[name] = {_id(scope) for _, scope in self._placed(name)}
        owners = self._owners[name]
        passed: list[Node | None] = []
        for scope in self.scopes.visible_from(used_in):
            if scope is None or name in self._globals.get(scope.id, ()):
                break
            if scope.id in owners:
                return scope, passed
            passed.append(scope)
        return None, passed

    def _placed(self, name: str) -> list[tuple[Event, Node | None]]:
        """Give the bindings of a name with the scope that they belong to."""
        if name not in self._places:
            self._places[name] = self._place(name)
        return self._places[name]

    def _place(self, name: str) -> list[tuple[Event, Node | None]]:
        placed: list[tuple[Event, Node | None]] = []
        for binder, target in self._targets.get(name, ()):
            scope = self.scopes.of(target.start_byte)
            if scope is not None and name in self._globals.get(scope.id, ()):
                around = self.scopes.function_of(target.start_byte) or scope
                placed.append((Event(around.start_byte, binder, target, True), None))
            else:
                placed.append((Event(takes_effect(binder), binder, target), scope))
        return placed

    def _by_scope(self, name: str, named_only: bool) -> dict[int, _Events]:
        """Give all places that bind a name, or may do so, by the scope in which they do."""
        key = (name, named_only)
        if key not in self._events:
            found: dict[int, list[Event]] = {}
            for event, scope in self._placed(name):
                found.setdefault(_id(scope), []).append(event)
            for scope_id in set() if named_only else {0, *found}:
                more = self._hidden.events(name, scope_id)
                if more:
                    found[scope_id] = [*found.get(scope_id, ()), *more]
            self._events[key] = {scope_id: _in_order(events) for scope_id, events in found.items()}
        return self._events[key]

    def _in_order(self, use: Node, name: str, scope: Node | None, events: _Events) -> Reached:
        """Judge a use in the very scope that has the name: what comes last before it must surely have run."""
        count = bisect_right(events.places, use.start_byte)
        last = events.own[count - 1] if count else None
        if bisect_left(events.late, use.start_byte):
            return _UNCERTAIN
        for loop in self.blocks.loops(use, scope):
            inside = last is not None and loop.start_byte <= last.node.start_byte < loop.end_byte
            if not inside and (_any_in(events.places, loop) or _any_in(events.late, loop)):
                return _UNCERTAIN
        if last is None:
            return _UNBOUND
        if last.target is None or not self._has_run(last, use, scope, name, count == 1):
            return _UNCERTAIN
        return Reached(Use.CERTAIN, last.node, last.target, last.place)

    def _from_inside(self, use: Node, name: str, scope: Node | None, events: _Events) -> Reached:
        """Judge a use in a function: nothing but one binding, ahead of the function or of any mention of it."""
        named = [event for event in events.own if event.target is not None]
        if len(named) != 1 or events.late or events.own[-1] is not named[0]:
            return _UNCERTAIN
        only = named[0]
        inner = self.scopes.inside(scope, use.start_byte)
        if inner is None or not self._has_run(only, inner, scope, name, first=True):
            return _UNCERTAIN
        if only.place > inner.start_byte and not self._mentioned_after(inner, only.place):
            return _UNCERTAIN
        return Reached(Use.CERTAIN, only.node, only.target, only.place, inside=True)

    def _has_run(self, event: Event, use: Node, scope: Node | None, name: str, first: bool) -> bool:
        """Whether a binding ahead of a use has run, once the use does.

        A step counts as run if nothing else binds the name `first`: where the step is left out, Python stops at the
        name, or finds what an earlier run of the step has left.
        """
        around = {block.id for block in self.blocks.around(use, scope)}
        for block in self.blocks.around(event.node, scope):
            if block.id in around or self.blocks.surely_runs(block):
                continue
            branch = block.parent
            elsewhere = branch is not None and branch.start_byte <= use.start_byte < branch.end_byte
            if not (first and self.blocks.is_step(block)) or name in self._inputs or elsewhere:
                return False
        return True

    def _mentioned_after(self, function: Node, place: int) -> bool:
        """Whether a function is named for the first time behind a place, its definition aside."""
        name = function.child_by_field_name("name")
        if function.type != "function_definition" or name is None:
            return False
        places = (node.start_byte for node in self.reading.identifiers.get(self.reading.of(name), ()))
        return all(where == name.start_byte or where >= place for where in places)

    @cached_property
    def _globals(self) -> dict[int, set[str]]:
        """The names that functions declare `global`, by function."""
        found: dict[int, set[str]] = {}
        for node in self.nodes.get("global_statement", ()):
            names = {self.reading.of(child) for child in node.named_children if child.type == "identifier"}
            scope = self.scopes.of(node.start_byte)
            if scope is not None:
                found.setdefault(scope.id, set()).update(names)
        return found

    @cached_property
    def _hidden(self) -> _Hidden:
        return _Hidden(hidden_changes(self.reading, self.nodes, self._parameters), self.scopes)


class _Hidden:
    """What may bind names without naming them, by scope and name."""

    def __init__(self, changes: Iterable[HiddenChange], scopes: Scopes) -> None:
        self._any: dict[int, list[Event]] = {}
        self._named: dict[str, dict[int, list[Event]]] = {}
        for change in changes:
            start = change.node.start_byte
            scope, function = scopes.of(start), scopes.function_of(start)
            placed = [(_id(scope), Event(change.place, change.node, None))]
            if function is not None and not change.local:
                placed.append((0, Event(function.start_byte, change.node, None, True)))
            for scope_id, event in placed:
                if change.names is None:
                    self._any.setdefault(scope_id, []).append(event)
                for name in change.names or ():
                    self._named.setdefault(name, {}).setdefault(scope_id, []).append(event)

    def some(self, name: str) -> bool:
        """Whether there is anything that may bind a name."""
        return bool(self._any) or name in self._named

    def events(self, name: str, scope_id: int) -> list[Event]:
        """Give what may bind a name in a scope."""
        return [*self._any.get(scope_id, ()), *self._named.get(name, {}).get(scope_id, ())]

    def in_scope(self, scope_id: int, name: str) -> bool:
        """Whether anything may bind a name in a scope."""
        return scope_id in self._any or scope_id in self._named.get(name, {})


def _in_order(events: list[Event]) -> _Events:
    own = sorted((event for event in events if not event.late), key=lambda event: event.place)
    late = sorted(event.place for event in events if event.late)
    return _Events(own, [event.place for event in own], late)


def _any_in(places: Sequence[int], node: Node) -> bool:
    first = bisect_left(places, node.start_byte)
    return first < len(places) and places[first] <= node.end_byte


def _id(scope: Node | None) -> int:
    return 0 if scope is None else scope.id
