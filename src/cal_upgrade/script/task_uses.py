"""Where the name of a task is used other than by a plain call of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from cal_upgrade.script.hidden_place import ANY, Hidden, hidden, is_free, task_in
from cal_upgrade.script.model import Script
from cal_upgrade.script.names.bindings import targets
from cal_upgrade.text.python2 import parts_of

_NAMED_IN = {
    "default",
    "inp",
    "go",
    "saveinputs",
    "tget",
    "tput",
    "help",
    "doc",
    "taskhelp",
    "type",
    "callable",
    "dir",
}
"""Functions that a task is given to without being called."""

_BOUND_HERE = {
    "parameters": (),
    "lambda_parameters": (),
    "list_splat_pattern": (),
    "dictionary_splat_pattern": (),
    "global_statement": (),
    "dotted_name": (),
    "aliased_import": (),
    "keyword_argument": ("name",),
    "default_parameter": ("name",),
    "function_definition": ("name",),
    "class_definition": ("name",),
    "attribute": ("attribute",),
}
"""Nodes in which a name is none that is looked up: of the fields given, or whatever its field."""

_SETTING = ("assignment", "augmented_assignment", "for_statement", "for_in_clause")

_OTHER_NAME = ("assignment", "default_parameter", "conditional_expression", "boolean_operator", "expression_list")
"""Where a task's name stands to be bound to another one."""

Aliases = Mapping[str, tuple[str, ...]]
"""Names that the script binds to tasks, each with the tasks that it may stand for, in the order of the text."""


def uses(script: Script, aliases: Aliases) -> Iterator[Hidden]:
    """Give every use of a task's name, or of another name for a task, that is no plain call of it.

    `gaincal if quick else bandpass`, `self.solve = gaincal`, `[gaincal, bandpass]`, `apply(gaincal, …)`: what calls
    the task then is not in the text by its name. Calls by another name are given, too.
    """
    tasks = script.tasks
    named = _passed_by_name(script) | _bound_places(script, tasks)
    for name, nodes in script.reading.identifiers.items():
        for node in nodes if name in aliases or name in tasks else ():
            if name in aliases:
                yield from _of_alias(script, node, name, aliases[name])
            elif node.id not in named and not _is_function(node) and _is_task(script, node):
                yield _use(script, node, name, aliases)
    yield from _own_or_task(script, tasks, aliases)
    for name, meant in aliases.items():
        if "." in name:
            for node in script.functions.get(name, ()):
                yield _call(script, node, name, meant)


def aliases_of(script: Script) -> dict[str, tuple[str, ...]]:
    """Give the names that are bound to tasks: by assignment (of tuples, conditions and chains, too) and by import."""
    aliases = _imported(script)
    size = -1
    while size != len(aliases):  # a name may be bound to another such name, whichever comes first
        size = len(aliases)
        for node in script.nodes.get("assignment", ()):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            while right is not None and right.type == "assignment":
                right = right.child_by_field_name("right")
            if left is not None and right is not None:
                for name, tasks in _bound(script, left, right, aliases):
                    aliases[name] = tuple(dict.fromkeys((*aliases.get(name, ()), *tasks)))
    return aliases


def is_looked_up(node: Node) -> bool:
    """Whether an identifier is a name whose value is asked for: no keyword, no parameter, no attribute."""
    above = node.parent
    if above is None:
        return False
    if above.type not in _BOUND_HERE:
        return True
    fields = _BOUND_HERE[above.type]
    return bool(fields) and all(above.child_by_field_name(field) != node for field in fields)


def _imported(script: Script) -> dict[str, tuple[str, ...]]:
    """`from tasks import gaincal as g`; `from task_gaincal import gaincal` gets the function behind the task."""
    aliases: dict[str, tuple[str, ...]] = {}
    tasks = script.tasks
    for node in script.nodes.get("import_from_statement", ()):
        origin = node.child_by_field_name("module_name")
        module = "" if origin is None else script.reading.of(origin)
        for child in node.children_by_field_name("name"):
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            task = task_in(script.reading.of(name or child), tasks)
            bound = script.reading.of(alias or child)
            behind = module.startswith("task_") or module == "__main__"
            if task and (bound != task or behind) and (alias is not None or behind or bound != f"{task}_cli"):
                aliases[bound] = (task,)
    return aliases


