"""Whole scripts: every shape that packaged scripts take, and what reducers make of them."""

import pytest
from packaged import (
    A_PRIORI,
    FIXPLANETS,
    RECALIBRATION,
    STANDARD,
    STANDARD_42,
    block,
    blocks,
    convert,
    dictionary,
    outcome,
    python2_titles,
    script,
)


def numbered(titles, first=0):
    return list(enumerate(titles, first))


def test_standard_script_gets_the_numbers_and_titles_of_42():
    result = convert(script(STANDARD))
    assert python2_titles(result) == dict(numbered(STANDARD_42))
    assert blocks(result) == numbered(STANDARD_42)
    assert not outcome(script(STANDARD)).attention


def test_every_move_is_reported_with_the_title_in_the_result():
    moves = outcome(script(STANDARD)).steps
    assert [(move.old, move.new) for move in moves] == [
        (None, 0), (None, 1), *((old, old + 2) for old in range(16)), (None, 18)
    ]  # fmt: skip
    assert [move.title for move in moves] == list(STANDARD_42)


def test_script_of_42_stays_as_it_is():
    text = script(STANDARD_42)
    assert convert(text) == text
    assert [(move.old, move.new) for move in outcome(text).steps] == [(n, n) for n in range(19)]


def test_fixplanets_step_stays_the_first_of_the_a_priori_ones():
    result = convert(script((FIXPLANETS, *STANDARD)))
    assert blocks(result) == numbered((*STANDARD_42[:2], FIXPLANETS, *STANDARD_42[2:]))


def test_without_antenna_positions_the_recalibration_starts_at_8():
    titles = [title for title in STANDARD if "antenna position" not in title]
    result = convert(script(titles))
    assert (8, RECALIBRATION[0]) in blocks(result)
    assert blocks(result)[-1] == (17, "Split out corrected column")


def test_second_of_two_measurement_sets_in_one_numbering():
    titled = dict(numbered(STANDARD + STANDARD))
    result = convert(script(STANDARD, first=16, titled=titled, uid="uid___A002_X1_X9"))
    assert python2_titles(result) == dict(numbered(STANDARD_42 + STANDARD_42))
    assert blocks(result) == numbered(STANDARD_42, 19)
    assert "importasdm(asdm = 'uid___A002_X1_X9'," in result


def test_two_measurement_sets_in_one_file_each_get_their_own_steps():
    first = script(STANDARD, titled=dict(numbered(STANDARD + STANDARD)))
    second = script(STANDARD, first=16, uid="uid___A002_X1_X9")
    result = convert(first + second[second.index("print") :])
    assert blocks(result) == numbered(STANDARD_42 + STANDARD_42)
    assert result.index("'uid___A002_X1_X2.ms.split.cal'") < result.index("importasdm(asdm = 'uid___A002_X1_X9'")


def test_own_steps_stay_in_order_between_the_standard_ones():
    titles = [*STANDARD[:9], "Flag what the plots show", *STANDARD[9:], "Pictures for the logbook"]
    result = convert(script(titles))
    expected = [*STANDARD_42[:11], "Flag what the plots show", *STANDARD_42[11:18], "Pictures for the logbook"]
    assert blocks(result) == numbered([*expected, "Split out corrected column"])
    assert python2_titles(result) == dict(blocks(result))


@pytest.mark.parametrize(
    "own",
    [
        "LISTOBS, clear  pointing table and save original flags",
        "Listobs, clear pointing tabel, and save original flags",
        "Step 7: Listobs, clear pointing table, and save original flags",
        "Listobs, clear pointing table",
    ],
)
def test_a_title_is_known_in_spite_of_case_blanks_and_slips(own):
    titles = [f"mine {n}" for n in range(7)] + [own, *RECALIBRATION[1:]]
    assert python2_titles(convert(script(titles)))[9] == own.replace("Step 7", "Step 9")


def test_unknown_a_priori_steps_get_two_more_right_before_the_recalibration():
    own = [f"my own step {n}" for n in range(7)]
    text = script((*own, *RECALIBRATION))
    result = convert(text)
    assert blocks(result)[:10] == numbered(
        [*own, "Import of the ASDM", "Fix of SYSCAL table times", RECALIBRATION[0]]
    )
    (doubt,) = outcome(text).attention
    assert "come in as steps 7 and 8" in doubt.message
    assert "starts at 9" in doubt.message


def test_fewer_unknown_a_priori_steps_say_where_the_recalibration_starts():
    text = script(("look", "flag", "split", *RECALIBRATION))
    assert blocks(convert(text))[5] == (5, RECALIBRATION[0])
    (doubt,) = outcome(text).attention
    assert "start at 5" in doubt.hint


def test_a_retitled_start_of_the_recalibration_is_found_by_its_place():
    own = [f"my own step {n}" for n in range(7)]
    titles = [*own, "Once more from here", *RECALIBRATION[1:]]
    assert (9, "Once more from here") in blocks(convert(script(titles)))


