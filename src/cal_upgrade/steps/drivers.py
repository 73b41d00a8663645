"""Drivers: short scripts without steps of their own that choose steps and run calibration scripts.

They set `mysteps` (or `thesteps`) and run a script by `execfile`, in a loop, or through the shell. Their numbers
follow the map of the script they name; where that is not at hand, the numbers of NRAO's guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention, StepMove
from cal_upgrade.steps.align import GUIDE, GUIDE_WITH_FIXPLANETS
from cal_upgrade.steps.amending import DRIVER, amendment
from cal_upgrade.steps.model import CHOICES, Script
from cal_upgrade.steps.selections import in_code, in_text, olds_in
from cal_upgrade.steps.stepmap import StepMap
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading, parts_of, statement_of

Lookup = Callable[[str], StepMap | None]

_NAME = re.compile(
    r"(?:(?<![^\s'\"(),;=])|(?<=\.py)(?![\w.]))[^\s'\"(),;=]{0,255}?"
    r"(?:_3\.4\.py|scriptForCalibration(?:_?v?\d+(?!\.\d))?\.py)(?![\w.])",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"(\b(?:mysteps|thesteps)\s*=\s*)(\[[\d,\s]*\])")
_NAME_WHY = "The script's 4.2 version is named so."


def converted_name(name: str) -> str:
    """Give the name of a script's 4.2 version: `_3.4` becomes `_4.2`, else `_4.2` comes before `.py`."""
    folder, slash, file = name.rpartition("/")
    if "_3.4" in file:
        file = "_4.2".join(file.rsplit("_3.4", 1))
    elif "_4.2" not in file:
        file = re.sub(r"\.py$", "_4.2.py", file)
    return folder + slash + file


class Driven(NamedTuple):
    """What is to be done about a driver; `renumbered` are the amendments that change step numbers."""

    amendments: list[Amendment]
    attention: list[Attention]
    renumbered: list[Amendment]


def drive(script: Script, reading: Reading, lookup: Lookup, standard: bool = True) -> Driven:
    """Bring a driver's lists of steps and file names to 4.2.

    `standard`: a script that is not at hand gets the numbers of NRAO's guide; else it is taken to keep its own.
    """
    driven = Driven([], [], [])
    named = [text for text in script.strings if _of_34(text, script, reading, lookup)]
    maps = _Maps(lookup, standard)
    for text in named:
        edit, why, unsure, renumbered = _command(text, script, reading, maps)
        driven.amendments.append(amendment(reading, edit, {DRIVER: why}))
        driven.attention.extend(unsure)
        if renumbered:
            driven.renumbered.append(driven.amendments[-1])
    for choice in script.choices:
        if _repeats(choice, script, reading):
            continue
        if choice.type == "list" and not parts_of(choice):
            continue
        olds = olds_in(choice, reading)
        names = _names_for(choice, script, named, reading)
        new, unsure = _choice(choice, olds, names, reading, maps)
        driven.amendments.extend(new)
        driven.renumbered.extend(new)
        driven.attention.extend(unsure)
    names = [name for text in named for name in _named_in(text, reading)]
    if names and maps.move(names):
        driven.attention.extend(_unread(script, named, driven.attention, reading))
    choosing = [choice for choice in script.choices if olds_in(choice, reading)]
    choosing += [text for text in named if _CHOICE.search(reading.of(text))]
    if choosing and maps.kept(names):
        driven.attention.append(_kept(choosing[0], maps.kept(names), reading))
    return driven


def _repeats(choice: Node, script: Script, reading: Reading) -> bool:
    """Whether a choice only takes over another one: `thesteps = mysteps`."""
    return choice.type == "identifier" and reading.of(choice) in script.naming.choices


def _unread(
    script: Script, named: Sequence[Node], told: Sequence[Attention], reading: Reading
) -> Iterator[Attention]:
    """Tell of the uses of step numbers, other than lists given to `mysteps`, that stay as they are."""
    commands = {text.start_byte for text in named}
    lines = {odd.line: odd.what for odd in script.odd if odd.fatal and odd.place not in commands}
    for place in (*script.places, *(block.place for block in script.blocks)):
        line = reading.line(place)
        lines.setdefault(line, f"step {reading.of(place)} is asked for by its number in 3.4")
    for line, what in sorted(lines.items()):
        if not any(seen.line == line for seen in told):
            yield Attention(DRIVER, line, f"{what}: left as it is", "Put in the numbers of the 4.2 scripts.")


def _kept(choice: Node, names: Sequence[str], reading: Reading) -> Attention:
    what = f"{' and '.join(names)} keeps its step numbers, for they can't be changed for certain: so do these"
    return Attention(
        DRIVER, reading.line(choice), what, "Mend that script as its own report says, then convert both."
    )


def _of_34(text: Node, script: Script, reading: Reading, lookup: Lookup) -> bool:
    """Whether a string names a script of 3.4: by the name, by the steps chosen, or because the script is at hand.

    A name without a version may be that of a script made for 4.2 where nothing else speaks of 3.4.
    """
    names = _named_in(text, reading)
    return any("_3.4" in name or script.choices or lookup(name) is not None for name in names)


