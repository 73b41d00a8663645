"""What a script's names hold, and where a task's name is that task."""

from __future__ import annotations

import pytest

from cal_upgrade.casa.tables import load
from cal_upgrade.script.model import Script, open_script
from cal_upgrade.text.values import UNKNOWN

CASA_34, CASA_42 = load("3.4.0"), load("4.2.2")


def opened(*lines: str) -> Script:
    return open_script(("\n".join(lines) + "\n").encode(), CASA_34, CASA_42)


def passed(*lines: str) -> object:
    """Give what the script's only call of gaincal passes as opacity, as far as the text shows it for certain."""
    (view,) = [view for view in opened(*lines).views if view.task == "gaincal"]
    return view.values["opacity"]


CALL = "gaincal(vis='x.ms', opacity=opac)"


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["opac = 0.1"], 0.1),
        (["opac = 0.0", "opac = 0.1"], 0.1),
        (["a, opac = 1, 0.1"], 0.1),
        (["(a, (b, opac)) = 1, (2, 0.1)"], 0.1),
        (["[a, opac] = [1, 0.1]"], 0.1),
        (["both = (1, 0.1)", "a, opac = both"], 0.1),
        (["opac = b = 0.1"], 0.1),
        (["b = opac = 0.1"], 0.1),
        (["a = 0.1", "b = a", "opac = b", "a = 7"], 0.1),
        (["def f(opac):", "  opac = 3", "opac = 0.1", "f(2)"], 0.1),
        (["opac = 0.1", "f = lambda opac: opac"], 0.1),
        (["opac = 0.1", "n = sum(opac for opac in [1, 2])"], 0.1),
        (["opac = 0.1", "class Own:", "  opac = 3", "  def f(self): opac = 4"], 0.1),
        (["exec 'opac = 3'", "opac = 0.1"], 0.1),
        (["opac = 0.1", "from taskinit import *", "from math import *", "from tasks import *"], 0.1),
        (["opac = 0.1", "default('bandpass')"], 0.1),
        (["opac = 0.1", "print 'opac = 3' % locals()", "if 'opac' in globals(): print 1"], 0.1),
        (["for i in ['0', '1']:", "  opac = 0.1"], 0.1),
        (["try:", "  f()", "finally:", "  opac = 0.1"], 0.1),
        (["if mystep in thesteps:", "  opac = 0.1"], 0.1),
        (["opac = [0.1]", "b = len(opac)", "b += 1", "listobs(vis='x.ms', field=opac)"], [0.1]),
        (["opac = [0.1]", "other = []", "other.append(3)"], [0.1]),
        (["opac = []", "opac.append(1)", "opac = [0.1]"], [0.1]),
    ],
)
def test_certain(lines: list[str], value: object) -> None:
    assert passed(*lines, CALL) == value


