"""Rewrites a script's task calls by the rules: each call is looked at once, rules are looked up by task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import NamedTuple

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
from cal_upgrade.layout.call import CannotRewrite, edit_call, rewrite_call
from cal_upgrade.records import Attention
from cal_upgrade.rules.deriver import Derive
from cal_upgrade.rules.lost_settings import lost_settings
from cal_upgrade.rules.ruleset import Book
from cal_upgrade.script.calls import Argument, CallView, TaskCall
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit, apply
from cal_upgrade.text.python2 import statement_of


class Rewritten(NamedTuple):
    """What the rules make of a script's calls."""

    amendments: list[Amendment]
    attention: list[Attention]
    told: list[Told]


def rewrite_calls(script: Script, book: Book, derive: Derive) -> Rewritten:
    """Say what becomes of each task call with arguments."""
    edits: list[Amendment] = []
    attention: list[Attention] = []
    said: list[Told] = []
    notes: dict[tuple[str, str], Amendment] = {}
    behind = len(script.reading.text)
    # inner calls first: a call that holds another is written around what became of that one
    for call, view, proposals in reversed(list(_plans(script, book, derive))):
        start, end = call.node.start_byte, call.node.end_byte
        holds_others, behind = behind < end, start
        for proposal in proposals:
            if proposal.message and proposal.kind == "advice":
                notes[proposal.rule, proposal.message] = note(call.node.start_byte, call.line, call.task, proposal)
            elif proposal.message:
                attention.append(Attention(proposal.rule, call.line, proposal.message, proposal.hint))
        said += told(call.line, call.task, proposals)
        wanted = [proposal for proposal in proposals if proposal.operations]
        if not wanted:
            continue
        try:
            inner = [one for one in edits if start <= one.edit.start and one.edit.end <= end] if holds_others else []
            written = _write(script, call, view, wanted, inner)
        except CannotRewrite as error:
            said += told(call.line, call.task, wanted, all_of_it=True)
            rules = ", ".join(proposal.rule for proposal in wanted)
            attention.append(
                Attention(
                    wanted[0].rule,
                    call.line,
                    f"this call of {call.task} can't be rewritten by machine: {error}",
                    f"Change it by hand; what is due: {rules} (see --explain).",
                )
            )
            continue
        if inner:
            edits = [one for one in edits if one not in inner]
        edits += written
    return Rewritten([*edits, *notes.values()], attention, said)


def _plans(script: Script, book: Book, derive: Derive) -> Iterator[tuple[TaskCall, CallView, list[Proposal]]]:
    """Give each call with what is proposed for it, rules of its task first, then what the interfaces demand."""
    for call, view in zip(script.calls, script.views, strict=True):
        proposals = proposals_for(view, partial(script.views_before, call.node), book, derive)
        if proposals:
            yield call, view, proposals


def proposals_for(
    view: CallView, earlier: Callable[[], Sequence[CallView]], book: Book, derive: Derive
) -> list[Proposal]:
    """Collect what the rules and the interfaces want of one call; of two that want the same thing, the first wins."""
    found: list[Proposal] = []
    left_out: list[Proposal] = []
    said = book.said(view)
    before: Sequence[CallView] | None = None
    for rule, selected, proposal in said.rules:
        if rule.function is not None:
            before = earlier() if before is None else before
            proposed = exception(rule.function)(rule, view, before, book.options.results)
        else:
            proposed = [] if proposal is None else [proposal]
        (found if selected else left_out).extend(proposed)
    handled = frozenset(name for one in [*found, *left_out] for name in (*one.handled, *_names(one)))
    renamed = next((op.task for p in found for op in p.operations if isinstance(op, RenameTask)), None)
    if (handled, renamed) not in said.derived:
        said.derived[handled, renamed] = derive(view, handled, renamed)
    found += said.derived[handled, renamed]
    kept = _without_repeats(found)
    return [*kept, *lost_settings(view, kept)]


@cache
def exception(name: str) -> Callable[..., Sequence[Proposal]]:
    """Give the function of a rule that verbs can't express: `propose` of the module of that name."""
    from importlib import import_module

    function: Callable[..., Sequence[Proposal]] = import_module(f"cal_upgrade.rules.tasks.{name}").propose
    return function


def _names(proposal: Proposal) -> Iterator[str]:
    for operation in proposal.operations:
        if isinstance(operation, (Set, Drop, Add, Rename, ByKeyword)):
            yield operation.parameter


def _without_repeats(proposals: Iterable[Proposal]) -> list[Proposal]:
    taken: set[tuple[str, str]] = set()
    kept = []
    for proposal in proposals:
        operations = []
        for operation in proposal.operations:
            key = _key(operation)
            if key not in taken:
                taken.add(key)
                operations.append(operation)
        if operations or proposal.message:
            kept.append(proposal._replace(operations=tuple(operations)))
    return kept


def _key(operation: Operation) -> tuple[str, str]:
    """Two operations with one key can't both be done to a call."""
    if isinstance(operation, RenameTask):
        return ("task", "")
    if isinstance(operation, (Before, After)):
        return ("statement", operation.statement)
    if isinstance(operation, ByKeyword):
        return ("keyword", operation.parameter)
    return ("parameter", operation.parameter)


