"""Models, clearing, imaging, water vapour, weights: what 4.2 does otherwise without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.conversion import BOOK, RULES, converted

from cal_upgrade.options import Options
from cal_upgrade.records import Translation
from cal_upgrade.rules.ruleset import make

INPUTS = Path(__file__).parent / "inputs" / "differences"
KEEP = make(RULES, Options(version="3.4", results="keep"))
COLUMN = "usescratch=True"


def case(name: str, keep: bool = False) -> Translation:
    return converted(*(INPUTS / f"{name}.py").read_text().splitlines(), book=KEEP if keep else BOOK)


def lines(found: Translation) -> list[str]:
    return found.result.rstrip("\n").split("\n")


def told(found: Translation, rule: str) -> list[int]:
    """The lines at which a rule wants a person."""
    return [one.line for one in found.attention if one.rule == rule]


def advised(found: Translation, rule: str) -> list[str]:
    return [one.why for one in found.changes if one.rule == rule and one.kind == "advice"]


# models in a column, or virtual


def test_clearcal_column() -> None:
    """Models in the column are cleared by clearcal: delmod would leave them."""
    found = case("clearcal_column")
    assert lines(found)[2] == "clearcal('x.ms.split', field='2', addmodel=True)"
    assert "delmod" not in found.result
    assert not found.attention


@pytest.mark.parametrize(
    "writes",
    [
        "setjy(vis='x.ms', field='2', fluxdensity=[1.3,0,0,0], standard='manual', usescratch=True)",
        "setjy(vis='x.ms', field='2', fluxdensity=[1.3,0,0,0], standard='manual', usescratch=scratch)",
        "ft(vis='x.ms', model='m.im', usescratch=T)",
        "clean(vis='x.ms', imagename='x', usescratch=True)",
        "ft('x.ms', '2', '', 'm.im', 1, '', '', False, True)",
        "setjy(vis='x.ms', field='2', scan='4', fluxdensity=[1.3,0,0,0], standard='manual')",
        "ft(vis='x.ms', model='m.im')",
    ],
)
@pytest.mark.parametrize("behind", [False, True], ids=["ahead", "behind"])
def test_a_column_anywhere_in_the_script_keeps_clearcal(writes: str, behind: bool) -> None:
    """A step may be run again, so a model that is written behind clearcal counts as well."""
    clear = "clearcal('x.ms', field='2')"
    found = converted(*([clear, writes] if behind else [writes, clear]))
    assert "clearcal('x.ms', field='2', addmodel=True)" in lines(found)
    assert not told(found, "clearcal-delmod")


def test_a_column_asked_for_by_assignments_keeps_clearcal_and_goes_for_every_setjy() -> None:
    found = converted(
        "default('setjy')",
        "vis = 'x.ms'",
        "field = '2'",
        "fluxdensity = [1.3,0,0,0]",
        "usescratch = True",
        "setjy()",
        "setjy(vis='x.ms', field='1', standard='Perley-Butler 2010', scalebychan=False)",
        "default('clearcal')",
        "vis = 'x.ms'",
        "field = '2'",
        "clearcal()",
    )
    assert "delmod" not in found.result
    assert lines(found)[7].endswith(f"scalebychan=False, {COLUMN})")
    assert lines(found)[-2:] == ["addmodel = True", "clearcal()"]


def test_another_measurement_set_has_models_of_its_own() -> None:
    found = converted(
        "setjy(vis='y.ms', field='2', fluxdensity=[1.3,0,0,0], standard='manual', usescratch=True)",
        "setjy(vis='x.ms', field='1', scalebychan=False)",
        "clearcal('x.ms', field='2')",
    )
    assert lines(found)[1:] == ["setjy(vis='x.ms', field='1', scalebychan=False)", "delmod('x.ms', field='2')"]


def test_clearcal_corrected() -> None:
    """split reads the corrected data that clearcal sets back; delmod would leave the old solutions in them."""
    found = case("clearcal_corrected")
    assert lines(found)[1] == "clearcal(vis='x.ms', field='2', addmodel=True)"
    assert told(found, "clearcal-delmod") == [2]
    assert not told(case("clearcal_corrected", keep=True), "clearcal-delmod")


@pytest.mark.parametrize(
    "reads",
    [
        "split('x.ms', 'y.ms')",
        "split(vis='x.ms', outputvis='y.ms', datacolumn='all')",
        "statwt(vis='x.ms')",
        "exportuvfits(vis='x.ms', fitsfile='x.fits')",
        "plotms(vis='x.ms', xaxis='time', yaxis='amp', ydatacolumn='corrected')",
        "plotms(vis='x.ms', xaxis='time', yaxis='amp', ydatacolumn='cor')",
        "clean(vis='x.ms', imagename='x')",
        "uvcontsub(vis='x.ms', fitspw='0:1~5')",
        "split(vis=which, outputvis='y.ms', datacolumn='corrected')",
        "d = tb.getcol('CORRECTED_DATA')",
        "d = ms.getdata(['corrected_amplitude'])",
    ],
)
def test_whatever_reads_corrected_data_keeps_clearcal(reads: str) -> None:
    """The models go to the column with it, so that clearcal deletes none of another field."""
    setjy = "setjy(vis='x.ms', field='1', fluxdensity=[1,0,0,0], standard='manual')"
    found = converted(setjy, "clearcal('x.ms', field='2')", reads)
    assert lines(found)[0] == setjy[:-1] + f", {COLUMN})"
    assert lines(found)[1] == "clearcal('x.ms', field='2', addmodel=True)"
    assert not told(found, "clearcal-delmod")


@pytest.mark.parametrize(
    "reads",
    [
        "split(vis='x.ms', outputvis='y.ms', datacolumn='data')",
        "split(vis='z.ms', outputvis='y.ms', datacolumn='corrected')",
        "plotms(vis='x.ms', xaxis='time', yaxis='amp', ydatacolumn='model')",
        "print 'corrected'",
        "casalog.post('corrected')",
        "os.system('rm -rf x.corrected')",
    ],
)
def test_what_does_not_read_them_lets_delmod_do_the_work(reads: str) -> None:
    found = converted("clearcal('x.ms', field='2')", reads)
    assert lines(found)[0] == "delmod('x.ms', field='2')"


def test_applycal_writes_the_corrected_data_anew() -> None:
    clear, read = "clearcal('x.ms', field='2')", "split('x.ms', 'y.ms')"
    apply = "applycal(vis='x.ms', gaintable=['x.g'])"
    assert "delmod" in converted(clear, apply, read).result
    assert "delmod" in converted(clear, "for i in ['0', '2']:", f"  {apply}", read).result
    assert "delmod" not in converted(clear, "if again:", f"  {apply}", read).result
    assert "delmod" not in converted(clear, read, apply).result
    assert "delmod" not in converted(clear, apply.replace("gain", "field='3', gain"), read).result
    assert "delmod" not in converted("for k in range(3):", f"  {read}", f"  {clear}", apply).result


def test_clearcal_of_a_part_of_a_field_needs_the_column() -> None:
    found = converted(
        "setjy(vis='x.ms', field='1', fluxdensity=[1,0,0,0], standard='manual')",
        "clearcal(vis='x.ms', field='1', intent='*TARGET*')",
    )
    assert lines(found)[0].endswith(f", {COLUMN})")
    assert lines(found)[1] == "clearcal(vis='x.ms', field='1', intent='*TARGET*', addmodel=True)"


def test_clearcal_of_everything_stays() -> None:
    assert lines(converted("clearcal('x.ms')")) == ["clearcal('x.ms', addmodel=True)"]


def test_clearcal_of_a_field_in_a_variable_is_delmod() -> None:
    found = converted("for i in ['2', '3']:", "  clearcal(vis='x.ms', field=i)")
    assert lines(found)[1] == "  delmod(vis='x.ms', field=i)"
    assert not found.attention


# setjy


def test_setjy_two_planets() -> None:
    found = case("setjy_two_planets")
    assert lines(found) == [
        "setjy(vis = 'x.ms.split',",
        "  field = '0', # Titan",
        "  spw = '0,1,2,3',",
        "  standard = 'Butler-JPL-Horizons 2012',",
        "  scalebychan = False)",
        "setjy(vis = 'x.ms.split',",
        "  field = '3', # Neptune",
        "  spw = '0,1,2,3',",
        "  standard = 'Butler-JPL-Horizons 2012',",
        "  scalebychan = False)",
    ]
    assert not found.attention
    assert "'0,3'" in case("setjy_two_planets", keep=True).result


@pytest.mark.parametrize(
    ("field", "each"),
    [
        ("'0~2'", ["'0'", "'1'", "'2'"]),
        ("'Titan, Ceres'", ["'Titan'", "'Ceres'"]),
        ("planets", ["'Titan'", "'Uranus'"]),
        ("'1,3~4'", ["'1'", "'3'", "'4'"]),
    ],
)
def test_each_body_has_a_setjy_of_its_own(field: str, each: list[str]) -> None:
    found = converted(
        "planets = 'Titan,Uranus'",
        "for v in sets:",
        f"    setjy(vis=v, field={field}, standard='Butler-JPL-Horizons 2010', scalebychan=False) # both",
    )
    call = "    setjy(vis=v, field={}, standard='Butler-JPL-Horizons 2012', scalebychan=False)"
    assert lines(found)[2:] == [*(call.format(one) for one in each[:-1]), call.format(each[-1]) + " # both"]
    assert not found.attention


def test_each_body_has_a_setjy_of_its_own_where_inputs_are_assigned() -> None:
    found = converted(
        "default('setjy')",
        "vis = 'x.ms'",
        "field = 'Titan,Uranus'",
        "standard = 'Butler-JPL-Horizons 2010'",
        "setjy()",
    )
    assert lines(found)[-5:] == [
        "field = 'Titan'",
        "setjy()",
        "field = 'Uranus'",
        "setjy()",
        "field = 'Titan,Uranus'",
    ]


@pytest.mark.parametrize(
    "field", ["field='', ", "field='*', ", "field='Ur*', ", "field='>2', ", "field='0,3*', ", ""]
)
def test_a_pattern_of_fields_stays_with_the_models_of_2010(field: str) -> None:
    found = converted(f"setjy(vis='x.ms', {field}standard='Butler-JPL-Horizons 2010')")
    assert "Horizons 2010'" in found.result
    assert told(found, "setjy-models-2012") == [1]


@pytest.mark.parametrize("field", ["','.join(['0', '3'])", "first + ',3'", "'%s,3' % first", "name + '*'"])
def test_fields_that_are_put_together_stay_with_the_models_of_2010(field: str) -> None:
    found = converted(f"setjy(vis='x.ms', field={field}, standard='Butler-JPL-Horizons 2010')")
    assert "Horizons 2010'" in found.result
    assert told(found, "setjy-models-2012") == [1]


@pytest.mark.parametrize("around", ["fluxes = {}", "if planets: {}", "{}; x = 1"])
def test_a_setjy_that_can_not_be_taken_apart_is_told(around: str) -> None:
    call = "setjy(vis='x.ms', field='Titan,Ceres', standard='Butler-JPL-Horizons 2010', scalebychan=False)"
    assert told(converted(around.format(call)), "setjy-one-body") == [1]


def test_other_standards_take_fields_together() -> None:
    call = "setjy(vis='x.ms', field='0,3', standard='Perley-Butler 2010', scalebychan=False)"
    assert lines(converted(call)) == [call]


def test_n01_davida() -> None:
    """Bodies without a model of 2012 stay with that of 2010, and nobody has to do anything."""
    found = case("n01_davida")
    assert found.result.count("'Butler-JPL-Horizons 2010'") == 2
    assert len(advised(found, "setjy-models-2012")) == 2
    assert not found.attention


@pytest.mark.parametrize("body", ["Davida", "PLUTO", "triton", "Victoria", "Mercury"])
def test_bodies_without_a_model_of_2012(body: str) -> None:
    named = converted(f"setjy(vis='x.ms', field='{body}', standard='Butler-JPL-Horizons 2010')")
    noted = converted("default('setjy')", f"field = '1' # {body}", "standard = 'Butler-JPL-Horizons 2010'", "setjy()")
    both = converted(f"setjy(vis='x.ms', field='Titan,{body}', standard='Butler-JPL-Horizons 2010')")
    for found in (named, noted, both):
        assert "2012'" not in found.result
        assert not found.attention


def test_a_body_that_the_text_does_not_name() -> None:
    setjy = "setjy(vis='x.ms', field='1', standard='Butler-JPL-Horizons 2010')"
    unknown = converted(setjy)
    assert "2012" in unknown.result
    assert len(advised(unknown, "setjy-models-2012")) == 1
    titan = converted("# CALIBRATE_AMPLI: Titan", setjy)
    assert "2012" in titan.result
    assert not advised(titan, "setjy-models-2012")
    pluto = converted("# CALIBRATE_AMPLI: Pluto", setjy)
    assert "2012'" not in pluto.result
    assert told(pluto, "setjy-models-2012") == [2]


def test_setjy_selection() -> None:
    """A selection holds with a column only, and one by scan with the models of 2010 only."""
    found = case("setjy_selection")
    assert all(COLUMN in line for line in lines(found))
    assert "Horizons 2010" in lines(found)[0]
    assert not found.attention


@pytest.mark.parametrize("selection", ["timerange='<10:00:00'", "observation='1'", "scan=scans"])
def test_a_selection_takes_the_column(selection: str) -> None:
    found = converted(f"setjy(vis='x.ms', field='3', {selection}, fluxdensity=[2.0,0,0,0], standard='manual')")
    assert found.result.endswith(f", {COLUMN})\n")
    assigned = converted("default('setjy')", "vis = 'x.ms'", selection, "fluxdensity = [2.0,0,0,0]", "setjy()")
    assert "usescratch" in assigned.result


@pytest.mark.parametrize("selection", ["scan='3'", "timerange='<10:00:00'", "observation=scans"])
def test_a_selection_without_a_column_is_told(selection: str) -> None:
    given = f"field='3', {selection}, fluxdensity=[2.0,0,0,0], standard='manual', usescratch=False"
    for keep in (False, True):
        found = converted(f"setjy(vis='x.ms', {given})", book=KEEP if keep else BOOK)
        assert told(found, "setjy-usescratch") == [1]
        assert found.result == f"setjy(vis='x.ms', {given})\n"
    assigned = ["default('setjy')", "vis='x.ms'", *given.split(", "), "setjy()"]
    assert told(converted(*assigned), "setjy-usescratch") == [len(assigned)]


def test_an_empty_selection_is_none() -> None:
    found = converted("setjy(vis='x.ms', scan='', timerange='', fluxdensity=[2.0,0,0,0], standard='manual')")
    assert "usescratch" not in found.result


def test_setjy_test() -> None:
    """What fails gives None, and not an exception: the comparison with False never holds."""
    (attention,) = case("setjy_test").attention
    assert (attention.rule, attention.line) == ("setjy-returned", 1)
    assert "None where it fails" in attention.message
    assert "exception" not in attention.message + attention.hint


@pytest.mark.parametrize(
    ("text", "attention"),
    [
        (("done = {}", "if done == False: stop()"), True),
        (("while {} is not True: pass",), True),
        (("print {}",), True),
        (("if not {}: stop()",), False),
        (("done = {}", "if not done: stop()"), False),
        (("done = {}",), False),
        (("{}",), False),
    ],
)
def test_what_setjy_gives_back(text: tuple[str, ...], attention: bool) -> None:
    setjy = "setjy(vis='x.ms', field='0', scalebychan=False)"
    assert bool(told(converted(*(line.format(setjy) for line in text)), "setjy-returned")) == attention


def test_assign_setjy() -> None:
    found = case("assign_setjy")
    assert "standard = 'manual'" in lines(found)
    assert lines(found).count("standard = 'Butler-JPL-Horizons 2012'") == 1
    assert told(found, "setjy-models-2012") == [19]


def test_a08_listmodels() -> None:
    """Nothing is written where models are listed, so there is nothing to write out."""
    for keep in (False, True):
        found = case("a08_listmodels", keep)
        assert found.result == found.text
        assert not found.changes
        assert not found.attention


def test_a03_clearstat() -> None:
    """A task without inputs has none that can't be followed."""
    found = case("a03_clearstat")
    assert not found.attention
    assert {call.status for call in found.calls} == {"checked"}


