"""Small calibration scripts in the shape of packaged ones, put together from their titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cal_upgrade.records import Kind
from cal_upgrade.steps import Outcome, amend
from cal_upgrade.text.edits import apply
from cal_upgrade.text.python2 import read

FIXPLANETS = "Running fixplanets on fields with 0,0 coordinates"
A_PRIORI = (
    "listobs",
    "A priori flagging",
    "Generation and time averaging of the WVR cal table",
    "Generation of the Tsys cal table",
    "Generation of the antenna position cal table",
    "Application of the WVR, Tsys and antpos cal tables",
    "Split out science SPWs and time average",
)
RECALIBRATION = (
    "Listobs, clear pointing table, and save original flags",
    "Initial flagging",
    "Putting a model for the flux calibrator(s)",
    "Save flags before bandpass cal",
    "Bandpass calibration",
    "Save flags before gain cal",
    "Gain calibration",
    "Save flags before applycal cal",
    "Application of the bandpass and gain cal tables",
)
STANDARD = A_PRIORI + RECALIBRATION
STANDARD_42 = (
    "Import of the ASDM",
    "Fix of SYSCAL table times",
    *A_PRIORI,
    *RECALIBRATION[:7],
    "Save flags before applycal",
    RECALIBRATION[8],
    "Split out corrected column",
)
"""The steps of a 4.2.1 script, 0 to 18."""

TASKS = {
    "Split out science SPWs and time average": "split",
    "Application of the bandpass and gain cal tables": "applycal",
    "Application of the WVR, Tsys and antpos cal tables": "applycal",
    "Split out corrected column": "split",
}


def dictionary(titles: Mapping[int, str]) -> str:
    """Write `step_title` as the generator does."""
    return "step_title = {" + ",\n              ".join(f"{n}: '{title}'" for n, title in titles.items()) + "}\n"


def block(number: int, title: str, vis: str = "uid___A002_X1_X2.ms") -> str:
    """Write one step as the generator does."""
    task = TASKS.get(title, "listobs")
    return (
        f"# {title}\n"
        f"mystep = {number}\n"
        "if(mystep in thesteps):\n"
        "  casalog.post('Step '+str(mystep)+' '+step_title[mystep],'INFO')\n"
        "  print 'Step ', mystep, step_title[mystep]\n\n"
        f"  {task}(vis = '{vis}')\n\n"
    )


def script(
    titles: Sequence[str],
    first: int = 0,
    titled: Mapping[int, str] | None = None,
    here: Sequence[int] | None = None,
    uid: str = "uid___A002_X1_X2",
) -> str:
    """Write a script: its steps numbered from `first`, `step_title` if it says something else, the blocks `here`."""
    numbered = dict(enumerate(titles, first))
    start = titles.index(RECALIBRATION[0]) + first if RECALIBRATION[0] in titles else first
    text = "thesteps = []\n" + dictionary(numbered if titled is None else titled)
    text += "if (thesteps==[]):\n  thesteps = range(0,len(step_title))\n\n"
    for number, title in numbered.items():
        if here is None or number in here:
            text += 'print "# A priori calibration"\n\n' if number == first and start > first else ""
            text += 'print "# Calibration"\n\n' if number == start else ""
            text += block(number, title, f"{uid}.ms.split" if number >= start else f"{uid}.ms")
    return text


def everything(rule: str, kind: Kind) -> bool:
    """Select every rule."""
    return True


def outcome(text: str) -> Outcome:
    """Amend a script's steps with all rules."""
    return amend(read(text.encode()), everything)


def convert(text: str) -> str:
    """Give a script with its steps amended, and see that a second pass finds nothing left to do."""
    result = _amended(text)
    assert _amended(result) == result
    return result


def _amended(text: str) -> str:
    return apply(text.encode(), [change.edit for change in outcome(text).amendments]).text.decode()


def python2_titles(text: str) -> dict[int, str]:
    """Read `step_title` out of a script by letting Python evaluate it: no code is shared with what is tested."""
    start = text.index("step_title = {") + len("step_title = ")
    value = eval(text[start : text.index("}", start) + 1])
    assert isinstance(value, dict)
    return value


def blocks(text: str) -> list[tuple[int, str]]:
    """Give number and title comment of each step in a script, line by line."""
    lines = text.splitlines()
    return [
        (int(line.split("=")[1]), lines[i - 1].lstrip("# "))
        for i, line in enumerate(lines)
        if line.startswith("mystep =")
    ]