@pytest.mark.parametrize(
    "lines",
    [
        ["if x: opac = 0.1"],
        ["opac = 0.0", "if x: opac = 0.1"],
        ["if 'opac' not in globals(): opac = 0.1"],
        ["try: opac", "except NameError: opac = 0.1"],
        ["try:", "  opac = 0.1", "except: pass"],
        ["opac = 0.0", "while x: opac = 0.1"],
        ["for opac in [0.0, 0.1]: pass"],
        ["opac = 0.0", "for opac in x: pass"],
        ["opac = 0.0", "for i in x: opac = i"],
        ["for i in [1, 2]:", "  if i == 1: continue", "  opac = 0.1"],
        ["opac = 0.0", "with open('f') as opac: pass"],
        ["opac = 0.0", "n = [opac for opac in x]"],
        ["opac = 0.0", "try: f()", "except IOError, opac: pass"],
        ["opac = 0.0", "try: f()", "except IOError as opac: pass"],
        ["opac = 0.0", "opac += 0.1"],
        ["opac = 0.0", "del opac"],
        ["opac = 0.0", "import numpy as opac"],
        ["opac = 0.0", "from site import opac"],
        ["opac = 0.0", "def f():", "  global opac", "  opac = 0.1", "f()"],
        ["opac = 0.0", "exec 'opac = 0.1'"],
        ["opac = 0.0", "exec open('x').read()"],
        ["opac = 0.0", "exec(text)"],
        ["opac = 0.0", "exec text in globals()"],
        ["opac = 0.0", "execfile('x.py')"],
        ["opac = 0.0", "def f(): execfile('x.py', globals())", "f()"],
        ["opac = 0.0", "from site_values import *"],
        ["opac = 0.0", "globals()['opac'] = 0.1"],
        ["opac = 0.0", "globals()[name] = 0.1"],
        ["opac = 0.0", "globals().update(opac=0.1)"],
        ["opac = 0.0", "g = globals()", "g['opac'] = 0.1"],
        ["opac = 0.0", "vars()['opac'] = 0.1"],
        ["opac = 0.0", "locals().update(d)"],
        ["opac = 0.0", "setattr(sys.modules['__main__'], 'opac', 0.1)"],
        ["opac = 0.0", "import __main__", "__main__.opac = 0.1"],
        ["opac = 0.0", "sys._getframe(0).f_globals['opac'] = 0.1"],
        ["opac = 0.0", "tget(task)"],
        ["a, opac = pair()"],
        ["(a, opac) = (0.1,)[0], f()"],
        ["opac = 0.0 if x else 0.1"],
        ["opac = x or 0.1"],
        ["opac = [0.0]", "b = opac", "b[0] = 0.1"],
        ["opac = [0.0]", "b = opac", "b.append(0.1)"],
        ["opac = b = []", "b.append(0.1)"],
        ["opac = [0.0]", "a, b = opac, 1", "a.append(0.1)"],
        ["opac = [0.0]", "b = [opac]", "b[0].append(0.1)"],
        ["opac = [0.0]", "d = {'a': opac}", "d['a'][0] = 0.1"],
        ["opac = [0.0]", "opac[:] = [0.1]"],
        ["opac = [0.0]", "del opac[0]"],
        ["opac = [0.0]", "m = opac.append", "m(0.1)"],
        ["opac = [0.0]", "def f(x): x.append(0.1)", "f(opac)"],
        ["opac = [0.0]", "def f(): opac.append(0.1)", "f()"],
        ["opac = [0.0]", "def f(x=opac): x.append(0.1)", "f()"],
        ["opac = [0.0]", "import random", "random.shuffle(opac)"],
        ["opac = [0.0]", "for i in [1]: opac[0] = i"],
        ["opac = [0.0]", "b = opac", "b += [0.1]"],
        ["opac = [[0.0]]", "for row in opac: row[0] = 1"],
        ["opac = [0.0]", "class A: pass", "a = A()", "a.o = opac", "a.o[0] = 1"],
        ["if mystep in thesteps and x:", "  opac = 0.1"],
        ["if mystep not in thesteps:", "  opac = 0.1"],
        ["opac = 0.0", "if mystep in thesteps:", "  opac = 0.1"],
        ["if mystep in thesteps:", "  pass", "else:", "  opac = 0.1"],
    ],
)
def test_uncertain(lines: list[str]) -> None:
    assert passed(*lines, CALL) is UNKNOWN


def test_a_default_resets_the_inputs_of_its_task() -> None:
    call = "gaincal(vis='x.ms', opacity=opacity)"
    assert passed("opacity = 0.1", "default('gaincal')", call) is UNKNOWN
    assert passed("opacity = 0.1", "default(gaincal)", call) is UNKNOWN
    assert passed("opacity = 0.1", "default('split')", call) == 0.1
    assert passed("opacity = 0.1", "default(whichever)", call) is UNKNOWN
    assert passed("default('gaincal')", "opacity = 0.1", call) == 0.1