# imaging


def test_clean_big() -> None:
    """4.2 refuses an image of 100 x 1024 x 1024 without a column, which would delete setjy's virtual model."""
    found = case("clean_big")
    assert all(COLUMN in line for line in lines(found))


@pytest.mark.parametrize(
    ("image", "column"),
    [
        ("mode='channel', nchan=100, imsize=256", False),
        ("imsize=[8192, 8192]", False),
        ("mode='velocity', nchan=20, imsize=[2048, 512]", True),
        ("mode='velocity', nchan=57, imsize=1024, stokes='IQUV'", True),
        ("mode='channel', imsize=256", True),
        ("mode='channel', nchan=n, imsize=256", True),
        ("mode='frequency', nchan=100, imsize=[[1024, 1024], [64, 64]]", True),
        ("mode='channel', nchan=100, imsize=size", True),
    ],
)
def test_an_image_that_may_be_too_large_takes_the_column(image: str, column: bool) -> None:
    found = converted(
        "setjy(vis='x.ms', field='1', fluxdensity=[1,0,0,0], standard='manual')",
        f"clean(vis='x.ms', imagename='x', {image})",
    )
    assert [COLUMN in line for line in lines(found)] == [column, column]


def test_an_image_that_is_too_large_for_what_the_script_asks_is_told() -> None:
    clean = "clean(vis='x.ms', imagename='x', mode='channel', nchan=100, imsize=1024, usescratch=False)"
    assert told(converted(clean), "model-column") == [1]


