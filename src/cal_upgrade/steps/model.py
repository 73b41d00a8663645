"""What a text says of steps: records, and small questions to the syntax tree that several modules ask."""

from __future__ import annotations

import re
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.text.python2 import Reading, parts_of

CHOICES = ("mysteps", "thesteps")
"""The lists that choose steps: the user's, and the script's own."""

TITLES = "step_title"
"""The dictionary of titles."""


class Entry(NamedTuple):
    """A title in `step_title`: a pair of the dictionary, or an assignment `step_title[5] = '…'` (`whole`)."""

    number: int
    title: str
    key: Node
    value: Node
    whole: Node


class Dataset(NamedTuple):
    """A measurement set that a task call names: `value` is what the script passes as `vis`."""

    task: str
    value: Node


class Block(NamedTuple):
    """A step in the text: its number at `place`, the statement `first` that begins it, its `if` and its comment.

    `test` is None where a number is set and no block follows. `above` are the comment lines straight above, the
    title's line among them; `title` is that line's text without `#` and step number, "" if there is no comment.
    """

    number: int
    place: Node
    first: Node
    test: Node | None
    above: tuple[Node, ...]
    title: str
    tasks: frozenset[str]
    saves: frozenset[str]
    data: tuple[Dataset, ...]


class Oddity(NamedTuple):
    """Something about steps that can't be read off the text, at a line and byte offset.

    `fatal`: no number can be changed safely.
    """

    line: int
    what: str
    fatal: bool
    place: int


class Fold(NamedTuple):
    """What a script asks of all the steps chosen, `min(thesteps) >= 7`, or does to them: `thesteps.remove(7)`.

    `name` is `min`, `max`, `[0]`, `[-1]` or `remove`, `sign` the comparison, `number` the step.
    """

    node: Node
    name: str
    sign: str
    number: Node


class Naming(NamedTuple):
    """`numbers` are names that hold the number of the step at hand, `choices` those that hold the steps to run."""

    numbers: frozenset[str] = frozenset({"mystep"})
    choices: frozenset[str] = frozenset(CHOICES)

    @property
    def all(self) -> frozenset[str]:
        """Give every name that has to do with steps."""
        return self.numbers | self.choices | {TITLES}


class Script(NamedTuple):
    """All that a text says of steps.

    `entries` and `blocks` are in the order of the text; `places` are further integers that are step numbers
    (`step_title[7]`, `mystep == 7`, `7 in thesteps`); `choices` are the values given to `mysteps` and `thesteps`.
    """

    naming: Naming
    entries: tuple[Entry, ...]
    blocks: tuple[Block, ...]
    places: tuple[Node, ...]
    choices: tuple[Node, ...]
    folds: tuple[Fold, ...]
    comments: tuple[Node, ...]
    strings: tuple[Node, ...]
    assigned: dict[str, list[Node]]
    odd: tuple[Oddity, ...]

    @property
    def titles(self) -> dict[int, str]:
        """Give each step's title by its number: the dictionary's, else that of the comment above the block."""
        titles = {entry.number: entry.title for entry in self.entries}
        for block in self.blocks:
            titles.setdefault(block.number, block.title)
        return dict(sorted(titles.items()))


def plain_string(node: Node, reading: Reading) -> str | None:
    """Give the text of one plain string literal; None for anything else, and where escapes would have to be read."""
    if node.type != "string" or any(child.type == "interpolation" for child in node.children):
        return None
    text = "".join(reading.of(child) for child in node.children if child.type == "string_content")
    return None if "\\" in text else text


_PLAIN = re.compile(r"0|[1-9][0-9]*")


def plain_number(node: Node, reading: Reading) -> int | None:
    """Give a plain decimal number; 07 is octal in Python 2 and 010 is 8, so neither is plain."""
    if node.type != "integer":
        return None
    text = reading.of(node)
    return int(text) if _PLAIN.fullmatch(text) else None


def inner(node: Node) -> Node:
    """Give what stands inside brackets that only group."""
    while node.type == "parenthesized_expression" and len(parts_of(node)) == 1:
        node = parts_of(node)[0]
    return node


def line_opener(node: Node) -> Node:
    """Give the first of the statements that stand on one line: `x` of `x = 1; mystep = 7`."""
    before = node.prev_sibling
    while before is not None and before.end_point.row == node.start_point.row and before.type != "comment":
        node, before = before, before.prev_sibling
    return node


_TITLE = re.compile(r"[#\s*=\-]*(?:step\s+\d+\s*[:.)\-]*\s*|\d+\s*[:.)\-]\s*)?(.*?)[\s#*=\-]*", re.IGNORECASE)


def title_in_comment(comment: str) -> str:
    """Give the words of a comment that stands above a step, without `#`, rules drawn, and the step's number."""
    match = _TITLE.fullmatch(comment)
    return match.group(1) if match is not None else ""
