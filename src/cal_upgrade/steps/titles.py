"""The steps that ALMA's script generators wrote, and how a title is told that a reducer has touched.

The titles are those of the script generator of November 2012 (analysisUtils 1.1.2.7) and of packaged scripts made
for CASA 4.2.1. A step's place is its number in the standard scripts: 0 to 15 in one made for CASA 3.3, 3.4 or 4.0.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import NamedTuple


class Known(Enum):
    """A standard step: its titles, the one of 4.2 first."""

    IMPORT = ("Import of the ASDM",)
    SYSCAL = ("Fix of SYSCAL table times",)
    FIXPLANETS = ("Running fixplanets on fields with 0,0 coordinates",)
    LISTOBS = ("listobs",)
    APRIORI_FLAGS = ("A priori flagging",)
    WVR = ("Generation and time averaging of the WVR cal table",)
    TSYS = ("Generation of the Tsys cal table",)
    ANTPOS = ("Generation of the antenna position cal table",)
    APRIORI = (
        "Application of the WVR, Tsys and antpos cal tables",
        "Application of the WVR and Tsys cal tables",
    )
    SCIENCE = ("Split out science SPWs and time average",)
    START = ("Listobs, clear pointing table, and save original flags", "Listobs, clear pointing table")
    FLAGS = ("Initial flagging",)
    MODEL = ("Putting a model for the flux calibrator(s)",)
    SAVE_BANDPASS = ("Save flags before bandpass cal",)
    BANDPASS = ("Bandpass calibration",)
    SAVE_GAIN = ("Save flags before gain cal",)
    GAIN = ("Gain calibration",)
    SAVE_APPLYCAL = ("Save flags before applycal", "Save flags before applycal cal")
    APPLICATION = ("Application of the bandpass and gain cal tables",)
    CORRECTED = ("Split out corrected column",)

    @property
    def title(self) -> str:
        """Give the title that a 4.2 script has."""
        return str(self.value[0])


NEW = (Known.IMPORT, Known.SYSCAL, Known.CORRECTED)
"""The steps that 4.2 has and 3.4 has not."""

A_PRIORI = (
    Known.FIXPLANETS,
    Known.LISTOBS,
    Known.APRIORI_FLAGS,
    Known.WVR,
    Known.TSYS,
    Known.ANTPOS,
    Known.APRIORI,
    Known.SCIENCE,
)
"""The steps whose result the shipped measurement set already holds."""

RECALIBRATION = (
    Known.START,
    Known.FLAGS,
    Known.MODEL,
    Known.SAVE_BANDPASS,
    Known.BANDPASS,
    Known.SAVE_GAIN,
    Known.GAIN,
    Known.SAVE_APPLYCAL,
    Known.APPLICATION,
)
"""The steps that a user repeats: 7 to 15 in a standard 3.4 script, 9 to 17 in a 4.2 one."""

ANYBODYS = (Known.LISTOBS, Known.APRIORI_FLAGS, Known.FLAGS, Known.BANDPASS, Known.GAIN)
"""Titles that a script of any other origin may have too."""

NUMBER_34: dict[Known, int] = {step: n for n, step in enumerate((*A_PRIORI[1:], *RECALIBRATION))}
"""Each step's number in a standard 3.4 script; in one that runs fixplanets first, it is one higher."""

SAVED_FLAGS = {
    "Original": Known.START,
    "BeforeBandpassCalibration": Known.SAVE_BANDPASS,
    "BeforeGainCalibration": Known.SAVE_GAIN,
    "BeforeApplycal": Known.SAVE_APPLYCAL,
}
"""The flag version that a standard step saves."""


@cache
def known(title: str) -> Known | None:
    """Tell the standard step that a title means, whatever its case, blanks and small slips of spelling.

    A title that goes on after the standard words, or stops short of their end, still means that step as long as it
    can't mean another.
    """
    words = _letters(title)
    exact = _spellings().get(words)
    if exact is not None or len(words) < _TELLING:
        return exact
    close = {step for spelling, step in _spellings().items() if _like(words, spelling)}
    return close.pop() if len(close) == 1 else None


class _Slip(NamedTuple):
    letters: int
    per: int


_TELLING = 12
"""Fewer letters than this must be spelled exactly: "listobs" is not "Listobs, clear pointing table"."""

_SLIP = _Slip(letters=1, per=10)
"""One slip of spelling for every ten letters is still the same title."""


def _letters(title: str) -> str:
    words = re.sub(r"^\s*step\s+\d+\s*[:.)-]*", "", title.lower())
    return re.sub(r"[^a-z0-9]", "", words)


@cache
def _spellings() -> dict[str, Known]:
    return {_letters(title): step for step in Known for title in step.value}


def _like(words: str, spelling: str) -> bool:
    if len(spelling) < _TELLING:
        return False
    if words.startswith(spelling) or spelling.startswith(words):
        return True
    allowed = min(len(words), len(spelling)) * _SLIP.letters // _SLIP.per
    return abs(len(words) - len(spelling)) <= allowed and _slips(words, spelling) <= allowed


def _slips(one: str, other: str) -> int:
    """Count the letters to add, drop or replace to make one word of the other (Levenshtein's distance)."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, another in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (letter != another))
    return row[-1]
