"""Flagging element by element in the flagdata of CASA 3.4, a list of commands in 4.2.

With `field=['0','4'], timerange=[a,b]` CASA 3.4 flagged field 0 at a and field 4 at b; what is no list counts for all
elements (task_flagdata.py of 3.4.0). 4.2 takes a list of commands: `mode='list', inpfile=["field='0' timerange='…'",
…]`, as in the leo2pt regression script of CASA 4.2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cal_upgrade.changes.operations import Add, Drop, Operation, Proposal, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks import Unclear
from cal_upgrade.rules.tasks.flag_clipping import clipping
from cal_upgrade.rules.tasks.flagdata_34 import (
    CLIPPING,
    ELEMENTS,
    QUACKING,
    SELECTING,
    is_list,
    is_manual,
    is_quack,
    is_vector,
)
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Write one command an element."""
    mode = call.values.get("mode", "manualflag")
    open_lists = [n for n in ELEMENTS if call.values.get(n) is UNKNOWN and _shows_list(n, call.texts.get(n, ""))]
    if not (is_vector(call) or open_lists) or not (is_manual(mode) or is_quack(mode)):
        return []
    given = [name for name in call.values if name in ELEMENTS]
    told = Proposal(rule.id, rule.kind, rule.why, handled=(*given, "selectdata"))
    try:
        if open_lists:
            raise Unclear(f"the text does not show all elements of {', '.join(open_lists)}")
        return [told._replace(operations=tuple(_operations(call, mode, given)))]
    except Unclear as unclear:
        message = (
            f"flagdata does not flag element by element in 4.2, and this can't be turned into commands: {unclear}"
        )
        hint = "Write mode='list' and one command an element: inpfile=[\"field='0' timerange='…'\", …]."
        return [told._replace(message=message, hint=hint)]


def _operations(call: CallView, mode: object, given: Sequence[str]) -> Iterator[Operation]:
    if call.values.get("selectdata") not in (None, True):
        raise Unclear("selectdata is set")
    missing = [name for name in given if name not in call.texts]
    if missing:
        raise Unclear(f"{', '.join(missing)} come in from a dictionary")
    if any(re.search(r"#[^#'\"\]\n]*\n", call.texts[name]) for name in given):
        raise Unclear("a comment stands between the elements")
    elements = _elements({name: call.values[name] for name in given})
    if len(elements) == 1 and not any(name in CLIPPING for name in given):
        for name in given:
            if is_list(name, call.values[name]):
                yield Set(name, repr(elements[0][name]))
        return
    commands = [_command("quack" if is_quack(mode) else "manual", element) for element in elements]
    yield Set("mode", "'list'") if "mode" in call.texts else Add("mode", "'list'", "vis")
    yield Add("inpfile", _written(commands), "mode" if "mode" in call.texts else "vis")
    yield from (Drop(name) for name in given)
    if "selectdata" in call.texts:
        yield Drop("selectdata")


def _elements(values: Mapping[str, object]) -> list[dict[str, object]]:
    """Give what 3.4 flags, element by element. Raises Unclear."""
    lists = {name: value for name, value in values.items() if isinstance(value, list) and is_list(name, value)}
    lengths = {len(value) for value in lists.values()}
    if len(lengths) != 1 or lengths == {0}:
        raise Unclear("the lists differ in length, which 3.4 refuses")
    unknown = [name for name, value in values.items() if value is UNKNOWN]
    if unknown:
        raise Unclear(f"the value of {', '.join(unknown)} is not in the text")
    return [
        {name: lists[name][place] if name in lists else value for name, value in values.items()}
        for place in range(lengths.pop())
    ]


def _command(mode: str, element: Mapping[str, object]) -> str:
    """Write one command. Raises Unclear."""
    if element.get("unflag") not in (None, False):
        raise Unclear("a list of commands does not unflag")
    if mode == "quack" and element.get("quackinterval", 0) == 0:
        raise Unclear("3.4 flagged all data where quackinterval is 0, 4.2 refuses it")
    clip = clipping(element) if mode == "manual" else None
    words = [] if mode == "manual" and clip is None else [f"mode='{'clip' if clip else mode}'"]
    for name, value in element.items():
        if name in SELECTING and not (clip and name == "correlation"):
            if isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            if not isinstance(value, str) or "'" in value or '"' in value or "=" in value:
                raise Unclear(f"{name}={value!r} does not fit into a command")
            words += [f"{name}='{value}'"] if value else []
        elif name in QUACKING and mode == "quack":
            words.append(f"{name}={value!r}")
        elif name == "autocorr" and value is True and mode == "manual":
            words.append("autocorr=True")
    if clip is not None:
        limits = element["clipminmax"]
        assert isinstance(limits, (list, tuple))
        words.append(f"correlation='{clip.correlation}' clipminmax=[{limits[0]!r},{limits[1]!r}]")
        words += [f"datacolumn='{clip.column}'"] if clip.column != "DATA" else []
        words += [f"{name}={element[name]!r}" for name in ("clipoutside", "channelavg") if name in element]
    return " ".join(words) or "mode='manual'"


def _written(commands: Sequence[str]) -> str:
    """Write a list of commands, one a line if it gets long."""
    texts = [f'"{command}"' for command in commands]
    short = f"[{', '.join(texts)}]"
    return short if len(short) < 90 else "[" + ",\n    ".join(texts) + "]"


def _shows_list(name: str, text: str) -> bool:
    return text.startswith("[[" if name == "clipminmax" else "[")
