"""What CASA takes and what not, read off its checker (gcwrap/tools/utils/stdBaseInterface.cc) by hand."""

import pytest

from cal_upgrade.casa import tables as interfaces
from cal_upgrade.casa.check import bind, problems
from cal_upgrade.text.values import UNKNOWN


def what(casa, task, **given):
    return [(problem.parameter, problem.what) for problem in problems(interfaces.load(casa)[task], given)]


@pytest.mark.parametrize(
    ("task", "given"),
    [
        # single values stand for lists of one, integers for numbers, empty lists for anything
        ("gaincal", {"gaintable": "a.cal", "spwmap": 3, "minsnr": 2, "solnorm": True}),
        ("gaincal", {"gaintable": ["a.cal", "b.cal"], "spwmap": [[0, 0], [1, 1]], "preavg": -1.0}),
        ("gaincal", {"gaintable": [], "field": [], "minsnr": []}),
        ("gaincal", {"gaintable": ("a.cal",), "smodel": (1, 0.5, 0, 0)}),
        ("gaincal", {"field": None, "solint": UNKNOWN, "async": False}),
        # an `any` takes what it is limited to, a number for a limit to lists of numbers
        ("setjy", {"field": "2", "spw": "0", "fluxdensity": 3.5}),
        ("setjy", {"fluxdensity": [3, 0, 0, 0.5]}),
        ("accum", {"accumtime": 1}),
        # a quantity may come as text or number
        ("clean", {"cell": "0.1arcsec", "threshold": "1mJy"}),
        ("clean", {"cell": [0.1, 0.1], "threshold": 1}),
        ("clean", {"robust": 2, "multiscale": [0, 5, 15]}),
        # where an empty list is the default the type is not looked at
        ("applycal", {"spwmap": ""}),
        # where case is ignored
        ("cvel", {"outframe": "LSRK"}),
    ],
)
@pytest.mark.parametrize("casa", ["4.2.0", "4.2.2"])
def test_taken(casa, task, given):
    assert what(casa, task, **given) == []


@pytest.mark.parametrize(
    ("task", "given", "problem"),
    [
        ("gaincal", {"opacity": UNKNOWN}, ("opacity", "unknown")),
        ("setjy", {"usescratch": 1}, ("usescratch", "type")),
        ("gaincal", {"field": 1}, ("field", "type")),
        ("gaincal", {"field": ["a", "b"]}, ("field", "type")),
        ("gaincal", {"minsnr": "3"}, ("minsnr", "type")),
        ("gaincal", {"minsnr": True}, ("minsnr", "type")),
        ("gaincal", {"minblperant": 4.0}, ("minblperant", "type")),
        ("gaincal", {"gaintable": [1, 2]}, ("gaintable", "type")),
        ("wvrgcal", {"smooth": 2}, ("smooth", "type")),
        ("clean", {"mask": {"a": 1}, "robust": 2.5}, ("robust", "range")),
        ("setjy", {"spix": [0.1, 0.2]}, ("spix", "type")),
        ("flagdata", {"mode": "man"}, ("mode", "value")),
        ("flagdata", {"mode": ""}, ("mode", "value")),
        ("gaincal", {"calmode": "AP"}, ("calmode", "value")),
        ("exportfits", {"bitpix": 8}, ("bitpix", "value")),
        ("importasdm", {"nosuch": 1}, ("nosuch", "unknown")),
    ],
)
@pytest.mark.parametrize("casa", ["4.2.0", "4.2.2"])
def test_refused(casa, task, given, problem):
    assert what(casa, task, **given) == [problem]


@pytest.mark.parametrize("mode", ["m", "man", "manual", "quac", "cli"])
def test_casa_3_4_takes_the_beginning_of_a_value(mode):
    assert what("3.4.0", "tflagdata", mode=mode) == []


@pytest.mark.parametrize("mode", ["Man", "manually", ""])
def test_casa_3_4_takes_nothing_else(mode):
    assert what("3.4.0", "tflagdata", mode=mode) == [("mode", "value")]


def test_importasdm_takes_any_word_on_water_vapour():
    # <allowed> without kind="enum": CASA says so on the terminal, and checks nothing
    assert what("4.2.2", "importasdm", wvr_corrected_data="maybe") == []


def test_what_a_call_lacks():
    task = interfaces.load("4.2.0")["gencal"]
    assert [p.parameter for p in problems(task, {"caltable": "a"}, complete=True)] == ["vis", "caltype"]
    assert problems(task, {"caltable": "a"}) == []
    assert problems(task, {"vis": UNKNOWN, "caltype": UNKNOWN}, complete=True) == []


def test_positional_arguments_have_names():
    task = interfaces.load("4.2.0")["flagmanager"]
    assert bind(task, 2, ["versionname"]) == (("vis", "mode"), [])


def test_an_argument_given_twice_and_one_too_many():
    task = interfaces.load("4.2.0")["flagmanager"]
    assert [p.what for p in bind(task, 2, ["mode", "versionname", "versionname"]).problems] == ["twice", "twice"]
    assert [p.what for p in bind(task, 8, []).problems] == ["many"]
    assert bind(task, 7, []).problems == []
