"""What may set a script's variables without naming them: texts that are run, star imports, CASA's own functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.text.python2 import Reading, arguments_of, statement_of
from cal_upgrade.text.values import literal

_MATH = {"e", "pi", "gamma", "log", "exp", "pow", "degrees", "radians", "trunc", "floor", "ceil"}
_TASKINIT = {
    *("casa", "casac", "casaglobals", "casalog", "defaultsdir", "imager", "calibrater", "ving", "vi", "vlafiller"),
    *("im", "cb", "ms", "tb", "fg", "me", "ia", "po", "sm", "cl", "cs", "rg", "sl", "dc", "vp"),
    *("tp", "mp", "pm", "cp", "qa", "tf", "cu", "at", "af", "sd", "string", "sys", "os", "inspect"),
}
_NUMBERS = {
    *_MATH,
    *("inf", "nan", "Inf", "NaN", "array", "append", "average", "mean", "median", "std", "var", "sort", "where"),
    *("ma", "fft", "random", "test", "f", "c_", "r_", "s_", "rank", "size", "shape", "sum", "min", "max", "abs"),
    *("all", "any", "round", "place", "put", "take", "trace", "clip", "angle", "real", "imag", "sign", "diff"),
    *("beta", "normal", "seed", "number", "info", "source", "flatten", "axis", "grid", "title", "figure", "box"),
}
KNOWN_MODULES: dict[str, frozenset[str]] = {
    "tasks": frozenset(_TASKINIT),
    "taskinit": frozenset(_TASKINIT),
    "tasksinfo": frozenset(),
    "parameter_check": frozenset(_TASKINIT),
    "math": frozenset(_MATH),
    "numpy": frozenset(_NUMBERS),
    "scipy": frozenset(_NUMBERS),
    "pylab": frozenset(_NUMBERS),
    "matplotlib.pylab": frozenset(_NUMBERS),
    "os": frozenset({"path", "name", "error", "open", "remove", "rename", "system"}),
    "os.path": frozenset({"join", "exists", "split", "basename", "dirname"}),
    "time": frozenset({"time", "sleep", "timezone"}),
    "glob": frozenset({"glob"}),
    "recipes.almahelpers": frozenset({"tb", "casalog", "taskinit", "np"}),
}
"""Modules of Python 2.7 and CASA 3.4 that scripts import whole, with the names of theirs that a script may use for
itself (taskinit.py of CASA 3.4.0 and 4.2.0; `dir` of Python's own); other names of theirs are functions or tasks."""

_EXEC = re.compile(rb"(?<![\w.'\"])exec\b(?!['\"]*\s*=[^=])")
_MOVING = frozenset({"chdir", "fchdir", "cd", "execfile", "execute", "run"})
_REMOVING = frozenset({"system", "popen", "call", "getoutput", "rmtables", "rmtree", "remove", "unlink"})
_SCOPE_WORDS = frozenset({"globals", "locals", "vars"})
_WHOLE_SCOPE = frozenset({"f_globals", "f_locals", "__dict__"})
_READING = frozenset({"has_key", "keys", "values", "items", "get", "iteritems", "iterkeys", "itervalues", "copy"})
_PLAIN_FUNCTIONS = frozenset({"len", "sorted", "dict", "list", "str", "repr", "type", "isinstance", "set", "tuple"})


class HiddenChange(NamedTuple):
    """A place that may set variables; `names` are those it may set, None if any. `local`: those around it alone."""

    node: Node
    names: frozenset[str] | None
    local: bool = False

    @property
    def place(self) -> int:
        """Give the place (byte offset) from which on it counts."""
        return self.node.end_byte


def hidden_changes(
    reading: Reading, nodes: Mapping[str, Sequence[Node]], parameters: Callable[[str], Collection[str] | None]
) -> Iterator[HiddenChange]:
    """Find them, in no order. `parameters` gives the names of a task's parameters, None if there is no such task."""
    yield from (HiddenChange(node, None) for node in executions(reading))
    for node in nodes.get("wildcard_import", ()):
        module = None if node.parent is None else node.parent.child_by_field_name("module_name")
        names = None if module is None else KNOWN_MODULES.get(reading.of(module))
        yield HiddenChange(node, names, local=True)
    for node in nodes.get("attribute", ()):
        if _attribute(node) in _WHOLE_SCOPE and not _on_self(node):
            yield HiddenChange(node, None)
    for node in reading.identifiers.get("__main__", ()):
        yield HiddenChange(node, None)
    for node in nodes.get("call", ()):
        function = node.child_by_field_name("function")
        if function is None or function.type != "identifier":
            continue
        name = (function.text or b"").decode()
        if name in ("execfile", "execute") or (name == "setattr" and not _first_is_self(node)):
            yield HiddenChange(node, None)
        elif name in ("default", "tget"):
            yield HiddenChange(node, _of_task(reading, node, parameters))
        elif name in _SCOPE_WORDS and not arguments_of(node):
            yield from _through_scope(reading, node)


def executions(reading: Reading) -> Iterator[Node]:
    """Give the statements that run a text: `exec …`, in whichever way the tree shows them."""
    for match in _EXEC.finditer(reading.joined):
        node = reading.root.descendant_for_byte_range(match.start(), match.end())
        if node is not None and node.type not in ("string_content", "string", "comment"):
            yield statement_of(node)


def disturbances(reading: Reading, nodes: Mapping[str, Sequence[Node]]) -> Iterator[Node]:
    """Give what may leave a script in another directory, or without its files: `os.chdir`, `execfile`, `rm x*`."""
    yield from executions(reading)
    for node in nodes.get("call", ()):
        function = node.child_by_field_name("function")
        name = "" if function is None else reading.of(function).rpartition(".")[2]
        if name in _MOVING or (name in _REMOVING and b"*" in (node.text or b"")):
            yield node


def _of_task(
    reading: Reading, call: Node, parameters: Callable[[str], Collection[str] | None]
) -> frozenset[str] | None:
    """Give what `default('gaincal')` sets: all parameters of the task, and which task comes next.

    `default` gives every parameter its default in CASA's global variables (casapy.py of 3.4.0, `default` and
    `__set_default_parameters`); `tget` gives them the values of a file (tget.py).
    """
    given = arguments_of(call)
    if len(given) != 1:
        return None
    task = reading.of(given[0]) if given[0].type == "identifier" else literal(reading.of(given[0]))
    known = parameters(task) if isinstance(task, str) else None
    return None if known is None else frozenset({*known, "taskname", "task", "async"})


def _through_scope(reading: Reading, call: Node) -> Iterator[HiddenChange]:
    """Look at what is done with `globals()`: nothing where it is only read."""
    above = call.parent
    if above is None:
        return
    if above.type == "subscript":
        holder = above.parent
        if holder is not None and holder.type in ("assignment", "augmented_assignment", "delete_statement"):
            key = above.child_by_field_name("subscript")
            name = None if key is None else literal(reading.of(key))
            yield HiddenChange(holder, frozenset({name}) if isinstance(name, str) else None)
        return
    if above.type == "attribute":
        if _attribute(above) not in _READING:
            yield HiddenChange(above, None)
        return
    if above.type in ("comparison_operator", "print_statement", "binary_operator", "for_statement", "for_in_clause"):
        return
    function = None if above.parent is None else above.parent.child_by_field_name("function")
    if above.type == "argument_list" and function is not None and (function.text or b"").decode() in _PLAIN_FUNCTIONS:
        return
    yield HiddenChange(call, None)


def _attribute(node: Node) -> str:
    name = node.child_by_field_name("attribute")
    return "" if name is None else (name.text or b"").decode()


def _on_self(node: Node) -> bool:
    held = node.child_by_field_name("object")
    return held is not None and held.text == b"self"


def _first_is_self(call: Node) -> bool:
    given = arguments_of(call)
    return bool(given) and given[0].text == b"self"
