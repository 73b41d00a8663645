"""Writes the steps that 4.2 has and 3.4 has not, in the script's own hand.

What the steps do is what the ALMA script generator's steps of that title do in packaged scripts made for CASA 4.2.1.
Comment, `mystep = N`, the test and the lines that announce the step are copied from one of the script's own steps.
"""

from __future__ import annotations

import re

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.changes.removal import IMPORT, needs_import, removal
from cal_upgrade.records import Attention
from cal_upgrade.steps.amending import STEPS, amendment, line_end, line_start
from cal_upgrade.steps.datasets import Datasets, Name, datasets
from cal_upgrade.steps.entries import new_entry
from cal_upgrade.steps.model import Block, Script, line_opener, plain_string
from cal_upgrade.steps.step_style import Hand, hand_of, own_comment
from cal_upgrade.steps.stepmap import Insertion, StepMap
from cal_upgrade.steps.titles import Known
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading

_WHY = {
    Known.IMPORT: "4.2 scripts begin by importing the ASDM, unless its measurement set is there already.",
    Known.SYSCAL: "4.2 scripts put the times of the SYSCAL table right before anything is derived from it.",
    Known.CORRECTED: "4.2 scripts end by splitting out the calibrated data.",
}
_ASIS = "Antenna Station Receiver Source CalAtmosphere CalWVR"  # the ASDM tables that 4.2.1's generator names
_UID = re.compile(r"uid___[A-Z]\w*")


def insertions(script: Script, reading: Reading, steps: StepMap) -> tuple[list[Amendment], list[Attention]]:
    """Write every step that comes in: its entry in `step_title` and its block."""
    done: list[Amendment] = []
    doubts: list[Attention] = []
    names = {run: datasets(script, reading, run) for run in {come.run for come in steps.insertions if come.written}}
    for come in steps.insertions:
        done += [amendment(reading, edit, {STEPS: _WHY[come.step]}) for edit in new_entry(come, script, reading)]
        if come.written:
            block, doubt = _block(come, script, reading, names[come.run])
            done += block
            doubts += doubt
    return done, doubts


def _block(
    come: Insertion, script: Script, reading: Reading, names: Datasets
) -> tuple[list[Amendment], list[Attention]]:
    run = [block for block in script.blocks if block.number in come.run]
    if come.before is None:
        anchor = run[-1]
    else:
        anchor = next((block for block in run if block.number >= come.before), run[-1])
    hand = hand_of(anchor, script, reading)
    lines, doubt = _body(come.step, names, hand, reading)
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


def _body(step: Known, names: Datasets, hand: Hand, reading: Reading) -> tuple[list[str], tuple[str, str] | None]:
    """Write what a step does, a line each, not indented; empty, with what to tell the user, where that is unsure."""
    eq, unit = hand.equals, hand.unit
    if step is Known.CORRECTED and names.split is not None:
        vis, out = names.split, names.split.plus(".cal")
        if out.text is not None and re.search(rf"(['\"]){re.escape(out.text)}\1".encode(), reading.text):
            return [], (
                f"the new step '{step.title}' is empty: the script has a {out.text} of its own",
                f"If the step is to write it, remove the old one and write its {_CALLS[step]} by hand.",
            )
        remove = removal(out.written)
        return [
            *([IMPORT] if needs_import(remove, reading.text) else []),
            remove,
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
    own = own_comment(anchor, script, reading)
    first = own[0] if own else line_opener(anchor.first)
    before = first.prev_sibling
    if before is not None and before.type == "print_statement" and len(before.named_children) == 1:
        words = plain_string(before.named_children[0], reading) or ""
        first = before if re.match(r"\s*#.*calibration", words, re.IGNORECASE) else first
    return line_start(reading, first.start_byte)
