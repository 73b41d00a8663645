"""The older way of calling a task: `default('gaincal')`, plain assignments, `gaincal()`.

A task that is called without arguments takes its parameters from the script's variables of the same names, whoever
set them; `default('gaincal')` gives all parameters of gaincal their defaults. As soon as one argument is given no
variable counts (task wrappers of CASA 3.4.0 and 4.2). So what a call gets is found by going back from it, statement
by statement, to the `default` of its task. Where that way is not plain the call has doubts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from tree_sitter import Node

from cal_upgrade.text.python2 import Reading, arguments_of, statement_of, walk

_EMPTY = re.compile(rb"\(\s*\)|(?<![\w.])go[ \t]*\(")
_NAME = re.compile(rb"(?<![\w.])[A-Za-z]\w*[ \t]*\Z")
_GLOBAL = re.compile(rb"^[ \t]*global[ \t]+([\w, \t]+)", re.MULTILINE)
_ASSIGNING = {"assignment", "augmented_assignment", "for_statement", "delete_statement", "with_item", "as_pattern"}
_SCOPES = {"function_definition", "class_definition", "lambda"}
_LOOPS = {"for_statement", "while_statement"}
_NAMING = {"default", "inp", "go", "saveinputs"}
# They set variables from a file, or may set any. Star imports are left out: they bring tasks and tools.
_OPAQUE = {"tget", "execfile", "exec_statement"}


class Doubt(NamedTuple):
    """Why it is not certain what a call gets: a line (from 1), what is the matter, with which parameter ("": any)."""

    line: int
    why: str
    parameter: str


class Assignment(NamedTuple):
    """One statement `name = value`."""

    statement: Node
    target: Node
    value: Node


class AssignedCall(msgspec.Struct, frozen=True, eq=False):
    """A call that takes its parameters from variables.

    `call` is `gaincal()`, or `go()` for the `task` named last. `assignments`: the assignment that set a parameter
    last. `default`: the call of `default` ahead of it; None if there is none, so that values set for earlier tasks
    count. `names`: where the task's name stands in the calls of `default`, `inp`, `go` and `saveinputs` that belong
    to this one. `reset`: where a parameter was last set by the `default` of another task (byte offset).
    `parameters`: all names that the task looks for.
    """

    task: str
    call: Node
    assignments: Mapping[str, Assignment]
    default: Node | None
    names: tuple[Node, ...]
    reset: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    parameters: frozenset[str]


def find(reading: Reading, parameters: Mapping[str, Collection[str]]) -> list[AssignedCall]:
    """Find the calls without arguments of tasks; `parameters`: the names of the parameters of each task."""
    found = []
    seen: dict[int, list[_Effect]] = {}
    for place in _places(reading.joined):
        call = _call_at(reading, place)
        if call is None:
            continue
        named = _task_named(reading, call)
        task = _called(reading, call)
        if task == "go":
            task = reading.of(named) if named else _current_task(reading, call)
        elif named or arguments_of(call):
            continue
        if task in parameters:
            found.append(_Way(reading, parameters, task, call, seen).back())
    return found


def _places(text: bytes) -> Iterator[int]:
    """Give where the names stand that are called with nothing in the brackets, and every `go`."""
    for match in _EMPTY.finditer(text):
        if text[match.start() : match.start() + 1] != b"(":
            yield match.start()
            continue
        line = text.rfind(b"\n", 0, match.start()) + 1
        name = _NAME.search(text, line, match.start())
        if name is not None and name.group().strip() != b"go":
            yield name.start()


def tasks_named(reading: Reading, functions: Mapping[str, Iterable[Node]]) -> list[Node]:
    """Give where tasks are named in calls of `default`, `inp`, `go` and `saveinputs`, without quotes.

    `functions` are the text's calls by what they call.
    """
    calls = (call for name in sorted(_NAMING) for call in functions.get(name, ()))
    return [named for call in calls if (named := _task_named(reading, call)) is not None]


def plain_assignment(statement: Node) -> Assignment | None:
    """Give a statement of the form `name = value`, None if it is another one."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment":
        return None
    target, value = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if target is None or value is None or target.type != "identifier" or value.type == "assignment":
        return None
    return Assignment(statement, target, value)


