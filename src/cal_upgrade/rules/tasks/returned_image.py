"""`wantreturn` of tasks that gave their image, or table, back in CASA 3.4 and do so no more."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Drop, Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.order import is_used

_FILES = {"splattotable": "table", "slsearch": "outfile"}


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Drop it where nobody looks at what comes back and the result goes to a file; else tell a person."""
    if "wantreturn" not in call.values:
        return []
    told = Proposal(rule.id, rule.kind, rule.why, handled=("wantreturn",))
    wanted = call.values["wantreturn"] not in (False, None)
    file = _FILES.get(call.task, "outfile")
    at_hand = not wanted or (not is_used(call) and call.values.get(file, "") != "")
    if "wantreturn" in call.texts and at_hand:
        return [told._replace(operations=(Drop("wantreturn"),))]
    return [
        told._replace(
            message=f"{call.task} has no wantreturn in 4.2: it writes {file} and gives back True",
            hint=f"Give {file}, and open it with the tool that is needed, such as ia.open(…).",
        )
    ]
