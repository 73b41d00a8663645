"""One task call taken apart: arguments, what stands between them, and how its author writes; and put together again.

libcst reads the call; what it cannot hold of Python 2 is hidden from it (`mask`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import libcst as cst
import msgspec

from cal_upgrade.layout import gaps
from cal_upgrade.layout.continued import LINE_END, Continued, continued
from cal_upgrade.layout.gaps import Gap
from cal_upgrade.layout.mask import CannotRewrite, Masked, mask

T = TypeVar("T")


class Argument(msgspec.Struct):
    """An argument: the name of its parameter as the script has it ("" if it stands without), and what surrounds it.

    `comma` holds the blanks ahead of its comma (None: no comma), `gap` what comes then.
    """

    name: str
    node: cst.Arg
    comma: Gap | None
    gap: Gap


class Habits(NamedTuple):
    """How the author writes this call.

    `equal`: the blanks ahead of and behind `=` in most arguments. `column`: where `=` stands counted from the start
    of the name, if that is the same in all arguments that stand one a line although their names differ in length,
    else None; `least`: the fewest blanks ahead of it. `blank`: what follows a comma inside a line.
    `one_a_line`: whether most arguments begin a line.
    """

    equal: tuple[str, str]
    column: int | None
    least: int
    blank: str
    one_a_line: bool


class TaskCall(msgspec.Struct):
    """A call taken apart. `first` is the gap behind the opening bracket.

    `lines` says how its lines are continued, `open_end` what libcst calls the usual line end.
    `tail` is what stands behind the call on its line (None: code), `tail_of` the argument that a comment there is
    about, None if it is about the whole call or there is none.
    """

    node: cst.Call
    masked: Masked
    lines: Continued
    open_end: str
    first: Gap
    arguments: list[Argument]
    tail: str | None
    tail_of: Argument | None
    habits: Habits

    def before(self, place: int) -> Gap:
        """Give the gap ahead of the argument at a place."""
        return self.arguments[place - 1].gap if place else self.first

    def equal(self, name: str) -> cst.AssignEqual:
        """Give the `=` that the author would write behind a name."""
        before, behind = self.habits.equal
        if self.habits.column is not None:
            before = " " * max(self.habits.column - len(name), self.habits.least)
        return cst.AssignEqual(whitespace_before=gaps.blank(before), whitespace_after=gaps.blank(behind))

    def value(self, text: str) -> cst.Name:
        """Give what stands for a value, which takes the line ends of the call."""
        return cst.Name(self.masked.hide(LINE_END.sub(lambda _: self.lines.line_end, text)))


def take_apart(text: str, tail: str | None, equal: str, others: Sequence[str]) -> TaskCall:
    """Take a call apart.

    `tail` and `equal` are as in `layout.rewrite_call`; `others`: what else will be put into the call.
    Raises CannotRewrite if `text` is not a call that libcst can hold.
    """
    lines = continued(text)
    masked = mask(lines.hide(text), *others)
    # libcst leaves those line ends open that are like the first one it sees
    first = LINE_END.search(masked.text)
    open_end = first.group() if first else lines.line_end
    try:
        node = cst.parse_expression(masked.text)
        same = lines.show(masked.show(_code(node, open_end))) == text
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
    call = TaskCall(
        node=node,
        masked=masked,
        lines=lines,
        open_end=open_end,
        first=node.whitespace_before_args,
        arguments=arguments,
        tail=tail,
        tail_of=None,
        habits=_habits(arguments, node.whitespace_before_args, equal),
    )
    if arguments and "#" in (tail or "") and gaps.breaks(call.before(len(arguments) - 1)):
        call.tail_of = None if gaps.breaks(arguments[-1].gap) else arguments[-1]
    return call


def _habits(arguments: Sequence[Argument], first: Gap, equal: str) -> Habits:
    """Find out how the author writes a call."""
    between = [argument.gap for argument in arguments[:-1]]
    inline = [text for text in map(gaps.blanks, between) if text is not None]
    before, _, behind = equal.partition("=")
    pairs = [pair for pair in map(_round_equal, arguments) if pair is not None]
    one_a_line = sum(map(gaps.breaks, between or [first])) * 2 > len(between)
    return Habits(
        equal=_usual(pairs, (before, behind)),
        column=_column_of_equal(arguments) if one_a_line else None,
        least=min((len(before) for before, _ in pairs), default=0),
        blank=_usual(inline, " "),
        one_a_line=one_a_line,
    )


def _argument(arg: cst.Arg, masked: Masked) -> Argument:
    name = "" if arg.keyword is None else masked.show(arg.keyword.value)
    if isinstance(arg.comma, cst.Comma):
        return Argument(name, arg, arg.comma.whitespace_before, arg.comma.whitespace_after)
    return Argument(name, arg, None, arg.whitespace_after_arg)


def _round_equal(argument: Argument) -> tuple[str, str] | None:
    """Give the blanks before and behind `=`, None if there is none or a line ends there."""
    equal = argument.node.equal
    if not isinstance(equal, cst.AssignEqual):
        return None
    before, behind = gaps.blanks(equal.whitespace_before), gaps.blanks(equal.whitespace_after)
    return None if before is None or behind is None else (before, behind)


def _column_of_equal(arguments: Sequence[Argument]) -> int | None:
    """Give the column of `=`, counted from the start of the name, that all names share although they differ."""
    lengths = {len(a.name) for a in arguments if a.name}
    pairs = [(a.name, _round_equal(a)) for a in arguments if a.name]
    columns = {None if pair is None or pair[0].strip(" ") else len(name) + len(pair[0]) for name, pair in pairs}
    return columns.pop() if len(columns) == 1 and len(lengths) > 1 else None


def _usual(seen: Iterable[T], otherwise: T) -> T:
    counted = Counter(seen).most_common(1)
    return counted[0][0] if counted else otherwise


def put_together(call: TaskCall) -> str:
    """Give the text of a call that was taken apart, and its tail.

    Raises ValueError if two arguments have one name.
    """
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
    return call.lines.show(call.masked.show(_code(node, call.open_end))) + (call.tail or "")


def _code(node: cst.BaseExpression, line_end: str) -> str:
    return cst.Module([], default_newline=line_end).code_for_node(node)
