"""Finds out how a script names its measurement set, so that inserted steps name it the same way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.steps.model import Block, Script, inner, plain_string
from cal_upgrade.text.python2 import Reading, parts_of, walk

_NAMING = frozenset(
    {"string", "string_start", "string_content", "string_end", "escape_sequence", "concatenated_string"}
    | {
        "identifier",
        "binary_operator",
        "parenthesized_expression",
        "tuple",
        "integer",
        "comment",
        "line_continuation",
    }
)
"""What an expression may be made of whose end is the end of the name; one with `or` or `if` has several ends."""


_FORMED = re.compile(r"""(?P<quote>['"])(?P<text>[^'"\\]*)(?P=quote)(?P<values>\s*%\s*(?:\w+|\([\w\s,.]*\)))""")
"""A text formed as `'%s.ms' % uid`: what comes in or goes away at its end does so in the format."""


class Name(NamedTuple):
    """A measurement set: `written` is the expression (Python source), `text` the name itself where it is known."""

    written: str
    text: str | None

    @property
    def literal(self) -> bool:
        """Whether it is written as one plain string."""
        return self.text is not None and self.written[1:-1] == self.text

    def plus(self, more: str) -> Name:
        """Give the name with something added at its end."""
        text = self.text.rstrip("/") + more if self.text is not None else None
        front = self.written
        if self.text is not None and self.text.endswith("/"):  # `x.ms/.cal` would lie in the measurement set
            plain = self.literal and front[0] == front[-1]
            front = front[:-1].rstrip("/") + front[-1] if plain else f"({front}).rstrip('/')"
        formed = _FORMED.fullmatch(front)
        if formed is not None and not formed["text"].endswith("/"):
            return Name(f"{formed['quote']}{formed['text']}{more}{formed['quote']}{formed['values']}", text)
        if front[-1] in "'\"" and not front.endswith(("'''", '"""')):
            return Name(front[:-1] + more + front[-1], text)
        return Name(f"{front} + '{more}'", text)

    def minus(self, end: str) -> Name | None:
        """Give the name without its end; None where the expression does not show that end by itself."""
        text = self.text.removesuffix(end) if self.text is not None else None
        if self.text is not None and not self.text.endswith(end):
            return None
        formed = _FORMED.fullmatch(self.written)
        if formed is not None and formed["text"].endswith(end):
            front = formed["text"].removesuffix(end)
            alone = formed["values"].partition("%")[2].strip()
            if front == "%s" and alone.isidentifier() and text is not None:
                return Name(alone, text)
            return Name(f"{formed['quote']}{front}{formed['quote']}{formed['values']}", text)
        quote = self.written[-1]
        if quote not in "'\"" or not self.written[:-1].endswith(end):
            return None
        rest = self.written[: -1 - len(end)]
        if rest.endswith(quote):  # nothing but the end stood in this string: `name + '.split'`
            rest = rest[:-1].rstrip().removesuffix("+").rstrip()
            return Name(rest, text) if rest else None
        return Name(rest + quote, text)


class Datasets(NamedTuple):
    """The measurement set as it was delivered, and the one split out of it; None where that is not certain."""

    raw: Name | None
    split: Name | None


def datasets(script: Script, reading: Reading, run: Sequence[int]) -> Datasets:
    """Find the two measurement sets of the steps `run` (their numbers)."""
    blocks = [block for block in script.blocks if block.number in run]
    names = [name for block in blocks for name in _names(block, script, reading)]
    applied = [name for block in blocks for name in _names(block, script, reading, "applycal")]
    raws = _distinct([name for name in names if _is(name, ".ms")])
    splits = _distinct([name for name in names if _is(name, ".split")])
    last = _distinct([name for name in applied[-1:] if not _is(name, ".ms")])
    split = splits[0] if len(splits) == 1 else last[0] if len(splits) == 0 and len(last) == 1 else None
    raw = raws[0] if len(raws) == 1 else None
    if not raws and split is not None:
        raw = split.minus(".split")
    if raw is not None and split is not None and splits and raw.text is not None and split.text is not None:
        # two unlike names in one run: which of them the new steps are about is not for us to say
        raw = raw if split.text == raw.text + ".split" else None
    return Datasets(raw, split)


def _is(name: Name, end: str) -> bool:
    """Whether a name ends like this, by its text, else by the way it is written."""
    return (name.text if name.text is not None else name.written[:-1]).endswith(end)


def _distinct(names: Sequence[Name]) -> list[Name]:
    """Give each measurement set once, in the way in which it is written most often."""
    ways: dict[str, list[Name]] = {}
    for name in names:
        ways.setdefault(name.text or name.written, []).append(name)
    return [Counter(same).most_common(1)[0][0] for same in ways.values()]


def _names(block: Block, script: Script, reading: Reading, task: str | None = None) -> list[Name]:
    found = []
    for data in block.data:
        if task is None or data.task == task:
            name = _name(data.value, script, reading)
            if name is not None:
                found.append(name)
    return found


def _name(value: Node, script: Script, reading: Reading) -> Name | None:
    """Give the name that an expression means; None where the expression may mean another thing elsewhere."""
    used = [node for node in walk(value) if node.type == "identifier"]
    if any(node.is_named and node.type not in _NAMING for node in walk(value)) or _formats_a_string(value, reading):
        return None
    if not all(_settled(reading.of(node), script) for node in used):
        return None
    return Name(reading.of(value), _text(value, script, reading))


def _formats_a_string(value: Node, reading: Reading) -> bool:
    """Whether a string stands behind `%`: then what is put at the expression's end does not come last in the name."""
    return any(
        node.type == "binary_operator" and reading.of(node.children[1]) == "%" and node.children[2].type == "string"
        for node in walk(value)
    )


def _settled(name: str, script: Script) -> bool:
    """Whether a variable has one value, given outside of the steps and ahead of them."""
    values = script.assigned.get(name, [])
    starts = script.blocks[0].first.start_byte if script.blocks else 0
    return len(values) == 1 and values[0].end_byte <= starts


def _text(value: Node, script: Script, reading: Reading) -> str | None:
    value = inner(value)
    if value.type == "string":
        return plain_string(value, reading)
    if value.type == "identifier":
        values = script.assigned.get(reading.of(value), [])
        return _text(values[0], script, reading) if len(values) == 1 and values[0] != value else None
    if value.type == "binary_operator" and reading.of(value.children[1]) == "+":
        left, right = (_text(side, script, reading) for side in parts_of(value))
        return left + right if left is not None and right is not None else None
    if value.type == "binary_operator" and reading.of(value.children[1]) == "%":
        form, given = (inner(side) for side in parts_of(value))
        return _formed_text(form, parts_of(given) if given.type == "tuple" else [given], script, reading)
    return None


def _formed_text(form: Node, given: Sequence[Node], script: Script, reading: Reading) -> str | None:
    """Give the text of `'%s.ms' % uid`; None where a value is not known, or put in by anything else than `%s`."""
    pieces = (plain_string(form, reading) or "%").split("%s")
    values = [_text(value, script, reading) for value in given]
    if len(values) != len(pieces) - 1 or None in values or any("%" in piece for piece in pieces):
        return None
    return pieces[0] + "".join(f"{value}{piece}" for value, piece in zip(values, pieces[1:], strict=True))
