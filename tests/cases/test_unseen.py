"""Whatever reaches a task without a plain call of its name is followed or told, and its calls are in the account."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.conversion import BOOK, converted

from cal_upgrade.convert.translate import translate

INPUTS = Path(__file__).parent / "inputs" / "unseen"

CASES = {
    "i20_taskname_go": [5],
    "i22_default_var": [2, 5],
    "i24_exec_fmt": [2, 3],
    "s06_alias_tuple": [1, 2, 3],
    "s08_alias_cond": [1, 2, 3, 4],
    "s10_alias_kw": [1, 6],
    "s12_alias_getattr": [2, 3, 4],
    "s13_alias_for": [1, 3],
    "s52_exec_eval": [2, 3, 4],
}
"""The lines of each case at which a person must be told."""

TOLD = [
    ("g = gaincal if quick else bandpass\ng(vis='x.ms', opacity=0.1)", [1, 2]),
    ("g = quick and gaincal\ng(vis='x.ms')", [1, 2]),
    ("a = b = gaincal\na(vis='x.ms')\nb(vis='y.ms')", [1, 2, 3]),
    ("def run(task=gaincal): task(vis='x.ms')\nrun()", [1]),
    ("def run(**k): pass\nrun(task=gaincal)", [2]),
    ("class A: pass\nself = A()\nself.task = gaincal\nself.task(vis='x.ms')", [3, 4]),
    ("d = {}\nd['x'] = gaincal\nd['x'](vis='x.ms')", [2]),
    ("d = {'x': gaincal, 'y': bandpass}\nd['x'](vis='x.ms')", [1]),
    ("d = dict(x=gaincal)\nd['x'](vis='x.ms')", [1]),
    ("d = {gaincal: 'x.g', bandpass: 'x.b'}\nfor t in d: t(vis='x.ms', caltable=d[t])", [1]),
    ("def pick(): return gaincal\npick()(vis='x.ms')", [1]),
    ("def pick():\n  yield gaincal\nfor t in pick(): t(vis='x.ms')", [2]),
    ("solve = lambda: gaincal\nsolve()(vis='x.ms')", [1]),
    ("solve = lambda **k: gaincal(**k)\nsolve(vis='x.ms')", [1]),
    ("for task in gaincal, bandpass: task(vis='x.ms')", [1]),
    ("[t(vis='x.ms') for t in (gaincal, bandpass)]", [1]),
    ("if task == gaincal: task(vis='x.ms')", [1]),
    ("@gaincal\ndef f(): pass", [1]),
    ("from functools import partial\np = partial(gaincal, vis='x.ms')\np(caltable='a')", [2]),
    ("map(lambda t: t(vis='x.ms'), [gaincal, bandpass])", [1]),
    ("apply(gaincal, (), {'vis': 'x.ms'})", [1]),
    ("import tasks as tk\ntk.setjy(vis='x.ms')", [2]),
    ("from tasks import setjy as s\ns(vis='x.ms')", [2]),
    ("import tasks\ntasks.gaincal(vis='x.ms')", [2]),
    ("import tasks\ng = tasks.gaincal\ng(vis='x.ms')", [2]),
    ("gaincal.__call__(vis='x.ms')", [1]),
    ("globals()['gaincal'](vis='x.ms')", [1]),
    ("globals().get('gaincal')(vis='x.ms')", [1]),
    ("g = globals()\ng['gain' + 'cal'](vis='x.ms')", [2]),
    ("for n in ['gaincal', 'bandpass']:\n  globals()[n](vis='x.ms')", [2]),
    ("import tasks\nfor n in ['gaincal', 'bandpass']:\n  getattr(tasks, n)(vis='x.ms')", [3]),
    ("vars()['gaincal'](vis='x.ms')", [1]),
    ("locals()['gaincal'](vis='x.ms')", [1]),
    ("import sys\nsys.modules['tasks'].gaincal(vis='x.ms')", [2]),
    ("import sys\nsys.modules['__main__'].__dict__['gaincal'](vis='x.ms')", [2]),
    ("import sys\ntk = sys.modules['tasks']\ntk.gaincal(vis='x.ms')", [3]),
    ("__import__('tasks').gaincal(vis='x.ms')", [1]),
    ("tk = __import__('tasks')\ntk.gaincal(vis='x.ms')", [2]),
    ("import __main__\n__main__.gaincal(vis='x.ms')", [2]),
    ("from __main__ import gaincal\ngaincal(vis='x.ms')", [2]),
    ("from task_gaincal import gaincal\ngaincal('x.ms', 'x.g')", [2]),
    ("import task_gaincal\ntask_gaincal.gaincal('x.ms', 'x.g')", [2]),
    ("from gaincal_cli import gaincal_cli\ngaincal_cli(vis='x.ms')", [2]),
    ("import gaincal_cli\ngaincal_cli.gaincal_cli(vis='x.ms')", [2]),
    ("cmd = open('x.txt').read()\nexec cmd", [2]),
    ("exec open('x.txt').read()", [1]),
    ("exec(open('x.txt').read()) in globals()", [1]),
    ("cmd = 'gaincal'\ncmd += \"(vis='x.ms')\"\nexec cmd", [3]),
    ("exec 'gaincal(vis=\"%s\")' % vis", [1]),
    ("exec '%scal(vis=\"x.ms\")' % 'gain'", [1]),
    ("exec 'gain' 'cal(vis=\"x.ms\")'", [1]),
    ("exec ''.join(['gaincal', '(vis=\"x.ms\")'])", [1]),
    ("exec '{0}(vis=1)'.format(task)", [1]),
    ("eval(task + \"(vis='x.ms')\")", [1]),
    ("eval('gaincal')(vis='x.ms')", [1]),
    ("exec compile(text, 'x', 'exec')", [1]),
    ("code = compile(text, 'x', 'exec')\nexec code", [1, 2]),
    ("taskname = 'gaincal'\nvis = 'x.ms'\ngo()", [3]),
    ("t = 'tflagdata'\ndefault(t)\nvis='x.ms'\ngo(t)", [2, 4]),
    ("inp(t)\ngo()", [2]),
    ("go()", [1]),
    ("go(taskname='gaincal')", [1]),
    ('import os\nos.system("casapy --nogui -c \\"gaincal(vis=\'x.ms\')\\"")', [2]),
    ("import subprocess\nsubprocess.call(['casapy', '-c', \"gaincal(vis='x.ms')\"])", [2]),
    ("import os\nos.system('casapy -c \"%s\"' % cmd)", [2]),
    ("run = eval\nrun('gaincal(vis=1)')", [1]),
    ("map(eval, lines)", [1]),
    ("import operator\noperator.itemgetter('gaincal')(globals())(vis='x.ms')", [2]),
    ("import operator, tasks\noperator.attrgetter('gaincal')(tasks)(vis='x.ms')", [2]),
    ("import threading\nthreading.Thread(target=gaincal, kwargs={'vis': 'x.ms'}).start()", [2]),
    ("(gaincal)(vis='x.ms')", [1]),
    ("(gaincal or bandpass)(vis='x.ms')", [1]),
    ("[gaincal][0](vis='x.ms')", [1]),
    ("print gaincal", [1]),
    ("x = [gaincal]*2", [1]),
    ("with gaincal as g: g(vis='x.ms')", [1]),
    ("global g\ng = gaincal\nh = g\nh(vis='x.ms')", [2, 4]),
    ("class G:\n  solve = gaincal\nG.solve(vis='x.ms')", [2]),
    ("flagdata = tflagdata\nflagdata(vis='x.ms', mode='manual')", [1, 2]),
    ("try:\n  gaincal\nexcept NameError: pass", [2]),
    ("ip.magic(\"gaincal('x.ms')\")\n", [1]),
    ("raise gaincal", [1]),
    ("assert gaincal", [1]),
    ("x = not gaincal", [1]),
    ("x = gaincal, ", [1]),
    ("`gaincal`", [1]),
    ("def f(a, (b, c)=(gaincal, bandpass)): b(vis='x.ms')", [1]),
    ("x = {gaincal}", [1]),
    ("x = gaincal.defaults()", [1]),
    ("f(*[gaincal])", [1]),
    ("f(**{'a': gaincal})", [1]),
    ("x[gaincal] = 1", [1]),
    ("x = (t for t in [gaincal])", [1]),
    ("while gaincal: pass", [1]),
    ("x += gaincal", [1]),
    ("g, h = gaincal, 3\ng(vis='x.ms')", [1, 2]),
    ("[g, h] = [gaincal, bandpass]\ng(vis='x.ms')", [1, 2]),
    ("default('gaincal')\nvis='x.ms'\nbandpass(vis='y.ms', caltable='b')\ngo()", [4]),
    ("default('gaincal')\nvis='x.ms'\nif x: inp('bandpass')\ngo()", [4]),
    ("setattr(tasks, 'x', gaincal)", [1]),
    ("import gaincal as gc\ngc.gaincal(vis='x.ms')", [2]),
    ("from tasks import (setjy as s,\n  gaincal as g)\ns(vis='x.ms')\ng(vis='x.ms')", [3, 4]),
    ("exec 'from tasks import gaincal as g'\ng(vis='x.ms')", [1]),
    ("import imp\nm = imp.load_source('tasks', 'tasks.py')\nm.gaincal(vis='x.ms')", [3]),
    ("import tasks\nt = tasks\nt.gaincal(vis='x.ms')", [3]),
    ("def f(m): m.gaincal(vis='x.ms')\nimport tasks\nf(tasks)", [3]),
    ("f = getattr\n", [1]),
    ("n = 'gaincal'\ng = getattr(__import__('tasks'), n)\ng(vis='x.ms')", [2]),
    ("sys._getframe(1).f_globals['gaincal'](vis='x.ms')", [1]),
    ("my = sys._getframe(1).f_globals\nmy['gaincal'](vis='x.ms')", [2]),
    ("my = globals().copy()\nmy['gaincal'](vis='x.ms')", [1]),
    ('exec("""\ngaincal(vis=\'x.ms\')\n""")', [1]),
]
"""Scripts with a hidden call each, and the lines at which a person must be told."""

