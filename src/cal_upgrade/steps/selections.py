"""Rewrites lists of steps to run: `[7,8,9]`, `range(7,16)`, as text and as code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from cal_upgrade.reading.edits import Edit
from cal_upgrade.reading.python2 import Reading, walk
from cal_upgrade.steps.model import inner
from cal_upgrade.steps.stepmap import StepMap

_PLAIN = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)*\s*,?\s*\]")
_NUMBER = re.compile(r"\d+")


def in_code(value: Node, reading: Reading, steps: StepMap) -> list[Edit] | None:
    """Rewrite what a script gives to `mysteps` or `thesteps`; None where the steps in it can't be read."""
    edits: list[Edit] = []
    for part in _parts(value):
        text = reading.of(part)
        if part.type in ("list", "tuple"):
            items = [item for item in part.named_children if item.type != "comment"]
            plain = all(item.type == "integer" and _NUMBER.fullmatch(reading.of(item)) for item in items)
            first = part.start_byte
            new = _list(text, [_span(item, first, reading) for item in items], steps) if plain else None
        elif part.type == "call" and text.startswith("range"):
            new = None if "step_title" not in text else text
            bounds = _bounds(part, reading)
            new = new if bounds is None else _range(text, bounds, steps)
        elif part.type == "identifier" and text in ("mysteps", "thesteps"):
            new = text
        else:
            new = None
        if new is None:
            return None
        if new != text:
            edits.append(Edit(part.start_byte, part.end_byte, new))
    return edits


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
    for part in _parts(value):
        bounds = _bounds(part, reading) if part.type == "call" else None
        if bounds is not None:
            olds += range(bounds[0], bounds[1])
        elif part.type in ("list", "tuple"):
            texts = [reading.of(node) for node in walk(part) if node.type == "integer"]
            olds += [int(text) for text in texts if text.isdigit()]
    return olds


def _parts(value: Node) -> list[Node]:
    """Take a sum of lists apart."""
    value = inner(value)
    if value.type == "binary_operator":
        return [part for side in value.named_children for part in _parts(side)]
    return [value]


def _bounds(call: Node, reading: Reading) -> tuple[int, int] | None:
    """Give the first step of `range(…)` and the one after its last; None where they are not plain numbers."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None or reading.of(function) != "range":
        return None
    texts = [reading.of(argument) for argument in arguments.named_children]
    if not all(_NUMBER.fullmatch(text) for text in texts) or len(texts) not in (1, 2):
        return None
    return (0, int(texts[0])) if len(texts) == 1 else (int(texts[0]), int(texts[1]))


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
