"""`growtime` and `growfreq` of mode extend, which CASA 3.4 took one for the other.

3.4 flagged all channels of a time if more than `growtime` per cent of them were flagged, and all times of a channel
by `growfreq` (FlagAgentExtension.cc of 3.4.0); svn r21873 put that right. Each is switched off by 0, in both releases
under its right name.
"""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Add, Operation, Proposal, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN

PARAMETERS = ("growtime", "growfreq")
DEFAULT = 90.0
"""Of both, in tflagdata of CASA 3.4.0."""


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Exchange the two; a person is told where that does not give what 3.4 did."""
    given = [name for name in PARAMETERS if name in call.values]
    mode = call.values.get("mode")
    if not given or (mode is not UNKNOWN and mode != "extend"):
        return []
    told = Proposal(rule.id, rule.kind, rule.why, handled=PARAMETERS)
    time, freq = (call.values.get(name, DEFAULT) for name in PARAMETERS)
    off = [name for name, value in zip(PARAMETERS, (time, freq), strict=True) if _is_off(value)]
    if time == freq and time is not UNKNOWN:
        return []
    if mode is UNKNOWN or off or not all(name in call.texts for name in given):
        shown = ", ".join(f"{name}={call.texts.get(name, '…')}" for name in given)
        return [
            told._replace(
                message=f"3.4 took growtime and growfreq one for the other, and 4.2 does not: {shown}",
                hint="Where mode is 'extend', exchange their values; one that is 0 switches its own direction off.",
            )
        ]
    operations: list[Operation] = []
    for name, other in (PARAMETERS, PARAMETERS[::-1]):
        value = call.texts.get(other, repr(DEFAULT))
        operations.append(Set(name, value) if name in call.texts else Add(name, value, other))
    return [told._replace(operations=tuple(operations))]


def _is_off(value: object) -> bool:
    return isinstance(value, (int, float)) and value <= 0
