from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cal_upgrade.records import Translation
from cal_upgrade.report.align import Row, align, around, lines, runs

LINE = st.sampled_from(["a\n", "b\n", "c\n", "a\r\n", "x\fy\n", "lone\rreturn\n", "\n"])
END = st.sampled_from(["", "a", "end", "\r"])
TEXT = st.builds(lambda body, end: "".join(body) + end, st.lists(LINE, max_size=30), END)
ORIGIN = st.lists(st.none() | st.integers(-2, 35), max_size=35).map(tuple)


def made(text: str, result: str, origin: tuple[int | None, ...]) -> Translation:
    return Translation(text, result, "3.4", "", origin=origin)


def test_lines_end_as_in_python_2() -> None:
    assert lines("a\x0cb\rc\r\n\x0b\u2028d\n\nlast") == ["a\x0cb\r", "c\r\n", "\x0b\u2028d\n", "\n", "last"]
    assert lines("") == []
    assert lines("a\r\r\nb\r") == ["a\r", "\r\n", "b\r"]


def test_rows_follow_the_line_map() -> None:
    found = align(made("one\ntwo\nthree\n", "new\none\nTHREE\n", (None, 1, 3, 4)))
    assert found.rows == [Row(None, 1, False), Row(1, 2, True), Row(2, None, False), Row(3, 3, False)]


def test_a_dropped_line_does_not_drag_its_neighbour_along() -> None:
    # the map says that `keep` stands for the line that was dropped
    found = align(made("a\ndrop\nkeep\nb\n", "a\nkeep\nb\n", (1, 2, 4, 5)))
    assert found.rows == [Row(1, 1, True), Row(2, None, False), Row(3, 2, True), Row(4, 3, True)]


def test_without_a_line_map_lines_pair_by_number() -> None:
    assert [row.same for row in align(made("a\nb\n", "a\nb\n", ())).rows] == [True, True]


@given(TEXT, TEXT, ORIGIN)
def test_every_line_stands_in_one_row_in_order_and_same_means_equal(
    text: str, result: str, origin: tuple[int | None, ...]
) -> None:
    found = align(made(text, result, origin))
    assert [row.old for row in found.rows if row.old is not None] == list(range(1, len(found.old) + 1))
    assert [row.new for row in found.rows if row.new is not None] == list(range(1, len(found.new) + 1))
    for row in found.rows:
        equal = row.old is not None and row.new is not None and found.old[row.old - 1] == found.new[row.new - 1]
        assert row.same == equal


def test_stretches_widen_and_meet() -> None:
    assert around([3, 12], 3, 20) == [range(0, 7), range(9, 16)]
    assert around([3, 10], 3, 12) == [range(0, 12)]
    assert around([], 3, 12) == []
    assert runs([Row(1, 1, False), Row(2, 2, True), Row(3, 3, False), Row(None, 4, False)]) == [
        range(0, 1),
        range(2, 4),
    ]
