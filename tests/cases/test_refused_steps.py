"""Converted scripts that the runner has to find the steps of."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("fissix", reason="pip install 'cal-upgrade[run]'")

from rules.conversion import converted

from cal_upgrade.casa.tables import load
from cal_upgrade.records import Refused
from cal_upgrade.run import calls, preflight
from cal_upgrade.run.script import Script, parse

INPUTS = Path(__file__).parent / "inputs" / "refused"


def read(text: str) -> Script:
    return parse(Path("s_4.2.py"), text.encode())


def run_as(name: str) -> Script:
    """Convert a case, and read the result as `cal-run` does; it must be taken for a script of 4.2."""
    found = converted(*(INPUTS / name).read_text().rstrip("\n").split("\n"))
    script = read(found.result)
    new, old = load("4.2.2"), load("3.4.0")
    steps = calls.of_steps(script, {*new, *old}, {name: new[name].order for name in new})
    preflight.check_version(script, steps, new, old)
    return script


def test_steps_inside_of_an_if_are_found_steps_in_try() -> None:
    script = run_as("steps_in_try_3.4.py")
    assert script.numbers == [0, 1]
    assert script.start == 0
    assert script.step(1).title == "Initial flagging"


def test_a_name_formed_with_percent_is_followed_dataset_percent() -> None:
    script = run_as("dataset_percent_3.4.py")
    assert script.numbers == [0, 1, 2, 6, 9, 10]
    assert "importasdm(asdm=asap,\n      vis='%s.ms' % asap," in script.text
    assert "fixsyscaltimes(vis='%s.ms' % asap)" in script.text
    assert "split(vis='%s.ms.split' % asap,\n    outputvis='%s.ms.split.cal' % asap," in script.text


def test_a_comment_behind_the_guard_is_no_guard_trailing_comment_guard() -> None:
    script = run_as("trailing_comment_guard_3.4.py")
    assert "!= '4.2':  # once: re.search('^3.4', casadef.casa_version)" in script.text


STEPS = """mystep = 9
if(mystep in thesteps):
  listobs(vis='a')
mystep = 10
if(mystep in thesteps):
  listobs(vis='b')
"""


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        f"if True:\n{indented(STEPS)}",
        f"try:\n{indented(STEPS)}except NameError:\n  pass\n",
        f"try:\n{indented(STEPS)}finally:\n  pass\n",
        f"if applyonly:\n  pass\nelse:\n{indented(STEPS)}",
        f"def calibrate():\n{indented(STEPS)}calibrate()\n",
        STEPS.replace("mystep", "step"),
        STEPS.replace("thesteps", "my_steps"),
        STEPS.replace("if(mystep in thesteps):", "if mystep in thesteps and not applyonly:"),
        "if 9 in thesteps:\n  listobs(vis='a')\nif 10 in thesteps:\n  listobs(vis='b')\n",
        STEPS + "if 9 in thesteps: print 'gain'\n",
        STEPS.replace("  listobs(vis='b')", "  listobs(vis='b'); mystep = 11"),
        "if 9 in thesteps or 10 in thesteps: print 'gain'\n" + STEPS,
    ],
)
def test_both_steps_are_found_with_their_calls(text: str) -> None:
    script = read(text)
    assert script.numbers == [9, 10]
    tasks = load("4.2.2")
    found = calls.of_steps(script, set(tasks), {name: tasks[name].order for name in tasks})
    assert [[call.values["vis"] for call in found[number]] for number in (9, 10)] == [["a"], ["b"]]


@pytest.mark.parametrize("loop", ["for i in range(2):\n", "while again:\n"])
def test_steps_in_a_loop_are_refused_with_their_line(loop: str) -> None:
    with pytest.raises(Refused) as caught:
        read(loop + indented(STEPS))
    assert caught.value.line == 3
    assert "stands in a loop" in caught.value.what
