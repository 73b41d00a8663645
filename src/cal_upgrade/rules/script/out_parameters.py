"""Methods of tools that gave back their out-parameters as a dictionary in CASA 3.4.

Some give the record itself since (`ms.getscansummary()['summary']` is `ms.getscansummary()`), the others a list with
what they return first (`im.fitpsf(…)['bmaj']` is `im.fitpsf(…)[1]`): the tools' XML of 3.4.0 and 4.2.0, and
task_partition.py, task_csvclean.py, coordsystest_regression.py and task_plotweather.py of both.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.script.tool_names import tool_names
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit

RECORDS = {
    "getscansummary": ("", "summary"),
    "getspectralwindowinfo": ("", "spwInfo"),
    "summary": ("ms image", "header"),
    "histograms": ("image", "histout"),
}
"""Methods that give a record: the kinds of tools ('' for any: no other has such a method), and its key in 3.4."""

LISTS = {
    "fitpsf": ("", ("return", "bmaj", "bmin", "bpa")),
    "findaxis": ("", ("return", "coordinate", "axisincoordinate")),
    "findcoordinate": ("", ("return", "pixel", "world")),
    "advise": ("imager", ("return", "pixels", "cell", "facets", "phasecenter")),
    "sensitivity": ("imager", ("return", "pointsource", "relative", "sumweights")),
    "expand": ("measures", ("return", "xyz")),
    "touvw": ("measures", ("return", "dot", "xyz")),
    "getDryOpacitySpec": ("", ("return", "dryOpacity")),
    "getWetOpacitySpec": ("", ("return", "wetOpacity")),
    "getProfile": (
        "atmosphere",
        ("return", "thickness", "temperature", "watermassdensity", "water", "pressure", "O3", "CO", "N2O"),
    ),
    "getBasicAtmParms": (
        "",
        (
            *("return", "altitude", "temperature", "pressure", "maxAltitude", "humidity", "dTem_dh", "dP", "dPm"),
            *("h0", "atmType"),
        ),
    ),
}
"""Methods that give a list: the kinds of tools, and the keys of 3.4 in the list's order."""

_ONLY_TESTED = {"if_statement", "not_operator", "boolean_operator", "while_statement", "print_statement"}


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Rewrite each read of such a dictionary; a person is told of what is not read by a key that the text shows."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for method, node in _calls(script):
        edits = [_edit(script, method, read) for read in reads(script, node)]
        line = script.reading.line(node)
        if any(edit is None for edit in edits):
            key = RECORDS[method][1] if method in RECORDS else ""
            attention.append(
                Attention(
                    rule.id,
                    line,
                    f"{method}() gives {'the record itself' if key else 'a list'} in 4.2, not a dictionary of it",
                    f"Leave ['{key}'] out."
                    if key
                    else f"Read it by number: it holds {', '.join(LISTS[method][1])}, in this order.",
                )
            )
            continue
        for edit in edits:
            if edit is not None and edit not in [one.edit for one in amendments]:
                before = script.reading.text[edit.start : edit.end].decode("utf-8")
                place = script.reading.lines.of(edit.start)
                reason = Reason(rule.id, rule.kind, rule.why, before, edit.text, place)
                amendments.append(Amendment(edit, (reason,)))
    return amendments, attention


def _calls(script: Script) -> Iterator[tuple[str, Node]]:
    for function, nodes in script.functions.items():
        held, dot, method = function.rpartition(".")
        kinds = RECORDS.get(method, LISTS.get(method, ("-", "")))[0]
        if dot and (not kinds or any(held in tool_names(script, kind) for kind in kinds.split() if kind != "-")):
            yield from ((method, node) for node in nodes)


def reads(script: Script, node: Node) -> Iterator[Node | None]:
    """Give the `[…]` by which what a call gives is read; None where it goes elsewhere."""
    above = node.parent
    if above is None or above.type == "expression_statement" or above.type in _ONLY_TESTED:
        return
    target = above.child_by_field_name("left") if above.type == "assignment" else None
    if target is None or target.type != "identifier":
        yield above if above.type == "subscript" else None
        return
    name = script.reading.of(target)
    bound = script.names.bindings.get(name, ())
    method = script.reading.of(node).partition("(")[0].rstrip()
    if not all((script.reading.text[one.start_byte : one.end_byte]).decode().find(method) > 0 for one in bound):
        yield None
        return
    for use in script.nodes.get("identifier", ()):
        if script.reading.of(use) != name or use.parent is None or use == target or use.parent.type in _ONLY_TESTED:
            continue
        if use.parent.type == "assignment" and use.parent.child_by_field_name("left") == use:
            continue
        if use.parent.type == "keyword_argument" and use.parent.child_by_field_name("name") == use:
            continue
        held = use.parent.child_by_field_name("value") if use.parent.type == "subscript" else None
        yield use.parent if held == use else None


def _edit(script: Script, method: str, read: Node | None) -> Edit | None:
    """Give the edit that turns 3.4's key into what 4.2 wants; None if the key is not one of those."""
    if read is None:
        return None
    held, index = read.child_by_field_name("value"), read.child_by_field_name("subscript")
    key = script.names.value(index) if index is not None and index.type == "string" else None
    if held is None or index is None:
        return None
    if method in RECORDS:
        return Edit(held.end_byte, read.end_byte, "") if key == RECORDS[method][1] else None
    keys = LISTS[method][1]
    above = read.parent
    quantity = above is not None and above.type in ("attribute", "subscript")
    if key not in keys or quantity or (method == "findcoordinate" and key != "return"):
        return None  # what is inside has changed too: quantities are records, positions are vectors
    return Edit(index.start_byte, index.end_byte, str(keys.index(str(key))))
