"""Step numbers in what is written for people: comments, and texts that are printed.

A number is rewritten only where it surely names a step of this script. What may name one is left for a person:
"Step 2: plot it" in the middle of a step may as well count the parts of that step. A list in the header ("e.g.
setting mysteps = [2,3,4]", "only steps 2, 3, and 4") is an example about no step: it stays.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple

from cal_upgrade.steps.selections import in_text
from cal_upgrade.steps.stepmap import StepMap

_EXAMPLE = re.compile(r"\[\s*2\s*,\s*3\s*,\s*4\s*\]|steps\s+2\s*,\s*3\s*+(?:,\s*+)?and\s+4")
_ELSEWHERE = re.compile(r"guide|imaging|other script|another|version|casa\s*\d|generator|pipeline", re.IGNORECASE)
_NAMED = re.compile(
    r"(?P<word>\b(?:step|steps|mystep)\s++(?:(?:no\.?|number|nr\.?|#)\s*+)?)"
    r"(?P<numbers>\d++(?:\s*+(?:,\s*and|,|-|to|and|or|&)\s*+\d++)*)(?!\.*+\w)",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?P<word>\bmystep\s*==?\s*|\bstep_title\s*\[\s*)(?P<numbers>\d+)\b")
_LIST = re.compile(r"(?P<word>\b(?:mysteps|thesteps)\s*=\s*)(?P<numbers>\[[,\s]*+\d[\d,\s]*+\])")
_ENTRY = re.compile(r"^#+\s*(?P<number>\d+)\s*:\s*['\"]")
_HEADING = re.compile(r"^#*\s*(?:step\s*)?(?P<number>\d+)\s*[:.)-]", re.IGNORECASE)
_OPENS = re.compile(r"[^\w]*$")
_LEAD = re.compile(
    r"(?:[(\[]|\b(?:see|in|of|from|after|before|until|till|rerun|re-run|run|repeat|redo|restart|start|to|"
    r"at|by|and|or|skip|then|do|again|with|for|also|cf\.?|than))\s*$",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?:s|sec|seconds?|min|minutes?|[kmg]?hz|channels?|chan|km|degrees?)\b|\s*%", re.IGNORECASE)
_PAIR = re.compile(r"(\d+)(\s*(?:-|to)\s*)(\d+)")


class Where(NamedTuple):
    """Where words stand.

    `own`: the step that they are in, or above as its title (`heading`) · `header`: ahead of all steps · `parts`: in a
    step that counts its own parts.
    """

    own: int | None = None
    heading: bool = False
    header: bool = False
    parts: bool = False


class Said(NamedTuple):
    """A text with its step numbers rewritten, and the numbers in it that may or may not be a step's."""

    text: str
    doubtful: tuple[int, ...]


def say(text: str, steps: StepMap, where: Where) -> Said:
    """Rewrite the step numbers in a comment, a title or a printed text."""
    numbers = {move.old for move in steps.moves if move.old is not None}
    if steps.unchanged or not any(letter.isdigit() for letter in text) or _EXAMPLE.search(text):
        return Said(text, ())
    match = _HEADING.match(text) if where.heading else _ENTRY.match(text) if where.header else None
    number = int(match["number"]) if match is not None else None
    if match is not None and number in numbers and (where.header or number == where.own):
        new = steps.new(int(match["number"]))
        return Said(f"{text[: match.start('number')]}{new}{text[match.end('number') :]}", ())
    if where.header and _LIST.search(text):
        return Said(text, ())
    text = _LIST.sub(lambda found: found["word"] + (in_text(found["numbers"], steps) or found["numbers"]), text)
    text = _CODE.sub(lambda found: found["word"] + str(steps.new(int(found["numbers"]))), text)
    return _words(text, steps, numbers, where)


def counts_parts(text: str, own: int) -> bool:
    """Whether a comment inside of a step begins with the number of another: it counts the parts of that step."""
    match = re.match(r"#+\s*step\s+(\d+)\b", text, re.IGNORECASE)
    return match is not None and int(match[1]) != own


def _words(text: str, steps: StepMap, numbers: Set[int], where: Where) -> Said:
    doubtful: list[int] = []
    pieces: list[str] = []
    at = 0
    for match in _NAMED.finditer(text):
        named = [int(digits) for digits in re.findall(r"\d+", match["numbers"])]
        moved = [number for number in named if number in numbers and steps.new(number) != number]
        ahead = text[: match.start()]
        sure = (
            numbers >= set(named)
            and not where.parts
            and (_LEAD.search(ahead) is not None or (_OPENS.match(ahead) is not None and named == [where.own]))
            and _ELSEWHERE.search(text) is None
            and _UNIT.match(text, match.end()) is None
        )
        if not sure:
            doubtful += moved if _UNIT.match(text, match.end()) is None else []
            continue
        pieces += [text[at : match.start("numbers")], _numbers(match["numbers"], steps)]
        at = match.end()
    return Said("".join([*pieces, text[at:]]), tuple(doubtful))


def _numbers(text: str, steps: StepMap) -> str:
    """Rewrite "7", "7, 8 and 9" and "7-15"; a range through to the last step runs to the new last one."""
    ends = _PAIR.fullmatch(text)
    if ends is not None and int(ends[1]) < int(ends[3]):
        chosen = steps.selection(range(int(ends[1]), int(ends[3]) + 1))
        return f"{chosen[0]}{ends[2]}{chosen[-1]}"
    return re.sub(r"\d+", lambda digits: str(steps.new(int(digits.group()))), text)