def test_an_input_of_a_task_that_is_set_in_a_step_may_hold_the_default() -> None:
    assert passed("if mystep in thesteps:", "  opacity = 0.1", "gaincal(vis='x.ms', opacity=opacity)") is UNKNOWN


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["opac = 0.1", "def f():", "  " + CALL], 0.1),
        (["def f():", "  " + CALL, "opac = 0.1", "f()"], 0.1),
        (["def f():", "  " + CALL, "f()", "opac = 0.1"], UNKNOWN),
        (["opac = 0.1", "def f():", "  " + CALL, "opac = 0.2"], UNKNOWN),
        (["opac = 0.1", "def f(opac=0.3):", "  " + CALL], UNKNOWN),
        (["opac = 0.1", "def f():", "  opac = 0.3", "  " + CALL], 0.3),
        (["opac = 0.1", "def f():", "  global opac", "  opac = 0.3", "  " + CALL], UNKNOWN),
        (["opac = 0.1", "def f():", "  exec text", "  " + CALL], UNKNOWN),
        (["def f():", "  opac = 0.3", "  def g():", "    " + CALL], 0.3),
        (["opac = 0.1", "class A:", "  opac = 0.2", "  def g(self):", "    " + CALL], 0.1),
        (["opac = 0.1", "class A:", "  opac = 0.2", "  " + CALL], 0.2),
        (["opac = 0.1", "for i in x:", "  " + CALL], 0.1),
        (["opac = 0.1", "for i in x:", "  " + CALL, "  opac = 0.2"], UNKNOWN),
        (["for i in x:", "  opac = 0.1", "  " + CALL, "  opac = 0.2"], 0.1),
        (["opac = 0.1", "while x:", "  " + CALL, "  exec text"], UNKNOWN),
        (["opac = [0.1]", "while x:", "  " + CALL, "  opac.append(1)"], UNKNOWN),
        (["if x:", "  opac = 0.1", "  " + CALL], 0.1),
        ([CALL, "opac = 0.1"], UNKNOWN),
        (["opac = [0.1]", "def f():", "  " + CALL, "opac.append(2)"], UNKNOWN),
    ],
)
def test_uses_in_functions_and_loops(lines: list[str], value: object) -> None:
    assert passed(*lines) == value


@pytest.mark.parametrize(
    ("lines", "calls"),
    [
        (["class Log:", "  def clean(self): pass", "clean(vis='x.ms')"], 1),
        (["f = lambda clean: clean", "clean(vis='x.ms')"], 1),
        (["n = sum(clean for clean in x)", "clean(vis='x.ms')"], 1),
        (["def f(clean): clean(vis='x.ms')", "clean(vis='x.ms')"], 1),
        (["def f():", "  clean = 1", "clean(vis='x.ms')"], 1),
        (["def f():", "  global clean", "  clean = 1", "clean(vis='x.ms')"], 0),
        (["def clean(vis): pass", "clean(vis='x.ms')"], 0),
        (["clean(vis='x.ms')", "clean = 1"], 1),
        (["n = sum(clean(vis='x.ms') for clean in x)"], 0),
        (["n = [clean(vis='x.ms') for clean in x]"], 0),
        (["[clean for clean in x]", "clean(vis='x.ms')"], 0),
        (["from tasks import clean", "clean(vis='x.ms')"], 1),
        (["from clean_cli import clean_cli as clean", "clean(vis='x.ms')"], 1),
        (["from own import clean", "clean(vis='x.ms')"], 0),
    ],
)
def test_where_the_name_of_a_task_is_that_task(lines: list[str], calls: int) -> None:
    assert len(opened(*lines).calls) == calls


@pytest.mark.parametrize("around", ["sum({} for {} in x)", "[{} for {} in x]"])
def test_a_variable_of_a_comprehension_is_no_task_inside(around: str) -> None:
    script = opened(around.format("clean", "clean"))
    uses = [node for node in script.nodes["identifier"] if script.reading.of(node) == "clean"]
    assert not script.names.may_be_task(uses[0])