def saving(text: str, title: str, version: str) -> str:
    head, tail = text.split(f"# {title}\n", 1)
    step, rest = tail.split("\n\n#", 1)
    return f"{head}# {title}\n{step}\n  flagmanager(vis = 'x', mode = 'save', versionname = '{version}')\n\n#{rest}"


def test_a_retitled_start_of_the_recalibration_is_found_by_the_flags_it_saves():
    titles = ["my own 0", "my own 1", "Off we go", "my own 3", *RECALIBRATION[2:]]
    result = convert(saving(script(titles), "Off we go", "Original"))
    assert blocks(result)[2:5] == [(2, "Import of the ASDM"), (3, "Fix of SYSCAL table times"), (4, "Off we go")]


def test_flags_saved_ahead_of_the_a_priori_steps_are_not_the_start():
    titles = ["Keep the flags", *STANDARD]
    result = convert(saving(script(titles), "Keep the flags", "Original"))
    assert blocks(result)[:4] == numbered([*STANDARD_42[:2], "Keep the flags", "listobs"])


def test_where_nothing_shows_the_start_nothing_comes_in_ahead_of_it():
    own = [f"my own step {n}" for n in range(5)]
    text = script((*own, *RECALIBRATION[2:]))
    result = convert(text)
    assert blocks(result)[:12] == blocks(text)[:4] + blocks(result)[4:12]
    assert "importasdm" not in result
    assert any("keep their numbers" in doubt.message for doubt in outcome(text).attention)


def test_blocks_cut_out_but_titles_kept():
    result = convert(script(STANDARD, here=range(7, 16)))
    assert python2_titles(result) == dict(numbered(STANDARD_42))
    assert blocks(result) == numbered(STANDARD_42)[9:]


def test_blocks_and_titles_cut_out():
    result = convert(script(RECALIBRATION, first=7))
    assert blocks(result) == numbered(STANDARD_42)[9:]
    assert python2_titles(result) == dict(blocks(result))


def test_recalibration_numbered_from_0_keeps_its_numbers_and_says_so():
    text = script(RECALIBRATION)
    assert blocks(convert(text))[0] == (0, RECALIBRATION[0])
    (doubt,) = outcome(text).attention
    assert "start at step 0" in doubt.hint


def test_gaps_stay_gaps():
    titles = {n: title for n, title in enumerate(STANDARD) if n not in (4, 12)}
    text = dictionary(titles) + "".join(block(n, title) for n, title in titles.items())
    expected = {0: STANDARD_42[0], 1: STANDARD_42[1], **{n + 2: title for n, title in titles.items()}}
    expected[16] = STANDARD_42[16]
    assert python2_titles(convert(text)) == {**expected, 18: "Split out corrected column"}


@pytest.mark.parametrize("number", [0, 1, 18])
def test_what_a_reducer_put_in_already_is_not_put_in_again(number):
    titles = [title for n, title in enumerate(STANDARD_42) if n not in {0, 1, 18} - {number}]
    assert blocks(convert(script(titles))) == numbered(STANDARD_42)


def test_numbers_changed_by_hand_already_only_lack_the_last_step():
    text = script(STANDARD_42[2:18], first=2)
    result = convert(text)
    assert blocks(result) == numbered(STANDARD_42)[2:]


def test_own_final_split_counts_whatever_its_title():
    text = script((*STANDARD, "Calibrated data")).replace(
        "listobs(vis = 'uid___A002_X1_X2.ms.split')\n\n", "pass\n\n"
    )
    head, tail = text.rsplit("  pass", 1)
    text = head + "  split(vis = 'uid___A002_X1_X2.ms.split', outputvis = 'final.ms')" + tail
    result = convert(text)
    assert blocks(result)[-1] == (18, "Calibrated data")
    assert "Split out corrected column" not in result


@pytest.mark.parametrize(
    "titles",
    [
        ("Data import", "Flagging", "Bandpass", "Setjy", "Applycal", "Imaging"),
        ("listobs", "A priori flagging", "Initial flagging", "Bandpass calibration", "Gain calibration", "clean"),
        ("Load", "Clean", "Moments"),
    ],
)
def test_steps_of_another_kind_of_script_are_left_alone(titles):
    text = script(titles)
    assert convert(text) == text
    assert not outcome(text).attention


@pytest.mark.parametrize("text", ["", "print 'no steps'\n", "vis = 'a.ms'\nlistobs()\n", "mystep_x = 3\n"])
def test_text_without_steps_is_left_alone(text):
    assert convert(text) == text
    assert outcome(text).steps == ()


def test_a_priori_steps_alone():
    result = convert(script(A_PRIORI))
    assert blocks(result) == numbered(STANDARD_42)[:9]
