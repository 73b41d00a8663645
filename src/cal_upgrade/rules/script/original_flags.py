"""The flag version `Original`, which is saved once and must not be overwritten."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.changes.stage import insertion
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import TaskCall
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import statement_of


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Save `Original` only where no such version exists, as NRAO's 4.2 scripts mean to do.

    CASA keeps a flag version `NAME` of `X.ms` in `X.ms.flagversions/flags.NAME` (FlagVersion.cc and
    task_flagmanager.py of 4.2.0). NRAO's scripts look for `Original.flags`, which never exists: their guard lets
    every save through.
    """
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for call, view in zip(script.calls, script.views, strict=True):
        saves = call.task == "flagmanager" and view.values.get("mode") in ("save", "sav", "sa")
        if not saves or view.values.get("versionname") != "Original":
            continue
        statement = statement_of(call.node)
        if _guarded(script, statement):
            continue
        guard = f"if not os.path.exists({_with_suffix(view.texts.get('vis', 'vis'))}):"
        wrapped = _wrap(rule, script, call, statement, guard) if "vis" in view.texts else None
        if wrapped is None:
            attention.append(
                Attention(
                    rule.id,
                    call.line,
                    "doing this step again overwrites the flag version Original",
                    f"Put the call under: {guard}",
                )
            )
        amendments += wrapped or []
    return amendments, attention


def _guarded(script: Script, statement: Node) -> bool:
    above = statement.parent
    while above is not None:
        condition = above.child_by_field_name("condition") if above.type == "if_statement" else None
        if condition is not None and re.search(r"Original|flagversions", script.reading.of(condition)):
            return True
        above = above.parent
    return False


def _with_suffix(vis: str) -> str:
    """Write the path of the version's flags; `vis` is source text."""
    suffix = ".flagversions/flags.Original"
    plain = re.fullmatch(r"(['\"])([^'\"\\]*)\1", vis)
    if plain is not None:
        return f"{plain[1]}{plain[2]}{suffix}{plain[1]}"
    return f"{vis}+'{suffix}'" if re.fullmatch(r"[\w.]+", vis) else f"({vis})+'{suffix}'"


def _wrap(rule: Rule, script: Script, call: TaskCall, statement: Node, guard: str) -> list[Amendment] | None:
    """Put a statement under an `if`, its lines one indentation further in."""
    text = script.reading.text
    opening = insertion(text, statement.start_byte, guard)
    if opening is None or statement.type != "expression_statement":
        return None
    unit = _unit(script, statement)
    line = script.reading.line(statement)
    found = [Amendment(opening, (Reason(rule.id, rule.kind, rule.why, "", guard, line),))]
    start = text.rfind(b"\n", 0, statement.start_byte) + 1
    while start < statement.end_byte:
        if not _in_text(statement, start):
            found.append(Amendment(Edit(start, start, unit), ()))
        end = text.find(b"\n", start)
        start = end + 1 if end >= 0 else len(text)
    return found


def _in_text(statement: Node, place: int) -> bool:
    """Whether a place is inside a string, whose blanks are what it says."""
    node = statement.descendant_for_byte_range(place, place) if place > statement.start_byte else None
    while node is not None and node.type != "string":
        node = node.parent
    return node is not None and node.start_byte < place < node.end_byte


def _unit(script: Script, statement: Node) -> str:
    """Give one indentation as the script has it here: what the statement's block adds to the one above it."""
    block = statement.parent
    if block is None or block.parent is None or block.type != "block":
        return "  "
    inner, outer = script.reading.ahead(statement), script.reading.ahead(block.parent)
    unit = inner.removeprefix(outer)
    return unit if inner.startswith(outer) and unit and not unit.strip() else "  "
