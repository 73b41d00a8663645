"""What Python 2.7 takes is read, what it refuses is refused, and every task call in it is seen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cal_upgrade.records import Refused
from cal_upgrade.text.python2 import Reading, is_backtick, read, walk

from . import python27

GOOD = [
    b"",
    b"\n",
    b"# only a comment",
    b"x = 1",
    b"x = 1\\",
    b"x = 1\\\n",
    b"if x:\n  y = 1\n  ",
    b"if x:\n  y = 1\n # comment at another column",
    b"if x:\n  y = 1\n\x0c\nz = 2\n",
    b"x = f(\n1,\n\n# comment\n2)\n",
    b"if x:\n    print('%s' %\n(a,\nb))\n    y = 1\n",
    b"if x:\n        y = 1\n\tz = 2\n",
    b"if x:\n \ty = 1\n        z = 2\n",
    b"if x:\n    if y:\n\tz = 1\n    z = 2\n",
    b"if x:\n  \x0c  y = 1\n  z = 1\n",
    b"if x: y = 1; z = 2;\nelse: pass\n",
    b"while x: pass\nelse: pass\nfor i in 1, 2: pass\nelse: pass\n",
    b"try:\n  x\nexcept A, e:\n  y\nexcept (B, C), e:\n  z\nexcept D as e: w\nexcept:\n  v\nelse: u\nfinally: t\n",
    b"try: x\nfinally: y\n",
    b"raise\nraise E\nraise E, 'x'\nraise E, 'x', tb\n",
    b"x = .1j + 0777 + 0xFFL + 10L + 0o17 + 0b11 + 1e5 + 1.e-5j + .5 + 09.5 + 5.\n",
    b"x = ur'\\d' + br'x' + b'x' + u'x' + R'\\d' 'x'\n",
    b"x = 'a\\\nb' '''c\nd''' \"\"\"e'\"f\"\"\"\n",
    b"x = a <> b != c is not d not in e\n",
    b"x = `a`, `f(b)`, `(`c`)`\n",
    b"for i in a if b else c: pass\n",
    b"def f((a, b)=1, (c, d)=2): pass\nf(a=lambda b, a=1: a, b=lambda b=1: b)\n",
    b"def f((a, b), c, d=(1, 2), *e, **f): return lambda (a, b), c=1: a\n",
    b"x = [i for i in 1, 2, 3 if i if not i]\n",
    b"x = [f() for f in lambda: True, lambda: False if f()]\n",
    b"x = {1: 2, 3: 4}, {1, 2}, {a: b for a in c}, {a for a in b}, (a for a in b), ()\n",
    b"x = a if b else c if d else lambda: e if f else g\n",
    b"x[1:2, ..., ::3, :] = y.z = (a, [b, c.d]) = 1\n",
    b"x += yield\n",
    b"with a as b, c as d.e: pass\n",
    b"@a.b(1)\n@c\ndef f(): pass\n@d\nclass E(): pass\nclass F: pass\nclass G(a, b): pass\n",
    b"from . import a\nfrom .. b import (c as d, e,)\nfrom ...f.g import *\nimport a.b.c as d, e\n",
    b"global a, b\nassert a, b\ndel a, (b, c[1]), d.e\n",
    b"f(a, b=1, *c, d=2, **e)\nf(*a)\nf(a for a in b)\nf(a,)\n",
    b"async = nonlocal = await = match = type = case = True = 1\n",
    b"clean(vis='a', async=True)\n",
    b"from __future__ import (division, # c\n print_function,)\nprint('a', end='')\n",
    b"'''\nfrom __future__ import print_function\n'''\nprint 'a'\n",
    b"from __future__ import print_function\nprint('a', end='', file=f)\nx = print\n",
    b"print\nprint a\nprint a,\nprint >>f\nprint >>f, a\nprint >>f, a,\nprint (a), b\n",
    b"print -1\nprint (a, b)\nprint()\n",
    b"print not a\nprint lambda: a\nprint `a`\nprint [a][0], {}\nprint'a'\nprint a if b else c\n",
    b"exec a\nexec 'x' in d\nexec a + b in c, d\nexec(c)\nexec (f(1)) in d\nexec f(1) % x in d, e\n",
    b"x = " + b"(" * 60 + b"1" + b")" * 60 + b"\n",
    b"x = [" + b"1, " * 20000 + b"]\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_python_2_is_read(text: bytes) -> None:
    reading = read(text)
    assert reading.text == text
    assert not reading.root.has_error


BAD = [
    (b"x = f'{a}'\n", 1, "an f-string, which is Python 3"),
    (b"x = 1\ny = rb'a'\n", 2, "name directly before a string"),
    (b"if (a := 1): pass\n", 1, ":=, which is Python 3|:=\\), which is Python 3"),
    (b"def f(a: int): pass\n", 1, "annotation"),
    (b"def f() -> int: pass\n", 1, "annotation"),
    (b"x: int = 1\n", 1, "annotation"),
    (b"async def f(): pass\n", 1, "async"),
    (b"x = await f()\n", 1, "await"),
    (b"def f():\n  nonlocal x\n", 2, "nonlocal"),
    (b"def f(a, *, b): pass\n", 1, "not Python 2"),
    (b"def f():\n  yield from x\n", 2, "yield or raise"),
    (b"raise A from B\n", 1, "yield or raise"),
    (b"a, *b = c\n", 1, r"\*"),
    (b"x = [*a]\n", 1, r"\*"),
    (b"x = a @ b\n", 1, "@"),
    (b"print('a', file=f)\n", 1, "Python 3"),
    (b"print(\n  'a',\n  end='')\n", 1, "Python 3"),
    (b"print(*a)\n", 1, "Python 3"),
    (b"from __future__ import print_function\nprint 'a'\n", 2, "not Python 2"),
    (b"exec not a\n", 1, "not Python 2"),
    (b"exec a < b\n", 1, "not Python 2"),
    (b"x = [a for a in b if c else d]\n", 1, "not Python 2"),
    (b"x = print\n", 1, "print"),
    (b"print >>f,\n", 1, "too early"),
    (b"x = 1_000\n", 1, "number"),
    (b"match x:\n  case 1: pass\n", 1, "match"),
    (b"try: x\nexcept* A: pass\n", 2, r"\*"),
    (b"x = ...\n", 1, "not Python 2"),
    (b"caf\xc3\xa9 = 1\n", 1, "ASCII"),
    (b"x\xc2\xa0= 1\n", 1, "ASCII"),
    (b"x = 1\x1a\n", 1, "not Python 2"),
    (b"x\x0b= 1\n", 1, "not Python 2"),
    (b"x = 08\n", 1, "not Python 2"),
    (b"x = 'abc\ny = 1\n", 1, "string that does not end"),
    (b"x = 1\ny = '''abc\nz\n", 2, "string that does not end"),
    (b"x = 1 \\ \ny = 2\n", 1, "backslash"),
    (b"x = (1,\n2\ny = 3\n", 1, r"\( is never closed|keyword"),
    (b"x = 1)\n", 1, r"\) closes no bracket"),
    (b"x = f(1]\n", 1, r"\] closes no bracket"),
    (b"x = 1\n  y = 2\n", 2, "indented more"),
    (b"if x:\ny = 2\n", 2, "no indented block after line 1"),
    (b"if x:\n", 1, "no indented block"),
    (b"if x:\n    y = 1\n  z = 2\n", 3, "no line above"),
    (b"if x:\n        y = 1\n\t z = 2\n", 3, "indented more"),
    (b"else: pass\n", 1, "an else without"),
    (b"x = 1\nelif x: pass\n", 2, "an elif without"),
    (b"try: x\ny = 1\n", 1, "a try without"),
    (b"@a\nx = 1\n", 1, "a decorator without"),
    (b"if x\n    y = 1\n", 1, "ends too early"),
    (b"f() = 1\n", 1, "not Python 2"),
    (b"1 += 1\n", 1, "not Python 2"),
    (b"(a, b) += 1\n", 1, "not Python 2"),
    (b"None = 1\n", 1, "not Python 2"),
    (b"del f()\n", 1, "not Python 2"),
    (b"for f() in x: pass\n", 1, "not Python 2"),
    (b"f(a=1, 2)\n", 1, "not Python 2"),
    (b"f(a.b=1)\n", 1, "not Python 2"),
    (b"f(vis='a',\n  vis='b')\n", 1, "vis is given twice"),
    (b"def f(a=1, b): pass\n", 1, "not Python 2"),
    (b"from a import b,\n", 1, "not Python 2"),
    (b"x = `a, b,`\n", 1, "not Python 2"),
    (b"a b\n", 1, "unexpected 'b'"),
    (b"gaincal(vis = 'a',\n  caltable = 'b'\n  field = '1')\n", 3, "unexpected 'field'"),
    (b"x = 1\r\ny = = 2\r\n", 2, "not Python 2"),
    (b"x = 1\ry = = 2\r", 2, "not Python 2"),
]


@pytest.mark.parametrize(("text", "line", "what"), BAD)
def test_other_text_is_refused_with_its_line(text: bytes, line: int, what: str) -> None:
    with pytest.raises(Refused, match=what) as refused:
        read(text)
    assert refused.value.line == line
    assert "\n" not in refused.value.what


def test_python_27_agrees_with_this_table() -> None:
    ascii_only = [text for text in GOOD + [text for text, _, _ in BAD] if text.isascii()]
    good = [text in GOOD for text in ascii_only]
    assert python27.accepts(ascii_only) == good


def calls(reading: Reading) -> list[str]:
    return [reading.of(node) for node in walk(reading.root) if node.type == "call"]


@pytest.mark.parametrize(
    "text",
    [
        b"print task(1)",
        b"print (task(1), b)",
        b"print (task(1)), b",
        b"print (a), task(1)",
        b"print (a) + task(1)",
        b"print -task(1)",
        b"print [task(1)]",
        b"print >>task(1)",
        b"print >>f, task(1),",
        b"print >>f, (a), task(1)",
        b"print a if task(1) else b",
        b"exec task(1)",
        b"exec(task(1))",
        b"exec (task(1)) in d",
        b"exec task(1) in d",
        b"exec 'x' in task(1)",
        b"exec 'x' % task(1) in d, e",
        b"x = `task(1)`",
        b"x = `a + (task(1),)`",
        b"x = a <> task(1)",
        b"raise E, task(1), tb",
        b"try: x\nexcept A, e: task(1)",
        b"f = lambda (a, b): task(1)",
        b"def f((a, b)=task(1)): pass",
        b"x = 0777, 10L, ur'', task(1)",
        b"async = task(1)",
        b"type(a).b = task(1)",
        b"type (task(1)).b = c",
        b"nonlocal = `a`; True = task(1)",
        b"if x:\n    y = (a +\ntask(1))\n    z = 1",
    ],
)
def test_task_call_is_seen_in_every_python_2_form(text: bytes) -> None:
    assert "task(1)" in calls(read(text))
    assert "task(1)" in calls(read(b"if x:\n\t" + text.replace(b"\n", b"\n\t") + b"\n"))


@pytest.mark.parametrize("text", [b"x = 'task(1)'", b"# task(1)", b'"""\ntask(1)\n"""', b"x = '`task(1)`'", b"task"])
def test_task_call_is_seen_nowhere_else(text: bytes) -> None:
    assert calls(read(text)) == []


def test_backticks_are_known() -> None:
    reading = read(b"x = `a`, (b), '`c`', `d, e`\n")
    assert [reading.of(node) for node in walk(reading.root) if is_backtick(reading, node)] == ["`a`", "`d, e`"]


def test_places_are_those_of_the_text() -> None:
    text = "if x:\r\n \ttask(a = 'é',\r\n  b = `1`)\r\n\tother()\r\n".encode()
    reading = read(text)
    found = [node for node in walk(reading.root) if node.type == "call"]
    assert [text[node.start_byte : node.end_byte] for node in found] == [
        "task(a = 'é',\r\n  b = `1`)".encode(),
        b"other()",
    ]
    assert [reading.line(node) for node in found] == [2, 4]


def test_lone_carriage_return_ends_a_line() -> None:
    reading = read(b"# comment\rtask(1)\rif x:\r  other(2)\r")
    found = [node for node in walk(reading.root) if node.type == "call"]
    assert [(reading.of(node), reading.line(node)) for node in found] == [("task(1)", 2), ("other(2)", 4)]


WORDS = """a a b 1 's' ( ) [ ] { } , : ; = += + - * ** . ` @ < <> >> print exec lambda if else for in not and is yield
    from import as def class try except finally with del return raise global assert pass None while elif"""
TOKENS = st.sampled_from([*WORDS.split(), "\n", "\n  ", "\n    ", "\n\t", "\\\n", "# c\n", "\x0c"])


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(TOKENS, max_size=9).map(" ".join).map(str.encode), min_size=60, max_size=60))
def test_python_27_agrees_on_any_text(texts: list[bytes]) -> None:
    # a blank line that holds a backslash alone counts for its indentation in Python 2.7, and it lets None be deleted
    texts = [text for text in texts if b"\\\n" not in text and b"del" not in text]
    for text, good in zip(texts, python27.accepts(texts), strict=True):
        try:
            read(text)
            ours = True
        except Refused:
            ours = False
        assert ours == good, text


def test_hostile_texts_take_no_time() -> None:
    start = time.perf_counter()
    for text in (b"(" * 20000, b"x = '" + b"a\\" * 20000, b'"""' + b'\\"' * 20000, b"- " * 20000, b"if x:\n" * 5000):
        with pytest.raises(Refused):
            read(text)
    read(b"x = " + b"not " * 5000 + b"a\n")
    read(b"x = " + b"-" * 5000 + b"a\n")
    assert time.perf_counter() - start < 10
