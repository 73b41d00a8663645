"""clearcal of some fields: delmod where models are virtual, clearcal still where they are in a column."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Add, Drop, Operation, Proposal, RenameTask
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import CallsBefore
from cal_upgrade.script.models import clears_some, why_column, writes_model


def propose(rule: Rule, call: CallView, earlier: CallsBefore, results: str) -> Sequence[Proposal]:
    """Clear the models where the script keeps them.

    A clearcal of everything is the same in both releases; what it takes from 3.4's defaults is derived.
    """
    hidden = call.starred and not call.assigned and "addmodel" not in call.values
    if (call.starred and not clears_some(call)) or (hidden and why_column(earlier.script, call, results)):
        return [_told(rule, "clearcal gets inputs that the text does not show")]
    if not clears_some(call):
        return []
    reason = why_column(earlier.script, call, results)
    if not reason:
        operations: list[Operation] = [RenameTask("delmod")]
        operations += [Drop(name) for name in ("spw", "intent", "addmodel") if name in call.values]
        return [Proposal(rule.id, rule.kind, rule.why, tuple(operations), handled=("addmodel",))]
    stays = () if "addmodel" in call.values else (Add("addmodel", "True"),)
    why = rule.why if results == "keep" else f"{rule.why} Here clearcal stays: {reason}."
    proposal = Proposal(rule.id, rule.kind, why, stays, handled=("addmodel",))
    if results == "keep" or any(map(writes_model, earlier.script.placed_views[1])):
        return [proposal]
    return [proposal, _told(rule, f"clearcal stays here, for {reason}")]


def _told(rule: Rule, what: str) -> Proposal:
    return Proposal(
        rule.id,
        rule.kind,
        rule.why,
        message=f"{what}; in 4.2 it deletes the virtual models of all fields",
        hint="Where another script has set models without usescratch=True, set them again behind this call.",
        handled=("addmodel",),
    )
