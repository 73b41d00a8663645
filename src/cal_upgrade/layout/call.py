"""Writes operations into the text of one task call as its author would have written them.

What holds, for a call in whatever layout:

- A comment behind an argument, or behind its comma, belongs to that argument and goes with it. A comment on a line of
  its own belongs to no argument and stays.
- A new argument takes a line of its own where the arguments stand one a line, with the indentation and the blanks
  round `=` of this call; where the author put the `=` of all arguments in one column, it goes there too.
- The closing bracket stays directly behind the last value, or on its own line, as it was. A comment behind it,
  `solint = 'int') # short`, is the last argument's comment if that argument began a line and the bracket did not.
- Where all lines start under the first argument, they are moved with it when the task's name gets shorter or longer,
  and with them the lines of wrapped values; never a line inside a string, never one that is indented with tabs.

libcst holds the call; what it cannot hold of Python 2 is hidden from it (`mask`). Untouched bytes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import libcst as cst
from tree_sitter import Node

from cal_upgrade.changes.operations import Add, ByKeyword, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout import gaps
from cal_upgrade.layout.alignment import rename_task
from cal_upgrade.layout.call_text import Argument, TaskCall, put_together, take_apart
from cal_upgrade.layout.gaps import Gap
from cal_upgrade.layout.mask import CannotRewrite
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading

__all__ = ["CannotRewrite", "edit_call", "rewrite_call"]

_COMMENT_AT_MOST = re.compile(r"[ \t\f]*(?:#.*)?")


def edit_call(reading: Reading, call: Node, operations: Sequence[CallOperation], equal: str = " = ") -> Edit:
    """Give the edit that writes operations into a task call of a script.

    `equal`: how the script writes `=` in calls, for a call that has no keyword of its own. Raises as `rewrite_call`.
    """
    text = reading.text
    start = text.rfind(b"\n", 0, call.start_byte) + 1
    end = text.find(b"\n", call.end_byte)
    ahead = text[start : call.start_byte].decode("utf-8")
    behind = text[call.end_byte : len(text) if end < 0 else end].decode("utf-8").rstrip("\r")
    tail = behind if _COMMENT_AT_MOST.fullmatch(behind) else None
    column = None if "\t" in ahead else len(ahead)
    new = rewrite_call(reading.of(call), operations, tail=tail, column=column, equal=equal)
    return Edit(call.start_byte, call.end_byte + len((tail or "").encode("utf-8")), new)


def rewrite_call(
    text: str,
    operations: Sequence[CallOperation],
    *,
    tail: str | None = None,
    column: int | None = None,
    equal: str = " = ",
) -> str:
    """Give a call (from the function name to the closing bracket) with operations written into it.

    Operations are matched on the parameters' names in `text`, in whatever order they come; `ByKeyword` gives an
    argument its name for the others too. Of a parameter that is dropped nothing else is done.
    `tail`: blanks and comment up to the end of the line behind the closing bracket, None where code stands there; the
    result stands for `text` and `tail`. `column`: where the call starts in its line, counted from 0, None if not
    known or where tabs stand ahead of it. `equal`: as in `edit_call`.

    Raises ValueError where an operation names what the call has not, or the result would not be a call any more;
    CannotRewrite if the call's layout can't be held.
    """
    inside = [operation for operation in operations if not isinstance(operation, RenameTask)]
    for operation in operations:
        if isinstance(operation, RenameTask):
            text = rename_task(text, operation.task, column)
    if not inside:
        return text + (tail or "")
    values = [operation.value for operation in inside if isinstance(operation, Set | Add)]
    call = take_apart(text, tail, equal, values)
    _name_positional(call, [operation for operation in inside if isinstance(operation, ByKeyword)])
    _change(call, inside)
    _add_all(call, [operation for operation in inside if isinstance(operation, Add)])
    dropped = {operation.parameter for operation in inside if isinstance(operation, Drop)}
    # from front to back, so that no comment comes behind the bracket whose own argument goes next
    for parameter in sorted(dropped, key=lambda parameter: _find(call, parameter)):
        _drop(call, _find(call, parameter))
    return put_together(call)


def _find(call: TaskCall, parameter: str) -> int:
    """Give the place of a parameter's argument; ValueError if the call has none."""
    for place, argument in enumerate(call.arguments):
        if argument.name == parameter:
            return place
    raise ValueError(f"the call has no argument {parameter}")


def _name_positional(call: TaskCall, operations: Sequence[ByKeyword]) -> None:
    """Give positional arguments the names of their parameters."""
    for place, parameter in operations:
        argument = call.arguments[place] if place < len(call.arguments) else None
        if argument is None or argument.name or argument.node.star:
            raise ValueError(f"the call has no positional argument {place}")
        argument.name = parameter
        argument.node = argument.node.with_changes(keyword=cst.Name(parameter), equal=call.equal(parameter))
    named = [bool(a.name) for a in call.arguments if not a.node.star]
    if named != sorted(named):
        raise ValueError("a positional argument would stand behind one with a name")


