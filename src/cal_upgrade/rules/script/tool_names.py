"""Under which names a script has CASA's tools: those of a session, and those of its own making."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.script.model import Script

_SESSION = {
    **{"quanta": ("qa", "qatool"), "ms": ("ms", "mstool"), "image": ("ia", "iatool"), "imager": ("im", "imtool")},
    **{"coordsys": ("cs", "coordsystool"), "atmosphere": ("at", "attool"), "measures": ("me", "metool")},
    "deconvolver": ("dc", "dctool"),
}
"""The kinds of tools, each with its name in a session and the name of what makes one (taskinit.py of 3.4.0)."""

_IMAGES = r"\w+\.(?:newimage\w*|subimage|regrid|convolve\w*|rotate|collapse|imagecalc|moments|rebin|transpose)"


def tool_names(script: Script, kind: str) -> set[str]:
    """Give the names that hold a tool of a kind and nothing else, in either release's way of making one."""
    session, maker = _SESSION[kind]
    makers = rf"(?:{maker}|{kind}|casac\.{kind}|casac\.homefinder\.find_home_by_name\(['\"]{kind}Home['\"]\))"
    made = rf"{makers}(?:\.create)?\(\s*\)|{session}"
    made += rf"|{_IMAGES}\(.*" if kind == "image" else r"|\w+\.coordsys\(.*" if kind == "coordsys" else ""
    names = {session} if session not in script.names.bindings else set()
    for name, bound in script.names.bindings.items():
        shared = name == session and all(_unpacked(script, node) for node in bound)
        if shared or all(re.fullmatch(made, _right(script, node), re.DOTALL) for node in bound):
            names.add(name)
    return names | _attributes(script, made)


def _attributes(script: Script, made: str) -> set[str]:
    """Give the attributes that hold such a tool, as in `self.qa = qatool()`."""
    given: dict[str, list[str]] = {}
    for node in script.nodes.get("assignment", ()):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and left.type == "attribute":
            given.setdefault(script.reading.bare(left), []).append(script.reading.of(right))
    return {name for name, rights in given.items() if all(re.fullmatch(made, one, re.DOTALL) for one in rights)}


def _right(script: Script, node: Node) -> str:
    """Give what a plain assignment gives its name, '' of anything else."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    plain = node.type == "assignment" and left is not None and left.type == "identifier" and right is not None
    return _without_blanks(script, right) if plain and right is not None else ""


def _unpacked(script: Script, node: Node) -> bool:
    """Whether this is `im,cb,ms = gentools(…)`, which gives names the tools that a session calls so."""
    right = node.child_by_field_name("right") if node.type == "assignment" else None
    return right is not None and _without_blanks(script, right).startswith("gentools(")


def _without_blanks(script: Script, node: Node) -> str:
    return re.sub(r"[\s\\]+", "", script.reading.of(node))
