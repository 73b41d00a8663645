"""Opacity and gain curve become tables: where gencal is put, once for each value, and what can't be told."""

from __future__ import annotations

import pytest

from cal_upgrade.records import Translation
from rules.conversion import converted


def gencals(found: Translation) -> list[str]:
    return [line.strip() for line in found.result.splitlines() if line.strip().startswith("gencal(")]


def test_one_table_for_one_value_in_all_calls_behind() -> None:
    found = converted(
        "gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
        "bandpass(vis='x.ms', caltable='x.b', opacity=0.1, gaintable='x.g')",
        "applycal(vis='x.ms', opacity=0.1, gaintable=['x.g', 'x.b'])",
    )
    assert gencals(found) == ["gencal(vis='x.ms', caltable='x.opac', caltype='opac', parameter=[0.1])"]
    assert found.result.count("['x.opac'") == 3
    assert not found.attention


def test_another_value_is_another_table() -> None:
    found = converted(
        "gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
        "gaincal(vis='x.ms', caltable='x.h', opacity=0.2)",
        "gaincal(vis='y.ms', caltable='y.g', opacity=0.2)",
    )
    tables = [line.split("caltable=")[1].split(",")[0] for line in gencals(found)]
    assert tables == ["'x.opac'", "'x.opac2'", "'y.opac'"]


def test_a_name_that_the_script_uses_is_not_taken() -> None:
    found = converted(
        "gencal(vis='x.ms', caltable='x.opac', caltype='opac', parameter=[0.3])",
        "gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
    )
    assert "caltable='x.opac2'" in gencals(found)[1]
    assert "rm -rf x.opac'" not in found.result


def test_steps_share_a_table_that_stays_on_disk() -> None:
    found = converted(
        "thesteps = []",
        "step_title = {0: 'Bandpass', 1: 'Gains'}",
        "mystep = 0",
        "if(mystep in thesteps):",
        "  gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
        "mystep = 1",
        "if(mystep in thesteps):",
        "  gaincal(vis='x.ms', caltable='x.h', opacity=0.1)",
    )
    assert len(gencals(found)) == 1


@pytest.mark.parametrize("first", ["if usetau:", "for vis in names:", "def solve():", "try:"])
def test_a_block_that_may_not_have_run_makes_no_table_for_others(first: str) -> None:
    tail = ["except IOError:", "  pass"] if first == "try:" else []
    found = converted(
        first,
        "  gaincal(vis=vis, caltable='x.g', opacity=0.1)",
        *tail,
        "gaincal(vis=vis, caltable='x.h', opacity=0.1)",
    )
    assert len(gencals(found)) == 2


@pytest.mark.parametrize(
    ("between", "tables"),
    [("vis = other", 2), ("for vis in more: print vis", 2), ("print vis", 1), ("a, vis = 1, 2", 2), ("visit = 3", 1)],
)
def test_a_name_that_is_set_anew_is_another_measurement_set(between: str, tables: int) -> None:
    found = converted(
        "vis = sys.argv[1]",
        "gaincal(vis=vis, caltable='x.g', opacity=0.1)",
        between,
        "gaincal(vis=vis, caltable='x.h', opacity=0.1)",
    )
    assert len(gencals(found)) == tables


def test_a_loop_that_surely_runs_makes_the_table_for_calls_behind_it() -> None:
    found = converted(
        "for field in ['0', '1']:",
        "  gaincal(vis='x.ms', caltable='x.g', field=field, opacity=0.1)",
        "applycal(vis='x.ms', opacity=0.1, gaintable='x.g')",
    )
    assert len(gencals(found)) == 1


def test_a_call_that_shares_its_line_makes_no_table() -> None:
    found = converted(
        "n = 1; gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
        "gaincal(vis='x.ms', caltable='x.h', opacity=0.1)",
    )
    assert len(gencals(found)) == 1
    assert found.attention
    assert all("\n" not in one.message for one in found.attention)


def test_a_table_goes_on_a_line_of_its_own_where_the_others_do() -> None:
    found = converted("gaincal(vis='x.ms', caltable='x.g', opacity=0.1, gaintable=[", "  'a',", "  'b'])")
    assert found.result.endswith("gaintable=[\n  'x.opac',\n  'a',\n  'b'])\n")


