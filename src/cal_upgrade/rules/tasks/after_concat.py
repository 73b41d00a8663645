"""Calibration of a measurement set that was put together from several."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Say that solutions end with each observation, where the script itself made the set with concat."""
    combine = call.values.get("combine", "")
    told = rule.attention
    if told is None or combine is UNKNOWN or "obs" in str(combine) or not any(_made(one, call) for one in earlier):
        return []
    return [Proposal(rule.id, rule.kind, rule.why, message=told.message, hint=told.hint)]


def _made(one: CallView, call: CallView) -> bool:
    """Whether a call made the measurement set of another: concat, under the same name in the text or in value."""
    if one.task != "concat":
        return False
    same_text = one.texts.get("concatvis") is not None and one.texts.get("concatvis") == call.texts.get("vis")
    made = one.values.get("concatvis", UNKNOWN)
    return same_text or (made is not UNKNOWN and made == call.values.get("vis"))