def test_a09_calready() -> None:
    """calready of 3.3 said what usescratch says."""
    found = case("a09_calready")
    assert lines(found)[1:] == [
        "clean(vis='x.ms', imagename='x.im', usescratch=True, niter=100)",
        "clean(vis='x.ms', imagename='x.im2', usescratch=False, niter=100)",
    ]
    assert not found.attention


def test_f01_imsmooth_beam() -> None:
    """A call that 3.4 could not run does not rely on 3.4's defaults."""
    found = case("f01_imsmooth_beam")
    assert found.result == found.text
    assert not found.attention


def test_j03_field_minus() -> None:
    assert len(advised(case("j03_field_minus"), "clean-minus")) == 1
    assert advised(converted("clean(vis='x.ms', imagename='x', field=['A', 'HD1-'])"), "clean-minus")
    assert not advised(converted("clean(vis='x.ms', imagename='x', field='J1037-295')"), "clean-minus")


def test_exportuvfits() -> None:
    found = case("exportuvfits")
    assert lines(found)[1:] == [
        "exportuvfits(vis='x.ms', fitsfile='x.uvfits', spw='0', avgchan=4)",
        "exportuvfits('x.ms', 'x.uvfits', 'corrected', '', '0', '', '', writesyscal=False, multisource=True)",
    ]
    assert told(found, "exportuvfits-channels") == [1]


