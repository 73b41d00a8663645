"""Lists of strings that select data in the tflagdata of CASA 3.4: one selection, as in 4.2's flagdata."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Proposal, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.flagdata_34 import SELECTING
from cal_upgrade.script.calls import CallView


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Write a list as one text with commas, which no reader takes for the old flagdata's element by element."""
    operations = []
    for name in SELECTING:
        value = call.values.get(name)
        if name not in call.texts or not isinstance(value, list) or not value:
            continue
        if not all(isinstance(one, str) for one in value):
            continue
        shown = call.texts[name].startswith("[")
        text = repr(",".join(value)) if shown else f"','.join({call.texts[name]})"
        operations.append(Set(name, text))
    return [Proposal(rule.id, rule.kind, rule.why, tuple(operations))] if operations else []
