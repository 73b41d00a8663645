"""Writes operations into the assignments that a call without arguments takes its parameters from.

A variable lives on: what one call is given, later calls and the script's own code may find too. So an assignment is
changed only where it serves this call alone, or where all calls that it serves ask for the same, and where no code
reads the variable; otherwise a person has to look (`CannotRewrite`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from tree_sitter import Node

from cal_upgrade.changes.operations import Add, ByKeyword, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout.mask import CannotRewrite
from cal_upgrade.script.assignments import AssignedCall, Assignment
from cal_upgrade.script.variables import loop_start, read_behind
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading, statement_of

Wanted = Sequence[tuple[AssignedCall, Sequence[CallOperation]]]
"""All calls of a script in this style, with what is to be done in each."""


def rewrite(
    reading: Reading,
    call: AssignedCall,
    operations: Sequence[CallOperation],
    among: Wanted = (),
    accepts: Collection[str] | None = None,
) -> list[Edit]:
    """Give the edits that write operations into what belongs to a call.

    Where calls share an assignment and ask for the same, each gives the same edit: apply it once.
    `accepts`: the parameters of the task that is called in the end. The assignment to a dropped parameter that it
    does not know may stay where it can't be taken away: no task looks at it (CASA 3.4.0 and 4.2 task wrappers).

    Raises CannotRewrite with the reason where this is not safe; ValueError where an operation names a parameter that
    nothing is assigned to, or that can't be meant here.
    """
    around = [(other, wanted) for other, wanted in among if other is not call]
    renamed = [operation.task for operation in operations if isinstance(operation, RenameTask)]
    if renamed and call.default is None:
        return _with_arguments(reading, call, renamed[0], operations, around)
    edits: list[Edit] = []
    for operation in operations:
        if isinstance(operation, RenameTask):
            edits += _rename_task(reading, call, operation, around, accepts)
        elif isinstance(operation, Add):
            edits.append(_add(reading, call, operation, around, operations))
        elif isinstance(operation, ByKeyword):
            raise ValueError("a call without arguments has no positional argument")
        else:
            edits += _change(reading, call, operation, around, accepts)
    return edits


def _certain(call: AssignedCall, *parameters: str) -> None:
    """Raise CannotRewrite if it is not certain what the call gets for some parameters."""
    for line, why, parameter in call.doubts:
        if not parameter or parameter in parameters:
            raise CannotRewrite(f"what {call.task} gets here is not certain: line {line}: {why}")


def _rename_task(
    reading: Reading,
    call: AssignedCall,
    operation: RenameTask,
    around: Wanted,
    accepts: Collection[str] | None,
) -> Iterator[Edit]:
    """Call another task, and name it in `default`, `inp`, `saveinputs` too."""
    _certain(call)
    for other, wanted in around:
        if set(other.names) & set(call.names) and operation not in wanted:
            raise CannotRewrite(f"the call in line {reading.line(other.call)} hangs on the same default")
    for name in sorted(set(accepts or ()) - call.parameters):
        set_before = re.compile(rb"(?<![\w.])" + name.encode() + rb"[ \t]*=")
        if call.default is not None and set_before.search(reading.text, 0, call.default.start_byte):
            _free(reading, name, statement_of(call.default), operation, around)
    function = call.call.child_by_field_name("function")
    named = [function] if function is not None and reading.of(function) == call.task else []
    for node in {node.start_byte: node for node in (*call.names, *named)}.values():
        yield Edit(node.start_byte, node.end_byte, operation.task)


def _with_arguments(
    reading: Reading,
    call: AssignedCall,
    task: str,
    operations: Sequence[CallOperation],
    around: Wanted,
) -> list[Edit]:
    """Call another task with arguments.

    Without a `default` ahead, what was set for earlier tasks would count for the parameters that only the other task
    has. As soon as arguments are given it does not.
    """
    _certain(call, *call.parameters)
    # every task has `async`, False by default in all of them
    if set(call.reset) - {"async"} or not call.assignments:
        raise CannotRewrite(f"there is no default('{call.task}') ahead: what {task} would get is not certain")
    in_order = sorted(call.assignments, key=lambda name: call.assignments[name].statement.start_byte)
    given = {name: (name, name) for name in in_order}
    for operation in operations:
        if isinstance(operation, Add):
            given[operation.parameter] = (operation.parameter, operation.value)
        elif not isinstance(operation, RenameTask | ByKeyword) and operation.parameter not in given:
            raise ValueError(f"nothing is assigned to {operation.parameter} for this call")
        elif isinstance(operation, Set):
            given[operation.parameter] = (given[operation.parameter][0], operation.value)
        elif isinstance(operation, Rename):
            given[operation.parameter] = (operation.to, given[operation.parameter][1])
        elif isinstance(operation, Drop):
            del given[operation.parameter]
    equal = _usual_equal(reading, call)
    new = Edit(call.call.start_byte, call.call.end_byte, f"{task}({', '.join(map(equal.join, given.values()))})")
    calls = [range(other.call.start_byte, other.call.end_byte) for other in (call, *(other for other, _ in around))]
    named = [node for node in call.names if not any(node.start_byte in inside for inside in calls)]
    return [new, *(Edit(node.start_byte, node.end_byte, task) for node in named)]


def _change(
    reading: Reading,
    call: AssignedCall,
    operation: Set | Rename | Drop,
    around: Wanted,
    accepts: Collection[str] | None,
) -> Iterator[Edit]:
    """Change one assignment, or take it away."""
    parameter = operation.parameter
    may_stay = isinstance(operation, Drop) and accepts is not None and parameter not in accepts
    assignment = call.assignments.get(parameter)
    try:
        _certain(call, parameter)
        if assignment is None:
            raise ValueError(f"nothing is assigned to {parameter} for this call")
        _shared_or_read(reading, assignment, operation, around)
    except CannotRewrite:
        if may_stay:
            return
        raise
    if isinstance(operation, Set):
        yield Edit(assignment.value.start_byte, assignment.value.end_byte, operation.value)
    elif isinstance(operation, Rename):
        _free(reading, operation.to, assignment.statement, operation, around)
        yield Edit(assignment.target.start_byte, assignment.target.end_byte, operation.to)
    else:
        if not may_stay:
            _uncovers(reading, call, assignment)
        yield _without(reading, assignment.statement)


def _uncovers(reading: Reading, call: AssignedCall, assignment: Assignment) -> None:
    """Raise CannotRewrite if an earlier value would count once an assignment is gone."""
    name = reading.of(assignment.target)
    start = 0 if call.default is None else call.default.end_byte
    others = rb"|\bdefault\b" if call.default is None else b""
    if re.search(rb"\b" + name.encode() + rb"\b" + others, reading.text[start : assignment.statement.start_byte]):
        raise CannotRewrite(f"an earlier {name} would count for {call.task}")


def _shared_or_read(reading: Reading, assignment: Assignment, operation: CallOperation, around: Wanted) -> None:
    """Raise CannotRewrite if others hang on an assignment too."""
    name = reading.of(assignment.target)
    here = reading.line(assignment.target)
    for other, wanted in around:
        served = other.assignments.get(name)
        shared = served is not None and served.statement == assignment.statement
        perhaps = any(doubt.parameter == name and (shared or doubt.line == here) for doubt in other.doubts)
        if perhaps or (shared and operation not in wanted):
            raise CannotRewrite(f"{name} is set here for {other.task} in line {reading.line(other.call)} too")
    line = read_behind(reading, name, assignment.statement)
    if line is not None:
        raise CannotRewrite(f"line {line} reads {name} too")


def _free(reading: Reading, name: str, statement: Node, operation: CallOperation, around: Wanted) -> None:
    """Raise CannotRewrite if a variable that is newly set at a statement would be found by others."""
    place, loop = statement.end_byte, loop_start(statement)
    for other, wanted in around:
        if other.call.start_byte < loop or name not in other.parameters or operation in wanted:
            continue
        since = [other.reset.get(name, -1)]
        since += [other.default.start_byte] if other.default is not None else []
        since += [other.assignments[name].statement.start_byte] if name in other.assignments else []
        if max(since) < (place if other.call.start_byte >= place else loop):
            raise CannotRewrite(f"{name} would count for {other.task} in line {reading.line(other.call)} too")
    line = read_behind(reading, name, statement)
    if line is not None:
        raise CannotRewrite(f"line {line} reads another {name}")


def _add(
    reading: Reading,
    call: AssignedCall,
    operation: Add,
    around: Wanted,
    operations: Sequence[CallOperation],
) -> Edit:
    """Assign to one parameter more, on a line behind an assignment of this call."""
    name = operation.parameter
    _certain(call, name)
    if name in call.assignments and Drop(name) not in operations:
        raise ValueError(f"{name} is assigned to already")
    own = statement_of(call.call)
    block = [a for a in call.assignments.values() if a.statement.parent == own.parent]
    anchors = {reading.of(a.target): a.statement for a in sorted(block, key=lambda a: a.statement.start_byte)}
    anchor = anchors.get(operation.after or "", next(reversed(anchors.values()), None))
    if anchor is None and call.default is not None and statement_of(call.default).parent == own.parent:
        anchor = statement_of(call.default)
    set_again = re.compile(rb"\b(?:default|" + name.encode() + rb")\b")
    if anchor is not None:
        between = range(anchor.end_byte, own.start_byte)
        others = any(other.call.start_byte in between for other, _ in around)
        if others or set_again.search(reading.text, between.start, between.stop):
            anchor = None
    _free(reading, name, anchor if anchor is not None else own, operation, around)
    text = name + _usual_equal(reading, call) + operation.value
    where = anchor if anchor is not None else own
    line = reading.text.rfind(b"\n", 0, where.start_byte) + 1
    indent = reading.text[line : where.start_byte].decode()
    end = reading.text.find(b"\n", where.end_byte) + 1
    behind = reading.text[where.end_byte : end]
    if indent.strip() or re.match(rb"[ \t]*;", behind) or not end:
        return Edit(own.start_byte, own.start_byte, f"{text}; ") if anchor is None else _behind(anchor, text)
    new = indent + text + ("\r\n" if behind.endswith(b"\r\n") else "\n")
    return Edit(line, line, new) if anchor is None else Edit(end, end, new)


def _behind(anchor: Node, text: str) -> Edit:
    """Put an assignment behind a statement in its line."""
    return Edit(anchor.end_byte, anchor.end_byte, f"; {text}")


def _usual_equal(reading: Reading, call: AssignedCall) -> str:
    """Give `=` with the blanks that most assignments of a call have round it."""
    seen = Counter(
        reading.text[a.target.end_byte : a.value.start_byte].decode()
        for a in sorted(call.assignments.values(), key=lambda a: a.statement.start_byte)
    )
    return next((equal for equal, _ in seen.most_common() if not equal.strip(" =")), " = ")


def _without(reading: Reading, statement: Node) -> Edit:
    """Take a statement away, with its line and its comment if it stands alone there."""
    start = reading.text.rfind(b"\n", 0, statement.start_byte) + 1
    end = reading.text.find(b"\n", statement.end_byte) + 1 or len(reading.text)
    ahead, behind = reading.text[start : statement.start_byte], reading.text[statement.end_byte : end]
    next_one = re.match(rb"[ \t]*;[ \t]*(?=[^\s#])", behind)
    if next_one:
        return Edit(statement.start_byte, statement.end_byte + next_one.end(), "")
    if ahead.strip():
        before = re.search(rb"[ \t]*;?[ \t]*$", ahead)
        return Edit(start + (before.start() if before else len(ahead)), statement.end_byte, "")
    return Edit(start, end, "")
