"""Finds out which CASA version a script is written for, and says why."""

from __future__ import annotations

import re
from typing import NamedTuple

from cal_upgrade.records import Refused
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import Script


class Version(NamedTuple):
    """A CASA version ("3.4", "4.2") and the evidence in a sentence."""

    casa: str
    why: str


# A guard is a test of the version followed by sys.exit; `casa_version >= '3.4.0'` around a statement is none.
_GUARD = re.compile(
    rb"""(?:
        re\.(?:search|match)\s*+\(\s*+r?['"]\^?(?P<pattern>\d{1,9}\\?\.\d{1,9}(?:\\?\.\d{1,9})?)[^'"\n]{0,99}['"]\s*+,\s*+
        casadef\.casa_version
      | casa_version\s*+(?:\[[^]\n]{0,99}\]\s*+)?(?:\.startswith\s*+\(\s*+)?(?:(?:==|!=)\s*+)?
        (?:\(\s*+)?['"](?P<plain>\d{1,9}\.\d{1,9}(?:\.\d{1,9})?)['"]
    )[^\n]{0,300}+\n(?:[ \t]*+\n)*+[ \t]++(?:sys\.exit|raise\b|exit)""",
    re.VERBOSE,
)
_ANY_4 = re.compile(rb"['\"]\^?4\.?['\"]\s*+,\s*+casadef\.casa_version")
_IF = re.compile(rb"if\b")
_NEW_STEPS = (b"Fix of SYSCAL table times", b"Split out corrected column")
_GONE_TASKS = frozenset(
    {"tflagdata", "flagautocorr", "uvcontsub2", "flagdata2", "oldflagcmd", "testautoflag", "simdata", "peel"}
)


def detect(script: Script, new_tasks: frozenset[str]) -> Version:
    """Tell a script's CASA version from its guard, its steps, and the tasks and parameters of its time.

    `new_tasks` are the tasks of 4.2 that 3.4 does not have. Raises Refused if the script is clearly for a version
    other than 3.3, 3.4 and 4.2.
    """
    text = script.reading.joined
    guard = _guard(script)
    if guard is not None:
        number, line = guard
        major = ".".join(number.split(".")[:2])
        if major in ("3.3", "3.4"):
            return Version("3.4", f"line {line} asks for CASA {number}")
        if major == "4.2":
            return Version("4.2", f"line {line} asks for CASA {number}")
        raise Refused(
            line,
            f"the script asks for CASA {number}, not 3.4",
            "Use --from 3.4 if it was really made for 3.4.",
        )
    if any(_is_tested(text, found.start()) for found in _ANY_4.finditer(text)):
        return Version("4.2", "its guard takes any CASA 4")
    old = _old_habit(script)
    if old:
        return Version("3.4", old)
    titles = [title.decode() for title in _NEW_STEPS if title in text]
    if len(titles) == len(_NEW_STEPS):
        return Version("4.2", f"it has the steps {' and '.join(repr(title) for title in titles)}, which 3.4 has not")
    calls = {task: script.functions[task] for task in sorted(script.functions.keys() & new_tasks)}
    new = [task for task, nodes in calls.items() if any(map(script.calls_task, nodes))]
    if new:
        return Version("4.2", f"it calls {', '.join(new)}, which CASA 3.4 does not have")
    return Version("3.4", "nothing in it is of another version; a script of CASA 4.0 can look the same")


def _guard(script: Script) -> tuple[str, int] | None:
    for found in _GUARD.finditer(script.reading.joined):
        if not _is_tested(script.reading.joined, found.start()):
            continue
        number = (found["pattern"] or found["plain"]).decode().replace("\\", "")
        return number, script.reading.lines.of(found.start())
    return None


def _is_tested(text: bytes, place: int) -> bool:
    """Whether an `if`, and no comment, stands ahead of a place in its line."""
    ahead = text[text.rfind(b"\n", 0, place) + 1 : place]
    return b"#" not in ahead and _IF.search(ahead) is not None


def _old_habit(script: Script) -> str:
    """Name the first thing in a script that only CASA 3.3 or 3.4 understands."""
    for call, view in zip(script.calls, script.views, strict=True):
        if call.task in _GONE_TASKS:
            return f"line {call.line} calls {call.task}, which CASA 4.2 does not have"
        said = _old_parameter(view)
        if said:
            return f"line {call.line}: {said}"
    return ""


def _old_parameter(view: CallView) -> str:
    if view.task == "flagdata" and view.values.get("mode") == "manualflag":
        return "flagdata(mode='manualflag') is CASA 3.3's and 3.4's"
    for parameter in ("gaincurve", "opacity"):
        if parameter in view.values and view.task in ("gaincal", "bandpass", "applycal", "polcal", "blcal"):
            return f"{view.task} has {parameter}, which CASA 4.2 does not have"
    if view.values.get("standard") == "Butler-JPL-Horizons 2010":
        return "setjy takes the models of 2010"
    return ""
