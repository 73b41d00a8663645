"""Names that hold another thing than one assignment says, and settings that must not be lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.conversion import BOOK, converted

from cal_upgrade.convert.translate import translate
from cal_upgrade.records import Translation

INPUTS = Path(__file__).parent / "inputs"


def case(name: str) -> Translation:
    return translate((INPUTS / name).read_bytes(), BOOK)


def told(found: Translation) -> list[tuple[int, str]]:
    return [(one.line, one.rule) for one in found.attention]


def advice(found: Translation) -> list[str]:
    return [change.why for change in found.changes if change.kind == "advice"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("name_rebound_exec_3.4.py", 3),
        ("name_rebound_star_3.4.py", 3),
        ("s24_default_resets.py", 3),
        ("s28_globals_rebind.py", 3),
        ("s34_list_alias_mutated.py", 4),
        ("s41_globals_guard.py", 4),
    ],
)
def test_an_opacity_that_is_not_certain_stays_and_is_told(name: str, line: int) -> None:
    found = case(f"names/{name}")
    assert found.result == found.text
    assert (line, "opacity-gaincurve") in told(found)


def test_a_flag_that_is_set_in_one_branch_stays_and_is_told() -> None:
    found = case("names/s25_if_binding.py")
    assert "unflag = unflag" in found.result.splitlines()[-1]
    assert (4, "flagdata-unflag") in told(found)


def test_each_name_takes_its_own_element() -> None:
    flux = case("names/unpacked_flux_3.4.py")
    assert "fluxdensity=flux, standard='manual'" in flux.result
    numbers = case("names/unpacked_numbers_3.4.py")
    assert "caltype='opac', parameter=[tau])" in numbers.result
    assert not numbers.attention
    mode = case("names/s20_tuple_value.py")
    assert "mode = 'manual'" in mode.result
    assert any("mode has no effect on mode of flagdata any more" in one for one in advice(mode))


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("s02_shadow_method.py", [("tflagdata", 7, "changed"), ("setjy", 8, "changed")]),
        ("s04_shadow_lambda.py", [("clean", 3, "changed"), ("applycal", 4, "changed")]),
        ("s05_shadow_genexp.py", [("gaincal", 3, "changed")]),
    ],
)
def test_a_name_of_its_own_scope_hides_no_task(name: str, calls: list[tuple[str, int, str]]) -> None:
    found = case(f"names/{name}")
    lines = found.text.splitlines()
    given = [(call.task, call.line, call.status) for call in found.calls]
    assert [(task, status) for task, _, status in given] == [(task, status) for task, _, status in calls]
    assert all(lines[line - 1].startswith(task) for task, line, _ in given)


def test_a_variable_that_only_the_new_task_takes_is_told() -> None:
    found = case("names/i01_own_var_new_param.py")
    assert [one.message for one in found.attention if one.rule == "interface-parameter"] == [
        "setjy takes the script's variable model in CASA 4.2.2, which setjy left alone"
    ]


def test_a_setting_that_is_empty_today_goes_on_counting() -> None:
    found = case("settings/a01_knob_modimage.py")
    assert "setjy('x.ms', model=fluxmodel, scalebychan=True)" in found.result


def test_a_setting_that_lost_its_effect_is_named() -> None:
    found = case("settings/a02_knob_gaincurve.py")
    assert "opacity" not in found.result.replace("# zenith opacity of the day", "")
    said = " ".join(advice(found))
    for setting, parameter in (("docurve", "gaincurve"), ("tau", "opacity")):
        for task in ("gaincal", "applycal"):
            assert f"{setting} has no effect on {parameter} of {task} any more" in said


@pytest.mark.parametrize(
    ("setting", "call", "named"),
    [
        (
            "smooth = 1",
            "wvrgcal(vis='x.ms', caltable='x.w', smooth=smooth)",
            "smooth has no effect on smooth of wvrgcal",
        ),
        (
            "undo = False",
            "flagdata(vis='x.ms', mode='manual', unflag=undo)",
            "undo has no effect on unflag of flagdata",
        ),
        ("undo = T", "flagdata(vis='x.ms', mode='manual', unflag=undo)", "undo has no effect on unflag of flagdata"),
        (
            "use = True",
            "gaincal(vis='x.ms', caltable='x.g', gaincurve=use)",
            "use has no effect on gaincurve of gaincal",
        ),
        (
            "taus = [0.1, 0.2]",
            "gaincal(vis='x.ms', caltable='x.g', opacity=taus)",
            "taus has no effect on opacity of gaincal",
        ),
    ],
)
def test_other_settings(setting: str, call: str, named: str) -> None:
    assert any(named in one for one in advice(converted(setting, call)))


@pytest.mark.parametrize("value", ["False", "F", "0.0", "''"])
def test_what_is_written_out_is_dropped_without_a_word(value: str) -> None:
    found = converted(f"gaincal(vis='x.ms', caltable='x.g', opacity={value})")
    assert found.result == "gaincal(vis='x.ms', caltable='x.g')\n"
    assert not [one for one in advice(found) if "has no effect" in one]


def test_an_opacity_whose_name_goes_into_a_table_is_not_lost() -> None:
    found = converted(
        "tau = 0.1",
        "gaincal(vis='x.ms', caltable='x.g', opacity=tau)",
        "gaincal(vis='x.ms', caltable='x.h', opacity=tau)",
    )
    assert found.result.count("parameter=[tau]") == 1
    assert not [one for one in advice(found) if "has no effect" in one]


def gencals(found: Translation) -> int:
    return sum(line.strip().startswith("gencal(") for line in found.result.splitlines())


@pytest.mark.parametrize("name", ["o02_vis_exec.py", "o03_cd.py", "opacity_not_in_3.4.py"])
def test_a_table_that_may_not_be_there_is_made_again(name: str) -> None:
    found = case(f"differences/{name}")
    assert gencals(found) == 2
    assert not found.attention


ONE = "gaincal(vis='x.ms', caltable='x.g', opacity=0.1)"
OTHER = "gaincal(vis='x.ms', caltable='x.h', opacity=0.1)"


@pytest.mark.parametrize(
    ("lines", "tables"),
    [
        ([ONE, OTHER], 1),
        ([ONE, "os.system('rm -rf x.h')", OTHER], 1),
        ([ONE, "os.system('rm -rf x.*')", OTHER], 2),
        ([ONE, "rmtables('x.*')", OTHER], 2),
        ([ONE, "os.chdir('..')", OTHER], 2),
        (["os.chdir('..')", ONE, OTHER], 1),
        (["def leave():", "  os.chdir('..')", ONE, "leave()", OTHER], 2),
        ([ONE, "exec text", OTHER], 2),
        ([ONE, "for i in x:", "  " + OTHER, "  os.chdir(i)"], 2),
        (["for i in x:", "  os.chdir(i)", "  " + ONE, "  " + OTHER], 1),
        (["if mystep in thesteps and x:", "  " + ONE, OTHER], 2),
        (["if mystep in thesteps:", "  " + ONE, "if mystep in thesteps:", "  " + OTHER], 1),
        (["if mystep in thesteps:", "  pass", "else:", "  " + ONE, OTHER], 2),
        (["for i in ['0', '1']:", "  if i == '0': continue", "  " + ONE, OTHER], 2),
        (["while x:", "  " + ONE, OTHER], 2),
    ],
)
def test_where_one_table_serves_two_calls(lines: list[str], tables: int) -> None:
    assert gencals(converted(*lines)) == tables
