"""`usescratch` of setjy, ft and clean: a column for the models, as in 3.4, or virtual models, as 4.2 has them."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Add, Drop, Operation, Proposal, Rename
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import CallsBefore
from cal_upgrade.script.models import asked, part_of_field, too_large, why_column, writes_model


def propose(rule: Rule, call: CallView, earlier: CallsBefore, results: str) -> Sequence[Proposal]:
    """Write the column where the script's models are to be there, else leave them virtual."""
    handled = Proposal(rule.id, rule.kind, rule.why, handled=("usescratch",))
    if not writes_model(call):
        return [handled]
    if call.task == "clean" and "calready" in call.values:
        old: Operation = Drop("calready") if "usescratch" in call.values else Rename("calready", "usescratch")
        handled = handled._replace(operations=(old,), handled=("usescratch", "calready"))
    if asked(call) is False and call.task == "clean" and too_large(call):
        return [
            handled._replace(
                message="4.2 refuses an image of this size with usescratch=False",
                hint="Give usescratch=True here, and to every setjy and ft of this measurement set.",
            )
        ]
    if asked(call) is False and call.task == "setjy" and part_of_field(call):
        return [
            handled._replace(
                message=f"without a column setjy sets the model of the whole field, whatever {part_of_field(call)} "
                "selects, as 4.2 warns in the log",
                hint="For a part of a field give usescratch=True here, and to every setjy, ft and clean of this "
                "measurement set.",
            )
        ]
    if asked(call) is not None or call.starred:
        return [handled] if handled.operations else []
    reason = why_column(earlier.script, call, results)
    if not reason:
        return [handled]
    why = rule.why if results == "keep" else f"{rule.why} Here it is the column: {reason}."
    return [handled._replace(why=why, operations=(Add("usescratch", "True"),))]
