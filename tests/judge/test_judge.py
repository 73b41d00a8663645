"""The judge finds what CASA 4.2 refuses, and leaves alone what it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from judge import Misfit, NotPython2, judge, judge_all

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
BOTH = ("4.2.0", "4.2.2")

pytestmark = pytest.mark.usefixtures("python2")


def kinds(text: str, releases: tuple[str, ...] = BOTH) -> list[tuple[int, str, str]]:
    return [(one.line, one.task, one.kind) for one in judge(text.encode(), releases)]


RIGHT = {
    "a packaged call": "flagdata(vis = 'x.ms',\n  mode = 'manual',\n  spw = '0:1~2', # edge\n  flagbackup = F)",
    "true and false in all spellings": "applycal(vis='x', calwt=T, flagbackup=False, parang=true)",
    "a scalar for a list": "applycal(vis='x', gaintable='b', gainfield='', interp='linear,linear')",
    "lists for lists": "applycal(vis='x', gaintable=['a', 'b'], gainfield=['', i], spwmap=[m, [], []])",
    "an integer for a float": "smoothcal('x', 't', 'c', smoothtime=60)",
    "a float list for a float list": "gencal('x', 'c', 'antpos', antenna='A', parameter=[0.1, 2, -3e-4])",
    "an empty list for anything": "gaincal('x', 'c', gaintable=[], spwmap=[], smodel=[])",
    "manual flux": "setjy('x', fluxdensity=[f, 0, 0, 0], standard='manual')",
    "no flux": "setjy('x', field='1', fluxdensity=-1)\nsetjy('x', fluxdensity=[-1, 0, 0, 0])",
    "flux and standard behind names": "s = 'manual'\nf = [1.5, 0, 0, 0]\nsetjy('x', fluxdensity=f, standard=s)",
    "a standard that only the run knows": "setjy('x', fluxdensity=[1.5, 0, 0, 0], standard=pick())",
    "a range, both ends": "clean('x', 'y', robust=-2.0)\nclean('x', 'y', robust=2)",
    "a quantity or a number": "clean('x', 'y', threshold='5mJy', cell=[0.1, 0.1])\nclean('x', threshold=0)",
    "flags as commands": """flagdata('x', mode='list', inpfile=["field='0' scan='1'", 'spw=3 reason="a b"'])""",
    "flags in files": "flagdata('x', mode='list', inpfile=['a.txt', 'b'])\nflagdata('x', mode='list', inpfile='a')",
    "a list in a command": "flagdata('x', mode='list', inpfile=['mode=clip clipminmax=[0, 5] clipoutside=true'])",
    "case that does not count": "split('x', 'y', datacolumn='CORRECTED')",
    "None is not given": "gaincal(vis='x', caltable=None)",
    "a keyword dictionary that can't be read": "gencal(**settings())",
    "positions that can't be read": "gencal(*them)",
    "a value that can't be read": "flagdata('x', mode=how(), spw='%d' % n)",
    "no task: the script's own function": "def setjy(a, b, c): pass\nsetjy(modes='x', q=1)",
    "no task: an import of that name": "from mine import clean\nclean(anything='x')",
    "no task: a method": "tb.flagdata(bad=1)\nself.tflagdata('x')",
    "no task: a text": "print 'tflagdata(vis)'  # tflagdata(vis)",
    "the last parameter of all": "listobs('x', async=False)",
    "an unknown function": "frobnicate(bad=1)",
    "statistics without a name": "x = visstat('x')['DATA']['mean']",
    "two styles side by side": "default('gaincal')\nvis = 'x'\ncaltable = 'c'\ngaincal()\nlistobs('x')",
    "a leftover of another task": "default('flagdata')\nmode = 'manual'\ndefault('clean')\nclean()",
    "an old default set": "default('gaincal')\ngaincurve = False\nopacity = 0.0\ngaincal()",
    "an input that a branch may set": "default('flagdata')\nif x: mode = 'manual'\nelse: mode = pick()\nflagdata()",
    "an input of a closed branch": "mask = [['a'], ['b']]\ndefault('immath')\nexpr = 'IM0'\nimmath()",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT.keys())
def test_right_calls_pass(text: str) -> None:
    assert kinds(text + "\n") == []


WRONG = {
    "a task of 3.4": ("import os\ntflagdata('x')", (2, "tflagdata", "task")),
    "a parameter of 3.4": ("gaincal('x', gaincurve=F)", (1, "gaincal", "parameter")),
    "a misspelt parameter": ("gaincal('x', calltable='c')", (1, "gaincal", "parameter")),
    "the beginning of a value": ("flagdata('x', mode='man')", (1, "flagdata", "value")),
    "case that counts": ("flagdata('x', mode='Manual')", (1, "flagdata", "value")),
    "a text for a truth value": ("applycal('x', calwt='False')", (1, "applycal", "type")),
    "a number for a truth value": ("applycal('x', calwt=0)", (1, "applycal", "type")),
    "a number for a text": ("gaincal('x', field=1)", (1, "gaincal", "type")),
    "a list for a text": ("gaincal('x', field=['1'])", (1, "gaincal", "type")),
    "a text for a number": ("smoothcal('x', 't', smoothtime='60')", (1, "smoothcal", "type")),
    "wvrgcal smooth of 3.4": ("wvrgcal('x', 'c', smooth=3)", (1, "wvrgcal", "type")),
    "flux without manual": ("setjy('x', fluxdensity=[1.5, 0, 0, 0])", (1, "setjy", "standard")),
    "flux unknown without manual": ("setjy('x',\n  fluxdensity=[f, 0, 0, 0])", (1, "setjy", "standard")),
    "flux with another standard": ("setjy('x', fluxdensity=2, standard='Baars')", (1, "setjy", "standard")),
    "out of range": ("clean('x', 'y', robust=2.5)", (1, "clean", "value")),
    "a blank at a command's begin": ("flagdata('x', mode='list', inpfile=[' scan=1'])", (1, "flagdata", "command")),
    "blanks after a quote": ("flagcmd('x', 'list', ['scan=\\'1\\'  spw=2'])", (1, "flagcmd", "command")),
    "blanks round = in a command": ("flagdata('x', mode='list', inpfile=['scan = 1'])", (1, "flagdata", "command")),
    "a command's key": ("flagdata('x', mode='list', inpfile=['scans=1'])", (1, "flagdata", "command")),
    "a command's mode": ("flagcmd('x', 'list', inpfile=['mode=man'])", (1, "flagcmd", "command")),
    "what must be given": ("gencal('x', 'c')", (1, "gencal", "required")),
    "too many positions": ("clearstat(1, 2)", (1, "clearstat", "positions")),
    "given twice": ("listobs('x', vis='y')", (1, "listobs", "positions")),
    "through a name": ("how = 'man'\nflagdata('x', mode=how)", (2, "flagdata", "value")),
    "through a dictionary": ("d = dict(mode='man')\nflagdata('x', **d)", (2, "flagdata", "value")),
    "through an alias": ("fd = flagdata\nfd('x', mode='man')", (2, "flagdata", "value")),
    "by its own import": ("from tasks import flagdata\nflagdata('x', mode='man')", (2, "flagdata", "value")),
    "in a function": ("def f(x):\n    return flagdata(x, mode='man')", (2, "flagdata", "value")),
    "in an argument": ("print len(visstat(vis='x', axes='amp'))", (1, "visstat", "parameter")),
    "by default()": ("default('tflagdata')", (1, "tflagdata", "task")),
    "by inputs": ("default('flagdata')\nmode = 'man'\nflagdata()", (3, "flagdata", "value")),
    "by inputs and go": ("default(flagdata)\nmode = 'man'\ngo()", (3, "flagdata", "value")),
    "inputs in a loop": ("default('flagdata')\nfor s in w:\n  mode = 'man'\n  flagdata()", (4, "flagdata", "value")),
    "an input that is gone": ("default('gaincal')\nopacity = 0.1\ngaincal()", (3, "gaincal", "ignored")),
    "flux by inputs": ("default('setjy')\nfluxdensity = [1, 0, 0, 0]\nsetjy()", (3, "setjy", "standard")),
}


@pytest.mark.parametrize(("text", "found"), WRONG.values(), ids=WRONG.keys())
def test_wrong_calls_are_found(text: str, found: tuple[int, str, str]) -> None:
    assert kinds(text + "\n") == [found]


def test_each_release_has_its_own_misfits() -> None:
    found = judge(b"setjy('x', fluxdensity=[1, 0, 0, 0])\nplotms('x', yaxis='amp', interactive=F)\n")
    assert [(one.task, one.casa) for one in found] == [("setjy", ("4.2.2",)), ("plotms", ("4.2.2",))]


def test_every_value_of_a_list_counts() -> None:
    assert kinds("plotms('x', yaxis=['amp', 'fase'])\n", ("4.2.2",)) == [(1, "plotms", "value")]
    assert kinds("plotms('x', yaxis=['amp', 'phase'])\n", ("4.2.2",)) == []


def test_the_misfit_says_what_is_wrong() -> None:
    assert judge(b"flagdata('x', mode='man')\n") == [
        Misfit(1, "flagdata", "value", "mode='man' is not one of the allowed values", BOTH)
    ]


@pytest.mark.parametrize("text", [b"print('a'", b"def f(:\n", b"match = 1\n  x = 2\n", b"x = f(a=1, a=2)\n"])
def test_a_text_that_is_not_python_2_is_refused(text: bytes) -> None:
    with pytest.raises(NotPython2):
        judge(text)


def test_the_fixtures_are_right_for_3_4() -> None:
    scripts = {path.name: path.read_bytes() for path in sorted(FIXTURES.glob("*.py"))}
    assert len(scripts) >= 10
    assert {name: found for name, found in judge_all(scripts, ("3.4.0",)).items() if found} == {}


def test_the_fixtures_are_wrong_for_4_2() -> None:
    scripts = {path.name: path.read_bytes() for path in sorted(FIXTURES.glob("*_3.4.py"))}
    assert [name for name, found in judge_all(scripts).items() if not found] == []