class _Effect(NamedTuple):
    """What a place in a statement does: sets variables, or (`names` is None) it is not known what."""

    node: Node
    names: frozenset[str] | None
    why: str


class _Way(msgspec.Struct):
    """The way back from a call, and what was met on it."""

    reading: Reading
    all_parameters: Mapping[str, Collection[str]]
    task: str
    call: Node
    seen: dict[int, list[_Effect]]
    open: set[str] = set()
    assignments: dict[str, Assignment] = {}
    reset: dict[str, int] = {}
    names: list[Node] = []
    doubts: list[Doubt] = []
    default: Node | None = None

    def back(self) -> AssignedCall:
        """Go back to the `default` of the task, or to the start of the script."""
        self.open = set(self.all_parameters[self.task])
        in_functions = {name.strip() for names in _GLOBAL.findall(self.reading.joined) for name in names.split(b",")}
        for name in sorted(self.open & {name.decode() for name in in_functions}):
            self.doubt(self.call, f"a function sets {name}", name)
        own = _task_named(self.reading, self.call)
        self.names += [own] if own is not None else []
        if _in_function(self.call):
            self.doubt(self.call, "it stands in a function, whose own variables do not count")
        here = statement_of(self.call)
        self.names += _names_behind(self.reading, here, self.task)
        while self.default is None:
            before = here.prev_named_sibling
            if before is not None:
                here = before
                self.meet(here)
                continue
            outer = here.parent.parent if here.parent is not None else None
            if outer is None:
                break
            if outer.type in _SCOPES:
                break
            around = statement_of(outer)
            if around.type in _LOOPS:
                self.leave_loop(around, here)
            here = around
        return AssignedCall(
            self.task,
            self.call,
            self.assignments,
            self.default,
            tuple(self.names),
            self.reset,
            tuple(sorted(self.doubts)),
            frozenset(self.all_parameters[self.task]),
        )

    def meet(self, statement: Node) -> None:
        """Take account of a statement that is carried out ahead of what has been met so far."""
        assignment = plain_assignment(statement)
        if assignment is not None:
            name = self.reading.of(assignment.target)
            if name in self.open:
                self.assignments[name] = assignment
                self.open.discard(name)
            return
        inner = statement.named_children[0] if statement.type == "expression_statement" else statement
        if inner.type == "call" and _called(self.reading, inner) in _NAMING:
            self.meet_naming(inner)
        else:
            self.meet_other(statement)

    def meet_naming(self, call: Node) -> None:
        """Take account of `default(…)`, `inp(…)`, `go(…)`, `saveinputs(…)`."""
        named = _task_named(self.reading, call)
        task = self.reading.of(named) if named is not None else ""
        if task == self.task and named is not None:
            self.names.append(named)
        if _called(self.reading, call) != "default":
            return
        if task == self.task:
            self.default = call
        elif task in self.all_parameters:
            gone = self.open & set(self.all_parameters[task])
            self.reset.update(dict.fromkeys(gone, call.start_byte))
            self.open -= gone
        else:
            self.doubt(call, "it is not known what this sets")

    def meet_other(self, statement: Node, why: str = "is set here in a branch or a loop, or not by itself") -> None:
        """Take account of what may set variables in another way than by an assignment at the same level."""
        if statement.id not in self.seen:
            self.seen[statement.id] = list(_effects(self.reading, statement))
        for effect in self.seen[statement.id]:
            if effect.names is None:
                self.doubt(effect.node, effect.why)
            for name in sorted(self.open & (effect.names or set())):
                self.doubt(effect.node, f"{name} {why}", name)

    def leave_loop(self, loop: Node, here: Node) -> None:
        """Take account of what a loop sets: by itself, and behind the call for the next time round."""
        for name in sorted(self.open & set(_names_set(self.reading, loop))):
            self.doubt(loop, f"{name} is set by this loop", name)
            self.open.discard(name)
        later = here.next_named_sibling
        while later is not None:
            self.meet_other(later, "is set here for the next time round the loop")
            later = later.next_named_sibling

    def doubt(self, node: Node, why: str, parameter: str = "") -> None:
        """Note why it is not certain what the call gets."""
        self.doubts.append(Doubt(self.reading.line(node), why, parameter))


