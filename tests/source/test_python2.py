"""Everything that Python 2 reads is read, and what it refuses is refused."""

from __future__ import annotations

import pytest

from cal_upgrade.records import Refused
from cal_upgrade.text.python2 import read, walk

PYTHON_2 = r"""
print
print 'a',
print ('a', 1), 2
print >>f
print >>f.g[0], x, y,
print not x
print -1
print `x`, `y`
print x if y else z
print [i for i in 1, 2, 3]
print lambda: 0
exec 'a = 1'
exec code in ns
exec 'a = %d' % 5
exec 'a' + 'b' in ns, loc
exec obj.code in d[0], e
exec compile('a', 'b', 'exec') in ns
exec f(x)
exec("a", ns)
exec ("a = %s" % b) in ns
exec"a" % b
exec u'x'.encode('l')
if x: exec 'a' % b
a = 1; exec 'x=%s' % a; b = 2
x.exec_ = exec_ = 1
raise E, 'x'
raise E, 'x', tb
raise E('x'), None, sys.exc_info()[2]
def f((a, b), c=(1, 2)): pass
def f(a, (b, (c, d))=(1, (2, 3)), *e, **g): pass
x = lambda a, (b, c)=(1, 2): a
x = `1` + `2, 3`
x = 1 <> 2
if a <> b and c <> d: pass
x = 0777 + 0L + 0xFFL + 017L + 1e5 + 1j
x = ur'\d' + UR"x" + bR'a'
x = [i for i in 1, 2, 3]
async = 1
f(x, async=True)
print async, await, match
with a as b, c as d: pass
x = {1, 2}
x[1:2, ..., ::3] = 4
def g(): print >>f, (yield)
""".strip().splitlines()


@pytest.mark.parametrize("line", PYTHON_2)
def test_python_2_is_read(line: str) -> None:
    assert read(f"{line}\n".encode()).text == f"{line}\n".encode()


@pytest.mark.parametrize("caught", ["E, e", "(A, B), e", "A, e.x", "A as e", ""])
def test_every_except_is_read(caught: str) -> None:
    read(f"try: pass\nexcept {caught}: pass\n".encode())


@pytest.mark.parametrize(
    "text",
    ["print 'a", "x = = 1", "def f(:\n  pass", "exec 'a' %", "execute 'a'", "\0\1\2"],
)
def test_what_python_2_refuses_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(f"{text}\n".encode())


def test_calls_beside_an_exec_keep_their_place() -> None:
    text = b'exec "a = %d" % one(1)\ntwo(2)  # exec: text\nx = """\nexec none(0)\n"""\n'
    reading = read(text)
    calls = [reading.of(node) for node in walk(reading.root) if node.type == "call"]
    assert calls == ["one(1)", "two(2)"]
    assert reading.text == text
