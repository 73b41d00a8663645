"""What is known of one call when another, later in the text, runs; and whether a call's value is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.script.calls import CallView
from cal_upgrade.script.names.blocks import is_step, surely_runs
from cal_upgrade.text.python2 import statement_of

_OWN = re.compile(r"(?:^|[^\w.])(?!(?:str|os\.path\.\w+)\s*\()[A-Za-z_][\w.]*\s*\(|\.(?!format|replace|r?strip)\w+\(")
"""A call of anything but a plain function of texts: it may give another value each time."""


def surely_ran(one: CallView, other: CallView) -> bool:
    """Whether a call has run whenever another one, which comes later in the text, runs.

    So it does if it stands in a block that also holds the other. The blocks of steps do not count: a step that is
    left out today was run before, and its files are there. A loop over a list that is written out runs.
    """
    if one.node is None or other.node is None:
        return False
    around = {block.id for block in _blocks(other.node)}
    return all(block.id in around or is_step(block) or surely_runs(block) for block in _blocks(one.node))


def same_value(parameter: str, one: CallView, other: CallView) -> bool:
    """Whether a parameter of two calls surely has one value: the source is the same, and no name in it is set anew.

    Where the value does not show in the text, nothing between the calls, and no loop round one of them only, may set
    a name that its source holds.
    """
    text = one.texts.get(parameter)
    if text is None or text != other.texts.get(parameter):
        return False
    if isinstance(one.values.get(parameter), str):
        return one.values[parameter] == other.values.get(parameter)
    sources = one.sources.get(parameter), other.sources.get(parameter)
    if one.names is None or sources[0] is None or sources[1] is None or _OWN.search(text):
        return False
    return one.names.same(sources[0], sources[1])


def in_one_directory(one: CallView, other: CallView) -> bool:
    """Whether a file that one call works with is surely there, under the same name, for another one behind it.

    It may not be where the directory is changed between them, another script or text is run, or files are removed by
    a pattern; a function that does so may be called at any time.
    """
    if one.names is None or one.node is None or other.node is None:
        return False
    return one.names.undisturbed(one.node, other.node)


def may_be_one_set(one: CallView, other: CallView) -> bool:
    """Whether two calls may be about one measurement set; `vis + '.contsub'` is surely another than `vis`."""
    if "vis" not in one.values or "vis" not in other.values:
        return one.starred or other.starred
    sets = [_sets(call.values["vis"]) for call in (one, other)]
    if sets[0] and sets[1]:
        return bool(sets[0] & sets[1])
    shorter, longer = sorted((one.texts.get("vis", ""), other.texts.get("vis", "")), key=len)
    rest = longer[len(shorter) :] if shorter and longer.startswith(shorter) else ""
    return re.fullmatch(r"\s*\+\s*(?:'[^'\\]+'|\"[^\"\\]+\")", rest) is None


def begins_line(call: CallView) -> bool:
    """Whether a call's statement stands first in its line, so that others can be put ahead of it."""
    if call.node is None:
        return False
    top = call.node
    while top.parent is not None:
        top = top.parent
    text, start = top.text or b"", statement_of(call.node).start_byte
    return not text[text.rfind(b"\n", 0, start) + 1 : start].strip()


def is_used(call: CallView) -> bool:
    """Whether something is done with what a call gives back."""
    above = None if call.node is None else call.node.parent
    return above is not None and above.type not in ("expression_statement", "block", "module")


def _sets(vis: object) -> frozenset[str]:
    """Give the measurement sets that a parameter names; none if the text does not show them."""
    names = vis if isinstance(vis, (list, tuple)) else [vis]
    return frozenset(name.rstrip("/") for name in names if isinstance(name, str))


def _blocks(node: Node) -> Iterator[Node]:
    here = node.parent
    while here is not None:
        if here.type == "block":
            yield here
        here = here.parent