QUIET = [
    "taskname = 'clean'\ndefault(taskname)",
    "exec 'x = 1'",
    "eval('[1, 2]')",
    "exec 'a%d = %f' % (i, x)",
    "vis = 'a'\neval('vis')",
    "execfile('other_3.4.py')",
    "for s in ['a_3.4.py']: execfile(s)",
    "if not 'x' in globals(): x = 1",
    "l = locals()\nif not l.has_key('x'): x = 1\ny = l['x']",
    "globals()['vis'] = 'x.ms'",
    "print '%(vis)s' % locals()",
    "print '{vis}'.format(**globals())",
    "x = 'a,b'.split(',')",
    "import os\nos.path.split('a/b')",
    "import numpy as np\nnp.split(a, 3)",
    "ms.split('x')",
    "getattr(ms, 'open')('x')",
    "getattr(self, name)",
    "import os\nos.system('rm -rf x')",
    "import os\nos.system('casapy -c x_3.4.py')",
    "default('gaincal')\nvis='x.ms'\ncaltable='a'\ngo()",
    "help(gaincal)",
    "if 'gaincal' in dir(): pass",
    "ia.open('x')\nia.concat('y')",
    "x = dict(split=3, clean=True)",
    "clean = True\nif clean: x = 1",
    "def f(split=False): return split",
    "lambda find: find",
    "if casadef.casa_version > '3': pass",
    "execfile(os.getenv('HOME') + '/x.py')",
    "default('clean')\ninp('clean')",
    "mydict = locals()\nif mydict.has_key('x'): y = mydict['x']",
    "import analysisUtils as aU\naU.split('x')",
    "import re\nre.compile('x')",
    "re.split(',', x)",
    "re.find('x')",
]
"""What looks like a hidden call and is none."""


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    found = translate((INPUTS / f"{case}.py").read_bytes(), BOOK)
    assert sorted({one.line for one in found.attention}) == CASES[case]
    assert {call.status for call in found.calls} == {"unknown"}


