"""Names of flag versions that CASA 3.4 gave by itself, where they are not rewritten."""

from __future__ import annotations

import re

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.flag_versions import AUTOMATIC, own_versions
from cal_upgrade.script.model import Script

_PART = re.compile(rf"(?:.*/)?(?:flags\.)?(?:{AUTOMATIC.pattern}|(?:tflagdata|manualflag)_(?:%\w+|\{{\w*\}})?)/?")


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Tell of each such name, and of each beginning of one, unless the script saves flags under that name itself."""
    if b"flagmanager" not in script.reading.text and b"flagversion" not in script.reading.text:
        return [], []
    own = own_versions([*script.views, *script.assigned_views])
    attention = []
    for node in script.nodes.get("string", ()):
        name = script.names.value(node)
        if isinstance(name, str) and name not in own and _PART.fullmatch(name) is not None:
            attention.append(
                Attention(
                    rule.id,
                    script.reading.line(node),
                    f"4.2 saves no flag version of the name {name!r}: flagdata calls what it saves flagdata_1, "
                    "flagdata_2, …, and restoring a version that is not there changes no flags",
                    "Write flagdata_N with the number of the flagdata call that saves it, all modes counted "
                    "together; flagmanager(vis=…, mode='list') shows them.",
                )
            )
    return [], attention
