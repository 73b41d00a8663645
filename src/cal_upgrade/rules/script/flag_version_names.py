"""Names of flag versions that CASA 3.4 gave by itself, where they are not rewritten."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.flag_versions import AUTOMATIC, own_versions
from cal_upgrade.script.assignments import plain_assignment
from cal_upgrade.script.model import Script
from cal_upgrade.text.python2 import statement_of

_PART = re.compile(
    rf"(?:.*/)?(?:flags\.)?(?P<name>{AUTOMATIC.pattern}|(?:tflagdata|manualflag)_(?:%\w+|\{{\w*\}})?)/?"
)


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Tell of each such name, and of each beginning of one, unless the script saves flags under that name itself."""
    if b"flagmanager" not in script.reading.text and b"flagversion" not in script.reading.text:
        return [], []
    own = own_versions([*script.views, *script.assigned_views])
    attention = []
    for node in script.nodes.get("string", ()):
        text = script.names.value(node)
        found = _PART.fullmatch(text) if isinstance(text, str) and text not in own else None
        if found is not None and not _unread(script, node):
            attention.append(
                Attention(
                    rule.id,
                    script.reading.line(node),
                    f"4.2 saves no flag version of the name {found['name']!r}: flagdata calls what it saves "
                    "flagdata_1, flagdata_2, …, and restoring a version that is not there changes no flags",
                    "Write flagdata_N with the number of the flagdata call that saves it, all modes counted "
                    "together; flagmanager(vis=…, mode='list') shows them.",
                )
            )
    return [], attention


def _unread(script: Script, node: Node) -> bool:
    """Whether a text is given to a name that nothing reads any more, since the new name stands in the call."""
    given = plain_assignment(statement_of(node))
    if given is None or given.value != node:
        return False
    name = script.reading.of(given.target)
    return [script.reading.of(one) for one in script.nodes.get("identifier", ())].count(name) == 1
