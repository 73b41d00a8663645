"""Where a text is run: by `exec` and `eval`, and by another CASA that is started through the shell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.script.hidden_place import ANY, Hidden, hidden, is_free
from cal_upgrade.script.model import Script
from cal_upgrade.script.task_uses import Aliases, is_looked_up
from cal_upgrade.script.text_patterns import HOLE, pattern
from cal_upgrade.text.python2 import arguments_of, parts_of

_RUNS = ("eval", "exec", "execute", "compile", "__builtin__.eval", "__builtins__.eval", "__builtin__.compile")
_MAGIC = ("magic", "runlines", "run_cell", "runcode", "runsource")
"""Methods of IPython, in which CASA runs, that take a text and run it."""

_AS_VALUES = {"eval", "execfile", "globals", "getattr", "__import__", "compile"}
_SHELL = re.compile(
    r"(?:os\.(?:system|popen\d?|exec\w+|spawn\w+)|subprocess\.\w+|commands\.get\w+|Popen|check_call)\Z"
)
_CASA = re.compile(r"\b(?:\w*casapy|casa|runcasa|mpicasa|casapyinfo)\b")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_RUNNERS = {"exec", "eval", "execfile", "globals", "getattr", "go", "__import__", "vars", "compile", "tasks"}
"""Words of a text that may run more than it shows."""


def texts_run(script: Script, aliases: Aliases) -> Iterator[Hidden]:
    """Give each place where a text is run that calls a task, or that is not known."""
    for node, text in _places(script):
        yield from _judged(script, node, text, aliases)
    yield from _shell(script)
    yield from _names_in_pieces(script)
    handed_on = ((word, node) for word in _AS_VALUES for node in script.reading.identifiers.get(word, ()))
    for name, node in handed_on:
        if not is_free(script, node) or not is_looked_up(node):
            continue
        above = node.parent
        if above is not None and not (above.type == "call" and above.child_by_field_name("function") == node):
            yield hidden(script, node, ANY, f"{name} is handed on here: what it runs or looks up can't be followed")


def _places(script: Script) -> Iterator[tuple[Node, Node]]:
    """Give the places, each with the expression that makes the text."""
    for node in script.nodes.get("exec_statement", ()):
        yield node, parts_of(node)[0]
    for node in script.nodes.get("not_operator", ()):
        # where the grammar knows no `exec`, `not` stands in for it (see reading.python2)
        if script.reading.text.startswith(b"exec", node.start_byte):
            inner = parts_of(node)[0]
            while inner.type == "comparison_operator":  # exec text in globals()
                inner = parts_of(inner)[0]
            yield node, inner
    for name in _RUNS:
        for node in script.functions.get(name, ()):
            function = node.child_by_field_name("function")
            given = arguments_of(node)
            if given and function is not None and (function.type == "attribute" or is_free(script, function)):
                yield node, given[0]
    for name, nodes in script.functions.items():
        if name.rpartition(".")[2] in _MAGIC and "." in name:
            yield from ((node, arguments_of(node)[0]) for node in nodes if arguments_of(node))


def _judged(script: Script, node: Node, text: Node, aliases: Aliases) -> Iterator[Hidden]:
    """Tell a text that calls a task, and one that is not wholly known and may call any."""
    if text.type == "call" and script.reading.of(text).startswith("compile"):
        return  # told there
    if text.type in ("tuple", "parenthesized_expression") and parts_of(text):
        text = parts_of(text)[0]
    known = pattern(script, text)
    words = _WORD.findall(known)
    tasks = script.tasks
    bound = {word for word in words if word in script.names.bindings and f"{word}(" not in known}
    named = list(dict.fromkeys(word for word in words if word in tasks - bound))
    named += [task for word in words if word in aliases for task in aliases[word] if task not in named]
    if named:
        if not _only_names(node, known):
            task = named[0] if len(named) == 1 and HOLE not in known else ANY
            what = f"{', '.join(named)} is called in a text that is executed, which is not converted"
            yield hidden(script, node, named[0] if task == ANY and len(named) == 1 else task, what)
    elif HOLE in known or _RUNNERS.intersection(words):
        yield hidden(script, node, ANY, "a text is executed that is not shown here: it may call tasks")


def _only_names(node: Node, text: str) -> bool:
    """Whether nothing is done with what `eval('gaincal')` gives: it stands alone."""
    return node.type == "call" and "(" not in text and node.parent is not None and _is_alone(node.parent)


def _is_alone(above: Node) -> bool:
    return above.type == "expression_statement"


def _shell(script: Script) -> Iterator[Hidden]:
    """`os.system("casapy -c 'gaincal(…)'")`: tasks in a text for another CASA, or a text that is not known.

    A script that is named there is converted by itself.
    """
    tasks = script.tasks
    for name, nodes in script.functions.items():
        if not _SHELL.search(name):
            continue
        for node in nodes:
            text = " ".join(pattern(script, part) for one in arguments_of(node) for part in _parts(one))
            casa = _CASA.search(text)
            if casa is None:
                continue
            named = [word for word in _WORD.findall(text[casa.end() :]) if word in tasks]
            called = [word for word in named if re.search(rf"\b{word}\s*\(", text)]
            if called:
                what = f"{called[0]} is called in a text for another CASA, which is not converted"
                yield hidden(script, node, called[0], what)
            elif re.search(r"-c\s*+['\"]?\s*+\0", text) and b".py" not in script.reading.text:
                yield hidden(
                    script, node, ANY, "CASA is started here with a text that is not shown: it may call tasks"
                )


def _names_in_pieces(script: Script) -> Iterator[Hidden]:
    """`execfile('x_' '3.4.py')`: the name of a script that gets another one in 4.2, put together of pieces."""
    for node in script.functions.get("execfile", ()):
        name = pattern(script, arguments_of(node)[0]) if arguments_of(node) else ""
        if arguments_of(node) and arguments_of(node)[0].type == "concatenated_string" and "_3.4" in name:
            yield hidden(script, node, ANY, f"{name}, put together of pieces, keeps its name here", listed=False)


def _parts(argument: Node) -> list[Node]:
    """Give the words of a command that is given as a list."""
    return parts_of(argument) if argument.type in ("list", "tuple") else [argument]
