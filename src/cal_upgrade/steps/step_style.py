"""Learns a script's own hand: how it opens a step, indents, and writes blanks round `=`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.steps.amending import indentation, line_break, line_end, line_start
from cal_upgrade.steps.model import Block, Script, line_opener, title_in_comment
from cal_upgrade.text.python2 import Reading


class Hand(NamedTuple):
    """How a script writes a step: `opening` with {title} and {number} to fill in, and its blanks."""

    opening: str
    base: str
    body: str
    unit: str
    equals: str
    newline: str
    announced: bool


def hand_of(anchor: Block, script: Script, reading: Reading) -> Hand:
    """Learn how a script writes its steps: from the nearest one that announces itself, else from the nearest."""
    newline = line_break(reading, anchor.first.start_byte)
    base = indentation(reading, anchor.first.start_byte)
    equals = _equals(script, reading)
    alike = [block for block in script.blocks if indentation(reading, block.first.start_byte) == base]
    alike.sort(key=lambda block: abs(block.first.start_byte - anchor.first.start_byte))
    headers = [header for header in (_header(block, script, reading) for block in alike) if header is not None]
    headers.sort(key=lambda header: not header[2])
    if headers:
        opening, body, announced = headers[0]
        unit = body[len(base) :] if body.startswith(base) and len(body) > len(base) else "  "
        return Hand(opening, base, body, unit, equals, newline, announced)
    plain = f"{base}# {{title}}{newline}{base}mystep = {{number}}{newline}{base}if(mystep in thesteps):{newline}"
    return Hand(plain, base, base + "  ", "  ", equals, newline, announced=False)


def own_comment(block: Block, script: Script, reading: Reading) -> tuple[Node, ...]:
    """Give the comment lines that are a step's title, with lines drawn round it; all of them if none is the title."""
    title = script.titles[block.number]
    words = [title_in_comment(reading.of(node)) for node in block.above]
    if title not in words:
        return block.above
    first = len(words) - 1 - words[::-1].index(title)
    while first > 0 and not re.search(r"\w", reading.of(block.above[first - 1])):
        first -= 1
    return block.above[first:]


def _header(block: Block, script: Script, reading: Reading) -> tuple[str, str, bool] | None:
    """Copy a step's opening: comment, number, test and the statements that announce it; None if it is not plain."""
    test = block.test
    body = test.child_by_field_name("consequence") if test is not None else None
    if test is None or body is None or not body.named_children or body.start_point.row == test.start_point.row:
        return None
    if block.place.start_byte > test.start_byte:
        return None  # `if 7 in thesteps:` has no line of its own for the number
    if line_opener(block.first) != block.first or test.start_point.row != block.first.start_point.row + 1:
        return None  # what else stands on the line, or between, is not for other steps
    if reading.text[block.first.end_byte : line_end(reading, block.first.end_byte)].strip():
        return None
    end = next(child.end_byte for child in test.children if child.type == ":")
    announced = False
    for node in body.named_children:
        if "mystep" not in reading.of(node) or node.type not in ("print_statement", "expression_statement"):
            break
        end, announced = node.end_byte, True
    comment = "".join(_braces(line) for line in _comment_lines(block, script, reading))
    start = line_start(reading, block.first.start_byte)
    number = block.place
    head = reading.text[start : number.start_byte].decode()
    tail = reading.text[number.end_byte : line_end(reading, end)].decode()
    if "#" in tail:
        return None
    newline = line_break(reading, start)
    opening = comment.replace("\0", "{title}").replace("\1", "{number}")
    opening += _braces(head) + "{number}" + _braces(tail) + newline
    after = line_end(reading, end) + len(newline)
    if announced and not reading.text[after : line_end(reading, after)].strip():
        opening += newline
    return opening, indentation(reading, body.start_byte), announced


def _comment_lines(block: Block, script: Script, reading: Reading) -> Sequence[str]:
    """Give a step's title comment with marks for title and number; a plain one where it has none of its own."""
    title = script.titles[block.number]
    newline = line_break(reading, block.first.start_byte)
    own = own_comment(block, script, reading)
    base = indentation(reading, block.first.start_byte)
    lines = []
    for node in own:
        line = reading.of(node).rstrip()
        if title_in_comment(line) == title and title:
            ahead, behind = line.split(title, 1)
            line = re.sub(rf"\b{block.number}\b", "\1", ahead) + "\0" + behind
        elif re.search(r"\w", line):
            continue
        lines.append(base + line + newline)
    return lines if any("\0" in line for line in lines) else [f"{base}# \0{newline}"]


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _equals(script: Script, reading: Reading) -> str:
    """Tell whether this script writes `vis = 'x'` or `vis='x'`."""
    values = [data.value for block in script.blocks for data in block.data]
    ahead = [(value, value.prev_sibling) for value in values]
    spaced = sum(sign is not None and sign.end_byte < value.start_byte for value, sign in ahead)
    return " = " if 2 * spaced >= len(values) else "="