def _change(call: TaskCall, operations: Sequence[CallOperation]) -> None:
    """Write other names and values, both matched on the names that the script has."""
    done: dict[tuple[type, str], str] = {}
    for operation in operations:
        if not isinstance(operation, Set | Rename):
            continue
        kind, (parameter, new) = type(operation), operation
        if done.setdefault((kind, parameter), new) != new:
            raise ValueError(f"{parameter} would become both {done[kind, parameter]} and {new}")
        argument = call.arguments[_find(call, parameter)]
        if isinstance(operation, Set):
            changes: dict[str, cst.CSTNode] = {"value": call.value(new)}
        else:
            changes = {"keyword": cst.Name(new)}
            equal = argument.node.equal
            if call.habits.column is not None and isinstance(equal, cst.AssignEqual):
                changes["equal"] = equal.with_changes(whitespace_before=call.equal(new).whitespace_before)
        argument.node = argument.node.with_changes(**changes)


def _add_all(call: TaskCall, operations: Iterable[Add]) -> None:
    """Write arguments more; those that go to the same place stand in the order given."""
    newest: dict[str | None, Argument] = {}
    names = {argument.name for argument in call.arguments if argument.name}
    for parameter, value, after in dict.fromkeys(operations):
        after = after if after in names else None
        if after in newest:
            anchor = next(place for place, a in enumerate(call.arguments) if a is newest[after])
        elif after is not None:
            anchor = _find(call, after)
        else:
            stars = [place for place, a in enumerate(call.arguments) if a.node.star == "**"]
            anchor = min(stars, default=len(call.arguments)) - 1
        node = cst.Arg(call.value(value), keyword=cst.Name(parameter), equal=call.equal(parameter))
        newest[after] = new = Argument("", node, None, gaps.NOTHING)
        if anchor >= 0:
            _add_behind(call, anchor, new)
        elif call.arguments:
            new.comma = gaps.NOTHING
            new.gap = gaps.line_break(call.first) if gaps.breaks(call.first) else gaps.blank(call.habits.blank)
        else:
            call.first, new.gap = gaps.around_first(call.first)
        call.arguments.insert(anchor + 1, new)


def _add_behind(call: TaskCall, anchor: int, new: Argument) -> None:
    """Give commas and gaps to an argument that goes behind another one, and to that one."""
    ahead = call.arguments[anchor]
    last = anchor == len(call.arguments) - 1
    if ahead.comma is not None:
        new.comma = gaps.line_break(ahead.comma) if gaps.breaks(ahead.comma) else gaps.NOTHING
    else:
        commas = [a.comma for a in call.arguments if a.comma is not None and gaps.breaks(a.comma)]
        ahead.comma = gaps.line_break(commas[0]) if commas else gaps.NOTHING
    alone = (anchor == 0 or gaps.breaks(call.before(anchor))) and (last or gaps.breaks(ahead.gap))
    if not gaps.comment(ahead.gap) and call.tail_of is not ahead and not (call.habits.one_a_line and alone):
        new.gap, ahead.gap = ahead.gap, gaps.blank(call.habits.blank)
        return
    inner = [a.gap for a in call.arguments[:-1]]
    places = [call.before(anchor), *([] if last else [ahead.gap]), *inner, call.first, ahead.gap]
    like = next(gap for gap in places if gaps.breaks(gap))
    if call.tail_of is ahead:
        new.gap, ahead.gap = ahead.gap, gaps.with_comment(gaps.line_break(like), call.tail or "")
        call.tail, call.tail_of = "", None
    else:
        new.gap, ahead.gap = gaps.without_comment(ahead.gap), gaps.line_after(ahead.gap, like)


def _drop(call: TaskCall, place: int) -> None:
    """Take an argument away, with its comma, its comment, and its line if it stood alone there."""
    arguments = call.arguments
    before, gone = call.before(place), arguments[place]
    if call.tail_of is gone:
        call.tail, call.tail_of = "", None
    if gone.comma is not None and gaps.own_comments(gone.comma):
        raise CannotRewrite("a comment stands between an argument and its comma")
    if place == len(arguments) - 1 > 0:
        ahead = arguments[place - 1]
        loses_comma = gone.comma is None or bool(ahead.node.star)
        if loses_comma and ahead.comma is not None and gaps.breaks(ahead.comma):
            before = ahead.comma
        left = _end(call, place, before)
        # where the bracket comes into the argument's place, the line ahead of it stays as it is
        if loses_comma and (left is not ahead.gap or ahead.node.star):
            ahead.comma = None
    elif len(arguments) == 1:
        left = gaps.joined(before, gone.gap)
        if not gaps.comment(before) and not gaps.own_comments(left):
            left = gaps.NOTHING
    else:
        left = gaps.between(before, gone.gap, pull_up=place == 0)
    if place:
        arguments[place - 1].gap = left
    else:
        call.first = left
    del arguments[place]


def _end(call: TaskCall, last: int, before: Gap) -> Gap:
    """Give the gap ahead of the closing bracket when the last argument goes, `before` being the gap ahead of that."""
    after = call.arguments[last].gap
    if gaps.breaks(after):
        return gaps.joined(before, after) if gaps.breaks(before) else gaps.without_comment(after)
    if gaps.own_comments(before) or (gaps.comment(before) and call.tail is None):
        return before
    if gaps.comment(before):
        call.tail, call.tail_of = gaps.comment(before), call.arguments[last - 1]
    return after
