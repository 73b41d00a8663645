"""Puts the blocks of steps together: a number that is set, the `if` behind it, the comment above, what it calls."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.steps.model import Block, Dataset, line_opener, plain_number, title_in_comment
from cal_upgrade.text.python2 import Reading


class Found(NamedTuple):
    """A step's number where it is set (`mystep = 7`) or tested (`if 7 in thesteps:`), with that statement."""

    number: int
    place: Node
    first: Node


class Test(NamedTuple):
    """An `if` that looks for a step among those to run; `number` is N of `if N in thesteps:`."""

    node: Node
    number: Node | None


class Mentions(NamedTuple):
    """What task calls say, with the byte offset where they say it."""

    calls: Sequence[tuple[int, str]]
    saves: Sequence[tuple[int, str]]
    data: Sequence[tuple[int, Dataset]]


def blocks(
    numbers: Sequence[Found], tests: Sequence[Test], mentions: Mentions, reading: Reading
) -> tuple[tuple[Block, ...], list[Node]]:
    """Give every block in the order of the text, and the places of numbers that are set again inside of one."""
    by_start = {test.node.start_byte: test.node for test in tests}
    starts = {found.first.start_byte for found in numbers}
    pairs = [(found, _following(found.first, by_start, starts)) for found in numbers]
    taken = {test.start_byte for _, test in pairs if test is not None}
    known = {found.number for found, test in pairs if test is not None}
    for test, own in tests:
        number = plain_number(own, reading) if own is not None else None
        # a number that has its step already is only asked for here
        if own is not None and number is not None and number not in known and test.start_byte not in taken:
            pairs.append((Found(number, own, test), test))
            known.add(number)
    pairs.sort(key=lambda pair: pair[0].first.start_byte)
    outer: list[tuple[Found, Node | None]] = []
    again: list[Node] = []
    for pair in pairs:
        if outer and pair[0].first.end_byte <= _end(*outer[-1]):
            again.append(pair[0].place)
        else:
            outer.append(pair)
    return tuple(_filled(outer, mentions, reading)), again


def _end(found: Found, test: Node | None) -> int:
    return (test or found.first).end_byte


def _filled(pairs: Sequence[tuple[Found, Node | None]], mentions: Mentions, reading: Reading) -> list[Block]:
    """Tell for each block what it calls, which flags it saves and which data it names."""
    starts = [found.first.start_byte for found, _ in pairs]
    calls: list[set[str]] = [set() for _ in pairs]
    saves: list[set[str]] = [set() for _ in pairs]
    data: list[list[Dataset]] = [[] for _ in pairs]

    def holder(offset: int) -> int | None:
        at = bisect_right(starts, offset) - 1
        return at if at >= 0 and offset < _end(*pairs[at]) else None

    for offset, name in mentions.calls:
        if (at := holder(offset)) is not None:
            calls[at].add(name)
    for offset, version in mentions.saves:
        if (at := holder(offset)) is not None:
            saves[at].add(version)
    for offset, dataset in mentions.data:
        if (at := holder(offset)) is not None:
            data[at].append(dataset)
    filled = []
    for k, (found, test) in enumerate(pairs):
        above = _above(found.first)
        title = next(filter(None, (title_in_comment(reading.of(node)) for node in reversed(above))), "")
        more = (frozenset(calls[k]), frozenset(saves[k]), tuple(data[k]))
        filled.append(Block(found.number, found.place, found.first, test, above, title, *more))
    return filled


def _following(first: Node, tests: Mapping[int, Node], numbers: Set[int]) -> Node | None:
    """Give the `if` that comes next after `mystep = N`, before any other step is set (at one of `numbers`)."""
    node = first.next_named_sibling
    while node is not None and node.start_byte not in tests:
        if node.start_byte in numbers:
            return None
        node = node.next_named_sibling
    return node


def _above(first: Node) -> tuple[Node, ...]:
    """Give the comment lines that end on the line above a step, or with one blank line between."""
    first = line_opener(first)
    node = first.prev_sibling
    if node is None and first.parent is not None and first.parent.type == "block":
        node = first.parent.prev_sibling  # a comment that opens a block stands ahead of it in the tree
    lines: list[Node] = []
    row = first.start_point.row
    while node is not None and node.type == "comment" and row - node.start_point.row <= (1 if lines else 2):
        row = node.start_point.row
        before = node.prev_sibling
        if before is not None and before.end_point.row == row:
            break  # a comment behind a statement belongs to that statement
        lines.insert(0, node)
        node = before
    return tuple(lines)
