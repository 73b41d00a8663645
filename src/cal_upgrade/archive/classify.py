"""Tells what a script is for, by what it calls: calibration, a driver of calibration scripts, imaging, other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from cal_upgrade.text.python2 import parts_of

Purpose = Literal["calibration", "driver", "imaging", "other"]

CALIBRATION = frozenset(
    {
        "bandpass", "blcal", "fixplanets", "flagautocorr", "fluxscale", "gencal", "polcal", "setjy", "smoothcal",
        "wvrgcal",
    }
)  # fmt: skip
"""Tasks that only a calibration needs."""

SHARED = frozenset({"applycal", "flagcmd", "flagdata", "gaincal", "tflagdata"})
"""Tasks of calibration and of self-calibration while imaging: they decide only where nothing images."""

IMAGING = frozenset(
    {
        "clean", "deconvolve", "exportfits", "feather", "imcontsub", "immoments", "imview", "mosaic", "tclean",
        "uvcontsub", "uvcontsub2", "uvcontsub3", "widefield",
    }
)  # fmt: skip
"""Tasks of those who image."""

_RUNNERS = frozenset({"execfile", "os.system", "system", "os.popen", "subprocess.call", "subprocess.check_call"})
_NAMED = re.compile(rb"(_3\.4|scriptForCalibration(_?v?\d+)?)\.py", re.IGNORECASE)
_CHOICE = re.compile(rb"^[ \t]*(?:mysteps|thesteps)\s*=\s*(?:\[[^\]\d]{0,1000}+\d|range\b)", re.MULTILINE)
_LIKE_A_CALL = re.compile(rb"^[ \t]*(?:\w+[ \t]*=[ \t]*)?([a-z]\w*)[ \t]*\(", re.MULTILINE)
_STEPS = re.compile(rb"^[ \t]*step_title\s*=|^[ \t]*mystep\s*=", re.MULTILINE)

_QUERY = """
(call function: [(identifier) (attribute)] @function)
"""


class Kind(NamedTuple):
    """A script's purpose, and the evidence in a few words."""

    purpose: Purpose
    why: str


def tell(text: bytes, by_name: bool = False) -> Kind:
    """Tell what a script (UTF-8) is for.

    A text that does not read is judged by what looks like calls in it, or else by its name (`by_name`: that is a
    calibration script's).
    """
    root = _parser().parse(text).root_node
    functions = QueryCursor(_calls()).captures(root).get("function", [])
    called: dict[str, list[Node]] = {}
    for node in functions:
        called.setdefault(_of(text, node), []).append(node)
    named_by_default = set(_defaults(called.get("default", []), text))
    tasks = called.keys() | named_by_default
    if root.has_error:
        tasks |= {name.decode("ascii") for name in _LIKE_A_CALL.findall(text)}
    images = sorted(tasks & IMAGING)
    calibrates = sorted(tasks & (CALIBRATION if images else CALIBRATION | SHARED))
    if calibrates:
        places = [node for task in calibrates for node in called.get(task, ())]
        if places and not _runs(places, called, text):
            return Kind("other", "functions only, nothing is run")
        return Kind("calibration", f"calls {_some(calibrates)}")
    if tasks & _RUNNERS and not _STEPS.search(text) and (_NAMED.search(text) or _CHOICE.search(text)):
        return Kind("driver", "runs calibration scripts")
    if root.has_error and by_name:
        return Kind("calibration", "has a calibration script's name")
    if images:
        return Kind("imaging", f"calls {_some(images)}")
    return Kind("other", "no calibration task is called")


def _some(names: list[str]) -> str:
    return ", ".join(names[:3])


def _defaults(places: list[Node], text: bytes) -> Iterator[str]:
    """Give the tasks named in `default('gaincal')` or `default(gaincal)`."""
    for node in places:
        arguments = node.parent.child_by_field_name("arguments") if node.parent is not None else None
        for argument in parts_of(arguments)[:1]:
            yield _of(text, argument).strip("'\"")


def _runs(places: list[Node], called: dict[str, list[Node]], text: bytes) -> bool:
    """Whether one of the calls is run: it stands outside of functions, or in one that is called there."""
    outside = {name for name, nodes in called.items() if any(_function(node) is None for node in nodes)}
    holders = [_function(node) for node in places]
    waiting = {_name(holder, text) for holder in holders if holder is not None}
    if None in holders:
        return True
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in outside:
            return True
        seen.add(name)
        callers = [_function(node) for node in called.get(name, ())]
        waiting |= {_name(caller, text) for caller in callers if caller is not None} - seen
    return False


def _function(node: Node) -> Node | None:
    """Give the outermost function that holds a node."""
    found, here = None, node.parent
    while here is not None:
        if here.type == "function_definition":
            found = here
        here = here.parent
    return found


def _name(function: Node, text: bytes) -> str:
    name = function.child_by_field_name("name")
    return _of(text, name) if name is not None else ""


def _of(text: bytes, node: Node) -> str:
    return text[node.start_byte : node.end_byte].decode("utf-8", "replace")


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_python.language()))


@cache
def _calls() -> Query:
    return Query(Language(tree_sitter_python.language()), _QUERY)
