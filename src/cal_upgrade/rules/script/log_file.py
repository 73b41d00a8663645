"""`casalog.setlogfile('')`: back to the log file that was written before."""

from __future__ import annotations

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.changes.stage import insertion
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import parts_of, statement_of

_KEEP = "mylogfile = casalog.logfile()"


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Keep the log file's name before another is set, and go back to it by name.

    '' is casapy.log in both releases, unless 3.4's `user.logfile` or 4.2's `logfile.no.default` is set in ~/.casarc
    (logsink_cmpt.cc of 3.4.0 and 4.2.0), so that one that can't be paired makes no difference.
    """
    amendments: list[Amendment] = []
    opened: dict[int, Node] = {}
    for call in script.functions.get("casalog.setlogfile", ()):
        statement = statement_of(call)
        block = statement.parent.id if statement.parent is not None else 0
        given = _argument(call)
        if given is None or given.type != "string" or script.names.value(given) != "":
            opened[block] = statement
            continue
        line = script.reading.line(call)
        first = opened.pop(block, None)
        keep = None if first is None else _keep(script, first)
        if keep is None:
            continue  # both releases go on in casapy.log
        if first is not None and keep.text:
            reason = Reason(rule.id, rule.kind, rule.why, "", _KEEP, script.reading.line(first))
            amendments.append(Amendment(keep, (reason,)))
        edit = Edit(given.start_byte, given.end_byte, "mylogfile")
        reason = Reason(rule.id, rule.kind, rule.why, script.reading.of(given), "mylogfile", line)
        amendments.append(Amendment(edit, (reason,)))
    return amendments, []


def _keep(script: Script, first: Node) -> Edit | None:
    """Give the edit that keeps the name ahead of a statement; an empty one if the script does so already."""
    before = first.prev_named_sibling
    if before is not None and script.reading.of(before).replace(" ", "") == _KEEP.replace(" ", ""):
        return Edit(first.start_byte, first.start_byte, "")
    return insertion(script.reading.text, first.start_byte, _KEEP)


def _argument(call: Node) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return None
    given = parts_of(arguments)
    if len(given) != 1:
        return None
    return given[0].child_by_field_name("value") if given[0].type == "keyword_argument" else given[0]
