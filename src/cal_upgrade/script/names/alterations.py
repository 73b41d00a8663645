"""What may change a list or dictionary behind a name, by that name or by another one for the same object."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.script.names.bindings import altered, root, targets
from cal_upgrade.text.python2 import Reading

_CHANGING = frozenset(
    {
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "sort",
        "reverse",
        "update",
        "clear",
        "setdefault",
        "popitem",
        "add",
        "discard",
        "__setitem__",
        "__delitem__",
        "__setslice__",
        "__iadd__",
    }
)
_TAKING_IN = frozenset({"append", "extend", "insert", "add", "update", "setdefault"})
_SCALAR = frozenset(
    {
        "len",
        "str",
        "int",
        "float",
        "bool",
        "repr",
        "type",
        "isinstance",
        "hasattr",
        "callable",
        "id",
        "range",
        "xrange",
        "ord",
        "round",
    }
)
_LEAVING = _SCALAR | frozenset(
    {
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "sorted",
        "enumerate",
        "zip",
        "min",
        "max",
        "sum",
        "any",
        "all",
        "abs",
        "unicode",
        "long",
        "iter",
        "reversed",
        "map",
        "filter",
        "reduce",
        "default",
        "inp",
        "go",
        "saveinputs",
        "raw_input",
        "open",
        "file",
        "dir",
    }
)
"""Built-in functions that change none of their arguments. What they give back may hold the same elements."""
_LEAVING_OWNERS = frozenset(
    {
        "os",
        "sys",
        "string",
        "math",
        "re",
        "glob",
        "time",
        "datetime",
        "shutil",
        "commands",
        "subprocess",
        "np",
        "numpy",
        "pl",
        "pylab",
        "plt",
        "matplotlib",
        "casalog",
        "tb",
        "ms",
        "ia",
        "im",
        "cb",
        "qa",
        "me",
        "cs",
        "cl",
        "fg",
        "po",
        "sm",
        "rg",
        "at",
        "vp",
        "tp",
        "mp",
        "pm",
        "cp",
        "au",
        "aU",
        "es",
        "analysisUtils",
        "casac",
        "scipy",
        "stats",
    }
)
"""Modules, tools and helpers of CASA scripts; `random.shuffle` and the like are in none of them."""
_LEAVING_METHODS = frozenset(
    {
        "join",
        "format",
        "index",
        "count",
        "find",
        "replace",
        "split",
        "strip",
        "has_key",
        "get",
        "keys",
        "values",
        "items",
        "write",
        "writelines",
        "post",
        "startswith",
        "endswith",
        "copy",
    }
)
_GIVING_TEXT = frozenset({"join", "format", "replace", "strip", "count", "index"})
_NO_OBJECT = frozenset({"comparison_operator", "not_operator", "string", "integer", "float", "comment", "lambda"})


class Alteration(NamedTuple):
    """A place that may change the object behind a name."""

    name: str
    node: Node


class Alterations:
    """All such places of a script, and which names may stand for one object."""

    def __init__(self, reading: Reading, nodes: Mapping[str, Sequence[Node]], tasks: Collection[str]) -> None:
        """Go through the calls, assignments and loops of a script; `tasks` change none of their arguments."""
        self._reading = reading
        self._tasks = tasks
        self._nodes = nodes
        self._same: dict[str, str] = {}
        found: dict[str, list[Node]] = {}
        for one in (*self._by_methods(), *self._by_binders(), *self._by_calls()):
            found.setdefault(one.name, []).append(one.node)
        self._of_object: dict[str, list[Node]] = {}
        for name, places in found.items():
            self._of_object.setdefault(self._first(name), []).extend(places)

    def of(self, name: str) -> list[Node]:
        """Give the places that may change what a name holds."""
        return self._of_object.get(self._first(name), [])

    def _first(self, name: str) -> str:
        """Give the name that stands for all that may hold one object with this one."""
        path = []
        while (above := self._same.get(name, name)) != name:
            path.append(name)
            name = above
        for passed in path:
            self._same[passed] = name
        return name

    def _join(self, one: str, other: str) -> None:
        first, second = self._first(one), self._first(other)
        if first != second:
            self._same[first] = second

    def _by_methods(self) -> Iterator[Alteration]:
        for node in self._nodes.get("attribute", ()):
            method = node.child_by_field_name("attribute")
            word = "" if method is None else self._reading.of(method)
            if word not in _CHANGING:
                continue
            owner = root(node)
            if owner.type == "identifier":
                yield Alteration(self._reading.of(owner), node)
                call = node.parent
                if word in _TAKING_IN and call is not None and call.type == "call":
                    for held in self._held(call.child_by_field_name("arguments")):
                        self._join(self._reading.of(owner), held)

    def _by_binders(self) -> Iterator[Alteration]:
        for kind in ("assignment", "augmented_assignment", "for_statement", "for_in_clause", "delete_statement"):
            for node in self._nodes.get(kind, ()):
                owners = [root(place) for place in altered(node)]
                names = [self._reading.of(owner) for owner in owners if owner.type == "identifier"]
                yield from (Alteration(name, node) for name in names)
                bound = [self._reading.of(target) for target in targets(node)] if kind != "delete_statement" else []
                if kind == "augmented_assignment" and not _is_number(node.child_by_field_name("right")):
                    yield from (Alteration(name, node) for name in bound)
                for held in self._held(node.child_by_field_name("right")):
                    for name in (*names, *bound):
                        self._join(name, held)
        for node in self._nodes.get("default_parameter", ()):
            parameter = node.child_by_field_name("name")
            for held in self._held(node.child_by_field_name("value")):
                if parameter is not None:
                    self._join(self._reading.of(parameter), held)
        for kind in ("return_statement", "yield"):
            for node in self._nodes.get(kind, ()):
                yield from (Alteration(held, node) for held in self._held(node))

    def _by_calls(self) -> Iterator[Alteration]:
        for node in self._nodes.get("call", ()):
            function = node.child_by_field_name("function")
            if function is None or self._leaves_alone(function):
                continue
            for held in self._held(node.child_by_field_name("arguments")):
                yield Alteration(held, node)

    def _leaves_alone(self, function: Node) -> bool:
        """Whether a function changes none of its arguments."""
        if function.type == "identifier":
            name = self._reading.of(function)
            return name in _LEAVING or name in self._tasks
        if function.type != "attribute":
            return False
        method, owner = function.child_by_field_name("attribute"), root(function)
        word = "" if method is None else self._reading.of(method)
        return word in _LEAVING_METHODS or word in _CHANGING or self._reading.of(owner) in _LEAVING_OWNERS

    def _is_fresh(self, method: Node) -> bool:
        """Whether a method gives back something of its own: a text, or what a tool or a module of CASA's makes."""
        word = method.child_by_field_name("attribute")
        gives_text = word is not None and self._reading.of(word) in _GIVING_TEXT
        return gives_text or self._reading.of(root(method)) in _LEAVING_OWNERS

    def _held(self, node: Node | None) -> Iterator[str]:
        """Give the names whose objects, or elements of them, an expression may give on.

        A function of the script's own gives on what it was handed: `_by_calls` sees to that.
        """
        stack = [] if node is None else [node]
        while stack:
            here = stack.pop()
            if here.type == "identifier":
                yield self._reading.of(here)
            elif here.type == "keyword_argument":
                value = here.child_by_field_name("value")
                stack += [] if value is None else [value]
            elif here.type == "attribute":
                stack.append(root(here))
            elif here.type == "call":
                function = here.child_by_field_name("function")
                arguments = here.child_by_field_name("arguments")
                name = "" if function is None else self._reading.of(function)
                if name in _LEAVING - _SCALAR:
                    stack += [] if arguments is None else [arguments]
                elif function is not None and function.type == "attribute" and not self._is_fresh(function):
                    stack.append(root(function))
            elif here.type not in _NO_OBJECT:
                stack.extend(here.named_children)


def _is_number(node: Node | None) -> bool:
    return node is not None and node.type in ("integer", "float")