def _write(
    script: Script, call: TaskCall, view: CallView, proposals: Sequence[Proposal], inner: Sequence[Amendment]
) -> list[Amendment]:
    """Give a call's amendments, which take the place of those `inner` to it. Raises CannotRewrite."""
    reading = script.reading
    start, end = call.node.start_byte, call.node.end_byte
    beside = [
        _statement(script, call, proposal, operation)
        for proposal in proposals
        for operation in proposal.operations
        if isinstance(operation, (Before, After))
    ]
    operations = [op for p in proposals for op in p.operations if not isinstance(op, (Before, After))]
    if not operations:
        return [*beside, *inner]
    for operation in operations:
        name = "" if isinstance(operation, RenameTask) else operation.parameter
        if name in view.from_dictionary:
            raise CannotRewrite(f"{name} comes in from a dictionary, line {view.from_dictionary[name]}")
    operations = [*_by_keyword(view, operations), *(op for op in operations if not isinstance(op, ByKeyword))]
    if inner:
        moved = [Edit(a.edit.start - start, a.edit.end - start, a.edit.text) for a in inner]
        text = apply(reading.text[start:end], moved).text.decode("utf-8")
        edit = Edit(start, end, rewrite_call(text, operations, equal=script.equals))
    else:
        edit = edit_call(reading, call.node, operations, script.equals)
    reasons = [reason for amendment in inner for reason in amendment.reasons]
    own = (_reason(script, call, view, proposal, op) for proposal in proposals for op in proposal.operations)
    reasons += [reason for reason in own if reason is not None]
    return [*beside, Amendment(edit, tuple(reasons))]


def _by_keyword(view: CallView, operations: Sequence[CallOperation]) -> list[ByKeyword]:
    """Name the positional arguments that must be: those that change, and all behind them."""
    concerned = [
        view.positional.index(operation.parameter)
        for operation in operations
        if not isinstance(operation, RenameTask) and operation.parameter in view.positional
    ]
    if not concerned:
        return []
    return [ByKeyword(place, view.positional[place]) for place in range(min(concerned), len(view.positional))]


def _statement(script: Script, call: TaskCall, proposal: Proposal, operation: Before | After) -> Amendment:
    """Put a rule's own statement ahead of, or behind, the one that holds the call. Raises CannotRewrite."""
    statement = statement_of(call.node)
    behind = statement.end_byte if isinstance(operation, After) else None
    edit = insertion(script.reading.text, statement.start_byte, operation.statement, behind)
    if edit is None:
        due = "; ".join(operation.statement.strip().splitlines())
        raise CannotRewrite(f"a statement is due on a line of its own beside it: {due}")
    line = script.reading.line(statement)
    place, brought = call.node.start_byte, operation.statement
    return Amendment(edit, (Reason(proposal.rule, proposal.kind, proposal.why, "", brought, line, place),))


def _reason(
    script: Script, call: TaskCall, view: CallView, proposal: Proposal, operation: Operation
) -> Reason | None:
    """Say what an operation takes away and brings, as it stands in the text before; None for statements."""
    if isinstance(operation, (Before, After)):
        return None
    place = call.node.start_byte
    if isinstance(operation, RenameTask):
        return Reason(proposal.rule, proposal.kind, proposal.why, call.task, operation.task, call.line, place)
    argument = _argument(call, view, operation.parameter)
    before = "" if argument is None else script.reading.of(argument.node)
    line = call.line if argument is None else script.reading.line(argument.node)
    equals = _equals(script, call)
    if isinstance(operation, Drop):
        after = ""
    elif isinstance(operation, ByKeyword):
        after = f"{operation.parameter}{equals}{before}"
    elif isinstance(operation, Rename):
        named = argument is not None and argument.parameter is not None
        after = before.replace(operation.parameter, operation.to, 1) if named else f"{operation.to}{equals}{before}"
    elif argument is not None and argument.parameter is not None:
        after = before[: argument.value.start_byte - argument.node.start_byte] + operation.value
    else:
        after = f"{operation.parameter}{equals}{operation.value}"
        if argument is None:
            last = call.arguments[-1].node if call.arguments else call.node
            line = script.reading.lines.of(last.end_byte - 1)
    return Reason(proposal.rule, proposal.kind, proposal.why, before, after, line, place)


def _argument(call: TaskCall, view: CallView, parameter: str) -> Argument | None:
    """Find the argument of a parameter, by its name or by its place."""
    if parameter in view.positional:
        unnamed = [argument for argument in call.arguments if argument.parameter is None and not argument.star]
        return unnamed[view.positional.index(parameter)]
    return next((argument for argument in call.arguments if argument.parameter == parameter), None)


def _equals(script: Script, call: TaskCall) -> str:
    """Give the equals sign with the blanks that the call's author puts round it."""
    for argument in call.arguments:
        if argument.parameter is not None:
            between = script.reading.text[argument.node.start_byte : argument.value.start_byte].decode("utf-8")
            return between[len(argument.parameter) :]
    return script.equals


def note(place: int, line: int, task: str, proposal: Proposal) -> Amendment:
    """Note advice at a call without an edit; one note that says the same is enough, at the first call."""
    reason = Reason(proposal.rule, proposal.kind, f"{proposal.message}. {proposal.hint}", task, task, line)
    return Amendment(Edit(place, place, ""), (reason,))
