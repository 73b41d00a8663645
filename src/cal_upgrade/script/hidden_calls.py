"""Task calls that can't be followed: under another name, in a text that is executed, with unknown parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.records import Attention
from cal_upgrade.script.model import Script

RULE = "hidden-call"

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


class Hidden(NamedTuple):
    """One such call: the task, its line, its place (byte offset), and what is the matter."""

    task: str
    line: int
    place: int
    what: str


def hidden_calls(script: Script) -> list[Hidden]:
    """Find them, in the order of the text."""
    found = [*_under_other_names(script), *_of_modules(script), *_in_texts(script), *_as_values(script)]
    return sorted(found, key=lambda one: one.place)


def attention(script: Script) -> list[Attention]:
    """Tell a person of each, and of calls whose parameters come in by `*` or `**` and are not in the text."""
    told = [(one.line, one.what) for one in hidden_calls(script)]
    for call, view in zip(script.calls, script.views, strict=True):
        if view.starred:
            star = next(argument for argument in call.arguments if argument.star)
            told.append((call.line, f"the text does not show what {script.reading.of(star.node)} gives {call.task}"))
    return [
        Attention(RULE, line, what, "Compare the call with what its task takes in CASA 4.2, and change it by hand.")
        for line, what in sorted(told)
    ]


def _under_other_names(script: Script) -> Iterator[Hidden]:
    """`g = gaincal` and `from tasks import gaincal as g`, then `g(…)`."""
    for name, task in _aliases(script).items():
        for node in script.functions.get(name, ()):
            yield _hidden(script, node, task, f"{name} is {task} here, and calls by another name are not converted")


def _aliases(script: Script) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for node in script.nodes.get("assignment", ()):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and left.type == right.type == "identifier":
            task = script.reading.of(right)
            if task in script.interface and task not in script.names.bindings:
                aliases[script.reading.of(left)] = task
    for node in script.nodes.get("aliased_import", ()):
        name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        task = "" if name is None else script.reading.of(name).removesuffix("_cli")
        if alias is not None and task in script.interface and script.reading.of(alias) != task:
            aliases[script.reading.of(alias)] = task
    return aliases


def _of_modules(script: Script) -> Iterator[Hidden]:
    """`tasks.gaincal(…)`, and `gaincal_cli(…)`, which is what a task's name stands for in CASA."""
    for function, nodes in script.functions.items():
        module, _, name = function.rpartition(".")
        task = name.removesuffix("_cli")
        if task in script.interface and (module == "tasks" or (name != task and not module)):
            for node in nodes:
                yield _hidden(script, node, task, f"{function} is {task} by another name, which is not converted")


def _in_texts(script: Script) -> Iterator[Hidden]:
    """`exec "gaincal(…)"`, `eval('…')`."""
    executed = list(script.nodes.get("exec_statement", ()))
    executed += [node for name in ("eval", "exec", "execute") for node in script.functions.get(name, ())]
    for node in executed:
        for task in re.findall(r"(?<![\w.])(\w+)\s*\(", script.reading.of(node)):
            if task in script.interface:
                yield _hidden(
                    script, node, task, f"{task} is called in a text that is executed, which is not converted"
                )
                break


def _as_values(script: Script) -> Iterator[Hidden]:
    """`apply(gaincal, …)`, `map(listobs, …)`, `[gaincal, bandpass]`: a task that is handed on."""
    aliases = _aliases(script)
    for node in script.nodes.get("identifier", ()):
        task = script.reading.of(node)
        if task not in script.interface or task in script.names.bindings or task in aliases:
            continue
        above = node.parent
        if above is not None and above.type in ("argument_list", "list", "tuple", "pair") and not _only_named(node):
            yield _hidden(script, node, task, f"{task} is handed on here, and what calls it is not converted")


def _only_named(node: Node) -> bool:
    """Whether a task is given to a function that does not call it, or stands for the key of a dictionary."""
    above = node.parent
    if above is None or above.type == "pair":
        return above is not None and above.child_by_field_name("key") == node
    call = above.parent
    function = None if call is None or call.type != "call" else call.child_by_field_name("function")
    return function is not None and (function.text or b"").decode() in _NAMED_IN


def _hidden(script: Script, node: Node, task: str, what: str) -> Hidden:
    return Hidden(task, script.reading.line(node), node.start_byte, what)
