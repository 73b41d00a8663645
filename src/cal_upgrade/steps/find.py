"""Finds the steps of a calibration script, and every place in its text where a step number stands.

A step is what the ALMA script generator of 2012 writes: an entry of the dictionary `step_title`, and further down
`mystep = N` with `if(mystep in thesteps):` and the step's block, the title in a comment above. Reducers edit all of
that by hand, so each part may be missing, doubled, or spelled otherwise.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.python2 import Reading, walk

_CHOICES = ("mysteps", "thesteps")
_NUMBER = re.compile(r"0|[1-9][0-9]*")


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
    """Something about steps that can't be read off the text, at a line. `fatal`: no number can be changed safely."""

    line: int
    what: str
    fatal: bool


class Script(NamedTuple):
    """All that a text says of steps.

    `entries` and `blocks` are in the order of the text; `places` are further integers that are step numbers
    (`step_title[7]`, `mystep == 7`, `7 in thesteps`); `choices` are the values given to `mysteps` and `thesteps`.
    """

    entries: tuple[Entry, ...]
    blocks: tuple[Block, ...]
    places: tuple[Node, ...]
    choices: tuple[Node, ...]
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


def find(reading: Reading) -> Script:
    """Find the steps of a script; a text without any gives a Script without blocks and entries."""
    finder = _Finder(reading)
    for node in walk(reading.root):
        look = _LOOKS.get(node.type)
        if look is not None:
            look(finder, node)
    return finder.script()


def plain_string(node: Node, reading: Reading) -> str | None:
    """Give the text of one plain string literal; None for anything else, and where escapes would have to be read."""
    if node.type != "string" or any(child.type == "interpolation" for child in node.children):
        return None
    text = "".join(reading.of(child) for child in node.children if child.type == "string_content")
    return None if "\\" in text else text


def inner(node: Node) -> Node:
    """Give what stands inside brackets that only group."""
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def statement(node: Node) -> Node:
    """Give the statement that holds a node."""
    while node.parent is not None and node.parent.type not in ("module", "block"):
        node = node.parent
    return node


