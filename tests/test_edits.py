"""Edits by place, and where the lines of the result come from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cal_upgrade.text.edits import Edit, apply, compose, given_line

TEXT = b"one\ntwo\nthree\nfour\n"


@pytest.mark.parametrize(
    ("edits", "result", "origin"),
    [
        ([], TEXT, [1, 2, 3, 4, 5]),
        ([Edit(4, 7, "TWO")], b"one\nTWO\nthree\nfour\n", [1, 2, 3, 4, 5]),
        ([Edit(4, 4, "new\n")], b"one\nnew\ntwo\nthree\nfour\n", [1, None, 2, 3, 4, 5]),
        ([Edit(0, 0, "a\nb\n")], b"a\nb\n" + TEXT, [None, None, 1, 2, 3, 4, 5]),
        ([Edit(4, 8, "")], b"one\nthree\nfour\n", [1, 3, 4, 5]),
        ([Edit(7, 7, "\n  more")], b"one\ntwo\n  more\nthree\nfour\n", [1, 2, None, 3, 4, 5]),
        ([Edit(5, 13, "wo,\nthree")], b"one\ntwo,\nthree\nfour\n", [1, 2, 3, 4, 5]),
        ([Edit(0, 18, "one\nthree\nfour")], b"one\nthree\nfour\n", [1, 3, 4, 5]),
        ([Edit(1, 18, "ne\nthree\nfour")], b"one\nthree\nfour\n", [1, 3, 4, 5]),
        ([Edit(4, 7, "two(a,\n  b)")], b"one\ntwo(a,\n  b)\nthree\nfour\n", [1, 2, None, 3, 4, 5]),
        ([Edit(19, 19, "end")], TEXT + b"end", [1, 2, 3, 4, 5]),
    ],
)
def test_where_lines_come_from(edits: list[Edit], result: bytes, origin: list[int | None]) -> None:
    done = apply(TEXT, edits)
    assert done.text == result
    assert done.origin == origin


def test_places_are_those_of_the_edits_as_given() -> None:
    done = apply(b"abcdef", [Edit(4, 5, "E!"), Edit(0, 1, "")])
    assert done.text == b"bcdE!f"
    assert done.places == [3, 0]


def test_overlap_is_a_fault() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply(b"abcdef", [Edit(0, 3, ""), Edit(2, 4, "")])


@given(st.data())
def test_untouched_lines_keep_their_numbers(data: st.DataObject) -> None:
    lines = [f"line {number}" for number in range(data.draw(st.integers(1, 12)))]
    text = "\n".join(lines).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    fills = st.lists(st.sampled_from(["x", "line 3", "", "y"]), max_size=4).map("\n".join)
    edits = [Edit(a, b, data.draw(fills)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    done = apply(text, edits)
    new = done.text.decode().split("\n")
    assert len(done.origin) == len(new)
    known = [line for line in done.origin if line is not None]
    assert known == sorted(set(known))
    touched = {line for a, b, _ in edits for line in range(text.count(b"\n", 0, a), text.count(b"\n", 0, b) + 1)}
    for number, line in enumerate(lines):
        if number not in touched:
            assert new[done.origin.index(number + 1)] == line


def test_chains() -> None:
    assert compose([1, None, 2], [1, None, 2, 3]) == [1, None, None, 2]
    assert [given_line([None, 1, None, 2], line) for line in (1, 2, 3, 4, 9)] == [1, 1, 1, 2, 2]
