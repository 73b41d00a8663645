"""The steps of a calibration script: found, aligned with those of CASA 4.2 by their titles, put in and renumbered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention, Kind, StepMove
from cal_upgrade.steps.align import Plan, Step, align, keep
from cal_upgrade.steps.amending import COMMENTS, DRIVER, RULES, STEPS, TITLES
from cal_upgrade.steps.drivers import Driven, converted_name, drive
from cal_upgrade.steps.find import find
from cal_upgrade.steps.folds import same_answer
from cal_upgrade.steps.insert import insertions
from cal_upgrade.steps.model import Script
from cal_upgrade.steps.renumber import asks_for_title, comments, numbers, retitle, titles
from cal_upgrade.steps.selections import counts_titles
from cal_upgrade.steps.stepmap import StepMap
from cal_upgrade.steps.titles import Known, known
from cal_upgrade.steps.words import Where, say
from cal_upgrade.text.python2 import Reading

__all__ = [
    "RULES",
    "Outcome",
    "Selected",
    "StepMap",
    "amend",
    "converted_name",
    "map_of",
    "plan",
    "steps_of",
    "unmoved",
]

Selected = Callable[[str, Kind], bool]
"""Whether the user wants a rule, by its id and kind."""


class Outcome(NamedTuple):
    """What is to be done about a script's steps: edits that do not overlap, doubts, and every step of the result."""

    amendments: tuple[Amendment, ...]
    attention: tuple[Attention, ...]
    map: StepMap

    @property
    def steps(self) -> tuple[StepMove, ...]:
        """Give every step of the result, with the number it had."""
        return self.map.moves


def amend(reading: Reading, selected: Selected, lookup: Callable[[str], StepMap | None] | None = None) -> Outcome:
    """Bring the steps of a script to 4.2, or the step numbers and file names of a driver.

    `lookup` gives the map of the script that a driver names (as written there), None where it is not at hand.
    """

    def wanted(rule: str) -> bool:
        return selected(rule, RULES[rule])

    script = find(reading)
    if _is_driver(script):
        driven = drive(script, reading, lookup or (lambda name: None), standard=wanted(STEPS))
        if wanted(DRIVER):
            return Outcome(tuple(driven.amendments), tuple(driven.attention), StepMap())
        return Outcome((), tuple(_not_driven(driven)) if wanted(STEPS) else (), StepMap())
    aligned, doubts = plan(script, reading) if wanted(STEPS) else (keep(steps_of(script)), [])
    amendments = numbers(script, reading, aligned.map)
    new, unsure = insertions(script, reading, aligned.map)
    new_titles = wanted(TITLES) and not asks_for_title(script, reading)
    said, unclear = comments(script, reading, aligned.map, new_titles, wanted(COMMENTS))
    retitled = titles(script, reading, aligned.map, new_titles)
    attention = sorted([*doubts, *unsure, *unclear], key=lambda doubt: doubt.line)
    # what comes in ahead of a key must be given before that key's own edit
    return Outcome((*new, *amendments, *retitled, *said), tuple(attention), _named(aligned.map, new_titles))


def _is_driver(script: Script) -> bool:
    """Whether a text has no steps of its own: it may still ask for some (`if 15 in mysteps:`)."""
    return not script.entries and (not script.blocks or align(steps_of(script)).map.unchanged)


def _not_driven(driven: Driven) -> Iterator[Attention]:
    """Tell what a driver still has of 3.4's numbers, where the user wants drivers left and steps moved."""
    for change in driven.renumbered:
        for reason in change.reasons:
            what = f"'{reason.before}' chooses steps by 3.4's numbers, and the script's steps have new ones"
            yield Attention(STEPS, reason.line, what, f"For the 4.2 script write: {reason.after}")


def map_of(reading: Reading, selected: Selected) -> StepMap:
    """Give the map of a script's steps, for the drivers that run it."""
    script = find(reading)
    if not selected(STEPS, RULES[STEPS]):
        return keep(steps_of(script)).map
    return plan(script, reading)[0].map


def unmoved(reading: Reading) -> tuple[StepMove, ...]:
    """Give the steps of a script that is left as it is."""
    return keep(steps_of(find(reading))).map.moves


def steps_of(script: Script) -> list[Step]:
    """Give a script's steps by ascending number, with what their blocks do."""
    steps = []
    for number, title in script.titles.items():
        blocks = [block for block in script.blocks if block.number == number]
        tasks = frozenset(task for block in blocks for task in block.tasks)
        saves = frozenset(version for block in blocks for version in block.saves)
        here = any(block.test is not None for block in blocks)
        steps.append(Step(number, title, here, tasks, saves))
    return steps


def plan(script: Script, reading: Reading) -> tuple[Plan, list[Attention]]:
    """Align a script's steps; where a number can't be changed, none is."""
    steps = steps_of(script)
    aligned = align(steps)
    notes = [
        Attention(STEPS, odd.line, odd.what, "Look whether that is meant: Python keeps the last of two titles.")
        for odd in script.odd
        if not odd.fatal
    ]
    fatal = {(odd.line, odd.what) for odd in script.odd if odd.fatal}
    fatal |= {
        (reading.line(fold.node), f"'{reading.of(fold.node)}' would have another answer by 4.2's numbers")
        for fold in script.folds
        if not same_answer(fold, reading, aligned.map)
    }
    if fatal and not aligned.map.unchanged:
        kept = keep(steps)
        first = next((step.number for step in steps if known(step.title) is Known.START), None)
        start = f": its re-calibration starts at step {first}" if first is not None else ""
        hint = (
            "Write plain numbers (mystep = 7, mystep == 7, 7 in thesteps) and convert again, or go by this script's"
        )
        return kept._replace(map=kept.map._replace(kept=True)), [
            *notes,
            *(
                Attention(
                    STEPS,
                    line,
                    f"{what}, so no step was put in and all keep their numbers",
                    f"{hint} own numbers{start}.",
                )
                for line, what in sorted(fatal)
            ),
        ]
    lines = {block.number: reading.line(block.first) for block in reversed(script.blocks)}
    lines = {**{entry.number: reading.line(entry.key) for entry in script.entries}, **lines}
    doubts = [Attention(STEPS, lines[doubt.number], doubt.message, doubt.hint) for doubt in aligned.doubts]
    return aligned, [*notes, *doubts, *_counted(script, reading, aligned.map)]


def _counted(script: Script, reading: Reading, steps: StepMap) -> Iterator[Attention]:
    """Doubt `range(0,len(step_title))` where it takes other steps than before: the titles do not begin at 0."""
    count = len({entry.number for entry in script.entries})
    were = {move.new for move in steps.moves if move.old is not None and move.old < count}
    are = {move.new for move in steps.moves if move.old is not None and move.new < count + len(steps.insertions)}
    for choice in script.choices:
        if count and were != are and not steps.unchanged and counts_titles(choice, reading):
            what = f"'{reading.of(choice)}' counts the titles from 0 on, which takes other steps by the new numbers"
            yield Attention(STEPS, reading.line(choice), what, "Write the numbers of the steps to run.")


def _named(steps: StepMap, retitled: bool) -> StepMap:
    """Give the moves the titles that stand in the result."""
    moves = []
    for move in steps.moves:
        title = say(move.title, steps, Where(move.old, heading=True)).text if move.old is not None else move.title
        moves.append(StepMove(move.old, move.new, retitle(title) if retitled else title))
    return steps._replace(moves=tuple(moves))