def test_the_account_names_the_task_where_the_text_shows_it() -> None:
    found = translate((INPUTS / "s12_alias_getattr.py").read_bytes(), BOOK)
    assert [(call.task, call.line) for call in found.calls] == [("tflagdata", 2), ("gaincal", 3), ("setjy", 4)]
    found = translate((INPUTS / "i22_default_var.py").read_bytes(), BOOK)
    assert [(call.task, call.line) for call in found.calls] == [("?", 5)]


@pytest.mark.parametrize(("text", "lines"), TOLD, ids=[text.replace("\n", "; ") for text, _ in TOLD])
def test_told(text: str, lines: list[int]) -> None:
    found = converted(*text.split("\n"))
    assert set(lines) <= {one.line for one in found.attention}
    assert found.result == text + "\n" or found.changes
    unknown = [call for call in found.calls if call.status == "unknown"]
    assert unknown


@pytest.mark.parametrize("text", QUIET, ids=[text.replace("\n", "; ") for text in QUIET])
def test_quiet(text: str) -> None:
    found = converted(*text.split("\n"))
    assert not found.attention
    assert "unknown" not in {call.status for call in found.calls}


def test_nothing_is_told_of_a_name_that_is_rebound_to_a_task_of_4_2_by_casa_itself() -> None:
    assert not converted(
        "from gaincal_cli import gaincal_cli as gaincal", "gaincal(vis='x.ms', caltable='a')"
    ).attention
