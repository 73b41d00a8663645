"""`qa.time` and `qa.angle`, which give lists in CASA 4.2."""

from __future__ import annotations

from cal_upgrade.reading.edits import Edit
from cal_upgrade.records import Attention
from cal_upgrade.rewriting.operations import Amendment, Reason
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Take the first element, unless the script takes it or does without."""
    amendments: list[Amendment] = []
    for name in ("qa.time", "qa.angle"):
        for node in script.functions.get(name, ()) if "qa" not in script.names.bindings else ():
            above = node.parent
            if above is not None and above.type == "expression_statement":
                continue
            if above is not None and above.type == "subscript":
                index = above.child_by_field_name("subscript")
                if index is not None and script.reading.of(index) == "0":
                    continue
            before = script.reading.of(node)
            reason = Reason(rule.id, rule.kind, rule.why, before, f"{before}[0]", script.reading.line(node))
            amendments.append(Amendment(Edit(node.end_byte, node.end_byte, "[0]"), (reason,)))
    return amendments, []
