"""`aU.smoothbandpass(T)`, which leaves no table for the calibration tables of CASA 3.4 and later."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Add, Amendment, Reason, Set
from cal_upgrade.changes.removal import IMPORT, needs_import, removal
from cal_upgrade.layout.call import CannotRewrite, rewrite_call
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView, TaskCall
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import parts_of, statement_of

_OLD, _NEW = "_smooth20flat_ri", "_smooth20ch"
_MADE = re.compile(r"_smooth\d{1,6}\w{1,40}_(?:ri|ap)")


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Make the smoothed bandpass by a second call with `solint='inf,20ch'`, and use its table from then on."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for function in ("aU.smoothbandpass", "analysisUtils.smoothbandpass", "smoothbandpass"):
        for node in script.functions.get(function, ()):
            made = _second_bandpass(rule, script, node)
            if made is None:
                attention.append(
                    Attention(
                        rule.id,
                        script.reading.line(node),
                        "aU.smoothbandpass leaves no table for calibration tables of CASA 3.4 and later, "
                        "so the calls that use the smoothed table fail",
                        "Call bandpass a second time with solint='inf,20ch' and another caltable; name that table.",
                    )
                )
                return amendments, attention
            amendments.append(made)
    if amendments:
        amendments += _renamed(rule, script)
    elif any(_OLD in script.reading.of(node) for node in script.nodes.get("string", ())):
        amendments, attention = _left_over(rule, script)
    return amendments, attention


def _second_bandpass(rule: Rule, script: Script, node: Node) -> Amendment | None:
    """Give the edit that puts a bandpass call in the place of the smoothing; None if it can't be told which."""
    statement = statement_of(node)
    table = _table(script, node)
    if table is None or statement.type != "expression_statement" or statement.children[0].id != node.id:
        return None
    found = _first_bandpass(script, node, script.names.value(table))
    if found is None:
        return None
    call, view = found
    smoothed = _suffixed(script.reading.of(table), _NEW)
    if any(script.reading.of(string) == smoothed for string in script.nodes.get("string", ())):
        return None  # a table of the script's own, which is not ours to remove
    solint = "'inf,20ch'"
    try:
        text = rewrite_call(
            script.reading.of(call.node),
            [
                Set("caltable", smoothed),
                Set("solint", solint) if "solint" in view.values else Add("solint", solint, "caltable"),
            ],
        )
    except CannotRewrite:
        return None
    remove, indent = removal(smoothed), _indent(script, statement)
    if needs_import(remove, script.reading.text):
        remove = f"{IMPORT}\n{indent}{remove}"
    text = re.sub(r"\n" + re.escape(_indent(script, statement_of(call.node))), "\n" + indent, text)
    before = script.reading.of(node)
    after = f"{remove}\n{indent}{text}"
    reason = Reason(rule.id, rule.kind, rule.why, before, text, script.reading.line(node))
    return Amendment(Edit(node.start_byte, node.end_byte, after), (reason,))


def _table(script: Script, node: Node) -> Node | None:
    """Give the table that is smoothed, if 20 channels, the `flat` window and `ri` are what was asked for."""
    arguments = node.child_by_field_name("arguments")
    table = None
    for child in parts_of(arguments):
        if child.type != "keyword_argument":
            if table is not None:
                return None
            table = child
            continue
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name is None or value is None:
            return None
        defaults = {"window_len": 20, "window": "flat", "method": "ri"}
        word = script.reading.of(name)
        if word == "caltable":
            table = value
        elif (word in defaults and script.names.value(value) != defaults[word]) or word == "outputname":
            return None
    return table


def _first_bandpass(script: Script, node: Node, table: object) -> tuple[TaskCall, CallView] | None:
    """Find the last bandpass call before a place that writes the table."""
    found = None
    for call, view in zip(script.calls, script.views, strict=True):
        if call.task == "bandpass" and call.node.end_byte <= node.start_byte and not view.starred:
            written = view.values.get("caltable")
            if isinstance(written, str) and written == table and "caltable" not in view.positional:
                found = call, view
    return found


def _suffixed(table: str, suffix: str) -> str:
    plain = re.fullmatch(r"(['\"])([^'\"\\\n]*)\1", table)
    return f"{plain[1]}{plain[2].rstrip('/')}{suffix}{plain[1]}" if plain is not None else f"{table}+'{suffix}'"


def _indent(script: Script, statement: Node) -> str:
    indent = script.reading.ahead(statement)
    return indent if not indent.strip() else ""


def _renamed(rule: Rule, script: Script) -> list[Amendment]:
    found = []
    for node in script.nodes.get("string", ()):
        before = script.reading.of(node)
        if _OLD in before:
            after = before.replace(_OLD, _NEW)
            reason = Reason(rule.id, rule.kind, rule.why, before, after, script.reading.line(node))
            found.append(Amendment(Edit(node.start_byte, node.end_byte, after), (reason,)))
    return found


def _left_over(rule: Rule, script: Script) -> tuple[list[Amendment], list[Attention]]:
    """Point at the first use of a smoothed table that this script does not make."""
    for node in script.nodes.get("string", ()):
        if _MADE.search(script.reading.of(node)):
            return [], [
                Attention(
                    rule.id,
                    script.reading.line(node),
                    f"{script.reading.of(node)} is made by aU.smoothbandpass, which makes none from CASA 3.4 on",
                    "Make it with bandpass and solint='inf,20ch', and name that table here.",
                )
            ]
    return [], []
