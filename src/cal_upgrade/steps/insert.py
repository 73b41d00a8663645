"""Writes the steps that 4.2 has and 3.4 has not, in the script's own hand.

What the steps do is what the ALMA script generator's steps of that title do in packaged scripts made for CASA 4.2.1.
Comment, `mystep = N`, the test and the lines that announce the step are copied from one of the script's own steps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.edits import Edit
from cal_upgrade.operations import Amendment
from cal_upgrade.python2 import Reading
from cal_upgrade.records import Attention
from cal_upgrade.steps.align import Insertion, StepMap
from cal_upgrade.steps.amending import STEPS, amendment, indentation, line_break, line_end, line_start
from cal_upgrade.steps.datasets import Datasets, Name, datasets
from cal_upgrade.steps.find import Block, Script, plain_string, title_in_comment
from cal_upgrade.steps.titles import Known

_WHY = {
    Known.IMPORT: "4.2 scripts begin by importing the ASDM, unless its measurement set is there already.",
    Known.SYSCAL: "4.2 scripts put the times of the SYSCAL table right before anything is derived from it.",
    Known.CORRECTED: "4.2 scripts end by splitting out the calibrated data.",
}
_ASIS = "Antenna Station Receiver Source CalAtmosphere CalWVR"  # the ASDM tables that 4.2.1's generator names
_UID = re.compile(r"uid___[A-Z]\w*")


class Hand(NamedTuple):
    """How a script writes a step: `opening` with {title} and {number} to fill in, and its blanks."""

    opening: str
    base: str
    body: str
    unit: str
    equals: str
    newline: str
    announced: bool


def insertions(script: Script, reading: Reading, steps: StepMap) -> tuple[list[Amendment], list[Attention]]:
    """Write every step that comes in: its entry in `step_title` and its block."""
    done: list[Amendment] = []
    doubts: list[Attention] = []
    for come in steps.insertions:
        done += _entry(come, script, reading)
        if come.written:
            block, doubt = _block(come, script, reading)
            done += block
            doubts += doubt
    return done, doubts


# The step's block


def _block(come: Insertion, script: Script, reading: Reading) -> tuple[list[Amendment], list[Attention]]:
    run = [block for block in script.blocks if block.number in come.run]
    if come.before is None:
        anchor = run[-1]
    else:
        anchor = next((block for block in run if block.number >= come.before), run[-1])
    hand = _hand(anchor, script, reading)
    names = datasets(script, reading, come.run)
    lines, doubt = _body(come.step, names, hand)
    if not lines and not hand.announced:
        lines = ["pass"]
    step = hand.opening.format(title=come.step.title, number=come.number)
    if not lines:
        step = step.rstrip() + hand.newline
    step += "".join((hand.body + line).rstrip() + hand.newline for line in lines)
    if come.before is None:
        edit = _behind(anchor, step, hand, reading)
    else:
        start = _ahead(anchor, script, reading)
        edit = Edit(start, start, step + hand.newline)
    doubts = [Attention(STEPS, reading.line(anchor.first), *doubt)] if doubt is not None else []
    return [amendment(reading, edit, {STEPS: _WHY[come.step]})], doubts


def _body(step: Known, names: Datasets, hand: Hand) -> tuple[list[str], tuple[str, str] | None]:
    """Write what a step does, a line each, not indented; empty, with what to tell the user, where that is unsure."""
    eq, unit = hand.equals, hand.unit
    if step is Known.CORRECTED and names.split is not None:
        vis, out = names.split, names.split.plus(".cal")
        remove = f"'rm -rf {out.text}'" if out.literal else f"'rm -rf ' + {out.written}"
        return [
            f"os.system({remove})",
            f"split(vis{eq}{vis.written},",
            f"{unit}outputvis{eq}{out.written},",
            f"{unit}datacolumn{eq}'corrected',",
            f"{unit}keepflags{eq}T)",
        ], None
    if step is Known.SYSCAL and names.raw is not None:
        return ["from recipes.almahelpers import fixsyscaltimes", f"fixsyscaltimes(vis{eq}{names.raw.written})"], None
    asdm = _asdm(names.raw) if step is Known.IMPORT and names.raw is not None else None
    if asdm is not None and names.raw is not None:
        doubt = None
        if asdm.text is None or not _UID.fullmatch(asdm.text):
            doubt = (
                f"the new step '{step.title}' takes {asdm.written} for the ASDM's name, after the measurement set",
                "Put the ASDM's own name there if it has another.",
            )
        return [
            f"if not os.path.exists({names.raw.written}):",
            f"{unit}importasdm(asdm{eq}{asdm.written},",
            f"{unit}{unit}vis{eq}{names.raw.written},",
            f"{unit}{unit}asis{eq}'{_ASIS}')",
        ], doubt
    return [], (
        f"the new step '{step.title}' is empty: which measurement set it is about can't be told from this script",
        f"Write its {_CALLS[step]} by hand.",
    )


_CALLS = {
    Known.IMPORT: "importasdm call",
    Known.SYSCAL: "call of fixsyscaltimes (from recipes.almahelpers)",
    Known.CORRECTED: "split(…, datacolumn='corrected', keepflags=T)",
}


def _asdm(raw: Name) -> Name | None:
    """Give the ASDM's name, which is the measurement set's without `.ms`."""
    short = raw.minus(".ms")
    if short is None and raw.text is not None and raw.text.endswith(".ms"):
        short = Name(f"os.path.splitext({raw.written})[0]", raw.text.removesuffix(".ms"))
    return short


def _behind(anchor: Block, step: str, hand: Hand, reading: Reading) -> Edit:
    """Put a step behind another: after its last line, and comments that are indented like it."""
    end = line_end(reading, (anchor.test or anchor.first).end_byte)
    node = (anchor.test or anchor.first).next_sibling
    while node is not None and node.type == "comment" and node.start_point.column > anchor.first.start_point.column:
        end, node = line_end(reading, node.end_byte), node.next_sibling
    return Edit(end, end, hand.newline * 2 + step.removesuffix(hand.newline))


def _ahead(anchor: Block, script: Script, reading: Reading) -> int:
    """Give the place ahead of a step: above its title, and above the line that prints the part of the calibration."""
    own = _own_comment(anchor, script, reading)
    first = own[0] if own else anchor.first
    before = first.prev_sibling
    if before is not None and before.type == "print_statement" and len(before.named_children) == 1:
        words = plain_string(before.named_children[0], reading) or ""
        first = before if re.match(r"\s*#.*calibration", words, re.IGNORECASE) else first
    return line_start(reading, first.start_byte)


def _own_comment(block: Block, script: Script, reading: Reading) -> tuple[Node, ...]:
    """Give the comment lines that are a step's title, with lines drawn round it; all of them if none is the title."""
    title = script.titles[block.number]
    words = [title_in_comment(reading.of(node)) for node in block.above]
    if title not in words:
        return block.above
    first = len(words) - 1 - words[::-1].index(title)
    while first > 0 and not re.search(r"\w", reading.of(block.above[first - 1])):
        first -= 1
    return block.above[first:]


