"""Finds the steps of a calibration script, and every place in its text where a step number stands.

A step is what the ALMA script generator of 2012 writes: an entry of the dictionary `step_title`, and further down
`mystep = N` with `if(mystep in thesteps):` and the step's block, the title in a comment above. Reducers edit all of
that by hand, so each part may be missing, doubled, or spelled otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.steps.amending import line_end, line_start
from cal_upgrade.steps.blocks import Found, Mentions, Test, blocks
from cal_upgrade.steps.model import (
    Dataset,
    Entry,
    Naming,
    Oddity,
    Script,
    inner,
    plain_number,
    plain_string,
)
from cal_upgrade.steps.naming import naming
from cal_upgrade.steps.uses import uses
from cal_upgrade.text.python2 import Reading, parts_of, statement_of


def find(reading: Reading) -> Script:
    """Find the steps of a script; a text without any gives a Script without blocks and entries."""
    finder = _Finder(reading, naming(reading))
    for kind, node in reading.nodes:
        look = _LOOKS.get(kind)
        if look is not None:
            look(finder, node)
    return finder.script()


_NAMED = frozenset({"vis", "versionname"})


class _Finder:
    """Collects what one walk over the tree meets."""

    def __init__(self, reading: Reading, naming: Naming) -> None:
        self.reading = reading
        self.naming = naming
        self.entries: list[Entry] = []
        self.set: list[Found] = []
        self.tests: list[Test] = []
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
        if name in self.naming.numbers:
            self.step(node, inner(right))
        elif name == "step_title":
            self.dictionary(inner(right))
        elif left.type == "subscript" and name.startswith("step_title"):
            self.title_assigned(left, right, node)

    def step(self, node: Node, value: Node) -> None:
        number = self.number(value)
        if number is None:
            self.note(node, f"the step number in '{self.short(node)}' is not a plain number", fatal=True)
        else:
            self.set.append(Found(number, value, statement_of(node)))

    def augmented(self, node: Node) -> None:
        left = node.child_by_field_name("left")
        right = node.child_by_field_name("right")
        if left is None or right is None:
            return
        name = self.reading.of(left)
        self.assigned.setdefault(name, []).extend([right, right])  # not a name with one value any more

    def loop(self, node: Node) -> None:
        left = node.child_by_field_name("left")
        if left is None:
            return
        name = self.reading.of(left)
        self.assigned.setdefault(name, []).extend([left, left])

    def dictionary(self, value: Node) -> None:
        if value.type != "dictionary":
            self.note(value, "'step_title' is not written out as a dictionary", fatal=True)
            return
        for pair in parts_of(value):
            key, title = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if pair.type != "pair" or key is None or title is None:
                self.note(pair, "'step_title' holds something else than numbers and titles", fatal=True)
                continue
            self.entry(key, title, pair)

    def title_assigned(self, left: Node, right: Node, node: Node) -> None:
        key = left.child_by_field_name("subscript")
        if self.reading.of(left.children[0]) == "step_title" and key is not None:
            self.entry(key, right, statement_of(node))

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
        for part in self.asked(condition) if condition is not None else ():
            name, listed = self.reading.of(part.children[0]), self.reading.of(part.children[2])
            number = part.children[0] if self.number(part.children[0]) is not None else None
            if listed in self.naming.choices and (name in self.naming.numbers or number is not None):
                self.tests.append(Test(node, number))
                return

    def asked(self, condition: Node) -> Iterator[Node]:
        """Give each `… in …` that must hold for a condition to hold."""
        condition = inner(condition)
        if condition.type == "boolean_operator" and condition.children[1].type == "and":
            for side in parts_of(condition):
                yield from self.asked(side)
        elif condition.type == "comparison_operator" and [part.type for part in condition.children[1:2]] == ["in"]:
            yield condition

    def call(self, node: Node) -> None:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        name = self.reading.of(function)
        self.calls.append((node.start_byte, name))
        first = parts_of(arguments)[:1]
        if first and first[0].type != "keyword_argument" and function.type == "identifier":
            value = plain_string(first[0], self.reading)
            if value is not None and (".ms" in value):
                self.data.append((node.start_byte, Dataset(name, first[0])))

    def keyword(self, node: Node) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None or self.reading.of(name) not in _NAMED:
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
        return plain_number(node, self.reading)

    def note(self, node: Node, what: str, fatal: bool) -> None:
        self.odd.append(Oddity(self.reading.line(node), what, fatal, node.start_byte))

    def short(self, node: Node) -> str:
        return self.reading.of(node).split("\n")[0][:60]

    def whole_line(self, node: Node) -> str:
        """Give the line that a node starts on, as far as a message can hold it."""
        start, end = line_start(self.reading, node.start_byte), line_end(self.reading, node.start_byte)
        return self.reading.text[start:end].decode("utf-8").strip()[:60]

    def script(self) -> Script:
        mentions = Mentions(self.calls, self.saves, self.data)
        found, again = blocks(self.set, self.tests, mentions, self.reading)
        used = uses(self.reading, self.naming)
        places = {place.start_byte: place for place in (*used.places, *again)}
        for block in found:
            places.pop(block.place.start_byte, None)
        for node in used.unread:
            self.note(
                node, f"'{self.whole_line(node)}' depends on step numbers in a way that is not understood", fatal=True
            )
        return Script(
            self.naming,
            tuple(self.entries),
            found,
            tuple(places.values()),
            used.choices,
            used.folds,
            tuple(self.comments),
            tuple(self.strings),
            self.assigned,
            tuple(sorted(self.odd)),
        )


_LOOKS = {
    "assignment": _Finder.assignment,
    "augmented_assignment": _Finder.augmented,
    "for_statement": _Finder.loop,
    "if_statement": _Finder.test,
    "call": _Finder.call,
    "keyword_argument": _Finder.keyword,
    "comment": _Finder.comment,
    "string": _Finder.string,
}