def test_uvfits341() -> None:
    found = case("uvfits341")
    assert found.result == found.text
    assert not found.attention


def test_concat_order() -> None:
    found = case("concat_order")
    assert told(found, "concat-order") == [1, 3]


@pytest.mark.parametrize(
    ("inputs", "attention"),
    [
        ("['b.ms', 'a.ms']", True),
        ("sets", True),
        ("['uid___A002_X30a1_X1f.ms.split', 'uid___A002_X30a1_X1.ms.split']", True),
        ("['uid___A002_X30a1_X1.ms.split', 'uid___A002_X30a1_X1f.ms.split']", False),
        ("['uid___A002_X30a1_X9.ms.split', 'uid___A002_X30a1_X10.ms.split']", False),
    ],
)
def test_numbers_of_a_concatenated_set(inputs: str, attention: bool) -> None:
    found = converted(f"concat(vis={inputs}, concatvis=all)", "gaincal(vis=all, caltable='x.g', field='2')")
    assert bool(told(found, "concat-order")) == attention


def test_names_of_a_concatenated_set_are_the_same() -> None:
    found = converted(
        "concat(vis=['b.ms', 'a.ms'], concatvis='c.ms')", "split(vis='c.ms', outputvis='d', field='Io')"
    )
    assert not told(found, "concat-order")
    assert advised(found, "concat-order")


