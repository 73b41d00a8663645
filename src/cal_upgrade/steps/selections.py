"""Rewrites lists of steps to run: `[7,8,9]`, `range(7,16)`, as text and as code."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from tree_sitter import Node

from cal_upgrade.steps.model import CHOICES, inner, plain_number
from cal_upgrade.steps.stepmap import StepMap
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading, parts_of, walk

_PLAIN = re.compile(r"\[\s*+\d++(?:\s*+,\s*+\d++)*+\s*+(?:,\s*+)?\]")
_NUMBER = re.compile(r"\d+")


def in_code(value: Node, reading: Reading, steps: StepMap, choices: Collection[str] = CHOICES) -> list[Edit] | None:
    """Rewrite what a script gives to one of its `choices` of steps; None where the steps in it can't be read."""
    edits: list[Edit] = []
    for part in _parts(value, reading):
        text = reading.of(part)
        items = _items(part, reading)
        bounds = _bounds(part, reading)
        if items is not None:
            new = _list(text, [_span(item, part.start_byte, reading) for item in items], steps)
        elif bounds is not None:
            new = _range(text, bounds, steps)
        elif (first := _to_the_last(part, reading)) is not None:
            start, end = _span(first, part.start_byte, reading)
            new = f"{text[:start]}{steps.new(int(text[start:end]))}{text[end:]}" if text[start:end] != "0" else text
        elif _passes(part, reading, choices):
            new = text
        else:
            return None
        if new != text:
            edits.append(Edit(part.start_byte, part.end_byte, new))
    return edits


def readable(value: Node, reading: Reading, choices: Collection[str]) -> bool:
    """Whether the steps that a script gives to one of its `choices` can be read off the text, or are the user's."""
    return in_code(value, reading, StepMap(), choices) is not None


def _items(part: Node, reading: Reading) -> list[Node] | None:
    """Give the numbers in a list or tuple; None where it is no such list."""
    if part.type not in ("list", "tuple"):
        return None
    items = parts_of(part)
    return items if all(plain_number(item, reading) is not None for item in items) else None


def _to_the_last(part: Node, reading: Reading) -> Node | None:
    """Give the first step of `range(7,len(step_title))`."""
    if part.type != "call" or not _SO_MANY.fullmatch(reading.bare(part)):
        return None
    arguments = part.child_by_field_name("arguments")
    first = parts_of(arguments)[0] if arguments is not None else None
    return first if first is not None and first.type == "integer" else None


def counts_titles(value: Node, reading: Reading) -> bool:
    """Whether a choice takes the numbers from 0 to that of the titles: `range(0,len(step_title))`."""
    texts = ("".join(reading.of(part).split()) for part in _parts(value, reading))
    return any(text in ("range(len(step_title))", "range(0,len(step_title))") for text in texts)


_SO_MANY = re.compile(r"range\s*\(\s*(?:(?:0|[1-9]\d*)\s*,\s*)?len\s*\(\s*step_title\s*\)\s*\)")
_GIVEN = re.compile(r"globals\(\)(?:\[(['\"])(\w+)\1\]|\.get\((['\"])(\w+)\3\s*(?:,\s*(?:\[\s*\]|None)\s*)?\))")


def _passes(part: Node, reading: Reading, choices: Collection[str]) -> bool:
    """Whether a value is a choice that was made elsewhere, or all the steps that have a title."""
    text = reading.bare(part)
    given = _GIVEN.fullmatch(text)
    if given is not None:
        return (given[2] or given[4]) in choices
    return text in choices or text in ("step_title", "step_title.keys()") or bool(_SO_MANY.fullmatch(text))


def in_text(text: str, steps: StepMap) -> str | None:
    """Rewrite a list `[7, 8, 9]`, its blanks and line ends as they stand; None where it is not plain numbers."""
    if not _PLAIN.fullmatch(text.replace("(", "[").replace(")", "]")):
        return None
    return _list(text, [match.span() for match in _NUMBER.finditer(text)], steps)


def _span(item: Node, first: int, reading: Reading) -> tuple[int, int]:
    """Give the place of a number in the text of its list, which begins at byte `first`."""
    start = len(reading.text[first : item.start_byte].decode())
    return start, start + item.end_byte - item.start_byte


