"""`gentools()`, which makes 19 tools in CASA 4.2 and made 15 in 3.4: the same ones first (taskinit.py of both)."""

from __future__ import annotations

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Take the first 15, unless the script names the tools it wants or picks some out."""
    amendments = []
    for node in script.functions.get("gentools", ()):
        above, arguments = node.parent, node.child_by_field_name("arguments")
        given = [] if arguments is None else [one for one in arguments.named_children if one.type != "comment"]
        if given or above is None or above.type in ("expression_statement", "subscript"):
            continue
        before = script.reading.of(node)
        reason = Reason(rule.id, rule.kind, rule.why, before, f"{before}[:15]", script.reading.line(node))
        amendments.append(Amendment(Edit(node.end_byte, node.end_byte, "[:15]"), (reason,)))
    return amendments, []
