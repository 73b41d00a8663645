"""The tool `tf`, called `af` since CASA 4.0."""

from __future__ import annotations

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit

_NAMES = {"tf": "af", "tftool": "aftool"}


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Call the tool by its new name, unless the script has a `tf` of its own."""
    amendments: list[Amendment] = []
    for node in script.nodes.get("attribute", ()):
        held = node.child_by_field_name("object")
        name = "" if held is None else script.reading.of(held)
        if held is not None and name in _NAMES and name not in script.names.bindings:
            reason = Reason(rule.id, rule.kind, rule.why, name, _NAMES[name], script.reading.line(held))
            amendments.append(Amendment(Edit(held.start_byte, held.end_byte, _NAMES[name]), (reason,)))
    return amendments, []
