from __future__ import annotations

from cal_upgrade.characters import visible
from cal_upgrade.records import Attention, Call, Change, StepMove, Translation
from cal_upgrade.report.describe import Reviewed, line_list
from cal_upgrade.report.text import as_text, short_change

from . import sample


def change(line: int, before: str = "tflagdata(", after: str = "flagdata(", rule: str = "flag-tflagdata") -> Change:
    return Change(rule, "required", line, line, before, after, "because")


def with_records(**records: tuple[object, ...]) -> Reviewed:
    return Reviewed("x.py", "y.py", Translation("a\n", "b\n", "3.4", "said so", **records))  # type: ignore[arg-type]


def test_one_script(file_regression) -> None:  # type: ignore[no-untyped-def]
    file_regression.check(as_text([sample.reviewed()], sample.RULES))


def test_several_scripts_checked_only(file_regression) -> None:  # type: ignore[no-untyped-def]
    scripts = [sample.reviewed(), sample.untouched(), sample.refused()]
    file_regression.check(as_text(scripts, sample.RULES, check=True))


def test_check_never_says_that_something_was_done() -> None:
    report = as_text([sample.reviewed()], sample.RULES, check=True)
    assert "hd1_3.4.py would become hd1_4.2.py" in report
    assert "made" not in report
    assert "16 changes to make" in report


def test_attention_comes_before_changes_as_file_line_message_hint_rule() -> None:
    report = as_text([sample.reviewed()], {})
    wanted = (
        "hd1_3.4.py:70: the value of opacity, tau, is not known from the text. "
        "Make a table with gencal(caltype='opac') and put it first in gaintable. [opacity]\n"
    )
    assert wanted in report
    assert report.index(wanted) < report.index("[version-guard]")


def test_all_is_well_only_if_every_call_was_judged() -> None:
    judged = (Call("listobs", 1, 0, "checked"), Call("flagdata", 2, 1, "changed"))
    fine = "Every task call fits CASA 4.2."
    assert fine in as_text([with_records(calls=judged)], {})
    assert fine not in as_text([with_records(calls=(*judged, Call("setjy", 9, 2, "unknown")))], {})
    assert fine not in as_text([with_records(calls=judged, attention=(Attention("r", 1, "m", "h"),))], {})
    assert fine not in as_text([with_records()], {})


def test_a_hundred_equal_changes_take_two_lines() -> None:
    report = as_text([with_records(changes=tuple(change(line) for line in range(10, 110)))], {})
    assert "x.py:10: tflagdata( → flagdata( [flag-tflagdata]" in report
    assert "99 more like this: lines 11-109" in report
    assert len(report.splitlines()) < 15


def test_a_hundred_different_changes_of_one_rule_are_folded_too() -> None:
    changes = tuple(change(line, f"mystep = {line}", f"mystep = {line + 2}", "step-number") for line in range(1, 101))
    report = as_text([with_records(changes=changes)], {})
    assert "x.py:6: mystep = 6 → mystep = 8 [step-number]" in report
    assert "94 more by this rule: lines 7-100" in report


def test_short_changes_show_what_differs() -> None:
    long = "gaincal(vis = 'a.ms.split', caltable = 'a.ms.split.phase_int', {}solint = 'int', refant = 'DV12')"
    assert short_change(long.format("gaincurve = F, "), long.format("")) == "- gaincurve = F,"
    assert short_change("calwt = T", "calwt = True") == "calwt = T → calwt = True"
    assert short_change("", "usescratch = True") == "+ usescratch = True"
    assert len(short_change("x" * 500, "y" * 500)) < 110


def test_line_numbers_are_written_shortly() -> None:
    assert line_list([9, 3, 4, 5, 5, 12]) == "3-5, 9, 12"


def test_a_script_cannot_steer_the_terminal() -> None:
    nasty = "print '\x1b[2J\x9b31m\u202e\x07'"
    report = as_text([with_records(changes=(change(1, nasty, nasty + " "),))], {})
    assert "\x1b" not in report
    assert "\u202e" not in report
    assert "\\x1b[2J\\x9b31m\\u202e\\x07" in report
    assert visible("a\tb é 銀河") == "a\tb é 銀河"


def test_colour_only_when_asked() -> None:
    coloured = as_text([sample.reviewed()], sample.RULES, colour=True)
    assert "\x1b[1mhd1_3.4.py\x1b[0m" in coloured
    assert "\x1b" not in as_text([sample.reviewed()], sample.RULES)


def test_the_same_words_at_several_lines_are_said_once() -> None:
    places = tuple(Attention("applycal-calwt", line, "the weights", "Look") for line in (30, 10, 20))
    report = as_text(
        [with_records(attention=(*places, Attention("applycal-calwt", 40, "other weights", "Look")))], {}
    )
    assert report.count("the weights") == 1
    assert "x.py:10: the weights. Look. [applycal-calwt]\n      2 more like this: lines 20, 30\n" in report
    assert "x.py:40: other weights. Look. [applycal-calwt]" in report
    assert "4 places need attention" in report


def test_steps_that_keep_their_numbers_are_not_listed() -> None:
    report = as_text([with_records(steps=(StepMove(0, 0, "listobs"), StepMove(1, 1, "Flagging")))], {})
    assert "Steps (2 steps, numbers as they were)" in report
    assert "listobs" not in report


def test_among_several_what_is_in_order_takes_a_line() -> None:
    def unchanged(*calls: Call) -> Reviewed:
        return Reviewed("x.py", None, Translation("a\n", "a\n", "3.4", "said so", calls=calls))

    checked, unknown = Call("listobs", 1, 0, "checked"), Call("setjy", 2, 0, "unknown")
    fine = "x.py: nothing to change, 1 task call checked.\n"
    assert fine in as_text([unchanged(checked), sample.reviewed()], {})
    assert fine not in as_text([unchanged(checked, unknown), sample.reviewed()], {})
    assert "x.py: nothing to change, no task calls.\n" in as_text([unchanged(), sample.reviewed()], {})


def test_advice_is_no_change_made() -> None:
    seen = Change("applycal-calwt", "advice", 7, 7, "applycal", "applycal", "other weights")
    report = as_text([with_records(changes=(change(5), seen))], {})
    assert "x.py:7: applycal [applycal-calwt]" in report
    assert "1 change made, 1 place to know of.\n" in report
    assert "Nothing to change, 1 place to know of.\n" in as_text([with_records(changes=(seen,))], {})