def test_cvel_width() -> None:
    assert len(advised(case("cvel_width"), "cvel-width")) == 1
    assert not advised(converted("cvel(vis='x.ms', outputvis='y.ms', width=1)"), "cvel-width")
    assert advised(converted("cvel(vis='x.ms', outputvis='y.ms', mode='velocity', width='2km/s')"), "cvel-width")


# water vapour


def test_wvr_defaults() -> None:
    """The antenna in wvrflag gets what 3.4 gave it."""
    limits = "maxdistm=20000, minnumants=1, mingoodfrac=0"
    assert lines(case("wvr_defaults")) == [
        f"wvrgcal(vis='x.ms', caltable='x.wvr', wvrflag=['DV04'], toffset=-1, {limits})"
    ]
    assert limits in converted("wvrgcal(vis='x.ms', caltable='x.wvr', wvrflag=bad)").result
    assert limits in converted("wvrgcal(vis='x.ms', caltable='x.wvr', wvrflag='DV04')").result
    assert limits in converted("wvrgcal(vis='x.ms', caltable='x.wvr')", book=KEEP).result


@pytest.mark.parametrize("flags", ["", ", wvrflag=[]", ", wvrflag=''", ", wvrflag=['']"])
def test_limits_are_those_of_nraos_scripts_where_no_antenna_is_named(flags: str) -> None:
    found = converted(f"wvrgcal(vis='x.ms', caltable='x.wvr', toffset=-1{flags})")
    assert "maxdistm" not in found.result
    assert len(advised(found, "wvrgcal-limits")) == 1


