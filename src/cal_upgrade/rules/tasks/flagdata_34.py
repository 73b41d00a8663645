"""The flagdata of CASA 3.4, which was another task than 4.2's: what its parameters are for, and how it reads them.

From task_flagdata.py and flagdata.xml of 3.4.0. 4.2's flagdata is what 3.4 called tflagdata.
"""

from __future__ import annotations

from cal_upgrade.script.calls import CallView

SELECTING = (
    *("field", "spw", "antenna", "timerange", "correlation", "scan"),
    *("intent", "feed", "array", "uvrange", "observation"),
)
QUACKING = ("quackinterval", "quackmode", "quackincrement")
CLIPPING = ("clipexpr", "clipcolumn", "clipminmax", "clipoutside", "channelavg")
ELEMENTS = (*SELECTING, *QUACKING, *CLIPPING, "autocorr", "unflag")
"""The parameters that may be lists, with one element for each thing to flag."""


def is_manual(mode: object) -> bool:
    """Whether a value of `mode`, or none, is manual flagging: 3.4 takes the beginning for the whole."""
    return mode is None or (isinstance(mode, str) and mode != "" and "manualflag".startswith(mode))


def is_quack(mode: object) -> bool:
    """Whether a value of `mode` is mode quack."""
    return isinstance(mode, str) and mode != "" and "quack".startswith(mode)


def is_vector(call: CallView) -> bool:
    """Whether a call flags element by element: a parameter is a list (`clipminmax`: a list of lists)."""
    return any(is_list(name, call.values.get(name)) for name in ELEMENTS)


def is_list(parameter: str, value: object) -> bool:
    """Whether a parameter's value has an element for each thing to flag."""
    if parameter == "clipminmax":
        return isinstance(value, list) and bool(value) and isinstance(value[0], list)
    return isinstance(value, list)


def is_nothing(value: object) -> bool:
    """Whether a value is as good as none."""
    return value is None or value in ("", [], ())
