"""Who reads the corrected column of a measurement set that `clearcal` sets back to the data.

In 3.4 and in 4.2 clearcal puts DATA into CORRECTED_DATA of the rows it selects (VisSet::initCalSet, VisSet.cc 4.2.0);
delmod leaves the column alone. So it matters what is read between clearcal and the next applycal.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import Script
from cal_upgrade.script.order import may_be_one_set, surely_ran
from cal_upgrade.text.values import UNKNOWN

_ALWAYS = frozenset(
    {
        *("clean", "pclean", "csvclean", "widefield", "autoclean", "boxit", "uvsub", "uvcontsub", "uvcontsub2"),
        *("uvmodelfit", "concat", "virtualconcat", "cvel", "fixvis", "plotuv", "msmoments", "mosaic"),
    }
)
"""Tasks that take the corrected column where there is one, or copy every column."""

_BY_DEFAULT = frozenset({"split", "exportuvfits", "statwt", "hanningsmooth", "mstransform"})
"""Tasks whose column is `corrected`, or all, unless they are told (their XML files in CASA 3.4.0 and 4.2.0)."""

_COLUMN = re.compile(r"corrected|residual|all", re.IGNORECASE)
_TOOL_COLUMN = re.compile(r"['\"][\w,-]*corrected[\w,-]*['\"]", re.IGNORECASE)
_LOOPS = ("for_statement", "while_statement")


class Reader(NamedTuple):
    """A place that reads the corrected column: its line (from 1) and what is called there."""

    line: int
    what: str


def reader_behind(script: Script, call: CallView) -> Reader | None:
    """Give what reads the corrected column behind a clearcal before applycal writes it anew; None if nothing does.

    Behind it is also the rest of a loop that it stands in, and for one in a function the whole script.
    """
    if call.node is None:
        return None
    top = CallView("", {}, node=script.reading.root)
    for way in _ways(script, call, call.node):
        applied: list[CallView] = []
        for place in way:
            if isinstance(place, Reader):
                if not applied:
                    return place
            elif place.task == "applycal":
                applied += [place] if _covers(place, call) else []
                if applied and surely_ran(applied[-1], top):
                    break
            elif not any(surely_ran(one, place) for one in applied):
                assert place.node is not None
                return Reader(script.reading.line(place.node), place.task)
    return None


def reads(call: CallView) -> bool:
    """Whether a task call reads the corrected column, or may do so."""
    if call.task in _ALWAYS:
        return True
    columns = {name: value for name, value in call.values.items() if name.endswith("column")}
    if not columns:
        return call.task in _BY_DEFAULT
    return any(value is UNKNOWN or _is_corrected(value) for value in columns.values())


def _is_corrected(value: object) -> bool:
    """Whether a value names the column; 3.4 takes the beginning of a name for the name."""
    text = str(value).strip().lower()
    beginning = any(whole.startswith(text) for whole in ("corrected", "residual", "all"))
    return text != "" and (beginning or _COLUMN.search(text) is not None)


def _ways(script: Script, call: CallView, node: Node) -> Iterator[Iterator[CallView | Reader]]:
    """Give what follows a call, in order: to the end of the text, and round the loop that it stands in."""
    places, events = _events(script, call)
    around = list(_around(node))
    if any(block.type in ("function_definition", "lambda") for block in around):
        yield iter(events)
        return
    behind = bisect_right(places, node.start_byte)
    yield islice(events, behind, None)
    loops = [block for block in around if block.type in _LOOPS]
    if loops:
        start, end = bisect_left(places, loops[-1].start_byte), bisect_left(places, loops[-1].end_byte)
        yield chain(islice(events, behind, end), islice(events, start, behind))


def _events(script: Script, call: CallView) -> tuple[list[int], list[CallView | Reader]]:
    """Give what may read or write the column of a call's measurement set, with the places (byte offsets)."""
    key = (repr(call.values.get("vis")), call.texts.get("vis", ""), call.starred)
    known = _known(script)
    if key not in known:
        concerned = [
            (place, what)
            for place, what in _in_order(script)
            if isinstance(what, Reader) or may_be_one_set(what, call)
        ]
        known[key] = [place for place, _ in concerned], [what for _, what in concerned]
    return known[key]


@lru_cache(maxsize=4)
def _known(script: Script) -> dict[tuple[str, str, bool], tuple[list[int], list[CallView | Reader]]]:
    """Give what is remembered of a script's measurement sets, to be filled as they are asked for."""
    return {}


@lru_cache(maxsize=4)
def _in_order(script: Script) -> list[tuple[int, CallView | Reader]]:
    """Give the calls that may read or write the column, with their places (byte offsets)."""
    concerned = (
        one for one in _places(script) if isinstance(one[1], Reader) or one[1].task == "applycal" or reads(one[1])
    )
    return sorted(concerned, key=lambda one: one[0])


def _places(script: Script) -> Iterator[tuple[int, CallView | Reader]]:
    yield from zip(*script.placed_views, strict=True)
    for name, calls in script.functions.items():
        # print and casalog.post say something of the column, they don't read it
        if "." in name and not name.startswith(("casalog.", "os.", "sys.", "re.")):
            yield from _tool_calls(script, name, calls)


def _tool_calls(script: Script, name: str, calls: Iterable[Node]) -> Iterator[tuple[int, Reader]]:
    for call in calls:
        if _TOOL_COLUMN.search(script.reading.of(call)) is not None:
            yield call.start_byte, Reader(script.reading.line(call), name)


def _around(node: Node) -> Iterator[Node]:
    here = node.parent
    while here is not None:
        yield here
        here = here.parent


def _covers(applied: CallView, call: CallView) -> bool:
    """Whether an applycal may write the fields of a clearcal anew; names and numbers can't be compared."""
    fields = [_fields(one) for one in (applied, call)]
    if not all(fields):
        return True
    first, second = fields
    alike = all(name.isdigit() for name in first) == all(name.isdigit() for name in second)
    return not alike or bool(first & second)


def _fields(call: CallView) -> set[str]:
    value = call.values.get("field", "")
    if not isinstance(value, str) or re.search(r"[*~<>!]", value):
        return set()
    return {name.strip() for name in value.split(",") if name.strip()}
