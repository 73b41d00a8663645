"""The test at the top of a script that stops it in another CASA version."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import parts_of, walk

# any version but 4.2: one other than 3.3 and 3.4 gets here only if the user says that the script is for 3.4
_OLD = re.compile(r"(?<![\d.])(?!4\\?\.2)[3-6](\\?\.)\d(?:\\?\.\d+)?")
# <> is Python 2's other way to write !=
_ORDER = re.compile(
    r"casa_version[^'\"]{0,200}(?:<(?!>)|(?<!<)>)|(?:<(?!>)|(?<!<)>)=?\s*+(?:\w{1,40}\.)?casa_version"
)
_NEWER = re.compile(r"casa_version[^'\"]{0,200}(?<!<)>")
_EXIT = re.compile(r"sys\.exit|\bexit\s*\(|\braise\b")


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Let a guard that asks for another CASA ask for 4.2, and its message say so.

    A comparison by order (`casa_version >= '3.4.0'`) is left alone: it holds in 4.2.
    """
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for branch in script.nodes.get("if_statement", ()):
        condition = branch.child_by_field_name("condition")
        if condition is None or not _asks_version(script, condition):
            continue
        asked = _code(script, condition)
        body = branch.child_by_field_name("consequence")
        stops = body is not None and _EXIT.search(_code(script, body)) is not None
        if not _OLD.search(asked) or (_ORDER.search(asked) and not (stops and _NEWER.search(asked))):
            continue
        if body is None or not stops or _ORDER.search(asked):
            attention.append(
                Attention(
                    rule.id,
                    script.reading.line(branch),
                    f"what the script does depends on the CASA version: {asked}",
                    "See which branch is right in 4.2, and change the test by hand.",
                )
            )
            continue
        amendments += _guard(rule, script, condition, body)
    return amendments, attention


def _code(script: Script, node: Node) -> str:
    """Give a node's text without the comments in it: what they say of versions is not asked."""
    text, start = script.reading.text, node.start_byte
    pieces = []
    for comment in (part for part in walk(node) if part.type == "comment"):
        pieces.append(text[start : comment.start_byte])
        start = comment.end_byte
    return b"".join([*pieces, text[start : node.end_byte]]).decode("utf-8")


def _asks_version(script: Script, condition: Node) -> bool:
    if "casa_version" in _code(script, condition):
        return True
    for node in walk(condition):
        bound = script.names.bindings.get(script.reading.of(node), ()) if node.type == "identifier" else ()
        if any("casa_version" in script.reading.of(binding) for binding in bound):
            return True
    return False


def _guard(rule: Rule, script: Script, condition: Node, body: Node) -> list[Amendment]:
    amendments = []
    for node in (*walk(condition), *walk(body)):
        if node.type != "string":
            continue
        before = script.reading.of(node)
        after = _OLD.sub(r"4\g<1>2", before)
        edit = Edit(node.start_byte, node.end_byte, after)
        if after != before:
            line = script.reading.line(node)
            amendments.append(Amendment(edit, (Reason(rule.id, rule.kind, rule.why, before, after, line),)))
    return amendments + _whole_versions(rule, script, condition)


def _whole_versions(rule: Rule, script: Script, condition: Node) -> list[Amendment]:
    """`casa_version != '3.4.0'` must hold for 4.2.0, 4.2.1 and 4.2.2: compare the first three characters."""
    found = []
    for node in walk(condition):
        sides = parts_of(node) if node.type == "comparison_operator" else []
        if len(sides) != 2:
            continue
        for version, other in (sides, sides[::-1]):
            if version.type in ("attribute", "identifier") and re.match(
                r"""['"]\d\.\d\.\d""", script.reading.of(other)
            ):
                before = script.reading.of(version)
                reason = Reason(rule.id, rule.kind, rule.why, before, f"{before}[:3]", script.reading.line(version))
                found.append(Amendment(Edit(version.end_byte, version.end_byte, "[:3]"), (reason,)))
    return found
