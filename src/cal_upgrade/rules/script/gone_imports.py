"""Imports of what CASA 4.2 has no more: tasks, tools and modules of 3.4."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.casa.tables import load
from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.script.default_of_gone_task import SUCCESSORS
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit

_TOOLS = {"tf": "af", "tftool": "aftool"}
_GONE = {"attool", "loghome", "vftaskhome"}
"""Names of taskinit.py in 3.4.0 that are gone in 4.2.0; those above have others."""

_MODULES = {"simple_summary", "qtcasapy"}
_FROM = re.compile(r"(?:task_)?(?P<task>\w+?)(?:_cli|_pg)?")


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Import what takes the place of each, under the same alias; a person is told where nothing does."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    new = load("4.2.0")
    gone = {task for task in script.interface if task not in new}
    for node in script.nodes.get("import_from_statement", ()):
        module = node.child_by_field_name("module_name")
        if module is None:
            continue
        text, _lost = _from(script, node, script.reading.of(module), gone)
        line = script.reading.line(node)
        if text is not None:
            before = script.reading.of(node)
            reason = Reason(rule.id, rule.kind, rule.why, before, text, line)
            amendments.append(Amendment(Edit(node.start_byte, node.end_byte, text), (reason,)))
        attention += [_told(rule, line, name) for name in _lost]
    for node in script.nodes.get("import_statement", ()):
        line = script.reading.line(node)
        text = _casac(script, node)
        if text is not None:
            reason = Reason(rule.id, rule.kind, rule.why, script.reading.of(node), text, line)
            amendments.append(Amendment(Edit(node.start_byte, node.end_byte, text), (reason,)))
        modules = (script.reading.of(name).split(" ")[0] for name in node.children_by_field_name("name"))
        attention += [_told(rule, line, name) for name in modules if _module_task(name, gone) is not None]
    return amendments, attention


def _told(rule: Rule, line: int, name: str) -> Attention:
    return Attention(
        rule.id, line, f"4.2 has no {name}, so that this import fails", "Import what 4.2 has in its place."
    )


def _module_task(module: str, gone: set[str]) -> str | None:
    """Give the task whose module it is, if that task is gone: `tflagdata`, `tflagdata_cli`, `task_tflagdata`."""
    found = _FROM.fullmatch(module)
    if module in _MODULES:
        return module
    return found["task"] if found is not None and found["task"] in gone else None


def _from(script: Script, node: Node, module: str, gone: set[str]) -> tuple[str | None, list[str]]:
    """Write an import anew, if it must be, and give the names that have no successor."""
    task = _module_task(module, gone)
    names = [script.reading.of(name) for name in node.children_by_field_name("name")]
    if task is not None:
        if len(names) == 1 and names[0].split()[0] in (task, f"{task}_cli") and task in SUCCESSORS:
            successor = SUCCESSORS[task]
            # flagautocorr under an alias is called with other arguments
            if task != "flagautocorr" or " as " not in names[0]:
                return f"from {module.replace(task, successor)} import {names[0].replace(task, successor)}", []
        return None, [module]
    if module not in ("tasks", "taskinit"):
        return None, []
    written = list(_successors(names, module, gone))
    lost = [old.split()[0] for old, name in zip(names, written, strict=True) if name is None]
    kept = [name if name is not None else old for old, name in zip(names, written, strict=True)]
    return (None if kept == names else _with_names(script, node, kept)), lost


def _with_names(script: Script, node: Node, wanted: list[str]) -> str:
    """Write an import with other names in their places; one that is there already goes, with its comma."""
    text, places = script.reading.text, node.children_by_field_name("name")
    parts, end = [], node.start_byte
    for number, (place, name) in enumerate(zip(places, wanted, strict=True)):
        if name not in wanted[:number]:
            parts += [text[end : place.start_byte].decode("utf-8"), name]
        end = place.end_byte
    return "".join([*parts, text[end : node.end_byte].decode("utf-8")])


def _successors(names: list[str], module: str, gone: set[str]) -> Iterator[str | None]:
    for name in names:
        word, _, alias = name.partition(" ")
        if module == "taskinit" and word in _TOOLS:
            yield f"{_TOOLS[word]} {alias}" if alias else _TOOLS[word]
        elif (module == "taskinit" and word in _GONE) or (word in gone and word not in SUCCESSORS):
            yield None
        elif word in gone and alias and word == "flagautocorr":
            yield None  # under its alias it is called with other arguments
        elif word in gone:
            yield f"{SUCCESSORS[word]} {alias}" if alias else SUCCESSORS[word]
        else:
            yield name


def _casac(script: Script, node: Node) -> str | None:
    """Write `import casac` so that `casac` is what makes tools: a module of that name holds it in 4.2."""
    names = [script.reading.of(name) for name in node.children_by_field_name("name")]
    wanted = [name for name in names if name.split()[0] == "casac"]
    if not wanted:
        return None
    others = [name for name in names if name not in wanted]
    indent = script.reading.ahead(node)
    lines = [f"import {', '.join(others)}"] if others else []
    lines.append(f"from casac import {wanted[0]}")
    return ("; " if indent.strip() else "\n" + indent).join(lines)
