"""Where a task may be looked up by a text: in a module, in the script's own names, by `getattr`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.script.hidden_place import ANY, Hidden, hidden, is_free, task_in
from cal_upgrade.script.model import Script
from cal_upgrade.script.task_uses import is_looked_up
from cal_upgrade.text.python2 import arguments_of, parts_of
from cal_upgrade.text.values import UNKNOWN

_MODULES = {"tasks", "taskinit", "__main__"}
"""Modules of CASA 3.4.0 and 4.2.0 that hold tasks (tasks.py), and the script itself."""

_NAMESPACES = {"globals", "locals", "vars"}
_FRAMES = ("f_globals", "f_locals", "__dict__")
_LOADERS = {"__import__", "import_module", "load_source", "load_module", "reload"}
_PLAIN_METHODS = {"has_key", "keys", "iterkeys", "update", "__contains__", "clear"}
"""Methods of a dictionary of names that give none of its values."""

_TOOLS = {
    *("at", "cb", "cl", "cp", "cs", "cu", "dc", "fg", "fn", "ia", "im", "me", "mp", "ms", "pl", "pm", "po", "qa"),
    *("rg", "sd", "sl", "sm", "tb", "tf", "tp", "vp", "casac", "casalog"),
}
"""Tools under the names that casapy.py of 3.4.0 and 4.2.0 gives them: some methods are called as tasks are."""

_TAKES_NAMES = {"execfile", "eval", "exec", "compile", "len", "sorted", "dir", "type", "id", "hasattr", "isinstance"}
"""Functions that get such a dictionary and call nothing of it by themselves; texts they run are told elsewhere."""


def lookups(script: Script) -> Iterator[Hidden]:
    """Give each place that gets a task, or may, by its name as a text or by a module: `globals()['gaincal']`."""
    modules, namespaces = _names(script)
    yield from _attributes(script, modules)
    yield from _getattr(script, modules)
    yield from _modules_handed_on(script, modules)
    for node in _namespace_nodes(script, namespaces):
        yield from _namespace_used(script, node)
    yield from _unknown_modules(script)


def _names(script: Script) -> tuple[set[str], set[str]]:
    """Give the names that stand for modules with tasks, and those that stand for dictionaries of names."""
    tasks = script.tasks
    modules: set[str] = set()
    namespaces: set[str] = set()
    for node in script.nodes.get("import_statement", ()):
        for child in node.children_by_field_name("name"):
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if _holds_tasks(script.reading.of(name or child), tasks):
                modules.add(script.reading.of(alias or child))
    size = -1
    while size != len(modules) + len(namespaces):
        size = len(modules) + len(namespaces)
        for node in script.nodes.get("assignment", ()):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None or left.type not in ("identifier", "attribute"):
                continue
            if _is_module(script, right, modules):
                modules.add(script.reading.of(left))
            elif _is_namespace(script, right) or script.reading.of(right) in namespaces:
                namespaces.add(script.reading.of(left))
    return modules, namespaces


def _holds_tasks(module: str, tasks: frozenset[str]) -> bool:
    return module in _MODULES or bool(task_in(module.removeprefix("task_"), tasks))


def _is_module(script: Script, node: Node, modules: set[str]) -> bool:
    """Whether an expression gives a module with tasks: `tasks`, `sys.modules['tasks']`, `__import__('tasks')`."""
    if node.type in ("identifier", "attribute"):
        return script.reading.of(node) in modules
    if node.type == "subscript":
        value, key = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if value is None or key is None or not script.reading.of(value).endswith("modules"):
            return False
        name = script.names.value(key)
    elif node.type == "call" and _called(script, node).rpartition(".")[2] in _LOADERS and arguments_of(node):
        name = script.names.value(arguments_of(node)[0])
        if script.reading.of(arguments_of(node)[0]) in modules:
            return True
    else:
        return False
    return not isinstance(name, str) or _holds_tasks(name, script.tasks)


def _is_namespace(script: Script, node: Node) -> bool:
    """Whether an expression gives a dictionary of names: `globals()`, `vars(tasks)`, `sys._getframe(0).f_globals`."""
    if node.type == "parenthesized_expression" and len(parts_of(node)) == 1:
        return _is_namespace(script, parts_of(node)[0])
    if node.type == "attribute":
        name = node.child_by_field_name("attribute")
        return name is not None and script.reading.of(name) in _FRAMES
    function = node.child_by_field_name("function") if node.type == "call" else None
    if function is None or function.type != "identifier":
        return False
    return script.reading.of(function) in _NAMESPACES and is_free(script, function)


def _attributes(script: Script, modules: set[str]) -> Iterator[Hidden]:
    """`tk.gaincal(…)`, `gaincal_cli.gaincal_cli(…)`, and `gaincal_cli(…)` by itself."""
    tasks = script.tasks
    for node in script.nodes.get("attribute", ()):
        value, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        task = "" if name is None else task_in(script.reading.of(name), tasks)
        if task and value is not None and (script.reading.of(value) == "tasks" or _is_module(script, value, modules)):
            shown = script.reading.of(node)
            yield hidden(script, node, task, f"{shown} is {task} by another name, which is not converted")
    for name_, nodes in script.reading.identifiers.items():
        task = task_in(name_, tasks) if "_" in name_ and name_ not in tasks else ""
        for node in nodes if task else ():
            if is_free(script, node) and is_looked_up(node) and not _is_import(node):
                yield hidden(script, node, task, f"{name_} is {task} by another name, which is not converted")


def _getattr(script: Script, modules: set[str]) -> Iterator[Hidden]:
    """`getattr(tasks, 'gaincal')`, and with a name that the text does not show."""
    for node in script.functions.get("getattr", ()):
        given = arguments_of(node)
        if len(given) < 2:
            continue
        name, held = script.names.value(given[1]), script.reading.of(given[0])
        task = task_in(name, script.tasks) if isinstance(name, str) else ANY
        a_module = held == "tasks" or _is_module(script, given[0], modules)
        may_be_one = task != ANY and is_free(script, given[0]) and held not in _TOOLS
        if task and (a_module or may_be_one):
            yield _looked_up(script, node, task)


def _modules_handed_on(script: Script, modules: set[str]) -> Iterator[Hidden]:
    """A module with tasks that is given to something else: `inspect.getmembers(tasks)`."""
    for node in (node for name in modules for node in script.reading.identifiers.get(name, ())):
        if not is_looked_up(node):
            continue
        above = node.parent
        if above is None:
            continue
        if above.type == "argument_list":
            call = above.parent
            if call is None or _called(script, call) in {"getattr", "vars", "dir", "help", "hasattr", *_LOADERS}:
                continue
        elif above.type not in ("list", "tuple", "pair", "keyword_argument", "return_statement", "expression_list"):
            continue
        what = (
            f"{script.reading.of(node)}, a module with tasks, is handed on here: calls by way of it can't be followed"
        )
        yield hidden(script, node, ANY, what)


def _namespace_nodes(script: Script, namespaces: set[str]) -> Iterator[Node]:
    for kind in ("call", "attribute"):
        yield from (node for node in script.nodes.get(kind, ()) if _is_namespace(script, node))
    for name in namespaces:
        yield from (node for node in script.reading.identifiers.get(name, ()) if is_looked_up(node))


def _namespace_used(script: Script, node: Node) -> Iterator[Hidden]:
    """Tell what takes a task, or may take one, from a dictionary of names."""
    above = node.parent
    while above is not None and above.type == "parenthesized_expression":
        node, above = above, above.parent
    if above is None:
        return
    if above.type == "subscript" and above.child_by_field_name("value") == node:
        key = above.child_by_field_name("subscript")
        if key is not None and not _is_set(above):
            yield from _by_key(script, above, key)
    elif above.type == "attribute" and above.child_by_field_name("object") == node:
        yield from _by_method(script, above)
    elif above.type in ("argument_list", "keyword_argument"):
        call = above.parent if above.type == "argument_list" else above.parent and above.parent.parent
        if call is not None and call.type == "call" and _called(script, call) not in _TAKES_NAMES:
            yield _all_names(script, node)
    elif above.type in ("list", "tuple", "pair", "return_statement", "lambda", "conditional_expression"):
        yield _all_names(script, node)


def _by_method(script: Script, method: Node) -> Iterator[Hidden]:
    name, call = script.reading.of(method).rpartition(".")[2], method.parent
    if name in _PLAIN_METHODS:
        return
    if name in ("get", "pop", "setdefault", "__getitem__") and call is not None and call.type == "call":
        given = arguments_of(call)
        if given:
            yield from _by_key(script, call, given[0])
            return
    yield _all_names(script, method)


def _by_key(script: Script, node: Node, key: Node) -> Iterator[Hidden]:
    name = script.names.value(key)
    task = task_in(name, script.tasks) if isinstance(name, str) else ANY if name is UNKNOWN else ""
    if task:
        yield _looked_up(script, node, task)


def _looked_up(script: Script, node: Node, task: str) -> Hidden:
    shown = re.sub(r"\s+", " ", script.reading.of(node))
    if task == ANY:
        return hidden(script, node, ANY, f"the text does not show what {shown} gets: it may be a task")
    return hidden(script, node, task, f"{shown} is {task} by another name, which is not converted")


def _all_names(script: Script, node: Node) -> Hidden:
    shown = re.sub(r"\s+", " ", script.reading.of(node))
    return hidden(script, node, ANY, f"{shown} hands on all names here: calls of tasks among them can't be followed")


def _unknown_modules(script: Script) -> Iterator[Hidden]:
    """`__import__(name)`: a module that the text does not name."""
    for name in ("__import__", "importlib.import_module"):
        for node in script.functions.get(name, ()):
            given = arguments_of(node)
            if given and not isinstance(script.names.value(given[0]), str):
                yield hidden(
                    script, node, ANY, f"the text does not show which module {name} brings in: it may run tasks"
                )


def _called(script: Script, call: Node) -> str:
    function = call.child_by_field_name("function")
    return "" if function is None else script.reading.of(function)


def _is_set(subscript: Node) -> bool:
    """Whether an item is set or deleted here, not read."""
    above = subscript.parent
    if above is None or above.type == "delete_statement":
        return above is not None
    return above.type == "assignment" and above.child_by_field_name("left") == subscript


def _is_import(node: Node) -> bool:
    above = node.parent
    return above is not None and above.type in ("aliased_import", "dotted_name")
