"""A Python 2 text means under Python 3 what it meant, and its lines stay where they were."""

from __future__ import annotations

import ast
import shutil
import subprocess
import traceback
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fissix", reason="pip install 'cal-upgrade[run]'")

from cal_upgrade.records import Refused
from cal_upgrade.run.casa42 import namespace
from cal_upgrade.run.python2 import semantics, to_python3

# what each program prints was seen under Python 2.7.18
PROGRAMS = [
    ("print 'a', 5/2, -7/2, 5./2, 5%3", "a 2 -4 2.5 2"),
    ("a = 7\na /= 2\nprint a", "3"),
    ("from __future__ import division\nprint 5/2", "2.5"),
    ("print ('a', 1)", "('a', 1)"),
    ("print", ""),
    ("print 'a',\nprint 'b'", "a b"),
    ("d = {'a': 1}\nprint d.has_key('a'), d.keys(), d.items()[0]", "True ['a'] ('a', 1)"),
    ("d = {1: 2, 3: 4}\nfor k in d.keys():\n  del d[k]\nprint d", "{}"),
    ("print sum(d for d in {1: 2}.itervalues())", "2"),
    (
        "print range(3) + [9], map(str, [1, 2]), filter(None, [0, 1]), zip([1], [2])",
        "[0, 1, 2, 9] ['1', '2'] [1] [(1, 2)]",
    ),
    ("print map(None, [1, 2], [3])", "[(1, 3), (2, None)]"),
    ("print filter(str.isdigit, 'a1b2')", "12"),
    ("try:\n  raise ValueError, 'no'\nexcept ValueError, e:\n  print e\nprint e", "no\nno"),
    ("try:\n  {}['k']\nexcept (KeyError, ValueError), e:\n  print 'caught', e", "caught 'k'"),
    ("print 0777, 10L, 0xFFL", "511 10 255"),
    ("print `1`, 1 <> 2", "1 True"),
    ("exec 'x = 5/2'\nprint x", "2"),
    ("print eval('5/2')", "2"),
    ("print None < 1, 1 < 'a', [] < 'a', 'a' > 10**9", "True True True True"),
    ("print sorted([3, 'a', None, 1])", "[None, 1, 3, 'a']"),
    ("x = [3, 1, 2]\nx.sort(lambda a, b: cmp(b, a))\nprint x", "[3, 2, 1]"),
    ("print sorted([1, 2, 3], lambda a, b: b - a), sorted([1, 2], reverse=True)", "[3, 2, 1] [2, 1]"),
    ("import string\nprint string.upper('a'), string.join(['a', 'b'], '-'), string.atoi('5')", "A a-b 5"),
    ("import string\nprint string.split('a b'), string.letters[:3] in 'abcABC'", "['a', 'b'] True"),
    ("import commands\nprint commands.getoutput('echo x')", "x"),
    ("import time\nprint time.clock() >= 0", "True"),
    ("print isinstance(u'x', basestring), unicode('a'), long(3)", "True a 3"),
    ("print reduce(lambda a, b: a + b, xrange(4)), apply(max, [1, 5])", "6 5"),
    ("print round(2.5), round(-2.5), round(1.25, 1)", "3.0 -3.0 1.3"),
    ("def f(async=False):\n  return async\nprint f(async=True)", "True"),
    ("def f(a, (b, c)):\n  return a + b + c\nprint f(1, (2, 3))", "6"),
    ("print '\\u0041'.count('u'), len('\\d')", "1 2"),
    ("i = iter([1])\nprint i.next()", "1"),
    ("if 1:\n        print 'a'\n\tprint 'b'", "a\nb"),
    ("x = '''a\n\tb'''\nif 1:\n\tprint len(x)", "4"),
    ("import os\nprint os.getcwdu() == os.getcwd()", "True"),
    ("raise_ = 1\nprint 'é' == 'é'", "True"),
]


def run(text: str) -> None:
    names: dict[str, Any] = {to_python3.MEANING: semantics, "__name__": "__main__"}
    names["__builtins__"] = namespace._builtins(dict(semantics.MODULES), None)
    exec(compile(to_python3.convert(text, "script.py"), "script.py", "exec", dont_inherit=True), names)


@pytest.mark.parametrize(("text", "printed"), PROGRAMS)
def test_a_program_prints_what_it_printed(text: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(text)
    assert capsys.readouterr().out == printed + "\n"


@pytest.mark.parametrize(("text", "printed"), PROGRAMS)
def test_python_2_itself_agrees(text: str, printed: str, tmp_path: Path) -> None:
    python = _python2()
    script = tmp_path / "script.py"
    script.write_text("# -*- coding: utf-8 -*-\n" + text + "\n", encoding="utf-8")
    found = subprocess.run([python, str(script)], capture_output=True, text=True, check=True)
    assert found.stdout == printed + "\n"


def _python2() -> str:
    for name in ("python2.7", "python2"):
        path = shutil.which(name) or ""
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    kept = sorted(Path.home().glob(".pyenv/versions/2.7*/bin/python"))
    if not kept:
        pytest.skip("no Python 2.7 on this machine")
    return str(kept[-1])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\n\nprint 5/0\n", 3),
        ("import StringIO\ndef f(a, (b, c)):\n  return a\nf(1, (2, 3))\n\nx = {}['k']\n", 6),
        ("import sys\nprint >>sys.stderr, \\\n   'a', \\\n   'b'\n1/0\n", 5),
        ("if 1:\n\tx = 1\n        y = 0\n\tx = x/y\n", 4),
        ("try:\n  pass\nexcept IOError, e:\n  pass\nraise ValueError, 'x'\n", 5),
    ],
)
def test_a_traceback_names_the_scripts_own_line(text: str, line: int) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run(text)
    lines = [f.lineno for f in traceback.extract_tb(caught.value.__traceback__) if f.filename == "script.py"]
    assert lines[-1] == line


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = = 2\n", 2), ("print 'a\n", 1), ("x = (1,\n", 1)])
def test_what_is_not_python_2_is_refused(text: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        to_python3.convert(text, "script.py")
    assert caught.value.line is not None
    assert abs(caught.value.line - line) <= 1


def test_nothing_but_meaning_is_written_into_plain_code() -> None:
    text = "x = f(a = 1, b = [1, 2])\nfor i in x:\n    y = x[i] + 1\n"
    assert ast.dump(to_python3.convert(text, "s")) == ast.dump(ast.parse(text))