def _choice(
    choice: Node, olds: Sequence[int], names: Sequence[str], reading: Reading, maps: _Maps
) -> tuple[list[Amendment], list[Attention]]:
    line = reading.line(choice)
    shown = reading.of(statement_of(choice)).splitlines()[0]
    if not names:
        if not olds or _runs_42(reading):
            return [], []
        return [], [
            Attention(
                DRIVER,
                line,
                f"'{shown}' chooses steps, and no script of 3.4 is named that they could belong to: left as it is",
                "If it is for a standard script: 3.4's step n is 4.2's n + 2, and 15 is followed by 18.",
            )
        ]
    found, why = maps.of(names, olds)
    ways = [in_code(choice, reading, steps) for steps in found]
    if ways[0] is None or any(way != ways[0] for way in ways):
        if not maps.move(names):
            return [], []
        what = "the scripts it is for number these steps differently" if ways[0] is not None else "not plain numbers"
        return [], [
            Attention(DRIVER, line, f"'{shown}' was left as it is: {what}", "Put in the numbers of the 4.2 scripts.")
        ]
    return [amendment(reading, edit, {DRIVER: why}) for edit in ways[0]], _beyond(found, olds, line, shown)


class _Maps:
    """The maps of the scripts that a driver names."""

    def __init__(self, lookup: Lookup, standard: bool) -> None:
        self.lookup = lookup
        self.standard = standard

    def of(self, names: Sequence[str], olds: Sequence[int]) -> tuple[list[StepMap], str]:
        """Give the maps of the scripts named, and in a sentence where they come from."""
        found = [self.lookup(name) for name in names]
        maps = [steps for steps in found if steps is not None]
        if len(maps) == len(found):
            return maps, "The steps have these numbers in the 4.2 script that is run here."
        if not self.standard:
            return [*maps, StepMap(tuple(StepMove(old, old, "") for old in sorted(set(olds))))], ""
        guide = GUIDE_WITH_FIXPLANETS if max(olds, default=0) == 16 else GUIDE
        which = "that runs fixplanets first" if guide is GUIDE_WITH_FIXPLANETS else "of NRAO's guide"
        missing = ", ".join(name for name, steps in zip(names, found, strict=True) if steps is None)
        return [*maps, guide], f"{missing} is not at hand: these are the numbers of the standard script {which}."

    def move(self, names: Sequence[str]) -> bool:
        """Whether steps of any of these scripts have new numbers."""
        return any(not steps.unchanged for steps in self.of(names, ())[0])

    def kept(self, names: Sequence[str]) -> list[str]:
        """Give the scripts whose numbers stay only because they can't be changed for certain."""
        found = {name: self.lookup(name) for name in names}
        return [name for name, steps in found.items() if steps is not None and steps.kept]


def _beyond(maps: Sequence[StepMap], olds: Sequence[int], line: int, shown: str) -> list[Attention]:
    """Doubt numbers that the script has not."""
    known = {move.old for steps in maps for move in steps.moves}
    beyond = [old for old in olds if old not in known]
    if not beyond:
        return []
    return [
        Attention(
            DRIVER,
            line,
            f"'{shown}' asks for step {beyond[0]}, which the script is not known to have",
            "Check the numbers against the 4.2 script.",
        )
    ]


def _names_for(choice: Node, script: Script, named: Sequence[Node], reading: Reading) -> list[str]:
    """Give the scripts that a choice of steps is for: those named after it, up to the next choice; else those ahead.

    Names ahead count where the choice is the first one: they stand in a list that a loop goes through later.
    """
    starts = sorted(other.start_byte for other in script.choices if not _repeats(other, script, reading))
    k = starts.index(choice.start_byte)
    end = starts[k + 1] if k + 1 < len(starts) else len(reading.text)
    after = [text for text in named if choice.start_byte < text.start_byte < end]
    ahead = [text for text in named if text.start_byte < choice.start_byte]
    if k > 0 and not after:
        ahead = [text for text in ahead if text.start_byte < starts[0]]
    return [name for text in after or ahead for name in _named_in(text, reading)]


def _named_in(text: Node, reading: Reading) -> list[str]:
    """Give the calibration scripts that a string names."""
    content = "".join(reading.of(child) for child in text.children if child.type == "string_content")
    # most strings name none, and the search through a very long one takes very long
    return [match.group() for match in _NAME.finditer(content)] if ".py" in content else []


def _runs_42(reading: Reading) -> bool:
    return re.search(rb"_4\.2\.py|mysteps\s*+=\s*+\[[^\]]{0,500}?\b18\b", reading.joined) is not None


def _command(text: Node, script: Script, reading: Reading, known: _Maps) -> tuple[Edit, str, list[Attention], bool]:
    """Rewrite the file names in a string, and the steps chosen in it (`casapy -c "mysteps=[7]; execfile(…)"`)."""
    old = reading.of(text)
    names = _named_in(text, reading)
    doubts: list[Attention] = []
    why = _NAME_WHY

    def chosen(match: re.Match[str]) -> str:
        nonlocal why
        olds = [int(digits) for digits in re.findall(r"\d+", match[2])]
        maps, source = known.of(names, olds)
        ways = {in_text(match[2], steps) for steps in maps}
        way = ways.pop() if len(ways) == 1 else None
        if way is None:
            return match[0]
        why = f"{_NAME_WHY} {source}".strip()
        doubts.extend(_beyond(maps, olds, reading.line(text), match[0]))
        return match[1] + way

    renumbered = _CHOICE.sub(chosen, old)
    left = _CHOICE.sub(lambda match: match[0] if chosen(match) == match[0] and match[2] != "[]" else "", old)
    if known.move(names) and re.search(rf"\b(?:{'|'.join(CHOICES)})\b", left):
        what = f"{old.strip()[:60]} chooses steps in a way that is not understood: only the script's name is new"
        doubts.append(Attention(DRIVER, reading.line(text), what, "Put in the numbers of the 4.2 script."))
    new = _NAME.sub(lambda match: converted_name(match.group()), renumbered)
    return Edit(text.start_byte, text.end_byte, new), why, doubts, renumbered != old
