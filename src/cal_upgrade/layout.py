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
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import libcst as cst
from tree_sitter import Node

from cal_upgrade import gaps
from cal_upgrade.edits import Edit
from cal_upgrade.gaps import Gap
from cal_upgrade.mask import CannotRewrite, Masked, Token, mask, tokens
from cal_upgrade.operations import Add, ByKeyword, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.python2 import Reading

__all__ = ["CannotRewrite", "edit_call", "rewrite_call"]

T = TypeVar("T")

_LINE_END = re.compile(r"\r\n|\r|\n")
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
            text = _rename_task(text, operation.task, column)
    if not inside:
        return text + (tail or "")
    values = [operation.value for operation in inside if isinstance(operation, Set | Add)]
    call = _read(text, mask(text, *values), tail, equal)
    _name_positional(call, [operation for operation in inside if isinstance(operation, ByKeyword)])
    _change(call, inside)
    _add_all(call, [operation for operation in inside if isinstance(operation, Add)])
    for operation in inside:
        if isinstance(operation, Drop):
            _drop(call, _find(call, operation.parameter))
    return _written(call)


@dataclass
class _Argument:
    """An argument: the name of its parameter as the script has it ("" if it stands without), and what surrounds it.

    `comma` holds the blanks ahead of its comma (None: no comma), `gap` what comes then.
    """

    name: str
    node: cst.Arg
    comma: Gap | None
    gap: Gap


@dataclass
class _Call:
    """A call taken apart: what it is hidden by, the gap behind the opening bracket, the arguments.

    `tail` is what stands behind the call on its line (None: code). `equal`: the blanks before and behind `=` as most
    arguments have them; `width`: the column of `=` counted from the start of the name, None if it is not the same.
    `blank`: what follows a comma in a line. `broken`: whether most arguments begin a line.
    """

    node: cst.Call
    masked: Masked
    line_end: str
    first: Gap
    arguments: list[_Argument]
    tail: str | None
    equal: tuple[str, str]
    width: int | None
    blank: str
    broken: bool

    def before(self, place: int) -> Gap:
        """Give the gap ahead of the argument at a place."""
        return self.arguments[place - 1].gap if place else self.first


def _read(text: str, masked: Masked, tail: str | None, equal: str) -> _Call:
    """Take a call apart."""
    found = _LINE_END.search(text)
    line_end = found.group() if found else "\n"
    try:
        node = cst.parse_expression(masked.text)
        same = masked.show(_code(node, line_end)) == text
    except (cst.ParserSyntaxError, cst.CSTValidationError) as error:
        raise CannotRewrite("libcst can't read this call") from error
    if not isinstance(node, cst.Call) or not same:
        raise CannotRewrite("libcst reads this call as something else")
    arguments = [_argument(arg, masked) for arg in node.args]
    if any(isinstance(a.node.value, cst.GeneratorExp) and not a.node.value.lpar for a in arguments):
        raise CannotRewrite("a generator expression is the argument of this call")
    names = [a.name for a in arguments if a.name]
    if len(set(names)) < len(names):
        raise CannotRewrite("this call names a parameter twice")
    between = [a.gap for a in arguments[:-1]]
    inline = [text for text in map(gaps.blanks, between) if text is not None]
    before_equal, _, behind_equal = equal.partition("=")
    pairs = [pair for pair in map(_round_equal, arguments) if pair is not None]
    return _Call(
        node=node,
        masked=masked,
        line_end=line_end,
        first=node.whitespace_before_args,
        arguments=arguments,
        tail=tail,
        equal=_usual(pairs, (before_equal, behind_equal)),
        width=_column_of_equal(arguments),
        blank=_usual(inline, " "),
        broken=sum(map(gaps.breaks, between or [node.whitespace_before_args])) * 2 > len(between),
    )


def _argument(arg: cst.Arg, masked: Masked) -> _Argument:
    name = "" if arg.keyword is None else masked.show(arg.keyword.value)
    if isinstance(arg.comma, cst.Comma):
        return _Argument(name, arg, arg.comma.whitespace_before, arg.comma.whitespace_after)
    return _Argument(name, arg, None, arg.whitespace_after_arg)


def _round_equal(argument: _Argument) -> tuple[str, str] | None:
    """Give the blanks before and behind `=`, None if there is none or a line ends there."""
    equal = argument.node.equal
    if not isinstance(equal, cst.AssignEqual):
        return None
    before, behind = gaps.blanks(equal.whitespace_before), gaps.blanks(equal.whitespace_after)
    return None if before is None or behind is None else (before, behind)


