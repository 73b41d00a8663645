"""Drivers: lists of steps and names of scripts, in texts without steps of their own."""

import pytest
from packaged import FIXPLANETS, STANDARD, everything, outcome, script

from cal_upgrade.steps import amend, converted_name
from cal_upgrade.text.edits import apply
from cal_upgrade.text.python2 import read

PLAIN = outcome(script(STANDARD)).map
WITH_FIXPLANETS = outcome(script((FIXPLANETS, *STANDARD))).map
UNTOUCHED = outcome(script(("Load", "Clean"))).map
AT_HAND = {
    "plain_3.4.py": PLAIN,
    "planets_3.4.py": WITH_FIXPLANETS,
    "other_3.4.py": UNTOUCHED,
    "../script/uid___A002_X1_X2.ms.scriptForCalibration.py": PLAIN,
}


def drive(text: str, at_hand=AT_HAND):
    found = amend(read(text.encode()), everything, at_hand.get)
    return apply(text.encode(), [change.edit for change in found.amendments]).text.decode(), found


def driven(text: str, at_hand=AT_HAND) -> str:
    result, _ = drive(text, at_hand)
    assert drive(result, at_hand)[0] == result
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[7,8,9,10,11,12,13,14,15]", "[9,10,11,12,13,14,15,16,17,18]"),
        ("[9]", "[11]"),
        ("[7]", "[9]"),
        ("[14, 15]", "[16, 17, 18]"),
        ("[0,1]", "[2,3]"),
        ("range(7,16)", "range(9,19)"),
        ("range(7, 10) + [15]", "range(9, 12) + [17,18]"),
        ("[]", "[]"),
    ],
)
@pytest.mark.parametrize("name", ["mysteps", "thesteps"])
def test_steps_of_the_script_that_is_run(name, before, after):
    text = f"{name} = {before}\nexecfile('plain_3.4.py')\n"
    assert driven(text) == f"{name} = {after}\nexecfile('plain_4.2.py')\n"


def test_by_the_map_of_each_script():
    text = "mysteps = [8]\nexecfile('plain_3.4.py')\nmysteps = [8, 16]\nexecfile('planets_3.4.py')\n"
    assert (
        driven(text)
        == "mysteps = [10]\nexecfile('plain_4.2.py')\nmysteps = [10, 18, 19]\nexecfile('planets_4.2.py')\n"
    )


def test_script_whose_steps_keep_their_numbers():
    assert driven("mysteps = [0, 1]\nexecfile('other_3.4.py')\n") == "mysteps = [0, 1]\nexecfile('other_4.2.py')\n"


def test_script_not_at_hand_gets_the_numbers_of_the_guide_and_says_so():
    result, found = drive("mysteps = [7,8]\nexecfile('missing_3.4.py')\n")
    assert result == "mysteps = [9,10]\nexecfile('missing_4.2.py')\n"
    (why,) = [reason.why for change in found.amendments for reason in change.reasons if "at hand" in reason.why]
    assert "missing_3.4.py" in why
    assert "guide" in why


def test_sixteen_tells_the_script_that_runs_fixplanets():
    text = "mysteps = [8,9,10,11,12,13,14,15,16]\nexecfile('missing_3.4.py')\n"
    assert driven(text).startswith("mysteps = [10,11,12,13,14,15,16,17,18,19]\n")


def test_a_step_that_the_script_has_not_is_questioned():
    _, found = drive("mysteps = [20]\nexecfile('plain_3.4.py')\n")
    assert "step 20" in found.attention[0].message


def test_loop_over_names():
    text = "mysteps = [15]\nfor name in ['plain_3.4.py', 'again_3.4.py']:\n    execfile(name)\n"
    assert driven(text) == "mysteps = [17,18]\nfor name in ['plain_4.2.py', 'again_4.2.py']:\n    execfile(name)\n"


def test_names_ahead_of_the_steps():
    text = "scripts = ['plain_3.4.py']\nmysteps = [9]\nfor name in scripts: execfile(name)\n"
    assert driven(text) == "scripts = ['plain_4.2.py']\nmysteps = [11]\nfor name in scripts: execfile(name)\n"


def test_scripts_that_number_the_steps_differently_are_left_with_a_question():
    text = "mysteps = [15]\nfor name in ['plain_3.4.py', 'planets_3.4.py']:\n    execfile(name)\n"
    result, found = drive(text)
    assert result.startswith("mysteps = [15]\n")
    assert "differently" in found.attention[0].message


def test_list_over_several_lines_keeps_its_layout():
    text = "thesteps = [7, 8,   # listing, flags\n            15]\nexecfile('plain_3.4.py')\n"
    assert driven(text).startswith("thesteps = [9, 10,   # listing, flags\n            17, 18]\n")


def test_shell():
    text = "os.system('casapy --nologger -c plain_3.4.py')\n"
    assert driven(text) == "os.system('casapy --nologger -c plain_4.2.py')\n"
    text = 'os.system("casapy -c \\"mysteps=[7,8]; execfile(\'plain_3.4.py\')\\"")\n'
    assert driven(text) == 'os.system("casapy -c \\"mysteps=[9,10]; execfile(\'plain_4.2.py\')\\"")\n'


def test_name_of_a_script_as_it_was_packaged():
    text = "mysteps = [7]\nexecfile('../script/uid___A002_X1_X2.ms.scriptForCalibration.py')\n"
    assert driven(text) == "mysteps = [9]\nexecfile('../script/uid___A002_X1_X2.ms.scriptForCalibration_4.2.py')\n"


@pytest.mark.parametrize(
    "text",
    [
        "mysteps = [9,10,11]\nexecfile('plain_4.2.py')\n",
        "mysteps = [7]\nexecfile('imaging.py')\n",
        "execfile('scriptForImaging.py')\n",
        "steps = [7,8]\nprint steps\n",
        "import glob\nfor name in glob.glob('*.ms.scriptForCalibration.py'): execfile(name)\n",
        "mysteps = []\nexecfile('plain_4.2.py')\n",
        "# execfile('plain_3.4.py')\nprint 'nothing'\n",
        "print 'CASA 3.4 it was'\n",
    ],
)
def test_left_alone(text):
    assert driven(text) == text


def test_steps_for_no_script_are_questioned_once():
    result, found = drive("mysteps = [7]\n")
    assert result == "mysteps = [7]\n"
    assert "no script of 3.4" in found.attention[0].message
    assert not drive("mysteps = [9]\nexecfile('plain_4.2.py')\n")[1].attention


def test_numbers_that_are_not_plain_are_questioned():
    for choice in ("[first, 8]", "range(first, 16)", "range(7, 16, 2)"):
        result, found = drive(f"mysteps = {choice}\nexecfile('plain_3.4.py')\n")
        assert result.startswith(f"mysteps = {choice}\n")
        assert "not plain numbers" in found.attention[0].message


def test_the_rule_can_be_ignored():
    text = b"mysteps = [7]\nexecfile('plain_3.4.py')\n"
    assert amend(read(text), lambda rule, kind: rule != "driver").amendments == ()


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("scriptForCalibration_3.4.py", "scriptForCalibration_4.2.py"),
        ("a/b_3.4/x.scriptForCalibration.py", "a/b_3.4/x.scriptForCalibration_4.2.py"),
        ("x_4.2.py", "x_4.2.py"),
    ],
)
def test_name_of_the_42_version(name, new):
    assert converted_name(name) == new
