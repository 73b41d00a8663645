"""Rewrites task calls of the older style by the rules: what is assigned ahead of a call is what it passes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cal_upgrade.casa.tables import Interface
from cal_upgrade.changes.operations import (
    Add,
    After,
    Amendment,
    Before,
    ByKeyword,
    CallOperation,
    Drop,
    Operation,
    Proposal,
    Reason,
    Rename,
    RenameTask,
    Set,
    Told,
    told,
)
from cal_upgrade.changes.stage import insertion
from cal_upgrade.layout.call import CannotRewrite
from cal_upgrade.layout.reassign import rewrite
from cal_upgrade.records import Attention
from cal_upgrade.rewrite.calls import Rewritten, note, proposals_for
from cal_upgrade.rules.deriver import Derive
from cal_upgrade.rules.ruleset import Book
from cal_upgrade.script.assignments import AssignedCall
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import statement_of

FOLLOWED = "assigned-inputs"
"""What it is called that the inputs of a call can't be followed."""

Planned = tuple[AssignedCall, CallView, list[Proposal]]


def rewrite_assigned(script: Script, book: Book, derive: Derive, new: Interface) -> Rewritten:
    """Say what becomes of each task call without arguments; `new` is the interface that the result is for."""
    planned = [
        (call, view, _proposals(script, call, view, book, derive))
        for call, view in zip(script.assigned, script.assigned_views, strict=True)
    ]
    among = [(call, _written(proposals)) for call, _, proposals in planned]
    amendments: dict[Edit, Amendment] = {}
    attention: list[Attention] = []
    said: list[Told] = []
    notes: dict[tuple[str, str], Amendment] = {}
    for call, _, proposals in planned:
        line = script.reading.line(call.call)
        for proposal in proposals:
            if proposal.message and proposal.kind == "advice":
                advice = note(call.call.start_byte, line, call.task, proposal)
                notes.setdefault((proposal.rule, proposal.message), advice)
            elif proposal.message:
                attention.append(Attention(proposal.rule, line, proposal.message, proposal.hint))
        said += told(line, call.task, proposals)
        try:
            made = _amendments(script, call, proposals, among, new)
        except CannotRewrite as error:
            said += told(line, call.task, proposals, all_of_it=True)
            attention.append(
                Attention(
                    next(p.rule for p in proposals if p.operations),
                    line,
                    f"this call of {call.task} can't be rewritten by machine: {error}",
                    "Change it by hand; what is due: " + ", ".join(dict.fromkeys(p.rule for p in proposals)) + ".",
                )
            )
            attention += _doubts(script, call)
            continue
        if not _gets_arguments(call, proposals):
            attention += _doubts(script, call)
        for amendment in made:
            amendments.setdefault(amendment.edit, amendment)
    return Rewritten([*amendments.values(), *notes.values()], attention, said)


def _proposals(script: Script, call: AssignedCall, view: CallView, book: Book, derive: Derive) -> list[Proposal]:
    """Collect what the rules want of a call; one that gets arguments has those alone, and no others behind them."""
    earlier = partial(script.views_before, call.call)
    found = proposals_for(view, earlier, book, derive)
    if not _gets_arguments(call, found) or call.doubts:
        return found
    return proposals_for(view._replace(starred=False), earlier, book, derive)


def _written(proposals: Sequence[Proposal]) -> list[CallOperation]:
    """Give the operations on the call itself; in this style nothing is positional."""
    operations = (operation for proposal in proposals for operation in proposal.operations)
    return [op for op in operations if not isinstance(op, (Before, After, ByKeyword))]


def _gets_arguments(call: AssignedCall, proposals: Sequence[Proposal]) -> bool:
    """Whether a call is rewritten with arguments: one of another task now, without a `default` ahead."""
    return call.default is None and any(isinstance(op, RenameTask) for p in proposals for op in p.operations)


def _amendments(
    script: Script,
    call: AssignedCall,
    proposals: Sequence[Proposal],
    among: Sequence[tuple[AssignedCall, Sequence[CallOperation]]],
    new: Interface,
) -> list[Amendment]:
    """Give a call's amendments, all or none. Raises CannotRewrite."""
    found = []
    operations = _written(proposals)
    task = next((op.task for op in operations if isinstance(op, RenameTask)), call.task)
    accepts = new[task].by_name if task in new else None
    # all operations are written into such a call together
    at_once = rewrite(script.reading, call, operations, among, accepts) if _gets_arguments(call, proposals) else []
    for proposal in proposals:
        for operation in proposal.operations:
            if isinstance(operation, ByKeyword):
                continue
            if isinstance(operation, (Before, After)):
                edits = [_statement(script, call, operation)]
            elif at_once:
                edits = at_once if isinstance(operation, RenameTask) else []
            else:
                edits = rewrite(script.reading, call, [operation], among, accepts)
            reason = _reason(script, call, proposal, operation)
            found += [Amendment(edit, (_placed(script, call, edit, reason),)) for edit in edits]
    return found


def _statement(script: Script, call: AssignedCall, operation: Before | After) -> Edit:
    statement = statement_of(call.call)
    behind = statement.end_byte if isinstance(operation, After) else None
    edit = insertion(script.reading.text, statement.start_byte, operation.statement, behind)
    if edit is None:
        raise CannotRewrite(f"a statement is due on a line of its own beside it: {operation.statement.strip()}")
    return edit


def _reason(script: Script, call: AssignedCall, proposal: Proposal, operation: Operation) -> Reason:
    """Say what an operation takes away and brings, as it stands in the text before."""
    reading, line = script.reading, script.reading.line(call.call)
    before, after = "", ""
    if isinstance(operation, RenameTask):
        before, after = call.task, operation.task
    elif isinstance(operation, (Before, After)):
        after = operation.statement
    else:
        assignment = call.assignments.get(operation.parameter)
        if assignment is not None:
            before = reading.of(assignment.statement)
            line = reading.line(assignment.statement)
        if isinstance(operation, Set) and assignment is not None:
            after = before[: assignment.value.start_byte - assignment.statement.start_byte] + operation.value
        elif isinstance(operation, Rename):
            after = before.replace(operation.parameter, operation.to, 1)
        elif isinstance(operation, (Add, Set)):
            after = f"{operation.parameter} = {operation.value}"
        else:
            assert isinstance(operation, (Drop, ByKeyword))
    return Reason(proposal.rule, proposal.kind, proposal.why, before, after, line)


def _placed(script: Script, call: AssignedCall, edit: Edit, reason: Reason) -> Reason:
    """Give a reason the line that its edit shows at; what is put on lines of its own belongs to the call."""
    place = call.call.start_byte if edit.start == edit.end else None
    return reason._replace(line=_line(script, edit, reason.line), place=place)


def _line(script: Script, edit: Edit, otherwise: int) -> int:
    """Give the line that an edit shows at."""
    return script.reading.lines.of(edit.start) if edit.start < edit.end else otherwise


def _doubts(script: Script, call: AssignedCall) -> list[Attention]:
    """Tell a person that it can't be followed what a call passes; one line is enough for a call."""
    line = script.reading.line(call.call)
    doubt = next(iter(call.doubts), None)
    if not call.parameters - {"async"} or (doubt is None and call.default is not None):
        return []
    why = (
        f"line {doubt.line}: {doubt.why}" if doubt is not None else f"there is no default('{call.task}') ahead of it"
    )
    return [
        Attention(
            FOLLOWED,
            line,
            f"what {call.task} gets from variables here can't be followed for certain: {why}",
            "Compare its inputs with those that CASA 4.2 knows, or pass them in the call.",
        )
    ]