def _bound(script: Script, left: Node, right: Node, aliases: Aliases) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the names on the left of an assignment that are bound to tasks, pair by pair where there are several."""
    pairs = ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "expression_list", "list")
    if left.type in pairs and right.type in pairs:
        for one, other in zip(parts_of(left), parts_of(right), strict=False):
            yield from _bound(script, one, other, aliases)
    elif left.type in ("identifier", "attribute"):
        name = script.reading.of(left)
        meant = tuple(task for task in _meant(script, right, aliases) if task != name)
        if meant:
            yield name, meant


def _meant(script: Script, node: Node, aliases: Aliases) -> Iterator[str]:
    """Give the tasks that the value of an expression may be."""
    if node.type == "identifier":
        name = script.reading.of(node)
        if name in aliases:
            yield from aliases[name]
        elif is_free(script, node) and (task := task_in(name, script.tasks)):
            yield task
    elif node.type in ("conditional_expression", "boolean_operator", "parenthesized_expression"):
        for child in parts_of(node):
            yield from _meant(script, child, aliases)


def _of_alias(script: Script, node: Node, name: str, meant: tuple[str, ...]) -> Iterator[Hidden]:
    """Tell a call by another name, and where that name is handed on."""
    above = node.parent
    if above is None or not is_looked_up(node) or _is_target(node):
        return
    if _is_function(node):
        yield _call(script, above, name, meant)
    elif not _only_named(script, node):
        what = f"{name}, which is {_listed(meant)} here, is handed on, and what calls it is not converted"
        yield hidden(script, node, _one(meant), what)


def _call(script: Script, node: Node, name: str, meant: tuple[str, ...]) -> Hidden:
    what = f"{name} is {_listed(meant)} here, and calls by another name are not converted"
    return hidden(script, node, _one(meant), what)


def _use(script: Script, node: Node, task: str, aliases: Aliases) -> Hidden:
    above = node.parent
    if above is not None and above.type == "attribute":
        shown = script.reading.of(above)
        return hidden(script, node, task, f"what {shown} does with {task} can't be followed, and is not converted")
    if above is not None and above.type in _OTHER_NAME:
        what = f"{task} gets another name here, and calls by that name are not converted"
    else:
        what = f"{task} is handed on here, and what calls it is not converted"
    calls_listed = any(name in aliases and name in script.functions for name in _names_bound(script, node))
    return hidden(script, node, task, what, listed=not calls_listed)


def _names_bound(script: Script, node: Node) -> list[str]:
    """Give the names that the assignment binds in which a task's name stands, as the whole value or a part of it."""
    here = node
    while here.parent is not None and here.parent.type in (*_OTHER_NAME, "tuple", "list", "parenthesized_expression"):
        here = here.parent
    left = here.child_by_field_name("left") if here.type == "assignment" else None
    names = [] if left is None else [left, *left.named_children]
    return [script.reading.of(name) for name in names]


def _passed_by_name(script: Script) -> set[int]:
    """Give the ids of names that stand in a call that only names the task."""
    return {
        argument.id
        for function in _NAMED_IN
        for call in script.functions.get(function, ())
        if (given := call.child_by_field_name("arguments")) is not None
        for argument in given.named_children
    }


def _only_named(script: Script, node: Node) -> bool:
    call = node.parent.parent if node.parent is not None else None
    function = None if call is None or call.type != "call" else call.child_by_field_name("function")
    return function is not None and script.reading.of(function) in _NAMED_IN


def _bound_places(script: Script, tasks: frozenset[str]) -> set[int]:
    """Give the ids of the names of tasks that stand where something else is bound to them."""
    binders = [node for task in tasks & script.names.bindings.keys() for node in script.names.bindings[task]]
    return {target.id for node in binders for target in targets(node)}


def _own_or_task(script: Script, tasks: frozenset[str], aliases: Aliases) -> Iterator[Hidden]:
    """Give the calls of which it is not certain whether they call a task or something of the script's own."""
    for task in sorted(tasks & script.names.bindings.keys() - aliases.keys()):
        for node in script.functions.get(task, ()):
            function = node.child_by_field_name("function")
            if function is not None and script.names.may_be_task(function) and not script.names.is_task(function):
                what = f"{task} may be the task here, or what line {_line_bound(script, task)} puts behind its name"
                yield hidden(script, node, task, what)


def _line_bound(script: Script, name: str) -> int:
    return min(map(script.reading.line, script.names.bindings[name]))


def _is_task(script: Script, node: Node) -> bool:
    return is_free(script, node) and is_looked_up(node)


def _is_function(node: Node) -> bool:
    above = node.parent
    return above is not None and above.type == "call" and above.child_by_field_name("function") == node


def _is_target(node: Node) -> bool:
    """Whether a name stands on the left of an assignment, or is bound by a loop or a `with`."""
    here, above = node, node.parent
    while above is not None and above.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        here, above = above, above.parent
    if above is None:
        return False
    if above.type in ("as_pattern_target", "delete_statement"):
        return True
    return above.type in _SETTING and above.child_by_field_name("left") == here


def _listed(tasks: tuple[str, ...]) -> str:
    return " or ".join(tasks)


def _one(tasks: tuple[str, ...]) -> str:
    return tasks[0] if len(tasks) == 1 else ANY
