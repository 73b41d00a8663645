"""Flag versions that flagdata saves by itself: their names, in CASA 3.4 and in 4.2.

Before it flags, tflagdata of 3.4 saved the flags as `tflagdata_1`, `tflagdata_2`, … (flaghelper.py of 3.4.0), and
flagdata as `manualflag_1`, `quack_1`, `shadow_1`, …, each mode counted by itself (task_flagdata.py of 3.4.0). 4.2's
flagdata counts them all together: `flagdata_1`, `flagdata_2`, … (flaghelper.py of 4.2.0). All take the smallest
number that is free. flagautocorr of 3.4 saved nothing; the flagdata call in its place does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from cal_upgrade.changes.operations import Proposal, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.flagdata_34 import is_manual, is_quack
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.order import same_value
from cal_upgrade.text.values import UNKNOWN

AUTOMATIC = re.compile(r"(?P<before>tflagdata|manualflag|quack|shadow)_(?P<number>[1-9]\d*)")
_STEP = re.compile(rb"\bin\s+(?:my|the)steps\b")
_PLAIN = frozenset({"module", "block", "expression_statement", "assignment", "call", "argument_list"})


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Name the version of 4.2 where it is certain which call saves it; else `script.flag_version_names` tells."""
    mode = call.values.get("mode")
    parameter = {"restore": "versionname", "delete": "versionname", "rename": "oldname"}.get(str(mode), "")
    name = call.values.get(parameter)
    found = AUTOMATIC.fullmatch(name) if isinstance(name, str) and parameter in call.texts else None
    if found is None or any(_saves(one, name) for one in earlier):
        return []
    saved = _saved(call, earlier)
    places = [place for place, before in enumerate(saved or (), 1) if before == found["before"]]
    number = int(found["number"])
    if number > len(places):
        return []
    return [Proposal(rule.id, rule.kind, rule.why, (Set(parameter, f"'flagdata_{places[number - 1]}'"),))]


def own_versions(views: Iterable[CallView]) -> set[object]:
    """Give the names under which a script itself saves flags."""
    return {name for one in views for name in [_saved_as(one)] if name is not None}


def _saves(one: CallView, name: object) -> bool:
    return _saved_as(one) == name


def _saved_as(one: CallView) -> object:
    saves = one.task == "flagmanager" and one.values.get("mode") in ("save", "rename")
    return one.values.get("versionname") if saves else None


def _saved(call: CallView, earlier: Sequence[CallView]) -> list[str] | None:
    """Give what 3.4 called the versions that 4.2 counts, in order; None if the text does not show them all."""
    if not _surely_runs_once(call.node):
        return None
    saved: list[str] = []
    for one in earlier:
        if one.task == "flagmanager" and one.values.get("mode") not in ("save", "restore", "list"):
            return None
        before = _name_of_backup(one)
        same = _same_vis(one, call) if before != "" else False
        if before is None or same is None:
            return None
        if same:
            if not _surely_runs_once(one.node):
                return None
            saved.append(before)
    return saved


def _name_of_backup(one: CallView) -> str | None:
    """Give the name, without its number, that 3.4 gave to what a call saved; '' for nothing, None if that is open."""
    if one.task == "flagautocorr":
        return "flagautocorr"  # 4.2 alone saves something
    if one.task not in ("tflagdata", "flagdata"):
        return ""
    asked = [one.values.get(name) for name in ("mode", "flagbackup", "action")]
    if one.starred or UNKNOWN in asked:
        return None
    mode, backup, action = asked
    if backup in (False, 0) or action not in (None, "apply") or mode == "summary":
        return ""
    if one.task == "tflagdata":
        return "tflagdata"
    return "manualflag" if is_manual(mode) else "quack" if is_quack(mode) else "shadow" if mode == "shadow" else ""


def _same_vis(one: CallView, other: CallView) -> bool | None:
    """Whether two calls are about one measurement set; None if the text does not show it."""
    names = [view.values.get("vis") for view in (one, other)]
    if all(isinstance(name, str) for name in names):
        return str(names[0]).rstrip("/") == str(names[1]).rstrip("/")
    return True if same_value("vis", one, other) else None


def _surely_runs_once(node: Node | None) -> bool:
    """Whether a call stands at the outer level of the script or of a step, and so runs exactly once."""
    if node is None:
        return False
    above = node.parent
    while above is not None:
        test = above.child_by_field_name("condition") if above.type == "if_statement" else None
        step = test is not None and test.text is not None and _STEP.search(test.text) is not None
        if above.type not in _PLAIN and not step:
            return False
        above = above.parent
    return True
