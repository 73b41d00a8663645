"""The order in which concat puts its inputs: as listed in 3.4, by time in 4.2."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import CallsBefore, Script
from cal_upgrade.text.values import UNKNOWN

_UID = re.compile(r"uid___(A\w{1,20}?)_X([0-9a-f]{1,16})_X([0-9a-f]{1,16})")
_NUMBERED = ("field", "spw", "observation", "gainfield", "spwmap", "transfer", "reference")
_NUMBER = re.compile(r"(?<![\w.+-])\d+(?![\w.+-])")


def propose(rule: Rule, call: CallView, earlier: CallsBefore, results: str) -> Sequence[Proposal]:
    """Tell where numbers may be others now, or the call fails; the rest is worth a note."""
    told = rule.attention
    inputs = call.values.get("vis", UNKNOWN)
    sets = [str(one) for one in inputs] if isinstance(inputs, (list, tuple)) else []
    if told is None or (inputs is not UNKNOWN and len(sets) < 2) or call.starred:
        return []
    by_time = _by_time(sets)
    if call.values.get("concatvis", "") in (sets[1:] if by_time else sets):
        return [
            Proposal(
                rule.id,
                "required",
                rule.why,
                message=f"concatvis={call.texts.get('concatvis')} is one of the inputs, and 4.2 refuses that "
                "where it is not the first in time",
                hint="Name the first set in time as concatvis, or write to a new set.",
            )
        ]
    if by_time:
        return []
    line = _numbers_used(earlier.script, call)
    if line is None:
        return [Proposal(rule.id, "advice", rule.why, message=told.message, hint=told.hint)]
    message = f"{told.message}, and line {line} selects by number from what it makes"
    return [Proposal(rule.id, rule.kind, rule.why, message=message, hint=told.hint)]


def _by_time(sets: Sequence[str]) -> bool:
    """Whether the names are ALMA's own, which are numbered as the data were taken, in that order."""
    found = [_UID.search(name) for name in sets]
    numbers = [(match[1], int(match[2], 16), int(match[3], 16)) for match in found if match is not None]
    return bool(numbers) and len(numbers) == len(sets) and numbers == sorted(numbers)


def _numbers_used(script: Script, call: CallView) -> int | None:
    """Give the line of a call that selects by number from the set that is made; None if there is none."""
    made, text = call.values.get("concatvis", UNKNOWN), call.texts.get("concatvis")
    for view in script.placed_views[1]:
        same = view.values.get("vis") == made if made is not UNKNOWN else view.texts.get("vis") == text
        if not same or view.node is None or view.node == call.node:
            continue
        if any(name in view.texts and _NUMBER.search(str(view.values.get(name))) for name in _NUMBERED):
            return script.reading.line(view.node)
    return None