def _column_of_equal(arguments: Sequence[_Argument]) -> int | None:
    """Give the column of `=`, counted from the start of the name, that all names share although they differ."""
    lengths = {len(a.name) for a in arguments if a.name}
    pairs = [(a.name, _round_equal(a)) for a in arguments if a.name]
    columns = {None if pair is None or pair[0].strip(" ") else len(name) + len(pair[0]) for name, pair in pairs}
    return columns.pop() if len(columns) == 1 and len(lengths) > 1 else None


def _usual(seen: Iterable[T], otherwise: T) -> T:
    counted = Counter(seen).most_common(1)
    return counted[0][0] if counted else otherwise


def _find(call: _Call, parameter: str) -> int:
    """Give the place of a parameter's argument; ValueError if the call has none."""
    for place, argument in enumerate(call.arguments):
        if argument.name == parameter:
            return place
    raise ValueError(f"the call has no argument {parameter}")


def _name_positional(call: _Call, operations: Sequence[ByKeyword]) -> None:
    """Give positional arguments the names of their parameters."""
    for place, parameter in operations:
        argument = call.arguments[place] if place < len(call.arguments) else None
        if argument is None or argument.name or argument.node.star:
            raise ValueError(f"the call has no positional argument {place}")
        argument.name = parameter
        argument.node = argument.node.with_changes(**_keyword(call, parameter))
    named = [bool(a.name) for a in call.arguments if not a.node.star]
    if named != sorted(named):
        raise ValueError("a positional argument would stand behind one with a name")


def _keyword(call: _Call, name: str) -> dict[str, cst.CSTNode]:
    """Give name and `=` of an argument, with the blanks that the author uses."""
    before, behind = call.equal
    if call.width is not None:
        before = " " * max(call.width - len(name), len(before) and 1)
    equal = cst.AssignEqual(whitespace_before=gaps.blank(before), whitespace_after=gaps.blank(behind))
    return {"keyword": cst.Name(name), "equal": equal}


def _change(call: _Call, operations: Sequence[CallOperation]) -> None:
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
            changes: dict[str, cst.CSTNode] = {"value": _value(call, new)}
        elif call.width is None:
            changes = {"keyword": cst.Name(new)}
        else:
            changes = _keyword(call, new)
        argument.node = argument.node.with_changes(**changes)


def _value(call: _Call, text: str) -> cst.Name:
    """Give a node for a value, with the line ends of the call."""
    return cst.Name(call.masked.hide(_LINE_END.sub(lambda _: call.line_end, text)))


def _add_all(call: _Call, operations: Iterable[Add]) -> None:
    """Write arguments more; those that go to the same place stand in the order given."""
    newest: dict[str | None, _Argument] = {}
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
        node = cst.Arg(_value(call, value)).with_changes(**_keyword(call, parameter))
        newest[after] = new = _Argument("", node, None, gaps.NOTHING)
        if anchor >= 0:
            _add_behind(call, anchor, new)
        elif call.arguments:
            new.comma = gaps.NOTHING
            new.gap = gaps.line_break(call.first) if gaps.breaks(call.first) else gaps.blank(call.blank)
        else:
            call.first, new.gap = gaps.around_first(call.first)
        call.arguments.insert(anchor + 1, new)


def _add_behind(call: _Call, anchor: int, new: _Argument) -> None:
    """Give commas and gaps to an argument that goes behind another one, and to that one."""
    ahead = call.arguments[anchor]
    last = anchor == len(call.arguments) - 1
    if ahead.comma is not None:
        new.comma = gaps.line_break(ahead.comma) if gaps.breaks(ahead.comma) else gaps.NOTHING
    else:
        commas = [a.comma for a in call.arguments if a.comma is not None and gaps.breaks(a.comma)]
        ahead.comma = gaps.line_break(commas[0]) if commas else gaps.NOTHING
    alone = (anchor == 0 or gaps.breaks(call.before(anchor))) and (last or gaps.breaks(ahead.gap))
    if not gaps.comment(ahead.gap) and not (call.broken and alone):
        new.gap, ahead.gap = ahead.gap, gaps.blank(call.blank)
        return
    inner = [a.gap for a in call.arguments[:-1]]
    places = [call.before(anchor), *([] if last else [ahead.gap]), *inner, call.first, ahead.gap]
    like = next(gap for gap in places if gaps.breaks(gap))
    if last and _owns_tail(call, anchor):
        new.gap, ahead.gap = ahead.gap, gaps.with_comment(gaps.line_break(like), call.tail or "")
        call.tail = ""
    else:
        new.gap, ahead.gap = gaps.without_comment(ahead.gap), gaps.line_after(ahead.gap, like)


