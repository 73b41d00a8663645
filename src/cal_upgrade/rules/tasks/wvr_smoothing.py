"""wvrgcal's `smooth`, a number of samples in 3.4 and a time in 4.2."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView

WVR_SAMPLE = 1.152
"""Seconds between WVR samples in ALMA's data of 2011 to 2013; listobs of a data set shows its own."""


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Tell how long the smoothing was, for a person to check against the data."""
    samples = call.values.get("smooth")
    if not isinstance(samples, (int, float)) or samples in (0, 1):
        return []
    return [
        Proposal(
            rule.id,
            rule.kind,
            rule.why,
            message=f"wvrgcal(smooth={samples}) counts samples; 4.2 wants a time and refuses a number",
            hint=f"Try smooth='{samples * WVR_SAMPLE:g}s' if samples are {WVR_SAMPLE} s apart (see listobs).",
            handled=("smooth",),
        )
    ]
