"""Tools of one's own: `tbtool.create()` in CASA 3.4, `tbtool()` in 4.2."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import arguments_of

_HOMES = {
    *("agentflagger", "atmosphere", "calibrater", "calplot", "componentlist", "coordsys", "deconvolver", "flagger"),
    *("image", "imagepol", "imager", "logsink", "measures", "ms", "msplot", "plotms", "quanta", "regionmanager"),
    *("simulator", "spectralline", "table", "tableplot", "utils", "vlafillertask", "vpmanager"),
}
"""The kinds of tools that `casac` has in 4.2 (taskinit.py of 4.2.0); 3.4 found them by their name and `Home`."""

_RENAMED = {"testflagger": "agentflagger"}
_MAKERS = {
    *("cbtool", "cltool", "coordsystool", "cptool", "cstool", "dctool", "fgtool", "iatool", "imtool"),
    *("metool", "mptool", "mstool", "pmtool", "potool", "qatool", "rgtool", "sltool", "smtool", "tbtool", "tftool"),
    *("tptool", "utilstool", "vptool", "imager", "calibrater"),
}
"""The names of taskinit.py, in 3.4.0, whose `create()` makes a tool."""

_NO_MAKER = {"attool": "atmosphere", "loghome": "logsink", "vftaskhome": "vlafillertask"}
"""Makers of 3.4 that have no name in taskinit.py of 4.2.0, with the kind of tool that `casac` makes."""

_FIND = "casac.homefinder.find_home_by_name"


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Make tools as 4.2 does: `casac.table()` and `tbtool()`, with no home to be found and nothing to create."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    makers = {name for name in _MAKERS if name not in script.names.bindings}
    for node in script.functions.get(_FIND, ()):
        kind = _kind(script, node)
        line = script.reading.line(node)
        if kind is None:
            message = f"4.2 has no homefinder, and no such tool: {script.reading.of(node)}"
            attention.append(Attention(rule.id, line, message, "Look for the tool among those of casac in 4.2."))
            continue
        amendments.append(_written(rule, script, node, f"casac.{kind}"))
        makers.update(_names_of(script, node))
    for node in script.nodes.get("call", ()):
        function = node.child_by_field_name("function")
        made = None if function is None or function.type != "attribute" else function.child_by_field_name("object")
        if function is None or made is None or script.reading.of(function.named_children[-1]) != "create":
            continue
        name = script.reading.of(made)
        if name in _NO_MAKER and name not in script.names.bindings:
            text = f"casac.{_NO_MAKER[name]}"
            before, line = script.reading.of(function), script.reading.line(node)
            reason = Reason(rule.id, rule.kind, rule.why, before, text, line)
            amendments.append(Amendment(Edit(function.start_byte, function.end_byte, text), (reason,)))
        elif name in makers or any(made.start_byte == a.edit.start for a in amendments):
            created = Edit(made.end_byte, function.end_byte, "")
            before = script.reading.of(function)
            reason = Reason(
                rule.id, rule.kind, rule.why, before, before[: -len(".create")], script.reading.line(node)
            )
            amendments.append(Amendment(created, (reason,)))
    return amendments, attention


def _kind(script: Script, node: Node) -> str | None:
    """Name the kind of tool that a home is found for, as 4.2 does; None if 4.2 has none."""
    given = arguments_of(node)
    value = script.names.value(given[0]) if given else None
    found = re.fullmatch(r"(\w+)Home", value) if isinstance(value, str) else None
    kind = None if found is None else _RENAMED.get(found[1], found[1])
    return kind if kind in _HOMES else None


def _names_of(script: Script, node: Node) -> set[str]:
    """Give the name that a home is kept in, if the script gives that name nothing else."""
    above = node.parent
    target = above.child_by_field_name("left") if above is not None and above.type == "assignment" else None
    name = "" if target is None else script.reading.of(target)
    return {name} if len(script.names.bindings.get(name, ())) == 1 else set()


def _written(rule: Rule, script: Script, node: Node, text: str) -> Amendment:
    reason = Reason(rule.id, rule.kind, rule.why, script.reading.of(node), text, script.reading.line(node))
    return Amendment(Edit(node.start_byte, node.end_byte, text), (reason,))