def test_a_call_that_could_not_be_rewritten_made_no_table() -> None:
    found = converted(
        "applycal(vis='x.ms', opacity=0.1, gaintable=tables)",
        "gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
    )
    assert len(gencals(found)) == 1
    assert found.result.index("gencal(") > found.result.index("applycal(")
    assert [a.line for a in found.attention if a.rule == "opacity-gaincurve"] == [1]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("gaintable=''", "gaintable=['x.opac']"),
        ("gaintable=['']", "gaintable=['x.opac']"),
        ("gaintable=[]", "gaintable=['x.opac']"),
        ("gaintable=name+'.g'", "gaintable=['x.opac', name+'.g']"),
        ("gaintable='%s.g' % name", "gaintable=['x.opac', '%s.g' % name]"),
        ("gaintable=[a, b]", "gaintable=['x.opac', a, b]"),
        ("gaintable=('a', 'b')", "gaintable=['x.opac']+list(('a', 'b'))"),
        ("gaintable='g', spwmap=0", "gaintable=['x.opac', 'g'], spwmap=[[], [0]]"),
        ("gaintable='g', spwmap=[0,0]", "gaintable=['x.opac', 'g'], spwmap=[[], [0,0]]"),
        ("gaintable=['g','h'], spwmap=[[],[0]]", "gaintable=['x.opac', 'g','h'], spwmap=[[], [],[0]]"),
        ("gaintable=['g','h'], spwmap=[m,[]]", "gaintable=['x.opac', 'g','h'], spwmap=[[], m,[]]"),
        ("gaintable='g', gainfield='', interp=''", "gaintable=['x.opac', 'g'], gainfield='', interp=''"),
        ("gaintable='g', gainfield='0,2'", "gaintable=['x.opac', 'g'], gainfield=['', '0,2']"),
        ("gaintable=['g','h'], interp=['','nearest']", "gaintable=['x.opac', 'g','h'], interp=['', '','nearest']"),
    ],
)
def test_what_belongs_to_other_tables_is_shifted(given: str, written: str) -> None:
    found = converted(f"gaincal(vis='x.ms', caltable='x.g', {given}, opacity=0.1)")
    assert found.result.splitlines()[-1] == f"gaincal(vis='x.ms', caltable='x.g', {written})"
    assert not found.attention


@pytest.mark.parametrize(
    "given",
    [
        "gaintable=tables",
        "gaintable=glob('*.g')",
        "gaintable=[t for t in tables]",
        "gaintable='g', spwmap=m",
        "gaintable='g', spwmap=[m, n]",
        "gaintable='g', gainfield=f",
    ],
)
def test_what_the_text_does_not_show_is_left_to_a_person(given: str) -> None:
    script = f"gaincal(vis='x.ms', caltable='x.g', {given}, opacity=0.1)"
    found = converted(script)
    assert found.result == script + "\n"
    assert [a.rule for a in found.attention] == ["opacity-gaincurve"]


@pytest.mark.parametrize("value", ["0", "0.0", "[]", "[0.0]", "[0, 0.0]", "False", "F", "None"])
@pytest.mark.parametrize("parameter", ["opacity", "gaincurve"])
def test_what_does_nothing_goes(parameter: str, value: str) -> None:
    found = converted(f"applycal(vis='x.ms', {parameter}={value}, gaintable='x.g', gainfield='0,2', calwt=True)")
    assert found.result == "applycal(vis='x.ms', gaintable='x.g', gainfield='0,2', calwt=True)\n"
    assert not found.attention


@pytest.mark.parametrize(
    "script",
    [
        "gaincal(vis='x.ms', caltable='x.g', gaintable='x.opac', interp='nearest')",
        "accum(vis='x.ms', incrtable='x.g', caltable='y.g')",
        "opacity = 0.1",
        "print 'gaincal(opacity=0.1)'",
        "plotcal(caltable='x.opac')",
    ],
)
def test_other_calls_stay(script: str) -> None:
    assert converted(script).result == script + "\n"
