"""Where step numbers stand in a script, and which numbers are none."""

import pytest
from packaged import STANDARD, block, blocks, convert, dictionary, outcome, python2_titles, script

from cal_upgrade.steps import amend
from cal_upgrade.text.edits import apply
from cal_upgrade.text.python2 import read


def converted_with(line: str) -> str:
    """Convert a standard script with one more line at its end, and give that line afterwards."""
    return convert(script(STANDARD) + line + "\n").rstrip("\n").split("\n")[-1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("print step_title[7]", "print step_title[9]"),
        ("x = mystep == 7", "x = mystep == 9"),
        ("x = mystep >= 7 and mystep < 15", "x = mystep >= 9 and mystep < 17"),
        ("x = 7 in thesteps", "x = 9 in thesteps"),
        ("x = mystep in [7, 8]", "x = mystep in [9, 10]"),
        ("x = max(thesteps) > 7", "x = max(thesteps) > 9"),
        ("thesteps.append(9)", "thesteps.append(11)"),
        ("thesteps = [7,8,9]", "thesteps = [9,10,11]"),
        ("thesteps = [7, 9, 15]", "thesteps = [9, 11, 17, 18]"),
        ("thesteps = [15]", "thesteps = [17,18]"),
        ("thesteps = range(7,16)", "thesteps = range(9,19)"),
        ("thesteps = range(7, 12)", "thesteps = range(9, 14)"),
        ("thesteps = range(16)", "thesteps = range(19)"),
        ("thesteps = range(0, 7)", "thesteps = range(0, 9)"),
        ("thesteps = [1]+range(7,16)", "thesteps = [3]+range(9,19)"),
        ("thesteps = range(0,len(step_title))", "thesteps = range(0,len(step_title))"),
        ("steps = [7, 8]", "steps = [7, 8]"),
        ("flagdata(vis = 'a.ms', scan = '7')", "flagdata(vis = 'a.ms', scan = '7')"),
        ("stephen = 7", "stephen = 7"),
    ],
)
def test_numbers_in_code(line, expected):
    assert converted_with(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# see step 7", "# see step 9"),
        ("# do this after step 9, and only then", "# do this after step 11, and only then"),
        ("# run steps 7, 8 and 9 again", "# run steps 9, 10 and 11 again"),
        ("# after steps 7-15", "# after steps 9-18"),
        ("# mysteps = [7,8,9]", "# mysteps = [9,10,11]"),
        ("#mystep = 7", "#mystep = 9"),
        ("x = 1 # as in step 4.", "x = 1 # as in step 6."),
        ("print 'now run step 8'", "print 'now run step 10'"),
        ("# e.g. mysteps = [2,3,4]", "# e.g. mysteps = [2,3,4]"),
        ("# only steps 2, 3, and 4", "# only steps 2, 3, and 4"),
        ("# flagged 7 antennas in 2 steps", "# flagged 7 antennas in 2 steps"),
        ("# with step 10 s", "# with step 10 s"),
        ("# time step 7", "# time step 7"),
        ("# from step 2.5 on", "# from step 2.5 on"),
        ("# see step 77", "# see step 77"),
        ("# see step 4 of the imaging script", "# see step 4 of the imaging script"),
        ("plotms(plotfile = 'see step 7.png')", "plotms(plotfile = 'see step 7.png')"),
    ],
)
def test_numbers_in_words(line, expected):
    assert converted_with(line) == expected


def in_step_13(line: str) -> str:
    """Convert a standard script with one more line at the end of step 13, and give the lines of that step."""
    text = script(STANDARD).replace(
        "# Save flags before applycal cal", f"  {line}\n\n# Save flags before applycal cal"
    )
    result = convert(text)
    return result[result.index("# Gain calibration") : result.index("# Save flags before applycal")]


def test_a_step_that_names_itself():
    assert "# Step 15: the gains\n" in in_step_13("# Step 13: the gains")
    assert "print 'Step 15: the gains'\n" in in_step_13("print 'Step 13: the gains'")


@pytest.mark.parametrize(
    "line", ["# Step 1: phases", "# Step 2: after step 1 come the amplitudes", "# 2. amplitudes"]
)
def test_a_step_that_counts_its_own_parts(line):
    assert line + "\n" in in_step_13(line)


def test_list_on_the_comment_line_that_goes_on():
    text = "#   mysteps = [2,3,4]# before starting the script\n" + script(STANDARD)
    assert convert(text).startswith("#   mysteps = [2,3,4]# before starting the script\n")


def test_an_entry_commented_out():
    text = script(STANDARD).replace(
        "              8: 'Initial", "              # 8: 'Mine',\n              8: 'Initial"
    )
    assert "              # 10: 'Mine',\n              10: 'Initial" in convert(text)


def test_what_else_stands_on_a_line_is_for_that_step_alone():
    text = (
        script(STANDARD)
        .replace("mystep = 0\n", "x = 1; mystep = 0\n")
        .replace("mystep = 15\n", "mystep = 15; y = 2\n")
    )
    result = convert(text)
    assert result.count("x = 1") == result.count("y = 2") == 1
    assert "# listobs\nx = 1; mystep = 2\n" in result


def test_what_may_name_a_step_is_left_and_reported():
    found = outcome(script(STANDARD) + "# whatever step 7 did\n")
    (doubt,) = found.attention
    assert "step 7" in doubt.message
    assert doubt.line == script(STANDARD).count("\n") + 1


