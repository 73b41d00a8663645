"""What wvrgcal's parameters of 4.1 do to antennas without good radiometer data of their own."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Add, Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.models import selects

NO_LIMITS = (("maxdistm", "20000"), ("minnumants", "1"), ("mingoodfrac", "0"))
"""3.4 took the three nearest antennas with good data however far they were, and asked of none how much is flagged."""


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> Sequence[Proposal]:
    """Write the limits of 3.4 where they surely matter; else tell, as NRAO's scripts take 4.2's."""
    handled = tuple(name for name, _ in NO_LIMITS)
    given = [name for name in handled if name in call.values]
    if given:
        return []
    if needed(results, selects(call, "wvrflag")):
        operations = tuple(Add(name, value) for name, value in NO_LIMITS)
        return [Proposal(rule.id, rule.kind, rule.why, operations, handled=handled)]
    told = rule.attention
    if told is None:
        return []
    return [Proposal(rule.id, "advice", rule.why, message=told.message, hint=told.hint, handled=handled)]


def needed(results: str, flags: bool) -> bool:
    """Whether the limits are written out: antennas are flagged by hand, or 3.4's numbers are to be kept."""
    return flags or results == "keep"
