"""What holds for every script, however a reducer has edited its steps."""

from hypothesis import given, settings
from hypothesis import strategies as st
from packaged import FIXPLANETS, STANDARD, STANDARD_42, blocks, convert, outcome, python2_titles, script

NEW = {"Import of the ASDM", "Fix of SYSCAL table times", "Split out corrected column"}


@st.composite
def edited_scripts(draw: st.DrawFn) -> tuple[str, list[str], list[int]]:
    """A script whose steps were dropped, added, retitled and cut out; its titles; the numbers of its blocks."""
    titles = list(draw(st.sampled_from([STANDARD, (FIXPLANETS, *STANDARD), STANDARD_42])))
    for place in sorted(draw(st.sets(st.integers(0, len(titles) - 1), max_size=10)), reverse=True):
        change = draw(st.sampled_from(["drop", "add", "retitle"]))
        if change == "drop":
            del titles[place]
        elif change == "add":
            titles.insert(place, f"Own step ahead of {titles[place]}")
        else:
            titles[place] = f"Own words, {place}"
    first = draw(st.sampled_from([0, 0, 0, 1, 2, 7, 9, 16]))
    numbers = list(range(first, first + len(titles)))
    cut = draw(st.integers(0, len(titles)))
    here = numbers[cut:] if draw(st.booleans()) else numbers
    return script(titles, first=first, here=here) + "print 'end'\n", titles, here


@settings(max_examples=120, deadline=None)
@given(edited_scripts())
def test_own_steps_stay_in_order_and_titles_and_numbers_agree(edited):
    text, titles, _ = edited
    result = convert(text)  # and a second pass changes nothing
    found = python2_titles(result)
    renamed = [title.replace("before applycal cal", "before applycal") for title in titles]
    assert [title for title in found.values() if title not in NEW] == [title for title in renamed if title not in NEW]
    assert set(blocks(result)) <= set(found.items())
    numbers = [number for number, _ in blocks(result)]
    assert numbers == sorted(set(numbers))
    before = [title for _, title in blocks(text)]
    after = [title for _, title in blocks(result)]
    assert [t for t in after if t not in NEW] == [
        t.replace("before applycal cal", "before applycal") for t in before if t not in NEW
    ]


@settings(max_examples=40, deadline=None)
@given(edited_scripts())
def test_the_moves_tell_what_happened(edited):
    text, _, _ = edited
    moves = outcome(text).steps
    result = convert(text)
    assert [(move.new, move.title) for move in moves] == list(python2_titles(result).items())
    assert [move.old for move in moves if move.old is not None] == list(python2_titles(text))
