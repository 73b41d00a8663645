"""Which fields a setjy sets models of, and which Solar system bodies they are, as far as the text shows."""

from __future__ import annotations

import re
from functools import lru_cache

from tree_sitter import Node

from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import Script
from cal_upgrade.text.values import UNKNOWN

ONLY_2010 = ("Davida", "Mercury", "Pluto", "Triton", "Victoria")
"""Bodies with a model of 2010 and none of 2012 (FluxCalc_SS_JPL_Butler.cc, solar_system_setjy.py of 4.2.0, 4.2.2)."""

IN_BOTH = (
    *("Venus", "Mars", "Jupiter", "Uranus", "Neptune", "Io", "Europa", "Ganymede", "Callisto", "Titan"),
    *("Ceres", "Juno", "Pallas", "Vesta"),
)
"""Bodies with a model of either year."""

_LAYOUT = ("comment", "line_continuation")

_MOST = 30
"""A range of more fields than this is not one that a person wrote out for setjy."""


def fields(view: CallView) -> list[str] | None:
    """Give the fields that a call names one by one; None if it selects by a pattern, or selects all."""
    value = view.values.get("field", "")
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    names: list[str] = []
    for part in (str(one).strip() for one in parts):
        through = re.fullmatch(r"(\d+)\s*~\s*(\d+)", part)
        if through is not None and int(through[2]) - int(through[1]) < _MOST:
            names += [str(number) for number in range(int(through[1]), int(through[2]) + 1)]
        elif not part or re.search(r"[*?~<>!{}/]", part):
            return None
        else:
            names.append(part)
    return names


@lru_cache(maxsize=4)
def spoken_of(script: Script) -> frozenset[str]:
    """Give the bodies that a script speaks of, but for those without a model of 2012 that a setjy itself names."""
    text = script.reading.text.decode("utf-8")
    known = {name for view in script.placed_views[1] if view.task == "setjy" for name in bodies(script, view)}
    words = frozenset(re.findall(r"\b[A-Z]\w+", text))
    return frozenset(
        {name for name in IN_BOTH if name in words}
        | {name for name in ONLY_2010 if name not in known and (name in words or name.upper() in words)}
    )


def bodies(script: Script, view: CallView) -> set[str]:
    """Give the bodies that the field of a call names, or the comment behind it."""
    value = view.values.get("field", "")
    words = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return named((words if value is not UNKNOWN else "") + " " + _comment(script, view))


def named(text: str) -> set[str]:
    """Give the bodies that a text names, whatever their case."""
    words = {word.capitalize() for word in re.findall(r"[A-Za-z]+", text)}
    return words & {*ONLY_2010, *IN_BOTH}


def field_value(script: Script, view: CallView) -> Node | None:
    """Give where the value of a call's field stands, in the call or assigned ahead of it; None if it is neither."""
    if view.node is None:
        return None
    if view.assigned:
        calls = (one for one in script.assigned if one.call == view.node and "field" in one.assignments)
        return next((one.assignments["field"].value for one in calls), None)
    arguments = view.node.child_by_field_name("arguments")
    given = [] if arguments is None else [one for one in arguments.named_children if one.type not in _LAYOUT]
    for place, node in enumerate(given):
        name = node.child_by_field_name("name") if node.type == "keyword_argument" else None
        if name is not None and name.text == b"field":
            return node.child_by_field_name("value")
        if name is None and view.positional[place : place + 1] == ("field",):
            return node
    return None


def _comment(script: Script, view: CallView) -> str:
    """Give the comment on the line of a call's field."""
    value = field_value(script, view)
    if value is None:
        return ""
    text = script.reading.text
    end = text.find(b"\n", value.end_byte)
    rest = text[value.end_byte : end if end >= 0 else len(text)].decode("utf-8")
    return rest.partition("#")[2]
