"""Writes new numbers wherever a step number stands, and the titles of 4.2."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention
from cal_upgrade.steps.amending import COMMENTS, STEPS, TITLES, amendment
from cal_upgrade.steps.entries import new_key
from cal_upgrade.steps.model import Block, Script
from cal_upgrade.steps.selections import in_code
from cal_upgrade.steps.stepmap import StepMap
from cal_upgrade.steps.words import Where, counts_parts, say
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading

_NUMBER_WHY = "4.2 scripts import the ASDM and fix its SYSCAL table first: 3.4's step numbers move up."
_LIST_WHY = "The steps to run follow the new numbers; who ran to the last step runs to the new last one."
_WORDS_WHY = "The step named here has a new number."
_TITLE_WHY = "4.2 scripts call this step 'Save flags before applycal'."
_OLD_TITLE = re.compile(r"(Save flags before applycal) cal\b")


def numbers(script: Script, reading: Reading, steps: StepMap) -> list[Amendment]:
    """Renumber the keys of `step_title`, `mystep = N`, and every other place in the code that is a step number."""
    if steps.unchanged:
        return []
    edits = [edit for entry in script.entries for edit in new_key(entry, script, reading, steps)]
    places = [block.place for block in script.blocks] + list(script.places)
    for place in places:
        old = int(reading.of(place))
        if steps.new(old) != old:
            edits.append(Edit(place.start_byte, place.end_byte, str(steps.new(old))))
    done = [amendment(reading, edit, {STEPS: _NUMBER_WHY}) for edit in edits]
    for choice in script.choices:
        listed = in_code(choice, reading, steps, script.naming.choices) or []
        done += [amendment(reading, edit, {STEPS: _LIST_WHY}) for edit in listed]
    return done


def retitle(text: str) -> str:
    """Give a title, or a text with one in it, as 4.2 scripts have it."""
    return _OLD_TITLE.sub(r"\1", text)


def asks_for_title(script: Script, reading: Reading) -> bool:
    """Whether the script itself speaks of the title that 4.2 has in other words, to compare it, say."""
    values = {entry.value.start_byte for entry in script.entries}
    others = [
        text for text in script.strings if text.start_byte not in values and _OLD_TITLE.search(reading.of(text))
    ]
    printed = _printed(reading) if others else ()
    return any(text.start_byte not in printed for text in others)


def titles(script: Script, reading: Reading, steps: StepMap, new_titles: bool) -> list[Amendment]:
    """Retitle "Save flags before applycal cal" in `step_title`, and renumber titles like "Step 7: Listobs"."""
    done = []
    for entry in script.entries:
        new = say(entry.title, steps, Where(entry.number, heading=True)).text
        why = {STEPS: _NUMBER_WHY} if new != entry.title else {}
        if new_titles and retitle(new) != new:
            new, why[TITLES] = retitle(new), _TITLE_WHY
        if why:
            written = reading.of(entry.value).replace(entry.title, new)
            done.append(amendment(reading, Edit(entry.value.start_byte, entry.value.end_byte, written), why))
    return done


def comments(
    script: Script, reading: Reading, steps: StepMap, new_titles: bool, new_numbers: bool
) -> tuple[list[Amendment], list[Attention]]:
    """Bring comments and printed texts after the new numbers and titles."""
    where = _places(script, reading)
    done: list[Amendment] = []
    doubts: list[Attention] = []
    printed = _printed(reading)
    for node in (*script.comments, *(text for text in script.strings if text.start_byte in printed)):
        old = reading.of(node)
        why: dict[str, str] = {}
        new = old
        if new_titles and where(node).heading:
            new = retitle(new)
            if new != old:
                why[TITLES] = _TITLE_WHY
        if new_numbers:
            said = say(new, steps, where(node))
            if said.text != new:
                new, why[COMMENTS] = said.text, _WORDS_WHY
            doubts += [_doubt(reading, node, number, steps) for number in said.doubtful]
        if why:
            done.append(amendment(reading, Edit(node.start_byte, node.end_byte, new), why))
    return done, doubts


def _places(script: Script, reading: Reading) -> Callable[[Node], Where]:
    """Give the function that tells where a comment or string stands."""
    headings = {node.start_byte: block.number for block in script.blocks for node in block.above}
    starts = [block.first.start_byte for block in script.blocks]
    parts: set[int] = set()

    def holder(node: Node) -> Block | None:
        at = bisect_right(starts, node.start_byte) - 1
        block = script.blocks[at] if at >= 0 else None
        return block if block is not None and node.start_byte < (block.test or block.first).end_byte else None

    for node in script.comments:
        block = holder(node)
        if block is not None and node.start_byte not in headings and counts_parts(reading.of(node), block.number):
            parts.add(block.number)

    def where(node: Node) -> Where:
        if node.start_byte in headings:
            return Where(headings[node.start_byte], heading=True)
        block = holder(node)
        own = block.number if block is not None else None
        return Where(own, header=not starts or node.start_byte < starts[0], parts=own in parts)

    return where


def _printed(reading: Reading) -> set[int]:
    """Give where the strings start that are printed or go to the log.

    They are looked for from the statement down: in a long `a + b + …` each way up is as long as the row.
    """
    found: set[int] = set()
    for kind, node in reading.nodes:
        function = node.child_by_field_name("function") if kind == "call" else None
        logs = function is not None and reading.of(function) in ("casalog.post", "print")
        waiting = node.named_children if logs or kind == "print_statement" else []
        while waiting:
            here = waiting.pop()
            if here.type == "string":
                found.add(here.start_byte)
            elif here.type in ("binary_operator", "parenthesized_expression", "argument_list"):
                waiting.extend(here.named_children)
    return found


def _doubt(reading: Reading, node: Node, number: int, steps: StepMap) -> Attention:
    return Attention(
        COMMENTS,
        reading.line(node),
        f"this may name step {number}, whose number is {steps.new(number)} now; it was left as it is",
        "Change the number by hand if it does.",
    )
