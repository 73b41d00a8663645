"""Weights and normalised bandpasses, which CASA 4.2.2 works out otherwise than 4.2.0 and 3.4."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView

_NOT_AVERAGED = (1, "", "0s", "-1s", "0", None)


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> Sequence[Proposal]:
    """Tell it once for a script in which any of it plays a part."""
    told = rule.attention
    if told is None or not _concerned(call):
        return []
    return [Proposal(rule.id, rule.kind, rule.why, message=told.message, hint=told.hint)]


def _concerned(call: CallView) -> bool:
    """Whether solutions are normalised, weights are calibrated, or data are averaged."""
    if call.task in ("bandpass", "gaincal"):
        return call.values.get("solnorm", False) is not False
    if call.task == "applycal":
        return call.values.get("calwt", True) is not False
    return any(call.values.get(name) not in _NOT_AVERAGED for name in ("timebin", "width"))
