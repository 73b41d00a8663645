"""`usescratch` of ft and clean: a column for the model, as in 3.4, or a virtual model, as 4.2 has it."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.rewriting.operations import Add, Proposal
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Write the column as 3.4 did, unless that would delete models which earlier calls keep virtual.

    In 4.2 a task that opens a measurement set with usescratch=True deletes all virtual models in it, whatever the
    field (Imager2.cc, Imager::makeVisSet, 4.2.0), so with virtual models of setjy the others stay virtual too.
    """
    if "usescratch" in call.values or call.starred:
        return []
    virtual = results == "nrao" and any(other.task == "setjy" for other in earlier)
    operations = () if virtual else (Add("usescratch", "True"),)
    return [Proposal(rule.id, rule.kind, rule.why, operations, handled=("usescratch",))]
