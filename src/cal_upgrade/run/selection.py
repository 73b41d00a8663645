"""Which steps to run, and whether they may be run now."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from cal_upgrade.records import Refused
from cal_upgrade.run.script import Script

_PART = re.compile(r"\s*+(\d++)\s*+$|\s*+(\d*+)\s*+-\s*+(\d*+)\s*+$")


def parse(wanted: str, script: Script) -> list[int]:
    """Give the steps that a text like `9-18`, `9,10,12`, `15-` or `-12` names, in the script's order.

    Raises Refused for a text that names no step, or one that the script has not.
    """
    there = script.numbers
    asked: set[int] = set()
    for part in wanted.split(","):
        match = _PART.match(part)
        if match is None or part.strip() == "-":
            raise Refused(None, f"--steps {wanted}: {part.strip()!r} is no step", f"There are steps {span(there)}.")
        if match[1]:
            numbers = [int(match[1])]
        else:
            first = int(match[2]) if match[2] else min(there)
            last = int(match[3]) if match[3] else max(there)
            if first > last:
                raise Refused(None, f"--steps {wanted}: {first} comes after {last}", f"Write {last}-{first}.")
            numbers = [n for n in range(first, last + 1) if n in there or n in (first, last)]
        for number in numbers:
            if number not in there:
                raise Refused(None, f"there is no step {number}", f"There are steps {span(there)}.")
        asked.update(numbers)
    return [number for number in there if number in asked]


def default(script: Script) -> list[int]:
    """Give the steps of the re-calibration. Raises Refused if the script has none that is titled as its first."""
    start = script.start
    if start is None:
        raise Refused(
            None,
            "no step is titled “Listobs, clear pointing table …”, so where the re-calibration begins is not known",
            f"Say which steps to run with --steps. There are steps {span(script.numbers)}.",
        )
    return script.numbers[script.numbers.index(start) :]


def missing(script: Script, selected: Sequence[int], done: Collection[int], began: Collection[int]) -> list[int]:
    """Give the steps that should be done before `selected` are run, and are not.

    The a priori steps, those ahead of the re-calibration, are already in the data that ALMA delivers: they count
    only where one of them is run, or was begun, here.
    """
    order = script.numbers
    start = order.index(script.start) if script.start is not None else 0
    a_priori = set(order[:start])
    whole = bool(a_priori & (set(selected) | set(began)))
    stand = set(done)
    lacking: list[int] = []
    for step in selected:
        here = order.index(step)
        stand = {s for s in stand if s in order and order.index(s) < here}
        needed = order[0 if whole else min(start, here) : here]
        lacking += [s for s in needed if s not in stand and s not in lacking]
        stand.add(step)
    return sorted(lacking, key=order.index)


def span(numbers: Sequence[int]) -> str:
    """Write step numbers shortly: `9–12, 15`."""
    parts: list[str] = []
    k = 0
    while k < len(numbers):
        end = k
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        parts.append(str(numbers[k]) if end == k else f"{numbers[k]}–{numbers[end]}")
        k = end + 1
    return ", ".join(parts)