def test_limits_where_inputs_are_assigned() -> None:
    found = converted("default('wvrgcal')", "vis = 'x.ms'", "caltable = 'x.wvr'", "wvrflag = ['DV04']", "wvrgcal()")
    assert lines(found)[-4:] == ["maxdistm = 20000", "minnumants = 1", "mingoodfrac = 0", "wvrgcal()"]


def test_wvr_shell() -> None:
    """The program takes toffset 0 unless it is told; the new calls are in the account."""
    found = case("wvr_shell")
    assert found.result.count("toffset = 0") == 2
    assert found.result.count("maxdistm = 20000") == 1
    assert [(call.task, call.line, call.status) for call in found.calls] == [
        ("wvrgcal", 1, "changed"),
        ("wvrgcal", 2, "changed"),
    ]
    assert not found.attention
    assert case("wvr_shell", keep=True).result.count("maxdistm = 20000") == 2


@pytest.mark.parametrize("output", ["| tee x.log", "> x.log", ">> x.log 2>&1", "2>&1 | tee -a x.log", "|tee x.log"])
def test_where_the_output_of_the_program_went_is_told(output: str) -> None:
    command = f"os.system('wvrgcal --ms x.ms --output x.wvr {output}')"
    unread = converted(command)
    assert "wvrgcal(vis = 'x.ms'" in unread.result
    assert not unread.attention
    assert output in advised(unread, "wvrgcal-shell")[0]
    assert told(converted(command, "f = open('x.log')"), "wvrgcal-shell") == [1]


@pytest.mark.parametrize("more", ["; rm -rf x", "&& plot x", "> x.log; rm -rf x", "&"])
def test_more_than_one_command_is_left_alone(more: str) -> None:
    found = converted(f"os.system('wvrgcal --ms x.ms --output x.wvr {more}')")
    assert found.result == found.text
    assert told(found, "wvrgcal-shell") == [1]


@pytest.mark.parametrize(
    ("flags", "attention"),
    [
        ("tflagdata(vis='x.ms', mode='manual', antenna='*&&&', flagbackup=F)", True),
        ("tflagdata(vis='x.ms', mode='manual', antenna='DV01&&&', flagbackup=F)", True),
        ("tflagdata(vis='x.ms', mode='list', inpfile=[\"antenna='*&&&'\"], flagbackup=F)", True),
        ("tflagdata(vis='x.ms', mode='manual', antenna='*&&&', spw='1~24', flagbackup=F)", False),
        ("tflagdata(vis='x.ms', mode='manual', autocorr=True, flagbackup=F)", False),
        ("flagautocorr(vis='x.ms')", False),
        ("tflagdata(vis='y.ms', mode='manual', antenna='*&&&', flagbackup=F)", False),
    ],
)
def test_autocorrelations_of_the_radiometers(flags: str, attention: bool) -> None:
    """autocorr=True leaves the radiometers alone in 4.2; a selection of antennas does not."""
    found = converted(flags, "wvrgcal(vis='x.ms', caltable='x.wvr', toffset=-1)")
    assert bool(told(found, "wvrgcal-autocorrelations")) == attention


