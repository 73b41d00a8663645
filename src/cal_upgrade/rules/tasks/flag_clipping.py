"""Clipping in the flagdata of CASA 3.4, a mode of its own in 4.2.

In 3.4 manual flagging with `clipminmax` flags only data whose expression (`clipexpr='ABS RR'`) of a column lies
outside of these limits (Flagger.cc of 3.4.0); without two limits, the first below the second, nothing is clipped and
all that is selected is flagged. In 4.2 it is `mode='clip'` with `correlation='ABS_RR'` and `datacolumn`, as in the
ngc4826 regression script of CASA 4.2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cal_upgrade.changes.operations import Add, Drop, Operation, Proposal, Set
from cal_upgrade.rules.lost_settings import names_in
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks import Unclear
from cal_upgrade.rules.tasks.flagdata_34 import CLIPPING, is_manual, is_nothing, is_vector
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN

GONE = ("clipexpr", "clipcolumn")

_FUNCTIONS = {"ABS": "ABS", "ARG": "ARG", "NORM": "NORM", "RE": "REAL", "IM": "IMAG"}
_CORRELATIONS = "I|Q|U|V|RR|RL|LR|LL|XX|XY|YX|YY"
_COLUMNS = {
    **dict.fromkeys(("DATA", "OBS"), "DATA"),
    **dict.fromkeys(("CORRECTED", "CORR"), "CORRECTED"),
    **dict.fromkeys(("RES", "RES_CORR", "RES_CORRECTED"), "RESIDUAL"),
    **dict.fromkeys(("RES_OBS", "RES_DATA"), "RESIDUAL_DATA"),
    "MODEL": "MODEL",
}
"""Columns by the names of RFDataMapper.cc in 3.4.0, and by those of flagdata in 4.2."""


class Clip(NamedTuple):
    """What 4.2 is told: `correlation` and `datacolumn`."""

    correlation: str
    column: str


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Turn manual flagging with limits into mode 'clip'; drop what says nothing without limits."""
    given = [name for name in CLIPPING if name in call.values]
    gone = tuple(Drop(name) for name in GONE if name in call.texts)
    told = Proposal(rule.id, rule.kind, rule.why, handled=GONE)
    mode = call.values.get("mode", "manualflag")
    if not given or mode is UNKNOWN or is_vector(call):
        return []
    if not is_manual(mode) or (is_nothing(call.values.get("clipminmax")) and "clipminmax" not in call.texts):
        return [told._replace(operations=gone)] if gone else []
    try:
        limits = call.values.get("clipminmax")
        if limits is UNKNOWN and re.fullmatch(r"\[[^\[\],]+,[^\[\],]+\]", call.texts.get("clipminmax", "")):
            limits = [0, 1]  # two limits that the text does not show: taken to be in order
        clip = clipping({**call.values, "clipminmax": limits})
        if clip is None:
            return [*([told._replace(operations=gone)] if gone else []), *_of_setting(rule, call)]
        return [told._replace(operations=tuple(_operations(call, clip)))]
    except Unclear as unclear:
        shown = ", ".join(f"{name}={call.texts.get(name, '…')}" for name in given)
        return [
            told._replace(
                message=f"flagdata clips in a mode of its own in 4.2, and {shown} can't be turned into it: {unclear}",
                hint="Write mode='clip' with clipminmax, correlation (such as 'ABS_RR') and datacolumn.",
            )
        ]


def _of_setting(rule: Rule, call: CallView) -> Iterator[Proposal]:
    """Tell of limits that a variable holds: none today, and others would not clip in mode 'manual' of 4.2."""
    setting = " and ".join(names_in(call.texts.get("clipminmax", "")))
    if setting:
        message = (
            f"{setting} has no effect on clipminmax of flagdata any more: the call is converted for today's value"
        )
        hint = f"Convert the script again, or write mode='clip' in the call, if you give {setting} another value"
        yield Proposal(rule.id, "advice", rule.why, message=message, hint=hint)


def clipping(values: Mapping[str, object]) -> Clip | None:
    """Give what 4.2 is told of 3.4's parameters, None if they clip nothing. Raises Unclear."""
    limits = values.get("clipminmax")
    if is_nothing(limits):
        return None
    outside = values.get("clipoutside", True)
    if not isinstance(limits, (list, tuple)) or len(limits) != 2 or not all(_is_number(one) for one in limits):
        raise Unclear("the limits can't be told from the text")
    if outside is UNKNOWN or limits[0] > limits[1] or (limits[0] == limits[1] and outside):
        raise Unclear("3.4 takes limits only if the first lies below the second, and flags all that is selected else")
    for name in ("unflag", "autocorr"):
        if values.get(name) not in (None, False):
            raise Unclear(f"{name} is set")
    expression = values.get("clipexpr") or "ABS RR"
    # a correlation alone is its absolute value (DDMapper.cc of 3.4.0)
    found = re.fullmatch(rf"(?:({'|'.join(_FUNCTIONS)})\s+)?({_CORRELATIONS})", str(expression).strip().upper())
    if found is None:
        raise Unclear(f"{expression!r} is no expression of one correlation")
    if not is_nothing(values.get("correlation")) and str(values["correlation"]).upper() != found[2]:
        raise Unclear("correlation selects others")
    column = _COLUMNS.get(str(values.get("clipcolumn") or "DATA").upper())
    if column is None:
        raise Unclear("clipcolumn can't be told from the text")
    return Clip(f"{_FUNCTIONS[found[1] or 'ABS']}_{found[2]}", column)


def _operations(call: CallView, clip: Clip) -> list[Operation]:
    after = next((name for name in ("clipexpr", "mode", "vis") if name in call.texts), None)
    found: list[Operation] = []
    found.append(Set("mode", "'clip'") if "mode" in call.texts else Add("mode", "'clip'", "vis"))
    if "correlation" in call.texts:
        found.append(Set("correlation", f"'{clip.correlation}'"))
    else:
        found.append(Add("correlation", f"'{clip.correlation}'", after))
    if clip.column != "DATA" and "datacolumn" not in call.values:
        found.append(Add("datacolumn", f"'{clip.column}'", "clipcolumn"))
    return [*found, *(Drop(name) for name in GONE if name in call.texts)]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
