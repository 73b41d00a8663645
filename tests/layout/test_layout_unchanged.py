"""What must not change, what can't be written, and what is a fault of the caller."""

import pytest
from tree_sitter import Node

from cal_upgrade.changes.operations import Add, ByKeyword, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout.call import CannotRewrite, edit_call, rewrite_call
from cal_upgrade.text import edits, python2

PYTHON_2 = [
    "0777",
    "0777L",
    "00",
    "10L",
    "0xFFl",
    "ur'a\\b'",
    "UR'''a\n b'''",
    "b'a' 'b'",
    "u'\u00e9' r'\\d'",
    "`x, 1`",
    "`[`1`]`",
    "a <> b",
    "not a <> `b`",
    "lambda (a, b): a",
    "lambda(a, b), c=(1, 2), (d, (e, f))=0777: `a`",
    "[x for x in 1, 2]",
    "[exec_ for exec_ in lambda: 1, lambda: 2]",
    "(yield)",
    "x[1:2, ..., 0777]",
    "{'a': 010L, 'b': ur''}['a']",
    "f(async=`1`, print_=0)",
    "' # no comment, ) and (' # a comment, ) and '\n      ''",
    "'hidden0_' + hidden1_",
    "'\\'' '\\\\'",
    '"""a"b""" \'\'',
    "1 if x else 2",
    "-1.e-3j",
    ".5",
    "T",
]

LAYOUTS = [
    "f()",
    "f ( )",
    "f(\n)",
    "f(\n  # only this\n\n)",
    "f(a)",
    "f(a,)",
    "f(a=1,b=2)",
    "f( a = 1 ,b= 2 , )",
    "f(a = 1,\n    b = 2)",
    "f(a = 1,\r\n    b = 2,\n\tc = 3,\r\n\t    d = 4\r\n)",
    "f(a = 1, # one\n\n    # two, three\n    \n    b = 2, # two\n    c = 3 # three\n    # end\n    )",
    "f(a = 1, \\\n  b = 2, \\\r\n\\\n  c = \\\n 3)",
    "f(\f a=1,\f\n\fb=2)",
    "f(a=1, *b, **c)",
    "f(a=1, * b, c=2, ** d)",
    "f(x for x in y)",
    "f(async=True, await=1, nonlocal=2)",
    "f(a\n  =\n  1\n  ,\n  b # b\n  = 2)",
    "casa.tasks.f(a=1)",
    "f(a=1 , # one\n  b=2 # two\n  ,c=3)",
]


def is_named(value: str) -> str:
    return f"f(first = 1, # one\n  value = {value},\n  last = 3)"


@pytest.mark.parametrize("text", LAYOUTS + [f"f(a = {value}\n)" for value in PYTHON_2])
class TestNothingToDo:
    def test_no_operation(self, text: str) -> None:
        assert rewrite_call(text, ()) == text
        assert rewrite_call(text, (), tail="  # tail ") == text + "  # tail "

    def test_renaming_back_and_forth(self, text: str) -> None:
        there = rewrite_call(text, [RenameTask("gaincal")], column=0)
        assert rewrite_call(there, [RenameTask("f")], column=0) == text


@pytest.mark.parametrize("text", [text for text in LAYOUTS if " for " not in text and text not in LAYOUTS[:4]])
def test_what_comes_and_goes_leaves_nothing(text: str) -> None:
    there = rewrite_call(text, [Add("marked", "0")])
    assert there != text
    assert rewrite_call(there, [Drop("marked")]) == text


@pytest.mark.parametrize("value", PYTHON_2)
class TestPython2:
    def test_its_neighbours_change(self, value: str) -> None:
        text = is_named(value)
        after = text.replace("first = 1", "begin = 2").replace("last = 3", "last = 0777")
        assert rewrite_call(text, [Rename("first", "begin"), Set("first", "2"), Set("last", "0777")]) == after

    def test_it_goes(self, value: str) -> None:
        assert rewrite_call(is_named(value), [Drop("value")]) == "f(first = 1, # one\n  last = 3)"

    def test_it_comes(self, value: str) -> None:
        text = "f(first = 1, # one\n  last = 3)"
        assert rewrite_call(text, [Add("value", value, after="first")]) == is_named(value)


@pytest.mark.parametrize(
    "text",
    [
        "f(a=1)(b=2)",
        "f(a=1",
        "f(a=1]",
        "f(a=1), g(a=2)",
        "[f(a=1)]",
        "f(a=1, a=2)",
        "f(x for x in y)",
        "f(a=x for x in y)",
        "f(a = 1 1)",
        "a + f(a=1)",
    ],
)
def test_cannot_be_rewritten(text: str) -> None:
    with pytest.raises(CannotRewrite):
        rewrite_call(text, [Add("b", "2")])


def test_a_comment_that_would_be_lost_is_not() -> None:
    with pytest.raises(CannotRewrite):
        rewrite_call("f(a=1\n  # about b\n  , b=2)", [Drop("a")])


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("f(a=1)", [Set("b", "1")]),
        ("f(a=1)", [Drop("b")]),
        ("f(a=1)", [Rename("b", "c")]),
        ("f(a=1)", [Add("a", "2")]),
        ("f(a=1, b=2)", [Rename("a", "b")]),
        ("f(a=1)", [Set("a", "2"), Set("a", "3")]),
        ("f(a=1)", [ByKeyword(0, "b")]),
        ("f(*a)", [ByKeyword(0, "b")]),
        ("f(1, 2)", [ByKeyword(0, "b")]),
        ("f(1)", [ByKeyword(1, "b")]),
    ],
)
def test_faults_of_the_caller(text: str, operations: list[CallOperation]) -> None:
    with pytest.raises(ValueError, match=r"call|become|positional"):
        rewrite_call(text, operations)


class TestInAScript:
    """`edit_call` finds out for itself what stands around the call."""

    @staticmethod
    def rewritten(script: str, *operations: CallOperation) -> str:
        reading = python2.read(script.encode())
        call: Node = next(node for node in python2.walk(reading.root) if node.type == "call")
        return edits.apply(reading.text, [edit_call(reading, call, operations)]).text.decode()

    def test_bytes_around_stay(self) -> None:
        script = "print 'é'\nif x:\n  f(a = 1, # ä\n    b = 2) # ö\nprint 1\n"
        assert self.rewritten(script, Drop("b")) == "print 'é'\nif x:\n  f(a = 1) # ä\nprint 1\n"

    def test_code_behind(self) -> None:
        script = "f(a = 1, # one\n  b = 2); print 1 # both\n"
        assert self.rewritten(script, Drop("b")) == "f(a = 1, # one\n  ); print 1 # both\n"

    def test_carriage_returns(self) -> None:
        script = "f(a = 1, # one\r\n  b = 2) # two\r\nprint 1\r\n"
        assert self.rewritten(script, Drop("b")) == "f(a = 1) # one\r\nprint 1\r\n"
        assert self.rewritten(script, Add("c", "3")) == script.replace("2) # two", "2, # two\r\n  c = 3)")

    def test_alignment(self) -> None:
        script = "if x > 'é': tflagdata(a=1,\n                      b=2)"
        assert self.rewritten(script, RenameTask("flagdata")) == (
            "if x > 'é': flagdata(a=1,\n                     b=2)"
        )

    def test_alignment_behind_tabs_is_left(self) -> None:
        script = "if x:\n\ttflagdata(a=1,\n\t          b=2)\n"
        assert self.rewritten(script, RenameTask("flagdata")) == script.replace("tflag", "flag")
