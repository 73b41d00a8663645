"""Autocorrelations of the water vapour radiometers, flagged before wvrgcal needs them."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.rewriting.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Say so where a call before wvrgcal flags the autocorrelations of all windows of its measurement set."""
    told = rule.attention
    if told is None or not any(_flags_all(one) and _same(one, call) for one in earlier):
        return []
    return [Proposal(rule.id, rule.kind, rule.why, message=told.message, hint=told.hint)]


def _flags_all(one: CallView) -> bool:
    if one.task == "flagautocorr":
        return True
    return one.task in ("flagdata", "tflagdata") and one.values.get("autocorr") is True and not one.values.get("spw")


def _same(one: CallView, call: CallView) -> bool:
    return "vis" in call.texts and one.texts.get("vis") == call.texts["vis"]