def _hand(anchor: Block, script: Script, reading: Reading) -> Hand:
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


def _header(block: Block, script: Script, reading: Reading) -> tuple[str, str, bool] | None:
    """Copy a step's opening: comment, number, test and the statements that announce it; None if it is not plain."""
    test = block.test
    body = test.child_by_field_name("consequence") if test is not None else None
    if test is None or body is None or not body.named_children or body.start_point.row == test.start_point.row:
        return None
    if block.place.start_byte > test.start_byte:
        return None  # `if 7 in thesteps:` has no line of its own for the number
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
    own = _own_comment(block, script, reading)
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


# The step's entry in step_title


def _entry(come: Insertion, script: Script, reading: Reading) -> list[Amendment]:
    if not script.entries:
        return []
    entries = sorted(script.entries, key=lambda entry: entry.whole.start_byte)
    mine = [i for i, entry in enumerate(entries) if entry.number in come.run]
    if not mine:
        return []
    if come.before is None:
        place, model = mine[-1] + 1, entries[mine[-1]]
    else:
        place = next((i for i in mine if entries[i].number >= come.before), mine[-1] + 1)
        model = entries[place] if place < len(entries) else entries[-1]
    why = {STEPS: _WHY[come.step]}
    width = model.key.end_byte - model.key.start_byte
    number = str(come.number)
    between = reading.text[model.key.end_byte : model.value.start_byte].decode()
    if model.whole.type == "pair" and len(number) < width and between.startswith(" "):
        between = " " * (width - len(number)) + between
    quote = '"' if reading.of(model.value).startswith('"') else "'"
    if model.whole.type != "pair":
        newline = line_break(reading, model.whole.start_byte)
        between = reading.text[model.key.end_byte : model.value.start_byte].decode()
        ahead = reading.text[line_start(reading, model.whole.start_byte) : model.key.start_byte].decode()
        line = ahead + number + between + quote + come.step.title + quote
        if come.before is None:
            end = line_end(reading, model.whole.end_byte)
            return [amendment(reading, Edit(end, end, newline + line), why)]
        start = line_start(reading, model.whole.start_byte)
        return [amendment(reading, Edit(start, start, line + newline), why)]
    text = number + between + quote + come.step.title + quote
    separator = _separator([entry.whole for entry in entries if entry.whole.type == "pair"], place, reading)
    if place < len(entries):
        start = entries[place].whole.start_byte
        return [amendment(reading, Edit(start, start, text + separator), why)]
    return [amendment(reading, edit, why) for edit in _last_entry(model.whole, separator, text, reading)]


def _separator(pairs: Sequence[Node], place: int, reading: Reading) -> str:
    """Copy what stands between two entries next to a place."""
    gaps = [reading.text[one.end_byte : two.start_byte].decode() for one, two in pairwise(pairs)]
    near = min(max(place - 1, 0), len(gaps) - 1) if place >= len(pairs) else min(place, len(gaps) - 1)
    for gap in (*gaps[near : near + 1], *gaps):
        if "#" not in gap:
            return gap
    column = pairs[0].start_point.column
    return "," + line_break(reading, pairs[0].start_byte) + " " * column


def _last_entry(last: Node, separator: str, text: str, reading: Reading) -> list[Edit]:
    """Put an entry at the end of the dictionary: a comma and a comment behind the last one stay with that one."""
    comma, comment = None, None
    node = last.next_sibling
    while node is not None and node.type in (",", "comment") and node.start_point.row == last.end_point.row:
        comma = node if node.type == "," else comma
        comment = node if node.type == "comment" else comment
        node = node.next_sibling
    blanks = separator.lstrip().removeprefix(",")
    if comma is None and comment is None:
        return [Edit(last.end_byte, last.end_byte, separator + text)]
    if comma is None and comment is not None:
        return [
            Edit(last.end_byte, last.end_byte, ","),
            Edit(comment.end_byte, comment.end_byte, blanks + text),
        ]
    end = (comment or comma).end_byte  # type: ignore[union-attr]
    return [Edit(end, end, blanks + text + ",")]