def _list(text: str, spans: Sequence[tuple[int, int]], steps: StepMap) -> str:
    """Rewrite the numbers that stand at these places of a list, and put in those that come in."""
    olds = [int(text[start:end]) for start, end in spans]
    wanted = steps.selection(olds)
    between = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ","
    if "#" in between:
        between = ", "
    pieces: list[str] = []
    at = 0
    more = [number for number in wanted if number not in {steps.new(old) for old in olds}]
    for k, (start, end) in enumerate(spans):
        here = steps.new(olds[k])
        upto = steps.new(olds[k + 1]) if k + 1 < len(olds) else max(wanted) + 1
        ahead = [number for number in more if k == 0 and number < here]
        behind = [number for number in more if here < number < upto]
        pieces += [text[at:start], between.join(map(str, [*ahead, here, *behind]))]
        more = [number for number in more if number not in (*ahead, *behind)]
        at = end
    return "".join([*pieces, text[at:]])


def olds_in(value: Node, reading: Reading) -> list[int]:
    """Give the steps that a list in code asks for, as far as they are plain numbers."""
    olds: list[int] = []
    for part in _parts(value, reading):
        bounds = _bounds(part, reading)
        if bounds is not None:
            olds += range(bounds[0], bounds[1])
        elif part.type in ("list", "tuple"):
            texts = [reading.of(node) for node in walk(part) if node.type == "integer"]
            olds += [int(text) for text in texts if text.isdigit()]
    return olds


def _parts(value: Node, reading: Reading) -> list[Node]:
    """Take apart what makes one list of others: a sum, `or`, `… if … else …`, `sorted(…)`, a copy `[:]`."""
    value = inner(value)
    kind = value.type
    if kind == "binary_operator" and reading.of(value.children[1]) == "+":
        return [part for side in parts_of(value) for part in _parts(side, reading)]
    if kind == "boolean_operator" and reading.of(value.children[1]) == "or":
        return [part for side in parts_of(value) for part in _parts(side, reading)]
    if kind == "conditional_expression":
        consequence, _, alternative = parts_of(value)
        return [*_parts(consequence, reading), *_parts(alternative, reading)]
    if kind == "subscript" and reading.bare(value).removeprefix(reading.bare(value.children[0])) == "[:]":
        return _parts(value.children[0], reading)
    if kind == "call":
        function, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
        if function is not None and arguments is not None and reading.of(function) in _COPYING:
            given = parts_of(arguments)
            if len(given) == 1 and given[0].type != "keyword_argument":
                return _parts(given[0], reading)
    return [value]


_COPYING = frozenset({"list", "tuple", "sorted", "set"})
"""Functions that give the same steps again; who takes a set of them, or sorts them, runs the same ones."""


def _bounds(call: Node, reading: Reading) -> tuple[int, int] | None:
    """Give the first step of `range(…)` and the one after its last; None where they are not plain numbers."""
    if call.type != "call":
        return None
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None or reading.of(function) != "range":
        return None
    ends = [plain_number(argument, reading) for argument in parts_of(arguments)]
    first, end = (0, *ends) if len(ends) == 1 else ends if len(ends) == 2 else (None, None)
    return (first, end) if first is not None and end is not None else None


def _range(text: str, bounds: tuple[int, int], steps: StepMap) -> str:
    last = max((move.old for move in steps.moves if move.old is not None), default=bounds[1])
    olds = list(range(bounds[0], min(bounds[1], last + 1))) or list(range(*bounds))
    news = steps.selection(olds)
    if not news:
        return text
    if news != list(range(news[0], news[-1] + 1)):
        return "[" + ",".join(map(str, news)) + "]"
    ends = [str(news[0]), str(news[-1] + 1)]
    found = list(_NUMBER.finditer(text))
    if len(found) == 1 and news[0] > 0:
        return f"range({ends[0]},{ends[1]})"
    for match, number in zip(reversed(found), reversed(ends), strict=False):
        text = text[: match.start()] + number + text[match.end() :]
    return text
