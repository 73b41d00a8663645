"""clean of a field whose name ends in a minus."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> Sequence[Proposal]:
    """Give the rule's own words where the call selects such a field by name."""
    value, told = call.values.get("field", ""), rule.attention
    names = value if isinstance(value, (list, tuple)) else str(value).split(",")
    if told is None or not any(str(name).strip().endswith("-") for name in names):
        return []
    return [Proposal(rule.id, rule.kind, rule.why, message=told.message, hint=told.hint)]
