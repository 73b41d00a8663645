"""Autocorrelations of the water vapour radiometers, flagged before wvrgcal needs them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView

_AUTO = re.compile(r"&&&|&&\s*\*?\s*(?:$|[;'\]])")
"""`&&&` selects autocorrelations alone, `&&` them too."""

_RADIOMETERS = re.compile(r"\s*(?:\*|0(?!\d))")
"""A selection of windows that holds the radiometers', which is the first in ALMA's data of Cycle 0."""


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Say so where a call before wvrgcal flags the autocorrelations of all windows of its measurement set."""
    told = rule.attention
    if told is None or not any(_flags_all(one) and _same(one, call) for one in earlier):
        return []
    return [Proposal(rule.id, rule.kind, rule.why, message=told.message, hint=told.hint)]


def _flags_all(one: CallView) -> bool:
    """Whether a call flags autocorrelations of all windows by its antennas; autocorr=True spares the radiometers."""
    if one.task not in ("flagdata", "tflagdata", "flagcmd") or one.values.get("action", "apply") in ("list", "plot"):
        return False
    if one.values.get("autocorr") is True or one.values.get("mode") in ("unflag", "summary"):
        return False
    if one.values.get("mode") == "list" or one.task == "flagcmd":
        commands = f"{one.values.get('inpfile', '')}\n{one.values.get('command', '')}"
        lines = re.split(r"\n|', '|\", \"", commands)
        return any("&&&" in line and not re.search(r"\bspw\b|unflag|summary", line) for line in lines)
    spw = one.values.get("spw") or ""
    first = spw[0] if isinstance(spw, list) else spw
    radiometers = not first or (isinstance(first, str) and _RADIOMETERS.match(first) is not None)
    return radiometers and _AUTO.search(str(one.values.get("antenna", ""))) is not None


def _same(one: CallView, call: CallView) -> bool:
    return "vis" in call.texts and one.texts.get("vis") == call.texts["vis"]
