"""Where the models of a script are kept in 4.2: virtual, as NRAO's scripts have them, or in a column, as in 3.4.

The two do not mix. A task that opens a measurement set with usescratch=True deletes every virtual model there,
whatever the field (Imager2.cc of CASA 4.2.0, Imager::makeVisSet), clearcal deletes them too once there is a corrected
column, and delmod leaves the column alone. So one answer holds for all calls about one measurement set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from cal_upgrade.script.calls import CallView
from cal_upgrade.script.corrected import reader_behind
from cal_upgrade.script.model import Script
from cal_upgrade.script.order import may_be_one_set
from cal_upgrade.text.values import UNKNOWN

WRITERS = frozenset({"setjy", "ft", "clean"})
"""Tasks that write models, with a parameter `usescratch`."""

LARGEST = 60e6
"""Pixels of an image cube that 4.2's clean makes without a column (task_clean.py:279 of CASA 4.2.0 and 4.2.2)."""

_SELECTIONS = ("timerange", "scan", "observation")


def why_column(script: Script, call: CallView, results: str) -> str:
    """Say why the models of a call's measurement set must be in the column, "" where they are virtual.

    `results` is "nrao" or "keep".
    """
    if results == "keep":
        return "3.4 kept its models there"
    return _reasons_by_set(script).get(_set(call), "")


@lru_cache(maxsize=4)
def _reasons_by_set(script: Script) -> dict[tuple[str, str, bool], str]:
    """Give the answer for each way in which the script's calls name a measurement set."""
    concerned = [view for view in script.placed_views[1] if writes_model(view) or view.task == "clearcal"]
    reasons: dict[tuple[str, str, bool], list[tuple[CallView, tuple[str, ...]]]] = {}
    for view in concerned:
        reasons.setdefault(_set(view), []).append((view, tuple(_reasons(script, view))))
    shown = {key: same for key, same in reasons.items() if isinstance(same[0][0].values.get("vis"), str)}
    others = {key: same for key, same in reasons.items() if key not in shown}
    found = {}
    for key, same in reasons.items():
        # two sets whose names show are one, or are not; all else has to be compared
        near = {key: same, **others} if key in shown else reasons
        alike = [
            one
            for other in near.values()
            if other is same or may_be_one_set(other[0][0], same[0][0])
            for one in other
        ]
        found[key] = _reason(alike)
    return found


def _set(call: CallView) -> tuple[str, str, bool]:
    """Give how a call names its measurement set: by the name, where it shows, or by the source."""
    vis = call.values.get("vis")
    if isinstance(vis, str):
        return (vis.rstrip("/"), "", False)
    return (repr(vis), call.texts.get("vis", ""), call.starred)


def _reason(alike: Sequence[tuple[CallView, Sequence[str]]]) -> str:
    """Give the first reason of the calls about one measurement set."""
    found = next((reason for _, why in alike for reason in why), "")
    if found or any(writes_model(view) and view.task == "setjy" for view, _ in alike):
        return found
    return (
        "no setjy of this script keeps virtual models there" if any(writes_model(view) for view, _ in alike) else ""
    )


def writes_model(view: CallView) -> bool:
    """Whether a call writes a model."""
    return view.task in WRITERS and view.values.get("listmodels", False) is False


def asked(view: CallView) -> object:
    """Give what a call says of usescratch, None if it says nothing; 3.3's clean called it calready."""
    return view.values.get("usescratch", view.values.get("calready") if view.task == "clean" else None)


def clears_some(view: CallView) -> bool:
    """Whether a call is a clearcal of some fields, windows or intents."""
    return view.task == "clearcal" and any(selects(view, name) for name in ("field", "spw", "intent"))


def selects(view: CallView, name: str) -> bool:
    """Whether a call selects by a parameter, or may do so."""
    value = view.values.get(name, "")
    return value is UNKNOWN or value not in ("", None, [], [""], "*")


def part_of_field(view: CallView) -> str:
    """Give the parameter by which a setjy selects a part of its fields, or may do so; "" if there is none."""
    return next((name for name in _SELECTIONS if selects(view, name)), "")


def too_large(view: CallView) -> bool | None:
    """Whether clean makes an image that 4.2 makes with a column only; None: the text does not show it."""
    mode, channels = view.values.get("mode", "mfs"), view.values.get("nchan", -1)
    if mode == "mfs" and "nchan" not in view.values:
        return False
    sizes = _numbers(view.values.get("imsize", 256))
    planes = len(str(view.values.get("stokes", "I")))
    if not isinstance(channels, int) or channels < 1 or not sizes or view.starred:
        return None
    return channels * max(sizes) ** 2 * planes > LARGEST


def _reasons(script: Script, view: CallView) -> Iterator[str]:
    line = 0 if view.node is None else script.reading.line(view.node)
    if writes_model(view) and asked(view) not in (None, False):
        yield f"line {line} asks for it with usescratch"
    if view.task == "setjy" and asked(view) is None and writes_model(view) and part_of_field(view):
        yield f"line {line} selects by {part_of_field(view)}, and a virtual model holds for a whole field"
    if view.task == "clean" and asked(view) is None and too_large(view) is not False:
        yield f"the image of line {line} is, or may be, too large for a virtual model in 4.2"
    if clears_some(view):
        if selects(view, "spw") or selects(view, "intent"):
            yield f"clearcal in line {line} clears a part of a field, and virtual models are cleared by field only"
        reader = reader_behind(script, view)
        if reader is not None:
            yield (
                f"{reader.what} in line {reader.line} reads the corrected data that clearcal in line {line} sets "
                "back, which delmod does not"
            )


def _numbers(value: object) -> list[int]:
    """Give the whole numbers of a value, of a list, or of lists in it; none if there is anything else."""
    if isinstance(value, (list, tuple)):
        parts = [_numbers(one) for one in value]
        return [] if not all(parts) else [number for part in parts for number in part]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []
