"""A place where a task may be run without a call of it in the text, and which names are a task's there."""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.script.model import Script

ANY = "?"
"""Stands for the task where the text does not show which one runs."""


class Hidden(NamedTuple):
    """Such a place: the task (`ANY` if unknown), the line, the place (byte offset), and what is the matter.

    `listed`: whether it is a call of its own, to be counted in the account; a name that is bound to a task is none
    where the calls by that name are listed.
    """

    task: str
    line: int
    place: int
    what: str
    listed: bool = True


def hidden(script: Script, node: Node, task: str, what: str, listed: bool = True) -> Hidden:
    """Make one for a node."""
    return Hidden(task, script.reading.line(node), node.start_byte, what, listed)


def is_free(script: Script, node: Node) -> bool:
    """Whether a name may mean here what CASA or Python puts behind it: the script has not surely bound it."""
    return node.type != "identifier" or script.names.may_be_task(node)


def task_in(name: str, tasks: frozenset[str]) -> str:
    """Give the task behind one of the names that CASA's modules have for it: `gaincal`, `gaincal_cli`; "" if none.

    `gaincal = gaincal_cli_()` is made in gaincal_cli.py (casa2pycli.xsl of 3.4.0).
    """
    for end in ("", "_cli", "_cli_", "_pg"):
        if name.endswith(end) and name[: len(name) - len(end)] in tasks:
            return name[: len(name) - len(end)]
    return ""


def value_of(argument: Node) -> Node:
    """Give the value of an argument: behind the equals sign if it has one."""
    value = argument.child_by_field_name("value") if argument.type == "keyword_argument" else None
    return argument if value is None else value
