"""What holds for any layout of a call; layouts and operations are made up by hypothesis."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from cal_upgrade.changes.operations import Add, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout.call import rewrite_call

NAMES = ["vis", "caltable", "field", "spw", "a", "selectdata", "gaintable"]
VALUES = ["1", "'x.ms'", "'a, b = (#'", "[1, 2]", "('a'\n  'b')", "[1, # one\n   2]", "g(q=1,r = 2)", "'''a\n  b'''"]
EQUALS = ["=", " = ", "= ", "  ="]
GAPS = ["", " ", "\n    ", "\n\t", "\r\n        ", "  # of {}\n  ", " # of {}\r\n ", "\n\n    ", "\n  # own {}\n    "]
SAME_LINE = ["", " "]


@dataclass
class Made:
    """A call that was made up: its text, and the arguments in it."""

    text: str
    arguments: list[tuple[str, str]]


@st.composite
def calls(draw: st.DrawFn, least: int = 0, gaps: list[str] = GAPS) -> Made:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=least, max_size=6))
    arguments = [(name, draw(st.sampled_from(VALUES))) for name in names]
    text = "task(" + draw(st.sampled_from(["", " ", "\n    ", "\n  # own 0\n    "]))
    for place, (name, value) in enumerate(arguments):
        text += name + draw(st.sampled_from(EQUALS)) + value
        last = place == len(arguments) - 1
        if not last or draw(st.booleans()):
            text += draw(st.sampled_from(SAME_LINE)) + ","
        text += draw(st.sampled_from(gaps)).format(name)
    return Made(text + ")", arguments)


def read(text: str) -> list[tuple[str, str]]:
    """Give names and values of the keywords of a call as Python's own parser sees them."""
    call = ast.parse(text.replace("\r\n", "\n"), mode="eval").body
    assert isinstance(call, ast.Call)
    assert not call.args
    return [(keyword.arg or "**", ast.dump(keyword.value)) for keyword in call.keywords]


def expected(arguments: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, ast.dump(ast.parse(value, mode="eval").body)) for name, value in arguments]


@given(calls(), st.sampled_from([None, "", "  # tail"]))
def test_nothing_to_do(made: Made, tail: str | None) -> None:
    assert rewrite_call(made.text, (), tail=tail) == made.text + (tail or "")


@given(st.data(), calls(least=1))
def test_result_has_the_arguments_expected_in_order(data: st.DataObject, made: Made) -> None:
    operations: list[CallOperation] = []
    left: list[tuple[str, str]] = []
    for place, (name, value) in enumerate(made.arguments):
        what = data.draw(st.sets(st.sampled_from(["drop", "set", "rename", "add"])))
        new_name, new_value = name, value
        if "set" in what:
            new_value = data.draw(st.sampled_from(VALUES))
            operations.append(Set(name, new_value))
        if "rename" in what:
            new_name = "other_" + name
            operations.append(Rename(name, new_name))
        if "drop" in what:
            operations.append(Drop(name))
        else:
            left.append((new_name, new_value))
        if "add" in what:
            operations.append(Add(f"new{place}", "0", after=name))
            left.append((f"new{place}", "0"))
    if data.draw(st.booleans()):
        operations += [RenameTask("longer_task"), Add("last", "[]")]
        left.append(("last", "[]"))
    shuffled = data.draw(st.permutations(operations))
    tail = data.draw(st.sampled_from([None, "", "  # tail"]))
    result = rewrite_call(made.text, shuffled, tail=tail, column=0)
    assert read(result) == expected(left)


@given(st.data(), calls(least=1))
def test_comments_stay_with_their_arguments(data: st.DataObject, made: Made) -> None:
    dropped = data.draw(st.sets(st.sampled_from([name for name, _ in made.arguments])))
    result = rewrite_call(made.text, [Drop(name) for name in dropped], tail="")
    own = re.findall(r"# own \w+", made.text)
    assert re.findall(r"# own \w+", result) == own
    of = [name for name in re.findall(r"# of (\w+)", made.text) if name not in dropped]
    assert re.findall(r"# of (\w+)", result) == of
    for name, value in made.arguments:
        if name in of:
            line = next(line for line in result.splitlines() if f"# of {name}" in line)
            assert re.search(re.escape(value.splitlines()[-1]) + r"\s*,?\s*\)?\s*# of " + name, line)


@given(st.data(), calls(least=1))
def test_what_is_dropped_is_all_that_goes(data: st.DataObject, made: Made) -> None:
    name, value = data.draw(st.sampled_from(made.arguments))
    result = rewrite_call(made.text, [Drop(name)], tail="")
    pieces = re.split(rf"\b{name} *= *" + re.escape(value), made.text)
    rest = "".join(pieces).replace(f"# of {name}\n", "").replace(f"# of {name}\r", "")
    assert sorted(re.sub(r"[\s,()]", "", result)) == sorted(re.sub(r"[\s,()]", "", rest))


one_a_line = calls(least=2, gaps=["\n    ", " # of {}\n    "])


@given(st.data(), one_a_line)
def test_where_arguments_stand_one_a_line_other_lines_stay(data: st.DataObject, made: Made) -> None:
    places = range(1, len(made.arguments) - 1)
    if not places:
        return
    name, value = made.arguments[data.draw(st.sampled_from(places))]
    lines = rewrite_call(made.text, [Drop(name)]).split("\n")
    before = made.text.split("\n")
    start = next(i for i, line in enumerate(before) if re.match(rf"    {name} *=", line))
    assert lines == before[:start] + before[start + 1 + value.count("\n") :]
    lines = rewrite_call(made.text, [Add("new", "0", after=name)]).split("\n")
    end = start + value.count("\n") + 1
    assert lines[:end] + lines[end + 1 :] == before
    assert re.fullmatch(r"    new *= *0,", lines[end])


@given(st.data(), calls(least=1))
def test_what_was_renamed_and_named_back_is_as_before(data: st.DataObject, made: Made) -> None:
    name, value = data.draw(st.sampled_from(made.arguments))
    first = [RenameTask("longer_task"), Rename(name, name.upper()), Set(name, "0")]
    there = rewrite_call(made.text, first, column=0)
    back = [RenameTask("task"), Rename(name.upper(), name), Set(name.upper(), value)]
    assert rewrite_call(there, back, column=0).replace("\r", "") == made.text.replace("\r", "")