def _call_at(reading: Reading, place: int) -> Node | None:
    """Give the call whose function's name starts at a place, None if there is something else."""
    name = reading.root.descendant_for_byte_range(place, place + 1)
    if name is None or name.type != "identifier" or name.parent is None or name.parent.type != "call":
        return None
    return name.parent if name.parent.child_by_field_name("function") == name else None


def _in_function(node: Node) -> bool:
    """Whether a node stands in a function or a class."""
    above = node.parent
    while above is not None and above.type not in _SCOPES:
        above = above.parent
    return above is not None


def _called(reading: Reading, call: Node) -> str:
    """Give the name of the function that is called, "" if it has none."""
    function = call.child_by_field_name("function")
    return reading.of(function) if function is not None and function.type == "identifier" else ""


def _task_named(reading: Reading, call: Node) -> Node | None:
    """Give a task's name in `default('gaincal')` or `default(gaincal)`, without quotes; None if there is none."""
    arguments = arguments_of(call)
    if not arguments or _called(reading, call) not in _NAMING:
        return None
    if arguments[0].type == "identifier":
        return arguments[0]
    content = [node for node in arguments[0].named_children if node.type == "string_content"]
    return content[0] if arguments[0].type == "string" and content else None


def _current_task(reading: Reading, call: Node) -> str:
    """Give the task that `go()` calls: the one named last, or put into `taskname`, in the same block or around it."""
    here: Node | None = statement_of(call)
    while here is not None:
        before = here.prev_named_sibling
        if before is None:
            here = statement_of(here.parent) if here.parent is not None and here.parent.type == "block" else None
            continue
        here = before
        inner = here.named_children[0] if here.type == "expression_statement" else here
        named = _task_named(reading, inner) if inner.type == "call" else None
        if named is not None:
            return reading.of(named)
        assignment = plain_assignment(here)
        if assignment is not None and reading.of(assignment.target) == "taskname":
            return reading.of(assignment.value).strip("'\"")
    return ""


def _names_behind(reading: Reading, statement: Node, task: str) -> Iterator[Node]:
    """Give where a task is named right behind its call: `saveinputs('gaincal', …)`."""
    later = statement.next_named_sibling
    while later is not None and (later.type == "comment" or later.type == "expression_statement"):
        inner = later.named_children[0] if later.type == "expression_statement" else later
        if inner.type == "call":
            named = _task_named(reading, inner)
            if named is None or _called(reading, inner) == "default" or reading.of(named) != task:
                return
            yield named
        elif later.type != "comment":
            return
        later = later.next_named_sibling


def _effects(reading: Reading, statement: Node) -> Iterator[_Effect]:
    """Give what a statement and the statements in it do to variables, functions and classes left out."""
    stack = [statement]
    while stack:
        node = stack.pop()
        if node.type in _SCOPES:
            continue
        stack.extend(reversed(node.children))
        called = _called(reading, node) if node.type == "call" else ""
        if node.type in _OPAQUE or called in _OPAQUE:
            yield _Effect(node, None, "it is not known what this sets")
        elif called == "default":
            yield _Effect(node, None, "this default stands in a branch or a loop")
        elif node.type in _ASSIGNING:
            yield _Effect(node, frozenset(_names_set(reading, node)), "")


def _names_set(reading: Reading, node: Node) -> Iterator[str]:
    """Give the names that an assignment, a loop or the like sets itself."""
    target = node.child_by_field_name("left") or node.child_by_field_name("alias")
    if node.type == "delete_statement":
        target = node
    elif node.type == "as_pattern":
        target = node.named_children[-1]
    for inner in walk(target) if target is not None else ():
        above = inner.parent.type if inner.parent is not None else ""
        if inner.type == "identifier" and above not in ("subscript", "attribute"):
            yield reading.of(inner)
