"""A task whose return value is another one in 4.2, where a script looks at it."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.rewriting.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.call_order import is_used
from cal_upgrade.script.calls import CallView


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Give the rule's own words where the value of the call is used."""
    if not is_used(call) or rule.attention is None:
        return []
    return [Proposal(rule.id, rule.kind, rule.why, message=rule.attention.message, hint=rule.attention.hint)]
