"""Writes the dictionary `step_title`: new entries and new keys, in the layout of the entries that are there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tree_sitter import Node

from cal_upgrade.steps.amending import line_break, line_end, line_start
from cal_upgrade.steps.model import Entry, Script
from cal_upgrade.steps.stepmap import Insertion, StepMap
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading


def new_key(entry: Entry, script: Script, reading: Reading, steps: StepMap) -> list[Edit]:
    """Rewrite a key; where the titles stand in one column whatever the key's width, keep them there."""
    new = str(steps.new(entry.number))
    key = entry.key
    if reading.of(key) == new:
        return []
    grown = len(new) - (key.end_byte - key.start_byte)
    start, end = key.start_byte, key.end_byte
    if grown > 0 and entry.whole.type == "pair" and _in_columns(script.entries, reading):
        text = reading.text
        colon = text.index(b":", end)
        spare = b" " * grown
        if text[end:colon].endswith(spare):
            return [Edit(start, end + grown, new)]
        if text[colon + 1 : entry.value.start_byte].startswith(spare + b" "):
            return [Edit(start, colon + 1 + grown, new + text[end : colon + 1].decode())]
        if text[line_start(reading, start) : start].endswith(spare):
            return [Edit(start - grown, start, ""), Edit(start, end, new)]
    return [Edit(start, end, new)]


def _in_columns(entries: tuple[Entry, ...], reading: Reading) -> bool:
    """Whether keys of different width leave the titles in one column."""
    pairs = [entry for entry in entries if entry.whole.type == "pair"]
    widths = {entry.key.end_byte - entry.key.start_byte for entry in pairs}
    return len(widths) > 1 and len({_column(entry.value, reading) for entry in pairs}) == 1


def _column(node: Node, reading: Reading) -> int:
    ahead = reading.text[line_start(reading, node.start_byte) : node.start_byte].decode()
    return len(ahead.expandtabs(8))


def new_entry(come: Insertion, script: Script, reading: Reading) -> list[Edit]:
    """Put the title of a step that comes in where its number belongs; nothing where the script has no titles."""
    entries = _together(script.entries)
    mine = [i for i, entry in enumerate(entries) if entry.number in come.run]
    if not mine:
        return []
    if come.before is None:
        place, model = mine[-1] + 1, entries[mine[-1]]
    else:
        place = next((i for i in mine if entries[i].number >= come.before), mine[-1])
        model = entries[place]
    if model.whole.type != "pair":
        return [_assignment(come, model, reading)]
    text = _titled(come, model, reading)
    separator = _separator([entry.whole for entry in entries], place, reading)
    if place < len(entries):
        start = entries[place].whole.start_byte
        return [Edit(start, start, text + separator)]
    return _last_entry(model.whole, separator, text)


def _together(entries: Sequence[Entry]) -> list[Entry]:
    """Give the entries of one dictionary, the last written out, in the order of the text; else what is assigned."""
    ordered = sorted(entries, key=lambda entry: entry.whole.start_byte)
    pairs = [entry for entry in ordered if entry.whole.type == "pair"]
    return [entry for entry in pairs if entry.whole.parent == pairs[-1].whole.parent] or ordered


def _titled(come: Insertion, model: Entry, reading: Reading) -> str:
    """Write number and title the way another entry is written; a shorter number gets the blanks that it leaves."""
    between = reading.text[model.key.end_byte : model.value.start_byte].decode()
    short = (model.key.end_byte - model.key.start_byte) - len(str(come.number))
    if between.startswith(" ") and model.whole.type == "pair":
        between = " " * short + between
    quote = '"' if reading.of(model.value).startswith('"') else "'"
    return f"{come.number}{between}{quote}{come.step.title}{quote}"


def _assignment(come: Insertion, model: Entry, reading: Reading) -> Edit:
    """Write `step_title[0] = '…'` on a line of its own, next to another such line."""
    newline = line_break(reading, model.whole.start_byte)
    start, end = line_start(reading, model.whole.start_byte), line_end(reading, model.whole.end_byte)
    line = reading.text[start : model.key.start_byte].decode() + _titled(come, model, reading)
    return Edit(end, end, newline + line) if come.before is None else Edit(start, start, line + newline)


def _separator(pairs: Sequence[Node], place: int, reading: Reading) -> str:
    """Copy what stands between two entries next to a place."""
    gaps = [reading.text[one.end_byte : two.start_byte].decode() for one, two in pairwise(pairs)]
    near = min(max(place - 1, 0), len(gaps) - 1) if place >= len(pairs) else min(place, len(gaps) - 1)
    for gap in (*gaps[near : near + 1], *gaps):
        if "#" not in gap:
            return gap
    column = pairs[0].start_point.column
    return "," + line_break(reading, pairs[0].start_byte) + " " * column


def _last_entry(last: Node, separator: str, text: str) -> list[Edit]:
    """Put an entry at the end of the dictionary: a comma and a comment behind the last one stay with that one."""
    comma, comment = None, None
    node = last.next_sibling
    while node is not None and node.type in (",", "comment") and node.start_point.row == last.end_point.row:
        comma = node if node.type == "," else comma
        comment = node if node.type == "comment" else comment
        node = node.next_sibling
    blanks = separator.lstrip().removeprefix(",")
    end = (comment or comma or last).end_byte
    if comma is not None:
        return [Edit(end, end, blanks + text + ",")]
    if comment is not None:
        return [Edit(last.end_byte, last.end_byte, ","), Edit(end, end, blanks + text)]
    return [Edit(end, end, separator + text)]
