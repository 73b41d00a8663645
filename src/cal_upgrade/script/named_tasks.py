"""Where `go` and `default` get their task by a name, or from what was done before, and not from the text."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.script.hidden_place import ANY, Hidden, hidden, is_free, value_of
from cal_upgrade.script.model import Script
from cal_upgrade.text.python2 import arguments_of, statement_of, walk

_NAMING = {"default", "inp", "go", "saveinputs", "tget", "tput"}


def named_tasks(script: Script) -> Iterator[Hidden]:
    """Give each `go` whose task is not the one that the account has for it, and each `default` of an unknown task."""
    tasks = script.tasks
    followed = {call.call.id: call.task for call in script.assigned}
    for node in script.functions.get("go", ()):
        given = arguments_of(node)
        if not _free_call(script, node) or (given and _is_plain(script, given[0])):
            continue
        task = _named(script, value_of(given[0])) if given else _last_named(script, node)
        by_its_own_interface = task in tasks and task not in script.interface and task in script.called
        if given or not (by_its_own_interface or followed.get(node.id) == task):
            yield hidden(script, node, task, _what("go", task))
    for node in script.functions.get("default", ()):
        given = arguments_of(node)
        if not given or not _free_call(script, node) or _is_plain(script, given[0]):
            continue
        if script.reading.of(given[0]) == "taskname":
            continue  # the current task, as without arguments: what takes its inputs from there is told
        task = _named(script, value_of(given[0]))
        if task == ANY or any(task not in one for one in (script.interface, script.later or script.interface)):
            what = _what("default", task)
            yield hidden(script, node, task, what, listed=False)


def _what(function: str, task: str) -> str:
    if task == ANY:
        return f"the text does not show which task {function} is for here"
    return f"{function} is for {task} here, whose name is not in the call, and is not converted"


def _free_call(script: Script, node: Node) -> bool:
    function = node.child_by_field_name("function")
    return function is not None and is_free(script, function)


def _is_plain(script: Script, node: Node) -> bool:
    """Whether a task is named as it is written: `'gaincal'`, or `gaincal` where the script binds no such name."""
    if node.type != "identifier":
        return node.type == "string"
    name = script.reading.of(node)
    return is_free(script, node) if name in script.tasks else name not in script.names.bindings


def _named(script: Script, node: Node) -> str:
    """Give the task that an expression names, `ANY` if the text does not show it."""
    if _is_plain(script, node) and node.type == "identifier":
        return script.reading.of(node)
    value = script.names.value(node)
    return value if isinstance(value, str) and value in script.tasks else ANY


def _last_named(script: Script, call: Node) -> str:
    """Give the task that `go()` runs: the one named or called last, `ANY` if a branch or a loop leaves it open.

    Every call of a task puts its name into `taskname` (casa2pycli.xsl of 3.4.0, `update_params` of casapy.py).
    """
    here: Node | None = statement_of(call)
    while here is not None:
        before = here.prev_named_sibling
        if before is None:
            above = here.parent
            here = statement_of(above) if above is not None and above.type == "block" else None
            continue
        here = before
        named = _names_a_task(script, here)
        if named is not None:
            return named
    return ANY


def _names_a_task(script: Script, statement: Node) -> str | None:
    """Give the task that is current behind a statement, None if it leaves that as it was."""
    if statement.type in ("function_definition", "class_definition", "decorated_definition", "comment"):
        return None
    compound = statement.type != "expression_statement"
    current = None
    for node in walk(statement):
        if node.type == "call":
            name = _name_of(script, node)
            if name in _NAMING and arguments_of(node):
                current = _named(script, value_of(arguments_of(node)[0]))
            elif name in script.interface and script.calls_task(node):
                current = name
        elif node.type == "assignment" and _sets_taskname(script, node):
            right = node.child_by_field_name("right")
            current = ANY if right is None else _named(script, right)
        if current is not None and compound:
            return ANY
    return current


def _name_of(script: Script, call: Node) -> str:
    function = call.child_by_field_name("function")
    return script.reading.of(function) if function is not None and function.type == "identifier" else ""


def _sets_taskname(script: Script, node: Node) -> bool:
    left = node.child_by_field_name("left")
    return left is not None and any(
        part.type == "identifier" and script.reading.of(part) == "taskname" for part in walk(left)
    )