def _owns_tail(call: _Call, last: int) -> bool:
    """Whether the comment behind the closing bracket is the last argument's."""
    began = gaps.breaks(call.before(last)) and not gaps.breaks(call.arguments[last].gap)
    return began and call.tail is not None and "#" in call.tail


def _drop(call: _Call, place: int) -> None:
    """Take an argument away, with its comma, its comment, and its line if it stood alone there."""
    arguments = call.arguments
    before, gone = call.before(place), arguments[place]
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


def _end(call: _Call, last: int, before: Gap) -> Gap:
    """Give the gap ahead of the closing bracket when the last argument goes, `before` being the gap ahead of that."""
    after = call.arguments[last].gap
    if gaps.breaks(after):
        return gaps.joined(before, after) if gaps.breaks(before) else gaps.without_comment(after)
    if _owns_tail(call, last):
        call.tail = ""
    if gaps.own_comments(before) or (gaps.comment(before) and call.tail is None):
        return before
    if gaps.comment(before):
        call.tail = gaps.comment(before)
    return after


def _written(call: _Call) -> str:
    """Give the text of a call that was taken apart."""
    args = []
    for argument in call.arguments:
        comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if argument.comma is not None:
            comma = cst.Comma(whitespace_before=argument.comma, whitespace_after=argument.gap)
        behind = argument.gap if argument.comma is None else gaps.NOTHING
        args.append(argument.node.with_changes(comma=comma, whitespace_after_arg=behind))
    names = [arg.keyword.value for arg in args if arg.keyword is not None]
    if len(set(names)) < len(names):
        raise ValueError(f"the call would name a parameter twice: {', '.join(map(call.masked.show, names))}")
    node = call.node.with_changes(args=args, whitespace_before_args=call.first)
    return call.masked.show(_code(node, call.line_end)) + (call.tail or "")


def _code(node: cst.BaseExpression, line_end: str) -> str:
    return cst.Module([], default_newline=line_end).code_for_node(node)


def _rename_task(text: str, task: str, column: int | None) -> str:
    """Call another task, and move the lines that start under the first argument."""
    pieces = list(tokens(text))
    bracket = next((i for i, piece in enumerate(pieces) if piece.kind == "open"), 0)
    name = next((piece for piece in reversed(pieces[:bracket]) if piece.kind == "name"), None)
    if name is None:
        raise CannotRewrite("what is called here has no name")
    indents = _aligned(pieces, bracket, column) if column is not None else []
    shift = len(task) - len(name.text)
    parts, at = [text[: name.start], task], name.start + len(name.text)
    for start, indent in indents:
        parts += [text[at:start], " " * (indent + shift)]
        at = start + indent
    return "".join([*parts, text[at:]])


def _aligned(pieces: Sequence[Token], bracket: int, column: int) -> list[tuple[int, int]]:
    """Give the indentations (place and length) of the lines of a call if all start under the first argument.

    Lines of wrapped values may start further right. The closing bracket's own line goes along if it stands there too.
    """
    first = next(piece for piece in pieces[bracket + 1 :] if piece.kind != "blank")
    under = column + first.start
    found = []
    for i, piece in enumerate(pieces[:-1]):
        if piece.kind != "newline":
            continue
        indent = pieces[i + 1].text if pieces[i + 1].kind == "blank" else ""
        start = pieces[i + 2] if indent and i + 2 < len(pieces) else pieces[i + 1]
        if start.kind == "newline":
            continue
        if start.kind == "close" and start.depth == 1:
            if len(indent) in (under, under - 1) and not indent.strip(" "):
                found.append((pieces[i + 1].start, len(indent)))
            continue
        nested = start.depth - (start.kind == "open") > 1
        if indent.strip(" ") or len(indent) < under or (len(indent) > under and not nested):
            return []
        found.append((pieces[i + 1].start, len(indent)))
    return found if first.kind not in ("comment", "newline") else []