def test_autocorr_cases() -> None:
    assert not told(case("autocorr_wvr"), "wvrgcal-autocorrelations")
    assert told(case("autocorr_wvr2"), "wvrgcal-autocorrelations") == [2]


# weights, fluxes


def test_solnorm() -> None:
    """One note for a script, and nothing to do."""
    found = case("solnorm")
    assert len(advised(found, "weights-4.2.2")) == 1
    assert not found.attention


@pytest.mark.parametrize(
    ("call", "noted"),
    [
        ("bandpass(vis='x.ms', caltable='x.b', solnorm=True)", True),
        ("bandpass(vis='x.ms', caltable='x.b')", False),
        ("gaincal(vis='x.ms', caltable='x.g', solnorm=True)", True),
        ("gaincal(vis='x.ms', caltable='x.g')", False),
        ("applycal(vis='x.ms', gaintable=['x.g'])", True),
        ("applycal(vis='x.ms', gaintable=['x.g'], calwt=False)", False),
        ("split(vis='x.ms', outputvis='y.ms', timebin='30s')", True),
        ("split(vis='x.ms', outputvis='y.ms', width=4)", True),
        ("split(vis='x.ms', outputvis='y.ms', width=1, timebin='0s')", False),
    ],
)
def test_weights_of_4_2_2(call: str, noted: bool) -> None:
    assert bool(advised(converted(call), "weights-4.2.2")) == noted


def test_fluxscale_dict() -> None:
    found = case("fluxscale_dict")
    assert told(found, "fluxscale-returned") == [1]
    fluxscale = "fluxscale(vis='x.ms', caltable='x.g', fluxtable='x.f', reference='0')"
    assert not told(converted(f"fluxes = {fluxscale}"), "fluxscale-returned")
    assert told(converted(f"print {fluxscale}['2']"), "fluxscale-returned") == [1]


@pytest.mark.parametrize(
    ("text", "caltable"),
    [
        (("os.system('wvrgcal --ms %s --output %s.wvr' % (name, name))",), "name+'.wvr'"),
        (("os.system('wvrgcal --ms x.ms --output %s' % table)",), "table"),
        (("command = 'wvrgcal --ms x.ms --output x.wvr'", "os.system(command)"), "'x.wvr'"),
    ],
)
def test_a_command_that_is_put_together_is_followed(text: tuple[str, ...], caltable: str) -> None:
    found = converted(*text)
    assert f"    caltable = {caltable}," in lines(found)
    assert not found.attention


@pytest.mark.parametrize(
    "text",
    [
        ("command = 'wvrgcal --ms x.ms'", "command += ' --output x.wvr'", "os.system(command)"),
        ("os.system('wvrgcal --ms {0} --output x.wvr'.format(name))",),
        ("subprocess.call('wvrgcal --ms x.ms --output x.wvr', shell=True)",),
        ("system('wvrgcal --ms x.ms --output x.wvr')",),
    ],
)
def test_a_command_that_can_not_be_followed_is_told(text: tuple[str, ...]) -> None:
    assert told(converted(*text), "wvrgcal-shell") == [1]


def test_words_about_wvrgcal_are_no_command() -> None:
    assert not converted("print 'now wvrgcal runs'", "os.system('rm -rf x.wvrgcal')").attention


@pytest.mark.parametrize("number", [1, 400])
def test_many_calls_about_many_sets_are_no_work(number: int) -> None:
    """What is asked of all calls is asked once."""
    found = converted(*(f"clearcal('{k}.ms', field='2')" for k in range(number)), "split('0.ms', 'y.ms')")
    assert found.result.count("delmod") == number - 1


@pytest.mark.parametrize(
    "words", ["['wvrgcal', '--ms', vis, '--output', 'w']", "['/opt/casa/bin/wvrgcal', '--ms', 'x.ms']"]
)
def test_a_command_in_a_list_of_words_is_told(words: str) -> None:
    found = converted("import subprocess", f"subprocess.Popen({words}).wait()")
    assert told(found, "wvrgcal-shell") == [2]
    assert not told(converted(f"tasks = {words}".replace("--", "")), "wvrgcal-shell")