class _Finder:
    """Collects what one walk over the tree meets."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entries: list[Entry] = []
        self.set: list[tuple[int, Node, Node]] = []  # number, its place, its statement
        self.tests: list[Node] = []
        self.places: list[Node] = []
        self.choices: list[Node] = []
        self.comments: list[Node] = []
        self.strings: list[Node] = []
        self.calls: list[tuple[int, str]] = []
        self.saves: list[tuple[int, str]] = []
        self.data: list[tuple[int, Dataset]] = []
        self.assigned: dict[str, list[Node]] = {}
        self.odd: list[Oddity] = []

    # What each kind of node has to say

    def assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        name = self.reading.of(left)
        if left.type == "identifier":
            self.assigned.setdefault(name, []).append(right)
            self.named(name, right, "")
        if name == "mystep":
            self.step(node, inner(right))
        elif name in _CHOICES:
            self.choices.append(right)
        elif name == "step_title":
            self.dictionary(inner(right))
        elif left.type == "subscript" and name.startswith("step_title"):
            self.title_assigned(left, right, node)

    def step(self, node: Node, value: Node) -> None:
        number = self.number(value)
        if number is None:
            self.note(node, f"the step number in '{self.short(node)}' is not a plain number", fatal=True)
        else:
            self.set.append((number, value, statement(node)))

    def augmented(self, node: Node) -> None:
        left = node.child_by_field_name("left")
        right = node.child_by_field_name("right")
        if left is None or right is None:
            return
        name = self.reading.of(left)
        self.assigned.setdefault(name, []).extend([right, right])  # not a name with one value any more
        if name in ("mystep", "step_title"):
            self.note(node, f"'{self.short(node)}' makes step numbers that the text does not show", fatal=True)
        elif name in _CHOICES:
            self.choices.append(right)

    def loop(self, node: Node) -> None:
        left = node.child_by_field_name("left")
        if left is None:
            return
        name = self.reading.of(left)
        self.assigned.setdefault(name, []).extend([left, left])
        if name == "mystep":
            self.note(node, "step numbers come from a loop", fatal=True)

    def dictionary(self, value: Node) -> None:
        if value.type != "dictionary":
            self.note(value, "'step_title' is not written out as a dictionary", fatal=True)
            return
        for pair in value.named_children:
            key, title = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if pair.type == "comment":
                continue
            if pair.type != "pair" or key is None or title is None:
                self.note(pair, "'step_title' holds something else than numbers and titles", fatal=True)
                continue
            self.entry(key, title, pair)

    def title_assigned(self, left: Node, right: Node, node: Node) -> None:
        key = left.child_by_field_name("subscript")
        if self.reading.of(left.children[0]) == "step_title" and key is not None:
            self.entry(key, right, statement(node))

    def entry(self, key: Node, value: Node, whole: Node) -> None:
        number = self.number(key)
        if number is None:
            self.note(key, f"the key {self.short(key)} of 'step_title' is not a plain number", fatal=True)
            return
        if any(entry.number == number for entry in self.entries):
            self.note(key, f"'step_title' has step {number} twice", fatal=False)
        self.entries.append(Entry(number, plain_string(inner(value), self.reading) or "", key, value, whole))

    def test(self, node: Node) -> None:
        condition = node.child_by_field_name("condition")
        if condition is None:
            return
        for part in walk(condition):
            if part.type == "comparison_operator" and len(part.children) == 3 and part.children[1].type == "in":
                of = self.reading.of
                if of(part.children[2]) in _CHOICES and (of(part.children[0]) == "mystep" or self.plain(part)):
                    self.tests.append(node)
                    return

    def plain(self, comparison: Node) -> bool:
        return self.number(comparison.children[0]) is not None

    def comparison(self, node: Node) -> None:
        sides = [side for side in node.children if side.is_named]
        if any(self.is_number_of_step(side) for side in sides):
            for side in sides:
                self.places += self.integers(side)

    def is_number_of_step(self, side: Node) -> bool:
        if side.type == "call":
            call = self.reading.of(side).replace(" ", "")
            return call in {f"{pick}({name})" for pick in ("max", "min") for name in _CHOICES}
        return self.reading.of(side) in ("mystep", *_CHOICES)

    def integers(self, node: Node) -> list[Node]:
        node = inner(node)
        if node.type == "integer":
            return [node] if self.number(node) is not None else []
        if node.type in ("list", "tuple", "set"):
            return [found for part in node.named_children for found in self.integers(part)]
        return []

    def subscript(self, node: Node) -> None:
        if self.reading.of(node.children[0]) != "step_title" or self.is_target(node):
            return
        key = node.child_by_field_name("subscript")
        if key is not None:
            self.places += self.integers(key)

    def is_target(self, node: Node) -> bool:
        parent = node.parent
        return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == node

    def call(self, node: Node) -> None:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        name = self.reading.of(function)
        self.calls.append((node.start_byte, name))
        if name in {f"{choice}.{verb}" for choice in _CHOICES for verb in ("append", "remove", "extend")}:
            for argument in arguments.named_children:
                self.places += self.integers(argument)
        elif name in ("step_title.update", "step_title.setdefault", "step_title.pop"):
            self.note(node, f"'{self.short(node)}' changes the step titles in a way not understood", fatal=True)
        first = arguments.named_children[:1]
        if first and first[0].type != "keyword_argument" and function.type == "identifier":
            value = plain_string(first[0], self.reading)
            if value is not None and (".ms" in value):
                self.data.append((node.start_byte, Dataset(name, first[0])))

    def keyword(self, node: Node) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None:
            return
        call = node.parent.parent if node.parent is not None else None
        function = call.child_by_field_name("function") if call is not None else None
        self.named(self.reading.of(name), value, self.reading.of(function) if function is not None else "")

    def named(self, name: str, value: Node, task: str) -> None:
        """Note the value of a task's parameter, passed in the call or assigned ahead of it."""
        if name == "vis":
            self.data.append((value.start_byte, Dataset(task, value)))
        elif name == "versionname":
            version = plain_string(value, self.reading)
            if version is not None:
                self.saves.append((value.start_byte, version))

    def comment(self, node: Node) -> None:
        self.comments.append(node)

    def string(self, node: Node) -> None:
        self.strings.append(node)

    # Putting it together

    def number(self, node: Node) -> int | None:
        """Give a plain decimal number; 07 is octal in Python 2 and 010 is 8, so neither is plain."""
        if node.type != "integer":
            return None
        text = self.reading.of(node)
        return int(text) if _NUMBER.fullmatch(text) else None

    def note(self, node: Node, what: str, fatal: bool) -> None:
        self.odd.append(Oddity(self.reading.line(node), what, fatal))

    def short(self, node: Node) -> str:
        return self.reading.of(node).split("\n")[0][:60]

    def script(self) -> Script:
        tests = {test.start_byte: test for test in self.tests}
        found: list[tuple[int, Node, Node, Node | None]] = []
        for number, place, first in self.set:
            found.append((number, place, first, self.following(first, tests)))
        taken = {test.start_byte for *_, test in found if test is not None}
        for test in self.tests:
            own = self.own_number(test)
            if test.start_byte not in taken and own is not None:
                found.append((int(self.reading.of(own)), own, test, test))
        found.sort(key=lambda step: step[2].start_byte)
        places = {place.start_byte: place for place in self.places}
        for _, place, _, _ in found:
            places.pop(place.start_byte, None)
        return Script(
            tuple(self.entries),
            self.blocks(found),
            tuple(places.values()),
            tuple(self.choices),
            tuple(self.comments),
            tuple(self.strings),
            self.assigned,
            tuple(sorted(self.odd)),
        )

    def following(self, first: Node, tests: dict[int, Node]) -> Node | None:
        """Give the `if` that comes next after `mystep = N`, before any other step is set."""
        node = first.next_named_sibling
        while node is not None and node.start_byte not in tests:
            if node.type == "expression_statement" and self.reading.of(node).startswith("mystep"):
                return None
            node = node.next_named_sibling
        return node

    def own_number(self, test: Node) -> Node | None:
        """Give N of `if N in thesteps:`."""
        condition = test.child_by_field_name("condition")
        parts = walk(condition) if condition is not None else ()
        return next((part for part in parts if self.number(part) is not None), None)

    def blocks(self, found: list[tuple[int, Node, Node, Node | None]]) -> tuple[Block, ...]:
        starts = [first.start_byte for _, _, first, _ in found]
        ends = [test.end_byte if test is not None else first.end_byte for _, _, first, test in found]

        def holder(offset: int) -> int:
            at = bisect_right(starts, offset) - 1
            return at if at >= 0 and offset < ends[at] else -1

        calls = [(holder(at), name) for at, name in self.calls]
        saves = [(holder(at), name) for at, name in self.saves]
        data = [(holder(at), dataset) for at, dataset in self.data]
        blocks = []
        for i, (number, place, first, test) in enumerate(found):
            above = self.above(first)
            blocks.append(
                Block(
                    number,
                    place,
                    first,
                    test,
                    above,
                    self.title(above),
                    frozenset(name for at, name in calls if at == i),
                    frozenset(name for at, name in saves if at == i),
                    tuple(dataset for at, dataset in data if at == i),
                )
            )
        return tuple(blocks)

    def above(self, first: Node) -> tuple[Node, ...]:
        """Give the comment lines that end on the line above a step, or with one blank line between."""
        lines: list[Node] = []
        node, row = first.prev_sibling, first.start_point.row
        while node is not None and node.type == "comment" and row - node.start_point.row <= (1 if lines else 2):
            row = node.start_point.row
            before = node.prev_sibling
            if before is not None and before.end_point.row == row:
                break  # a comment behind a statement belongs to that statement
            lines.insert(0, node)
            node = before
        return tuple(lines)

    def title(self, above: tuple[Node, ...]) -> str:
        for node in reversed(above):
            words = title_in_comment(self.reading.of(node))
            if words:
                return words
        return ""


_TITLE = re.compile(r"[#\s*=\-]*(?:step\s+\d+\s*[:.)\-]*\s*)?(.*?)[\s#*=\-]*", re.IGNORECASE)


def title_in_comment(comment: str) -> str:
    """Give the words of a comment that stands above a step, without `#`, rules drawn, and the step's number."""
    match = _TITLE.fullmatch(comment)
    return match.group(1) if match is not None else ""


_LOOKS = {
    "assignment": _Finder.assignment,
    "augmented_assignment": _Finder.augmented,
    "for_statement": _Finder.loop,
    "if_statement": _Finder.test,
    "comparison_operator": _Finder.comparison,
    "subscript": _Finder.subscript,
    "call": _Finder.call,
    "keyword_argument": _Finder.keyword,
    "comment": _Finder.comment,
    "string": _Finder.string,
}
