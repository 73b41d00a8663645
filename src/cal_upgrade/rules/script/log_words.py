"""fluxscale's lines in the log, or in its listfile, taken to pieces by words instead of by a pattern.

4.2 puts `(freq=3.5e+11 Hz)` between window and `is:`, so that all words behind come two places later; the lines are
those of 3.4 without it (SolvableVisCal.cc of 3.4.0 and 4.2.0).
"""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit

_WORDS = re.compile(r"Flux density for|\bin SpW=|^\s*SpW=|INSUFFICIENT DATA")
_PATTERN = re.compile(r"SpW.{0,200}(?:\\\(|\[0-9\])|\\d|\.\*")
_TAKES = re.compile(r"\.(?:r?split|r?partition|r?find|r?index)\s*\(|\[[^\[\]\n:]*+:[^\]\n]{0,300}+\]")
_READ_BY_PATTERN = re.compile(r"in SpW\s*+=.{0,200}is")
_STRIPS = re.compile(r"freq=")


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Take the new words out of each line where a loop over a file's lines reads them; else a person is told."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    places: set[int] = set()
    for node in script.nodes.get("string", ()):
        value = script.names.value(node)
        if not isinstance(value, str) or not _WORDS.search(value) or _PATTERN.search(value):
            continue
        loop = _loop(node)
        around = loop if loop is not None else _top(node)
        text = script.reading.of(around)
        if _READ_BY_PATTERN.search(text) or _STRIPS.search(text) or not _TAKES.search(text):
            continue
        if around.start_byte in places:
            continue
        edit = None if loop is None else _stripping(script, loop)
        places.add(around.start_byte)
        if loop is not None and edit is not None:
            reason = Reason(rule.id, rule.kind, rule.why, "", edit.text.strip(), script.reading.line(loop))
            amendments.append(Amendment(edit, (reason,)))
        else:
            attention.append(
                Attention(
                    rule.id,
                    script.reading.line(node),
                    "this reads fluxscale's lines by words, and 4.2 puts (freq=… Hz) between the window and `is:`",
                    "Take it out of each line first: re.sub(r' \\(freq=[^)]*\\)', '', line).",
                )
            )
    return amendments, attention


def _loop(node: Node) -> Node | None:
    """Give the innermost `for line in …:` round a string that names one thing."""
    above = node.parent
    while above is not None and above.type != "for_statement":
        above = above.parent
    return above


def _top(node: Node) -> Node:
    """Give the function, or the whole script, that a string stands in."""
    while node.parent is not None and node.type != "function_definition":
        node = node.parent
    return node


def _stripping(script: Script, loop: Node) -> Edit | None:
    """Put the line's old form first in the body of a loop over lines; None if the loop is over something else."""
    line, lines, body = (loop.child_by_field_name(name) for name in ("left", "right", "body"))
    if line is None or lines is None or body is None or line.type != "identifier" or not body.named_children:
        return None
    first = body.named_children[0]
    ahead = script.reading.ahead(first)
    name = script.reading.of(line)
    if ahead.strip() or not re.search(rf"\b{name}\b", script.reading.of(body)):
        return None
    over = script.reading.of(lines)
    known = over in _files(script) or re.match(r"(?:open|file)\(", over) is not None
    if not known and re.sub(r"\.(?:x?readlines)\(\)$", "", over) not in _files(script):
        return None
    statements = [] if re.search(rb"^import\b.*\bre\b", script.reading.text, re.MULTILINE) else ["import re"]
    statements.append(f"{name} = re.sub(r' \\(freq=[^)]*\\)', '', {name})")
    start = first.start_byte - len(ahead.encode())
    return Edit(start, start, "".join(f"{ahead}{one}\n" for one in statements))


def _files(script: Script) -> set[str]:
    """Give the names of open files, and of lists of their lines."""
    names = set()
    for name, bound in script.names.bindings.items():
        rights = [script.reading.of(r) for n in bound if (r := n.child_by_field_name("right")) is not None]
        if rights and all(re.match(r"(?:open|file)\(|\w+\.readlines\(\)$", one) for one in rights):
            names.add(name)
    return names