def test_a_list_in_the_header_is_an_example():
    text = "# for instance mysteps = [7,8]\n" + script(STANDARD)
    assert convert(text).startswith("# for instance mysteps = [7,8]\n")


def test_title_comment_with_its_number():
    text = script(STANDARD).replace("# Initial flagging\n", "# Step 8: Initial flagging\n")
    assert "# Step 10: Initial flagging\nmystep = 10\n" in convert(text)


@pytest.mark.parametrize(
    "line",
    ["mystep = 07", "mystep = first + 1", "mystep += 1", "for mystep in range(3): pass", "mystep = int('7')"],
)
def test_a_number_that_cannot_be_read_leaves_all_numbers(line):
    text = script(STANDARD) + line + "\n"
    assert convert(text) == text.replace("before applycal cal", "before applycal")
    assert any("keep their numbers" in doubt.message for doubt in outcome(text).attention)


@pytest.mark.parametrize(
    "titles", ["step_title = {'a': 'listobs'}\n", "step_title = dict(a=1)\n", "step_title[n] = 'x'\n"]
)
def test_titles_that_cannot_be_read_leave_all_numbers(titles):
    text = script(STANDARD) + titles
    assert "importasdm" not in convert(text)
    assert outcome(text).attention


def test_title_given_twice_is_reported_and_both_move():
    text = script(STANDARD).replace(
        "              8: 'Initial", "              7: 'Mine',\n              8: 'Initial"
    )
    assert "9: 'Mine'" in convert(text)
    assert "step 7 twice" in outcome(text).attention[0].message


def test_titles_given_one_by_one():
    text = "step_title = {}\n" + "".join(f"step_title[{n}] = '{t}'\n" for n, t in enumerate(STANDARD))
    text += "".join(block(n, t) for n, t in enumerate(STANDARD))
    result = convert(text)
    assert result.startswith("step_title = {}\nstep_title[0] = 'Import of the ASDM'\n")
    assert "step_title[17] = 'Application of the bandpass and gain cal tables'\nstep_title[18] = 'Split" in result


def test_title_changed_after_the_dictionary():
    text = script(STANDARD).replace("if (thesteps==[])", 'step_title[8] = "Look first"\nif (thesteps==[])')
    result = convert(text)
    assert python2_titles(result)[18] == "Split out corrected column"
    assert '\nstep_title[10] = "Look first"\n' in result


def test_script_without_titles_goes_by_its_comments():
    text = "".join(block(n, t) for n, t in enumerate(STANDARD))
    assert blocks(convert(text))[9] == (9, STANDARD[7])


def test_steps_told_without_mystep():
    text = script(STANDARD).replace("mystep = 9\nif(mystep in thesteps):", "if 9 in thesteps:")
    assert "if 11 in thesteps:" in convert(text)


def test_columns_of_titles_stay():
    titles = ",\n".join(f"  {n:<2}: '{t}'" for n, t in enumerate(STANDARD))
    text = "step_title = {\n" + titles + "\n}\n" + script(STANDARD).split("}\n", 1)[1]
    result = convert(text)
    assert "  9 : 'Listobs" in result
    assert "  10: 'Initial" in result
    assert "  18: 'Split" in result


def test_keys_to_the_right_stay():
    titles = ",\n".join(f"  {n:>2}: '{t}'" for n, t in enumerate(STANDARD))
    text = "step_title = {\n" + titles + "\n}\n" + script(STANDARD).split("}\n", 1)[1]
    result = convert(text)
    assert "\n   9: 'Listobs" in result
    assert "\n  10: 'Initial" in result
    assert "\n   0: 'Import" in result


@pytest.mark.parametrize("end", ["}", ",}", ",\n}", "  # the end\n}", ",  # the end\n}"])
def test_last_entry_keeps_its_comma_and_comment(end):
    text = script(STANDARD).replace("gain cal tables'}", "gain cal tables'" + end)
    result = convert(text)
    assert python2_titles(result)[18] == "Split out corrected column"
    if "#" in end:
        assert any(line.endswith("# the end") and "Application" in line for line in result.splitlines())


def test_comment_behind_an_entry_stays_with_it():
    text = script(STANDARD).replace("0: 'listobs',", "0: 'listobs',  # quick")
    assert "2: 'listobs',  # quick\n" in convert(text)


def test_retitling_can_be_left_out():
    text = script(STANDARD)
    found = amend(read(text.encode()), lambda rule, kind: kind != "style")
    result = apply(text.encode(), [change.edit for change in found.amendments]).text.decode()
    assert python2_titles(result)[16] == "Save flags before applycal cal"
    assert [move.title for move in found.steps if move.new == 16] == ["Save flags before applycal cal"]


def test_without_the_steps_rule_only_the_title_changes():
    text = script(STANDARD)
    found = amend(read(text.encode()), lambda rule, kind: rule != "steps")
    result = apply(text.encode(), [change.edit for change in found.amendments]).text.decode()
    assert result == text.replace("before applycal cal", "before applycal")
    assert all(move.old == move.new for move in found.steps)


def test_no_rule_no_change():
    assert amend(read(script(STANDARD).encode()), lambda rule, kind: False).amendments == ()


def test_dictionary_out_of_order_in_the_text():
    titles = dict(reversed(list(enumerate(STANDARD))))
    text = dictionary(titles) + "".join(block(n, t) for n, t in enumerate(STANDARD))
    assert blocks(convert(text))[9] == (9, STANDARD[7])
    assert len(python2_titles(convert(text))) == 19
